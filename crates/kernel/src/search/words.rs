//! Cutting text into words.

use std::collections::HashSet;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use crate::text;

/// The longest token, in characters; what is longer is cut.
pub const MAX_TOKEN: usize = 64;
/// The most tokens of one document; later words are not found.
pub const MAX_TOKENS: usize = 4_000;
/// The most terms of a query; later words are ignored.
pub const MAX_TERMS: usize = 16;
/// How much of a document is read, in characters.
const MAX_CHARS: usize = 400_000;

/// One condition of a query: the document has this token, or one that begins so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// The token or its beginning.
    pub text: String,
    /// Whether a token that only begins with the text will do.
    pub prefix: bool,
}

/// The tokens of a document, each once, in the order of their first appearance.
pub fn tokens(text: &str) -> Vec<String> {
    let mut found = Found::default();
    let folded: String = text.chars().take(MAX_CHARS).nfkc().collect();
    for piece in pieces(&folded) {
        if found.list.len() >= MAX_TOKENS {
            break;
        }
        match piece {
            Piece::Word(word) => {
                found.add(word);
                camel_parts(word).for_each(|part| found.add(part));
            }
            Piece::Identifier { whole, letters, digits } => [letters, digits, whole].into_iter().for_each(|part| found.add(part)),
            // The last character also stands alone: asked for one character, a prefix then finds it at any place of a run.
            Piece::Dense(run) => {
                bigrams(run).for_each(|pair| found.add(pair));
                found.add(run.char_indices().next_back().map_or(run, |(at, _)| run.get(at..).unwrap_or(run)));
            }
        }
    }
    found.list.truncate(MAX_TOKENS);
    found.list
}

/// What a query asks for: all of these terms. The last word is taken as the beginning of one, as it is still being typed.
pub fn query_terms(query: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut add = |text: &str, prefix: bool| {
        let text = token(text);
        if let Some(term) = terms.iter_mut().find(|term| term.text == text) {
            // "foo foo" asks no more than its stricter half.
            term.prefix &= prefix;
        } else if !text.is_empty() && terms.len() < MAX_TERMS {
            terms.push(Term { text, prefix });
        }
    };
    let folded: String = query.chars().take(MAX_TERMS * 2 * MAX_TOKEN).nfkc().collect();
    let mut pieces = pieces(&folded).peekable();
    while let Some(piece) = pieces.next() {
        let last = pieces.peek().is_none();
        match piece {
            Piece::Word(word) | Piece::Identifier { whole: word, .. } => add(word, last),
            Piece::Dense(run) if run.chars().nth(1).is_none() => add(run, true),
            Piece::Dense(run) => bigrams(run).for_each(|pair| add(pair, false)),
        }
    }
    terms
}

#[derive(Default)]
struct Found {
    list: Vec<String>,
    known: HashSet<String>,
}

impl Found {
    fn add(&mut self, word: &str) {
        let token = token(word);
        if !token.is_empty() && self.list.len() < MAX_TOKENS && self.known.insert(token.clone()) {
            self.list.push(token);
        }
    }
}

/// A word as it is stored and compared.
fn token(word: &str) -> String {
    let mut token = text::key(word);
    if let Some((at, _)) = token.char_indices().nth(MAX_TOKEN) {
        token.truncate(at);
    }
    token
}

/// A stretch of text between two cuts.
enum Piece<'a> {
    Word(&'a str),
    Identifier { whole: &'a str, letters: &'a str, digits: &'a str },
    Dense(&'a str),
}

/// What a character does to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Dense,
    Gap,
}

/// Scripts that put no space between words are cut into pairs of characters.
fn class(c: char) -> Class {
    match c {
        '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}'
        | '\u{0E01}'..='\u{0E30}'
        | '\u{0E32}'..='\u{0E33}'
        | '\u{0E40}'..='\u{0E46}' => Class::Dense,
        _ if c.is_alphanumeric() || is_combining_mark(c) => Class::Word,
        _ => Class::Gap,
    }
}

/// The first stretch of one class in a text, and the rest.
fn run(text: &str) -> Option<(Class, &str, &str)> {
    let first = class(text.chars().next()?);
    // A mark belongs to the character before it, also where that one is dense.
    let same = |c: char| class(c) == first || (first == Class::Dense && is_combining_mark(c));
    let end = text.find(|c| !same(c)).unwrap_or(text.len());
    let (head, tail) = text.split_at_checked(end)?;
    Some((first, head, tail))
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (class, head, tail) = run(rest)?;
            rest = tail;
            match class {
                Class::Gap => {}
                Class::Dense => return Some(Piece::Dense(head)),
                Class::Word => {
                    if let Some((identifier, tail)) = identifier(text, head, tail) {
                        rest = tail;
                        return Some(identifier);
                    }
                    return Some(Piece::Word(head));
                }
            }
        }
    })
}

/// `ENG-42`: a word that begins with a letter, a hyphen, digits, and then no more of a word.
fn identifier<'a>(text: &'a str, letters: &'a str, tail: &'a str) -> Option<(Piece<'a>, &'a str)> {
    let after_hyphen = tail.strip_prefix('-')?;
    let (class, digits, rest) = run(after_hyphen)?;
    let fits = class == Class::Word && digits.chars().all(|c| c.is_ascii_digit()) && letters.chars().next()?.is_alphabetic();
    let start = text.len() - tail.len() - letters.len();
    let whole = text.get(start..start + letters.len() + 1 + digits.len())?;
    fits.then_some((Piece::Identifier { whole, letters, digits }, rest))
}

/// Each pair of neighbours.
fn bigrams(run: &str) -> impl Iterator<Item = &str> {
    run.char_indices().zip(run.char_indices().skip(1)).filter_map(|((from, _), (to, c))| run.get(from..to + c.len_utf8()))
}

/// `getHTTPServer` also is get, http and server.
fn camel_parts(word: &str) -> impl Iterator<Item = &str> {
    let mut starts = vec![0];
    let mut previous: Option<char> = None;
    let mut following = word.chars().skip(1);
    for (at, c) in word.char_indices() {
        let next = following.next();
        let rises = c.is_uppercase() && previous.is_some_and(char::is_lowercase);
        let acronym_ends = c.is_uppercase() && previous.is_some_and(char::is_uppercase) && next.is_some_and(char::is_lowercase);
        if rises || acronym_ends {
            starts.push(at);
        }
        previous = Some(c);
    }
    let ends = starts.clone().into_iter().skip(1).chain([word.len()]);
    let several = starts.len() > 1;
    starts.into_iter().zip(ends).filter_map(move |(from, to)| word.get(from..to).filter(|part| several && part.len() > 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, query: &str) -> bool {
        let tokens = tokens(text);
        query_terms(query)
            .iter()
            .all(|term| tokens.iter().any(|token| if term.prefix { token.starts_with(&term.text) } else { *token == term.text }))
    }

    #[test]
    fn words_identifiers_and_parts() {
        assert_eq!(tokens("Fix ENG-42: getUserName()"), ["fix", "eng", "42", "eng-42", "getusername", "get", "user", "name"]);
        assert_eq!(tokens("snake_case HTTPServer v2.10"), ["snake", "case", "httpserver", "http", "server", "v2", "10"]);
        assert_eq!(tokens("Straße STRASSE ﬁne"), ["strasse", "fine"]);
        assert_eq!(tokens("x-ray 3-4 -"), ["x", "ray", "3", "4"]);
        assert_eq!(tokens("A-1b"), ["a", "1b"]);
    }

    #[test]
    fn dense_scripts_are_found_by_any_part() {
        assert_eq!(tokens("東京都 ok"), ["東京", "京都", "都", "ok"]);
        for query in ["東", "京", "都", "京都", "東京都"] {
            assert!(found("東京都", query), "{query}");
        }
        assert!(!found("東京都", "東都"));
        assert!(found("한국어 문서", "국어"));
    }

    #[test]
    fn the_last_word_is_a_beginning() {
        assert_eq!(query_terms("Login ENG-4"), [Term { text: "login".into(), prefix: false }, Term { text: "eng-4".into(), prefix: true }]);
        assert!(found("see ENG-42", "eng-4") && found("see ENG-42", "42") && !found("see ENG-42", "eng-4 see"));
        assert_eq!(query_terms(" - "), []);
    }

    #[test]
    fn size_is_bounded() {
        let many = (0..10_000).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(tokens(&many).len(), MAX_TOKENS);
        assert_eq!(query_terms(&many).len(), MAX_TERMS);
        assert_eq!(tokens(&"a".repeat(1_000_000)), ["a".repeat(MAX_TOKEN)]);
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_each_of_its_words(text in "\\PC{0,60}") {
            for word in text.split_whitespace() {
                prop_assert!(found(&text, word), "{word:?} in {text:?}: {:?} {:?}", query_terms(word), tokens(&text));
            }
        }

        #[test]
        fn tokens_are_folded_short_and_once(text in any::<String>()) {
            let tokens = tokens(&text);
            let once: HashSet<_> = tokens.iter().collect();
            prop_assert_eq!(once.len(), tokens.len());
            for token in &tokens {
                prop_assert!(!token.is_empty() && token.chars().count() <= MAX_TOKEN);
                prop_assert_eq!(&text::key(token), token);
            }
        }

        #[test]
        fn case_does_not_matter(text in "[a-zA-Zäöü ]{0,40}") {
            let terms = query_terms(&text);
            prop_assert_eq!(terms, query_terms(&text.to_uppercase()));
        }
    }
}
