//! Clients that do not give up: writers who send again until they are answered, and followers who connect again where they were.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use aileron_testkit::wire::Connection;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    durability::{
        invited,
        writers::{Acknowledged, Scene},
    },
    sync::socket::Socket,
};

/// How long a client may be without an answer.
const PATIENCE: Duration = Duration::from_mins(2);
/// The pause before something is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// The request that creates an item, once however often it is sent.
fn create(scene: &Scene, name: &str) -> Vec<u8> {
    let request = String::from_utf8(scene.create(name)).unwrap();
    request.replacen("\r\n", &format!("\r\nidempotency-key: {name}\r\n"), 1).into_bytes()
}

/// Writes until it is told to stop, and then until its last request is answered: what was acknowledged.
pub(super) fn write(scene: &Scene, address: SocketAddr, client: usize, stop: &AtomicBool) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    let mut connection = None;
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let name = format!("client-{client}-item-{number}");
        let item = persist(address, &mut connection, &create(scene, &name));
        let id = item["id"].as_str().expect("it has an id").to_owned();
        acknowledged.push(Acknowledged { id, number: item["sequence_id"].as_i64().expect("it has a number"), name });
    }
    acknowledged
}

/// Invites somebody again and again, so long apart, until it is told to stop: who was invited.
pub(super) fn invite(scene: &Scene, address: SocketAddr, pause: Duration, stop: &AtomicBool) -> Vec<String> {
    let (mut guests, mut connection) = (Vec::new(), None);
    while !stop.load(Ordering::Relaxed) {
        let name = format!("guest-{}", guests.len());
        persist(address, &mut connection, &invited::invite(scene, &name));
        guests.push(name);
        std::thread::sleep(pause);
    }
    guests
}

/// Sends a request until it is answered with 201.
fn persist(address: SocketAddr, connection: &mut Option<Connection>, request: &[u8]) -> Value {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if connection.is_none() {
            *connection = Connection::open(address).ok();
        }
        match connection.as_mut().map(|open| (open.send(request), open)) {
            Some((Ok(201), open)) => return serde_json::from_slice(open.body()).expect("JSON"),
            // It is to come back.
            Some((Ok(503), _)) => {}
            Some((Ok(status), open)) => panic!("{status} {}", String::from_utf8_lossy(open.body())),
            Some((Err(_), _)) | None => *connection = None,
        }
        std::thread::sleep(PAUSE);
    }
    panic!("nobody answers");
}

/// How far the log of the workspace has got.
pub(super) async fn reached(scene: &Scene, address: SocketAddr) -> i64 {
    let url = format!("http://{address}/api/v1/workspaces/crash/sync/");
    loop {
        let answer = reqwest::Client::new().get(&url).header("x-api-key", &scene.token).send().await;
        if let Ok(answer) = answer
            && let Ok(text) = answer.text().await
            && let Some(first) = text.lines().next().and_then(|line| serde_json::from_str::<Value>(line).ok())
            && let Some(seq) = first["seq"].as_i64()
        {
            return seq;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What a follower knows.
pub(super) struct Follower {
    token: String,
    seq: i64,
    /// The items by id: the version and the name.
    pub(super) items: BTreeMap<String, (i64, String)>,
    /// How often it had to connect.
    pub(super) connections: usize,
}

impl Follower {
    /// One who follows from this place in the log.
    pub(super) fn new(scene: &Scene, seq: i64) -> Self {
        Self { token: scene.token.clone(), seq, items: BTreeMap::new(), connections: 0 }
    }

    /// Follows until the log has been read up to the place that is named at last.
    pub(super) async fn follow(mut self, address: SocketAddr, mut last: watch::Receiver<i64>) -> Self {
        let headers = [("x-api-key", self.token.clone())];
        while self.seq < *last.borrow() {
            let query = format!("?since={}&schema=1", self.seq);
            let Ok(mut socket) = Socket::to(address, "crash", &headers, &query).await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            self.connections += 1;
            while self.seq < *last.borrow() {
                let message = tokio::select! {
                    message = socket.next() => message,
                    _ = last.changed() => continue,
                };
                let Ok(message) = message else { break };
                if message["catch_up"] == true {
                    self.catch_up(address).await;
                    if !socket.try_say(&json!({"since": self.seq}).to_string()).await {
                        break;
                    }
                } else {
                    self.take(&message);
                }
            }
        }
        self
    }

    async fn catch_up(&mut self, address: SocketAddr) {
        let client = reqwest::Client::new();
        loop {
            let url = format!("http://{address}/api/v1/workspaces/crash/sync/?since={}&schema=1", self.seq);
            let answered = client.get(url).header("x-api-key", &self.token).send().await;
            let frame: Option<Value> = match answered {
                Ok(answer) if answer.status() == 200 => answer.json().await.ok(),
                _ => None,
            };
            let Some(frame) = frame else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            self.take(&frame);
            if frame["more"] == false {
                return;
            }
        }
    }

    /// Takes a frame, which follows on the one before.
    fn take(&mut self, frame: &Value) {
        assert_eq!(frame["prev"].as_i64(), Some(self.seq), "frames are a chain: {frame}");
        let seq = frame["seq"].as_i64().unwrap();
        for change in frame["changes"].as_array().unwrap().iter().filter(|change| change["entity"] == "work_item") {
            let version = change["version"].as_i64().unwrap();
            let (id, name) = (change["id"].as_str().unwrap().to_owned(), change["row"]["name"].as_str().unwrap().to_owned());
            let before = self.items.insert(id, (version, name));
            assert!(before.is_none_or(|(before, _)| before <= version), "older than what was there: {change}");
        }
        self.seq = seq;
    }
}
