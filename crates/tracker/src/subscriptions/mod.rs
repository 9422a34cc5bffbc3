//! Subscriptions: who wants to hear of an item.

pub mod commands;
pub mod http;
pub mod queries;
