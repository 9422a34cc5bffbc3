//! What cycles and modules have in common: both hold items of their project, say how these stand, and how they stood on each of
//! their days.
//!
//! That an item came or went is an event about the item whose `entity_id` is the cycle or module, and whose change names both
//! sides (`cycles` or `modules`). How things stood at an instant is computed backwards: the rows of now, with every change
//! undone that came later. So it is exact also for items that were moved, estimated anew, archived or deleted, and for states
//! that changed their group. Lists of the past ([`crate::history`]) are read by the same walk.

pub mod burn_down;
pub mod distribution;
pub mod history;
pub mod progress;
pub mod rows;
mod sql;
pub mod standing;
pub mod velocity;

use aileron_db::{
    Table,
    schema::{CYCLE_ITEMS, CYCLES, MODULE_ITEMS, MODULES},
};

/// The most items that a cycle or a module holds.
pub const MOST_ITEMS: usize = aileron_kernel::limits::COLLECTION_ITEMS.most;

/// A kind of thing that holds items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collection {
    /// The table that says which items one holds.
    pub table: Table,
    /// The table of the cycles or modules themselves.
    pub holders: Table,
    /// The column of that table that names it.
    pub column: &'static str,
    /// The entity of events about items that come and go.
    pub entity: &'static str,
    /// The field of the change in these events.
    pub field: &'static str,
}

/// Cycles.
pub const CYCLE: Collection = Collection { table: CYCLE_ITEMS, holders: CYCLES, column: "cycle_id", entity: "cycle_item", field: "cycles" };

/// Modules.
pub const MODULE: Collection =
    Collection { table: MODULE_ITEMS, holders: MODULES, column: "module_id", entity: "module_item", field: "modules" };
