//! Rules with a time of their own whose run comes late, or twice.

use aileron_db::{ExprTrait as _, Unscoped, schema};
use aileron_kernel::{Clock as _, Uuid};
use serde_json::{Value, json};

use super::{DAY, Place, urgent};
use crate::{notification_rules::told, stock::results};

const HOUR: i64 = 60 * 60;

impl Place {
    /// The jobs of rules are gone, as after a backup that was restored.
    async fn lose_jobs(&self) {
        let lost = self.app.db.write(|session| {
            let mut tx = session.unscoped_to_write(Unscoped::Job)?;
            tx.remove_where(schema::JOBS, schema::JOBS.col("kind").eq("automation.daily"))
        });
        assert!(lost.await.unwrap() > 0);
    }

    async fn next_at(&self, rule: &str) -> Value {
        self.shown(rule).await["next_at"].clone()
    }
}

#[tokio::test]
async fn what_was_due_while_the_server_was_down_is_done_when_it_is_back() {
    let place = Place::new().await;
    let notify = json!([{"kind": "notify", "to": ["assignees"], "message": "Due today"}]);
    let rule = place.rule(json!({"kind": "due_soon", "days": 0, "hour": 9}), json!({}), notify).await;
    place.item(json!({"name": "Soon", "assignees": [place.user("dave")], "target_date": "2026-01-02"})).await;
    told(&place.app, "dave").await;
    // From half past eight to half past ten, and what looks for lost jobs comes before the job.
    place.app.clock.advance(22 * HOUR + HOUR / 2);
    place.app.house().clean("test").await.unwrap();
    assert_eq!(place.next_at(&rule).await, "2026-01-02T09:00:00.000000Z");
    place.app.run_jobs().await;
    assert_eq!(told(&place.app, "dave").await, ["automation notified [automation+message] mentioned+assigned"]);
    assert_eq!(place.next_at(&rule).await, "2026-01-03T09:00:00.000000Z");
    place.app.run_jobs().await;
    assert_eq!(place.runs(&rule).await.len(), 1);
}

#[tokio::test]
async fn a_reminder_that_comes_after_midnight_is_of_the_day_before() {
    let place = Place::new().await;
    let notify = json!([{"kind": "notify", "to": ["assignees"], "message": "Due today"}]);
    let rule = place.rule(json!({"kind": "due_soon", "days": 0, "hour": 23}), json!({}), notify).await;
    place.item(json!({"name": "Soon", "assignees": [place.user("dave")], "target_date": "2026-01-02"})).await;
    told(&place.app, "dave").await;
    place.app.clock.advance(11 * HOUR + HOUR / 2);
    place.app.run_jobs().await;
    assert_eq!(place.next_at(&rule).await, "2026-01-02T23:00:00.000000Z");
    assert_eq!(place.runs(&rule).await.len(), 0);
    place.app.clock.advance(DAY + HOUR);
    place.app.run_jobs().await;
    assert_eq!(told(&place.app, "dave").await, ["automation notified [automation+message] mentioned+assigned"]);
}

#[tokio::test]
async fn a_lost_run_is_found_again_and_done_once() {
    let place = Place::new().await;
    let rule =
        place.rule(json!({"kind": "schedule", "hour": 9}), json!({}), json!([{"kind": "add_comment", "comment_html": "<p>x</p>"}])).await;
    place.item(json!({"name": "One"})).await;
    place.wait(1).await;
    place.lose_jobs().await;
    place.wait(1).await;
    assert_eq!(place.runs(&rule).await.len(), 1);
    for _ in 0..2 {
        place.app.house().clean("test").await.unwrap();
        place.app.clock.advance(HOUR);
    }
    place.app.run_jobs().await;
    let days: Vec<Value> = place.runs(&rule).await.iter().map(|run| run["day"].clone()).collect();
    assert_eq!(days, ["2026-01-02", "2026-01-03"], "the day on which it was due");
    place.wait(1).await;
    assert_eq!(place.runs(&rule).await.len(), 3, "and it goes on");
}

#[tokio::test]
async fn what_is_due_stays_due_whatever_becomes_of_the_rule() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let one = place.item(json!({"name": "One"})).await;
    let rule = place.rule(json!({"kind": "schedule", "hour": 9}), json!({}), urgent()).await;
    place.app.clock.advance(DAY);
    place.edit(&rule, json!({"name": "Another name"})).await;
    place.edit(&rule, json!({"trigger": {"kind": "schedule", "hour": 18}})).await;
    alice.patch(&place.path(""), json!({"timezone": "Asia/Tokyo"})).await.expect(200);
    assert_eq!(place.next_at(&rule).await, "2026-01-02T09:00:00.000000Z");
    place.app.run_jobs().await;
    assert_eq!(place.after(&one).await["priority"], "urgent");
    assert_eq!(place.next_at(&rule).await, "2026-01-03T09:00:00.000000Z", "six in the evening there");
    // Not so if it was switched off, or the project was gone: what was missed is over.
    place.change(&one, json!({"priority": "none"})).await;
    place.app.clock.advance(DAY);
    for is_enabled in [false, true] {
        place.edit(&rule, json!({ "is_enabled": is_enabled })).await;
    }
    place.app.run_jobs().await;
    assert_eq!((&place.after(&one).await["priority"], place.next_at(&rule).await), (&json!("none"), json!("2026-01-04T09:00:00.000000Z")));
    alice.delete(&place.path("")).await.expect(204);
    place.wait(3).await;
    alice.post(&place.path("restore/"), json!({})).await.expect(200);
    place.app.run_jobs().await;
    assert_eq!(place.after(&one).await["priority"], "none");
    place.wait(1).await;
    assert_eq!(place.after(&one).await["priority"], "urgent");
}

#[tokio::test]
async fn settings_that_were_written_by_no_command_get_their_rules() {
    let place = Place::new().await;
    place.app.as_user("alice").patch(&place.path(""), json!({"close_in": 1})).await.expect(200);
    let project: Uuid = place.project.parse().unwrap();
    let written = place.app.db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Job)?;
        tx.update_where(schema::PROJECTS, schema::PROJECTS.col("id").eq(project), vec![("archive_in", 2_i64.into())])
    });
    assert_eq!(written.await.unwrap(), 1);
    place.app.house().clean("test").await.unwrap();
    let rules = results(&place.get("automations/").await);
    let settings: Vec<&Value> = rules.iter().map(|rule| &rule["setting"]).collect();
    assert_eq!(settings, ["close_in", "archive_in"], "one of the two had its rule already");
    assert!(rules.iter().all(|rule| rule["next_at"].is_string()));
}

#[tokio::test]
async fn a_run_that_was_given_up_is_asked_for_again_a_day_later() {
    let place = Place::new().await;
    let now = place.app.clock.now().micros();
    place.rule(json!({"kind": "schedule", "hour": 9}), json!({}), urgent()).await;
    let one = place.item(json!({"name": "One"})).await;
    let given_up = place.app.db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Job)?;
        let set = vec![("attempts", 10_i64.into()), ("dead_at", (now + 24 * HOUR * 1_000_000).into())];
        tx.update_where(schema::JOBS, schema::JOBS.col("kind").eq("automation.daily"), set)
    });
    assert_eq!(given_up.await.unwrap(), 1);
    let asked = async || {
        let count = place.app.db.read(|session| {
            let mut tx = session.unscoped(Unscoped::Job)?;
            let jobs = tx.from(schema::JOBS).filter(schema::JOBS.col("kind").eq("automation.daily"));
            tx.count(jobs)
        });
        count.await.unwrap()
    };
    place.app.clock.advance(DAY);
    for _ in 0..20 {
        place.app.clock.advance(HOUR);
        place.app.house().clean("test").await.unwrap();
        assert_eq!(asked().await, 1, "it waits for an admin");
    }
    place.app.clock.advance(6 * HOUR);
    place.app.house().clean("test").await.unwrap();
    assert_eq!(asked().await, 2);
    place.app.run_jobs().await;
    assert_eq!(place.after(&one).await["priority"], "urgent");
}
