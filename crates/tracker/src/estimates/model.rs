//! An estimate and its values, as asked for, as stored and as shown.

pub use aileron_kernel::work::EstimateKind;
use aileron_kernel::{Fields, Refusal, Time, Uuid, fields::NAME, refusal::Kind};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// The longest value of a scale, in characters.
pub const LONGEST_VALUE: usize = aileron_kernel::limits::ESTIMATE_VALUE.most;

/// The most values of a scale.
pub const MOST_POINTS: usize = aileron_kernel::limits::ESTIMATE_POINTS.most;

/// The longest description, in characters.
const LONGEST: usize = aileron_kernel::limits::SHORT_DESCRIPTION.most;

aileron_db::row! {
    /// An estimate as stored.
    #[derive(Clone, Debug)]
    pub struct Estimate {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project.
        pub project_id: Uuid,
        /// Its name.
        pub name: String,
        /// What it is for.
        pub description: String,
        /// The word of what its values are.
        pub kind: String,
        /// Whether it was the last one used, as the client says.
        pub last_used: bool,
        /// Where it came from.
        pub external_source: Option<String>,
        /// What it is called there.
        pub external_id: Option<String>,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
    }
}

impl Estimate {
    /// What its values are.
    pub fn kind(&self) -> EstimateKind {
        EstimateKind::parse(&self.kind).unwrap_or(EstimateKind::Categories)
    }
}

aileron_db::row! {
    /// A value of an estimate as stored.
    #[derive(Clone, Debug)]
    pub struct Point {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project.
        pub project_id: Uuid,
        /// The estimate.
        pub estimate_id: Uuid,
        /// Its place in the scale.
        pub key: i64,
        /// The value, at most [`LONGEST_VALUE`] characters.
        pub value: String,
        /// The value as it is compared with others.
        pub value_key: String,
        /// What it means.
        pub description: String,
        /// Where it came from.
        pub external_source: Option<String>,
        /// What it is called there.
        pub external_id: Option<String>,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
    }
}

/// What a request says of an estimate. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct EstimateFields {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What its values are. New estimates only.
    pub kind: Option<EstimateKind>,
    /// Whether it was the last one used. New estimates only.
    pub last_used: Option<bool>,
    /// Where it came from.
    pub external_source: Option<Option<String>>,
    /// What it is called there.
    pub external_id: Option<Option<String>>,
}

impl EstimateFields {
    /// Reads a body; a new estimate needs a name. What its values are never changes.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
        }
        let read = Self {
            name: fields.text("name", NAME),
            description: fields.text_or_blank("description", LONGEST),
            kind: if is_new { fields.choice("type", EstimateKind::parse) } else { None },
            last_used: if is_new { fields.flag("last_used") } else { None },
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
        };
        fields.finish()?;
        Ok(read)
    }
}

/// What a request says of a value. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct PointFields {
    /// Its place in the scale.
    pub key: Option<i64>,
    /// The value.
    pub value: Option<String>,
    /// What it means.
    pub description: Option<String>,
    /// Where it came from.
    pub external_source: Option<Option<String>>,
    /// What it is called there.
    pub external_id: Option<Option<String>>,
}

impl PointFields {
    /// Reads a body; a new one needs a value.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("value");
        }
        let read = Self {
            key: fields.integer("key", 0..=1_000_000),
            value: fields.text("value", LONGEST_VALUE),
            description: fields.text_or_blank("description", LONGEST),
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
        };
        fields.finish()?;
        Ok(read)
    }

    /// Reads the values of a body that is a list of them, or has one as `estimate_points`.
    pub fn read_list(body: Value) -> Result<Vec<Self>, Refusal> {
        let refused = |why: Value| Refusal::new(Kind::Invalid, json!({ "estimate_points": why }));
        let list = match body {
            Value::Array(list) => list,
            Value::Object(mut fields) => match fields.remove("estimate_points") {
                Some(Value::Array(list)) => list,
                Some(_) => return Err(refused(json!(["Expected a list of items."]))),
                None => return Err(refused(json!(["This field is required."]))),
            },
            _ => return Err(refused(json!(["Expected a list of items."]))),
        };
        if list.is_empty() || list.len() > MOST_POINTS {
            return Err(refused(json!([format!("Ensure this field has 1 to {MOST_POINTS} elements.")])));
        }
        let (mut read, mut wrong) = (Vec::with_capacity(list.len()), Map::new());
        for (index, value) in list.into_iter().enumerate() {
            match Fields::of(value).and_then(|fields| Self::read(fields, true)) {
                Ok(point) => read.push(point),
                Err(refusal) => drop(wrong.insert(index.to_string(), refusal.body)),
            }
        }
        if wrong.is_empty() { Ok(read) } else { Err(refused(Value::Object(wrong))) }
    }
}

/// An estimate on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Estimate)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct EstimateView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub name: String,
    pub description: String,
    /// categories, points or time.
    #[serde(rename = "type")]
    #[schema(example = "points")]
    pub kind: String,
    pub last_used: bool,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
}

impl From<Estimate> for EstimateView {
    fn from(estimate: Estimate) -> Self {
        Self {
            id: estimate.id,
            created_at: estimate.created_at,
            updated_at: estimate.updated_at,
            deleted_at: None,
            name: estimate.name,
            description: estimate.description,
            kind: estimate.kind,
            last_used: estimate.last_used,
            external_source: estimate.external_source,
            external_id: estimate.external_id,
            created_by: estimate.created_by,
            updated_by: estimate.updated_by,
            project: estimate.project_id,
            workspace: estimate.workspace_id,
        }
    }
}

/// A value of an estimate on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EstimatePoint)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct PointView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    /// Its place in the scale.
    #[schema(example = 1)]
    pub key: i64,
    #[schema(example = "5")]
    pub value: String,
    pub description: String,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub estimate: Uuid,
    pub project: Uuid,
    pub workspace: Uuid,
}

impl From<Point> for PointView {
    fn from(point: Point) -> Self {
        Self {
            id: point.id,
            created_at: point.created_at,
            updated_at: point.updated_at,
            deleted_at: None,
            key: point.key,
            value: point.value,
            description: point.description,
            external_source: point.external_source,
            external_id: point.external_id,
            created_by: point.created_by,
            updated_by: point.updated_by,
            estimate: point.estimate_id,
            project: point.project_id,
            workspace: point.workspace_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_two_forms_and_each_wrong_value_is_named_by_its_place() {
        let points = json!([{"value": "1"}, {"value": 2, "key": 4}]);
        for body in [points.clone(), json!({ "estimate_points": points })] {
            let read = PointFields::read_list(body).unwrap();
            assert_eq!((read[0].value.as_deref(), read[1].value.as_deref(), read[1].key), (Some("1"), Some("2"), Some(4)));
        }
        let refused = PointFields::read_list(json!([{"value": "1"}, {"key": -1}, 3])).unwrap_err().body;
        let places: Vec<&String> = refused["estimate_points"].as_object().unwrap().keys().collect();
        assert_eq!(places, ["1", "2"]);
        for body in [json!([]), json!({}), json!({"estimate_points": 1}), json!("x"), json!(vec![json!({}); MOST_POINTS + 1])] {
            assert!(PointFields::read_list(body).unwrap_err().body["estimate_points"].is_array());
        }
    }
}
