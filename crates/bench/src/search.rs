//! Full-text search among all items, with queries drawn from titles.

use anyhow::{Result, ensure};

use crate::{
    Effort,
    child::Side,
    figures::{Table, median},
    fixture::Fixture,
    load,
};

/// Titles that queries are drawn from.
const TITLES: usize = 1_000;

/// Measures.
pub(crate) fn run(effort: Effort) -> Result<()> {
    let fixture = Fixture::with_items(None, &[effort.items])?;
    let server = fixture.serve(Side::Ours)?;
    let place = &fixture.places[0];
    let page = (i64::from(effort.items) / 1_000 / 2).max(0);
    let (status, list) = load::answer(&server, &fixture.get(&format!("{}?per_page={TITLES}&cursor={TITLES}:{page}:0", place.items())))?;
    ensure!(status == 200, "{}", String::from_utf8_lossy(&list));
    let list: serde_json::Value = serde_json::from_slice(&list)?;
    let titles: Vec<String> =
        list["results"].as_array().into_iter().flatten().filter_map(|item| Some(item["name"].as_str()?.to_owned())).collect();
    ensure!(titles.len() == TITLES.min(effort.items as usize), "only {} titles", titles.len());
    let mut table = Table::default();
    for (what, words) in [("one word of a title", 1), ("two words", 2), ("three words", 3), ("a whole title", 99)] {
        let path = format!("/api/v1/workspaces/{}/work-items/search/?workspace_search=true&search=", place.slug);
        let requests: Vec<Vec<u8>> =
            titles.iter().enumerate().map(|(number, title)| fixture.get(&(path.clone() + &query(title, number, words)))).collect();
        let (_, found) = load::answer(&server, &requests[0])?;
        ensure!(
            serde_json::from_slice::<serde_json::Value>(&found)?["issues"][0]["id"].is_string(),
            "a title is not found by its own words"
        );
        let rounds = (0..=effort.rounds)
            .map(|round| {
                load::run(&server, 1, effort.seconds, 200, &|_, number| requests[(number * 7 + round * 131) % requests.len()].clone())
            })
            .collect::<Result<Vec<_>>>()?;
        table.alone(what, median(&rounds[1..]));
    }
    table.print(&format!("search in {} items", effort.items), effort.json);
    Ok(())
}

/// Some words of a title in a row, as they stand in an address.
fn query(title: &str, number: usize, words: usize) -> String {
    let all: Vec<&str> = title.split_whitespace().collect();
    let first = number % (all.len().saturating_sub(words) + 1);
    all.into_iter().skip(first).take(words).map(|word| word.replace([':', ','], "")).collect::<Vec<_>>().join("+")
}
