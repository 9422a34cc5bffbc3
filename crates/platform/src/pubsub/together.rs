//! Counting together: what one process counts, the others are told a moment later.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Notify;

use super::Hints;

/// How long it is gathered what the others are told.
const GATHERING: Duration = Duration::from_millis(250);
/// How many counts one word tells.
const TOLD: usize = 60;

impl Hints {
    /// Tells the other processes what was counted here (`counted` says that there is something, `take` gives it), and here what they
    /// counted, until it is dropped.
    pub async fn count_together<T: Serialize + DeserializeOwned>(
        &self,
        topic: &'static str,
        counted: &Notify,
        take: impl Fn() -> Vec<T>,
        add: impl Fn(T),
    ) {
        let mut words = self.words();
        let tell = async {
            loop {
                counted.notified().await;
                tokio::time::sleep(GATHERING).await;
                for some in take().chunks(TOLD) {
                    if let Ok(body) = serde_json::to_value(some) {
                        self.tell(topic, body);
                    }
                }
            }
        };
        let hear = async {
            while let Some(word) = words.about(topic).await {
                match serde_json::from_value::<Vec<T>>(word.body) {
                    Ok(told) => told.into_iter().take(TOLD).for_each(&add),
                    Err(error) => tracing::debug!(%error, topic, "another process counts in a way that is not understood"),
                }
            }
        };
        tokio::join!(tell, hear);
    }
}
