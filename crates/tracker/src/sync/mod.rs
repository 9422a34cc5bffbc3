//! What a client that keeps its own copy of a workspace is sent: the rows as they are now ([`snapshot`]), and what changed since
//! ([`delta`]), both as far as the caller sees them at this moment.
//!
//! The rows of each noun stand in [`rows`] and [`items`], one small table of them in [`snapshot`]. The version of a row is the seq that
//! the workspace had reached when it was read: whatever came later, changes of neighbours and counts included, has a higher one.
//! The texts of items and what hangs on them are not kept by clients; a note says that they changed.

mod access;
pub mod change;
mod collections;
pub mod delta;
pub mod items;
mod log;
mod people;
mod project_rows;
pub mod rows;
mod settings;
pub mod snapshot;
mod touched;
mod view;

pub use change::{Access, Change, Frame};
pub use delta::{Reason, Since, since, since_at_once};
pub use items::sees;
pub use rows::Row;
pub use snapshot::{Chunk, Cursor};

/// The form of rows and frames. Raised when clients must throw away what they hold.
pub const SCHEMA: i64 = 1;
