//! Projects: where work items live. Public ones are found by every member of the workspace, secret ones by their members
//! and the workspace's admins. An archived project is read but no longer changed.

pub mod commands;
pub mod expand;
pub mod fields;
pub mod http;
pub mod model;
pub mod queries;
pub mod rules;
pub mod summary;

pub use model::Project;
