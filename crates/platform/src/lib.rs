//! Platform.

pub mod web;
