//! Members: who is in a workspace, who is in its projects, and with which role. A member who is removed keeps his row,
//! so that what he did keeps its author; he can be put back.

pub mod commands;
pub mod http;
pub mod import;
pub mod model;
pub mod queries;
pub mod rules;
pub mod shown;
pub mod workspace_commands;
pub mod workspace_http;
