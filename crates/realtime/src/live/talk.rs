//! One socket from its beginning to its end.
//!
//! Nothing is kept for a client: a frame is made when the one before has been taken, of all that happened meanwhile. One who is so
//! far behind that this would be more than a frame is told to ask for it.

use aileron_db::Error;
use aileron_identity::Call;
use aileron_kernel::{Action, Refusal, Uuid, random, refusal::Kind};
use aileron_tracker::sync::{self, Frame, Reason, Since};
use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
};
use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{Live, hub::Seat, presence::Looking};
use crate::wire::{Anew, CatchUp, Looker, Lookers, Present, Said};

/// How many messages a client may send between two pings.
const MOST_SAID: u32 = 200;

/// Why a socket is closed: the code that the client sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It is gone, or does not answer.
    Gone,
    /// The server stops.
    Stopping,
    /// The database cannot be reached.
    Unavailable,
    /// The client has to begin anew.
    Anew,
    /// It said something that is not understood, or too much.
    NotUnderstood,
    /// The session has ended, the token was revoked.
    SignedOut,
    /// The caller is no member any more.
    Forbidden,
}

impl End {
    const fn code(self) -> Option<u16> {
        match self {
            Self::Gone => None,
            Self::Stopping => Some(1001),
            Self::Unavailable => Some(1013),
            Self::Anew => Some(4000),
            Self::NotUnderstood => Some(4400),
            Self::SignedOut => Some(4401),
            Self::Forbidden => Some(4403),
        }
    }
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) if refusal.kind == Kind::Unauthenticated || refusal == Refusal::bad_token() => Self::SignedOut,
            Error::Refused(_) => Self::Forbidden,
            error => {
                tracing::warn!(%error, "a socket is closed");
                Self::Unavailable
            }
        }
    }
}

/// What is known of one socket.
pub(crate) struct Talk {
    live: Live,
    call: Call,
    slug: String,
    seat: Seat,
    knows_schema: bool,
    /// The place of the last frame that was sent.
    sent: i64,
    /// The place up to which there was nothing to send.
    seen: i64,
    /// Whether there may be something to tell.
    is_due: bool,
    /// Whether the client is catching up by itself.
    is_catching_up: bool,
    looking: Option<Looking>,
    session: String,
    said: u32,
}

impl Talk {
    /// The longest message that is read, in bytes.
    pub(crate) const LONGEST: usize = 4 << 10;

    /// A socket of this caller, who has the log up to a place and may or may not know rows of this form.
    pub(crate) fn new(live: Live, call: Call, slug: String, (since, knows_schema): (i64, bool), seat: Seat) -> Self {
        let session = hex::encode(random::bytes::<8>(call.context().random.as_ref()));
        Self {
            live,
            call,
            slug,
            seat,
            knows_schema,
            sent: since,
            seen: since,
            is_due: true,
            is_catching_up: false,
            looking: None,
            session,
            said: 0,
        }
    }

    /// Talks until one side ends it.
    pub(crate) async fn run(mut self, mut socket: WebSocket) {
        let mut stop = self.live.0.stop.subscribe();
        let end = tokio::select! {
            end = self.talk(&mut socket) => end,
            _ = stop.wait_for(|stop| *stop) => End::Stopping,
        };
        if let Some(code) = end.code() {
            let close = Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::default() }));
            let _ = timeout(self.live.settings().ping, socket.send(close)).await;
        }
    }

    async fn talk(&mut self, socket: &mut WebSocket) -> End {
        let settings = *self.live.settings();
        let (mut ping, mut check) = (interval(settings.ping), interval(settings.check));
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ping.reset();
        check.reset();
        let mut heard = Instant::now();
        loop {
            if self.is_due && !self.is_catching_up {
                self.is_due = false;
                if let Err(end) = self.tell(socket).await {
                    return end;
                }
            }
            let done = tokio::select! {
                message = socket.recv() => {
                    heard = Instant::now();
                    self.hear(message).await
                }
                changed = self.seat.reached.changed() => {
                    self.is_due = true;
                    changed.map_err(|_| End::Stopping)
                }
                () = news(&mut self.looking) => self.tell_lookers(socket).await,
                _ = check.tick() => self.check().await,
                _ = ping.tick() => {
                    self.said = 0;
                    if heard.elapsed() > settings.silence { Err(End::Gone) } else { self.keep_up(socket).await }
                }
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// Sends what happened since the last frame, if any of it is the caller's to see.
    async fn tell(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        if !self.knows_schema {
            return self.begin_anew(socket, Reason::Schema).await;
        }
        let (seen, most) = (self.seen, self.live.settings().most_behind);
        let turn = self.live.turn().await;
        let read = self.call.clone().workspace(self.slug.clone(), Action::SyncRead).read(move |tx| sync::since_at_once(tx, seen, most));
        let read = read.await;
        drop(turn);
        match read.map_err(|error| End::from(error.0))? {
            Some(Since::Anew(reason)) => self.begin_anew(socket, reason).await,
            None | Some(Since::Frame(Frame { more: true, .. })) => {
                self.is_catching_up = true;
                self.send(socket, &CatchUp { catch_up: true }).await
            }
            Some(Since::Frame(mut frame)) => {
                self.seen = frame.seq;
                if frame.changes.is_empty() && frame.mutations.is_empty() {
                    return Ok(());
                }
                frame.prev = std::mem::replace(&mut self.sent, frame.seq);
                self.send(socket, &frame).await
            }
        }
    }

    async fn begin_anew(&self, socket: &mut WebSocket, reason: Reason) -> Result<(), End> {
        self.send(socket, &Anew::from(reason)).await?;
        Err(End::Anew)
    }

    /// Tells a client for whom there was nothing how far that is, and asks whether it is there. Browsers see no pings: by this frame
    /// they know that the server still is.
    async fn keep_up(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        let seq = if self.is_catching_up { self.sent } else { self.seen };
        let prev = std::mem::replace(&mut self.sent, seq);
        let frame = Frame { prev, seq, more: false, changes: Vec::new(), mutations: Vec::new() };
        self.send(socket, &frame).await?;
        self.pass(socket, Message::Ping(Bytes::new())).await
    }

    async fn tell_lookers(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        let Some(looking) = &mut self.looking else { return Ok(()) };
        let users = looking.lookers.borrow_and_update().clone();
        let topic = format!("item:{}", looking.item);
        self.send(socket, &Present { presence: Lookers { topic: &topic, users: &users } }).await
    }

    /// Looks up whether the caller still may, and whether he still sees what he looks at.
    async fn check(&mut self) -> Result<(), End> {
        let item = self.looking.as_ref().map(|looking| looking.item);
        let turn = self.live.turn().await;
        let read = self.call.clone().workspace(self.slug.clone(), Action::SyncRead).read(move |tx| match item {
            Some(item) => sync::sees(tx, item),
            None => Ok(false),
        });
        let read = read.await;
        drop(turn);
        if !read.map_err(|error| End::from(error.0))? {
            self.looking = None;
        }
        Ok(())
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Binary(_))) => return Err(End::NotUnderstood),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
        };
        self.said += 1;
        if self.said > MOST_SAID {
            return Err(End::NotUnderstood);
        }
        match serde_json::from_str(&text).map_err(|_| End::NotUnderstood)? {
            Said::Presence(look) => self.look(look.item().map_err(|()| End::NotUnderstood)?).await,
            Said::Since(place) if place >= 0 && self.is_catching_up => {
                (self.sent, self.seen) = (place, place);
                (self.is_catching_up, self.is_due) = (false, true);
                Ok(())
            }
            Said::Since(_) => Err(End::NotUnderstood),
        }
    }

    /// Looks at an item that the caller sees, or at nothing.
    async fn look(&mut self, item: Option<Uuid>) -> Result<(), End> {
        self.looking = None;
        let Some(item) = item else { return Ok(()) };
        let read = self.call.clone().workspace(self.slug.clone(), Action::SyncRead).read(move |tx| sync::sees(tx, item));
        if read.await.map_err(|error| End::from(error.0))? {
            let looker = Looker { user: self.seat.user, session: self.session.clone() };
            self.looking = Some(self.live.0.presence.look(self.seat.workspace, item, looker));
        }
        Ok(())
    }

    async fn send(&self, socket: &mut WebSocket, value: &impl Serialize) -> Result<(), End> {
        let text = serde_json::to_string(value).map_err(|error| End::from(Error::Inconsistent(error.to_string())))?;
        self.pass(socket, Message::Text(text.into())).await
    }

    /// Hands a message over; a client that does not take it for long is gone.
    async fn pass(&self, socket: &mut WebSocket, message: Message) -> Result<(), End> {
        match timeout(self.live.settings().silence, socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}

/// Waits until somebody else looks at the same, or no longer does.
async fn news(looking: &mut Option<Looking>) {
    let changed = match looking {
        Some(looking) => looking.lookers.changed().await.is_ok(),
        None => false,
    };
    if !changed {
        std::future::pending::<()>().await;
    }
}
