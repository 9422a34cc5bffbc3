//! Connections: taking them, answering what comes over them, and letting go of them.

use std::{
    collections::{HashMap, hash_map::Entry},
    convert::Infallible,
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aileron_platform::{proxies::Proxies, web::Held};
use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
};
use tokio_io_timeout::TimeoutStream;
use tower::Service;

use crate::request_body::{Stalled, Timed};

/// How long a sender may take over the head of a request, and how long a connection may lie idle before one. A little more than
/// proxies keep connections for reuse, so that it is they who let go.
const HEAD: Duration = Duration::from_secs(75);
/// How long a sender may pause within the body of a request.
const BODY: Duration = Duration::from_secs(30);
/// How long a receiver may take none of an answer.
const ANSWER: Duration = Duration::from_mins(1);
/// How many of the connections one address may have. Proxies that are trusted, and this machine, speak for many.
const EACH: usize = 256;
/// The pause after a connection could not be taken, which is mostly because there are too many.
const PAUSE: Duration = Duration::from_millis(500);

/// What senders may do at most.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Their pauses within a body.
    body: Duration,
    /// Their pauses in taking an answer.
    answer: Duration,
    /// The connections of all of them.
    connections: usize,
    /// The connections of one of them.
    each: usize,
}

const BOUNDS: Bounds = Bounds { body: BODY, answer: ANSWER, connections: 768, each: EACH };

/// Answers requests until it is told to stop, then until the running ones are answered. So many connections are open at a time;
/// further ones wait to be taken.
pub async fn answer<S>(
    connections: usize,
    listener: TcpListener,
    service: S,
    proxies: Arc<Proxies>,
    told: watch::Receiver<bool>,
) -> io::Result<()>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static,
{
    let each = EACH.min((connections / 4).max(4));
    answer_within(Bounds { connections, each, ..BOUNDS }, listener, service, proxies, told).await
}

async fn answer_within<S>(
    bounds: Bounds,
    listener: TcpListener,
    service: S,
    proxies: Arc<Proxies>,
    told: watch::Receiver<bool>,
) -> io::Result<()>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static,
{
    let mut connections = JoinSet::new();
    let room = Arc::new(Semaphore::new(bounds.connections));
    let crowd = Arc::new(Crowd { most: bounds.each, proxies, counts: Mutex::default() });
    let mut stop = told.clone();
    let mut stopped = pin!(async move {
        let _ = stop.wait_for(|stop| *stop).await;
    });
    loop {
        tokio::select! {
            () = &mut stopped => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = accept(&listener, &room) => match accepted {
                Ok((stream, peer, place)) => {
                    // Whoever has enough of them is let go without a word.
                    let Some(one) = crowd.enter(peer.ip()) else { continue };
                    let taken = (peer, Held::new((place, one)));
                    connections.spawn(connection(stream, taken, bounds, service.clone(), told.clone()));
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "a connection cannot be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
    Ok(())
}

/// Takes the next connection once there is room for it.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = room.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

/// Whose connection it is, and its place among those that there is room for: freed when the connection ends, or, where it became a
/// socket, when whoever took it over lets go.
type Taken = (SocketAddr, Held);

/// The connections by address.
struct Crowd {
    most: usize,
    proxies: Arc<Proxies>,
    counts: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection of an address, counted until it ends. Nobody counts those of proxies and of this machine.
struct OneOf(Option<(Arc<Crowd>, IpAddr)>);

impl Crowd {
    /// Counts a connection, if its address has not too many.
    fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<OneOf> {
        let address = network(peer);
        if address.is_loopback() || self.proxies.trust(peer) {
            return Some(OneOf(None));
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(OneOf(Some((self.clone(), address))))
    }
}

impl Drop for OneOf {
    fn drop(&mut self) {
        let Some((crowd, address)) = &self.0 else { return };
        let mut counts = crowd.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = counts.entry(*address) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// Whom an address stands for: of IPv6 addresses, everybody has 2^64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

async fn connection<S>(stream: TcpStream, (peer, place): Taken, bounds: Bounds, service: S, mut told: watch::Receiver<bool>)
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static,
{
    // Answers are written in one piece: waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = Box::pin(TimeoutStream::new(stream));
    stream.as_mut().set_write_timeout_pinned(Some(bounds.answer));
    let service = tower::service_fn(move |request: hyper::Request<Incoming>| {
        let has_stalled = Stalled::default();
        let mut request = request.map(|body| Body::new(Timed::new(body, bounds.body, has_stalled.clone())));
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(place.clone());
        // It is ready at any time.
        let answer = service.clone().call(request);
        async move { answer.await.map(|response| has_stalled.answer(response)) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    let mut served = pin!(served);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            ended = served.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            _ = told.wait_for(|stop| *stop), if !is_stopping => {
                is_stopping = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Whether it is only the other side that has gone away again.
fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// A server that says to whom it talks, after a moment where asked to.
    async fn server() -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<io::Result<()>>) {
        server_within(BOUNDS).await
    }

    async fn server_within(bounds: Bounds) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, told) = watch::channel(false);
        let service = tower::service_fn(|request: Request| async move {
            if request.uri().path() == "/slow" {
                tokio::time::sleep(Duration::from_secs(20)).await;
            }
            let peer = *request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer).unwrap();
            let status = if axum::body::to_bytes(request.into_body(), 1 << 10).await.is_ok() { 200 } else { 400 };
            Ok(Response::builder().status(status).body(Body::from(peer.to_string())).unwrap())
        });
        (address, tell, tokio::spawn(answer_within(bounds, listener, service, Arc::default(), told)))
    }

    async fn rest(mut stream: TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_ends_the_head_of_a_request_is_let_go() {
        let (address, _tell, _server) = server().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ").await.unwrap();
        let ended = tokio::time::timeout(HEAD + Duration::from_secs(5), rest(stream)).await;
        assert!(ended.is_ok(), "the connection is closed");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_take_longer_than_its_request() {
        let (address, _tell, _server) = server().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let local = stream.local_addr().unwrap();
        stream.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        assert!(rest(stream).await.ends_with(&local.to_string()));
    }

    const QUICK: Bounds = Bounds { body: Duration::from_millis(200), answer: Duration::from_millis(200), connections: 1, each: 1 };

    #[tokio::test]
    async fn who_stops_within_a_body_is_let_go() {
        let (address, _tell, _server) = server_within(QUICK).await;
        for head in ["Content-Length: 3\r\n\r\na", "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", "Content-Length: 3\r\n\r\n"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(format!("POST / HTTP/1.1\r\nHost: a\r\n{head}").as_bytes()).await.unwrap();
            let answer = tokio::time::timeout(Duration::from_secs(10), rest(stream)).await.expect("the connection is closed");
            assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
            assert!(answer.ends_with("{\"detail\":\"The request body did not arrive in time.\"}"), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_body_may_come_slowly() {
        let (address, _tell, _server) = server_within(QUICK).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8\r\n\r\n").await.unwrap();
        for _ in 0..8 {
            tokio::time::sleep(QUICK.body / 4).await;
            stream.write_all(b"a").await.unwrap();
        }
        let answer = rest(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    #[tokio::test]
    async fn connections_beyond_the_limit_wait_for_room() {
        let (address, _tell, _server) = server_within(QUICK).await;
        let first = TcpStream::connect(address).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut answered = tokio::spawn(rest(second));
        assert!(tokio::time::timeout(Duration::from_millis(200), &mut answered).await.is_err(), "there is no room");
        drop(first);
        let answer = tokio::time::timeout(Duration::from_secs(10), answered).await.expect("now there is").unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    #[tokio::test]
    async fn who_takes_nothing_of_his_answer_is_let_go() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_tell, told) = watch::channel(false);
        let service = tower::service_fn(|_: Request| async { Ok(Response::new(Body::from(vec![0; 64 << 20]))) });
        tokio::spawn(answer_within(QUICK, listener, service, Arc::default(), told));
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut next = TcpStream::connect(address).await.unwrap();
        next.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut first = [0];
        let taken = tokio::time::timeout(Duration::from_secs(10), next.read_exact(&mut first)).await;
        assert!(taken.is_ok(), "there is room for the next");
    }

    #[test]
    fn one_address_does_not_take_all_connections() {
        let proxies = Arc::new(Proxies::parse(["192.0.2.1"]).unwrap());
        let crowd = Arc::new(Crowd { most: 2, proxies, counts: Mutex::default() });
        let enter = |address: &str| crowd.enter(address.parse().unwrap());
        let first = enter("2001:db8::1");
        let second = enter("2001:db8::2");
        assert!(first.is_some() && second.is_some());
        assert!(enter("2001:db8::3").is_none(), "the same network");
        assert!(enter("2001:db8:0:1::1").is_some(), "another one");
        for _ in 0..5 {
            std::mem::forget(enter("192.0.2.1"));
            std::mem::forget(enter("127.0.0.1"));
        }
        assert!(enter("192.0.2.1").is_some() && enter("127.0.0.1").is_some());
        drop(first);
        assert!(enter("2001:db8::3").is_some());
        assert_eq!(crowd.counts.lock().unwrap().len(), 1, "who has gone is forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_waits_for_answers_and_not_for_idle_connections() {
        let (address, tell, server) = server().await;
        let _idle = TcpStream::connect(address).await.unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        tell.send(true).unwrap();
        assert!(rest(stream).await.starts_with("HTTP/1.1 200"));
        server.await.unwrap().unwrap();
    }
}
