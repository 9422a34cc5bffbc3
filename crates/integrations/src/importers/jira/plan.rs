//! The first pass: what has to exist before items can, and who names whom. Small things only, never an issue.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
    sync::Arc,
};

use aileron_kernel::work::RelationKind;

use super::{
    ImportError, Issue, People, Source, Watch,
    map::{ImportedState, outline},
    run::{Options, Stage},
};

/// How many issues pass between two looks at the progress.
const STRIDE: u64 = 200;

/// All that the first pass found.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Records to be imported, repeated ones included.
    pub(super) records: u64,
    pub(super) people: People,
    pub(super) projects: BTreeMap<String, PlannedProject>,
    pub(super) keys: Keys,
    /// Items and the items above them, in the same project.
    pub(super) parents: Vec<(u32, u32)>,
    /// One entry for each pair of items that have to do with each other.
    pub(super) links: Vec<Link>,
}

/// A project of the source with everything that its items need.
#[derive(Debug, Default)]
pub(super) struct PlannedProject {
    pub(super) name: String,
    pub(super) highest: i64,
    pub(super) states: BTreeSet<PlannedState>,
    pub(super) types: BTreeSet<String>,
    pub(super) labels: BTreeSet<String>,
}

/// A state in the order of its group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlannedState(pub(super) ImportedState);

/// Two items and what the first is to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) item: u32,
    pub(super) other: u32,
    pub(super) kind: RelationKind,
}

/// Keys of issues as numbers, so that a million of them fit.
#[derive(Debug, Default)]
pub(super) struct Keys {
    numbers: HashMap<Arc<str>, u32>,
    names: Vec<(Arc<str>, Presence)>,
}

/// How often a key stands in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// It is only named by others.
    Named,
    /// Once.
    Here,
    /// More than once.
    Repeated,
}

impl PartialOrd for PlannedState {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PlannedState {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.group as u8, &self.0.name).cmp(&(other.0.group as u8, &other.0.name))
    }
}

impl Keys {
    fn number(&mut self, key: &str) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let key: Arc<str> = key.into();
        self.names.push((Arc::clone(&key), Presence::Named));
        self.numbers.insert(key, number);
        number
    }

    fn found(&mut self, key: &str) -> u32 {
        let number = self.number(key);
        if let Some((_, presence)) = self.names.get_mut(number as usize) {
            *presence = if *presence == Presence::Named { Presence::Here } else { Presence::Repeated };
        }
        number
    }

    /// The key of a number.
    pub(super) fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |(name, _)| name)
    }

    /// How often a key stands in the source.
    pub(super) fn presence(&self, key: &str) -> Presence {
        let entry = self.numbers.get(key).and_then(|number| self.names.get(*number as usize));
        entry.map_or(Presence::Named, |(_, presence)| *presence)
    }

    /// Keys that are named but not there.
    pub(super) fn missing(&self) -> Vec<String> {
        self.names.iter().filter(|(_, presence)| *presence == Presence::Named).map(|(name, _)| name.to_string()).collect()
    }
}

/// Reads the whole source. A fault of the files ends it with file and line, before anything is written.
pub(super) fn plan(options: &Options, watch: &dyn Watch) -> Result<Plan, ImportError> {
    let mut plan = Plan::default();
    let source = Source::open(Path::new(&options.path), options.limits)?;
    let progress = source.progress();
    watch.stage(Stage::Reading, progress.total());
    let mut read = 0_u64;
    for next in source {
        let (_, issue) = next?;
        plan.add(&issue, options.project.as_deref());
        read += 1;
        if read.is_multiple_of(STRIDE) {
            watch.at(progress.read());
            if !watch.goes_on() {
                return Err(ImportError::Stopped);
            }
        }
    }
    watch.at(progress.read());
    if let Some(project) = options.project.as_ref().filter(|_| plan.records == 0) {
        return Err(ImportError::NoSuchProject(project.clone()));
    }
    plan.settle();
    Ok(plan)
}

/// Whether an issue belongs to the project that is asked for.
pub(super) fn is_wanted(issue: &Issue, project: Option<&str>) -> bool {
    project.is_none_or(|project| issue.key.rsplit_once('-').is_some_and(|(key, _)| key.eq_ignore_ascii_case(project)))
}

impl Plan {
    fn add(&mut self, issue: &Issue, project: Option<&str>) {
        if !is_wanted(issue, project) {
            return;
        }
        self.records += 1;
        self.people.collect(issue);
        let outline = outline(issue);
        let item = self.keys.found(&issue.key);
        let project = self.projects.entry(outline.project_key.clone()).or_default();
        if project.name.is_empty() {
            project.name = outline.project_name;
        }
        project.highest = project.highest.max(outline.number);
        project.states.insert(PlannedState(outline.state));
        project.types.insert(outline.type_name);
        project.labels.extend(outline.labels);
        for relation in outline.relations {
            let other = self.keys.number(&relation.other_key);
            self.links.push(Link { item, other, kind: relation.kind });
        }
        for subtask in &issue.subtasks {
            self.keys.number(subtask);
        }
        if let Some(parent) = issue.parent.as_deref().filter(|parent| *parent != issue.key) {
            let above = self.keys.number(parent);
            if is_same_project(parent, &issue.key) {
                self.parents.push((item, above));
            } else {
                self.links.push(Link { item, other: above, kind: RelationKind::RelatesTo });
            }
        }
    }

    /// Each pair of items once, whichever of the two names the other: what says more wins.
    fn settle(&mut self) {
        for link in &mut self.links {
            let turned = if link.kind.is_symmetric() { link.item > link.other } else { link.kind.stored() != link.kind };
            if turned {
                *link = Link { item: link.other, other: link.item, kind: link.kind.inverse() };
            }
        }
        self.links.retain(|link| link.item != link.other);
        let pair = |link: &Link| (link.item.min(link.other), link.item.max(link.other));
        self.links.sort_by_key(|link| (pair(link), link.kind as u8, link.item));
        self.links.dedup_by_key(|link| pair(link));
        self.parents.sort_unstable();
        self.parents.dedup_by_key(|(item, _)| *item);
    }
}

/// Whether two keys are of one project.
pub(super) fn is_same_project(one: &str, other: &str) -> bool {
    one.rsplit_once('-').map(|(project, _)| project) == other.rsplit_once('-').map(|(project, _)| project)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(key: &str, links: &[(&str, &str)], parent: Option<&str>) -> Issue {
        let link = |(phrase, other): &(&str, &str)| crate::importers::jira::model::Link {
            phrase: (*phrase).to_owned(),
            other: (*other).to_owned(),
            ..Default::default()
        };
        Issue { key: key.to_owned(), links: links.iter().map(link).collect(), parent: parent.map(ToOwned::to_owned), ..Issue::default() }
    }

    fn planned(issues: &[Issue]) -> Plan {
        let mut plan = Plan::default();
        for issue in issues {
            plan.add(issue, None);
        }
        plan.settle();
        plan
    }

    #[test]
    fn a_pair_that_is_named_from_both_ends_is_one_relation() {
        let plan = planned(&[
            issue("A-1", &[("blocks", "A-2"), ("relates to", "A-3")], None),
            issue("A-2", &[("is blocked by", "A-1")], None),
            issue("A-3", &[("duplicates", "A-1")], None),
        ]);
        let named: Vec<_> = plan.links.iter().map(|link| (plan.keys.name(link.item), plan.keys.name(link.other), link.kind)).collect();
        assert_eq!(named, [("A-2", "A-1", RelationKind::BlockedBy), ("A-1", "A-3", RelationKind::Duplicate)]);
    }

    #[test]
    fn parents_of_other_projects_are_relations() {
        let plan = planned(&[issue("A-1", &[], Some("B-9")), issue("A-2", &[], Some("A-1")), issue("A-2", &[], Some("A-1"))]);
        assert_eq!((plan.parents.len(), plan.links.len()), (1, 1));
        assert_eq!(plan.keys.presence("A-2"), Presence::Repeated);
        assert_eq!(plan.keys.missing(), ["B-9"]);
    }
}
