//! Who is told what: a webhook is the workspace's, and hears no more than whoever answers for it may see.

use aileron_kernel::Role;
use aileron_testkit::TestApp;
use serde_json::json;

use super::{Sent, about_now, hook_with, told_now};
use crate::stock::{item, items, project};

const W: &str = "/api/v1/workspaces/acme";

/// A secret project of alice's and its id.
async fn secret(app: &TestApp) -> String {
    let body = json!({"name": "Secret", "identifier": "SEC", "network": 0});
    app.as_user("alice").post(&format!("{W}/projects/"), body).await.id()
}

/// An admin of the workspace who is in no project: his token.
async fn erin(app: &TestApp) -> String {
    let (user, token) = app.make_user("erin", "acme").await;
    app.join(user, "acme", Role::Admin).await;
    token
}

#[tokio::test]
async fn of_a_secret_project_hears_only_who_is_in_it() {
    let app = TestApp::new().await;
    let (id, token) = (secret(&app).await, erin(&app).await);
    let (alice, erin) = (app.as_user("alice"), app.with_token(&token));
    let hook = hook_with(&app, "all", json!({"issue": true, "project": true, "events": ["label.*", "automation.*"]})).await;
    item(&app, "alice", &id, json!({"name": "Hidden"})).await;
    assert_eq!(about_now(&app).await, ["issue created"], "alice answers for it, and is in the project");
    let log = |total: u64| (json!(total), json!(total));
    let deliveries = format!("{hook}deliveries/");
    let total = async |caller: &aileron_testkit::Caller<'_>| {
        let feed = caller.get(&format!("{hook}feed/")).await.expect(200)["results"].as_array().unwrap().len();
        (caller.get(&deliveries).await.expect(200)["total_count"].clone(), json!(feed))
    };
    assert_eq!((total(&alice).await, total(&erin).await), (log(1), log(0)));
    let id_of = alice.get(&deliveries).await.expect(200)["results"][0]["id"].as_str().unwrap().to_owned();
    erin.get(&format!("{deliveries}{id_of}/")).await.expect(404);
    erin.post(&format!("{deliveries}{id_of}/redeliver/"), json!({})).await.expect(404);
    let range = json!({"after": "2026-01-01T00:00:00Z", "include_delivered": true});
    assert_eq!(erin.post(&format!("{hook}redeliver/"), range).await.expect(202)["redelivered"], 0);

    // Who turns it towards himself answers for it from then on.
    erin.patch(&hook, json!({"url": "http://hooks.test/erin"})).await.expect(200);
    item(&app, "alice", &id, json!({"name": "Hidden too"})).await;
    alice.post(&format!("{W}/projects/{id}/labels/"), json!({"name": "hot"})).await.expect(201);
    alice.patch(&format!("{W}/projects/{id}/"), json!({"name": "Still secret"})).await.expect(200);
    assert_eq!(about_now(&app).await, ["label created", "project updated name"], "settings are seen by all admins");
    let rule = json!({"name": "Hidden", "trigger": {"kind": "comment_added"}, "actions": [{"kind": "close"}]});
    alice.post(&format!("{W}/projects/{id}/automations/"), rule.clone()).await.expect(201);
    assert_eq!(about_now(&app).await, Vec::<String>::new(), "what a rule does tells of what is in the project");
    let open = project(&app, "ENG").await;
    item(&app, "alice", &open, json!({"name": "Open"})).await;
    alice.post(&format!("{W}/projects/{open}/automations/"), rule).await.expect(201);
    assert_eq!(about_now(&app).await, ["project created", "issue created", "automation created"]);
    assert_eq!(total(&erin).await, log(5));
}

#[tokio::test]
async fn a_draft_is_told_when_it_is_one_no_longer() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    for (path, mode) in [("compatible", "compatible"), ("change", "change")] {
        hook_with(&app, path, json!({"issue": true, "issue_comment": true, "delivery_mode": mode, "events": ["link.*"]})).await;
    }
    let (bob, own) = (app.as_user("bob"), item(&app, "bob", &id, json!({"name": "Mine", "is_draft": true})).await);
    let path = format!("{}{own}/", items(&id));
    bob.patch(&path, json!({"name": "Still mine"})).await.expect(200);
    bob.post(&format!("{path}comments/"), json!({"comment_html": "<p>to myself</p>"})).await.expect(201);
    bob.post(&format!("{path}links/"), json!({"url": "https://example.org/"})).await.expect(201);
    assert_eq!(about_now(&app).await, Vec::<String>::new());
    bob.patch(&path, json!({"is_draft": false})).await.expect(200);
    let told = told_now(&app).await;
    assert_eq!(told.iter().map(Sent::about).collect::<Vec<_>>(), ["issue created", "issue created"]);
    assert_eq!(told[0].body["data"]["name"], "Still mine");
}

#[tokio::test]
async fn a_request_is_told_when_it_was_accepted_to_who_asks_for_changes() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    app.as_user("alice").patch(&format!("{W}/projects/{id}/"), json!({"intake_view": true})).await.expect(200);
    hook_with(&app, "compatible", json!({"issue": true})).await;
    hook_with(&app, "change", json!({"issue": true, "delivery_mode": "change", "events": ["intake_item.*"]})).await;
    let path = format!("{W}/projects/{id}/intake-issues/");
    let made = app.as_user("bob").post(&path, json!({"issue": {"name": "Please"}})).await.expect(201);
    assert_eq!(about_now(&app).await, ["intake_item created"]);
    let own = format!("{path}{}/", made["issue"].as_str().unwrap());
    app.as_user("alice").patch(&own, json!({"status": 1})).await.expect(200);
    let told = told_now(&app).await;
    let about: Vec<(&str, String)> = told.iter().map(|sent| (sent.path.as_str(), sent.about())).collect();
    assert_eq!(about, [("/change", "issue created".to_owned()), ("/change", "intake_item accepted".to_owned())]);
}

#[tokio::test]
async fn pages_and_views_that_are_private_stay_so() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    app.as_user("alice").patch(&format!("{W}/projects/{id}/"), json!({"issue_views_view": true})).await.expect(200);
    hook_with(&app, "all", json!({"events": ["page.*", "view.*"]})).await;
    let bob = app.as_user("bob");
    let private = bob.post(&format!("{W}/projects/{id}/pages/"), json!({"name": "Mine", "access": 1})).await.id();
    let view = json!({"name": "Mine", "access": 0, "filters": {}});
    bob.post(&format!("{W}/projects/{id}/views/"), view).await.expect(201);
    assert_eq!(about_now(&app).await, Vec::<String>::new());
    bob.patch(&format!("{W}/projects/{id}/pages/{private}/"), json!({"name": "Mine still"})).await.expect(200);
    bob.patch(&format!("{W}/projects/{id}/pages/{private}/"), json!({"access": 0})).await.expect(200);
    assert_eq!(about_now(&app).await, Vec::<String>::new(), "what was said of it before is nobody's business either");
    bob.patch(&format!("{W}/projects/{id}/pages/{private}/"), json!({"name": "Ours"})).await.expect(200);
    assert_eq!(about_now(&app).await, ["page updated name"]);
}

#[tokio::test]
async fn items_of_other_projects_have_no_names() {
    let app = TestApp::new().await;
    let (open, closed) = (project(&app, "ENG").await, secret(&app).await);
    let ours = item(&app, "alice", &open, json!({"name": "Ours"})).await;
    let theirs = item(&app, "alice", &closed, json!({"name": "Theirs"})).await;
    let token = erin(&app).await;
    let hook = hook_with(&app, "all", json!({"events": ["*"], "issue": true})).await;
    app.with_token(&token).patch(&hook, json!({"issue_comment": true})).await.expect(200);
    told_now(&app).await;
    let alice = app.as_user("alice");
    alice.post(&format!("{}{ours}/relations/", items(&open)), json!({"relation_type": "blocking", "issues": [theirs]})).await.expect(201);
    let moved = item(&app, "alice", &open, json!({"name": "Leaves"})).await;
    alice.post(&format!("{}{moved}/move/", items(&open)), json!({"target_project_id": closed})).await;
    let told = told_now(&app).await;
    let about: Vec<String> = told.iter().map(Sent::about).collect();
    assert!(about.contains(&"relation created".to_owned()) && about.contains(&"issue moved".to_owned()), "{about:?}");
    assert!(!about.iter().any(|about| about.starts_with("issue updated")), "{about:?}");
    for sent in told {
        assert!(!sent.text.contains("SEC-") && !sent.text.contains("Theirs") && !sent.text.contains("Secret"), "{}", sent.text);
        if sent.about() == "issue moved" {
            assert_eq!(sent.body["data"], json!({"id": moved}));
        }
    }
}
