//! Whether the server is alive, and whether it can do its work.

use std::time::Duration;

use aileron_db::{Db, Unscoped, schema::INSTANCE_SETTINGS};
use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;

/// How long the database may take to answer the simplest question.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/healthz`: the process answers. `/readyz`: so does its database.
pub(crate) fn routes(db: Db) -> Router {
    Router::new().route("/healthz", get(|| async { Json(json!({ "status": "ok" })) })).route("/readyz", get(move || ready(db.clone())))
}

async fn ready(db: Db) -> Response {
    let question = db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let settings = tx.from(INSTANCE_SETTINGS);
        tx.any(settings)
    });
    let why = match tokio::time::timeout(PATIENCE, question).await {
        Ok(Ok(_)) => return Json(json!({ "status": "ok" })).into_response(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the database does not answer".to_owned(),
    };
    tracing::warn!(why, "not ready");
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "unavailable", "error": "The database does not answer." }))).into_response()
}
