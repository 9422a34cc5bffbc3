//! Clients that create work items and remember what was acknowledged.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use aileron_testkit::{
    TestDatabase,
    program::Place,
    wire::{self, Connection},
};
use serde_json::json;

/// How many write at the same time.
pub(crate) const CLIENTS: usize = 16;

/// A server's data with a workspace, a project in it, and somebody who may write there.
pub(crate) struct Scene {
    pub(crate) place: Place,
    pub(crate) token: String,
    pub(crate) items: String,
    /// Dropped last: the database goes away with it.
    pub(crate) database: TestDatabase,
}

/// Waits until something was acknowledged, and then this long.
pub(crate) fn let_them_write(count: &AtomicUsize, time: Duration) {
    let until = Instant::now() + Duration::from_mins(1);
    while count.load(Ordering::Relaxed) < CLIENTS {
        assert!(Instant::now() < until, "nothing is acknowledged");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(time);
}

/// A work item whose creation was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) name: String,
}

impl Scene {
    /// Makes all of it with the commands of the operator and one request.
    pub(crate) fn new() -> Self {
        let database = TestDatabase::system();
        let place = Place { folder: database.folder().to_owned(), url: database.url().map(ToOwned::to_owned) };
        place.run(&["admin", "user", "create", "--email", "ann@example.com", "--first-name", "Ann", "--json"], "");
        place.run(&["admin", "workspace", "create", "--slug", "crash", "--name", "Crash", "--owner", "ann@example.com", "--json"], "");
        let token = place.run(&["admin", "token", "create", "--email", "ann@example.com", "--label", "test", "--json"], "");
        let token = token["token"].as_str().expect("the token is printed").to_owned();
        let server = place.serve(&[]);
        let body = json!({ "name": "Crash", "identifier": "CRA" }).to_string();
        let make = wire::request("POST", "/api/v1/workspaces/crash/projects/", Some(&token), Some(&body));
        let project = Connection::open(server.address).unwrap().expect(201, &make)["id"].as_str().unwrap().to_owned();
        server.stop();
        Self { place, token, items: format!("/api/v1/workspaces/crash/projects/{project}/work-items/"), database }
    }

    /// The request that creates an item.
    pub(crate) fn create(&self, name: &str) -> Vec<u8> {
        let body = json!({ "name": name, "description_html": "<p>Written before the crash.</p>", "priority": "low" }).to_string();
        wire::request("POST", &self.items, Some(&self.token), Some(&body))
    }

    /// Writes with all clients until the connections break; `count` goes along. What was acknowledged.
    pub(crate) fn write(&self, address: SocketAddr, round: usize, count: &AtomicUsize) -> Vec<Acknowledged> {
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS).map(|client| scope.spawn(move || self.client(address, round, client, count))).collect();
            clients.into_iter().flat_map(|client| client.join().expect("a client ends")).collect()
        })
    }

    fn client(&self, address: SocketAddr, round: usize, client: usize, count: &AtomicUsize) -> Vec<Acknowledged> {
        let mut acknowledged = Vec::new();
        let Ok(mut connection) = Connection::open(address) else { return acknowledged };
        for number in 0.. {
            let name = format!("round {round} client {client} item {number}");
            let Ok(status) = connection.send(&self.create(&name)) else { break };
            assert_eq!(status, 201, "{}", String::from_utf8_lossy(connection.body()));
            let item: serde_json::Value = serde_json::from_slice(connection.body()).expect("an item");
            let id = item["id"].as_str().expect("it has an id").to_owned();
            acknowledged.push(Acknowledged { id, number: item["sequence_id"].as_i64().expect("it has a number"), name });
            count.fetch_add(1, Ordering::Relaxed);
        }
        acknowledged
    }
}
