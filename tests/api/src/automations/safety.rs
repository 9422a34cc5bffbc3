//! What keeps automations from doing harm.

use std::sync::Arc;

use aileron_db::{ExprTrait as _, Order, schema::EVENTS};
use aileron_kernel::Action;
use aileron_tracker::automations::consumer::Automations;
use serde_json::{Value, json};

use super::{Place, urgent};
use crate::{notification_rules::told, stock::results};

fn set(priority: &str) -> Value {
    json!([{"kind": "set_priority", "priority": priority}])
}

#[tokio::test]
async fn rules_that_answer_each_other_come_to_an_end() {
    let place = Place::new().await;
    let changed = || json!({"kind": "item_changed", "fields": ["priority"]});
    let up = place.rule(changed(), json!({"priority": "low"}), set("high")).await;
    let down = place.rule(changed(), json!({"priority": "high"}), set("low")).await;
    let one = place.item(json!({"name": "One"})).await;
    place.change(&one, json!({"priority": "low"})).await;
    assert_eq!(place.after(&one).await["priority"], "high");
    assert_eq!(place.outcomes(&up).await, ["done", "done"]);
    assert_eq!(place.outcomes(&down).await, ["done", "stopped"], "the fourth in a row");
    let stopped = place.runs(&down).await.pop().unwrap();
    assert!(stopped["error"].as_str().unwrap().starts_with("3 automations"), "{stopped}");
    let principal = place.app.principal("alice");
    let read = place.app.db.read(move |session| {
        let mut tx = session.workspace(&principal, "acme", Action::WorkspaceRead)?;
        let of = |column| EVENTS.col(column);
        let select = tx.from(EVENTS).filter(of("automation_id").is_not_null()).order(of("seq"), Order::Asc);
        tx.all::<(i64, String)>(&select.expr(of("automation_depth")).expr(of("actor_kind")))
    });
    let told: Vec<(i64, String)> = read.await.unwrap();
    assert_eq!(told, [1, 2, 3].map(|depth| (depth, "automation".to_owned())));
}

#[tokio::test]
async fn a_rule_does_not_act_on_what_it_did_and_a_workflow_of_several_goes_on() {
    let place = Place::new().await;
    let changed = |field: &str| json!({"kind": "item_changed", "fields": [field]});
    let label = place.label("done").await;
    let own = place
        .rule(changed("priority"), json!({}), json!([{"kind": "set_priority", "priority": "high"}, {"kind": "set_target_date", "days": 1}]))
        .await;
    let next = place.rule(changed("target_date"), json!({"priority": "high"}), json!([{"kind": "add_labels", "labels": [label]}])).await;
    let one = place.item(json!({"name": "One"})).await;
    place.change(&one, json!({"priority": "low"})).await;
    let shown = place.after(&one).await;
    assert_eq!((&shown["priority"], &shown["labels"]), (&json!("high"), &json!([label])));
    assert_eq!((place.runs(&own).await.len(), place.runs(&next).await.len()), (1, 1));
}

#[tokio::test]
async fn an_event_is_acted_on_once_however_often_it_comes() {
    let place = Place::new().await;
    let rule =
        place.rule(json!({"kind": "item_created"}), json!({}), json!([{"kind": "add_comment", "comment_html": "<p>Welcome</p>"}])).await;
    let one = place.item(json!({"name": "One"})).await;
    place.app.run_consumers().await;
    let principal = place.app.principal("alice");
    let workspace = place.app.db.read(move |session| Ok(session.workspace(&principal, "acme", Action::WorkspaceRead)?.workspace_id()));
    let workspace = workspace.await.unwrap();
    // As after a backup that is older than the comment, but for the rows themselves; and in two processes at once.
    let consumers = place.app.consumers(vec![Arc::new(Automations::new(place.app.metrics()))]);
    assert!(consumers.replay("automations", workspace, 0).await.unwrap());
    tokio::join!(place.app.run_consumers(), place.app.run_consumers());
    assert_eq!(place.get(&format!("work-items/{one}/comments/")).await["total_count"], 1);
    assert_eq!(place.outcomes(&rule).await, ["done"]);
    assert!(place.app.metrics().render().contains("aileron_automation_runs_total{outcome=\"done\"} 1"));
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_and_is_in_nobodys_way() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let (label, gone) = (place.label("kept").await, place.label("gone").await);
    let state = alice.post(&place.path("states/"), json!({"name": "Gone", "color": "#000000", "group": "started"})).await.id();
    let actions = json!([
        {"kind": "set_priority", "priority": "low"}, {"kind": "add_labels", "labels": [label]}, {"kind": "notify", "to": ["creator"], "message": "x"},
        {"kind": "close"}, {"kind": "archive"}, {"kind": "add_comment", "comment_html": "<p>What is archived takes no comments.</p>"},
    ]);
    let full = place.rule(json!({"kind": "item_created"}), json!({}), actions).await;
    let missing = json!([{"kind": "set_state", "state": state}, {"kind": "add_labels", "labels": [gone]}]);
    let missing = place.rule(json!({"kind": "item_created"}), json!({}), missing).await;
    let other = place.rule(json!({"kind": "item_created"}), json!({}), json!([{"kind": "set_target_date", "days": 3}])).await;
    // What the second rule names is gone.
    alice.delete(&place.path(&format!("states/{state}/"))).await.expect(204);
    alice.delete(&place.path(&format!("labels/{gone}/"))).await.expect(204);
    told(&place.app, "bob").await;
    let one = place.item(json!({"name": "One"})).await;
    let shown = place.after(&one).await;
    assert_eq!((&shown["priority"], &shown["labels"], &shown["target_date"]), (&json!("none"), &json!([]), &json!("2026-01-04")));
    let run = place.runs(&full).await.pop().unwrap();
    assert_eq!((&run["outcome"], &run["effects"]), (&json!("failed"), &json!([])));
    assert!(run["error"].is_string(), "{run}");
    let run = place.runs(&missing).await.pop().unwrap();
    assert_eq!(
        (&run["outcome"], &run["effects"][0]["result"], &run["effects"][1]["result"]),
        (&json!("nothing"), &json!("missing"), &json!("missing"))
    );
    assert_eq!(place.outcomes(&other).await, ["done"]);
    let history = results(&place.get(&format!("work-items/{one}/activities/")).await);
    assert!(history.iter().all(|row| row["field"] != "priority" && row["field"] != "labels"), "{history:?}");
    assert!(told(&place.app, "bob").await.iter().all(|row| !row.starts_with("automation")), "nor was anybody told");
    assert_eq!(alice.get("/api/v1/workspaces/acme/dead-letters/").await.expect(200)["total_count"], 0);
}

#[tokio::test]
async fn one_that_acts_too_often_is_paused_and_admins_are_told() {
    let place = Place::new().await;
    told(&place.app, "alice").await;
    let rule = place.rule(json!({"kind": "item_created"}), json!({}), urgent()).await;
    for number in 0..5 {
        place.item(json!({"name": format!("{number}")})).await;
    }
    let few = Automations { most_an_hour: 3, ..Automations::new(place.app.metrics()) };
    place.app.consumers(vec![Arc::new(few.clone())]).run_due().await.unwrap();
    assert_eq!(place.outcomes(&rule).await, ["done"; 3]);
    let path = place.path(&format!("automations/{rule}/"));
    let paused = place.app.as_user("alice").get(&path).await.expect(200);
    assert_eq!((&paused["is_enabled"], paused["paused_at"].is_string()), (&json!(false), true));
    assert_eq!(told(&place.app, "alice").await, ["automation notified [automation+message] mentioned"]);
    assert!(told(&place.app, "dave").await.is_empty());
    assert!(place.app.metrics().render().contains("aileron_automation_pauses_total 1"));
    let log = place.app.as_user("alice").get("/api/v1/workspaces/acme/audit-log/?entity=automation&verb=paused").await.expect(200);
    assert_eq!((results(&log).len(), &results(&log)[0]["actor_kind"]), (1, &json!("automation")));
    // An hour later it may act again, if somebody says so.
    let resumed = place.app.as_user("alice").patch(&path, json!({"is_enabled": true})).await.expect(200);
    assert_eq!(resumed["paused_at"], Value::Null);
    place.app.clock.advance(60 * 60 + 1);
    place.item(json!({"name": "later"})).await;
    place.app.consumers(vec![Arc::new(few)]).run_due().await.unwrap();
    assert_eq!(place.outcomes(&rule).await, ["done"; 4]);
}
