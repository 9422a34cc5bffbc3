//! Splits markup into tags and text, in one pass and in linear time, whatever the markup.
//!
//! It follows the tokenizer of the HTML standard with two exceptions that keep text: a tag that never ends is text,
//! and so is everything after it. What it finds is written anew before a real parser reads it, so a difference
//! in opinion between the two cannot be used to smuggle anything.

/// Attributes of one tag that are looked at; the others are dropped. Finding duplicates is quadratic in this.
const MOST_ATTRIBUTES: usize = 64;

/// One piece of markup.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// Text as written: character references are not decoded.
    Text(&'a str),
    /// `<name attribute="value">`: the name in lower case, values as written.
    Start(String, Vec<Attribute<'a>>),
    /// `</name>`.
    End(String),
}

/// An attribute: its name in lower case, its value as written, without quotes.
#[derive(Debug, PartialEq)]
pub(super) struct Attribute<'a> {
    pub(super) name: String,
    pub(super) value: &'a str,
}

/// Reads tokens off the front of a text.
pub(super) struct Scanner<'a> {
    rest: &'a str,
    /// Set when a tag without an end was met: all that follows is text.
    only_text: bool,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(html: &'a str) -> Self {
        Self { rest: html, only_text: false }
    }

    /// Skips the content of a raw text element up to its end tag, or all of the rest if there is none.
    pub(super) fn skip_raw(&mut self, name: &str) {
        self.raw(name);
    }

    /// The same, giving the content if it ends.
    pub(super) fn raw(&mut self, name: &str) -> Option<&'a str> {
        let content = self.rest;
        while let Some((_, after)) = self.rest.split_once("</") {
            self.rest = after;
            let ends_here = after.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name))
                && after.get(name.len()..).is_some_and(|tail| tail.starts_with(|c: char| is_space(c) || matches!(c, '/' | '>')));
            if ends_here {
                self.rest = after.split_once('>').map_or("", |(_, after)| after);
                return content.get(..content.len() - after.len() - "</".len());
            }
        }
        self.rest = "";
        None
    }

    fn text(&mut self) -> Token<'a> {
        let end = if self.only_text { None } else { self.rest.find('<') };
        let (text, rest) = end.and_then(|end| self.rest.split_at_checked(end)).unwrap_or((self.rest, ""));
        self.rest = rest;
        Token::Text(text)
    }

    /// What stands behind a `<`. `None`: nothing that is shown.
    fn markup(&mut self, after: &'a str) -> Option<Token<'a>> {
        if let Some(comment) = after.strip_prefix("!--") {
            self.rest = after_comment(comment);
            return None;
        }
        if after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Some(self.tag(after, Token::Start));
        }
        if let Some(name) = after.strip_prefix('/').filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())) {
            return Some(self.tag(name, |name, _| Token::End(name)));
        }
        let bogus_comment = after.starts_with(['!', '?', '/']);
        if bogus_comment && let Some((_, rest)) = after.split_once('>') {
            self.rest = rest;
            return None;
        }
        self.only_text |= bogus_comment;
        self.rest = after;
        Some(Token::Text("<"))
    }

    fn tag(&mut self, from_name: &'a str, token: impl Fn(String, Vec<Attribute<'a>>) -> Token<'a>) -> Token<'a> {
        let (name, mut rest) = split_where(from_name, |c| is_space(c) || matches!(c, '/' | '>'));
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c| is_space(c) || c == '/');
            if let Some(after) = rest.strip_prefix('>') {
                self.rest = after;
                return token(name.to_ascii_lowercase(), attributes);
            }
            let Some((attribute, after)) = attribute(rest) else {
                self.only_text = true;
                let (bracket, rest) = self.rest.split_at_checked(1).unwrap_or((self.rest, ""));
                self.rest = rest;
                return Token::Text(bracket);
            };
            rest = after;
            if attributes.len() < MOST_ATTRIBUTES && !attributes.iter().any(|seen| seen.name == attribute.name) {
                attributes.push(attribute);
            }
        }
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            let Some(after) = self.rest.strip_prefix('<').filter(|_| !self.only_text) else {
                return Some(self.text());
            };
            if let Some(token) = self.markup(after) {
                return Some(token);
            }
        }
        None
    }
}

/// Reads one attribute. `None` if the text ends before the tag does.
fn attribute(text: &str) -> Option<(Attribute<'_>, &str)> {
    let first = text.chars().next()?;
    // A leading equals sign belongs to the name.
    let (_, behind_first) = text.split_at_checked(first.len_utf8())?;
    let (tail, rest) = split_where(behind_first, |c| is_space(c) || matches!(c, '/' | '>' | '='));
    let name = text.get(..first.len_utf8() + tail.len())?.to_ascii_lowercase();
    let Some(value) = rest.trim_start_matches(is_space).strip_prefix('=') else {
        return (!rest.is_empty()).then_some((Attribute { name, value: "" }, rest));
    };
    let value = value.trim_start_matches(is_space);
    let (value, rest) = match value.chars().next()? {
        quote @ ('"' | '\'') => value.strip_prefix(quote)?.split_once(quote)?,
        _ => split_where(value, |c| is_space(c) || c == '>'),
    };
    Some((Attribute { name, value }, rest))
}

/// What stands behind a comment whose first characters these are.
fn after_comment(comment: &str) -> &str {
    if let Some(rest) = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->")) {
        return rest;
    }
    let mut from = comment;
    while let Some((_, after)) = from.split_once("--") {
        if let Some(rest) = after.strip_prefix('>').or_else(|| after.strip_prefix("!>")) {
            return rest;
        }
        // Three dashes: the last two may be the ones that end it.
        from = if after.starts_with('-') { from.get(from.len() - after.len() - 1..).unwrap_or("") } else { after };
    }
    ""
}

fn split_where(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.find(ends).and_then(|end| text.split_at_checked(end)).unwrap_or((text, ""))
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> String {
        Scanner::new(html)
            .map(|token| match token {
                Token::Text(text) => format!("[{text}]"),
                Token::Start(name, attributes) => {
                    let attributes: String = attributes.iter().flat_map(|a| [" ", &a.name, "=", a.value]).collect();
                    format!("<{name}{attributes}>")
                }
                Token::End(name) => format!("</{name}>"),
            })
            .collect()
    }

    #[test]
    fn tags_and_attributes_are_read_as_browsers_read_them() {
        assert_eq!(shown("a<B x=1 y='2 >' z=\"3\" w/>b</B >c"), "[a]<b x=1 y=2 > z=3 w=>[b]</b>[c]");
        assert_eq!(shown("<img/src=x/onerror=1>"), "<img src=x/onerror=1>");
        assert_eq!(shown("<a =x x=1 X=2>"), "<a =x= x=1>");
        assert_eq!(shown("1 < 2 <3"), "[1 ][<][ 2 ][<][3]");
    }

    #[test]
    fn comments_and_declarations_vanish() {
        assert_eq!(shown("a<!-- <b> --->b<!doctype html>c<?php ?>d</ x>e<!-->f<!--g--!>h"), "[a][b][c][d][e][f][h]");
        assert_eq!(shown("a<!-- never ends"), "[a]");
    }

    #[test]
    fn a_tag_without_end_is_text() {
        assert_eq!(shown("if a <b then <i>c"), "if a <b then <i>c".replace("if a <b then <i>c", "[if a ]<b then= <i=>[c]"));
        assert_eq!(shown("if a <b then c"), "[if a ][<][b then c]");
        assert_eq!(shown("x<a href=\"<b>y"), "[x][<][a href=\"<b>y]");
    }

    #[test]
    fn raw_text_is_skipped_to_its_end_tag() {
        let mut scanner = Scanner::new("var a = '</scripty>';</SCRIPT\n>after");
        scanner.skip_raw("script");
        assert_eq!(scanner.next(), Some(Token::Text("after")));
    }
}
