//! NATS: a subject that all processes of an instance listen to.

use std::{collections::BTreeSet, path::Path, time::Duration};

use async_nats::{Client, ConnectOptions, Event, ServerAddr, Subscriber};
use futures_util::StreamExt as _;
use percent_encoding::percent_decode_str;
use tokio::{sync::watch, time::timeout};
use url::Url;

use crate::config::Secret;

/// The subject. Instances that share a server have accounts of their own there: they would look when the other calls, and count its guesses.
const SUBJECT: &str = "aileron.hints";
/// How long a server may take to let us in, and to take what is said.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many messages wait here to be heard.
const CAPACITY: usize = 1_000;

/// Where the servers are, and who we are there.
struct Servers {
    addresses: Vec<ServerAddr>,
    user: Option<(String, String)>,
}

impl Servers {
    /// The client does not look for names and passwords in addresses, and writes addresses into the log: so they are taken out.
    fn parse(url: &Secret) -> Result<Self, String> {
        let urls = url.expose().split(',').map(|one| one.trim().parse::<Url>().map_err(text));
        let mut urls = urls.collect::<Result<Vec<_>, _>>()?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let users = urls.iter().filter_map(|url| Some((decoded(url.username()), decoded(url.password()?))));
        let users: BTreeSet<(String, String)> = users.collect();
        if users.len() > 1 {
            return Err("the addresses of nats_url have different names or passwords".to_owned());
        }
        for url in &mut urls {
            let kept = url.set_username("").and_then(|()| url.set_password(None));
            kept.map_err(|()| "nats_url is no address of a server".to_owned())?;
        }
        let addresses = urls.into_iter().map(ServerAddr::from_url).collect::<Result<_, _>>().map_err(text)?;
        Ok(Self { addresses, user: users.into_iter().next() })
    }
}

/// One who hears what is said there.
pub(super) struct Ear {
    subscriber: Subscriber,
    lost: watch::Receiver<bool>,
}

/// Joins those who talk over the servers of this address, of which there may be several with commas between them.
pub(super) async fn join(url: &Secret, ca_file: Option<&Path>) -> Result<(Client, Ear), String> {
    let Servers { addresses, user } = Servers::parse(url)?;
    let (lose, lost) = watch::channel(false);
    let options = match user {
        Some((user, password)) => ConnectOptions::with_user_and_password(user, password),
        None => ConnectOptions::new(),
    };
    let options = options
        .name("aileron")
        .connection_timeout(PATIENCE)
        // Only those that are named, and never without the TLS that was asked for.
        .ignore_discovered_servers()
        .require_tls(ca_file.is_some() || addresses.iter().any(|address| address.scheme() == "tls"))
        .subscription_capacity(CAPACITY)
        .tls_client_config(aileron_db::trusting(ca_file).map_err(text)?)
        // A connection that is lost is not mended but replaced, as with every other way: then everybody looks at everything.
        .max_reconnects(Some(addresses.len()))
        .event_callback(move |event| {
            if matches!(event, Event::Disconnected | Event::Closed | Event::SlowConsumer(_)) {
                lose.send_replace(true);
            }
            std::future::ready(())
        });
    let client = options.connect(addresses).await.map_err(text)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_taken_out_of_addresses() {
        let parse = |text: &str| Servers::parse(&Secret::new(text));
        let servers = parse("nats://ai%40leron:hunt%2Fer2@a.test:4222, nats://ai%40leron:hunt%2Fer2@b.test").unwrap();
        assert_eq!(servers.user, Some(("ai@leron".to_owned(), "hunt/er2".to_owned())));
        let shown = format!("{:?}", servers.addresses);
        assert!(shown.contains("a.test") && shown.contains("b.test") && !shown.contains("hunt"), "{shown}");
        assert_eq!(parse("tls://a.test").unwrap().user, None);
        assert!(parse("nats://a:b@a.test,nats://a:c@b.test").is_err());
    }
}
