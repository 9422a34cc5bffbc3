//! Relations as asked for and as shown.

use aileron_db::{self as db, FromRow, Row};
use aileron_kernel::{Fields, Refusal, Time, Uuid, work::RelationKind};
use serde::Serialize;
use utoipa::ToSchema;

/// What a request says of new relations of an item.
#[derive(Clone, Debug)]
pub struct RelationFields {
    /// How, read from the item.
    pub kind: RelationKind,
    /// To which items.
    pub items: Vec<Uuid>,
}

impl RelationFields {
    /// Reads a body whose items are named by this field. `takes` says which kinds are offered there.
    pub fn read(mut fields: Fields, items: &str, takes: impl Fn(RelationKind) -> bool) -> Result<Self, Refusal> {
        fields.require("relation_type");
        fields.require(items);
        let kind = fields.choice("relation_type", |word| RelationKind::parse(word).filter(|kind| takes(*kind)));
        let ids = fields.some_ids(items);
        fields.finish()?;
        Ok(Self { kind: kind.unwrap_or(RelationKind::RelatesTo), items: ids.unwrap_or_default() })
    }
}

/// Whether relations of this kind are made through the API: as recorded, all but those of implementation.
pub const fn is_offered(kind: RelationKind) -> bool {
    !matches!(kind, RelationKind::Implements | RelationKind::ImplementedBy)
}

/// A relation of an item, and the item at its other end.
#[derive(Clone, Debug)]
pub struct Related {
    /// The relation.
    pub id: Uuid,
    /// The kind as stored.
    pub stored: RelationKind,
    /// The kind, read from the item that was asked about.
    pub kind: RelationKind,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// Who made it.
    pub created_by: Option<Uuid>,
    /// Who changed it last.
    pub updated_by: Option<Uuid>,
    /// The other item.
    pub item: Uuid,
    /// Its project.
    pub project_id: Uuid,
    /// Its number.
    pub sequence_id: i64,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state_id: Uuid,
    /// How urgent it is.
    pub priority: String,
    /// The letters before its number.
    pub identifier: String,
}

impl FromRow for Related {
    const COLUMNS: &'static [&'static str] = &[];

    fn from_row(row: &mut Row<'_>) -> db::Result<Self> {
        let id = row.take()?;
        let word: String = row.take()?;
        let stored = RelationKind::parse(&word).ok_or_else(|| db::Error::Inconsistent(format!("{word} is no kind of relation")))?;
        Ok(Self {
            id,
            stored,
            kind: stored,
            created_at: row.take()?,
            updated_at: row.take()?,
            created_by: row.take()?,
            updated_by: row.take()?,
            item: row.take()?,
            project_id: row.take()?,
            sequence_id: row.take()?,
            name: row.take()?,
            state_id: row.take()?,
            priority: row.take()?,
            identifier: row.take()?,
        })
    }
}

/// A related item, in short.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct RelationEnd {
    pub project_id: Uuid,
    pub issue_id: Uuid,
}

/// A related item on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct RelatedItem {
    pub id: Uuid,
    pub project_id: Uuid,
    #[schema(example = 42)]
    pub sequence_id: i64,
    /// The kind. The answer to a request that relates items has the one under which it is stored: `blocked_by` for `blocking`.
    #[schema(example = "blocked_by")]
    pub relation_type: &'static str,
    pub name: String,
    pub state_id: Uuid,
    #[schema(example = "high")]
    pub priority: String,
    /// Who made the relation.
    pub created_by: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub updated_by: Option<Uuid>,
}

impl From<&Related> for RelationEnd {
    fn from(related: &Related) -> Self {
        Self { project_id: related.project_id, issue_id: related.item }
    }
}

impl RelatedItem {
    /// Under this kind.
    pub fn new(related: &Related, kind: RelationKind) -> Self {
        Self {
            id: related.item,
            project_id: related.project_id,
            sequence_id: related.sequence_id,
            relation_type: kind.as_str(),
            name: related.name.clone(),
            state_id: related.state_id,
            priority: related.priority.clone(),
            created_by: related.created_by,
            created_at: related.created_at,
            updated_at: related.updated_at,
            updated_by: related.updated_by,
        }
    }
}

/// The items that an item has to do with, by kind, the newest relation first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Relations {
    pub blocking: Vec<RelationEnd>,
    pub blocked_by: Vec<RelationEnd>,
    pub duplicate: Vec<RelationEnd>,
    pub relates_to: Vec<RelationEnd>,
    pub start_after: Vec<RelationEnd>,
    pub start_before: Vec<RelationEnd>,
    pub finish_after: Vec<RelationEnd>,
    pub finish_before: Vec<RelationEnd>,
    pub implements: Vec<RelationEnd>,
    pub implemented_by: Vec<RelationEnd>,
}

impl Relations {
    /// Of an item's relations.
    pub fn of(related: &[Related]) -> Self {
        let of = |kind| related.iter().filter(|related| related.kind == kind).map(RelationEnd::from).collect();
        Self {
            blocking: of(RelationKind::Blocking),
            blocked_by: of(RelationKind::BlockedBy),
            duplicate: of(RelationKind::Duplicate),
            relates_to: of(RelationKind::RelatesTo),
            start_after: of(RelationKind::StartAfter),
            start_before: of(RelationKind::StartBefore),
            finish_after: of(RelationKind::FinishAfter),
            finish_before: of(RelationKind::FinishBefore),
            implements: of(RelationKind::Implements),
            implemented_by: of(RelationKind::ImplementedBy),
        }
    }
}

/// The items before or after which an item is worked on, by kind, the newest relation first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Dependencies {
    pub blocking: Vec<RelatedItem>,
    pub blocked_by: Vec<RelatedItem>,
    pub start_before: Vec<RelatedItem>,
    pub start_after: Vec<RelatedItem>,
    pub finish_before: Vec<RelatedItem>,
    pub finish_after: Vec<RelatedItem>,
}

impl Dependencies {
    /// Of an item's relations.
    pub fn of(related: &[Related]) -> Self {
        let of = |kind| related.iter().filter(|related| related.kind == kind).map(|related| RelatedItem::new(related, kind)).collect();
        Self {
            blocking: of(RelationKind::Blocking),
            blocked_by: of(RelationKind::BlockedBy),
            start_before: of(RelationKind::StartBefore),
            start_after: of(RelationKind::StartAfter),
            finish_before: of(RelationKind::FinishBefore),
            finish_after: of(RelationKind::FinishAfter),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: Value) -> Result<RelationFields, Value> {
        RelationFields::read(Fields::of(body).unwrap(), "issues", is_offered).map_err(|refusal| refusal.body)
    }

    #[test]
    fn a_kind_and_some_items_are_needed() {
        let id = "00000000-0000-4000-8000-000000000001";
        assert_eq!(read(json!({"relation_type": "start_after", "issues": [id]})).unwrap().kind, RelationKind::StartAfter);
        let missing = read(json!({})).unwrap_err();
        assert_eq!(missing, json!({"relation_type": ["This field is required."], "issues": ["This field is required."]}));
        for word in ["likes", "implements", "implemented_by", "BLOCKING", ""] {
            let refused = read(json!({"relation_type": word, "issues": [id]})).unwrap_err();
            assert_eq!(refused, json!({"relation_type": [format!("\"{word}\" is not a valid choice.")]}));
        }
    }
}
