//! Killed again and again while clients write and a receiver is told of it: what waits to be sent is what the log says, each once. So are
//! mails: whoever was invited is sent one.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::atomic::AtomicUsize,
    time::{Duration, Instant},
};

use aileron_kernel::{Random as _, SystemRandom};
use aileron_testkit::wire::Connection;

use super::{
    invited, rows,
    writers::{Scene, let_them_write},
};
use crate::{mail::smtp::Smtp, nodes::receiver::Receiver};

/// Events of which no delivery was made.
const FORGOTTEN: &str = "SELECT count(*) FROM events e WHERE e.entity = 'work_item' AND NOT EXISTS \
     (SELECT 1 FROM webhook_deliveries d WHERE d.workspace_id = e.workspace_id AND d.event_id = e.id AND d.seq = e.seq)";
/// Deliveries of what never happened, or that were made twice.
const SURPLUS: &str = "SELECT (SELECT count(*) FROM webhook_deliveries d WHERE d.event_id IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = d.event_id)) \
     + (SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE event_id IS NOT NULL GROUP BY event_id, part HAVING count(*) > 1) AS twice)";
/// How many are invited between two kills: a workspace invites no more than 500 a day.
const INVITED: usize = 2;
/// How long it may take to send what waits, leases of the dead included.
const PATIENCE: Duration = Duration::from_mins(10);

#[test]
fn every_event_has_its_delivery_whoever_was_killed() {
    killed(3, false);
}

#[test]
#[ignore = "long"]
fn long_every_event_has_its_delivery_after_two_hundred_kills() {
    killed(200, true);
}

fn killed(times: usize, until_sent: bool) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (scene, receiver) = (Scene::new(), runtime.block_on(Receiver::start()));
    let smtp = Smtp::start();
    let mail = smtp.environment();
    let under = ["env", "AILERON_OUTGOING_ALLOW=127.0.0.0/8", "AILERON_LOG=error"].into_iter().chain(mail.iter().map(String::as_str));
    let under: Vec<&str> = under.collect();
    let serve = || scene.place.serve(&under);
    let server = serve();
    receiver.register(&scene, &mut Connection::open(server.address).unwrap());
    server.stop();
    let (mut acknowledged, mut guests) = (Vec::new(), Vec::new());
    for round in 0..times {
        let server = serve();
        let (address, count) = (server.address, AtomicUsize::new(0));
        acknowledged.extend(std::thread::scope(|scope| {
            let writing = scope.spawn(|| scene.write(address, round, &count));
            let inviting = scope.spawn(|| invite(&scene, address, round));
            let mut chance = [0];
            SystemRandom.fill(&mut chance);
            let_them_write(&count, Duration::from_millis(u64::from(chance[0])));
            server.kill();
            guests.extend(inviting.join().expect("who invites ends"));
            writing.join().expect("the clients end")
        }));
    }
    let _server = serve();
    wait(|| rows::count(&scene.place, FORGOTTEN) == 0, || "events have no delivery".to_owned());
    assert_eq!(rows::count(&scene.place, SURPLUS), 0);
    let stored = rows::check(&scene.place, &acknowledged);
    assert!(!guests.is_empty() && rows::count(&scene.place, invited::MAILS) >= i64::try_from(guests.len()).unwrap());
    println!("{times} kills: {stored} items, as many deliveries, {} of them sent by now; {} guests", receiver.items(), guests.len());
    if until_sent {
        wait(|| invited::waiting(&smtp, &guests) == 0, || format!("{} were not sent a mail", invited::waiting(&smtp, &guests)));
        println!("{} mails sent twice, under the same id", invited::check(&smtp, &guests));
        wait(|| receiver.items() == stored, || format!("{} of {stored} were sent", receiver.items()));
        let told: BTreeSet<String> = rows::items(&scene.place);
        println!("{} told twice, under the same id", receiver.check(&told));
    }
}

/// Invites until the connection breaks, or enough are: whose invitation was acknowledged.
fn invite(scene: &Scene, address: SocketAddr, round: usize) -> Vec<String> {
    let Ok(mut connection) = Connection::open(address) else { return Vec::new() };
    let names = (0..INVITED).map(|number| format!("guest-{round}-{number}"));
    names.take_while(|name| matches!(connection.send(&invited::invite(scene, name)), Ok(201))).collect()
}

fn wait(is_so: impl Fn() -> bool, why: impl Fn() -> String) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{}", why());
        std::thread::sleep(Duration::from_millis(100));
    }
}
