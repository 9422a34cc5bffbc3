//! What stands around every request: ids, health, sizes, compression, the reader for the documentation.

use aileron_db::{Unscoped, schema::INSTANCE_SETTINGS};
use aileron_testkit::TestApp;
use serde_json::json;

#[tokio::test]
async fn a_request_keeps_the_id_that_it_came_with() {
    let app = TestApp::new().await;
    let id = async |sent: &str| {
        let answer = app.nobody().raw("GET", "/healthz", &[("x-request-id", sent.to_owned())], Vec::new()).await;
        answer.headers["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(id("0f3c-trace-77").await, "0f3c-trace-77");
    for unfit in ["short", "with space in it", "x\ty-injected-line"] {
        assert_eq!(id(unfit).await.len(), 36, "{unfit:?}");
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_answered_in_json() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    assert_eq!(alice.get("/api/v1/nothing/").await.expect(404), json!({"error": "Page not found."}));
    assert_eq!(alice.get("/api/nothing").await.expect(404), json!({"error": "Page not found."}));
    assert_eq!(alice.send("PUT", "/api/v1/users/me/", None).await.expect(405), json!({"detail": "Method \"PUT\" not allowed."}));
    alice.get("/api/v1/users/me").await.expect(200);
}

#[tokio::test]
async fn it_is_ready_while_its_database_answers() {
    let app = TestApp::new().await;
    app.nobody().get("/healthz").await.expect(200);
    app.nobody().get("/readyz").await.expect(200);
    // Every thread of the database is held: it no longer answers in time.
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    let blocked: Vec<_> = (0..3)
        .map(|_| {
            let (db, held) = (app.db.clone(), held.clone());
            tokio::spawn(async move {
                let read = db.read(move |session| {
                    let mut tx = session.unscoped(Unscoped::Instance)?;
                    let settings = tx.from(INSTANCE_SETTINGS);
                    let found = tx.any(settings)?;
                    let _ = held.lock().unwrap().recv();
                    Ok(found)
                });
                read.await.unwrap()
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    app.nobody().get("/healthz").await.expect(200);
    app.nobody().get("/readyz").await.expect(503);
    drop(release);
    for task in blocked {
        task.await.unwrap();
    }
    app.nobody().get("/readyz").await.expect(200);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_even_if_its_length_is_not_told() {
    let app = TestApp::new().await;
    let body = || format!("{{\"first_name\": \"{}\"}}", "x".repeat(6 * 1024 * 1024)).into_bytes();
    for headers in [vec![], vec![("content-length", "10".to_owned())]] {
        let headers = [headers, vec![("content-type", "application/json".to_owned())]].concat();
        let answer = app.as_user("alice").raw("PATCH", "/api/v1/users/me/profile/", &headers, body()).await;
        assert_eq!(answer.expect(413)["error"], "REQUEST_BODY_TOO_LARGE");
    }
}

#[tokio::test]
async fn only_large_answers_are_compressed_and_only_for_those_who_ask() {
    let app = TestApp::new().await;
    let encoding = async |path: &str, accepts: Option<&str>| {
        let headers: Vec<_> = accepts.map(|accepts| ("accept-encoding", accepts.to_owned())).into_iter().collect();
        let answer = app.nobody().raw("GET", path, &headers, Vec::new()).await;
        assert_eq!(answer.status.as_u16(), 200);
        answer.headers.get("content-encoding").map(|value| value.to_str().unwrap().to_owned())
    };
    let document = "/api/v1/openapi.json";
    assert_eq!(encoding(document, None).await, None);
    assert_eq!(encoding(document, Some("gzip")).await.as_deref(), Some("gzip"));
    assert_eq!(encoding(document, Some("br, gzip")).await.as_deref(), Some("gzip"), "made once");
    assert_eq!(encoding("/api/docs/reader.js", Some("br, gzip")).await.as_deref(), Some("gzip"), "made for who asks");
    assert_eq!(encoding("/api/docs/reader.js", Some("br")).await, None, "files of the app only");
    assert_eq!(encoding("/healthz", Some("gzip")).await, None);
}

#[tokio::test]
async fn the_reader_runs_its_own_script_only_and_knows_no_other_host() {
    let app = TestApp::new().await;
    for path in ["/api/docs", "/api/docs/", "/api/docs/reader.js", "/api/docs/reader.css"] {
        let answer = app.nobody().get(path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        let text = String::from_utf8(answer.bytes).unwrap();
        assert!(!text.contains("http://") && !text.contains("https://"), "{path}");
        assert!(!text.contains("innerHTML") && !text.contains(" onclick") && !text.contains("style="), "{path}");
    }
}

#[tokio::test]
async fn the_last_slash_may_be_left_out() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    assert_eq!(alice.get("/api/v1/users/me").await.expect(200), alice.get("/api/v1/users/me/").await.expect(200));
    let written = alice.post("/api/v1/workspaces/acme/projects?x=1", json!({"name": "Slashed", "identifier": "SLA"})).await;
    assert_eq!((written.status.as_u16(), written.headers["location"].to_str().unwrap()), (308, "/api/v1/workspaces/acme/projects/?x=1"));
    assert_eq!(alice.get("/api/v1/workspaces/acme/projects/").await.expect(200)["total_results"], 0);
}

#[tokio::test]
async fn a_token_may_come_as_a_bearer() {
    let app = TestApp::new().await;
    let bearer =
        async |token: &str| app.nobody().raw("GET", "/api/v1/users/me/", &[("authorization", format!("Bearer {token}"))], Vec::new()).await;
    assert_eq!(bearer(app.token("alice")).await.expect(200), app.as_user("alice").get("/api/v1/users/me/").await.expect(200));
    bearer("ail_wrong").await.expect(403);
}

#[tokio::test]
async fn times_are_in_utc_whatever_the_zone_of_the_reader() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    alice.patch("/api/v1/users/me/profile/", json!({"timezone": "Asia/Tokyo"})).await.expect(200);
    let body = json!({"name": "Zoned", "identifier": "ZON", "timezone": "America/New_York"});
    let made = alice.post("/api/v1/workspaces/acme/projects/", body).await.expect(201);
    assert_eq!(made["timezone"], "America/New_York");
    assert!(made["created_at"].as_str().unwrap().ends_with('Z'), "{made}");
}
