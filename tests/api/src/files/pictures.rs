//! Pictures of accounts.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::upload;

const PICTURES: &str = "/api/v1/assets/user-assets/";
const DOT: &[u8] = include_bytes!("../conformance/dot.png");

async fn make(app: &TestApp, user: &str, kind: &str) -> Value {
    let body = json!({"name": "me.png", "type": "image/png", "size": 5000, "entity_type": kind});
    app.as_user(user).post(PICTURES, body).await.expect(200)
}

/// Uploads and confirms a picture: its row's address.
async fn show(app: &TestApp, user: &str, kind: &str) -> (String, Value) {
    let made = make(app, user, kind).await;
    upload(app, &made, DOT).await.expect(204);
    let path = format!("{PICTURES}{}/", made["asset_id"].as_str().unwrap());
    app.as_user(user).patch(&path, json!({"attributes": {"name": "me.png"}})).await.expect(204);
    (path, made["asset_url"].clone())
}

async fn avatar(app: &TestApp, user: &str) -> Value {
    app.as_user(user).get("/api/v1/users/me/").await.expect(200)["avatar_url"].clone()
}

#[tokio::test]
async fn an_avatar_is_shown_until_it_is_deleted() {
    let app = TestApp::new().await;
    assert_eq!(avatar(&app, "bob").await, Value::Null);
    let (path, address) = show(&app, "bob", "USER_AVATAR").await;
    assert_eq!(avatar(&app, "bob").await, address);
    let picture = app.as_user("alice").get(address.as_str().unwrap()).await;
    assert_eq!((picture.status.as_u16(), &picture.headers["content-type"]), (200, &"image/jpeg".parse().unwrap()));
    assert!(picture.bytes.starts_with(b"\xff\xd8\xff") && picture.bytes != DOT);
    assert_eq!(picture.headers["content-security-policy"], "sandbox; default-src 'none'");
    app.nobody().get(address.as_str().unwrap()).await.expect(401);
    app.as_user("alice").delete(&path).await.expect(404);
    app.as_user("bob").delete(&path).await.expect(204);
    assert_eq!(avatar(&app, "bob").await, Value::Null);
    app.as_user("alice").get(address.as_str().unwrap()).await.expect(404);
    app.as_user("bob").delete(&path).await.expect(404);
}

#[tokio::test]
async fn a_new_avatar_takes_the_place_of_the_old_one() {
    let app = TestApp::new().await;
    let (old, _) = show(&app, "bob", "USER_AVATAR").await;
    let (_, cover) = show(&app, "bob", "USER_COVER").await;
    let (_, address) = show(&app, "bob", "USER_AVATAR").await;
    assert_eq!(avatar(&app, "bob").await, address);
    app.as_user("bob").delete(&old).await.expect(404);
    let profile = app.as_user("bob").patch("/api/v1/users/me/profile/", json!({})).await.expect(200);
    assert_eq!((&profile["avatar"], &profile["cover_image"]), (&address, &cover));
}

#[tokio::test]
async fn a_picture_that_was_replaced_elsewhere_leaves_what_is_shown_alone() {
    let app = TestApp::new().await;
    let (path, _) = show(&app, "bob", "USER_AVATAR").await;
    let elsewhere = json!({"avatar": "https://pictures.test/bob.png"});
    app.as_user("bob").patch("/api/v1/users/me/profile/", elsewhere).await.expect(200);
    app.as_user("bob").delete(&path).await.expect(204);
    assert_eq!(avatar(&app, "bob").await, "https://pictures.test/bob.png");
}

#[tokio::test]
async fn the_routes_for_servers_are_the_same() {
    let app = TestApp::new().await;
    let bob = app.as_user("bob");
    let body = json!({"type": "image/png", "size": 5000, "entity_type": "USER_AVATAR"});
    let made = bob.post(&format!("{PICTURES}server/"), body).await.expect(200);
    let path = format!("{PICTURES}{}/server/", made["asset_id"].as_str().unwrap());
    bob.patch(&path, json!({})).await.expect(204);
    assert_eq!(avatar(&app, "bob").await, json!(null), "it is not there yet");
    upload(&app, &made, DOT).await.expect(204);
    assert_eq!(avatar(&app, "bob").await, made["asset_url"]);
    bob.delete(&path).await.expect(204);
}

#[tokio::test]
async fn what_is_too_large_for_its_form_is_refused() {
    let app = TestApp::new().await;
    let made = make(&app, "bob", "USER_AVATAR").await;
    let large = [DOT, &[0; 5000]].concat();
    upload(&app, &made, &large).await.expect(413);
    let unknown = json!({"type": "image/png", "size": 6_000_000, "entity_type": "USER_AVATAR"});
    assert!(app.as_user("bob").post(PICTURES, unknown).await.expect(400)["size"].is_array());
}

#[tokio::test]
async fn of_what_is_asked_at_once_the_later_finds_what_the_earlier_left() {
    let app = TestApp::new().await;
    let bob = app.as_user("bob");
    let path = |made: &Value| format!("{PICTURES}{}/", made["asset_id"].as_str().unwrap());
    let (one, two) = (make(&app, "bob", "USER_AVATAR").await, make(&app, "bob", "USER_AVATAR").await);
    upload(&app, &one, DOT).await.expect(204);
    upload(&app, &two, DOT).await.expect(204);
    let (first, second) = (path(&one), path(&two));
    let confirmed = tokio::join!(bob.patch(&first, json!({})), bob.patch(&second, json!({})));
    confirmed.0.expect(204);
    confirmed.1.expect(204);
    // One took the place of the other.
    let shown = avatar(&app, "bob").await;
    let (shown, gone) = if shown == one["asset_url"] { (&one, &two) } else { (&two, &one) };
    bob.delete(&path(gone)).await.expect(404);
    let left = path(shown);
    let deleted = tokio::join!(bob.delete(&left), bob.delete(&left));
    let statuses = [deleted.0.status.as_u16(), deleted.1.status.as_u16()];
    assert!(statuses == [204, 404] || statuses == [404, 204], "{statuses:?}");
    assert_eq!(avatar(&app, "bob").await, Value::Null);
}
