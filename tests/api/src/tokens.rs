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

/// What a field brings along asks for the right to that too.
#[tokio::test]
async fn a_token_reaches_nothing_beyond_its_scopes_by_another_field() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let project = alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "P", "identifier": "P"})).await.id();
    let path = format!("/api/v1/workspaces/acme/projects/{project}/");
    let lead = json!({"project_lead": app.user("bob")});
    let writer = with_scopes(&app, &["projects:write"]).await;
    app.with_token(&writer).patch(&path, lead.clone()).await.expect(403);
    app.as_user("bob").get(&format!("{path}states/")).await.expect(403);
    let wider = with_scopes(&app, &["projects:write", "projects.members:write"]).await;
    app.with_token(&wider).patch(&path, lead).await.expect(200);
    let item = alice.post(&format!("{path}work-items/"), json!({"name": "One", "assignees": [app.user("bob")]})).await.id();
    let expanded = format!("{path}work-items/{item}/?expand=assignees,created_by");
    for (scopes, shown) in [(&["projects.work_items:read"][..], false), (&["projects.work_items:read", "workspaces.members:read"], true)] {
        let token = with_scopes(&app, scopes).await;
        let seen = app.with_token(&token).get(&expanded).await.expect(200);
        assert_eq!(seen["assignees"][0]["email"].is_string(), shown, "{seen}");
        assert!(seen["created_by"]["email"].is_string(), "one's own");
    }
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

/// Whichever comes first: the other one finds what it made.
#[tokio::test]
async fn of_two_equal_requests_at_once_one_makes_the_token() {
    let app = TestApp::new().await;
    let headers = [("idempotency-key", "at once".to_owned()), ("content-type", "application/json".to_owned())];
    let body = json!({"label": "once"}).to_string().into_bytes();
    let (ours, theirs) = (app.as_user("alice"), app.as_user("alice"));
    let (ours, theirs) = tokio::join!(ours.raw("POST", TOKENS, &headers, body.clone()), theirs.raw("POST", TOKENS, &headers, body));
    let (ours, theirs) = (ours.expect(201), theirs.expect(201));
    assert_eq!(ours["id"], theirs["id"]);
    assert_ne!(ours["token"].is_string(), theirs["token"].is_string(), "shown once");
}

/// What was made with a token ends with it, however far down.
#[tokio::test]
async fn a_token_makes_none_that_outlives_it() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let of = |made: &Value| (made["id"].as_str().unwrap().to_owned(), made["token"].as_str().unwrap().to_owned());
    let new = |expires_at: Value| json!({"label": "l", "scopes": ["profile:write"], "expires_at": expires_at});
    let (first_id, first) = of(&alice.post(TOKENS, new(json!("2030-01-01T00:00:00Z"))).await.expect(201));
    let caller = app.with_token(&first);
    for longer in [json!(null), json!("2030-01-01T00:00:01Z")] {
        assert!(caller.post(TOKENS, new(longer.clone())).await.expect(400)["expires_at"].is_array(), "{longer}");
    }
    caller.post(TOKENS, json!({"label": "l", "scopes": ["profile:write"]})).await.expect(400);
    let unscoped = alice.post(TOKENS, json!({"label": "l", "expires_at": "2030-01-01T00:00:00Z"})).await.expect(201);
    app.with_token(&of(&unscoped).1).post(TOKENS, new(json!(null))).await.expect(400);

    let (_, second) = of(&caller.post(TOKENS, new(json!("2030-01-01T00:00:00Z"))).await.expect(201));
    let (_, third) = of(&app.with_token(&second).post(TOKENS, new(json!("2029-01-01T00:00:00Z"))).await.expect(201));
    let (_, other) = of(&alice.post(TOKENS, new(json!(null))).await.expect(201));
    let before = alice.get(TOKENS).await.expect(200)["total_count"].as_i64().unwrap();
    alice.delete(&format!("{TOKENS}{first_id}/")).await.expect(204);
    for revoked in [&first, &second, &third] {
        app.with_token(revoked).get("/api/v1/users/me/").await.expect(403);
    }
    app.with_token(&other).get("/api/v1/users/me/").await.expect(200);
    alice.get("/api/v1/users/me/").await.expect(200);
    assert_eq!(alice.get(TOKENS).await.expect(200)["total_count"], before - 3);
}

#[tokio::test]
async fn an_account_has_so_many_tokens_and_no_more() {
    let app = TestApp::new().await;
    let (user, token) = app.make_user("tom", "acme").await;
    let tom = app.with_token(&token);
    let made = tom.post(TOKENS, json!({"label": "short", "expires_at": "2026-01-01T13:00:00Z"})).await.id();
    for _ in 2..100 {
        app.token_of(user).await;
    }
    let refused = tom.post(TOKENS, json!({"label": "one too many"})).await.expect(400);
    assert!(refused["error"].as_str().unwrap().contains("100"), "{refused}");
    app.as_user("bob").post(TOKENS, json!({"label": "another account"})).await.expect(201);
    tom.delete(&format!("{TOKENS}{made}/")).await.expect(204);
    tom.post(TOKENS, json!({"label": "short", "expires_at": "2026-01-01T13:00:00Z"})).await.expect(201);
    tom.post(TOKENS, json!({"label": "one too many"})).await.expect(400);
    app.clock.advance(60 * 60);
    tom.post(TOKENS, json!({"label": "in its place"})).await.expect(201);
}
