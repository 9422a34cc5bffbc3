//! Rules of estimates: pure functions.

use std::collections::BTreeSet;

use aileron_kernel::{Refusal, refusal::Kind, text};
use serde_json::{Map, Value, json};

use super::model::{EstimateKind, MOST_POINTS, PointFields};

/// Whether a scale of this kind can have the value: what is summed up is a number that is not negative.
pub fn check_value(kind: EstimateKind, value: &str) -> Result<(), &'static str> {
    let is_number = || value.parse::<f64>().is_ok_and(|number| number.is_finite() && number >= 0.0);
    match kind {
        EstimateKind::Categories => Ok(()),
        EstimateKind::Points | EstimateKind::Time if is_number() => Ok(()),
        EstimateKind::Points | EstimateKind::Time => Err("A valid number is required."),
    }
}

/// The places of new values in a scale that has these places and values, the values by their keys. Places that are not given follow
/// the last. Refuses a place or a value that is there already, too many values, and values that the kind of scale does not have.
pub fn places(kind: EstimateKind, mut keys: BTreeSet<i64>, mut values: BTreeSet<String>, new: &[PointFields]) -> Result<Vec<i64>, Refusal> {
    if keys.len() + new.len() > MOST_POINTS {
        let message = format!("An estimate has at most {MOST_POINTS} values.");
        return Err(Refusal::new(Kind::Invalid, json!({ "estimate_points": [message] })));
    }
    let (mut places, mut wrong) = (Vec::with_capacity(new.len()), Map::new());
    for (index, point) in new.iter().enumerate() {
        let value = point.value.as_deref().unwrap_or_default();
        let place = point.key.unwrap_or_else(|| keys.last().map_or(1, |last| last + 1));
        let mut messages = Map::new();
        if let Err(message) = check_value(kind, value) {
            messages.insert("value".to_owned(), json!([message]));
        } else if !values.insert(text::key(value)) {
            messages.insert("value".to_owned(), json!(["The estimate has this value already."]));
        }
        if !keys.insert(place) {
            messages.insert("key".to_owned(), json!(["The estimate has a value at this place already."]));
        }
        if !messages.is_empty() {
            wrong.insert(index.to_string(), Value::Object(messages));
        }
        places.push(place);
    }
    if wrong.is_empty() { Ok(places) } else { Err(Refusal::new(Kind::Invalid, json!({ "estimate_points": wrong }))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(key: Option<i64>, value: &str) -> PointFields {
        PointFields { key, value: Some(value.to_owned()), ..PointFields::default() }
    }

    fn known() -> (BTreeSet<i64>, BTreeSet<String>) {
        (BTreeSet::from([1, 7]), BTreeSet::from(["1".to_owned(), "s".to_owned()]))
    }

    #[test]
    fn what_is_summed_up_is_a_number() {
        for (value, is_number) in [("5", true), ("0.5", true), ("XS", false), ("-1", false), ("inf", false), ("NaN", false), ("", false)] {
            assert_eq!(check_value(EstimateKind::Points, value).is_ok(), is_number, "{value}");
            assert_eq!(check_value(EstimateKind::Time, value).is_ok(), is_number, "{value}");
            assert!(check_value(EstimateKind::Categories, value).is_ok());
        }
    }

    #[test]
    fn new_values_follow_the_last() {
        let (keys, values) = known();
        let new = [point(None, "2"), point(Some(3), "3"), point(None, "5")];
        assert_eq!(places(EstimateKind::Points, keys, values, &new), Ok(vec![8, 3, 9]));
    }

    #[test]
    fn no_place_and_no_value_is_there_twice() {
        let (keys, values) = known();
        let new = [point(Some(7), "2"), point(None, "S"), point(None, "M"), point(None, "m")];
        let refused = places(EstimateKind::Categories, keys, values, &new).unwrap_err().body;
        assert!(refused["estimate_points"]["0"]["key"].is_array());
        assert!(refused["estimate_points"]["1"]["value"].is_array());
        assert!(refused["estimate_points"].get("2").is_none());
        assert!(refused["estimate_points"]["3"]["value"].is_array());
    }

    #[test]
    fn a_scale_has_an_end() {
        let new = vec![point(None, "x"); MOST_POINTS - 1];
        let (keys, values) = known();
        assert!(places(EstimateKind::Categories, keys, values, &new).unwrap_err().body["estimate_points"].is_array());
    }
}
