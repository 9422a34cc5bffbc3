//! Whom automations assign.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::Place;
use crate::joining::import_nina;

/// How many of these items each user has.
async fn counted(place: &Place, items: &[String]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for item in items {
        for person in place.after(item).await["assignees"].as_array().unwrap() {
            *counted.entry(person.as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    counted
}

fn among(place: &Place, users: &[(&str, usize)]) -> BTreeMap<String, usize> {
    users.iter().map(|(user, count)| (place.app.user(user).to_string(), *count)).collect()
}

/// Items made at once, and rules that act on them in two processes at a time.
async fn rush(place: &Place, count: usize, body: &Value) -> Vec<String> {
    let made = join_all((0..count).map(|_| place.item(body.clone()))).await;
    tokio::join!(place.app.run_consumers(), place.app.run_consumers());
    made
}

#[tokio::test]
async fn turns_are_fair_and_who_cannot_work_is_passed_over() {
    let place = Place::new().await;
    let members = json!([place.user("alice"), place.user("bob"), place.user("dave")]);
    let assign = json!([{"kind": "assign", "policy": "round_robin", "members": members}]);
    let rule = place.rule(json!({"kind": "item_created"}), json!({}), assign).await;
    let before = place.app.as_user("alice").raw("GET", &place.path(&format!("automations/{rule}/")), &[], Vec::new()).await;
    let made = rush(&place, 12, &json!({"name": "x"})).await;
    assert_eq!(counted(&place, &made).await, among(&place, &[("alice", 4), ("bob", 4), ("dave", 4)]));
    // It is whose turn it is that changed, and not the rule.
    let after = place.app.as_user("alice").raw("GET", &place.path(&format!("automations/{rule}/")), &[], Vec::new()).await;
    assert_eq!(before.expect(200), after.expect(200));
    // Who works on it already keeps it.
    let own = place.item(json!({"name": "own", "assignees": [place.user("dave")]})).await;
    assert_eq!(place.after(&own).await["assignees"], json!([place.user("dave")]));
    place.app.as_user("alice").delete(&place.path(&format!("members/{}/", place.dave))).await.expect(204);
    let made = rush(&place, 4, &json!({"name": "y"})).await;
    assert_eq!(counted(&place, &made).await, among(&place, &[("alice", 2), ("bob", 2)]));
    assert!(place.outcomes(&rule).await.iter().filter(|outcome| *outcome == "done").count() == 16);
}

#[tokio::test]
async fn who_has_the_least_to_do_gets_the_next() {
    let place = Place::new().await;
    for (user, count) in [("bob", 3), ("dave", 1)] {
        for _ in 0..count {
            place.item(json!({"name": "before", "assignees": [place.user(user)]})).await;
        }
    }
    // What is done is no load.
    let done = place.state("completed").await;
    place.item(json!({"name": "done", "assignees": [place.user("dave")], "state": done})).await;
    let members = json!([place.user("bob"), place.user("dave")]);
    let assign = json!([{"kind": "assign", "policy": "least_loaded", "members": members}]);
    place.app.run_consumers().await;
    place.rule(json!({"kind": "item_created"}), json!({}), assign).await;
    let made = rush(&place, 6, &json!({"name": "x"})).await;
    assert_eq!(counted(&place, &made).await, among(&place, &[("bob", 2), ("dave", 4)]), "five each in the end");
}

#[tokio::test]
async fn by_label_state_or_priority_and_to_whom_the_project_says() {
    let place = Place::new().await;
    let bug = place.label("bug").await;
    let to = |user: &str| json!([{"kind": "assign", "policy": "round_robin", "members": [place.user(user)]}]);
    place.rule(json!({"kind": "item_changed", "fields": ["labels"]}), json!({"label_id": bug}), to("dave")).await;
    place.rule(json!({"kind": "item_created"}), json!({"priority": "urgent"}), to("bob")).await;
    let default = json!([{"kind": "assign", "policy": "default_assignee"}]);
    let nobody = json!({"assignee_id__isnull": true});
    let rule = place.rule(json!({"kind": "item_changed", "fields": ["state"]}), nobody, default).await;
    let urgent = place.item(json!({"name": "Urgent", "priority": "urgent"})).await;
    assert_eq!(place.after(&urgent).await["assignees"], json!([place.user("bob")]));
    let other = place.item(json!({"name": "Other"})).await;
    place.change(&other, json!({"state": place.state("started").await})).await;
    assert_eq!(place.after(&other).await["assignees"], json!([]), "the project says nobody");
    assert_eq!(place.runs(&rule).await[0]["effects"][0]["result"], "missing");
    place.app.as_user("alice").patch(&place.path(""), json!({"default_assignee": place.user("alice")})).await.expect(200);
    place.change(&other, json!({"state": place.state("unstarted").await})).await;
    assert_eq!(place.after(&other).await["assignees"], json!([place.user("alice")]));
    place.change(&other, json!({"labels": [bug]})).await;
    assert_eq!(place.after(&other).await["assignees"].as_array().unwrap().len(), 2, "one more, since dave does not work on it");
}

#[tokio::test]
async fn who_an_import_knows_by_name_works_on_items_and_is_told_nothing() {
    let place = Place::new().await;
    let nina = json!(import_nina(&place.app, &[("alice", "acme")]).await);
    let created = || json!({"kind": "item_created"});
    // As people may assign him.
    let own = place.item(json!({"name": "Own", "assignees": [nina]})).await;
    assert_eq!(place.after(&own).await["assignees"], json!([nina]));
    place.rule(created(), json!({}), json!([{"kind": "add_assignees", "assignees": [nina]}])).await;
    let one = place.item(json!({"name": "One"})).await;
    assert_eq!(place.after(&one).await["assignees"], json!([nina]));
    let notify = json!([{"kind": "notify", "members": [nina], "message": "x"}]);
    let refused = place.try_rule(created(), json!({}), notify).await.expect(400);
    assert!(refused["actions"]["0"]["members"][0].is_string(), "{refused}");
}
