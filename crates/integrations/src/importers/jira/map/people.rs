//! Everybody who is named in a source.

use std::collections::BTreeMap;

use super::PersonRef;
use crate::importers::jira::{Issue, model::Person};

/// The people of a source, collected in the first pass, so that placeholders exist before items and every mention
/// gets the same name, wherever in the source the person appears first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    by_id: BTreeMap<String, PersonRef>,
    names: BTreeMap<String, String>,
}

impl People {
    /// Adds everybody whom an issue names.
    pub fn collect(&mut self, issue: &Issue) {
        let of_issue = [&issue.creator, &issue.reporter, &issue.assignee].into_iter().flatten();
        let commenters = issue.comments.iter().filter_map(|comment| comment.author.as_ref());
        let attachers = issue.attachments.iter().filter_map(|file| file.author.as_ref());
        of_issue.chain(commenters).chain(attachers).for_each(|person| self.add(person));
    }

    /// Adds somebody. Who is known already can only gain an e-mail address.
    pub fn add(&mut self, person: &Person) {
        let Some(reference) = PersonRef::of(person) else { return };
        for id in [&person.account_id, &person.key, &person.name].into_iter().flatten() {
            if !self.names.contains_key(id) {
                self.names.insert(id.clone(), reference.name.clone());
            }
        }
        match self.by_id.get_mut(&reference.id) {
            Some(known) => known.email = known.email.take().or(reference.email),
            None => drop(self.by_id.insert(reference.id.clone(), reference)),
        }
    }

    /// Everybody, in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &PersonRef> {
        self.by_id.values()
    }

    /// Display names by everything a mention can say.
    pub const fn names(&self) -> &BTreeMap<String, String> {
        &self.names
    }
}
