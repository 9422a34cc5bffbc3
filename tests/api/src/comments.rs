//! Comments on work items.

use aileron_db::{Expr, ExprTrait as _, schema::TEXT_VERSIONS};
use aileron_kernel::Action;
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

struct Place {
    app: TestApp,
    project: String,
    comments: String,
}

/// An item that alice made.
async fn place() -> Place {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let item = item(&app, "alice", &project, json!({"name": "One"})).await;
    let comments = format!("{}{item}/comments/", items(&project));
    Place { app, project, comments }
}

impl Place {
    async fn say(&self, user: &str, text: &str) -> String {
        self.app.as_user(user).post(&self.comments, json!({"comment_html": text})).await.id()
    }

    fn one(&self, id: &str) -> String {
        format!("{}{id}/", self.comments)
    }
}

#[tokio::test]
async fn a_comment_is_made_listed_changed_and_deleted() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let made = bob.post(&place.comments, json!({"comment_html": "<p>First</p>", "access": "EXTERNAL"})).await.expect(201);
    assert_eq!(made["actor"], json!(place.app.user("bob")));
    assert_eq!((&made["access"], &made["edited_at"]), (&json!("EXTERNAL"), &Value::Null));
    let second = place.say("alice", "<p>Second</p>").await;
    let page = bob.get(&place.comments).await.expect(200);
    let texts: Vec<Value> = results(&page).iter().map(|row| row["comment_html"].clone()).collect();
    assert_eq!(texts, [json!("<p>Second</p>"), json!("<p>First</p>")], "the newest first");
    let id = made["id"].as_str().unwrap();
    let changed = bob.patch(&place.one(id), json!({"comment_html": "<p>Better</p>"})).await.expect(200);
    assert_eq!(changed["comment_html"], "<p>Better</p>");
    assert_eq!(changed["edited_at"], Value::Null, "an edit in the app is told, one through the API is not");
    assert_eq!(bob.get(&place.one(id)).await.expect(200), changed);
    bob.delete(&place.one(id)).await.expect(204);
    bob.get(&place.one(id)).await.expect(404);
    bob.delete(&place.one(id)).await.expect(404);
    let one = bob.get(&format!("{}?per_page=1&fields=id,actor&expand=actor", place.comments)).await.expect(200);
    assert_eq!((one["total_count"].as_i64(), results(&one).len()), (Some(1), 1));
    let row = &results(&one)[0];
    assert_eq!((&row["id"], &row["actor"]["display_name"], row.as_object().unwrap().len()), (&json!(second), &json!("alice"), 2));
}

#[tokio::test]
async fn the_old_addresses_lead_to_the_same() {
    let place = place().await;
    let id = place.say("bob", "<p>x</p>").await;
    let old = place.comments.replace("/work-items/", "/issues/");
    let bob = place.app.as_user("bob");
    assert_eq!(bob.get(&old).await.expect(200), bob.get(&place.comments).await.expect(200));
    bob.post(&old, json!({"comment_html": "<p>y</p>"})).await.expect(201);
    bob.patch(&format!("{old}{id}/"), json!({"comment_html": "<p>z</p>"})).await.expect(200);
    bob.delete(&format!("{old}{id}/")).await.expect(204);
}

#[tokio::test]
async fn html_is_cleaned_on_the_way_in() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let hostile = "<p onclick=\"x()\">a</p><script>alert(1)</script><img src=x onerror=y><a href=\"javascript:z()\">b</a>";
    let made = bob.post(&place.comments, json!({"comment_html": hostile})).await.expect(201);
    let changed = bob.patch(&place.one(made["id"].as_str().unwrap()), json!({"comment_html": format!("{hostile}!")})).await.expect(200);
    for comment in [made, changed] {
        let html = comment["comment_html"].as_str().unwrap().to_owned();
        for word in ["script", "onclick", "onerror", "alert"] {
            assert!(!html.contains(word), "{html}");
        }
        assert!(html.contains("<p>a</p>"), "{html}");
    }
}

#[tokio::test]
async fn only_the_author_changes_a_comment_and_admins_may_delete_it() {
    let place = place().await;
    let (alice, bob) = (place.app.as_user("alice"), place.app.as_user("bob"));
    let of_bob = place.say("bob", "<p>mine</p>").await;
    let of_alice = place.say("alice", "<p>hers</p>").await;
    alice.patch(&place.one(&of_bob), json!({"comment_html": "<p>put into his mouth</p>"})).await.expect(403);
    bob.patch(&place.one(&of_alice), json!({"comment_html": "<p>hijack</p>"})).await.expect(403);
    bob.delete(&place.one(&of_alice)).await.expect(403);
    assert_eq!(bob.get(&place.one(&of_alice)).await.expect(200)["comment_html"], "<p>hers</p>");
    alice.delete(&place.one(&of_bob)).await.expect(204);
}

#[tokio::test]
async fn guests_and_strangers() {
    let place = place().await;
    let (gina, alice) = (place.app.as_user("gina"), place.app.as_user("alice"));
    let of_alice = place.say("alice", "<p>inside</p>").await;
    gina.get(&place.comments).await.expect(404);
    gina.post(&place.comments, json!({"comment_html": "<p>x</p>"})).await.expect(404);
    gina.get(&place.one(&of_alice)).await.expect(404);
    let shown = format!("/api/v1/workspaces/acme/projects/{}/", place.project);
    alice.patch(&shown, json!({"guest_view_all_features": true})).await.expect(200);
    let own = gina.post(&place.comments, json!({"comment_html": "<p>thanks</p>"})).await.id();
    gina.patch(&place.one(&own), json!({"comment_html": "<p>thank you</p>"})).await.expect(200);
    gina.patch(&place.one(&of_alice), json!({"comment_html": "<p>hijack</p>"})).await.expect(403);
    gina.delete(&place.one(&of_alice)).await.expect(403);
    let expanded = gina.get(&format!("{}?expand=actor", place.one(&of_alice))).await.expect(200);
    assert_eq!((&expanded["actor"]["display_name"], expanded["actor"].get("email")), (&json!("alice"), None), "no address for guests");
    gina.delete(&place.one(&own)).await.expect(204);
    for stranger in ["olga", "dave"] {
        place.app.as_user(stranger).get(&place.comments).await.expect(403);
        place.app.as_user(stranger).post(&place.comments, json!({})).await.expect(403);
    }
    place.app.nobody().get(&place.comments).await.expect(401);
}

#[tokio::test]
async fn times_authors_and_external_ids_of_comments_from_elsewhere() {
    let place = place().await;
    let (alice, bob) = (place.app.as_user("alice"), place.app.as_user("bob"));
    let old = json!({"comment_html": "<p>old</p>", "created_at": "2020-01-01T00:00:00Z", "created_by": place.app.user("bob"),
        "external_source": "gh", "external_id": "c1"});
    let made = alice.post(&place.comments, old.clone()).await.expect(201);
    assert_eq!(made["created_at"], "2020-01-01T00:00:00.000000Z");
    assert_eq!((&made["created_by"], &made["actor"]), (&json!(place.app.user("bob")), &json!(place.app.user("bob"))));
    let again = alice.post(&place.comments, old).await.expect(409);
    assert_eq!(again["id"], made["id"]);
    let other = alice.post(&place.comments, json!({"external_source": "gh", "external_id": "c2"})).await.id();
    alice.patch(&place.one(&other), json!({"external_id": "c1"})).await.expect(409);
    alice.patch(&place.one(&other), json!({"external_id": "c2"})).await.expect(200);
    let claimed = json!({"created_at": "2020-01-01T00:00:00Z", "created_by": place.app.user("alice")});
    let own = bob.post(&place.comments, claimed).await.expect(201);
    assert_eq!(own["created_by"], json!(place.app.user("bob")), "members speak for themselves");
    assert_ne!(own["created_at"], "2020-01-01T00:00:00.000000Z");
    alice.post(&place.comments, json!({"created_by": place.app.user("olga")})).await.expect(400);
}

#[tokio::test]
async fn bad_fields_are_named_and_change_nothing() {
    let place = place().await;
    let alice = place.app.as_user("alice");
    let other = item(&place.app, "alice", &place.project, json!({"name": "Two"})).await;
    let there = alice.post(&format!("{}{other}/comments/", items(&place.project)), json!({})).await.id();
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (body, field) in [
        (json!({"access": "SECRET"}), "access"),
        (json!({"comment_html": 5}), "comment_html"),
        (json!({"comment_json": [1]}), "comment_json"),
        (json!({"reply_to": there}), "reply_to"),
        (json!({"reply_to": unknown}), "reply_to"),
        (json!({"created_at": "yesterday"}), "created_at"),
        (json!({"external_id": "x".repeat(256)}), "external_id"),
    ] {
        let refused = alice.post(&place.comments, body.clone()).await.expect(400);
        assert!(refused.get(field).is_some(), "{body} {refused}");
    }
    assert!(results(&alice.get(&place.comments).await.expect(200)).is_empty());
    let first = place.say("alice", "<p>a</p>").await;
    let reply = alice.post(&place.comments, json!({"comment_html": "<p>b</p>", "reply_to": first})).await.expect(201);
    assert_eq!(reply["parent"], json!(first));
    alice.patch(&place.one(&first), json!({"reply_to": reply["id"]})).await.expect(400);
    alice.get(&place.one(&there)).await.expect(404);
    alice.post(&place.comments.replace(place.comments.split('/').nth(8).unwrap(), unknown), json!({})).await.expect(400);
}

#[tokio::test]
async fn the_text_before_is_kept() {
    let place = place().await;
    let id = place.say("bob", "<p>one</p>").await;
    let bob = place.app.as_user("bob");
    bob.patch(&place.one(&id), json!({"comment_html": "<p>two!</p>"})).await.expect(200);
    bob.patch(&place.one(&id), json!({"comment_html": "<p>two!</p>"})).await.expect(200);
    bob.patch(&place.one(&id), json!({"comment_html": "<p>three</p>", "comment_json": {"n": 3}})).await.expect(200);
    bob.patch(&place.one(&id), json!({"comment_json": {"n": 4}})).await.expect(200);
    bob.patch(&place.one(&id), json!({"comment_json": {"n": 4}})).await.expect(200);
    let principal = place.app.principal("bob");
    let read = place.app.db.read(move |session| {
        let mut tx = session.workspace(&principal, "acme", Action::WorkItemsSearch)?;
        let id = id.parse::<aileron_kernel::Uuid>().unwrap();
        let select =
            tx.from(TEXT_VERSIONS).filter(TEXT_VERSIONS.col("entity_id").eq(id)).expr(Expr::col("html")).expr(Expr::col("document"));
        tx.all::<(String, Value)>(&select)
    });
    let mut kept = read.await.unwrap();
    kept.sort_unstable_by_key(|version| version.0.len());
    let kept: Vec<(&str, &Value)> = kept.iter().map(|(html, document)| (html.as_str(), document)).collect();
    assert_eq!(kept, [("<p>one</p>", &json!({})), ("<p>two!</p>", &json!({})), ("<p>three</p>", &json!({"n": 3}))]);
}

#[tokio::test]
async fn a_comment_does_not_come_back_beside_another_with_its_external_id() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = item(&app, "alice", &project, json!({"name": "One"})).await;
    let alice = app.as_user("alice");
    let path = format!("{}{one}/comments/", items(&project));
    let named = json!({"comment_html": "<p>x</p>", "external_source": "old", "external_id": "7"});
    let first = alice.post(&path, named.clone()).await.id();
    alice.raw("DELETE", &format!("{path}{first}/"), &[("idempotency-key", "gone".to_owned())], Vec::new()).await.expect(204);
    let second = alice.post(&path, named).await.id();
    let undo = json!({"mutation_id": "gone"});
    assert_eq!(alice.post("/api/v1/workspaces/acme/undo/", undo.clone()).await.expect(409)["id"], json!(second));
    assert_eq!(results(&alice.get(&path).await.expect(200)).len(), 1);
    alice.delete(&format!("{path}{second}/")).await.expect(204);
    alice.post("/api/v1/workspaces/acme/undo/", undo).await.expect(200);
    alice.get(&format!("{path}{first}/")).await.expect(200);
}
