//! Reading single work items.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Select, Tx, WorkspaceScope,
    schema::{PROJECTS, WORK_ITEMS},
};
use aileron_kernel::{Refusal, Uuid, text};

use super::{
    model::{WorkItem, WorkItemView},
    sides, visibility,
};

/// The items that lists show: those that the caller may see and that are no drafts, not archived and not in triage.
pub fn shown(tx: &Tx<'_, ProjectScope>) -> Select {
    visible(tx).filter(WORK_ITEMS.col("hidden").is_null())
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

/// An item after a command, as it is shown. A request that is repeated comes here without its command: the item may be nobody's to
/// see any more.
pub fn view(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<WorkItemView> {
    let item = find(tx, id)?.ok_or_else(Refusal::not_found)?;
    one(tx, item)
}

/// One item as it is shown.
pub fn one(tx: &mut Tx<'_, ProjectScope>, item: WorkItem) -> db::Result<WorkItemView> {
    sides::views(tx, vec![item])?.pop().ok_or_else(|| Refusal::not_found().into())
}
