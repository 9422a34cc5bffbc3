//! Favourites with folders.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{project, results};

const FAVORITES: &str = "/api/v1/workspaces/acme/user-favorites/";

fn one(id: &str) -> String {
    format!("{FAVORITES}{id}/")
}

async fn shown(app: &TestApp, user: &str, query: &str) -> Vec<Value> {
    results(&app.as_user(user).get(&format!("{FAVORITES}{query}")).await.expect(200))
}

/// The names that are shown.
async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let of = |row: &Value| row["name"].as_str().or(row["entity_data"]["name"].as_str()).unwrap().to_owned();
    shown(app, "bob", query).await.iter().map(of).collect()
}

#[tokio::test]
async fn projects_are_kept_in_folders_and_out_of_them() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let bob = app.as_user("bob");
    let folder = bob.post(FAVORITES, json!({"entity_type": "folder", "name": "Work"})).await.expect(201);
    assert_eq!((&folder["is_folder"], &folder["entity_identifier"], &folder["entity_data"]), (&json!(true), &Value::Null, &Value::Null));
    let folder = folder["id"].as_str().unwrap();
    let kept = bob.post(FAVORITES, json!({"entity_type": "project", "entity_identifier": eng, "parent": folder})).await.expect(201);
    assert_eq!((&kept["entity_data"]["identifier"], &kept["project"], &kept["parent"]), (&json!("ENG"), &json!(eng), &json!(folder)));
    assert_eq!(bob.post(FAVORITES, json!({"entity_type": "project", "entity_identifier": eng})).await.expect(201), kept, "once");
    let second = bob.post(FAVORITES, json!({"entity_type": "project", "entity_identifier": ops})).await.id();
    assert_eq!(names(&app, "").await, ["Project OPS", "Project ENG", "Work"], "the last one first");
    assert_eq!(names(&app, "?parent=null").await, ["Project OPS", "Work"]);
    assert_eq!(names(&app, &format!("?parent={folder}")).await, ["Project ENG"]);
    bob.patch(&one(&second), json!({"name": "Operations", "parent": folder, "sequence": 1})).await.expect(200);
    assert_eq!(names(&app, &format!("?parent={folder}")).await, ["Project ENG", "Operations"]);
    bob.delete(&one(folder)).await.expect(204);
    assert_eq!(names(&app, "?parent=null").await, ["Project ENG", "Operations"], "what was inside stays");
    bob.delete(&one(&second)).await.expect(204);
    bob.delete(&one(&second)).await.expect(404);
    bob.post(FAVORITES, json!({"entity_type": "project", "entity_identifier": ops})).await.expect(201);
}

#[tokio::test]
async fn a_full_folder_goes_in_few_statements() {
    let app = TestApp::new().await;
    let bob = app.as_user("bob");
    let mut cost = Vec::new();
    for number in [1, 4] {
        let folder = bob.post(FAVORITES, json!({"entity_type": "folder", "name": "Work"})).await.id();
        for place in 0..number {
            let kept = project(&app, &format!("P{number}{place}")).await;
            let body = json!({"entity_type": "project", "entity_identifier": kept, "parent": folder});
            bob.post(FAVORITES, body).await.expect(201);
        }
        let before = app.db.statements();
        bob.delete(&one(&folder)).await.expect(204);
        cost.push(app.db.statements() - before);
    }
    assert_eq!(shown(&app, "bob", "?parent=null").await.len(), 5, "what was inside stays");
    assert!(cost[1] <= cost[0] + 3, "at most an event for each: {cost:?}");
}

#[tokio::test]
async fn cycles_and_modules_are_kept_while_they_are_there() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let path = format!("/api/v1/workspaces/acme/projects/{eng}/");
    alice.patch(&path, json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let cycle = alice.post(&format!("{path}cycles/"), json!({"name": "Spring", "project_id": eng})).await.id();
    let module = alice.post(&format!("{path}modules/"), json!({"name": "Engine"})).await.id();
    for (entity, id) in [("cycle", &cycle), ("module", &module)] {
        let kept = bob.post(FAVORITES, json!({"entity_type": entity, "entity_identifier": id})).await.expect(201);
        assert_eq!((&kept["entity_data"]["project_id"], &kept["project"]), (&json!(eng), &json!(eng)));
        let refused = app.as_user("dave").post(FAVORITES, json!({"entity_type": entity, "entity_identifier": id})).await.expect(400);
        assert!(refused["entity_identifier"].is_array(), "he is not in the project");
    }
    assert_eq!(names(&app, "").await, ["Engine", "Spring"]);
    assert_eq!(names(&app, "?per_page=1&cursor=1:1:0").await, ["Spring"]);
    alice.delete(&format!("{path}modules/{module}/")).await.expect(204);
    assert_eq!(names(&app, "").await, ["Spring"]);
}

#[tokio::test]
async fn views_and_pages_are_kept_as_far_as_one_sees_them() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let path = format!("/api/v1/workspaces/acme/projects/{eng}/");
    alice.patch(&path, json!({"issue_views_view": true})).await.expect(200);
    for (entity, private) in [("view", 0), ("page", 1)] {
        for (place, project) in [(format!("{path}{entity}s/"), json!(eng)), (format!("/api/v1/workspaces/acme/{entity}s/"), Value::Null)] {
            let id = alice.post(&place, json!({"name": "Shared"})).await.id();
            let hers = alice.post(&place, json!({"name": "Hers", "access": private})).await.id();
            let kept = bob.post(FAVORITES, json!({"entity_type": entity, "entity_identifier": id})).await.expect(201);
            assert_eq!((&kept["project"], &kept["entity_data"]["name"]), (&project, &json!("Shared")));
            let refused = bob.post(FAVORITES, json!({"entity_type": entity, "entity_identifier": hers})).await.expect(400);
            assert!(refused["entity_identifier"].is_array(), "nobody else's");
            let visit = json!({"entity_name": entity, "entity_identifier": id});
            let visits = "/api/v1/workspaces/acme/recent-visits/";
            assert_eq!(bob.post(visits, visit).await.expect(201)["project"], project);
            alice.patch(&format!("{place}{id}/"), json!({"access": private})).await.expect(200);
            assert!(shown(&app, "bob", "").await.is_empty(), "not while he does not see it");
            assert_eq!(bob.get(visits).await.expect(200), json!([]));
            alice.patch(&format!("{place}{id}/"), json!({"access": 1 - private})).await.expect(200);
            assert_eq!(names(&app, "").await, ["Shared"]);
            alice.delete(&format!("{place}{id}/")).await.expect(204);
            assert!(shown(&app, "bob", "").await.is_empty());
        }
    }
    let archived = alice.post(&format!("{path}pages/"), json!({"name": "Old"})).await.id();
    bob.post(FAVORITES, json!({"entity_type": "page", "entity_identifier": archived})).await.expect(201);
    alice.post(&format!("{path}pages/{archived}/archive/"), json!({})).await.expect(204);
    assert!(shown(&app, "bob", "").await.is_empty());
}

#[tokio::test]
async fn bad_favorites_are_named() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let hers = alice.post(FAVORITES, json!({"entity_type": "folder", "name": "Hers"})).await.id();
    let kept = bob.post(FAVORITES, json!({"entity_type": "project", "entity_identifier": eng})).await.id();
    let folder = bob.post(FAVORITES, json!({"entity_type": "folder", "name": "His"})).await.id();
    let secret = json!({"name": "Secret", "identifier": "SEC", "network": 0});
    let secret = alice.post("/api/v1/workspaces/acme/projects/", secret).await.id();
    for (body, field) in [
        (json!({"entity_type": "project", "entity_identifier": secret}), "entity_identifier"),
        (json!({"entity_type": "project", "entity_identifier": folder}), "entity_identifier"),
        (json!({"entity_type": "project"}), "entity_identifier"),
        (json!({"entity_type": "rocket", "entity_identifier": eng}), "entity_type"),
        (json!({"entity_type": "folder"}), "name"),
        (json!({"entity_type": "folder", "name": "x", "parent": folder}), "parent"),
    ] {
        let refused = bob.post(FAVORITES, body.clone()).await.expect(400);
        assert!(refused[field].is_array(), "{body}: {refused}");
    }
    for (id, body, field) in [
        (&kept, json!({"parent": hers}), "parent"),
        (&kept, json!({"parent": kept}), "parent"),
        (&kept, json!({"sequence": "high"}), "sequence"),
        (&folder, json!({"parent": folder}), "parent"),
        (&folder, json!({"name": null}), "name"),
    ] {
        assert!(bob.patch(&one(id), body).await.expect(400)[field].is_array());
    }
    assert!(bob.get(&format!("{FAVORITES}?parent=x")).await.expect(400)["parent"].is_array());
}

#[tokio::test]
async fn favorites_are_ones_own_and_of_what_one_finds() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let kept = bob.post(FAVORITES, json!({"entity_type": "project", "entity_identifier": eng})).await.id();
    assert!(shown(&app, "alice", "").await.is_empty());
    alice.patch(&one(&kept), json!({"name": "x"})).await.expect(404);
    alice.delete(&one(&kept)).await.expect(404);
    app.as_user("gina").get(FAVORITES).await.expect(403);
    app.as_user("olga").get(FAVORITES).await.expect(403);
    let path = format!("/api/v1/workspaces/acme/projects/{eng}/");
    alice.post(&format!("{path}archive/"), json!({})).await.expect(204);
    assert!(shown(&app, "bob", "").await.is_empty(), "not while it is archived");
    alice.delete(&format!("{path}archive/")).await.expect(204);
    assert_eq!(shown(&app, "bob", "").await.len(), 1);
    alice.delete(&path).await.expect(204);
    assert!(shown(&app, "bob", "").await.is_empty());
}
