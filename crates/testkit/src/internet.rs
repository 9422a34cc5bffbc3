//! The internet as tests see it: names and servers in this process. Nothing leaves it.

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use aileron_platform::outgoing::{Connector, Outgoing, Resolver, Rules, Stream};
use futures_util::future::BoxFuture;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    sync::Notify,
};

/// Names, servers, and what was asked. Cloning it gives the same.
#[derive(Clone, Default)]
pub struct Internet(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// What a name resolves to: the answers in their order, the last one for ever.
    names: HashMap<String, VecDeque<Vec<IpAddr>>>,
    /// What the servers answer, byte by byte.
    servers: HashMap<SocketAddr, Served>,
    resolved: Vec<String>,
    connected: Vec<SocketAddr>,
    requests: Vec<String>,
}

#[derive(Clone)]
enum Served {
    Bytes(Vec<u8>),
    Silence,
    Later(Vec<u8>, Arc<Notify>),
}

impl Internet {
    /// A client that lives in it.
    pub fn client(&self, rules: Rules) -> Outgoing {
        Outgoing::over(Arc::new(self.clone()), Arc::new(self.clone()), rules)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("no test panicked meanwhile")
    }

    /// A name with these addresses. Called again, it says what the name resolves to the next time.
    pub fn name(&self, name: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|address| address.parse().expect("an address")).collect();
        self.state().names.entry(name.to_owned()).or_default().push_back(addresses);
    }

    /// A server at this address and port that answers every request with these bytes.
    pub fn server(&self, address: &str, answer: impl Into<Vec<u8>>) {
        self.state().servers.insert(address.parse().expect("an address with a port"), Served::Bytes(answer.into()));
    }

    /// A server that takes a request and never answers.
    pub fn silent_server(&self, address: &str) {
        self.state().servers.insert(address.parse().expect("an address with a port"), Served::Silence);
    }

    /// A server that answers the next request with a page once the notice comes.
    pub fn page_when_told(&self, address: &str, html: &str, told: Arc<Notify>) {
        let answer = ok("text/html; charset=utf-8", html).into_bytes();
        self.state().servers.insert(address.parse().expect("an address with a port"), Served::Later(answer, told));
    }

    /// A server that answers with a page.
    pub fn page(&self, address: &str, html: &str) {
        self.server(address, ok("text/html; charset=utf-8", html));
    }

    /// The names that were resolved.
    pub fn resolved(&self) -> Vec<String> {
        self.state().resolved.clone()
    }

    /// The addresses to which there were connections.
    pub fn connected(&self) -> Vec<String> {
        self.state().connected.iter().map(ToString::to_string).collect()
    }

    /// The requests as they were sent, their bodies included where they came in one piece.
    pub fn requests(&self) -> Vec<String> {
        self.state().requests.clone()
    }
}

/// An answer 200 of this type.
pub fn ok(media_type: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// An answer that sends elsewhere.
pub fn redirect(status: u16, location: &str) -> String {
    format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

impl Resolver for Internet {
    fn resolve<'a>(&'a self, name: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move {
            let mut state = self.state();
            state.resolved.push(name.to_owned());
            let answers = state.names.get_mut(name).ok_or(io::ErrorKind::NotFound)?;
            let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
            Ok(answer.unwrap_or_default().into_iter().map(|address| SocketAddr::new(address, port)).collect())
        })
    }
}

impl Connector for Internet {
    fn connect(&self, address: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        Box::pin(async move {
            self.state().connected.push(address);
            let served = self.state().servers.get(&address).cloned().ok_or(io::ErrorKind::ConnectionRefused)?;
            let (ours, theirs) = tokio::io::duplex(64 << 10);
            tokio::spawn(self.clone().serve(theirs, served));
            Ok(Box::new(ours) as Box<dyn Stream>)
        })
    }
}

impl Internet {
    /// Reads a request as far as it comes at once, and answers it.
    async fn serve(self, mut stream: DuplexStream, served: Served) {
        let mut request = vec![0; 64 << 10];
        let length = stream.read(&mut request).await.unwrap_or(0);
        request.truncate(length);
        self.state().requests.push(String::from_utf8_lossy(&request).into_owned());
        if let Served::Later(_, told) = &served {
            told.notified().await;
        }
        match served {
            Served::Bytes(bytes) | Served::Later(bytes, _) => {
                // Who has read enough goes away.
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
            Served::Silence => std::future::pending().await,
        }
    }
}
