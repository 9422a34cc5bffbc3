//! Platform.

pub mod limits;
pub mod web;
