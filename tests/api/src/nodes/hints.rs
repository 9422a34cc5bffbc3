//! What one process writes, the others hear of at once, over the database or over NATS; and by asking, where they are not told.

use std::sync::Arc;

use aileron_kernel::Action;
use aileron_platform::jobs::Handlers;
use aileron_testkit::{Listening, Nats, TestApp, database::is_postgres};
use serde_json::json;
use tokio::{sync::Notify, time::Instant};

use super::{HOUR, Two, way};
use crate::{
    stock::{items, project},
    sync::{model::Client, socket::Socket},
};

/// Changes at one process, seen at the other, which does not ask.
async fn are_seen(nodes: &Two, changes: usize) {
    let id = project(&nodes.one, "ONE").await;
    let server = nodes.two.listen().await;
    let mut bob = Client::of(&nodes.two, nodes.two.token("bob"), "acme").await;
    let mut socket = Socket::with_token(&server, nodes.two.token("bob"), bob.seq).await;
    let mut took = Vec::new();
    for number in 0..changes {
        let item = nodes.one.as_user("alice").post(&items(&id), json!({"name": format!("item {number}")})).await.id();
        let begun = Instant::now();
        let frame = socket.frame().await;
        took.push(begun.elapsed());
        assert_eq!(frame["changes"][0]["id"], item.as_str());
        bob.apply(&nodes.two, &frame).await;
    }
    took.sort();
    println!("from the answer of one process to the frame of the other: median {:?}, most {:?}", took[changes / 2], took[changes - 1]);
    assert_eq!(bob.content(), Client::of(&nodes.one, nodes.one.token("bob"), "acme").await.content());
}

#[tokio::test]
async fn what_one_writes_the_other_is_told_over_the_database() {
    if !is_postgres() {
        return; // There is one process.
    }
    let nodes = Two::new(0, Some(HOUR)).await;
    nodes.share(None).await;
    are_seen(&nodes, 20).await;
    assert!(nodes.two.metrics().render().contains("aileron_hints_connected 1"));
}

#[tokio::test]
async fn what_one_writes_the_other_is_told_over_nats() {
    if !is_postgres() {
        return;
    }
    aileron_testkit::crypto();
    let nats = Nats::start();
    let nodes = Two::new(0, Some(HOUR)).await;
    nodes.share(Some(&nats)).await;
    are_seen(&nodes, 20).await;
}

/// A server that is away costs a moment, and when it is there again nobody has to do anything.
#[tokio::test]
async fn where_nats_is_away_they_ask_and_afterwards_are_told_again() {
    if !is_postgres() {
        return;
    }
    aileron_testkit::crypto();
    let mut nats = Nats::start();
    let nodes = Two::new(0, None).await;
    nodes.share(Some(&nats)).await;
    let id = project(&nodes.one, "ONE").await;
    let server = nodes.two.listen().await;
    let bob = Client::of(&nodes.two, nodes.two.token("bob"), "acme").await;
    let mut socket = Socket::with_token(&server, nodes.two.token("bob"), bob.seq).await;
    nats.kill();
    super::until("that it is away is noticed", || !nodes.two.hints().reach_others() && !nodes.one.hints().reach_others()).await;
    let seen = async |socket: &mut Socket, name: &str| {
        let item = nodes.one.as_user("alice").post(&items(&id), json!({"name": name})).await.id();
        assert_eq!(socket.frame().await["changes"][0]["id"], item.as_str(), "{name}");
    };
    seen(&mut socket, "meanwhile").await;
    nats.start_again();
    nodes.meet().await;
    // From here on it asks once an hour.
    seen(&mut socket, "afterwards").await;
    seen(&mut socket, "and again").await;
}

#[tokio::test]
async fn those_who_look_at_an_item_see_each_other_from_any_process() {
    if !is_postgres() {
        return;
    }
    let nodes = Two::new(0, Some(HOUR)).await;
    nodes.share(None).await;
    let id = project(&nodes.one, "ONE").await;
    let item = nodes.one.as_user("alice").post(&items(&id), json!({"name": "an item"})).await.id();
    let look = json!({"presence": {"topic": format!("item:{item}")}}).to_string();
    let (first, second) = (nodes.one.listen().await, nodes.two.listen().await);
    let open =
        async |server: &Listening, name: &str| Socket::open(server, &[("x-api-key", nodes.one.token(name).to_owned())], "").await.unwrap();
    let mut alice = open(&first, "alice").await;
    alice.say(&look).await;
    assert_eq!(alice.lookers().await, 1);
    let mut bob = open(&second, "bob").await;
    bob.say(&look).await;
    while bob.lookers().await < 2 {}
    assert_eq!(alice.lookers().await, 2);
    // A process that comes later is told by those who are there.
    let third = nodes.one.beside();
    let other = third.listen().await;
    third.share(way(&third, None));
    let mut dave = open(&other, "bob").await;
    dave.say(&look).await;
    while dave.lookers().await < 3 {}
    assert_eq!(alice.lookers().await, 3);
    drop((bob, dave));
    while alice.lookers().await > 1 {}
}

#[tokio::test]
async fn a_job_wakes_the_runners_of_other_processes() {
    if !is_postgres() {
        return;
    }
    let nodes = Two::new(0, None).await;
    nodes.share(None).await;
    let begun = Arc::new(Notify::new());
    let told = begun.clone();
    let handlers = Handlers::default().with("test", move |_| {
        told.notify_one();
        async { Ok(()) }
    });
    let (runner, hints) = (nodes.two.runner(handlers), nodes.two.hints().clone());
    let running = tokio::spawn(async move { runner.run(&hints, std::future::pending()).await });
    let mut waited = Vec::new();
    for _ in 0..5 {
        let asked = Instant::now();
        enqueue(&nodes.one).await;
        begun.notified().await;
        waited.push(asked.elapsed());
    }
    waited.sort();
    // It would have looked by itself after five seconds.
    assert!(waited[2] < std::time::Duration::from_secs(2), "{waited:?}");
    running.abort();
}

async fn enqueue(app: &TestApp) {
    let principal = app.principal("alice");
    let done = app
        .db
        .write(move |session| session.workspace_to_write(&principal, "acme", Action::WorkspaceUpdate)?.enqueue("test", json!({}), None));
    done.await.unwrap();
}
