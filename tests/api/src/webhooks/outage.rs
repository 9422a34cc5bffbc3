//! Receivers that are away, or take some things and not others; and servers that die.

use std::collections::{BTreeMap, BTreeSet};

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::{PUBLIC, Sent, hook_with, told_now};
use crate::stock::{item, items, project};

fn answer(app: &TestApp, status: &str) {
    app.internet.server(&format!("{PUBLIC}:80"), format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
}

/// What a receiver took, by item: the names in the order in which they came.
fn by_item(told: &[Sent]) -> BTreeMap<String, Vec<String>> {
    let mut by: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for sent in told {
        let data = &sent.body["data"];
        by.entry(data["id"].as_str().unwrap().to_owned()).or_default().push(data["name"].as_str().unwrap().to_owned());
    }
    by
}

#[tokio::test]
async fn a_receiver_that_was_away_for_an_hour_gets_everything_in_order() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let hook = hook_with(&app, "in", json!({"issue": true, "delivery_mode": "change"})).await;
    let (alice, mut own) = (app.as_user("alice"), Vec::new());
    for number in 0..5 {
        own.push(item(&app, "alice", &id, json!({"name": format!("{number} at first")})).await);
    }
    told_now(&app).await;
    answer(&app, "503 Away");
    let mut tries = 0;
    for minute in 0..60 {
        for (number, item) in own.iter().enumerate().filter(|(number, _)| (minute + number) % 4 == 0) {
            let name = json!({"name": format!("{number} at {minute:02}")});
            alice.patch(&format!("{}{item}/", items(&id)), name).await.expect(200);
        }
        tries += told_now(&app).await.len();
        app.clock.advance(60);
    }
    assert!(tries < 12, "{tries}: one at a time, and ever more seldom");
    app.internet.page(&format!("{PUBLIC}:80"), "");
    let mut taken = Vec::new();
    for _ in 0..5 {
        app.clock.advance(60 * 60);
        taken.extend(told_now(&app).await);
    }
    let by = by_item(&taken);
    assert_eq!(taken.len(), 75, "everything, once");
    for (item, names) in &by {
        let number = own.iter().position(|own| own == item).unwrap();
        let wanted: Vec<String> =
            (0..60).filter(|minute| (minute + number) % 4 == 0).map(|minute| format!("{number} at {minute:02}")).collect();
        assert_eq!(*names, wanted);
    }
    let well = alice.get(&hook).await.expect(200);
    assert_eq!((&well["failing_since"], &well["is_active"]), (&Value::Null, &json!(true)));
}

#[tokio::test]
async fn one_that_is_never_taken_does_not_stand_before_the_others() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let hook = hook_with(&app, "in", json!({"issue": true})).await;
    let bad = item(&app, "alice", &id, json!({"name": "Bad"})).await;
    answer(&app, "400 No");
    told_now(&app).await;
    app.internet.page(&format!("{PUBLIC}:80"), "");
    let good = item(&app, "alice", &id, json!({"name": "Good"})).await;
    app.clock.advance(6);
    let told = told_now(&app).await;
    assert_eq!(told[0].body["data"]["id"], json!(good), "the one that was tried least probes");
    assert!(told.iter().any(|sent| sent.body["data"]["id"] == json!(bad)), "and the other follows");
    assert_eq!(app.as_user("alice").get(&hook).await.expect(200)["failing_since"], Value::Null);
}

/// The position of the consumer and what it writes are one transaction, and so are the claim and the note of the sender: whoever dies in
/// between has it done again.
#[tokio::test]
async fn whoever_dies_in_between_loses_nothing() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    hook_with(&app, "in", json!({"issue": true})).await;
    let own = item(&app, "alice", &id, json!({"name": "One"})).await;
    // Dies between the commit and the consumer: nothing is lost, whoever comes later.
    app.run_consumers().await;
    // Dies while it sends: the request leaves and nobody notes it. Its claim and its lease run out.
    app.internet.silent_server(&format!("{PUBLIC}:80"));
    let sending = tokio::time::timeout(std::time::Duration::from_millis(300), app.run_jobs()).await;
    assert!(sending.is_err(), "it was sent and not answered");
    app.internet.page(&format!("{PUBLIC}:80"), "");
    assert_eq!(told_now(&app).await.len(), 0, "another holds it, as far as anybody knows");
    app.clock.advance(61);
    let told = told_now(&app).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].body["data"]["id"], json!(own));
    let names: BTreeSet<String> = app.internet.requests().iter().map(|request| Sent::of(request).header("webhook-id").to_owned()).collect();
    assert_eq!((names.len(), app.internet.requests().len()), (1, 2), "twice, under one name");
}
