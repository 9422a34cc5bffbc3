//! Work items that move to another project: what comes along, what stays, and that they are found under what they were called.

use aileron_kernel::Clock as _;
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

fn below(project: &str, rest: &str) -> String {
    format!("/api/v1/workspaces/acme/projects/{project}/{rest}")
}

async fn named(app: &TestApp, name: &str) -> Value {
    app.as_user("alice").get(&format!("/api/v1/workspaces/acme/work-items/{name}/")).await.expect(200)
}

/// What the answer says of the traveller.
fn check_told(moved: &Value) {
    assert_eq!((&moved["old_identifier"], &moved["new_identifier"]), (&json!("ENG-2"), &json!("OPS-2")));
    let mut dropped: Vec<_> = moved["dropped"].as_array().unwrap().iter().map(|row| (row["field"].clone(), row["name"].clone())).collect();
    dropped.sort_by_key(|row| row.0.to_string());
    assert_eq!(dropped, [(json!("cycles"), json!("C")), (json!("labels"), json!("odd")), (json!("parent"), json!("ENG-1"))]);
}

#[tokio::test]
async fn an_item_moves_with_all_that_hangs_on_it() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    alice.patch(&below(&eng, ""), json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let label = async |project: &str, name: &str| alice.post(&below(project, "labels/"), json!({ "name": name })).await.id();
    let (bug, odd, ops_bug) = (label(&eng, "bug").await, label(&eng, "odd").await, label(&ops, "Bug").await);
    let own = alice.post(&below(&eng, "states/"), json!({"name": "Reviewing", "color": "#000000", "group": "completed"})).await.id();
    let cycle = alice.post(&below(&eng, "cycles/"), json!({"name": "C", "project_id": eng})).await.id();
    item(&app, "alice", &ops, json!({"name": "First"})).await;
    let parent = item(&app, "alice", &eng, json!({"name": "Parent"})).await;
    let body = json!({"name": "Traveller", "parent": parent, "labels": [bug, odd], "state": own, "assignees": [app.user("bob")],
        "description_html": "<p>luggage</p>"});
    let one = item(&app, "alice", &eng, body).await;
    let child = item(&app, "alice", &eng, json!({"name": "Child", "parent": one})).await;
    let path = format!("{}{one}/", items(&eng));
    let comment = bob.post(&format!("{path}comments/"), json!({"comment_html": "<p>said</p>"})).await.id();
    bob.post(&format!("{path}comments/{comment}/reactions/"), json!({"reaction": "+1"})).await.expect(201);
    bob.post(&format!("{path}votes/"), json!({"vote": 1})).await;
    bob.post(&format!("{path}links/"), json!({"url": "https://a.test/"})).await.expect(201);
    bob.post(&format!("{path}relations/"), json!({"relation_type": "blocking", "issues": [parent]})).await.expect(201);
    bob.post(&below(&eng, &format!("cycles/{cycle}/cycle-issues/")), json!({"issues": [one]})).await.expect(200);
    let deleted = item(&app, "alice", &eng, json!({"name": "Deleted", "parent": one})).await;
    alice.delete(&format!("{}{deleted}/", items(&eng))).await.expect(204);

    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", "m1".to_owned())];
    let body = json!({ "target_project_id": ops }).to_string().into_bytes();
    let answer = bob.raw("POST", &format!("{path}move/"), &headers, body.clone()).await.expect(200);
    // Sent again, it is told again.
    assert_eq!(bob.raw("POST", &format!("{path}move/"), &headers, body).await.expect(200), answer);
    check_told(&answer["work_items"][0]);

    bob.get(&path).await.expect(404);
    let there = format!("{}{one}/", items(&ops));
    let shown = bob.get(&there).await.expect(200);
    assert_eq!((&shown["labels"], &shown["parent"], &shown["assignees"]), (&json!([ops_bug]), &json!(null), &json!([app.user("bob")])));
    let states = results(&alice.get(&below(&ops, "states/")).await.expect(200));
    let state = states.iter().find(|state| state["id"] == shown["state"]).unwrap();
    assert_eq!(state["group"], "completed");
    assert!(shown["completed_at"].is_string());
    assert_eq!(bob.get(&format!("{}{child}/", items(&ops))).await.expect(200)["parent"], json!(one));
    assert_eq!(bob.get(&format!("{there}comments/")).await.expect(200)["total_count"], 1);
    assert_eq!(bob.get(&format!("{there}links/")).await.expect(200)["total_count"], 1);
    let related = bob.get(&format!("{there}relations/")).await.expect(200);
    assert_eq!(related["blocking"].as_array().unwrap().len(), 1);
    let told = results(&bob.get(&format!("{there}activities/")).await.expect(200));
    assert!(told.iter().any(|row| row["verb"] == "created"));
    assert!(
        told.iter()
            .any(|row| (&row["field"], &row["old_value"], &row["new_value"]) == (&json!("project"), &json!("ENG-2"), &json!("OPS-2")))
    );
    // Under both names, in any case of letters, and by the search.
    for name in ["ENG-2", "eng-2", "OPS-2"] {
        assert_eq!(named(&app, name).await["id"], json!(one), "{name}");
    }
    let found = bob.get("/api/v1/workspaces/acme/work-items/search/?search=ENG-2").await.expect(200);
    assert_eq!(found["issues"][0]["id"], json!(one));
    let found = bob.get("/api/v1/workspaces/acme/work-items/search/?search=luggage").await.expect(200);
    assert_eq!(found["issues"][0]["project_id"], json!(ops));
    // Nobody else ever gets the number.
    let next = alice.post(&items(&eng), json!({"name": "Next"})).await.expect(201);
    assert_eq!(next["sequence_id"], 5);
    // What was deleted before stays where it was.
    alice.post(&format!("{}{deleted}/restore/", items(&eng)), json!({})).await.expect(200);
}

#[tokio::test]
async fn what_is_done_stays_done_whatever_the_states_are_called_there() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    let state = async |project: &str, name: &str, group: &str| {
        alice.post(&below(project, "states/"), json!({"name": name, "color": "#000000", "group": group})).await.id()
    };
    let shipped = state(&eng, "Shipped", "completed").await;
    state(&ops, "Shipped", "started").await;
    let one = item(&app, "alice", &eng, json!({"name": "One", "state": shipped})).await;
    let before = alice.get(&format!("{}{one}/", items(&eng))).await.expect(200);
    app.clock.advance(60);
    alice.post(&format!("{}{one}/move/", items(&eng)), json!({"target_project_id": ops})).await.expect(200);
    let there = alice.get(&format!("{}{one}/?expand=state", items(&ops))).await.expect(200);
    assert_eq!((&there["state"]["group"], &there["completed_at"]), (&json!("completed"), &before["completed_at"]));
    // Where nothing is ever done, it is not done, and the log tells so.
    let bare = project(&app, "BARE").await;
    for group in ["completed", "cancelled"] {
        let states = results(&alice.get(&below(&bare, "states/")).await.expect(200));
        let gone = states.iter().find(|state| state["group"] == group).unwrap()["id"].as_str().unwrap().to_owned();
        alice.delete(&below(&bare, &format!("states/{gone}/"))).await.expect(204);
    }
    let then = app.clock.now();
    app.clock.advance(60);
    alice.post(&format!("{}{one}/move/", items(&ops)), json!({"target_project_id": bare})).await.expect(200);
    assert_eq!(alice.get(&format!("{}{one}/", items(&bare))).await.expect(200)["completed_at"], json!(null));
    let told = crate::log::changes(&app, "work_item").await;
    assert!(told.contains("completed_at"), "{told}");
    // Under the name that it had then, it is shown as it stood.
    let named = alice.get(&format!("/api/v1/workspaces/acme/work-items/OPS-1/?as_of={then}")).await.expect(200);
    assert_eq!((&named["id"], &named["state"]), (&json!(one), &there["state"]["id"]));
    for field in ["completed_at", "sequence_id", "project"] {
        assert_eq!(named[field], there[field], "{field}");
    }
    app.as_user("gina").get(&format!("/api/v1/workspaces/acme/work-items/OPS-1/?as_of={then}")).await.expect(404);
    app.as_user("olga").get(&format!("/api/v1/workspaces/acme/work-items/OPS-1/?as_of={then}")).await.expect(403);
}

#[tokio::test]
async fn back_home_it_has_its_old_number() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    let one = item(&app, "alice", &eng, json!({"name": "One"})).await;
    let go = async |from: &str, to: &str| {
        let answer = alice.post(&format!("{}{one}/move/", items(from)), json!({"target_project_id": to})).await.expect(200);
        answer["work_items"][0]["new_identifier"].clone()
    };
    assert_eq!(go(&eng, &ops).await, "OPS-1");
    assert_eq!(go(&ops, &eng).await, "ENG-1");
    assert_eq!(named(&app, "OPS-1").await["id"], json!(one));
    assert_eq!(go(&eng, &ops).await, "OPS-1");
    // The letters may become others, and the project may go: what it was called leads to it still.
    alice.patch(&below(&eng, ""), json!({"identifier": "CORE"})).await.expect(200);
    for name in ["CORE-1", "ENG-1"] {
        assert_eq!(named(&app, name).await["id"], json!(one), "{name}");
    }
    alice.delete(&below(&eng, "")).await.expect(204);
    assert_eq!(named(&app, "ENG-1").await["id"], json!(one));
}

#[tokio::test]
async fn an_old_name_tells_nobody_more_than_the_new_one() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    alice.patch(&below(&ops, ""), json!({"visibility": "secret"})).await.expect(200);
    let members = alice.get(&below(&ops, "members/")).await.expect(200);
    let bob = members.as_array().unwrap().iter().find(|row| row["display_name"] == "bob").unwrap();
    let membership = bob["membership_id"].as_str().unwrap().to_owned();
    let one = item(&app, "alice", &eng, json!({"name": "One"})).await;
    alice.post(&format!("{}{one}/move/", items(&eng)), json!({"target_project_id": ops})).await.expect(200);
    alice.delete(&below(&ops, &format!("members/{membership}/"))).await.expect(204);
    let bob = app.as_user("bob");
    let gone = bob.get("/api/v1/workspaces/acme/work-items/ENG-1/").await;
    let never = bob.get("/api/v1/workspaces/acme/work-items/ENG-99/").await;
    assert_eq!((gone.status, gone.bytes), (never.status, never.bytes));
    let found = bob.get("/api/v1/workspaces/acme/work-items/search/?search=ENG-1").await.expect(200);
    assert!(found["issues"].as_array().unwrap().is_empty());
    // A guest sees his own, under either name.
    app.as_user("gina").get("/api/v1/workspaces/acme/work-items/ENG-1/").await.expect(404);
}

#[tokio::test]
async fn who_may_not_move_is_told_why() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let (alice, bob, gina) = (app.as_user("alice"), app.as_user("bob"), app.as_user("gina"));
    let hidden = alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "Hidden", "identifier": "HID"})).await.id();
    let one = item(&app, "alice", &eng, json!({"name": "One"})).await;
    let path = format!("{}{one}/move/", items(&eng));
    for (body, field) in [
        (json!({}), "target_project_id"),
        (json!({"target_project_id": "x"}), "target_project_id"),
        (json!({"target_project_id": NOBODY}), "target_project_id"),
        (json!({"target_project_id": hidden}), "target_project_id"),
        (json!({"target_project_id": eng}), "target_project_id"),
        (json!({"target_project_id": ops, "sub_items": "drop"}), "sub_items"),
    ] {
        let said = bob.post(&path, body.clone()).await.expect(400);
        assert!(said.get(field).is_some(), "{body}: {said}");
    }
    gina.post(&path, json!({"target_project_id": ops})).await.expect(403);
    bob.post(&format!("{}{NOBODY}/move/", items(&eng)), json!({"target_project_id": ops})).await.expect(404);
    item(&app, "alice", &ops, json!({"name": "Same", "external_source": "a", "external_id": "1"})).await;
    let twin = item(&app, "alice", &eng, json!({"name": "Twin", "external_source": "a", "external_id": "1"})).await;
    alice.post(&format!("{}{twin}/move/", items(&eng)), json!({"target_project_id": ops})).await.expect(409);
    alice.post(&below(&ops, "archive/"), json!({})).await.expect(204);
    alice.post(&path, json!({"target_project_id": ops})).await.expect(400);
    assert_eq!(named(&app, "ENG-1").await["project"], json!(eng));
}

#[tokio::test]
async fn those_below_stay_where_that_is_wanted() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    let one = item(&app, "alice", &eng, json!({"name": "One"})).await;
    let two = item(&app, "alice", &eng, json!({"name": "Two"})).await;
    let child = item(&app, "alice", &eng, json!({"name": "Child", "parent": one})).await;
    let body = json!({"work_item_ids": [one, two], "target_project_id": ops, "sub_items": "detach"});
    let answer = alice.post(&below(&eng, "work-items/bulk-move/"), body).await.expect(200);
    let names: Vec<&Value> = answer["work_items"].as_array().unwrap().iter().map(|row| &row["new_identifier"]).collect();
    assert_eq!(names, [&json!("OPS-1"), &json!("OPS-2")]);
    let left = alice.get(&format!("{}{child}/", items(&eng))).await.expect(200);
    assert_eq!(left["parent"], json!(null));
    let many: Vec<String> = (0..101).map(|number| format!("00000000-0000-4000-8000-{number:012}")).collect();
    let body = json!({"work_item_ids": many, "target_project_id": ops});
    assert!(alice.post(&below(&eng, "work-items/bulk-move/"), body).await.expect(400).get("work_item_ids").is_some());
}

/// An item whose request was accepted leaves the request behind; one that waits in intake stays.
#[tokio::test]
async fn requests_stay_in_the_project_that_was_asked() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    alice.patch(&below(&eng, ""), json!({"intake_view": true})).await.expect(200);
    let asked = async |body: Value| alice.post(&below(&eng, "intake-issues/"), json!({ "issue": body })).await.expect(201);
    let accepted = asked(json!({"name": "Accepted"})).await["issue"].as_str().unwrap().to_owned();
    let request = |id: &str| below(&eng, &format!("intake-issues/{id}/"));
    alice.patch(&request(&accepted), json!({"status": 1})).await.expect(200);
    let twin = asked(json!({"name": "Twin"})).await["issue"].as_str().unwrap().to_owned();
    alice.patch(&request(&twin), json!({"status": 2, "duplicate_to": accepted})).await.expect(200);
    let waiting = asked(json!({"name": "Waiting", "parent": accepted})).await["issue"].as_str().unwrap().to_owned();
    alice.post(&format!("{}{accepted}/move/", items(&eng)), json!({"target_project_id": ops})).await.expect(200);
    assert_eq!(results(&alice.get(&items(&ops)).await.expect(200)).len(), 1);
    alice.get(&request(&accepted)).await.expect(404);
    assert_eq!(alice.get(&request(&twin)).await.expect(200)["duplicate_to"], json!(null));
    assert_eq!(alice.get(&request(&waiting)).await.expect(200)["status"], -2);
    alice.post(&format!("{}{waiting}/move/", items(&eng)), json!({"target_project_id": ops})).await.expect(404);
}

#[tokio::test]
async fn the_days_of_a_cycle_stay_what_they_were() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    alice.patch(&below(&eng, ""), json!({"cycle_view": true})).await.expect(200);
    let body = json!({"name": "C", "project_id": eng, "start_date": "2026-01-01", "end_date": "2026-01-11"});
    let cycle = alice.post(&below(&eng, "cycles/"), body).await.id();
    let one = item(&app, "alice", &eng, json!({"name": "One"})).await;
    let path = below(&eng, &format!("cycles/{cycle}/"));
    alice.post(&format!("{path}cycle-issues/"), json!({"issues": [one]})).await.expect(200);
    app.clock.advance(24 * 60 * 60);
    alice.post(&format!("{}{one}/move/", items(&eng)), json!({"target_project_id": ops})).await.expect(200);
    let told = alice.get(&format!("{path}burn-down/")).await.expect(200);
    let total = |day: usize| told["days"][day]["issues"]["total"].clone();
    assert_eq!((total(0), total(1)), (json!(1), json!(0)));
}
