//! States through the API.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::project;

#[tokio::test]
async fn a_stranger_and_nobody_are_refused_alike() {
    let app = TestApp::new().await;
    let path = "/api/v1/workspaces/acme/projects/00000000-0000-4000-8000-000000000000/states/";
    app.nobody().get(path).await.expect(401);
    let unknown = app.as_user("alice").get(path).await;
    let stranger = app.as_user("olga").get(path).await;
    unknown.expect(403);
    assert_eq!(unknown.bytes, stranger.bytes);
    app.with_token("nonsense").get(path).await.expect(403);
}

#[tokio::test]
async fn a_deleted_state_is_no_projects_default() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = format!("/api/v1/workspaces/acme/projects/{}/", project(&app, "ENG").await);
    let [state, other] = ["one", "two"].map(|name| json!({"name": name, "color": "#fff"}));
    let state = alice.post(&format!("{path}states/"), state).await.id();
    let other = alice.post(&format!("{path}states/"), other).await.id();
    alice.patch(&path, json!({"default_state": state})).await.expect(200);
    alice.delete(&format!("{path}states/{other}/")).await.expect(204);
    assert_eq!(alice.get(&path).await.expect(200)["default_state"], json!(state));
    alice.delete(&format!("{path}states/{state}/")).await.expect(204);
    assert_eq!(alice.get(&path).await.expect(200)["default_state"], Value::Null);
    alice.patch(&path, json!({"default_state": state})).await.expect(400);
}
