//! Servers that answer on a port, and several of them on one database.

use std::{net::SocketAddr, sync::Arc};

use aileron_kernel::SystemRandom;
use aileron_platform::pubsub::Way;
use aileron_server::{app::service, connections};
use tokio::{net::TcpListener, sync::watch};

use super::TestApp;

/// How many connections it takes at a time.
const CONNECTIONS: usize = 768;

/// A server that answers on a port, as long as this is there.
pub struct Listening {
    /// Where.
    pub address: SocketAddr,
    tell: watch::Sender<bool>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.tell.send(true);
    }
}

impl TestApp {
    /// Another process on the same database and files.
    #[must_use]
    pub fn beside(&self) -> Self {
        let mut other = Self::on(self.database.clone(), self.clock.clone());
        (other.tokens, other.users) = (self.tokens.clone(), self.users.clone());
        (other.context.api_rate_limit, other.context.service_rate_limit) = (self.context.api_rate_limit, self.context.service_rate_limit);
        other
    }

    /// Tells the processes beside it what is new, in this way.
    pub fn share(&self, way: Way) {
        self.context.share_counts(&self.hints);
        let (hints, metrics) = (self.hints.clone(), self.metrics.clone());
        tokio::spawn(async move { hints.share(&way, &SystemRandom, &metrics).await });
    }

    /// Answers on a port of its own, sockets included, until this is dropped.
    pub async fn listen(&self) -> Listening {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("the port is known");
        let (tell, told) = watch::channel(false);
        let (live, db, service) = (self.live.clone(), self.db.clone(), service(self.router()));
        let mut stopped = told.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = live.run(db) => {}
                _ = stopped.wait_for(|stop| *stop) => {}
            }
        });
        tokio::spawn(connections::answer(CONNECTIONS, listener, service, Arc::default(), told));
        Listening { address, tell }
    }
}
