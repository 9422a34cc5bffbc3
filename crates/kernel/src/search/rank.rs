//! The order of what a search found.

use super::words::{Term, query_terms};
use crate::text;

const IDENTIFIER: u32 = 1_000;
const NUMBER: u32 = 950;
const NAME: u32 = 900;
const IDENTIFIER_BEGINS: u32 = 850;
const NAME_BEGINS: u32 = 800;
const ALL_WORDS: u32 = 700;
const ALL_BEGINNINGS: u32 = 600;
const SUBSTRING: u32 = 500;
const SOME_IN_NAME: u32 = 200;
const IN_TEXT: u32 = 100;

/// A query made ready to be compared with many candidates.
#[derive(Clone, Debug)]
pub struct Ranker {
    key: String,
    terms: Vec<Term>,
}

impl Ranker {
    /// Of a query as typed.
    pub fn new(query: &str) -> Self {
        Self { key: text::key(query), terms: query_terms(query) }
    }

    /// The terms that the index is asked for.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// How well a candidate fits: higher is better. The index has found it, so all terms are known to be in it somewhere. `key` is its
    /// identifier (`ENG-42`), `folded` the [key](text::key) of its name. Cheap, since a thousand candidates are ranked a query.
    /// The caller puts the newer one first among equals.
    pub fn score(&self, key: &str, folded: &str) -> u32 {
        let begun = self.terms.iter().filter(|term| begins_a_word(folded, &term.text, false)).count();
        let by_name = if folded == self.key {
            NAME
        } else if folded.starts_with(&self.key) {
            NAME_BEGINS
        } else if begun < self.terms.len() {
            let some = SOME_IN_NAME + u32::try_from(begun).unwrap_or(u32::MAX).min(100);
            if folded.contains(&self.key) {
                SUBSTRING
            } else if begun == 0 {
                IN_TEXT
            } else {
                some
            }
        } else if self.terms.iter().all(|term| begins_a_word(folded, &term.text, true)) {
            ALL_WORDS
        } else {
            ALL_BEGINNINGS
        };
        self.identifier(&text::key(key)).max(by_name)
    }

    fn identifier(&self, key: &str) -> u32 {
        if key.is_empty() {
            0
        } else if key == self.key {
            IDENTIFIER
        } else if key.rsplit_once('-').is_some_and(|(_, number)| number == self.key) {
            NUMBER
        } else if key.starts_with(&self.key) {
            IDENTIFIER_BEGINS
        } else {
            0
        }
    }
}

/// Whether the text has a word that begins with (or, if `whole`, is) this one.
fn begins_a_word(text: &str, word: &str, whole: bool) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && (!whole || !after.is_some_and(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(query: &str, key: &str, name: &str) -> u32 {
        Ranker::new(query).score(key, &text::key(name))
    }

    #[test]
    fn identifiers_come_first() {
        let candidates =
            [("ENG-4", "unrelated"), ("ENG-42", "unrelated"), ("OPS-9", "see ENG-4 please"), ("OPS-8", "about ENG-45"), ("OPS-7", "x")];
        let scores = candidates.map(|(key, name)| score("eng-4", key, name));
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
        assert_eq!(score("42", "ENG-42", "a"), NUMBER);
    }

    #[test]
    fn names_before_text() {
        let one = ["Login", "Login page", "The login", "The logins", "relogin", "form"].map(|name| score("login", "X-1", name));
        assert!(one.is_sorted_by(|a, b| a > b), "{one:?}");
        let two = ["login page", "login page broken", "The page of login", "The pages of login", "relogin pages", "other"];
        let two = two.map(|name| score("login page", "X-1", name));
        assert!(two.is_sorted_by(|a, b| a > b), "{two:?}");
        assert_eq!(two.last(), Some(&IN_TEXT));
    }

    proptest! {
        #[test]
        fn a_name_finds_itself(name in "\\PC{1,40}") {
            prop_assert_eq!(score(&name, "X-1", &name), NAME);
        }

        #[test]
        fn everything_found_has_a_score(name in "\\PC{0,40}", query in "\\PC{0,20}") {
            prop_assert!(score(&query, "X-1", &name) > 0);
        }
    }
}
