//! Labels: words that items carry, in a tree. A label belongs to a project.

pub mod commands;
pub mod http;
pub mod import;
pub mod model;
pub mod queries;
pub mod rules;

pub use model::Label;
