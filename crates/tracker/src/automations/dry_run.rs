//! What a rule would have done: the log is gone through as the consumer does it, on items as they stood then, and nothing is written.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    rc::Rc,
};

use aileron_db::{
    self as db, ExprTrait as _, Func, Order, ProjectScope, Tx,
    events::Logged,
    schema::{AUTOMATIONS, EVENTS, WORK_ITEMS},
};
use aileron_kernel::{
    Fields, Refusal, Time, Uuid,
    fields::unknown_id,
    limits::{DRY_RUN_DAYS, DRY_RUN_EVENTS, DRY_RUN_ITEMS},
};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    commands,
    facts::{Facts, GoingOn},
    fields::AutomationFields,
    model::{Effect, EffectResult, Outcome},
    parts::{Action, Policy, Trigger},
    plan::Plan,
    rules,
    standing::{self, Standing, Walk},
};
use crate::cycles::rules::day_of;

/// The most matches that one answer shows.
const SHOWN: usize = 1_000;
/// How many items are looked at in one go.
const AT_ONCE: usize = 1_000;
/// How much more than the most it may be, in seconds: who counts back from now asks a little earlier than he is heard, by another clock.
const ON_THE_WAY: i64 = 60 * 60;
/// How far it looks back, if nobody says, in seconds.
const WEEK: i64 = 7 * 24 * 60 * 60;

/// What is to be tried out.
#[derive(Clone, Debug)]
pub struct Wanted {
    rule: AutomationFields,
    /// The rule that it stands for: what that one did itself is no reason for it to act.
    automation: Option<Uuid>,
    from: Option<Time>,
    to: Option<Time>,
}

impl Wanted {
    /// Reads a body: the parts of a rule, and a span of time.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let read = Self {
            rule: AutomationFields::parts(&mut fields, true),
            automation: fields.nullable_id("automation").flatten(),
            from: fields.nullable_time("from").flatten(),
            to: fields.nullable_time("to").flatten(),
        };
        fields.finish()?;
        Ok(read)
    }

    /// The span of time, which ends now at the latest.
    fn span(&self, now: Time) -> Result<(Time, Time), Refusal> {
        let to = self.to.map_or(now, |to| Ord::min(to, now));
        let from = self.from.unwrap_or_else(|| to.plus_seconds(-WEEK));
        if from > to {
            return Err(Refusal::field("from", "Must be before the end, which is now at the latest."));
        }
        if to.seconds() - from.seconds() > DRY_RUN_DAYS.count() * 24 * 60 * 60 + ON_THE_WAY {
            let message = format!("A dry run looks at no more than {} days.", DRY_RUN_DAYS.most);
            return Err(Refusal::field("from", message));
        }
        Ok((from, to))
    }
}

/// What a rule would have done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AutomationDryRun)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct DryRunView {
    #[schema(value_type = String, format = DateTime)]
    pub from: Time,
    /// Until when was looked: the end that was asked for, or where there was too much, the time of the last event.
    #[schema(value_type = String, format = DateTime)]
    pub to: Time,
    /// Whether all was looked at.
    pub is_complete: bool,
    /// How many events were looked at; of a rule with a time of its own, how many days.
    pub looked_at: usize,
    pub matches_count: usize,
    /// The first 1000.
    pub matches: Vec<MatchView>,
    /// What cannot be known.
    pub unknown: Vec<&'static str>,
}

/// An occasion on which it would have acted.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AutomationMatch)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct MatchView {
    pub issue: Uuid,
    pub event: Option<Uuid>,
    #[schema(value_type = Option<String>, format = Date)]
    pub day: Option<Date>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    pub outcome: Outcome,
    pub effects: Vec<Effect>,
}

/// A rule that is tried out.
struct Trial {
    automation: Option<Uuid>,
    trigger: Trigger,
    filter: aileron_kernel::Filter,
    actions: Vec<Action>,
    facts: Facts,
    turn: i64,
    matches: Vec<MatchView>,
}

/// Tries a rule out.
pub fn dry_run(tx: &mut Tx<'_, ProjectScope>, wanted: Wanted) -> db::Result<DryRunView> {
    let span = wanted.span(tx.now())?;
    commands::check(tx, &wanted.rule)?;
    if let Some(id) = wanted.automation {
        let known = tx.in_project(AUTOMATIONS).filter(AUTOMATIONS.col("id").eq(id));
        if !tx.any(known)? {
            return Err(Refusal::field("automation", unknown_id(id)).into());
        }
    }
    let AutomationFields { trigger: Some(trigger), filters, actions: Some(actions), .. } = wanted.rule else {
        return Err(db::Error::Inconsistent("a dry run without the parts of a rule".to_owned()));
    };
    commands::check_token(tx, &actions)?;
    let facts = Facts::look_up(tx, &actions)?;
    let filter = filters.map_or_else(aileron_kernel::Filter::all, |(_, filter)| filter);
    let mut trial = Trial { automation: wanted.automation, trigger, filter, actions, facts, turn: 0, matches: Vec::new() };
    let (looked_at, to) = match trial.trigger.hour() {
        Some(hour) => (trial.go_through_days(tx, span, hour)?, span.1),
        None => trial.go_through_events(tx, span)?,
    };
    let unknown = trial.unknown();
    let matches_count = trial.matches.len();
    trial.matches.truncate(SHOWN);
    Ok(DryRunView { from: span.0, to, is_complete: to == span.1, looked_at, matches_count, matches: trial.matches, unknown })
}

/// A day on which a rule would have looked at an item, and how that stood.
type Looked = ((Time, Date), Uuid, Rc<Standing>);

/// The items that are and were in the project.
fn all_items(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Vec<Uuid>> {
    let select = tx.from_with_deleted(WORK_ITEMS).filter(WORK_ITEMS.col("project_id").eq(tx.project_id()));
    let ids = tx.all::<(Uuid,)>(&select.expr(WORK_ITEMS.col("id")).limit(DRY_RUN_ITEMS.count() + 1))?;
    if ids.len() > DRY_RUN_ITEMS.most {
        let message = format!("The project has more than {} work items: too many to go through for each day.", DRY_RUN_ITEMS.most);
        return Err(DRY_RUN_ITEMS.refuse(message).into());
    }
    Ok(ids.into_iter().map(|row| row.0).collect())
}

/// The place in the log from which on something happened in the project since then.
fn first_event(tx: &mut Tx<'_, ProjectScope>, from: Time) -> db::Result<i64> {
    let here = EVENTS.col("project_id").eq(tx.project_id()).and(EVENTS.col("subject_id").is_not_null());
    let first = tx.from(EVENTS).filter(here.and(EVENTS.col("at").gte(from.micros()))).expr(Func::min(EVENTS.col("seq")));
    Ok(tx.optional::<(Option<i64>,)>(&first)?.and_then(|row| row.0).unwrap_or(i64::MAX))
}

impl Trial {
    /// Looks at the events of a span of time, and answers how many there were, and until when it looked.
    fn go_through_events(&mut self, tx: &mut Tx<'_, ProjectScope>, (from, to): (Time, Time)) -> db::Result<(usize, Time)> {
        let mut events = self.events(tx, (from, to))?;
        let is_complete = events.len() <= DRY_RUN_EVENTS.most;
        events.truncate(DRY_RUN_EVENTS.most);
        let until = if is_complete { to } else { events.last().map_or(to, |last| last.at) };
        let looked_at = events.len();
        events.retain(|event| rules::hears(self.automation.unwrap_or_default(), event) && rules::is_told(&self.trigger, event));
        let items: BTreeSet<Uuid> = events.iter().filter_map(|event| event.subject_id).collect();
        let since = events.first().map_or(0, |event| event.seq);
        let walk = Walk::read(tx, &items.into_iter().collect::<Vec<_>>(), since)?;
        let stood = walk.after(events.iter().filter_map(|event| Some((event.subject_id?, event.seq))));
        let project = tx.project_id();
        for event in &events {
            let Some(item) = event.subject_id else { continue };
            let stood = stood.get(&(item, event.seq)).filter(|stood| stood.is_shown_in(project) && rules::fits(&self.filter, stood));
            if let Some(stood) = stood {
                let is_stopped = event.depth >= rules::MOST_DEPTH;
                self.note(item, stood, (Some(event.id), None, event.at), is_stopped);
            }
        }
        Ok((looked_at, until))
    }

    fn events(&self, tx: &mut Tx<'_, ProjectScope>, (from, to): (Time, Time)) -> db::Result<Vec<Logged>> {
        let nouns: &[&str] = match self.trigger {
            Trigger::CommentAdded => &["comment"],
            Trigger::ItemCreated => &["work_item", "intake_item"],
            _ => &["work_item", "cycle_item", "module_item"],
        };
        let of = |column| EVENTS.col(column);
        let here = of("project_id").eq(tx.project_id()).and(of("entity").is_in(nouns.iter().copied()));
        let then = of("at").between(from.micros(), to.micros()).and(of("subject_id").is_not_null());
        let select = tx.from(EVENTS).columns::<Logged>(EVENTS).filter(here).filter(then);
        tx.all(&select.order(of("seq"), Order::Asc).limit(DRY_RUN_EVENTS.count() + 1))
    }

    /// Looks at the items of each day at the hour of the rule, and answers how many days there were.
    fn go_through_days(&mut self, tx: &mut Tx<'_, ProjectScope>, (from, to): (Time, Time), hour: i64) -> db::Result<usize> {
        let ids = all_items(tx)?;
        let since = first_event(tx, from)?;
        let zone = self.facts.zone.clone();
        let first = rules::next_at(Time::from_micros(from.micros() - 1), hour, &zone);
        let days = std::iter::successors(Some(first), |at| Some(rules::next_at(*at, hour, &zone))).take_while(|at| *at <= to);
        // The newest first, as what happened is gone through.
        let mut days: Vec<(Time, Date)> = days.map(|at| (at, day_of(at, &zone))).collect();
        days.reverse();
        let (going_on, mut budget) = (GoingOn::read(tx)?, standing::MOST);
        for ids in ids.chunks(AT_ONCE) {
            let walk = Walk::read(tx, ids, since)?;
            budget -= walk.events();
            if budget < 0 {
                return Err(standing::too_much().into());
            }
            self.go_through_items(&walk, &days, (&going_on, tx.project_id()));
        }
        self.matches.sort_by_key(|found| (found.at, found.issue));
        Ok(days.len())
    }

    /// Looks at some items on each of these days.
    fn go_through_items(&mut self, walk: &Walk, days: &[(Time, Date)], (going_on, project): (&GoingOn, Uuid)) {
        let mut occasions = self.occasions(walk, days, (going_on, project));
        occasions.sort_by_key(|(day, item, _)| (*day, *item));
        let mut done = HashSet::new();
        for ((at, today), item, stood) in occasions {
            self.facts.today = today;
            let (day, key) = match self.trigger {
                Trigger::DueSoon { .. } => (stood.past.item.target_date, stood.past.item.target_date),
                _ => (Some(today), None),
            };
            // What it does once it need not do again: an item is told on the first day.
            if !done.contains(&(item, key)) && self.note(item, &stood, (None, day, at), false) {
                done.insert((item, key));
            }
        }
    }

    /// The days on which the rule would have looked at these items.
    fn occasions(&self, walk: &Walk, days: &[(Time, Date)], (going_on, project): (&GoingOn, Uuid)) -> Vec<Looked> {
        let instants: Vec<Time> = days.iter().map(|day| day.0).collect();
        let mut occasions = Vec::new();
        for (item, stood) in walk.at(&instants) {
            let looked = days.iter().zip(stood).filter(|(day, stood)| {
                stood.is_shown_in(project) && rules::fits(&self.filter, stood) && self.is_timely(stood, going_on, **day)
            });
            occasions.extend(looked.map(|(day, stood)| (*day, item, stood)));
        }
        occasions
    }

    /// Whether a rule with a time of its own would look at an item then.
    fn is_timely(&self, item: &Standing, going_on: &GoingOn, (at, today): (Time, Date)) -> bool {
        match self.trigger {
            Trigger::DueSoon { days, .. } => rules::is_due(item, today, days),
            Trigger::Schedule { idle_days: Some(days), .. } => {
                item.updated_at < rules::idle_since(at, days) && !going_on.holds(item.past.cycle, &item.past.modules, (at, today))
            }
            _ => true,
        }
    }

    /// Notes what would have been done; whether anything.
    fn note(&mut self, item: Uuid, stood: &Standing, (event, day, at): (Option<Uuid>, Option<Date>, Time), is_stopped: bool) -> bool {
        if event.is_some() {
            self.facts.today = day_of(at, &self.facts.zone);
        }
        let plan = if is_stopped { Plan::default() } else { Plan::of(&self.actions, stood, &self.facts, self.turn) };
        let is_unknown = plan.effects.iter().any(|effect| effect.result == EffectResult::Unknown);
        let outcome = if is_stopped {
            Outcome::Stopped
        } else if plan.is_empty() && !is_unknown {
            Outcome::Nothing
        } else {
            Outcome::Done
        };
        if !is_stopped {
            self.turn = plan.turn;
        }
        // As runs are: a rule with a time of its own that finds nothing to do leaves no trace.
        if event.is_some() || outcome != Outcome::Nothing {
            self.matches.push(MatchView { issue: item, event, day, at, outcome, effects: plan.effects });
        }
        outcome == Outcome::Done
    }

    /// What the answer cannot say.
    fn unknown(&self) -> Vec<&'static str> {
        let mut unknown = BTreeMap::from([
            (0, "What the ids of the automation name was looked up as it is now: states, labels, members, cycles, modules, settings."),
            (
                1,
                "What would have followed from the changes that it would have made, of this automation and of others, is not played through.",
            ),
            (2, "What would have been refused, as a comment on an archived work item, is not foreseen."),
            (3, "What an import brought is no reason to act, and imported work items have no history before."),
        ]);
        let assigns =
            |wanted: Policy| self.actions.iter().any(|action| matches!(action, Action::Assign { policy, .. } if *policy == wanted));
        if assigns(Policy::RoundRobin) {
            unknown.insert(4, "Turns are counted from the first member, and in large projects not in the order of the days.");
        }
        if assigns(Policy::LeastLoaded) {
            unknown.insert(5, "How much everybody had to do then is not known, and so not whom it would have chosen.");
        }
        if self.trigger.hour().is_some() {
            unknown.insert(6, "Work items that were moved to another project since were not looked at.");
            unknown.insert(7, "An imported work item that was changed since counts until then as unchanged since it was made.");
            unknown.insert(8, "Each work item is shown on the first day on which it would have acted.");
        }
        unknown.into_values().collect()
    }
}
