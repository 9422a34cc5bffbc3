//! Invitations to a workspace: an address and the role that its owner will have.
//!
//! An admin makes a link and sends it to the address. Its token is random, stored as a hash, shown once and good for
//! [`DAYS`](join::DAYS) days; making another one ends it. Who joins with it needs an account whose address is verified and is the
//! invited one, or has one made by the token, whose address is not verified. A server that sends mail sends a link of its own, whose token
//! nobody else has seen: who joins with that one has shown that the address is his. The events of an invitation are `created`, `updated`,
//! `deleted` and `accepted`.

pub mod commands;
pub mod http;
pub mod join;
pub mod model;
