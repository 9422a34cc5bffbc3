//! The recorded exchanges about limits, sent to a server with the recorded one: five requests a minute.

use aileron_testkit::{Answer, TestApp};
use serde_json::Value;

use crate::conformance::{folder, read};

/// What is not judged: service keys are made by the operator alone, and stickies and invitations are limited here like all else.
const LEFT_OUT: [&str; 3] = ["service key", "stickies", "invitations"];

fn header(answer: &Answer, name: &str) -> Option<String> {
    answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn keys_are_limited_as_recorded() {
    let app = TestApp::with_rate_limit(5).await;
    let recorded = read(&folder().join("fixtures/throttling.json")).unwrap();
    let mut judged = 0;
    for exchange in recorded.as_array().unwrap() {
        let name = exchange["name"].as_str().unwrap();
        if LEFT_OUT.iter().any(|other| name.starts_with(other)) {
            continue;
        }
        let (request, response) = (&exchange["request"], &exchange["response"]);
        let marker = request["headers"]["X-Api-Key"].as_str().map(|marker| marker.trim_matches(['<', '>']).split(':').next().unwrap());
        let caller = match marker {
            Some("wrong") => app.with_token("ail_nobodys"),
            Some(user) => app.as_user(user),
            None => app.nobody(),
        };
        let answer = caller.get(request["path"].as_str().unwrap()).await;
        assert_eq!(Value::from(answer.status.as_u16()), response["status"], "{name}");
        let wanted = response["headers"]["X-RateLimit-Remaining"].as_str();
        assert_eq!(header(&answer, "x-ratelimit-remaining").as_deref().filter(|_| answer.status != 429), wanted, "{name}");
        assert_eq!(header(&answer, "retry-after").is_some(), response["headers"]["Retry-After"].is_string(), "{name}");
        if answer.status == 429 {
            assert_eq!(answer.json(), response["json"], "{name}");
        }
        judged += 1;
    }
    assert_eq!(judged, 21);
    app.clock.advance(60);
    app.as_user("dave").get("/api/v1/users/me/").await.expect(200);
}
