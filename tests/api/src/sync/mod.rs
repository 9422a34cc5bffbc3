//! Live sync: what a client that keeps its own copy is sent.

mod access;
mod bootstrap;
mod converge;
mod delta;
mod live;
mod model;
mod soak;
mod socket;
