//! Bodies of requests, whose senders must not stop sending.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Bytes, HttpBody},
    response::{IntoResponse as _, Response},
};
use hyper::{
    StatusCode,
    body::{Frame, Incoming, SizeHint},
    header,
};
use serde_json::json;
use tokio::time::{Instant, Sleep};

/// A body that ends in an error when its reader waits too long for the next piece, or for all of them. It may be long all the same.
pub(crate) struct Timed {
    body: Incoming,
    limit: Duration,
    /// Runs while the reader waits.
    waiting: Option<Pin<Box<Sleep>>>,
    started: Instant,
    received: u64,
    has_stalled: Stalled,
}

/// The fewest bytes a second of a body, once it has taken longer than a pause may. Whoever sends less only keeps the place of others.
const SLOWEST: u64 = 4 << 10;

/// Whether the sender of a body has stopped sending.
#[derive(Clone, Default)]
pub(crate) struct Stalled(Arc<AtomicBool>);

impl Timed {
    /// A body whose reader waits so long at most for each piece.
    pub(crate) fn new(body: Incoming, limit: Duration, has_stalled: Stalled) -> Self {
        Self { body, limit, waiting: None, started: Instant::now(), received: 0, has_stalled }
    }

    fn is_too_slow(&self) -> bool {
        self.received < self.started.elapsed().saturating_sub(self.limit).as_secs().saturating_mul(SLOWEST)
    }
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.waiting = None;
            if let Some(Ok(frame)) = &frame {
                self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                if self.is_too_slow() {
                    self.has_stalled.0.store(true, Ordering::Relaxed);
                    return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
                }
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(io::Error::other)));
        }
        let limit = self.limit;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        std::task::ready!(waiting.as_mut().poll(context));
        self.has_stalled.0.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Stalled {
    /// The answer, which is 408 where the body did not come: whoever read it knows only that it ended.
    pub(crate) fn answer(&self, response: Response) -> Response {
        if !self.0.load(Ordering::Relaxed) {
            return response;
        }
        let body = axum::Json(json!({ "detail": "The request body did not arrive in time." }));
        (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")], body).into_response()
    }
}
