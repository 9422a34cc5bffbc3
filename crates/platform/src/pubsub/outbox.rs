//! What the other processes have not been told yet. While it waits, hints about one workspace become one, so that there is never
//! more of it than there are workspaces.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::Value as Json;
use tokio::sync::Notify;
use uuid::Uuid;

use super::Hint;

/// How many words wait at most; the rest is lost, as words may be.
const WORDS: usize = 10_000;

/// What waits to be told; nothing does while nobody carries it.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Mutex<Option<Waiting>>,
    filled: Notify,
}

/// What waits.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) reached: HashMap<Uuid, i64>,
    pub(super) jobs: bool,
    pub(super) words: Vec<(&'static str, Json)>,
}

impl Waiting {
    pub(super) fn reached(&mut self, Hint { workspace, seq }: Hint) {
        let known = self.reached.entry(workspace).or_insert(seq);
        *known = seq.max(*known);
    }

    fn is_empty(&self) -> bool {
        self.reached.is_empty() && !self.jobs && self.words.is_empty()
    }

    pub(super) fn word(&mut self, topic: &'static str, body: Json) {
        if self.words.len() < WORDS {
            self.words.push((topic, body));
        }
    }
}

impl Outbox {
    /// Puts something in, if it is carried.
    pub(super) fn put(&self, put: impl FnOnce(&mut Waiting)) {
        if let Some(waiting) = self.lock().as_mut() {
            put(waiting);
            self.filled.notify_one();
        }
    }

    /// Begins anew: from now on what is put in is carried.
    pub(super) fn open(&self) {
        *self.lock() = Some(Waiting::default());
    }

    /// Waits until there is something, and takes all of it.
    pub(super) async fn take(&self) -> Waiting {
        loop {
            self.filled.notified().await;
            let taken = self.lock().as_mut().map(std::mem::take).unwrap_or_default();
            if !taken.is_empty() {
                return taken;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hints_about_one_workspace_become_one() {
        let outbox = Outbox::default();
        let hint = |workspace, seq| Hint { workspace: Uuid::from_u128(workspace), seq };
        outbox.put(|waiting| waiting.reached(hint(1, 1)));
        outbox.open();
        for seq in [3, 5, 4] {
            outbox.put(|waiting| waiting.reached(hint(1, seq)));
            outbox.put(|waiting| waiting.reached(hint(2, 7)));
        }
        let taken = outbox.take().await;
        assert_eq!(taken.reached, HashMap::from([(Uuid::from_u128(1), 5), (Uuid::from_u128(2), 7)]));
        assert!(!taken.jobs && taken.words.is_empty());
        assert!(futures_util::FutureExt::now_or_never(outbox.take()).is_none());
    }

    #[test]
    fn there_are_never_too_many_words() {
        let mut waiting = Waiting::default();
        for number in 0..WORDS + 5 {
            waiting.word("test", Json::from(number));
        }
        assert_eq!(waiting.words.len(), WORDS);
    }
}
