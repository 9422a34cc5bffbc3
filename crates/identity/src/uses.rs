//! When tokens and sessions were last used: noted now and then, outside of the request that used them.

use std::{collections::HashMap, sync::Mutex};

use aileron_db::{self as db, Db, ExprTrait as _, Unscoped, schema::API_TOKENS, schema::SESSIONS};
use aileron_kernel::{Time, Uuid};
use tokio::sync::mpsc;

use crate::sessions::LIFETIME;

/// How long a use stays noted before another is written, in seconds.
const PAUSE: i64 = 60;
/// How old the last use of a session in the database is before another is written, in seconds.
const SESSION_PAUSE: i64 = 60 * 60;

/// The uses that wait to be written.
#[derive(Debug)]
pub struct Uses {
    noted: Mutex<HashMap<Uuid, Time>>,
    queue: mpsc::Sender<Use>,
}

#[derive(Clone, Copy, Debug)]
enum Use {
    Token(Uuid, Time),
    Session(Uuid, Time),
}

impl Uses {
    /// Starts the task that writes uses into the database. It ends with the last clone of the sender.
    pub fn start(db: Db) -> Self {
        let (queue, mut uses) = mpsc::channel::<Use>(1_000);
        tokio::spawn(async move {
            while let Some(used) = uses.recv().await {
                if let Err(error) = write(&db, used).await {
                    tracing::warn!(?used, %error, "a use was not noted");
                }
            }
        });
        Self { noted: Mutex::default(), queue }
    }

    /// Notes the use of a token.
    pub(crate) fn token(&self, id: Uuid, now: Time) {
        self.note(id, now, Use::Token(id, now));
    }

    /// Notes the use of a session, if the last one noted was a while ago.
    pub(crate) fn session(&self, id: Uuid, last: Time, now: Time) {
        if now >= last.plus_seconds(SESSION_PAUSE) {
            self.note(id, now, Use::Session(id, now));
        }
    }

    /// A full queue drops the use: the next one is not far.
    fn note(&self, id: Uuid, now: Time, used: Use) {
        let Ok(mut noted) = self.noted.lock() else { return };
        if noted.get(&id).is_some_and(|last| now < last.plus_seconds(PAUSE)) {
            return;
        }
        if noted.len() > 10_000 {
            noted.retain(|_, last| now < last.plus_seconds(PAUSE));
        }
        noted.insert(id, now);
        let _ = self.queue.try_send(used);
    }
}

async fn write(db: &Db, used: Use) -> db::Result<u64> {
    db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
        match used {
            Use::Token(id, at) => {
                tx.update_where(API_TOKENS, API_TOKENS.col("id").eq(id), vec![("last_used_at", Some(at.micros()).into())])
            }
            Use::Session(id, at) => {
                let until = at.plus_seconds(LIFETIME);
                let set = vec![("last_used_at", at.micros().into()), ("expires_at", until.micros().into())];
                tx.update_where(SESSIONS, SESSIONS.col("id").eq(id), set)
            }
        }
    })
    .await
}
