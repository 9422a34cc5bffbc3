//! How soon a webhook is told: changes at a steady rate, and the time from the answer to each until the receiver has it.

use std::{
    collections::HashMap,
    sync::{
        Arc,
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
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut answered: HashMap<String, Instant> = HashMap::new();
    std::thread::scope(|scope| -> Result<()> {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (next, ids, items, token) = (next.clone(), &ids, &items, &fixture.token);
                scope.spawn(move || -> Result<Vec<Told>> {
                    let mut connection = wire::Connection::open(server.address)?;
                    let mut answered = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= wanted {
                            return Ok(answered);
                        }
                        std::thread::sleep(
                            (begun + Duration::from_secs(1) * number as u32 / RATE).saturating_duration_since(Instant::now()),
                        );
                        let name = format!("change {number}");
                        let path = format!("{items}{}/", ids[number % ITEMS]);
                        let request = wire::request("PATCH", &path, Some(token), Some(&json!({ "name": name }).to_string()));
                        connection.expect(200, &request);
                        answered.push((name, Instant::now()));
                    }
                })
            })
            .collect();
        for client in clients {
            answered.extend(client.join().expect("a client ends")?);
        }
        Ok(())
    })?;
    let took = begun.elapsed();
    let mut waited = Vec::new();
    while waited.len() < wanted {
        let (name, at) = told.recv_timeout(Duration::from_secs(30)).context("not everything was told")?;
        let Some(answer) = answered.get(&name) else { continue };
        waited.push(at.saturating_duration_since(*answer));
    }
    report(waited, took, effort.json);
    Ok(())
}

/// Says how long the first attempts took.
fn report(mut waited: Vec<Duration>, took: Duration, as_json: bool) {
    waited.sort();
    let at = |share: f64| waited[((waited.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    let (wanted, rate) = (waited.len(), waited.len() as f64 / took.as_secs_f64());
    if as_json {
        println!(
            "{}",
            json!({ "webhooks": { "changes": wanted, "rate": rate, "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "max_ms": at(1.0) } })
        );
    } else {
        println!(
            "webhooks: {wanted} changes at {rate:.0} a second, told after p50 {:.0} ms, p95 {:.0} ms, p99 {:.0} ms, at most {:.0} ms",
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0)
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
