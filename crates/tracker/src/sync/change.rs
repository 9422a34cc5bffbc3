//! What a frame says.

use std::borrow::Cow;

use aileron_kernel::Uuid;
use serde::Serialize;
use utoipa::ToSchema;

use super::rows::{Kind, Row};

/// What became of the caller's view of a project's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// It is seen now: the rows follow, items are to be fetched.
    Gained,
    /// It is no longer seen: all of it is to be dropped.
    Lost,
    /// Other items are seen than before, or many have changed at once: the rows follow, items are to be fetched again.
    Changed,
}

/// One change: a row as it is now, a row that is gone, a project whose content the caller sees otherwise than before, or a note that
/// something below an item changed. Which one it is, is told by the field that it has: `row`, `deleted`, `access` or `verb`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncChange)]
pub struct Change {
    /// The noun.
    #[schema(value_type = String, example = "work_item")]
    pub entity: Cow<'static, str>,
    /// The row.
    pub id: Uuid,
    /// The item that the row belongs to, in notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Uuid>,
    /// What is known of the row under a higher version stays.
    pub version: i64,
    /// The row as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<Row>,
    /// Whether it is gone, or not the caller's to see any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// What became of the caller's view of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// What happened: `created`, `updated` or `deleted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub verb: Option<&'static str>,
}

impl Change {
    fn new(entity: Cow<'static, str>, id: Uuid, version: i64) -> Self {
        Self { entity, id, about: None, version, row: None, deleted: false, access: None, verb: None }
    }

    /// A row as it is now.
    pub(super) fn row(row: Row, version: i64) -> Self {
        Self { row: Some(row.clone()), ..Self::new(row.kind().as_str().into(), row.id(), version) }
    }

    /// A row that is gone.
    pub(super) fn deleted(kind: Kind, id: Uuid, version: i64) -> Self {
        Self { deleted: true, ..Self::new(kind.as_str().into(), id, version) }
    }

    /// A project whose content is seen otherwise than before.
    pub(super) fn access(project: Uuid, access: Access, version: i64) -> Self {
        Self { access: Some(access), ..Self::new(Kind::Project.as_str().into(), project, version) }
    }

    /// Something below an item.
    pub(super) fn note(entity: String, id: Uuid, about: Uuid, verb: &'static str, version: i64) -> Self {
        Self { about: Some(about), verb: Some(verb), ..Self::new(entity.into(), id, version) }
    }
}

/// What changed in the caller's view between two places of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncFrame)]
pub struct Frame {
    /// The place that was asked from.
    pub prev: i64,
    /// The place that it leads to.
    pub seq: i64,
    /// Whether there is more behind it.
    pub more: bool,
    /// In the order of their last events; one for each row.
    pub changes: Vec<Change>,
    /// The idempotency keys of the caller's own requests among them.
    pub mutations: Vec<String>,
}
