//! Links between issues.

use super::{Relation, words::relation};
use crate::importers::{Note, jira::Issue};

/// The relations of an issue, one for each other issue and kind.
pub(super) fn relations(issue: &Issue, notes: &mut Vec<Note>) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    for link in &issue.links {
        let phrase = if link.phrase.trim().is_empty() { &link.kind } else { &link.phrase };
        let (kind, exact) = relation(phrase);
        if link.other == issue.key {
            notes.push(Note::dropped("issuelinks", "links the issue with itself"));
            continue;
        }
        if !exact {
            notes.push(Note::degraded(format!("issuelinks: {phrase}"), "imported as \"relates to\""));
        }
        // One pair has one relation here; what is more exact wins, else the first.
        match relations.iter_mut().find(|known| known.other_key == link.other) {
            Some(known) if known.kind == kind => {}
            Some(known) => {
                notes.push(Note::degraded("issuelinks", "several links between two issues; one is imported"));
                if relation(&known.phrase).1 || !exact {
                    continue;
                }
                known.kind = kind;
                known.phrase.clone_from(phrase);
                known.external_id.clone_from(&link.id);
            }
            None => relations.push(Relation {
                external_id: link.id.clone(),
                kind,
                phrase: phrase.clone(),
                other_key: link.other.clone(),
                other_name: link.other_summary.clone(),
            }),
        }
    }
    relations
}
