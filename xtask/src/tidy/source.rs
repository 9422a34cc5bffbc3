//! Telling code, comments and string literals of a Rust file apart, so that a check looks only where it should.

use std::iter::Peekable;
use std::str::Chars;

/// A Rust file without its comments: the code with blanks for literals, and the string literals by themselves.
#[derive(Default)]
pub(super) struct Source {
    /// The code, line by line as in the file.
    pub(super) code: String,
    /// The string literals and the lines they begin in.
    pub(super) strings: Vec<(usize, String)>,
}

impl Source {
    /// Reads a file; what the compiler would refuse is read somehow.
    pub(super) fn parse(text: &str) -> Self {
        let mut reader = Reader { rest: text.chars().peekable(), line: 1, last: ' ', source: Self::default() };
        reader.read();
        reader.source
    }

    /// The lines of code, numbered from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The line in which the unit tests of this file begin; a number past the end when it has none.
    pub(super) fn tests_begin(&self) -> usize {
        let mut marked = false;
        for (number, line) in self.lines().map(|(number, line)| (number, line.trim())) {
            if marked && line.starts_with("mod ") && line.ends_with('{') {
                return number;
            }
            marked = line.starts_with("#[cfg(test)]") || (marked && (line.is_empty() || line.starts_with("#[")));
        }
        usize::MAX
    }
}

/// Where in the code a word stands by itself, as byte offsets.
pub(super) fn words<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = line.get(..*at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part_of_name) && !after.is_some_and(part_of_name)
    })
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
    /// The last character of code: it tells a raw string's `r` from the end of a name.
    last: char,
    source: Source,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(c) = self.next() {
            match c {
                '/' if self.rest.peek() == Some(&'/') => self.skip_line(),
                '/' if self.rest.peek() == Some(&'*') => self.skip_block(),
                '"' => self.string(),
                'r' if !is_name(self.last) || self.last == 'b' || self.last == 'c' => self.maybe_raw(),
                '\'' => self.quote(),
                _ => self.code(c),
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    fn code(&mut self, c: char) {
        self.last = c;
        self.source.code.push(c);
    }

    fn new_lines(&mut self, text: &str) {
        self.source.code.extend(text.chars().filter(|c| *c == '\n'));
    }

    fn skip_line(&mut self) {
        while self.rest.next_if(|c| *c != '\n').is_some() {}
    }

    fn skip_block(&mut self) {
        let mut depth = 0;
        let mut before = '/';
        while let Some(c) = self.next() {
            match (before, c) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {}
            }
            if c == '\n' {
                self.code('\n');
            }
            // A star or slash that has made a pair is not part of the next one.
            before = if matches!((before, c), ('/', '*') | ('*', '/')) { ' ' } else { c };
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        let line = self.line;
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '"' => break,
                '\\' => text.extend(self.next().filter(|c| *c == '\n').or(Some(' '))),
                _ => text.push(c),
            }
        }
        self.finish_string(line, text);
    }

    fn maybe_raw(&mut self) {
        let mut hashes = 0;
        while self.rest.next_if_eq(&'#').is_some() {
            hashes += 1;
        }
        if self.rest.next_if_eq(&'"').is_none() {
            self.code('r');
            (0..hashes).for_each(|_| self.code('#'));
            return;
        }
        let line = self.line;
        let end = format!("\"{}", "#".repeat(hashes));
        let mut text = String::new();
        while let Some(c) = self.next() {
            text.push(c);
            if text.ends_with(&end) {
                text.truncate(text.len() - end.len());
                break;
            }
        }
        self.finish_string(line, text);
    }

    fn finish_string(&mut self, line: usize, text: String) {
        self.code('"');
        self.new_lines(&text);
        self.code('"');
        self.source.strings.push((line, text));
    }

    /// A character literal or a lifetime: the first is closed by a second quote.
    fn quote(&mut self) {
        self.code('\'');
        let mut ahead = self.rest.clone();
        let first = ahead.next();
        if first == Some('\\') {
            self.next();
            self.next();
            while self.next().is_some_and(|c| c != '\'') {}
        } else if ahead.next() == Some('\'') {
            self.next();
            self.next();
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<(usize, String)> {
        Source::parse(text).strings
    }

    #[test]
    fn comments_are_no_code() {
        let source = Source::parse("a // \"b\"\n/* c /* d */ \"e\"\n*/ f /**/ g");
        assert_eq!(source.code, "a \n\n f  g");
        assert!(source.strings.is_empty());
    }

    #[test]
    fn strings_know_their_line() {
        assert_eq!(
            strings("x\n\"one\"; r#\"two \"quoted\"\nmore\"#;\n b\"three\""),
            [(2, "one".to_owned()), (2, "two \"quoted\"\nmore".to_owned()), (4, "three".to_owned())]
        );
    }

    #[test]
    fn quotes_of_other_kinds_open_no_string() {
        assert_eq!(strings("let a: &'a str = f('\"', '\\'', '\\u{22}', r#type, \"s\");"), [(1, "s".to_owned())]);
        assert_eq!(strings("br\"raw\" + var\"s\""), [(1, "raw".to_owned()), (1, "s".to_owned())]);
    }

    #[test]
    fn lines_stay_in_place() {
        let source = Source::parse("\"a\nb\"\nlast");
        assert_eq!(source.lines().last(), Some((3, "last")));
        assert_eq!(Source::parse("\"a \\\n b\"\nlast").lines().last(), Some((3, "last")));
    }

    #[test]
    fn unit_tests_are_found() {
        assert_eq!(Source::parse("fn a() {}\n#[cfg(test)]\nmod tests {\n}").tests_begin(), 3);
        assert_eq!(Source::parse("#[cfg(test)]\nmod tests;\nfn a() {}").tests_begin(), usize::MAX);
    }

    #[test]
    fn words_stand_alone() {
        assert_eq!(words("todo!(todos, my_todo, todo)", "todo").collect::<Vec<_>>(), [0, 22]);
    }
}
