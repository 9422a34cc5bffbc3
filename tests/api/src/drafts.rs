//! Drafts: their maker's alone until they are none any more, with all that is below them.

use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// What can be tried with an item and what is below it: method, path below its address, body.
fn attempts(other: &str) -> Vec<(&'static str, &'static str, Option<Value>)> {
    vec![
        ("GET", "", None),
        ("GET", "comments/", None),
        ("GET", "links/", None),
        ("GET", "relations/", None),
        ("GET", "attachments/", None),
        ("GET", "activities/", None),
        ("POST", "comments/", Some(json!({"comment_html": "<p>x</p>"}))),
        ("POST", "links/", Some(json!({"url": "https://b.test/"}))),
        ("POST", "relations/", Some(json!({"relation_type": "relates_to", "issues": [other]}))),
        ("POST", "attachments/", Some(json!({"name": "a.txt", "type": "text/plain", "size": 2}))),
        ("PATCH", "", Some(json!({"is_draft": false}))),
        ("DELETE", "", None),
    ]
}

async fn is_shown(caller: &Caller<'_>, project: &str, name: &str) -> bool {
    let list = results(&caller.get(&items(project)).await.expect(200));
    let found = caller.get(&format!("/api/v1/workspaces/acme/work-items/search/?search={name}")).await.expect(200);
    list.iter().any(|row| row["name"] == name) || found["issues"].as_array().is_some_and(|rows| !rows.is_empty())
}

#[tokio::test]
async fn who_may_not_see_a_draft_sees_nothing_below_it() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let bob = app.as_user("bob");
    let other = item(&app, "alice", &id, json!({"name": "Other"})).await;
    let draft = item(&app, "bob", &id, json!({"name": "Sketch", "is_draft": true})).await;
    let path = format!("{}{draft}/", items(&id));
    bob.post(&format!("{path}comments/"), json!({"comment_html": "<p>mine</p>"})).await.expect(201);
    bob.post(&format!("{path}links/"), json!({"url": "https://a.test/"})).await.expect(201);
    // Not even an admin: a draft is no more there for him than an id that nobody has.
    for (method, below, body) in attempts(&other) {
        let there = app.as_user("alice").send(method, &format!("{path}{below}"), body.clone()).await;
        let nowhere = app.as_user("alice").send(method, &format!("{}{NOBODY}/{below}", items(&id)), body).await;
        assert!(matches!(there.status.as_u16(), 400 | 404), "{method} {below}: {}", there.status);
        assert_eq!((there.status, &there.bytes), (nowhere.status, &nowhere.bytes), "{method} {below}");
    }
    for caller in ["alice", "bob"] {
        assert!(!is_shown(&app.as_user(caller), &id, "Sketch").await, "{caller}");
    }
    app.as_user("alice").get("/api/v1/workspaces/acme/work-items/ENG-2/").await.expect(404);
    // Its maker reads it, and what is below it.
    for below in ["", "comments/", "links/", "relations/", "attachments/", "activities/"] {
        bob.get(&format!("{path}{below}")).await.expect(200);
    }
    bob.get("/api/v1/workspaces/acme/work-items/ENG-2/").await.expect(200);
    bob.patch(&path, json!({"is_draft": false})).await.expect(200);
    let alice = app.as_user("alice");
    assert!(is_shown(&alice, &id, "Sketch").await);
    assert_eq!(alice.get(&format!("{path}comments/")).await.expect(200)["total_count"], 1);
}

#[tokio::test]
async fn nobody_puts_an_item_below_a_draft_of_somebody_else() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let draft = item(&app, "bob", &id, json!({"name": "Sketch", "is_draft": true})).await;
    let one = format!("{}{}/", items(&id), item(&app, "alice", &id, json!({"name": "One"})).await);
    let refused = async |parent: &str| {
        let changed = alice.patch(&one, json!({"parent": parent})).await.expect(400);
        let made = alice.post(&items(&id), json!({"name": "x", "parent": parent})).await.expect(400);
        [changed, made].map(|said| said.to_string().replace(parent, "the id"))
    };
    assert_eq!(refused(&draft).await, refused(NOBODY).await);
    bob.patch(&one, json!({"parent": draft})).await.expect(200);
}

/// What is archived is out of the lists and no secret: what is below it is read on.
#[tokio::test]
async fn what_is_below_an_archived_item_stays_readable() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let one = item(&app, "alice", &id, json!({"name": "One"})).await;
    let path = format!("{}{one}/", items(&id));
    app.as_user("bob").post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    app.as_user("alice").patch(&path, json!({"archived_at": "2026-01-01"})).await.expect(200);
    app.as_user("bob").get(&path).await.expect(404);
    assert_eq!(app.as_user("bob").get(&format!("{path}comments/")).await.expect(200)["total_count"], 1);
    // Guests see what they made, here as elsewhere.
    app.as_user("gina").get(&format!("{path}comments/")).await.expect(404);
}

/// A repeated request is not carried out again, so it must not show what has become nobody else's meanwhile.
#[tokio::test]
async fn a_change_that_is_repeated_does_not_show_a_draft() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let item = format!("{}{}/", items(&id), item(&app, "bob", &id, json!({"name": "Sketch"})).await);
    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", "k".to_owned())];
    let change = async || app.as_user("alice").raw("PATCH", &item, &headers, br#"{"priority": "high"}"#.to_vec()).await;
    change().await.expect(200);
    change().await.expect(200);
    app.as_user("bob").patch(&item, json!({"is_draft": true})).await.expect(200);
    change().await.expect(404);
}
