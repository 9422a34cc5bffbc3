//! Hostile bodies and parameters: every operation answers them with a refusal, never with a defect of ours.

use aileron_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use super::{Operation, People, Rows, operations};

/// Values that no field, or hardly any, can take.
fn values() -> Vec<Value> {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(1e308),
        json!(9_223_372_036_854_775_807_i64),
        json!(18_446_744_073_709_551_615_u64),
        json!(""),
        json!("a\u{0}b"),
        json!("x".repeat(256)),
        json!("x".repeat(100_000)),
        json!("\u{202e}\u{feff}\u{10ffff}"),
        json!("2026-02-30"),
        json!("+999999-01-01"),
        json!("00000000-0000-4000-8000-000000000000"),
        json!("<script>alert(1)</script>"),
        json!("java\tscript:alert(1)"),
        json!([]),
        json!([null]),
        json!(["00000000-0000-4000-8000-000000000000", 1]),
        json!({}),
        json!({"\u{0}": "x"}),
        deep,
    ]
}

/// Bodies that are no object of fields.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let json = "application/json";
    vec![
        (json, b"{".to_vec()),
        (json, b"[1]".to_vec()),
        (json, b"null".to_vec()),
        (json, b"\"text\"".to_vec()),
        (json, b"{\"name\": \"\\ud800\"}".to_vec()),
        (json, vec![0xff, 0xfe, 0x00]),
        (json, "[".repeat(100_000).into_bytes()),
        (json, format!("{{\"name\": \"{}\"}}", "x".repeat(10 * 1024 * 1024)).into_bytes()),
        ("text/plain", b"name=x".to_vec()),
        ("application/x-www-form-urlencoded", b"name=%00&%ff=1".to_vec()),
        ("multipart/form-data", b"--x".to_vec()),
    ]
}

fn is_answered(answer: &Answer) -> bool {
    let is_lines = answer.headers.get("content-type").is_some_and(|kind| kind == "application/x-ndjson");
    let mut parts: Vec<&[u8]> = if is_lines { answer.bytes.split(|byte| *byte == b'\n').collect() } else { vec![&answer.bytes] };
    parts.retain(|part| !part.is_empty());
    answer.status.as_u16() < 500 && parts.into_iter().all(|part| serde_json::from_slice::<Value>(part).is_ok())
}

/// Sends as the admin, so that nothing is refused for want of a right, and keeps what was answered badly.
async fn send(caller: &Caller<'_>, operation: &Operation, path: &str, (kind, body): (&str, Vec<u8>), wrong: &mut Vec<String>) {
    let shown: String = String::from_utf8_lossy(&body).chars().take(80).collect();
    let answer = caller.raw(&operation.method, path, &[("content-type", kind.to_owned())], body).await;
    if !is_answered(&answer) {
        wrong.push(format!("{} {path} {shown}: {} {}", operation.method, answer.status, String::from_utf8_lossy(&answer.bytes)));
    }
}

#[tokio::test]
async fn no_body_brings_an_operation_down() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let people = People::new(&app).await;
    let mut wrong = Vec::new();
    for operation in operations().iter().filter(|operation| !operation.fields.is_empty()) {
        let path = Rows::of(&app, &people, people.named("alice")).await.fill(&operation.path).await;
        for body in bodies() {
            send(&alice, operation, &path, body, &mut wrong).await;
        }
        for (field, value) in operation.fields.iter().flat_map(|field| values().into_iter().map(move |value| (field, value))) {
            let body = json!({"name": "x", field: value}).to_string().into_bytes();
            send(&alice, operation, &path, ("application/json", body), &mut wrong).await;
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn no_parameter_brings_an_operation_down() {
    const HOSTILE: [&str; 17] = [
        "",
        "0",
        "-1",
        "1001",
        "ten",
        "99999999999999999999",
        "1:2",
        "1:-1:0",
        "1:99999999999999:0",
        "%00",
        "%ff",
        "id,%00",
        "-",
        "?",
        "created_by__password",
        "%7B%22and%22%3A%5B",
        "2026-02-30%3Bafter",
    ];
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let mut rows = Rows::of(&app, &people, people.named("alice")).await;
    let alice = app.as_user("alice");
    let mut wrong = Vec::new();
    for operation in operations().iter().filter(|operation| operation.method == "GET") {
        let path = rows.fill(&operation.path).await;
        for name in &operation.query {
            for value in HOSTILE {
                let path = format!("{path}?{name}={value}");
                send(&alice, operation, &path, ("application/json", Vec::new()), &mut wrong).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

/// What an address names is asked of the database too.
#[tokio::test]
async fn no_address_brings_an_operation_down() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let mut rows = Rows::of(&app, &people, people.named("alice")).await;
    let alice = app.as_user("alice");
    let mut wrong = Vec::new();
    for operation in operations() {
        let filled = rows.fill(&operation.path).await;
        let (pattern, filled): (Vec<&str>, Vec<&str>) = (operation.path.split('/').collect(), filled.split('/').collect());
        for (place, _) in pattern.iter().enumerate().filter(|(_, part)| part.starts_with('{')) {
            for hostile in ["a%00b", "%ff", "%2e%2e", "0", "ENG-99999999999999999999", "%F0%9F%98%80"] {
                let mut path = filled.clone();
                path[place] = hostile;
                send(&alice, &operation, &path.join("/"), ("application/json", b"{}".to_vec()), &mut wrong).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_and_malformed_json_400() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = "/api/v1/workspaces/acme/projects/";
    let json = [("content-type", "application/json".to_owned())];
    let large = alice.raw("POST", path, &json, vec![b' '; 6 * 1024 * 1024]).await;
    assert_eq!(large.expect(413)["error"], "REQUEST_BODY_TOO_LARGE");
    let malformed = alice.raw("POST", path, &json, b"{".to_vec()).await;
    assert!(malformed.expect(400)["detail"].as_str().unwrap().starts_with("JSON parse error"));
}
