//! The runner of jobs.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aileron_db::jobs::Job;
use aileron_kernel::Action;
use aileron_platform::jobs::{Failure, Handlers};
use aileron_testkit::TestApp;
use serde_json::json;
use tokio::sync::Notify;

async fn enqueue(app: &TestApp, kind: &'static str) {
    let principal = app.principal("alice");
    let done = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&principal, "acme", Action::WorkspaceUpdate)?;
        tx.enqueue(kind, json!({"n": 1}), None)
    });
    done.await.unwrap();
}

/// Handlers for the kind `test` that answer as told and count.
fn counting(outcome: Result<(), Failure>) -> (Handlers, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let handlers = Handlers::default().with("test", move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        let outcome = outcome.clone();
        async move { outcome }
    });
    (handlers, count)
}

#[tokio::test]
async fn a_job_is_run_once_with_what_it_was_given() {
    let app = TestApp::new().await;
    let seen: Arc<Mutex<Vec<Job>>> = Arc::default();
    let kept = seen.clone();
    let handlers = Handlers::default().with("test", move |job| {
        kept.lock().unwrap().push(job);
        async { Ok(()) }
    });
    enqueue(&app, "test").await;
    let runner = app.runner(handlers);
    assert_eq!(runner.run_due().await.unwrap(), 1);
    app.clock.advance(100_000);
    assert_eq!(runner.run_due().await.unwrap(), 0);
    let job = seen.lock().unwrap().remove(0);
    assert_eq!((job.payload, job.request_id.as_str(), job.attempts), (json!({"n": 1}), "test", 1));
    let text = app.metrics().render();
    assert!(text.contains("aileron_jobs_total{kind=\"test\",outcome=\"done\"} 1"), "{text}");
}

#[tokio::test]
async fn a_job_that_fails_is_tried_ten_times_with_growing_pauses() {
    let app = TestApp::new().await;
    let (handlers, count) = counting(Err(Failure::Later("no".to_owned())));
    let runner = app.runner(handlers);
    enqueue(&app, "test").await;
    for attempt in 1..=10_usize {
        assert_eq!(runner.run_due().await.unwrap(), 1, "attempt {attempt}");
        let least = 5 << (attempt - 1);
        app.clock.advance(least - 1);
        assert_eq!(runner.run_due().await.unwrap(), 0, "there is a pause after attempt {attempt}");
        app.clock.advance(least / 2 + 2);
    }
    app.clock.advance(1_000_000);
    assert_eq!((runner.run_due().await.unwrap(), count.load(Ordering::SeqCst)), (0, 10));
    let text = app.metrics().render();
    for line in ["{kind=\"test\",outcome=\"failed\"} 9", "{kind=\"test\",outcome=\"dead\"} 1"] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[tokio::test]
async fn what_can_never_be_done_is_tried_once() {
    let app = TestApp::new().await;
    let (handlers, count) = counting(Err(Failure::Never("no".to_owned())));
    let runner = app.runner(handlers);
    enqueue(&app, "test").await;
    runner.run_due().await.unwrap();
    app.clock.advance(1_000_000);
    assert_eq!((runner.run_due().await.unwrap(), count.load(Ordering::SeqCst)), (0, 1));
}

#[tokio::test]
async fn a_panic_takes_nobody_along() {
    let app = TestApp::new().await;
    let (handlers, count) = counting(Ok(()));
    let handlers = handlers.with("panic", |job| async move { if job.attempts < 2 { panic!("on purpose") } else { Ok(()) } });
    let runner = app.runner(handlers);
    enqueue(&app, "panic").await;
    enqueue(&app, "test").await;
    assert_eq!(runner.run_due().await.unwrap(), 2);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    app.clock.advance(10);
    assert_eq!(runner.run_due().await.unwrap(), 1, "it comes back");
    assert!(app.metrics().render().contains("{kind=\"panic\",outcome=\"done\"} 1"));
}

#[tokio::test]
async fn a_job_of_an_unknown_kind_waits_for_who_knows_it() {
    let app = TestApp::new().await;
    enqueue(&app, "test").await;
    assert_eq!(app.runner(Handlers::default()).run_due().await.unwrap(), 1);
    app.clock.advance(10);
    let (handlers, count) = counting(Ok(()));
    app.runner(handlers).run_due().await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_job_whose_runners_died_is_given_up() {
    let app = TestApp::new().await;
    enqueue(&app, "test").await;
    for _ in 0..10 {
        let leased = app.db.write(|session| session.unscoped_to_write(aileron_db::Unscoped::Job)?.lease_job("dies"));
        assert!(leased.await.unwrap().is_some());
        app.clock.advance(61);
    }
    let (handlers, count) = counting(Ok(()));
    let runner = app.runner(handlers);
    assert_eq!(runner.run_due().await.unwrap(), 1);
    app.clock.advance(1_000_000);
    assert_eq!((runner.run_due().await.unwrap(), count.load(Ordering::SeqCst)), (0, 0));
}

/// Takes the next job away from whoever held it until now.
async fn steal(db: &aileron_db::Db) -> bool {
    db.write(|session| session.unscoped_to_write(aileron_db::Unscoped::Job)?.lease_job("thief")).await.unwrap().is_some()
}

#[tokio::test]
async fn a_lease_is_prolonged_while_the_handler_works() {
    let app = TestApp::new().await;
    let stolen = Arc::new(AtomicUsize::new(0));
    let (db, clock, seen) = (app.db.clone(), app.clock.clone(), stolen.clone());
    let handlers = Handlers::default().with("test", move |_| {
        let (db, clock, seen) = (db.clone(), clock.clone(), seen.clone());
        async move {
            for _ in 0..4 {
                clock.advance(40);
                let writes = db.stats().commands.load(Ordering::SeqCst);
                // Nobody else writes: it is the lease that is prolonged.
                while db.stats().commands.load(Ordering::SeqCst) == writes {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                seen.fetch_add(usize::from(steal(&db).await), Ordering::SeqCst);
            }
            Ok(())
        }
    });
    enqueue(&app, "test").await;
    assert_eq!(app.runner(handlers).renewing_every(Duration::from_millis(5)).run_due().await.unwrap(), 1);
    assert_eq!(stolen.load(Ordering::SeqCst), 0);
    assert!(app.metrics().render().contains("{kind=\"test\",outcome=\"done\"} 1"));
}

#[tokio::test]
async fn who_lost_his_lease_stops() {
    let app = TestApp::new().await;
    let (db, clock) = (app.db.clone(), app.clock.clone());
    let handlers = Handlers::default().with("test", move |_| {
        let (db, clock) = (db.clone(), clock.clone());
        async move {
            clock.advance(61);
            assert!(steal(&db).await);
            std::future::pending().await
        }
    });
    enqueue(&app, "test").await;
    assert_eq!(app.runner(handlers).renewing_every(Duration::from_millis(50)).run_due().await.unwrap(), 1);
    let text = app.metrics().render();
    assert!(
        !text.contains("aileron_jobs_total{") && text.contains("aileron_jobs_running 0"),
        "the other one says what became of it: {text}"
    );
}

#[tokio::test]
async fn a_commit_wakes_the_runner_and_an_end_waits_for_what_has_begun() {
    let app = TestApp::new().await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let done = Arc::new(AtomicUsize::new(0));
    let told = (begun.clone(), go_on.clone(), done.clone());
    let handlers = Handlers::default().with("test", move |_| {
        let (begun, go_on, done) = told.clone();
        async move {
            begun.notify_one();
            go_on.notified().await;
            done.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    });
    let stop = Arc::new(Notify::new());
    let (runner, stopped) = (app.runner(handlers), stop.clone());
    let running = tokio::spawn(async move { runner.run(stopped.notified()).await });
    enqueue(&app, "test").await;
    let woken = tokio::time::timeout(Duration::from_secs(4), begun.notified()).await;
    assert!(woken.is_ok(), "sooner than it would have looked by itself");
    stop.notify_one();
    tokio::task::yield_now().await;
    assert!(!running.is_finished());
    go_on.notify_one();
    running.await.unwrap();
    assert_eq!(done.load(Ordering::SeqCst), 1);
    assert!(app.metrics().render().contains("{kind=\"test\",outcome=\"done\"} 1"), "and it is noted");
}
