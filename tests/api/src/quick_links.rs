//! Quick links of one's own.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::results;

const LINKS: &str = "/api/v1/workspaces/acme/quick-links/";

#[tokio::test]
async fn links_are_made_listed_changed_and_deleted_by_their_owner() {
    let app = TestApp::new().await;
    let gina = app.as_user("gina");
    let made = gina.post(LINKS, json!({"url": "example.org/a"})).await.expect(201);
    assert_eq!((&made["url"], &made["title"], &made["owner"]), (&json!("http://example.org/a"), &Value::Null, &json!(app.user("gina"))));
    let one = format!("{LINKS}{}/", made["id"].as_str().unwrap());
    let second = gina.post(LINKS, json!({"url": "https://example.org/b", "title": "B"})).await.id();
    let urls: Vec<Value> = results(&gina.get(LINKS).await.expect(200)).iter().map(|link| link["url"].clone()).collect();
    assert_eq!(urls, [json!("https://example.org/b"), json!("http://example.org/a")], "the newest first");
    let changed = gina.patch(&one, json!({"title": "A"})).await.expect(200);
    assert_eq!((&changed["title"], &changed["url"]), (&json!("A"), &made["url"]));
    assert_eq!(gina.get(&one).await.expect(200), changed);
    for (body, field) in [
        (json!({"url": "https://example.org/b"}), "url"),
        (json!({"url": "javascript:alert(1)"}), "url"),
        (json!({"url": null}), "url"),
        (json!({"title": "x".repeat(256)}), "title"),
    ] {
        assert!(gina.patch(&one, body).await.expect(400)[field].is_array());
    }
    assert!(gina.post(LINKS, json!({})).await.expect(400)["url"].is_array());
    gina.post(LINKS, json!({"url": "example.org/a"})).await.expect(400);
    let alice = app.as_user("alice");
    assert_eq!(alice.get(LINKS).await.expect(200)["total_count"], 0, "nobody else's");
    alice.post(LINKS, json!({"url": "example.org/a"})).await.expect(201);
    for answer in [alice.get(&one).await, alice.patch(&one, json!({"title": "x"})).await, alice.delete(&one).await] {
        answer.expect(404);
    }
    gina.delete(&one).await.expect(204);
    gina.get(&one).await.expect(404);
    gina.delete(&format!("{LINKS}{second}/")).await.expect(204);
    app.as_user("olga").get(LINKS).await.expect(403);
}
