//! The one place where HTML from outside becomes HTML that is stored and shown.
//!
//! Three steps, each with one duty: `tidy` bounds the work and writes a balanced tree of known elements, ammonia parses it by the standard
//! and applies the allow-list of `tags`, and the two are repeated until nothing changes. What comes out is therefore a
//! fixed point: cleaning it again, or parsing and writing it elsewhere, gives the same bytes.

#[cfg(test)]
mod corpus;
mod head;
mod scan;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod tidy;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

pub use head::{Head, head};

/// Rounds until markup has to be stable. Well-formed input needs one, broken input two or three.
const ROUNDS: usize = 6;

/// Cleaned rich text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The markup, safe to show.
    pub html: String,
    /// The same as plain text: blocks on lines of their own, for search, previews and mail.
    pub text: String,
}

impl Cleaned {
    /// Whether there is nothing to see: no text, no picture, no mention.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && !text::shape(&self.html).has_media
    }
}

/// Cleans markup. `clean(&clean(x).html) == clean(x)`, and what a rich editor writes comes back unchanged.
pub fn clean(html: &str) -> Cleaned {
    let html = stable(html);
    let text = text::plain(&html);
    Cleaned { html, text }
}

/// The plain text of markup that was cleaned before.
pub fn plain(cleaned: &str) -> String {
    text::plain(cleaned)
}

/// Cleans the description of a work item or sticky: like [`clean`], and what is not one element is put into one, as the
/// compatible API records it: a `<div>` if there are blocks in it, else a `<span>`.
pub fn clean_document(html: &str) -> Cleaned {
    let cleaned = clean(html);
    let shape = text::shape(&cleaned.html);
    let is_one = if shape.has_root_text { false } else { shape.roots <= 1 };
    if is_one {
        return cleaned;
    }
    let wrapper = if shape.has_block { "div" } else { "span" };
    // Once more, because the tree is one deeper now.
    clean(&format!("<{wrapper}>{}</{wrapper}>", cleaned.html))
}

/// Whether markup has nothing to show once it is cleaned: `""`, `"<p></p>"`, `"<p> <br></p>"`.
pub fn is_blank(html: &str) -> bool {
    html.trim().is_empty() || clean(html).is_blank()
}

fn stable(html: &str) -> String {
    let mut html = once(html);
    for _ in 0..ROUNDS {
        let next = once(&html);
        if next == html {
            return html;
        }
        html = next;
    }
    // Markup that never settles was made to confuse parsers. Its text is kept.
    match text::plain(&html) {
        text if text.trim().is_empty() => String::new(),
        text => format!("<p>{}</p>", text::escaped(&text)),
    }
}

fn once(html: &str) -> String {
    POLICY.clean(&tidy::tidy(html)).to_string()
}

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(tags::KEPT.iter().copied().collect())
        .clean_content_tags(tags::RAW.iter().copied().collect())
        .generic_attributes(tags::ANYWHERE.iter().copied().collect())
        .tag_attributes(tags::OF_ELEMENT.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect())
        .tag_attribute_values(HashMap::from([("input", HashMap::from([("type", HashSet::from(["checkbox"]))]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(tags::value);
    builder
});
