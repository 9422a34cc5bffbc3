//! The vocabulary of Aileron: time, identifiers, roles and what each may do, refusals, request fields,
//! pages, filters, search words, events and text keys.
//!
//! This crate knows nothing of databases, of HTTP or of async code. Everything here is a value or a pure function.

pub mod csv;
pub mod event;
pub mod fields;
pub mod filter;
pub mod limits;
pub mod page;
pub mod permissions;
pub mod random;
pub mod refusal;
pub mod role;
pub mod search;
pub mod text;
pub mod time;
mod words;
pub mod work;

pub use event::{Actor, ActorKind, Cause, Change, Event, Origin};
pub use fields::Fields;
pub use filter::Filter;
pub use page::{Page, PageRequest};
pub use permissions::Action;
pub use random::{Random, SystemRandom};
pub use refusal::Refusal;
pub use role::Role;
pub use time::{Clock, SystemClock, Time};
pub use uuid::Uuid;
pub use work::{Priority, StateGroup};
