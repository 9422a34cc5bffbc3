//! Sending the recorded exchanges.

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::compare::{Kind, Note, compare, short};
use super::deviations::Deviations;
use super::fixtures::{ACTORS, Body, Exchange, ORDER, family};
use super::ids::Ids;
use super::verdict::Verdict;

const KEY: &str = "X-Api-Key";

/// A PNG of one pixel.
const DOT: &[u8] = include_bytes!("dot.png");

/// A way to a fresh server with the people and the two workspaces that `tests/conformance/README.md` names.
pub(crate) trait Transport {
    /// Sends a request and answers status and body; a redirect is not followed.
    async fn send(&self, method: &str, path_and_query: &str, headers: &[(String, String)], body: Vec<u8>) -> Result<(u16, Vec<u8>)>;
}

/// Sends every family for its effects and judges those that are named.
///
/// `keys` maps an actor of the recording (alice, bob, gina, dave, olga, and service, expired, inactive where the server has
/// such keys) to an API key; an actor that is not there gets a key that the server does not know.
pub(crate) async fn replay(transport: &impl Transport, keys: &HashMap<String, String>, judged: &[&str]) -> Result<Vec<Verdict>> {
    if let Some(unknown) = judged.iter().find(|name| !ORDER.contains(name)) {
        anyhow::bail!("there is no family {unknown}");
    }
    let known = Deviations::read()?;
    let mut replay = Replay { transport, keys, ids: Ids::default() };
    replay.meet().await?;
    let mut verdicts = Vec::new();
    for name in ORDER {
        for exchange in family(name)? {
            let (status, found, notes) = replay.exchange(&exchange).await.with_context(|| format!("{name}: {}", exchange.name))?;
            if judged.contains(&name) {
                verdicts.push(Verdict::new((name, &exchange.name, exchange.status), status, &found, notes, &known));
            }
        }
    }
    Ok(verdicts)
}

struct Replay<'a, T> {
    transport: &'a T,
    keys: &'a HashMap<String, String>,
    ids: Ids,
}

impl<T: Transport> Replay<'_, T> {
    /// Learns the ids of the people.
    async fn meet(&mut self) -> Result<()> {
        for (actor, recorded) in ACTORS {
            let Some(key) = self.keys.get(actor) else { continue };
            let headers = [(KEY.to_owned(), key.clone())];
            let (status, body) = self.transport.send("GET", "/api/v1/users/me/", &headers, Vec::new()).await?;
            ensure!(status == 200, "users/me as {actor} answered {status}: {}", String::from_utf8_lossy(&body));
            let me: Value = serde_json::from_slice(&body)?;
            self.ids.learn(recorded, me.get("id").and_then(Value::as_str).context("users/me has no id")?);
        }
        Ok(())
    }

    async fn exchange(&mut self, exchange: &Exchange) -> Result<(u16, Value, Vec<Note>)> {
        let (headers, body) = self.content(exchange);
        let target = self.target(exchange);
        let (status, raw) = self.transport.send(&exchange.method, &target, &headers, body).await?;
        let found = parse(&raw);
        if let Some(form) = found.get("upload_data") {
            self.upload(form).await?;
        }
        let mut notes = Vec::new();
        if status != exchange.status {
            let text = format!("{} wanted, {status} found: {}", exchange.status, short(&found));
            notes.push(Note::new(Kind::Status, text));
        }
        notes.extend(compare(&exchange.answer, &found, &mut self.ids));
        Ok((status, found, notes))
    }

    /// Sends a small file with the form of an answer. No store took files while the recording was made, and none asked for them.
    async fn upload(&self, form: &Value) -> Result<()> {
        let address = form.get("url").and_then(Value::as_str).context("the form has no url")?;
        // A form for another server, such as the recorded one's, is not followed.
        let Some(path) = address.find("/api/").and_then(|at| address.get(at..)) else { return Ok(()) };
        let fields = form.get("fields").and_then(Value::as_object).context("the form has no fields")?;
        let is_picture = fields.get("Content-Type").and_then(Value::as_str).is_some_and(|kind| kind == "image/png");
        let mut body = Vec::new();
        for (name, value) in fields {
            let value = value.as_str().unwrap_or_default();
            body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        body.extend(b"--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n");
        body.extend(if is_picture { DOT } else { b"hello world\n" });
        body.extend(b"\r\n--cut--\r\n");
        let headers = [("Content-Type".to_owned(), "multipart/form-data; boundary=cut".to_owned())];
        let (status, answer) = self.transport.send("POST", path, &headers, body).await?;
        ensure!(status == 204, "the upload answered {status}: {}", String::from_utf8_lossy(&answer));
        Ok(())
    }

    /// The headers and the body, with a real key for the recorded marker and our ids for the recorded ones.
    fn content(&self, exchange: &Exchange) -> (Vec<(String, String)>, Vec<u8>) {
        let mut headers = exchange.headers.clone();
        for (_, marker) in headers.iter_mut().filter(|(name, _)| name == KEY) {
            let actor = marker.trim_matches(['<', '>']).split(':').next().unwrap_or_default();
            *marker = self.keys.get(actor).cloned().unwrap_or_else(|| "unknown-key".to_owned());
        }
        let body = match &exchange.body {
            Some(Body::Raw(raw)) => raw.clone(),
            Some(Body::Json(json)) => json.to_string(),
            None => String::new(),
        };
        if matches!(exchange.body, Some(Body::Json(_))) && !headers.iter().any(|(name, _)| name == "Content-Type") {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        (headers, self.ids.translate(&body).into_bytes())
    }

    fn target(&self, exchange: &Exchange) -> String {
        let mut target = escape(&self.ids.translate(&exchange.path), "/%:@");
        for (index, (name, value)) in exchange.query.iter().enumerate() {
            let separator = if index == 0 { '?' } else { '&' };
            let _ = write!(target, "{separator}{}={}", escape(name, ""), escape(&self.ids.translate(value), ""));
        }
        target
    }
}

/// The body as JSON: nothing is null, and what is no JSON is an object that no recording has.
fn parse(raw: &[u8]) -> Value {
    if raw.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(raw).unwrap_or_else(|_| {
        let text: String = String::from_utf8_lossy(raw).chars().take(200).collect();
        json!({ "<not json>": text })
    })
}

/// Percent-encodes all but letters, digits, `_.-~` and what is safe here.
fn escape(text: &str, safe: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "_.-~".contains(c) || safe.contains(c) {
            escaped.push(c);
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_escaped() {
        assert_eq!(escape("/a b/%20:é", "/%:@"), "/a%20b/%20:%C3%A9");
        assert_eq!(escape("1:0:0&x=/", ""), "1%3A0%3A0%26x%3D%2F");
    }

    #[test]
    fn what_is_no_json_is_unlike_any_recording() {
        assert_eq!(parse(b""), Value::Null);
        assert_eq!(parse(b"[1]"), json!([1]));
        assert_eq!(parse(b"<html>"), json!({ "<not json>": "<html>" }));
    }
}
