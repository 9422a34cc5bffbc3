//! How many sockets there are, of whom.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aileron_db::Error;
use aileron_kernel::{Refusal, Uuid, refusal::Kind};
use serde_json::json;
use tokio::sync::watch;

/// After so many seconds somebody refused may try again.
const PAUSE: u64 = 30;

/// The places for sockets.
pub(super) struct Seats {
    most: usize,
    most_of_user: usize,
    of_users: Arc<Mutex<HashMap<Uuid, usize>>>,
    taken: watch::Sender<usize>,
}

/// A place for a socket, free again when this is dropped.
pub(crate) struct Place {
    user: Uuid,
    of_users: Arc<Mutex<HashMap<Uuid, usize>>>,
    taken: watch::Sender<usize>,
}

impl Seats {
    pub(super) fn new(most: usize, most_of_user: usize) -> Self {
        Self { most, most_of_user, of_users: Arc::default(), taken: watch::channel(0).0 }
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        *self.taken.borrow()
    }

    /// Takes a place. Refuses with 429 the account that has too many, and with 503 where there is none.
    pub(super) fn take(&self, user: Uuid) -> Result<Place, Error> {
        let mut of_users = self.of_users.lock().unwrap_or_else(PoisonError::into_inner);
        if of_users.values().sum::<usize>() >= self.most {
            return Err(Error::Unavailable("there are too many sockets".to_owned()));
        }
        let own = of_users.entry(user).or_default();
        if *own >= self.most_of_user {
            let body = json!({ "error": format!("An account has at most {} live connections at a time.", self.most_of_user) });
            return Err(Refusal::new(Kind::Limited { retry_after: PAUSE }, body).into());
        }
        *own += 1;
        self.taken.send_modify(|taken| *taken += 1);
        Ok(Place { user, of_users: self.of_users.clone(), taken: self.taken.clone() })
    }

    /// Waits until all are free.
    pub(super) async fn emptied(&self) {
        let _ = self.taken.subscribe().wait_for(|taken| *taken == 0).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut of_users = self.of_users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = of_users.get_mut(&self.user) {
            *own -= 1;
            if *own == 0 {
                of_users.remove(&self.user);
            }
        }
        self.taken.send_modify(|taken| *taken -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn places_are_few_and_free_again_afterwards() {
        let seats = Seats::new(3, 2);
        let [one, two, three] = [1, 2, 3].map(Uuid::from_u128);
        let own = [seats.take(one).unwrap(), seats.take(one).unwrap()];
        assert!(matches!(seats.take(one), Err(Error::Refused(Refusal { kind: Kind::Limited { .. }, .. }))));
        let other = seats.take(two).unwrap();
        assert!(matches!(seats.take(three), Err(Error::Unavailable(_))));
        drop(own);
        assert_eq!(seats.taken(), 1);
        drop(seats.take(one).unwrap());
        drop(other);
        seats.emptied().await;
        assert!(seats.of_users.lock().unwrap().is_empty());
    }
}
