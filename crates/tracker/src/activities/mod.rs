//! Activities: the history of a work item, as the compatible API shows it. A projection of the event log: one row for the making
//! of the item and one for each changed field that people care about. Nothing is stored for it.
//!
//! Pages run over these rows, not over events: the statements unfold the changes of each event, so that a page has exactly as
//! many rows as it says. The id of an activity is that of its event with the number of the change worked into the last two
//! bytes (`model::activity_id`): stable, and found again without a table.

pub mod http;
pub mod model;
pub mod queries;
mod sql;
