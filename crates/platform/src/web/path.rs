//! What a path names. An id that is none is an address that does not exist.

use aileron_kernel::Refusal;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use super::ApiError;

/// The parameters of a path, for instance `PathOf<(String, Uuid)>`.
#[derive(Clone, Copy, Debug)]
pub struct PathOf<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathOf<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        // No name holds this character, and not every database can be asked about it.
        if parts.uri.path().contains("%00") {
            return Err(Refusal::page_not_found().into());
        }
        Path::<T>::from_request_parts(parts, state).await.map(|path| Self(path.0)).map_err(|_| Refusal::page_not_found().into())
    }
}
