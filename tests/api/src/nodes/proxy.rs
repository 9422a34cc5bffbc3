//! A proxy that gives each connection to the next process, whoever it comes from.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

/// The processes behind a proxy, each at its place; none: it is away.
pub(super) type Nodes = Arc<Mutex<Vec<Option<SocketAddr>>>>;

/// Starts one, for as long as the runtime lasts: its address.
pub(super) async fn start(nodes: Nodes) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let turn = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, nodes.clone(), turn.clone()));
        }
    });
    address
}

async fn pass(mut client: TcpStream, nodes: Nodes, turn: Arc<AtomicUsize>) {
    let count = nodes.lock().unwrap().len();
    for _ in 0..count {
        let node = nodes.lock().unwrap()[turn.fetch_add(1, Ordering::Relaxed) % count];
        let Some(node) = node else { continue };
        if let Ok(mut server) = TcpStream::connect(node).await {
            let _ = copy_bidirectional(&mut client, &mut server).await;
            return;
        }
    }
}
