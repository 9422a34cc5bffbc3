//! NATS: a subject that all processes of an instance listen to.

use std::{path::Path, time::Duration};

use async_nats::{Client, ConnectOptions, Event, ServerAddr, Subscriber};
use futures_util::StreamExt as _;
use tokio::{sync::watch, time::timeout};

use crate::config::Secret;

/// The subject. Instances that share a server have accounts of their own there, or each hears what the other says and makes nothing of it.
const SUBJECT: &str = "aileron.hints";
/// How long a server may take to let us in, and to take what is said.
const PATIENCE: Duration = Duration::from_secs(5);

/// One who hears what is said there.
pub(super) struct Ear {
    subscriber: Subscriber,
    lost: watch::Receiver<bool>,
}

/// Joins those who talk over the servers of this address, of which there may be several with commas between them.
pub(super) async fn join(url: &Secret, ca_file: Option<&Path>) -> Result<(Client, Ear), String> {
    let servers: Vec<ServerAddr> = url.expose().split(',').map(|one| one.trim().parse()).collect::<Result<_, _>>().map_err(text)?;
    let (lose, lost) = watch::channel(false);
    let options = ConnectOptions::new()
        .name("aileron")
        .connection_timeout(PATIENCE)
        .tls_client_config(aileron_db::trusting(ca_file).map_err(text)?)
        // A connection that is lost is not mended but replaced, as with every other way: then everybody looks at everything.
        .max_reconnects(Some(1))
        .event_callback(move |event| {
            if matches!(event, Event::Disconnected | Event::Closed | Event::SlowConsumer(_)) {
                lose.send_replace(true);
            }
            std::future::ready(())
        });
    let client = options.connect(servers).await.map_err(text)?;
    let subscriber = client.subscribe(SUBJECT).await.map_err(text)?;
    Ok((client, Ear { subscriber, lost }))
}

/// Says something to all processes, this one included.
pub(super) async fn say(client: &Client, message: String) -> Result<(), String> {
    let said = async {
        client.publish(SUBJECT, message.into()).await.map_err(text)?;
        client.flush().await.map_err(text)
    };
    timeout(PATIENCE, said).await.unwrap_or_else(|_| Err("NATS does not take what it is told".to_owned()))
}

impl Ear {
    /// Waits for the next word; none: the connection is lost.
    pub(super) async fn next(&mut self) -> Option<Vec<u8>> {
        tokio::select! {
            message = self.subscriber.next() => message.map(|message| message.payload.to_vec()),
            _ = self.lost.wait_for(|lost| *lost) => None,
        }
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
