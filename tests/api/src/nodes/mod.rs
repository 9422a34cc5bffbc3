//! Several processes on one database: what they tell each other, what one takes over from another, and how one goes.

mod clients;
mod drain;
mod faults;
mod hints;
mod leases;
mod limits;
mod proxy;
pub(crate) mod receiver;
mod replacing;
mod roles;
mod survival;

use std::time::Duration;

use aileron_kernel::{Clock, Random, SystemRandom};
use aileron_platform::{config::Secret, pubsub::Way};
use aileron_realtime::Settings;
use aileron_testkit::{Nats, TestApp};
use tokio::time::Instant;

const HOUR: Duration = Duration::from_hours(1);
/// How long something may take that happens at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two processes on one PostgreSQL database.
struct Two {
    one: TestApp,
    two: TestApp,
}

impl Two {
    /// They ask as often as they do by themselves, or, where they are to be told, as good as never.
    async fn new(limit: u32, poll: Option<Duration>) -> Self {
        let one = TestApp::with_rate_limit(limit).await;
        let poll = poll.unwrap_or(Settings::default().poll);
        let settings = Settings { poll, poll_seldom: HOUR, ..Settings::default() };
        let two = one.beside().with_live(settings);
        Self { one, two }
    }

    /// They tell each other what is new over the database, or over this server.
    async fn share(&self, nats: Option<&Nats>) {
        for app in [&self.one, &self.two] {
            app.share(way(app, nats));
        }
        self.meet().await;
    }

    /// Waits until they reach each other.
    async fn meet(&self) {
        until("they reach each other", || self.one.hints().reach_others() && self.two.hints().reach_others()).await;
    }
}

fn way(app: &TestApp, nats: Option<&Nats>) -> Way {
    if let Some(nats) = nats {
        return Way::Nats { url: Secret::new(nats.url()), ca_file: None };
    }
    let (clock, random): (std::sync::Arc<dyn Clock>, std::sync::Arc<dyn Random>) = (app.clock.clone(), std::sync::Arc::new(SystemRandom));
    Way::Postgres(app.database.settings(&clock, &random))
}

/// Waits until it is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
