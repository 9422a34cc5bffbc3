//! A Jira issue as the REST API (version 2) writes it, reduced to what is read here.
//!
//! Exports differ: fields are absent, null, or of another type than the documentation says. Such a field is taken
//! as absent and remembered in [`Issue::odd`]; a field that has a value but no place here is remembered in
//! [`Issue::unused`]. Only a record without a key or without fields is refused.

mod fields;
mod text;

use std::{borrow::Cow, collections::BTreeMap};

use aileron_kernel::Time;
use jiff::civil::Date;
use serde::{Deserialize, de::Error as _};
use serde_json::value::RawValue;

pub(crate) use text::is_key;
pub use text::time;

/// An issue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Issue {
    /// The number of the issue in Jira's database, which outlives moves.
    pub id: Option<String>,
    /// `ALOY-12`.
    pub key: String,
    /// Its project, where that is said.
    pub project: Option<Named>,
    /// The title.
    pub summary: String,
    /// The body.
    pub description: Text,
    /// Where it was observed.
    pub environment: Text,
    /// Bug, Story ...
    pub issue_type: Option<Named>,
    /// Where it stands.
    pub status: Option<Status>,
    /// How it ended.
    pub resolution: Option<Named>,
    /// How urgent it is.
    pub priority: Option<Named>,
    /// Who filed it.
    pub creator: Option<Person>,
    /// Who it was filed for.
    pub reporter: Option<Person>,
    /// Who works on it.
    pub assignee: Option<Person>,
    /// Labels.
    pub labels: Vec<String>,
    /// Parts of the product.
    pub components: Vec<Named>,
    /// Versions it is fixed in.
    pub fix_versions: Vec<Named>,
    /// Versions it occurs in.
    pub versions: Vec<Named>,
    /// Sprints, the current one last.
    pub sprints: Vec<Named>,
    /// What was said.
    pub comments: Vec<Comment>,
    /// How many comments there are in Jira, where the answer says so: it may hold only the first.
    pub comments_total: Option<u64>,
    /// Links to other issues.
    pub links: Vec<Link>,
    /// Keys of sub-tasks.
    pub subtasks: Vec<String>,
    /// The key of the issue above: parent, or else epic.
    pub parent: Option<String>,
    /// Attached files.
    pub attachments: Vec<Attachment>,
    /// When it was filed.
    pub created: Option<Time>,
    /// When it last changed.
    pub updated: Option<Time>,
    /// When it was resolved.
    pub resolved: Option<Time>,
    /// When it is due.
    pub due: Option<Date>,
    /// Names of fields that have a value and are not read.
    pub unused: Vec<String>,
    /// Names of fields, or of entries in them, that have an unexpected type.
    pub odd: Vec<String>,
}

/// Something with a name, and mostly an id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// The id, if one was given as text.
    #[serde(default, deserialize_with = "text::lenient")]
    pub id: Option<String>,
    /// The key of a project.
    #[serde(default, deserialize_with = "text::lenient")]
    pub key: Option<String>,
    /// The name.
    pub name: String,
    /// Whether an issue type is one of sub-tasks.
    #[serde(default)]
    pub subtask: bool,
}

/// A status with its category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Status {
    /// The name.
    pub name: String,
    /// `new`, `indeterminate`, `done` or `undefined`.
    #[serde(rename = "statusCategory", default)]
    pub category: Option<Category>,
}

/// The category of a status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Category {
    /// Its key.
    #[serde(default)]
    pub key: String,
}

/// A person. Cloud knows account ids and hides e-mail, Server knows keys and names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// Cloud's id.
    #[serde(rename = "accountId", default)]
    pub account_id: Option<String>,
    /// Server's id.
    #[serde(default)]
    pub key: Option<String>,
    /// Server's login name, which mentions use.
    #[serde(default)]
    pub name: Option<String>,
    /// What is shown.
    #[serde(rename = "displayName", default)]
    pub display_name: Option<String>,
    /// The e-mail address.
    #[serde(rename = "emailAddress", default)]
    pub email: Option<String>,
    /// False once deactivated.
    #[serde(default)]
    pub active: Option<bool>,
}

/// A text: wiki markup (version 2), or plain text that was taken from a document tree (version 3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Whether it was a document tree, of which only the words are left.
    pub flattened: bool,
}

/// A comment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Comment {
    /// Jira's id.
    #[serde(default, deserialize_with = "text::lenient")]
    pub id: Option<String>,
    /// Who said it.
    #[serde(default)]
    pub author: Option<Person>,
    /// What.
    #[serde(default, deserialize_with = "text::body")]
    pub body: Text,
    /// When.
    #[serde(default, deserialize_with = "text::maybe_time")]
    pub created: Option<Time>,
    /// When it was last edited.
    #[serde(default, deserialize_with = "text::maybe_time")]
    pub updated: Option<Time>,
    /// Who may read it, where not everybody may.
    #[serde(default, deserialize_with = "text::present")]
    pub visibility: bool,
}

/// A link as seen from this issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Jira's id, the same from both ends.
    pub id: Option<String>,
    /// The name of its type.
    pub kind: String,
    /// What this issue does to the other: "blocks", "is duplicated by" ...
    pub phrase: String,
    /// Whether this issue is the source of the link.
    pub outward: bool,
    /// The key of the other issue.
    pub other: String,
    /// The title of the other issue.
    pub other_summary: Option<String>,
}

/// The record of an attached file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Attachment {
    /// Jira's id.
    #[serde(default, deserialize_with = "text::lenient")]
    pub id: Option<String>,
    /// The name.
    #[serde(default)]
    pub filename: String,
    /// Who attached it.
    #[serde(default)]
    pub author: Option<Person>,
    /// When.
    #[serde(default, deserialize_with = "text::maybe_time")]
    pub created: Option<Time>,
    /// Bytes.
    #[serde(default)]
    pub size: Option<u64>,
    /// Its media type.
    #[serde(rename = "mimeType", default)]
    pub media_type: Option<String>,
    /// Where it can be read.
    #[serde(default)]
    pub content: Option<String>,
}

impl Issue {
    /// Reads the JSON of an issue.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        let record: Record<'_> = serde_json::from_slice(json)?;
        if !is_key(&record.key) {
            return Err(serde_json::Error::custom("the key is not like ENG-42"));
        }
        let mut issue = Self { id: record.id, key: record.key, ..Self::default() };
        issue.unused.extend(record.changelog.map(|_| "changelog".to_owned()));
        for (name, value) in record.fields {
            issue.field(&name, value.get());
        }
        issue.unused.sort_unstable();
        issue.odd.sort_unstable();
        issue.odd.dedup();
        Ok(issue)
    }
}

/// The outer object. Its values stay text until a field is wanted, so that strange ones cost nothing.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(default, deserialize_with = "text::lenient")]
    id: Option<String>,
    key: String,
    #[serde(borrow)]
    fields: BTreeMap<Cow<'a, str>, &'a RawValue>,
    /// What changed when, if the export was asked for it.
    #[serde(default)]
    changelog: Option<serde::de::IgnoredAny>,
}

#[cfg(test)]
mod tests;
