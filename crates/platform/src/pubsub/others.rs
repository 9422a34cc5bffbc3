//! The way to the other processes: what is said here goes out, what they say comes in, and a way that is lost is looked for again.

use std::{path::PathBuf, sync::Arc, sync::atomic::Ordering, time::Duration};

use aileron_db::notices;
use aileron_kernel::{Random, random};
use tokio::time::{Instant, timeout};

use super::{Heard, Hint, Hints, Word, message::Message, nats};
use crate::{config::Secret, metrics::Metrics};

/// After so much silence a process says that it is there: everybody hears himself, and so learns that the way is open.
const BEAT: Duration = Duration::from_secs(10);
/// A way on which one does not hear oneself for so long is lost.
const SILENCE: Duration = Duration::from_secs(25);
/// How long the first word may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The first pause before a lost way is looked for again. Each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How processes tell each other.
pub enum Way {
    /// Over the PostgreSQL database of these settings.
    Postgres(aileron_db::Settings),
    /// Over NATS.
    Nats {
        /// Its servers, with a comma between them.
        url: Secret,
        /// Certificates (PEM) that theirs may come from, beside those of the public authorities.
        ca_file: Option<PathBuf>,
    },
}

enum Speaker {
    Postgres(notices::Speaker),
    Nats(async_nats::Client),
}

enum Ear {
    Postgres(notices::Ear),
    Nats(nats::Ear),
}

impl Way {
    async fn join(&self) -> Result<(Speaker, Ear), String> {
        match self {
            Self::Postgres(settings) => {
                let (speaker, ear) = notices::join(settings).await.map_err(|error| error.to_string())?;
                Ok((Speaker::Postgres(speaker), Ear::Postgres(ear)))
            }
            Self::Nats { url, ca_file } => {
                let (client, ear) = nats::join(url, ca_file.as_deref()).await?;
                Ok((Speaker::Nats(client), Ear::Nats(ear)))
            }
        }
    }
}

impl Speaker {
    async fn say(&self, message: &Message) -> Result<(), String> {
        let text = message.text().map_err(|error| error.to_string())?;
        match self {
            Self::Postgres(speaker) => speaker.say(&text).await.map_err(|error| error.to_string()),
            Self::Nats(client) => nats::say(client, text).await,
        }
    }
}

impl Ear {
    async fn next(&mut self) -> Result<Vec<u8>, String> {
        let heard = match self {
            Self::Postgres(ear) => ear.next().await.map(String::into_bytes),
            Self::Nats(ear) => ear.next().await,
        };
        heard.ok_or_else(|| "the connection was lost".to_owned())
    }
}

impl Hints {
    /// Tells the other processes what is told here, and here what they tell, until it is dropped.
    pub async fn share(&self, way: &Way, random: &dyn Random, metrics: &Metrics) {
        let own: Arc<str> = hex::encode(random::bytes::<8>(random)).into();
        let mut pause = FIRST_PAUSE;
        loop {
            let mut met = None;
            let joined = timeout(SILENCE, way.join()).await.unwrap_or_else(|_| Err("there is no answer".to_owned()));
            let lost = match joined {
                Ok((speaker, mut ear)) => match self.meet(&own, &speaker, &mut ear).await {
                    Ok(()) => {
                        met = Some(Instant::now());
                        self.set_reached(true, metrics);
                        tracing::info!("other processes are told what is new");
                        let why = tokio::select! {
                            why = self.speak(&own, &speaker, metrics) => why,
                            why = self.hear(&own, &mut ear, metrics) => why,
                        };
                        self.set_reached(false, metrics);
                        // From now on everybody asks as often as one does who is not told.
                        self.look_everywhere();
                        why
                    }
                    Err(why) => why,
                },
                Err(why) => why,
            };
            // One that breaks as soon as it is found is not run after: whoever comes back has everybody look at everything.
            if met.is_some_and(|met: Instant| met.elapsed() > SILENCE) {
                pause = FIRST_PAUSE;
            }
            tracing::warn!(why = lost, "other processes are not told what is new, and find it by asking");
            // Those who were cut off together do not come back together.
            let chance = f64::from(u16::from_le_bytes(random::bytes(random))) / f64::from(u16::MAX);
            tokio::time::sleep(pause.mul_f64(0.5 + chance)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn set_reached(&self, reached: bool, metrics: &Metrics) {
        self.0.reaches_others.store(reached, Ordering::Relaxed);
        metrics.hints_connected.set(reached.into());
    }

    /// Says that it is there and waits until it hears itself. What was said before that nobody may have heard: all look at everything,
    /// here and there.
    async fn meet(&self, own: &str, speaker: &Speaker, ear: &mut Ear) -> Result<(), String> {
        self.0.others.open();
        speaker.say(&Message::greeting(own)).await?;
        let hear_oneself = async {
            loop {
                let heard = ear.next().await?;
                if serde_json::from_slice::<Message>(&heard).is_ok_and(|message| message.from == own) {
                    return Ok(());
                }
            }
        };
        timeout(PATIENCE, hear_oneself).await.unwrap_or_else(|_| Err("one does not hear oneself".to_owned()))?;
        self.look_everywhere();
        Ok(())
    }

    /// Tells what is put into the outbox, until the way is lost: why.
    async fn speak(&self, own: &str, speaker: &Speaker, metrics: &Metrics) -> String {
        loop {
            let waiting = timeout(BEAT, self.0.others.take()).await.unwrap_or_default();
            for message in Message::of(own, waiting) {
                if let Err(why) = speaker.say(&message).await {
                    return why;
                }
                metrics.hints.with_label_values(&["told"]).inc();
            }
        }
    }

    /// Passes on what others say, until the way is lost: why.
    async fn hear(&self, own: &str, ear: &mut Ear, metrics: &Metrics) -> String {
        loop {
            match timeout(SILENCE, ear.next()).await {
                // None of us says so much at once.
                Ok(Ok(heard)) if heard.len() > notices::LONGEST => {}
                Ok(Ok(heard)) => match serde_json::from_slice::<Message>(&heard) {
                    Ok(message) if message.from == own => {}
                    Ok(message) => {
                        metrics.hints.with_label_values(&["heard"]).inc();
                        self.pass_on(message);
                    }
                    Err(error) => tracing::debug!(%error, "somebody says what is not understood"),
                },
                Ok(Err(why)) => return why,
                Err(_) => return "nothing was heard for long".to_owned(),
            }
        }
    }

    fn pass_on(&self, message: Message) {
        if message.everything {
            self.look_everywhere();
        }
        if message.jobs {
            self.0.enqueued.notify_one();
        }
        for (workspace, seq) in message.reached {
            self.pass(Heard::Hint(Hint { workspace, seq }));
        }
        let from: Arc<str> = message.from.into();
        for (topic, body) in message.words {
            let _ = self.0.words.send(Word { from: from.clone(), topic, body });
        }
    }
}
