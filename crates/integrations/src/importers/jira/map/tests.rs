//! Tests of the mapping, on invented issues.

use aileron_kernel::{StateGroup, Time, work::RelationKind};
use serde_json::{Value, json};

use super::*;
use crate::importers::{
    jira::model::{Category, Person, Status},
    report::Loss,
};

fn mapped(fields: Value) -> (ImportedItem, Vec<Note>) {
    let issue = Issue::parse(json!({"id": "7", "key": "ENG-42", "fields": fields}).to_string().as_bytes()).unwrap();
    let mut people = People::default();
    people.collect(&issue);
    map(&issue, &people)
}

fn status(name: &str, category: &str) -> Status {
    Status { name: name.into(), category: Some(Category { key: category.into() }) }
}

fn full() -> Value {
    json!({
        "summary": " A  title\n", "description": "See [~ada] and !a.png!", "environment": "Linux",
        "project": {"key": "ENG", "name": "Engine"}, "issuetype": {"name": "Bug"},
        "status": {"name": "Closed", "statusCategory": {"key": "done"}}, "resolution": {"name": "Fixed"},
        "priority": {"name": "Major"}, "created": "2026-01-02T03:04:05.000+0000", "resolutiondate": "2026-01-05T00:00:00.000+0000",
        "creator": {"key": "bob", "name": "bob", "displayName": "Bob Example"},
        "reporter": {"key": "JIRAUSER1", "name": "ada", "displayName": "Ada Example", "emailAddress": "Ada@Example.org"},
        "labels": ["UI", "ui"], "components": [{"name": "Core"}], "fixVersions": [{"name": "1.0"}, {"name": "<2>"}],
        "parent": {"key": "ENG-1"}, "subtasks": [{"key": "ENG-43"}],
        "attachment": [{"id": "1", "filename": "a.png", "content": "https://jira.example.org/a.png"}, {"filename": "b.txt", "size": 3}],
        "comment": {"comments": [{"id": "9", "author": {"key": "bob", "displayName": "Bob Example"}, "body": "*yes*",
            "created": "2026-01-03T00:00:00.000+0000", "visibility": {"type": "role"}}, {"id": "10", "body": "  "}]},
        "issuelinks": [
            {"id": "1", "type": {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}, "inwardIssue": {"key": "ENG-2"}},
            {"id": "2", "type": {"name": "Relates", "inward": "relates to", "outward": "relates to"}, "outwardIssue": {"key": "ENG-2"}},
            {"id": "3", "type": {"name": "Cloners", "inward": "is cloned by", "outward": "clones"}, "outwardIssue": {"key": "OPS-1"}}],
        "votes": {"votes": 3}, "customfield_1": "x",
    })
}

#[test]
fn everything_has_its_place() {
    let (item, _) = mapped(full());
    assert_eq!((item.key.as_str(), item.number, item.project_key.as_str(), item.project_name.as_str()), ("ENG-42", 42, "ENG", "Engine"));
    assert_eq!((item.name.as_str(), item.type_name.as_str(), item.priority), ("A title", "Bug", Priority::High));
    assert_eq!(item.state, ImportedState { name: "Closed".into(), group: StateGroup::Completed });
    assert_eq!(item.labels, ["UI", "Core"]);
    assert_eq!(item.completed_at, Time::parse("2026-01-05"));
    assert_eq!(item.creator.as_ref().unwrap().id, "bob");
    assert_eq!(item.reporter.as_ref().unwrap().email.as_deref(), Some("ada@example.org"));
    assert_eq!((item.parent_key.as_deref(), item.subtask_keys.as_slice()), (Some("ENG-1"), ["ENG-43".to_owned()].as_slice()));
    assert_eq!(item.attachments.len(), 1);
    assert_eq!(
        item.description_html,
        "<p>See @Ada Example and <a href=\"https://jira.example.org/a.png\">a.png</a></p><hr><p><strong>Environment</strong></p><p>Linux</p>\
         <ul><li><p>Resolution: Fixed</p></li><li><p>Reported by: Ada Example</p></li><li><p>Fix versions: 1.0, &lt;2&gt;</p></li>\
         <li><p>Attachments: b.txt (3 bytes)</p></li></ul>"
    );
    let comment = &item.comments[0];
    assert_eq!((comment.html.as_str(), comment.internal, item.comments.len()), ("<p><strong>yes</strong></p>", true, 1));
}

#[test]
fn one_relation_for_each_other_issue() {
    let (item, _) = mapped(full());
    let relations: Vec<_> = item.relations.iter().map(|link| (link.other_key.as_str(), link.kind, link.phrase.as_str())).collect();
    assert_eq!(relations, [("ENG-2", RelationKind::BlockedBy, "is blocked by"), ("OPS-1", RelationKind::RelatesTo, "clones")]);
}

#[test]
fn every_loss_is_noted() {
    let (_, notes) = mapped(full());
    let has = |loss, field: &str| notes.iter().any(|note| note.loss == loss && note.field == field);
    for field in ["votes", "customfield_1", "comment"] {
        assert!(has(Loss::Dropped, field), "{field}: {notes:?}");
    }
    for field in
        ["components", "fixVersions", "environment", "attachment", "comment visibility", "issuelinks", "issuelinks: clones", "reporter"]
    {
        assert!(has(Loss::Degraded, field), "{field}: {notes:?}");
    }
    let (_, none) = mapped(json!({"summary": "x", "created": "2026-01-02", "status": {"name": "Open"}, "creator": {"name": "a"}}));
    assert_eq!(none, []);
}

#[test]
fn what_is_missing_is_made_up_sensibly() {
    let (item, notes) = mapped(json!({}));
    assert_eq!((item.name.as_str(), item.type_name.as_str(), item.project_name.as_str()), ("ENG-42", "Task", "ENG"));
    assert_eq!((item.state.group, item.priority), (StateGroup::Unstarted, Priority::None));
    assert!(item.description_html.is_empty() && item.creator.is_none());
    assert_eq!(notes.len(), 4, "{notes:?}");
    let (long, notes) = mapped(json!({"summary": "ü".repeat(300)}));
    assert_eq!(long.name.chars().count(), 255);
    assert!(notes.contains(&Note::degraded("summary", "cut at 255 characters")));
}

#[test]
fn states_by_category_and_resolution() {
    for (name, category, resolution, group) in [
        ("Open", "new", None, StateGroup::Unstarted),
        ("Backlog", "new", None, StateGroup::Backlog),
        ("In Review", "indeterminate", None, StateGroup::Started),
        ("Resolved", "done", Some("Fixed"), StateGroup::Completed),
        ("Resolved", "done", Some("Won't Fix"), StateGroup::Cancelled),
        ("Closed", "done", Some("Duplicate"), StateGroup::Cancelled),
        ("Cancelled", "done", None, StateGroup::Cancelled),
        ("Reopened", "new", Some("Duplicate"), StateGroup::Unstarted),
        ("Weird", "undefined", None, StateGroup::Backlog),
        ("To Do", "", None, StateGroup::Unstarted),
        ("Done", "", None, StateGroup::Completed),
    ] {
        assert_eq!(state(Some(&status(name, category)), resolution).group, group, "{name} {category} {resolution:?}");
    }
    assert_eq!(state(Some(&status("Closed", "done")), Some("Duplicate")).name, "Cancelled");
    assert_eq!([priority("Blocker"), priority("Lowest"), priority("Odd")], [Some(Priority::Urgent), Some(Priority::Low), None]);
}

#[test]
fn the_hash_tells_changed_from_unchanged() {
    let (first, _) = mapped(full());
    let (again, _) = mapped(full());
    assert_eq!(first.content_hash, again.content_hash);
    assert_eq!(first.content_hash.len(), 64);
    let mut hashes = std::collections::BTreeSet::from([first.content_hash]);
    for (pointer, value) in [
        ("/summary", json!("other")),
        ("/comment/comments/0/body", json!("*no*")),
        ("/issuelinks/0/inwardIssue/key", json!("ENG-3")),
        ("/resolutiondate", json!("2026-01-06T00:00:00.000+0000")),
        ("/labels/0", json!("x")),
    ] {
        let mut changed = full();
        *changed.pointer_mut(pointer).unwrap() = value;
        assert!(hashes.insert(mapped(changed).0.content_hash), "{pointer}");
    }
}

#[test]
fn people_are_known_by_each_of_their_names() {
    let person = |email: Option<&str>| Person {
        key: Some("JIRAUSER1".into()),
        name: Some("ada".into()),
        display_name: Some("Ada".into()),
        email: email.map(Into::into),
        ..Person::default()
    };
    let mut people = People::default();
    people.add(&person(None));
    people.add(&person(Some("ada@example.org")));
    people.add(&Person::default());
    assert_eq!(people.iter().map(|person| person.email.as_deref()).collect::<Vec<_>>(), [Some("ada@example.org")]);
    assert_eq!(people.names().keys().collect::<Vec<_>>(), ["JIRAUSER1", "ada"]);
}
