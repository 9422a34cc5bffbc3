//! Finding work items by the words in their name, description and comments, by number and by identifier.
//!
//! Every item has one document in the full-text index, written in the transaction that changes the item ([`index`]).
//! A search takes at most [`queries::MOST_CANDIDATES`] documents that hold all its words, the newest first and only those
//! that the caller may see, and orders them by how well the name fits.

pub mod http;
pub mod index;
pub mod queries;
mod sql;

pub(crate) use sql::holds;
pub use sql::pattern;
