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
        println!(
            "\n{name}\n\n| | CPU µs a request | bare | ratio | requests/s | bare | p50 µs | bare | p99 µs | bare | worst µs | RssAnon MiB | bare |"
        );
        println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (what, ours, bare) in &self.rows {
            let other = |figure: fn(&Round) -> f64, digits: usize| {
                bare.as_ref().map_or_else(String::new, |bare| format!("{:.digits$}", figure(bare)))
            };
            let ratio = bare.as_ref().map_or_else(String::new, |bare| format!("{:.2}", ours.cpu / bare.cpu));
            println!(
                "| {what} | {:.0} | {} | {ratio} | {:.0} | {} | {:.0} | {} | {:.0} | {} | {:.0} | {:.1} | {} |",
                ours.cpu,
                other(|round| round.cpu, 0),
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
        json!({ "cpu_us": round.cpu, "per_second": round.rate, "p50_us": round.p50, "p99_us": round.p99,
            "worst_us": round.worst, "rss_anon_mib": round.memory })
    };
    let ratio = bare.as_ref().map(|bare| ours.cpu / bare.cpu);
    json!({ "what": what, "ours": side(ours), "bare": bare.as_ref().map(side), "ratio": ratio })
}
