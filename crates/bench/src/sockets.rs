//! Many sockets on one node: the memory that each takes, and how soon all of them have a change.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use aileron_testkit::{program, wire};
use anyhow::{Context as _, Result};
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::{
    Effort, child,
    fixture::{Fixture, Person},
};

/// So many sockets are open, one number after the other.
const COUNTS: [usize; 3] = [10, 100, 1_000];
/// So many of one account.
const OF_ACCOUNT: usize = 20;
/// So many changes are made, each when all have the one before.
const CHANGES: usize = 30;
/// So many sockets are opened at a time.
const AT_ONCE: usize = 20;

/// What was seen with so many sockets.
struct Seen {
    sockets: usize,
    /// Memory of its own that the process took for each, in KiB: at rest, and after the changes.
    at_rest: f64,
    afterwards: f64,
    /// From before the request until a client has the frame, in milliseconds.
    p50: f64,
    p95: f64,
    most: f64,
}

/// Measures.
pub(crate) fn run(effort: Effort) -> Result<()> {
    let (fixture, people) = Fixture::with_people(COUNTS.iter().max().map_or(0, |most| most.div_ceil(OF_ACCOUNT)))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut seen = Vec::new();
    for sockets in COUNTS {
        seen.push(runtime.block_on(measure(&fixture, &people, sockets))?);
    }
    print(&seen, effort.json);
    Ok(())
}

async fn measure(fixture: &Fixture, people: &[Person], sockets: usize) -> Result<Seen> {
    let folder = fixture.copy()?;
    let server = program::Place { folder: folder.path().to_owned(), url: None }.serve(&[]);
    let items = fixture.places[0].items();
    let mut connection = wire::Connection::open(server.address)?;
    let made = connection.expect(201, &wire::request("POST", &items, Some(&fixture.token), Some(&json!({"name": "an item"}).to_string())));
    let item = format!("{items}{}/", made["id"].as_str().context("an id")?);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = child::memory_of(server.pid()).context("the server runs")?;

    let (tell, mut told) = mpsc::unbounded_channel();
    let slug = &fixture.places[0].slug;
    let opened = stream::iter(0..sockets).map(|number| follow(server.address, slug, &people[number / OF_ACCOUNT].token, tell.clone()));
    let opened: Vec<Result<()>> = opened.buffer_unordered(AT_ONCE).collect().await;
    opened.into_iter().collect::<Result<()>>()?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let each = |now: f64| (now - before) * 1_024.0 / sockets as f64;
    let at_rest = each(child::memory_of(server.pid()).context("the server runs")?);

    let mut waited = Vec::new();
    for number in 0..CHANGES {
        let change = wire::request("PATCH", &item, Some(&fixture.token), Some(&json!({"name": format!("change {number}")}).to_string()));
        let begun = Instant::now();
        tokio::task::block_in_place(|| connection.expect(200, &change));
        for _ in 0..sockets {
            let at = tokio::time::timeout(Duration::from_mins(1), told.recv()).await.context("not everybody was told")?;
            waited.push(at.context("a socket was closed")?.saturating_duration_since(begun));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    waited.sort();
    let part = |share: f64| waited[((waited.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    let afterwards = each(child::memory_of(server.pid()).context("the server runs")?);
    Ok(Seen { sockets, at_rest, afterwards, p50: part(0.5), p95: part(0.95), most: part(1.0) })
}

/// Opens a socket and says when each frame with changes came.
async fn follow(address: SocketAddr, slug: &str, token: &str, tell: mpsc::UnboundedSender<Instant>) -> Result<()> {
    let mut request = format!("ws://{address}/api/v1/workspaces/{slug}/sync/live?schema=1").into_client_request()?;
    request.headers_mut().insert("x-api-key", HeaderValue::from_str(token)?);
    let (mut socket, _) = connect_async(request).await?;
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            // Not parsed: the clients of all sockets are this one process.
            if let Message::Text(text) = message
                && text.contains("\"changes\":[{")
                && tell.send(Instant::now()).is_err()
            {
                return;
            }
        }
    });
    Ok(())
}

fn print(seen: &[Seen], as_json: bool) {
    if as_json {
        let rows: Vec<_> = seen
            .iter()
            .map(|seen| {
                json!({ "sockets": seen.sockets, "kib_each_at_rest": seen.at_rest, "kib_each_afterwards": seen.afterwards,
                    "p50_ms": seen.p50, "p95_ms": seen.p95, "max_ms": seen.most })
            })
            .collect();
        println!("{}", json!({ "benchmark": "sockets", "rows": rows }));
        return;
    }
    println!(
        "\nsockets\n\n| sockets | KiB each at rest | KiB each after {CHANGES} changes | p50 ms | p95 ms | worst ms |\n|--:|--:|--:|--:|--:|--:|"
    );
    for Seen { sockets, at_rest, afterwards, p50, p95, most } in seen {
        println!("| {sockets} | {at_rest:.1} | {afterwards:.1} | {p50:.1} | {p95:.1} | {most:.1} |");
    }
}
