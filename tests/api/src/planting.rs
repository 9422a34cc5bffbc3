//! Damage that no command of ours does.

use aileron_testkit::{TestApp, database};

/// Runs statements as the owner of the tables, past every check that can be passed by.
pub(crate) fn plant(app: &TestApp, statements: &str) {
    if let Some(url) = app.database.url() {
        let run = || postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(statements);
        std::thread::scope(|scope| scope.spawn(run).join()).unwrap().unwrap();
    } else {
        let conn = rusqlite::Connection::open(app.database.folder().join("aileron.db")).unwrap();
        conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; {statements}")).unwrap();
    }
}

/// Statements that drop what keeps the log as it is.
pub(crate) fn on_log(statements: &str) -> String {
    let drop = if database::is_postgres() {
        "DROP TRIGGER events_are_kept ON events; DROP TRIGGER instance_events_are_kept ON instance_events;"
    } else {
        "DROP TRIGGER events_are_not_changed; DROP TRIGGER events_are_not_deleted; \
         DROP TRIGGER instance_events_are_not_changed; DROP TRIGGER instance_events_are_not_deleted;"
    };
    format!("{drop} {statements}")
}
