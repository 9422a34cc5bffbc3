//! What a process that died held, another takes over.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use aileron_db::{ExprTrait as _, Unscoped, schema::SESSIONS};
use aileron_kernel::Action;
use aileron_platform::jobs::Handlers;
use aileron_testkit::TestApp;
use serde_json::json;
use tokio::sync::Notify;

/// A job that has begun at a process which then died; and that process's runner.
async fn begun(app: &TestApp) -> aileron_platform::jobs::Runner {
    let principal = app.principal("alice");
    let enqueued = app
        .db
        .write(move |session| session.workspace_to_write(&principal, "acme", Action::WorkspaceUpdate)?.enqueue("test", json!({}), None));
    enqueued.await.unwrap();
    let begun = Arc::new(Notify::new());
    let told = begun.clone();
    let runner = app.runner(Handlers::default().with("test", move |_| {
        told.notify_one();
        std::future::pending()
    }));
    let (dying, hints) = (runner.clone(), app.hints().clone());
    let running = tokio::spawn(async move { dying.run(&hints, std::future::pending()).await });
    begun.notified().await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    runner
}

/// A runner of another process, which counts.
fn counting(app: &TestApp) -> (aileron_platform::jobs::Runner, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let runner = app.runner(Handlers::default().with("test", move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }
    }));
    (runner, count)
}

#[tokio::test]
async fn a_job_of_a_process_that_died_is_run_a_minute_later_by_another() {
    let one = TestApp::new().await;
    let two = one.beside();
    begun(&one).await;
    let (runner, count) = counting(&two);
    runner.run_due().await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 0, "nobody knows yet that it died");
    one.clock.advance(61);
    runner.run_due().await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_job_that_was_given_back_is_run_at_once() {
    let one = TestApp::new().await;
    let two = one.beside();
    begun(&one).await.give_back().await;
    let (runner, count) = counting(&two);
    runner.run_due().await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

/// Whether somebody's housekeeping throws away a session that has long ended.
async fn cleans(app: &TestApp, holder: &str) -> bool {
    let browser = app.open_session(app.user("bob")).await;
    let id = aileron_kernel::Uuid::try_parse(&browser.id).unwrap();
    let end = app.db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
        tx.update_where(SESSIONS, SESSIONS.col("id").eq(id), vec![("expires_at", 0_i64.into())])
    });
    end.await.unwrap();
    app.house().clean(holder).await.unwrap();
    let left = app.db.read(move |session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let select = tx.from(SESSIONS).filter(SESSIONS.col("id").eq(id));
        tx.any(select)
    });
    !left.await.unwrap()
}

#[tokio::test]
async fn housekeeping_moves_on_where_a_process_died_and_at_once_where_it_gave_up() {
    let one = TestApp::new().await;
    let two = one.beside();
    assert!(cleans(&one, "a").await);
    assert!(!cleans(&two, "b").await, "it is the other's turn, who may be dead");
    one.clock.advance(56 * 60);
    assert!(cleans(&two, "b").await);
    assert!(!cleans(&one, "a").await);
    let give_back = two.db.write(|session| session.unscoped_to_write(Unscoped::Job)?.give_back_leases("b"));
    give_back.await.unwrap();
    assert!(cleans(&one, "a").await);
}
