//! What a request says of a draft.

use aileron_kernel::{Fields, Refusal, Uuid, fields::NAME};
use serde_json::{Map, Value, json};

use crate::work_items::fields::ItemFields;

/// The fields that name rows of a project, which a draft without one cannot have.
const OF_PROJECT: [&str; 8] = ["state", "parent", "type_id", "estimate_point", "assignees", "labels", "cycle_id", "module_ids"];

/// The most modules that an item of a draft comes into.
const MOST_MODULES: usize = 50;

/// What a draft has in common with an item. (Its name too, but that may be empty.)
const OF_ITEM: [&str; 13] = [
    "description_html",
    "description_binary",
    "priority",
    "state",
    "parent",
    "type",
    "type_id",
    "point",
    "estimate_point",
    "start_date",
    "target_date",
    "assignees",
    "labels",
];

/// Absent fields stay as they are. Ids are not looked up yet.
#[derive(Clone, Debug, Default)]
pub struct DraftFields {
    /// Where the item is to be made.
    pub project: Option<Option<Uuid>>,
    /// The name; it may be empty.
    pub name: Option<String>,
    /// What the request for the item will say; of these only name and texts are not in `said`.
    pub item: ItemFields,
    /// What else the request for the item will say, as it will say it.
    pub said: Map<String, Value>,
    /// Its place.
    pub sort_order: Option<f64>,
}

impl DraftFields {
    /// Reads a body. Every field may be absent.
    pub fn read(body: Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(body.clone())?;
        let project = fields.nullable_id("project_id");
        let name = fields.text_or_blank("name", NAME);
        let (cycle, modules) = (fields.nullable_id("cycle_id"), fields.ids("module_ids"));
        let sort_order = fields.number("sort_order");
        if modules.as_ref().is_some_and(|modules| modules.len() > MOST_MODULES) {
            fields.reject("module_ids", format!("Ensure this field has no more than {MOST_MODULES} elements."));
        }
        fields.finish()?;
        let mut rest = body;
        if let Some(fields) = rest.as_object_mut() {
            fields.retain(|name, _| OF_ITEM.contains(&name.as_str()));
        }
        let item = ItemFields::read(Fields::of(rest)?, false)?;
        let mut said = said(&item);
        said.extend(cycle.map(|cycle| ("cycle_id".to_owned(), json!(cycle))));
        said.extend(modules.map(|modules| ("module_ids".to_owned(), json!(modules))));
        Ok(Self { project, name, item, said, sort_order })
    }
}

/// The fields of an item that a draft keeps beside name and texts, as a request says them.
pub(super) fn said(item: &ItemFields) -> Map<String, Value> {
    let mut said = Map::new();
    let mut note = |name: &str, value: Option<Value>| said.extend(value.map(|value| (name.to_owned(), value)));
    note("priority", item.priority.map(|priority| json!(priority.as_str())));
    note("state", item.state.map(|id| json!(id)));
    note("parent", item.parent.map(|id| json!(id)));
    note("type_id", item.type_id.map(|id| json!(id)));
    note("point", item.point.map(|point| json!(point)));
    note("estimate_point", item.estimate_point.map(|id| json!(id)));
    note("start_date", item.start_date.map(|day| json!(day)));
    note("target_date", item.target_date.map(|day| json!(day)));
    note("assignees", item.assignees.as_ref().map(|ids| json!(ids)));
    note("labels", item.labels.as_ref().map(|ids| json!(ids)));
    said
}

/// Refuses ids in a draft without a project.
pub(super) fn check_no_project(said: &Map<String, Value>) -> Result<(), Refusal> {
    let is_none = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    match OF_PROJECT.into_iter().find(|name| said.get(*name).is_some_and(|value| !is_none(value))) {
        Some(name) => Err(Refusal::field(name, "The draft needs a project for this.")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00000000-0000-4000-8000-000000000001";

    #[test]
    fn only_what_a_draft_keeps_is_kept() {
        let read = DraftFields::read(json!({"name": "", "state": ID, "labels": [ID], "target_date": null, "created_by": ID, "id": ID,
            "is_draft": true, "module_ids": [ID], "project_id": ID}));
        let read = read.unwrap();
        assert_eq!(read.name.as_deref(), Some(""));
        let kept: Vec<&str> = read.said.keys().map(String::as_str).collect();
        assert_eq!(kept, ["labels", "module_ids", "state", "target_date"]);
        assert_eq!(ItemFields::read(Fields::of(Value::Object(read.said)).unwrap(), false).unwrap().state, read.item.state);
    }

    #[test]
    fn wrong_fields_are_named() {
        for (body, named) in [
            (json!({"project_id": "x"}), "project_id"),
            (json!({"name": "x".repeat(256)}), "name"),
            (json!({"priority": "asap"}), "priority"),
            (json!({"cycle_id": 1}), "cycle_id"),
            (json!({"module_ids": "x"}), "module_ids"),
            (json!({"module_ids": (0..=MOST_MODULES as u128).map(Uuid::from_u128).collect::<Vec<_>>()}), "module_ids"),
            (json!({"start_date": "tomorrow"}), "start_date"),
        ] {
            let refused = DraftFields::read(body).unwrap_err();
            assert_eq!(refused.body.as_object().unwrap().keys().collect::<Vec<_>>(), [named]);
        }
        for (said, refused) in
            [(json!({"state": ID}), true), (json!({"state": null, "labels": []}), false), (json!({"priority": "low"}), false)]
        {
            assert_eq!(check_no_project(said.as_object().unwrap()).is_err(), refused, "{said}");
        }
    }
}
