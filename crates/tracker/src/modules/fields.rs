//! What a request says of a module.

use aileron_kernel::{Fields, Refusal, Uuid, fields::NAME, work::ModuleStatus};
use jiff::civil::Date;
use serde_json::Value;

use crate::projects::fields::object;

/// The longest description, in characters.
pub const LONGEST_DESCRIPTION: usize = aileron_kernel::limits::SHORT_DESCRIPTION.most;

/// Absent fields stay as they are; `Some(None)` is an explicit null. Ids are not looked up yet.
#[derive(Clone, Debug, Default)]
pub struct ModuleFields {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// When work is to begin.
    pub start_date: Option<Option<Date>>,
    /// When it is due.
    pub target_date: Option<Option<Date>>,
    /// How far it is.
    pub status: Option<ModuleStatus>,
    /// Who answers for it.
    pub lead: Option<Option<Uuid>>,
    /// All who work on it.
    pub members: Option<Vec<Uuid>>,
    /// Its place in manual order.
    pub sort_order: Option<f64>,
    /// How clients show it.
    pub view_props: Option<Value>,
    /// Its picture.
    pub logo_props: Option<Value>,
    /// Where it came from.
    pub external_source: Option<Option<String>>,
    /// What it is called there.
    pub external_id: Option<Option<String>>,
}

impl ModuleFields {
    /// Reads a body; a new module needs a name.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
        }
        let read = Self {
            name: fields.text("name", NAME),
            description: fields.text_or_blank("description", LONGEST_DESCRIPTION),
            start_date: day(&mut fields, "start_date"),
            target_date: day(&mut fields, "target_date"),
            status: fields.choice("status", ModuleStatus::parse),
            lead: fields.nullable_id("lead"),
            members: fields.ids("members"),
            sort_order: fields.number("sort_order"),
            view_props: object(&mut fields, "view_props"),
            logo_props: object(&mut fields, "logo_props"),
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
        };
        fields.finish()?;
        Ok(read)
    }
}

/// A day of a year that people plan for, or null.
fn day(fields: &mut Fields, name: &str) -> Option<Option<Date>> {
    let day = fields.nullable_date(name)?;
    if day.is_some_and(|day| !(1_900..=2_999).contains(&day.year())) {
        fields.reject(name, "The year must be one from 1900 to 2999.");
        return None;
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_fields_are_named() {
        for (body, named) in [
            (json!({}), "name"),
            (json!({"name": ""}), "name"),
            (json!({"name": "x", "status": "done"}), "status"),
            (json!({"name": "x", "lead": "bob"}), "lead"),
            (json!({"name": "x", "members": ["bob"]}), "members"),
            (json!({"name": "x", "start_date": "2026-02-30"}), "start_date"),
            (json!({"name": "x", "target_date": "0001-01-01"}), "target_date"),
            (json!({"name": "x", "logo_props": []}), "logo_props"),
        ] {
            let refused = ModuleFields::read(Fields::of(body).unwrap(), true).unwrap_err();
            assert_eq!(refused.body.as_object().unwrap().keys().collect::<Vec<_>>(), [named]);
        }
        assert!(ModuleFields::read(Fields::of(json!({"status": "in-progress"})).unwrap(), false).is_ok());
    }
}
