//! One HTTP/1.1 request over a connection that stands.

use axum::http::{HeaderValue, Request as HttpRequest, header};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;

use super::{Answer, OutgoingError, Request, Stream, place::Place};

/// What this server calls itself.
const NAME: &str = concat!("Aileron/", env!("CARGO_PKG_VERSION"));

/// Drives the connection; gone when the answer is read.
struct Driver(tokio::task::JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends the request and reads its answer.
pub(super) async fn run(stream: Box<dyn Stream>, place: &Place, request: &Request) -> Result<Answer, OutgoingError> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(request.limits.headers.max(8 << 10)).max_headers(100);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(OutgoingError::Unreadable)?;
    let _driver = Driver(tokio::spawn(async move {
        // What goes wrong with the connection is said to who waits for the answer.
        let _ = connection.await;
    }));
    let answer = sender.send_request(written(place, request)?).await.map_err(OutgoingError::Unreadable)?;
    let (head, body) = answer.into_parts();
    let is_of_type = |wanted: &str| head.headers.get(header::CONTENT_TYPE).is_some_and(|value| is_media_type(value, wanted));
    if head.status.is_success() && !request.only.is_none_or(is_of_type) {
        return Err(OutgoingError::MediaType);
    }
    // The body of a redirect is for people.
    let (body, is_cut) = if head.status.is_redirection() { (Bytes::new(), true) } else { read(body, request.limits.body).await? };
    Ok(Answer { status: head.status, headers: head.headers, body, is_cut, url: place.url().clone() })
}

fn written(place: &Place, request: &Request) -> Result<HttpRequest<Full<Bytes>>, OutgoingError> {
    let mut written = HttpRequest::builder().method(request.method.clone()).uri(place.target()).body(Full::new(request.body.clone()))?;
    let headers = written.headers_mut();
    headers.insert(header::USER_AGENT, HeaderValue::from_static(NAME));
    headers.extend(request.headers.clone());
    headers.insert(header::HOST, HeaderValue::from_str(&place.authority()).map_err(axum::http::Error::from)?);
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(written)
}

/// Reads up to so many bytes; whether there was more.
async fn read(mut body: Incoming, most: usize) -> Result<(Bytes, bool), OutgoingError> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(OutgoingError::Unreadable)?.into_data() else { continue };
        let room = most - read.len();
        if data.len() > room {
            read.extend_from_slice(data.get(..room).unwrap_or_default());
            return Ok((read.freeze(), true));
        }
        read.extend_from_slice(&data);
    }
    Ok((read.freeze(), false))
}

fn is_media_type(value: &HeaderValue, wanted: &str) -> bool {
    let text = value.to_str().unwrap_or_default();
    text.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case(wanted))
}
