//! Durable creates by 16 clients: all in one workspace, and each in its own.

use aileron_testkit::wire;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    Effort,
    child::Side,
    figures::{Table, median},
    fixture::{Fixture, Place},
    load,
};

const CLIENTS: usize = 16;

/// Measures.
pub(crate) fn run(effort: Effort) -> Result<()> {
    let mut table = Table::default();
    for workspaces in [1, CLIENTS] {
        let fixture = Fixture::with_workspaces(workspaces)?;
        let (ours, bare) = (fixture.serve(Side::Ours)?, fixture.serve(Side::Bare)?);
        let request = |client: usize, number: usize| create(&fixture, &fixture.places[client % workspaces], client, number);
        let answers = (load::answer(&ours, &request(0, 0))?, load::answer(&bare, &request(0, 0))?);
        ensure!(answers.0.0 == 201 && answers.1.0 == 201, "{} {}", String::from_utf8_lossy(&answers.0.1), answers.1.0);
        let (answer, other) = (without_chance(&answers.0.1)?, without_chance(&answers.1.1)?);
        ensure!(answer == other, "the answers differ\n{answer}\n{other}");
        let mut rounds = (Vec::new(), Vec::new());
        for _ in 0..=effort.rounds {
            rounds.0.push(load::run(&ours, CLIENTS, effort.seconds, 201, &request)?);
            rounds.1.push(load::run(&bare, CLIENTS, effort.seconds, 201, &request)?);
        }
        let what = format!("create, {CLIENTS} clients, {workspaces} workspace{}", if workspaces == 1 { "" } else { "s" });
        table.compared(what, median(&rounds.0[1..]), median(&rounds.1[1..]));
    }
    table.print("write", effort.json);
    Ok(())
}

fn create(fixture: &Fixture, place: &Place, client: usize, number: usize) -> Vec<u8> {
    let body = json!({
        "name": format!("Basket loses its state after a reload, report {number} of customer {client}"),
        "description_html": "<p>Support gets several mails about this every week.</p>",
        "priority": "medium",
    });
    wire::request("POST", &place.items(), Some(&fixture.token), Some(&body.to_string()))
}

/// An answer without what no two answers share.
fn without_chance(bytes: &[u8]) -> Result<String> {
    let mut item: Value = serde_json::from_slice(bytes)?;
    for field in ["id", "created_at", "updated_at"] {
        ensure!(item[field].is_string(), "{field} is missing");
        item[field] = Value::Null;
    }
    Ok(item.to_string())
}
