//! Who writes and reads automations, and what is refused.

use aileron_kernel::Uuid;
use serde_json::{Value, json};

use super::{Place, urgent};
use crate::stock::{project, results};

#[tokio::test]
async fn admins_write_members_read_and_guests_do_neither() {
    let place = Place::new().await;
    let rules = place.path("automations/");
    let body = json!({"name": "Bugs", "trigger": {"kind": "item_created"}, "actions": urgent()});
    for user in ["bob", "gina", "olga"] {
        place.app.as_user(user).post(&rules, body.clone()).await.expect(403);
    }
    let made = place.app.as_user("alice").post(&rules, body).await.expect(201);
    let one = format!("{rules}{}/", made["id"].as_str().unwrap());
    assert_eq!((&made["name"], &made["is_enabled"], &made["filters"]), (&json!("Bugs"), &json!(true), &json!({})));
    assert_eq!((&made["setting"], &made["next_at"], &made["created_by"]), (&Value::Null, &Value::Null, &place.user("alice")));
    for path in [rules.clone(), one.clone(), format!("{one}runs/")] {
        place.app.as_user("bob").get(&path).await.expect(200);
        place.app.as_user("gina").get(&path).await.expect(403);
        place.app.as_user("olga").get(&path).await.expect(403);
    }
    let changed = json!({"name": "All bugs", "is_enabled": false});
    place.app.as_user("bob").patch(&one, changed.clone()).await.expect(403);
    place.app.as_user("bob").delete(&one).await.expect(403);
    let shown = place.app.as_user("alice").patch(&one, changed).await.expect(200);
    assert_eq!((&shown["name"], &shown["is_enabled"], &shown["actions"]), (&json!("All bugs"), &json!(false), &urgent()));
    let headers = [("content-type", "application/json".to_owned()), ("if-match", "\"1\"".to_owned())];
    let late = place.app.as_user("alice").raw("PATCH", &one, &headers, json!({"name": "x"}).to_string().into_bytes()).await;
    late.expect(412);
    place.app.as_user("alice").delete(&one).await.expect(204);
    place.app.as_user("alice").get(&one).await.expect(404);
    let log = place.app.as_user("alice").get("/api/v1/workspaces/acme/audit-log/?entity=automation").await.expect(200);
    let verbs: Vec<Value> = results(&log).iter().map(|entry| entry["verb"].clone()).collect();
    assert_eq!(verbs, ["deleted", "updated", "created"]);
}

#[tokio::test]
async fn the_audit_log_says_what_a_rule_was_and_not_what_it_says() {
    let place = Place::new().await;
    let filters = json!({"or": [{"target_date": "2031-01-01"}, {"not": {"priority__in": ["low"]}}]});
    let actions = json!([{"kind": "add_comment", "comment_html": "<p>confidential</p>"}, {"kind": "notify", "to": ["creator"], "message": "confidential"}]);
    let rule = place.rule(json!({"kind": "comment_added"}), filters, actions).await;
    place.edit(&rule, json!({"filters": {"target_date": "2031-01-02"}, "actions": urgent(), "trigger": {"kind": "item_created"}})).await;
    place.app.as_user("alice").delete(&place.path(&format!("automations/{rule}/"))).await.expect(204);
    place.app.as_user("alice").patch(&place.path(""), json!({"close_in": 1})).await.expect(200);
    place.app.as_user("alice").patch(&place.path(""), json!({"close_in": 2})).await.expect(200);
    let log = place.app.as_user("alice").get("/api/v1/workspaces/acme/audit-log/?entity=automation").await.expect(200);
    assert!(!log.to_string().contains("confidential") && !log.to_string().contains("2031"), "{log}");
    let told = |entry: &Value| {
        let changes = entry["changes"].as_array().unwrap().iter();
        changes
            .map(|change| (change["field"].as_str().unwrap().to_owned(), change["old"].clone(), change["new"].clone()))
            .collect::<Vec<_>>()
    };
    let entry = |field: &str, old: Value, new: Value| (field.to_owned(), old, new);
    let (set, made) = (json!(["set_priority"]), json!(["add_comment", "notify"]));
    let (asked, then) = (json!(["priority__in", "target_date"]), json!(["target_date"]));
    let comment = || json!({"kind": "comment_added"});
    let created = || json!({"kind": "item_created"});
    let entries = results(&log);
    let idle = |days: i64| json!({"kind": "schedule", "hour": 1, "idle_days": days});
    assert_eq!(told(&entries[0]), [entry("trigger", idle(30), idle(60))]);
    let whole = |verb: fn(Value) -> (Value, Value), trigger, filters, actions| {
        let fields =
            [("name", json!("A rule")), ("is_enabled", json!(true)), ("trigger", trigger), ("filters", filters), ("actions", actions)];
        fields.map(|(field, value)| {
            let (old, new) = verb(value);
            entry(field, old, new)
        })
    };
    assert_eq!(told(&entries[2]), whole(|value| (value, Value::Null), created(), then.clone(), set.clone()));
    let changed = [entry("trigger", comment(), created()), entry("filters", asked.clone(), then), entry("actions", made.clone(), set)];
    assert_eq!(told(&entries[3]), changed);
    assert_eq!(told(&entries[4]), whole(|value| (Value::Null, value), comment(), asked, made));
    assert_eq!(entries.len(), 5);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_ids_are_those_of_the_project() {
    let place = Place::new().await;
    let elsewhere = project(&place.app, "OPS").await;
    let alice = place.app.as_user("alice");
    let state = results(&alice.get(&format!("/api/v1/workspaces/acme/projects/{elsewhere}/states/")).await.expect(200))[0]["id"].clone();
    let label = alice.post(&format!("/api/v1/workspaces/acme/projects/{elsewhere}/labels/"), json!({"name": "x"})).await.id();
    let nobody = Uuid::from_u128(7);
    let created = || json!({"kind": "item_created"});
    for (action, field) in [
        (json!({"kind": "set_state", "state": state}), "state"),
        (json!({"kind": "add_labels", "labels": [label]}), "labels"),
        (json!({"kind": "add_assignees", "assignees": [place.app.user("gina")]}), "assignees"),
        (json!({"kind": "assign", "policy": "round_robin", "members": [place.app.user("olga")]}), "members"),
        (json!({"kind": "set_estimate", "estimate_point": nobody}), "estimate_point"),
        (json!({"kind": "add_to_cycle", "cycle": nobody}), "cycle"),
        (json!({"kind": "add_to_module", "module": nobody}), "module"),
        (json!({"kind": "notify", "message": "x", "members": [place.app.user("olga")]}), "members"),
    ] {
        let body = place.try_rule(created(), json!({}), json!([{"kind": "close"}, action])).await.expect(400);
        assert!(body["actions"]["1"][field][0].is_string(), "{action}: {body}");
    }
    for filter in [json!({"state_id": state}), json!({"label_id": label}), json!({"assignee_id": nobody}), json!({"project_id": elsewhere})]
    {
        let body = place.try_rule(created(), filter.clone(), urgent()).await.expect(400);
        assert!(body["filters"][0].is_string(), "{filter}: {body}");
    }
    let body = place.try_rule(json!({"kind": "item_changed", "fields": ["x"]}), json!({"search": "x"}), json!([])).await.expect(400);
    assert!(body["trigger"]["fields"][0].is_string() && body["filters"][0].is_string() && body["actions"][0].is_string(), "{body}");
    assert_eq!(place.get("automations/").await["total_count"], 0);
    // Nor is a rule of this project one of another.
    let rule = place.rule(created(), json!({}), urgent()).await;
    for path in [format!("automations/{rule}/"), format!("automations/{rule}/runs/")] {
        alice.get(&format!("/api/v1/workspaces/acme/projects/{elsewhere}/{path}")).await.expect(404);
    }
    let trial = json!({"trigger": created(), "actions": [{"kind": "set_state", "state": state}]});
    let body = alice.post(&place.path("automations/dry-run/"), trial).await.expect(400);
    assert!(body["actions"]["0"]["state"][0].is_string(), "{body}");
    // An archived project takes no new ones.
    alice.post(&place.path("archive/"), json!({})).await;
    assert_eq!(place.try_rule(created(), json!({}), urgent()).await.expect(400)["error"], "Archived project cannot be updated");
}

#[tokio::test]
async fn a_token_makes_rules_of_what_it_may_do_itself() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let path = place.path("automations/");
    let created = || json!({"kind": "item_created"});
    let comment = json!([{"kind": "add_comment", "comment_html": "<p>x</p>"}]);
    let rule = |actions: &Value| json!({"name": "A rule", "trigger": created(), "actions": actions});
    let trial = |actions: &Value| json!({"trigger": created(), "actions": actions});
    let mut made = String::new();
    for (more, changes, comments) in [
        (vec![], 403, 403),
        (vec!["projects.work_items:write"], 201, 403),
        (vec!["projects.work_items:write", "projects.work_items.comments:write"], 201, 201),
    ] {
        let scopes: Vec<&str> = ["projects.automations:write"].into_iter().chain(more).collect();
        let token = alice.post("/api/v1/users/me/tokens/", json!({"label": "limited", "scopes": scopes})).await.expect(201);
        let limited = place.app.with_token(token["token"].as_str().unwrap());
        for (actions, status) in [(urgent(), changes), (comment.clone(), comments)] {
            limited.post(&path, rule(&actions)).await.expect(status);
            limited.post(&format!("{path}dry-run/"), trial(&actions)).await.expect(if status == 201 { 200 } else { status });
        }
        // Nor does it have others' rules do it on other occasions.
        if made.is_empty() {
            made = place.try_rule(created(), json!({}), urgent()).await.id();
        }
        let own = format!("{path}{made}/");
        // To stop one takes no more than that.
        limited.patch(&own, json!({"is_enabled": false})).await.expect(200);
        limited.patch(&own, json!({"is_enabled": true})).await.expect(if changes == 201 { 200 } else { changes });
        for body in
            [json!({"trigger": {"kind": "comment_added"}}), json!({"filters": {}, "is_enabled": false}), json!({"actions": comment})]
        {
            let status = if body.get("actions").is_some() { comments } else { changes };
            limited.patch(&own, body).await.expect(if status == 201 { 200 } else { status });
        }
    }
    assert_eq!(place.get("automations/").await["total_count"], 4);
}
