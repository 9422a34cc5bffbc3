//! Somebody who sends requests, and what he gets.

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use http_body_util::BodyExt as _;
use serde_json::Value;

use crate::TestApp;

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null where it is empty.
    pub fn json(&self) -> Value {
        if self.bytes.is_empty() { Value::Null } else { serde_json::from_slice(&self.bytes).expect("the body is JSON") }
    }

    /// The body as JSON, of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// The `id` of the body.
    #[track_caller]
    pub fn id(&self) -> String {
        assert!(self.status.is_success(), "{} {}", self.status, String::from_utf8_lossy(&self.bytes));
        self.json()["id"].as_str().expect("the body has an id").to_owned()
    }
}

/// Somebody with or without a token.
#[derive(Clone)]
pub struct Caller<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) token: Option<String>,
}

/// A browser that signed in.
#[derive(Clone)]
pub struct Browser<'a> {
    pub(crate) caller: Caller<'a>,
    /// What the session's cookie holds.
    pub cookie: String,
    /// What requests repeat in their header.
    pub csrf: String,
    /// The session.
    pub id: String,
}

impl<'a> Browser<'a> {
    /// Of the answer to a sign-in.
    #[track_caller]
    pub fn of(app: &'a TestApp, answer: &Answer) -> Self {
        let body = answer.expect(200);
        let set = answer.headers["set-cookie"].to_str().expect("the cookie is text");
        let cookie = set.split(';').next().and_then(|pair| pair.split_once('=')).expect("the cookie has a value").1;
        let text = |name: &str| body[name].as_str().expect("the body says so").to_owned();
        Self { caller: app.nobody(), cookie: cookie.to_owned(), csrf: text("csrf_token"), id: text("id") }
    }

    /// Sends a request with the cookie and the CSRF token.
    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let csrf = ("x-csrf-token", self.csrf.clone());
        self.send_with(method, path, body, &[csrf]).await
    }

    /// Sends a request with the cookie and these headers.
    pub async fn send_with(&self, method: &str, path: &str, body: Option<Value>, headers: &[(&str, String)]) -> Answer {
        let mut headers = headers.to_vec();
        headers.push(("cookie", format!("other=1; aileron_session={}", self.cookie)));
        headers.push(("content-type", "application/json".to_owned()));
        self.caller.raw(method, path, &headers, body.map(|body| body.to_string().into_bytes()).unwrap_or_default()).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }
}

impl Caller<'_> {
    /// Sends a request with a JSON body.
    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut headers: Vec<(&str, String)> = Vec::new();
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        self.raw(method, path, &headers, body.map(|body| body.to_string().into_bytes()).unwrap_or_default()).await
    }

    /// Sends a request as it is given.
    pub async fn raw(&self, method: &str, path: &str, headers: &[(&str, String)], body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header("x-api-key", token);
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = self.app.oneshot(request.body(Body::from(body)).expect("a request")).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body arrives").to_bytes().to_vec();
        let answer = Answer { status: parts.status, headers: parts.headers, bytes };
        self.app.check_for_canary(self.token.as_deref(), path, &answer);
        answer
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    /// PATCH.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, Some(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }
}
