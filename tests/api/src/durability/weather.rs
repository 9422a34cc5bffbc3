//! A disk without room, and a database that is away: refusals meanwhile, and everything as before afterwards.

use std::process::Command;

use aileron_testkit::{database, wire::Connection, wire::request};
use serde_json::Value;

use super::writers::Scene;

impl Scene {
    /// The names of all items, in the order of their numbers, which have no gap.
    fn names(&self, connection: &mut Connection) -> Vec<String> {
        let path = format!("{}?order_by=sequence_id", self.items);
        let list = connection.expect(200, &request("GET", &path, Some(&self.token), None));
        let rows = list["results"].as_array().unwrap();
        for (row, number) in rows.iter().zip(1_u64..) {
            assert_eq!(row["sequence_id"], number);
        }
        rows.iter().map(|row: &Value| row["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// What files of a process may grow to. Without room, it is told so instead of being killed.
const TOLD: [&str; 3] = ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""];

fn let_files_grow_to(size: &str, pid: u32) {
    let set = Command::new("prlimit").args(["--pid", &pid.to_string(), &format!("--fsize={size}:")]).status();
    assert!(set.expect("prlimit is installed").success());
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    if database::is_postgres() {
        return; // The files are PostgreSQL's own.
    }
    let scene = Scene::new();
    let server = scene.place.serve(&TOLD);
    let mut connection = Connection::open(server.address).unwrap();
    connection.expect(201, &scene.create("before"));
    let_files_grow_to("4096", server.pid());
    for _ in 0..3 {
        connection.expect(503, &scene.create("meanwhile"));
        assert_eq!(scene.names(&mut connection), ["before"], "reading goes on");
    }
    let_files_grow_to("unlimited", server.pid());
    connection.expect(201, &scene.create("after"));
    assert_eq!(scene.names(&mut connection), ["before", "after"]);
    server.kill();
    let server = scene.place.serve(&[]);
    assert_eq!(scene.names(&mut Connection::open(server.address).unwrap()), ["before", "after"]);
}

#[test]
fn a_database_that_is_away_refuses_and_comes_back() {
    if !database::is_postgres() {
        return; // SQLite is in the process itself.
    }
    let scene = Scene::new();
    let server = scene.place.serve(&[]);
    let mut connection = Connection::open(server.address).unwrap();
    connection.expect(201, &scene.create("before"));
    scene.database.keep_out(true);
    for _ in 0..3 {
        connection.expect(503, &scene.create("meanwhile"));
        connection.expect(503, &request("GET", &scene.items, Some(&scene.token), None));
    }
    scene.database.keep_out(false);
    connection.expect(201, &scene.create("after"));
    assert_eq!(scene.names(&mut connection), ["before", "after"]);
}
