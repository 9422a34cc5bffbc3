//! Has rules act on events: a consumer of the log. What acts in one transaction is bounded, and so is what follows from one event.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use aileron_db::{self as db, ProjectScope, WorkspaceScope, WriteTx, events::Logged};
use aileron_kernel::{
    Uuid,
    limits::{AUTOMATION_CHAIN, AUTOMATION_RUNS},
};
use aileron_platform::{
    consumers::{Consumer, Progress},
    metrics::Metrics,
};

use super::{
    brake,
    facts::Facts,
    model::{Outcome, Rule},
    queries, rules,
    run::{self, Occasion},
    standing::Walk,
};

/// How many runs one transaction makes.
const AT_ONCE: usize = 50;

/// What has rules act, and how much of it.
#[derive(Clone, Debug)]
pub struct Automations {
    /// Where runs are counted.
    pub metrics: Metrics,
    /// How often a rule acts in an hour, or on one day, before it is paused.
    pub most: i64,
    /// How many runs that change something follow from one event.
    pub most_in_chain: i64,
    /// How many runs one transaction makes.
    pub at_once: usize,
}

impl Automations {
    /// As servers have it.
    pub fn new(metrics: &Metrics) -> Self {
        Self { metrics: metrics.clone(), most: AUTOMATION_RUNS.count(), most_in_chain: AUTOMATION_CHAIN.count(), at_once: AT_ONCE }
    }

    /// Counts what became of a run.
    pub(super) fn count(&self, outcome: Outcome) {
        self.metrics.automation_runs.with_label_values(&[outcome.as_str()]).inc();
    }
}

impl Consumer for Automations {
    fn name(&self) -> &'static str {
        "automations"
    }

    fn handle(&self, tx: &mut WriteTx<'_, WorkspaceScope>, events: &[Logged]) -> db::Result<Progress> {
        let mut rules = listening(tx, events)?;
        let now = tx.now();
        let mut cases = Vec::new();
        for event in events {
            let heard = rules.iter().enumerate().filter(|(_, rule)| Some(rule.project) == event.project_id);
            let heard = heard.filter(|(_, rule)| rules::reaches(rule.since, event, now) && rules::hears(rule.id, event));
            let told = heard.filter(|(_, rule)| rules::is_told(&rule.trigger, event));
            cases
                .extend(told.filter_map(|(place, rule)| Some(Case { event, item: event.subject_id?, rule: place, project: rule.project })));
        }
        judge(tx, &rules, &mut cases)?;
        // In the order of the log, and of the rules. What is too much for this time is given again, and then known to have been done.
        let rest = cases.get(self.at_once).map(|case| case.event.seq);
        cases.truncate(self.at_once);
        let mut chains = Chains::read(tx, &cases)?;
        for project in cases.iter().map(|case| case.project).collect::<BTreeSet<_>>() {
            let here: Vec<&Case<'_>> = cases.iter().filter(|case| case.project == project).collect();
            self.act(&mut tx.enter_as_admin(project)?, &mut rules, &here, &mut chains)?;
        }
        Ok(rest.map_or(Progress::All, Progress::Before))
    }
}

/// An event that a rule waits for.
struct Case<'e> {
    event: &'e Logged,
    item: Uuid,
    /// The place of the rule among those that listen.
    rule: usize,
    project: Uuid,
}

/// The rules that may act on these events.
fn listening(tx: &mut WriteTx<'_, WorkspaceScope>, events: &[Logged]) -> db::Result<Vec<Rule>> {
    let about_items = events.iter().filter(|event| event.subject_id.is_some());
    let projects: BTreeSet<Uuid> = about_items.filter_map(|event| event.project_id).collect();
    let mut rules = Vec::new();
    if projects.is_empty() {
        return Ok(rules);
    }
    for stored in queries::listening(tx, &projects)? {
        match stored.clone().rule() {
            Ok(rule) => rules.push(rule),
            Err(_) => {
                if let Some(mut inside) = live(tx, stored.project_id)? {
                    rules.extend(brake::readable(&mut inside, stored)?);
                }
            }
        }
    }
    Ok(rules)
}

/// A project, if it is neither deleted nor archived.
fn live<'t>(tx: &'t mut WriteTx<'_, WorkspaceScope>, project: Uuid) -> db::Result<Option<WriteTx<'t, ProjectScope>>> {
    match tx.enter_as_admin(project) {
        Ok(inside) => Ok(Some(inside).filter(|inside| inside.scope().archived_at().is_none())),
        Err(db::Error::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Leaves those whose item fitted right after the event, and on which nobody acted yet.
fn judge(tx: &mut WriteTx<'_, WorkspaceScope>, rules: &[Rule], cases: &mut Vec<Case<'_>>) -> db::Result<()> {
    let (Some(first), Some(last)) = (cases.first(), cases.last()) else { return Ok(()) };
    let span = (first.event.seq, last.event.seq);
    let ids: Vec<Uuid> = rules.iter().map(|rule| rule.id).collect();
    let acted = queries::acted(tx, &ids, span)?;
    cases.retain(|case| rules.get(case.rule).is_some_and(|rule| !acted.contains(&(rule.id, case.event.seq))));
    let mut by_project: BTreeMap<Uuid, Vec<(Uuid, i64)>> = BTreeMap::new();
    for case in &*cases {
        by_project.entry(case.project).or_default().push((case.item, case.event.seq));
    }
    let mut fitting = HashSet::new();
    for (project, places) in by_project {
        let Some(mut inside) = live(tx, project)? else { continue };
        let items: BTreeSet<Uuid> = places.iter().map(|place| place.0).collect();
        let since = places.iter().map(|place| place.1).min().unwrap_or(0);
        let walk = Walk::read(&mut inside, &items.into_iter().collect::<Vec<_>>(), since)?;
        let stood = walk.after(places.into_iter().collect::<BTreeSet<_>>());
        for case in cases.iter().filter(|case| case.project == project) {
            let (stood, rule) = (stood.get(&(case.item, case.event.seq)), rules.get(case.rule));
            if stood.zip(rule).is_some_and(|(stood, rule)| stood.is_shown_in(project) && rules::fits(&rule.filter, stood)) {
                fitting.insert((case.event.seq, case.rule));
            }
        }
    }
    cases.retain(|case| fitting.contains(&(case.event.seq, case.rule)));
    Ok(())
}

/// What follows from which event, by way of other rules.
struct Chains {
    roots: HashMap<Uuid, Uuid>,
    following: HashMap<Uuid, i64>,
}

impl Chains {
    fn read(tx: &mut WriteTx<'_, WorkspaceScope>, cases: &[Case<'_>]) -> db::Result<Self> {
        let runs: BTreeSet<Uuid> = cases.iter().filter_map(|case| run_of(case.event)).collect();
        let mut chains = Self { roots: queries::roots(tx, &runs.into_iter().collect::<Vec<_>>())?, following: HashMap::new() };
        let roots: BTreeSet<Uuid> = cases.iter().map(|case| chains.root(case.event)).collect();
        if !roots.is_empty() {
            chains.following = queries::following(tx, &roots.into_iter().collect::<Vec<_>>())?;
        }
        Ok(chains)
    }

    /// What an event follows from; most follow from nothing but themselves.
    fn root(&self, event: &Logged) -> Uuid {
        run_of(event).and_then(|run| self.roots.get(&run)).copied().unwrap_or(event.id)
    }
}

/// The run that an event is a part of.
fn run_of(event: &Logged) -> Option<Uuid> {
    event.automation.and(event.mutation_id.as_deref()).and_then(|key| Uuid::try_parse(key).ok())
}

impl Automations {
    /// Has the rules of a project act, in the order of the events.
    fn act(&self, tx: &mut WriteTx<'_, ProjectScope>, rules: &mut [Rule], cases: &[&Case<'_>], chains: &mut Chains) -> db::Result<()> {
        let acting: BTreeSet<usize> = cases.iter().map(|case| case.rule).collect();
        let actions = acting.iter().filter_map(|place| rules.get(*place)).flat_map(|rule| &rule.actions);
        let mut facts = Facts::look_up(tx, actions.clone())?;
        facts.count_loads(tx, actions)?;
        let (mut paused, now) = (BTreeSet::new(), tx.now());
        for case in cases.iter().filter(|case| acting.contains(&case.rule)) {
            let Some(rule) = rules.get_mut(case.rule).filter(|_| !paused.contains(&case.rule)) else { continue };
            let Some((acted, from)) = rules::counted(rule.acted, rule.acted_from, now, self.most) else {
                run::keep(tx, rule)?;
                let message = format!("This automation acted {} times within an hour and is paused.", self.most);
                brake::pause(tx, &self.metrics, rule, case.item, message)?;
                paused.insert(case.rule);
                continue;
            };
            (rule.acted, rule.acted_from) = (acted, Some(from));
            let (event, root) = (case.event, chains.root(case.event));
            let occasion =
                Occasion { item: case.item, word: event.id.to_string(), seq: Some(event.seq), depth: event.depth, root: Some(root) };
            let following = chains.following.entry(root).or_default();
            let outcome = match self.why_not(event, *following) {
                Some(why) => run::stop(tx, rule, &occasion, why)?,
                None => run::run(tx, rule, &mut facts, &occasion)?,
            };
            *following += i64::from(outcome == Outcome::Done);
            self.count(outcome);
        }
        for rule in acting.difference(&paused).filter_map(|place| rules.get(*place)) {
            run::keep(tx, rule)?;
        }
        Ok(())
    }

    /// Why no rule acts on an event any more.
    fn why_not(&self, event: &Logged, following: i64) -> Option<String> {
        if event.depth >= rules::MOST_DEPTH {
            return Some(format!("{} automations followed on each other.", rules::MOST_DEPTH));
        }
        (following >= self.most_in_chain).then(|| format!("{following} runs of automations followed from one event."))
    }
}
