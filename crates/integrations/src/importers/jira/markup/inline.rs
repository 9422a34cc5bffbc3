//! Markup within a line: emphasis, monospaced text, links, mentions, images, line breaks, escapes.

use super::{
    Names,
    html::{attribute, escape, is_safe, link},
};

/// The longest link or image.
const MAX_LINK: usize = 2_000;

/// Adds the HTML of a line.
pub(super) fn inline(text: &str, names: Names<'_>, out: &mut String) {
    let mut line = Line { text, names, at: 0, pieces: Vec::new(), open: Vec::new(), brackets: None, bangs: None, monos: None };
    line.read();
    line.pieces.iter().for_each(|piece| out.push_str(piece));
}

struct Line<'a> {
    text: &'a str,
    names: Names<'a>,
    at: usize,
    /// Finished HTML. An emphasis that is not closed stays the sign that it is.
    pieces: Vec<String>,
    /// Emphasis that may yet be closed: its sign and its piece. At most one of each sign.
    open: Vec<(char, usize)>,
    brackets: Option<usize>,
    bangs: Option<usize>,
    monos: Option<usize>,
}

impl Line<'_> {
    fn read(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            let taken = match c {
                '\\' => self.backslash(),
                '{' => self.brace(),
                '[' => self.bracket(),
                '!' => self.image(),
                'h' | 'H' | 'f' | 'm' => self.address(),
                _ => tags(c).is_some_and(|(open, close)| self.emphasis(c, open, close)),
            };
            if !taken {
                // On to the next character that could mean something.
                let tail = self.rest().get(c.len_utf8()..).unwrap_or_default();
                let run = tail.find(['\\', '{', '[', '!', 'h', 'H', 'f', 'm', '*', '_', '-', '+', '^', '~']).unwrap_or(tail.len());
                self.plain(c.len_utf8() + run);
            }
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn before(&self) -> Option<char> {
        self.text.get(..self.at)?.chars().next_back()
    }

    /// Adds text as it is.
    fn plain(&mut self, length: usize) {
        let end = self.at + length;
        let Some(text) = self.text.get(self.at..end) else { return };
        // Signs of open emphasis are pieces of their own and must not grow.
        if self.open.last().is_some_and(|(_, piece)| piece + 1 == self.pieces.len()) || self.pieces.is_empty() {
            self.pieces.push(String::new());
        }
        if let Some(last) = self.pieces.last_mut() {
            escape(text, last);
        }
        self.at = end;
    }

    fn html(&mut self, html: String, length: usize) -> bool {
        self.pieces.push(html);
        self.at += length;
        true
    }

    /// `\\` before white space breaks the line; `\*` is a star.
    fn backslash(&mut self) -> bool {
        let mut after = self.rest().chars().skip(1);
        match (after.next(), after.next()) {
            (Some('\\'), None | Some(' ' | '\t')) => self.html("<br>".to_owned(), 2),
            (Some(c), _) if c.is_ascii_punctuation() && !matches!(c, '\\' | '/' | '.' | ':' | '"' | '\'') => {
                self.at += 1;
                self.plain(c.len_utf8());
                true
            }
            _ => false,
        }
    }

    /// `{{monospaced}}`, and macros that leave only their text.
    fn brace(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("{{") {
            let Some(close) = next(self.text, self.at + 2, "}}", &mut self.monos) else { return false };
            let extra = usize::from(self.text.get(close + 2..).is_some_and(|after| after.starts_with('}')));
            let Some(code) = self.text.get(self.at + 2..close + extra).filter(|code| !code.trim().is_empty()) else { return false };
            let mut html = "<code>".to_owned();
            // Brackets and braces are escaped here too, or Jira would take them for links and macros.
            let mut parts = code.trim().split('\\').peekable();
            while let Some(part) = parts.next() {
                escape(part, &mut html);
                if parts.peek().is_some_and(|next| !next.starts_with(['[', ']', '{', '}', '|'])) {
                    html.push('\\');
                }
            }
            html.push_str("</code>");
            return self.html(html, close + extra + 2 - self.at);
        }
        let Some(end) = rest.bytes().take(100).position(|byte| byte == b'}') else { return false };
        let tag = rest.get(1..end).unwrap_or_default();
        if tag == "color" || tag.starts_with("color:") || tag.starts_with("anchor:") || tag == "toc" || tag.starts_with("toc:") {
            self.at += end + 1;
            return true;
        }
        false
    }

    /// `[text|address]`, `[address]`, `[~person]`, `[^file]`.
    fn bracket(&mut self) -> bool {
        let Some(close) = next(self.text, self.at + 1, "]", &mut self.brackets) else { return false };
        let Some(inside) = self.text.get(self.at + 1..close).filter(|inside| !inside.is_empty() && inside.len() <= MAX_LINK) else {
            return false;
        };
        // The inner of two brackets is the link; looking no further than it keeps this linear.
        if inside.contains('[') {
            return false;
        }
        let mut html = String::new();
        if let Some(person) = inside.strip_prefix('~') {
            let id = person.strip_prefix("accountid:").unwrap_or(person);
            html.push('@');
            escape(self.names.person(id).unwrap_or(id), &mut html);
        } else if let Some(file) = inside.strip_prefix('^') {
            attachment(file, self.names, &mut html);
        } else {
            let mut parts = inside.split('|').map(str::trim);
            let (first, second) = (parts.next().unwrap_or_default(), parts.next());
            let address = second.unwrap_or(first);
            if !is_safe(address) {
                return false;
            }
            link(address, if first.is_empty() { address } else { first }, &mut html);
        }
        self.html(html, close + 1 - self.at)
    }

    /// `!file.png!`, `!file.png|width=100!`, `!https://...!`.
    fn image(&mut self) -> bool {
        let Some(close) = next(self.text, self.at + 1, "!", &mut self.bangs) else { return false };
        let Some(inside) = self.text.get(self.at + 1..close).filter(|inside| inside.len() <= MAX_LINK) else { return false };
        let name = inside.split_once('|').map_or(inside, |(name, _)| name);
        if name != name.trim() || !is_media(name) || self.before().is_some_and(char::is_alphanumeric) {
            return false;
        }
        let mut html = String::new();
        if is_safe(name) {
            html.push_str("<img src=\"");
            attribute(name, &mut html);
            html.push_str("\" alt=\"");
            attribute(name.rsplit('/').next().unwrap_or(name), &mut html);
            html.push_str("\">");
        } else {
            attachment(name, self.names, &mut html);
        }
        self.html(html, close + 1 - self.at)
    }

    /// An address that stands for itself.
    fn address(&mut self) -> bool {
        let rest = self.rest();
        let known = ["http://", "https://", "ftp://", "mailto:"];
        let is_address = known.iter().any(|scheme| rest.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
        if !is_address || self.before().is_some_and(char::is_alphanumeric) {
            return false;
        }
        let ends = |c: char| c.is_whitespace() || matches!(c, '|' | '[' | ']' | '<' | '>' | '"' | '{' | '}' | '\\');
        let mut url = rest.split(ends).next().unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
        if !url.contains('(') {
            url = url.split(')').next().unwrap_or_default();
        }
        let url = url.to_owned();
        if !is_safe(&url) || known.contains(&url.as_str()) {
            // Nor is any of it markup.
            self.plain(url.len().max(1));
            return true;
        }
        let mut html = String::new();
        link(&url, &url, &mut html);
        self.html(html, url.len())
    }

    /// A sign opens before a word and closes behind one.
    fn emphasis(&mut self, sign: char, open: &'static str, close: &'static str) -> bool {
        let (before, after) = (self.before(), self.rest().chars().nth(1));
        let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != sign);
        let inside = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && c != sign);
        if let Some(depth) = self.open.iter().position(|(other, _)| *other == sign) {
            if inside(before) && outside(after) {
                if let Some((_, piece)) = self.open.get(depth).copied()
                    && let Some(opened) = self.pieces.get_mut(piece)
                {
                    open.clone_into(opened);
                }
                // What opened within and did not close stays a sign, so that tags nest.
                self.open.truncate(depth);
                return self.html(close.to_owned(), 1);
            }
            return false;
        }
        if outside(before) && inside(after) {
            self.open.push((sign, self.pieces.len()));
            return self.html(sign.to_string(), 1);
        }
        false
    }
}

/// The next place of a closing sign. The last answer is kept: a search runs over each part of the line once.
fn next(text: &str, from: usize, what: &str, kept: &mut Option<usize>) -> Option<usize> {
    let at = match *kept {
        Some(at) if at >= from => at,
        _ => text.get(from..).and_then(|rest| rest.find(what)).map_or(usize::MAX, |at| from + at),
    };
    *kept = Some(at);
    (at != usize::MAX).then_some(at)
}

fn tags(sign: char) -> Option<(&'static str, &'static str)> {
    Some(match sign {
        '*' => ("<strong>", "</strong>"),
        '_' => ("<em>", "</em>"),
        '-' => ("<s>", "</s>"),
        '+' => ("<u>", "</u>"),
        '^' => ("<sup>", "</sup>"),
        '~' => ("<sub>", "</sub>"),
        _ => return None,
    })
}

/// The name of an attached file, as a link where its address is known.
fn attachment(name: &str, names: Names<'_>, out: &mut String) {
    if let Some(url) = names.attachment(name) {
        link(url, name, out);
    } else {
        out.push_str("<em>");
        escape(name, out);
        out.push_str("</em>");
    }
}

/// Whether this may be an image: an exclamation is not.
fn is_media(name: &str) -> bool {
    const ENDS: [&str; 14] =
        [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp", ".tif", ".tiff", ".ico", ".mov", ".mp4", ".avi", ".pdf"];
    let end = name.rfind('.').and_then(|at| name.get(at..)).unwrap_or_default().to_ascii_lowercase();
    ENDS.contains(&end.as_str()) || (is_safe(name) && name.starts_with("http"))
}
