//! States through the API.

use aileron_kernel::Clock as _;
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

#[tokio::test]
async fn a_stranger_and_nobody_are_refused_alike() {
    let app = TestApp::new().await;
    let path = "/api/v1/workspaces/acme/projects/00000000-0000-4000-8000-000000000000/states/";
    app.nobody().get(path).await.expect(401);
    let unknown = app.as_user("alice").get(path).await;
    let stranger = app.as_user("olga").get(path).await;
    unknown.expect(403);
    assert_eq!(unknown.bytes, stranger.bytes);
    app.with_token("nonsense").get(path).await.expect(403);
}

#[tokio::test]
async fn a_deleted_state_is_no_projects_default() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = format!("/api/v1/workspaces/acme/projects/{}/", project(&app, "ENG").await);
    let [state, other] = ["one", "two"].map(|name| json!({"name": name, "color": "#fff"}));
    let state = alice.post(&format!("{path}states/"), state).await.id();
    let other = alice.post(&format!("{path}states/"), other).await.id();
    alice.patch(&path, json!({"default_state": state})).await.expect(200);
    alice.delete(&format!("{path}states/{other}/")).await.expect(204);
    assert_eq!(alice.get(&path).await.expect(200)["default_state"], json!(state));
    alice.delete(&format!("{path}states/{state}/")).await.expect(204);
    assert_eq!(alice.get(&path).await.expect(200)["default_state"], Value::Null);
    alice.patch(&path, json!({"default_state": state})).await.expect(400);
}

/// How many items are completed by the totals, by the course and by the times.
async fn figures(alice: &aileron_testkit::Caller<'_>) -> (i64, i64, i64) {
    let within = "from=2025-12-01&to=2026-03-01";
    let totals = alice.get("/api/v1/workspaces/acme/analytics/totals/").await.expect(200);
    let course = alice.get(&format!("/api/v1/workspaces/acme/analytics/created-resolved/?{within}")).await.expect(200);
    let resolved: i64 = course["steps"].as_array().unwrap().iter().map(|step| step["completed_issues"].as_i64().unwrap()).sum();
    let times = alice.get(&format!("/api/v1/workspaces/acme/analytics/times/?{within}")).await.expect(200);
    (totals["completed"]["issues"].as_i64().unwrap(), resolved, times["lead"]["issues"].as_i64().unwrap())
}

#[tokio::test]
async fn items_are_completed_with_their_state() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let project = project(&app, "ENG").await;
    let path = format!("/api/v1/workspaces/acme/projects/{project}/");
    let state = alice.post(&format!("{path}states/"), json!({"name": "Shipped", "color": "#fff", "group": "backlog"})).await.id();
    let mut made = Vec::new();
    for body in [json!({"name": "a"}), json!({"name": "b", "is_draft": true})] {
        let mut body = body;
        body["state"] = json!(state);
        made.push(item(&app, "alice", &project, body).await);
    }
    let gone = item(&app, "alice", &project, json!({"name": "gone", "state": state})).await;
    alice.delete(&format!("{}{gone}/", items(&project))).await.expect(204);
    let address = format!("{path}states/{state}/");
    let regroup = async |group: &str| {
        app.clock.advance(3_600);
        let before = app.db.statements();
        alice.patch(&address, json!({"group": group})).await.expect(200);
        app.db.statements() - before
    };
    let completed = async |made: &[String]| {
        let mut times = Vec::new();
        for id in made {
            times.push(alice.get(&format!("{}{id}/", items(&project))).await.expect(200)["completed_at"].clone());
        }
        times
    };
    let figures = async || figures(&alice).await;
    assert_eq!(figures().await, (0, 0, 0));
    regroup("started").await;
    let told = crate::log::changes(&app, "work_item").await;
    assert_eq!(told.matches("started_at").count(), 2, "both began, and the log tells of it: {told}");
    let cost = regroup("completed").await;
    let since = completed(&made).await;
    assert!(since.iter().all(Value::is_string) && since[0] == since[1], "{since:?}");
    assert_eq!(figures().await, (1, 1, 1), "the draft is in no figure");
    let times = alice.get("/api/v1/workspaces/acme/analytics/times/?from=2025-12-01&to=2026-03-01").await.expect(200);
    let cycle = times["cycle"]["p50"].as_f64().unwrap();
    assert!((cycle - 3_600.0).abs() < 1.0, "work began when the state was one of work: {cycle}");
    let past = app.clock.now().to_string();
    regroup("cancelled").await;
    assert!(completed(&made).await.iter().all(Value::is_null));
    assert_eq!(figures().await, (0, 0, 0));
    let then = alice.get(&format!("{}{}/?as_of={past}", items(&project), made[0])).await.expect(200);
    assert_eq!(then["completed_at"], since[0], "how it stood is told");
    for number in 0..40 {
        made.push(item(&app, "alice", &project, json!({"name": format!("{number}"), "state": state})).await);
    }
    assert!(regroup("completed").await <= cost + 3, "no statement more for each item");
    assert!(completed(&made).await.iter().all(Value::is_string));
    let same = completed(&made).await;
    alice
        .patch(&address, json!({"group": "completed", "name": "Done for good", "description": "Nothing is left to do."}))
        .await
        .expect(200);
    assert_eq!(completed(&made).await, same);
    assert!(!crate::log::changes(&app, "state").await.contains("left to do"), "long text is in no event");
    assert_eq!(results(&alice.get(&items(&project)).await.expect(200)).len(), 41);
}

#[tokio::test]
async fn a_change_of_group_is_taken_back_with_the_times() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let project = project(&app, "ENG").await;
    let path = format!("/api/v1/workspaces/acme/projects/{project}/states/");
    let state = alice.post(&path, json!({"name": "Shipped", "color": "#fff", "group": "completed"})).await.id();
    let made = item(&app, "alice", &project, json!({"name": "a", "state": state})).await;
    let address = format!("{}{made}/", items(&project));
    let since = alice.get(&address).await.expect(200)["completed_at"].clone();
    app.clock.advance(60);
    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", "k".to_owned())];
    let body = json!({"group": "started"}).to_string().into_bytes();
    alice.raw("PATCH", &format!("{path}{state}/"), &headers, body).await.expect(200);
    assert_eq!(alice.get(&address).await.expect(200)["completed_at"], Value::Null);
    alice.post("/api/v1/workspaces/acme/undo/", json!({"mutation_id": "k"})).await.expect(200);
    assert_eq!(alice.get(&format!("{path}{state}/")).await.expect(200)["group"], "completed");
    assert_eq!(alice.get(&address).await.expect(200)["completed_at"], since);
}
