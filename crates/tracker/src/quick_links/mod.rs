//! Quick links: addresses that a member keeps at hand. Nobody else sees them, and nobody asks them.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
