//! Display preferences: how a member wants the items of a project shown. Nobody else sees them. Without any, the defaults of the
//! compatible API hold.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
