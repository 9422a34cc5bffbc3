//! Medians, and the tables that are printed.

use serde_json::{Value, json};

use crate::load::Round;

/// The medians of several rounds, each figure by itself.
pub(crate) fn median(rounds: &[Round]) -> Round {
    let of = |figure: fn(&Round) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(figure).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Round {
        cpu: of(|round| round.cpu),
        database_cpu: of(|round| round.database_cpu),
        rate: of(|round| round.rate),
        p50: of(|round| round.p50),
        p99: of(|round| round.p99),
        worst: of(|round| round.worst),
        memory: of(|round| round.memory),
    }
}

/// The rows of one benchmark.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<(String, Round, Option<Round>)>,
}

impl Table {
    /// Adds what both servers showed.
    pub(crate) fn compared(&mut self, what: impl Into<String>, ours: Round, bare: Round) {
        self.rows.push((what.into(), ours, Some(bare)));
    }

    /// Adds what our server showed.
    pub(crate) fn alone(&mut self, what: impl Into<String>, ours: Round) {
        self.rows.push((what.into(), ours, None));
    }

    /// Prints it.
    pub(crate) fn print(&self, name: &str, as_json: bool) {
        if as_json {
            println!("{}", json!({ "benchmark": name, "rows": self.rows.iter().map(row).collect::<Vec<_>>() }));
            return;
        }
        let on_postgres = self.rows.iter().any(|(_, ours, _)| ours.database_cpu > 0.0);
        let (head, line) = if on_postgres { (" PostgreSQL's | bare | ratio | together |", "--:|--:|--:|--:|") } else { ("", "") };
        println!(
            "\n{name}\n\n| | CPU µs a request | bare | ratio |{head} requests/s | bare | p50 µs | bare | p99 µs | bare | worst µs | RssAnon MiB | bare |"
        );
        println!("|---|--:|--:|--:|{line}--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (what, ours, bare) in &self.rows {
            let other = |figure: fn(&Round) -> f64, digits: usize| {
                bare.as_ref().map_or_else(String::new, |bare| format!("{:.digits$}", figure(bare)))
            };
            let ratio =
                |figure: fn(&Round) -> f64| bare.as_ref().map_or_else(String::new, |bare| format!("{:.2}", figure(ours) / figure(bare)));
            let database = if on_postgres {
                let (bare, own) = (other(|round| round.database_cpu, 0), ratio(|round| round.database_cpu));
                format!(" {:.0} | {bare} | {own} | {} |", ours.database_cpu, ratio(|round| round.cpu + round.database_cpu))
            } else {
                String::new()
            };
            println!(
                "| {what} | {:.0} | {} | {} |{database} {:.0} | {} | {:.0} | {} | {:.0} | {} | {:.0} | {:.1} | {} |",
                ours.cpu,
                other(|round| round.cpu, 0),
                ratio(|round| round.cpu),
                ours.rate,
                other(|round| round.rate, 0),
                ours.p50,
                other(|round| round.p50, 0),
                ours.p99,
                other(|round| round.p99, 0),
                ours.worst,
                ours.memory,
                other(|round| round.memory, 1),
            );
        }
    }
}

fn row((what, ours, bare): &(String, Round, Option<Round>)) -> Value {
    let side = |round: &Round| {
        json!({ "cpu_us": round.cpu, "database_cpu_us": round.database_cpu, "per_second": round.rate, "p50_us": round.p50, "p99_us": round.p99,
            "worst_us": round.worst, "rss_anon_mib": round.memory })
    };
    let ratio = bare.as_ref().map(|bare| ours.cpu / bare.cpu);
    json!({ "what": what, "ours": side(ours), "bare": bare.as_ref().map(side), "ratio": ratio })
}
