//! What was acknowledged survives: the real binary, killed under load, on either database; and what a power cut would leave.

mod deliveries;
pub(crate) mod invited;
mod kills;
mod power_cut;
pub(crate) mod rows;
mod trace;
mod weather;
pub(crate) mod writers;
