//! Votes: whether people are for an item or against it. Each has one.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
