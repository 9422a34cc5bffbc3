//! Example data to look at and to measure with: three projects, twelve people, and items with half a year of history.
//!
//! Everything is written by the commands that requests use, as the people who do it, at the times at which they did it, in
//! transactions of a bounded size.

mod dice;
mod fill;
mod people;
mod plan;
mod words;

pub use fill::{Filled, Options, fill};
pub use people::OWNER;
