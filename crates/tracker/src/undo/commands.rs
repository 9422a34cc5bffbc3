//! Taking a change back.

use std::collections::BTreeSet;

use aileron_db::{self as db, ExprTrait as _, ProjectScope, WorkspaceScope, WriteTx, schema::TEXT_VERSIONS};
use aileron_kernel::{Action, Cause, Fields, Refusal, Uuid, work::RelationKind};
use serde_json::{Map, Value, json};

use super::{
    items, log,
    rules::{self, Happened},
    sight,
};
use crate::{
    assets, comments, cycles, drafts, intake, labels, links, modules,
    projects::{self, fields::ProjectFields},
    relations, states, stickies,
    versions::IfMatch,
};

/// Does the opposite of all that happened under an idempotency key. Refuses with 409 where the same fields were touched since, and as the
/// commands of the opposite refuse.
pub fn undo(tx: &mut WriteTx<'_, WorkspaceScope>, key: &str) -> db::Result<()> {
    let mine = log::of_change(tx, key)?;
    sight::check(tx, &mine)?;
    if let Some(event) = mine.iter().find(|event| event.verb == "updated" && event.changes.iter().any(|change| change.is_cut)) {
        return Err(rules::no_way_back(event).into());
    }
    let conflicts = log::conflicts(tx, &mine)?;
    if !conflicts.is_empty() {
        return Err(rules::refuse(conflicts).into());
    }
    // An automation does not act on what is taken back of what it did: it would do it again at once.
    let automation = mine.iter().find_map(|event| event.automation);
    tx.act_for(automation.map(|automation| Cause { automation, run: None, depth: 0 }));
    let done = take_back(tx, &mine);
    tx.act_for(None);
    done
}

fn take_back(tx: &mut WriteTx<'_, WorkspaceScope>, mine: &[Happened]) -> db::Result<()> {
    let whole = Whole::of(mine);
    for event in mine.iter().rev() {
        bring_back(tx, event)?;
    }
    items::bring_back(tx, mine)?;
    items::move_back(tx, mine)?;
    let mut related = BTreeSet::new();
    for event in mine.iter().rev().filter(|event| !whole.covers(event)) {
        if event.entity == "relation" {
            // A relation is told about both of its items.
            if related.insert(event.id) {
                relation(tx, event)?;
            }
            continue;
        }
        step(tx, event, mine)?;
    }
    items::remove(tx, mine, &whole.asked)?;
    for event in mine.iter().rev() {
        remove(tx, event)?;
    }
    // Last: by then another state is the default again, and no item is in this one.
    for event in mine.iter().rev().filter(|event| event.is("state", "created") && !whole.covers(event)) {
        states::commands::delete(&mut enter(tx, event, Action::StatesWrite)?, event.id)?;
    }
    Ok(())
}

/// The project of an event, to do this there.
pub(super) fn enter<'t>(
    tx: &'t mut WriteTx<'_, WorkspaceScope>,
    event: &Happened,
    action: Action,
) -> db::Result<WriteTx<'t, ProjectScope>> {
    let project = event.project.ok_or_else(|| rules::no_way_back(event))?;
    tx.enter_to_write(project, action)?.ok_or_else(|| Refusal::forbidden().into())
}

/// The workspace, to do this there.
fn with_right<'t, 's>(tx: &'t mut WriteTx<'s, WorkspaceScope>, action: Action) -> Result<&'t mut WriteTx<'s, WorkspaceScope>, Refusal> {
    if tx.scope().token_allows(action) && tx.scope().role() >= action.rule().from { Ok(tx) } else { Err(Refusal::forbidden()) }
}

/// What comes or goes as a whole: what happened to its parts goes with it.
struct Whole {
    rows: BTreeSet<Uuid>,
    /// Items that are requests: intake deletes them.
    asked: BTreeSet<Uuid>,
}

impl Whole {
    fn of(mine: &[Happened]) -> Self {
        let is_whole = |event: &&Happened| {
            matches!(event.entity.as_str(), "work_item" | "cycle" | "module" | "project")
                && matches!(event.verb.as_str(), "created" | "deleted" | "restored")
        };
        let rows: BTreeSet<Uuid> = mine.iter().filter(is_whole).map(|event| event.id).collect();
        // A request without its item came back when that moved, and goes as it moves again.
        let asked = mine.iter().filter(|event| event.entity == "intake_item" && event.is_making()).filter_map(|event| event.subject);
        let asked = asked.filter(|item| rows.contains(item)).collect();
        Self { rows, asked }
    }

    /// Whether the event is about one of them, or a part of one.
    fn covers(&self, event: &Happened) -> bool {
        if event.entity == "intake_item" && event.is_making() {
            return !event.subject.is_some_and(|item| self.asked.contains(&item));
        }
        [Some(event.id), event.subject, event.project].into_iter().flatten().any(|id| self.rows.contains(&id))
    }
}

/// Brings back a cycle, module or project.
fn bring_back(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened) -> db::Result<()> {
    match (event.entity.as_str(), event.verb.as_str()) {
        ("project", "deleted") => projects::commands::restore(tx, event.id, || Ok(ProjectFields::default())),
        ("cycle", "deleted") => cycles::commands::restore(&mut enter(tx, event, Action::CyclesDelete)?, event.id),
        ("module", "deleted") => modules::commands::restore(&mut enter(tx, event, Action::ModulesDelete)?, event.id, None),
        _ => Ok(()),
    }
}

/// Deletes a cycle, module or project that was made, or came back.
fn remove(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened) -> db::Result<()> {
    match (event.entity.as_str(), event.verb.as_str()) {
        ("project", "created" | "restored") => projects::commands::delete(&mut enter(tx, event, Action::ProjectDelete)?),
        ("cycle", "created" | "restored") => cycles::commands::delete(&mut enter(tx, event, Action::CyclesDelete)?, event.id),
        ("module", "created" | "restored") => modules::commands::delete(&mut enter(tx, event, Action::ModulesDelete)?, event.id),
        _ => Ok(()),
    }
}

/// The opposite of one event; `mine` are all that are taken back.
fn step(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened, mine: &[Happened]) -> db::Result<()> {
    match (event.entity.as_str(), event.verb.as_str()) {
        // Moves are told with the event of the project that they came into; states go when nothing is in them any more; the intake that
        // was made for the first request stays for the next.
        ("work_item", "moved") | ("state" | "intake", "created") => Ok(()),
        ("work_item", "updated") => items::revert(tx, event, mine),
        ("cycle_item" | "module_item", _) => place(tx, event),
        ("comment" | "link" | "attachment" | "intake_item", _) => below(tx, event),
        ("cycle" | "module" | "project", "archived" | "unarchived") => shelve(tx, event, event.verb == "unarchived"),
        ("cycle" | "module" | "project" | "state" | "label", "updated") => values(tx, event, mine),
        ("label", "created") => labels::commands::delete(&mut enter(tx, event, Action::LabelsWrite)?, event.id),
        ("sticky", "created" | "restored") => stickies::commands::delete(with_right(tx, Action::StickiesWrite)?, event.id),
        ("sticky", "deleted") => stickies::commands::restore(with_right(tx, Action::StickiesWrite)?, event.id),
        ("draft", "created" | "restored") => drafts::commands::delete(with_right(tx, Action::DraftsWrite)?, event.id),
        ("draft", "deleted" | "published") => drafts::commands::restore(with_right(tx, Action::DraftsWrite)?, event.id),
        _ => Err(rules::no_way_back(event).into()),
    }
}

/// What hangs on an item.
fn below(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened) -> db::Result<()> {
    let Some(item) = event.subject else { return Err(rules::no_way_back(event).into()) };
    let (entity, verb, id) = (event.entity.as_str(), event.verb.as_str(), event.id);
    match (entity, verb) {
        ("comment", "created" | "restored") => comments::commands::delete(&mut enter(tx, event, Action::CommentsDelete)?, item, id),
        ("comment", "deleted") => comments::commands::restore(&mut enter(tx, event, Action::CommentsDelete)?, item, id),
        ("comment", "updated") => comment(tx, event, item),
        ("link", "created") => links::commands::delete(&mut enter(tx, event, Action::LinksWrite)?, item, id),
        ("link", "deleted") => links::commands::restore(&mut enter(tx, event, Action::LinksWrite)?, item, id),
        ("link", "updated") => link(tx, event, item),
        ("attachment", "created") => assets::commands::detach(&mut enter(tx, event, Action::AttachmentsChange)?, item, id),
        ("intake_item", "created" | "restored") => intake::commands::delete(&mut enter(tx, event, Action::IntakeDelete)?, item),
        // It went when its item moved away, and the event says what it was.
        ("intake_item", "deleted") if !event.changes.is_empty() => {
            intake::commands::put_back(&mut enter(tx, event, Action::WorkItemsUpdate)?, item, id, &event.changes)
        }
        _ => Err(rules::no_way_back(event).into()),
    }
}

/// The address and title that a link had.
fn link(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened, item: Uuid) -> db::Result<()> {
    let old = |(field, name): (&str, &str)| {
        let change = event.changes.iter().find(|change| change.field == field)?;
        Some((name.to_owned(), change.old.clone()))
    };
    // What is known of the page is not kept.
    if event.changes.iter().any(|change| change.field == "metadata") {
        return Err(rules::no_way_back(event).into());
    }
    let body: Map<String, Value> = [("link", "url"), ("title", "title")].into_iter().filter_map(old).collect();
    let fields = links::model::LinkFields::read(Fields::of(Value::Object(body))?, false)?;
    links::commands::update(&mut enter(tx, event, Action::LinksWrite)?, item, event.id, fields)
}

/// The text that a comment had.
fn comment(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened, item: Uuid) -> db::Result<()> {
    let mut body = rules::old_values(&event.changes).ok_or_else(|| rules::no_way_back(event))?;
    let mut tx = enter(tx, event, Action::CommentsUpdate)?;
    if let Some(version) = event.changes.iter().filter(|change| change.field.starts_with("comment_")).find_map(|change| change.old_id) {
        let of = |column| TEXT_VERSIONS.col(column);
        let select = tx.from(TEXT_VERSIONS).filter(of("id").eq(version).and(of("entity_id").eq(event.id)));
        let (html, document) = tx.one::<(String, Option<Value>)>(&select.expr(of("html")).expr(of("document")))?;
        body.insert("comment_html".to_owned(), html.into());
        body.extend(document.map(|document| ("comment_json".to_owned(), document)));
    }
    let fields = comments::model::CommentFields::read(Fields::of(Value::Object(body))?, false)?;
    comments::commands::update(&mut tx, item, event.id, fields)
}

/// The place of an item in a cycle or module.
fn place(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened) -> db::Result<()> {
    let Some(item) = event.subject else { return Err(rules::no_way_back(event).into()) };
    let change = event.changes.first().ok_or_else(|| rules::no_way_back(event))?;
    if event.entity == "cycle_item" {
        let mut tx = enter(tx, event, Action::CyclesWrite)?;
        return match change.old_id {
            Some(cycle) => cycles::item_commands::add(&mut tx, cycle, &[item]),
            None => cycles::item_commands::remove(&mut tx, event.id, item),
        };
    }
    let mut tx = enter(tx, event, Action::ModulesWrite)?;
    match change.old_id {
        Some(module) => modules::item_commands::add(&mut tx, module, &[item]),
        None => modules::item_commands::remove(&mut tx, event.id, item),
    }
}

/// Into the archive, or back from it.
fn shelve(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened, archived: bool) -> db::Result<()> {
    match event.entity.as_str() {
        "cycle" => cycles::commands::archive(&mut enter(tx, event, Action::CyclesWrite)?, event.id, archived),
        "module" => modules::commands::archive(&mut enter(tx, event, Action::ModulesWrite)?, event.id, archived),
        _ => projects::commands::archive(&mut enter(tx, event, Action::ProjectArchive)?, archived),
    }
}

/// Old values, as a request would say them.
fn values(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened, mine: &[Happened]) -> db::Result<()> {
    let is_untold = event.changes.iter().any(|change| matches!(change.field.as_str(), "description" | "members"));
    let body = rules::old_values(&event.changes).filter(|_| !is_untold);
    let mut body = body.ok_or_else(|| rules::no_way_back(event))?;
    if let Some(network) = body.remove("network") {
        body.insert("visibility".to_owned(), if network == json!(0) { "secret" } else { "public" }.into());
    }
    if rules::default_goes_back(event, mine) {
        body.remove("default");
    }
    if body.is_empty() {
        return Ok(());
    }
    let (fields, id, any) = (Fields::of(Value::Object(body))?, event.id, IfMatch::default());
    match event.entity.as_str() {
        "cycle" => {
            let fields = cycles::fields::CycleFields::read(fields, false)?;
            cycles::commands::update(&mut enter(tx, event, Action::CyclesWrite)?, id, fields, &any)
        }
        "module" => {
            let fields = modules::fields::ModuleFields::read(fields, false)?;
            modules::commands::update(&mut enter(tx, event, Action::ModulesWrite)?, id, fields, &any)
        }
        "state" => {
            let fields = states::commands::StateFields::read(fields, false)?;
            states::commands::update(&mut enter(tx, event, Action::StatesWrite)?, id, fields, &any)
        }
        "label" => {
            let fields = labels::commands::LabelFields::read(fields, false)?;
            labels::commands::update(&mut enter(tx, event, Action::LabelsWrite)?, id, fields, &any)
        }
        _ => {
            let fields = ProjectFields::read(fields, false)?;
            projects::commands::update(&mut enter(tx, event, Action::ProjectUpdate)?, &fields, &any)
        }
    }
}

/// A relation that came or went.
fn relation(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened) -> db::Result<()> {
    let way_back = || rules::no_way_back(event);
    let (item, change) = (event.subject.ok_or_else(way_back)?, event.changes.first().ok_or_else(way_back)?);
    let kind = RelationKind::parse(&change.field).ok_or_else(way_back)?;
    let other = change.new_id.or(change.old_id).ok_or_else(way_back)?;
    let mut tx = enter(tx, event, Action::RelationsWrite)?;
    match event.verb.as_str() {
        "created" => relations::commands::remove(&mut tx, item, other, |found| found == kind),
        "deleted" => relations::commands::create(&mut tx, item, &relations::model::RelationFields { kind, items: vec![other] }),
        _ => Err(way_back().into()),
    }
}
