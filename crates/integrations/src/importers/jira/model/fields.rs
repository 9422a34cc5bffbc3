//! One field of an issue at a time.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Attachment, Comment, Issue, Link, Named, Text, text};

/// Custom fields that hold the epic's key on a fresh Jira Server or Cloud.
const EPIC_FIELDS: [&str; 3] = ["customfield_10006", "customfield_10008", "customfield_10014"];

/// Fields that repeat others, count them, or only order the board.
const REPEATING: [&str; 12] = [
    "flagged",
    "lastViewed",
    "progress",
    "aggregateprogress",
    "workratio",
    "thumbnail",
    "statuscategorychangedate",
    "statusCategory",
    "votes",
    "watches",
    "issuerestriction",
    "security",
];

impl Issue {
    pub(super) fn field(&mut self, name: &str, json: &str) {
        if is_empty(json) {
            return;
        }
        match name {
            "summary" => self.summary = self.read(name, json).unwrap_or_default(),
            "description" => self.description = self.body(name, json),
            "environment" => self.environment = self.body(name, json),
            "project" => self.project = self.read(name, json),
            "issuetype" => self.issue_type = self.read(name, json),
            "status" => self.status = self.read(name, json),
            "resolution" => self.resolution = self.read(name, json),
            "priority" => self.priority = self.read(name, json),
            "creator" => self.creator = self.read(name, json),
            "reporter" => self.reporter = self.read(name, json),
            "assignee" => self.assignee = self.read(name, json),
            "labels" => self.labels = self.list(name, json),
            "components" => self.components = self.list(name, json),
            "fixVersions" => self.fix_versions = self.list(name, json),
            "versions" => self.versions = self.list(name, json),
            "attachment" => self.attachments = self.list::<Attachment>(name, json),
            "issuelinks" => self.links = self.list::<RawLink>(name, json).into_iter().filter_map(RawLink::read).collect(),
            "subtasks" => self.subtasks = self.list::<Keyed>(name, json).into_iter().map(|other| other.key).collect(),
            "comment" => self.comments(name, json),
            "created" => self.created = self.read_with(name, json, text::time),
            "updated" => self.updated = self.read_with(name, json, text::time),
            "resolutiondate" => self.resolved = self.read_with(name, json, text::time),
            "duedate" => self.due = self.read_with(name, json, |text| text.parse().ok()),
            "parent" => self.parent = self.read::<Keyed>(name, json).map(|other| other.key),
            "sprint" => {
                let current: Option<Named> = self.read(name, json);
                self.sprints.extend(current);
            }
            "closedSprints" => self.closed_sprints(name, json),
            _ => self.other(name, json),
        }
    }

    fn other(&mut self, name: &str, json: &str) {
        if REPEATING.contains(&name) && matches!(json, "false" | "0" | "-1") {
            return;
        }
        if matches!(name, "epic" | "epicLink") || name.starts_with("customfield_") {
            if let Some(key) = self.epic(name, json) {
                // Fields come in the order of their names or of the file; the parent is the closer one.
                self.parent.get_or_insert(key);
                return;
            }
            if let Some(sprints) = sprints(json) {
                self.sprints.extend(sprints);
                return;
            }
        }
        self.unused.push(name.to_owned());
    }

    /// The key of the epic: an object with a key, or a text like a key in a field known to hold epics, or any custom field
    /// with a key of the same project.
    fn epic(&self, name: &str, json: &str) -> Option<String> {
        if name.starts_with("epic")
            && let Ok(epic) = serde_json::from_str::<Keyed>(json)
        {
            return Some(epic.key);
        }
        let key: String = serde_json::from_str(json).ok()?;
        let project = |key: &str| key.rsplit_once('-').map(|(project, _)| project.to_owned());
        let known = !name.starts_with("customfield_") || EPIC_FIELDS.contains(&name) || project(&key) == project(&self.key);
        (known && text::is_key(&key) && key != self.key).then_some(key)
    }

    fn closed_sprints(&mut self, name: &str, json: &str) {
        let mut closed = self.list::<Named>(name, json);
        closed.append(&mut self.sprints);
        self.sprints = closed;
    }

    fn comments(&mut self, name: &str, json: &str) {
        #[derive(Deserialize)]
        struct Comments<'a> {
            #[serde(borrow, default)]
            comments: Option<&'a RawValue>,
            #[serde(default)]
            total: Option<u64>,
        }
        match serde_json::from_str::<Comments<'_>>(json) {
            Ok(Comments { comments, total }) => {
                self.comments = comments.map(|list| self.list::<Comment>(name, list.get())).unwrap_or_default();
                self.comments_total = total;
            }
            Err(_) => self.comments = self.list(name, json),
        }
    }

    fn body(&mut self, name: &str, json: &str) -> Text {
        // A tree takes many times its text in memory.
        let fits = json.starts_with('"') || json.len() <= MAX_TREE;
        let read = fits.then(|| text::body(&mut serde_json::Deserializer::from_str(json)).ok()).flatten();
        self.noted(name, read).unwrap_or_default()
    }

    fn read<T: DeserializeOwned>(&mut self, name: &str, json: &str) -> Option<T> {
        self.noted(name, serde_json::from_str(json).ok())
    }

    fn read_with<T>(&mut self, name: &str, json: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let read = serde_json::from_str::<String>(json).ok().and_then(|text| parse(&text));
        self.noted(name, read)
    }

    /// The entries of a list that can be read; one that cannot does not spoil the others.
    fn list<T: DeserializeOwned>(&mut self, name: &str, json: &str) -> Vec<T> {
        let list = self.read::<Readable<T>>(name, json);
        let whole = list.as_ref().is_some_and(|list| list.whole);
        self.noted(name, whole.then_some(()));
        list.map(|list| list.entries).unwrap_or_default()
    }

    /// Remembers a field that could not be read.
    fn noted<T>(&mut self, name: &str, read: Option<T>) -> Option<T> {
        if read.is_none() && self.odd.last().is_none_or(|last| last != name) {
            self.odd.push(name.to_owned());
        }
        read
    }
}

/// The largest document tree, and the largest entry of a list, in bytes.
const MAX_TREE: usize = 4 << 20;

/// What can be read of a list. Entries are taken one by one, so that a million wrong ones take no memory.
struct Readable<T> {
    entries: Vec<T>,
    /// Whether that is all of it.
    whole: bool,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Readable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for Entries<T> {
            type Value = Readable<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Readable<T>, A::Error> {
                let mut read = Readable { entries: Vec::new(), whole: true };
                while let Some(entry) = list.next_element::<&RawValue>()?.map(RawValue::get) {
                    let value = (entry.len() <= MAX_TREE).then(|| serde_json::from_str(entry).ok()).flatten();
                    match value {
                        Some(value) => read.entries.push(value),
                        None => read.whole &= entry == "null",
                    }
                }
                Ok(read)
            }
        }
        deserializer.deserialize_seq(Entries(PhantomData))
    }
}

/// Whether there is nothing in a value.
fn is_empty(json: &str) -> bool {
    match json {
        "null" | "\"\"" | "[]" | "{}" => true,
        // Only short values can be blank lists and objects written with spaces.
        _ if json.len() < 16 => matches!(json.split_whitespace().collect::<String>().as_str(), "[]" | "{}"),
        _ => false,
    }
}

/// Sprints of the custom field: objects, or the text of a Java object.
fn sprints(json: &str) -> Option<Vec<Named>> {
    // Other lists of things with a name exist; only sprints also have a state.
    #[derive(Deserialize)]
    struct Sprint {
        name: String,
        #[serde(rename = "state")]
        _state: String,
    }
    if let Ok(sprints) = serde_json::from_str::<Vec<Sprint>>(json) {
        return Some(sprints.into_iter().map(|sprint| Named { name: sprint.name, ..Named::default() }).collect());
    }
    let texts: Vec<String> = serde_json::from_str(json).ok()?;
    texts
        .iter()
        .map(|text| {
            let inside = text.strip_prefix("com.atlassian.greenhopper.service.sprint.Sprint@")?;
            let (_, name) = inside.split_once(",name=")?;
            let name = name.split_once(",startDate=").map_or(name, |(name, _)| name);
            Some(Named { name: name.trim_end_matches(']').to_owned(), ..Named::default() })
        })
        .collect()
}

/// Another issue, of which the key matters.
#[derive(Deserialize)]
struct Keyed {
    key: String,
    #[serde(default)]
    fields: Option<Summary>,
}

#[derive(Deserialize)]
struct Summary {
    #[serde(default, deserialize_with = "text::lenient")]
    summary: Option<String>,
}

#[derive(Deserialize)]
struct RawLink {
    #[serde(default, deserialize_with = "text::lenient")]
    id: Option<String>,
    #[serde(rename = "type")]
    kind: LinkType,
    #[serde(rename = "inwardIssue", default)]
    inward: Option<Keyed>,
    #[serde(rename = "outwardIssue", default)]
    outward: Option<Keyed>,
}

#[derive(Deserialize)]
struct LinkType {
    #[serde(default)]
    name: String,
    #[serde(default)]
    inward: String,
    #[serde(default)]
    outward: String,
}

impl RawLink {
    fn read(self) -> Option<Link> {
        let (outward, other, phrase) = match (self.outward, self.inward) {
            (Some(other), _) => (true, other, self.kind.outward),
            (None, Some(other)) => (false, other, self.kind.inward),
            (None, None) => return None,
        };
        let other_summary = other.fields.and_then(|fields| fields.summary);
        Some(Link { id: self.id, kind: self.kind.name, phrase, outward, other: other.key, other_summary })
    }
}
