//! Many work items at once, the tree below one, and copies.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::{
    files::upload,
    stock::{item, items, project, results},
};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

fn below(project: &str, rest: &str) -> String {
    format!("/api/v1/workspaces/acme/projects/{project}/{rest}")
}

async fn made(app: &TestApp, user: &str, project: &str, names: &[&str]) -> Vec<String> {
    let mut made = Vec::new();
    for name in names {
        made.push(item(app, user, project, json!({"name": name})).await);
    }
    made
}

async fn states(app: &TestApp, project: &str) -> Vec<Value> {
    results(&app.as_user("alice").get(&below(project, "states/")).await.expect(200))
}

#[tokio::test]
async fn one_request_changes_many_alike() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    alice.patch(&below(&id, ""), json!({"module_view": true, "cycle_view": true})).await.expect(200);
    let label = async |name: &str| alice.post(&below(&id, "labels/"), json!({ "name": name })).await.id();
    let (bug, ui) = (label("bug").await, label("ui").await);
    let cycle = alice.post(&below(&id, "cycles/"), json!({"name": "C", "project_id": id})).await.id();
    let module = alice.post(&below(&id, "modules/"), json!({"name": "M"})).await.id();
    let ids = made(&app, "alice", &id, &["One", "Two", "Three"]).await;
    let path = below(&id, "work-items/bulk-update/");
    alice.patch(&format!("{}{}/", items(&id), ids[0]), json!({"labels": [bug], "assignees": [app.user("alice")]})).await.expect(200);
    let done = states(&app, &id).await.into_iter().find(|state| state["group"] == "completed").unwrap();
    let body = json!({
        "work_item_ids": ids, "priority": "urgent", "state": done["id"], "target_date": "2026-05-01", "add_labels": [ui],
        "remove_labels": [bug], "assignees": [app.user("bob")], "cycle": cycle, "add_modules": [module],
    });
    let answer = bob.post(&path, body).await.expect(200);
    let named: Vec<&str> = answer["work_items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(named, ids);
    for (one, row) in ids.iter().zip(answer["work_items"].as_array().unwrap()) {
        let path = format!("{}{one}/?fields=id,priority,state,labels,assignees,cycle_id,module_ids,completed_at,target_date", items(&id));
        let read = bob.get(&path).await;
        let tag = read.headers["etag"].to_str().unwrap().trim_matches('"').to_owned();
        assert_eq!(tag, row["version"].to_string());
        let shown = read.expect(200);
        assert_eq!((&shown["priority"], &shown["state"], &shown["target_date"]), (&json!("urgent"), &done["id"], &json!("2026-05-01")));
        assert_eq!((&shown["labels"], &shown["assignees"]), (&json!([ui]), &json!([app.user("bob")])));
        assert_eq!((&shown["cycle_id"], &shown["module_ids"]), (&json!(cycle), &json!([module])));
        assert!(shown["completed_at"].is_string());
    }
    // The history of each tells it.
    let told = results(&bob.get(&format!("{}{}/activities/", items(&id), ids[0])).await.expect(200));
    for (field, old, new) in [("labels", "bug", ""), ("labels", "", "ui"), ("priority", "none", "urgent"), ("cycles", "", "C")] {
        assert!(
            told.iter().any(|row| (&row["field"], &row["old_value"], &row["new_value"]) == (&json!(field), &json!(old), &json!(new))),
            "{field}"
        );
    }
    bob.post(&path, json!({"work_item_ids": ids, "cycle": null, "remove_modules": [module], "parent": null})).await.expect(200);
    let shown = bob.get(&format!("{}{}/?fields=cycle_id,module_ids", items(&id), ids[1])).await.expect(200);
    assert_eq!((&shown["cycle_id"], &shown["module_ids"]), (&json!(null), &json!([])));
}

#[tokio::test]
async fn all_of_them_or_none() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let other = project(&app, "OPS").await;
    let (alice, bob, gina) = (app.as_user("alice"), app.as_user("bob"), app.as_user("gina"));
    let ids = made(&app, "alice", &id, &["One", "Two"]).await;
    let foreign = item(&app, "alice", &other, json!({"name": "Foreign"})).await;
    let path = below(&id, "work-items/bulk-update/");
    let many: Vec<String> = (0..101).map(|number| format!("00000000-0000-4000-8000-{number:012}")).collect();
    for (body, field) in [
        (json!({}), "work_item_ids"),
        (json!({"work_item_ids": []}), "work_item_ids"),
        (json!({"work_item_ids": "x"}), "work_item_ids"),
        (json!({"work_item_ids": [ids[0], NOBODY], "priority": "high"}), "work_item_ids"),
        (json!({"work_item_ids": [ids[0], foreign], "priority": "high"}), "work_item_ids"),
        (json!({"work_item_ids": ids, "priority": "nonsense"}), "priority"),
        (json!({"work_item_ids": ids, "parent": ids[0]}), "parent"),
        (json!({"work_item_ids": ids, "cycle": NOBODY, "priority": "high"}), "cycle"),
        (json!({"work_item_ids": ids, "add_modules": [NOBODY], "priority": "high"}), "add_modules"),
        (json!({"work_item_ids": ids, "estimate_point": NOBODY}), "estimate_point"),
        (json!({"work_item_ids": ids, "add_assignees": 1}), "add_assignees"),
        (json!({"work_item_ids": ids, "start_date": "2026-02-01", "target_date": "2026-01-01"}), "non_field_errors"),
    ] {
        let said = bob.post(&path, body.clone()).await.expect(400);
        assert!(said.get(field).is_some(), "{body}: {said}");
    }
    let said = bob.post(&path, json!({"work_item_ids": many, "priority": "high"})).await.expect(400);
    assert_eq!(said["work_item_ids"], json!(["Ensure this field has no more than 100 elements."]));
    gina.post(&path, json!({"work_item_ids": ids, "priority": "high"})).await.expect(403);
    for one in &ids {
        assert_eq!(bob.get(&format!("{}{one}/", items(&id))).await.expect(200)["priority"], "none");
    }
    // Each by the rules of one: a member deletes what he made.
    let own = made(&app, "bob", &id, &["Own"]).await;
    let delete = below(&id, "work-items/bulk-delete/");
    bob.post(&delete, json!({"work_item_ids": [own[0], ids[0]]})).await.expect(403);
    bob.post(&delete, json!({"work_item_ids": own})).await.expect(200);
    let archive = below(&id, "work-items/bulk-archive/");
    alice.post(&archive, json!({"work_item_ids": ids})).await.expect(400);
    let done = states(&app, &id).await.into_iter().find(|state| state["group"] == "completed").unwrap();
    alice.post(&path, json!({"work_item_ids": ids, "state": done["id"]})).await.expect(200);
    alice.post(&archive, json!({"work_item_ids": ids})).await.expect(200);
    assert_eq!(alice.get(&below(&id, "archived-work-items/")).await.expect(200)["total_count"], 2);
    alice.post(&path, json!({"work_item_ids": ids, "priority": "high"})).await.expect(400);
}

#[tokio::test]
async fn a_parent_and_its_child_are_deleted_once() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    let parent = item(&app, "alice", &id, json!({"name": "Parent"})).await;
    let child = item(&app, "alice", &id, json!({"name": "Child", "parent": parent})).await;
    let leaf = item(&app, "alice", &id, json!({"name": "Leaf", "parent": child})).await;
    alice.post(&below(&id, "work-items/bulk-delete/"), json!({"work_item_ids": [child, parent]})).await.expect(200);
    let trash = results(&alice.get(&below(&id, "trash/")).await.expect(200));
    assert_eq!(trash.iter().map(|row| (&row["name"], &row["with"])).collect::<Vec<_>>(), [(&json!("Parent"), &json!(2))]);
    alice.post(&format!("{}{parent}/restore/", items(&id)), json!({})).await.expect(200);
    assert_eq!(alice.get(&format!("{}{leaf}/", items(&id))).await.expect(200)["parent"], json!(child));
}

#[tokio::test]
async fn a_batch_costs_no_more_statements_for_more_items() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let names: Vec<String> = (0..60).map(|number| format!("Item {number}")).collect();
    let ids = made(&app, "alice", &id, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let alice = app.as_user("alice");
    let mut counts = Vec::new();
    for (few, priority) in [(&ids[..2], "high"), (&ids[2..60], "low")] {
        let before = app.db.statements();
        let body = json!({"work_item_ids": few, "priority": priority, "assignees": [app.user("bob")]});
        alice.post(&below(&id, "work-items/bulk-update/"), body).await.expect(200);
        counts.push(app.db.statements() - before);
    }
    // Rows that are inserted go in portions of one, eight, thirty-two.
    assert!(counts[1] <= counts[0] + 24, "{counts:?}");
}

#[tokio::test]
async fn the_tree_below_an_item_has_levels_and_progress() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let ids = made(&app, "alice", &id, &["Top", "A", "B", "C"]).await;
    let tree = format!("{}{}/sub-items/", items(&id), ids[0]);
    let put = bob.post(&tree, json!({"work_item_ids": [ids[1], ids[2]]})).await.expect(200);
    assert_eq!(put["sub_items"].as_array().unwrap().len(), 2);
    bob.post(&format!("{}{}/sub-items/", items(&id), ids[2]), json!({"work_item_ids": [ids[3]]})).await.expect(200);
    let done = states(&app, &id).await.into_iter().find(|state| state["group"] == "completed").unwrap();
    bob.patch(&format!("{}{}/", items(&id), ids[2]), json!({"state": done["id"], "sort_order": 1.0})).await.expect(200);
    item(&app, "bob", &id, json!({"name": "Sketch", "is_draft": true, "parent": ids[1]})).await;
    let shown = alice.get(&tree).await.expect(200);
    let rows: Vec<_> = shown["sub_items"].as_array().unwrap().iter().map(|row| (&row["name"], row["depth"].as_i64().unwrap())).collect();
    assert_eq!(rows, [(&json!("B"), 1), (&json!("A"), 1), (&json!("C"), 2)]);
    assert_eq!((&shown["children"]["total"], &shown["children"]["completed"], &shown["tree"]["total"]), (&json!(2), &json!(1), &json!(3)));
    assert_eq!(shown["state_distribution"]["completed"], json!([ids[2]]));
    assert_eq!(shown["is_cut"], false);
    let cut = alice.get(&format!("{tree}?depth=1")).await.expect(200);
    assert_eq!((cut["sub_items"].as_array().unwrap().len(), &cut["is_cut"]), (2, &json!(true)));
    for depth in ["0", "11", "x"] {
        assert!(alice.get(&format!("{tree}?depth={depth}")).await.expect(400).get("depth").is_some());
    }
    // No loops, and not for guests.
    let said = bob.post(&format!("{}{}/sub-items/", items(&id), ids[3]), json!({"work_item_ids": [ids[0]]})).await.expect(400);
    assert_eq!(said["parent"], json!(["A work item cannot be its own ancestor."]));
    app.as_user("gina").get(&tree).await.expect(404);
    app.as_user("gina").post(&tree, json!({"work_item_ids": [ids[3]]})).await.expect(403);
    bob.post(&format!("{}{NOBODY}/sub-items/", items(&id)), json!({"work_item_ids": [ids[3]]})).await.expect(404);
}

#[tokio::test]
async fn a_copy_has_what_it_was_to_take_along() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let label = alice.post(&below(&id, "labels/"), json!({"name": "bug"})).await.id();
    let body = json!({"name": "Original", "labels": [label], "priority": "high", "assignees": [app.user("bob")],
        "description_html": "<p>unmistakable</p>", "external_source": "a", "external_id": "1"});
    let one = item(&app, "alice", &id, body).await;
    let child = item(&app, "alice", &id, json!({"name": "Child", "parent": one})).await;
    item(&app, "alice", &id, json!({"name": "Leaf", "parent": child})).await;
    let path = format!("{}{one}/", items(&id));
    alice.post(&format!("{path}links/"), json!({"url": "https://a.test/"})).await.expect(201);
    alice.post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    let attachments = format!("{path}attachments/");
    let file = alice.post(&attachments, json!({"name": "a.txt", "type": "text/plain", "size": 2})).await.expect(200);
    upload(&app, &file, b"hi").await.expect(204);
    alice.patch(&format!("{attachments}{}/", file["asset_id"].as_str().unwrap()), json!({})).await.expect(204);
    let copy = bob.post(&format!("{path}duplicate/"), json!({"name": "Copy", "sub_items": true})).await.expect(201);
    assert_eq!((&copy["name"], &copy["priority"], &copy["labels"]), (&json!("Copy"), &json!("high"), &json!([label])));
    assert_eq!((&copy["created_by"], &copy["external_id"]), (&json!(app.user("bob")), &json!(null)));
    let copied = format!("{}{}/", items(&id), copy["id"].as_str().unwrap());
    assert_eq!(bob.get(&format!("{copied}links/")).await.expect(200)["total_count"], 1);
    assert_eq!(bob.get(&format!("{copied}comments/")).await.expect(200)["total_count"], 0);
    let files = bob.get(&format!("{copied}attachments/")).await.expect(200);
    assert_eq!(files.as_array().unwrap().len(), 1);
    let tree = bob.get(&format!("{copied}sub-items/")).await.expect(200);
    let names: Vec<&Value> = tree["sub_items"].as_array().unwrap().iter().map(|row| &row["name"]).collect();
    assert_eq!(names, [&json!("Child"), &json!("Leaf")]);
    let found = bob.get("/api/v1/workspaces/acme/work-items/search/?search=unmistakable").await.expect(200);
    assert_eq!(found["issues"].as_array().unwrap().len(), 2);
    let bare = json!({"labels": false, "assignees": false, "links": false, "attachments": false});
    let bare = bob.post(&format!("{path}duplicate/"), bare).await.expect(201);
    assert_eq!((&bare["labels"], &bare["assignees"], &bare["name"]), (&json!([]), &json!([]), &json!("Original")));
    bob.post(&format!("{path}duplicate/"), json!({"name": ""})).await.expect(400);
    bob.post(&format!("{path}duplicate/"), json!({"links": "perhaps"})).await.expect(400);
    bob.post(&format!("{}{NOBODY}/duplicate/", items(&id)), json!({})).await.expect(404);
    app.as_user("gina").post(&format!("{path}duplicate/"), json!({})).await.expect(403);
}
