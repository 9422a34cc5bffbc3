//! When automations act.

use serde_json::{Value, json};

use super::{Place, urgent};
use crate::stock::{self, results};

#[tokio::test]
async fn a_new_item_is_one_that_was_made_published_or_taken_in() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    alice.patch(&place.path(""), json!({"intake_view": true})).await.expect(200);
    let rule = place.rule(json!({"kind": "item_created"}), json!({"priority__in": ["none", "low"]}), urgent()).await;
    let made = place.item(json!({"name": "Made"})).await;
    let other = place.item(json!({"name": "Other", "priority": "high"})).await;
    assert_eq!(place.after(&made).await["priority"], "urgent");
    assert_eq!(place.after(&other).await["priority"], "high", "it does not fit");
    let draft = place.item(json!({"name": "Draft", "is_draft": true})).await;
    place.app.run_consumers().await;
    assert_eq!(place.app.as_user("bob").get(&place.at(&draft)).await.expect(200)["priority"], "none", "a draft is its maker's");
    place.change(&draft, json!({"is_draft": false})).await;
    assert_eq!(place.after(&draft).await["priority"], "urgent");
    let intake = place.path("intake-issues/");
    let asked = place.app.as_user("gina").post(&intake, json!({"issue": {"name": "Asked"}})).await.expect(201);
    let asked = asked["issue"].as_str().unwrap().to_owned();
    place.app.run_consumers().await;
    assert_eq!(place.runs(&rule).await.len(), 2, "what waits in intake is no item yet");
    alice.patch(&format!("{intake}{asked}/"), json!({"status": 1})).await.expect(200);
    assert_eq!(place.after(&asked).await["priority"], "urgent");
    let runs = place.runs(&rule).await;
    let acted: Vec<&Value> = runs.iter().map(|run| &run["issue"]).collect();
    assert_eq!(acted, [&json!(made), &json!(draft), &json!(asked)]);
    let effects = json!([{"action": "set_priority", "result": "changed", "value": "urgent"}]);
    assert_eq!((&runs[0]["outcome"], &runs[0]["effects"], &runs[0]["error"]), (&json!("done"), &effects, &Value::Null));
    assert!(runs[0]["event"].is_string() && runs[0]["day"].is_null());
}

#[tokio::test]
async fn changes_are_told_apart_by_their_fields_and_comments_are_heard() {
    let place = Place::new().await;
    let (state, label) = (place.state("started").await, place.label("seen").await);
    let moved = place
        .rule(
            json!({"kind": "item_changed", "fields": ["state"]}),
            json!({"state_group": "started"}),
            json!([{"kind": "add_labels", "labels": [label]}]),
        )
        .await;
    let said = place.rule(json!({"kind": "comment_added"}), json!({}), urgent()).await;
    let one = place.item(json!({"name": "One"})).await;
    place.change(&one, json!({"name": "Two", "state": place.state("unstarted").await})).await;
    assert_eq!(place.after(&one).await["labels"], json!([]), "it came into another state, but not into such a one");
    place.change(&one, json!({"state": state})).await;
    assert_eq!(place.after(&one).await["labels"], json!([label]));
    place.change(&one, json!({"labels": []})).await;
    assert_eq!(place.after(&one).await["labels"], json!([]), "another field");
    let comments = format!("{}comments/", place.at(&one));
    place.app.as_user("dave").post(&comments, json!({"comment_html": "<p>hm</p>"})).await.expect(201);
    assert_eq!(place.after(&one).await["priority"], "urgent");
    assert_eq!((place.runs(&moved).await.len(), place.runs(&said).await.len()), (1, 1));
    // Switched off, a rule hears nothing.
    place.app.as_user("alice").patch(&place.path(&format!("automations/{said}/")), json!({"is_enabled": false})).await.expect(200);
    place.app.as_user("dave").post(&comments, json!({"comment_html": "<p>hm</p>"})).await.expect(201);
    place.after(&one).await;
    assert_eq!(place.runs(&said).await.len(), 1);
}

#[tokio::test]
async fn an_item_is_judged_as_it_was_and_met_as_it_is() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let rule = place.rule(json!({"kind": "item_created"}), json!({"priority": "low"}), urgent()).await;
    let changed = place.item(json!({"name": "Changed since", "priority": "low"})).await;
    place.change(&changed, json!({"priority": "medium"})).await;
    let gone = place.item(json!({"name": "Gone since", "priority": "low"})).await;
    alice.delete(&place.at(&gone)).await.expect(204);
    let done = place.state("completed").await;
    let archived = place.item(json!({"name": "Archived since", "priority": "low", "state": done})).await;
    alice.post(&format!("{}archive/", place.at(&archived)), json!({})).await.expect(204);
    let elsewhere = stock::project(&place.app, "OPS").await;
    let moved = place.item(json!({"name": "Moved since", "priority": "low"})).await;
    let body = json!({"work_item_ids": [moved], "target_project_id": elsewhere});
    alice.post(&place.path("work-items/bulk-move/"), body).await.expect(200);
    assert_eq!(place.after(&changed).await["priority"], "urgent");
    assert_eq!(place.outcomes(&rule).await, ["done", "nothing", "nothing", "nothing"]);
    assert_eq!(alice.get(&place.path(&format!("archived-work-items/{archived}/"))).await.expect(200)["priority"], "low");
    let there = alice.get(&format!("/api/v1/workspaces/acme/projects/{elsewhere}/work-items/")).await.expect(200);
    assert_eq!(results(&there)[0]["priority"], "low", "a rule acts in its project and nowhere else");
}
