//! Has rules act on events: a consumer of the log.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use aileron_db::{self as db, ProjectScope, WorkspaceScope, WriteTx, events::Logged, schema::AUTOMATIONS};
use aileron_kernel::{Change, Uuid, limits::AUTOMATION_RUNS};
use aileron_platform::{consumers::Consumer, metrics::Metrics};

use super::{
    commands,
    facts::Facts,
    model::{Outcome, Rule},
    plan::Notice,
    queries, rules,
    run::{self, Occasion},
    standing::Walk,
};

/// The consumer.
#[derive(Clone, Debug)]
pub struct Automations {
    /// Where runs are counted.
    pub metrics: Metrics,
    /// How often a rule acts on events in an hour before it is paused.
    pub most_an_hour: i64,
}

impl Automations {
    /// As servers have it.
    pub fn new(metrics: &Metrics) -> Self {
        Self { metrics: metrics.clone(), most_an_hour: AUTOMATION_RUNS.count() }
    }
}

/// What is known of the runs before.
struct Before {
    acted: HashSet<(Uuid, i64)>,
    lately: HashMap<Uuid, i64>,
}

impl Consumer for Automations {
    fn name(&self) -> &'static str {
        "automations"
    }

    fn handle(&self, tx: &mut WriteTx<'_, WorkspaceScope>, events: &[Logged]) -> db::Result<()> {
        let about_items = || events.iter().filter(|event| event.subject_id.is_some());
        let projects: BTreeSet<Uuid> = about_items().filter_map(|event| event.project_id).collect();
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
        if projects.is_empty() {
            return Ok(());
        }
        let mut by_project: BTreeMap<Uuid, Vec<Rule>> = BTreeMap::new();
        for rule in queries::listening(tx, &projects)? {
            by_project.entry(rule.project).or_default().push(rule);
        }
        let mut cases: Vec<(Uuid, Vec<Rule>, Vec<Case<'_>>)> = Vec::new();
        for (project, rules) in by_project {
            let here = about_items().filter(|event| event.project_id == Some(project));
            let found: Vec<Case<'_>> = here.flat_map(|event| Case::of(event, &rules)).collect();
            if !found.is_empty() {
                cases.push((project, rules, found));
            }
        }
        let ids: Vec<Uuid> = cases.iter().flat_map(|(_, rules, _)| rules.iter().map(|rule| rule.id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let acted = queries::acted(tx, &ids, (first.seq, last.seq))?;
        let mut before = Before { acted, lately: queries::acted_lately(tx, &ids)? };
        for (project, rules, found) in cases {
            let mut inside = match tx.enter_as_admin(project) {
                Ok(inside) => inside,
                // It was deleted meanwhile.
                Err(db::Error::Refused(_)) => continue,
                Err(error) => return Err(error),
            };
            if inside.scope().archived_at().is_none() {
                self.act(&mut inside, rules, &found, &mut before)?;
            }
        }
        Ok(())
    }
}

/// An event that a rule waits for, if its item fits.
struct Case<'e> {
    event: &'e Logged,
    item: Uuid,
    rule: Uuid,
}

impl<'e> Case<'e> {
    fn of<'r>(event: &'e Logged, rules: &'r [Rule]) -> impl Iterator<Item = Self> + use<'e, 'r> {
        let heard = rules.iter().filter(move |rule| rules::hears(rule.id, event) && rules::is_told(&rule.trigger, event));
        heard.filter_map(move |rule| Some(Self { event, item: event.subject_id?, rule: rule.id }))
    }
}

impl Automations {
    /// Has the rules of a project act, in the order of the events.
    fn act(&self, tx: &mut WriteTx<'_, ProjectScope>, mut rules: Vec<Rule>, cases: &[Case<'_>], before: &mut Before) -> db::Result<()> {
        let mut facts = Facts::look_up(tx, rules.iter().flat_map(|rule| &rule.actions))?;
        let items: BTreeSet<Uuid> = cases.iter().map(|case| case.item).collect();
        let since = cases.iter().map(|case| case.event.seq).min().unwrap_or(0);
        let walk = Walk::read(tx, &items.into_iter().collect::<Vec<_>>(), since)?;
        for Case { event, item, rule } in cases {
            let Some(place) = rules.iter().position(|known| known.id == *rule) else { continue };
            let Some(rule) = rules.get_mut(place) else { continue };
            let stood = walk.after(*item, event.seq);
            let fits = stood.is_some_and(|stood| stood.is_shown_in(rule.project) && rules::fits(&rule.filter, &stood));
            if !fits || before.acted.contains(&(rule.id, event.seq)) {
                continue;
            }
            let lately = before.lately.entry(rule.id).or_default();
            if *lately >= self.most_an_hour {
                self.pause(tx, rule, *item)?;
                rules.remove(place);
                continue;
            }
            *lately += 1;
            let occasion = Occasion { item: *item, word: event.id.to_string(), seq: Some(event.seq), depth: event.depth };
            count(&self.metrics, run::run(tx, rule, &mut facts, &occasion)?);
        }
        Ok(())
    }

    /// Switches a rule off that acts too often, and tells the admins of the project.
    fn pause(&self, tx: &mut WriteTx<'_, ProjectScope>, rule: &Rule, item: Uuid) -> db::Result<()> {
        let now = tx.now().micros();
        tx.update(AUTOMATIONS, rule.id, vec![("is_enabled", false.into()), ("paused_at", Some(now).into())])?;
        commands::record(tx, "paused", rule.id, vec![Change::value("is_enabled", true, false)])?;
        let message = format!("This automation acted {} times within an hour and is paused.", self.most_an_hour);
        let admins = queries::admins(tx)?;
        run::tell(tx, rule, item, &Notice { to: Vec::new(), members: Vec::new(), message }, admins)?;
        self.metrics.automation_pauses.inc();
        Ok(())
    }
}

/// Counts what became of a run.
pub(super) fn count(metrics: &Metrics, outcome: Outcome) {
    metrics.automation_runs.with_label_values(&[outcome.as_str()]).inc();
}
