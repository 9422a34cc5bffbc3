//! The audit log: who changed what in the settings of a workspace, its projects and its people. A projection of the log; nothing
//! is written for it. What members keep for themselves (notes, favourites, how they want things shown) and what happens to work
//! items is not part of it: items have histories of their own.
//!
//! Tokens belong to accounts and not to workspaces, but act with all rights of their owner: that a member made or revoked one is
//! told for as long as he was a member, without what it is called.

pub mod http;
pub mod model;
pub mod queries;
mod sql;
