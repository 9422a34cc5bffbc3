//! The committed documentation of the API is the one that the handlers generate, and it is complete.

use std::collections::BTreeSet;

use serde_json::Value;

#[test]
fn the_committed_document_is_the_generated_one() {
    let generated = aileron_server::openapi::document();
    let committed = include_str!("../../../openapi.json");
    assert!(generated == committed, "openapi.json is not what the handlers generate: run `cargo xtask openapi`");
}

#[test]
fn every_operation_is_described() {
    let document: Value = serde_json::from_str(&aileron_server::openapi::document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no operation id"));
            assert!(names.insert(id.to_owned()), "{id} is used twice");
            assert!(operation["summary"].as_str().is_some_and(|summary| summary.len() > 5), "{id} has no summary");
            assert!(operation["tags"].as_array().is_some_and(|tags| !tags.is_empty()), "{id} has no tag");
            let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
            let refuses = operation["x-always-refused"] == true;
            assert!(refuses || statuses.iter().any(|status| status.starts_with('2') || *status == "101"), "{id} has no good answer");
            if operation["x-action"] != "public" {
                assert!(statuses.iter().any(|status| *status == "401"), "{id} does not say what nobody gets");
            }
            assert!(path.ends_with('/'), "{path} ends with a slash");
        }
    }
}

#[test]
fn every_reference_points_to_something() {
    let document: Value = serde_json::from_str(&aileron_server::openapi::document()).unwrap();
    let mut waiting = vec![&document];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
                }
                waiting.extend(map.values());
            }
            Value::Array(values) => waiting.extend(values),
            _ => {}
        }
    }
}
