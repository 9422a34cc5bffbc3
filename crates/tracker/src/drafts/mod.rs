//! Drafts: work items that a member has begun to write and not made yet, in a project or in none so far. Nobody else sees them, admins
//! neither; a draft has no number and is in no list. (A work item can be a draft too, `is_draft`: that one has its number already.)
//!
//! A draft is what the request for its item will say. Where it names a project, its ids are looked up there as those of that request
//! are; without a project it has no ids of any.
//!
//! Events (`draft` `created`, `updated`, `deleted`, `published`) name the fields that changed and no value, as those of stickies; the item
//! that a draft became is told as every new item is.

pub mod commands;
pub mod fields;
pub mod http;
pub mod model;
pub mod queries;
