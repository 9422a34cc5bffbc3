//! Answers.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// A JSON answer that was already written, inside the transaction that read it.
#[derive(Debug)]
pub struct Json(pub Vec<u8>);

impl Json {
    /// Writes a value.
    pub fn of<T: Serialize>(value: &T) -> Result<Self, aileron_db::Error> {
        serde_json::to_vec(value).map(Self).map_err(|error| aileron_db::Error::Inconsistent(error.to_string()))
    }
}

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.0).into_response()
    }
}

/// 200 with a body.
pub fn ok(body: Json) -> Response {
    body.into_response()
}

/// 201 with a body.
pub fn created(body: Json) -> Response {
    (StatusCode::CREATED, body).into_response()
}

/// 204.
pub fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}
