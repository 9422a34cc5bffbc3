//! Making, changing and deleting work items.

mod archive;
mod bulk;
mod counterpart;
mod create;
mod delete;
mod duplicate;
mod edit;
mod import;
mod many;
mod mapping;
mod moving;
mod refs;
mod regroup;
mod restore;
mod update;

pub use archive::{archive, archive_many};
pub use bulk::{BulkFields, set_parent_of_all, update_many};
pub use create::{NewItem, create, insert};
pub(crate) use create::{create_in, looked_up};
pub(crate) use delete::remove;
pub use delete::{delete, delete_many};
pub use duplicate::{CopyFields, duplicate};
pub use import::{insert_many, replace, set_parent};
pub use many::{check_one, wanted as wanted_ids};
pub use moving::{Below, Departed, TARGET, move_many};
pub use refs::{Named, NamedState};
pub(crate) use refs::{Person, people};
pub(crate) use regroup::regroup;
pub use restore::restore;
pub use update::update;
pub(crate) use update::{change, to_update};
