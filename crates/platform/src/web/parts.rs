//! Long answers: one short read after the other, each when the one before has found its way to the client.

use std::{future::Future, io};

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use super::ApiError;

/// How many parts wait for a client at most.
const WAITING: usize = 2;

/// A part of a long answer.
#[derive(Clone, Debug)]
pub struct Part<N> {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where the next begins; none: this is the last.
    pub next: Option<N>,
}

/// An answer that begins with this part and goes on as `go_on` says. What is refused is refused before: once the first part is
/// there, what fails cuts the answer off.
pub fn in_parts<N, F, W>(content_type: &'static str, first: Part<N>, mut go_on: F) -> Response
where
    N: Send + 'static,
    F: FnMut(N) -> W + Send + 'static,
    W: Future<Output = Result<Part<N>, ApiError>> + Send + 'static,
{
    let body = match first.next {
        None => Body::from(first.bytes),
        Some(mut next) => {
            let (parts, mut waiting) = mpsc::channel(WAITING);
            let mut bytes = first.bytes;
            tokio::spawn(async move {
                while parts.send(Ok(Bytes::from(bytes))).await.is_ok() {
                    match go_on(next).await {
                        Ok(Part { bytes: more, next: Some(after) }) => (bytes, next) = (more, after),
                        Ok(Part { bytes: last, next: None }) => return drop(parts.send(Ok(last.into())).await),
                        Err(error) => {
                            tracing::debug!(%error, "a long answer was cut off");
                            // The client sees a broken answer and not one that ends.
                            return drop(parts.send(Err(io::Error::other("cut off"))).await);
                        }
                    }
                }
            });
            Body::from_stream(stream::poll_fn(move |context| waiting.poll_recv(context)))
        }
    };
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    ([kind, (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], body).into_response()
}
