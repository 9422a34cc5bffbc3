//! Description and comments, with what has no place of its own.

use std::collections::BTreeMap;

use aileron_kernel::text;
use aileron_tracker::{comments::model::LONGEST, work_items::fields};

use super::{Attached, ImportedComment, ImportedItem, People, PersonRef, names};
use crate::importers::{
    Note,
    jira::{
        Issue,
        markup::{self, Names, escaped},
        model::{Attachment, Text},
    },
};

/// The longest HTML of a description, in bytes: what the issue says elsewhere finds room below it.
const MAX_DESCRIPTION: usize = fields::LONGEST_DESCRIPTION - (32 << 10);
/// The same of a comment: the cleaner closes what a cut left open.
const MAX_COMMENT: usize = LONGEST - (4 << 10);

/// The attached files that can be reached.
pub(super) fn attachments(issue: &Issue, notes: &mut Vec<Note>) -> Vec<Attached> {
    let mut reachable = Vec::new();
    for file in &issue.attachments {
        let Some(url) = address(file) else {
            notes.push(Note::degraded("attachment", "has no address; kept as text below the description"));
            continue;
        };
        notes.push(Note::degraded("attachment", "imported as a link; the file stays where it is"));
        reachable.push(Attached {
            external_id: file.id.clone(),
            title: text::shortened(&file.filename, aileron_kernel::fields::NAME),
            url: url.to_owned(),
            size: file.size,
            author: file.author.as_ref().and_then(PersonRef::of),
            created_at: file.created,
        });
    }
    reachable
}

/// The description, and below a line what the issue says elsewhere.
pub(super) fn description(issue: &Issue, people: &People, item: &ImportedItem, notes: &mut Vec<Note>) -> String {
    let mut html = body(&issue.description, ("description", MAX_DESCRIPTION), people, item, notes);
    let room = MAX_DESCRIPTION.saturating_sub(html.len());
    let environment = body(&issue.environment, ("environment", room), people, item, notes);
    let differs = issue.creator.is_some() && issue.creator != issue.reporter;
    let reporter = item.reporter.as_ref().filter(|_| differs).map_or(String::new(), |reporter| reporter.name.clone());
    let facts = [
        ("Resolution", issue.resolution.as_ref().map_or(String::new(), |resolution| resolution.name.clone())),
        ("Reported by", reporter),
        ("Affects versions", names(&issue.versions)),
        ("Fix versions", names(&issue.fix_versions)),
        ("Sprints", names(&issue.sprints)),
        ("Attachments", unreachable(issue)),
    ];
    let facts: Vec<_> = facts.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    if environment.is_empty() && facts.is_empty() {
        return html;
    }
    if !html.is_empty() {
        html.push_str("<hr>");
    }
    if !environment.is_empty() {
        html.push_str("<p><strong>Environment</strong></p>");
        html.push_str(&environment);
    }
    if !facts.is_empty() {
        html.push_str("<ul>");
        for (title, value) in facts {
            html.push_str("<li><p>");
            html.push_str(title);
            html.push_str(": ");
            html.push_str(&escaped(&value));
            html.push_str("</p></li>");
        }
        html.push_str("</ul>");
    }
    html
}

/// The comments that say something.
pub(super) fn comments(issue: &Issue, people: &People, item: &ImportedItem, notes: &mut Vec<Note>) -> Vec<ImportedComment> {
    let mut comments = Vec::with_capacity(issue.comments.len());
    for (place, comment) in issue.comments.iter().enumerate() {
        let html = body(&comment.body, ("comment", MAX_COMMENT), people, item, notes);
        if html.is_empty() {
            notes.push(Note::dropped("comment", "is empty"));
            continue;
        }
        if comment.visibility {
            notes.push(Note::degraded("comment visibility", "restricted to a group; imported as internal"));
        }
        comments.push(ImportedComment {
            external_id: comment.id.clone().unwrap_or_else(|| format!("{}#{place}", item.external_id)),
            author: comment.author.as_ref().and_then(PersonRef::of),
            html,
            created_at: comment.created,
            updated_at: comment.updated,
            internal: comment.visibility,
        });
    }
    comments
}

/// The HTML of a text of this field, of at most so many bytes.
fn body(text: &Text, (field, max): (&str, usize), people: &People, item: &ImportedItem, notes: &mut Vec<Note>) -> String {
    // Its HTML is about as long as the text, or longer.
    let source = text.text.get(..text.text.floor_char_boundary(max)).unwrap_or_default();
    let mut html = if text.flattened {
        notes.push(Note::degraded(field, "a document tree; only its words are imported"));
        markup::plain(source)
    } else {
        if source.contains("{color:") {
            notes.push(Note::degraded(field, "colours of text are dropped"));
        }
        let files: BTreeMap<String, String> = item.attachments.iter().map(|file| (file.title.clone(), file.url.clone())).collect();
        markup::to_html(source, Names { people: Some(people.names()), attachments: Some(&files) })
    };
    if source.len() < text.text.len() || html.len() > max {
        html.truncate(end(&html, max));
        notes.push(Note::degraded(field, "too long; its end is left out"));
    }
    html
}

/// Where to cut HTML to at most so many bytes: not inside a tag or the name of a character. What is open the cleaner closes.
fn end(html: &str, max: usize) -> usize {
    let kept = html.get(..html.floor_char_boundary(max)).unwrap_or_default();
    let opened = [('<', '>'), ('&', ';')].iter().filter_map(|(open, close)| kept.rfind(*open).filter(|at| kept.rfind(*close) < Some(*at)));
    opened.min().unwrap_or(kept.len())
}

/// Where an attached file can be read.
fn address(file: &Attachment) -> Option<&str> {
    file.content.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

/// Files without an address, by name and size.
fn unreachable(issue: &Issue) -> String {
    let described = issue.attachments.iter().filter(|file| address(file).is_none()).map(|file| match file.size {
        Some(size) => format!("{} ({size} bytes)", file.filename),
        None => file.filename.clone(),
    });
    described.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::end;

    #[test]
    fn html_is_cut_between_its_parts() {
        let cut = |html: &'static str, max| &html[..end(html, max)];
        assert_eq!(
            [cut("<p>ab</p>", 9), cut("<p>ab</p>", 8), cut("<p>a&amp;b", 8), cut("<p>a; &amp;b", 11)],
            ["<p>ab</p>", "<p>ab", "<p>a", "<p>a; &amp;"]
        );
        assert_eq!([cut("<p>é", 4), cut("<a href=\"x&amp;y\">", 15), cut("", 0)], ["<p>", "", ""]);
    }
}
