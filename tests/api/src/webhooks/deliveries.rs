//! What is sent to webhooks, when, and how it is signed.

use aileron_db::schema::WEBHOOK_DELIVERIES;
use aileron_integrations::webhooks::deliveries::{self, NewDelivery};
use aileron_kernel::{Action, Uuid};
use aileron_testkit::TestApp;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{PUBLIC, hook, ping, told};
use crate::stock::results;

const DAY: i64 = 24 * 60 * 60;

fn mac(secret: &str, text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(text).finalize().into_bytes().to_vec()
}

/// The signature of the compatible API.
pub(super) fn compatible(secret: &str, body: &str) -> String {
    hex::encode(mac(secret, body))
}

/// A request as it was sent: its headers and its body.
fn parts(request: &str) -> (Vec<(String, String)>, String) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    (pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(), body.to_owned())
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    &headers.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}")).1
}

/// The signatures by Standard Webhooks that these secrets make.
fn standard(headers: &[(String, String)], body: &str, secrets: &[&str]) -> String {
    let signed = format!("{}.{}.{body}", header(headers, "webhook-id"), header(headers, "webhook-timestamp"));
    let one = |secret: &&str| format!("v1,{}", BASE64_STANDARD.encode(mac(secret, &signed)));
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_ping_is_signed_in_both_ways_and_its_answer_is_in_the_log() {
    let app = TestApp::new().await;
    let (hook, secret) = hook(&app).await;
    let sent = ping(&app, &hook).await;
    let (headers, body) = parts(&app.internet.requests()[0]);
    assert!(app.internet.requests()[0].starts_with("POST /in?key=hidden HTTP/1.1\r\n"));
    assert_eq!(header(&headers, "content-type"), "application/json");
    assert_eq!(header(&headers, "x-plane-event"), "ping");
    assert_eq!(header(&headers, "x-plane-signature"), hex::encode(mac(&secret, &body)));
    for name in ["x-plane-delivery", "webhook-id"] {
        assert_eq!(header(&headers, name), sent["message_id"].as_str().unwrap());
    }
    assert_eq!(header(&headers, "webhook-timestamp"), "1767268806");
    assert_eq!(header(&headers, "webhook-signature"), standard(&headers, &body, &[&secret]));
    let said: Value = serde_json::from_str(&body).unwrap();
    let keys: Vec<&String> = said.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["action", "activity", "data", "event", "webhook_id", "workspace_id"]);
    assert_eq!(said["activity"]["actor"]["email"], "alice@acme.test");
    assert_eq!((&sent["status"], &sent["attempts"], &sent["request_body"]), (&json!("delivered"), &json!(1), &json!(body)));
    let tried = &sent["tries"][0];
    assert_eq!((&tried["response_status"], &tried["response_body"], &tried["error"]), (&json!(200), &json!("thanks"), &json!(null)));
    assert!(tried["request_headers"].get("x-plane-event").is_some());
    assert!(!tried["request_headers"].to_string().contains("signature"));
    let listed = app.as_user("alice").get(&format!("{hook}deliveries/?status=delivered")).await.expect(200);
    assert_eq!(results(&listed)[0]["id"], sent["id"]);
    assert!(results(&listed)[0].get("request_body").is_none(), "lists are short");
    let last = &results(&listed)[0]["last_try"];
    assert_eq!(
        (last, &results(&listed)[0]["subject"]),
        (&json!({"response_status": 200, "millis": tried["millis"], "error": null}), &json!(null))
    );
    assert_eq!(app.as_user("alice").get(&format!("{hook}deliveries/?status=failed")).await.expect(200)["total_count"], 0);
    app.as_user("alice").get(&format!("{hook}deliveries/?status=lost")).await.expect(400);
}

#[tokio::test]
async fn an_old_secret_signs_too_until_its_time_is_over() {
    let app = TestApp::new().await;
    let (hook, old) = hook(&app).await;
    let rotated = app.as_user("alice").post(&format!("{hook}rotate-secret/"), json!({"overlap_hours": 2})).await.expect(200);
    let new = rotated["secret_key"].as_str().unwrap().to_owned();
    ping(&app, &hook).await;
    app.clock.advance(2 * 60 * 60 + 1);
    ping(&app, &hook).await;
    let (during, after) = (parts(&app.internet.requests()[0]), parts(&app.internet.requests()[1]));
    assert_eq!(header(&during.0, "webhook-signature"), standard(&during.0, &during.1, &[&new, &old]));
    assert_eq!(header(&after.0, "webhook-signature"), standard(&after.0, &after.1, &[&new]));
    for (headers, body) in [during, after] {
        assert_eq!(header(&headers, "x-plane-signature"), hex::encode(mac(&new, &body)));
    }
    let read = app.as_user("alice").get(&hook).await.expect(200);
    assert_eq!(read["previous_secret_until"], Value::Null);
}

#[tokio::test]
async fn one_that_is_switched_off_is_pinged_all_the_same() {
    let app = TestApp::new().await;
    let (hook, _) = hook(&app).await;
    app.as_user("alice").patch(&hook, json!({"is_active": false})).await.expect(200);
    queue(&app, &hook, &[("a", 1)]).await;
    assert_eq!(ping(&app, &hook).await["status"], "delivered");
    assert_eq!(told_to(&app), Vec::<String>::new(), "what else there is waits");
    app.as_user("alice").patch(&hook, json!({"is_active": true})).await.expect(200);
    app.run_jobs().await;
    assert_eq!(told_to(&app), ["a1"]);
}

/// Puts deliveries into the queue, each of a subject and with its place in the log.
async fn queue(app: &TestApp, hook: &str, wanted: &[(&'static str, i64)]) {
    let webhook: Uuid = hook.trim_end_matches('/').rsplit('/').next().unwrap().parse().unwrap();
    let (alice, wanted) = (app.principal("alice"), wanted.to_vec());
    let made = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&alice, "acme", Action::WorkspaceUpdate)?;
        let new = |(subject, seq): &(&str, i64)| NewDelivery {
            message_id: None,
            event_id: Some(Uuid::from_u128(u128::try_from(*seq).unwrap())),
            place: (*seq, 0),
            subject_id: Uuid::from_u128(u128::from(subject.as_bytes()[0])),
            project_id: None,
            event: "issue".to_owned(),
            action: "updated".to_owned(),
            payload: json!({"said": format!("{subject}{seq}")}).to_string(),
            redelivery_of: None,
        };
        deliveries::enqueue(&mut tx, webhook, wanted.iter().map(new).collect())
    });
    made.await.unwrap();
}

/// What the receiver was told, pings aside, whether it took it or not.
fn told_to(app: &TestApp) -> Vec<String> {
    let said = |request: &String| {
        let said: Value = serde_json::from_str(&parts(request).1).unwrap();
        Some(said["said"].as_str()?.to_owned())
    };
    app.internet.requests().iter().filter_map(said).collect()
}

fn sorted(mut told: Vec<String>) -> Vec<String> {
    told.sort();
    told
}

fn take_nothing(app: &TestApp) {
    app.internet.server(&format!("{PUBLIC}:80"), "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
}

#[tokio::test]
async fn while_nothing_gets_through_one_delivery_tries_and_then_all_come_in_order() {
    let app = TestApp::new().await;
    let (hook, _) = hook(&app).await;
    let alice = app.as_user("alice");
    take_nothing(&app);
    queue(&app, &hook, &[("a", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5)]).await;
    app.run_jobs().await;
    assert_eq!(sorted(told_to(&app)), ["a1", "b3"], "side by side, the first of each subject");
    let failing = alice.get(&hook).await.expect(200);
    assert!(failing["failing_since"].is_string() && failing["is_active"] == true);
    let waiting = alice.get(&format!("{hook}deliveries/?status=waiting")).await.expect(200);
    assert_eq!(waiting["total_count"], 5);
    // What comes meanwhile waits too.
    queue(&app, &hook, &[("c", 6)]).await;
    app.clock.advance(3);
    app.run_jobs().await;
    assert_eq!(told_to(&app).len(), 2);
    app.clock.advance(3);
    app.run_jobs().await;
    assert_eq!(told_to(&app)[2..], ["c6"], "again after five seconds, one alone, and not one that was tried before");
    app.clock.advance(400);
    app.run_jobs().await;
    assert_eq!(told_to(&app)[3..], ["a1"], "again after five minutes");
    app.internet.page(&format!("{PUBLIC}:80"), "");
    app.clock.advance(40 * 60);
    app.run_jobs().await;
    let told = told_to(&app);
    for subject in ["a", "b", "c"] {
        let of: Vec<&String> = told[4..].iter().filter(|said| said.starts_with(subject)).collect();
        assert!(of.is_sorted(), "{subject} in order: {told:?}");
    }
    let taken: std::collections::BTreeSet<&String> = told[4..].iter().collect();
    assert_eq!((taken.len(), told.len()), (6, 10), "everything once: {told:?}");
    let well = alice.get(&hook).await.expect(200);
    assert_eq!((&well["failing_since"], &well["is_active"]), (&Value::Null, &json!(true)));
    assert_eq!(alice.get(&format!("{hook}deliveries/?status=delivered")).await.expect(200)["total_count"], 6);
}

#[tokio::test]
async fn after_five_days_without_success_it_is_switched_off_and_on_again_by_an_admin() {
    let app = TestApp::new().await;
    let (hook, _) = hook(&app).await;
    let alice = app.as_user("alice");
    take_nothing(&app);
    queue(&app, &hook, &[("a", 1), ("b", 2)]).await;
    let begun = app.internet.requests().len();
    for _ in 0..30 {
        app.run_jobs().await;
        app.clock.advance(11 * 60 * 60);
    }
    let off = alice.get(&hook).await.expect(200);
    assert!(off["is_active"] == false && off["disabled_at"].is_string(), "{off}");
    assert_eq!(told(&app).await.last().unwrap().0, "disabled");
    let tried = app.internet.requests().len() - begun;
    assert!((8..=16).contains(&tried), "{tried}: one probes at a time");
    let waiting = alice.get(&format!("{hook}deliveries/?status=waiting")).await.expect(200);
    let mut attempts: Vec<i64> = results(&waiting).iter().map(|row| row["attempts"].as_i64().unwrap()).collect();
    attempts.sort_unstable();
    assert!(attempts.len() == 2 && attempts[1] - attempts[0] <= 1, "{attempts:?}: in turns, so that none is given up for all of them");
    app.internet.page(&format!("{PUBLIC}:80"), "");
    app.run_jobs().await;
    assert_eq!(app.internet.requests().len() - begun, tried, "nothing is sent to it");
    let on = alice.patch(&hook, json!({"is_active": true})).await.expect(200);
    assert_eq!((&on["disabled_at"], &on["failing_since"]), (&Value::Null, &Value::Null));
    app.run_jobs().await;
    assert_eq!(sorted(told_to(&app).split_off(tried)), ["a1", "b2"]);
}

#[tokio::test]
async fn one_delivery_is_tried_eight_times_and_then_given_up() {
    let app = TestApp::new().await;
    let (hook, _) = hook(&app).await;
    take_nothing(&app);
    queue(&app, &hook, &[("a", 1)]).await;
    for _ in 0..9 {
        app.run_jobs().await;
        app.clock.advance(11 * 60 * 60);
    }
    let failed = app.as_user("alice").get(&format!("{hook}deliveries/?status=failed")).await.expect(200);
    let shown = &results(&failed)[0];
    assert_eq!((&failed["total_count"], &shown["attempts"]), (&json!(1), &json!(8)));
    let whole = app.as_user("alice").get(&format!("{hook}deliveries/{}/", shown["id"].as_str().unwrap())).await.expect(200);
    let last = whole["tries"].as_array().unwrap().last().unwrap();
    for told in [&shown["last_try"], &whole["last_try"]] {
        assert!(["response_status", "millis", "error"].iter().all(|field| told[field] == last[field]), "{told} of {last}");
    }
    assert!(shown["subject"].is_string() && last["number"] == 8);
    assert_eq!(told_to(&app).len(), 8);
}

#[tokio::test]
async fn what_was_sent_is_sent_once_more_under_the_same_name() {
    let app = TestApp::new().await;
    let (hook, _) = hook(&app).await;
    let alice = app.as_user("alice");
    let first = ping(&app, &hook).await;
    let path = format!("{hook}deliveries/{}/", first["id"].as_str().unwrap());
    let again = alice.post(&format!("{path}redeliver/"), json!({})).await.expect(202);
    assert_eq!((&again["message_id"], &again["redelivery_of"]), (&first["message_id"], &first["id"]));
    assert_ne!(again["id"], first["id"]);
    let waits = format!("{hook}deliveries/{}/redeliver/", again["id"].as_str().unwrap());
    alice.post(&waits, json!({})).await.expect(400);
    app.run_jobs().await;
    let (one, two) = (parts(&app.internet.requests()[0]), parts(&app.internet.requests()[1]));
    assert_eq!(one.1, two.1);
    assert_eq!(header(&one.0, "webhook-id"), header(&two.0, "webhook-id"));
    let third = alice.post(&waits, json!({})).await.expect(202);
    assert_eq!(third["redelivery_of"], first["id"], "of the first, however often");
    alice.post(&format!("{hook}deliveries/{}/redeliver/", Uuid::nil()), json!({})).await.expect(404);
}

#[tokio::test]
async fn a_range_of_time_is_sent_once_more() {
    let app = TestApp::new().await;
    let (hook, _) = hook(&app).await;
    let (alice, path) = (app.as_user("alice"), format!("{hook}redeliver/"));
    queue(&app, &hook, &[("a", 1)]).await;
    app.run_jobs().await;
    app.clock.advance(60);
    take_nothing(&app);
    for _ in 0..2 {
        ping(&app, &hook).await;
    }
    let before = app.internet.requests().len();
    let range = json!({"after": "2026-01-01T12:00:00Z"});
    assert_eq!(alice.post(&path, range.clone()).await.expect(202)["redelivered"], 2, "what failed");
    app.run_jobs().await;
    assert_eq!(app.internet.requests().len() - before, 2);
    let all = json!({"after": "2026-01-01T12:00:00Z", "include_delivered": true});
    assert_eq!(alice.post(&path, all).await.expect(202)["redelivered"], 3, "repeats are not repeated");
    let earlier = json!({"after": "2026-01-01T12:00:00Z", "before": "2026-01-01T12:00:30Z", "include_delivered": true});
    assert_eq!(alice.post(&path, earlier).await.expect(202)["redelivered"], 1);
    for (body, field) in [
        (json!({}), "after"),
        (json!({"after": null}), "after"),
        (json!({"after": "soon"}), "after"),
        (json!({"after": "2026-02-30"}), "after"),
        (json!({"after": "2027-01-01"}), "before"),
        (json!({"after": "2026-01-01", "before": "2025-01-01"}), "before"),
    ] {
        assert!(alice.post(&path, body.clone()).await.expect(400)[field].is_array(), "{body}");
    }
    app.run_jobs().await;
    let many: Vec<(&str, i64)> = (10..211).map(|seq| ("z", seq)).collect();
    app.internet.page(&format!("{PUBLIC}:80"), "");
    queue(&app, &hook, &many).await;
    app.clock.advance(1_000);
    app.run_jobs().await;
    let refused = alice.post(&path, json!({"after": "2026-01-01", "include_delivered": true})).await.expect(400);
    assert!(refused["before"][0].as_str().unwrap().contains("200"), "{refused}");
}

#[tokio::test]
async fn what_was_sent_long_ago_is_thrown_away_and_counted() {
    let app = TestApp::new().await;
    let (hook, _) = hook(&app).await;
    ping(&app, &hook).await;
    let deleted = app.as_user("alice").post(super::HOOKS, json!({"url": "http://hooks.test/other"})).await.id();
    app.as_user("alice").patch(&super::one(&deleted), json!({"is_active": false})).await.expect(200);
    queue(&app, &super::one(&deleted), &[("a", 1)]).await;
    app.as_user("alice").delete(&super::one(&deleted)).await.expect(204);
    let house = app.house();
    let removed = || app.metrics().rows_removed.with_label_values(&["webhook_delivery"]).get();
    house.clean("a").await.unwrap();
    assert_eq!(removed(), 0);
    app.clock.advance(30 * DAY + 1);
    house.clean("a").await.unwrap();
    assert_eq!(removed(), 1, "what waited for the one that was deleted went with it");
    let alice = app.principal("alice");
    let left = app.db.read(move |session| {
        let mut tx = session.workspace(&alice, "acme", Action::WorkspaceRead)?;
        let all = tx.from(WEBHOOK_DELIVERIES);
        tx.count(all)
    });
    assert_eq!(left.await.unwrap(), 0);
    assert_eq!(app.as_user("alice").get(&format!("{hook}deliveries/")).await.expect(200)["total_count"], 0);
}
