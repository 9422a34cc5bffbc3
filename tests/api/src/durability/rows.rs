//! What must hold of the rows, whatever happened: read past all of our code.

use std::collections::{BTreeSet, HashMap};

use aileron_testkit::program::Place;

use super::writers::Acknowledged;

/// Rules that no crash may break: each statement counts what breaks one.
const RULES: &[(&str, &str)] = &[
    (
        "numbers are given once",
        "SELECT count(*) FROM (SELECT 1 FROM work_items GROUP BY project_id, sequence_id HAVING count(*) > 1) AS twice",
    ),
    (
        "the counter is not behind",
        "SELECT count(*) FROM project_counters c WHERE c.last_number < (SELECT coalesce(max(sequence_id), 0) FROM work_items w WHERE w.project_id = c.project_id)",
    ),
    (
        "the log has no gaps and ends at the workspace's seq",
        "SELECT count(*) FROM (SELECT w.seq, count(e.seq) AS events, max(e.seq) AS last, min(e.seq) AS first FROM workspaces w \
         JOIN events e ON e.workspace_id = w.id GROUP BY w.id, w.seq) AS logs WHERE seq <> events OR seq <> last OR first <> 1",
    ),
    (
        "every item has its event",
        "SELECT count(*) FROM work_items w WHERE (SELECT count(*) FROM events e WHERE e.workspace_id = w.workspace_id \
         AND e.entity_id = w.id AND e.entity = 'work_item' AND e.verb = 'created' AND e.seq = w.version) <> 1",
    ),
    (
        "every event has its item",
        "SELECT count(*) FROM events e WHERE e.entity = 'work_item' AND NOT EXISTS (SELECT 1 FROM work_items w WHERE w.id = e.entity_id)",
    ),
    (
        "every item can be found by its words",
        "SELECT count(*) FROM work_items w WHERE NOT EXISTS (SELECT 1 FROM search_documents d WHERE d.item_id = w.id)",
    ),
];

/// The stored items by id: number and name.
type Stored = HashMap<String, (i64, String)>;

/// Checks the rules, and that everything acknowledged is there as it was acknowledged. How many items there are.
#[track_caller]
pub(crate) fn check(place: &Place, acknowledged: &[Acknowledged]) -> usize {
    let (broken, stored) = read(place);
    assert!(broken.is_empty(), "broken: {broken:?}");
    for item in acknowledged {
        assert_eq!(stored.get(&item.id), Some(&(item.number, item.name.clone())), "an acknowledged item is lost: {item:?}");
    }
    stored.len()
}

/// The rules that are broken, and what is stored.
fn read(place: &Place) -> (Vec<&'static str>, Stored) {
    match place.url.clone() {
        Some(url) => std::thread::spawn(move || on_postgres(&url)).join().expect("the checks run"),
        None => on_sqlite(place),
    }
}

/// What a statement counts.
pub(crate) fn count(place: &Place, sql: &'static str) -> i64 {
    let Some(url) = place.url.clone() else {
        return rusqlite::Connection::open(place.folder.join("aileron.db")).unwrap().query_row(sql, [], |row| row.get(0)).unwrap();
    };
    let ask = move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        client.batch_execute("SET aileron.unscoped = 'on'").unwrap();
        client.query_one(sql, &[]).unwrap().get(0)
    };
    std::thread::spawn(ask).join().expect("it is counted")
}

/// The ids of all items.
pub(crate) fn items(place: &Place) -> BTreeSet<String> {
    let (_, stored) = read(place);
    stored.into_keys().collect()
}

const ITEMS: &str = "SELECT id, sequence_id, name FROM work_items";

fn on_sqlite(place: &Place) -> (Vec<&'static str>, Stored) {
    let conn = rusqlite::Connection::open(place.folder.join("aileron.db")).unwrap();
    let damage: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(damage, "ok");
    let dangling = conn.prepare("PRAGMA foreign_key_check").unwrap().query([]).unwrap().next().unwrap().is_some();
    assert!(!dangling, "a row points to nothing");
    let breaks = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() > 0;
    let broken = RULES.iter().filter(|(_, sql)| breaks(sql)).map(|(rule, _)| *rule).collect();
    let mut items = conn.prepare(ITEMS).unwrap();
    let rows = items.query_map([], |row| Ok((row.get::<_, uuid::Uuid>(0)?.to_string(), (row.get(1)?, row.get(2)?)))).unwrap();
    (broken, rows.map(Result::unwrap).collect())
}

fn on_postgres(url: &str) -> (Vec<&'static str>, Stored) {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    client.batch_execute("SET aileron.unscoped = 'on'").unwrap();
    let broken = RULES.iter().filter(|(_, sql)| client.query_one(*sql, &[]).unwrap().get::<_, i64>(0) > 0).map(|(rule, _)| *rule).collect();
    let rows = client.query(ITEMS, &[]).unwrap();
    (broken, rows.iter().map(|row| (row.get::<_, uuid::Uuid>(0).to_string(), (row.get(1), row.get(2)))).collect())
}
