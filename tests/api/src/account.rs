//! One's own account.

use aileron_testkit::{Browser, TestApp};
use serde_json::json;

const ME: &str = "/api/v1/users/me/";
const PROFILE: &str = "/api/v1/users/me/profile/";
const OLD: &str = "plum tractor overcast nine";
const NEW: &str = "seven copper lanterns drifting";

#[tokio::test]
async fn names_zone_and_picture_are_changed() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let change = json!({
        "first_name": "Ålice", "last_name": "", "display_name": "ali", "timezone": "Europe/Berlin", "avatar": "https://pictures.test/a.png",
        "email": "other@acme.test", "is_instance_admin": true,
    });
    let now = alice.patch(PROFILE, change).await.expect(200);
    for (field, value) in
        [("first_name", "Ålice"), ("last_name", ""), ("display_name", "ali"), ("timezone", "Europe/Berlin"), ("email", "alice@acme.test")]
    {
        assert_eq!(now[field], value, "{field}");
    }
    assert_eq!((&now["avatar_url"], &now["is_instance_admin"]), (&json!("https://pictures.test/a.png"), &json!(false)));
    assert_eq!(alice.get(ME).await.expect(200)["display_name"], "ali");
    assert_eq!(alice.patch(PROFILE, json!({})).await.expect(200)["display_name"], "ali");
    assert_eq!(app.as_user("bob").get(ME).await.expect(200)["display_name"], "bob");
}

#[tokio::test]
async fn bad_fields_are_named_and_nothing_is_changed() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let bad = [
        ("display_name", json!("")),
        ("display_name", json!(null)),
        ("first_name", json!("x".repeat(256))),
        ("last_name", json!("a\u{0}b")),
        ("timezone", json!("Mars/Olympus")),
        ("timezone", json!("../../etc/passwd")),
        ("avatar", json!("javascript:alert(1)")),
    ];
    for (field, value) in bad {
        let refused = alice.patch(PROFILE, json!({field: value, "first_name": "Changed", "avatar": "javascript:x"})).await.expect(400);
        assert!(refused[field].is_array() || field == "first_name", "{field}: {refused}");
    }
    assert_eq!(alice.get(ME).await.expect(200)["first_name"], "Alice");
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_other_sessions_end() {
    let app = TestApp::new().await;
    app.set_password("alice", OLD).await;
    let sign_in = |password: &'static str| {
        let caller = app.nobody();
        async move { caller.post("/api/v1/auth/sign-in/", json!({"email": "alice@acme.test", "password": password})).await }
    };
    let own = Browser::of(&app, &sign_in(OLD).await);
    let other = Browser::of(&app, &sign_in(OLD).await);
    let path = "/api/v1/users/me/password/";
    let change = |old: &str, new: &str| Some(json!({"old_password": old, "new_password": new}));
    assert!(own.send("POST", path, change("wrong", NEW)).await.expect(400)["old_password"].is_array());
    assert!(own.send("POST", path, change(OLD, "alice1234")).await.expect(400)["new_password"].is_array());
    own.send_with("POST", path, change(OLD, NEW), &[]).await.expect(403);
    app.nobody().post(path, json!({})).await.expect(401);
    own.send("POST", path, change(OLD, NEW)).await.expect(204);
    own.get(ME).await.expect(200);
    other.get(ME).await.expect(401);
    sign_in(OLD).await.expect(401);
    sign_in(NEW).await.expect(200);
}

#[tokio::test]
async fn the_old_password_cannot_be_guessed_for_long() {
    let app = TestApp::new().await;
    app.set_password("alice", OLD).await;
    let path = "/api/v1/users/me/password/";
    for _ in 0..10 {
        app.as_user("alice").post(path, json!({"old_password": "wrong", "new_password": NEW})).await.expect(400);
    }
    app.as_user("alice").post(path, json!({"old_password": OLD, "new_password": NEW})).await.expect(429);
}

#[tokio::test]
async fn a_request_about_an_account_sent_twice_with_its_key_is_answered_alike() {
    let app = TestApp::new().await;
    let bob = app.as_user("bob");
    let token = bob.post("/api/v1/users/me/tokens/", json!({"label": "x"})).await.id();
    let session = app.open_session(app.user("bob")).await;
    let (profile, token) = ("/api/v1/users/me/profile/".to_owned(), format!("/api/v1/users/me/tokens/{token}/"));
    let session = format!("/api/v1/users/me/sessions/{}/", session.id);
    for (method, path, body, status) in
        [("PATCH", &profile, r#"{"first_name": "Robert"}"#, 200), ("DELETE", &token, "", 204), ("DELETE", &session, "", 204)]
    {
        let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", path.clone())];
        for _ in 0..2 {
            bob.raw(method, path, &headers, body.as_bytes().to_vec()).await.expect(status);
        }
        let other = [("content-type", "application/json".to_owned()), ("idempotency-key", path.clone())];
        bob.raw(method, path, &other, br#"{"first_name": "Rob"}"#.to_vec()).await.expect(422);
    }
    bob.delete(&token).await.expect(404);
    bob.delete(&session).await.expect(404);
    assert_eq!(bob.get("/api/v1/users/me/").await.expect(200)["first_name"], "Robert");
}
