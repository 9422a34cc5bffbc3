//! The order of what a search found.

use super::words::{Term, query_terms, tokens};
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

    /// How well a candidate fits: higher is better, 0 is not at all. `key` is its identifier (`ENG-42`, or empty),
    /// `snippet` the text below its name or the beginning of it. The caller puts the newer one first among equals.
    pub fn score(&self, key: &str, name: &str, snippet: &str) -> u32 {
        if self.key.is_empty() {
            return 0;
        }
        self.identifier(&text::key(key)).max(self.name(name, snippet))
    }

    /// The same for a candidate that the index has found, so that all terms are known to be in it somewhere: never 0, and cheap,
    /// since a thousand candidates are ranked a query. `folded` is the name's [key](text::key).
    pub fn score_found(&self, key: &str, folded: &str) -> u32 {
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

    fn name(&self, name: &str, snippet: &str) -> u32 {
        let folded = text::key(name);
        if folded == self.key {
            return NAME;
        }
        if folded.starts_with(&self.key) {
            return NAME_BEGINS;
        }
        let words = tokens(name);
        let whole = self.terms.iter().filter(|term| words.contains(&term.text)).count();
        let begun = self.terms.iter().filter(|term| fits(term, &words)).count();
        match self.terms.len() {
            0 => {}
            all if whole == all => return ALL_WORDS,
            all if begun == all => return ALL_BEGINNINGS,
            _ => {}
        }
        if folded.contains(&self.key) {
            return SUBSTRING;
        }
        self.text(begun, &words, snippet)
    }

    /// Terms that the name lacks must be in the text; the more of them are in the name, the better.
    fn text(&self, in_name: usize, words: &[String], snippet: &str) -> u32 {
        let below = tokens(snippet);
        let complete = !self.terms.is_empty() && self.terms.iter().all(|term| fits(term, words) || fits(term, &below));
        match (complete, in_name) {
            (true, 0) => IN_TEXT,
            (true, some) => SOME_IN_NAME + u32::try_from(some).unwrap_or(u32::MAX).min(100),
            (false, _) => 0,
        }
    }
}

/// How well one candidate fits a query; see [`Ranker::score`].
pub fn rank(query: &str, key: &str, name: &str, text_snippet: &str) -> u32 {
    Ranker::new(query).score(key, name, text_snippet)
}

/// Whether the text has a word that begins with (or, if `whole`, is) this one.
fn begins_a_word(text: &str, word: &str, whole: bool) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && (!whole || !after.is_some_and(char::is_alphanumeric))
    })
}

fn fits(term: &Term, words: &[String]) -> bool {
    words.iter().any(|word| if term.prefix { word.starts_with(&term.text) } else { *word == term.text })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_better_fit_comes_first() {
        let candidates = [
            ("ENG-4", "unrelated", ""),
            ("ENG-42", "unrelated", ""),
            ("OPS-9", "see ENG-4 please", ""),
            ("OPS-8", "about ENG-45", ""),
            ("OPS-7", "x", "mentions ENG-4"),
        ];
        let scores = candidates.map(|(key, name, text)| rank("eng-4", key, name, text));
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }

    #[test]
    fn names_before_text() {
        let names = [("Login", ""), ("Login page", ""), ("The login", ""), ("The loginForm", ""), ("relogin", ""), ("form", "the login")];
        let scores = names.map(|(name, text)| rank("login", "", name, text));
        assert!(scores.is_sorted_by(|a, b| a >= b) && scores.last() > Some(&0), "{scores:?}");
        assert!(rank("login", "", "The login", "") > rank("login", "", "The logins", ""));
        assert_eq!(rank("login", "", "other", "nothing"), 0);
        assert_eq!(rank("", "ENG-1", "a", ""), 0);
        assert_eq!(rank("42", "ENG-42", "a", ""), NUMBER);
    }

    #[test]
    fn what_was_found_is_ordered_alike() {
        let ranker = Ranker::new("login page");
        let names = ["login page", "login page broken", "The page of login", "The pages of login", "relogin pages", "Login form", "other"];
        let scores = names.map(|name| ranker.score_found("OPS-1", &text::key(name)));
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
        assert_eq!(scores.last(), Some(&IN_TEXT));
        assert_eq!(Ranker::new("eng-4").score_found("ENG-4", "x"), IDENTIFIER);
    }

    proptest! {
        #[test]
        fn a_name_finds_itself(name in "\\PC{0,40}") {
            let expected = if text::key(&name).is_empty() { 0 } else { NAME };
            prop_assert_eq!(rank(&name, "", &name, ""), expected);
        }

        #[test]
        fn what_the_index_finds_has_a_score(name in "[a-c ]{1,12}", text in "[a-c ]{0,12}", query in "[a-c]{1,2}( [a-c]{1,2})?") {
            let ranker = Ranker::new(&query);
            let all = tokens(&format!("{name} {text}"));
            if ranker.terms().iter().all(|term| fits(term, &all)) {
                prop_assert!(ranker.score("", &name, &text) > 0);
            }
        }
    }
}
