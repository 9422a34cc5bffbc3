//! Intake: what people ask of a project, until somebody decides on it.
//!
//! An intake item is a work item in triage, which no list, no search and no address of work items shows, and a row that says how
//! it stands: pending, snoozed, declined, a duplicate, or accepted. Accepting moves the work item into the state in which items
//! start; from then on it is one like any other. Guests see and word their own; admins of the project decide.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
pub mod rules;
pub mod view;
