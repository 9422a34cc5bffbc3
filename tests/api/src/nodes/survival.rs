//! Two processes behind a proxy without sticky sessions, killed and started again at random, while clients write and follow: nothing
//! that was acknowledged is lost, each follower has everything in order, receivers of webhooks are told of everything, and whoever was
//! invited is sent his mail.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use aileron_kernel::{Random as _, SystemRandom};
use aileron_testkit::{Nats, database::is_postgres, program::Server, wire::Connection};
use tokio::sync::watch;

use super::{
    clients::{self, Follower},
    proxy::{self, Nodes},
    receiver::Receiver,
};
use crate::{
    durability::{invited, rows, writers::Scene},
    mail::smtp::Smtp,
};

const NODES: usize = 2;
const WRITERS: usize = 4;
const FOLLOWERS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn killed_processes_lose_nothing() {
    survive(Duration::from_secs(6), false).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long"]
async fn long_processes_killed_for_five_minutes_lose_nothing() {
    survive(Duration::from_mins(5), true).await;
}

/// What dies with a process is done by another when its lease has run out.
const PATIENCE: Duration = Duration::from_mins(5);

/// The processes, and how they are started.
struct Cluster {
    scene: Arc<Scene>,
    settings: Vec<String>,
    nodes: Nodes,
    running: Vec<Option<Server>>,
}

impl Cluster {
    fn start(&mut self, at: usize) {
        let under: Vec<&str> = ["env", "AILERON_LOG=error"].into_iter().chain(self.settings.iter().map(String::as_str)).collect();
        let server = self.scene.place.serve(&under);
        self.nodes.lock().unwrap()[at] = Some(server.address);
        self.running[at] = Some(server);
    }

    fn kill(&mut self, at: usize) {
        if let Some(server) = self.running[at].take() {
            server.kill();
        }
        // Somebody else may listen there now.
        self.nodes.lock().unwrap()[at] = None;
    }

    /// Kills and starts for so long; in the end all run. How many were killed.
    fn shake(&mut self, time: Duration) -> usize {
        let (begun, mut killed) = (Instant::now(), 0);
        while begun.elapsed() < time {
            std::thread::sleep(Duration::from_millis(500 + u64::from(dice()) * 6));
            let first = usize::from(dice()) % NODES;
            // Now and then nobody is left.
            let dying: Vec<usize> = (0..NODES).filter(|node| *node == first || dice() < 40).collect();
            for node in &dying {
                self.kill(*node);
            }
            killed += dying.len();
            std::thread::sleep(Duration::from_millis(u64::from(dice()) * 4));
            for node in &dying {
                self.start(*node);
            }
        }
        killed
    }
}

fn dice() -> u8 {
    let mut byte = [0];
    SystemRandom.fill(&mut byte);
    byte[0]
}

async fn survive(time: Duration, with_deliveries: bool) {
    if !is_postgres() {
        return; // One process works on a file.
    }
    aileron_testkit::crypto();
    let scene = Arc::new(tokio::task::spawn_blocking(Scene::new).await.unwrap());
    let (nats, receiver, smtp) = (Nats::start(), Receiver::start().await, Arc::new(Smtp::start()));
    let nodes: Nodes = Arc::new(Mutex::new(vec![None; NODES]));
    let mut settings = vec![format!("AILERON_NATS_URL={}", nats.url()), "AILERON_OUTGOING_ALLOW=127.0.0.0/8".to_owned()];
    settings.extend(smtp.environment());
    let mut cluster = Cluster { scene: scene.clone(), settings, nodes: nodes.clone(), running: (0..NODES).map(|_| None).collect() };
    let cluster = tokio::task::spawn_blocking(move || {
        (0..NODES).for_each(|node| cluster.start(node));
        cluster
    });
    let mut cluster = cluster.await.unwrap();
    let address = proxy::start(nodes).await;
    tokio::task::block_in_place(|| receiver.register(&scene, &mut Connection::open(address).unwrap()));

    let begun = clients::reached(&scene, address).await;
    let (stop, (tell, last)) = (Arc::new(AtomicBool::new(false)), watch::channel(i64::MAX));
    let followers: Vec<_> = (0..FOLLOWERS).map(|_| tokio::spawn(Follower::new(&scene, begun).follow(address, last.clone()))).collect();
    let writers: Vec<_> = (0..WRITERS)
        .map(|client| {
            let (scene, stop) = (scene.clone(), stop.clone());
            tokio::task::spawn_blocking(move || clients::write(&scene, address, client, &stop))
        })
        .collect();
    let inviting = {
        let (scene, stop) = (scene.clone(), stop.clone());
        tokio::task::spawn_blocking(move || clients::invite(&scene, address, pause(time), &stop))
    };
    let shaken = tokio::task::spawn_blocking(move || (cluster.shake(time), cluster));
    let (killed, cluster) = shaken.await.unwrap();
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    let guests = inviting.await.unwrap();

    tell.send_replace(clients::reached(&scene, address).await);
    let stored = tokio::task::block_in_place(|| rows::check(&scene.place, &acknowledged));
    assert_eq!(stored, acknowledged.len(), "each was made once");
    let items: BTreeSet<String> = acknowledged.iter().map(|item| item.id.clone()).collect();
    let mut connections = 0;
    for follower in followers {
        let follower = follower.await.unwrap();
        assert_eq!(follower.items.keys().cloned().collect::<BTreeSet<_>>(), items, "a follower has everything");
        assert!(acknowledged.iter().all(|item| follower.items[&item.id].1 == item.name));
        connections += follower.connections;
    }
    println!("{killed} processes killed: {} items, {FOLLOWERS} followers over {connections} sockets", acknowledged.len());
    if with_deliveries {
        wait(|| receiver.items() == items.len(), || format!("{} of {} deliveries", receiver.items(), items.len())).await;
        println!("{} of them told twice, under the same id", receiver.check(&items));
    }
    wait(|| invited::waiting(&smtp, &guests) == 0, || format!("{} guests without a mail", invited::waiting(&smtp, &guests))).await;
    println!("{} guests, {} mails sent twice, under the same id", guests.len(), invited::check(&smtp, &guests));
    drop(cluster);
}

/// How long to wait between two invitations: a workspace invites no more than 500 a day.
fn pause(time: Duration) -> Duration {
    time / 300 + Duration::from_millis(100)
}

async fn wait(is_so: impl Fn() -> bool, why: impl Fn() -> String) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{}", why());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
