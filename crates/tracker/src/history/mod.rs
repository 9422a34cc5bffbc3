//! Work items as they stood at an instant: `as_of`.
//!
//! Nothing is stored for it. An item of the past is the row of now with every change undone that came later, so that a look back
//! costs what happened since and not what the project holds. Which items a list showed is found by the walk of
//! [`crate::collections::history`]; the items of the page are then undone whole by [`rules`]. Long text is the version that the
//! first later change kept.
//!
//! Who may not see an item now sees nothing of what it was. What was imported has no history before its import: `history_from`
//! says since when there is one.

pub mod model;
pub mod queries;
pub(crate) mod rules;
