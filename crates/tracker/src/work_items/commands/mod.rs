//! Making, changing and deleting work items.

mod create;
mod delete;
mod edit;
mod refs;
mod update;

pub use create::{NewItem, create, insert};
pub use delete::delete;
pub use refs::{Named, NamedState};
pub use update::update;
