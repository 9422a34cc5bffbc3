//! Expected refusals: what a caller did that cannot be done, in the words of the compatible API.
//!
//! A refusal is a value: rules and commands return it, the web layer maps its [`Kind`] to a status. Nothing
//! that is the server's own fault is a refusal.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What sort of refusal; one status of the API each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 400: the request's content is not valid.
    Invalid,
    /// 401: no credentials.
    Unauthenticated,
    /// 403: known caller, not allowed (or unknown place: the same bytes).
    Forbidden,
    /// 404: not there, inside a scope that the caller has.
    NotFound,
    /// 405: the place does not know this method.
    MethodNotAllowed,
    /// 409: in conflict with what is stored.
    Conflict,
    /// 412: `If-Match` names another version.
    PreconditionFailed,
    /// 413: the body is over the limit.
    TooLarge,
    /// 415: a media type that is not read here.
    UnsupportedMediaType,
    /// 422: the idempotency key was used for something else.
    KeyReused,
    /// 429: over the rate limit.
    Limited {
        /// Seconds until a request is accepted again.
        retry_after: u64,
    },
}

/// A refusal with the body that the caller reads.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{kind:?}: {body}")]
pub struct Refusal {
    /// What sort.
    pub kind: Kind,
    /// The JSON body of the answer.
    pub body: Value,
}

impl Refusal {
    /// A refusal with its own body.
    pub fn new(kind: Kind, body: Value) -> Self {
        Self { kind, body }
    }

    /// 400, one field with one message: `{"field": ["message"]}`.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, json!({ name: [message.into()] }))
    }

    /// 400, several fields.
    pub fn fields(errors: BTreeMap<String, Vec<String>>) -> Self {
        Self::new(Kind::Invalid, json!(errors))
    }

    /// 400, about the fields together: `{"non_field_errors": ["message"]}`.
    pub fn non_field(message: impl Into<String>) -> Self {
        Self::field("non_field_errors", message)
    }

    /// 400 in the form `{"error": "message"}`.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, json!({ "error": message.into() }))
    }

    /// 400 in the form `{"detail": "message"}`.
    pub fn detail(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, json!({ "detail": message.into() }))
    }

    /// 401: the request carries no credentials.
    pub fn unauthenticated() -> Self {
        Self::new(Kind::Unauthenticated, json!({ "detail": "Authentication credentials were not provided." }))
    }

    /// 403: the key or session is not (or no longer) valid.
    pub fn bad_token() -> Self {
        Self::new(Kind::Forbidden, json!({ "detail": "Given API token is not valid" }))
    }

    /// 403, the same bytes for what is unknown and for what is forbidden.
    pub fn forbidden() -> Self {
        Self::new(Kind::Forbidden, json!({ "detail": "You do not have permission to perform this action." }))
    }

    /// 404: no such thing in a scope that the caller has.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, json!({ "error": "The requested resource does not exist." }))
    }

    /// 404: no such address.
    pub fn page_not_found() -> Self {
        Self::new(Kind::NotFound, json!({ "error": "Page not found." }))
    }

    /// 409 in the form `{"error": "message", "id": "existing"}`.
    pub fn taken(message: impl Into<String>, existing: uuid::Uuid) -> Self {
        Self::new(Kind::Conflict, json!({ "error": message.into(), "id": existing }))
    }
}
