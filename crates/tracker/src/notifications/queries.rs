//! Reading one's own notifications.

use std::collections::{BTreeSet, HashMap, HashSet};

use aileron_db::{
    self as db, Condition, Expr, ExprTrait as _, Order, Select, Table, Tx, WorkspaceScope,
    events::Logged,
    id_in,
    schema::{COMMENTS, EVENTS, NOTIFICATION_MAILS, NOTIFICATIONS, PROJECTS, WORK_ITEMS},
};
use aileron_kernel::{Action, Change, Page, PageRequest, Refusal, Time, Uuid};
use serde_json::Value;

use super::{
    model::{ChangeView, ItemView, Kind, Notification, NotificationView, Reason, Unread, Which},
    rules,
};
use crate::work_items::visibility;

/// One page of the caller's notifications, the newest first.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest, which: &Which) -> db::Result<Page<NotificationView>> {
    let found = shown(tx).filter(meant(tx, which));
    let total = tx.count(found.clone())?;
    let select =
        found.columns::<Notification>(NOTIFICATIONS).order(NOTIFICATIONS.col("seq"), Order::Desc).page(page.per_page, page.offset());
    let rows = tx.all::<Notification>(&select)?;
    Ok(page.answer(views(tx, rows)?, total))
}

/// One notification of the caller's, as it is shown.
pub fn view(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<NotificationView> {
    let row = get(tx, id)?;
    views(tx, vec![row])?.pop().ok_or_else(|| Refusal::not_found().into())
}

/// One notification of the caller's. Refuses with 404 where there is none that he still sees.
pub(super) fn get(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Notification> {
    let select = shown(tx).columns::<Notification>(NOTIFICATIONS).filter(NOTIFICATIONS.col("id").eq(id));
    tx.one(&select)
}

/// How many of the caller's wait to be read, without those put away or put off.
pub fn unread(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Unread> {
    let waiting = shown(tx).filter(meant(tx, &Which { read: Some(false), ..Which::default() }));
    let mentions = waiting.clone().filter(NOTIFICATIONS.col("is_mentioned").eq(true));
    Ok(Unread { total: tx.count(waiting)?, mentions: tx.count(mentions)? })
}

/// "It is the caller's, and meant by this."
pub(super) fn meant(tx: &Tx<'_, WorkspaceScope>, which: &Which) -> Condition {
    let of = |column| NOTIFICATIONS.col(column);
    let (now, is) = (tx.now().micros(), |column| of(column).eq(true));
    let reason = |reason: &Reason| match reason {
        Reason::Mentioned => is("is_mentioned"),
        Reason::Assigned => is("is_assigned"),
        Reason::Created => is("is_creator"),
        Reason::Subscribed => is("is_mentioned").or(is("is_assigned")).or(is("is_creator")).not(),
    };
    let any_of = |reasons: &Vec<Reason>| reasons.iter().fold(Condition::any(), |any, wanted| any.add(reason(wanted)));
    let filled = |column, wanted: bool| if wanted { of(column).is_not_null() } else { of(column).is_null() };
    let put_off = of("snoozed_till").is_not_null().and(of("snoozed_till").gt(now));
    let in_project = |project: Uuid| {
        let items = tx.from_with_deleted(WORK_ITEMS).filter(WORK_ITEMS.col("project_id").eq(project)).expr(WORK_ITEMS.col("id"));
        items.contains(of("item_id"))
    };
    Condition::all()
        .add(of("receiver_id").eq(tx.user_id()))
        .add(filled("archived_at", which.archived))
        .add_option(which.reasons.as_ref().map(any_of))
        .add_option(which.read.map(|read| filled("read_at", read)))
        .add_option((!which.archived).then(|| if which.snoozed { put_off } else { put_off.not() }))
        .add_option(which.project.map(in_project))
}

/// What of these events is to be mailed to the caller and he has not seen in the app, put away or put off, as far as he sees the items now.
pub(super) fn mailable(tx: &mut Tx<'_, WorkspaceScope>, seqs: &[i64]) -> db::Result<Vec<NotificationView>> {
    let of = |column| NOTIFICATION_MAILS.col(column);
    let filled = |column| NOTIFICATIONS.col(column).is_not_null();
    let in_app = NOTIFICATIONS.col("seq").eq(of("seq")).and(NOTIFICATIONS.col("receiver_id").eq(of("receiver_id")));
    let seen = tx.from(NOTIFICATIONS).filter(in_app.and(filled("read_at").or(filled("archived_at")).or(filled("snoozed_till"))));
    let select = told_of(tx, NOTIFICATION_MAILS).filter(of("seq").is_in(seqs.to_vec())).filter(seen.exists().not());
    let select = select.expr(of("item_id")).expr(of("seq")).expr(of("kinds")).expr(of("created_at")).order(of("seq"), Order::Asc);
    let row = |(item_id, seq, kinds, created_at): (Uuid, i64, Value, Time)| Notification {
        id: Uuid::nil(),
        item_id,
        seq,
        is_mentioned: false,
        is_assigned: false,
        is_creator: false,
        kinds,
        created_at,
        read_at: None,
        archived_at: None,
        snoozed_till: None,
    };
    let rows = tx.all::<(Uuid, i64, Value, Time)>(&select)?.into_iter().map(row).collect();
    views(tx, rows)
}

/// The caller's notifications about items that he sees.
fn shown(tx: &Tx<'_, WorkspaceScope>) -> Select {
    told_of(tx, NOTIFICATIONS)
}

/// The rows of a table that tells the caller of events about items, of those that he sees. Of a deleted item only that it was deleted is
/// still told.
fn told_of(tx: &Tx<'_, WorkspaceScope>, table: Table) -> Select {
    let deletion = EVENTS.col("entity").eq("work_item").and(EVENTS.col("verb").eq("deleted"));
    tx.from_with_deleted(WORK_ITEMS)
        .join(table, table.col("item_id").eq(WORK_ITEMS.col("id")))
        .join(EVENTS, EVENTS.col("seq").eq(table.col("seq")))
        .filter(table.col("receiver_id").eq(tx.user_id()))
        .filter(WORK_ITEMS.col("deleted_at").is_null().or(deletion))
        .filter(visibility::in_workspace(tx))
        .filter(visibility::no_draft_of_others(tx.user_id()))
}

/// What is shown of notifications, in their order: a few statements, however many there are.
fn views(tx: &mut Tx<'_, WorkspaceScope>, rows: Vec<Notification>) -> db::Result<Vec<NotificationView>> {
    let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.item_id).collect::<BTreeSet<_>>().into_iter().collect();
    let mut events = if seqs.is_empty() { HashMap::new() } else { events(tx, seqs)? };
    hide(tx, &mut events)?;
    hide_rules(tx, &mut events)?;
    let comments = comments(tx, &events)?;
    let items = items(tx, &ids)?;
    let workspace = tx.workspace_id();
    let views = rows.into_iter().filter_map(|row| {
        let (event, (project, item)) = (events.get(&row.seq)?, items.get(&row.item_id)?);
        let (kinds, reasons) = (row.kinds(), row.reasons());
        let is_said = event.entity == "comment" && (kinds.contains(&Kind::Comment) || kinds.contains(&Kind::Mention));
        Some(NotificationView {
            id: row.id,
            created_at: row.created_at,
            read_at: row.read_at,
            archived_at: row.archived_at,
            snoozed_till: row.snoozed_till,
            reasons,
            event: event.id,
            happened_at: event.at,
            entity: event.entity.clone(),
            entity_identifier: event.entity_id,
            verb: event.verb.clone(),
            actor: event.actor_id.filter(|actor| !actor.is_nil()),
            changes: changes(event, &kinds),
            comment_html: if is_said { comments.get(&event.entity_id).cloned() } else { None },
            issue: item.clone(),
            project: *project,
            workspace,
        })
    });
    Ok(views.collect())
}

/// The changes of which somebody is told. A text is not among them: its change names versions.
fn changes(event: &Logged, kinds: &BTreeSet<Kind>) -> Vec<ChangeView> {
    let told = |change: &&Change| {
        change.field != "comment_html" && rules::kind_of(&event.entity, &event.verb, change).is_some_and(|kind| kinds.contains(&kind))
    };
    let view = |change: &Change| ChangeView {
        field: change.field.clone(),
        old_value: change.old.clone(),
        new_value: change.new.clone(),
        old_identifier: change.old_id,
        new_identifier: change.new_id,
    };
    event.changes.iter().filter(told).map(view).collect()
}

fn events(tx: &mut Tx<'_, WorkspaceScope>, seqs: Vec<i64>) -> db::Result<HashMap<i64, Logged>> {
    let select = tx.from(EVENTS).columns::<Logged>(EVENTS).filter(EVENTS.col("seq").is_in(seqs));
    Ok(tx.all::<Logged>(&select)?.into_iter().map(|event| (event.seq, event)).collect())
}

/// Takes out relations to items that the caller does not see.
fn hide(tx: &mut Tx<'_, WorkspaceScope>, events: &mut HashMap<i64, Logged>) -> db::Result<()> {
    let other = |change: &Change| change.new_id.or(change.old_id);
    let related = || |event: &&mut Logged| event.entity == "relation";
    let named = events.values_mut().filter(related()).flat_map(|event| event.changes.iter().filter_map(other).collect::<Vec<_>>());
    let named: Vec<Uuid> = named.collect();
    if named.is_empty() {
        return Ok(());
    }
    let is_out: Expr = WORK_ITEMS.col("hidden").is_null().or(WORK_ITEMS.col("hidden").eq("archived"));
    let select = tx.from_with_deleted(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &named)).filter(is_out);
    let select = select.filter(visibility::in_workspace(tx)).expr(WORK_ITEMS.col("id"));
    let seen: HashSet<Uuid> = tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect();
    for event in events.values_mut().filter(related()) {
        event.changes.retain(|change| other(change).is_none_or(|id| seen.contains(&id)));
    }
    Ok(())
}

/// Takes out what automations are called where the caller may not read them.
fn hide_rules(tx: &mut Tx<'_, WorkspaceScope>, events: &mut HashMap<i64, Logged>) -> db::Result<()> {
    let (me, right) = (tx.user_id(), Action::AutomationsRead);
    let projects: BTreeSet<Uuid> = events.values().filter(|event| rules::is_notice(event)).filter_map(|event| event.project_id).collect();
    if projects.is_empty() {
        return Ok(());
    }
    let seats = visibility::seats(tx, &projects.into_iter().collect::<Vec<_>>(), &[me])?;
    let is_allowed = tx.scope().token_allows(right);
    let may_read = |project| is_allowed && seats.get(&(project, me)).is_some_and(|seat| seat.role() >= right.rule().from);
    for event in events.values_mut().filter(|event| rules::is_notice(event) && !event.project_id.is_some_and(may_read)) {
        event.changes.iter_mut().filter(|change| change.field == "automation").for_each(|change| change.new = Value::Null);
    }
    Ok(())
}

/// What the comments say that the events are about.
fn comments(tx: &mut Tx<'_, WorkspaceScope>, events: &HashMap<i64, Logged>) -> db::Result<HashMap<Uuid, String>> {
    let ids = events.values().filter(|event| event.entity == "comment").map(|event| event.entity_id);
    let ids: Vec<Uuid> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let of = |column| COMMENTS.col(column);
    let select = tx.from(COMMENTS).filter(id_in(COMMENTS, "id", &ids)).expr(of("id")).expr(of("comment_html"));
    Ok(tx.all::<(Uuid, String)>(&select)?.into_iter().collect())
}

/// The items with their projects, deleted ones included.
fn items(tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, (Uuid, ItemView)>> {
    let of = |column| WORK_ITEMS.col(column);
    let select =
        tx.from_with_deleted(WORK_ITEMS).join(PROJECTS, PROJECTS.col("id").eq(of("project_id"))).filter(id_in(WORK_ITEMS, "id", ids));
    let select = select.expr(of("id")).expr(of("project_id")).expr(of("name")).expr(of("sequence_id"));
    let select = select.expr(PROJECTS.col("identifier")).expr(of("state_id")).expr(of("priority"));
    let found = tx.all::<(Uuid, Uuid, String, i64, String, Uuid, String)>(&select)?.into_iter();
    let items = found.map(|(id, project, name, sequence_id, project_identifier, state, priority)| {
        (id, (project, ItemView { id, name, sequence_id, project_identifier, state, priority }))
    });
    Ok(items.collect())
}
