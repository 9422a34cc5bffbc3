//! Consumers of the event log: each event has its consequences once, whoever fails.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use aileron_db::{self as db, ExprTrait as _, Order, Unscoped, WorkspaceScope, WriteTx, events::Logged, schema::JOBS};
use aileron_kernel::{Action, Event, Refusal, Uuid};
use aileron_platform::consumers::{Consumer, Consumers, Progress, Start};
use aileron_testkit::TestApp;
use serde_json::{Value, json};
use tokio::sync::Notify;

/// The events that were given at a time, and their workspace.
type Batch = (Uuid, Vec<i64>);

/// Notes what it is given, here and in the database, and fails at what it is told.
#[derive(Clone, Default)]
struct Test {
    from_beginning: bool,
    given: Arc<Mutex<Vec<Batch>>>,
    fails_at: Arc<Mutex<BTreeSet<Uuid>>>,
    is_slow: bool,
    /// How often it does a part only.
    parts: Arc<Mutex<usize>>,
    woken: Arc<Notify>,
}

impl Consumer for Test {
    fn name(&self) -> &'static str {
        "test"
    }

    fn start(&self) -> Start {
        if self.from_beginning { Start::Beginning } else { Start::End }
    }

    fn handle(&self, tx: &mut WriteTx<'_, WorkspaceScope>, events: &[Logged]) -> db::Result<Progress> {
        self.given.lock().unwrap().push((tx.workspace_id(), events.iter().map(|event| event.seq).collect()));
        let mut parts = self.parts.lock().unwrap();
        if *parts > 0 {
            *parts -= 1;
            let (middle, rest) = (events.len() / 2, events.last().unwrap().seq);
            for event in &events[..middle] {
                tx.enqueue("consumed", json!(event.seq), None)?;
            }
            return Ok(Progress::Before(events.get(middle).map_or(rest, |event| event.seq)));
        }
        for event in events {
            tx.enqueue("consumed", json!(event.seq), None)?;
            let fails = self.fails_at.lock().unwrap().contains(&event.entity_id);
            if fails && self.is_slow {
                return Err(slow(tx));
            }
            if fails {
                return Err(Refusal::error("on purpose").into());
            }
        }
        self.woken.notify_one();
        Ok(Progress::All)
    }
}

/// A statement that takes longer than statements may; SQLite has no such limit for what is written.
fn slow(tx: &mut WriteTx<'_, WorkspaceScope>) -> db::Error {
    match tx.dialect() {
        db::Dialect::Sqlite => db::Error::TimedOut,
        db::Dialect::Postgres => {
            tx.execute_sql("SET LOCAL statement_timeout = '20ms'", Vec::new()).unwrap();
            tx.execute_sql("SELECT pg_sleep(5)", Vec::new()).unwrap_err()
        }
    }
}

impl Test {
    fn of(&self, app: &TestApp) -> Consumers {
        app.consumers(vec![Arc::new(self.clone())])
    }
}

/// The same under another name.
struct Other(Test);
impl Consumer for Other {
    fn name(&self) -> &'static str {
        "other"
    }
    fn start(&self) -> Start {
        self.0.start()
    }
    fn handle(&self, tx: &mut WriteTx<'_, WorkspaceScope>, events: &[Logged]) -> db::Result<Progress> {
        self.0.handle(tx, events)
    }
}

const OWNERS: [(&str, &str); 2] = [("acme", "alice"), ("globex", "olga")];

/// Records an event in a workspace, and answers the row that it is about.
async fn happen(app: &TestApp, slug: &'static str) -> Uuid {
    let owner = app.principal(OWNERS.iter().find(|(name, _)| *name == slug).unwrap().1);
    let done = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&owner, slug, Action::WorkspaceUpdate)?;
        let id = tx.new_id();
        tx.record(Event::new("test", "happened", id)).map(|_| id)
    });
    done.await.unwrap()
}

/// The events that are known to have had their consequences, by workspace.
async fn consumed(app: &TestApp) -> BTreeMap<Uuid, Vec<i64>> {
    let read = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Job)?;
        let select = tx.from(JOBS).filter(JOBS.col("kind").eq("consumed")).expr(JOBS.col("workspace_id")).expr(JOBS.col("payload"));
        tx.all::<(Uuid, Value)>(&select.order(JOBS.col("id"), Order::Asc))
    });
    let mut found: BTreeMap<Uuid, Vec<i64>> = BTreeMap::new();
    for (workspace, seq) in read.await.unwrap() {
        found.entry(workspace).or_default().push(seq.as_i64().unwrap());
    }
    for seqs in found.values_mut() {
        seqs.sort_unstable();
    }
    found
}

async fn place(app: &TestApp, slug: &'static str) -> (Uuid, i64) {
    let owner = app.principal(OWNERS.iter().find(|(name, _)| *name == slug).unwrap().1);
    let read = app.db.read(move |session| {
        let tx = session.workspace(&owner, slug, Action::WorkspaceRead)?;
        Ok((tx.workspace_id(), tx.workspace().seq()))
    });
    read.await.unwrap()
}

#[tokio::test]
async fn a_new_consumer_begins_at_the_ends_and_follows_in_batches_with_its_place_kept() {
    let app = TestApp::new().await;
    let test = Test::default();
    assert_eq!(test.of(&app).run_due().await.unwrap(), 0, "what was before is none of its business");
    let (acme, before) = place(&app, "acme").await;
    for _ in 0..7 {
        happen(&app, "acme").await;
    }
    let (globex, other) = place(&app, "globex").await;
    happen(&app, "globex").await;
    assert_eq!(test.of(&app).in_batches_of(3).run_due().await.unwrap(), 8);
    let mut given = test.given.lock().unwrap().clone();
    given.sort();
    let mut wanted: Vec<Batch> =
        vec![(acme, (before + 1..=before + 3).collect()), (acme, (before + 4..=before + 6).collect()), (acme, vec![before + 7])];
    wanted.push((globex, vec![other + 1]));
    wanted.sort();
    assert_eq!(given, wanted);
    assert_eq!(test.of(&app).run_due().await.unwrap(), 0, "another runner knows the place");
    let text = app.metrics().render();
    for line in [
        "aileron_consumer_events_total{consumer=\"test\",outcome=\"done\"} 8",
        "aileron_consumer_events_ahead{consumer=\"test\"} 0",
        "aileron_consumer_lag_seconds{consumer=\"test\"} 0",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[tokio::test]
async fn a_workspace_that_is_younger_is_followed_from_its_beginning_as_is_everything_by_who_says_so() {
    let app = TestApp::new().await;
    let test = Test::default();
    test.of(&app).register().await.unwrap();
    app.as_user("alice").post("/api/v1/workspaces/", json!({"name": "Young", "slug": "young"})).await.expect(201);
    assert!(test.of(&app).run_due().await.unwrap() > 0);
    assert!(test.given.lock().unwrap().iter().all(|(_, seqs)| seqs[0] == 1));
    let all = Test { from_beginning: true, ..Test::default() };
    app.consumers(vec![Arc::new(Other(all.clone()))]).run_due().await.unwrap();
    let begun: BTreeSet<Uuid> = all.given.lock().unwrap().iter().filter(|(_, seqs)| seqs[0] == 1).map(|(id, _)| *id).collect();
    assert_eq!(begun.len(), 4, "acme, globex, canary and young");
}

#[tokio::test]
async fn one_bad_event_keeps_nobody_else_and_is_put_aside_in_the_end() {
    let app = TestApp::new().await;
    let test = Test::default();
    test.of(&app).register().await.unwrap();
    let (acme, before) = place(&app, "acme").await;
    let (globex, other) = place(&app, "globex").await;
    happen(&app, "acme").await;
    let bad = happen(&app, "acme").await;
    happen(&app, "acme").await;
    happen(&app, "globex").await;
    test.fails_at.lock().unwrap().insert(bad);
    assert_eq!(test.of(&app).run_due().await.unwrap(), 2, "what is before it, and the other workspace");
    let wanted = BTreeMap::from([(acme, vec![before + 1]), (globex, vec![other + 1])]);
    assert_eq!(consumed(&app).await, wanted, "nothing of what failed stays");
    let alice = app.as_user("alice");
    let consumers = alice.get("/api/v1/workspaces/acme/event-consumers/").await.expect(200);
    let own = consumers.as_array().unwrap().iter().find(|row| row["name"] == "test").unwrap();
    assert_eq!((&own["seq"], &own["events_ahead"], &own["attempts"]), (&json!(before + 1), &json!(2), &json!(1)));
    assert!(own["retry_at"].is_string() && own["last_error"].as_str().unwrap().contains("on purpose"), "{own}");
    for attempt in 2..=7 {
        assert_eq!(test.of(&app).run_due().await.unwrap(), 0, "it waits after attempt {}", attempt - 1);
        app.clock.advance(500);
        let handled = test.of(&app).run_due().await.unwrap();
        assert_eq!(handled, if attempt == 7 { 2 } else { 0 }, "attempt {attempt}: it and what is behind it");
    }
    assert_eq!(consumed(&app).await[&acme], [before + 1, before + 3]);
    let text = app.metrics().render();
    for line in ["outcome=\"failed\"} 6", "outcome=\"dead\"} 1", "outcome=\"done\"} 3"] {
        assert!(text.contains(&format!("aileron_consumer_events_total{{consumer=\"test\",{line}")), "{line} in {text}");
    }
    let letters = alice.get("/api/v1/workspaces/acme/dead-letters/").await.expect(200);
    let letter = &letters["results"][0];
    assert_eq!((&letters["total_count"], &letter["seq"], &letter["attempts"]), (&json!(1), &json!(before + 2), &json!(7)));
    let path = format!("/api/v1/workspaces/acme/dead-letters/{}/", letter["id"].as_str().unwrap());
    // Once more in vain, and once more with better luck.
    for (mended, left) in [(false, 1), (true, 0)] {
        if mended {
            test.fails_at.lock().unwrap().clear();
        }
        assert!(alice.send("POST", &format!("{path}retry/"), None).await.expect(200)["retry_at"].is_string());
        test.of(&app).run_due().await.unwrap();
        let letters = alice.get("/api/v1/workspaces/acme/dead-letters/").await.expect(200);
        assert_eq!(letters["total_count"], left);
        if left == 1 {
            let letter = &letters["results"][0];
            assert_eq!((&letter["retry_at"], &letter["attempts"]), (&Value::Null, &json!(8)));
        }
    }
    assert!(consumed(&app).await[&acme].contains(&(before + 2)));
    alice.send("POST", &format!("{path}retry/"), None).await.expect(404);
}

#[tokio::test]
async fn an_event_that_always_takes_too_long_is_put_aside_too() {
    let app = TestApp::new().await;
    let test = Test { is_slow: true, ..Test::default() };
    test.of(&app).register().await.unwrap();
    let (acme, before) = place(&app, "acme").await;
    happen(&app, "acme").await;
    let bad = happen(&app, "acme").await;
    happen(&app, "acme").await;
    test.fails_at.lock().unwrap().insert(bad);
    for _ in 0..7 {
        test.of(&app).run_due().await.unwrap();
        app.clock.advance(500);
    }
    assert_eq!(consumed(&app).await[&acme], [before + 1, before + 3], "what is before and behind it is done");
    let letters = app.as_user("alice").get("/api/v1/workspaces/acme/dead-letters/").await.expect(200);
    assert_eq!((&letters["results"][0]["seq"], &letters["results"][0]["attempts"]), (&json!(before + 2), &json!(7)));
    assert!(letters["results"][0]["last_error"].as_str().unwrap().contains("takes too long"), "{letters}");
}

#[tokio::test]
async fn what_is_given_up_never_comes_back() {
    let app = TestApp::new().await;
    let test = Test::default();
    test.of(&app).register().await.unwrap();
    let bad = happen(&app, "acme").await;
    test.fails_at.lock().unwrap().insert(bad);
    for _ in 0..7 {
        test.of(&app).run_due().await.unwrap();
        app.clock.advance(500);
    }
    let alice = app.as_user("alice");
    let letters = alice.get("/api/v1/workspaces/acme/dead-letters/").await.expect(200);
    let path = format!("/api/v1/workspaces/acme/dead-letters/{}/", letters["results"][0]["id"].as_str().unwrap());
    app.as_user("bob").delete(&path).await.expect(403);
    alice.delete(&path).await.expect(204);
    alice.delete(&path).await.expect(404);
    test.fails_at.lock().unwrap().clear();
    let (acme, _) = place(&app, "acme").await;
    test.of(&app).run_due().await.unwrap();
    assert!(!consumed(&app).await.get(&acme).into_iter().flatten().any(|seq| letters["results"][0]["seq"] == *seq));
}

#[tokio::test]
async fn who_does_a_part_goes_on_where_it_left_off() {
    let app = TestApp::new().await;
    let test = Test::default();
    test.of(&app).register().await.unwrap();
    let (acme, before) = place(&app, "acme").await;
    for _ in 0..5 {
        happen(&app, "acme").await;
    }
    *test.parts.lock().unwrap() = 4;
    assert_eq!(test.of(&app).run_due().await.unwrap(), 5);
    let given: Vec<i64> = test.given.lock().unwrap().iter().map(|(_, seqs)| seqs[0] - before).collect();
    assert_eq!(given, [1, 3, 4, 5, 5], "the last is given again as long as it is not done with");
    assert_eq!(consumed(&app).await[&acme], (before + 1..=before + 5).collect::<Vec<_>>());
    // So is what was put aside.
    let bad = happen(&app, "acme").await;
    test.fails_at.lock().unwrap().insert(bad);
    for _ in 0..7 {
        test.of(&app).run_due().await.unwrap();
        app.clock.advance(500);
    }
    test.fails_at.lock().unwrap().clear();
    *test.parts.lock().unwrap() = 2;
    let alice = app.as_user("alice");
    let letters = alice.get("/api/v1/workspaces/acme/dead-letters/").await.expect(200);
    let path = format!("/api/v1/workspaces/acme/dead-letters/{}/retry/", letters["results"][0]["id"].as_str().unwrap());
    alice.send("POST", &path, None).await.expect(200);
    test.of(&app).run_due().await.unwrap();
    assert_eq!(alice.get("/api/v1/workspaces/acme/dead-letters/").await.expect(200)["total_count"], 0);
    assert!(consumed(&app).await[&acme].contains(&(before + 6)));
}

#[tokio::test]
async fn two_processes_at_once_do_everything_once() {
    let app = TestApp::new().await;
    let test = Test::default();
    test.of(&app).register().await.unwrap();
    let (acme, before) = place(&app, "acme").await;
    let runners = [test.of(&app).in_batches_of(2), test.of(&app).in_batches_of(3), test.of(&app).in_batches_of(1)];
    for round in 0..4 {
        for _ in 0..5 {
            happen(&app, "acme").await;
        }
        let all = runners.iter().map(Consumers::run_due);
        let handled = futures_util::future::try_join_all(all).await.unwrap();
        let left = test.of(&app).run_due().await.unwrap();
        assert_eq!(handled.iter().sum::<usize>() + left, 5, "round {round}");
    }
    assert_eq!(consumed(&app).await[&acme], (before + 1..=before + 20).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_log_can_be_gone_through_anew() {
    let app = TestApp::new().await;
    let test = Test::default();
    test.of(&app).register().await.unwrap();
    let (acme, before) = place(&app, "acme").await;
    for _ in 0..3 {
        happen(&app, "acme").await;
    }
    test.of(&app).run_due().await.unwrap();
    assert!(test.of(&app).replay("test", acme, before + 1).await.unwrap());
    assert_eq!(test.of(&app).run_due().await.unwrap(), 2);
    assert!(test.of(&app).replay("test", acme, i64::MAX).await.unwrap(), "nobody goes ahead of where he is");
    assert_eq!(test.of(&app).run_due().await.unwrap(), 0);
    assert!(!test.of(&app).replay("test", Uuid::nil(), 0).await.unwrap());
}

#[tokio::test]
async fn a_commit_wakes_the_consumer() {
    let app = TestApp::new().await;
    let test = Test::default();
    test.of(&app).register().await.unwrap();
    let (consumers, hints, stop) = (test.of(&app), app.hints().clone(), Arc::new(Notify::new()));
    let stopped = stop.clone();
    let running = tokio::spawn(async move { consumers.run(&hints, stopped.notified()).await });
    let (acme, before) = place(&app, "acme").await;
    let all = async {
        for _ in 0..30 {
            happen(&app, "acme").await;
            test.woken.notified().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), all).await;
    assert!(in_time.is_ok(), "sooner than it would have looked by itself, every two seconds");
    stop.notify_one();
    running.await.unwrap();
    assert_eq!(consumed(&app).await[&acme], (before + 1..=before + 30).collect::<Vec<_>>());
}
