//! Tests of the JSON tree.

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const ID: &str = "0190f0c2-3a5b-7c11-8d22-6b1f0c9e4a77";

fn code(tree: Value) -> String {
    let body = Filter::of_value(&tree).unwrap_err().body;
    assert_eq!(body["filters"], json!([body["error"]]));
    body["error_code"].as_str().unwrap().to_owned()
}

#[test]
fn a_tree_is_read_as_written() {
    let filter = Filter::of_value(&json!({"and": [
        {"priority__in": "urgent,high"},
        {"not": {"state_group": "completed", "assignee_id__in": [ID, null]}},
        {"OR": [{"target_date__range": ["2026-01-01", "2026-01-31"]}, {"completed_at__isnull": true}]},
    ]}))
    .unwrap();
    let id = Uuid::try_parse(ID).unwrap();
    let days = Days { from: Some(date(2026, 1, 1)), to: Some(date(2026, 1, 31)) };
    let expected = Filter::And(vec![
        Condition::Priorities(vec![Priority::Urgent, Priority::High]).into(),
        Filter::Not(Box::new(Filter::And(vec![
            Condition::References { field: Reference::Assignee, ids: vec![id], or_empty: true }.into(),
            Condition::StateGroups(vec![StateGroup::Completed]).into(),
        ]))),
        Filter::Or(vec![Condition::Days(DayField::TargetDate, days).into(), Condition::NoTime(TimeField::CompletedAt).into()]),
    ]);
    assert_eq!(filter, expected);
}

/// Each may look at every item.
#[test]
fn few_texts_are_looked_for_at_once() {
    let texts = |count: usize| json!({"or": vec![json!({"search": "a"}); count]});
    assert!(Filter::of_value(&texts(MAX_TEXTS)).is_ok());
    assert_eq!(code(texts(MAX_TEXTS + 1)), "invalid_filterset");
}

#[test]
fn a_range_of_instants_includes_its_last_day() {
    let filter = Filter::of_value(&json!({"created_at__range": "2026-01-01,2026-01-31"})).unwrap();
    let times = Times { from: Time::parse("2026-01-01"), before: Time::parse("2026-02-01") };
    assert_eq!(filter, Condition::Times(TimeField::CreatedAt, times).into());
}

#[test]
fn each_mistake_has_its_code() {
    let deep = json!({"and": [{"and": [{"and": [{"and": [{"and": [{"priority": "low"}]}]}]}]}]});
    for (tree, expected) in [
        (json!([1]), "invalid_filter_type"),
        (json!({}), "empty_filter_object"),
        (json!({"and": [{}]}), "empty_filter_object"),
        (json!({"and": []}), "invalid_operator_children"),
        (json!({"or": {"priority": "low"}}), "invalid_operator_children"),
        (json!({"or": ["x"]}), "invalid_operator_children"),
        (json!({"not": [{"priority": "low"}]}), "invalid_not_child"),
        (json!({"and": [{"priority": "low"}], "or": [{"priority": "low"}]}), "multiple_logical_operators"),
        (json!({"and": [{"priority": "low"}], "priority": "low"}), "mixed_operator_and_fields"),
        (deep, "max_depth_exceeded"),
        (json!({"colour": "red"}), "invalid_filter_field"),
        (json!({"priority__range": "low,high"}), "invalid_filter_field"),
        (json!({"priority__in": []}), "invalid_leaf"),
        (json!({"priority": 3}), "invalid_leaf"),
        (json!({"created_at__range": ["2026-01-01"]}), "invalid_leaf"),
        (json!({"target_date__isnull": false}), "invalid_leaf"),
        (json!({"priority": "asap"}), "invalid_filterset"),
        (json!({"state_id": "x"}), "invalid_filterset"),
        (json!({"start_date": "2026-02-30"}), "invalid_filterset"),
        (json!({"assignee_id__in": vec![ID; 201]}), "invalid_filterset"),
        (json!({"or": vec![json!({"priority": "low"}); 201]}), "invalid_filterset"),
    ] {
        assert_eq!(code(tree.clone()), expected, "{tree}");
    }
    assert_eq!(Filter::of_json("{").unwrap_err().body["error_code"], "invalid_json");
    assert!(Filter::of_json(&"[".repeat(100_000)).is_err());
}

fn leaves() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({"priority__in": ["low", "high"]})),
        Just(json!({"state_id": ID})),
        Just(json!({"label_id__isnull": true, "search": "x"})),
        Just(json!({"target_date__gte": "2026-01-01"})),
    ]
}

/// Trees of and, or, not with at most this many levels.
fn trees(levels: u32) -> impl Strategy<Value = Value> {
    leaves().prop_recursive(levels, 30, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({"and": parts})),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({"or": parts})),
            inner.prop_map(|part| json!({"not": part})),
        ]
    })
}

fn levels(tree: &Value) -> usize {
    let below = |key: &str| match &tree[key] {
        Value::Array(parts) => parts.iter().map(levels).max().unwrap_or(0),
        Value::Null => 0,
        part => levels(part),
    };
    1 + below("and").max(below("or")).max(below("not"))
}

fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from)
    ];
    scalar.prop_recursive(6, 40, 4, |inner| {
        let keys = "(and|or|not|priority|priority__in|state_id__in|created_at__range|target_date__isnull|search|x)";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keys, inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn valid_trees_are_read_up_to_the_depth(tree in trees(7)) {
        let read = Filter::of_json(&tree.to_string());
        let texts = tree.to_string().matches("\"search\":").count();
        prop_assert_eq!(read.is_ok(), levels(&tree) <= MAX_DEPTH && texts <= MAX_TEXTS, "{}", tree);
        if let Ok(filter) = read {
            prop_assert!(!filter.conditions().is_empty());
            prop_assert_eq!(filter.clone().and(Filter::all()), filter.clone());
            prop_assert_eq!(Filter::all().and(filter.clone()), filter);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}|[\\[\\]{}\":,a-z0-9\\\\]{0,60}") {
        match Filter::of_json(&text) {
            Ok(filter) => prop_assert!(filter.depth() <= MAX_DEPTH),
            Err(refusal) => prop_assert!(refusal.body["filters"].is_array(), "{}", refusal.body),
        }
    }

    #[test]
    fn any_json_is_read_or_refused_with_a_code(tree in any_json()) {
        if let Err(refusal) = Filter::of_value(&tree) {
            prop_assert!(refusal.body["error_code"].is_string() && refusal.body["filters"].is_array());
        }
    }
}
