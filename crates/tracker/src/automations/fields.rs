//! What a request says of a rule.

use aileron_kernel::{Fields, Filter, Refusal, fields::NAME, limits::VIEW_SETTINGS};
use serde_json::Value;

use super::{
    parts::{Action, Trigger},
    rules,
};
use crate::views;

/// Absent fields stay as they are. Ids are not looked up yet.
#[derive(Clone, Debug, Default)]
pub struct AutomationFields {
    /// Its name.
    pub name: Option<String>,
    /// Whether it acts.
    pub is_enabled: Option<bool>,
    /// When it acts.
    pub trigger: Option<Trigger>,
    /// On which items, as sent and as read.
    pub filters: Option<(Value, Filter)>,
    /// What it does.
    pub actions: Option<Vec<Action>>,
}

impl AutomationFields {
    /// Reads a body; a new rule needs a name, a trigger and actions.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
        }
        let read = Self { name: fields.text("name", NAME), is_enabled: fields.flag("is_enabled"), ..Self::parts(&mut fields, is_new) };
        fields.finish()?;
        Ok(read)
    }

    /// What it does when.
    pub(super) fn parts(fields: &mut Fields, is_new: bool) -> Self {
        if is_new {
            fields.require("trigger");
            fields.require("actions");
        }
        Self {
            name: None,
            is_enabled: None,
            trigger: inside(fields, "trigger", Trigger::read),
            filters: inside(fields, "filters", filter),
            actions: inside(fields, "actions", Action::read_all),
        }
    }
}

fn inside<T>(fields: &mut Fields, name: &str, read: impl FnOnce(Value) -> Result<T, Refusal>) -> Option<T> {
    let value = fields.json(name)?;
    read(value).map_err(|refusal| fields.reject_inside(name, refusal)).ok()
}

/// A filter that can be asked of an item alone. What is wrong is told as lists tell it.
fn filter(value: Value) -> Result<(Value, Filter), Refusal> {
    let list = |refusal: Refusal| {
        let said = refusal.body.get("filters").cloned().unwrap_or(refusal.body);
        Refusal { body: said, ..refusal }
    };
    if value.to_string().len() > VIEW_SETTINGS.most {
        return Err(list(Refusal::field("filters", format!("Expected a JSON object of at most {} bytes.", VIEW_SETTINGS.most))));
    }
    let filter = views::rules::tree_of("filters", &value).map_err(list)?;
    match rules::asks_too_much(&filter) {
        Some(name) => Err(list(Refusal::field("filters", format!("\"{name}\" is nothing that automations ask for.")))),
        None => Ok((value, filter)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_fields_are_named() {
        let whole = json!({"name": "x", "trigger": {"kind": "item_created"}, "actions": [{"kind": "close"}]});
        assert!(AutomationFields::read(Fields::of(whole.clone()).unwrap(), true).is_ok());
        for (field, value) in [
            ("name", json!("")),
            ("is_enabled", json!("perhaps")),
            ("trigger", json!("item_created")),
            ("trigger", json!({"kind": "x"})),
            ("filters", json!([])),
            ("filters", json!({"colour": "red"})),
            ("filters", json!({"search": "x"})),
            ("filters", json!({"not": {"subscriber_id": "00000000-0000-0000-0000-000000000001"}})),
            ("filters", json!({"name": "y".repeat(VIEW_SETTINGS.most)})),
            ("actions", json!({})),
            ("actions", json!([{"kind": "x"}])),
            ("actions", json!(null)),
        ] {
            let mut body = whole.clone();
            body[field] = value;
            let refused = AutomationFields::read(Fields::of(body.clone()).unwrap(), true).unwrap_err().body;
            assert_eq!(refused.as_object().unwrap().keys().collect::<Vec<_>>(), [field], "{body}");
        }
        let missing = AutomationFields::read(Fields::of(json!({})).unwrap(), true).unwrap_err().body;
        assert_eq!(missing.as_object().unwrap().keys().collect::<Vec<_>>(), ["actions", "name", "trigger"]);
        assert!(AutomationFields::read(Fields::of(json!({})).unwrap(), false).is_ok());
    }
}
