//! Making, changing and deleting comments.

use aileron_db::{self as db, ExprTrait as _, ProjectScope, Set, WriteTx, schema::COMMENTS};
use aileron_kernel::{Change, Event, Origin, Refusal, Role, Uuid, fields, refusal::Kind};
use serde_json::{Value, json};

use super::{
    model::{Access, Comment, CommentFields},
    queries,
};
use crate::{
    kept_texts::{self, Kept},
    members,
    projects::rules::check_writable,
    search, trash,
    work_items::visibility,
};

/// The refusal of a comment that is known already.
const KNOWN: &str = "Work item comment with the same external id and external source already exists";

/// Says something about an item. Admins may say when and by whom, for what they bring from elsewhere.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, fields: CommentFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    check_place(tx, item)?;
    let external = (fields.external_source.clone().flatten(), fields.external_id.clone().flatten());
    if let Some(existing) = with_external_id(tx, item, &external, None)? {
        return Err(Refusal::taken(KNOWN, existing).into());
    }
    let parent = fields.reply_to.flatten();
    if let Some(parent) = parent {
        check_parent(tx, item, parent)?;
    }
    let (created_at, author) = origin(tx, &fields)?;
    let access = fields.access.unwrap_or(Access::Internal).as_str();
    let (project, me) = (tx.project_id(), tx.user_id());
    let said = fields.said.unwrap_or_default();
    let id = tx.create(
        COMMENTS,
        vec![
            ("project_id", project.into()),
            ("item_id", item.into()),
            ("parent_id", parent.into()),
            ("actor_id", author.into()),
            ("comment_text", said.text.into()),
            ("comment_html", said.html.into()),
            ("comment_json", fields.json.unwrap_or_else(|| json!({})).into()),
            ("access", access.into()),
            ("edited_at", None::<i64>.into()),
            ("external_source", external.0.into()),
            ("external_id", external.1.into()),
            ("created_at", created_at.into()),
            ("created_by", author.into()),
            ("updated_by", Some(me).filter(|me| !me.is_nil()).into()),
        ],
    )?;
    search::index::update(tx, item)?;
    let changes = vec![Change::value("access", Value::Null, access)];
    tx.record(Event::new("comment", "created", id).in_project(project).about(item).with(changes))?;
    Ok(id)
}

/// Changes one's own comment. The text before is kept.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid, fields: CommentFields) -> db::Result<()> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let before = queries::get(tx, item, id)?;
    tx.scope().check_creator(before.actor_id, Refusal::forbidden())?;
    let source = fields.external_source.clone().unwrap_or_else(|| before.external_source.clone());
    let external = (source, fields.external_id.clone().unwrap_or_else(|| before.external_id.clone()));
    if with_external_id(tx, item, &external, Some(id))?.is_some() {
        return Err(Refusal::taken(KNOWN, id).into());
    }
    if fields.reply_to.is_some_and(|parent| parent != before.parent_id) {
        return Err(Refusal::field("reply_to", "A comment stays where it was made.").into());
    }
    let (mut set, mut changes) = set(&before, &fields);
    let said = fields.said.filter(|said| said.html != before.comment_html);
    let is_edited = said.is_some();
    let kept = document(tx, &before)?;
    let json = fields.json.filter(|json| *json != kept);
    let version = if is_edited || json.is_some() { Some(keep(tx, &before, Some(kept))?) } else { None };
    let mut note = |field: &str| changes.push(Change { field: field.to_owned(), old_id: version, ..Change::default() });
    if let Some(json) = json {
        note("comment_json");
        set.push(("comment_json", json.into()));
    }
    if let Some(said) = said {
        note("comment_html");
        set.extend([("comment_text", said.text.into()), ("comment_html", said.html.into())]);
        // As recorded: an edit through the API is no edit that readers are told of, one in the app is.
        if tx.workspace().actor().origin == Origin::Web {
            set.push(("edited_at", Some(tx.now().micros()).into()));
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    tx.update(COMMENTS, id, set)?;
    if is_edited {
        search::index::update(tx, item)?;
    }
    let project = tx.project_id();
    tx.record(Event::new("comment", "updated", id).in_project(project).about(item).with(changes)).map(|_| ())
}

/// Deletes a comment: one's own, or as an admin.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let comment = queries::get(tx, item, id)?;
    tx.scope().check_creator(comment.actor_id, Refusal::forbidden())?;
    tx.delete_where(COMMENTS, COMMENTS.col("id").eq(id))?;
    search::index::update(tx, item)?;
    let project = tx.project_id();
    tx.record(Event::new("comment", "deleted", id).in_project(project).about(item))?;
    Ok(())
}

/// Brings a deleted comment back: its author, or an admin.
pub fn restore(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let of = |column| COMMENTS.col(column);
    let deleted = of("id").eq(id).and(of("item_id").eq(item)).and(of("deleted_at").is_not_null());
    let select = tx.from_with_deleted(COMMENTS).filter(deleted).expr(of("actor_id")).expr(of("external_source")).expr(of("external_id"));
    let found = tx.optional::<(Option<Uuid>, Option<String>, Option<String>)>(&select)?;
    let Some((author, source, external)) = found else { return Err(trash::missing(tx, COMMENTS, "comment", id)) };
    tx.scope().check_creator(author, Refusal::forbidden())?;
    if let Some(other) = with_external_id(tx, item, &(source, external), None)? {
        return Err(Refusal::taken(KNOWN, other).into());
    }
    tx.restore_where(COMMENTS, of("id").eq(id), Vec::new())?;
    search::index::update(tx, item)?;
    let project = tx.project_id();
    tx.record(Event::new("comment", "restored", id).in_project(project).about(item)).map(|_| ())
}

/// Columns and changes of all but the text and its document.
fn set(before: &Comment, fields: &CommentFields) -> (Vec<Set>, Vec<Change>) {
    let (mut set, mut changes): (Vec<Set>, Vec<Change>) = (Vec::new(), Vec::new());
    if let Some(access) = fields.access.map(Access::as_str).filter(|access| *access != before.access) {
        changes.push(Change::value("access", before.access.clone(), access));
        set.push(("access", access.into()));
    }
    if let Some(source) = fields.external_source.clone().filter(|source| *source != before.external_source) {
        changes.push(Change::value("external_source", before.external_source.clone(), source.clone()));
        set.push(("external_source", source.into()));
    }
    if let Some(id) = fields.external_id.clone().filter(|id| *id != before.external_id) {
        changes.push(Change::value("external_id", before.external_id.clone(), id.clone()));
        set.push(("external_id", id.into()));
    }
    (set, changes)
}

/// When the comment was made and by whom: for admins as they say, for others now and by themselves. What a rule says nobody says.
fn origin(tx: &mut WriteTx<'_, ProjectScope>, fields: &CommentFields) -> db::Result<(i64, Option<Uuid>)> {
    let (now, me) = (tx.now(), tx.user_id());
    if !tx.scope().is_at_least(Role::Admin) {
        return Ok((now.micros(), Some(me)));
    }
    let author = fields.created_by.unwrap_or(me);
    if author != me && members::queries::in_workspace(tx, author)?.is_none() {
        return Err(Refusal::field("created_by", fields::unknown_id(author)).into());
    }
    Ok((fields.created_at.unwrap_or(now).micros(), Some(author).filter(|author| !author.is_nil())))
}

/// As recorded, an unknown item is 400 here. Who sees only his own items is told nothing of the others: 404 for both.
fn check_place(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid) -> db::Result<()> {
    visibility::check_open_item(tx, item).map_err(|error| {
        let is_missing = error.refusal().is_some_and(|refusal| refusal.kind == Kind::NotFound);
        if is_missing && !tx.scope().sees_only_own() { Refusal::error("The payload is not valid").into() } else { error }
    })
}

fn check_parent(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, parent: Uuid) -> db::Result<()> {
    let found = queries::about(tx, item).filter(COMMENTS.col("id").eq(parent));
    if tx.any(found)? { Ok(()) } else { Err(Refusal::field("reply_to", fields::unknown_id(parent)).into()) }
}

fn with_external_id(
    tx: &mut WriteTx<'_, ProjectScope>,
    item: Uuid,
    external: &(Option<String>, Option<String>),
    except: Option<Uuid>,
) -> db::Result<Option<Uuid>> {
    let (Some(source), Some(external)) = external else { return Ok(None) };
    let same = COMMENTS.col("external_source").eq(source.as_str()).and(COMMENTS.col("external_id").eq(external.as_str()));
    let others = except.map(|id| COMMENTS.col("id").ne(id));
    let select = queries::about(tx, item).filter(same).filter_some(others).expr(COMMENTS.col("id")).limit(1);
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0))
}

/// What the client's editor keeps of a comment.
fn document(tx: &mut WriteTx<'_, ProjectScope>, comment: &Comment) -> db::Result<Value> {
    let select = queries::about(tx, comment.item_id).filter(COMMENTS.col("id").eq(comment.id)).expr(COMMENTS.col("comment_json"));
    Ok(tx.one::<(Value,)>(&select)?.0)
}

/// Keeps the text of a comment as a version, with the document of the editor if that too may change.
pub(super) fn keep(tx: &mut WriteTx<'_, ProjectScope>, comment: &Comment, document: Option<Value>) -> db::Result<Uuid> {
    let text = Kept { html: comment.comment_html.clone(), document, editor_state: None };
    kept_texts::keep(tx, "comment", comment.id, text)
}
