//! A client's end of a socket.

use std::{net::SocketAddr, time::Duration};

use aileron_testkit::Listening;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, http::HeaderValue},
};

/// An open socket.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(30);

impl Socket {
    /// Opens one in workspace `acme`; or the status with which it is refused.
    pub(crate) async fn open(at: &Listening, headers: &[(&'static str, String)], query: &str) -> Result<Self, u16> {
        match Self::to(at.address, "acme", headers, query).await {
            Ok(socket) => Ok(socket),
            Err(error) => match *error {
                Error::Http(answer) => Err(answer.status().as_u16()),
                error => panic!("{error}"),
            },
        }
    }

    /// Opens one in this workspace of a server that may be away.
    pub(crate) async fn to(at: SocketAddr, slug: &str, headers: &[(&'static str, String)], query: &str) -> Result<Self, Box<Error>> {
        let address = format!("ws://{at}/api/v1/workspaces/{slug}/sync/live{query}");
        let mut request = address.into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
        Ok(Self(connect_async(request).await?.0))
    }

    /// The same with a token, from this place in the log on.
    pub(crate) async fn with_token(at: &Listening, token: &str, since: i64) -> Self {
        Self::open(at, &[("x-api-key", token.to_owned())], &format!("?since={since}&schema=1")).await.unwrap()
    }

    /// The next message; or the code with which it is closed, 1006 where there is none.
    pub(crate) async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// The next frame with changes.
    pub(crate) async fn frame(&mut self) -> Value {
        loop {
            let message = self.next().await.expect("the socket is open");
            if message["changes"].as_array().is_none_or(|changes| !changes.is_empty()) && message.get("presence").is_none() {
                return message;
            }
        }
    }

    /// The next word about who looks at something: how many there are.
    pub(crate) async fn lookers(&mut self) -> usize {
        loop {
            let message = self.next().await.expect("the socket is open");
            if let Some(users) = message["presence"]["users"].as_array() {
                return users.len();
            }
        }
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The same to a server that may be away: whether it was sent.
    pub(crate) async fn try_say(&mut self, text: &str) -> bool {
        self.0.send(Message::text(text)).await.is_ok()
    }

    pub(crate) async fn say_bytes(&mut self) {
        self.0.send(Message::binary(vec![1, 2])).await.unwrap();
    }
}
