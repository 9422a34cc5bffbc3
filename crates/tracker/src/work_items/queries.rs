//! Reading single work items.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Select, Tx, WorkspaceScope,
    schema::{PROJECTS, WORK_ITEMS},
};
use aileron_kernel::{Filter, Refusal, Uuid, text};

use super::{
    filters,
    model::{WorkItem, WorkItemView},
    sides,
    visibility::{self, Shown},
};

/// The items that lists show: those that the caller may see and that are no drafts, not archived and not in triage.
pub fn shown(tx: &Tx<'_, ProjectScope>) -> Select {
    visible(tx).filter(WORK_ITEMS.col("hidden").is_null())
}

/// The items of all his projects that lists show to the caller and that fit a filter: two statements, this one's rows and the
/// projects.
pub fn fitting_in_workspace(tx: &mut Tx<'_, WorkspaceScope>, filter: &Filter) -> db::Result<Select> {
    let mut projects = visibility::projects(tx)?;
    if let Some(wanted) = filter.projects() {
        projects.retain(|project| wanted.contains(&project.id));
    }
    Ok(fitting_of(tx, &projects, filter))
}

/// The same of these projects.
pub fn fitting_of(tx: &Tx<'_, WorkspaceScope>, projects: &[Shown], filter: &Filter) -> Select {
    let hidden = WORK_ITEMS.col("hidden").is_null();
    let shown = tx.from(WORK_ITEMS).filter(hidden).filter(visibility::items_of(projects, tx.user_id()));
    if filter.is_all() { shown } else { shown.filter(filters::condition(tx, filter)) }
}

/// Those that can be read one by one: the same, and the caller's own drafts.
fn readable(tx: &Tx<'_, ProjectScope>) -> Select {
    let own_draft = WORK_ITEMS.col("hidden").eq("draft").and(WORK_ITEMS.col("created_by").eq(tx.user_id()));
    visible(tx).filter(WORK_ITEMS.col("hidden").is_null().or(own_draft))
}

fn visible(tx: &Tx<'_, ProjectScope>) -> Select {
    tx.in_project(WORK_ITEMS).filter_some(visibility::in_project(tx.scope()))
}

/// One item. Refuses with 404 where there is none, and, as recorded, where it is archived.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<WorkItem> {
    let select = readable(tx).columns::<WorkItem>(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(id));
    tx.one(&select)
}

/// One item that the caller may change, own drafts and archived items included.
pub fn find(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Option<WorkItem>> {
    let select = visible(tx).filter(visibility::no_draft_of_others(tx.user_id()));
    let select = select.columns::<WorkItem>(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(id));
    tx.optional(&select)
}

/// The same without what waits in intake.
pub fn find_accepted(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Option<WorkItem>> {
    let accepted = WORK_ITEMS.col("hidden").is_null().or(WORK_ITEMS.col("hidden").ne("triage"));
    let select = visible(tx).filter(visibility::no_draft_of_others(tx.user_id())).filter(accepted);
    let select = select.columns::<WorkItem>(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(id));
    tx.optional(&select)
}

/// The item of this number.
pub fn by_number(tx: &mut Tx<'_, ProjectScope>, number: i64) -> db::Result<WorkItem> {
    let select = readable(tx).columns::<WorkItem>(WORK_ITEMS).filter(WORK_ITEMS.col("sequence_id").eq(number));
    tx.one(&select)
}

/// The item that came from there.
pub fn by_external_id(tx: &mut Tx<'_, ProjectScope>, source: &str, id: &str) -> db::Result<WorkItem> {
    let same = WORK_ITEMS.col("external_source").eq(source).and(WORK_ITEMS.col("external_id").eq(id));
    let select = readable(tx).columns::<WorkItem>(WORK_ITEMS).filter(same);
    tx.one(&select)
}

/// The project with these letters before its numbers. What is not there is refused like what is forbidden.
pub fn project_of(tx: &mut Tx<'_, WorkspaceScope>, letters: &str) -> db::Result<Uuid> {
    let select = tx.from(PROJECTS).filter(PROJECTS.col("identifier_key").eq(text::key(letters))).expr(PROJECTS.col("id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.ok_or_else(Refusal::forbidden)?.0)
}

/// An item after a command, as it is shown.
pub fn view(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<WorkItemView> {
    let select = tx.in_project(WORK_ITEMS).columns::<WorkItem>(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(id));
    let item = tx.one(&select)?;
    one(tx, item)
}

/// One item as it is shown.
pub fn one(tx: &mut Tx<'_, ProjectScope>, item: WorkItem) -> db::Result<WorkItemView> {
    sides::views(tx, vec![item])?.pop().ok_or_else(|| Refusal::not_found().into())
}
