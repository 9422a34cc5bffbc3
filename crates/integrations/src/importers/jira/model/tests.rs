//! Tests of reading issues.

use serde_json::{Value, json};

use super::*;

fn parse(fields: Value) -> Issue {
    Issue::parse(json!({"id": 7, "key": "ENG-42", "fields": fields}).to_string().as_bytes()).unwrap()
}

#[test]
fn the_fields_of_an_issue() {
    let person = json!({"accountId": "5f", "displayName": "Ada Example", "emailAddress": "ada@example.org", "active": false});
    let issue = parse(json!({
        "summary": "S", "description": "*D*", "project": {"id": "1", "key": "ENG", "name": "Engine"},
        "status": {"name": "Open", "statusCategory": {"id": 2, "key": "new"}}, "reporter": person,
        "labels": ["a"], "components": [{"name": "c"}], "duedate": "2026-03-04", "created": "2026-01-02T03:04:05.678+0100",
        "comment": {"total": 9, "comments": [{"id": "3", "author": person, "body": "hi", "created": "2026-01-02T03:04:05.000+0000",
            "visibility": {"type": "role", "value": "Developers"}}]},
        "issuelinks": [{"id": "8", "type": {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
            "inwardIssue": {"key": "ENG-1", "fields": {"summary": "one"}}}],
        "subtasks": [{"key": "ENG-50"}], "parent": {"key": "ENG-2"},
        "attachment": [{"id": "4", "filename": "a.png", "size": 12, "content": "https://jira.example.org/a.png"}],
    }));
    assert_eq!(issue.id.as_deref(), Some("7"));
    assert_eq!(issue.reporter.as_ref().unwrap().email.as_deref(), Some("ada@example.org"));
    assert_eq!(issue.created, Time::parse("2026-01-02T02:04:05.678Z"));
    assert_eq!((issue.comments.len(), issue.comments_total), (1, Some(9)));
    assert!(issue.comments[0].visibility);
    assert_eq!(issue.links[0].phrase, "is blocked by");
    assert_eq!((issue.links[0].other.as_str(), issue.links[0].outward), ("ENG-1", false));
    assert_eq!(issue.parent.as_deref(), Some("ENG-2"));
    assert_eq!(issue.attachments[0].size, Some(12));
    assert!(issue.unused.is_empty() && issue.odd.is_empty(), "{issue:?}");
}

#[test]
fn a_field_of_another_type_spoils_nothing() {
    let issue = parse(json!({
        "summary": 7, "status": "Open", "created": "yesterday", "labels": ["a", 3, null, "b"], "components": {"x": 1},
        "comment": {"comments": [{"body": "kept"}, "lost", {"body": ["lost"]}]}, "issuelinks": [{"type": {"name": "Blocks"}}],
    }));
    assert_eq!(issue.odd, ["comment", "components", "created", "labels", "status", "summary"]);
    assert_eq!(issue.labels, ["a", "b"]);
    assert_eq!(issue.comments.len(), 1);
    assert!(issue.links.is_empty());
}

#[test]
fn fields_with_a_value_and_no_place_are_named() {
    let issue = parse(json!({"customfield_1": {"value": "x"}, "timespent": 60, "x": null, "y": [], "z": {}, "flagged": false}));
    assert_eq!(issue.unused, ["customfield_1", "timespent"]);
}

#[test]
fn epics_and_sprints_hide_in_custom_fields() {
    let java = "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=1,rapidViewId=2,state=CLOSED,name=Sprint 7,startDate=x,endDate=y]";
    let issue = parse(json!({"customfield_10008": "OPS-3", "customfield_9": [java], "customfield_8": "UTF-8",
        "customfield_7": [{"id": 4, "name": "Sprint 8", "state": "active", "boardId": 5}]}));
    assert_eq!(issue.parent.as_deref(), Some("OPS-3"));
    let names: Vec<_> = issue.sprints.iter().map(|sprint| sprint.name.as_str()).collect();
    assert_eq!(names, ["Sprint 8", "Sprint 7"]);
    assert_eq!(issue.unused, ["customfield_8"]);
    let both = parse(json!({"epic": {"id": 1, "key": "ENG-9"}, "parent": {"key": "ENG-2"}}));
    assert_eq!(both.parent.as_deref(), Some("ENG-2"), "a parent is closer than an epic");
    assert_eq!(parse(json!({"customfield_5": "ENG-9"})).parent.as_deref(), Some("ENG-9"));
}

#[test]
fn a_document_tree_keeps_its_words() {
    let doc = json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "Hello "}, {"type": "mention", "attrs": {"text": "@Ada"}}]},
        {"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}]}]},
    ]});
    let issue = parse(json!({ "description": doc }));
    assert_eq!(issue.description, Text { text: "Hello @Ada\n\nx".into(), flattened: true });
}

#[test]
fn enormous_trees_and_lists_are_not_built() {
    let nodes = vec![json!([]); 2_000_000];
    let issue = parse(json!({"description": {"type": "doc", "content": nodes.clone()}, "labels": nodes}));
    assert_eq!(issue.odd, ["description", "labels"]);
    assert!(issue.description.text.is_empty() && issue.labels.is_empty());
}

#[test]
fn times_and_keys() {
    assert_eq!(time("2012-05-16T07:56:13.000+0000"), Time::parse("2012-05-16T07:56:13Z"));
    assert_eq!(time("2012-05-16T07:56:13.000-0330"), Time::parse("2012-05-16T11:26:13Z"));
    assert_eq!(time("2016-02-27T01:30:53.769Z"), Time::parse("2016-02-27T01:30:53.769Z"));
    assert_eq!([time(""), time("né+00é0"), time("now")], [None, None, None]);
    assert!(is_key("ENG-42") && is_key("A_1-1") && !is_key("ENG-") && !is_key("-1") && !is_key("1A-1") && !is_key("A B-1"));
}
