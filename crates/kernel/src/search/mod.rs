//! The words by which things are found: one tokenizer for both databases, and the order of what was found.
//!
//! [`tokens`] is what the index stores of a text, [`query_terms`] what a query asks of that index. Both cut text in
//! the same places, so a text is found by every word in it. Rows that hold all terms are candidates; [`Ranker`] orders them.

mod rank;
mod words;

pub use rank::Ranker;
pub use words::{MAX_TERMS, MAX_TOKEN, MAX_TOKENS, Term, query_terms, tokens};
