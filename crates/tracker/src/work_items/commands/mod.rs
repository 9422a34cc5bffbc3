//! Making, changing and deleting work items.

mod create;
mod delete;
mod edit;
mod import;
mod refs;
mod update;

pub use create::{NewItem, create, insert};
pub use delete::delete;
pub use import::{insert_many, replace, set_parent};
pub use refs::{Named, NamedState};
pub use update::update;
