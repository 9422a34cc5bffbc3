//! Taking a change back: the opposite of all that happened under one idempotency key, by the ordinary commands and under their rules, as
//! long as nobody touched the same fields since ([`rules`]) and the caller sees what they are about. What was made goes to the trash, what was deleted comes back, what was changed
//! gets its old values. It is a change itself, with events of its own, and can be taken back under its own key.

pub mod commands;
pub mod http;
mod items;
mod log;
pub mod rules;
mod sight;
