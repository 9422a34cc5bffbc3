//! Live sync: what a client that keeps its own copy is sent.

mod access;
mod bootstrap;
mod converge;
mod delta;
mod live;
pub(crate) mod model;
mod soak;
pub(crate) mod socket;
