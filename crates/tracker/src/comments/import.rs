//! Comments as imports bring them: many at once, with their own times and authors.

use std::collections::{HashMap, HashSet};

use aileron_db::{self as db, ExprTrait as _, ProjectScope, Value, WriteTx, id_in, schema::COMMENTS};
use aileron_kernel::{Change, Event, Time, Uuid};
use aileron_platform::html::Cleaned;
use serde_json::json;

use super::{
    commands::keep,
    model::{Access, Comment},
};

/// A comment of another tracker.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// The item.
    pub item: Uuid,
    /// What it is called there.
    pub external_id: String,
    /// Who said it; none: the caller.
    pub author: Option<Uuid>,
    /// What, as [`said`](super::model::said) makes it.
    pub said: Cleaned,
    /// When; none: now.
    pub created_at: Option<Time>,
    /// When it was last edited.
    pub updated_at: Option<Time>,
}

/// Makes comments of items that have none from this source. Their items' documents of the search are left to the caller.
pub fn insert_many(tx: &mut WriteTx<'_, ProjectScope>, source: &str, comments: Vec<NewComment>) -> db::Result<()> {
    let (project, now, me) = (tx.project_id(), tx.now(), tx.user_id());
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(comments.len());
    for comment in comments {
        let id = tx.new_id();
        let made = comment.created_at.unwrap_or(now);
        let edited = comment.updated_at.filter(|edited| *edited > made);
        let author = comment.author.unwrap_or(me);
        let access = Access::Internal.as_str();
        rows.push(vec![
            id.into(),
            project.into(),
            comment.item.into(),
            Some(author).into(),
            comment.said.text.into(),
            comment.said.html.into(),
            json!({}).into(),
            access.into(),
            edited.map(Time::micros).into(),
            Some(source).into(),
            Some(comment.external_id).into(),
            made.micros().into(),
            edited.unwrap_or(made).micros().into(),
            Some(author).into(),
            tx.next_version().into(),
        ]);
        let changes = vec![Change::value("access", serde_json::Value::Null, access)];
        let event = Event::new("comment", "created", id).in_project(project).about(comment.item).with(changes);
        tx.record(Event { at: Some(made), ..event })?;
    }
    let columns = [
        "id",
        "project_id",
        "item_id",
        "actor_id",
        "comment_text",
        "comment_html",
        "comment_json",
        "access",
        "edited_at",
        "external_source",
        "external_id",
        "created_at",
        "updated_at",
        "created_by",
        "version",
    ];
    tx.insert_rows(COMMENTS, &columns, rows)
}

/// Brings comments to what their source says now: new ones come, changed ones change, deleted ones stay deleted.
pub fn replace(tx: &mut WriteTx<'_, ProjectScope>, source: &str, comments: Vec<NewComment>) -> db::Result<()> {
    let items: Vec<Uuid> = comments.iter().map(|comment| comment.item).collect::<HashSet<_>>().into_iter().collect();
    let here = id_in(COMMENTS, "item_id", &items).and(COMMENTS.col("external_source").eq(source));
    let select = tx.from_with_deleted(COMMENTS).filter(here.clone()).expr(COMMENTS.col("item_id")).expr(COMMENTS.col("external_id"));
    let known: HashSet<(Uuid, Option<String>)> = tx.all(&select)?.into_iter().collect();
    let select = tx.from(COMMENTS).filter(here).columns::<Comment>(COMMENTS);
    let stored = tx.all::<Comment>(&select)?.into_iter().map(|stored| ((stored.item_id, stored.external_id.clone()), stored));
    let mut stored: HashMap<(Uuid, Option<String>), Comment> = stored.collect();
    let mut new = Vec::new();
    for comment in comments {
        let key = (comment.item, Some(comment.external_id.clone()));
        if !known.contains(&key) {
            new.push(comment);
        } else if let Some(before) = stored.remove(&key).filter(|before| before.comment_html != comment.said.html) {
            change(tx, &before, comment)?;
        }
    }
    insert_many(tx, source, new)
}

fn change(tx: &mut WriteTx<'_, ProjectScope>, before: &Comment, comment: NewComment) -> db::Result<()> {
    let version = keep(tx, before, None)?;
    let at = comment.updated_at.unwrap_or(tx.now());
    let values = vec![
        ("comment_text", comment.said.text.into()),
        ("comment_html", comment.said.html.into()),
        ("edited_at", Some(at.micros()).into()),
        ("updated_at", at.micros().into()),
    ];
    tx.update(COMMENTS, before.id, values)?;
    let changes = vec![Change { field: "comment_html".to_owned(), old_id: Some(version), ..Change::default() }];
    let event = Event::new("comment", "updated", before.id).in_project(tx.project_id()).about(before.item_id).with(changes);
    tx.record(Event { at: Some(at), ..event }).map(|_| ())
}
