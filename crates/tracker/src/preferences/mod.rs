//! Display preferences: how a member wants the items of a project, a cycle, a module or a view shown. Nobody else sees them. Without any,
//! the defaults of the compatible API hold.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
