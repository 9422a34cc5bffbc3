//! Ids differ from server to server: which of ours stands for which recorded one is learnt from the answers.

use std::collections::HashMap;

const LENGTH: usize = 36;

/// The learnt pairs, recorded id to ours.
#[derive(Default)]
pub(crate) struct Ids(HashMap<String, String>);

impl Ids {
    /// Notes the pair, or answers whether it agrees with what was learnt before.
    pub(crate) fn learn(&mut self, recorded: &str, ours: &str) -> bool {
        self.0.entry(recorded.to_owned()).or_insert_with(|| ours.to_owned()) == ours
    }

    /// The text with every learnt id replaced by ours.
    pub(crate) fn translate(&self, text: &str) -> String {
        let mut translated = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let id = rest.get(..LENGTH).filter(|candidate| is_id(candidate));
            if let Some(id) = id {
                translated.push_str(self.0.get(id).map_or(id, String::as_str));
            } else {
                translated.push(first);
            }
            rest = rest.get(id.map_or(first.len_utf8(), str::len)..).unwrap_or_default();
        }
        translated
    }
}

/// Whether the text is an id in its usual form: lower-case hexadecimal with hyphens.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == LENGTH
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "896406e0-9977-40fd-ac5f-55a084baf164";
    const B: &str = "c6d037a0-8fd2-4055-b398-589c59c20ee6";

    #[test]
    fn learnt_ids_are_replaced_wherever_they_stand() {
        let mut ids = Ids::default();
        assert!(ids.learn(A, B));
        assert_eq!(ids.translate(&format!("é/{A}/x{A}{B}")), format!("é/{B}/x{B}{B}"));
        assert_eq!(ids.translate("no id"), "no id");
    }

    #[test]
    fn a_second_partner_is_refused() {
        let mut ids = Ids::default();
        assert!(ids.learn(A, A) && ids.learn(A, A));
        assert!(!ids.learn(A, B));
    }

    #[test]
    fn other_texts_are_no_ids() {
        assert!(is_id(A));
        assert!(!is_id(&A.to_uppercase()) && !is_id(&A[1..]) && !is_id(&A.replace('-', "0")));
    }
}
