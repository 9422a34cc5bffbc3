//! What is sent and received, and the parameters.

use aileron_kernel::{Refusal, Uuid};
use aileron_platform::web::Query;
use aileron_tracker::sync::{self, Reason};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, IntoResponses, ToSchema};

/// The parameters of a sync.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct SyncQuery {
    /// The place in the log that the caller has: what changed behind it is answered, as one frame of JSON.
    #[param(minimum = 0)]
    since: Option<i64>,
    /// The form of rows that the caller knows; this server's is 1.
    schema: Option<i64>,
    /// A project: its work items are answered, as lines of JSON.
    project: Option<Uuid>,
}

/// The parameters of a socket.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct LiveQuery {
    /// The place in the log that the caller has. Without it: now.
    #[param(minimum = 0)]
    since: Option<i64>,
    /// The form of rows that the caller knows; this server's is 1.
    schema: Option<i64>,
}

/// The address of a workspace.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct WorkspacePath {
    /// The workspace's name in addresses.
    slug: String,
}

/// A line of the answer without `since`: the first has `schema`, the last has `end`, those between have `entity` and `row`.
#[derive(ToSchema)]
#[schema(as = SyncLine)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct LineBody {
    /// The form of rows. First line.
    schema: Option<i64>,
    /// The workspace. First line.
    workspace: Option<Uuid>,
    /// The caller. First line.
    user: Option<Uuid>,
    /// The place in the log from which changes are asked for afterwards. First line.
    seq: Option<i64>,
    /// The server's time. First line.
    at: Option<String>,
    /// The noun of the row.
    entity: Option<String>,
    /// The row.
    row: Option<sync::Row>,
    /// Last line. Without it the answer was cut off and is thrown away.
    end: Option<bool>,
    /// How many rows there were. Last line.
    rows: Option<i64>,
}

/// The answer with `since`: a frame, or the word that the caller has to begin anew.
#[derive(ToSchema)]
#[schema(as = SyncAnswer)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct AnswerBody {
    /// The place that was asked from.
    prev: Option<i64>,
    /// The place that it leads to.
    seq: Option<i64>,
    /// Whether there is more behind it.
    more: Option<bool>,
    /// What changed.
    changes: Option<Vec<sync::Change>>,
    /// The idempotency keys of the caller's own requests among the changes.
    mutations: Option<Vec<String>>,
    /// Whether the caller has to throw away what it holds and begin anew.
    bootstrap: Option<bool>,
    /// Why: `schema`, `too_old`, `ahead` or `access`.
    reason: Option<String>,
}

/// What a socket may be refused with.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) enum LiveErrors {
    /// A parameter is not valid.
    #[response(status = 400)]
    Invalid(#[to_schema] aileron_identity::wire::Refused),
    /// No credentials.
    #[response(status = 401)]
    Unauthenticated(#[to_schema] aileron_identity::wire::Refused),
    /// Not allowed, no such workspace, or a page of another site.
    #[response(status = 403)]
    Forbidden(#[to_schema] aileron_identity::wire::Refused),
    /// This is no request for a WebSocket.
    #[response(status = 426)]
    NoSocket(#[to_schema] aileron_identity::wire::Refused),
    /// Over the rate limit, or the account has too many sockets.
    #[response(status = 429)]
    Limited(#[to_schema] aileron_identity::wire::Refused),
    /// The database cannot be reached, or the server has too many sockets.
    #[response(status = 503)]
    Unavailable(#[to_schema] aileron_identity::wire::Refused),
}

/// "Begin anew."
#[derive(Serialize)]
pub(crate) struct Anew {
    bootstrap: bool,
    reason: &'static str,
}

impl From<Reason> for Anew {
    fn from(reason: Reason) -> Self {
        Self { bootstrap: true, reason: reason.as_str() }
    }
}

/// The last line of a stream.
#[derive(Serialize)]
pub(crate) struct End {
    end: bool,
    rows: usize,
}

impl End {
    /// After so many rows.
    pub(crate) const fn after(rows: usize) -> Self {
        Self { end: true, rows }
    }
}

/// "Ask for what changed, and say how far you got."
#[derive(Serialize)]
pub(crate) struct CatchUp {
    pub(crate) catch_up: bool,
}

/// Who looks at something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Looker {
    pub(crate) user: Uuid,
    pub(crate) session: String,
}

/// Who looks at a topic now.
#[derive(Serialize)]
pub(crate) struct Present<'a> {
    pub(crate) presence: Lookers<'a>,
}

/// A topic with those who look at it.
#[derive(Serialize)]
pub(crate) struct Lookers<'a> {
    pub(crate) topic: &'a str,
    pub(crate) users: &'a [Looker],
}

/// What a client says.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum Said {
    /// What it looks at.
    Presence(Look),
    /// It has caught up to this place.
    Since(i64),
}

/// What a client looks at.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Look {
    /// `item:` with the id of an item; nothing: nothing.
    topic: Option<String>,
}

impl Look {
    /// The item. Refuses what is no topic.
    pub(crate) fn item(&self) -> Result<Option<Uuid>, ()> {
        let Some(topic) = &self.topic else { return Ok(None) };
        topic.strip_prefix("item:").and_then(|id| Uuid::try_parse(id).ok()).map(Some).ok_or(())
    }
}

/// A number in a query string, 0 or more.
pub(crate) fn number(query: &Query, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(text) = query.get(name) else { return Ok(None) };
    let number = text.parse::<i64>().ok().filter(|number| *number >= 0);
    number.map(Some).ok_or_else(|| Refusal::field(name, "A valid integer of 0 or more is required."))
}

/// Whether the caller knows rows of this form, as far as it says.
pub(crate) fn knows_schema(query: &Query) -> Result<bool, Refusal> {
    Ok(number(query, "schema")?.is_none_or(|schema| schema == sync::SCHEMA))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_say_two_things_and_nothing_else() {
        let said = |text: &str| serde_json::from_str::<Said>(text).ok();
        assert_eq!(said(r#"{"since": 7}"#), Some(Said::Since(7)));
        assert!(matches!(said(r#"{"presence": {"topic": null}}"#), Some(Said::Presence(look)) if look.item() == Ok(None)));
        let id = Uuid::from_u128(1);
        let look = said(&format!(r#"{{"presence": {{"topic": "item:{id}"}}}}"#));
        assert!(matches!(look, Some(Said::Presence(look)) if look.item() == Ok(Some(id))));
        assert!(matches!(said(r#"{"presence": {"topic": "page:x"}}"#), Some(Said::Presence(look)) if look.item() == Err(())));
        for other in ["", "{}", "[]", "7", r#"{"since": "7"}"#, r#"{"since": 7, "presence": {"topic": null}}"#, r#"{"hello": 1}"#] {
            assert_eq!(said(other), None, "{other}");
        }
    }
}
