//! Favourites: what a member keeps at hand, in folders of his own or not. Nobody else sees them.
//!
//! A favourite of something that the member does not find any more, or whose project is archived, is kept and not shown.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
