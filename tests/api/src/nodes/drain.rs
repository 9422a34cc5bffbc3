//! A process that is told to stop says so first, tells its sockets to go elsewhere, and finishes what it has begun.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use aileron_testkit::wire::{self, Connection};
use tokio_tungstenite::tungstenite::Error;

use super::until;
use crate::{durability::writers::Scene, sync::socket::Socket};

/// What is answered to a GET on a connection of its own.
fn get(address: SocketAddr, path: &str, token: Option<&str>) -> Option<u16> {
    Connection::open(address).ok()?.send(&wire::request("GET", path, token, None)).ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_to_stop_goes_in_order() {
    let scene = tokio::task::spawn_blocking(Scene::new).await.unwrap();
    let server = scene.place.serve(&["env", "AILERON_DRAIN_SECONDS=600"]);
    let address = server.address;
    let headers = [("x-api-key", scene.token.clone())];
    let mut socket = Socket::to(address, "crash", &headers, "").await.unwrap();
    assert_eq!(get(address, "/readyz", None), Some(200));
    let request = scene.create("begun before the end");
    let (begun, rest) = request.split_at(request.len() - 5);
    let mut slow = TcpStream::connect(address).unwrap();
    slow.write_all(begun).unwrap();

    server.ask_to_stop();
    until("it is not ready any more", || get(address, "/readyz", None) == Some(503)).await;
    assert_eq!(get(address, "/healthz", None), Some(200), "it lives");
    assert_eq!(get(address, &scene.items, Some(&scene.token)), Some(200), "who comes all the same is answered");
    let refused = Socket::to(address, "crash", &headers, "").await.err();
    assert!(matches!(refused.as_deref(), Some(Error::Http(answer)) if answer.status() == 503), "sockets go to others");
    server.ask_to_stop();
    assert_eq!(socket.next().await, Err(1001), "who asks again does not wait");
    until("it takes nothing new", || TcpStream::connect(address).is_err()).await;
    slow.write_all(rest).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(tokio::task::spawn_blocking(|| server.ended()).await.unwrap(), "it ends well");
}
