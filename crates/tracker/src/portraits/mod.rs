//! Rows as they stood right after an event, for consumers that tell others of it: the row of now with every change undone that the log
//! has behind the event ([`rules`]), so that it is all one how late a consumer comes. Long text is the version that the next change
//! kept. A book is read for some events at once, in a constant number of statements.
//!
//! Nobody's rights are looked at here: what a reader may be told is for the consumer to say.

mod book;
mod rows;
mod rules;

pub use book::{Book, Changed, Standing};
pub use rules::Noun;
