//! Lists and single items, read by four clients.

use anyhow::{Result, ensure};

use crate::{
    Effort,
    child::{Server, Side},
    figures::{Table, median},
    fixture::Fixture,
    load,
};

/// Clients at a time: as many as keep a small machine busy without a queue that would be measured instead.
const CLIENTS: usize = 4;

/// Measures.
pub(crate) fn run(effort: Effort, postgres: Option<&str>) -> Result<()> {
    let fixture = Fixture::with_items(postgres, &[10_000, effort.items])?;
    let (ours, bare) = (fixture.serve(Side::Ours)?, fixture.serve(Side::Bare)?);
    let mut table = Table::default();
    let mut small = String::new();
    for place in &fixture.places {
        let orders: &[&str] = if small.is_empty() { &["-created_at"] } else { &["-created_at", "-updated_at", "priority", "sort_order"] };
        for order in orders {
            let path = format!("{}?per_page=100&order_by={order}", place.items());
            let what = format!("100 of {} by {order}", place.slug.trim_start_matches("demo-"));
            compare(&mut table, what, effort, (&ours, &bare), &fixture.get(&path))?;
        }
        small = place.items();
    }
    let place = &fixture.places[0];
    let (_, list) = load::answer(&ours, &fixture.get(&format!("{}?per_page=1", place.items())))?;
    let list: serde_json::Value = serde_json::from_slice(&list)?;
    let id = list["results"][0]["id"].as_str().unwrap_or_default().to_owned();
    compare(&mut table, "one item", effort, (&ours, &bare), &fixture.get(&format!("{}{id}/", place.items())))?;
    table.print("api", effort.json);
    Ok(())
}

/// Loads both servers in turns with the same request, after both gave the same bytes.
pub(crate) fn compare(
    table: &mut Table,
    what: impl Into<String>,
    effort: Effort,
    (ours, bare): (&Server, &Server),
    request: &[u8],
) -> Result<()> {
    let what = what.into();
    let (answer, other) = (load::answer(ours, request)?, load::answer(bare, request)?);
    ensure!(answer.0 == 200 && answer.1.len() > 100, "{what}: {} {}", answer.0, String::from_utf8_lossy(&answer.1));
    ensure!(
        answer == other,
        "{what}: the answers differ\n{}\n{}",
        String::from_utf8_lossy(&answer.1[..2_000.min(answer.1.len())]),
        String::from_utf8_lossy(&other.1[..2_000.min(other.1.len())])
    );
    let mut rounds = (Vec::new(), Vec::new());
    for _ in 0..=effort.rounds {
        rounds.0.push(load::run(ours, CLIENTS, effort.seconds, 200, &|_, _| request.to_vec())?);
        rounds.1.push(load::run(bare, CLIENTS, effort.seconds, 200, &|_, _| request.to_vec())?);
    }
    // The first round fills caches and statements.
    table.compared(what, median(&rounds.0[1..]), median(&rounds.1[1..]));
    Ok(())
}
