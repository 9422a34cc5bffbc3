//! What processes send each other: JSON, of a size that every way carries. Fields that a process does not know it passes over, so that
//! two versions can serve side by side.

use aileron_db::notices::LONGEST;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::outbox::Waiting;

/// What one hint takes at most.
const HINT: usize = 64;
/// What a message takes beside its hints and words.
const FRAME: usize = 128;

/// One message.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Message {
    /// The process that sends it.
    pub(super) from: String,
    /// Whether the others look at everything: this process has just come, or could not be heard for a while.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) everything: bool,
    /// Whether there is a job to do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) jobs: bool,
    /// How far workspaces have got.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) reached: Vec<(Uuid, i64)>,
    /// Words, by what they are about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) words: Vec<(String, Json)>,
}

impl Message {
    /// "I am here": the others look at everything.
    pub(super) fn greeting(from: &str) -> Self {
        Self { from: from.to_owned(), everything: true, ..Self::default() }
    }

    /// As it travels.
    pub(super) fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// All that waits, in as many messages as it takes; one without anything, if nothing does.
    pub(super) fn of(from: &str, waiting: Waiting) -> Vec<Self> {
        let mut all = vec![Self { from: from.to_owned(), jobs: waiting.jobs, ..Self::default() }];
        let mut room = LONGEST - FRAME;
        let mut place = |all: &mut Vec<Self>, size: usize| {
            if size > room {
                all.push(Self { from: from.to_owned(), ..Self::default() });
                room = LONGEST - FRAME;
            }
            room = room.saturating_sub(size);
        };
        for (workspace, seq) in waiting.reached {
            place(&mut all, HINT);
            all.last_mut().into_iter().for_each(|last| last.reached.push((workspace, seq)));
        }
        for (topic, body) in waiting.words {
            let size = topic.len() + body.to_string().len() + 8;
            if size > LONGEST - FRAME {
                tracing::debug!(topic, size, "a word is too long to be said");
                continue;
            }
            place(&mut all, size);
            all.last_mut().into_iter().for_each(|last| last.words.push((topic.to_owned(), body.clone())));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pubsub::Hint;

    #[test]
    fn what_is_much_travels_in_several_and_arrives_whole() {
        let mut waiting = Waiting { jobs: true, ..Waiting::default() };
        for number in 0..500_i64 {
            waiting.reached(Hint { workspace: Uuid::from_u128(u128::MAX - u128::from(number.unsigned_abs())), seq: i64::MAX - number });
        }
        for size in [1, 3_000, 3_000, 3_000, 20_000, 7_000] {
            waiting.word("test", Json::from("\"".repeat(size / 2)));
        }
        let messages = Message::of("0123456789abcdef", waiting);
        let texts: Vec<String> = messages.iter().map(|message| message.text().unwrap()).collect();
        assert!(texts.iter().all(|text| text.len() <= LONGEST), "{:?}", texts.iter().map(String::len).collect::<Vec<_>>());
        let read: Vec<Message> = texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        assert_eq!(read, messages);
        assert_eq!(read.iter().map(|message| message.reached.len()).sum::<usize>(), 500);
        assert_eq!(read.iter().map(|message| message.words.len()).sum::<usize>(), 5, "one was too long for any");
        assert_eq!(read.iter().filter(|message| message.jobs).count(), 1);
    }

    #[test]
    fn who_has_nothing_to_say_says_that_he_is_there() {
        let messages = Message::of("a", Waiting::default());
        assert_eq!(messages.iter().map(|message| message.text().unwrap()).collect::<Vec<_>>(), ["{\"from\":\"a\"}"]);
        let newer: Message = serde_json::from_str("{\"from\":\"b\",\"everything\":true,\"novelty\":[1]}").unwrap();
        assert_eq!(newer, Message::greeting("b"));
    }
}
