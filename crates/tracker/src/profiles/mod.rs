//! What a member does and has to do, as far as the caller sees the work items that it is about. The items themselves are lists
//! like any other: `W/work-items/` with `assignees`, `created_by` or `subscriber`.

pub mod http;
pub mod model;
pub mod queries;
