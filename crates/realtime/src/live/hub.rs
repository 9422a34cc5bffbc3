//! How far each workspace has got that somebody listens to: from hints, and by asking for what nobody gave a hint of.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aileron_db::{self as db, Db, Unscoped, id_in, schema::WORKSPACES};
use aileron_kernel::Uuid;
use aileron_platform::pubsub::{Heard, Hint};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};

use super::{Live, presence, seats::Place};

/// The workspaces that somebody listens to, with the place that each has reached as far as it is known. A listener who is busy finds
/// the newest place when he has time, and nothing of what was before.
#[derive(Default)]
pub(super) struct Rooms(Mutex<HashMap<Uuid, watch::Sender<i64>>>);

impl Rooms {
    fn all(&self) -> MutexGuard<'_, HashMap<Uuid, watch::Sender<i64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, workspace: Uuid) -> watch::Receiver<i64> {
        self.all().entry(workspace).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Closes the rooms that everybody has left.
    fn sweep(&self) {
        self.all().retain(|_, room| room.receiver_count() > 0);
    }

    /// Takes in what the database says, whatever hints said: they may have come from a liar, or from before a backup was restored.
    fn stands_at(&self, workspace: Uuid, seq: i64) {
        if let Some(room) = self.all().get(&workspace) {
            room.send_if_modified(|known| std::mem::replace(known, seq) != seq);
        }
    }

    fn reached(&self, Hint { workspace, seq }: Hint) {
        if let Some(room) = self.all().get(&workspace) {
            room.send_if_modified(|known| {
                let is_news = seq > *known;
                *known = seq.max(*known);
                is_news
            });
        }
    }

    fn open(&self) -> Vec<Uuid> {
        self.all().keys().copied().collect()
    }
}

/// What a socket holds of the process while it is open.
pub(crate) struct Seat {
    pub(super) workspace: Uuid,
    pub(super) user: Uuid,
    pub(super) reached: watch::Receiver<i64>,
    _place: Place,
}

impl Live {
    /// Takes a place for a socket of this account in this workspace.
    pub(crate) fn sit(&self, workspace: Uuid, user: Uuid) -> db::Result<Seat> {
        if self.is_leaving() {
            return Err(db::Error::Unavailable("the server is about to stop".to_owned()));
        }
        let place = self.0.seats.take(user)?;
        Ok(Seat { workspace, user, reached: self.0.rooms.enter(workspace), _place: place })
    }

    /// Follows what this process and others write, until it is dropped.
    pub async fn run(&self, db: Db) {
        let (mut listener, mut words) = (self.0.hints.listen(), self.0.hints.words());
        let mut again = interval(presence::AGAIN);
        again.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut due = Instant::now();
        loop {
            tokio::select! {
                heard = listener.next() => match heard {
                    Some(Heard::Hint(hint)) => self.0.rooms.reached(hint),
                    Some(Heard::Everything) => {
                        due = Instant::now();
                        self.0.presence.again();
                    }
                    None => return,
                },
                Some(word) = words.about(presence::TOPIC) => self.0.presence.hear(word),
                _ = again.tick() => self.0.presence.again(),
                () = sleep_until(due) => {
                    self.ask(&db).await;
                    let settings = self.0.settings;
                    due = Instant::now() + if self.0.hints.reach_others() { settings.poll_seldom } else { settings.poll };
                }
            }
        }
    }

    /// Asks how far the workspaces have got, one statement for all of them.
    async fn ask(&self, db: &Db) {
        self.0.rooms.sweep();
        let open = self.0.rooms.open();
        if open.is_empty() {
            return;
        }
        let read = db.read(move |session| {
            let mut tx = session.unscoped(Unscoped::Job)?;
            let select = tx.from(WORKSPACES).filter(id_in(WORKSPACES, "id", &open)).expr(WORKSPACES.col("id")).expr(WORKSPACES.col("seq"));
            tx.all::<(Uuid, i64)>(&select)
        });
        match read.await {
            Ok(places) => places.into_iter().for_each(|(workspace, seq)| self.0.rooms.stands_at(workspace, seq)),
            Err(error) => tracing::debug!(%error, "it is not known how far the workspaces have got"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_busy_listener_finds_the_newest_place() {
        let rooms = Rooms::default();
        let [one, two] = [1, 2].map(Uuid::from_u128);
        let mut listener = rooms.enter(one);
        for seq in [3, 5, 4] {
            rooms.reached(Hint { workspace: one, seq });
            rooms.reached(Hint { workspace: two, seq: 9 });
        }
        listener.changed().await.unwrap();
        assert_eq!(*listener.borrow_and_update(), 5);
        rooms.reached(Hint { workspace: one, seq: 5 });
        assert!(!listener.has_changed().unwrap());
        rooms.reached(Hint { workspace: one, seq: i64::MAX });
        rooms.stands_at(one, 5);
        listener.borrow_and_update();
        rooms.reached(Hint { workspace: one, seq: 6 });
        assert!(listener.has_changed().unwrap(), "a hint that lied kept nothing back");
        drop(listener);
        rooms.sweep();
        assert!(rooms.open().is_empty());
    }
}
