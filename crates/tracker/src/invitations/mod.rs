//! Invitations to a workspace: an address and the role that its owner will have.

pub mod commands;
pub mod http;
pub mod model;
