//! The recorded exchanges as they stand in `tests/conformance/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// The families in the order in which they are sent: later ones see the effects of earlier ones.
pub(crate) const ORDER: [&str; 23] = [
    "projects",
    "members-and-invitations",
    "states",
    "labels",
    "work-items",
    "work-items-list",
    "issues-alias",
    "search",
    "links",
    "comments",
    "relations",
    "attachments",
    "assets",
    "cycles",
    "modules",
    "estimates",
    "intake",
    "stickies",
    "activities",
    "states-later",
    "members-later",
    "auth-and-users",
    "tenancy",
];

/// The people of the recording with their recorded ids.
pub(crate) const ACTORS: [(&str, &str); 5] = [
    ("alice", "896406e0-9977-40fd-ac5f-55a084baf164"),
    ("bob", "c6d037a0-8fd2-4055-b398-589c59c20ee6"),
    ("gina", "b947bf85-fa86-4350-8954-9777af2ef321"),
    ("dave", "e8a4f3fc-f227-4ca6-ba31-2b91efcaa543"),
    ("olga", "fa84b7c6-d37b-40de-8b0a-08d4d2b9132e"),
];

/// One request with the answer it was given.
pub(crate) struct Exchange {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    /// The headers as recorded; the key is a marker such as `<bob: member of workspace acme>`.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Body>,
    pub(crate) status: u16,
    pub(crate) answer: Value,
}

/// What a request carried.
pub(crate) enum Body {
    /// A JSON document.
    Json(Value),
    /// Anything else, as it was sent.
    Raw(String),
}

/// The folder of the fixtures and of what is said about them.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance")
}

/// The exchanges of one family.
pub(crate) fn family(name: &str) -> Result<Vec<Exchange>> {
    let list = read(&folder().join("fixtures").join(format!("{name}.json")))?;
    let list = list.as_array().with_context(|| format!("{name}.json is no list"))?;
    list.iter().map(|value| exchange(value).with_context(|| format!("an exchange of {name}.json is not understood"))).collect()
}

/// A JSON file.
pub(crate) fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}

/// A text of an object.
pub(crate) fn text(value: &Value, field: &str) -> Result<String> {
    value.get(field).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("{field} is missing"))
}

fn exchange(value: &Value) -> Result<Exchange> {
    let request = value.get("request").context("no request")?;
    let response = value.get("response").context("no response")?;
    let raw = request.get("raw").and_then(Value::as_str).map(|raw| Body::Raw(raw.to_owned()));
    let json = || request.get("json").filter(|json| !json.is_null()).map(|json| Body::Json(json.clone()));
    Ok(Exchange {
        name: text(value, "name")?,
        method: text(request, "method")?,
        path: text(request, "path")?,
        query: pairs(request.get("query")),
        headers: pairs(request.get("headers")),
        body: raw.or_else(json),
        status: response.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok()).context("no status")?,
        answer: response.get("json").cloned().unwrap_or_default(),
    })
}

fn pairs(object: Option<&Value>) -> Vec<(String, String)> {
    let entries = object.and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}
