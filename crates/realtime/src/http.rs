//! The two routes.

use aileron_identity::{Call, Context, wire::Refused};
use aileron_kernel::{Action, Refusal, Uuid, refusal::Kind};
use aileron_platform::web::{ApiError, Held, Json, PathOf, Query};
use aileron_tracker::sync::{self, Cursor, Reason, Since};
use axum::{
    Extension,
    extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    live::{Live, Talk},
    stream,
    wire::{self, Anew},
};

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(rows)).routes(routes!(live))
}

/// All that the caller sees of a workspace, or what changed since.
///
/// Without `since`: lines of JSON, all nouns but work items; with `project`, the work items of that project, the newest first. With
/// `since`: what changed behind that place in the log.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/sync/", operation_id = "sync_workspace", tag = "Sync",
    params(wire::WorkspacePath, wire::SyncQuery), extensions(("x-action" = json!("sync.read"))),
    responses(
        (status = 200, description = "Rows, or a frame", content(
            (wire::LineBody = "application/x-ndjson", example = json!({"entity": "label", "row": {
                "id": "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10", "version": 812, "project": "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d11",
                "name": "bug", "color": "#ff0000", "parent": null, "sort_order": 65535.0}})),
            (wire::AnswerBody = "application/json", example = json!({"prev": 812, "seq": 814, "more": false, "changes": [
                {"entity": "label", "id": "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10", "version": 814, "deleted": true}],
                "mutations": ["8d0c7c1e"]})))),
        (status = 400, description = "A parameter is not valid", body = Refused),
        (status = 401, description = "No credentials", body = Refused),
        (status = 403, description = "Not allowed, or no such workspace", body = Refused),
        (status = 404, description = "The caller is not in this project", body = Refused),
        (status = 429, description = "Over the rate limit", body = Refused),
        (status = 503, description = "The database cannot be reached or is full", body = Refused)))]
async fn rows(call: Call, PathOf(slug): PathOf<String>, query: Query, Extension(live): Extension<Live>) -> Result<Response, ApiError> {
    // Wrong parameters are told to those who may come in, and to nobody else.
    let Asked { since, project, knows_schema } = match Asked::read(&query) {
        Ok(asked) => asked,
        Err(refusal) => return call.workspace(slug, Action::SyncRead).read(move |_| Err(refusal.clone().into())).await,
    };
    let Some(since) = since else {
        let from = project.map_or(Cursor::Workspace(0, None), |project| Cursor::Items(project, None));
        return stream::rows(call, slug, from).await;
    };
    let most = live.settings().most_behind;
    let read = call.workspace(slug, Action::SyncRead).read(move |tx| {
        let answer = if knows_schema { sync::since(tx, since, most)? } else { Since::Anew(Reason::Schema) };
        match answer {
            Since::Frame(frame) => Json::of(&frame),
            Since::Anew(reason) => Json::of(&Anew::from(reason)),
        }
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], read.await?).into_response())
}

struct Asked {
    since: Option<i64>,
    project: Option<Uuid>,
    knows_schema: bool,
}

impl Asked {
    fn read(query: &Query) -> Result<Self, Refusal> {
        let project =
            query.get("project").map(|text| Uuid::try_parse(text).map_err(|_| Refusal::field("project", "Must be a valid UUID.")));
        Ok(Self { since: wire::number(query, "since")?, project: project.transpose()?, knows_schema: wire::knows_schema(query)? })
    }
}

/// A WebSocket that says what changes as it happens: the same frames, and who looks at the same item.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/sync/live/", operation_id = "sync_workspace_live", tag = "Sync",
    params(wire::WorkspacePath, wire::LiveQuery), extensions(("x-action" = json!("sync.read"))),
    responses((status = 101, description = "The socket is open"), wire::LiveErrors))]
async fn live(
    call: Call,
    PathOf(slug): PathOf<String>,
    query: Query,
    headers: HeaderMap,
    Extension(live): Extension<Live>,
    place: Option<Extension<Held>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let asked = wire::number(&query, "since").and_then(|since| Ok((since, wire::knows_schema(&query)?)));
    let read = call.clone().workspace(slug.clone(), Action::SyncRead).read(move |tx| {
        let (since, knows_schema) = asked.clone()?;
        Ok((tx.workspace_id(), tx.user_id(), since.unwrap_or(tx.scope().seq()), knows_schema))
    });
    let (workspace, user, since, knows_schema) = read.await?;
    if call.session_hash().is_some() && !is_own_page(&headers, call.context().base_url.as_deref()) {
        return Err(Refusal::new(Kind::Forbidden, json!({ "detail": "The request comes from a page of another site." })).into());
    }
    let Ok(upgrade) = upgrade else {
        let body = axum::Json(json!({ "error": "This address speaks the WebSocket protocol." }));
        return Ok((StatusCode::UPGRADE_REQUIRED, [(header::UPGRADE, "websocket")], body).into_response());
    };
    let seat = live.sit(workspace, user)?;
    let talk = Talk::new(live, call, slug, (since, knows_schema), seat);
    // Buffers that are no longer than what is read: there are many sockets, and most say nothing.
    let limits = upgrade.max_message_size(Talk::LONGEST).max_frame_size(Talk::LONGEST).read_buffer_size(Talk::LONGEST).write_buffer_size(0);
    // The connection stays one of those that the server has room for.
    Ok(limits.on_upgrade(move |socket| async move {
        talk.run(socket).await;
        drop(place);
    }))
}

/// Whether the browser says that the request comes from a page of this server. Cookies come along with requests of any page.
fn is_own_page(headers: &HeaderMap, base_url: Option<&str>) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN).and_then(|origin| url::Url::parse(origin).ok()) else { return false };
    if let Some(base) = base_url.and_then(|base| url::Url::parse(base).ok()) {
        return origin.origin() == base.origin();
    }
    let Some(host) = text(header::HOST) else { return false };
    let own = url::Url::parse(&format!("{}://{host}", origin.scheme())).ok();
    origin.origin().is_tuple() && own.is_some_and(|own| own.origin() == origin.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_own(origin: Option<&str>, base: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "tracker.test:8000".parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        is_own_page(&headers, base)
    }

    #[test]
    fn pages_of_other_sites_are_told_by_their_origin() {
        let base = Some("https://tracker.test/");
        assert!(is_own(Some("https://tracker.test"), base));
        assert!(is_own(Some("https://tracker.test:443"), base));
        for other in ["http://tracker.test", "https://tracker.test:8443", "https://tracker.test.evil.test", "null", "https://evil.test"] {
            assert!(!is_own(Some(other), base), "{other}");
        }
        assert!(!is_own(None, base));
        assert!(is_own(Some("http://tracker.test:8000"), None));
        for other in ["http://tracker.test", "http://evil.test:8000", "null", "file://", ""] {
            assert!(!is_own(Some(other), None), "{other}");
        }
        assert!(!is_own(None, None));
    }
}
