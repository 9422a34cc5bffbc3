//! One piece of work in a transaction, and how a thread runs it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{Error, Result, session::Session};

/// How one run of a closure ended.
pub(crate) enum Ran {
    /// To be committed; the workspace and how far its log has got, if events were recorded.
    Done(Option<(Uuid, i64)>),
    /// Nothing of it may stay.
    Failed,
    /// Nothing of it may stay, and it may be run again.
    Again,
}

/// A closure with the place where its answer goes, its types forgotten.
pub(crate) trait Work: Send {
    /// Whether anybody still waits for the answer.
    fn is_wanted(&self) -> bool;
    /// Runs the closure once and keeps its answer.
    fn run(&mut self, session: &mut Session) -> Ran;
    /// Sends the kept answer, or the error that kept it from coming true.
    fn answer(self: Box<Self>, lost: Option<Error>);
}

pub(crate) struct Task<T, F> {
    closure: F,
    /// What is logged inside belongs to the request that asked.
    span: tracing::Span,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Task<T, F> {
    pub(crate) fn new(closure: F, reply: oneshot::Sender<Result<T>>) -> Self {
        Self { closure, span: tracing::Span::current(), outcome: None, reply }
    }
}

impl<T, F> Work for Task<T, F>
where
    T: Send + 'static,
    F: FnMut(&mut Session) -> Result<T> + Send + 'static,
{
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, session: &mut Session) -> Ran {
        let _entered = self.span.enter();
        let closure = &mut self.closure;
        let ran = catch_unwind(AssertUnwindSafe(|| {
            let value = closure(session)?;
            Ok((value, session.finish()?))
        }));
        let ran = ran.unwrap_or_else(|_| Err(Error::Inconsistent("a transaction panicked".to_owned())));
        match ran {
            Ok((value, reached)) => {
                self.outcome = Some(Ok(value));
                Ran::Done(reached)
            }
            Err(error) => {
                let again = error.is_transient();
                self.outcome = Some(Err(error));
                if again { Ran::Again } else { Ran::Failed }
            }
        }
    }

    fn answer(self: Box<Self>, lost: Option<Error>) {
        let answer = match (self.outcome, lost) {
            // What was refused stays refused, whatever became of the others in its group.
            (Some(Err(error)), _) | (_, Some(error)) => Err(error),
            (Some(Ok(value)), None) => Ok(value),
            (None, None) => Err(Error::Inconsistent("a transaction was not run".to_owned())),
        };
        // Nobody may be waiting any more; what was committed stays.
        let _ = self.reply.send(answer);
    }
}

/// An error for each of those who wait for the same commit.
pub(crate) fn lost(error: &Error) -> Error {
    Error::Unavailable(format!("the commit failed: {error}"))
}
