//! Estimates: the scale by which a project says how much work its items are, and the values of that scale.
//!
//! A project has one estimate. Items take its values only while it is the active one: `estimate` of the project names it, and null
//! switches it off without a value being lost. Deleting a value, or the whole estimate, gives the items another value or none, and
//! the history of each says so.

pub mod commands;
pub mod http;
pub mod items;
pub mod model;
pub mod points;
pub mod queries;
pub mod rules;
