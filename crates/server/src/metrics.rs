//! `/metrics`, on an address of its own: what goes on inside is nobody's business outside.

use std::{fmt::Write as _, sync::atomic::Ordering, time::Duration};

use aileron_db::{Db, GROUP_SIZES, Unscoped};
use aileron_platform::{mail, metrics::Metrics};
use axum::{Router, http::header, routing::get};

/// How long numbers wait for the database: without it the others are wanted all the more.
const PATIENCE: Duration = Duration::from_secs(1);

/// The routes of the address for numbers.
pub(crate) fn routes(db: Db, metrics: Metrics) -> Router {
    let page = move || {
        let (db, metrics) = (db.clone(), metrics.clone());
        async move {
            count_mails(&db, &metrics).await;
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text(&db, &metrics))
        }
    };
    Router::new().route("/metrics", get(page))
}

/// Counts the mails that wait, of all processes. Where the database does not answer, the number is the last one that was known.
async fn count_mails(db: &Db, metrics: &Metrics) {
    let count = db.read(|session| session.unscoped(Unscoped::Instance)?.waiting_jobs(mail::KIND));
    if let Ok(Ok(waiting)) = tokio::time::timeout(PATIENCE, count).await {
        metrics.mails_waiting.set(waiting);
    }
}

/// All numbers in the text format of Prometheus.
fn text(db: &Db, metrics: &Metrics) -> String {
    metrics.db_waiting.set(i64::try_from(db.waiting()).unwrap_or(i64::MAX));
    let mut text = metrics.render();
    let stats = db.stats();
    let (commits, commands) = (stats.commits.load(Ordering::Relaxed), stats.commands.load(Ordering::Relaxed));
    counter(&mut text, "aileron_db_statements_total", "Statements run.", db.statements());
    counter(&mut text, "aileron_db_refused_total", "Transactions refused because too many waited.", stats.refused.load(Ordering::Relaxed));
    group_sizes(&mut text, db, commits, commands);
    text
}

fn counter(text: &mut String, name: &str, help: &str, value: u64) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}");
}

fn group_sizes(text: &mut String, db: &Db, commits: u64, commands: u64) {
    let name = "aileron_db_write_group_size";
    let _ = writeln!(text, "# HELP {name} Commands per commit.\n# TYPE {name} histogram");
    let mut so_far = 0;
    for (most, count) in GROUP_SIZES.iter().zip(&db.stats().groups) {
        so_far += count.load(Ordering::Relaxed);
        let _ = writeln!(text, "{name}_bucket{{le=\"{most}\"}} {so_far}");
    }
    let _ = writeln!(text, "{name}_bucket{{le=\"+Inf\"}} {}\n{name}_sum {commands}\n{name}_count {commits}", commits.max(so_far));
}
