//! Home preferences: which parts the home page of a workspace has for a member, and in which order. Nobody else sees them. Without any,
//! all parts are there.
//!
//! Events (`home_preference` `created`, `updated`) name the part and what changed of it.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
