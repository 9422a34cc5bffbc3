//! How soon a webhook is told: changes at a steady rate, and the time from the answer to each until the receiver has it.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use aileron_testkit::{program, wire};
use anyhow::{Context as _, Result};
use axum::{Router, extract::State, routing::post};
use serde_json::{Value, json};

use crate::{Effort, fixture::Fixture};

/// Changes a second.
const RATE: u32 = 200;
/// How many clients send them.
const CLIENTS: usize = 8;
/// How many items they change in turns.
const ITEMS: usize = 64;

/// What was told, and when.
type Told = (String, Instant);

/// Measures.
pub(crate) fn run(effort: Effort) -> Result<()> {
    let fixture = Fixture::with_workspaces(1)?;
    let folder = fixture.copy()?;
    let place = program::Place { folder: folder.path().to_owned(), url: None };
    let server = place.serve(&["env", "AILERON_OUTGOING_ALLOW=127.0.0.0/8"]);
    let (tell, told) = mpsc::channel();
    let url = receiver(tell)?;
    let mut connection = wire::Connection::open(server.address)?;
    let mut make =
        |path: &str, body: Value| connection.expect(201, &wire::request("POST", path, Some(&fixture.token), Some(&body.to_string())));
    let items = fixture.places[0].items();
    let mut ids = Vec::new();
    for number in 0..ITEMS {
        ids.push(make(&items, json!({ "name": format!("item {number}") }))["id"].as_str().context("an id")?.to_owned());
    }
    let hooks = format!("/api/v1/workspaces/{}/webhooks/", fixture.places[0].slug);
    make(&hooks, json!({ "url": url, "issue": true }));

    let wanted = (effort.seconds * effort.rounds as f64) as usize * RATE as usize;
    let begun = Instant::now();
    let answered = change(server.address, &fixture.token, (items.as_str(), ids.as_slice()), wanted);
    let took = begun.elapsed();
    let mut waited = Vec::new();
    while waited.len() < wanted {
        let (name, at) = told.recv_timeout(Duration::from_secs(30)).context("not everything was told")?;
        let Some(answer) = answered.get(&name) else { continue };
        waited.push(at.saturating_duration_since(*answer));
    }
    waited.sort();
    print(&waited, wanted as f64 / took.as_secs_f64(), effort.json);
    Ok(())
}

/// Sends so many changes at the rate: when each was answered.
fn change(address: SocketAddr, token: &str, (items, ids): (&str, &[String]), wanted: usize) -> HashMap<String, Instant> {
    let (next, begun) = (AtomicUsize::new(0), Instant::now());
    let client = || {
        let mut connection = wire::Connection::open(address).expect("the server answers");
        let mut answered: Vec<Told> = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= wanted {
                return answered;
            }
            let due = begun + Duration::from_secs(1) * number as u32 / RATE;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let name = format!("change {number}");
            let path = format!("{items}{}/", ids[number % ITEMS]);
            connection.expect(200, &wire::request("PATCH", &path, Some(token), Some(&json!({ "name": name }).to_string())));
            answered.push((name, Instant::now()));
        }
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients.into_iter().flat_map(|client| client.join().expect("a client ends")).collect()
    })
}

fn print(waited: &[Duration], rate: f64, is_json: bool) {
    let at = |share: f64| waited[((waited.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    let (count, shares) = (waited.len(), [0.5, 0.95, 0.99, 1.0].map(at));
    let [p50, p95, p99, most] = shares;
    if is_json {
        let told = json!({ "changes": count, "rate": rate, "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "max_ms": most });
        println!("{}", json!({ "webhooks": told }));
    } else {
        println!(
            "webhooks: {count} changes at {rate:.0} a second, told after p50 {p50:.0} ms, p95 {p95:.0} ms, p99 {p99:.0} ms, at most {most:.0} ms"
        );
    }
}

/// A receiver that takes everything: its address.
fn receiver(tell: mpsc::Sender<Told>) -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}/", listener.local_addr()?);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, Router::new().route("/", post(take)).with_state(tell)).await
        })
    });
    Ok(url)
}

async fn take(State(tell): State<mpsc::Sender<Told>>, body: String) {
    let at = Instant::now();
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let name = body["data"]["name"].as_str().unwrap_or_default().to_owned();
    // Who measures has gone when he has seen enough.
    let _ = tell.send((name, at));
}
