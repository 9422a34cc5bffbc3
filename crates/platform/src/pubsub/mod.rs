//! Hints between tasks and between processes: "workspace W reached 812", "there is a job". A hint may be lost or come twice; who gets one
//! looks for himself, and who gets none asks now and then.
//!
//! Beside them go words that are worth something only now: who looks at what, how often a key has called. They may be lost too.

mod message;
mod nats;
mod others;
mod outbox;
mod together;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use aileron_db::News;
use serde_json::Value as Json;
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

pub use others::Way;
use outbox::Outbox;

/// How many words of others are kept for who is behind.
const WORDS: usize = 1_024;

/// A workspace has reached a sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The workspace.
    pub workspace: Uuid,
    /// The number of its last committed event.
    pub seq: i64,
}

/// What another process says, for those here to whom its topic means something.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Which process says it, since it started.
    pub from: Arc<str>,
    /// What it is about.
    pub topic: String,
    /// What it says.
    pub body: Json,
}

/// Where hints go out and come in. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Hints(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    heard: broadcast::Sender<Heard>,
    words: broadcast::Sender<Word>,
    enqueued: Notify,
    others: Outbox,
    reaches_others: AtomicBool,
}

impl Hints {
    /// A channel that keeps up to `capacity` hints (at least 1) for receivers that are behind.
    pub fn new(capacity: usize) -> Self {
        Self(Arc::new(Inner {
            heard: broadcast::channel(capacity.max(1)).0,
            words: broadcast::channel(WORDS).0,
            enqueued: Notify::new(),
            others: Outbox::default(),
            reaches_others: AtomicBool::new(false),
        }))
    }

    /// Tells everybody who listens, here and in other processes. Never waits.
    pub fn send(&self, hint: Hint) {
        self.pass(Heard::Hint(hint));
        self.0.others.put(|waiting| waiting.reached(hint));
    }

    /// Says that there is a job to do, here and to other processes.
    pub fn enqueued(&self) {
        self.0.enqueued.notify_one();
        self.0.others.put(|waiting| waiting.jobs = true);
    }

    /// Says something to the other processes, if they can be reached.
    pub fn tell(&self, topic: &'static str, body: Json) {
        if self.reach_others() {
            self.0.others.put(|waiting| waiting.word(topic, body));
        }
    }

    /// What to do after each commit of this process, for the database's settings.
    pub fn after_commits(&self) -> aileron_db::Told {
        let hints = self.clone();
        Arc::new(move |news| match news {
            News::Reached(workspace, seq) => hints.send(Hint { workspace, seq }),
            News::Enqueued => hints.enqueued(),
        })
    }

    /// Listens to hints sent from now on.
    pub fn listen(&self) -> Listener {
        Listener { receiver: self.0.heard.subscribe() }
    }

    /// Listens to what other processes say from now on.
    pub fn words(&self) -> Words {
        Words { receiver: self.0.words.subscribe() }
    }

    /// Waits until there may be a job to do; what was said before the call counts, if nobody heard it. For one waiter at a time.
    pub async fn job_enqueued(&self) {
        self.0.enqueued.notified().await;
    }

    /// Whether other processes hear what is said here, and are heard: who asks now and then may do so less often.
    pub fn reach_others(&self) -> bool {
        self.0.reaches_others.load(Ordering::Relaxed)
    }

    /// Has everybody here look at everything: it is not known what was said.
    fn look_everywhere(&self) {
        self.pass(Heard::Everything);
        self.0.enqueued.notify_one();
    }

    fn pass(&self, heard: Heard) {
        // An error only says that nobody listens.
        let _ = self.0.heard.send(heard);
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
    /// Some hints are lost: look at every workspace.
    Everything,
}

/// One who listens to hints.
#[derive(Debug)]
pub struct Listener {
    receiver: broadcast::Receiver<Heard>,
}

impl Listener {
    /// Waits for the next hint. `None`: every [`Hints`] is gone.
    pub async fn next(&mut self) -> Option<Heard> {
        match self.receiver.recv().await {
            Ok(heard) => Some(heard),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Heard::Everything),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

/// One who listens to what other processes say.
#[derive(Debug)]
pub struct Words {
    receiver: broadcast::Receiver<Word>,
}

impl Words {
    /// Waits for the next word about this topic. `None`: every [`Hints`] is gone.
    pub async fn about(&mut self, topic: &str) -> Option<Word> {
        loop {
            match self.receiver.recv().await {
                Ok(word) if word.topic == topic => return Some(word),
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
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
