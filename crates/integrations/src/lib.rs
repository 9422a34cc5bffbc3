//! Aileron integrations.

pub mod importers;
