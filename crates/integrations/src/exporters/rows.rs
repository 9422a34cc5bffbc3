//! Reading items with everything that an export says of them: a page at a time, a constant number of statements each.

use std::{
    collections::{BTreeSet, HashMap},
    hash::BuildHasher,
};

use aileron_db::{
    self as db, ExprTrait as _, Order, ProjectScope, Tx,
    schema::{CYCLES, ESTIMATE_POINTS, LABELS, MODULES, PROJECTS, WORK_ITEM_TYPES, WORK_ITEMS},
};
use aileron_kernel::{Filter, Time, Uuid, work::RelationKind};
use aileron_platform::html;
use aileron_tracker::work_items::{filters, model::WorkItem, queries, sides};
use serde::Serialize;

use super::{columns::Column, names};

/// How many items are read at a time.
pub const PAGE: i64 = 50;

/// The project of an item.
#[derive(Clone, Debug)]
pub struct Project {
    /// The letters before the numbers of its items.
    pub letters: String,
    /// Its name.
    pub name: String,
}

/// A comment as it is exported.
#[derive(Clone, Debug, Serialize)]
pub struct Comment {
    /// Who wrote it.
    pub author: Option<String>,
    /// When.
    pub created_at: Time,
    /// The text.
    pub text: String,
}

/// An item as it is exported. What no column asks for is empty.
#[derive(Clone, Debug)]
pub struct Row {
    /// The item.
    pub item: WorkItem,
    /// Its project.
    pub project: Project,
    /// Name and group of its state.
    pub state: Option<(String, String)>,
    /// The name of its type.
    pub kind: Option<String>,
    /// Who works on it.
    pub assignees: Vec<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// The cycle that it is in.
    pub cycle: Option<String>,
    /// The modules that it is in.
    pub modules: Vec<String>,
    /// Letters and number of the item above it.
    pub parent: Option<String>,
    /// The value of its estimate.
    pub estimate: Option<String>,
    /// Who made it.
    pub created_by: Option<String>,
    /// Its relations: kind, letters and number.
    pub relations: Vec<(RelationKind, String)>,
    /// Its links: title and address.
    pub links: Vec<names::Link>,
    /// What was said about it.
    pub comments: Vec<Comment>,
}

impl Row {
    /// Letters and number.
    pub fn key(&self) -> String {
        format!("{}-{}", self.project.letters, self.item.sequence_id)
    }
}

/// The next items of a project after this number, in the order of their numbers: what the caller sees in lists and fits the filter.
pub fn page(tx: &mut Tx<'_, ProjectScope>, filter: &Filter, columns: &[Column], after: i64) -> db::Result<Vec<Row>> {
    let shown = queries::shown(tx);
    let fitting = if filter.is_all() { shown } else { shown.filter(filters::condition(tx, filter, &[tx.project_id()])) };
    let select = fitting
        .columns::<WorkItem>(WORK_ITEMS)
        .filter(WORK_ITEMS.col("sequence_id").gt(after))
        .order(WORK_ITEMS.col("sequence_id"), Order::Asc)
        .limit(PAGE);
    let items = tx.all::<WorkItem>(&select)?;
    if items.is_empty() { Ok(Vec::new()) } else { Around::read(tx, &items, columns).map(|around| around.rows(items)) }
}

/// What stands around the items of a page, by their ids or by its own.
#[derive(Default)]
struct Around {
    project: Option<Project>,
    people: HashMap<Uuid, String>,
    states: HashMap<Uuid, (String, String)>,
    kinds: HashMap<Uuid, String>,
    labels: HashMap<Uuid, String>,
    cycles: HashMap<Uuid, String>,
    modules: HashMap<Uuid, String>,
    estimates: HashMap<Uuid, String>,
    numbers: HashMap<Uuid, i64>,
    assignees_of: HashMap<Uuid, Vec<Uuid>>,
    labels_of: HashMap<Uuid, Vec<Uuid>>,
    cycles_of: HashMap<Uuid, Vec<Uuid>>,
    modules_of: HashMap<Uuid, Vec<Uuid>>,
    relations: HashMap<Uuid, Vec<(RelationKind, String)>>,
    links: HashMap<Uuid, Vec<names::Link>>,
    comments: HashMap<Uuid, Vec<names::Said>>,
}

impl Around {
    fn read(tx: &mut Tx<'_, ProjectScope>, items: &[WorkItem], columns: &[Column]) -> db::Result<Self> {
        let has = |column| columns.contains(&column);
        let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
        let mut around = Self { project: Some(project(tx)?), ..Self::default() };
        if has(Column::State) || has(Column::StateGroup) {
            around.states = names::states(tx, &each(items.iter().map(|item| Some(item.state_id))))?;
        }
        if has(Column::Type) {
            around.kinds = names::of(tx, WORK_ITEM_TYPES, "name", &each(items.iter().map(|item| item.type_id)))?;
        }
        if has(Column::Estimate) {
            around.estimates = names::of(tx, ESTIMATE_POINTS, "value", &each(items.iter().map(|item| item.estimate_point_id)))?;
        }
        if has(Column::Parent) {
            around.numbers = names::numbers(tx, &each(items.iter().map(|item| item.parent_id)))?;
        }
        if has(Column::Labels) {
            around.labels_of = sides::labels(tx, &ids)?;
            around.labels = names::of(tx, LABELS, "name", &all(&around.labels_of))?;
        }
        if has(Column::Cycle) {
            around.cycles_of = sides::cycles(tx, &ids)?;
            around.cycles = names::of(tx, CYCLES, "name", &all(&around.cycles_of))?;
        }
        if has(Column::Modules) {
            around.modules_of = sides::modules(tx, &ids)?;
            around.modules = names::of(tx, MODULES, "name", &all(&around.modules_of))?;
        }
        if has(Column::Relations) {
            around.relations = names::relations(tx, &ids)?;
        }
        if has(Column::Links) {
            around.links = names::links(tx, &ids)?;
        }
        around.read_people(tx, items, &ids, columns)?;
        Ok(around)
    }

    /// Who is named, as assignee, maker or author.
    fn read_people(&mut self, tx: &mut Tx<'_, ProjectScope>, items: &[WorkItem], ids: &[Uuid], columns: &[Column]) -> db::Result<()> {
        let has = |column| columns.contains(&column);
        let mut people: Vec<Option<Uuid>> = Vec::new();
        if has(Column::Assignees) {
            self.assignees_of = sides::assignees(tx, ids)?;
            people.extend(all(&self.assignees_of).into_iter().map(Some));
        }
        if has(Column::CreatedBy) {
            people.extend(items.iter().map(|item| item.created_by));
        }
        if has(Column::Comments) {
            self.comments = names::comments(tx, ids)?;
            people.extend(self.comments.values().flatten().map(|(author, ..)| *author));
        }
        self.people = names::people(tx, &each(people))?;
        Ok(())
    }

    fn rows(mut self, items: Vec<WorkItem>) -> Vec<Row> {
        let project = self.project.take().unwrap_or_else(|| Project { letters: String::new(), name: String::new() });
        items.into_iter().map(|item| self.row(item, &project)).collect()
    }

    fn row(&mut self, item: WorkItem, project: &Project) -> Row {
        let id = item.id;
        let author = |author: Option<Uuid>| author.and_then(|author| self.people.get(&author).cloned());
        let comments = self.comments.remove(&id).unwrap_or_default();
        let comment = |(by, created_at, text): names::Said| Comment { author: author(by), created_at, text: html::text(&text) };
        let number = item.parent_id.and_then(|parent| self.numbers.get(&parent));
        Row {
            project: project.clone(),
            state: self.states.get(&item.state_id).cloned(),
            kind: item.type_id.and_then(|kind| self.kinds.get(&kind).cloned()),
            assignees: named(self.assignees_of.get(&id), &self.people),
            labels: named(self.labels_of.get(&id), &self.labels),
            cycle: named(self.cycles_of.get(&id), &self.cycles).into_iter().next(),
            modules: named(self.modules_of.get(&id), &self.modules),
            parent: number.map(|number| format!("{}-{number}", project.letters)),
            estimate: item.estimate_point_id.and_then(|value| self.estimates.get(&value).cloned()),
            created_by: author(item.created_by),
            comments: comments.into_iter().map(comment).collect(),
            relations: self.relations.remove(&id).unwrap_or_default(),
            links: self.links.remove(&id).unwrap_or_default(),
            item,
        }
    }
}

fn project(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Project> {
    let select = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(tx.project_id()));
    let (letters, name) = tx.one::<(String, String)>(&select.expr(PROJECTS.col("identifier")).expr(PROJECTS.col("name")))?;
    Ok(Project { letters, name })
}

/// Each id once.
fn each(ids: impl IntoIterator<Item = Option<Uuid>>) -> Vec<Uuid> {
    ids.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Each id that stands in any of the lists, once.
fn all<S: BuildHasher>(lists: &HashMap<Uuid, Vec<Uuid>, S>) -> Vec<Uuid> {
    each(lists.values().flatten().map(|id| Some(*id)))
}

/// The names of a list, in their own order.
fn named<S: BuildHasher>(ids: Option<&Vec<Uuid>>, names: &HashMap<Uuid, String, S>) -> Vec<String> {
    let mut named: Vec<String> = ids.into_iter().flatten().filter_map(|id| names.get(id).cloned()).collect();
    named.sort_unstable();
    named
}
