//! Pages below pages: parents, archive, move, trash.

use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::{project, results};

const WORKSPACE: &str = "/api/v1/workspaces/acme/pages/";

async fn pages(app: &TestApp, identifier: &str) -> (String, String) {
    let id = project(app, identifier).await;
    let path = format!("/api/v1/workspaces/acme/projects/{id}/pages/");
    (id, path)
}

/// A new page; its id.
async fn page(caller: &Caller<'_>, path: &str, name: &str, parent: Option<&String>) -> String {
    caller.post(path, json!({"name": name, "parent": parent})).await.id()
}

async fn names(caller: &Caller<'_>, path: &str) -> Vec<String> {
    results(&caller.get(&format!("{path}?order_by=name")).await.expect(200))
        .iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn parent(caller: &Caller<'_>, path: &str, id: &str) -> Value {
    caller.get(&format!("{path}{id}/")).await.expect(200)["parent"].clone()
}

#[tokio::test]
async fn there_are_no_loops_and_no_parents_elsewhere() {
    let app = TestApp::new().await;
    let ((_, path), (_, others)) = (pages(&app, "ENG").await, pages(&app, "OPS").await);
    let bob = app.as_user("bob");
    let far = page(&bob, &others, "Far", None).await;
    let wiki = page(&bob, WORKSPACE, "Wiki", None).await;
    let top = page(&bob, &path, "Top", None).await;
    let middle = page(&bob, &path, "Middle", Some(&top)).await;
    let bottom = bob.post(&path, json!({"name": "Bottom", "parent_id": middle})).await.id();
    for (page, above) in [(&top, &top), (&top, &middle), (&top, &bottom), (&middle, &bottom), (&middle, &far), (&middle, &wiki)] {
        let refused = bob.patch(&format!("{path}{page}/"), json!({"parent": above})).await.expect(400);
        assert!(refused["parent"].is_array(), "{refused}");
    }
    assert!(bob.post(WORKSPACE, json!({"name": "x", "parent": top})).await.expect(400)["parent"].is_array());
    assert_eq!(parent(&bob, &path, &bottom).await, json!(middle));
    bob.patch(&format!("{path}{bottom}/"), json!({"parent": top})).await.expect(200);
    bob.patch(&format!("{path}{middle}/"), json!({"parent": bottom})).await.expect(200);
    bob.patch(&format!("{path}{middle}/"), json!({"parent": null})).await.expect(200);
    assert_eq!(parent(&bob, &path, &middle).await, Value::Null);
}

#[tokio::test]
async fn what_is_below_a_page_is_archived_with_it() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    for place in [path.as_str(), WORKSPACE] {
        let archived = place.replace("pages/", "archived-pages/");
        let top = page(&bob, place, "Top", None).await;
        let middle = page(&bob, place, "Middle", Some(&top)).await;
        let bottom = page(&bob, place, "Bottom", Some(&middle)).await;
        let before = page(&bob, place, "Before", Some(&top)).await;
        app.clock.advance(1);
        bob.post(&format!("{place}{before}/archive/"), json!({})).await.expect(204);
        app.clock.advance(1);
        alice.post(&format!("{place}{top}/archive/"), json!({})).await.expect(204);
        alice.post(&format!("{place}{top}/archive/"), json!({})).await.expect(204);
        assert!(names(&bob, place).await.is_empty());
        assert_eq!(names(&bob, &archived).await, ["Before", "Bottom", "Middle", "Top"]);
        assert_eq!(bob.patch(&format!("{place}{top}/"), json!({"name": "x"})).await.expect(400)["error_code"], "PAGE_ARCHIVED");
        assert!(bob.post(place, json!({"name": "x", "parent": top})).await.expect(400)["parent"].is_array(), "nothing new below it");
        bob.delete(&format!("{place}{middle}/archive/")).await.expect(204);
        assert_eq!(names(&bob, place).await, ["Bottom", "Middle"], "with what was archived with it");
        assert_eq!(parent(&bob, place, &middle).await, Value::Null, "what is above it is archived");
        assert_eq!(parent(&bob, place, &bottom).await, json!(middle));
        bob.delete(&format!("{place}{top}/archive/")).await.expect(204);
        assert_eq!(names(&bob, &archived).await, ["Before"], "it was archived before");
    }
}

#[tokio::test]
async fn what_is_anothers_below_a_page_is_not_archived_with_it() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    for place in [path.as_str(), WORKSPACE] {
        let archived = place.replace("pages/", "archived-pages/");
        // Bob puts what is Alice's below a page of his own, and archives that.
        let trap = page(&bob, place, "Trap", None).await;
        let hers = page(&alice, place, "Hers", None).await;
        let under = page(&alice, place, "Under", Some(&hers)).await;
        let his = page(&bob, place, "His", Some(&trap)).await;
        bob.post(&format!("{place}{hers}/archive/"), json!({})).await.expect(403);
        bob.patch(&format!("{place}{hers}/"), json!({"parent": trap})).await.expect(200);
        app.clock.advance(1);
        bob.post(&format!("{place}{trap}/archive/"), json!({})).await.expect(204);
        assert_eq!(names(&alice, place).await, ["Hers", "Under"]);
        assert_eq!(names(&bob, &archived).await, ["His", "Trap"]);
        assert_eq!(parent(&alice, place, &hers).await, Value::Null);
        assert_eq!(parent(&alice, place, &under).await, json!(hers));
        // What an admin archived with his he does not take back with it, nor does she archive what she does not see.
        bob.delete(&format!("{place}{trap}/archive/")).await.expect(204);
        alice.patch(&format!("{place}{hers}/"), json!({"parent": trap})).await.expect(200);
        let secret = bob.post(place, json!({"name": "Secret", "parent": trap, "access": 1})).await.id();
        app.clock.advance(1);
        alice.post(&format!("{place}{trap}/archive/"), json!({})).await.expect(204);
        assert_eq!(names(&bob, place).await, ["Secret"]);
        assert_eq!(parent(&bob, place, &secret).await, Value::Null);
        assert_eq!(names(&bob, &archived).await, ["Hers", "His", "Trap", "Under"]);
        bob.delete(&format!("{place}{trap}/archive/")).await.expect(204);
        assert_eq!(names(&bob, &archived).await, ["Hers", "Under"]);
        assert_eq!(parent(&bob, place, &his).await, json!(trap));
        assert_eq!(parent(&bob, place, &hers).await, Value::Null);
        alice.delete(&format!("{place}{hers}/archive/")).await.expect(204);
        assert_eq!(parent(&alice, place, &under).await, json!(hers));
    }
}

#[tokio::test]
async fn a_page_moves_with_what_is_its_movers_below_it() {
    let app = TestApp::new().await;
    let ((_, path), (ops, others)) = (pages(&app, "ENG").await, pages(&app, "OPS").await);
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let label = alice.post(&path.replace("pages/", "labels/"), json!({"name": "howto"})).await.id();
    let root = page(&bob, &path, "Root", None).await;
    let top = page(&bob, &path, "Top", Some(&root)).await;
    bob.patch(&format!("{path}{top}/"), json!({"labels": [label]})).await.expect(200);
    let his = page(&bob, &path, "His", Some(&top)).await;
    let hers = page(&alice, &path, "Hers", Some(&top)).await;
    let hidden = alice.post(&path, json!({"name": "Hidden", "parent": top, "access": 1})).await.id();
    let secret = alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "Secret", "identifier": "SEC", "network": 0})).await.id();
    let to = |project: &str| json!({"project_id": project});
    let address = format!("{path}{top}/move/");
    for unknown in [secret.as_str(), "00000000-0000-4000-8000-000000000000"] {
        assert!(bob.post(&address, to(unknown)).await.expect(403)["project_id"].is_array());
    }
    assert!(bob.post(&address, json!({})).await.expect(400)["project_id"].is_array());
    assert!(bob.post(&address, json!({"project_id": "x"})).await.expect(400)["project_id"].is_array());
    bob.post(&format!("{path}{hers}/move/"), to(&ops)).await.expect(403);
    bob.post(&address, to(&ops)).await.expect(204);
    assert_eq!(names(&bob, &others).await, ["His", "Top"]);
    let moved = bob.get(&format!("{others}{top}/")).await.expect(200);
    assert_eq!((&moved["parent"], &moved["labels"], &moved["project"]), (&Value::Null, &json!([]), &json!(ops)));
    assert_eq!(parent(&bob, &others, &his).await, json!(top));
    assert_eq!(names(&alice, &path).await, ["Hers", "Hidden", "Root"], "what is not his stays");
    assert_eq!(parent(&alice, &path, &hers).await, Value::Null);
    assert_eq!(parent(&alice, &path, &hidden).await, Value::Null);
    // An admin takes along what she sees.
    bob.patch(&format!("{path}{hers}/"), json!({"parent": root})).await.expect(200);
    let private = bob.post(&path, json!({"name": "Private", "parent": root, "access": 1})).await.id();
    alice.post(&format!("{path}{root}/move/"), to(&ops)).await.expect(204);
    assert_eq!(names(&alice, &others).await, ["Hers", "His", "Root", "Top"]);
    assert_eq!(parent(&bob, &path, &private).await, Value::Null);
    let wiki = page(&bob, WORKSPACE, "Wiki", None).await;
    bob.post(&format!("{WORKSPACE}{wiki}/move/"), to(&ops)).await.expect(204);
    bob.get(&format!("{others}{wiki}/")).await.expect(200);
    bob.get(&format!("{WORKSPACE}{wiki}/")).await.expect(404);
}

#[tokio::test]
async fn a_deleted_page_is_restored() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    for place in [path.as_str(), WORKSPACE] {
        let deleted = place.replace("pages/", "deleted-pages/");
        let top = page(&bob, place, "Top", None).await;
        let middle = page(&bob, place, "Middle", Some(&top)).await;
        let bottom = page(&bob, place, "Bottom", Some(&middle)).await;
        bob.patch(&format!("{place}{middle}/"), json!({"description_html": "<p>Kept</p>"})).await.expect(200);
        let hers = page(&alice, place, "Hers", None).await;
        bob.delete(&format!("{place}{hers}/")).await.expect(403);
        bob.delete(&format!("{place}{middle}/")).await.expect(204);
        assert_eq!(parent(&bob, place, &bottom).await, Value::Null, "what is below it stays");
        let gone = results(&alice.get(&deleted).await.expect(200));
        assert_eq!((gone.len(), &gone[0]["name"]), (1, &json!("Middle")));
        assert!(gone[0]["deleted_at"].is_string());
        let back = bob.post(&format!("{deleted}{middle}/restore/"), json!({})).await.expect(200);
        assert_eq!((&back["description_html"], &back["parent"]), (&json!("<p>Kept</p>"), &json!(top)));
        bob.post(&format!("{deleted}{middle}/restore/"), json!({})).await.expect(404);
        for page in [&middle, &top] {
            bob.delete(&format!("{place}{page}/")).await.expect(204);
        }
        assert_eq!(bob.post(&format!("{deleted}{middle}/restore/"), json!({})).await.expect(200)["parent"], Value::Null);
        bob.delete(&format!("{place}{middle}/")).await.expect(204);
    }
}

#[tokio::test]
async fn no_page_goes_where_another_has_its_external_id() {
    let app = TestApp::new().await;
    let ((_, path), (ops, others)) = (pages(&app, "ENG").await, pages(&app, "OPS").await);
    let bob = app.as_user("bob");
    let named = |name: &str, parent: Value| json!({"name": name, "parent": parent, "external_source": "old", "external_id": name});
    let top = page(&bob, &path, "Top", None).await;
    let below = bob.post(&path, named("7", json!(top))).await.id();
    let there = bob.post(&others, named("7", Value::Null)).await.id();
    let refused = bob.post(&format!("{path}{top}/move/"), json!({"project_id": ops})).await.expect(409);
    assert_eq!(refused["id"], json!(there));
    assert_eq!(names(&bob, &path).await, ["7", "Top"], "nothing has moved");
    bob.patch(&format!("{path}{below}/"), json!({"external_source": "other"})).await.expect(200);
    bob.post(&format!("{path}{top}/move/"), json!({"project_id": ops})).await.expect(204);
    assert_eq!(names(&bob, &others).await, ["7", "7", "Top"]);
}
