//! What of an upload reaches the reader of forms. That one keeps all it is given until it has found the next field, so it gets little
//! until the form is accepted, and after that one piece at a time.

use std::{
    error::Error,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::Stream;

/// What may come before the file, its own head included, in bytes.
const BEFORE: usize = 64 << 10;
/// How much of it is shown at once, in bytes.
const PIECE: usize = 4 << 10;

/// More than may come before the file has come.
#[derive(Debug, thiserror::Error)]
#[error("no file within the first {BEFORE} bytes")]
pub(super) struct NoFile;

/// Lets the file through once its form is accepted.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate(Arc<AtomicBool>);

impl Gate {
    /// Lets everything through from now on.
    pub(super) fn open(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// The body as it comes through.
    pub(super) fn guard<S>(&self, body: S) -> Guarded<S> {
        Guarded { gate: self.clone(), body, held: Bytes::new(), left: BEFORE, pauses: false }
    }
}

/// A body behind a gate. Ends with [`NoFile`] where too much comes before the gate opens.
pub(super) struct Guarded<S> {
    gate: Gate,
    body: S,
    held: Bytes,
    left: usize,
    pauses: bool,
}

impl<S, E> Stream for Guarded<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    type Item = Result<Bytes, Box<dyn Error + Send + Sync>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        // The reader asks until it has to wait, and only then looks at what it has.
        if std::mem::take(&mut this.pauses) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if this.held.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_next(context)) {
                Some(Ok(piece)) => this.held = piece,
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            }
        }
        let most = if this.gate.0.load(Ordering::Acquire) { usize::MAX } else { PIECE.min(this.left) };
        if most == 0 {
            return Poll::Ready(Some(Err(Box::new(NoFile))));
        }
        let piece = this.held.split_to(most.min(this.held.len()));
        this.left = this.left.saturating_sub(piece.len());
        this.pauses = true;
        Poll::Ready(Some(Ok(piece)))
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures_util::{StreamExt as _, stream, task::noop_waker_ref};

    use super::*;

    #[test]
    fn little_comes_through_before_it_opens_and_never_two_pieces_in_a_row() {
        let mut context = Context::from_waker(noop_waker_ref());
        let body = || stream::iter([Ok::<_, io::Error>(Bytes::from(vec![7; 1 << 20]))]);
        let gate = Gate::default();
        let mut guarded = gate.guard(body());
        for _ in 0..BEFORE / PIECE {
            assert!(matches!(guarded.poll_next_unpin(&mut context), Poll::Ready(Some(Ok(piece))) if piece.len() == PIECE));
            assert!(guarded.poll_next_unpin(&mut context).is_pending());
        }
        assert!(matches!(guarded.poll_next_unpin(&mut context), Poll::Ready(Some(Err(error))) if error.is::<NoFile>()));
        let mut guarded = gate.guard(body());
        assert!(guarded.poll_next_unpin(&mut context).is_ready() && guarded.poll_next_unpin(&mut context).is_pending());
        gate.open();
        let rest = (1 << 20) - PIECE;
        assert!(matches!(guarded.poll_next_unpin(&mut context), Poll::Ready(Some(Ok(piece))) if piece.len() == rest));
        assert!(guarded.poll_next_unpin(&mut context).is_pending());
        assert!(matches!(guarded.poll_next_unpin(&mut context), Poll::Ready(None)));
    }
}
