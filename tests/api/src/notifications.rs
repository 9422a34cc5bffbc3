//! The list of notifications, and what is done with them.

use aileron_platform::consumers::Consumer as _;
use aileron_testkit::TestApp;
use aileron_tracker::notifications::consumer::Notifications;
use serde_json::{Value, json};

use crate::{
    notification_rules::{mention, told},
    stock::{item, items, project, results},
};

const LIST: &str = "/api/v1/workspaces/acme/notifications/";

/// Bob's items and what alice did to them: one that he made, one that he works on, one that he subscribed to, and a mention.
async fn place(app: &TestApp) -> (String, Vec<String>) {
    let project = project(app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let made = item(app, "bob", &project, json!({"name": "Made"})).await;
    let assigned = item(app, "alice", &project, json!({"name": "Assigned", "assignees": [app.user("bob")]})).await;
    let subscribed = item(app, "alice", &project, json!({"name": "Subscribed"})).await;
    bob.post(&format!("{}{subscribed}/subscribe/", items(&project)), json!({})).await.expect(201);
    let text = json!({"name": "Mentioned", "description_html": mention(app.user("bob"))});
    let mentioned = item(app, "alice", &project, text).await;
    for id in [&made, &subscribed] {
        alice.patch(&format!("{}{id}/", items(&project)), json!({"priority": "high"})).await.expect(200);
    }
    app.run_consumers().await;
    (project, vec![made, assigned, subscribed, mentioned])
}

fn names(page: &Value) -> Vec<String> {
    results(page).iter().map(|row| row["issue"]["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let app = TestApp::new().await;
    let (project, ids) = place(&app).await;
    let bob = app.as_user("bob");
    let listed = async |query: &str| names(&bob.get(&format!("{LIST}{query}")).await.expect(200));
    assert_eq!(listed("").await, ["Subscribed", "Made", "Mentioned", "Assigned"], "the newest first");
    for (query, wanted) in [
        ("?type=assigned", vec!["Assigned"]),
        ("?type=created", vec!["Made"]),
        ("?type=subscribed", vec!["Subscribed"]),
        ("?type=mentioned", vec!["Mentioned"]),
        ("?type=mentioned,created", vec!["Made", "Mentioned"]),
        ("?read=true", vec![]),
        ("?archived=true", vec![]),
        ("?snoozed=true", vec![]),
        ("?per_page=2&cursor=2:1:0", vec!["Mentioned", "Assigned"]),
    ] {
        assert_eq!(listed(query).await, wanted, "{query}");
    }
    assert_eq!(listed(&format!("?project={project}")).await.len(), 4);
    assert!(listed(&format!("?project={}", ids[0])).await.is_empty());
    let first = &results(&bob.get(LIST).await.expect(200))[1];
    let issue = json!({"id": ids[0], "name": "Made", "sequence_id": 1, "project_identifier": "ENG", "state": first["issue"]["state"], "priority": "high"});
    assert_eq!(first["issue"], issue);
    let change = json!([{"field": "priority", "old_value": "none", "new_value": "high", "old_identifier": null, "new_identifier": null}]);
    assert_eq!((&first["changes"], &first["actor"], &first["project"]), (&change, &json!(app.user("alice")), &json!(project)));
    assert_eq!(
        (&first["entity"], &first["entity_identifier"], &first["reasons"]),
        (&json!("work_item"), &json!(ids[0]), &json!(["created"]))
    );
    let one = format!("{LIST}{}/", first["id"].as_str().unwrap());
    assert_eq!(bob.get(&one).await.expect(200), *first);
    for user in ["alice", "gina", "dave"] {
        app.as_user(user).get(&one).await.expect(404);
        app.as_user(user).send("POST", &format!("{one}read/"), None).await.expect(404);
    }
    for (query, name) in
        [("?type=x", "type"), ("?read=x", "read"), ("?archived=1", "archived"), ("?snoozed=x", "snoozed"), ("?project=x", "project")]
    {
        assert!(bob.get(&format!("{LIST}{query}")).await.expect(400)[name].is_array(), "{query}");
    }
}

#[tokio::test]
async fn they_are_read_put_away_and_put_off() {
    let app = TestApp::new().await;
    place(&app).await;
    let bob = app.as_user("bob");
    let unread = async || {
        let numbers = bob.get(&format!("{LIST}unread/")).await.expect(200);
        (numbers["total"].as_i64().unwrap(), numbers["mentions"].as_i64().unwrap())
    };
    assert_eq!(unread().await, (4, 1));
    let rows = results(&bob.get(LIST).await.expect(200));
    let path = |name: &str| {
        let row = rows.iter().find(|row| row["issue"]["name"] == name).unwrap();
        format!("{LIST}{}/", row["id"].as_str().unwrap())
    };
    let read = bob.send("POST", &format!("{}read/", path("Made")), None).await.expect(200);
    assert_eq!(bob.send("POST", &format!("{}read/", path("Made")), None).await.expect(200), read, "it stays read when it was");
    assert_eq!(unread().await, (3, 1));
    assert_eq!(names(&bob.get(&format!("{LIST}?read=true")).await.expect(200)), ["Made"]);
    assert!(bob.delete(&format!("{}read/", path("Made"))).await.expect(200)["read_at"].is_null());
    assert_eq!(unread().await, (4, 1));
    bob.send("POST", &format!("{}archive/", path("Mentioned")), None).await.expect(200);
    assert_eq!(unread().await, (3, 0));
    assert_eq!(names(&bob.get(&format!("{LIST}?archived=true")).await.expect(200)), ["Mentioned"]);
    assert_eq!(bob.get(LIST).await.expect(200)["total_count"], 3);
    bob.delete(&format!("{}archive/", path("Mentioned"))).await.expect(200);
    // Until when is a time to come.
    for (till, status) in [("2020-01-01T00:00:00Z", 400), ("x", 400), ("2026-01-02T12:00:00Z", 200)] {
        let answer = bob.patch(&path("Made"), json!({"snoozed_till": till})).await;
        assert!(status == 200 || answer.json()["snoozed_till"].is_array(), "{till}");
        answer.expect(status);
    }
    assert_eq!(unread().await, (3, 1));
    assert_eq!(names(&bob.get(&format!("{LIST}?snoozed=true")).await.expect(200)), ["Made"]);
    assert_eq!(bob.get(LIST).await.expect(200)["total_count"], 3);
    app.clock.advance(24 * 60 * 60 + 60);
    assert_eq!(unread().await, (4, 1), "its time has come");
    assert!(bob.get(&format!("{LIST}?snoozed=true")).await.expect(200)["results"].as_array().unwrap().is_empty());
    assert!(bob.patch(&path("Made"), json!({"snoozed_till": null})).await.expect(200)["snoozed_till"].is_null());
}

#[tokio::test]
async fn all_are_marked_read_that_the_same_filters_list() {
    let app = TestApp::new().await;
    let (project, ids) = place(&app).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let all = format!("{LIST}mark-all-read/");
    let unread = async || names(&bob.get(&format!("{LIST}?read=false")).await.expect(200));
    alice.post(&all, json!({})).await.expect(204);
    assert_eq!(unread().await.len(), 4, "each his own");
    let rows = results(&bob.get(LIST).await.expect(200));
    let made = rows.iter().find(|row| row["issue"]["name"] == "Made").unwrap()["id"].as_str().unwrap();
    bob.patch(&format!("{LIST}{made}/"), json!({"snoozed_till": "2026-02-01T00:00:00Z"})).await.expect(200);
    bob.post(&all, json!({"type": "mentioned,created"})).await.expect(204);
    assert_eq!(unread().await, ["Subscribed", "Assigned"], "what is put off is left alone");
    bob.post(&all, json!({"snoozed": true})).await.expect(204);
    assert!(bob.get(&format!("{LIST}{made}/")).await.expect(200)["read_at"].is_string());
    for (body, name) in [(json!({"project": ids[0]}), "project"), (json!({"type": "x"}), "type"), (json!({"archived": "x"}), "archived")] {
        assert!(bob.post(&all, body).await.expect(400)[name].is_array());
    }
    bob.post(&all, json!({"project": project})).await.expect(204);
    assert!(unread().await.is_empty());
}

#[tokio::test]
async fn who_lost_access_is_shown_nothing_any_more() {
    let app = TestApp::new().await;
    let (project, _) = place(&app).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let place = format!("/api/v1/workspaces/acme/projects/{project}/");
    let one = results(&bob.get(LIST).await.expect(200))[0]["id"].as_str().unwrap().to_owned();
    let members = alice.get(&format!("{place}members/")).await.expect(200);
    let own = members.as_array().unwrap().iter().find(|row| row["id"] == json!(app.user("bob"))).unwrap();
    alice.delete(&format!("{place}members/{}/", own["membership_id"].as_str().unwrap())).await.expect(204);
    assert_eq!(bob.get(LIST).await.expect(200)["total_count"], 0);
    assert_eq!(bob.get(&format!("{LIST}unread/")).await.expect(200), json!({"total": 0, "mentions": 0}));
    bob.get(&format!("{LIST}{one}/")).await.expect(404);
    bob.send("POST", &format!("{LIST}{one}/read/"), None).await.expect(404);
    alice.post(&format!("{place}members/"), json!({"member": app.user("bob"), "role": 15})).await.expect(201);
    assert_eq!(bob.get(LIST).await.expect(200)["total_count"], 4, "it comes back with him");
}

#[tokio::test]
async fn a_comment_is_shown_as_it_is_now_and_not_when_it_is_gone() {
    let app = TestApp::new().await;
    let (project, ids) = place(&app).await;
    let comments = format!("{}{}/comments/", items(&project), ids[0]);
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let said = alice.post(&comments, json!({"comment_html": "<p>rash</p>"})).await.id();
    app.run_consumers().await;
    let shown = async || {
        results(&bob.get(LIST).await.expect(200)).into_iter().find(|row| row["verb"] == "created" && row["entity"] == "comment").unwrap()["comment_html"].clone()
    };
    assert_eq!(shown().await, "<p>rash</p>");
    alice.patch(&format!("{comments}{said}/"), json!({"comment_html": "<p>calm</p>"})).await.expect(200);
    assert_eq!(shown().await, "<p>calm</p>");
    alice.delete(&format!("{comments}{said}/")).await.expect(204);
    assert!(shown().await.is_null());
    // Of an item that is gone only that it is gone is told.
    app.run_consumers().await;
    alice.delete(&format!("{}{}/", items(&project), ids[2])).await.expect(204);
    app.run_consumers().await;
    let rows = results(&bob.get(LIST).await.expect(200));
    let of_gone: Vec<&Value> = rows.iter().filter(|row| row["issue"]["id"] == json!(ids[2])).collect();
    assert_eq!((of_gone.len(), &of_gone[0]["verb"], &of_gone[0]["issue"]["name"]), (1, &json!("deleted"), &json!("Subscribed")));
}

#[tokio::test]
async fn a_relation_to_what_one_does_not_see_is_not_told() {
    let app = TestApp::new().await;
    let (project, ids) = place(&app).await;
    let alice = app.as_user("alice");
    let secret = alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "Secret", "identifier": "SEC", "network": 0})).await.id();
    let other = item(&app, "alice", &secret, json!({"name": "Hidden"})).await;
    told(&app, "bob").await;
    let relations = format!("{}{}/relations/", items(&project), ids[0]);
    alice.post(&relations, json!({"relation_type": "blocking", "issues": [other]})).await.expect(201);
    app.run_consumers().await;
    let page = app.as_user("bob").get(&format!("{LIST}?read=false")).await.expect(200);
    let rows = results(&page);
    assert_eq!((rows.len(), &rows[0]["entity"], &rows[0]["changes"]), (1, &json!("relation"), &json!([])));
    assert!(!page.to_string().contains(&other) && !page.to_string().contains("SEC-"), "{page}");
}

#[tokio::test]
async fn going_through_the_log_anew_tells_nobody_twice() {
    let app = TestApp::new().await;
    place(&app).await;
    let alice = app.principal("alice");
    let workspace =
        app.db.read(move |session| Ok(session.workspace(&alice, "acme", aileron_kernel::Action::WorkspaceRead)?.workspace_id()));
    let workspace = workspace.await.unwrap();
    let bob = app.as_user("bob");
    let before = bob.get(LIST).await.expect(200);
    let consumers = app.consumers(vec![std::sync::Arc::new(Notifications::default())]);
    assert!(consumers.replay(Notifications::default().name(), workspace, 0).await.unwrap());
    assert!(consumers.run_due().await.unwrap() > 20);
    assert_eq!(bob.get(LIST).await.expect(200), before);
}

#[tokio::test]
async fn a_page_costs_the_same_however_long_it_is() {
    let app = TestApp::new().await;
    let (project, ids) = place(&app).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let path = format!("{}{}/", items(&project), ids[0]);
    alice.post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    alice.post(&format!("{path}relations/"), json!({"relation_type": "blocking", "issues": [ids[1]]})).await.expect(201);
    app.run_consumers().await;
    let cost = async || {
        let before = app.db.statements();
        bob.get(LIST).await.expect(200);
        app.db.statements() - before
    };
    let short = cost().await;
    for number in 0..10 {
        alice.post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
        alice.patch(&path, json!({"name": format!("Name {number}")})).await.expect(200);
    }
    let before = app.db.statements();
    app.run_consumers().await;
    let handled = app.db.statements() - before;
    // Of all who follow the log.
    assert!(handled < 100, "{handled} statements for twenty events");
    assert_eq!(cost().await, short);
}
