//! What people looked at last.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project};

const VISITS: &str = "/api/v1/workspaces/acme/recent-visits/";

async fn names(app: &TestApp, user: &str, query: &str) -> Vec<String> {
    let visits = app.as_user(user).get(&format!("{VISITS}{query}")).await.expect(200);
    visits.as_array().unwrap().iter().map(|visit| visit["entity_data"]["name"].as_str().unwrap().to_owned()).collect()
}

async fn visit(app: &TestApp, user: &str, entity: &str, id: &str) -> Value {
    app.as_user(user).post(VISITS, json!({"entity_name": entity, "entity_identifier": id})).await.expect(201)
}

#[tokio::test]
async fn the_last_twenty_are_kept() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let made = visit(&app, "bob", "project", &project).await;
    assert_eq!((&made["entity_data"]["identifier"], &made["project"]), (&json!("ENG"), &json!(project)));
    let mut first = String::new();
    for number in 0..20 {
        let id = item(&app, "bob", &project, json!({"name": format!("Item {number}")})).await;
        let made = visit(&app, "bob", "issue", &id).await;
        assert_eq!((&made["entity_data"]["project_identifier"], &made["entity_identifier"]), (&json!("ENG"), &json!(id)));
        if number == 0 {
            first = id;
        }
    }
    let shown = names(&app, "bob", "").await;
    assert_eq!((shown.len(), shown[0].as_str(), shown[19].as_str()), (20, "Item 19", "Item 0"), "the project is forgotten");
    visit(&app, "bob", "issue", &first).await;
    let shown = names(&app, "bob", "?entity_name=issue").await;
    assert_eq!((shown.len(), shown[0].as_str()), (20, "Item 0"), "once, at its last visit");
    assert!(names(&app, "bob", "?entity_name=project").await.is_empty());
    assert!(names(&app, "alice", "").await.is_empty(), "one's own");
    app.as_user("bob").delete(&format!("{}{first}/", items(&project))).await.expect(204);
    assert_eq!(names(&app, "bob", "").await.len(), 19, "what is gone is not shown");
}

#[tokio::test]
async fn only_what_one_sees_is_visited() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let id = item(&app, "bob", &project, json!({"name": "His"})).await;
    for (user, entity, id) in [("gina", "issue", &id), ("bob", "project", &id), ("bob", "issue", &project)] {
        let refused = app.as_user(user).post(VISITS, json!({"entity_name": entity, "entity_identifier": id})).await.expect(400);
        assert!(refused["entity_identifier"].is_array(), "{user} {entity}");
    }
    let bob = app.as_user("bob");
    assert!(bob.post(VISITS, json!({"entity_identifier": id})).await.expect(400)["entity_name"].is_array());
    assert!(bob.post(VISITS, json!({"entity_name": "rocket", "entity_identifier": id})).await.expect(400)["entity_name"].is_array());
    assert!(bob.get(&format!("{VISITS}?entity_name=rocket")).await.expect(400)["entity_name"].is_array());
    app.as_user("olga").get(VISITS).await.expect(403);
    // What one no longer sees is not shown either.
    visit(&app, "dave", "project", &project).await;
    app.as_user("alice").patch(&format!("/api/v1/workspaces/acme/projects/{project}/"), json!({"visibility": "secret"})).await.expect(200);
    assert!(names(&app, "dave", "").await.is_empty());
}
