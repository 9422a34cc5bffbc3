//! Whether the server is alive, and whether it can do its work.

use std::time::Duration;

use aileron_db::{Db, Unscoped, schema::INSTANCE_SETTINGS};
use aileron_realtime::Live;
use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;

/// How long the database may take to answer the simplest question.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/healthz`: the process answers. `/readyz`: so does its database, and it is not about to stop.
pub(crate) fn routes(db: Db, live: Live) -> Router {
    let ready = move || ready(db.clone(), live.is_leaving());
    Router::new().route("/healthz", get(|| async { Json(json!({ "status": "ok" })) })).route("/readyz", get(ready))
}

async fn ready(db: Db, is_leaving: bool) -> Response {
    if is_leaving {
        return unavailable("The server is about to stop.");
    }
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
    unavailable("The database does not answer.")
}

fn unavailable(why: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "unavailable", "error": why }))).into_response()
}
