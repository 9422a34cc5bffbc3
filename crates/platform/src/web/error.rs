//! The one place where errors become statuses and bodies.

use aileron_db as db;
use aileron_kernel::{Refusal, refusal::Kind};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// An error on its way to the caller.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ApiError(#[from] pub db::Error);

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self.0 {
            db::Error::Refused(refusal) => refused(refusal),
            db::Error::Rule { statement, source } => {
                tracing::warn!(%statement, %source, "a rule of the schema refused what the command let through");
                refused(Refusal::error("The payload is not valid"))
            }
            db::Error::Unavailable(what) => unavailable(&what),
            error @ db::Error::TimedOut => unavailable(&error.to_string()),
            db::Error::Conflict(source) => unavailable(&source.to_string()),
            error => {
                tracing::error!(error = &error as &dyn std::error::Error, "unexpected error");
                (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(json!({ "error": "Something went wrong please try again later" })))
                    .into_response()
            }
        }
    }
}

fn refused(refusal: Refusal) -> Response {
    let status = match refusal.kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Limited { .. } => StatusCode::TOO_MANY_REQUESTS,
    };
    let mut response = (status, axum::Json(refusal.body)).into_response();
    if let Kind::Limited { retry_after } = refusal.kind {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    }
    response
}

fn unavailable(what: &str) -> Response {
    tracing::warn!(what, "unavailable");
    let body = json!({ "error": "The server cannot do this right now. Try again in a moment.", "code": "UNAVAILABLE" });
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], axum::Json(body)).into_response()
}
