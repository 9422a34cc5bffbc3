//! Processes are replaced one after the other behind the proxy that `deploy/` sets up, with the settings that it gives them, and nobody notices.

use std::{
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aileron_testkit::{
    Nats,
    database::is_postgres,
    program::{Place, Server},
    wire::{self, Connection},
};
use tokio::sync::watch;

use super::{
    clients::{self, Follower},
    until,
};
use crate::durability::writers::Scene;

const CADDYFILE: &str = include_str!("../../../../deploy/Caddyfile");
const COMPOSE: &str = include_str!("../../../../deploy/compose.yml");
const WRITERS: usize = 4;
/// After what time somebody goes on to the next one.
const PAUSE: Duration = Duration::from_secs(5);

/// Debian's `caddy` with the file of `deploy/`; killed when it goes out of scope.
struct Caddy {
    child: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Caddy {
    fn start(nodes: [SocketAddr; 2]) -> Self {
        let (folder, address) = (tempfile::tempdir().unwrap(), free());
        let [one, two] = nodes.map(|node| node.to_string());
        let said = CADDYFILE.replace("node-1:8000 node-2:8000", &format!("{one} {two}"));
        assert!(said.contains(&two), "the processes are named there");
        let file = folder.path().join("Caddyfile");
        std::fs::write(&file, format!("{{\n\tadmin off\n}}\n{said}")).unwrap();
        let mut command = Command::new("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file).env("SITE", format!("http://:{}", address.port()));
        command.env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("caddy is installed (Debian: apt-get install caddy)");
        Self { child, address, _folder: folder }
    }
}

impl Drop for Caddy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where nobody listens.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A setting as `deploy/compose.yml` has it.
fn setting(name: &str) -> String {
    let found = COMPOSE.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(": "));
    format!("{name}={}", found.expect("it is set").trim_matches('"'))
}

fn serve(place: &Place, at: SocketAddr, nats: &Nats) -> Server {
    let settings = [
        setting("AILERON_DRAIN_SECONDS"),
        setting("AILERON_SHUTDOWN_GRACE_SECONDS"),
        format!("AILERON_NATS_URL={}", nats.url()),
        "AILERON_TRUSTED_PROXIES=127.0.0.0/8".to_owned(),
    ];
    place.serve_at(&at.to_string(), &[&["env"], settings.each_ref().map(String::as_str).as_slice()].concat())
}

/// Writes over one connection until it is told to stop; each request is answered with 201, at the first try. How many there were.
fn write(scene: &Scene, proxy: SocketAddr, client: usize, stop: &AtomicBool) -> usize {
    let mut connection = Connection::open(proxy).unwrap();
    let requests = (0..).take_while(|_| !stop.load(Ordering::Relaxed));
    requests.map(|number| connection.expect(201, &scene.create(&format!("client-{client}-item-{number}")))).count()
}

fn is_up(proxy: SocketAddr) -> bool {
    let asked = Connection::open(proxy).and_then(|mut proxy| proxy.send(&wire::request("GET", "/readyz", None, None)));
    matches!(asked, Ok(200))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long"]
async fn long_processes_are_replaced_and_nobody_notices() {
    if !is_postgres() {
        return; // One process works on a file.
    }
    let scene = Arc::new(tokio::task::spawn_blocking(Scene::new).await.unwrap());
    let (nats, places) = (Nats::start(), [free(), free()]);
    let mut servers = tokio::task::block_in_place(|| places.map(|at| Some(serve(&scene.place, at, &nats))));
    let caddy = Caddy::start(places);
    let proxy = caddy.address;
    until("the proxy reaches them", || is_up(proxy)).await;

    let (stop, (tell, last)) = (Arc::new(AtomicBool::new(false)), watch::channel(i64::MAX));
    let begun = clients::reached(&scene, proxy).await;
    let followers: Vec<_> = (0..2).map(|_| tokio::spawn(Follower::new(&scene, begun).follow(proxy, last.clone()))).collect();
    let writers: Vec<_> = (0..WRITERS)
        .map(|client| {
            let (scene, stop) = (scene.clone(), stop.clone());
            tokio::task::spawn_blocking(move || write(&scene, proxy, client, &stop))
        })
        .collect();
    for (server, at) in servers.iter_mut().zip(places) {
        tokio::time::sleep(PAUSE).await;
        let old = server.take().unwrap();
        old.ask_to_stop();
        assert!(tokio::task::block_in_place(|| old.ended()), "it ends well");
        *server = Some(tokio::task::block_in_place(|| serve(&scene.place, at, &nats)));
    }
    tokio::time::sleep(PAUSE).await;
    stop.store(true, Ordering::Relaxed);
    let mut written = 0;
    for writer in writers {
        written += writer.await.unwrap();
    }
    tell.send_replace(clients::reached(&scene, proxy).await);
    for follower in followers {
        let follower = follower.await.unwrap();
        assert_eq!(follower.items.len(), written, "a follower has everything");
        println!("{written} items, followed over {} sockets", follower.connections);
    }
}
