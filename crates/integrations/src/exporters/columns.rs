//! What can be exported of a work item, each with how a spreadsheet and how a program gets it.

use serde_json::{Map, Value, json};

use super::rows::Row;

macro_rules! columns {
    ($($(#[$meta:meta])* $column:ident = $name:literal;)+) => {
        /// Something of a work item.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Column { $($(#[$meta])* $column),+ }

        impl Column {
            /// All of them, in the order in which they are exported where none are chosen.
            pub const ALL: &'static [Self] = &[$(Self::$column),+];

            /// Its name, in requests and above the column.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$column => $name),+ }
            }
        }
    };
}

columns! {
    /// Letters and number.
    Identifier = "identifier";
    /// The name.
    Name = "name";
    /// The name of the project.
    Project = "project";
    /// The name of the state.
    State = "state";
    /// The group of the state.
    StateGroup = "state_group";
    /// The priority.
    Priority = "priority";
    /// The name of the type.
    Type = "type";
    /// Who works on it.
    Assignees = "assignees";
    /// Its labels.
    Labels = "labels";
    /// The cycle that it is in.
    Cycle = "cycle";
    /// The modules that it is in.
    Modules = "modules";
    /// The item above it.
    Parent = "parent";
    /// When work is to begin.
    StartDate = "start_date";
    /// When it is due.
    TargetDate = "target_date";
    /// The value of its estimate.
    Estimate = "estimate";
    /// Its points.
    Point = "point";
    /// Who made it.
    CreatedBy = "created_by";
    /// When it was made.
    CreatedAt = "created_at";
    /// When it was last changed.
    UpdatedAt = "updated_at";
    /// When it was completed.
    CompletedAt = "completed_at";
    /// What it is about, as plain text.
    Description = "description";
    /// Its relations to other items.
    Relations = "relations";
    /// Its links.
    Links = "links";
    /// What was said about it.
    Comments = "comments";
    /// Where it came from.
    ExternalSource = "external_source";
    /// What it is called there.
    ExternalId = "external_id";
    /// Its id.
    Id = "id";
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A number.
    Number(i64),
    /// A text, which is never computed.
    Text(String),
}

impl From<Value> for Cell {
    /// Lists are written one after the other.
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Empty,
            Value::Number(number) => number.as_i64().map_or_else(|| Self::Text(number.to_string()), Self::Number),
            Value::String(text) => Self::Text(text),
            Value::Array(values) => {
                let is_plain = values.iter().all(Value::is_string);
                Self::Text(values.iter().map(said).collect::<Vec<_>>().join(if is_plain { ", " } else { "\n" }))
            }
            other => Self::Text(said(&other)),
        }
    }
}

/// An element of a list in words.
fn said(value: &Value) -> String {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) if fields.contains_key("item") => format!("{} {}", text("type"), text("item")),
        Value::Object(fields) if fields.contains_key("url") => format!("{} {}", text("title"), text("url")).trim().to_owned(),
        Value::Object(_) => format!("{}, {}: {}", text("author"), text("created_at"), text("text")),
        other => other.to_string(),
    }
}

impl Column {
    /// The column of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.name() == name)
    }

    /// What an item has there.
    pub fn value(self, row: &Row) -> Value {
        let item = &row.item;
        match self {
            Self::Identifier => json!(row.key()),
            Self::Name => json!(item.name),
            Self::Project => json!(row.project.name),
            Self::State => json!(row.state.as_ref().map(|(name, _)| name)),
            Self::StateGroup => json!(row.state.as_ref().map(|(_, group)| group)),
            Self::Priority => json!(item.priority),
            Self::Type => json!(row.kind),
            Self::Assignees => json!(row.assignees),
            Self::Labels => json!(row.labels),
            Self::Cycle => json!(row.cycle),
            Self::Modules => json!(row.modules),
            Self::Parent => json!(row.parent),
            Self::StartDate => json!(item.start_date),
            Self::TargetDate => json!(item.target_date),
            Self::Estimate => json!(row.estimate),
            Self::Point => json!(item.point),
            Self::CreatedBy => json!(row.created_by),
            Self::CreatedAt => json!(item.created_at),
            Self::UpdatedAt => json!(item.updated_at),
            Self::CompletedAt => json!(item.completed_at),
            Self::Description => json!(aileron_platform::html::text(&item.description_html)),
            Self::Relations => row.relations.iter().map(|(kind, item)| json!({ "type": kind.as_str(), "item": item })).collect(),
            Self::Links => row.links.iter().map(|(title, url)| json!({ "title": title, "url": url })).collect(),
            Self::Comments => row.comments.iter().map(|comment| json!(comment)).collect(),
            Self::ExternalSource => json!(item.external_source),
            Self::ExternalId => json!(item.external_id),
            Self::Id => json!(item.id),
        }
    }
}

/// An item as a spreadsheet gets it.
pub fn cells(columns: &[Column], row: &Row) -> Vec<Cell> {
    columns.iter().map(|column| column.value(row).into()).collect()
}

/// An item as a program gets it.
pub fn object(columns: &[Column], row: &Row) -> Value {
    let fields = columns.iter().map(|column| (column.name().to_owned(), column.value(row)));
    Value::Object(fields.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_found_by_its_name() {
        assert!(Column::ALL.iter().all(|column| Column::of_name(column.name()) == Some(*column)));
        assert_eq!(Column::of_name("password"), None);
    }

    #[test]
    fn lists_are_written_in_one_cell() {
        let text = |value: Value| Cell::from(value);
        assert_eq!(text(json!(["ada", "bob"])), Cell::Text("ada, bob".to_owned()));
        assert_eq!(text(json!([])), Cell::Text(String::new()));
        assert_eq!(text(json!([{"type": "blocked_by", "item": "ENG-2"}])), Cell::Text("blocked_by ENG-2".to_owned()));
        assert_eq!(text(json!([{"title": null, "url": "https://a.test/"}])), Cell::Text("https://a.test/".to_owned()));
        let said = json!([{"author": "ada", "created_at": "x", "text": "a"}, {"author": "bob", "created_at": "y", "text": "b"}]);
        assert_eq!(text(said), Cell::Text("ada, x: a\nbob, y: b".to_owned()));
        assert_eq!((text(json!(null)), text(json!(3))), (Cell::Empty, Cell::Number(3)));
    }
}
