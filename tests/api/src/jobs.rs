//! The runner of jobs.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aileron_db::jobs::{Job, Passed};
use aileron_kernel::{Action, Uuid};
use aileron_platform::jobs::{Failure, Handlers};
use aileron_testkit::TestApp;
use serde_json::json;
use tokio::sync::Notify;

async fn enqueue(app: &TestApp, kind: &'static str) {
    enqueue_for(app, "alice", "acme", kind).await;
}

async fn enqueue_for(app: &TestApp, owner: &str, slug: &'static str, kind: &'static str) {
    let principal = app.principal(owner);
    let done = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&principal, slug, Action::WorkspaceUpdate)?;
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
        let leased = app.db.write(|session| session.unscoped_to_write(aileron_db::Unscoped::Job)?.lease_job("dies", &Passed::default()));
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
    db.write(|session| session.unscoped_to_write(aileron_db::Unscoped::Job)?.lease_job("thief", &Passed::default()))
        .await
        .unwrap()
        .is_some()
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
    let (runner, hints, stopped) = (app.runner(handlers), app.hints().clone(), stop.clone());
    let running = tokio::spawn(async move { runner.run(&hints, stopped.notified()).await });
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

/// What has begun, and the end of it.
#[derive(Clone, Default)]
struct Begun {
    jobs: Arc<Mutex<Vec<(String, Uuid)>>>,
    end: Arc<Notify>,
}

impl Begun {
    /// Handlers for `slow`, which takes until it is told to end, and for `test`.
    fn handlers(&self) -> Handlers {
        let (slow, quick) = (self.clone(), self.clone());
        let begin = |begun: &Self, job: Job| begun.jobs.lock().unwrap().push((job.kind, job.workspace_id.unwrap()));
        Handlers::default()
            .with("slow", move |job| {
                begin(&slow, job);
                let end = slow.end.clone();
                async move {
                    end.notified().await;
                    Ok(())
                }
            })
            .with("test", move |job| {
                begin(&quick, job);
                async { Ok(()) }
            })
    }

    /// The jobs that have begun once there are so many, and a moment later.
    async fn after(&self, count: usize) -> Vec<(String, Uuid)> {
        for _ in 0..500 {
            if self.jobs.lock().unwrap().len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.jobs.lock().unwrap().clone()
    }
}

const OWNERS: [(&str, &str); 3] = [("alice", "acme"), ("olga", "globex"), ("carla", "canary")];

/// The ids of these workspaces.
async fn workspaces(app: &TestApp) -> [Uuid; 3] {
    let mut ids = [Uuid::nil(); 3];
    for (id, (owner, slug)) in ids.iter_mut().zip(OWNERS) {
        let principal = app.principal(owner);
        let found = app.db.read(move |session| Ok(session.workspace(&principal, slug, Action::WorkspaceRead)?.workspace_id()));
        *id = found.await.unwrap();
    }
    ids
}

#[tokio::test]
async fn slow_jobs_of_one_workspace_leave_room_for_others() {
    let app = TestApp::new().await;
    let [acme, globex, _] = workspaces(&app).await;
    for _ in 0..8 {
        enqueue(&app, "slow").await;
    }
    let begun = Begun::default();
    let (runner, hints) = (app.runner(begun.handlers()), app.hints().clone());
    let running = tokio::spawn(async move { runner.run(&hints, std::future::pending()).await });
    let slow = |workspace| ("slow".to_owned(), workspace);
    assert_eq!(begun.after(1).await, [slow(acme)], "one at a time");
    app.clock.advance(1);
    enqueue_for(&app, "olga", "globex", "slow").await;
    assert_eq!(begun.after(2).await, [slow(acme), slow(globex)]);
    enqueue_for(&app, "carla", "canary", "slow").await;
    enqueue(&app, "test").await;
    let now = begun.after(3).await;
    assert_eq!(now[2..], [("test".to_owned(), acme)], "one kind takes half of the room at most");
    running.abort();
}

#[tokio::test]
async fn workspaces_take_turns() {
    let app = TestApp::new().await;
    let [acme, globex, canary] = workspaces(&app).await;
    for (owner, slug) in OWNERS {
        for _ in 0..if slug == "canary" { 1 } else { 4 } {
            app.clock.advance(1);
            enqueue_for(&app, owner, slug, "slow").await;
        }
    }
    let begun = Begun::default();
    let (runner, hints) = (app.runner(begun.handlers()), app.hints().clone());
    let running = tokio::spawn(async move { runner.run(&hints, std::future::pending()).await });
    let mut seen = begun.after(2).await;
    for count in 3..=9 {
        begun.end.notify_one();
        seen = begun.after(count).await;
    }
    let seen: Vec<Uuid> = seen.into_iter().map(|(_, workspace)| workspace).collect();
    assert_eq!(seen[2], canary, "who has much to do does not go before who has little");
    assert_eq!([acme, globex, canary].map(|id| seen.iter().filter(|seen| **seen == id).count()), [4, 4, 1]);
    running.abort();
}
