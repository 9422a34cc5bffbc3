//! What keeps automations from doing harm.

use std::sync::Arc;

use aileron_kernel::Action;
use aileron_tracker::automations::consumer::Automations;
use serde_json::{Value, json};

use super::{DAY, Place, urgent};
use crate::{
    notification_rules::told,
    stock::results,
    undo::{keyed, undo},
};

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
    assert_eq!(place.told_of_rules().await, [1, 2, 3].map(|depth| (depth, "automation".to_owned())));
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
    let mut actions = json!([
        {"kind": "set_priority", "priority": "low"}, {"kind": "add_labels", "labels": [label]},
        {"kind": "notify", "to": ["creator"], "members": [], "message": "x"}, {"kind": "close"}, {"kind": "archive"},
    ]);
    actions[2].as_object_mut().unwrap().remove("members");
    let full = place.rule(json!({"kind": "item_created"}), json!({}), actions.clone()).await;
    // Nobody could write this, and so it is refused when it acts.
    actions[2]["members"] = json!([]);
    actions.as_array_mut().unwrap().push(json!({"kind": "add_comment", "comment_html": "<p>What is archived takes no comments.</p>"}));
    place.spoil(&full, "actions", actions).await;
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
async fn what_is_taken_back_stays_taken_back() {
    let place = Place::new().await;
    let rule = place.rule(json!({"kind": "item_changed", "fields": ["name", "priority"]}), json!({}), urgent()).await;
    let other = place
        .rule(
            json!({"kind": "item_changed", "fields": ["priority"]}),
            json!({"priority": "none"}),
            json!([{"kind": "set_target_date", "days": 1}]),
        )
        .await;
    let one = place.item(json!({"name": "One"})).await;
    place.change(&one, json!({"name": "Two"})).await;
    assert_eq!(place.after(&one).await["priority"], "urgent");
    let run = place.runs(&rule).await[0]["id"].as_str().unwrap().to_owned();
    // Bob read of the run and takes its id for a key of his own: that is no part of what the rule did.
    keyed(&place.app, "bob", &run, ("PATCH", &place.at(&one)), json!({"start_date": "2026-01-01"})).await.expect(200);
    undo(&place.app, "alice", &run, "u1").await.expect(200);
    let shown = place.after(&one).await;
    assert_eq!((&shown["priority"], &shown["start_date"]), (&json!("none"), &json!("2026-01-01")), "alice wants it so");
    assert_eq!(shown["target_date"], "2026-01-02", "others act on it as on what people do");
    assert_eq!((place.outcomes(&rule).await.len(), place.outcomes(&other).await), (1, vec!["done".to_owned()]), "and it itself does not");
    let history = results(&place.get(&format!("work-items/{one}/activities/?order_by=-created_at")).await);
    let back = history.iter().find(|row| row["field"] == "priority" && row["new_value"] == "none").unwrap();
    assert_eq!((&back["actor"], back.get("automation")), (&place.user("alice"), None), "alice did it, and no rule");
    // And it can be taken back too.
    undo(&place.app, "alice", "u1", "u2").await.expect(200);
}

#[tokio::test]
async fn one_that_nobody_can_read_is_in_nobodys_way() {
    let place = Place::new().await;
    let created = || json!({"kind": "item_created"});
    let bad = place.rule(created(), json!({}), urgent()).await;
    let good = place.rule(created(), json!({}), json!([{"kind": "set_target_date", "days": 1}])).await;
    let daily = place.rule(json!({"kind": "schedule"}), json!({}), urgent()).await;
    place.spoil(&bad, "filters", json!({"colour": "red"})).await;
    place.spoil(&daily, "actions", json!([{"kind": "explode"}])).await;
    let one = place.item(json!({"name": "One"})).await;
    assert_eq!(place.after(&one).await["target_date"], "2026-01-02");
    place.wait(1).await;
    for rule in [&bad, &daily] {
        let shown = place.shown(rule).await;
        assert_eq!((&shown["is_enabled"], shown["paused_at"].is_string(), &shown["next_at"]), (&json!(false), true, &Value::Null));
        assert!(place.runs(rule).await.is_empty());
    }
    assert_eq!(place.outcomes(&good).await, ["done"]);
    let alice = place.app.as_user("alice");
    assert_eq!(alice.get("/api/v1/workspaces/acme/dead-letters/").await.expect(200)["total_count"], 0);
    let log = alice.get("/api/v1/workspaces/acme/audit-log/?entity=automation&verb=paused").await.expect(200);
    assert_eq!(results(&log).len(), 2);
    // The project can be changed, and the rule mended.
    place.spoil(&daily, "trigger_data", json!({"kind": "sometimes"})).await;
    alice.patch(&place.path(""), json!({"timezone": "Asia/Tokyo"})).await.expect(200);
    place.edit(&daily, json!({"trigger": {"kind": "schedule"}, "actions": urgent(), "is_enabled": true})).await;
    place.wait(2).await;
    assert_eq!(place.after(&one).await["priority"], "urgent");
}

#[tokio::test]
async fn a_rule_acts_on_what_happens_from_its_beginning_on() {
    let place = Place::new().await;
    let before = place.item(json!({"name": "Before"})).await;
    let rule = place.rule(json!({"kind": "item_created"}), json!({}), urgent()).await;
    assert_eq!(place.after(&before).await["priority"], "none", "it was made before the rule was");
    place.edit(&rule, json!({"is_enabled": false})).await;
    let meanwhile = place.item(json!({"name": "Meanwhile"})).await;
    place.edit(&rule, json!({"is_enabled": true})).await;
    let low = place.item(json!({"name": "Low", "priority": "low"})).await;
    place.edit(&rule, json!({"filters": {"priority": "low"}})).await;
    let after = place.item(json!({"name": "After", "priority": "low"})).await;
    place.edit(&rule, json!({"name": "Another name"})).await;
    for (item, priority) in [(&meanwhile, "none"), (&low, "low"), (&after, "urgent")] {
        assert_eq!(place.after(item).await["priority"], priority);
    }
    assert_eq!(place.runs(&rule).await.len(), 1);
}

#[tokio::test]
async fn nobody_acts_twice_on_what_was_forgotten() {
    let place = Place::new().await;
    let welcome = json!([{"kind": "add_comment", "comment_html": "<p>Welcome</p>"}]);
    let rule = place.rule(json!({"kind": "item_created"}), json!({}), welcome).await;
    let one = place.item(json!({"name": "One"})).await;
    place.app.run_consumers().await;
    place.app.clock.advance(61 * DAY);
    place.app.house().clean("test").await.unwrap();
    assert!(place.runs(&rule).await.is_empty());
    let principal = place.app.principal("alice");
    let workspace = place.app.db.read(move |session| Ok(session.workspace(&principal, "acme", Action::WorkspaceRead)?.workspace_id()));
    let consumers = place.app.consumers(vec![Arc::new(Automations::new(place.app.metrics()))]);
    assert!(consumers.replay("automations", workspace.await.unwrap(), 0).await.unwrap());
    place.app.run_consumers().await;
    assert_eq!(place.get(&format!("work-items/{one}/comments/")).await["total_count"], 1);
}
