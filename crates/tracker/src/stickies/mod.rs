//! Stickies: short notes that a member keeps for himself. Nobody else sees them, admins neither.
//!
//! Events (`sticky` `created`, `updated`, `deleted`, `restored`) name the fields that changed and no value: the log is the workspace's, the
//! notes are not.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
