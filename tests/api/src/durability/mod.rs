//! What was acknowledged survives: the real binary, killed under load, on either database; and what a power cut would leave.

mod kills;
mod power_cut;
mod rows;
mod trace;
mod weather;
mod writers;
