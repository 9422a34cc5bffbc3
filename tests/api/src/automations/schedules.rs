//! Automations with a time of their own, those of the project's settings among them.

use serde_json::{Value, json};

use super::{DAY, Place, urgent};
use crate::{notification_rules::told, stock::results};

/// The rules that carry out settings, by these.
async fn of_settings(place: &Place) -> Vec<(String, bool, Value)> {
    let rules = results(&place.get("automations/").await);
    let of = |rule: &Value| {
        Some((rule["setting"].as_str()?.to_owned(), rule["is_enabled"].as_bool().unwrap(), rule["trigger"]["idle_days"].clone()))
    };
    rules.iter().filter_map(of).collect()
}

#[tokio::test]
async fn what_nobody_touches_is_closed_into_the_state_of_the_project() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let completed = place.state("completed").await;
    let untouched = place.item(json!({"name": "Untouched"})).await;
    let touched = place.item(json!({"name": "Touched"})).await;
    let planned = place.item(json!({"name": "Planned"})).await;
    alice.patch(&place.path(""), json!({"cycle_view": true})).await.expect(200);
    let cycle = json!({"name": "Long", "project_id": place.project, "start_date": "2026-01-01", "end_date": "2026-06-30"});
    let cycle = alice.post(&place.path("cycles/"), cycle).await.id();
    alice.post(&place.path(&format!("cycles/{cycle}/cycle-issues/")), json!({"issues": [planned]})).await.expect(200);
    alice.patch(&place.path(""), json!({"close_in": 1, "default_state": completed})).await.expect(200);
    assert_eq!(of_settings(&place).await, [("close_in".to_owned(), true, json!(30))]);
    place.wait(20).await;
    place.change(&touched, json!({"name": "Touched again"})).await;
    place.wait(12).await;
    let closed = place.after(&untouched).await;
    assert_eq!((&closed["state"], closed["completed_at"].as_str().map(|at| &at[..10])), (&json!(completed), Some("2026-02-02")));
    for other in [&touched, &planned] {
        assert_ne!(place.after(other).await["state"], json!(completed));
    }
    let rules = results(&place.get("automations/").await);
    let rule = rules[0]["id"].as_str().unwrap();
    let runs = place.runs(rule).await;
    assert_eq!(
        (runs.len(), &runs[0]["issue"], &runs[0]["day"], &runs[0]["event"]),
        (1, &json!(untouched), &json!("2026-01-22"), &Value::Null),
        "the day after the run before: it was due since then"
    );
    let history = results(&place.get(&format!("work-items/{untouched}/activities/?order_by=-created_at")).await);
    assert_eq!(history[0]["automation"]["name"], "Auto-close");
    // It is changed where it is said, and switched off there.
    let path = place.path(&format!("automations/{rule}/"));
    assert!(alice.patch(&path, json!({"name": "x"})).await.expect(400)["error"].as_str().unwrap().contains("close_in"));
    alice.delete(&path).await.expect(400);
    alice.patch(&place.path(""), json!({"close_in": 0})).await.expect(200);
    assert_eq!(of_settings(&place).await, [("close_in".to_owned(), false, json!(30))]);
    place.wait(60).await;
    assert_eq!(place.runs(rule).await.len(), 1);
}

#[tokio::test]
async fn without_such_a_state_the_first_that_means_cancelled_is_taken() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let one = place.item(json!({"name": "One"})).await;
    // A state that is not an end would make items come again and again.
    alice.patch(&place.path(""), json!({"close_in": 1, "default_state": place.state("started").await})).await.expect(200);
    place.wait(32).await;
    let closed = place.after(&one).await;
    assert_eq!((&closed["state"], &closed["completed_at"]), (&json!(place.state("cancelled").await), &Value::Null));
}

#[tokio::test]
async fn only_what_is_done_is_archived_by_itself() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let (completed, cancelled) = (place.state("completed").await, place.state("cancelled").await);
    let done = place.item(json!({"name": "Done", "state": completed})).await;
    let dropped = place.item(json!({"name": "Dropped", "state": cancelled})).await;
    let open = place.item(json!({"name": "Open"})).await;
    alice.patch(&place.path(""), json!({"archive_in": 2})).await.expect(200);
    place.wait(59).await;
    assert_eq!(place.after(&done).await["archived_at"], Value::Null);
    place.wait(3).await;
    for item in [&done, &dropped] {
        let archived = alice.get(&place.path(&format!("archived-work-items/{item}/"))).await.expect(200);
        assert_eq!(archived["archived_at"], "2026-03-04");
    }
    assert_eq!(place.after(&open).await["archived_at"], Value::Null);
    // Taken back by people, it was touched, and stays.
    let path = place.path(&format!("work-items/{done}/unarchive/"));
    alice.delete(&path).await.expect(204);
    place.wait(1).await;
    assert_eq!(place.after(&done).await["archived_at"], Value::Null);
}

#[tokio::test]
async fn who_works_on_what_is_due_is_told_once_for_each_date() {
    let place = Place::new().await;
    let notify = json!([{"kind": "notify", "to": ["assignees"], "message": "Due soon"}]);
    let rule = place.rule(json!({"kind": "due_soon", "days": 2, "hour": 9}), json!({}), notify).await;
    let soon = place.item(json!({"name": "Soon", "assignees": [place.user("dave")], "target_date": "2026-01-05"})).await;
    let done = place.state("completed").await;
    place.item(json!({"name": "Done", "assignees": [place.user("dave")], "target_date": "2026-01-05", "state": done})).await;
    place.item(json!({"name": "Late", "assignees": [place.user("dave")], "target_date": "2025-12-31"})).await;
    told(&place.app, "dave").await;
    place.wait(1).await;
    assert!(told(&place.app, "dave").await.is_empty());
    place.wait(1).await;
    assert_eq!(told(&place.app, "dave").await, ["automation notified [automation+message] mentioned+assigned"]);
    place.wait(1).await;
    assert!(told(&place.app, "dave").await.is_empty(), "once is enough");
    place.app.as_user("dave").patch(&place.at(&soon), json!({"target_date": "2026-01-06"})).await.expect(200);
    place.wait(1).await;
    assert_eq!(told(&place.app, "dave").await.len(), 1, "another date is another matter");
    let days: Vec<Value> = place.runs(&rule).await.iter().map(|run| run["day"].clone()).collect();
    assert_eq!(days, ["2026-01-05", "2026-01-06"]);
}

#[tokio::test]
async fn a_rule_that_becomes_a_reminder_reminds_of_the_day_on_which_it_acted() {
    let place = Place::new().await;
    let notify = json!([{"kind": "notify", "to": ["assignees"], "message": "Have a look"}]);
    let rule = place.rule(json!({"kind": "schedule", "hour": 9}), json!({}), notify).await;
    place.item(json!({"name": "Soon", "assignees": [place.user("dave")], "target_date": "2026-01-02"})).await;
    told(&place.app, "dave").await;
    place.wait(1).await;
    assert_eq!(told(&place.app, "dave").await.len(), 1);
    place.edit(&rule, json!({"trigger": {"kind": "due_soon", "days": 0, "hour": 23}})).await;
    place.app.clock.advance(DAY / 2);
    place.app.run_jobs().await;
    assert_eq!(told(&place.app, "dave").await.len(), 1, "that it is due is another matter");
    let days: Vec<Value> = place.runs(&rule).await.iter().map(|run| run["day"].clone()).collect();
    assert_eq!(days, ["2026-01-02", "2026-01-02"]);
}

#[tokio::test]
async fn an_hour_is_one_of_the_project_and_a_job_of_another_time_does_nothing() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    alice.patch(&place.path(""), json!({"timezone": "Asia/Tokyo"})).await.expect(200);
    let rule = place.rule(json!({"kind": "schedule", "hour": 6}), json!({"priority": "none"}), urgent()).await;
    let path = place.path(&format!("automations/{rule}/"));
    assert_eq!(alice.get(&path).await.expect(200)["next_at"], "2026-01-01T21:00:00.000000Z");
    alice.patch(&path, json!({"trigger": {"kind": "schedule", "hour": 7}})).await.expect(200);
    let one = place.item(json!({"name": "One"})).await;
    place.app.clock.advance(9 * 60 * 60 + 60);
    place.app.run_jobs().await;
    assert_eq!(place.after(&one).await["priority"], "none", "it is six there, and not seven");
    place.app.clock.advance(60 * 60);
    place.app.run_jobs().await;
    assert_eq!(place.after(&one).await["priority"], "urgent");
    assert_eq!(alice.get(&path).await.expect(200)["next_at"], "2026-01-02T22:00:00.000000Z");
    // The project moves.
    alice.patch(&place.path(""), json!({"timezone": "UTC"})).await.expect(200);
    assert_eq!(alice.get(&path).await.expect(200)["next_at"], "2026-01-02T07:00:00.000000Z");
}

#[tokio::test]
async fn what_is_as_it_should_be_costs_nothing_more() {
    let place = Place::new().await;
    place.rule(json!({"kind": "schedule"}), json!({}), json!([{"kind": "set_priority", "priority": "none"}])).await;
    let mut cost = Vec::new();
    for count in [5, 35] {
        for number in 0..count {
            place.item(json!({"name": format!("{number}")})).await;
        }
        let before = place.app.db.statements();
        place.wait(1).await;
        cost.push(place.app.db.statements() - before);
    }
    assert_eq!(cost[0], cost[1], "statements for 5 and for 40 items");
}

#[tokio::test]
async fn many_items_are_gone_through_and_runs_of_long_ago_are_thrown_away() {
    let place = Place::new().await;
    for number in 0..60 {
        place.item(json!({"name": format!("{number}")})).await;
    }
    let rule = place.rule(json!({"kind": "schedule"}), json!({"priority": "none"}), urgent()).await;
    place.wait(1).await;
    assert_eq!(place.outcomes(&rule).await, vec!["done"; 60]);
    place.wait(1).await;
    assert_eq!(place.runs(&rule).await.len(), 60, "nothing was left to do");
    place.app.clock.advance(61 * DAY);
    place.app.house().clean("test").await.unwrap();
    assert!(place.runs(&rule).await.is_empty());
    assert!(place.app.metrics().render().contains("aileron_rows_removed_total{what=\"automation_run\"} 60"));
}
