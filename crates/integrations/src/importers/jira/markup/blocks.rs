//! Blocks: paragraphs, headings, lists, quotations, tables, rules, code.

use super::{
    Names,
    html::{attribute, escape},
    inline::inline,
    tables,
};

/// The deepest list.
const MAX_LIST: usize = 8;

/// What holds other blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    Quote,
    Panel,
}

/// HTML while it grows.
pub(super) struct Blocks<'a> {
    names: Names<'a>,
    out: String,
    /// Open lists, each with an open item; true where numbered.
    lists: Vec<bool>,
    paragraph: bool,
    table: bool,
    holders: Vec<Holder>,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(names: Names<'a>, length: usize) -> Self {
        let out = String::with_capacity(length + length / 4);
        Self { names, out, lists: Vec::new(), paragraph: false, table: false, holders: Vec::new() }
    }

    pub(super) fn finish(mut self) -> String {
        self.close_blocks();
        while let Some(holder) = self.holders.last().copied() {
            self.close_holder(holder);
        }
        self.out
    }

    /// Lines with markup.
    pub(super) fn text(&mut self, text: &str) {
        // What stands directly before and behind a macro is part of a line, its line ends are not blank lines.
        let inner = text.trim_start_matches([' ', '\t']);
        let inner = inner.strip_prefix('\n').unwrap_or(inner);
        if inner.is_empty() && !text.is_empty() {
            return;
        }
        let text = inner.strip_suffix('\n').unwrap_or(inner);
        text.split('\n').for_each(|line| self.line(line));
    }

    /// Code goes into the list item that it stands in.
    pub(super) fn code(&mut self, language: Option<&str>, title: Option<&str>, body: &str) {
        self.close_text();
        let body = body.trim_end();
        // Blank lines go, the indentation of the first line stays.
        let first = body.len() - body.trim_start().len();
        let from = body.get(..first).and_then(|blank| blank.rfind('\n')).map_or(0, |at| at + 1);
        let body = body.get(from..).unwrap_or(body);
        if body.is_empty() {
            return;
        }
        self.title(title);
        self.out.push_str("<pre><code");
        if let Some(language) = language {
            self.out.push_str(" class=\"language-");
            attribute(&language.to_ascii_lowercase(), &mut self.out);
            self.out.push('"');
        }
        self.out.push('>');
        escape(body, &mut self.out);
        self.out.push_str("</code></pre>");
    }

    /// The tag of a quotation both opens and closes.
    pub(super) fn quote(&mut self) {
        self.toggle(Holder::Quote);
    }

    /// A panel is shown as a quotation under its title.
    pub(super) fn panel(&mut self, title: Option<&str>) {
        if self.toggle(Holder::Panel) {
            self.title(title);
        }
    }

    /// Whether it is open now.
    fn toggle(&mut self, holder: Holder) -> bool {
        self.close_blocks();
        if self.holders.contains(&holder) {
            while let Some(last) = self.holders.last().copied() {
                self.close_holder(last);
                if last == holder {
                    break;
                }
            }
            return false;
        }
        self.out.push_str(QUOTE);
        self.holders.push(holder);
        true
    }

    fn close_holder(&mut self, holder: Holder) {
        self.holders.retain(|other| *other != holder);
        if self.out.ends_with(QUOTE) {
            self.out.truncate(self.out.len() - QUOTE.len());
        } else {
            self.out.push_str("</blockquote>");
        }
    }

    fn title(&mut self, title: Option<&str>) {
        if let Some(title) = title {
            self.out.push_str("<p><strong>");
            escape(title, &mut self.out);
            self.out.push_str("</strong></p>");
        }
    }

    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        // A line break alone is how old texts write a blank line; a quotation may be a macro on the same line.
        if matches!(trimmed, "" | r"\\" | "bq.") {
            self.close_blocks();
        } else if trimmed.len() >= 4 && trimmed.bytes().all(|byte| byte == b'-') {
            self.close_blocks();
            self.out.push_str("<hr>");
        } else if let Some((level, text)) = heading(trimmed) {
            self.close_blocks();
            self.wrapped(&format!("<h{level}>"), text, &format!("</h{level}>"));
        } else if let Some(text) = trimmed.strip_prefix("bq. ") {
            self.close_blocks();
            self.wrapped("<blockquote><p>", text.trim(), "</p></blockquote>");
        } else if let Some((numbered, depth, text)) = list_item(trimmed) {
            self.item(numbered, depth, text);
        } else if trimmed.starts_with('|') && trimmed.contains(|c: char| c != '|' && !c.is_whitespace()) && self.lists.is_empty() {
            self.row(trimmed);
        } else {
            self.plain(trimmed);
        }
    }

    fn wrapped(&mut self, open: &str, text: &str, close: &str) {
        self.out.push_str(open);
        inline(text, self.names, &mut self.out);
        self.out.push_str(close);
    }

    /// A line of a paragraph, or of the list item before it.
    fn plain(&mut self, text: &str) {
        self.close_table();
        if self.paragraph {
            self.out.push_str("<br>");
        } else {
            self.out.push_str("<p>");
            self.paragraph = true;
        }
        inline(text, self.names, &mut self.out);
    }

    fn item(&mut self, numbered: bool, depth: usize, text: &str) {
        self.close_text();
        self.close_lists(depth);
        if self.lists.len() == depth {
            if self.lists.last() == Some(&numbered) {
                self.out.push_str("</li><li>");
            } else {
                self.close_lists(depth - 1);
            }
        }
        while self.lists.len() < depth {
            self.out.push_str(if numbered { "<ol><li>" } else { "<ul><li>" });
            self.lists.push(numbered);
        }
        self.plain(text);
    }

    fn row(&mut self, line: &str) {
        if !self.table {
            self.close_blocks();
            self.out.push_str("<table><tbody>");
            self.table = true;
        }
        tables::row(line, self.names, &mut self.out);
    }

    fn close_blocks(&mut self) {
        self.close_text();
        self.close_lists(0);
    }

    /// Closes the innermost text, but not the list item around it.
    fn close_text(&mut self) {
        if std::mem::take(&mut self.paragraph) {
            self.out.push_str("</p>");
        }
        self.close_table();
    }

    fn close_table(&mut self) {
        if std::mem::take(&mut self.table) {
            self.out.push_str("</tbody></table>");
        }
    }

    fn close_lists(&mut self, depth: usize) {
        while self.lists.len() > depth {
            match self.lists.pop() {
                Some(true) => self.out.push_str("</li></ol>"),
                _ => self.out.push_str("</li></ul>"),
            }
        }
    }
}

const QUOTE: &str = "<blockquote>";

fn heading(line: &str) -> Option<(char, &str)> {
    let mut chars = line.strip_prefix('h')?.chars();
    let level = chars.next().filter(|level| ('1'..='6').contains(level))?;
    let text = chars.as_str().strip_prefix('.')?.trim();
    (!text.is_empty()).then_some((level, text))
}

/// Whether it is numbered, how deep it is, and its text. The last sign says which list it belongs to.
fn list_item(line: &str) -> Option<(bool, usize, &str)> {
    let signs = line.bytes().take(MAX_LIST).take_while(|byte| matches!(byte, b'*' | b'#' | b'-')).count();
    let (marker, text) = line.split_at_checked(signs)?;
    let dashes = marker.bytes().all(|byte| byte == b'-');
    // "-" is a list of its own, never mixed with the other signs; two and three of them are dashes.
    if signs == 0 || (dashes && signs > 1) || (!dashes && marker.contains('-')) || !text.starts_with([' ', '\t']) {
        return None;
    }
    Some((marker.ends_with('#'), signs, text.trim_start()))
}
