//! Jobs, leases and idempotency keys.

use aileron_db::{Unscoped, idempotency, jobs::Passed};
use aileron_kernel::{Action, Time};
use aileron_testkit::TestApp;
use serde_json::json;

async fn enqueue(app: &TestApp, dedup: Option<&'static str>) {
    let principal = app.principal("alice");
    let done = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&principal, "acme", Action::WorkspaceUpdate)?;
        tx.enqueue("test", json!({"n": 1}), dedup)
    });
    done.await.unwrap();
}

async fn lease(app: &TestApp, holder: &'static str) -> Option<aileron_db::jobs::Job> {
    app.db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.lease_job(holder, &Passed::default())).await.unwrap()
}

#[tokio::test]
async fn a_job_is_leased_to_one_runner_and_comes_back_when_he_dies() {
    let app = TestApp::new().await;
    enqueue(&app, None).await;
    let first = lease(&app, "a").await.unwrap();
    assert_eq!(first.payload, json!({"n": 1}));
    assert!(lease(&app, "b").await.is_none(), "it is held");
    app.clock.advance(61);
    let second = lease(&app, "b").await.unwrap();
    assert_eq!((second.id, second.attempts), (first.id, 2));
    let id = first.id;
    let late = app.db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.finish_job(id, "a"));
    assert!(!late.await.unwrap(), "who lost the lease finishes nothing");
    let done = app.db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.finish_job(id, "b"));
    assert!(done.await.unwrap());
    app.clock.advance(1_000);
    assert!(lease(&app, "c").await.is_none());
}

#[tokio::test]
async fn who_works_long_keeps_his_job() {
    let app = TestApp::new().await;
    enqueue(&app, None).await;
    let job = lease(&app, "a").await.unwrap().id;
    let keep = |holder| app.db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.keep_job(job, holder));
    app.clock.advance(50);
    assert!(keep("a").await.unwrap());
    app.clock.advance(50);
    assert!(lease(&app, "b").await.is_none(), "it is kept");
    assert!(!keep("b").await.unwrap());
}

#[tokio::test]
async fn a_job_that_fails_comes_back_when_it_is_said_to_or_never() {
    let app = TestApp::new().await;
    enqueue(&app, None).await;
    let fail = |id, again: Option<i64>| {
        app.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Job)?;
            let again = again.map(|seconds| tx.now().plus_seconds(seconds));
            tx.fail_job(id, "a", "no", again)
        })
    };
    let job = lease(&app, "a").await.unwrap();
    fail(job.id, Some(100)).await.unwrap();
    app.clock.advance(90);
    assert!(lease(&app, "a").await.is_none(), "there is a pause");
    app.clock.advance(11);
    assert_eq!(lease(&app, "a").await.unwrap().attempts, 2);
    fail(job.id, None).await.unwrap();
    app.clock.advance(1_000_000);
    assert!(lease(&app, "a").await.is_none(), "it is dead");
}

#[tokio::test]
async fn a_waiting_job_of_the_same_key_is_enough() {
    let app = TestApp::new().await;
    enqueue(&app, Some("k")).await;
    enqueue(&app, Some("k")).await;
    assert!(lease(&app, "a").await.is_some());
    assert!(lease(&app, "a").await.is_none());
}

/// What is asked for while a job runs may come too late for that run.
#[tokio::test]
async fn a_running_job_of_the_same_key_is_not_enough() {
    let app = TestApp::new().await;
    enqueue(&app, Some("k")).await;
    assert!(lease(&app, "a").await.is_some());
    enqueue(&app, Some("k")).await;
    assert!(lease(&app, "b").await.is_some());
}

#[tokio::test]
async fn a_named_lease_has_one_holder_until_it_runs_out() {
    let app = TestApp::new().await;
    let take = |holder: &'static str, until: i64| {
        app.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Job)?;
            let now: Time = tx.now();
            tx.take_lease("leader", holder, now.plus_seconds(until))
        })
    };
    assert!(take("a", 30).await.unwrap());
    assert!(!take("b", 30).await.unwrap());
    assert!(take("a", 30).await.unwrap(), "the holder may prolong it");
    app.clock.advance(31);
    assert!(take("b", 30).await.unwrap());
}

#[tokio::test]
async fn a_key_belongs_to_its_actor_and_its_request() {
    let app = TestApp::new().await;
    let principal = app.principal("alice");
    let (alice, bob) = (app.user("alice"), app.user("bob"));
    let done = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&principal, "acme", Action::WorkspaceUpdate)?;
        let request = idempotency::Request::new(alice, "k".to_owned(), "POST", "/x", b"body");
        let answered = idempotency::Answered { status: 201, entity_id: tx.workspace_id() };
        assert_eq!(tx.answered_before(&request)?, None);
        tx.remember_answer(&request, answered)?;
        assert_eq!(tx.answered_before(&request)?, Some(answered));
        let of_bob = idempotency::Request::new(bob, "k".to_owned(), "POST", "/x", b"other");
        assert_eq!(tx.answered_before(&of_bob)?, None);
        let other = idempotency::Request::new(alice, "k".to_owned(), "POST", "/xb", b"ody");
        Ok(tx.answered_before(&other).is_err())
    });
    assert!(done.await.unwrap(), "another request with the same key is refused");
}
