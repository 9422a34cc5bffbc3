//! Sockets: who has one, what they are told, and how they end.

mod hub;
mod presence;
mod seats;
mod talk;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aileron_platform::pubsub::Hints;
use tokio::sync::{Semaphore, SemaphorePermit, watch};

use hub::Rooms;
use presence::Presence;
use seats::Seats;
pub(crate) use talk::Talk;

/// How sockets are treated.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many events a client may be behind before it has to begin anew.
    pub most_behind: i64,
    /// How many sockets the server has at most: fewer than it takes connections, so that there is room for requests.
    pub sockets: usize,
    /// How many of them one account has at most.
    pub sockets_of_user: usize,
    /// How many of them read from the database at the same time. When something happens all of them want to, and requests are not to
    /// wait for that.
    pub reads: usize,
    /// How often the database is asked whether another process has written.
    pub poll: Duration,
    /// The same while other processes say so by themselves.
    pub poll_seldom: Duration,
    /// How often a socket is sent a ping.
    pub ping: Duration,
    /// For how long a client may say nothing, and not take what it is sent.
    pub silence: Duration,
    /// How often it is looked up whether the caller still may.
    pub check: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            most_behind: 20_000,
            sockets: 1_536,
            sockets_of_user: 20,
            reads: 16,
            poll: Duration::from_millis(250),
            poll_seldom: Duration::from_secs(2),
            ping: Duration::from_secs(25),
            silence: Duration::from_mins(1),
            check: Duration::from_mins(1),
        }
    }
}

/// All sockets of this process. Cloning is cheap.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    settings: Settings,
    hints: Hints,
    rooms: Rooms,
    seats: Seats,
    presence: Presence,
    turns: Semaphore,
    is_leaving: AtomicBool,
    stop: watch::Sender<bool>,
}

impl Live {
    /// None yet. Hints come from commits of this process; [`Live::run`] listens to them.
    pub fn new(hints: Hints, settings: Settings) -> Self {
        let seats = Seats::new(settings.sockets, settings.sockets_of_user);
        let (presence, turns) = (Presence::new(hints.clone()), Semaphore::new(settings.reads.max(1)));
        let (rooms, stop) = (Rooms::default(), watch::channel(false).0);
        Self(Arc::new(Inner { settings, hints, rooms, seats, presence, turns, is_leaving: AtomicBool::new(false), stop }))
    }

    /// How sockets are treated.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// How many sockets there are.
    pub fn sockets(&self) -> usize {
        self.0.seats.taken()
    }

    /// Waits for one's turn to read from the database.
    async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.0.turns.acquire().await.ok()
    }

    /// Takes no sockets any more: the process is about to stop.
    pub fn leave(&self) {
        self.0.is_leaving.store(true, Ordering::Relaxed);
    }

    /// Whether the process is about to stop.
    pub fn is_leaving(&self) -> bool {
        self.0.is_leaving.load(Ordering::Relaxed)
    }

    /// Closes all sockets, and waits until they are.
    pub async fn stop(&self) {
        self.0.stop.send_replace(true);
        self.0.seats.emptied().await;
    }
}
