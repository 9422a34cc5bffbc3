//! Who looks at what, within this process. It is worth knowing only now: nothing of it is stored.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aileron_kernel::Uuid;
use tokio::sync::watch;

use crate::wire::Looker;

/// A workspace and an item of it.
type Topic = (Uuid, Uuid);

type Topics = HashMap<Topic, watch::Sender<Vec<Looker>>>;

/// All that is looked at.
#[derive(Clone, Default)]
pub(super) struct Presence(Arc<Mutex<Topics>>);

/// Somebody who looks at something; until this is dropped.
pub(super) struct Looking {
    /// The item.
    pub(super) item: Uuid,
    /// Everybody who looks at it.
    pub(super) lookers: watch::Receiver<Vec<Looker>>,
    topic: Topic,
    session: String,
    presence: Presence,
}

impl Presence {
    fn topics(&self) -> MutexGuard<'_, Topics> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that somebody looks at an item.
    pub(super) fn look(&self, workspace: Uuid, item: Uuid, looker: Looker) -> Looking {
        let topic = (workspace, item);
        let session = looker.session.clone();
        let mut topics = self.topics();
        let lookers = topics.entry(topic).or_insert_with(|| watch::channel(Vec::new()).0);
        lookers.send_modify(|lookers| lookers.push(looker));
        let mut lookers = lookers.subscribe();
        // He is told at once who else is there.
        lookers.mark_changed();
        Looking { item, lookers, topic, session, presence: self.clone() }
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        let mut topics = self.presence.topics();
        let Some(lookers) = topics.get(&self.topic) else { return };
        lookers.send_modify(|lookers| lookers.retain(|looker| looker.session != self.session));
        let is_empty = lookers.borrow().is_empty();
        if is_empty {
            topics.remove(&self.topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_who_look_at_the_same_item_learn_of_each_other() {
        let presence = Presence::default();
        let [workspace, item, user] = [1, 2, 3].map(Uuid::from_u128);
        let look = |session: &str| presence.look(workspace, item, Looker { user, session: session.to_owned() });
        let mut first = look("a");
        first.lookers.changed().await.unwrap();
        assert_eq!(first.lookers.borrow_and_update().len(), 1);
        let second = look("b");
        first.lookers.changed().await.unwrap();
        assert_eq!(first.lookers.borrow_and_update().len(), 2);
        drop(second);
        first.lookers.changed().await.unwrap();
        assert_eq!(first.lookers.borrow_and_update().len(), 1);
        drop(first);
        assert!(presence.topics().is_empty());
    }
}
