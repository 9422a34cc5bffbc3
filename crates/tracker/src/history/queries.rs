//! Reading work items of the past.

use std::collections::{BTreeSet, HashMap};

use aileron_db::{
    self as db, Expr, ExprTrait as _, Func, Order, ProjectScope, Select, Tx, WorkspaceScope, id_in,
    schema::{EVENTS, LABELS, STATES, TEXT_VERSIONS, WORK_ITEM_LABELS, WORK_ITEMS},
};
use aileron_kernel::{Action, Change, Page, Refusal, StateGroup, Time, Uuid};
use serde_json::Value;

use super::{
    model::{PastItemView, Wanted},
    rules::{Past, Told, made_at, undo},
};
use crate::{
    collections::history::{Log, Of, There, with_history},
    work_items::{
        model::{WorkItem, WorkItemView},
        queries::{formerly, project_of, shown},
        rules::hidden,
        sides, visibility,
    },
};

/// The most events that are taken back for one answer.
const MOST: i64 = 50_000;

/// One item as it stood in this project. Refuses with 404 where there was none that the caller could have read.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid, at: Time) -> db::Result<PastItemView> {
    let (project, past) = (tx.project_id(), readable(tx, id, at)?);
    shown_as(tx, past.filter(|past| past.item.project_id == project).into_iter().collect(), at)?
        .pop()
        .ok_or_else(|| Refusal::not_found().into())
}

/// An item of this project as it stood, in whatever project that was.
pub fn get_anywhere(tx: &mut Tx<'_, ProjectScope>, id: Uuid, at: Time) -> db::Result<PastItemView> {
    let past = readable(tx, id, at)?;
    shown_as(tx, past.into_iter().collect(), at)?.pop().ok_or_else(|| Refusal::not_found().into())
}

/// The item as it stood, if the caller could have read it.
fn readable(tx: &mut Tx<'_, ProjectScope>, id: Uuid, at: Time) -> db::Result<Option<Past>> {
    let (mut views, me) = (as_of(tx, &[id], at)?, tx.user_id());
    let is_read = |why: Option<&str>, past: &Past| why.is_none() || why == Some("draft") && past.item.created_by == Some(me);
    Ok(views.pop().filter(|(past, why)| past.is_there && is_read(*why, past)).map(|(past, _)| past))
}

/// The project and the item that are called this now, be it deleted, or were called so once. Refuses as the look at what is now does.
pub fn by_identifier(tx: &mut Tx<'_, WorkspaceScope>, (letters, number): (&str, i64)) -> db::Result<(Uuid, Uuid)> {
    let mut refusal = Refusal::forbidden();
    if let Some(project) = project_of(tx, letters)?
        && let Some(mut inside) = tx.enter(project, Action::WorkItemsRead)?
    {
        let select = inside.from_with_deleted(WORK_ITEMS).filter(WORK_ITEMS.col("project_id").eq(project));
        let select = select.filter(WORK_ITEMS.col("sequence_id").eq(number)).expr(WORK_ITEMS.col("id"));
        if let Some((item,)) = inside.optional::<(Uuid,)>(&select)? {
            return Ok((project, item));
        }
        refusal = Refusal::not_found();
    }
    let (item, project) = formerly(tx, letters, number)?.ok_or_else(|| refusal.clone())?;
    if tx.enter(project, Action::WorkItemsRead)?.is_some() { Ok((project, item)) } else { Err(refusal.into()) }
}

/// One page of the items that lists showed: a constant number of statements, at the cost of the page and of what happened since. An
/// archived project shows none.
pub fn list(tx: &mut Tx<'_, ProjectScope>, wanted: Wanted) -> db::Result<Page<PastItemView>> {
    let page = wanted.page;
    if tx.scope().archived_at().is_some() {
        return Ok(page.answer(Vec::new(), 0));
    }
    let since = tx.from(EVENTS).filter(EVENTS.col("project_id").eq(tx.project_id()).and(EVENTS.col("at").gt(wanted.at.micros())));
    check_number(tx.count(since.filter(EVENTS.col("subject_id").is_not_null()))?)?;
    let project = tx.project_id();
    let mut changed = Log::read(tx, Of::Changed, wanted.at)?.there(project);
    changed.sort_by_key(|there| place(there, wanted.newest_first));
    let touched = with_history(tx, Of::Changed, wanted.at).contains(WORK_ITEMS.col("id"));
    let unchanged = shown(tx).filter(touched.not());
    let total = tx.count(unchanged.clone())? + number(changed.len());
    let ids = merged(tx, unchanged, &changed, wanted)?;
    let pasts = as_of(tx, &ids, wanted.at)?.into_iter().map(|(past, _)| past);
    let here = pasts.filter(|past| past.is_there && past.item.project_id == project);
    let by_id: HashMap<Uuid, Past> = here.map(|past| (past.item.id, past)).collect();
    let pasts = ids.iter().filter_map(|id| by_id.get(id).cloned()).collect();
    Ok(page.answer(shown_as(tx, pasts, wanted.at)?, total))
}

/// Where an item comes in the list.
fn place(there: &There, newest_first: bool) -> (i64, i128) {
    // The upper half of an id is positive as a signed number: times are.
    let (at, id) = (there.created_at.micros(), i128::from_be_bytes(there.id.into_bytes()));
    if newest_first { (-at, -id) } else { (at, id) }
}

/// The ids of a page of what did not change since and of what did, in order. Of those before the page, no more are asked for than can
/// come into it.
fn merged(tx: &mut Tx<'_, ProjectScope>, unchanged: Select, changed: &[There], wanted: Wanted) -> db::Result<Vec<Uuid>> {
    let (offset, size) = (wanted.page.offset(), wanted.page.per_page);
    let order = if wanted.newest_first { Order::Desc } else { Order::Asc };
    let skipped = Ord::max(0, offset.saturating_sub(number(changed.len())));
    let select = unchanged
        .expr(WORK_ITEMS.col("id"))
        .expr(WORK_ITEMS.col("created_at"))
        .order(WORK_ITEMS.col("created_at"), order.clone())
        .order(WORK_ITEMS.col("id"), order)
        .page(size.saturating_add(offset - skipped), skipped);
    let mut all: Vec<(bool, There)> = changed.iter().map(|there| (false, *there)).collect();
    all.extend(tx.all::<(Uuid, Time)>(&select)?.into_iter().map(|(id, created_at)| (true, There { id, created_at })));
    all.sort_by_key(|(_, there)| place(there, wanted.newest_first));
    let (first, size) = (usize::try_from(offset - skipped).unwrap_or(usize::MAX), usize::try_from(size).unwrap_or(0));
    Ok(all.into_iter().skip(first).take(size).map(|(_, there)| there.id).collect())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn check_number(events: i64) -> Result<(), Refusal> {
    if events > MOST {
        return Err(Refusal::field("as_of", format!("More than {MOST} changes were made since then: that is too long ago.")));
    }
    Ok(())
}

/// These items as they stood, and why lists left them out; items that the caller may not see now are not among them.
fn as_of(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid], at: Time) -> db::Result<Vec<(Past, Option<&'static str>)>> {
    let select = tx
        .from_with_deleted(WORK_ITEMS)
        .columns::<WorkItem>(WORK_ITEMS)
        .filter(WORK_ITEMS.col("project_id").eq(tx.project_id()).and(id_in(WORK_ITEMS, "id", ids)))
        .filter(visibility::no_draft_of_others(tx.user_id()))
        .filter_some(visibility::in_project(tx.scope()));
    let items = tx.all::<WorkItem>(&select)?;
    let live: BTreeSet<Uuid> = tx.all::<(Uuid,)>(&live(tx, ids))?.into_iter().map(|row| row.0).collect();
    let mut pasts = pasts(tx, ids, items, &live, at)?;
    for (item, told) in events(tx, ids, at)? {
        if let Some(past) = pasts.get_mut(&item) {
            undo(past, &told);
        }
    }
    let states: Vec<Uuid> = pasts.values().map(|past| past.item.state_id).collect();
    let groups = groups(tx, &states)?;
    let why = |past: Past| {
        let group = groups.get(&past.item.state_id).copied().unwrap_or(StateGroup::Backlog);
        let why = hidden(past.item.is_draft, past.item.archived_at, group);
        (past, why)
    };
    Ok(pasts.into_values().map(why).collect())
}

fn live(tx: &Tx<'_, ProjectScope>, ids: &[Uuid]) -> Select {
    tx.in_project(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids)).expr(WORK_ITEMS.col("id"))
}

/// The items as they are now, with what stands beside their rows, and with the labels that were deleted since.
pub(crate) fn pasts(
    tx: &mut Tx<'_, ProjectScope>,
    ids: &[Uuid],
    items: Vec<WorkItem>,
    live: &BTreeSet<Uuid>,
    at: Time,
) -> db::Result<HashMap<Uuid, Past>> {
    let (mut assignees, mut labels) = (sides::assignees(tx, ids)?, labels(tx, ids, at)?);
    let (mut cycles, mut modules) = (sides::cycles(tx, ids)?, sides::modules(tx, ids)?);
    let past = |item: WorkItem| {
        let of = |sides: &mut HashMap<Uuid, Vec<Uuid>>| sides.remove(&item.id).unwrap_or_default();
        let past = Past {
            assignees: of(&mut assignees).into_iter().collect(),
            labels: of(&mut labels).into_iter().collect(),
            cycle: of(&mut cycles).first().copied(),
            modules: of(&mut modules).into_iter().collect(),
            is_there: live.contains(&item.id),
            text: None,
            document: None,
            item,
        };
        (past.item.id, past)
    };
    Ok(items.into_iter().map(past).collect())
}

/// The labels of items now, and those that were deleted after an instant: nothing took them off an item but that.
fn labels(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid], at: Time) -> db::Result<HashMap<Uuid, Vec<Uuid>>> {
    let mut labels = sides::labels(tx, ids)?;
    let gone = tx.from_with_deleted(LABELS).filter(LABELS.col("deleted_at").gt(at.micros())).expr(LABELS.col("id"));
    let select = tx
        .from(WORK_ITEM_LABELS)
        .filter(id_in(WORK_ITEM_LABELS, "item_id", ids).and(gone.contains(WORK_ITEM_LABELS.col("label_id"))))
        .expr(WORK_ITEM_LABELS.col("item_id"))
        .expr(WORK_ITEM_LABELS.col("label_id"));
    for (item, label) in tx.all::<(Uuid, Uuid)>(&select)? {
        labels.entry(item).or_default().push(label);
    }
    Ok(labels)
}

/// What happened to items after an instant, the newest first.
fn events(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid], at: Time) -> db::Result<Vec<(Uuid, Told)>> {
    let select = of_items(tx, ids)
        .filter(EVENTS.col("at").gt(at.micros()))
        .expr(EVENTS.col("at"))
        .expr(EVENTS.col("seq"))
        .expr(EVENTS.col("subject_id"))
        .expr(EVENTS.col("entity"))
        .expr(EVENTS.col("verb"))
        .expr(EVENTS.col("changes"))
        .limit(MOST + 1);
    let mut rows = tx.all::<(Time, i64, Uuid, String, String, Value)>(&select)?;
    check_number(number(rows.len()))?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.0, row.1)));
    let told = rows.into_iter().map(|(_, _, item, entity, verb, changes)| {
        let changes = serde_json::from_value::<Vec<Change>>(changes).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
        if changes.iter().any(|change| change.is_cut) {
            return Err(Refusal::field("as_of", "Not all that was changed since is kept whole: what was then cannot be told.").into());
        }
        Ok((item, Told { entity, verb, changes }))
    });
    told.collect()
}

/// The events about items that change what these say.
fn of_items(tx: &Tx<'_, ProjectScope>, ids: &[Uuid]) -> Select {
    let nouns = EVENTS.col("entity").is_in(["work_item", "cycle_item", "module_item"]);
    tx.from(EVENTS).filter(id_in(EVENTS, "subject_id", ids).and(nouns))
}

/// The groups of states, of those of other projects too: an item may have been there.
pub(crate) fn groups(tx: &mut Tx<'_, ProjectScope>, states: &[Uuid]) -> db::Result<HashMap<Uuid, StateGroup>> {
    let select = tx.from_with_deleted(STATES).filter(id_in(STATES, "id", states));
    let rows = tx.all::<(Uuid, String)>(&select.expr(STATES.col("id")).expr(STATES.col("group_name")))?;
    Ok(rows.into_iter().map(|(id, group)| (id, StateGroup::parse(&group).unwrap_or(StateGroup::Backlog))).collect())
}

/// Items of the past as they are shown, with the texts of then, and who had changed them when.
fn shown_as(tx: &mut Tx<'_, ProjectScope>, mut pasts: Vec<Past>, at: Time) -> db::Result<Vec<PastItemView>> {
    texts(tx, &mut pasts)?;
    let ids: Vec<Uuid> = pasts.iter().map(|past| past.item.id).collect();
    let (changed, imported) = (last_changes(tx, &ids, at)?, imports(tx, &ids)?);
    let view = |mut past: Past| {
        if let Some((by, when)) = changed.get(&past.item.id) {
            (past.item.updated_by, past.item.updated_at) = (*by, *when);
        }
        let history_from = imported.get(&past.item.id).copied();
        let item = WorkItemView::new(past.item, past.assignees.into_iter().collect(), past.labels.into_iter().collect());
        PastItemView { item, cycle_id: past.cycle, module_ids: past.modules.into_iter().collect(), history_from }
    };
    Ok(pasts.into_iter().map(view).collect())
}

/// Puts the texts of then in the place of those of now.
fn texts(tx: &mut Tx<'_, ProjectScope>, pasts: &mut [Past]) -> db::Result<()> {
    let wanted: Vec<Uuid> = pasts.iter().flat_map(|past| past.text.into_iter().chain(past.document.flatten())).collect();
    let select = tx.from(TEXT_VERSIONS).filter(id_in(TEXT_VERSIONS, "id", &wanted));
    let select = select.expr(TEXT_VERSIONS.col("id")).expr(TEXT_VERSIONS.col("html")).expr(TEXT_VERSIONS.col("editor_state"));
    let kept = tx.all::<(Uuid, String, Option<Vec<u8>>)>(&select)?;
    let kept: HashMap<Uuid, (String, Option<Vec<u8>>)> = kept.into_iter().map(|(id, html, document)| (id, (html, document))).collect();
    for past in pasts {
        if let Some((html, _)) = past.text.and_then(|id| kept.get(&id)) {
            past.item.description_html.clone_from(html);
        }
        if let Some(version) = past.document {
            past.item.description_binary = version.and_then(|id| kept.get(&id)).and_then(|(_, document)| document.clone());
        }
    }
    Ok(())
}

/// Who had changed those of these items that were changed since, and when: the last event until then.
fn last_changes(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid], at: Time) -> db::Result<HashMap<Uuid, (Option<Uuid>, Time)>> {
    let own = |select: Select| select.filter(EVENTS.col("entity").eq("work_item"));
    let since = own(tx.from(EVENTS).filter(id_in(EVENTS, "subject_id", ids).and(EVENTS.col("at").gt(at.micros()))));
    let until = own(tx.from(EVENTS).filter(since.expr(EVENTS.col("subject_id")).contains(EVENTS.col("subject_id"))));
    let until = until.filter(EVENTS.col("at").lte(at.micros())).group_by(EVENTS.col("subject_id"));
    let last = tx.all::<(i64,)>(&until.expr(Func::max(EVENTS.col("seq"))))?;
    let seqs: Vec<i64> = last.into_iter().map(|row| row.0).collect();
    let is_last = if seqs.is_empty() { Expr::cust("FALSE") } else { EVENTS.col("seq").is_in(seqs) };
    let select = tx.from(EVENTS).filter(is_last);
    let select = select.expr(EVENTS.col("subject_id")).expr(EVENTS.col("actor_id")).expr(EVENTS.col("at")).expr(EVENTS.col("verb"));
    let rows = tx.all::<(Uuid, Option<Uuid>, Time, String)>(&select)?.into_iter();
    // Making an item changes nobody's.
    Ok(rows.map(|(item, actor, when, verb)| (item, (actor.filter(|_| verb != "created"), when))).collect())
}

/// When those of these items were imported that were.
fn imports(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, Time>> {
    let made = EVENTS.col("entity").eq("work_item").and(EVENTS.col("verb").eq("created")).and(EVENTS.col("origin").eq("import"));
    let select = tx.from(EVENTS).filter(id_in(EVENTS, "subject_id", ids).and(made));
    let rows = tx.all::<(Uuid, Uuid)>(&select.expr(EVENTS.col("subject_id")).expr(EVENTS.col("id")))?;
    Ok(rows.into_iter().map(|(item, event)| (item, made_at(event))).collect())
}
