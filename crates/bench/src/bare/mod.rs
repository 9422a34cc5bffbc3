//! The baseline: what the same routes cost when they are written by hand with axum, serde and rusqlite or postgres, and nothing around them.
//!
//! It does what must be done anyway: it looks up the token, the membership and the project, reads or writes the same rows of
//! the same schema with the same settings of SQLite, on threads that own their connections, and answers the same bytes.
//! On PostgreSQL it only reads.

mod analytics;
mod conn;
mod json;
mod lanes;
mod reads;
mod writer;

use std::sync::Arc;

use aileron_testkit::program::Place;
use anyhow::Result;
use axum::{
    Router,
    body::Bytes,
    extract::{Path as PathOf, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use jiff::{civil::Date, tz::TimeZone};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use uuid::Uuid;

use lanes::Lanes;

/// Who asks for what: the hash of the token, the workspace, the project.
#[derive(Clone)]
pub(crate) struct Asked {
    token: [u8; 32],
    slug: String,
    project: Uuid,
}

/// Runs until it is killed.
pub(crate) fn serve(place: &Place) -> Result<()> {
    let lanes = Arc::new(Lanes::open(place)?);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let items = "/api/v1/workspaces/{slug}/projects/{project}/work-items/";
        let router = Router::new().route(items, get(list).post(create)).route(&format!("{items}{{id}}/"), get(one));
        let router = router.route("/api/v1/workspaces/{slug}/analytics/{figures}/", get(figures)).with_state(lanes);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on {}", listener.local_addr()?);
        Ok(axum::serve(listener, router).await?)
    })
}

#[derive(Deserialize)]
struct Page {
    per_page: i64,
    order_by: String,
}

fn asked(headers: &HeaderMap, slug: String, project: Uuid) -> Asked {
    let token = headers.get("x-api-key").map(|key| Sha256::digest(key.as_bytes()).into()).unwrap_or_default();
    Asked { token, slug, project }
}

fn answered(status: StatusCode, body: Option<Vec<u8>>) -> Response {
    match body {
        Some(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        None => StatusCode::FORBIDDEN.into_response(),
    }
}

async fn list(
    State(lanes): State<Arc<Lanes>>,
    PathOf((slug, project)): PathOf<(String, Uuid)>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Response {
    let asked = asked(&headers, slug, project);
    let totals = lanes.totals.clone();
    let body = lanes.read(move |conn| reads::list(conn, &totals, &asked, page.per_page, &page.order_by)).await;
    answered(StatusCode::OK, body)
}

#[derive(Deserialize)]
struct Days {
    project: Uuid,
    from: Option<Date>,
    to: Option<Date>,
}

async fn figures(
    State(lanes): State<Arc<Lanes>>,
    PathOf((slug, name)): PathOf<(String, String)>,
    Query(days): Query<Days>,
    headers: HeaderMap,
) -> Response {
    let begin = |day: Date| day.to_zoned(TimeZone::UTC).map_or(0, |begin| begin.timestamp().as_microsecond());
    let within = (days.from.map_or(0, begin), days.to.and_then(|to| to.tomorrow().ok()).map_or(0, begin));
    let asked = asked(&headers, slug, days.project);
    answered(StatusCode::OK, lanes.read(move |conn| analytics::figures(conn, &asked, &name, within)).await)
}

async fn one(State(lanes): State<Arc<Lanes>>, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, headers: HeaderMap) -> Response {
    let asked = asked(&headers, slug, project);
    answered(StatusCode::OK, lanes.read(move |conn| reads::one(conn, &asked, id)).await)
}

async fn create(
    State(lanes): State<Arc<Lanes>>,
    PathOf((slug, project)): PathOf<(String, Uuid)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(new) = serde_json::from_slice::<writer::New>(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    let asked = asked(&headers, slug, project);
    answered(StatusCode::CREATED, lanes.write(move |conn| writer::create(conn, &asked, &new)).await)
}
