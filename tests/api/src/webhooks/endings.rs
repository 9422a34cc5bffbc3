//! That a cycle is over is told when it is.

use aileron_db::{ExprTrait as _, Unscoped, schema};
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::{Sent, hook_with, told_now};
use crate::stock::project;

const DAY: i64 = 24 * 60 * 60;

/// What is told when what is due is done.
async fn told_then(app: &TestApp) -> Vec<Sent> {
    app.run_jobs().await;
    told_now(app).await
}

#[tokio::test]
async fn the_end_of_a_cycle_is_told_once_and_only_if_it_came() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, path) = (app.as_user("alice"), format!("/api/v1/workspaces/acme/projects/{id}"));
    alice.patch(&format!("{path}/"), json!({"cycle_view": true})).await.expect(200);
    hook_with(&app, "ends", json!({"events": ["cycle.completed"]})).await;
    let cycle = async |name: &str, start: &str, end: &str| {
        let body = json!({"name": name, "project_id": id, "start_date": start, "end_date": end});
        format!("{path}/cycles/{}/", alice.post(&format!("{path}/cycles/"), body).await.id())
    };
    let (moved, gone) = (cycle("Moved", "2026-01-01", "2026-01-03").await, cycle("Gone", "2026-01-01", "2026-01-03").await);
    cycle("Long over", "2025-01-01", "2025-01-03").await;
    alice.patch(&moved, json!({"start_date": "2026-01-01", "end_date": "2026-01-05"})).await.expect(200);
    alice.delete(&gone).await.expect(204);
    for _ in 0..4 {
        assert!(told_then(&app).await.is_empty());
        app.clock.advance(DAY);
    }
    app.clock.advance(DAY);
    let told = told_then(&app).await;
    assert_eq!(told.iter().map(Sent::about).collect::<Vec<_>>(), ["cycle completed"]);
    assert_eq!(
        (&told[0].body["data"]["name"], &told[0].body["data"]["end_date"]),
        (&json!("Moved"), &json!("2026-01-05T23:59:00.000000Z"))
    );
    assert_eq!(told[0].body["activity"]["actor"], Value::Null);
    app.house().clean("test").await.unwrap();
    assert!(told_then(&app).await.is_empty(), "once is enough");
}

#[tokio::test]
async fn a_cycle_whose_job_was_lost_is_found_before_it_ends() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, path) = (app.as_user("alice"), format!("/api/v1/workspaces/acme/projects/{id}"));
    alice.patch(&format!("{path}/"), json!({"cycle_view": true})).await.expect(200);
    hook_with(&app, "ends", json!({"events": ["cycle.*"]})).await;
    let body = json!({"name": "One", "project_id": id, "start_date": "2026-01-01", "end_date": "2026-01-02"});
    let made = alice.post(&format!("{path}/cycles/"), body).await.id();
    let lost = app.db.write(|session| {
        let mut tx = session.unscoped_to_write(Unscoped::Job)?;
        tx.remove_where(schema::JOBS, schema::JOBS.col("kind").eq("cycles.ending"))
    });
    assert_eq!(lost.await.unwrap(), 1);
    told_now(&app).await;
    app.clock.advance(DAY);
    for _ in 0..26 {
        app.house().clean("test").await.unwrap();
        app.clock.advance(60 * 60);
    }
    let told = told_then(&app).await;
    assert_eq!(told.iter().map(Sent::about).collect::<Vec<_>>(), ["cycle completed"]);
    // Nor is it lost where the server was down at its end: but what was written later is history.
    let twice = json!({"name": "Two", "project_id": id, "start_date": "2026-01-04", "end_date": "2026-01-05"});
    alice.post(&format!("{path}/cycles/"), twice).await.expect(201);
    let lost = app.db.write(|session| {
        let mut tx = session.unscoped_to_write(Unscoped::Job)?;
        tx.remove_where(schema::JOBS, schema::JOBS.col("kind").eq("cycles.ending").and(schema::JOBS.col("finished_at").is_null()))
    });
    assert_eq!(lost.await.unwrap(), 1);
    app.clock.advance(5 * DAY);
    let past = json!({"name": "Past", "project_id": id, "start_date": "2026-01-03", "end_date": "2026-01-06"});
    alice.post(&format!("{path}/cycles/"), past).await.expect(201);
    app.house().clean("test").await.unwrap();
    let late = told_then(&app).await;
    let completed: Vec<&Value> =
        late.iter().filter(|sent| sent.about() == "cycle completed").map(|sent| &sent.body["data"]["name"]).collect();
    assert_eq!(completed, [&json!("Two")]);
    assert_eq!(told[0].body["data"]["id"], json!(made));
    alice.delete(&format!("{path}/cycles/{made}/")).await.expect(204);
    alice.post(&format!("{path}/cycles/{made}/restore/"), json!({})).await.expect(200);
    assert_eq!(told_then(&app).await.iter().map(Sent::about).collect::<Vec<_>>(), ["cycle deleted", "cycle restored"]);
}
