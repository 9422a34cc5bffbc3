//! What goes back and what does not.

use aileron_db::{ExprTrait as _, Unscoped, schema::WORK_ITEMS};
use aileron_kernel::Uuid;
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::{
    stock::{item, items, project, results},
    undo::{UNDO, below, keyed, undo},
};

async fn states(app: &TestApp, project: &str) -> Vec<Value> {
    results(&app.as_user("alice").get(&below(project, "states/")).await.expect(200))
}

async fn group(app: &TestApp, project: &str, group: &str) -> String {
    states(app, project).await.into_iter().find(|state| state["group"] == group).unwrap()["id"].as_str().unwrap().to_owned()
}

/// When work on an item began, in microseconds.
async fn started_at(app: &TestApp, item: &str) -> Option<i64> {
    let id: Uuid = item.parse().unwrap();
    let read = app.db.read(move |session| {
        let mut tx = session.unscoped(Unscoped::Job)?;
        let select = tx.from(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(id)).expr(WORK_ITEMS.col("started_at"));
        tx.one::<(Option<i64>,)>(&select)
    });
    read.await.unwrap().0
}

#[tokio::test]
async fn the_times_of_a_state_go_back_with_it() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let one = item(&app, "bob", &id, json!({"name": "One"})).await;
    let path = format!("{}{one}/", items(&id));
    let (started, completed) = (group(&app, &id, "started").await, group(&app, &id, "completed").await);
    keyed(&app, "bob", "k1", ("PATCH", &path), json!({"state": started})).await.expect(200);
    let began = started_at(&app, &one).await;
    assert!(began.is_some());
    undo(&app, "bob", "k1", "u1").await.expect(200);
    assert_eq!(started_at(&app, &one).await, None);
    app.clock.advance(60);
    undo(&app, "bob", "u1", "u2").await.expect(200);
    assert_eq!(started_at(&app, &one).await, began, "when it began the first time");
    let body = json!({"work_item_ids": [one], "state": completed});
    keyed(&app, "bob", "k2", ("POST", &below(&id, "work-items/bulk-update/")), body).await.expect(200);
    let before = app.as_user("bob").get(&path).await.expect(200);
    app.clock.advance(60);
    keyed(&app, "bob", "k3", ("PATCH", &path), json!({"state": started})).await.expect(200);
    undo(&app, "bob", "k3", "u3").await.expect(200);
    assert_eq!(app.as_user("bob").get(&path).await.expect(200)["completed_at"], before["completed_at"]);
}

#[tokio::test]
async fn another_default_state_gives_its_place_back() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let default = async || {
        let found = states(&app, &id).await.into_iter().filter(|state| state["default"] == true).collect::<Vec<_>>();
        assert_eq!(found.len(), 1);
        found[0]["id"].as_str().unwrap().to_owned()
    };
    let (first, second) = (default().await, group(&app, &id, "unstarted").await);
    let body = json!({"default": true, "color": "#123456"});
    keyed(&app, "alice", "k1", ("PATCH", &below(&id, &format!("states/{second}/"))), body).await.expect(200);
    assert_eq!(default().await, second);
    undo(&app, "alice", "k1", "u1").await.expect(200);
    assert_eq!(default().await, first);
    assert!(states(&app, &id).await.iter().all(|state| state["color"] != "#123456"));
    undo(&app, "alice", "u1", "u2").await.expect(200);
    assert_eq!(default().await, second);
    let body = json!({"name": "Inbox", "color": "#ffffff", "group": "backlog", "default": true});
    let third = keyed(&app, "alice", "k2", ("POST", &below(&id, "states/")), body).await.id();
    assert_eq!(default().await, third);
    undo(&app, "alice", "k2", "u3").await.expect(200);
    assert_eq!(default().await, second);
}

#[tokio::test]
async fn a_published_draft_is_a_draft_again_and_its_item_in_the_trash() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    alice.patch(&below(&id, ""), json!({"cycle_view": true})).await.expect(200);
    let cycle = alice.post(&below(&id, "cycles/"), json!({"name": "C", "project_id": id})).await.id();
    let drafts = "/api/v1/workspaces/acme/draft-work-items/";
    let body = json!({"name": "Dates", "project_id": id, "cycle_id": cycle, "description_html": "<p>x</p>"});
    let draft = bob.post(drafts, body).await.id();
    let path = format!("{drafts}{draft}/");
    let before = bob.get(&path).await.expect(200);
    let made = keyed(&app, "bob", "k1", ("POST", &format!("{path}publish/")), json!({})).await.id();
    bob.get(&path).await.expect(404);
    undo(&app, "bob", "k1", "u1").await.expect(200);
    let again = bob.get(&path).await.expect(200);
    for field in ["name", "description_html", "cycle_id", "project"] {
        assert_eq!(again[field], before[field], "{field}");
    }
    assert_eq!(results(&bob.get(&below(&id, "trash/")).await.expect(200))[0]["id"], json!(made));
    undo(&app, "bob", "u1", "u2").await.expect(200);
    bob.get(&path).await.expect(404);
    assert_eq!(bob.get(&format!("{}{made}/", items(&id))).await.expect(200)["name"], "Dates");
    // A draft that was thrown away.
    let other = keyed(&app, "bob", "k2", ("POST", drafts), json!({"name": "Other"})).await.id();
    keyed(&app, "bob", "k3", ("DELETE", &format!("{drafts}{other}/")), json!({})).await.expect(204);
    undo(&app, "bob", "k3", "u3").await.expect(200);
    assert_eq!(bob.get(&format!("{drafts}{other}/")).await.expect(200)["name"], "Other");
}

#[tokio::test]
async fn a_request_that_moved_away_is_one_again_when_it_comes_back() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    alice.patch(&below(&eng, ""), json!({"intake_view": true})).await.expect(200);
    let intake = below(&eng, "intake-issues/");
    let asked = app.as_user("gina").post(&intake, json!({"issue": {"name": "Lift"}})).await.expect(201);
    let one = asked["issue"].as_str().unwrap();
    let path = format!("{intake}{one}/");
    alice.patch(&path, json!({"status": 1})).await.expect(200);
    let before = alice.get(&path).await.expect(200);
    let target = json!({ "target_project_id": ops });
    keyed(&app, "alice", "k1", ("POST", &format!("{}{one}/move/", items(&eng))), target).await.expect(200);
    alice.get(&path).await.expect(404);
    let told = crate::log::changes(&app, "intake_item").await;
    assert!(told.contains("IN_APP") && told.contains("created_at"), "the log keeps what it was: {told}");
    undo(&app, "alice", "k1", "u1").await.expect(200);
    let after = alice.get(&path).await.expect(200);
    for field in ["id", "status", "source", "created_by", "created_at"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    undo(&app, "alice", "u1", "u2").await.expect(200);
    alice.get(&format!("{}{one}/", items(&ops))).await.expect(200);
}

/// Many long names: more than one event takes.
#[tokio::test]
async fn a_long_change_goes_back_whole_and_is_remembered_whole() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let mut labels = Vec::new();
    for number in 0..90 {
        let name = format!("{number} {}", "x".repeat(240));
        labels.push(alice.post(&below(&id, "labels/"), json!({ "name": name })).await.id());
    }
    labels.sort();
    let sorted = |shown: &Value| {
        let mut ids: Vec<String> = shown["labels"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    let made = keyed(&app, "bob", "k0", ("POST", &items(&id)), json!({"name": "One", "labels": labels})).await.expect(201);
    let path = format!("{}{}/", items(&id), made["id"].as_str().unwrap());
    let then = bob.get(&path).await.expect(200)["updated_at"].as_str().unwrap().to_owned();
    app.clock.advance(60);
    keyed(&app, "bob", "k1", ("PATCH", &path), json!({"labels": [], "name": "Two"})).await.expect(200);
    let past = bob.get(&format!("{path}?as_of={then}")).await.expect(200);
    assert_eq!((&past["name"], sorted(&past)), (&json!("One"), labels.clone()));
    let told = results(&bob.get(&format!("{path}activities/?per_page=1000")).await.expect(200));
    let count = |is: fn(&&Value) -> bool| told.iter().filter(is).count();
    assert_eq!(count(|row| row["verb"] == "created"), 1, "made once");
    assert_eq!(count(|row| row["field"] == "labels" && row["old_identifier"].is_string()), 90);
    undo(&app, "bob", "k1", "u1").await.expect(200);
    let back = bob.get(&path).await.expect(200);
    assert_eq!((&back["name"], sorted(&back)), (&json!("One"), labels));
    undo(&app, "bob", "u1", "u2").await.expect(200);
    keyed(&app, "bob", "k2", ("DELETE", &path), json!({})).await.expect(204);
    undo(&app, "bob", "k2", "u3").await.expect(200);
    undo(&app, "bob", "u3", "u4").await.expect(200);
    bob.get(&path).await.expect(404);
}

/// Does each of these, takes it back, takes that back, and so on.
async fn back_and_forth(app: &TestApp, cases: Vec<(&str, String, Value)>) {
    for (number, (method, path, body)) in cases.into_iter().enumerate() {
        let done = keyed(app, "alice", &format!("0 {number}"), (method, &path), body).await;
        assert!(done.status.is_success(), "{method} {path}: {}", done.status);
        app.run_consumers().await;
        // A state or label that is gone does not come back.
        let times = if path.ends_with("/states/") || path.ends_with("/labels/") { 1 } else { 3 };
        for time in 0..times {
            let body = json!({"mutation_id": format!("{time} {number}")});
            let said = keyed(app, "alice", &format!("{} {number}", time + 1), ("POST", UNDO), body).await;
            assert_eq!(said.status, 200, "{method} {path}, {time}: {}", String::from_utf8_lossy(&said.bytes));
        }
    }
}

/// Makes something, and answers its address.
async fn make(app: &TestApp, path: String, body: Value) -> String {
    format!("{path}{}/", app.as_user("alice").post(&path, body).await.id())
}

/// What the documentation says goes back, one of each.
#[tokio::test]
async fn items_and_what_hangs_on_them_go_back_and_forth() {
    let app = TestApp::new().await;
    let (id, other) = (project(&app, "ENG").await, project(&app, "OPS").await);
    app.as_user("alice").patch(&below(&id, ""), json!({"intake_view": true})).await.expect(200);
    let done = group(&app, &id, "completed").await;
    let path = make(&app, items(&id), json!({"name": "One", "state": done})).await;
    let near = item(&app, "alice", &id, json!({"name": "Near"})).await;
    let inside = |rest: &str| format!("{path}{rest}");
    let comment = make(&app, inside("comments/"), json!({"comment_html": "<p>x</p>"})).await;
    let link = make(&app, inside("links/"), json!({"url": "https://a.test/"})).await;
    let cases = vec![
        ("POST", items(&id), json!({"name": "Two"})),
        ("PATCH", path.clone(), json!({"name": "New", "description_html": "<p>n</p>", "assignees": [app.user("bob")], "point": 3})),
        ("POST", inside("archive/"), json!({})),
        ("POST", inside("move/"), json!({ "target_project_id": other })),
        ("DELETE", path.clone(), json!({})),
        ("POST", inside("comments/"), json!({"comment_html": "<p>y</p>"})),
        ("PATCH", comment.clone(), json!({"comment_html": "<p>z</p>"})),
        ("DELETE", comment, json!({})),
        ("POST", inside("links/"), json!({"url": "https://b.test/"})),
        ("PATCH", link.clone(), json!({"title": "New", "url": "https://c.test/"})),
        ("DELETE", link, json!({})),
        ("POST", inside("relations/"), json!({"relation_type": "blocking", "issues": [near]})),
        ("POST", below(&id, "intake-issues/"), json!({"issue": {"name": "Lift"}})),
    ];
    back_and_forth(&app, cases).await;
}

/// What the documentation says goes back, one of each.
#[tokio::test]
async fn places_and_settings_go_back_and_forth() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    app.as_user("alice").patch(&below(&id, ""), json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let near = item(&app, "alice", &id, json!({"name": "Near"})).await;
    let (at, workspace) = (|rest: &str| below(&id, rest), |rest: &str| format!("/api/v1/workspaces/acme/{rest}"));
    let cycle = make(&app, at("cycles/"), json!({"name": "C", "project_id": id})).await;
    let module = make(&app, at("modules/"), json!({"name": "M"})).await;
    let label = make(&app, at("labels/"), json!({"name": "bug"})).await;
    let state = make(&app, at("states/"), json!({"name": "Own", "color": "#000000"})).await;
    let note = make(&app, workspace("stickies/"), json!({"name": "Note"})).await;
    let draft = make(&app, workspace("draft-work-items/"), json!({"name": "Draft"})).await;
    let cases = vec![
        ("POST", format!("{cycle}cycle-issues/"), json!({"issues": [near]})),
        ("POST", format!("{module}module-issues/"), json!({"issues": [near]})),
        ("PATCH", cycle.clone(), json!({"name": "D", "start_date": "2026-03-01", "end_date": "2026-03-14"})),
        ("DELETE", cycle, json!({})),
        ("PATCH", module.clone(), json!({"name": "N", "status": "planned", "lead": app.user("bob")})),
        ("POST", at("modules/"), json!({"name": "Other"})),
        ("DELETE", module, json!({})),
        ("PATCH", at(""), json!({"name": "Engine", "visibility": "secret"})),
        ("POST", at("archive/"), json!({})),
        ("PATCH", state, json!({"name": "Mine", "default": true})),
        ("POST", at("states/"), json!({"name": "More", "color": "#000000"})),
        ("PATCH", label, json!({"name": "ux", "color": "#123456"})),
        ("POST", at("labels/"), json!({"name": "more"})),
        ("POST", workspace("stickies/"), json!({"name": "Other"})),
        ("DELETE", note, json!({})),
        ("POST", format!("{draft}publish/"), json!({ "project_id": id })),
        ("DELETE", draft, json!({})),
        ("DELETE", at(""), json!({})),
    ];
    back_and_forth(&app, cases).await;
}

/// What the documentation says has no way back, one of each.
#[tokio::test]
async fn what_has_no_way_back_is_refused_and_left_as_it_is() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    let features = json!({"cycle_view": true, "module_view": true, "issue_views_view": true, "page_view": true});
    alice.patch(&below(&id, ""), features).await.expect(200);
    let one = format!("{}{}/", items(&id), item(&app, "alice", &id, json!({"name": "One"})).await);
    let workspace = |rest: &str| format!("/api/v1/workspaces/acme/{rest}");
    let note = alice.post(&workspace("stickies/"), json!({"name": "Note"})).await.id();
    let module = alice.post(&below(&id, "modules/"), json!({"name": "M"})).await.id();
    let cycle = alice.post(&below(&id, "cycles/"), json!({"name": "C", "project_id": id})).await.id();
    let state = alice.post(&below(&id, "states/"), json!({"name": "Own", "color": "#000000"})).await.id();
    let label = alice.post(&below(&id, "labels/"), json!({"name": "bug"})).await.id();
    let link = alice.post(&format!("{one}links/"), json!({"url": "https://a.test/"})).await.id();
    let draft = alice.post(&workspace("draft-work-items/"), json!({"name": "Draft"})).await.id();
    let favorite = json!({"entity_type": "project", "entity_identifier": id, "project_id": id});
    let cases = [
        ("page", "POST", below(&id, "pages/"), json!({"name": "P"})),
        ("page", "POST", workspace("pages/"), json!({"name": "P"})),
        ("view", "POST", below(&id, "views/"), json!({"name": "V"})),
        ("view", "POST", workspace("views/"), json!({"name": "V"})),
        ("reaction", "POST", format!("{one}reactions/"), json!({"reaction": "+1"})),
        ("vote", "POST", format!("{one}votes/"), json!({"vote": 1})),
        ("subscription", "POST", format!("{one}subscribe/"), json!({})),
        ("module_link", "POST", below(&id, &format!("modules/{module}/links/")), json!({"url": "https://b.test/"})),
        ("favorite", "POST", workspace("user-favorites/"), favorite),
        ("quick_link", "POST", workspace("quick-links/"), json!({"url": "https://c.test/"})),
        ("estimate", "POST", below(&id, "estimates/"), json!({"name": "Points"})),
        ("sticky", "PATCH", workspace(&format!("stickies/{note}/")), json!({"name": "Changed"})),
        ("draft", "PATCH", workspace(&format!("draft-work-items/{draft}/")), json!({"name": "Changed"})),
        ("project", "PATCH", below(&id, ""), json!({"description": "long", "name": "Renamed"})),
        ("cycle", "PATCH", below(&id, &format!("cycles/{cycle}/")), json!({"description": "long"})),
        ("module", "PATCH", below(&id, &format!("modules/{module}/")), json!({"description": "long"})),
        ("link", "PATCH", format!("{one}links/{link}/"), json!({"metadata": {"a": 1}})),
        ("label", "DELETE", below(&id, &format!("labels/{label}/")), json!({})),
        ("state", "DELETE", below(&id, &format!("states/{state}/")), json!({})),
        ("project_member", "POST", below(&id, "members/"), json!({"member": app.user("dave"), "role": 15})),
        ("workspace", "PATCH", "/api/v1/workspaces/acme/".to_owned(), json!({"name": "Acme & Co"})),
    ];
    for (number, (entity, method, path, body)) in cases.into_iter().enumerate() {
        let key = format!("k{number}");
        let done = keyed(&app, "alice", &key, (method, &path), body).await;
        assert!(done.status.is_success(), "{method} {path}: {}", done.status);
        let refused = keyed(&app, "alice", &format!("u{number}"), ("POST", UNDO), json!({ "mutation_id": key })).await.expect(400);
        assert_eq!(refused["entity"], entity, "{method} {path}: {refused}");
    }
    assert_eq!(alice.get(&below(&id, "")).await.expect(200)["name"], "Renamed", "nothing is half done");
}
