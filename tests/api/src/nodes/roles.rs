//! Processes that answer and processes that work: each does its part, and nothing of the other's.

use std::net::{SocketAddr, TcpListener};

use aileron_testkit::{
    database::is_postgres,
    program::Place,
    wire::{self, Connection},
};

use super::receiver::Receiver;
use crate::durability::{rows, writers::Scene};

const ITEMS: usize = 10;
/// What was done of the work that nobody waits for, since there is a webhook: deliveries made, jobs that somebody took, consumers that got on.
const WORK: &str = "SELECT (SELECT count(*) FROM webhook_deliveries) \
     + (SELECT count(*) FROM jobs WHERE created_at > (SELECT max(created_at) FROM webhooks) AND (attempts > 0 OR finished_at IS NOT NULL)) \
     + (SELECT count(*) FROM consumer_positions WHERE moved_at > (SELECT max(created_at) FROM webhooks))";
const UNDONE: &str = "SELECT count(*) FROM jobs WHERE kind = 'export.make' AND finished_at IS NULL";

/// A port that nobody listens on.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The sum of the numbers of this name that a process shows.
async fn number(metrics: SocketAddr, name: &str) -> u64 {
    let text = reqwest::get(format!("http://{metrics}/metrics")).await.unwrap().text().await.unwrap();
    let of_name = text.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
    of_name.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

fn get(address: SocketAddr, path: &str, token: &str) -> u16 {
    Connection::open(address).unwrap().send(&wire::request("GET", path, Some(token), None)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_answers_and_the_other_does_the_work() {
    if !is_postgres() {
        return; // One process works on a file.
    }
    aileron_testkit::crypto();
    let (scene, receiver) = (tokio::task::spawn_blocking(Scene::new).await.unwrap(), Receiver::start().await);
    let numbers = [free(), free()];
    let start = |role: &str, numbers: SocketAddr| {
        let listen = format!("AILERON_METRICS_LISTEN={numbers}");
        let under = ["env", "AILERON_OUTGOING_ALLOW=127.0.0.0/8", "AILERON_LOG=error", listen.as_str()];
        tokio::task::block_in_place(|| scene.place.serve_as(role, &under))
    };
    let web = start("web", numbers[0]);
    let mut client = Connection::open(web.address).unwrap();
    tokio::task::block_in_place(|| {
        receiver.register(&scene, &mut client);
        for number in 0..ITEMS {
            client.expect(201, &scene.create(&format!("item {number}")));
        }
        let export = wire::request("POST", "/api/v1/workspaces/crash/exports/", Some(&scene.token), Some("{\"provider\": \"csv\"}"));
        client.expect(202, &export);
    });
    assert_eq!(get(web.address, &scene.items, &scene.token), 200);
    assert_eq!((rows::count(&scene.place, WORK), rows::count(&scene.place, UNDONE)), (0, 1), "nobody has begun");

    let worker = start("worker", numbers[1]);
    super::until("the receiver is told of all items", || receiver.items() == ITEMS).await;
    super::until("the export is made", || rows::count(&scene.place, UNDONE) == 0).await;
    // Who did it: all of it the worker, though the other was there first.
    for name in ["aileron_jobs_total", "aileron_consumer_events_total"] {
        assert!(number(numbers[1], name).await > 0, "{name} of the worker");
        assert_eq!(number(numbers[0], name).await, 0, "{name} of the other");
    }
    for (path, status) in [("/healthz", 200), ("/readyz", 200), (scene.items.as_str(), 404), ("/api/v1/users/me/", 404), ("/", 404)] {
        assert_eq!(get(worker.address, path, &scene.token), status, "{path} of the worker");
    }
    assert_eq!((get(web.address, "/healthz", &scene.token), get(web.address, "/readyz", &scene.token)), (200, 200));
    // Without the one that works, the other answers as before.
    worker.stop();
    assert_eq!(get(web.address, &scene.items, &scene.token), 200);
}

#[test]
fn a_file_is_one_process_and_others_are_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { folder: folder.path().to_owned(), url: None };
    for role in ["web", "worker"] {
        let refused = place.command(&["serve", "--listen", "127.0.0.1:0", "--role", role]).output().unwrap();
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.starts_with("aileron: --role web and --role worker") && said.contains("PostgreSQL"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "nothing was made");
}
