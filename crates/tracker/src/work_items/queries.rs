//! Reading single work items.

use aileron_db::{
    self as db, ExprTrait as _, Order, ProjectScope, Select, Tx, WorkspaceScope, id_in,
    schema::{FORMER_IDENTIFIERS, PROJECTS, WORK_ITEMS},
};
use aileron_kernel::{Action, Filter, Refusal, Uuid, text};

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
    let ids: Vec<Uuid> = projects.iter().map(|project| project.id).collect();
    if filter.is_all() { shown } else { shown.filter(filters::condition(tx, filter, &ids)) }
}

/// Those that can be read one by one: the same, and the caller's own drafts.
fn readable(tx: &Tx<'_, ProjectScope>) -> Select {
    let own_draft = WORK_ITEMS.col("hidden").eq("draft").and(WORK_ITEMS.col("created_by").eq(tx.user_id()));
    visible(tx).filter(WORK_ITEMS.col("hidden").is_null().or(own_draft))
}

/// The archived items that the caller may see.
pub fn archived(tx: &Tx<'_, ProjectScope>) -> Select {
    visible(tx).filter(WORK_ITEMS.col("hidden").eq("archived"))
}

/// One archived item. Refuses with 404 where there is none.
pub fn get_archived(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<WorkItem> {
    let select = archived(tx).columns::<WorkItem>(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(id));
    tx.one(&select)
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
    Ok(find_all_accepted(tx, &[id])?.pop())
}

/// The same of many items, in any order.
pub fn find_all_accepted(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<Vec<WorkItem>> {
    let accepted = WORK_ITEMS.col("hidden").is_null().or(WORK_ITEMS.col("hidden").ne("triage"));
    let select = visible(tx).filter(visibility::no_draft_of_others(tx.user_id())).filter(accepted);
    let select = select.columns::<WorkItem>(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids));
    tx.all(&select)
}

/// These items of the project but for what waits in intake, whoever sees them: for what goes along with one that the caller may change.
pub(super) fn find_any(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<Vec<WorkItem>> {
    let accepted = WORK_ITEMS.col("hidden").is_null().or(WORK_ITEMS.col("hidden").ne("triage"));
    let select = tx.in_project(WORK_ITEMS).filter(accepted).columns::<WorkItem>(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids));
    tx.all(&select)
}

/// The item of this number, if the caller may read it.
pub fn by_number(tx: &mut Tx<'_, ProjectScope>, number: i64) -> db::Result<Option<WorkItem>> {
    let select = readable(tx).columns::<WorkItem>(WORK_ITEMS).filter(WORK_ITEMS.col("sequence_id").eq(number));
    tx.optional(&select)
}

/// The item that once had this number in a project of these letters, with the project that it is in now.
pub fn formerly(tx: &mut Tx<'_, WorkspaceScope>, letters: &str, number: i64) -> db::Result<Option<(Uuid, Uuid)>> {
    let of = |column| FORMER_IDENTIFIERS.col(column);
    let key = text::key(letters);
    let named = tx.from(PROJECTS).filter(PROJECTS.col("identifier_key").eq(key.as_str())).expr(PROJECTS.col("id"));
    let by_letters = of("identifier_key").eq(key.as_str());
    let select = tx
        .from(FORMER_IDENTIFIERS)
        .join(WORK_ITEMS, WORK_ITEMS.col("id").eq(of("item_id")))
        .filter(of("sequence_id").eq(number).and(by_letters.clone().or(named.contains(of("project_id")))))
        .expr(WORK_ITEMS.col("id"))
        .expr(WORK_ITEMS.col("project_id"))
        // What a project of these letters gave away comes before what another one did that once had them.
        .order(by_letters, Order::Asc)
        .order(of("created_at"), Order::Desc);
    tx.optional(&select)
}

/// The item that came from there.
pub fn by_external_id(tx: &mut Tx<'_, ProjectScope>, source: &str, id: &str) -> db::Result<WorkItem> {
    let same = WORK_ITEMS.col("external_source").eq(source).and(WORK_ITEMS.col("external_id").eq(id));
    let select = readable(tx).columns::<WorkItem>(WORK_ITEMS).filter(same);
    tx.one(&select)
}

/// The project with these letters before its numbers.
pub fn project_of(tx: &mut Tx<'_, WorkspaceScope>, letters: &str) -> db::Result<Option<Uuid>> {
    let select = tx.from(PROJECTS).filter(PROJECTS.col("identifier_key").eq(text::key(letters))).expr(PROJECTS.col("id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0))
}

/// The project and the item that are called this, or were called so once. Refuses with 404 where the caller reads the project and
/// finds no such item there, else with 403, be there a project or not.
pub fn by_identifier(tx: &mut Tx<'_, WorkspaceScope>, (letters, number): (&str, i64)) -> db::Result<(Uuid, WorkItem)> {
    let mut refusal = Refusal::forbidden();
    if let Some(project) = project_of(tx, letters)?
        && let Some(mut inside) = tx.enter(project, Action::WorkItemsRead)?
    {
        if let Some(item) = by_number(&mut inside, number)? {
            return Ok((project, item));
        }
        refusal = Refusal::not_found();
    }
    let Some((item, project)) = formerly(tx, letters, number)? else { return Err(refusal.into()) };
    let Some(mut inside) = tx.enter(project, Action::WorkItemsRead)? else { return Err(refusal.into()) };
    let select = readable(&inside).columns::<WorkItem>(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(item));
    Ok((project, inside.optional(&select)?.ok_or(refusal)?))
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
