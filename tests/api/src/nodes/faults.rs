//! Between the server and PostgreSQL: connections that are cut, that stall, and that break after a COMMIT, before its answer.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use aileron_kernel::{Random as _, SystemRandom};
use aileron_testkit::{database::is_postgres, program::Place};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::clients;
use crate::durability::{rows, writers::Scene};

const CLIENTS: usize = 6;

/// What was done to connections.
#[derive(Default)]
struct Faults {
    is_calm: AtomicBool,
    cut: AtomicUsize,
    stalled: AtomicUsize,
    /// Answers to a COMMIT that never arrived.
    lost: AtomicUsize,
}

/// What happens to some bytes on their way to the database.
enum Fate {
    Pass,
    Cut,
    Stall(Duration),
    LoseTheAnswer,
}

impl Faults {
    fn fate(&self, bytes: &[u8]) -> Fate {
        if self.is_calm.load(Ordering::Relaxed) {
            return Fate::Pass;
        }
        let mut dice = [0; 2];
        SystemRandom.fill(&mut dice);
        let is_commit = bytes.windows(7).any(|bytes| bytes == b"COMMIT\0");
        match dice[0] {
            0..=50 if is_commit => Fate::LoseTheAnswer,
            0..=1 => Fate::Cut,
            2..=5 => Fate::Stall(Duration::from_millis(u64::from(dice[1]))),
            _ => Fate::Pass,
        }
    }

    /// Carries bytes both ways until one side ends it, or fate does.
    async fn carry(&self, mut client: TcpStream, mut server: TcpStream) -> std::io::Result<()> {
        let (mut up, mut down) = (vec![0; 1 << 14], vec![0; 1 << 14]);
        loop {
            tokio::select! {
                read = client.read(&mut up) => {
                    let Some(bytes) = up.get(..read?).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
                    match self.fate(bytes) {
                        Fate::Pass => {}
                        Fate::Cut => {
                            self.cut.fetch_add(1, Ordering::Relaxed);
                            return Ok(());
                        }
                        Fate::Stall(pause) => {
                            self.stalled.fetch_add(1, Ordering::Relaxed);
                            tokio::time::sleep(pause).await;
                        }
                        Fate::LoseTheAnswer => {
                            server.write_all(bytes).await?;
                            // The answer says that it is committed; nobody hears it.
                            if server.read(&mut down).await? > 0 {
                                self.lost.fetch_add(1, Ordering::Relaxed);
                            }
                            return Ok(());
                        }
                    }
                    server.write_all(bytes).await?;
                }
                read = server.read(&mut down) => {
                    let Some(bytes) = down.get(..read?).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
                    client.write_all(bytes).await?;
                }
            }
        }
    }
}

/// A proxy before the database at this URL: the URL through it.
async fn before(url: &str, faults: Arc<Faults>) -> String {
    let (user, rest) = url.split_once('@').unwrap();
    let (place, database) = rest.split_once('/').unwrap();
    let place: SocketAddr = place.parse().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let through = format!("{user}@{}/{database}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let faults = faults.clone();
            tokio::spawn(async move {
                let server = TcpStream::connect(place).await?;
                faults.carry(client, server).await
            });
        }
    });
    through
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_is_not_done_again_though_nobody_was_told() {
    through_faults(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long"]
async fn long_what_was_committed_is_not_done_again_for_two_minutes() {
    through_faults(Duration::from_mins(2)).await;
}

async fn through_faults(time: Duration) {
    if !is_postgres() {
        return; // There is no network.
    }
    let scene = Arc::new(tokio::task::spawn_blocking(Scene::new).await.unwrap());
    let faults = Arc::new(Faults::default());
    faults.is_calm.store(true, Ordering::Relaxed);
    let url = before(scene.place.url.as_deref().unwrap(), faults.clone()).await;
    let place = Place { url: Some(url), ..scene.place.clone() };
    let server = tokio::task::spawn_blocking(move || place.serve(&["env", "AILERON_LOG=off"])).await.unwrap();
    let (stop, address) = (Arc::new(AtomicBool::new(false)), server.address);
    faults.is_calm.store(false, Ordering::Relaxed);
    let writers: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (scene, stop) = (scene.clone(), stop.clone());
            tokio::task::spawn_blocking(move || clients::write(&scene, address, client, &stop))
        })
        .collect();
    let begun = Instant::now();
    let all = || [&faults.cut, &faults.stalled, &faults.lost].iter().all(|count| count.load(Ordering::Relaxed) > 0);
    while begun.elapsed() < time || !all() {
        assert!(begun.elapsed() < time + Duration::from_mins(2), "all of it happens");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    let [cut, stalled, lost] = [&faults.cut, &faults.stalled, &faults.lost].map(|count| count.load(Ordering::Relaxed));
    println!("{} items through {cut} cuts, {stalled} stalls and {lost} lost answers", acknowledged.len());
    let names: BTreeSet<&str> = acknowledged.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names.len(), acknowledged.len());
    let stored = tokio::task::block_in_place(|| rows::check(&scene.place, &acknowledged));
    assert_eq!(stored, acknowledged.len(), "no item was made twice");
}
