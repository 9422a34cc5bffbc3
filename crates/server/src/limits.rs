//! The limits of this server: those of the product, and those that were configured.

use aileron_identity::{Context, Visitor};
use aileron_kernel::limits::{self, Limit, Unit};
use aileron_platform::web::{ApiError, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// A limit.
#[derive(Serialize, ToSchema)]
#[schema(as = Limit)]
struct LimitView {
    /// Its name, by which refusals call it.
    #[schema(example = "work_items_per_bulk")]
    name: &'static str,
    /// The most that there may be.
    #[schema(example = 100)]
    most: u64,
    /// `characters`, `bytes`, `count` or `days`.
    #[schema(value_type = String, example = "count")]
    unit: Unit,
    /// What it limits.
    #[schema(example = "Work items that one bulk request names.")]
    about: &'static str,
}

impl From<&Limit> for LimitView {
    fn from(limit: &Limit) -> Self {
        Self { name: limit.name, most: u64::try_from(limit.most).unwrap_or(u64::MAX), unit: limit.unit, about: limit.about }
    }
}

/// All limits.
#[derive(Serialize, ToSchema)]
#[schema(as = Limits)]
struct LimitsView {
    limits: Vec<LimitView>,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list))
}

/// How long, how large and how many things may be: for clients that say so before a request is refused.
#[utoipa::path(get, path = "/api/v1/limits/", operation_id = "list_limits", tag = "Limits", security(()),
    extensions(("x-action" = json!("public"))), responses((status = 200, description = "All limits", body = LimitsView)))]
async fn list(visitor: Visitor) -> Result<Json, ApiError> {
    let mut all: Vec<LimitView> = limits::ALL.iter().map(LimitView::from).collect();
    let largest = visitor.context().files.largest;
    all.push(LimitView { name: "file", most: largest, unit: Unit::Bytes, about: "An uploaded file, as this server was configured." });
    Ok(Json::of(&LimitsView { limits: all })?)
}
