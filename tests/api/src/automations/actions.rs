//! What automations do.

use serde_json::{Value, json};

use super::{Place, urgent};
use crate::{
    notification_rules::{LIST, told},
    stock::results,
    undo::undo,
};

#[tokio::test]
async fn an_item_is_changed_as_people_change_it() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let (bug, old) = (place.label("bug").await, place.label("old").await);
    let started = place.state("started").await;
    let actions = json!([
        {"kind": "set_state", "state": started},
        {"kind": "set_priority", "priority": "high"},
        {"kind": "set_start_date", "days": 0},
        {"kind": "set_target_date", "days": 7},
        {"kind": "add_labels", "labels": [bug]},
        {"kind": "remove_labels", "labels": [old]},
        {"kind": "add_assignees", "assignees": [place.user("bob")]},
        {"kind": "remove_assignees", "assignees": [place.user("dave")]},
    ]);
    let rule = place.rule(json!({"kind": "item_created"}), json!({}), actions).await;
    let one = place.item(json!({"name": "One", "labels": [old], "assignees": [place.user("dave")]})).await;
    let shown = place.after(&one).await;
    assert_eq!((&shown["state"], &shown["priority"]), (&json!(started), &json!("high")));
    assert_eq!((&shown["start_date"], &shown["target_date"]), (&json!("2026-01-01"), &json!("2026-01-08")));
    assert_eq!((&shown["labels"], &shown["assignees"]), (&json!([bug]), &json!([place.user("bob")])));
    assert_eq!(shown["updated_by"], Value::Null, "nobody's account did it");
    // The history says which rule did it, and the log has one event of it.
    let history = results(&place.get(&format!("work-items/{one}/activities/")).await);
    let priority = history.iter().find(|row| row["field"] == "priority").unwrap();
    assert_eq!((&priority["actor"], &priority["automation"]), (&Value::Null, &json!({"id": rule, "name": "A rule"})));
    assert_eq!(place.told_of_rules().await, [(1, "automation".to_owned())]);
    assert!(history[0].get("automation").is_none(), "bob made it");
    // Guests do not read rules, and are told no more than that it was one.
    alice.patch(&place.path(""), json!({"guest_view_all_features": true})).await.expect(200);
    let seen = results(&place.app.as_user("gina").get(&format!("{}activities/", place.at(&one))).await.expect(200));
    let priority = seen.iter().find(|row| row["field"] == "priority").unwrap();
    assert_eq!(priority["automation"], json!({"id": rule, "name": null}));
    // People take it back as a whole.
    let run = place.runs(&rule).await[0]["id"].as_str().unwrap().to_owned();
    undo(&place.app, "bob", &run, "u1").await.expect(404);
    undo(&place.app, "alice", &run, "u2").await.expect(200);
    let shown = place.after(&one).await;
    assert_eq!((&shown["priority"], &shown["labels"], &shown["target_date"]), (&json!("none"), &json!([old]), &Value::Null));
    assert_eq!(shown["assignees"], json!([place.user("dave")]));
    // What is so already is not changed once more.
    alice
        .patch(&place.path(&format!("automations/{rule}/")), json!({"trigger": {"kind": "comment_added"}, "actions": urgent()}))
        .await
        .expect(200);
    place.change(&one, json!({"priority": "urgent"})).await;
    alice.post(&format!("{}comments/", place.at(&one)), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    place.after(&one).await;
    let last = place.runs(&rule).await.pop().unwrap();
    assert_eq!((&last["outcome"], &last["effects"][0]["result"]), (&json!("nothing"), &json!("unchanged")));
}

#[tokio::test]
async fn items_are_put_into_cycles_and_modules_and_estimated() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    alice.patch(&place.path(""), json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let cycle = alice.post(&place.path("cycles/"), json!({"name": "C", "project_id": place.project})).await.id();
    let module = alice.post(&place.path("modules/"), json!({"name": "M"})).await.id();
    let estimate = alice.post(&place.path("estimates/"), json!({"name": "P", "type": "points"})).await.id();
    let points = place.path(&format!("estimates/{estimate}/estimate-points/"));
    let point = alice.post(&points, json!([{"value": "3"}])).await.expect(201)[0]["id"].clone();
    alice.patch(&place.path(""), json!({"estimate": estimate})).await.expect(200);
    let actions = json!([
        {"kind": "add_to_cycle", "cycle": cycle}, {"kind": "add_to_module", "module": module}, {"kind": "set_estimate", "estimate_point": point},
    ]);
    let rule = place.rule(json!({"kind": "item_created"}), json!({"cycle_id__isnull": true}), actions).await;
    let one = place.item(json!({"name": "One"})).await;
    assert_eq!(place.after(&one).await["estimate_point"], point);
    for (path, name) in [(format!("cycles/{cycle}/cycle-issues/"), "cycle"), (format!("modules/{module}/module-issues/"), "module")] {
        assert_eq!(results(&place.get(&path).await)[0]["id"], json!(one), "{name}");
    }
    // What is over or gone takes nothing more, and the rest is done all the same.
    alice.delete(&place.path(&format!("cycles/{cycle}/"))).await.expect(204);
    let two = place.item(json!({"name": "Two"})).await;
    assert_eq!(place.after(&two).await["estimate_point"], point);
    let last = place.runs(&rule).await.pop().unwrap();
    let results: Vec<&Value> = last["effects"].as_array().unwrap().iter().map(|effect| &effect["result"]).collect();
    assert_eq!((&last["outcome"], results), (&json!("done"), vec![&json!("missing"), &json!("changed"), &json!("changed")]));
}

#[tokio::test]
async fn comments_are_clean_and_nobodys_and_people_are_told() {
    let place = Place::new().await;
    for user in ["alice", "bob", "dave", "gina"] {
        told(&place.app, user).await;
    }
    let actions = json!([
        {"kind": "add_comment", "comment_html": "<p onclick=\"x\">Please add steps.</p><script>y</script>"},
        {"kind": "notify", "to": ["creator"], "members": [place.user("dave"), place.user("gina")], "message": "A new bug"},
    ]);
    let rule = place.rule(json!({"kind": "item_created"}), json!({}), actions).await;
    let one = place.item(json!({"name": "One"})).await;
    place.after(&one).await;
    let comment = results(&place.get(&format!("work-items/{one}/comments/")).await)[0].clone();
    assert_eq!(
        (&comment["comment_html"], &comment["actor"], &comment["created_by"]),
        (&json!("<p>Please add steps.</p>"), &Value::Null, &Value::Null)
    );
    assert_eq!(told(&place.app, "dave").await, ["automation notified [automation+message] mentioned"]);
    let bob = told(&place.app, "bob").await;
    assert_eq!(bob, ["comment created [] created", "automation notified [automation+message] mentioned+created"]);
    assert!(told(&place.app, "gina").await.is_empty(), "a guest does not see it");
    let list = place.app.as_user("dave").get("/api/v1/workspaces/acme/notifications/").await.expect(200);
    let row = &results(&list)[0];
    assert_eq!((&row["actor"], &row["entity_identifier"], &row["issue"]["id"]), (&Value::Null, &json!(rule), &json!(one)));
    assert_eq!((&row["changes"][0]["new_value"], &row["changes"][1]["new_value"]), (&json!("A rule"), &json!("A new bug")));
    // Being told makes nobody a follower.
    place.change(&one, json!({"name": "Two"})).await;
    assert!(told(&place.app, "dave").await.is_empty());
    // What people were told stays told: the rest is taken back.
    let run = place.runs(&rule).await[0]["id"].as_str().unwrap().to_owned();
    undo(&place.app, "alice", &run, "u1").await.expect(200);
    assert_eq!(place.get(&format!("work-items/{one}/comments/")).await["total_count"], 0);
    // Guests who see it are told, but not what the rule is called.
    place.app.as_user("alice").patch(&place.path(""), json!({"guest_view_all_features": true})).await.expect(200);
    place.item(json!({"name": "Two"})).await;
    place.app.run_consumers().await;
    for (user, name) in [("dave", json!("A rule")), ("gina", Value::Null)] {
        let rows = results(&place.app.as_user(user).get(&format!("{LIST}?read=false")).await.expect(200));
        let changes = rows.iter().find(|row| row["entity"] == "automation").unwrap()["changes"].clone();
        assert_eq!((&changes[0]["new_value"], &changes[1]["new_value"]), (&name, &json!("A new bug")), "{user}");
    }
}

#[tokio::test]
async fn only_what_is_done_is_archived_and_closing_is_for_the_project_to_say() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let rule = place.rule(json!({"kind": "comment_added"}), json!({}), json!([{"kind": "archive"}])).await;
    let one = place.item(json!({"name": "One"})).await;
    let comments = format!("{}comments/", place.at(&one));
    alice.post(&comments, json!({"comment_html": "<p>x</p>"})).await.expect(201);
    assert_eq!(place.after(&one).await["archived_at"], Value::Null);
    assert_eq!(place.outcomes(&rule).await, ["nothing"]);
    let path = place.path(&format!("automations/{rule}/"));
    alice.patch(&path, json!({"actions": [{"kind": "close"}, {"kind": "archive"}]})).await.expect(200);
    alice.post(&comments, json!({"comment_html": "<p>x</p>"})).await.expect(201);
    place.app.run_consumers().await;
    let archived = alice.get(&place.path(&format!("archived-work-items/{one}/"))).await.expect(200);
    assert_eq!((&archived["state"], &archived["archived_at"]), (&json!(place.state("cancelled").await), &json!("2026-01-01")));
}

#[tokio::test]
async fn what_ends_as_it_began_is_no_change_and_nothing_follows_the_archive() {
    let place = Place::new().await;
    let (high, low) = (json!({"kind": "set_priority", "priority": "high"}), json!({"kind": "set_priority", "priority": "low"}));
    let rule = place.rule(json!({"kind": "item_created"}), json!({}), json!([high, low])).await;
    let one = place.item(json!({"name": "One", "priority": "low"})).await;
    let two = place.item(json!({"name": "Two"})).await;
    assert_eq!((&place.after(&one).await["priority"], &place.after(&two).await["priority"]), (&json!("low"), &json!("low")));
    assert_eq!(place.outcomes(&rule).await, ["nothing", "done"]);
    assert_eq!(place.told_of_rules().await.len(), 1, "and nobody is told of what was not changed");
    let comment = json!({"kind": "add_comment", "comment_html": "<p>x</p>"});
    let refused = place.try_rule(json!({"kind": "item_created"}), json!({}), json!([{"kind": "archive"}, comment])).await.expect(400);
    assert!(refused["actions"]["1"]["kind"][0].as_str().unwrap().contains("archive comes last"), "{refused}");
}
