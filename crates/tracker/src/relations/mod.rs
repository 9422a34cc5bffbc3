//! Relations: how one work item has to do with another, of the same project or of another one of the workspace.
//!
//! Each is stored once, under the kind that [`RelationKind::stored`](aileron_kernel::work::RelationKind::stored) names (a
//! symmetric one from the item with the smaller id), and read from both items. Two items can have several relations,
//! one of each kind. Both items get an event, `relation` `created` or `deleted`, whose one change is named after the kind
//! as that item reads it and names the other item.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
