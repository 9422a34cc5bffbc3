//! Two hundred sockets, twenty changes a second, for a minute.
//! `cargo test -p aileron-api-tests long_sockets -- --ignored --nocapture`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use aileron_kernel::Role;
use aileron_realtime::Settings;
use aileron_testkit::TestApp;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{bootstrap::project, model::Client, socket::Socket};

const SOCKETS: usize = 200;
const PEOPLE: usize = 20;
const SECONDS: u64 = 60;
const A_SECOND: u64 = 20;
const ITEMS: usize = 50;

/// What one client knows of the items, and how long each change took to arrive.
struct Follower {
    names: BTreeMap<String, String>,
    seq: i64,
    took: Vec<Duration>,
    frames: usize,
    caught_up: usize,
}

/// When each name was given, by name.
type Given = Arc<Mutex<BTreeMap<String, Instant>>>;

impl Follower {
    fn apply(&mut self, frame: &Value, given: &Given) {
        assert_eq!(frame["prev"].as_i64(), Some(self.seq), "frames are a chain");
        self.seq = frame["seq"].as_i64().unwrap();
        self.frames += 1;
        for row in frame["changes"].as_array().unwrap().iter().map(|change| &change["row"]).filter(|row| row["sequence_id"].is_i64()) {
            let name = row["name"].as_str().unwrap().to_owned();
            self.took.extend(given.lock().unwrap().get(&name).map(Instant::elapsed));
            self.names.insert(row["id"].as_str().unwrap().to_owned(), name);
        }
    }
}

/// The memory that this process holds, in MB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).unwrap_or_default() / 1024
}

/// Takes what the socket says until the last change is there.
async fn follow(mut socket: Socket, seq: i64, given: Given, last: Arc<Mutex<i64>>) -> Follower {
    let mut follower = Follower { names: BTreeMap::new(), seq, took: Vec::new(), frames: 0, caught_up: 0 };
    while follower.seq < *last.lock().unwrap() {
        let message = socket.next().await.expect("the socket is open");
        if message["catch_up"] == true {
            // Nobody falls behind so far at this pace.
            follower.caught_up += 1;
            break;
        }
        follower.apply(&message, &given);
    }
    follower
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn long_sockets_miss_no_change() {
    let app = TestApp::new().await.with_live(Settings { sockets_of_user: SOCKETS, ..Settings::default() });
    let (_, at) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    let mut tokens = Vec::new();
    for number in 0..PEOPLE {
        let (user, token) = app.make_user(format!("follower{number}").leak(), "acme").await;
        app.join(user, "acme", Role::Member).await;
        alice.post(&format!("{at}members/"), json!({"member": user, "role": 15})).await.expect(201);
        tokens.push(token);
    }
    let mut items = Vec::new();
    for number in 0..ITEMS {
        items.push(alice.post(&format!("{at}work-items/"), json!({"name": format!("item {number}")})).await.id());
    }
    let seq = Client::of(&app, app.token("alice"), "acme").await.seq;
    let server = app.listen().await;
    let given = Given::default();
    let last = Arc::new(Mutex::new(i64::MAX));
    let mut followers = Vec::new();
    for number in 0..SOCKETS {
        let socket = Socket::with_token(&server, &tokens[number % PEOPLE], seq).await;
        followers.push(tokio::spawn(follow(socket, seq, given.clone(), last.clone())));
    }
    let mut memories = vec![memory()];
    let mut pace = tokio::time::interval(Duration::from_millis(1000 / A_SECOND));
    let mut wanted = BTreeMap::new();
    for number in 0..SECONDS * A_SECOND {
        pace.tick().await;
        let item = &items[usize::try_from(number).unwrap() % ITEMS];
        let name = format!("change {number}");
        given.lock().unwrap().insert(name.clone(), Instant::now());
        if number == SECONDS * A_SECOND - 1 {
            // The last one: its place in the log is known before anybody can have it.
            let now = Client::of(&app, app.token("alice"), "acme").await.seq;
            *last.lock().unwrap() = now + 1;
        }
        alice.patch(&format!("{at}work-items/{item}/"), json!({"name": name})).await.expect(200);
        wanted.insert(item.clone(), name);
        if number % (10 * A_SECOND) == 0 {
            memories.push(memory());
        }
    }
    let (mut took, mut frames) = (Vec::new(), 0);
    for follower in followers {
        let follower = follower.await.unwrap();
        assert_eq!((&follower.names, follower.caught_up), (&wanted, 0));
        frames += follower.frames;
        took.extend(follower.took);
    }
    memories.push(memory());
    took.sort();
    let at = |part: usize| took[(took.len() - 1) * part / 100];
    println!(
        "{SOCKETS} sockets, {} changes, {frames} frames; from before the write to the client: median {:?}, p95 {:?}, most {:?}; MB {memories:?}",
        SECONDS * A_SECOND,
        at(50),
        at(95),
        at(100)
    );
    let (early, late) = (memories[2], memories[memories.len() - 1]);
    assert!(late < early + 40, "memory grows: {memories:?} MB");
}
