//! One try to send a delivery: the request, its signatures, and how it went.

use std::time::Duration;

use aileron_db::{self as db, Value as Column, WorkspaceScope, WriteTx, schema::WEBHOOK_ATTEMPTS};
use aileron_kernel::{Time, Uuid};
use aileron_platform::{
    outgoing::{Answer, Limits, Outgoing, OutgoingError, Request},
    sealed::{SealError, Sealer},
};
use axum::http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value, json};

use super::signature::{self, SealedSecret};

/// How much of an answer is kept, in bytes.
const KEPT: usize = 16 << 10;
/// How long a receiver has for its answer.
const PATIENCE: Duration = Duration::from_secs(15);

aileron_db::row! {
    /// A delivery that is due.
    #[derive(Clone, Debug)]
    pub(super) struct Due {
        pub(super) id: Uuid,
        pub(super) message_id: Uuid,
        pub(super) event: String,
        pub(super) payload: String,
        pub(super) attempts: i64,
    }
}

/// Where deliveries go, and with which secrets they are signed, the newest first.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) url: String,
    pub(super) secrets: Vec<SealedSecret>,
}

/// How a try went.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    /// What was sent.
    pub(super) due: Due,
    at: Time,
    millis: i64,
    request_headers: Value,
    outcome: Outcome,
}

#[derive(Clone, Debug)]
enum Outcome {
    Answered { status: u16, headers: Value, body: String },
    Failed(String),
}

/// The columns of a try in the log.
const COLUMNS: [&str; 10] = [
    "id",
    "delivery_id",
    "number",
    "started_at",
    "millis",
    "request_headers",
    "response_status",
    "response_headers",
    "response_body",
    "error",
];

impl Tried {
    /// Sends a delivery.
    pub(super) async fn of(outgoing: &Outgoing, sealer: &Sealer, target: &Target, due: Due, at: Time) -> Self {
        let (id, seconds) = (due.message_id.to_string(), at.seconds());
        let mut request = Request::post(&target.url, due.payload.clone());
        request.headers = headers(&[
            ("content-type", "application/json"),
            ("accept", "*/*"),
            ("x-plane-delivery", &id),
            ("x-plane-event", &due.event),
            ("webhook-id", &id),
            ("webhook-timestamp", &seconds.to_string()),
        ]);
        let request_headers = shown(&request.headers);
        request.limits = Limits { total: PATIENCE, body: KEPT, ..Limits::default() };
        let started = tokio::time::Instant::now();
        let outcome = match signatures(sealer, target, &due.payload, (&id, seconds)) {
            Ok(signatures) => {
                request.headers.extend(signatures);
                outgoing.send(request).await.into()
            }
            Err(error) => Outcome::Failed(error.to_string()),
        };
        let millis = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        Self { due, at, millis, request_headers, outcome }
    }

    /// Whether the receiver took it: any answer of success, and no redirect.
    pub(super) const fn is_taken(&self) -> bool {
        matches!(self.outcome, Outcome::Answered { status: 200..=299, .. })
    }

    /// Which try it was; the first is 1.
    pub(super) const fn number(&self) -> i64 {
        self.due.attempts + 1
    }

    fn row(&self, id: Uuid) -> Vec<Column> {
        let (status, headers, body, error) = match &self.outcome {
            Outcome::Answered { status, headers, body } => (Some(i64::from(*status)), headers.clone(), body.clone(), None),
            Outcome::Failed(error) => (None, json!({}), String::new(), Some(error.clone())),
        };
        vec![
            id.into(),
            self.due.id.into(),
            self.number().into(),
            self.at.micros().into(),
            self.millis.into(),
            self.request_headers.clone().into(),
            status.into(),
            headers.into(),
            body.into(),
            error.into(),
        ]
    }
}

/// Writes into the log how tries went.
pub(super) fn keep(tx: &mut WriteTx<'_, WorkspaceScope>, tried: &[&Tried]) -> db::Result<()> {
    let rows = tried.iter().map(|tried| tried.row(tx.new_id())).collect();
    tx.insert_rows(WEBHOOK_ATTEMPTS, &COLUMNS, rows)
}

impl From<Result<Answer, OutgoingError>> for Outcome {
    fn from(sent: Result<Answer, OutgoingError>) -> Self {
        match sent {
            Ok(answer) => Self::Answered {
                status: answer.status.as_u16(),
                headers: shown(&answer.headers),
                body: String::from_utf8_lossy(&answer.body).replace('\0', ""),
            },
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

/// The headers that prove who sent it.
fn signatures(sealer: &Sealer, target: &Target, body: &str, (id, seconds): (&str, i64)) -> Result<HeaderMap, SealError> {
    let secrets = target.secrets.iter().map(|secret| secret.open(sealer)).collect::<Result<Vec<_>, _>>()?;
    let newest = secrets.first().map(|secret| signature::compatible(secret, body)).unwrap_or_default();
    let all = signature::standard(secrets.iter().map(String::as_str), id, seconds, body);
    Ok(headers(&[("x-plane-signature", &newest), ("webhook-signature", &all)]))
}

/// Headers of these names; values that cannot be one are left out.
fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().filter_map(|(name, value)| Some((header::HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))).collect()
}

/// Headers as the log keeps them.
fn shown(headers: &HeaderMap) -> Value {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).replace('\0', "");
    Value::Object(headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value).into())).collect::<Map<_, _>>())
}
