//! Versions of rows: the `ETag` of an answer, which a later change can send back as `If-Match`.

use std::convert::Infallible;

use aileron_kernel::{Refusal, refusal::Kind};
use aileron_platform::web::Json;
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use serde_json::json;

/// The `If-Match` of a request: which versions of the row a change is meant for. Without the header: any.
#[derive(Clone, Debug, Default)]
pub struct IfMatch(Option<String>);

impl IfMatch {
    /// Refuses with 412 a change of a row that has another version by now. `what` names the row to people.
    pub fn check(&self, version: i64, what: &str) -> Result<(), Refusal> {
        match &self.0 {
            Some(tags) if !names(tags, version) => {
                let body = json!({ "error": format!("The {what} has changed since it was read."), "version": version });
                Err(Refusal::new(Kind::PreconditionFailed, body))
            }
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default().to_owned())))
    }
}

/// An answer with the version of its row as `ETag`.
pub fn tagged((version, body): (i64, Json)) -> Response {
    let tag = HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("*"));
    ([(header::ETAG, tag)], body).into_response()
}

/// Whether an `If-Match` names this version.
fn names(tags: &str, version: i64) -> bool {
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/").trim_matches('"') == version.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_goes_through_for_the_version_that_was_read() {
        for (tags, allowed) in [("\"7\"", true), ("W/\"7\"", true), ("*", true), ("\"6\", \"7\"", true), ("\"8\"", false), ("", false)] {
            assert_eq!(IfMatch(Some(tags.to_owned())).check(7, "row").is_ok(), allowed, "{tags}");
        }
        assert!(IfMatch::default().check(7, "row").is_ok());
    }
}
