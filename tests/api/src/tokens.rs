//! API tokens.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

const TOKENS: &str = "/api/v1/users/me/tokens/";

async fn with_scopes(app: &TestApp, scopes: &[&str]) -> String {
    let made = app.as_user("alice").post(TOKENS, json!({"label": "limited", "scopes": scopes})).await.expect(201);
    made["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_shown_once_works_and_is_revoked() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let before = alice.get(TOKENS).await.expect(200)["total_count"].as_i64().unwrap();
    let made =
        alice.post(TOKENS, json!({"label": "Report", "description": "nightly", "expires_at": "2026-02-01T00:00:00Z"})).await.expect(201);
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("ail_") && token.starts_with(made["prefix"].as_str().unwrap()) && token.len() == 68);
    assert_eq!((&made["scopes"], &made["is_service"], &made["last_used_at"]), (&json!([]), &json!(false), &Value::Null));
    app.with_token(token).get("/api/v1/users/me/").await.expect(200);
    let list = alice.get(TOKENS).await;
    assert_eq!(list.expect(200)["total_count"], before + 1);
    assert!(!String::from_utf8_lossy(&list.bytes).contains(token));
    let path = format!("{TOKENS}{}/", made["id"].as_str().unwrap());
    app.as_user("bob").delete(&path).await.expect(404);
    alice.delete(&path).await.expect(204);
    alice.delete(&path).await.expect(404);
    app.with_token(token).get("/api/v1/users/me/").await.expect(403);
}

#[tokio::test]
async fn a_token_ends_when_it_expires() {
    let app = TestApp::new().await;
    let made = app.as_user("alice").post(TOKENS, json!({"label": "short", "expires_at": "2026-01-01T13:00:00Z"})).await.expect(201);
    let caller = app.with_token(made["token"].as_str().unwrap());
    caller.get("/api/v1/users/me/").await.expect(200);
    app.clock.advance(60 * 60);
    caller.get("/api/v1/users/me/").await.expect(403);
}

#[tokio::test]
async fn a_token_may_be_used_for_its_scopes_only() {
    let app = TestApp::new().await;
    let project = app.as_user("alice").post("/api/v1/workspaces/acme/projects/", json!({"name": "P", "identifier": "P"})).await.id();
    let states = format!("/api/v1/workspaces/acme/projects/{project}/states/");
    let state = json!({"name": "Waiting", "color": "#112233"});
    let reader = with_scopes(&app, &["projects.states:read"]).await;
    app.with_token(&reader).get(&states).await.expect(200);
    app.with_token(&reader).post(&states, state.clone()).await.expect(403);
    app.with_token(&reader).get("/api/v1/workspaces/acme/projects/").await.expect(403);
    app.with_token(&reader).get("/api/v1/users/me/").await.expect(403);
    app.with_token(&reader).get(TOKENS).await.expect(403);
    let writer = with_scopes(&app, &["projects.states:write"]).await;
    app.with_token(&writer).get(&states).await.expect(200);
    app.with_token(&writer).post(&states, state).await.id();
}

#[tokio::test]
async fn a_limited_token_makes_none_that_may_do_more() {
    let app = TestApp::new().await;
    let limited = with_scopes(&app, &["profile:write", "projects.states:write"]).await;
    let caller = app.with_token(&limited);
    for wider in [json!(null), json!([]), json!(["projects:read"]), json!(["projects.states:read", "projects:write"])] {
        let refused = caller.post(TOKENS, json!({"label": "wider", "scopes": wider})).await;
        assert!(refused.expect(400)["scopes"].is_array(), "{wider}");
    }
    caller.post(TOKENS, json!({"label": "wider"})).await.expect(400);
    caller.post(TOKENS, json!({"label": "narrower", "scopes": ["projects.states:read", "profile:read"]})).await.expect(201);
}

#[tokio::test]
async fn bad_fields_are_named() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let bad = [
        (json!({}), "label"),
        (json!({"label": ""}), "label"),
        (json!({"label": "x".repeat(256)}), "label"),
        (json!({"label": "x", "expires_at": "2025-01-01T00:00:00Z"}), "expires_at"),
        (json!({"label": "x", "expires_at": "soon"}), "expires_at"),
        (json!({"label": "x", "scopes": ["everything"]}), "scopes"),
        (json!({"label": "x", "scopes": "profile:read"}), "scopes"),
        (json!({"label": "x", "scopes": [1]}), "scopes"),
    ];
    let before = alice.get(TOKENS).await.expect(200)["total_count"].clone();
    for (body, field) in bad {
        assert!(alice.post(TOKENS, body.clone()).await.expect(400)[field].is_array(), "{body}");
    }
    assert_eq!(alice.get(TOKENS).await.expect(200)["total_count"], before);
}

#[tokio::test]
async fn a_request_sent_twice_makes_one_token_and_shows_it_once() {
    let app = TestApp::new().await;
    let headers = [("idempotency-key", "once".to_owned()), ("content-type", "application/json".to_owned())];
    let body = json!({"label": "once"}).to_string().into_bytes();
    let first = app.as_user("alice").raw("POST", TOKENS, &headers, body.clone()).await.expect(201);
    let again = app.as_user("alice").raw("POST", TOKENS, &headers, body).await.expect(201);
    assert_eq!(first["id"], again["id"]);
    assert!(first["token"].is_string() && again.get("token").is_none());
    app.as_user("alice").raw("POST", TOKENS, &headers, b"{\"label\": \"other\"}".to_vec()).await.expect(422);
}
