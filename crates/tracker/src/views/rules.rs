//! What the filters of a view mean: pure functions.

use aileron_kernel::{Filter, Refusal};
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::work_items::sort::Sort;

/// Names of the older form that clients write and that no list of ours filters by. Without a value they say nothing.
const UNKNOWN_TO_LISTS: [&str; 3] = ["subscriber", "mentions", "estimate_point"];

/// The items that a view shows: those that both forms let through. Relative dates refer to `today`. The refusal names the form.
pub fn filter(rich: &Value, older: &Value, today: Date) -> Result<Filter, Refusal> {
    Ok(tree(rich)?.and(plain(older, today)?))
}

/// The tree of a view.
pub fn tree(rich: &Value) -> Result<Filter, Refusal> {
    tree_of("rich_filters", rich)
}

/// A tree in this field of a body. An empty object, as clients write it, lets everything through.
pub fn tree_of(field: &str, tree: &Value) -> Result<Filter, Refusal> {
    if tree.as_object().is_some_and(Map::is_empty) {
        return Ok(Filter::all());
    }
    Filter::of_value(tree).map_err(|refusal| named(field, &refusal.body))
}

/// The older form: the parameters of a list as fields, each with a list, a text, or null for none.
pub fn plain(older: &Value, today: Date) -> Result<Filter, Refusal> {
    let mut parameters = Vec::new();
    for (name, value) in older.as_object().into_iter().flatten() {
        let text = written(value).ok_or_else(|| Refusal::field("filters", format!("{name}: Expected a list of texts.")))?;
        if !Filter::has_parameter(name) && (!text.is_empty() || !UNKNOWN_TO_LISTS.contains(&name.as_str())) {
            let name = aileron_kernel::text::shortened(name, 80);
            return Err(Refusal::field("filters", format!("\"{name}\" is not a field of the filter.")));
        }
        parameters.push((name.as_str(), text));
    }
    let pairs = parameters.iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (*name, text.as_str()));
    Filter::of_query(pairs, today).map_err(|refusal| {
        let wrong = refusal.body.as_object().and_then(|fields| fields.iter().next());
        let message = wrong.map(|(name, messages)| format!("{name}: {}", messages.get(0).and_then(Value::as_str).unwrap_or_default()));
        Refusal::field("filters", message.unwrap_or_default())
    })
}

/// The order in which a view shows its items, if it says one that lists know.
pub fn sort(display_filters: &Value) -> Option<Sort> {
    let order_by = display_filters.get("order_by").and_then(Value::as_str).filter(|order_by| !order_by.is_empty());
    Sort::parse(Some(order_by?)).ok()
}

/// A value as a parameter has it: a list with commas.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Array(values) => values.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|texts| texts.join(",")),
        _ => None,
    }
}

/// What is wrong with a tree, under the name of the field.
fn named(field: &str, body: &Value) -> Refusal {
    let mut refusal = Refusal::field(field, body.get("error").and_then(Value::as_str).unwrap_or_default());
    if let (Some(said), Some(code)) = (refusal.body.as_object_mut(), body.get("error_code")) {
        said.insert("error_code".to_owned(), code.clone());
    }
    refusal
}

#[cfg(test)]
mod tests {
    use aileron_kernel::{Priority, filter::Condition};
    use jiff::civil::date;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const TODAY: Date = date(2026, 1, 1);

    #[test]
    fn both_forms_hold() {
        let read = filter(&json!({"priority": "high"}), &json!({"priority": ["high", "low"], "state": null, "subscriber": []}), TODAY);
        let wanted = Filter::And(vec![
            Condition::Priorities(vec![Priority::High]).into(),
            Condition::Priorities(vec![Priority::High, Priority::Low]).into(),
        ]);
        assert_eq!(read.unwrap(), wanted);
        assert!(filter(&json!({}), &json!({}), TODAY).unwrap().is_all());
    }

    #[test]
    fn what_is_wrong_names_its_form() {
        let deep = json!({"and": [{"and": [{"and": [{"and": [{"and": [{"priority": "low"}]}]}]}]}]});
        for (rich, older, field) in [
            (deep, json!({}), "rich_filters"),
            (json!({"colour": "red"}), json!({}), "rich_filters"),
            (json!({"state_id": "x"}), json!({}), "rich_filters"),
            (json!({}), json!({"colour": ["red"]}), "filters"),
            (json!({}), json!({"colour": null}), "filters"),
            (json!({}), json!({"subscriber": ["x"]}), "filters"),
            (json!({}), json!({"priority": [1]}), "filters"),
            (json!({}), json!({"state": ["x"]}), "filters"),
            (json!({}), json!({"filters": "{}"}), "filters"),
        ] {
            let body = filter(&rich, &older, TODAY).unwrap_err().body;
            assert!(body[field][0].as_str().is_some_and(|message| !message.is_empty()), "{rich} {older}: {body}");
        }
    }

    #[test]
    fn a_view_sorts_as_it_says() {
        assert!(sort(&json!({"order_by": "-priority"})).unwrap().descending);
        assert_eq!(sort(&json!({"order_by": "issue_cycle__cycle__name"})), None);
        assert_eq!((sort(&json!({})), sort(&json!({"order_by": ""})), sort(&json!({"order_by": 1}))), (None, None, None));
    }

    proptest! {
        #[test]
        fn any_older_form_is_read_or_refused_by_its_name(name in "(state|priority|labels|created_at|colour|search|subscriber)", values in prop::collection::vec("\\PC{0,12}", 0..4)) {
            if let Err(refusal) = plain(&json!({name: values}), TODAY) {
                prop_assert!(refusal.body["filters"][0].is_string(), "{}", refusal.body);
            }
        }
    }
}
