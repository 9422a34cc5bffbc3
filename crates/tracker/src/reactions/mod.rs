//! Reactions: an emoji under an item or a comment. Each person has each of them once there, and takes away only his own.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
