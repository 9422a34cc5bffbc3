//! Display preferences of one's own in a project.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::project;

#[tokio::test]
async fn everybody_keeps_his_own_and_the_defaults_hold_without() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let path = format!("/api/v1/workspaces/acme/projects/{project}/user-properties/");
    let (alice, gina) = (app.as_user("alice"), app.as_user("gina"));
    let before = gina.get(&path).await.expect(200);
    assert_eq!((&before["display_filters"]["layout"], &before["updated_at"]), (&json!("list"), &Value::Null));
    let board = json!({"layout": "kanban", "group_by": "state"});
    let changed = gina.patch(&path, json!({"display_filters": board, "rich_filters": {"priority": "high"}})).await.expect(200);
    assert_eq!((&changed["display_filters"], &changed["rich_filters"]), (&board, &json!({"priority": "high"})));
    assert_eq!(changed["display_properties"], before["display_properties"], "what was not sent stays");
    assert_eq!(gina.get(&path).await.expect(200), changed);
    let again = gina.patch(&path, json!({"filters": {"priority": ["urgent"]}})).await.expect(200);
    assert_eq!((&again["filters"], &again["display_filters"]), (&json!({"priority": ["urgent"]}), &board));
    assert_eq!(alice.get(&path).await.expect(200)["display_filters"], before["display_filters"], "nobody else's");
    for (body, field) in [
        (json!({"filters": null}), "filters"),
        (json!({"display_filters": "list"}), "display_filters"),
        (json!({"preferences": {"x": "y".repeat(20_000)}}), "preferences"),
        (json!({"sort_order": "first"}), "sort_order"),
    ] {
        assert!(gina.patch(&path, body).await.expect(400)[field].is_array());
    }
    assert_eq!(gina.get(&path).await.expect(200), again);
    for stranger in ["olga", "dave"] {
        app.as_user(stranger).get(&path).await.expect(403);
        app.as_user(stranger).patch(&path, json!({})).await.expect(403);
    }
}

#[tokio::test]
async fn projects_are_put_in_an_order_of_ones_own() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    for (project, place) in [(&eng, 2.0), (&ops, 1.0)] {
        let path = format!("/api/v1/workspaces/acme/projects/{project}/user-properties/");
        assert_eq!(alice.patch(&path, json!({"sort_order": place})).await.expect(200)["sort_order"], json!(place));
    }
    let order = |page: Value| page["results"].as_array().unwrap().iter().map(|row| row["identifier"].clone()).collect::<Vec<_>>();
    let projects = "/api/v1/workspaces/acme/projects/";
    assert_eq!(order(alice.get(projects).await.expect(200)), [json!("OPS"), json!("ENG")]);
    assert_eq!(order(app.as_user("bob").get(projects).await.expect(200)).len(), 2);
}

#[tokio::test]
async fn cycles_modules_and_views_have_preferences_of_their_own() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let path = format!("/api/v1/workspaces/acme/projects/{project}/");
    alice.patch(&path, json!({"cycle_view": true, "module_view": true, "issue_views_view": true})).await.expect(200);
    let cycle = alice.post(&format!("{path}cycles/"), json!({"name": "Spring", "project_id": project})).await.id();
    let module = alice.post(&format!("{path}modules/"), json!({"name": "Engine"})).await.id();
    let view = alice.post(&format!("{path}views/"), json!({"name": "Urgent"})).await.id();
    let global = alice.post("/api/v1/workspaces/acme/views/", json!({"name": "All"})).await.id();
    let things = [
        (format!("{path}cycles/{cycle}/"), "cycle", &cycle),
        (format!("{path}modules/{module}/"), "module", &module),
        (format!("{path}views/{view}/"), "view", &view),
        (format!("/api/v1/workspaces/acme/views/{global}/"), "view", &global),
    ];
    for (place, (one, entity, id)) in things.iter().enumerate() {
        let path = format!("{one}user-properties/");
        let before = bob.get(&path).await.expect(200);
        assert_eq!((&before["entity_type"], &before["entity_identifier"]), (&json!(entity), &json!(id)));
        assert_eq!((&before["display_filters"]["layout"], &before["sort_order"]), (&json!("list"), &Value::Null));
        let board = json!({"layout": format!("own {place}")});
        let changed = bob.patch(&path, json!({"display_filters": board, "sort_order": 7})).await.expect(200);
        assert_eq!((&changed["display_filters"], &changed["sort_order"]), (&board, &Value::Null));
        assert_eq!(alice.get(&path).await.expect(200)["display_filters"], before["display_filters"], "nobody else's");
        assert!(bob.patch(&path, json!({"rich_filters": []})).await.expect(400)["rich_filters"].is_array());
        app.as_user("olga").get(&path).await.expect(403);
    }
    for (place, (one, ..)) in things.iter().enumerate() {
        assert_eq!(bob.get(&format!("{one}user-properties/")).await.expect(200)["display_filters"]["layout"], format!("own {place}"));
    }
    let of_project = bob.get(&format!("{path}user-properties/")).await.expect(200);
    assert_eq!((&of_project["display_filters"]["layout"], of_project["sort_order"].is_number()), (&json!("list"), true));
    for gone in [format!("{path}cycles/{module}/"), format!("{path}modules/{cycle}/"), format!("{path}views/{global}/")] {
        bob.get(&format!("{gone}user-properties/")).await.expect(404);
        bob.patch(&format!("{gone}user-properties/"), json!({})).await.expect(404);
    }
}
