//! Request bodies, read whole and bounded, judged only once the caller's right is proved.

use std::{sync::Arc, time::Duration};

use aileron_kernel::{Fields, Refusal, refusal::Kind};
use axum::{
    body::{Bytes, HttpBody as _},
    extract::{FromRequest, Request},
    http::header,
};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The bytes of a body. What is wrong with them is said by [`Body::fields`], after the caller's right was checked.
#[derive(Clone, Debug)]
pub struct Body {
    bytes: Result<Bytes, Refusal>,
    is_json: bool,
    is_form: bool,
    /// What [`Body::json`] says, where it was made out before.
    unpacked: Option<Arc<Result<Value, Refusal>>>,
    /// Its place in memory, for as long as it is there.
    _room: Option<Arc<SemaphorePermit<'static>>>,
}

/// Memory for bodies, in KiB. Each is read whole before anybody knows who sent it, so all of them together are bounded.
static ROOM: Semaphore = Semaphore::const_new(128 << 10);
/// A body of unknown length takes so much of it.
const UNKNOWN: u64 = 6 << 20;
/// How long a body waits for room.
const WAIT: Duration = Duration::from_secs(5);

/// Room for a body of so many bytes, if it is known; without a body none is needed.
async fn room(bytes: Option<u64>) -> Result<Option<Arc<SemaphorePermit<'static>>>, Refusal> {
    if bytes == Some(0) {
        return Ok(None);
    }
    let kib = u32::try_from(bytes.unwrap_or(UNKNOWN).min(UNKNOWN).div_ceil(1024)).unwrap_or(1);
    match tokio::time::timeout(WAIT, ROOM.acquire_many(kib)).await {
        Ok(Ok(permit)) => Ok(Some(Arc::new(permit))),
        _ => Err(Refusal::new(
            Kind::Limited { retry_after: 2 },
            json!({ "detail": "Too much is being sent at once. Try again in a moment." }),
        )),
    }
}

impl Body {
    /// The same with its JSON read already, so that [`Body::json`] costs no more than a copy.
    #[must_use]
    pub fn unpacked(self) -> Self {
        let unpacked = Some(Arc::new(self.json()));
        Self { unpacked, ..self }
    }

    /// Whether its JSON was read already.
    pub const fn is_unpacked(&self) -> bool {
        self.unpacked.is_some()
    }

    /// The body as sent; empty where it could not be read.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_default()
    }

    /// Whether the body is a form, whose values are all texts.
    pub const fn is_form(&self) -> bool {
        self.is_form
    }

    /// The body as one JSON value. Without a body: an empty object.
    pub fn json(&self) -> Result<Value, Refusal> {
        if let Some(unpacked) = &self.unpacked {
            return Result::clone(unpacked);
        }
        let bytes = self.bytes.as_ref().map_err(Clone::clone)?;
        if bytes.is_empty() {
            return Ok(json!({}));
        }
        if self.is_form {
            // As recorded: each value of a form is a list, which no plain field takes.
            let pairs = super::query::pairs(&String::from_utf8_lossy(bytes));
            return Ok(Value::Object(pairs.into_iter().map(|(name, value)| (name, json!([value]))).collect()));
        }
        if !self.is_json {
            return Err(Refusal::new(Kind::UnsupportedMediaType, json!({ "detail": "Unsupported media type in request." })));
        }
        serde_json::from_slice(bytes).map_err(|error| malformed(bytes, &error))
    }

    /// The fields of the body, which must be a JSON object.
    pub fn fields(&self) -> Result<Fields, Refusal> {
        Fields::of(self.json()?)
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let is_json = essence.is_empty() || essence == "application/json" || essence.ends_with("+json");
        let is_form = essence == "application/x-www-form-urlencoded";
        let size = request.body().size_hint().exact();
        let room = match room(size).await {
            Ok(room) => room,
            Err(crowded) => return Ok(Self { bytes: Err(crowded), is_json, is_form, unpacked: None, _room: None }),
        };
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            if error.into_response_status() == 413 {
                Refusal::new(
                    Kind::TooLarge,
                    json!({ "error": "REQUEST_BODY_TOO_LARGE", "detail": "The size of the request body exceeds the maximum allowed size." }),
                )
            } else {
                Refusal::detail("The request body could not be read.")
            }
        });
        Ok(Self { bytes, is_json, is_form, unpacked: None, _room: room })
    }
}

/// What is wrong with a body that is no JSON: in the recorded words where the name of a member is missing, else in those of our parser.
fn malformed(bytes: &[u8], error: &serde_json::Error) -> Refusal {
    let (said, ends_open) = (error.to_string(), bytes.trim_ascii_end().ends_with(b"{"));
    let read = if said.starts_with("EOF while parsing an object") && ends_open {
        bytes
    } else if said.starts_with("key must be a string") {
        let lines_before: usize = bytes.split_inclusive(|byte| *byte == b'\n').take(error.line() - 1).map(<[u8]>::len).sum();
        bytes.get(..lines_before + error.column() - 1).unwrap_or(bytes)
    } else {
        return Refusal::detail(format!("JSON parse error - {said}"));
    };
    let read = String::from_utf8_lossy(read);
    let (line, column) = (read.matches('\n').count() + 1, read.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
    let place = format!("line {line} column {column} (char {})", read.chars().count());
    Refusal::detail(format!("JSON parse error - Expecting property name enclosed in double quotes: {place}"))
}

/// The status that a rejection stands for.
trait Status {
    fn into_response_status(self) -> u16;
}

impl<R: axum::response::IntoResponse> Status for R {
    fn into_response_status(self) -> u16 {
        self.into_response().status().as_u16()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> String {
        let error = serde_json::from_str::<Value>(body).unwrap_err();
        malformed(body.as_bytes(), &error).body["detail"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_name_that_is_missing_is_said_as_recorded() {
        let at = |place: &str| format!("JSON parse error - Expecting property name enclosed in double quotes: {place}");
        assert_eq!(said("{"), at("line 1 column 2 (char 1)"));
        assert_eq!(said("{\"ä\": {\n"), at("line 2 column 1 (char 8)"));
        assert_eq!(said("{\n  name: 1}"), at("line 2 column 3 (char 4)"));
        assert_eq!(said("{\"a\": 1"), "JSON parse error - EOF while parsing an object at line 1 column 7");
        assert_eq!(said("[1,"), "JSON parse error - EOF while parsing a value at line 1 column 3");
    }
}
