//! Killed again and again while sixteen clients write.

use std::{sync::atomic::AtomicUsize, time::Duration};

use aileron_db::Unscoped;
use aileron_kernel::{Random as _, SystemRandom};
use aileron_testkit::{TestApp, wire::Connection};

use super::{
    rows,
    writers::{CLIENTS, Scene, let_them_write},
};

#[test]
fn what_was_acknowledged_survives_a_kill() {
    killed(3);
}

#[test]
#[ignore = "long"]
fn long_what_was_acknowledged_survives_fifty_kills() {
    killed(50);
}

fn killed(times: usize) {
    let scene = Scene::new();
    let mut acknowledged = Vec::new();
    for round in 0..times {
        let server = scene.place.serve(&[]);
        let address = server.address;
        let count = AtomicUsize::new(0);
        let written = std::thread::scope(|scope| {
            let writing = scope.spawn(|| scene.write(address, round, &count));
            let_them_write(&count, Duration::from_millis(u64::from(chance()) * 2));
            server.kill();
            writing.join().expect("the clients end")
        });
        acknowledged.extend(written);
        let items = rows::check(&scene.place, &acknowledged);
        // Each client may have had one more under way, whose answer it never saw.
        assert!(items <= acknowledged.len() + (round + 1) * CLIENTS, "items that nobody sent");
    }
    // And it goes on where it was.
    let server = scene.place.serve(&[]);
    let next = Connection::open(server.address).unwrap().expect(201, &scene.create("afterwards"));
    assert!(acknowledged.iter().all(|item| item.number < next["sequence_id"].as_i64().unwrap()));
}

fn chance() -> u8 {
    let mut byte = [0];
    SystemRandom.fill(&mut byte);
    byte[0]
}

#[tokio::test]
async fn commits_on_postgres_wait_for_the_disk() {
    let app = TestApp::new().await;
    if app.database.url().is_none() {
        // SQLite's promise is checked on its system calls, in `power_cut`.
        return;
    }
    let setting = app.db.write(|session| {
        let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
        tx.query_sql::<(String,)>("SELECT current_setting('synchronous_commit')", vec![])
    });
    assert_eq!(setting.await.unwrap(), [("on".to_owned(),)]);
}
