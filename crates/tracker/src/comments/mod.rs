//! Comments: what people say about a work item, each readable by whoever sees the item.
//!
//! A comment is changed by its author alone; admins of the project may delete it, but put no words into another's mouth. Earlier
//! texts are kept as versions.

pub mod commands;
pub mod http;
pub mod import;
pub mod model;
pub mod queries;
