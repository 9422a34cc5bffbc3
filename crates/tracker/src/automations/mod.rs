//! Automations: rules of a project. When something happens (a trigger), and if the work item fits (the filter of lists), some actions
//! are done. They are data; what they name is looked up in the project when they are written and again when they act.
//!
//! Rules that act on events follow the log ([`consumer`]), those with a time of their own are jobs ([`schedule`]); both make runs (`run`),
//! each in a savepoint, through the commands that people use, with all rights in the project and none outside. What a run would do is planned by
//! a pure function from how the item stood (`plan`), and so a dry run ([`dry_run`]) says of the past what a run says of now. Whether an item fits is
//! judged as it stood right after the event; the actions meet it as it is by then.
//!
//! What follows from a rule says so in the log, with how many rules it took: a rule never acts on what it did itself, nor on what somebody takes
//! back of that. After three that follow on each other none acts, and after so many runs that follow from one event. One that acts too often,
//! or that cannot be read, is paused (`brake`). A rule acts on what happens from its beginning on, and as long as it is known on what it acted.
//!
//! Events: `automation` created, updated, deleted, paused; notified, about an item.

pub mod commands;
pub mod consumer;
pub mod dry_run;
pub mod fields;
pub mod http;
pub mod model;
pub mod parts;
pub mod queries;
pub mod schedule;
pub mod sweep;

pub(crate) mod settings;

mod brake;
mod docs;
mod facts;
mod plan;
mod rules;
mod run;
mod standing;
