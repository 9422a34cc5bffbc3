//! The socket: changes come by themselves, and it ends when it should.

use std::{sync::Arc, time::Duration};

use aileron_kernel::{Clock, Random, SystemRandom};
use aileron_realtime::Settings;
use aileron_testkit::{TestApp, database::is_postgres};
use serde_json::json;
use tokio::time::Instant;

use super::{
    bootstrap::project,
    model::{Client, path},
    socket::Socket,
};

#[tokio::test]
async fn what_one_changes_arrives_at_the_other() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let server = app.listen().await;
    let alice = app.as_user("alice");
    let mut bob = Client::of(&app, app.token("bob"), "acme").await;
    let mut socket = Socket::with_token(&server, app.token("bob"), bob.seq).await;
    let mut took = Vec::new();
    for number in 0..100 {
        let begun = Instant::now();
        let item = alice.post(&format!("{at}work-items/"), json!({"name": format!("item {number}")})).await.id();
        let frame = socket.frame().await;
        took.push(begun.elapsed());
        assert_eq!(frame["changes"][0]["id"], item.as_str());
        bob.apply(&app, &frame).await;
    }
    took.sort();
    println!("write and frame: median {:?}, p95 {:?}, most {:?}", took[50], took[95], took[99]);
    assert_eq!(bob.content(), Client::of(&app, app.token("bob"), "acme").await.content());
}

#[tokio::test]
async fn what_another_process_writes_arrives_too() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let server = app.listen().await;
    let bob = Client::of(&app, app.token("bob"), "acme").await;
    let mut socket = Socket::with_token(&server, app.token("bob"), bob.seq).await;
    let (time, random): (Arc<dyn Clock>, Arc<dyn Random>) = (app.clock.clone(), Arc::new(SystemRandom));
    let other = app.database.open(&time, &random, None);
    let owner = app.principal("alice");
    let done = other.write(move |session| {
        let mut tx = session.workspace_to_write(&owner, "acme", aileron_kernel::Action::WorkspaceUpdate)?;
        let id = tx.workspace_id();
        tx.record(aileron_kernel::Event::new("workspace", "updated", id))
    });
    done.await.unwrap();
    assert_eq!(socket.frame().await["changes"][0]["entity"], "workspace");
    // The same database: the test would show nothing otherwise.
    assert_eq!(is_postgres(), app.database.url().is_some());
    drop((other, at));
}

#[tokio::test]
async fn who_is_far_behind_asks_by_himself_and_goes_on() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let server = app.listen().await;
    let alice = app.as_user("alice");
    let mut bob = Client::of(&app, app.token("bob"), "acme").await;
    for number in 0..600 {
        alice.post(&format!("{at}work-items/"), json!({"name": format!("item {number}")})).await.expect(201);
    }
    let mut socket = Socket::with_token(&server, app.token("bob"), bob.seq).await;
    assert_eq!(socket.next().await, Ok(json!({"catch_up": true})));
    alice.post(&format!("{at}work-items/"), json!({"name": "meanwhile"})).await.expect(201);
    bob.catch_up(&app).await;
    socket.say(&json!({"since": bob.seq}).to_string()).await;
    let item = alice.post(&format!("{at}work-items/"), json!({"name": "afterwards"})).await.id();
    let frame = socket.frame().await;
    assert_eq!(frame["changes"][0]["id"], item.as_str());
    bob.apply(&app, &frame).await;
    assert_eq!(bob.content(), Client::of(&app, app.token("bob"), "acme").await.content());
}

#[tokio::test]
async fn frames_are_a_chain_over_what_one_does_not_see() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let server = app.listen().await;
    let alice = app.as_user("alice");
    let mut dave = Client::of(&app, app.token("dave"), "acme").await;
    let mut socket = Socket::with_token(&server, app.token("dave"), dave.seq).await;
    for number in 0..20 {
        alice.post(&format!("{at}work-items/"), json!({"name": format!("item {number}")})).await.expect(201);
    }
    alice.patch(&at, json!({"name": "Renamed"})).await.expect(200);
    let frame = socket.frame().await;
    assert_eq!(frame["changes"].as_array().unwrap().len(), 1);
    dave.apply(&app, &frame).await;
    assert_eq!(dave.content(), Client::of(&app, app.token("dave"), "acme").await.content());
}

#[tokio::test]
async fn it_begins_anew_where_changes_cannot_tell() {
    let app = TestApp::new().await.with_most_behind(5);
    let (_, at) = project(&app, "ONE").await;
    let server = app.listen().await;
    let token = || [("x-api-key", app.token("bob").to_owned())];
    let now = Client::of(&app, app.token("bob"), "acme").await.seq;
    for (query, reason) in
        [(format!("?since={now}&schema=9"), "schema"), ("?since=0".to_owned(), "too_old"), (format!("?since={}", now + 1), "ahead")]
    {
        let mut socket = Socket::open(&server, &token(), &query).await.unwrap();
        assert_eq!(socket.next().await, Ok(json!({"bootstrap": true, "reason": reason})));
        assert_eq!(socket.next().await, Err(4000), "{reason}");
    }
    let mut socket = Socket::open(&server, &token(), "").await.unwrap();
    app.as_user("alice").post(&format!("{at}work-items/"), json!({"name": "an item"})).await.expect(201);
    assert_eq!(socket.frame().await["prev"], now, "without a place: from now on");
}

#[tokio::test]
async fn it_ends_with_the_session_the_token_and_the_membership() {
    let app = TestApp::new().await.with_live(Settings { check: Duration::from_millis(100), ..Settings::default() });
    let (_, at) = project(&app, "ONE").await;
    let server = app.listen().await;
    let alice = app.as_user("alice");
    let now = Client::of(&app, app.token("bob"), "acme").await.seq;
    let browser = app.open_session(app.user("bob")).await;
    let cookie = || [("cookie", format!("aileron_session={}", browser.cookie)), ("origin", format!("http://{}", server.address))];
    let mut socket = Socket::open(&server, &cookie(), &format!("?since={now}")).await.unwrap();
    browser.send("POST", "/api/v1/auth/sign-out/", None).await.expect(204);
    assert_eq!(socket.next().await, Err(4401), "without anything happening");
    assert_eq!(Socket::open(&server, &cookie(), "").await.err(), Some(401));
    let made = app.as_user("bob").post("/api/v1/users/me/tokens/", json!({"label": "x"})).await.expect(201);
    let mut socket = Socket::with_token(&server, made["token"].as_str().unwrap(), now).await;
    app.as_user("bob").delete(&format!("/api/v1/users/me/tokens/{}/", made["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(socket.next().await, Err(4401));
    let mut socket = Socket::with_token(&server, app.token("bob"), now).await;
    let members = alice.get("/api/v1/workspaces/acme/members/").await.expect(200);
    let bob = members.as_array().unwrap().iter().find(|member| member["display_name"] == "bob").unwrap();
    alice.delete(&format!("/api/v1/workspaces/acme/members/{}/", bob["membership_id"].as_str().unwrap())).await.expect(204);
    assert_eq!(socket.next().await, Err(4403));
    assert_eq!(Socket::open(&server, &[("x-api-key", app.token("bob").to_owned())], "").await.err(), Some(403));
    drop(at);
}

#[tokio::test]
async fn pages_of_other_sites_and_strangers_are_refused() {
    let app = TestApp::new().await;
    let server = app.listen().await;
    let browser = app.open_session(app.user("bob")).await;
    let cookie = ("cookie", format!("aileron_session={}", browser.cookie));
    for (origin, wanted) in [
        (Some("https://evil.test".to_owned()), Some(403)),
        (Some("null".to_owned()), Some(403)),
        (None, Some(403)),
        (Some(format!("http://{}", server.address)), None),
    ] {
        let headers: Vec<_> = std::iter::once(cookie.clone()).chain(origin.clone().map(|origin| ("origin", origin))).collect();
        assert_eq!(Socket::open(&server, &headers, "").await.err(), wanted, "{origin:?}");
    }
    let token = |name: &str| [("x-api-key", app.token(name).to_owned()), ("origin", "https://evil.test".to_owned())];
    assert!(Socket::open(&server, &token("bob"), "").await.is_ok(), "a token is sent by nobody who does not have it");
    assert_eq!(Socket::open(&server, &token("olga"), "").await.err(), Some(403));
    assert_eq!(Socket::open(&server, &[], "").await.err(), Some(401));
    assert_eq!(Socket::open(&server, &token("bob"), "?since=x").await.err(), Some(400));
    app.as_user("bob").get(&format!("{}live/", path("acme"))).await.expect(426);
}

#[tokio::test]
async fn what_is_not_understood_ends_it() {
    let app = TestApp::new().await;
    let server = app.listen().await;
    let long = "x".repeat(5_000);
    for said in ["", "{}", "hello", r#"{"since": -1}"#, r#"{"since": 0}"#, r#"{"presence": {"topic": "page:1"}}"#] {
        let mut socket = Socket::open(&server, &[("x-api-key", app.token("bob").to_owned())], "").await.unwrap();
        socket.say(said).await;
        assert_eq!(socket.next().await, Err(4400), "{said}");
    }
    let mut socket = Socket::open(&server, &[("x-api-key", app.token("bob").to_owned())], "").await.unwrap();
    socket.say_bytes().await;
    assert_eq!(socket.next().await, Err(4400));
    let mut socket = Socket::open(&server, &[("x-api-key", app.token("bob").to_owned())], "").await.unwrap();
    socket.say(&long).await;
    assert!(socket.next().await.is_err());
}

#[tokio::test]
async fn there_are_only_so_many() {
    let app = TestApp::new().await.with_live(Settings { sockets: 3, sockets_of_user: 2, ..Settings::default() });
    let server = app.listen().await;
    let open = async |name: &str| Socket::open(&server, &[("x-api-key", app.token(name).to_owned())], "").await;
    let (first, _second) = (open("bob").await.unwrap(), open("bob").await.unwrap());
    assert_eq!(open("bob").await.err(), Some(429));
    let _third = open("alice").await.unwrap();
    assert_eq!(open("gina").await.err(), Some(503));
    drop(first);
    while app.live().sockets() > 2 {
        tokio::task::yield_now().await;
    }
    assert!(open("gina").await.is_ok());
}

#[tokio::test]
async fn those_who_look_at_an_item_see_each_other() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let server = app.listen().await;
    let item = app.as_user("alice").post(&format!("{at}work-items/"), json!({"name": "an item"})).await.id();
    let open = async |name: &str| Socket::open(&server, &[("x-api-key", app.token(name).to_owned())], "").await.unwrap();
    let look = json!({"presence": {"topic": format!("item:{item}")}}).to_string();
    let (mut alice, mut bob, mut gina) = (open("alice").await, open("bob").await, open("gina").await);
    alice.say(&look).await;
    assert_eq!(alice.lookers().await, 1);
    bob.say(&look).await;
    assert_eq!((bob.lookers().await, alice.lookers().await), (2, 2));
    // She does not see the item: nobody learns that she looks, and she learns nothing.
    gina.say(&look).await;
    bob.say(&json!({"presence": {"topic": null}}).to_string()).await;
    assert_eq!(alice.lookers().await, 1);
    bob.say(&look).await;
    assert_eq!((bob.lookers().await, alice.lookers().await), (2, 2));
    drop(bob);
    assert_eq!(alice.lookers().await, 1);
    gina.say("{}").await;
    assert_eq!(gina.next().await, Err(4400), "nothing came before");
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let app = TestApp::new().await;
    let server = app.listen().await;
    let mut socket = Socket::open(&server, &[("x-api-key", app.token("bob").to_owned())], "").await.unwrap();
    let stopping = app.live().clone();
    let stopped = tokio::spawn(async move { stopping.stop().await });
    assert_eq!(socket.next().await, Err(1001));
    stopped.await.unwrap();
    assert_eq!(app.live().sockets(), 0);
}

#[tokio::test]
async fn a_client_hears_that_the_server_is_there_though_nothing_happens() {
    let often = Settings { ping: Duration::from_millis(50), ..Settings::default() };
    let app = TestApp::new().await.with_live(often);
    let server = app.listen().await;
    let bob = Client::of(&app, app.token("bob"), "acme").await;
    let mut socket = Socket::with_token(&server, app.token("bob"), bob.seq).await;
    for _ in 0..3 {
        assert_eq!(socket.next().await, Ok(json!({"prev": bob.seq, "seq": bob.seq, "more": false, "changes": [], "mutations": []})));
    }
}

#[tokio::test]
async fn who_does_not_answer_is_let_go() {
    let quick = Settings { ping: Duration::from_millis(50), silence: Duration::from_millis(150), ..Settings::default() };
    let app = TestApp::new().await.with_live(quick);
    let server = app.listen().await;
    // Nobody reads it, so nobody answers pings.
    let socket = Socket::open(&server, &[("x-api-key", app.token("bob").to_owned())], "").await.unwrap();
    let let_go = async {
        while app.live().sockets() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), let_go).await.expect("the socket is let go");
    drop(socket);
}
