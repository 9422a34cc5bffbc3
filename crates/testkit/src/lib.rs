//! What the integration tests stand on: a whole server on a database of its own, and callers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "tests stop at the first surprise"
)]

pub mod app;
pub mod caller;
pub mod clock;
pub mod database;
pub mod internet;
pub mod nats;
pub mod program;
pub mod wire;

pub use app::{CANARY, Listening, TestApp};
pub use caller::{Answer, Browser, Caller};
pub use clock::FakeClock;
pub use database::TestDatabase;
pub use internet::Internet;
pub use nats::Nats;

/// Chooses the cryptography that HTTP clients need.
pub fn crypto() {
    aileron_platform::tls::choose_cryptography();
}
