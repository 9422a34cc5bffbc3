//! Macros that make blocks: code, noformat, quote, panel. They may stand anywhere, also within a line.

/// A part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// Lines with markup.
    Text(&'a str),
    /// Text that is shown as it is.
    Code { language: Option<&'a str>, title: Option<&'a str>, body: &'a str },
    /// A quotation begins, or ends.
    Quote,
    /// A panel begins, or ends.
    Panel { title: Option<&'a str> },
}

/// The longest `{name:parameters}`.
const MAX_TAG: usize = 500;
/// How far is looked for the end of monospaced text.
const MAX_MONO: usize = 300;

struct Events<'a> {
    rest: &'a str,
    /// What follows the text that was just given out.
    next: Option<Event<'a>>,
    /// There is no further closing tag of these.
    no_code: bool,
    no_format: bool,
}

/// The parts of a text, in order.
pub(super) fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    Events { rest: text, next: None, no_code: false, no_format: false }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if let Some(event) = self.next.take() {
            return Some(event);
        }
        if self.rest.is_empty() {
            return None;
        }
        let text = self.rest;
        let mut from = 0;
        while let Some((at, after)) = find_from(text, from, "{") {
            let behind = text.get(after..).unwrap_or_default();
            if text.get(..at).is_some_and(|before| before.ends_with('\\')) {
                from = after;
            } else if behind.starts_with('{') {
                // Braces in {{monospaced}} text are no macros.
                let start = after + 1;
                from = monospaced_end(text, start).unwrap_or(start);
            } else if let Some((event, rest)) = self.macro_at(behind) {
                self.rest = rest;
                let before = text.get(..at).unwrap_or_default();
                if before.is_empty() {
                    return Some(event);
                }
                self.next = Some(event);
                return Some(Event::Text(before));
            } else {
                from = after;
            }
        }
        self.rest = "";
        Some(Event::Text(text))
    }
}

impl<'a> Events<'a> {
    /// The macro whose `{` was just passed, and what follows it.
    fn macro_at(&mut self, behind: &'a str) -> Option<(Event<'a>, &'a str)> {
        let name_end = behind.bytes().take(9).position(|byte| matches!(byte, b'}' | b':'))?;
        let name = behind.get(..name_end)?;
        if !["code", "noformat", "quote", "panel"].contains(&name) {
            return None;
        }
        let tag_end = behind.bytes().take(MAX_TAG).take_while(|byte| *byte != b'\n').position(|byte| byte == b'}')?;
        let parameters = behind.get(name_end..tag_end)?.trim_start_matches(':');
        let after = behind.get(tag_end + 1..)?;
        Some(match name {
            "quote" => (Event::Quote, after),
            "panel" => (Event::Panel { title: parameter(parameters, "title") }, after),
            "code" => {
                let (body, rest) = until(after, "{code}", &mut self.no_code);
                (Event::Code { language: language(parameters), title: parameter(parameters, "title"), body }, rest)
            }
            _ => {
                let (body, rest) = until(after, "{noformat}", &mut self.no_format);
                (Event::Code { language: None, title: parameter(parameters, "title"), body }, rest)
            }
        })
    }
}

/// Where `}}` ends, if it does so soon and on the same line.
fn monospaced_end(text: &str, start: usize) -> Option<usize> {
    let soon = text.as_bytes().get(start..)?.iter().take(MAX_MONO).take_while(|byte| **byte != b'\n');
    let mut previous = 0;
    for (at, byte) in soon.enumerate() {
        if *byte == b'}' && previous == b'}' {
            return Some(start + at + 1);
        }
        previous = *byte;
    }
    None
}

/// The text before a closing tag and the text after it. A tag that is missing closes at the end.
fn until<'a>(text: &'a str, tag: &str, none: &mut bool) -> (&'a str, &'a str) {
    let parts = if *none { None } else { text.split_once(tag) };
    *none = parts.is_none();
    parts.unwrap_or((text, ""))
}

fn find_from(text: &str, from: usize, what: &str) -> Option<(usize, usize)> {
    let at = from + text.get(from..)?.find(what)?;
    Some((at, at + what.len()))
}

fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let value = parameters.split('|').find_map(|part| part.trim().strip_prefix(name)?.trim_start().strip_prefix('='))?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

fn language(parameters: &str) -> Option<&str> {
    let first = parameters.split('|').map(str::trim).find(|part| !part.contains('=') && !part.is_empty());
    let name = first.or_else(|| parameter(parameters, "language")).or_else(|| parameter(parameters, "lang"))?;
    let fits = name.len() <= 30 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'#' | b'-'));
    fits.then_some(name)
}
