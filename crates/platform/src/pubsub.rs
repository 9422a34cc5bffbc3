//! Hints between tasks: "workspace W reached 812". A hint may be lost or come twice; who gets one reads the log.

use tokio::sync::broadcast;
use uuid::Uuid;

/// A workspace has reached a sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The workspace.
    pub workspace: Uuid,
    /// The number of its last committed event.
    pub seq: i64,
}

/// Where hints go out and come in, within this process.
#[derive(Clone, Debug)]
pub struct Hints {
    sender: broadcast::Sender<Hint>,
}

impl Hints {
    /// A channel that keeps up to `capacity` hints (at least 1) for receivers that are behind.
    pub fn new(capacity: usize) -> Self {
        Self { sender: broadcast::channel(capacity.max(1)).0 }
    }

    /// Tells everybody who listens. Never waits.
    pub fn send(&self, hint: Hint) {
        // An error only says that nobody listens.
        let _ = self.sender.send(hint);
    }

    /// What to do after each commit of this process, for the database's settings.
    pub fn after_commits(&self) -> aileron_db::Reached {
        let hints = self.clone();
        std::sync::Arc::new(move |workspace, seq| hints.send(Hint { workspace, seq }))
    }

    /// Listens to hints sent from now on.
    pub fn listen(&self) -> Listener {
        Listener { receiver: self.sender.subscribe() }
    }
}

impl Default for Hints {
    fn default() -> Self {
        Self::new(4_096)
    }
}

/// What a listener is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// One workspace moved on.
    Hint(Hint),
    /// Too many hints came at once and some are lost: look at every workspace.
    Everything,
}

/// One who listens to hints.
#[derive(Debug)]
pub struct Listener {
    receiver: broadcast::Receiver<Hint>,
}

impl Listener {
    /// Waits for the next hint. `None`: every [`Hints`] is gone.
    pub async fn next(&mut self) -> Option<Heard> {
        match self.receiver.recv().await {
            Ok(hint) => Some(Heard::Hint(hint)),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Heard::Everything),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_listener_hears_and_who_is_behind_learns_it() {
        let hints = Hints::new(2);
        let (mut one, mut two) = (hints.listen(), hints.listen());
        let hint = |seq| Hint { workspace: Uuid::nil(), seq };
        hints.send(hint(1));
        assert_eq!(one.next().await, Some(Heard::Hint(hint(1))));
        for seq in 2..=4 {
            hints.send(hint(seq));
        }
        assert_eq!(two.next().await, Some(Heard::Everything));
        assert_eq!(two.next().await, Some(Heard::Hint(hint(3))));
        drop(hints);
        assert_eq!(two.next().await, Some(Heard::Hint(hint(4))));
        assert_eq!(two.next().await, None);
    }
}
