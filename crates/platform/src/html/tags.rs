//! What may stand in stored text: elements, attributes, values.

use std::borrow::Cow;

use ammonia::Url;
use uuid::Uuid;

/// The elements that are kept. Of others the content is kept, except for [`RAW`].
pub(super) const KEPT: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "image-component",
    "img",
    "input",
    "ins",
    "issue-embed-component",
    "kbd",
    "label",
    "li",
    "mark",
    "mention-component",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Elements whose content is not text for readers: it goes with them.
pub(super) const RAW: &[&str] = &["script", "style", "iframe", "noembed", "noframes", "title"];

/// Elements without content.
pub(super) const VOID: &[&str] = &["br", "col", "hr", "img", "input"];

/// Elements that stand on lines of their own.
pub(super) const BLOCK: &[&str] = &[
    "blockquote",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// Elements that show something without text in them.
pub(super) const MEDIA: &[&str] = &["hr", "image-component", "img", "input", "issue-embed-component", "mention-component"];

/// What a link says about us to the place that it leads to: nothing.
pub(super) const REL: &str = "noopener noreferrer nofollow";

/// Attributes that every element may have.
pub(super) const ANYWHERE: &[&str] = &[
    "data-align",
    "data-alignment",
    "data-background",
    "data-background-color",
    "data-block-type",
    "data-checked",
    "data-color",
    "data-colwidth",
    "data-emoji-unicode",
    "data-emoji-url",
    "data-icon-color",
    "data-icon-name",
    "data-id",
    "data-indent",
    "data-label",
    "data-language",
    "data-logo-in-use",
    "data-mention-suggestion-char",
    "data-name",
    "data-node-type",
    "data-text-align",
    "data-text-color",
    "data-type",
    "data-width",
    "dir",
    "style",
];

/// Attributes of single elements.
pub(super) const OF_ELEMENT: &[(&str, &[&str])] = &[
    ("a", &["href", "rel", "target", "title"]),
    ("code", &["class"]),
    ("col", &["span", "width"]),
    ("details", &["open"]),
    ("image-component", &["alignment", "alt", "aspectratio", "height", "id", "src", "status", "title", "width"]),
    ("img", &["alt", "height", "src", "title", "width"]),
    ("input", &["checked", "disabled"]),
    ("issue-embed-component", &["entity_identifier", "entity_name", "id", "project_identifier", "workspace_identifier"]),
    ("li", &["value"]),
    ("mention-component", &["entity_identifier", "entity_name", "id", "label"]),
    ("ol", &["start", "type"]),
    ("pre", &["class"]),
    ("td", &["background", "colspan", "colwidth", "rowspan", "textcolor"]),
    ("th", &["background", "colspan", "colwidth", "rowspan", "textcolor"]),
];

const STYLES: &[&str] = &["background-color", "color", "min-width", "text-align", "width"];
const STYLE_FUNCTIONS: &[&str] = &["hsl", "hsla", "rgb", "rgba", "var"];

/// The value that an allowed attribute may have, or `None` to drop it.
pub(super) fn value<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match attribute {
        "rel" => Some(Cow::Borrowed(REL)),
        "target" => (value == "_blank").then_some(Cow::Borrowed(value)),
        "style" => style(value),
        "class" => language(value),
        // An id that says anything could stand in for a variable of the page (DOM clobbering).
        "id" => (value.len() == 36 && Uuid::try_parse(value).is_ok()).then_some(Cow::Borrowed(value)),
        "src" | "data-emoji-url" => is_web_address(value).then_some(Cow::Borrowed(value)),
        "background" | "textcolor" => is_style_value(value).then_some(Cow::Borrowed(value)),
        "href" if element != "a" => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

/// Whether an address is relative, or absolute with `http` or `https`. Reads it as a browser does, which ignores
/// leading spaces, and tabs and line ends anywhere.
fn is_web_address(address: &str) -> bool {
    match Url::parse(address) {
        Ok(url) => matches!(url.scheme(), "http" | "https"),
        Err(error) => error.to_string() == "relative URL without a base",
    }
}

/// The classes that name the language of code; other classes would borrow the looks of the application.
fn language(classes: &str) -> Option<Cow<'_, str>> {
    let is_language =
        |class: &&str| class.strip_prefix("language-").is_some_and(|name| !name.is_empty() && name.chars().all(|c| !c.is_control()));
    kept_pieces(classes, classes.split_ascii_whitespace(), is_language, " ")
}

fn style(declarations: &str) -> Option<Cow<'_, str>> {
    let pieces = declarations.split(';').map(str::trim).filter(|piece| !piece.is_empty());
    let is_safe = |piece: &&str| {
        piece.split_once(':').is_some_and(|(name, value)| {
            let name = name.trim().to_ascii_lowercase();
            STYLES.contains(&name.as_str()) && is_style_value(value)
        })
    };
    kept_pieces(declarations, pieces, is_safe, "; ")
}

/// Colours, lengths and words; no addresses, no escapes, no comments.
fn is_style_value(value: &str) -> bool {
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '#' | '%' | '.' | ',' | '(' | ')' | '-'));
    let mut calls: Vec<&str> = value.split('(').collect();
    calls.pop();
    let is_known = |before: &str| {
        let name = before.rsplit([' ', ',']).next().unwrap_or("").to_ascii_lowercase();
        STYLE_FUNCTIONS.contains(&name.as_str())
    };
    plain && value.len() <= 200 && calls.into_iter().all(is_known)
}

/// The value as it is if every piece may stay, else the pieces that may.
fn kept_pieces<'v>(
    whole: &'v str,
    pieces: impl Iterator<Item = &'v str>,
    keep: impl Fn(&&'v str) -> bool,
    joiner: &str,
) -> Option<Cow<'v, str>> {
    let pieces: Vec<&str> = pieces.collect();
    let kept: Vec<&str> = pieces.iter().copied().filter(keep).collect();
    if kept.is_empty() {
        return None;
    }
    Some(if kept.len() == pieces.len() { Cow::Borrowed(whole) } else { Cow::Owned(kept.join(joiner)) })
}
