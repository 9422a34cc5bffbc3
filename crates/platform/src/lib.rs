//! Platform.

pub mod html;
pub mod limits;
pub mod web;
