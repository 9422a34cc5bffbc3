//! Work items: what a project is about.

pub mod visibility;
