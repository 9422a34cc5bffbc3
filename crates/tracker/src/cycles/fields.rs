//! What a request says of a cycle.

use aileron_kernel::{Fields, Refusal, Uuid, fields::NAME};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use serde_json::Value;

use super::rules::When;
use crate::projects::{fields::object, rules::is_timezone};

/// The longest description, in characters.
pub const LONGEST_DESCRIPTION: usize = aileron_kernel::limits::SHORT_DESCRIPTION.most;

/// Absent fields stay as they are; `Some(None)` is an explicit null. Ids are not looked up yet.
#[derive(Clone, Debug, Default)]
pub struct CycleFields {
    /// The project, which the compatible API wants in the body too.
    pub project_id: Option<Uuid>,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its first day.
    pub start_date: Option<Option<When>>,
    /// Its last day.
    pub end_date: Option<Option<When>>,
    /// The zone of its days.
    pub timezone: Option<String>,
    /// Whose it is.
    pub owned_by: Option<Uuid>,
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

impl CycleFields {
    /// Reads a body; a new cycle needs a name and its project.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
        }
        let read = Self {
            project_id: fields.nullable_id("project_id").flatten(),
            name: fields.text("name", NAME),
            description: fields.text_or_blank("description", LONGEST_DESCRIPTION),
            start_date: when(&mut fields, "start_date"),
            end_date: when(&mut fields, "end_date"),
            timezone: fields.choice("timezone", |name| is_timezone(name).then(|| name.to_owned())),
            owned_by: fields.id("owned_by"),
            sort_order: fields.number("sort_order"),
            view_props: object(&mut fields, "view_props"),
            logo_props: object(&mut fields, "logo_props"),
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
        };
        fields.finish()?;
        if is_new && read.project_id.is_none() {
            return Err(Refusal::non_field("Project ID is required"));
        }
        Ok(read)
    }

    /// Whether nothing is to change but its place.
    pub const fn is_only_place(&self) -> bool {
        self.name.is_none()
            && self.description.is_none()
            && self.start_date.is_none()
            && self.end_date.is_none()
            && self.timezone.is_none()
            && self.owned_by.is_none()
            && self.view_props.is_none()
            && self.logo_props.is_none()
            && self.external_source.is_none()
            && self.external_id.is_none()
            && self.sort_order.is_some()
    }
}

/// A day or an instant, or null. What has a time and no zone means its day.
pub(super) fn when(fields: &mut Fields, name: &str) -> Option<Option<When>> {
    let text = fields.raw(name).and_then(Value::as_str).unwrap_or_default();
    let day = match text.len() {
        10 => text.parse::<Date>().ok(),
        // A civil time would let an offset pass unread.
        _ if text.parse::<Timestamp>().is_ok() => None,
        _ => text.parse::<DateTime>().ok().map(DateTime::date),
    };
    match day {
        Some(day) => Some(Some(When::Day(day))),
        None => Some(fields.nullable_time(name)?.map(When::Instant)),
    }
}

#[cfg(test)]
mod tests {
    use aileron_kernel::Time;
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn start(value: Value) -> Option<Option<When>> {
        CycleFields::read(Fields::of(json!({"start_date": value})).unwrap(), false).unwrap().start_date
    }

    #[test]
    fn dates_are_days_or_instants() {
        assert_eq!(start(json!("2027-03-01")), Some(Some(When::Day(date(2027, 3, 1)))));
        assert_eq!(start(json!("2027-03-01T23:30:00")), Some(Some(When::Day(date(2027, 3, 1)))));
        let instant = Time::parse("2027-03-01T23:30:00Z").unwrap();
        assert_eq!(start(json!("2027-03-01T23:30:00Z")), Some(Some(When::Instant(instant))));
        assert_eq!(start(json!("2027-03-02T00:30:00+01:00")), Some(Some(When::Instant(instant))));
        assert_eq!(start(Value::Null), Some(None));
        for wrong in [json!("2027-02-30"), json!("x"), json!(""), json!(5), json!("+999999-01-01")] {
            assert!(CycleFields::read(Fields::of(json!({"start_date": wrong})).unwrap(), false).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_new_cycle_names_its_project() {
        let read = |body| CycleFields::read(Fields::of(body).unwrap(), true).unwrap_err().body;
        assert_eq!(read(json!({"name": "x"})), json!({"non_field_errors": ["Project ID is required"]}));
        assert_eq!(read(json!({})), json!({"name": ["This field is required."]}));
    }
}
