//! The event log: gapless, in commit order, never changed.

use aileron_db::{Order, schema};
use aileron_kernel::Event;
use aileron_testkit::TestApp;

/// Every seq of a workspace's log in order.
async fn seqs(app: &TestApp, slug: &'static str, user: &str) -> Vec<i64> {
    let principal = app.principal(user);
    let read = app.db.read(move |session| {
        let mut tx = session.workspace(&principal, slug, aileron_kernel::Action::WorkspaceRead)?;
        let select = tx.from(schema::EVENTS).expr(schema::EVENTS.col("seq")).order(schema::EVENTS.col("seq"), Order::Asc);
        tx.all::<(i64,)>(&select)
    });
    read.await.unwrap().into_iter().map(|row| row.0).collect()
}

async fn record(app: &TestApp, fail: bool) -> aileron_db::Result<()> {
    let principal = app.principal("alice");
    let written = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&principal, "acme", aileron_kernel::Action::WorkspaceUpdate)?;
        let id = tx.new_id();
        tx.record(Event::new("test", "created", id))?;
        if fail { Err(aileron_kernel::Refusal::error("no").into()) } else { Ok(()) }
    });
    written.await
}

#[tokio::test]
async fn the_log_has_no_gaps_whatever_fails_beside_it() {
    let app = TestApp::new().await;
    let before = seqs(&app, "acme", "alice").await.len();
    let attempts = (0..40).map(|number| record(&app, number % 3 == 0));
    let done = futures_util::future::join_all(attempts).await;
    let kept = done.iter().filter(|result| result.is_ok()).count();
    assert_eq!(kept, 26);
    let seqs = seqs(&app, "acme", "alice").await;
    assert_eq!(seqs, (1..=i64::try_from(before + kept).unwrap()).collect::<Vec<_>>());
}

/// What is attempted within a command and refused takes its rows, events and jobs along, and nothing else of the command.
#[tokio::test]
async fn an_attempt_that_is_refused_leaves_nothing() {
    let app = TestApp::new().await;
    let before = seqs(&app, "acme", "alice").await.len();
    let principal = app.principal("alice");
    let written = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&principal, "acme", aileron_kernel::Action::WorkspaceUpdate)?;
        let mut kept = Vec::new();
        for number in 0..6 {
            let done = tx.attempt(|tx| {
                let me = tx.user_id();
                let set = vec![
                    ("title", format!("attempt {number}").into()),
                    ("owner_id", me.into()),
                    ("url", format!("https://a.test/{number}").into()),
                ];
                let id = tx.insert(schema::QUICK_LINKS, set)?;
                tx.record(Event::new("test", "created", id))?;
                tx.enqueue("attempted", serde_json::json!(number), None)?;
                if number % 2 == 0 { Err(aileron_kernel::Refusal::error("no").into()) } else { Ok(number) }
            })?;
            kept.push(done.ok());
        }
        let links = schema::QUICK_LINKS;
        let select = tx.from(links).expr(links.col("title")).order(links.col("title"), Order::Asc);
        Ok((kept, tx.all::<(String,)>(&select)?))
    });
    let (kept, titles) = written.await.unwrap();
    assert_eq!(kept, [None, Some(1), None, Some(3), None, Some(5)]);
    assert_eq!(titles, [1, 3, 5].map(|number| (format!("attempt {number}"),)));
    let seqs = seqs(&app, "acme", "alice").await;
    assert_eq!(seqs, (1..=i64::try_from(before + 3).unwrap()).collect::<Vec<_>>());
    let waiting = app.db.read(|session| session.unscoped(aileron_db::Unscoped::Job)?.waiting_jobs("attempted"));
    assert_eq!(waiting.await.unwrap(), 3);
}

#[tokio::test]
async fn events_are_neither_changed_nor_deleted() {
    let app = TestApp::new().await;
    for statement in
        ["UPDATE events SET verb = 'x'", "DELETE FROM events", "UPDATE instance_events SET verb = 'x'", "DELETE FROM instance_events"]
    {
        let error = raw(&app, statement).expect_err(statement);
        assert!(error.contains("not changed") || error.contains("not deleted"), "{error}");
    }
}

/// Runs a statement as the owner of the tables, past all of our code.
fn raw(app: &TestApp, statement: &'static str) -> Result<u64, String> {
    let path = app.database.folder().join("aileron.db");
    let url = app.database.url().map(ToOwned::to_owned);
    std::thread::spawn(move || {
        if let Some(url) = url {
            let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
            // The policies hold for the owner too only where he asks for one workspace: here he sees everything.
            client
                .execute(statement, &[])
                .map_err(|error| error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned()))
        } else {
            let conn = rusqlite::Connection::open(path).unwrap();
            conn.execute(statement, []).map(|rows| rows as u64).map_err(|error| error.to_string())
        }
    })
    .join()
    .unwrap()
}

#[tokio::test]
async fn a_workspace_that_is_erased_may_lose_its_log() {
    let app = TestApp::new().await;
    let lift = "INSERT INTO log_maintenance (workspace_id, reason) SELECT id, 'test' FROM workspaces WHERE slug = 'globex'";
    raw(&app, lift).unwrap();
    let gone = raw(&app, "DELETE FROM events WHERE workspace_id = (SELECT id FROM workspaces WHERE slug = 'globex')").unwrap();
    assert!(gone > 0);
    assert!(raw(&app, "DELETE FROM events").is_err(), "the others stay");
}

#[tokio::test]
async fn a_command_that_reads_cannot_write() {
    let app = TestApp::new().await;
    let principal = app.principal("alice");
    let written = app.db.read(move |session| {
        let tx = session.workspace_to_write(&principal, "acme", aileron_kernel::Action::WorkspaceUpdate)?;
        Ok(tx.workspace_id())
    });
    assert!(matches!(written.await, Err(aileron_db::Error::Inconsistent(_))));
}
