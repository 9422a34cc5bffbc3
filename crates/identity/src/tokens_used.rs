//! When a token was last used: noted at most once a minute, outside of the request that used it.

use std::{collections::HashMap, sync::Mutex};

use aileron_db::{Db, ExprTrait as _, Unscoped, schema::API_TOKENS};
use aileron_kernel::{Time, Uuid};
use tokio::sync::mpsc;

/// How long a use stays noted before another is written, in seconds.
const PAUSE: i64 = 60;

/// The uses that wait to be written.
#[derive(Debug)]
pub struct TokenUses {
    noted: Mutex<HashMap<Uuid, Time>>,
    queue: mpsc::Sender<(Uuid, Time)>,
}

impl TokenUses {
    /// Starts the task that writes uses into the database. It ends with the last clone of the sender.
    pub fn start(db: Db) -> Self {
        let (queue, mut uses) = mpsc::channel::<(Uuid, Time)>(1_000);
        tokio::spawn(async move {
            while let Some((token, at)) = uses.recv().await {
                let written = db.write(move |session| {
                    let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
                    tx.update_where(API_TOKENS, API_TOKENS.col("id").eq(token), vec![("last_used_at", at.micros().into())])
                });
                if let Err(error) = written.await {
                    tracing::warn!(%token, %error, "the use of a token was not noted");
                }
            }
        });
        Self { noted: Mutex::default(), queue }
    }

    /// Notes a use. A full queue drops it: the next one is a minute away.
    pub fn note(&self, token: Uuid, now: Time) {
        let Ok(mut noted) = self.noted.lock() else { return };
        if noted.get(&token).is_some_and(|last| now < last.plus_seconds(PAUSE)) {
            return;
        }
        if noted.len() > 10_000 {
            noted.retain(|_, last| now < last.plus_seconds(PAUSE));
        }
        noted.insert(token, now);
        let _ = self.queue.try_send((token, now));
    }
}
