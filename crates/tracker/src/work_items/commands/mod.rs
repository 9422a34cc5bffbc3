//! Making, changing and deleting work items.

mod create;
mod delete;
mod edit;
mod import;
mod refs;
mod update;

pub use create::{NewItem, create, insert};
pub(crate) use create::{create_in, looked_up};
pub use delete::delete;
pub(crate) use delete::remove;
pub use import::{insert_many, replace, set_parent};
pub use refs::{Named, NamedState};
pub use update::update;
pub(crate) use update::{change, to_update};
