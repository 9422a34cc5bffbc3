//! Taking changes back by their idempotency keys.

use aileron_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

pub(crate) const UNDO: &str = "/api/v1/workspaces/acme/undo/";

pub(crate) fn below(project: &str, rest: &str) -> String {
    format!("/api/v1/workspaces/acme/projects/{project}/{rest}")
}

/// Sends under a key.
pub(crate) async fn keyed(app: &TestApp, user: &str, key: &str, (method, path): (&str, &str), body: Value) -> Answer {
    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", key.to_owned())];
    app.as_user(user).raw(method, path, &headers, body.to_string().into_bytes()).await
}

/// Takes back what happened under a key, under another one, after all that follows from it has followed.
pub(crate) async fn undo(app: &TestApp, user: &str, key: &str, own: &str) -> Answer {
    app.run_consumers().await;
    keyed(app, user, own, ("POST", UNDO), json!({ "mutation_id": key })).await
}

#[tokio::test]
async fn old_values_come_back_and_that_can_be_taken_back_too() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    let label = alice.post(&below(&id, "labels/"), json!({"name": "bug"})).await.id();
    let body = json!({"name": "Old", "priority": "low", "labels": [label], "description_html": "<p>old</p>", "start_date": "2026-01-01"});
    let one = item(&app, "bob", &id, body).await;
    let path = format!("{}{one}/", items(&id));
    let before = alice.get(&path).await.expect(200);
    let change = json!({"name": "New", "priority": "high", "labels": [], "assignees": [app.user("bob")], "description_html": "<p>new</p>",
        "start_date": null});
    keyed(&app, "bob", "k1", ("PATCH", &path), change).await.expect(200);
    let after = alice.get(&path).await.expect(200);
    let answer = undo(&app, "bob", "k1", "k2").await.expect(200);
    assert_eq!((&answer["undone"][0]["entity"], &answer["undone"][0]["id"]), (&json!("work_item"), &json!(one)));
    let same = |shown: &Value, wanted: &Value| {
        for field in ["name", "priority", "labels", "assignees", "description_html", "start_date", "state"] {
            assert_eq!(shown[field], wanted[field], "{field}");
        }
    };
    same(&alice.get(&path).await.expect(200), &before);
    // The same request again only tells it again.
    undo(&app, "bob", "k1", "k2").await.expect(200);
    same(&alice.get(&path).await.expect(200), &before);
    // Undone is undone: the fields were touched since, by the undo.
    assert_eq!(undo(&app, "bob", "k1", "k3").await.expect(409)["conflicts"][0]["id"], json!(one));
    undo(&app, "bob", "k2", "k4").await.expect(200);
    same(&alice.get(&path).await.expect(200), &after);
}

#[tokio::test]
async fn fields_that_were_touched_since_are_named() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    let one = item(&app, "bob", &id, json!({"name": "One"})).await;
    let path = format!("{}{one}/", items(&id));
    keyed(&app, "bob", "k1", ("PATCH", &path), json!({"priority": "high", "point": 3})).await.expect(200);
    keyed(&app, "bob", "k2", ("PATCH", &path), json!({"name": "Two"})).await.expect(200);
    alice.patch(&path, json!({"priority": "low"})).await.expect(200);
    let said = undo(&app, "bob", "k1", "u1").await.expect(409);
    assert_eq!(said["conflicts_count"], 1);
    let conflict = &said["conflicts"][0];
    assert_eq!((&conflict["field"], &conflict["actor"]), (&json!("priority"), &json!(app.user("alice"))));
    let shown = alice.get(&path).await.expect(200);
    assert_eq!((&shown["priority"], &shown["point"]), (&json!("low"), &json!(3)));
    // Another field is not in the way.
    undo(&app, "bob", "k2", "u2").await.expect(200);
    assert_eq!(alice.get(&path).await.expect(200)["name"], "One");
}

#[tokio::test]
async fn what_was_made_goes_to_the_trash_and_what_was_deleted_comes_back() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let made = keyed(&app, "bob", "k1", ("POST", &items(&id)), json!({"name": "Made"})).await.id();
    let path = format!("{}{made}/", items(&id));
    app.run_consumers().await;
    let subscribers = alice.get(&format!("{path}subscribers/")).await.expect(200);
    assert_eq!(subscribers.as_array().map_or_else(|| results(&subscribers).len(), Vec::len), 1, "bob is told of it: {subscribers}");
    undo(&app, "bob", "k1", "u1").await.expect(200);
    bob.get(&path).await.expect(404);
    assert_eq!(results(&bob.get(&below(&id, "trash/")).await.expect(200))[0]["id"], json!(made));
    undo(&app, "bob", "u1", "u2").await.expect(200);
    bob.get(&path).await.expect(200);
    item(&app, "bob", &id, json!({"name": "Child", "parent": made})).await;
    keyed(&app, "bob", "k2", ("DELETE", &path), json!({})).await.expect(204);
    undo(&app, "bob", "k2", "u3").await.expect(200);
    assert_eq!(results(&bob.get(&items(&id)).await.expect(200)).len(), 2);
    // What others have taken up is not taken away from them.
    let other = keyed(&app, "bob", "k3", ("POST", &items(&id)), json!({"name": "Other"})).await.id();
    alice.post(&format!("{}{other}/comments/", items(&id)), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    assert_eq!(undo(&app, "bob", "k3", "u4").await.expect(409)["conflicts"][0]["entity"], "comment");
    // Comments, links, relations, notes.
    let below_made = |rest: &str| format!("{path}{rest}");
    keyed(&app, "bob", "k4", ("POST", &below_made("comments/")), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    undo(&app, "bob", "k4", "u5").await.expect(200);
    undo(&app, "bob", "u5", "u6").await.expect(200);
    assert_eq!(bob.get(&below_made("comments/")).await.expect(200)["total_count"], 1);
    keyed(&app, "bob", "k5", ("POST", &below_made("links/")), json!({"url": "https://a.test/"})).await.expect(201);
    undo(&app, "bob", "k5", "u7").await.expect(200);
    assert_eq!(bob.get(&below_made("links/")).await.expect(200)["total_count"], 0);
    undo(&app, "bob", "u7", "u8").await.expect(200);
    assert_eq!(bob.get(&below_made("links/")).await.expect(200)["total_count"], 1);
    let related = json!({"relation_type": "blocking", "issues": [other]});
    keyed(&app, "bob", "k6", ("POST", &below_made("relations/")), related).await.expect(201);
    undo(&app, "bob", "k6", "u9").await.expect(200);
    assert!(bob.get(&below_made("relations/")).await.expect(200)["blocking"].as_array().unwrap().is_empty());
    undo(&app, "bob", "u9", "u10").await.expect(200);
    assert_eq!(bob.get(&below_made("relations/")).await.expect(200)["blocking"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn one_undo_takes_a_whole_batch_back() {
    let app = TestApp::new().await;
    let (id, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    alice.patch(&below(&id, ""), json!({"cycle_view": true})).await.expect(200);
    let cycle = alice.post(&below(&id, "cycles/"), json!({"name": "C", "project_id": id})).await.id();
    let mut ids = Vec::new();
    for (name, priority) in [("One", "low"), ("Two", "medium"), ("Three", "none")] {
        ids.push(item(&app, "alice", &id, json!({"name": name, "priority": priority})).await);
    }
    let priorities = async || {
        let mut found = Vec::new();
        for one in &ids {
            found.push(alice.get(&format!("{}{one}/?fields=priority,cycle_id", items(&id))).await.expect(200));
        }
        found
    };
    let before = priorities().await;
    let body = json!({"work_item_ids": ids, "priority": "urgent", "cycle": cycle});
    keyed(&app, "alice", "b1", ("POST", &below(&id, "work-items/bulk-update/")), body).await.expect(200);
    undo(&app, "alice", "b1", "u1").await.expect(200);
    assert_eq!(priorities().await, before);
    keyed(&app, "alice", "b2", ("POST", &below(&id, "work-items/bulk-delete/")), json!({"work_item_ids": ids})).await.expect(200);
    undo(&app, "alice", "b2", "u2").await.expect(200);
    assert_eq!(priorities().await, before);
    // A move: back in the project, the number, the cycle and the state.
    alice.post(&below(&id, &format!("cycles/{cycle}/cycle-issues/")), json!({"issues": [ids[0]]})).await.expect(200);
    let (before, first) = (priorities().await, alice.get(&format!("{}{}/", items(&id), ids[0])).await.expect(200));
    let body = json!({"work_item_ids": ids, "target_project_id": ops});
    keyed(&app, "alice", "b3", ("POST", &below(&id, "work-items/bulk-move/")), body).await.expect(200);
    undo(&app, "alice", "b3", "u3").await.expect(200);
    assert_eq!(priorities().await, before);
    let back = alice.get(&format!("{}{}/", items(&id), ids[0])).await.expect(200);
    assert_eq!((&back["sequence_id"], &back["state"]), (&first["sequence_id"], &first["state"]));
}

#[tokio::test]
async fn cycles_modules_projects_and_settings_are_taken_back() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    keyed(&app, "alice", "k0", ("PATCH", &below(&id, "")), json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let one = item(&app, "alice", &id, json!({"name": "One"})).await;
    let cycle = keyed(&app, "alice", "k1", ("POST", &below(&id, "cycles/")), json!({"name": "C", "project_id": id})).await.id();
    let path = below(&id, &format!("cycles/{cycle}/"));
    alice.post(&format!("{path}cycle-issues/"), json!({"issues": [one]})).await.expect(200);
    keyed(&app, "alice", "k2", ("PATCH", &path), json!({"name": "D"})).await.expect(200);
    undo(&app, "alice", "k2", "u2").await.expect(200);
    assert_eq!(alice.get(&path).await.expect(200)["name"], "C");
    keyed(&app, "alice", "k3", ("DELETE", &path), json!({})).await.expect(204);
    undo(&app, "alice", "k3", "u3").await.expect(200);
    assert_eq!(alice.get(&path).await.expect(200)["total_issues"], 1);
    // Long texts are not kept for cycles: that is said, and nothing is half done.
    keyed(&app, "alice", "k4", ("PATCH", &path), json!({"description": "long", "name": "E"})).await.expect(200);
    assert_eq!(undo(&app, "alice", "k4", "u4").await.expect(400)["entity"], "cycle");
    assert_eq!(alice.get(&path).await.expect(200)["name"], "E");
    let made =
        keyed(&app, "alice", "k5", ("POST", "/api/v1/workspaces/acme/projects/"), json!({"name": "P", "identifier": "PPP"})).await.id();
    undo(&app, "alice", "k5", "u5").await.expect(200);
    alice.get(&below(&made, "")).await.expect(404);
    undo(&app, "alice", "u5", "u6").await.expect(200);
    keyed(&app, "alice", "k6", ("POST", &below(&made, "archive/")), json!({})).await.expect(204);
    undo(&app, "alice", "k6", "u7").await.expect(200);
    assert_eq!(alice.get(&below(&made, "")).await.expect(200)["archived_at"], json!(null));
}

#[tokio::test]
async fn changes_of_others_and_rights_that_are_gone() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    let one = item(&app, "bob", &id, json!({"name": "One"})).await;
    let path = format!("{}{one}/", items(&id));
    keyed(&app, "bob", "k1", ("PATCH", &path), json!({"priority": "high"})).await.expect(200);
    keyed(&app, "alice", "k2", ("PATCH", &path), json!({"point": 1})).await.expect(200);
    // Not even that there is such a change.
    for (user, key) in [("gina", "k1"), ("bob", "k2"), ("bob", "no-such-key")] {
        undo(&app, user, key, &format!("u-{user}-{key}")).await.expect(404);
    }
    undo(&app, "olga", "k1", "u-olga").await.expect(403);
    for body in [json!({}), json!({"mutation_id": ""}), json!({"mutation_id": null}), json!({"mutation_id": "x".repeat(256)})] {
        assert!(alice.post(UNDO, body).await.expect(400).get("mutation_id").is_some());
    }
    // Rights are asked for again.
    let members = alice.get(&below(&id, "members/")).await.expect(200);
    let bob = members.as_array().unwrap().iter().find(|row| row["display_name"] == "bob").unwrap();
    alice.delete(&below(&id, &format!("members/{}/", bob["membership_id"].as_str().unwrap()))).await.expect(204);
    undo(&app, "bob", "k1", "u-bob").await.expect(403);
    // Admins may take back what others did.
    undo(&app, "alice", "k1", "u-alice").await.expect(200);
    assert_eq!(alice.get(&path).await.expect(200)["priority"], "none");
}
