//! Looks whether an instance is whole: the file or server itself, its schema, what rows and events say of each other, and what waits for
//! somebody. It reads one snapshot and changes nothing; what is stored beside the database is for the caller to look at.

mod sql;

use aileron_kernel::Time;
use sea_query::{Value, Values};
use serde::Serialize;

use crate::{
    Dialect, Result,
    conn::Conn,
    dump::{Difference, Snapshot},
};

/// After so many seconds what is due should have been done.
const PATIENCE: i64 = 60 * 60;
/// How many of the rows that are wrong are told.
const TOLD: usize = 5;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which look found it.
    pub check: &'static str,
    /// What is wrong.
    pub problem: &'static str,
    /// How many there are of it.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<String>,
    /// What to do.
    pub advice: &'static str,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// The names of the looks.
    pub checked: Vec<&'static str>,
    /// What is wrong.
    pub faults: Vec<Finding>,
}

impl Findings {
    /// Notes a look and what it found.
    pub fn note(&mut self, check: &'static str, problem: &'static str, advice: &'static str, mut found: Vec<String>) {
        if !self.checked.contains(&check) {
            self.checked.push(check);
        }
        if !found.is_empty() {
            let count = found.len() as u64;
            found.truncate(TOLD);
            self.faults.push(Finding { check, problem, count, examples: found, advice });
        }
    }
}

const RESTORE: &str = "stop the server, keep a copy of what there is, and restore the last backup";
const REPORT: &str = "keep a backup of this state and report it: no command of Aileron makes such rows";

/// Looks at everything that is in the database.
pub fn examine(snapshot: &mut Snapshot, now: Time) -> Result<Findings> {
    let mut findings = Findings::default();
    let differences = snapshot.applied().differences().into_iter().map(|difference| match difference {
        Difference::Pending(version, name) => format!("{version} ({name}) was not run yet"),
        Difference::Unknown(version) => format!("{version} is of a newer program"),
        Difference::Other(version, name) => format!("{version} ({name}) is another than this program's"),
    });
    let differences: Vec<String> = differences.collect();
    let is_current = differences.is_empty();
    let advice = "start the program that belongs to this database; `aileron serve` runs what is pending, after a backup";
    findings.note("migrations", "the schema is not this program's", advice, differences);
    integrity(&mut snapshot.conn, &mut findings)?;
    if is_current {
        versions(snapshot, &mut findings)?;
        rows(&mut snapshot.conn, &mut findings)?;
        waiting(&mut snapshot.conn, now, &mut findings)?;
    }
    Ok(findings)
}

/// What the database itself vouches for.
fn integrity(conn: &mut Conn, findings: &mut Findings) -> Result<()> {
    let (damaged, astray) = match conn.dialect() {
        Dialect::Sqlite => (texts(conn, sql::SQLITE_INTEGRITY, vec![])?, texts(conn, sql::SQLITE_REFERENCES, vec![])?),
        Dialect::Postgres => (texts(conn, sql::POSTGRES_INVALID, vec![])?, postgres_astray(conn)?),
    };
    findings.note("integrity", "the database is damaged", RESTORE, damaged);
    findings.note("references", "rows name others that are not there", REPORT, astray);
    Ok(())
}

fn postgres_astray(conn: &mut Conn) -> Result<Vec<String>> {
    let references = conn.query(sql::POSTGRES_REFERENCES, Values(vec![]), |row| {
        Ok((row.take::<String>()?, row.take::<String>()?, row.take::<String>()?, row.take::<String>()?))
    })?;
    let mut found = Vec::new();
    for (table, parent, same, named) in references {
        let count = count(conn, &sql::astray(&table, &parent, &same, &named))?;
        if count > 0 {
            found.push(format!("{table} names {parent}: {count}"));
        }
    }
    Ok(found)
}

/// No row is newer than the log of its workspace.
fn versions(snapshot: &mut Snapshot, findings: &mut Findings) -> Result<()> {
    let tables = snapshot.tables().into_iter();
    let mut found = Vec::new();
    for table in tables.filter(|table| table.place("workspace_id").is_some() && table.place("version").is_some() && table.name != "events")
    {
        let count = count(&mut snapshot.conn, &sql::versions(&table.name))?;
        if count > 0 {
            found.push(format!("{}: {count}", table.name));
        }
    }
    findings.note("versions", "rows are newer than the log of their workspace", REPORT, found);
    Ok(())
}

/// What rows and events say of each other.
fn rows(conn: &mut Conn, findings: &mut Findings) -> Result<()> {
    for (check, problem, advice, statement) in [
        ("log", "a log has gaps, or another end than its workspace says", REPORT, sql::LOGS),
        ("log", "the log of the instance has gaps", REPORT, sql::INSTANCE_LOG),
        ("numbers", "a project would give a number again", REPORT, sql::COUNTERS),
        ("numbers", "an item has the number that another one had", REPORT, sql::NUMBERS),
        ("events", "work items that no event made", REPORT, sql::ITEMS_WITHOUT_EVENT),
        ("events", "work items are deleted or not, against their last event", REPORT, sql::ITEMS_AND_EVENTS),
        (
            "search",
            "work items that the search does not find",
            "a backup that is restored has its search made anew",
            sql::ITEMS_WITHOUT_DOCUMENT,
        ),
    ] {
        let found = texts(conn, statement, vec![])?;
        findings.note(check, problem, advice, found);
    }
    Ok(())
}

/// What waits for somebody.
fn waiting(conn: &mut Conn, now: Time, findings: &mut Findings) -> Result<()> {
    let (late, now) = (Value::from(now.plus_seconds(-PATIENCE).micros()), Value::from(now.micros()));
    let run = "is a server running, with `--role all` or `worker`?";
    for (check, problem, advice, statement, values) in [
        (
            "jobs",
            "jobs failed for good",
            "`aileron admin jobs list` shows them, `aileron admin jobs retry` tries them again",
            sql::DEAD_JOBS,
            vec![],
        ),
        ("jobs", "jobs were due an hour ago and nobody runs them", run, sql::STUCK_JOBS, vec![late.clone(), now]),
        (
            "consumers",
            "events that a consumer could not bear",
            "`aileron admin dead-letters list` shows them, `aileron admin dead-letters retry` tries them again",
            sql::DEAD_LETTERS,
            vec![],
        ),
        ("consumers", "consumers have not followed their log for an hour, or are beyond its end", run, sql::CONSUMERS, vec![late]),
    ] {
        let found = texts(conn, statement, values)?;
        findings.note(check, problem, advice, found);
    }
    Ok(())
}

fn texts(conn: &mut Conn, sql: &str, values: Vec<Value>) -> Result<Vec<String>> {
    conn.column::<String>(sql, Values(values))
}

fn count(conn: &mut Conn, sql: &str) -> Result<u64> {
    let found = conn.column::<i64>(sql, Values(vec![]))?;
    Ok(found.first().copied().and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
}
