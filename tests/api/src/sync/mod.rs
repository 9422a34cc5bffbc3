//! Live sync: what a client that keeps its own copy is sent.

mod bootstrap;
mod model;
