//! Links: addresses elsewhere that belong to a work item, each once an item.
//!
//! After a link is made, a job asks the address for its title and icon ([`preview`]). What people wrote stays: a title is
//! filled in only where there is none. Events: `created`, `updated` and `deleted` name the address in a change called `link`, which the
//! history of the item shows; `previewed` says what the job found.

pub mod commands;
pub mod http;
pub mod model;
pub mod preview;
pub mod queries;
pub mod rules;
