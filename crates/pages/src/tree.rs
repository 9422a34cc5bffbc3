//! Locking, archiving, moving, deleting and restoring pages, with what is below them.

use std::collections::BTreeSet;

use aileron_db::{
    self as db, ExprTrait as _, Order, Select, WriteTx, id_in,
    schema::{LABELS, PAGE_LABELS, PAGES},
};
use aileron_kernel::{Action, Change, Event, Fields, Refusal, Uuid, fields::unknown_id, limits::PAGES_AT_ONCE, refusal::Kind};
use aileron_tracker::homes::{self, Home};
use serde_json::{Value, json};

use crate::{
    commands::{ENTITY, MOST, TAKEN, check_external_id},
    model::Page,
    queries,
    rules::{Below, check_changeable, check_parent, movers},
    sql,
};

/// Pages a statement.
const CHUNK: usize = 500;

/// Locks a page that the caller sees; unlocking it is for its owner and admins. Done already: nothing happens.
pub fn lock<S: Home>(tx: &mut WriteTx<'_, S>, id: Uuid, locked: bool) -> db::Result<()> {
    tx.scope().check_open()?;
    let page = queries::get(tx, id)?;
    if !locked {
        tx.scope().check_owner(page.owner_id)?;
    }
    if page.is_locked == locked {
        return Ok(());
    }
    tx.update(PAGES, id, vec![("is_locked", locked.into())])?;
    let change = Change::value("is_locked", page.is_locked, locked);
    tx.record(homes::event(tx.scope(), ENTITY, "updated", id).with(vec![change])).map(|_| ())
}

/// Archives a page with what is below it, or takes it back with what was archived with it: its owner, and admins. What is below it goes
/// along as far as it is his or he manages it, as it does when the page moves; the rest is below nothing from then on. Done already: nothing
/// happens.
pub fn archive<S: Home>(tx: &mut WriteTx<'_, S>, id: Uuid, archived: bool) -> db::Result<()> {
    tx.scope().check_open()?;
    let page = queries::get(tx, id)?;
    tx.scope().check_owner(page.owner_id)?;
    if page.archived_at.is_some() == archived {
        return Ok(());
    }
    let below: Vec<Below> = below(tx, id)?.into_iter().filter(|below| below.archived_at == page.archived_at).collect();
    let (going, left) = movers(id, &below, is_takable(tx));
    detach(tx, &left)?;
    let at = archived.then_some(tx.now().micros());
    for chunk in going.chunks(CHUNK) {
        tx.update_where(PAGES, id_in(PAGES, "id", chunk), vec![("archived_at", at.into())])?;
    }
    if !archived {
        detach_from_archived(tx, &page)?;
    }
    for stays in left {
        orphaned(tx, stays.id, Some(stays.parent))?;
    }
    let verb = if archived { "archived" } else { "unarchived" };
    for page in going {
        tx.record(homes::event(tx.scope(), ENTITY, verb, page))?;
    }
    Ok(())
}

/// Which pages below another the caller takes along: his own, and those that he sees and manages.
fn is_takable<S: Home>(tx: &WriteTx<'_, S>) -> impl Fn(&Below) -> bool + use<S> {
    let (me, manages) = (tx.user_id(), tx.scope().is_managed());
    move |below| below.owner == me || manages && !below.is_private
}

/// Reads where a page is to go.
pub fn target(mut fields: Fields) -> Result<Uuid, Refusal> {
    fields.require("project_id");
    let target = fields.id("project_id");
    fields.finish()?;
    Ok(target.unwrap_or_default())
}

/// Moves a page into a project in which the caller makes pages: its owner, and admins. What is below it goes along as far as it is his or he
/// manages it, and he sees it; labels of the project that was stay.
pub fn relocate<S: Home>(tx: &mut WriteTx<'_, S>, id: Uuid, target: Uuid) -> db::Result<()> {
    tx.scope().check_open()?;
    let page = queries::get(tx, id)?;
    tx.scope().check_owner(page.owner_id)?;
    if page.project_id == Some(target) {
        return Ok(());
    }
    check_changeable(&page)?;
    {
        let unknown = || Refusal::new(Kind::Forbidden, json!({ "project_id": [unknown_id(target)] }));
        let mut inside = tx.enter_to_write(target, Action::PagesWrite)?.ok_or_else(unknown)?;
        inside.scope().check_open()?;
        homes::check_feature(&mut inside, "page_view", "Pages")?;
    }
    let (going, left) = movers(id, &below(tx, id)?, is_takable(tx));
    check_external_ids(tx, &going, target)?;
    detach(tx, &left)?;
    for chunk in going.chunks(CHUNK) {
        tx.update_where(PAGES, id_in(PAGES, "id", chunk), vec![("project_id", Some(target).into())])?;
        let kept = tx.from(LABELS).filter(LABELS.col("project_id").is_null()).expr(LABELS.col("id"));
        let others = kept.contains(PAGE_LABELS.col("label_id")).not();
        tx.remove_where(PAGE_LABELS, id_in(PAGE_LABELS, "page_id", chunk).and(others))?;
    }
    tx.adjust_where(PAGES, PAGES.col("id").eq(id), vec![("parent_id", None::<Uuid>.into())])?;
    for stays in left {
        orphaned(tx, stays.id, None)?;
    }
    let change = Change { field: "project".to_owned(), old_id: page.project_id, new_id: Some(target), ..Change::default() };
    for page in going {
        tx.record(Event::new(ENTITY, "moved", page).in_project(target).with(vec![change.clone()]))?;
    }
    Ok(())
}

/// Refuses pages that go to a project where others have their external ids.
fn check_external_ids<S: Home>(tx: &mut WriteTx<'_, S>, going: &[Uuid], target: Uuid) -> db::Result<()> {
    let of = |column| PAGES.col(column);
    let named = |select: Select| {
        let select = select.filter(of("external_source").is_not_null().and(of("external_id").is_not_null()));
        select.expr(of("id")).expr(of("external_source")).expr(of("external_id"))
    };
    for chunk in going.chunks(CHUNK) {
        let own = named(tx.from(PAGES).filter(id_in(PAGES, "id", chunk)));
        let own = tx.all::<(Uuid, String, String)>(&own)?;
        let ids: BTreeSet<&str> = own.iter().map(|own| own.2.as_str()).collect();
        let there = tx.from(PAGES).filter(of("project_id").eq(target).and(of("external_id").is_in(ids)));
        let there = if own.is_empty() { Vec::new() } else { tx.all::<(Uuid, String, String)>(&named(there))? };
        let is_same = |other: &(Uuid, String, String)| own.iter().any(|own| (&own.1, &own.2) == (&other.1, &other.2));
        if let Some(other) = there.iter().find(|other| is_same(other)) {
            return Err(Refusal::taken(TAKEN, other.0).into());
        }
    }
    Ok(())
}

/// Deletes a page: its owner, and admins. What is right below it stays, below nothing. It can be restored.
pub fn delete<S: Home>(tx: &mut WriteTx<'_, S>, id: Uuid) -> db::Result<()> {
    tx.scope().check_open()?;
    let page = queries::get(tx, id)?;
    tx.scope().check_owner(page.owner_id)?;
    let inside = PAGES.col("parent_id").eq(id);
    let most = i64::try_from(MOST).unwrap_or(i64::MAX) + 1;
    let select = homes::all(tx, PAGES).filter(inside.clone()).expr(PAGES.col("id")).order(PAGES.col("id"), Order::Asc).limit(most);
    let children = tx.all::<(Uuid,)>(&select)?;
    check_number(children.len())?;
    if !children.is_empty() {
        tx.adjust_where(PAGES, inside, vec![("parent_id", None::<Uuid>.into())])?;
    }
    for (child,) in children {
        orphaned(tx, child, Some(id))?;
    }
    tx.delete_where(PAGES, PAGES.col("id").eq(id))?;
    let changes = if page.is_private { Vec::new() } else { vec![Change::value("name", page.name, Value::Null)] };
    tx.record(homes::event(tx.scope(), ENTITY, "deleted", id).with(changes)).map(|_| ())
}

/// Takes a deleted page back: its owner, and admins. Without a page above it that is there, it is below nothing.
pub fn restore<S: Home>(tx: &mut WriteTx<'_, S>, id: Uuid) -> db::Result<()> {
    tx.scope().check_open()?;
    let select = homes::deleted(tx, PAGES).columns::<Page>(PAGES).filter(PAGES.col("id").eq(id));
    let page = tx.one::<Page>(&select)?;
    tx.scope().check_owner(page.owner_id)?;
    check_external_id(tx, page.external_source.as_deref(), page.external_id.as_deref(), None)?;
    tx.restore_where(PAGES, PAGES.col("id").eq(id), Vec::new())?;
    detach_from_archived(tx, &page)?;
    tx.record(homes::event(tx.scope(), ENTITY, "restored", id)).map(|_| ())
}

/// A page that comes back is not put below one that is archived, deleted, elsewhere by now, or too far down.
fn detach_from_archived<S: Home>(tx: &mut WriteTx<'_, S>, page: &Page) -> db::Result<()> {
    let Some(parent) = page.parent_id else { return Ok(()) };
    let there = homes::all(tx, PAGES).filter(PAGES.col("id").eq(parent).and(PAGES.col("archived_at").is_null()));
    let fits = tx.any(there)? && check_parent("parent", page.id, &sql::above(tx, parent)?, 0).is_ok();
    if fits {
        return Ok(());
    }
    tx.adjust_where(PAGES, PAGES.col("id").eq(page.id), vec![("parent_id", None::<Uuid>.into())])?;
    orphaned(tx, page.id, Some(parent))
}

/// Puts pages below nothing.
fn detach<S: Home>(tx: &mut WriteTx<'_, S>, pages: &[Below]) -> db::Result<()> {
    let ids: Vec<Uuid> = pages.iter().map(|page| page.id).collect();
    for chunk in ids.chunks(CHUNK) {
        tx.adjust_where(PAGES, id_in(PAGES, "id", chunk), vec![("parent_id", None::<Uuid>.into())])?;
    }
    Ok(())
}

/// Tells that there is nothing above a page any more.
fn orphaned<S: Home>(tx: &mut WriteTx<'_, S>, page: Uuid, parent: Option<Uuid>) -> db::Result<()> {
    let change = Change { field: "parent".to_owned(), old_id: parent, ..Change::default() };
    tx.record(homes::event(tx.scope(), ENTITY, "updated", page).with(vec![change])).map(|_| ())
}

/// All that is below a page, if it is not too much for one request.
fn below<S: Home>(tx: &mut WriteTx<'_, S>, page: Uuid) -> db::Result<Vec<Below>> {
    let below = sql::below(tx, page, MOST + 1)?;
    check_number(below.len())?;
    Ok(below)
}

fn check_number(pages: usize) -> Result<(), Refusal> {
    if pages <= MOST {
        return Ok(());
    }
    Err(PAGES_AT_ONCE.refuse(format!("There are more than {MOST} pages below it. Do it with those first.")))
}
