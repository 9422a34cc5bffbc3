//! What is in a project, counted.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Tx,
    schema::{CYCLES, LABELS, MODULES, PAGES, PROJECT_MEMBERS, STATES, WORK_ITEMS},
};
use aileron_kernel::Uuid;
use serde::Serialize;
use utoipa::ToSchema;

use super::queries;
use crate::{homes, intake, states::Group};

/// A project with what is in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProjectSummary)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Summary {
    pub id: Uuid,
    pub name: String,
    pub identifier: String,
    pub counts: Counts,
}

/// The counts that were asked for.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ProjectCounts)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Counts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub states: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issues: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycles: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modules: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intakes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<i64>,
}

/// Counts what `fields` (a comma list; none: everything) names.
pub fn summary(tx: &mut Tx<'_, ProjectScope>, fields: Option<&str>) -> db::Result<Summary> {
    let id = tx.project_id();
    let project = queries::get(tx, id)?;
    let wants = |name: &str| fields.is_none_or(|fields| fields.split(',').any(|field| field.trim() == name));
    let mut counts = Counts::default();
    if wants("members") {
        let active = tx.in_project(PROJECT_MEMBERS).filter(PROJECT_MEMBERS.col("is_active").eq(true));
        counts.members = Some(tx.count(active)?);
    }
    if wants("states") {
        let shown = tx.in_project(STATES).filter(STATES.col("group_name").ne(Group::Triage.as_str()));
        counts.states = Some(tx.count(shown)?);
    }
    if wants("labels") {
        let labels = tx.in_project(LABELS);
        counts.labels = Some(tx.count(labels)?);
    }
    if wants("issues") {
        let items = tx.in_project(WORK_ITEMS).filter(WORK_ITEMS.col("hidden").is_null());
        counts.issues = Some(tx.count(items)?);
    }
    if wants("cycles") {
        let cycles = tx.in_project(CYCLES).filter(CYCLES.col("archived_at").is_null());
        counts.cycles = Some(tx.count(cycles)?);
    }
    if wants("modules") {
        let modules = tx.in_project(MODULES).filter(MODULES.col("archived_at").is_null());
        counts.modules = Some(tx.count(modules)?);
    }
    if wants("intakes") {
        counts.intakes = Some(intake::queries::count(tx)?);
    }
    if wants("pages") {
        // Who counts here need not be in the project: what is public there, and his own.
        let known = PAGES.col("is_private").eq(false).or(PAGES.col("owner_id").eq(tx.user_id()));
        let pages = homes::all(tx, PAGES).filter(PAGES.col("archived_at").is_null().and(known));
        counts.pages = Some(tx.count(pages)?);
    }
    Ok(Summary { id, name: project.name, identifier: project.identifier, counts })
}
