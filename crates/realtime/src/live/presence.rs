//! Who looks at what. It is worth knowing only now: nothing of it is stored. Processes tell each other of those who look in each of them,
//! whenever that changes and again and again; of one that does not come to say it any more, it is forgotten.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aileron_kernel::Uuid;
use aileron_platform::pubsub::{Hints, Word};
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time::Instant};

use crate::wire::Looker;

/// What processes call it when they tell each other.
pub(super) const TOPIC: &str = "looking";
/// How often it is said again.
pub(super) const AGAIN: Duration = Duration::from_secs(10);
/// For how long what another process said is believed.
const BELIEVED: Duration = Duration::from_secs(30);
/// How many of those who look at one item the other processes are told of.
const TOLD: usize = 50;

/// Of how many items it is believed that somebody looks at them.
const ROOMS: usize = 20_000;

/// A workspace and an item of it.
type Topic = (Uuid, Uuid);

/// All that is looked at.
#[derive(Clone)]
pub(super) struct Presence(Arc<Inner>);

struct Inner {
    hints: Hints,
    topics: Mutex<HashMap<Topic, Room>>,
}

/// Those who look at one item.
struct Room {
    here: Vec<Looker>,
    elsewhere: BTreeMap<Arc<str>, (Vec<Looker>, Instant)>,
    all: watch::Sender<Vec<Looker>>,
}

/// What processes say: all those who look at an item there.
#[derive(Serialize, Deserialize)]
struct Seen {
    workspace: Uuid,
    item: Uuid,
    lookers: Vec<Looker>,
}

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
    pub(super) fn new(hints: Hints) -> Self {
        Self(Arc::new(Inner { hints, topics: Mutex::default() }))
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<Topic, Room>> {
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that somebody looks at an item.
    pub(super) fn look(&self, workspace: Uuid, item: Uuid, looker: Looker) -> Looking {
        let topic = (workspace, item);
        let session = looker.session.clone();
        let mut topics = self.topics();
        let room = topics.entry(topic).or_default();
        room.here.push(looker);
        room.changed();
        self.tell(topic, room);
        let mut lookers = room.all.subscribe();
        // He is told at once who else is there.
        lookers.mark_changed();
        Looking { item, lookers, topic, session, presence: self.clone() }
    }

    /// Takes in what another process says.
    pub(super) fn hear(&self, word: Word) {
        let Ok(Seen { workspace, item, lookers }) = serde_json::from_value(word.body) else { return };
        let topic = (workspace, item);
        let mut topics = self.topics();
        let is_known = topics.contains_key(&topic) || topics.len() < ROOMS;
        if lookers.len() > TOLD || !is_known {
            return;
        }
        let room = topics.entry(topic).or_default();
        if lookers.is_empty() {
            room.elsewhere.remove(&word.from);
        } else {
            room.elsewhere.insert(word.from, (lookers, Instant::now()));
        }
        room.changed();
        if room.is_empty() {
            topics.remove(&topic);
        }
    }

    /// Tells the other processes all of it again, and forgets what they have not.
    pub(super) fn again(&self) {
        let mut topics = self.topics();
        for (topic, room) in topics.iter_mut() {
            let before = room.elsewhere.len();
            room.elsewhere.retain(|_, (_, said)| said.elapsed() < BELIEVED);
            if room.elsewhere.len() < before {
                room.changed();
            }
            if !room.here.is_empty() {
                self.tell(*topic, room);
            }
        }
        topics.retain(|_, room| !room.is_empty());
    }

    fn tell(&self, (workspace, item): Topic, room: &Room) {
        if !self.0.hints.reach_others() {
            return;
        }
        let seen = Seen { workspace, item, lookers: room.here.iter().take(TOLD).cloned().collect() };
        if let Ok(body) = serde_json::to_value(seen) {
            self.0.hints.tell(TOPIC, body);
        }
    }
}

impl Default for Room {
    fn default() -> Self {
        Self { here: Vec::new(), elsewhere: BTreeMap::new(), all: watch::channel(Vec::new()).0 }
    }
}

impl Room {
    fn is_empty(&self) -> bool {
        self.here.is_empty() && self.elsewhere.is_empty()
    }

    /// Tells those who look here, if it is news to them.
    fn changed(&self) {
        let all: Vec<Looker> = self.here.iter().chain(self.elsewhere.values().flat_map(|(lookers, _)| lookers)).cloned().collect();
        self.all.send_if_modified(|known| {
            let is_news = *known != all;
            *known = all;
            is_news
        });
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        let mut topics = self.presence.topics();
        let Some(room) = topics.get_mut(&self.topic) else { return };
        room.here.retain(|looker| looker.session != self.session);
        room.changed();
        self.presence.tell(self.topic, room);
        let is_empty = room.is_empty();
        if is_empty {
            topics.remove(&self.topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presence() -> Presence {
        Presence::new(Hints::default())
    }

    #[tokio::test]
    async fn those_who_look_at_the_same_item_learn_of_each_other() {
        let presence = presence();
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

    #[tokio::test(start_paused = true)]
    async fn those_of_other_processes_count_while_it_is_said_that_they_look() {
        let presence = presence();
        let [workspace, item, user] = [1, 2, 3].map(Uuid::from_u128);
        let say = |from: &str, sessions: &[&str]| {
            let lookers = sessions.iter().map(|session| Looker { user, session: (*session).to_owned() }).collect();
            let body = serde_json::to_value(Seen { workspace, item, lookers }).unwrap();
            presence.hear(Word { from: from.into(), topic: TOPIC.to_owned(), body });
        };
        say("one", &["a", "b"]);
        say("two", &["c"]);
        let mut looking = presence.look(workspace, item, Looker { user, session: "d".to_owned() });
        assert_eq!(looking.lookers.borrow_and_update().len(), 4, "also of those who came before");
        say("one", &["a", "b"]);
        assert!(!looking.lookers.has_changed().unwrap(), "it is no news");
        say("one", &[]);
        assert_eq!(looking.lookers.borrow_and_update().len(), 2);
        tokio::time::advance(BELIEVED).await;
        presence.again();
        assert_eq!(looking.lookers.borrow_and_update().len(), 1, "the other is not heard of any more");
        drop(looking);
        presence.hear(Word { from: "one".into(), topic: TOPIC.to_owned(), body: "nonsense".into() });
        assert!(presence.topics().is_empty());
    }
}
