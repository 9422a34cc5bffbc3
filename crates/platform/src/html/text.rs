//! The plain text of cleaned markup, and questions about its shape.

use super::{
    scan::{Attribute, Scanner, Token},
    tags,
};

/// The text that a reader sees: lines for blocks, spaces for table cells, character references decoded.
pub(super) fn plain(cleaned: &str) -> String {
    let mut lines = Lines::default();
    let mut pre = 0_usize;
    for token in Scanner::new(cleaned) {
        match token {
            Token::Text(text) => lines.text(&decoded(text), pre > 0),
            Token::Start(name, attributes) => {
                pre += usize::from(name == "pre");
                lines.boundary(&name);
                if name == "mention-component" {
                    lines.text(&mention(&attributes), false);
                }
            }
            Token::End(name) => {
                pre = pre.saturating_sub(usize::from(name == "pre"));
                lines.boundary(&name);
            }
        }
    }
    lines.out
}

/// How many elements and texts stand side by side, and whether any element is a block.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) roots: usize,
    pub(super) has_root_text: bool,
    pub(super) has_block: bool,
    pub(super) has_media: bool,
}

/// The shape of cleaned markup.
pub(super) fn shape(cleaned: &str) -> Shape {
    let mut shape = Shape::default();
    let mut depth = 0_usize;
    for token in Scanner::new(cleaned) {
        match token {
            Token::Text(text) => shape.has_root_text |= depth == 0 && !text.trim().is_empty(),
            Token::Start(name, _) => {
                let name = name.as_str();
                shape.roots += usize::from(depth == 0);
                depth += usize::from(!tags::VOID.contains(&name));
                shape.has_block |= tags::BLOCK.contains(&name);
                shape.has_media |= tags::MEDIA.contains(&name);
            }
            Token::End(_) => depth = depth.saturating_sub(1),
        }
    }
    shape
}

/// Text for the inside of an element.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('\u{a0}', "&nbsp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Cleaned markup knows only these five references.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

/// A person with an `@` before the name, a work item by its key alone.
fn mention(attributes: &[Attribute<'_>]) -> String {
    let value = |name: &str| attributes.iter().find(|a| a.name == name).map(|a| decoded(a.value));
    let Some(label) = value("label").filter(|label| !label.trim().is_empty()) else { return String::new() };
    if value("entity_name").as_deref() == Some("issue_mention") { label } else { format!("@{}", label.trim_start_matches('@')) }
}

#[derive(Default)]
struct Lines {
    out: String,
    /// White space that is written once something follows it.
    pending: Option<char>,
}

impl Lines {
    fn text(&mut self, text: &str, keep_space: bool) {
        for c in text.chars() {
            let is_space = c.is_whitespace();
            if is_space && keep_space && self.pending.is_none() && !self.out.is_empty() {
                self.out.push(c);
            } else if is_space {
                self.pending = self.pending.or(Some(if keep_space { c } else { ' ' }));
            } else {
                self.flush();
                self.out.push(c);
            }
        }
    }

    fn boundary(&mut self, name: &str) {
        if name == "br" || tags::BLOCK.contains(&name) {
            self.pending = Some('\n');
        } else if matches!(name, "td" | "th") && self.pending.is_none() {
            self.pending = Some(' ');
        }
    }

    fn flush(&mut self) {
        if let Some(space) = self.pending.take().filter(|_| !self.out.is_empty()) {
            self.out.push(space);
        }
    }
}
