//! Workspaces through the API.

use aileron_testkit::TestApp;
use serde_json::json;

const WORKSPACES: &str = "/api/v1/workspaces/";

#[tokio::test]
async fn everybody_lists_his_own_workspaces() {
    let app = TestApp::new().await;
    let list = app.as_user("gina").get(WORKSPACES).await.expect(200);
    assert_eq!(list["total_count"], 1);
    assert_eq!((&list["results"][0]["slug"], &list["results"][0]["role"]), (&json!("acme"), &json!(5)));
    app.nobody().get(WORKSPACES).await.expect(401);
    app.as_user("gina").get("/api/v1/workspaces/acme/").await.expect(200);
    app.as_user("olga").get("/api/v1/workspaces/acme/").await.expect(403);
    app.as_user("olga").get("/api/v1/workspaces/nosuch/").await.expect(403);
}

#[tokio::test]
async fn who_makes_a_workspace_owns_it() {
    let app = TestApp::new().await;
    let body = json!({"name": "Initech", "slug": "Initech", "timezone": "Europe/Berlin", "organization_size": "2-10"});
    let made = app.as_user("gina").post(WORKSPACES, body).await.expect(201);
    assert_eq!((&made["owner"], &made["role"], &made["timezone"]), (&json!(app.user("gina")), &json!(20), &json!("Europe/Berlin")));
    let names = app.as_user("gina").get(WORKSPACES).await.expect(200);
    assert_eq!((&names["results"][0]["name"], &names["results"][1]["name"]), (&json!("Acme"), &json!("Initech")));
    app.as_user("gina").post("/api/v1/workspaces/initech/projects/", json!({"name": "P", "identifier": "P"})).await.expect(201);
    app.as_user("alice").get("/api/v1/workspaces/initech/projects/").await.expect(403);
}

#[tokio::test]
async fn bad_input_is_refused_by_the_name_of_its_field() {
    let app = TestApp::new().await;
    let gina = app.as_user("gina");
    for (field, value) in [
        ("slug", json!("acme")),
        ("slug", json!("ACME")),
        ("slug", json!("canary")),
        ("slug", json!("api")),
        ("slug", json!("God-Mode")),
        ("slug", json!("healthz")),
        ("slug", json!("a b")),
        ("slug", json!("a/b")),
        ("slug", json!("x".repeat(49))),
        ("slug", json!("")),
        ("slug", json!("a\u{0}")),
        ("slug", json!(null)),
        ("name", json!("n".repeat(81))),
        ("name", json!("Go to https://evil.test")),
        ("name", json!("a\u{0}b")),
        ("name", json!({})),
        ("timezone", json!("Nowhere")),
        ("organization_size", json!("x".repeat(21))),
        ("logo", json!([])),
    ] {
        let mut body = json!({"name": "New", "slug": "new"});
        body[field] = value.clone();
        let refused = gina.post(WORKSPACES, body).await.expect(400);
        assert!(refused.get(field).is_some(), "{field} {value}: {refused}");
    }
    assert_eq!(gina.get(WORKSPACES).await.expect(200)["total_count"], 1);
}

#[tokio::test]
async fn admins_change_a_workspace_but_not_its_slug() {
    let app = TestApp::new().await;
    let path = "/api/v1/workspaces/acme/";
    app.as_user("bob").patch(path, json!({"name": "X"})).await.expect(403);
    let changed =
        app.as_user("alice").patch(path, json!({"name": "Acme Inc.", "slug": "other", "timezone": "Asia/Tokyo"})).await.expect(200);
    assert_eq!((&changed["name"], &changed["slug"], &changed["timezone"]), (&json!("Acme Inc."), &json!("acme"), &json!("Asia/Tokyo")));
    for (field, value) in [("name", json!("")), ("name", json!(null)), ("timezone", json!("x")), ("logo", json!(["x"]))] {
        let refused = app.as_user("alice").patch(path, json!({ field: value })).await.expect(400);
        assert!(refused.get(field).is_some(), "{refused}");
    }
    assert_eq!(app.as_user("olga").get("/api/v1/workspaces/globex/").await.expect(200)["name"], "Globex");
}

#[tokio::test]
async fn a_workspace_is_made_once_however_often_the_request_is_sent() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", "once".to_owned())];
    let body = |name: &str| json!({"name": name, "slug": "two"}).to_string().into_bytes();
    let send = async |name: &str| alice.raw("POST", "/api/v1/workspaces/", &headers, body(name)).await;
    let first = send("Two").await.expect(201);
    assert_eq!(send("Two").await.expect(201), first);
    send("Other").await.expect(422);
    alice.post("/api/v1/workspaces/", json!({"name": "Two", "slug": "two"})).await.expect(400);
    // Another person's key is another key.
    app.as_user("bob").raw("POST", "/api/v1/workspaces/", &headers, body("Two")).await.expect(400);
}
