//! Recents: what a member looked at last, twenty things in each workspace. Nobody else sees them.
//!
//! A visit is not told in the log: it changes nothing for anybody, and comes with every page that is opened. Clients say that one was
//! made; reads do not write.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
