//! What a part of the log touches, for one caller: pure, before anything is looked up.

use std::collections::{BTreeMap, BTreeSet};

use aileron_kernel::{Role, Uuid};

use super::{log::Entry, rows::Kind};

/// A row that may be another than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Touch {
    /// The last event that touched it.
    pub seq: i64,
    /// The project that the event was in.
    pub project: Option<Uuid>,
}

/// What happened that may let the caller see more or less of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "several may have happened, in any combination")]
pub(super) struct Cause {
    /// The last such event.
    pub seq: i64,
    /// He came in.
    pub joined: bool,
    /// He went out.
    pub left: bool,
    /// The project was archived, taken back or deleted.
    pub closed: bool,
    /// His role became one that sees more or less.
    pub role: bool,
    /// Whether guests see everything was switched.
    pub switched: bool,
    /// So much changed at once that items are better fetched again.
    pub wholesale: bool,
}

/// Something below an item that changed, or its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub seq: i64,
    pub verb: &'static str,
}

/// Entity, row and item of a note.
pub(super) type NoteKey = (String, Uuid, Uuid);

/// What was touched.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched {
    pub rows: BTreeMap<(Kind, Uuid), Touch>,
    pub causes: BTreeMap<Uuid, Cause>,
    pub notes: BTreeMap<NoteKey, Note>,
    /// Items that came, went or moved: whatever is above them counts anew.
    pub moved: BTreeMap<Uuid, i64>,
    /// Items that moved to another project, with the one that they left: who sees that one alone sees them no more.
    pub left: BTreeMap<Uuid, (i64, Uuid)>,
    /// People whose memberships of projects changed with that in the workspace.
    pub people: BTreeMap<Uuid, i64>,
    /// Labels that went, by the events that took them: labels below them and items that had them are others now.
    pub labels_gone: BTreeMap<i64, Uuid>,
    /// Projects that were public, or the caller's, and need not be any more.
    pub vanished: BTreeSet<Uuid>,
    pub mutations: Vec<String>,
    /// Whether the caller's own place in the workspace changed, and with it what he sees of everything.
    pub is_other_role: bool,
}

impl Touched {
    /// What these events touch.
    pub(super) fn of(entries: &[Entry], me: Uuid) -> Self {
        let mut touched = Self::default();
        for entry in entries {
            touched.add(entry, me);
        }
        touched
    }

    fn add(&mut self, entry: &Entry, me: Uuid) {
        if let Some(key) = entry.mutation.as_ref().filter(|key| entry.actor == Some(me) && !self.mutations.contains(key)) {
            self.mutations.push(key.clone());
        }
        match entry.entity.as_str() {
            "workspace" => self.touch(Kind::Workspace, entry.id, entry),
            "workspace_member" => self.workspace_member(entry, me),
            "project" => self.project(entry),
            "project_member" => self.project_member(entry, me),
            "state" => self.state(entry),
            "label" => self.label(entry),
            "cycle" => self.touch(Kind::Cycle, entry.id, entry),
            "module" => self.touch(Kind::Module, entry.id, entry),
            "work_item_type" => self.touch(Kind::WorkItemType, entry.id, entry),
            "work_item" => self.work_item(entry),
            // Nothing of it is shown below the item that it tells people about.
            "automation" => {}
            _ => self.below_an_item(entry),
        }
    }

    fn touch(&mut self, kind: Kind, id: Uuid, entry: &Entry) {
        self.rows.insert((kind, id), Touch { seq: entry.seq, project: entry.project });
    }

    fn cause(&mut self, project: Uuid, seq: i64) -> &mut Cause {
        let cause = self.causes.entry(project).or_default();
        cause.seq = seq;
        cause
    }

    fn workspace_member(&mut self, entry: &Entry, me: Uuid) {
        let Some(account) = entry.change("member").and_then(|change| change.new_id.or(change.old_id)) else { return };
        self.touch(Kind::Member, account, entry);
        match entry.verb.as_str() {
            "created" | "updated" | "deleted" if account == me => self.is_other_role = true,
            "updated" | "deleted" => {
                self.people.insert(account, entry.seq);
            }
            _ => {}
        }
    }

    fn project(&mut self, entry: &Entry) {
        self.touch(Kind::Project, entry.id, entry);
        if matches!(entry.verb.as_str(), "archived" | "unarchived" | "deleted" | "restored") {
            self.cause(entry.id, entry.seq).closed = true;
        }
        if entry.change("network").is_some() {
            self.vanished.insert(entry.id);
        }
        if entry.change("guest_view_all_features").is_some() {
            self.cause(entry.id, entry.seq).switched = true;
        }
    }

    fn project_member(&mut self, entry: &Entry, me: Uuid) {
        self.touch(Kind::ProjectMember, entry.id, entry);
        let member = entry.change("member").and_then(|change| change.new_id.or(change.old_id));
        let Some(project) = entry.project.filter(|_| member == Some(me)) else { return };
        self.touch(Kind::Project, project, entry);
        let sees_all = |number: Option<i64>| number.is_some_and(|number| number >= Role::Viewer.number());
        let crossed = entry.change("role").is_some_and(|role| sees_all(role.old.as_i64()) != sees_all(role.new.as_i64()));
        match entry.verb.as_str() {
            "created" => self.cause(project, entry.seq).joined = true,
            "deleted" => {
                self.cause(project, entry.seq).left = true;
                self.vanished.insert(project);
            }
            _ if crossed => self.cause(project, entry.seq).role = true,
            _ => {}
        }
    }

    fn state(&mut self, entry: &Entry) {
        self.touch(Kind::State, entry.id, entry);
        // What is done below each item counts anew.
        if let Some(project) = entry.project.filter(|_| entry.change("group").is_some() && entry.verb == "updated") {
            self.cause(project, entry.seq).wholesale = true;
        }
    }

    fn label(&mut self, entry: &Entry) {
        self.touch(Kind::Label, entry.id, entry);
        if let Some(project) = entry.project.filter(|_| entry.verb == "deleted") {
            self.labels_gone.insert(entry.seq, project);
        }
    }

    fn work_item(&mut self, entry: &Entry) {
        self.touch(Kind::WorkItem, entry.id, entry);
        if let Some(source) = entry.project.filter(|_| entry.verb == "moved") {
            self.left.insert(entry.id, (entry.seq, source));
        }
        let moves = |field: &str| matches!(field, "parent" | "state" | "is_draft" | "archived_at");
        if entry.verb != "updated" || entry.changes.iter().any(|change| moves(&change.field)) {
            self.moved.insert(entry.id, entry.seq);
        }
        for change in entry.changes.iter().filter(|change| change.field == "parent") {
            for parent in [change.old_id, change.new_id].into_iter().flatten() {
                self.touch(Kind::WorkItem, parent, entry);
            }
        }
        if entry.changes.iter().any(|change| matches!(change.field.as_str(), "description" | "description_binary")) {
            self.note("description", entry.id, entry.id, "updated", entry.seq);
        }
    }

    fn below_an_item(&mut self, entry: &Entry) {
        let Some(item) = entry.subject else { return };
        if matches!(entry.entity.as_str(), "cycle_item" | "module_item") {
            return self.touch(Kind::WorkItem, item, entry);
        }
        let verb = match entry.verb.as_str() {
            // Nobody else sees a file before it is there.
            "requested" => return,
            "created" => "created",
            "deleted" => "deleted",
            _ => "updated",
        };
        if matches!(entry.entity.as_str(), "link" | "attachment") && verb != "updated" {
            self.touch(Kind::WorkItem, item, entry);
        }
        self.note(&entry.entity, entry.id, item, verb, entry.seq);
    }

    fn note(&mut self, entity: &str, id: Uuid, about: Uuid, verb: &'static str, seq: i64) {
        self.notes.insert((entity.to_owned(), id, about), Note { seq, verb });
    }

    /// The rows of a kind.
    pub(super) fn ids(&self, kind: Kind) -> Vec<Uuid> {
        self.rows.keys().filter(|(found, _)| *found == kind).map(|(_, id)| *id).collect()
    }

    /// Whether a row of this kind was touched.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.rows.keys().any(|(found, _)| *found == kind)
    }
}

#[cfg(test)]
mod tests {
    use aileron_kernel::Change;
    use serde_json::Value;

    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn entry(seq: i64, entity: &str, number: u128, verb: &str, changes: Vec<Change>) -> Entry {
        Entry {
            seq,
            entity: entity.to_owned(),
            id: id(number),
            project: Some(id(100)),
            subject: None,
            verb: verb.to_owned(),
            changes,
            actor: Some(id(1)),
            mutation: None,
        }
    }

    fn named(field: &str, old: Option<u128>, new: Option<u128>) -> Change {
        let person = |number: u128| (id(number), "name".to_owned());
        Change::reference(field, old.map(person), new.map(person))
    }

    #[test]
    fn rows_are_touched_once_by_their_last_event() {
        let log =
            [entry(1, "state", 7, "created", vec![]), entry(2, "work_item", 8, "created", vec![]), entry(3, "state", 7, "updated", vec![])];
        let touched = Touched::of(&log, id(1));
        assert_eq!(touched.rows.len(), 2);
        assert_eq!(touched.rows[&(Kind::State, id(7))].seq, 3);
        assert_eq!(touched.moved.into_iter().collect::<Vec<_>>(), [(id(8), 2)]);
    }

    #[test]
    fn both_parents_of_an_item_that_moves_count_anew_and_a_new_name_concerns_nobody_else() {
        let moved = entry(1, "work_item", 8, "updated", vec![named("parent", Some(5), Some(6))]);
        let renamed = entry(2, "work_item", 9, "updated", vec![Change::value("name", "a", "b")]);
        let touched = Touched::of(&[moved, renamed], id(1));
        assert_eq!(touched.ids(Kind::WorkItem), [id(5), id(6), id(8), id(9)]);
        assert_eq!(touched.moved.keys().copied().collect::<Vec<_>>(), [id(8)]);
    }

    #[test]
    fn who_follows_the_project_that_an_item_left_is_told() {
        let touched = Touched::of(&[entry(1, "work_item", 8, "moved", vec![named("project", Some(100), Some(101))])], id(1));
        assert_eq!(touched.left.into_iter().collect::<Vec<_>>(), [(id(8), (1, id(100)))]);
        assert!(touched.rows.contains_key(&(Kind::WorkItem, id(8))));
    }

    #[test]
    fn links_and_files_count_on_their_item_and_comments_are_told_only() {
        let below = |seq, entity, verb| Entry { subject: Some(id(8)), ..entry(seq, entity, 20, verb, vec![]) };
        for (entity, verb, counts, told) in [
            ("link", "created", true, true),
            ("link", "previewed", false, true),
            ("attachment", "requested", false, false),
            ("attachment", "deleted", true, true),
            ("comment", "created", false, true),
            ("cycle_item", "deleted", true, false),
            ("something new", "happened", false, true),
        ] {
            let touched = Touched::of(&[below(1, entity, verb)], id(1));
            assert_eq!((touched.has(Kind::WorkItem), !touched.notes.is_empty()), (counts, told), "{entity} {verb}");
        }
    }

    #[test]
    fn only_the_callers_own_membership_changes_what_he_sees() {
        let role = |old: i64, new: i64| vec![named("member", Some(1), Some(1)), Change::value("role", old, new)];
        let joined =
            entry(1, "project_member", 30, "created", vec![named("member", None, Some(1)), Change::value("role", Value::Null, 15)]);
        for (me, log, wanted) in [
            (1, joined.clone(), Some(Cause { seq: 1, joined: true, ..Cause::default() })),
            (2, joined, None),
            (1, entry(1, "project_member", 30, "updated", role(15, 20)), None),
            (1, entry(1, "project_member", 30, "updated", role(5, 10)), Some(Cause { seq: 1, role: true, ..Cause::default() })),
            (
                1,
                entry(1, "project_member", 30, "deleted", vec![named("member", Some(1), None)]),
                Some(Cause { seq: 1, left: true, ..Cause::default() }),
            ),
        ] {
            assert_eq!(Touched::of(&[log], id(me)).causes.get(&id(100)).copied(), wanted);
        }
    }

    #[test]
    fn another_place_in_the_workspace_is_a_new_beginning_for_him_and_for_nobody_else() {
        let log = [entry(1, "workspace_member", 30, "updated", vec![named("member", Some(1), Some(1))])];
        assert!(Touched::of(&log, id(1)).is_other_role);
        let others = Touched::of(&log, id(2));
        assert!(!others.is_other_role && others.people.contains_key(&id(1)) && others.has(Kind::Member));
        let renamed = [entry(1, "workspace_member", 30, "renamed", vec![named("member", None, Some(1))])];
        assert!(!Touched::of(&renamed, id(1)).is_other_role);
    }

    #[test]
    fn keys_of_others_are_not_told() {
        let own = Entry { mutation: Some("a".to_owned()), ..entry(1, "state", 7, "created", vec![]) };
        let same = Entry { seq: 2, ..own.clone() };
        let other = Entry { mutation: Some("b".to_owned()), actor: Some(id(2)), ..own.clone() };
        assert_eq!(Touched::of(&[own, same, other], id(1)).mutations, ["a"]);
    }
}
