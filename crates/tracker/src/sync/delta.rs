//! What changed since a place in the log, as the caller may see it now.

use std::collections::{BTreeMap, BTreeSet};

use aileron_db::{
    self as db, Condition, ExprTrait as _, Table, Tx, WorkspaceScope, id_in,
    schema::{CYCLES, LABELS, MODULES, PROJECT_MEMBERS, PROJECTS, STATES, WORK_ITEM_TYPES, WORK_ITEMS, WORKSPACE_MEMBERS},
};
use aileron_kernel::Uuid;

use super::{
    access,
    change::{Access, Change, Frame},
    collections::{Cycles, Modules},
    items, log,
    people::{self, Members, ProjectMembers},
    project_rows::Projects,
    rows::{Kind, Row},
    settings::{self, Labels, States, Types},
    snapshot::Noun,
    touched::{Touch, Touched},
    view::View,
};

/// How many events one frame covers: each is one or two changes, so that a frame has about a thousand of them at most.
const EVENTS: i64 = 500;

/// How many items that changed with something else are sent one by one; of more, all items of the project are to be fetched again.
const ONE_BY_ONE: i64 = 1_000;

/// Why a client has to begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its rows have another form.
    Schema,
    /// It is so far behind that beginning anew is quicker.
    TooOld,
    /// It knows more than there is: the database was restored.
    Ahead,
    /// The caller's place in the workspace has changed, and with it what he sees of everything.
    Access,
}

impl Reason {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::TooOld => "too_old",
            Self::Ahead => "ahead",
            Self::Access => "access",
        }
    }
}

/// What follows a place.
#[derive(Clone, Debug)]
pub enum Since {
    /// This.
    Frame(Frame),
    /// Nothing that could be told in changes.
    Anew(Reason),
}

/// The first part of what changed behind this place. `most`: how far behind a client may be.
pub fn since(tx: &mut Tx<'_, WorkspaceScope>, prev: i64, most: i64) -> db::Result<Since> {
    let reached = tx.scope().seq();
    if prev > reached {
        return Ok(Since::Anew(Reason::Ahead));
    }
    if reached - prev > most {
        return Ok(Since::Anew(Reason::TooOld));
    }
    let entries = if prev == reached { Vec::new() } else { log::behind(tx, prev, EVENTS)? };
    let seq = entries.last().map_or(reached, |entry| entry.seq);
    let touched = Touched::of(&entries, tx.user_id());
    if touched.is_other_role {
        return Ok(Since::Anew(Reason::Access));
    }
    let changes = if entries.is_empty() { Vec::new() } else { Collector::new(tx, touched.clone(), prev)?.collect(tx)? };
    Ok(Since::Frame(Frame { prev, seq, more: seq < reached, changes, mutations: touched.mutations }))
}

/// As [`since`], for somebody to whom a frame is of use only if no other follows; nothing where more events wait than it covers.
pub fn since_at_once(tx: &mut Tx<'_, WorkspaceScope>, prev: i64, most: i64) -> db::Result<Option<Since>> {
    let behind = tx.scope().seq() - prev;
    if behind > EVENTS && behind <= most && log::is_longer(tx, prev, EVENTS)? {
        return Ok(None);
    }
    since(tx, prev, most).map(Some)
}

/// Gathers the changes of a frame, each with the event that it came of.
struct Collector {
    view: View,
    touched: Touched,
    since: i64,
    access: BTreeMap<Uuid, (i64, Access)>,
    found: Vec<(i64, Change)>,
}

impl Collector {
    fn new(tx: &mut Tx<'_, WorkspaceScope>, touched: Touched, since: i64) -> db::Result<Self> {
        let view = View::load(tx)?;
        let access = access::changed(tx, &view, &touched)?;
        Ok(Self { view, touched, since, access, found: Vec::new() })
    }

    fn collect(mut self, tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Vec<Change>> {
        self.items(tx)?;
        self.workspace_and_people(tx)?;
        self.projects(tx)?;
        for (project, (seq, access)) in &self.access {
            self.found.push((*seq, Change::access(*project, *access, self.view.version)));
        }
        self.project_members(tx)?;
        self.settings(tx)?;
        self.types(tx)?;
        // Sorted by the events; what came of the same one stays in the order in which it was gathered.
        self.found.sort_by_key(|(seq, _)| *seq);
        Ok(self.found.into_iter().map(|(_, change)| change).collect())
    }

    /// Rows of a kind: what is there is sent, what was touched and is not there is gone, if `is_known` says that the caller knew of it.
    fn rows(&mut self, kind: Kind, rows: Vec<Row>, otherwise: impl Fn(&Row) -> i64, is_known: impl Fn(&Self, Option<Uuid>) -> bool) {
        let there: BTreeSet<Uuid> = rows.iter().map(Row::id).collect();
        for row in rows {
            let seq = self.touched.rows.get(&(kind, row.id())).map_or_else(|| otherwise(&row), |touch| touch.seq);
            self.found.push((seq, Change::row(row, self.view.version)));
        }
        let gone: Vec<(Uuid, i64)> = self
            .touched
            .rows
            .iter()
            .filter(|((found, id), touch)| *found == kind && !there.contains(id) && is_known(self, touch.project))
            .map(|((_, id), touch)| (*id, touch.seq))
            .collect();
        self.found.extend(gone.into_iter().map(|(id, seq)| (seq, Change::deleted(kind, id, self.view.version))));
    }

    /// Whether the caller sees the content of the project of a touched row.
    fn is_inside(&self, project: Option<Uuid>) -> bool {
        project.is_some_and(|project| self.view.project(project).is_some())
    }

    /// The event by which the content of this project is sent anew.
    fn opened(&self, project: Option<Uuid>) -> Option<i64> {
        project.and_then(|project| self.access.get(&project)).map(|(seq, _)| *seq)
    }

    /// The projects whose rows are all sent.
    fn open(&self) -> Vec<Uuid> {
        self.access.iter().filter(|(_, (_, access))| *access != Access::Lost).map(|(project, _)| *project).collect()
    }

    fn workspace_and_people(&mut self, tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<()> {
        if self.touched.has(Kind::Workspace) {
            let row = people::workspace(tx, &self.view)?;
            self.rows(Kind::Workspace, vec![row], |_| 0, |_, _| false);
        }
        if !self.view.sees_roster() {
            self.near(tx)?;
        }
        if self.touched.has(Kind::Member) {
            let ids = self.touched.ids(Kind::Member);
            let rows = Members::rows(tx, &self.view, |select| select.filter(id_in(WORKSPACE_MEMBERS, "member_id", &ids)))?;
            self.rows(Kind::Member, rows, |_| 0, |_, _| true);
        }
        Ok(())
    }

    /// Touches the accounts that somebody who does not see the roster may see now or no longer, and no others.
    fn near(&mut self, tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<()> {
        let moved: Vec<Uuid> = self.access.iter().filter(|(_, (_, access))| *access != Access::Changed).map(|(id, _)| *id).collect();
        let (memberships, accounts) = (self.touched.ids(Kind::ProjectMember), self.touched.ids(Kind::Member));
        if moved.is_empty() && memberships.is_empty() && accounts.is_empty() {
            return Ok(());
        }
        let mut near = BTreeSet::from([self.view.me]);
        for (project, membership, account) in people::near(tx, &self.view, &moved, (&memberships, &accounts))? {
            near.insert(account);
            let opened = self.opened(Some(project)).filter(|_| moved.contains(&project));
            let touched = self.touched.rows.get(&(Kind::ProjectMember, membership)).map(|touch| touch.seq);
            if let Some(seq) = Ord::max(opened, touched) {
                let touch = self.touched.rows.entry((Kind::Member, account)).or_insert(Touch { seq, project: None });
                touch.seq = Ord::max(touch.seq, seq);
            }
        }
        self.touched.rows.retain(|(kind, id), _| *kind != Kind::Member || near.contains(id));
        Ok(())
    }

    fn projects(&mut self, tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<()> {
        let ids = self.touched.ids(Kind::Project);
        if ids.is_empty() {
            return Ok(());
        }
        let rows = Projects::rows(tx, &self.view, |select| select.filter(id_in(PROJECTS, "id", &ids)))?;
        let missing: Vec<Uuid> = ids.into_iter().filter(|id| !rows.iter().any(|row| row.id() == *id)).collect();
        let gone = access::vanished(tx, &self.view, &self.touched, &missing)?;
        self.rows(Kind::Project, rows, |_| 0, |_, _| false);
        for id in gone {
            let seq = self.touched.rows.get(&(Kind::Project, id)).map_or(0, |touch| touch.seq);
            self.found.push((seq, Change::deleted(Kind::Project, id, self.view.version)));
        }
        Ok(())
    }

    fn project_members(&mut self, tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<()> {
        let (ids, open, people) = (self.touched.ids(Kind::ProjectMember), self.open(), self.touched.people.clone());
        if ids.is_empty() && open.is_empty() && people.is_empty() {
            return Ok(());
        }
        let accounts: Vec<Uuid> = people.keys().copied().collect();
        let wanted = Condition::any()
            .add(id_in(PROJECT_MEMBERS, "id", &ids))
            .add(id_in(PROJECT_MEMBERS, "project_id", &open))
            .add(people::of_people_since(&accounts, self.since));
        let rows = ProjectMembers::rows(tx, &self.view, |select| select.filter(wanted))?;
        if !people.is_empty() {
            let last = people.values().copied().max().unwrap_or_default();
            for (id, _) in people::ended(tx, &self.view, &accounts, self.since)? {
                if !self.touched.rows.contains_key(&(Kind::ProjectMember, id)) {
                    self.found.push((last, Change::deleted(Kind::ProjectMember, id, self.view.version)));
                }
            }
        }
        let access = self.access.clone();
        let otherwise = move |row: &Row| {
            let of_person = if let Row::ProjectMember(row) = row { people.get(&row.member).copied() } else { None };
            let opened = row.project().and_then(|project| access.get(&project)).map(|(seq, _)| *seq);
            opened.into_iter().chain(of_person).max().unwrap_or_default()
        };
        self.rows(Kind::ProjectMember, rows, otherwise, Self::is_inside);
        Ok(())
    }

    /// States, labels, cycles and modules.
    fn settings(&mut self, tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<()> {
        self.of_projects::<States>(tx, (Kind::State, STATES), Condition::any())?;
        self.of_projects::<Cycles>(tx, (Kind::Cycle, CYCLES), Condition::any())?;
        self.of_projects::<Modules>(tx, (Kind::Module, MODULES), Condition::any())?;
        // Labels below one that went were written with it and have no event of their own.
        let orphaned: Vec<Uuid> = self.touched.labels_gone.values().copied().collect();
        let orphans = id_in(LABELS, "project_id", &orphaned).and(LABELS.col("version").gt(self.since));
        self.of_projects::<Labels>(tx, (Kind::Label, LABELS), Condition::any().add(orphans))
    }

    /// Rows of the caller's projects: what was touched, everything of projects that he sees anew, and more.
    fn of_projects<N: Noun>(&mut self, tx: &mut Tx<'_, WorkspaceScope>, (kind, table): (Kind, Table), more: Condition) -> db::Result<()> {
        let open = self.open();
        if !self.touched.has(kind) && open.is_empty() {
            return Ok(());
        }
        let ids = self.touched.ids(kind);
        let wanted = more.add(id_in(table, "id", &ids)).add(id_in(table, "project_id", &open));
        let rows = N::rows(tx, &self.view, |select| select.filter(wanted))?;
        let access = self.access.clone();
        let gone = self.touched.labels_gone.keys().copied().max().unwrap_or_default();
        let opened = move |row: &Row| row.project().and_then(|project| access.get(&project)).map_or(gone, |(seq, _)| *seq);
        self.rows(kind, rows, opened, Self::is_inside);
        Ok(())
    }

    fn types(&mut self, tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<()> {
        if !self.touched.has(Kind::WorkItemType) && self.access.is_empty() {
            return Ok(());
        }
        let mut ids = self.touched.ids(Kind::WorkItemType);
        let projects: Vec<Uuid> = self.access.keys().copied().collect();
        let used = settings::used_by(tx, &projects);
        let used: Vec<Uuid> =
            if projects.is_empty() { Vec::new() } else { tx.all::<(Uuid,)>(&used)?.into_iter().map(|row| row.0).collect() };
        ids.extend(used.iter().copied());
        let last = self.access.values().map(|(seq, _)| *seq).max().unwrap_or_default();
        let rows = Types::rows(tx, &self.view, |select| select.filter(id_in(WORK_ITEM_TYPES, "id", &ids)))?;
        let there: BTreeSet<Uuid> = rows.iter().map(Row::id).collect();
        self.rows(Kind::WorkItemType, rows, |_| last, |_, _| false);
        // What only a project used whose content is no longer seen.
        for id in used.into_iter().collect::<BTreeSet<_>>().difference(&there) {
            self.found.push((last, Change::deleted(Kind::WorkItemType, *id, self.view.version)));
        }
        Ok(())
    }

    /// Items, and notes of what changed below them.
    fn items(&mut self, tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<()> {
        self.parents(tx)?;
        let ids = self.touched.ids(Kind::WorkItem);
        let about: BTreeSet<Uuid> = self.touched.notes.keys().map(|(_, _, item)| *item).collect();
        let wanted: Vec<Uuid> = ids.iter().copied().collect::<BTreeSet<_>>().union(&about).copied().collect();
        let mut found = Vec::new();
        if !wanted.is_empty() {
            let most = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
            found = items::seen(tx, id_in(WORK_ITEMS, "id", &wanted), most)?;
        }
        let seen: BTreeSet<Uuid> = found.iter().filter(|seen| seen.is_open && !seen.item.is_deleted()).map(|seen| seen.item.id).collect();
        for ((entity, id, item), note) in std::mem::take(&mut self.touched.notes) {
            if seen.contains(&item) {
                self.found.push((note.seq, Change::note(entity, id, item, note.verb, note.seq)));
            }
        }
        found.retain(|seen| {
            let id = seen.item.id;
            // What somebody does with his draft is not even told as a deletion, but for what may have made it one.
            self.touched.rows.contains_key(&(Kind::WorkItem, id)) && (seen.is_open || self.touched.moved.contains_key(&id))
        });
        let mut found: Vec<_> = found.into_iter().map(|seen| seen.item).collect();
        found.extend(self.unlabelled(tx, &ids)?);
        let known: BTreeSet<Uuid> = found.iter().map(|item| item.id).collect();
        let (shown, gone): (Vec<_>, Vec<_>) = found.into_iter().partition(items::Stored::is_shown);
        self.departed(tx, &known)?;
        for item in gone {
            let seq = self.touched.rows.get(&(Kind::WorkItem, item.id)).map_or(0, |touch| touch.seq);
            self.found.push((seq, Change::deleted(Kind::WorkItem, item.id, self.view.version)));
        }
        let rows = items::rows(tx, &self.view, shown)?;
        let last = self.touched.labels_gone.keys().copied().max().unwrap_or_default();
        self.rows(Kind::WorkItem, rows, |_| last, |_, _| false);
        Ok(())
    }

    /// Items that moved out of the caller's sight, but for those that are known.
    fn departed(&mut self, tx: &mut Tx<'_, WorkspaceScope>, known: &BTreeSet<Uuid>) -> db::Result<()> {
        let mut left = self.touched.left.clone();
        left.retain(|item, (_, source)| !known.contains(item) && self.view.project(*source).is_some());
        if left.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = left.keys().copied().collect();
        for (item, author) in items::open(tx, &ids)? {
            let Some((seq, source)) = left.get(&item).copied() else { continue };
            if self.view.project(source).is_some_and(|shown| shown.is_whole || author == Some(self.view.me)) {
                self.found.push((seq, Change::deleted(Kind::WorkItem, item, self.view.version)));
            }
        }
        Ok(())
    }

    /// Touches what stands above items that came, went or moved.
    fn parents(&mut self, tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<()> {
        if self.touched.moved.is_empty() {
            return Ok(());
        }
        let moved: Vec<Uuid> = self.touched.moved.keys().copied().collect();
        for (item, parent) in items::parents(tx, &moved)? {
            let Some(seq) = self.touched.moved.get(&item).copied() else { continue };
            let project = self.touched.rows.get(&(Kind::WorkItem, item)).and_then(|touch| touch.project);
            let touch = self.touched.rows.entry((Kind::WorkItem, parent)).or_insert(Touch { seq, project });
            touch.seq = Ord::max(touch.seq, seq);
        }
        Ok(())
    }

    /// Items that lost a label that went, but for those that are known. Where there are very many, the project is opened anew instead.
    fn unlabelled(&mut self, tx: &mut Tx<'_, WorkspaceScope>, known: &[Uuid]) -> db::Result<Vec<items::Stored>> {
        let mut gone = self.touched.labels_gone.clone();
        gone.retain(|_, project| self.view.project(*project).is_some());
        if gone.is_empty() {
            return Ok(Vec::new());
        }
        let projects: Vec<Uuid> = gone.values().copied().collect();
        let by_these = Condition::all()
            .add(id_in(WORK_ITEMS, "project_id", &projects))
            .add(WORK_ITEMS.col("version").is_in(gone.keys().copied()))
            .add(WORK_ITEMS.col("deleted_at").is_null());
        let mut found: Vec<_> = items::seen(tx, by_these, ONE_BY_ONE + 1)?.into_iter().map(|seen| seen.item).collect();
        if i64::try_from(found.len()).unwrap_or(i64::MAX) > ONE_BY_ONE {
            for (seq, project) in gone {
                if self.opened(Some(project)).is_none() {
                    self.access.insert(project, (seq, Access::Changed));
                }
            }
            return Ok(Vec::new());
        }
        found.retain(|item| item.is_shown() && !known.contains(&item.id));
        Ok(found)
    }
}
