//! Making, changing and deleting work items.

mod create;
mod delete;
mod edit;
mod import;
mod import_sides;
mod refs;
mod update;

pub use create::{NewItem, create, insert};
pub use delete::delete;
pub use import::{insert_many, replace, set_parent};
pub use import_sides::{NewLink, add_links};
pub use refs::{Named, NamedState};
pub use update::update;
