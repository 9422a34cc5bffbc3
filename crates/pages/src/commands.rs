//! Making, changing and copying pages.

use aileron_db::{
    self as db, ExprTrait as _, Set, Tx, WriteTx, id_in,
    schema::{LABELS, PAGE_LABELS, PAGES},
};
use aileron_kernel::{
    Change, Refusal, Uuid,
    fields::unknown_id,
    limits::{PAGE_VERSIONS, PAGES as PAGES_OF_MEMBER, PAGES_AT_ONCE},
    refusal::Kind,
    text,
};
use aileron_tracker::{
    homes::{self, Home},
    kept_texts,
    versions::IfMatch,
};
use serde_json::{Value, json};

use crate::{
    fields::{PageFields, blank, text_key},
    model::{Page, Text},
    queries,
    rules::{check_changeable, check_parent, name_of_copy},
    sql,
};

/// The word of pages in the log and among kept texts.
pub(crate) const ENTITY: &str = "page";

/// The word of pages among kept texts that were their owner's alone: they stay his when everybody sees the page.
pub(crate) const PRIVATE: &str = "private_page";

/// For how long what the same person saves is one version, in seconds: editors save as one types.
const ONE_VERSION: i64 = 2 * 60;

/// What is said of an external id that another page has.
pub(crate) const TAKEN: &str = "Page with the same external id and external source already exists";

/// The place of the first page in manual order.
const FIRST: f64 = 65_535.0;

/// The distance between new pages.
const STEP: f64 = 10_000.0;

/// The most pages that one request archives, moves or takes back.
pub(crate) const MOST: usize = PAGES_AT_ONCE.most;

/// Makes a page of the caller's, after all others unless its place is given.
pub fn create<S: Home>(tx: &mut WriteTx<'_, S>, fields: PageFields) -> db::Result<Uuid> {
    tx.scope().check_open()?;
    homes::check_feature(tx, "page_view", "Pages")?;
    let own = homes::all(tx, PAGES).filter(PAGES.col("owner_id").eq(tx.user_id()));
    PAGES_OF_MEMBER
        .check(tx.count(own)?, |most| format!("A member has at most {most} pages in a place. Delete one that is not needed any more."))?;
    let (source, external) = (fields.external_source.flatten(), fields.external_id.flatten());
    check_external_id(tx, source.as_deref(), external.as_deref(), None)?;
    let parent = fields.parent.flatten();
    if let Some(parent) = parent {
        self::parent(tx, parent, None)?;
    }
    let labels = fields.labels.unwrap_or_default();
    check_labels(tx, &labels)?;
    let place = match fields.sort_order {
        Some(place) => place,
        None => next_place(tx)?,
    };
    let (name, said) = (fields.name.unwrap_or_default(), fields.text.unwrap_or_else(blank));
    let is_private = fields.is_private.unwrap_or(false);
    let (me, project) = (tx.user_id(), tx.scope().project());
    let set: Vec<Set> = vec![
        ("project_id", project.into()),
        ("owner_id", me.into()),
        ("parent_id", parent.into()),
        ("name_key", text::key(&name).into()),
        ("text_key", text_key(&name, &said.text).into()),
        ("name", name.as_str().into()),
        ("description_html", said.html.into()),
        ("description_text", said.text.into()),
        ("description_json", fields.json.unwrap_or_else(|| json!({})).into()),
        ("description_binary", fields.binary.flatten().into()),
        ("color", fields.color.unwrap_or_default().into()),
        ("view_props", fields.view_props.unwrap_or_else(|| json!({ "full_width": false })).into()),
        ("logo_props", fields.logo_props.unwrap_or_else(|| json!({})).into()),
        ("is_private", is_private.into()),
        ("is_locked", fields.is_locked.unwrap_or(false).into()),
        ("archived_at", None::<i64>.into()),
        ("sort_order", place.into()),
        ("external_source", source.into()),
        ("external_id", external.into()),
    ];
    let id = tx.create(PAGES, set)?;
    label(tx, id, &labels)?;
    let mut changes = vec![Change::value("access", Value::Null, i64::from(is_private))];
    changes.extend((!is_private).then(|| Change::value("name", Value::Null, name)));
    changes.extend(parent.map(|parent| Change { field: "parent".to_owned(), new_id: Some(parent), ..Change::default() }));
    tx.record(homes::event(tx.scope(), ENTITY, "created", id).with(changes))?;
    Ok(id)
}

/// Changes a page that the caller sees and that is neither locked nor archived. A text that is replaced is kept. Who sees a page is for its
/// owner to say.
pub fn update<S: Home>(tx: &mut WriteTx<'_, S>, id: Uuid, fields: PageFields, if_match: &IfMatch) -> db::Result<()> {
    tx.scope().check_open()?;
    let before = queries::get(tx, id)?;
    if_match.check(before.version, "page")?;
    check_changeable(&before)?;
    if fields.is_private.is_some_and(|private| private != before.is_private) && before.owner_id != tx.user_id() {
        return Err(Refusal::field("access", "Only its owner says who sees a page.").into());
    }
    change(tx, &before, fields)
}

/// Changes a page that the caller may change.
pub(crate) fn change<S: Home>(tx: &mut WriteTx<'_, S>, before: &Page, fields: PageFields) -> db::Result<()> {
    let id = before.id;
    let source = fields.external_source.as_ref().unwrap_or(&before.external_source);
    let external = fields.external_id.as_ref().unwrap_or(&before.external_id);
    check_external_id(tx, source.as_deref(), external.as_deref(), Some(id))?;
    let is_private = fields.is_private.unwrap_or(before.is_private);
    let mut edit = Edit { tells: !before.is_private && !is_private, ..Edit::default() };
    if let Some(new) = fields.parent.filter(|parent| *parent != before.parent_id) {
        if let Some(parent) = new {
            self::parent(tx, parent, Some(id))?;
        }
        edit.set.push(("parent_id", new.into()));
        edit.changes.push(Change { field: "parent".to_owned(), old_id: before.parent_id, new_id: new, ..Change::default() });
    }
    if let Some(wanted) = &fields.labels {
        relabel(tx, &mut edit, id, wanted)?;
    }
    retell(tx, &mut edit, before, &fields)?;
    edit.plain(before, fields, is_private);
    if edit.changes.is_empty() {
        return Ok(());
    }
    tx.update(PAGES, id, edit.set)?;
    tx.record(homes::event(tx.scope(), ENTITY, "updated", id).with(edit.changes)).map(|_| ())
}

/// Copies a page that the caller sees: the copy is his, as public or private as it was, neither locked nor archived, and without what is
/// below the page.
pub fn duplicate<S: Home>(tx: &mut WriteTx<'_, S>, id: Uuid) -> db::Result<Uuid> {
    let (page, text) = (queries::get(tx, id)?, queries::text(tx, id)?);
    let labels = queries::labels(tx, &[id])?.remove(&id);
    // What is above an archived page may be archived too, where nothing new is put.
    let parent = page.parent_id.filter(|_| page.archived_at.is_none());
    let parent = match parent {
        Some(parent) if is_seen(tx, parent)? => Some(parent),
        _ => None,
    };
    let fields = PageFields {
        name: Some(name_of_copy(&page.name)),
        text: Some(aileron_platform::html::Cleaned { html: text.description_html, text: text.description_text }),
        json: Some(text.description_json),
        binary: Some(text.description_binary),
        is_private: Some(page.is_private),
        color: Some(page.color),
        view_props: Some(page.view_props),
        logo_props: Some(page.logo_props),
        parent: Some(parent),
        labels,
        ..PageFields::default()
    };
    create(tx, fields)
}

/// Columns with their values, and the changes of the event.
#[derive(Default)]
struct Edit {
    set: Vec<Set>,
    changes: Vec<Change>,
    /// Whether values are told: nothing of a private page is.
    tells: bool,
}

impl Edit {
    fn value<T: PartialEq + Clone + Into<db::Value> + serde::Serialize>(&mut self, field: &'static str, old: &T, new: Option<T>) {
        let Some(new) = new.filter(|new| new != old) else { return };
        let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
        let told = Change::value(field, json(old), json(&new));
        self.changes.push(if self.tells { told } else { Change { field: field.to_owned(), ..Change::default() } });
        self.set.push((field, new.into()));
    }

    fn plain(&mut self, before: &Page, fields: PageFields, is_private: bool) {
        if is_private != before.is_private {
            self.set.push(("is_private", is_private.into()));
            self.changes.push(Change::value("access", i64::from(before.is_private), i64::from(is_private)));
        }
        self.value("name", &before.name, fields.name);
        self.value("color", &before.color, fields.color);
        self.value("view_props", &before.view_props, fields.view_props);
        self.value("logo_props", &before.logo_props, fields.logo_props);
        self.value("sort_order", &before.sort_order, fields.sort_order);
        self.value("external_source", &before.external_source, fields.external_source);
        self.value("external_id", &before.external_id, fields.external_id);
    }
}

/// Name and text: what lists search in, and the text that was there, which is kept.
fn retell<S: Home>(tx: &mut WriteTx<'_, S>, edit: &mut Edit, before: &Page, fields: &PageFields) -> db::Result<()> {
    let is_renamed = fields.name.as_ref().is_some_and(|name| *name != before.name);
    if !is_renamed && fields.text.is_none() && fields.json.is_none() && fields.binary.is_none() {
        return Ok(());
    }
    let old = queries::text(tx, before.id)?;
    let html = fields.text.as_ref().filter(|new| new.html != old.description_html);
    let json = fields.json.as_ref().filter(|new| **new != old.description_json);
    let binary = fields.binary.as_ref().filter(|new| **new != old.description_binary);
    let name = fields.name.as_ref().unwrap_or(&before.name);
    if is_renamed || html.is_some() {
        let plain = html.map_or(&old.description_text, |new| &new.text);
        edit.set.extend([("name_key", text::key(name).into()), ("text_key", text_key(name, plain).into())]);
    }
    let is_lost = !old.is_blank() && (html.is_some() || json.is_some() || binary.is_some());
    if let Some(new) = html {
        edit.set.extend([("description_html", new.html.as_str().into()), ("description_text", new.text.as_str().into())]);
    }
    edit.set.extend(json.map(|new| ("description_json", new.clone().into())));
    edit.set.extend(binary.map(|new| ("description_binary", new.clone().into())));
    let named = [("description_html", html.is_some()), ("description_json", json.is_some()), ("description_binary", binary.is_some())];
    let kept = if is_lost { Some(keep(tx, before, old, fields.is_restored)?) } else { None };
    for (field, _) in named.into_iter().filter(|(_, is_other)| *is_other) {
        edit.changes.push(Change { field: field.to_owned(), old_id: kept, ..Change::default() });
    }
    Ok(())
}

/// Keeps the text that gives way, and answers the version. What the caller wrote himself a moment ago is no version of its own, unless an
/// earlier one takes its place.
fn keep<S: Home>(tx: &mut WriteTx<'_, S>, page: &Page, text: Text, is_restored: bool) -> db::Result<Uuid> {
    let entity = if page.is_private { PRIVATE } else { ENTITY };
    let since = tx.now().plus_seconds(-ONE_VERSION);
    if let Some(last) = kept_texts::last(tx, entity, page.id)?
        && last.created_by == Some(tx.user_id())
        && last.created_at > since
        && !is_restored
    {
        return Ok(last.id);
    }
    let id = kept_texts::keep(tx, entity, page.id, text.into())?;
    kept_texts::trim(tx, &[ENTITY, PRIVATE], page.id, PAGE_VERSIONS.count())?;
    Ok(id)
}

/// The labels that are sent replace those that were there.
fn relabel<S: Home>(tx: &mut WriteTx<'_, S>, edit: &mut Edit, page: Uuid, wanted: &[Uuid]) -> db::Result<()> {
    check_labels(tx, wanted)?;
    let stored = queries::labels(tx, &[page])?.remove(&page).unwrap_or_default();
    let gone: Vec<Uuid> = stored.iter().copied().filter(|label| !wanted.contains(label)).collect();
    let come: Vec<Uuid> = wanted.iter().copied().filter(|label| !stored.contains(label)).collect();
    if !gone.is_empty() {
        tx.remove_where(PAGE_LABELS, PAGE_LABELS.col("page_id").eq(page).and(id_in(PAGE_LABELS, "label_id", &gone)))?;
    }
    label(tx, page, &come)?;
    let change = |old_id, new_id| Change { field: "labels".to_owned(), old_id, new_id, ..Change::default() };
    edit.changes.extend(gone.into_iter().map(|label| change(Some(label), None)));
    edit.changes.extend(come.into_iter().map(|label| change(None, Some(label))));
    Ok(())
}

fn label<S: Home>(tx: &mut WriteTx<'_, S>, page: Uuid, labels: &[Uuid]) -> db::Result<()> {
    let rows = labels.iter().map(|label| vec![page.into(), (*label).into()]).collect();
    tx.insert_rows(PAGE_LABELS, &["page_id", "label_id"], rows)
}

/// Refuses labels that are neither the project's nor the workspace's.
fn check_labels<S: Home>(tx: &mut Tx<'_, S>, labels: &[Uuid]) -> db::Result<()> {
    if labels.is_empty() {
        return Ok(());
    }
    let of_workspace = LABELS.col("project_id").is_null();
    let here = match tx.scope().project() {
        Some(project) => of_workspace.or(LABELS.col("project_id").eq(project)),
        None => of_workspace,
    };
    let select = tx.from(LABELS).filter(id_in(LABELS, "id", labels)).filter(here).expr(LABELS.col("id"));
    let found = tx.all::<(Uuid,)>(&select)?;
    match labels.iter().enumerate().find(|(_, label)| !found.contains(&(**label,))) {
        Some((index, label)) => Err(Refusal::new(Kind::Invalid, json!({ "labels": { index.to_string(): [unknown_id(*label)] } })).into()),
        None => Ok(()),
    }
}

/// Refuses what cannot be above a page of this place: what the caller does not see there, what is archived, and what is below the page.
fn parent<S: Home>(tx: &mut WriteTx<'_, S>, parent: Uuid, page: Option<Uuid>) -> db::Result<()> {
    if !is_seen(tx, parent)? {
        return Err(Refusal::field("parent", unknown_id(parent)).into());
    }
    let above = sql::above(tx, parent)?;
    let height = match page {
        Some(page) => sql::below(tx, page, MOST)?.iter().map(|below| below.level).max().unwrap_or(0),
        None => 0,
    };
    Ok(check_parent("parent", page.unwrap_or_else(Uuid::nil), &above, height)?)
}

/// Whether a page of this place is there for the caller and not archived.
fn is_seen<S: Home>(tx: &mut Tx<'_, S>, page: Uuid) -> db::Result<bool> {
    let seen = homes::visible(tx, PAGES).filter(PAGES.col("id").eq(page).and(PAGES.col("archived_at").is_null()));
    tx.any(seen)
}

/// Refuses an external id that another live page of the place has.
pub(crate) fn check_external_id<S: Home>(
    tx: &mut Tx<'_, S>,
    source: Option<&str>,
    id: Option<&str>,
    itself: Option<Uuid>,
) -> db::Result<()> {
    let (Some(source), Some(id)) = (source, id) else { return Ok(()) };
    let same = PAGES.col("external_source").eq(source).and(PAGES.col("external_id").eq(id));
    let others = homes::all(tx, PAGES).filter(same).filter_some(itself.map(|itself| PAGES.col("id").ne(itself)));
    match tx.optional::<(Uuid,)>(&others.expr(PAGES.col("id")))? {
        Some((other,)) => Err(Refusal::taken(TAKEN, itself.unwrap_or(other)).into()),
        None => Ok(()),
    }
}

fn next_place<S: Home>(tx: &mut Tx<'_, S>) -> db::Result<f64> {
    let select = homes::all(tx, PAGES).expr(PAGES.col("sort_order").max());
    let last = tx.optional::<(Option<f64>,)>(&select)?.and_then(|row| row.0);
    Ok(last.map_or(FIRST, |last| last + STEP))
}
