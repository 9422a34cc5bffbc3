//! Writes markup anew as a well-formed tree of known elements that is nowhere deeper than [`DEEPEST`].
//!
//! The standard's tree builder needs quadratic time for deep trees and multiplies formatting elements that
//! overlap: a megabyte can become gigabytes. It never sees either: what comes out of here is balanced, and has
//! no SVG, no `MathML`, no forms and no other places where its rules change.

use super::{
    scan::{Attribute, Scanner, Token},
    tags,
};

/// The greatest number of elements inside each other. The tags of deeper ones are dropped, not their text.
const DEEPEST: usize = 100;

/// Bytes after which a text is cut into two nodes, and the longest attribute. The serializer of html5ever needs quadratic time
/// for a long text with many `&`: from each it looks ahead for a `<` to the end.
const LONGEST_TEXT: usize = 2_048;
const LONGEST_ATTRIBUTE: usize = 4_096;
/// Cuts a text; ammonia strips it.
const CUT: &str = "<!---->";

/// Ends of a search for an open element: cells are worlds of their own.
const CELL: &[&str] = &["td", "th", "table"];
const LIST: &[&str] = &["ul", "ol", "td", "th", "table"];
const DEFINITIONS: &[&str] = &["dl", "td", "th", "table"];

/// The same text, balanced and of known elements. Attributes are not judged here.
pub(super) fn tidy(html: &str) -> String {
    let mut writer = Writer { out: String::with_capacity(html.len() + 16), open: Vec::new(), too_deep: 0, at_pre: false, since_cut: 0 };
    let mut scanner = Scanner::new(html);
    while let Some(token) = scanner.next() {
        match token {
            Token::Text(text) => writer.text(text),
            Token::Start(name, _) if tags::RAW.contains(&name.as_str()) => scanner.skip_raw(&name),
            Token::Start(name, attributes) => writer.start(&name, &attributes),
            Token::End(name) => writer.end(&name),
        }
    }
    writer.close_all();
    writer.out
}

struct Writer {
    out: String,
    open: Vec<&'static str>,
    /// Start tags dropped because of [`DEEPEST`] whose end tags are to be dropped too.
    too_deep: usize,
    /// Directly behind `<pre>`, where a parser swallows a line end.
    at_pre: bool,
    /// Bytes of text since the last tag or cut.
    since_cut: usize,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let text = if self.at_pre { text.trim_start_matches(['\0', '\r', '\n']) } else { text };
        if text.is_empty() {
            return;
        }
        self.at_pre = false;
        for c in text.chars() {
            self.since_cut += c.len_utf8();
            // Only where no character reference can be cut in two.
            if self.since_cut > LONGEST_TEXT && (matches!(c, '<' | '&') || !c.is_ascii()) {
                self.out.push_str(CUT);
                self.since_cut = 0;
            }
            match c {
                '<' => self.out.push_str("&lt;"),
                '\0' => {}
                c => self.out.push(c),
            }
        }
    }

    fn start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        let Some(name) = known(name) else { return };
        if name == "input" && !attributes.iter().any(|a| a.name == "type" && a.value.eq_ignore_ascii_case("checkbox")) {
            return;
        }
        self.close_implied(name);
        let is_void = tags::VOID.contains(&name);
        if !is_void && self.open.len() >= DEEPEST {
            self.too_deep += 1;
            return;
        }
        self.write_start(name, attributes);
        self.at_pre = name == "pre";
        if !is_void {
            self.open.push(name);
        }
    }

    fn write_start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.since_cut = 0;
        self.out.push('<');
        self.out.push_str(name);
        let has = |wanted: &str| attributes.iter().any(|a| a.name == wanted);
        for Attribute { name, value } in attributes {
            if value.len() <= LONGEST_ATTRIBUTE
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
            {
                self.attribute(name, value);
            }
        }
        if name == "a" && has("href") && !has("rel") {
            self.attribute("rel", tags::REL);
        }
        self.out.push('>');
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        for c in value.chars() {
            match c {
                '"' => self.out.push_str("&quot;"),
                '\0' => {}
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn end(&mut self, name: &str) {
        let Some(name) = known(name) else { return };
        if self.too_deep > 0 && !tags::VOID.contains(&name) {
            self.too_deep -= 1;
        } else {
            self.close(&[name], &[]);
        }
    }

    /// Closes what a start tag closes without saying so.
    fn close_implied(&mut self, name: &str) {
        let closes_paragraph = tags::BLOCK.contains(&name) && !matches!(name, "tr" | "tbody" | "thead" | "tfoot");
        match name {
            "li" => self.close(&["li"], LIST),
            "dt" | "dd" => self.close(&["dt", "dd"], DEFINITIONS),
            "td" | "th" => self.close(&["td", "th"], &["table"]),
            "tr" => self.close(&["tr"], &["table"]),
            "thead" | "tbody" | "tfoot" => self.close(&["thead", "tbody", "tfoot"], &["table"]),
            "a" => self.close(&["a"], CELL),
            _ => {}
        }
        if closes_paragraph {
            self.close(&["p"], CELL);
        }
    }

    /// Closes the innermost of these elements and what is open in it, unless a limit stands in between.
    fn close(&mut self, names: &[&str], limits: &[&str]) {
        let found = self.open.iter().rev().find(|open| names.contains(open) || limits.contains(open));
        let Some(target) = found.copied().filter(|open| names.contains(open)) else { return };
        self.at_pre = false;
        while let Some(name) = self.open.pop() {
            self.write_end(name);
            if name == target {
                return;
            }
        }
    }

    fn close_all(&mut self) {
        while let Some(name) = self.open.pop() {
            self.write_end(name);
        }
    }

    fn write_end(&mut self, name: &str) {
        self.since_cut = 0;
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}

fn known(name: &str) -> Option<&'static str> {
    tags::KEPT.iter().copied().find(|kept| *kept == name)
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn well_formed_markup_stays_as_it_is() {
        for html in ["<p>a <b>b</b></p>", "<ul><li>1<ul><li>2</li></ul></li></ul>", "<pre><code>\n x</code></pre>", "a &amp; b"] {
            assert_eq!(tidy(html), html);
        }
    }

    #[test]
    fn what_is_missing_is_written() {
        assert_eq!(tidy("<p>a<p>b"), "<p>a</p><p>b</p>");
        assert_eq!(tidy("<ul><li>a<li><b>b"), "<ul><li>a</li><li><b>b</b></li></ul>");
        assert_eq!(tidy("<table><tr><td>a<td>b<tr><td>c"), "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>");
        assert_eq!(tidy("<b><p>x</b>y</p>"), "<b><p>x</p></b>y");
    }

    #[test]
    fn depth_is_bounded_and_text_is_kept() {
        let html = format!("{}x{}y", "<b>".repeat(100_000), "</b>".repeat(100_000));
        let tidied = tidy(&html);
        assert_eq!(tidied, format!("{}x{}y", "<b>".repeat(100), "</b>".repeat(100)));
    }
}
