//! Intake items as they are shown, each with its work item: a fixed number of statements for a page.

use std::collections::HashMap;

use aileron_db::{self as db, ProjectScope, Tx, id_in, schema::WORK_ITEMS};
use aileron_identity::me::LiteUserView;
use aileron_kernel::{Time, Uuid};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{model::IntakeItem, rules};
use crate::{
    expand::{self, Kind},
    labels::model::LabelView,
    work_items::{model::WorkItem, sides},
};

/// The state of a work item in few words.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct StateLite {
    id: Uuid,
    name: String,
    color: String,
    group: String,
}

/// The work item of an intake item.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct IntakeWorkItemDetail {
    pub id: Uuid,
    #[schema(value_type = Vec<LabelView>)]
    pub labels: Vec<Value>,
    #[schema(value_type = Vec<LiteUserView>)]
    pub assignees: Vec<Value>,
    #[schema(value_type = StateLite)]
    pub state: Value,
    #[schema(value_type = Object)]
    pub description: Value,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub point: Option<i64>,
    pub name: String,
    #[schema(value_type = Object)]
    pub description_json: Value,
    pub description_html: String,
    /// The same as plain text.
    pub description_stripped: String,
    pub description_binary: Option<String>,
    pub priority: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub start_date: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub target_date: Option<Date>,
    pub sequence_id: i64,
    pub sort_order: f64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Time>,
    #[schema(value_type = Option<String>, format = Date)]
    pub archived_at: Option<Date>,
    pub is_draft: bool,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub parent: Option<Uuid>,
    pub estimate_point: Option<Uuid>,
    #[serde(rename = "type")]
    pub kind: Option<Uuid>,
}

/// An intake item on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = IntakeWorkItem)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct IntakeView {
    pub id: Uuid,
    pub issue_detail: IntakeWorkItemDetail,
    pub inbox: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    /// -2 pending, -1 declined, 0 snoozed, 1 accepted, 2 duplicate. What was snoozed until a time that has come is pending.
    #[schema(example = -2)]
    pub status: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_till: Option<Time>,
    #[schema(example = "IN_APP")]
    pub source: Option<String>,
    pub source_email: Option<String>,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    #[schema(value_type = Object)]
    pub extra: Value,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub intake: Uuid,
    /// The work item, by which addresses name it.
    pub issue: Uuid,
    pub duplicate_to: Option<Uuid>,
}

/// The rows as they are shown, in their order.
pub(super) fn views(tx: &mut Tx<'_, ProjectScope>, rows: Vec<IntakeItem>) -> db::Result<Vec<IntakeView>> {
    let now = tx.now();
    let mut details = details(tx, &rows.iter().map(|row| row.item_id).collect::<Vec<_>>())?;
    let views = rows.into_iter().filter_map(|row| {
        let standing = row.standing();
        Some(IntakeView {
            id: row.id,
            issue_detail: details.remove(&row.item_id)?,
            inbox: row.intake_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deleted_at: None,
            status: rules::shown(standing.status, standing.snoozed_till, now).number(),
            snoozed_till: row.snoozed_till,
            source: row.source,
            source_email: row.source_email,
            external_source: row.external_source,
            external_id: row.external_id,
            extra: json!({}),
            created_by: row.created_by,
            updated_by: row.updated_by,
            project: row.project_id,
            workspace: row.workspace_id,
            intake: row.intake_id,
            issue: row.item_id,
            duplicate_to: row.duplicate_to_id,
        })
    });
    Ok(views.collect())
}

/// The work items of that id, with what their ids name.
fn details(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, IntakeWorkItemDetail>> {
    let select = tx.in_project(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids));
    let texts = select.clone().expr(WORK_ITEMS.col("id")).expr(WORK_ITEMS.col("description_text"));
    let items = tx.all::<WorkItem>(&select.columns::<WorkItem>(WORK_ITEMS))?;
    let mut texts: HashMap<Uuid, String> = tx.all::<(Uuid, String)>(&texts)?.into_iter().collect();
    let (mut people_of, mut labels_of) = (sides::assignees(tx, ids)?, sides::labels(tx, ids)?);
    let people = expand::load(tx, Kind::People, &all(people_of.values().flatten()))?;
    let labels = expand::load(tx, Kind::Labels, &all(labels_of.values().flatten()))?;
    let states = expand::load(tx, Kind::State, &all(items.iter().map(|item| &item.state_id)))?;
    let shown = items.into_iter().map(|item| {
        let named = |ids: Vec<Uuid>, of: &HashMap<Uuid, Value>| ids.iter().filter_map(|id| of.get(id).cloned()).collect();
        let sides = Sides {
            text: texts.remove(&item.id).unwrap_or_default(),
            labels: named(labels_of.remove(&item.id).unwrap_or_default(), &labels),
            assignees: named(people_of.remove(&item.id).unwrap_or_default(), &people),
            state: states.get(&item.state_id).cloned().unwrap_or_default(),
        };
        (item.id, detail(item, sides))
    });
    Ok(shown.collect())
}

/// What is shown of a work item besides its row.
struct Sides {
    text: String,
    labels: Vec<Value>,
    assignees: Vec<Value>,
    state: Value,
}

fn detail(item: WorkItem, sides: Sides) -> IntakeWorkItemDetail {
    IntakeWorkItemDetail {
        id: item.id,
        labels: sides.labels,
        assignees: sides.assignees,
        state: sides.state,
        description: json!({}),
        created_at: item.created_at,
        updated_at: item.updated_at,
        deleted_at: None,
        point: item.point,
        name: item.name,
        description_json: json!({}),
        description_html: item.description_html,
        description_stripped: sides.text,
        description_binary: item.description_binary.map(|bytes| BASE64_STANDARD.encode(bytes)),
        priority: item.priority,
        start_date: item.start_date,
        target_date: item.target_date,
        sequence_id: item.sequence_id,
        sort_order: item.sort_order,
        completed_at: item.completed_at,
        archived_at: item.archived_at,
        is_draft: item.is_draft,
        external_source: item.external_source,
        external_id: item.external_id,
        created_by: item.created_by,
        updated_by: item.updated_by,
        project: item.project_id,
        workspace: item.workspace_id,
        parent: item.parent_id,
        estimate_point: item.estimate_point_id,
        kind: item.type_id,
    }
}

/// Each id once.
fn all<'a>(ids: impl Iterator<Item = &'a Uuid>) -> Vec<Uuid> {
    let mut all: Vec<Uuid> = ids.copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
