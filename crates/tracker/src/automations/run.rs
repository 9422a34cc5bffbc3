//! A run: a rule acts on an item, in a savepoint of its own, by the commands that people use. It writes down what it did, or why not.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Value, WriteTx,
    schema::{AUTOMATION_RUNS, AUTOMATIONS},
};
use aileron_kernel::{Cause, Change, Event, Fields, Refusal, Time, Uuid};
use serde_json::json;

use super::{
    facts::Facts,
    model::{Effect, Outcome, Rule, written},
    plan::{Deed, Notice, Plan},
    standing,
};
use crate::{
    comments::{self, model::CommentFields},
    cycles, modules,
    work_items::commands::{BulkFields, archive, update_many},
};

/// The longest reason that a run keeps, in characters.
const REASON: usize = 500;

/// What a rule acts on.
#[derive(Clone, Debug)]
pub(super) struct Occasion {
    /// The item.
    pub(super) item: Uuid,
    /// The event's id, or a day: a rule acts on it once.
    pub(super) word: String,
    /// The event's place in the log.
    pub(super) seq: Option<i64>,
    /// How many rules it took to come to it.
    pub(super) depth: i64,
    /// The event from which it follows, by way of other rules perhaps; none: a rule acts by itself.
    pub(super) root: Option<Uuid>,
}

/// Notes that a rule does not act, because too many did before it.
pub(super) fn stop(tx: &mut WriteTx<'_, ProjectScope>, rule: &Rule, occasion: &Occasion, why: String) -> db::Result<Outcome> {
    let run = tx.new_id();
    note(tx, rule, (run, occasion), (Outcome::Stopped, &[], Some(why)))
}

/// Has a rule act, and answers what became of it.
pub(super) fn run(tx: &mut WriteTx<'_, ProjectScope>, rule: &mut Rule, facts: &mut Facts, occasion: &Occasion) -> db::Result<Outcome> {
    let run = tx.new_id();
    let item = standing::now(tx, &[occasion.item])?.remove(&occasion.item);
    let Some(item) = item.filter(|item| item.is_shown_in(rule.project)) else {
        let why = "The work item is no longer one that lists of the project show.".to_owned();
        return note(tx, rule, (run, occasion), (Outcome::Nothing, &[], Some(why)));
    };
    let plan = Plan::of(&rule.actions, &item, facts, rule.turn);
    if plan.is_empty() {
        return note(tx, rule, (run, occasion), (Outcome::Nothing, &plan.effects, None));
    }
    tx.act_for(Some(Cause { automation: rule.id, run: Some(run), depth: occasion.depth + 1 }));
    let done = tx.attempt(|tx| carry_out(tx, rule, occasion.item, &plan, facts));
    tx.act_for(None);
    match done? {
        Ok(()) => {
            rule.turn = plan.turn;
            facts.keep_loads(&plan.loads);
            note(tx, rule, (run, occasion), (Outcome::Done, &plan.effects, None))
        }
        Err(refusal) => note(tx, rule, (run, occasion), (Outcome::Failed, &[], Some(reason(&refusal)))),
    }
}

/// Does what is planned, all or nothing.
fn carry_out(tx: &mut WriteTx<'_, ProjectScope>, rule: &Rule, item: Uuid, plan: &Plan, facts: &Facts) -> db::Result<()> {
    if !plan.fields.is_empty() {
        let mut body = plan.fields.clone();
        body.insert("work_item_ids".to_owned(), json!([item]));
        let fields = BulkFields::read(Fields::of(body.into())?)?;
        update_many(tx, &fields)?;
    }
    for deed in &plan.deeds {
        match deed {
            Deed::ToCycle(cycle) => cycles::item_commands::add(tx, *cycle, &[item])?,
            Deed::ToModule(module) => modules::item_commands::add(tx, *module, &[item])?,
            Deed::Archive => archive(tx, item, true)?,
            Deed::Comment(html) => {
                let fields = CommentFields { said: Some(comments::model::said(html)), ..CommentFields::default() };
                comments::commands::create(tx, item, fields)?;
            }
            Deed::Notify(notice) => {
                let people: Vec<(Uuid, String)> =
                    notice.members.iter().filter_map(|id| Some((*id, facts.people.get(id)?.name.clone()))).collect();
                tell(tx, rule, item, notice, people)?;
            }
        }
    }
    Ok(())
}

/// Has people told something about an item: an event, of which notifications are made as of all others.
pub(super) fn tell(
    tx: &mut WriteTx<'_, ProjectScope>,
    rule: &Rule,
    item: Uuid,
    notice: &Notice,
    people: Vec<(Uuid, String)>,
) -> db::Result<()> {
    let mut changes = vec![
        Change::reference("automation", None, Some((rule.id, rule.name.clone()))),
        Change::value("message", serde_json::Value::Null, notice.message.clone()),
        Change::value("to", serde_json::Value::Null, json!(notice.to)),
    ];
    changes.extend(people.into_iter().map(|person| Change::reference("receiver", None, Some(person))));
    let project = tx.project_id();
    tx.record(Event::new("automation", "notified", rule.id).in_project(project).about(item).with(changes)).map(|_| ())
}

/// Keeps how often a rule acted, and whose turn it is next. The rule itself is no other for it, and keeps its version.
pub(super) fn keep(tx: &mut WriteTx<'_, ProjectScope>, rule: &Rule) -> db::Result<()> {
    let set: Vec<(&'static str, Value)> = vec![
        ("turn", rule.turn.into()),
        ("acted", rule.acted.into()),
        ("acted_from", rule.acted_from.map(Time::micros).into()),
        ("version", rule.version.into()),
    ];
    tx.adjust_where(AUTOMATIONS, AUTOMATIONS.col("id").eq(rule.id), set).map(|_| ())
}

type Noted<'n> = (Outcome, &'n [Effect], Option<String>);

/// Writes a run down. A rule with a time of its own that found nothing to do leaves no trace.
fn note(
    tx: &mut WriteTx<'_, ProjectScope>,
    rule: &Rule,
    (run, occasion): (Uuid, &Occasion),
    (outcome, effects, error): Noted<'_>,
) -> db::Result<Outcome> {
    if outcome == Outcome::Nothing && occasion.seq.is_none() {
        return Ok(outcome);
    }
    let now = tx.now().micros();
    let set: Vec<(&'static str, Value)> = vec![
        ("id", run.into()),
        ("automation_id", rule.id.into()),
        ("item_id", occasion.item.into()),
        ("occasion", occasion.word.as_str().into()),
        ("seq", occasion.seq.into()),
        ("root", occasion.root.unwrap_or(run).into()),
        ("outcome", outcome.as_str().into()),
        ("effects", written(&effects)?.into()),
        ("error", error.into()),
        ("created_at", now.into()),
    ];
    tx.insert_row(AUTOMATION_RUNS, set).map(|()| outcome)
}

/// What a refusal says, in one line.
fn reason(refusal: &Refusal) -> String {
    let said = refusal.body.get("error").and_then(serde_json::Value::as_str).map_or_else(|| refusal.body.to_string(), ToOwned::to_owned);
    aileron_kernel::text::shortened(&said, REASON)
}
