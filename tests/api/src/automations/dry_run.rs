//! Trying automations out on what happened.

use std::collections::BTreeSet;

use aileron_db::{ExprTrait as _, Unscoped, schema};
use aileron_kernel::{Clock as _, Uuid};
use serde_json::{Value, json};

use super::{DAY, Place, urgent};
use crate::stock::results;

impl Place {
    async fn dry_run(&self, body: Value) -> Value {
        self.app.as_user("alice").post(&self.path("automations/dry-run/"), body).await.expect(200)
    }
}

/// Numbers that look like chance and are always the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// What runs and matches have in common.
fn told(row: &Value) -> (String, String, String, Value) {
    let word = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    (word("event"), word("issue"), word("outcome"), row["effects"].clone())
}

/// Something happens to some item.
async fn happen(place: &Place, chance: &mut Chance, made: &mut Vec<String>, labels: &[String]) {
    const PRIORITIES: [&str; 5] = ["none", "low", "medium", "high", "urgent"];
    if made.is_empty() || chance.below(5) == 0 {
        let draft = chance.below(4) == 0;
        let body = json!({"name": "x", "priority": chance.of(&PRIORITIES), "is_draft": draft, "assignees": if chance.below(2) == 0 { json!([place.user("bob")]) } else { json!([]) }});
        made.push(place.item(body).await);
        return;
    }
    let item = made[chance.below(made.len())].clone();
    let body = match chance.below(6) {
        0 => json!({"priority": chance.of(&PRIORITIES)}),
        1 => json!({"labels": [labels[chance.below(labels.len())]]}),
        2 => json!({"labels": [], "priority": chance.of(&PRIORITIES)}),
        3 => json!({"state": place.state(chance.of(&["backlog", "started", "completed"])).await}),
        4 => json!({"target_date": chance.of(&["2026-01-02", "2026-01-09"]), "is_draft": false}),
        _ => {
            let path = format!("{}comments/", place.at(&item));
            place.app.as_user("bob").post(&path, json!({"comment_html": "<p>x</p>"})).await.expect(201);
            return;
        }
    };
    place.change(&item, body).await;
}

/// Has a rule follow a history of chance, and compares what it did with what a dry run says of it.
async fn compare(rule: impl AsyncFn(&Place, &[String]) -> (Value, Value, Value)) {
    let place = Place::new().await;
    let labels = [place.label("a").await, place.label("b").await];
    let (trigger, filters, actions) = rule(&place, &labels).await;
    let rule = place.rule(trigger.clone(), filters.clone(), actions.clone()).await;
    let (mut chance, mut items) = (Chance(88_172_645_463_325_252), Vec::new());
    for _ in 0..90 {
        happen_if_possible(&place, &mut chance, &mut items, &labels).await;
        place.app.run_consumers().await;
    }
    let answer = place.dry_run(json!({"trigger": trigger, "filters": filters, "actions": actions, "automation": rule})).await;
    let (runs, matches) = (place.runs(&rule).await, answer["matches"].as_array().unwrap().clone());
    assert!(runs.iter().filter(|run| run["outcome"] == "done").count() > 2, "{trigger}: {} runs", runs.len());
    let (ran, matched): (Vec<_>, Vec<_>) = (runs.iter().map(told).collect(), matches.iter().map(told).collect());
    assert_eq!(matched, ran, "{trigger}");
    assert_eq!((&answer["is_complete"], &answer["matches_count"]), (&json!(true), &json!(runs.len())));
}

#[tokio::test]
async fn it_tells_of_new_items_what_was_done() {
    compare(async |place, _| {
        let members = json!([place.user("alice"), place.user("bob"), place.user("dave")]);
        let assign = json!([{"kind": "assign", "policy": "round_robin", "members": members}]);
        (json!({"kind": "item_created"}), json!({"priority__in": ["none", "low", "high"]}), assign)
    })
    .await;
}

#[tokio::test]
async fn it_tells_of_changes_what_was_done() {
    compare(async |_, labels| {
        let filters = json!({"or": [{"label_id": labels[0]}, {"not": {"priority__in": ["none", "low"]}}]});
        let actions = json!([
            {"kind": "set_priority", "priority": "medium"}, {"kind": "remove_labels", "labels": [labels[0]]}, {"kind": "set_target_date", "days": 2},
        ]);
        (json!({"kind": "item_changed", "fields": ["priority", "labels"]}), filters, actions)
    })
    .await;
}

#[tokio::test]
async fn it_tells_of_ends_and_of_comments_what_was_done() {
    compare(async |_, labels| {
        let actions = json!([{"kind": "add_labels", "labels": [labels[1]]}, {"kind": "archive"}]);
        (json!({"kind": "item_changed"}), json!({"state_group": "completed"}), actions)
    })
    .await;
    compare(async |place, _| {
        let actions = json!([{"kind": "set_state", "state": place.state("unstarted").await}, {"kind": "set_priority", "priority": "low"}]);
        (json!({"kind": "comment_added"}), json!({"not": {"assignee_id": place.user("dave")}}), actions)
    })
    .await;
}

/// Archived items take no changes.
async fn happen_if_possible(place: &Place, chance: &mut Chance, items: &mut Vec<String>, labels: &[String]) {
    let shown = results(&place.app.as_user("bob").get(&format!("{}?per_page=1000", crate::stock::items(&place.project))).await.expect(200));
    let shown: BTreeSet<String> = shown.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    let mut open = Vec::new();
    for item in items.iter() {
        let is_draft = !shown.contains(item) && place.app.as_user("bob").get(&place.at(item)).await.json()["is_draft"] == true;
        if shown.contains(item) || is_draft {
            open.push(item.clone());
        }
    }
    let before = open.len();
    happen(place, chance, &mut open, labels).await;
    items.extend(open.into_iter().skip(before));
}

/// How many rows each table has, but for what is noted of requests to read.
async fn rows(place: &Place) -> Vec<(&'static str, i64)> {
    let read = place.app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Job)?;
        let counted = schema::ALL.iter().map(|table| {
            let all = tx.from_with_deleted(*table);
            Ok((table.name, tx.count(all)?))
        });
        counted.collect::<aileron_db::Result<Vec<_>>>()
    });
    read.await.unwrap()
}

#[tokio::test]
async fn nothing_is_written() {
    let place = Place::new().await;
    let label = place.label("bug").await;
    for number in 0..5 {
        place.item(json!({"name": format!("{number}"), "target_date": "2026-01-02"})).await;
    }
    place.wait(3).await;
    place.app.run_consumers().await;
    let items = place.get("work-items/?order_by=created_at").await;
    let before = rows(&place).await;
    let actions = json!([
        {"kind": "set_priority", "priority": "urgent"}, {"kind": "add_labels", "labels": [label]}, {"kind": "add_comment", "comment_html": "<p>x</p>"},
        {"kind": "assign", "policy": "round_robin", "members": [place.user("bob")]}, {"kind": "notify", "to": ["creator"], "message": "x"}, {"kind": "close"},
    ]);
    for (trigger, count) in [
        (json!({"kind": "item_created"}), 5),
        (json!({"kind": "schedule", "hour": 0}), 5),
        (json!({"kind": "schedule", "idle_days": 2}), 5),
        (json!({"kind": "due_soon", "days": 1}), 5),
        (json!({"kind": "comment_added"}), 0),
    ] {
        let answer = place.dry_run(json!({"trigger": trigger, "actions": actions})).await;
        assert_eq!(answer["matches_count"], count, "{trigger}: {answer}");
    }
    place.app.run_consumers().await;
    place.app.run_jobs().await;
    assert_eq!((rows(&place).await, place.get("work-items/?order_by=created_at").await), (before, items));
}

#[tokio::test]
async fn a_filter_finds_what_lists_find() {
    let place = Place::new().await;
    let labels = [place.label("a").await, place.label("b").await];
    let (mut chance, mut items) = (Chance(362_436_069), Vec::new());
    for _ in 0..60 {
        happen_if_possible(&place, &mut chance, &mut items, &labels).await;
        place.app.clock.advance(60);
    }
    let bob = place.app.user("bob");
    let before = "2026-01-01T12:30:00Z";
    place.app.clock.advance(DAY);
    for filters in [
        json!({"priority__in": ["low", "high"]}),
        json!({"label_id__in": [labels[0], labels[1]]}),
        json!({"label_id__isnull": true}),
        json!({"not": {"label_id": labels[0]}}),
        json!({"assignee_id__in": [bob]}),
        json!({"or": [{"assignee_id__isnull": true}, {"priority": "urgent"}]}),
        json!({"state_group__in": ["started", "completed"]}),
        json!({"target_date": "2026-01-02"}),
        json!({"target_date__gt": "2026-01-02"}),
        json!({"target_date__isnull": true}),
        json!({"not": {"target_date__lte": "2026-01-02"}}),
        json!({"created_at__gte": before}),
        json!({"updated_at__lt": before}),
        json!({"completed_at__isnull": true}),
        json!({"created_by_id": bob, "parent_id__isnull": true}),
        json!({"cycle_id__isnull": true, "module_id__isnull": true, "type_id__isnull": true}),
        json!({"project_id": place.project}),
    ] {
        let found = place.get(&format!("work-items/?per_page=1000&filters={}", escaped(&filters.to_string()))).await;
        let found: BTreeSet<String> = results(&found).iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        let body = json!({"trigger": {"kind": "schedule", "hour": 9}, "filters": filters, "actions": [{"kind": "add_comment", "comment_html": "<p>x</p>"}]});
        let matched = place.dry_run(body).await;
        let matched: BTreeSet<String> =
            matched["matches"].as_array().unwrap().iter().map(|row| row["issue"].as_str().unwrap().to_owned()).collect();
        assert_eq!(matched, found, "{filters}");
    }
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[tokio::test]
async fn it_looks_at_items_as_they_stood_and_says_what_it_cannot_know() {
    let place = Place::new().await;
    let created = || json!({"kind": "item_created"});
    let one = place.item(json!({"name": "One", "priority": "low"})).await;
    place.app.clock.advance(DAY);
    place.change(&one, json!({"priority": "high"})).await;
    let low = || json!({"trigger": created(), "filters": {"priority": "low"}, "actions": urgent()});
    let found = place.dry_run(low()).await;
    assert_eq!((&found["matches"][0]["issue"], &found["matches"][0]["at"].as_str().unwrap()[..10]), (&json!(one), "2026-01-01"));
    let with = |more: Value| {
        let mut body = low();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    assert_eq!(place.dry_run(with(json!({"filters": {"priority": "high"}}))).await["matches_count"], 0, "it was not so then");
    assert_eq!(place.dry_run(with(json!({"from": "2026-01-02T00:00:00Z"}))).await["matches_count"], 0);
    // Thirty-one days, asked for half a minute ago.
    let from = place.app.clock.now().plus_seconds(-31 * DAY - 30).to_string();
    assert_eq!(place.dry_run(with(json!({ "from": from }))).await["matches_count"], 1);
    let load = json!({"actions": [{"kind": "assign", "policy": "least_loaded", "members": [place.user("bob")]}]});
    let answer = place.dry_run(with(load)).await;
    assert_eq!(answer["matches"][0]["effects"], json!([{"action": "assign", "result": "unknown", "value": null}]));
    assert!(
        answer["unknown"].as_array().unwrap().iter().any(|text| text.as_str().unwrap().contains("How much everybody had to do")),
        "{answer}"
    );
    let alice = place.app.as_user("alice");
    for (more, field) in [
        (json!({"from": "2026-02-01", "to": "2026-01-01"}), "from"),
        (json!({"from": "2025-01-01"}), "from"),
        (json!({"from": "never"}), "from"),
        (json!({"automation": "x"}), "automation"),
        (json!({"automation": one}), "automation"),
        (json!({"trigger": {"kind": "x"}}), "trigger"),
    ] {
        let body = alice.post(&place.path("automations/dry-run/"), with(more.clone())).await.expect(400);
        assert!(body.get(field).is_some(), "{more}: {body}");
    }
    for user in ["bob", "gina", "olga"] {
        place.app.as_user(user).post(&place.path("automations/dry-run/"), low()).await.expect(403);
    }
}

#[tokio::test]
async fn rules_with_a_time_of_their_own_are_tried_out_day_by_day() {
    let place = Place::new().await;
    let actions = json!([{"kind": "set_priority", "priority": "urgent"}]);
    let trigger = json!({"kind": "due_soon", "days": 1, "hour": 9});
    let rule = place.rule(trigger.clone(), json!({"priority__in": ["none", "low"]}), actions.clone()).await;
    for (name, day) in [("a", "2026-01-03"), ("b", "2026-01-05"), ("c", "2026-01-05"), ("d", "2026-02-01")] {
        place.item(json!({"name": name, "target_date": day})).await;
    }
    for _ in 0..6 {
        place.wait(1).await;
    }
    let runs = place.runs(&rule).await;
    assert_eq!(runs.len(), 3);
    let body = json!({"trigger": trigger, "filters": {"priority__in": ["none", "low"]}, "actions": actions, "automation": rule});
    let answer = place.dry_run(body).await;
    let of = |row: &Value| (row["issue"].to_string(), row["day"].to_string(), row["effects"].to_string());
    let (mut ran, mut matched): (Vec<_>, Vec<_>) =
        (runs.iter().map(of).collect(), answer["matches"].as_array().unwrap().iter().map(of).collect());
    ran.sort();
    matched.sort();
    assert_eq!((matched, &answer["looked_at"]), (ran, &json!(7)));
}

#[tokio::test]
async fn what_came_with_a_time_of_its_own_was_changed_then() {
    let place = Place::new().await;
    let (old, new) = (place.item(json!({"name": "Old"})).await, place.item(json!({"name": "New"})).await);
    place.app.clock.advance(40 * DAY);
    // An import writes when an item was changed where it comes from, and no events of it.
    let (id, at) = (new.parse::<Uuid>().unwrap(), place.app.clock.now().plus_seconds(-3 * DAY).micros());
    let written = place.app.db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Job)?;
        tx.update_where(schema::WORK_ITEMS, schema::WORK_ITEMS.col("id").eq(id), vec![("updated_at", at.into())])
    });
    assert_eq!(written.await.unwrap(), 1);
    let trigger = json!({"kind": "schedule", "hour": 9, "idle_days": 30});
    let answer = place.dry_run(json!({"trigger": trigger, "actions": urgent()})).await;
    let issues: Vec<&Value> = answer["matches"].as_array().unwrap().iter().map(|found| &found["issue"]).collect();
    assert_eq!(issues, [&json!(old)]);
}
