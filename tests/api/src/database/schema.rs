//! The two schemas are one.

use std::collections::{BTreeMap, BTreeSet};

use aileron_db::schema::{COMMENTS, PAGES};
use aileron_testkit::{TestApp, database};
use aileron_tracker::trash;

/// Tables, each with its columns: type in common words, and whether it takes null.
type Tables = BTreeMap<String, BTreeMap<String, (String, bool)>>;

/// What stands on one side only, and why.
const ONE_SIDED: &[&str] = &[
    // The full-text index of SQLite and its shadow tables; PostgreSQL keeps its own in search_documents.tokens.
    "search_index",
    "search_index_config",
    "search_index_data",
    "search_index_docsize",
    "search_index_idx",
    "search_documents.tokens",
    "sqlite_sequence",
];

/// A file in memory with all migrations.
fn migrated() -> rusqlite::Connection {
    let conn = rusqlite::Connection::open_in_memory().unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/sqlite");
    let mut migrations: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    migrations.sort();
    for migration in migrations {
        conn.execute_batch(&std::fs::read_to_string(migration).unwrap()).unwrap();
    }
    conn
}

fn sqlite() -> (Tables, BTreeSet<String>) {
    let conn = migrated();
    let mut tables = Tables::new();
    let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    for table in names.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap) {
        // JSON is text with a check: backups tell the two apart by it.
        let json = "CASE WHEN (SELECT instr(sql, 'json_valid(' || c.name || ')') FROM sqlite_schema WHERE name = ?1) > 0 THEN 'JSON' ELSE type END";
        let mut columns = conn.prepare(&format!("SELECT name, {json}, \"notnull\", pk FROM pragma_table_info(?1) c")).unwrap();
        let columns = columns
            .query_map([&table], |row| {
                Ok((row.get(0)?, (row.get::<_, String>(1)?, row.get::<_, i64>(2)? == 0 && row.get::<_, i64>(3)? == 0)))
            })
            .unwrap();
        tables.insert(table, columns.map(Result::unwrap).collect());
    }
    let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND name NOT LIKE 'sqlite_%'").unwrap();
    let indexes = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    (tables, indexes)
}

fn postgres(url: &str) -> (Tables, BTreeSet<String>) {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    let mut tables = Tables::new();
    let columns = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' FROM information_schema.columns \
                   WHERE table_schema = 'public' AND table_name <> 'schema_migrations'";
    for row in client.query(columns, &[]).unwrap() {
        let kind = match row.get::<_, String>(2).as_str() {
            "uuid" | "bytea" => "BLOB",
            "bigint" | "boolean" => "INTEGER",
            "double precision" => "REAL",
            "text" | "date" => "TEXT",
            "jsonb" => "JSON",
            "tsvector" => "FULL TEXT",
            other => panic!("{other} has no counterpart"),
        }
        .to_owned();
        tables.entry(row.get(0)).or_default().insert(row.get(1), (kind, row.get(3)));
    }
    let named = "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND indexname !~ '_(pkey|key[0-9]*)$'";
    (tables, client.query(named, &[]).unwrap().iter().map(|row| row.get(0)).collect())
}

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    if !database::is_postgres() {
        // The comparison needs both; the run on PostgreSQL makes it. Here: the file has what the features name.
        let (tables, _) = sqlite();
        for table in aileron_db::schema::ALL {
            assert!(tables.contains_key(table.name), "{} is in the schema", table.name);
        }
        return;
    }
    let app = TestApp::new().await;
    let url = app.database.url().unwrap().to_owned();
    let (ours, theirs) = std::thread::spawn(move || (sqlite(), postgres(&url))).join().unwrap();
    let strip = |(mut tables, indexes): (Tables, BTreeSet<String>)| {
        tables.retain(|table, _| !ONE_SIDED.contains(&table.as_str()));
        for (table, columns) in &mut tables {
            columns.retain(|column, _| !ONE_SIDED.contains(&format!("{table}.{column}").as_str()));
        }
        let indexes: BTreeSet<String> = indexes.into_iter().filter(|name| name != "search_documents_tokens").collect();
        (tables, indexes)
    };
    let (ours, theirs) = (strip(ours), strip(theirs));
    for (table, columns) in &ours.0 {
        assert_eq!(Some(columns), theirs.0.get(table), "{table}");
    }
    assert_eq!(ours.0.keys().collect::<Vec<_>>(), theirs.0.keys().collect::<Vec<_>>());
    assert_eq!(ours.1, theirs.1);
}

/// What names something that can be in the trash has to go with it, or before it, or to let it go.
#[test]
fn whatever_names_what_is_in_the_trash_goes_with_it() {
    let (conn, (tables, _)) = (migrated(), sqlite());
    let before = [("assets", "item_id"), ("search_documents", "item_id")];
    for (trashed, _) in trash::sweep::SWEPT {
        let named = trash::HANGING.iter().chain(trash::LET_GO).filter(|(of, ..)| *of == trashed);
        let known: BTreeSet<(&str, &str)> = named.map(|(_, table, column)| (*table, *column)).chain(before).collect();
        for table in tables.keys() {
            let last = "SELECT \"from\", max(seq) FROM pragma_foreign_key_list(?1) WHERE \"table\" = ?2 GROUP BY id";
            let mut keys = conn.prepare(last).unwrap();
            let columns = keys.query_map([table.as_str(), trashed.name], |row| row.get::<_, String>(0)).unwrap();
            for column in columns.map(Result::unwrap) {
                assert!(known.contains(&(table.as_str(), column.as_str())), "add {table}.{column} to HANGING in trash/sql.rs");
            }
        }
    }
}

/// Throwing away what is old reads what is old, and what hangs on it, however much else there is.
#[test]
fn what_is_in_the_trash_is_found_by_indexes() {
    let conn = migrated();
    let plan = |statement: &str| {
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let steps = explained.query_map([], |row| row.get::<_, String>(3)).unwrap();
        steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    };
    for (table, _) in trash::sweep::SWEPT {
        let name = table.name;
        let plan = plan(&format!(
            "SELECT t.workspace_id FROM {name} t JOIN workspaces w ON w.id = t.workspace_id AND w.deleted_at IS NULL WHERE t.deleted_at < 5 LIMIT 1"
        ));
        assert!(plan.contains(&format!("USING INDEX {name}_trash (deleted_at<?)")), "{name}: {plan}");
    }
    // Items, cycles and modules are not held to that: most indexes of what hangs on them are of rows that live.
    let kinds = [COMMENTS, PAGES];
    let hanging = trash::HANGING.iter().chain(trash::LET_GO).filter(|(of, ..)| kinds.contains(of));
    for (named, column) in
        hanging.map(|(_, named, column)| (named, column)).chain(trash::NAMING.iter().map(|(named, column)| (named, column)))
    {
        let plan = plan(&format!("DELETE FROM {named} WHERE workspace_id = x'00' AND {column} IN (x'01', x'02')"));
        assert!(plan.contains(&format!("(workspace_id=? AND {column}=?)")), "{named}.{column}: {plan}");
    }
}

/// What names an item together with its project has to be told what becomes of it when the item moves to another one.
#[tokio::test]
async fn whatever_names_an_item_in_its_project_knows_where_to_go_when_it_moves() {
    use aileron_tracker::work_items::{FOLLOWERS, LEFT_BEHIND};
    let known: BTreeSet<&str> = FOLLOWERS.into_iter().chain(LEFT_BEHIND).chain(["work_items"]).collect();
    let conn = migrated();
    let (tables, _) = sqlite();
    let mut found = BTreeSet::new();
    for table in tables.keys() {
        let mut keys = conn.prepare("SELECT count(*) FROM pragma_foreign_key_list(?1) WHERE \"table\" = 'work_items' GROUP BY id").unwrap();
        let sizes = keys.query_map([table], |row| row.get::<_, i64>(0)).unwrap();
        if sizes.map(Result::unwrap).any(|columns| columns == 3) {
            found.insert(table.as_str());
        }
    }
    assert_eq!(found, known, "add the table to FOLLOWERS or LEFT_BEHIND in work_items/sql.rs");
    if !database::is_postgres() {
        return;
    }
    let app = TestApp::new().await;
    let url = app.database.url().unwrap().to_owned();
    let strict = std::thread::spawn(move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let strict = "SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND confrelid = 'work_items'::regclass \
                      AND array_length(conkey, 1) = 3 AND NOT condeferrable";
        client.query(strict, &[]).unwrap().iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>()
    });
    assert_eq!(strict.join().unwrap(), Vec::<String>::new(), "declare them DEFERRABLE INITIALLY IMMEDIATE");
}
