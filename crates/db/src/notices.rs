//! Words between the processes that share a PostgreSQL database: NOTIFY and LISTEN, on a connection of its own.
//!
//! They are said after the commit that they tell of, not in it: a transaction that notifies keeps all others that do from committing
//! until it is on the disk, whatever workspaces they are about. What a process does not come to say any more is found by those who ask.

use std::{future::poll_fn, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
    time::timeout,
};
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Statement, config::SslMode};

use crate::{
    Error, Result, Settings,
    postgres::{Server, with_causes},
    sql,
};

/// The longest that may be said, in bytes.
pub const LONGEST: usize = 7_900;
/// How long the server may take to say something on.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many words wait to be heard before the server keeps them.
const UNHEARD: usize = 1_000;

/// One who says something to all processes, this one included.
pub struct Speaker {
    client: Client,
    notify: Statement,
}

/// One who hears what they say.
pub struct Ear {
    heard: mpsc::Receiver<String>,
}

/// Joins those who talk over the database of these settings.
pub async fn join(settings: &Settings) -> Result<(Speaker, Ear)> {
    let url = settings.url.as_deref().ok_or_else(|| Error::Unusable("SQLite has no processes to talk to".to_owned()))?;
    let Server { config, tls } = Server::new(url, settings.ca_file.as_deref())?;
    let (tell, heard) = mpsc::channel(UNHEARD);
    let client = if config.get_ssl_mode() == SslMode::Disable {
        let (client, connection) = config.connect(NoTls).await.map_err(unavailable)?;
        tokio::spawn(follow(connection, tell));
        client
    } else {
        let (client, connection) = config.connect(tokio_postgres_rustls::MakeRustlsConnect::new(tls)).await.map_err(unavailable)?;
        tokio::spawn(follow(connection, tell));
        client
    };
    client.batch_execute(sql::LISTEN).await.map_err(unavailable)?;
    let notify = client.prepare(sql::NOTIFY).await.map_err(unavailable)?;
    Ok((Speaker { client, notify }, Ear { heard }))
}

impl Speaker {
    /// Says something of at most [`LONGEST`] bytes.
    pub async fn say(&self, text: &str) -> Result<()> {
        match timeout(PATIENCE, self.client.execute(&self.notify, &[&text])).await {
            Ok(said) => said.map(|_| ()).map_err(unavailable),
            Err(_) => Err(Error::Unavailable("PostgreSQL does not say on what it is told".to_owned())),
        }
    }
}

impl Ear {
    /// Waits for the next word; none: the connection is lost.
    pub async fn next(&mut self) -> Option<String> {
        self.heard.recv().await
    }
}

/// Keeps the connection going until it is lost or nobody listens any more.
async fn follow<S, T>(mut connection: Connection<S, T>, tell: mpsc::Sender<String>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notification(word) = message
            && tell.send(word.payload().to_owned()).await.is_err()
        {
            return;
        }
    }
}

fn unavailable(error: tokio_postgres::Error) -> Error {
    Error::Unavailable(format!("PostgreSQL carries no hints: {}", with_causes(&error)))
}
