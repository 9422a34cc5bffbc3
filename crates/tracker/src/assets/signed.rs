//! Forms and addresses that are good without credentials, for one file and one hour.

use std::{sync::Arc, time::Duration};

use aileron_db as db;
use aileron_identity::Context;
use aileron_kernel::{Refusal, Time, Uuid};
use aileron_platform::{
    blobs::BlobError,
    files::{Files, GOOD_FOR, Permit},
    web::ApiError,
};
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::model::{Asset, not_uploaded};

const UPLOAD: &str = "upload form";
const DOWNLOAD: &str = "download address";

/// Whose row it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of a workspace.
    Workspace {
        /// The workspace.
        workspace: Uuid,
        /// The row.
        id: Uuid,
    },
    /// A picture of an account.
    User {
        /// The account.
        user: Uuid,
        /// The row.
        id: Uuid,
    },
}

impl Place {
    /// The field `key` of a form.
    pub fn key(self) -> String {
        match self {
            Self::Workspace { workspace, id } => format!("workspaces/{workspace}/{id}"),
            Self::User { user, id } => format!("users/{user}/{id}"),
        }
    }

    /// The place that a field `key` names.
    pub fn parse(key: &str) -> Option<Self> {
        let mut parts = key.split('/');
        let (kind, owner, id) = (parts.next()?, Uuid::try_parse(parts.next()?).ok()?, Uuid::try_parse(parts.next()?).ok()?);
        let place = match kind {
            "workspaces" => Self::Workspace { workspace: owner, id },
            "users" => Self::User { user: owner, id },
            _ => return None,
        };
        // Only as we write it, so that there is one key a row.
        (place.key() == key).then_some(place)
    }

    /// Whose folder of the store the file goes to.
    pub const fn owner(self) -> Uuid {
        match self {
            Self::Workspace { workspace, .. } => workspace,
            Self::User { user, .. } => user,
        }
    }
}

/// A form to be sent with the file, the file last.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UploadForm {
    /// Where to POST it, as multipart/form-data.
    #[schema(example = "https://aileron.example.com/api/v1/assets/upload/")]
    pub url: String,
    /// The fields before the field `file`.
    #[schema(value_type = Object)]
    pub fields: Value,
}

/// What a sent form says, apart from the file.
#[derive(Clone, Debug, Default)]
pub(super) struct SentForm {
    pub(super) key: String,
    pub(super) content_type: String,
    pub(super) size: String,
    pub(super) expires: String,
    pub(super) signature: String,
}

/// Makes forms and addresses for one request.
#[derive(Clone, Debug)]
pub struct Signing {
    files: Arc<Files>,
    base: String,
}

impl Signing {
    /// With addresses under the one that people reach the server by: as configured, else as this request was sent to.
    pub fn new(context: &Context, headers: &HeaderMap) -> Self {
        Self { files: context.files.clone(), base: context.address(headers) }
    }

    /// The largest file, in bytes.
    pub fn largest(&self) -> u64 {
        self.files.largest
    }

    /// The form for a row.
    pub fn form(&self, place: Place, content_type: &str, size: i64, now: Time) -> UploadForm {
        let (key, size) = (place.key(), size.to_string());
        let permit = self.files.permit(UPLOAD, &permitted(&key, content_type, &size), now);
        let fields = json!({
            "Content-Type": content_type,
            "key": key,
            "size": size,
            "expires": permit.expires.to_string(),
            "signature": permit.signature,
        });
        UploadForm { url: format!("{}/api/v1/assets/upload/", self.base), fields }
    }

    /// An address that serves this file for an hour: the bucket's, or one of ours.
    pub async fn address(&self, asset: &Asset, now: Time) -> Result<String, ApiError> {
        let download = asset.download().ok_or_else(not_uploaded)?;
        let valid_for = Duration::from_secs(u64::try_from(GOOD_FOR).unwrap_or(0));
        let of_bucket = self.files.blobs.signed_url(download.key, valid_for).await.map_err(failed)?;
        Ok(of_bucket.unwrap_or_else(|| self.own_address(asset, now)))
    }

    fn own_address(&self, asset: &Asset, now: Time) -> String {
        let what = Place::Workspace { workspace: asset.workspace_id, id: asset.id }.key();
        let Permit { expires, signature } = self.files.permit(DOWNLOAD, &what, now);
        let path = format!("/api/v1/assets/files/{}/{}/", asset.workspace_id, asset.id);
        format!("{}{path}?expires={expires}&signature={signature}", self.base)
    }
}

/// What a failure of the store is to the caller: a file that is gone is 404, anything else may be over in a moment.
pub fn failed(error: BlobError) -> ApiError {
    match error {
        BlobError::NotFound => Refusal::not_found().into(),
        other => {
            tracing::error!(error = &other as &dyn std::error::Error, "the store of files failed");
            ApiError(db::Error::Unavailable("the store of files failed".to_owned()))
        }
    }
}

fn permitted(key: &str, content_type: &str, size: &str) -> String {
    format!("{key}\n{content_type}\n{size}")
}

/// The place that a form is good for, and how many bytes it may bring. Nothing where the form is not ours, changed, or too old.
pub(super) fn accepted(files: &Files, form: &SentForm, now: Time) -> Option<(Place, u64)> {
    let permit = Permit { expires: form.expires.parse().ok()?, signature: form.signature.clone() };
    let is_ours = files.permits(UPLOAD, &permitted(&form.key, &form.content_type, &form.size), &permit, now);
    if !is_ours {
        return None;
    }
    Some((Place::parse(&form.key)?, form.size.parse().ok()?))
}

/// Whether an address of ours is good.
pub(super) fn opens(files: &Files, place: Place, expires: &str, signature: &str, now: Time) -> bool {
    let Ok(expires) = expires.parse() else { return false };
    files.permits(DOWNLOAD, &place.key(), &Permit { expires, signature: signature.to_owned() }, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_one_row_in_one_way() {
        let (workspace, id) = (Uuid::from_u128(7), Uuid::from_u128(8));
        for place in [Place::Workspace { workspace, id }, Place::User { user: workspace, id }] {
            assert_eq!(Place::parse(&place.key()), Some(place));
            assert_eq!(Place::parse(&place.key().to_uppercase()), None);
        }
        let key = Place::User { user: workspace, id }.key();
        for bad in
            ["", "users", "users/x/y", &key.replace('-', ""), &format!("{key}/"), &key.replace("users", "files"), &format!("../{key}")]
        {
            assert_eq!(Place::parse(bad), None, "{bad}");
        }
    }
}
