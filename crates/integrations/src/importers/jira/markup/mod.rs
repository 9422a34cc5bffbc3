//! Jira's wiki markup, turned into HTML.
//!
//! Text is escaped by construction: it reaches the output through the functions of `html` only, tags come from here. Only
//! links to http, https, ftp and mailto are links. Whatever is no markup stays as it was written; nothing is refused.
//! The time is linear in the length, also for a megabyte of brackets: each search for a closing sign is remembered.

mod blocks;
mod html;
mod inline;
mod macros;
mod tables;

use std::{borrow::Cow, collections::BTreeMap};

use self::{
    blocks::Blocks,
    macros::{Event, events},
};

/// What the names in a text refer to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// Display names by login name, key or account id: `[~ada]`.
    pub people: Option<&'a BTreeMap<String, String>>,
    /// Addresses of the attachments by file name: `!shot.png!`.
    pub attachments: Option<&'a BTreeMap<String, String>>,
}

impl<'a> Names<'a> {
    fn person(&self, id: &str) -> Option<&'a str> {
        self.people?.get(id).map(String::as_str)
    }

    fn attachment(&self, name: &str) -> Option<&'a str> {
        self.attachments?.get(name).map(String::as_str)
    }
}

/// The HTML of a text. Empty where the text is blank.
pub fn to_html(text: &str, names: Names<'_>) -> String {
    let text = cleaned(text);
    let mut blocks = Blocks::new(names, text.len());
    for event in events(&text) {
        match event {
            Event::Text(text) => blocks.text(text),
            Event::Code { language, title, body } => blocks.code(language, title, body),
            Event::Quote => blocks.quote(),
            Event::Panel { title } => blocks.panel(title),
        }
    }
    blocks.finish()
}

/// The HTML of a text that holds no markup.
pub fn plain(text: &str) -> String {
    let text = cleaned(text);
    let mut html = String::with_capacity(text.len());
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        html.push_str("<p>");
        html.push_str(&escaped(paragraph).replace('\n', "<br>"));
        html.push_str("</p>");
    }
    html
}

/// The text so that it means itself within HTML.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    html::escape(text, &mut html);
    html
}

/// One kind of line end, no control characters.
fn cleaned(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_control() && c != '\n') {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\r' => clean.push('\n'),
            '\t' | '\n' => clean.push(c),
            c if c.is_control() => {}
            c => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests;
