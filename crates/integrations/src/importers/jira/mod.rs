//! Jira: REST issues (version 2), as kept by archive scripts, search answers and dumps.
//!
//! [`source`] reads files into records, [`model`] a record into an issue, [`mod@map`] an issue into an item of ours, with
//! [`markup`] for the texts. A first pass over the source collects [`map::People`] and the keys there are, a second
//! one maps; both hold one record in memory at a time. The first pass thereby also meets every fault of the files before
//! anything is written, and a second run knows by [`ImportedItem::content_hash`] what it need not write again.

mod draft;
mod links;
mod plan;
mod prepare;
mod refs;
mod run;
mod write;

pub mod map;
pub mod markup;
pub mod model;
pub mod source;

pub use map::{ImportedItem, People, map};
pub use model::Issue;
pub use run::{ImportError, Options, Stage, Watch, run};
pub use source::{Limits, Origin, Source, SourceError};
