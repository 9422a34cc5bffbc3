//! Rules that act too often, and how much of it one transaction takes.

use std::sync::{Arc, Mutex};

use aileron_db::{self as db, WorkspaceScope, WriteTx, events::Logged, schema::AUTOMATION_RUNS};
use aileron_platform::{
    consumers::{Consumer, Progress},
    jobs::Handlers,
};
use aileron_tracker::automations::{consumer::Automations, schedule};
use serde_json::{Value, json};

use super::{Place, urgent};
use crate::{notification_rules::told, stock::results};

/// Has the rules act on events, and notes how many runs there are after each transaction.
struct Watched(Automations, Arc<Mutex<Vec<i64>>>);

impl Consumer for Watched {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn handle(&self, tx: &mut WriteTx<'_, WorkspaceScope>, events: &[Logged]) -> db::Result<Progress> {
        let progress = self.0.handle(tx, events)?;
        let runs = tx.from(AUTOMATION_RUNS);
        self.1.lock().unwrap().push(tx.count(runs)?);
        Ok(progress)
    }
}

impl Place {
    /// Follows the log, within these bounds.
    async fn follow(&self, own: &Automations) {
        self.app.consumers(vec![Arc::new(own.clone())]).run_due().await.unwrap();
    }

    /// Days later, within these bounds.
    async fn wait_within(&self, own: &Automations, days: i64) {
        self.app.clock.advance(days * super::DAY);
        let (db, own) = (self.app.db.clone(), own.clone());
        let handlers = Handlers::default().with(schedule::KIND, move |job| schedule::run(db.clone(), own.clone(), job));
        self.app.runner(handlers).run_due().await.unwrap();
    }

    async fn comments(&self, item: &str) -> Value {
        self.get(&format!("work-items/{item}/comments/")).await["total_count"].clone()
    }
}

fn comment() -> Value {
    json!([{"kind": "add_comment", "comment_html": "<p>me too</p>"}])
}

#[tokio::test]
async fn what_follows_from_one_event_is_bounded_and_done_bit_by_bit() {
    let place = Place::new().await;
    let mut rules = Vec::new();
    for _ in 0..5 {
        rules.push(place.rule(json!({"kind": "comment_added"}), json!({}), comment()).await);
    }
    let one = place.item(json!({"name": "One"})).await;
    place.app.run_consumers().await;
    place.say(&one).await;
    let few = Automations { most_in_chain: 8, at_once: 3, ..Automations::new(place.app.metrics()) };
    let runs = Arc::new(Mutex::new(Vec::new()));
    place.app.consumers(vec![Arc::new(Watched(few.clone(), runs.clone()))]).run_due().await.unwrap();
    let runs: Vec<i64> = std::iter::once(0).chain(runs.lock().unwrap().clone()).collect();
    assert!(runs.windows(2).all(|two| two[1] - two[0] <= 3), "{runs:?}");
    let mut outcomes = Vec::new();
    for rule in &rules {
        outcomes.extend(place.outcomes(rule).await);
    }
    // Five on the comment; on each of theirs the four others, of whom three are not too many; and on those again four each.
    let count = |wanted: &str| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    assert_eq!((count("done"), count("stopped"), outcomes.len()), (8, 5 * 4 - 3 + 3 * 4, 5 + 5 * 4 + 3 * 4));
    assert_eq!(place.comments(&one).await, 1 + 8);
    let stopped = results(&place.get(&format!("automations/{}/runs/?per_page=1000", rules[4])).await);
    let why = stopped.iter().find(|run| run["outcome"] == "stopped").unwrap();
    assert!(why["error"].as_str().unwrap().contains("followed from one event"), "{why}");
    // Another comment is another matter.
    place.say(&one).await;
    place.follow(&few).await;
    assert_eq!(place.comments(&one).await, 2 * (1 + 8));
    let ahead = place.app.as_user("alice").get("/api/v1/workspaces/acme/event-consumers/").await.expect(200);
    let own = ahead.as_array().unwrap().iter().find(|row| row["name"] == "automations").unwrap().clone();
    assert_eq!((&own["events_ahead"], &own["last_error"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn one_that_acts_too_often_is_paused_and_admins_are_told() {
    let place = Place::new().await;
    told(&place.app, "alice").await;
    let rule = place.rule(json!({"kind": "item_created"}), json!({}), urgent()).await;
    for number in 0..5 {
        place.item(json!({"name": format!("{number}")})).await;
    }
    let few = Automations { most: 3, ..Automations::new(place.app.metrics()) };
    place.follow(&few).await;
    assert_eq!(place.outcomes(&rule).await, ["done"; 3]);
    let paused = place.shown(&rule).await;
    assert_eq!((&paused["is_enabled"], paused["paused_at"].is_string()), (&json!(false), true));
    assert_eq!(told(&place.app, "alice").await, ["automation notified [automation+message] mentioned"]);
    assert!(told(&place.app, "dave").await.is_empty());
    assert!(place.app.metrics().render().contains("aileron_automation_pauses_total 1"));
    let log = place.app.as_user("alice").get("/api/v1/workspaces/acme/audit-log/?entity=automation&verb=paused").await.expect(200);
    assert_eq!((results(&log).len(), &results(&log)[0]["actor_kind"]), (1, &json!("automation")));
    // Who says that it may go on means it: it is counted anew from there, within the hour too.
    assert_eq!(place.edit(&rule, json!({"is_enabled": true})).await["paused_at"], Value::Null);
    for number in 0..3 {
        place.item(json!({"name": format!("later {number}")})).await;
    }
    place.follow(&few).await;
    assert_eq!(place.outcomes(&rule).await, ["done"; 6]);
    assert!(told(&place.app, "alice").await.iter().all(|row| !row.starts_with("automation")));
    place.item(json!({"name": "one too many"})).await;
    place.follow(&few).await;
    assert_eq!(place.shown(&rule).await["is_enabled"], false);
    // And anew with each hour.
    place.edit(&rule, json!({"is_enabled": true})).await;
    for _ in 0..3 {
        place.item(json!({"name": "then"})).await;
        place.item(json!({"name": "then"})).await;
        place.follow(&few).await;
        place.app.clock.advance(60 * 60);
    }
    assert_eq!(place.outcomes(&rule).await, ["done"; 12]);
}

#[tokio::test]
async fn one_with_a_time_of_its_own_is_paused_too() {
    let place = Place::new().await;
    told(&place.app, "alice").await;
    let mut items = Vec::new();
    for number in 0..5 {
        items.push(place.item(json!({"name": format!("{number}")})).await);
    }
    let few = Automations { most: 3, ..Automations::new(place.app.metrics()) };
    let rule = place.rule(json!({"kind": "schedule"}), json!({}), comment()).await;
    place.wait_within(&few, 1).await;
    assert_eq!(place.outcomes(&rule).await, ["done"; 3]);
    let paused = place.shown(&rule).await;
    assert_eq!((&paused["is_enabled"], paused["paused_at"].is_string(), &paused["next_at"]), (&json!(false), true, &Value::Null));
    assert!(told(&place.app, "alice").await.contains(&"automation notified [automation+message] mentioned".to_owned()));
    place.wait_within(&few, 1).await;
    assert_eq!(place.runs(&rule).await.len(), 3, "as long as nobody says that it may go on");
    place.change(&items[1], json!({"priority": "high"})).await;
    place.edit(&rule, json!({"is_enabled": true, "filters": {"priority": "high"}})).await;
    for days in 1..=4 {
        place.wait_within(&few, 1).await;
        assert_eq!(place.runs(&rule).await.len(), 3 + days, "each day is counted by itself");
    }
}

#[tokio::test]
async fn what_settings_archive_is_worked_off_day_by_day() {
    let place = Place::new().await;
    let done = place.state("completed").await;
    for number in 0..8 {
        place.item(json!({"name": format!("{number}"), "state": done})).await;
    }
    place.app.as_user("alice").patch(&place.path(""), json!({"archive_in": 1})).await.expect(200);
    let few = Automations { most: 3, ..Automations::new(place.app.metrics()) };
    for (days, archived) in [(20, 0), (12, 3), (1, 6), (1, 8), (1, 8)] {
        place.wait_within(&few, days).await;
        assert_eq!(place.get("archived-work-items/").await["total_count"], archived, "{days} days later");
    }
    assert_eq!(results(&place.get("automations/").await)[0]["paused_at"], Value::Null);
}
