//! What bodies say: how things were at the event, whoever looks how late, and in the form that was asked for.

use std::sync::Arc;

use aileron_integrations::webhooks::consumer::Webhooks;
use aileron_testkit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOOKS, Sent, about_now, hook_with, told_now};
use crate::stock::{item, items, project, results};

const ALL: &str = r#"{"project": true, "issue": true, "module": true, "cycle": true, "issue_comment": true}"#;

fn all(mode: &str) -> Value {
    let mut body: Value = serde_json::from_str(ALL).unwrap();
    body["delivery_mode"] = json!(mode);
    body
}

/// What was told of an update of this field.
fn update<'s>(told: &'s [Sent], field: &str) -> Vec<&'s Value> {
    told.iter().map(|sent| &sent.body).filter(|body| body["activity"]["field"] == field).collect()
}

#[tokio::test]
async fn an_item_is_told_as_it_was_at_each_event() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, path) = (app.as_user("alice"), format!("/api/v1/workspaces/acme/projects/{id}"));
    let label = alice.post(&format!("{path}/labels/"), json!({"name": "hot", "color": "#ff0000"})).await.id();
    hook_with(&app, "all", all("compatible")).await;
    let made = json!({"name": "One", "description_html": "<p>first</p>", "labels": [label], "assignees": [app.user("bob")]});
    let item = item(&app, "alice", &id, made).await;
    let own = format!("{}{item}/", items(&id));
    for change in [json!({"name": "Two"}), json!({"description_html": "<p>second</p>"}), json!({"assignees": []})] {
        app.clock.advance(1);
        alice.patch(&own, change).await.expect(200);
    }
    alice.patch(&format!("{path}/labels/{label}/"), json!({"name": "cold"})).await.expect(200);
    alice.patch(&own, json!({"name": "Three"})).await.expect(200);
    alice.delete(&format!("{path}/labels/{label}/")).await.expect(204);
    alice.patch(&own, json!({"name": "Four", "description_html": "<p>third</p>"})).await.expect(200);
    alice.delete(&own).await.expect(204);
    let told = told_now(&app).await;
    let about: Vec<String> = told.iter().map(Sent::about).collect();
    let wanted = ["issue created", "issue updated name", "issue updated description_html", "issue updated assignees", "issue updated name"];
    assert_eq!(about[..5], wanted);
    let data = |at: usize| &told[at].body["data"];
    let said = |at: usize| (data(at)["name"].as_str().unwrap(), data(at)["description_html"].as_str().unwrap());
    assert_eq!((said(0), said(1), said(2)), (("One", "<p>first</p>"), ("Two", "<p>first</p>"), ("Two", "<p>second</p>")));
    assert_eq!(data(2)["description_stripped"], "second");
    assert_eq!((&data(0)["labels"][0]["name"], &data(4)["labels"][0]["name"]), (&json!("hot"), &json!("cold")));
    assert_eq!((&data(0)["assignees"][0]["display_name"], &data(3)["assignees"]), (&json!("bob"), &json!([])));
    assert_eq!((&data(0)["updated_by"], &data(1)["updated_by"]), (&Value::Null, &json!(app.user("alice"))));
    assert!(data(1)["updated_at"].as_str() < data(2)["updated_at"].as_str());
    let text = update(&told, "description_html");
    assert_eq!((&text[0]["activity"]["old_value"], &text[0]["activity"]["new_value"]), (&json!("<p>first</p>"), &json!("<p>second</p>")));
    assert_eq!((&text[1]["activity"]["old_value"], &text[1]["activity"]["new_value"]), (&json!("<p>second</p>"), &json!("<p>third</p>")));
    assert_eq!(text[1]["data"]["labels"], json!([]), "the label was gone by then");
    let gone = &update(&told, "assignees")[0]["activity"];
    assert_eq!((&gone["old_value"], &gone["new_value"]), (&json!([app.user("bob")]), &json!([])));
    assert_eq!((told.last().unwrap().about().as_str(), &told.last().unwrap().body["data"]), ("issue deleted", &json!({"id": item})));
}

#[tokio::test]
async fn projects_cycles_modules_and_comments_are_told_as_they_were() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, path) = (app.as_user("alice"), format!("/api/v1/workspaces/acme/projects/{id}"));
    alice.patch(&format!("{path}/"), json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let made = item(&app, "alice", &id, json!({"name": "One"})).await;
    hook_with(&app, "all", all("compatible")).await;
    let cycle = alice.post(&format!("{path}/cycles/"), json!({"name": "c1", "description": "old", "project_id": id})).await.id();
    let module =
        alice.post(&format!("{path}/modules/"), json!({"name": "m1", "description": "old", "members": [app.user("bob")]})).await.id();
    let comments = format!("{}{made}/comments/", items(&id));
    let comment = alice.post(&comments, json!({"comment_html": "<p>old</p>"})).await.id();
    for (own, text) in [
        (format!("{path}/cycles/{cycle}/"), "description"),
        (format!("{path}/modules/{module}/"), "description"),
        (format!("{path}/"), "description"),
        (format!("{comments}{comment}/"), "comment_html"),
    ] {
        for value in ["<p>newer</p>", "<p>newest</p>"] {
            alice.patch(&own, json!({text: value})).await.expect(200);
        }
    }
    alice.patch(&format!("{path}/modules/{module}/"), json!({"members": [], "lead": app.user("alice")})).await.expect(200);
    alice.post(&format!("{path}/archive/"), json!({})).await.expect(204);
    alice.delete(&format!("{path}/archive/")).await.expect(204);
    let told = told_now(&app).await;
    for (word, before) in [("cycle", "old"), ("module", "old"), ("project", ""), ("issue_comment", "<p>old</p>")] {
        let field = if word == "issue_comment" { "comment_html" } else { "description" };
        let of: Vec<&Value> = update(&told, field).into_iter().filter(|body| body["event"] == word).collect();
        let values: Vec<[&Value; 3]> =
            of.iter().map(|body| [&body["activity"]["old_value"], &body["activity"]["new_value"], &body["data"][field]]).collect();
        let (old, newer, newest) = (json!(before), json!("<p>newer</p>"), json!("<p>newest</p>"));
        assert_eq!(values, [[&old, &newer, &newer], [&newer, &newest, &newest]], "{word}");
    }
    let created = told.iter().find(|sent| sent.about() == "module created").unwrap();
    assert_eq!((&created.body["data"]["members"], &created.body["data"]["lead"]), (&json!([app.user("bob")]), &Value::Null));
    let members = &update(&told, "members")[0]["activity"];
    assert_eq!((&members["old_value"], &members["new_value"]), (&json!([app.user("bob")]), &json!([])));
    assert!(told.iter().all(|sent| !sent.about().contains("archived")), "as recorded, nobody is told of that");
}

#[tokio::test]
async fn one_may_be_told_of_each_change_at_once() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let hook = hook_with(&app, "all", all("change")).await;
    let (alice, path) = (app.as_user("alice"), format!("/api/v1/workspaces/acme/projects/{id}"));
    let made = item(&app, "alice", &id, json!({"name": "One", "priority": "low"})).await;
    let own = format!("{}{made}/", items(&id));
    alice.patch(&own, json!({"name": "Two", "priority": "high", "assignees": [app.user("bob")]})).await.expect(200);
    alice.delete(&own).await.expect(204);
    alice.post(&format!("{path}/archive/"), json!({})).await.expect(204);
    let mut told = told_now(&app).await;
    // Those of one item come in order; between items there is none.
    told.sort_by_key(|sent| sent.body["seq"].as_i64());
    assert_eq!(told.iter().map(Sent::about).collect::<Vec<_>>(), ["issue created", "issue updated", "issue deleted", "project archived"]);
    let body = &told[1].body;
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    let wanted = ["action", "activity", "changes", "data", "event", "event_id", "occurred_at", "seq", "webhook_id", "workspace_id"];
    assert_eq!(keys, wanted);
    let changes: Vec<[&Value; 3]> =
        body["changes"].as_array().unwrap().iter().map(|change| [&change["field"], &change["old_value"], &change["new_value"]]).collect();
    assert!(
        changes.contains(&[&json!("name"), &json!("One"), &json!("Two")])
            && changes.contains(&[&json!("priority"), &json!("low"), &json!("high")])
    );
    assert!(changes.contains(&[&json!("assignees"), &json!([]), &json!([app.user("bob")])]));
    assert_eq!((&body["activity"]["field"], &body["activity"]["actor"]["email"]), (&Value::Null, &json!("alice@acme.test")));
    assert!(told[3].body["data"]["archived_at"].is_string());
    let listed = alice.get(&format!("{hook}deliveries/")).await.expect(200);
    assert!(results(&listed).iter().any(|row| row["event_id"] == body["event_id"] && row["status"] == "delivered"));
}

#[tokio::test]
async fn patterns_ask_for_what_there_is_and_nothing_else_comes() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, path) = (app.as_user("alice"), format!("/api/v1/workspaces/acme/projects/{id}"));
    let asked = ["link.*", "*.archived", "work_item.restored", "label.created", "attachment.deleted"];
    hook_with(&app, "some", json!({"events": asked})).await;
    let made = item(&app, "alice", &id, json!({"name": "One"})).await;
    let own = format!("{}{made}/", items(&id));
    alice.post(&format!("{own}links/"), json!({"url": "https://example.org/a"})).await.expect(201);
    let label = alice.post(&format!("{path}/labels/"), json!({"name": "hot"})).await.id();
    alice.patch(&format!("{path}/labels/{label}/"), json!({"name": "cold"})).await.expect(200);
    alice.delete(&own).await.expect(204);
    alice.post(&format!("{own}restore/"), json!({})).await.expect(200);
    let told = told_now(&app).await;
    assert_eq!(told.iter().map(Sent::about).collect::<Vec<_>>(), ["link created", "label created", "issue restored"]);
    let link = &told[0].body;
    assert_eq!((&link["data"]["issue"], &link["data"]["project"]), (&json!(made), &json!(id)));
    for (pattern, named) in
        [("cycle.eaten", "eaten"), ("sticky.created", "sticky"), ("*.eaten", "eaten"), ("cycle", "cycle"), ("draft.*", "draft")]
    {
        let refused = alice.post(HOOKS, json!({"url": "https://hooks.test/x", "events": ["*", pattern]})).await.expect(400);
        assert!(refused["events"][0].as_str().unwrap().contains(&format!("\"{named}\"")), "{refused}");
    }
}

#[tokio::test]
async fn nobody_is_told_what_was_before_or_while_he_was_switched_off() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    item(&app, "alice", &id, json!({"name": "Before"})).await;
    let hook = hook_with(&app, "all", all("compatible")).await;
    let (alice, other) = (app.as_user("alice"), hook_with(&app, "off", json!({"issue": true, "is_active": false})).await);
    item(&app, "alice", &id, json!({"name": "Then"})).await;
    let told = told_now(&app).await;
    assert_eq!(told.iter().map(|sent| (sent.path.as_str(), &sent.body["data"]["name"])).collect::<Vec<_>>(), [("/all", &json!("Then"))]);
    alice.delete(&hook).await.expect(204);
    alice.patch(&other, json!({"is_active": true})).await.expect(200);
    assert_eq!(about_now(&app).await, Vec::<String>::new());
    item(&app, "alice", &id, json!({"name": "Later"})).await;
    assert_eq!(told_now(&app).await[0].path, "/off");
}

#[tokio::test]
async fn what_members_keep_for_themselves_is_told_to_nobody() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let w = "/api/v1/workspaces/acme";
    hook_with(&app, "all", json!({"events": ["*"]})).await;
    let bob = app.as_user("bob");
    bob.post(&format!("{w}/stickies/"), json!({"name": "mine"})).await.expect(201);
    bob.post(&format!("{w}/quick-links/"), json!({"url": "https://example.org/"})).await.expect(201);
    bob.post(&format!("{w}/user-favorites/"), json!({"entity_type": "project", "entity_identifier": id})).await.expect(201);
    bob.post(&format!("{w}/draft-work-items/"), json!({"name": "draft", "project_id": id})).await.expect(201);
    assert_eq!(about_now(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_event_is_told_once_and_called_the_same_whenever() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let hook = hook_with(&app, "all", all("compatible")).await;
    let made = item(&app, "alice", &id, json!({"name": "One"})).await;
    app.as_user("alice").patch(&format!("{}{made}/", items(&id)), json!({"name": "Two", "priority": "low"})).await.expect(200);
    let told = told_now(&app).await;
    let names = |told: &[Sent]| told.iter().map(|sent| sent.header("webhook-id").to_owned()).collect::<Vec<_>>();
    let first = names(&told);
    assert_eq!(first.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    let workspace: Uuid = told[0].body["workspace_id"].as_str().unwrap().parse().unwrap();
    let again = app.consumers(vec![Arc::new(Webhooks)]);
    assert!(again.replay("webhooks", workspace, 0).await.unwrap());
    assert_eq!(names(&told_now(&app).await), Vec::<String>::new(), "they are there");
    let sweep = app.db.clone();
    app.clock.advance(31 * 24 * 60 * 60);
    assert_eq!(aileron_integrations::webhooks::sweep::deliveries(&sweep).await.unwrap(), 3);
    assert!(again.replay("webhooks", workspace, 0).await.unwrap());
    assert_eq!(names(&told_now(&app).await), first, "once more, under the same names");
    assert_eq!(app.as_user("alice").get(&format!("{hook}deliveries/")).await.expect(200)["total_count"], 3);
}

/// How many statements the consumer needs for so many changes of as many items.
async fn statements(app: &TestApp, project: &str, count: usize) -> u64 {
    let mut made = Vec::new();
    for number in 0..count {
        made.push(item(app, "alice", project, json!({"name": format!("{number}"), "assignees": [app.user("bob")]})).await);
    }
    for item in made {
        app.as_user("alice").patch(&format!("{}{item}/", items(project)), json!({"name": "x", "description_html": "<p>x</p>"})).await;
    }
    let before = app.db.statements();
    app.consumers(vec![Arc::new(Webhooks)]).run_due().await.unwrap();
    app.db.statements() - before
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_the_events() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    for path in ["a", "b"] {
        hook_with(&app, path, all("compatible")).await;
    }
    app.consumers(vec![Arc::new(Webhooks)]).run_due().await.unwrap();
    let few = statements(&app, &id, 3).await;
    let many = statements(&app, &id, 40).await;
    // What is written is inserted by 128, 32, 8 and one at a time.
    assert!(many <= few + 16, "{few} and {many}");
}
