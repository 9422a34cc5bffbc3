//! An item as an import brings it.

use aileron_kernel::{Priority, StateGroup, Time, work::RelationKind};
use jiff::civil::Date;
use serde::Serialize;

use crate::importers::jira::model::Person;

/// A work item with everything that hangs on it. Keys of other items are those of the source; the writer finds out in
/// its second pass which of them exist, and writes the others as text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportedItem {
    /// Jira's id of the issue, which outlives moves between projects; the key where there is no id.
    pub external_id: String,
    /// `ALOY-12`.
    pub key: String,
    /// 12.
    pub number: i64,
    /// `ALOY`.
    pub project_key: String,
    /// The project's name.
    pub project_name: String,
    /// The type's name.
    pub type_name: String,
    /// Its state.
    pub state: ImportedState,
    /// How it ended, in the words of the source.
    pub resolution: Option<String>,
    /// Its priority.
    pub priority: Priority,
    /// The title, one line of 1 to 255 characters.
    pub name: String,
    /// The description, with what has no place of its own below it.
    pub description_html: String,
    /// Who made it.
    pub creator: Option<PersonRef>,
    /// Who it was made for.
    pub reporter: Option<PersonRef>,
    /// Who works on it.
    pub assignee: Option<PersonRef>,
    /// Labels and components, each once whatever its case.
    pub labels: Vec<String>,
    /// Comments in the order of the source.
    pub comments: Vec<ImportedComment>,
    /// The key of the item above.
    pub parent_key: Option<String>,
    /// Keys of items below, which name this one as their parent too if they are in the source.
    pub subtask_keys: Vec<String>,
    /// Relations as seen from this item. The other item names them too, if it is in the source.
    pub relations: Vec<Relation>,
    /// Attached files that can be reached.
    pub attachments: Vec<Attached>,
    /// When it was made.
    pub created_at: Option<Time>,
    /// When it last changed.
    pub updated_at: Option<Time>,
    /// When it was completed or cancelled.
    pub completed_at: Option<Time>,
    /// When it is due.
    pub target_date: Option<Date>,
    /// A hash of all of the above: the same content has the same hash.
    #[serde(skip)]
    pub content_hash: String,
}

/// A state by name and group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ImportedState {
    /// The name.
    pub name: String,
    /// The group.
    pub group: StateGroup,
}

/// A person of the source, to be a placeholder here until somebody proves the e-mail address.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PersonRef {
    /// Account id, key or login name.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// The e-mail address, in lower case.
    pub email: Option<String>,
    /// False once deactivated.
    pub active: bool,
}

/// A comment.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImportedComment {
    /// Jira's id, or one made from the and the comment's place.
    pub external_id: String,
    /// Who said it.
    pub author: Option<PersonRef>,
    /// What.
    pub html: String,
    /// When.
    pub created_at: Option<Time>,
    /// When it was last edited.
    pub updated_at: Option<Time>,
    /// Whether only some could read it: it must not be shown to guests.
    pub internal: bool,
}

/// A relation as seen from the item that holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Relation {
    /// Jira's id of the link, the same from both ends.
    pub external_id: Option<String>,
    /// What it is here.
    pub kind: RelationKind,
    /// What the source calls it: "is cloned from".
    pub phrase: String,
    /// The key of the other item.
    pub other_key: String,
    /// The title of the other item, for the text where it is missing.
    pub other_name: Option<String>,
}

/// An attached file as a link.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Attached {
    /// Jira's id.
    pub external_id: Option<String>,
    /// The file name.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// Bytes.
    pub size: Option<u64>,
    /// Who attached it.
    pub author: Option<PersonRef>,
    /// When.
    pub created_at: Option<Time>,
}

impl Default for ImportedState {
    fn default() -> Self {
        Self { name: "To Do".to_owned(), group: StateGroup::Unstarted }
    }
}

impl Default for ImportedItem {
    fn default() -> Self {
        Self {
            external_id: String::new(),
            key: String::new(),
            number: 0,
            project_key: String::new(),
            project_name: String::new(),
            type_name: String::new(),
            state: ImportedState::default(),
            resolution: None,
            priority: Priority::None,
            name: String::new(),
            description_html: String::new(),
            creator: None,
            reporter: None,
            assignee: None,
            labels: Vec::new(),
            comments: Vec::new(),
            parent_key: None,
            subtask_keys: Vec::new(),
            relations: Vec::new(),
            attachments: Vec::new(),
            created_at: None,
            updated_at: None,
            completed_at: None,
            target_date: None,
            content_hash: String::new(),
        }
    }
}

impl PersonRef {
    /// Of a person of the source. None where there is neither id nor name.
    pub fn of(person: &Person) -> Option<Self> {
        let known = |value: &Option<String>| {
            value.as_deref().map(str::trim).filter(|value| !value.is_empty()).map(aileron_kernel::text::without_nul)
        };
        let name = known(&person.display_name).or_else(|| known(&person.name));
        let id = known(&person.account_id).or_else(|| known(&person.key)).or_else(|| known(&person.name)).or_else(|| name.clone())?;
        let email = known(&person.email).filter(|email| email.contains('@')).map(|email| email.to_lowercase());
        let name = aileron_kernel::text::shortened(&name.unwrap_or_else(|| id.clone()), aileron_kernel::fields::NAME);
        Some(Self { id, name, email, active: person.active.unwrap_or(true) })
    }
}
