//! Display preferences, as asked for, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// The most bytes of one field.
const MOST: usize = 16 << 10;

/// The fields that a client keeps as it likes: the names on the wire, which are those of the columns.
pub const FIELDS: [&str; 5] = ["filters", "rich_filters", "display_filters", "display_properties", "preferences"];

aileron_db::row! {
    /// Preferences as stored.
    #[derive(Clone, Debug)]
    pub struct Preferences {
        /// Their id.
        pub id: Uuid,
        /// Which items are shown, in the older form.
        pub filters: Value,
        /// Which items are shown, as a tree.
        pub rich_filters: Value,
        /// In which layout, groups and order.
        pub display_filters: Value,
        /// Which properties of items are shown.
        pub display_properties: Value,
        /// Whatever else concerns it.
        pub preferences: Value,
        /// When they were last changed.
        pub updated_at: Time,
    }
}

/// What a request says. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct PreferenceFields {
    /// New values by the names in [`FIELDS`].
    pub values: Vec<(&'static str, Value)>,
    /// The place of the project among one's own.
    pub sort_order: Option<f64>,
}

impl PreferenceFields {
    /// Reads a body.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let mut values = Vec::new();
        for name in FIELDS {
            let Some(value) = fields.json(name) else { continue };
            if value.is_object() && value.to_string().len() <= MOST {
                values.push((name, value));
            } else {
                fields.reject(name, format!("Expected a JSON object of at most {MOST} bytes."));
            }
        }
        let sort_order = fields.number("sort_order");
        fields.finish()?;
        Ok(Self { values, sort_order })
    }
}

/// What the preferences are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The project.
    Project(Uuid),
    /// A cycle.
    Cycle(Uuid),
    /// A module.
    Module(Uuid),
    /// A view, of a project or of the workspace itself.
    View(Uuid),
}

impl Of {
    /// Its word in the database and on the wire, and its id.
    pub const fn parts(self) -> (&'static str, Uuid) {
        match self {
            Self::Project(id) => ("project", id),
            Self::Cycle(id) => ("cycle", id),
            Self::Module(id) => ("module", id),
            Self::View(id) => ("view", id),
        }
    }
}

/// What holds where a member has said nothing.
pub fn default_of(field: &str) -> Value {
    match field {
        "filters" => json!({ "priority": null, "state": null, "state_group": null, "assignees": null, "created_by": null,
            "labels": null, "start_date": null, "target_date": null, "subscriber": null }),
        "display_filters" => json!({ "group_by": null, "order_by": "-created_at", "type": null, "sub_issue": true,
            "show_empty_groups": true, "layout": "list", "calendar_date_range": "" }),
        "display_properties" => json!({ "assignee": true, "attachment_count": true, "created_on": true, "due_date": true,
            "estimate": true, "key": true, "labels": true, "link": true, "priority": true, "start_date": true, "state": true,
            "sub_issue_count": true, "updated_on": true }),
        "preferences" => {
            json!({ "pages": { "block_display": true }, "navigation": { "default_tab": "work_items", "hide_in_more_menu": [] } })
        }
        _ => json!({}),
    }
}

/// Preferences on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DisplayPreferences)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct PreferencesView {
    #[schema(value_type = Object)]
    pub filters: Value,
    #[schema(value_type = Object)]
    pub rich_filters: Value,
    #[schema(value_type = Object)]
    pub display_filters: Value,
    #[schema(value_type = Object)]
    pub display_properties: Value,
    #[schema(value_type = Object)]
    pub preferences: Value,
    /// The place of the project among one's own; null: they are about something else.
    pub sort_order: Option<f64>,
    /// Null: never changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Time>,
    /// What they are about: project, cycle, module or view.
    #[schema(example = "project")]
    pub entity_type: &'static str,
    pub entity_identifier: Uuid,
    /// Null: about a view of the workspace itself.
    pub project: Option<Uuid>,
    pub workspace: Uuid,
    pub user: Uuid,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_an_object_with_an_end() {
        let body = json!({"filters": [], "rich_filters": null, "display_filters": {"x": "y".repeat(MOST)}, "sort_order": "x"});
        let refused = PreferenceFields::read(Fields::of(body).unwrap()).unwrap_err().body;
        let named: Vec<&String> = refused.as_object().unwrap().keys().collect();
        assert_eq!(named, ["display_filters", "filters", "rich_filters", "sort_order"]);
        let read = PreferenceFields::read(Fields::of(json!({"filters": {"priority": ["high"]}, "other": 1})).unwrap()).unwrap();
        assert_eq!(read.values, [("filters", json!({"priority": ["high"]}))]);
        assert!(FIELDS.iter().all(|field| default_of(field).is_object()));
    }
}
