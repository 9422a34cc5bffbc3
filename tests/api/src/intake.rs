//! Intake: what people ask of a project, until somebody decides on it.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const SOON: &str = "2100-01-01T00:00:00Z";

struct Place {
    app: TestApp,
    project: String,
    intake: String,
}

/// A project that takes what people ask for.
async fn place() -> Place {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = format!("/api/v1/workspaces/acme/projects/{project}/");
    app.as_user("alice").patch(&one, json!({"intake_view": true})).await.expect(200);
    let intake = format!("{one}intake-issues/");
    Place { app, project, intake }
}

impl Place {
    /// Asks, and answers the id of the work item.
    async fn ask(&self, user: &str, name: &str) -> String {
        let asked = self.app.as_user(user).post(&self.intake, json!({"issue": {"name": name}})).await.expect(201);
        asked["issue"].as_str().unwrap().to_owned()
    }

    fn one(&self, item: &str) -> String {
        format!("{}{item}/", self.intake)
    }

    fn item(&self, item: &str) -> String {
        format!("{}{item}/", items(&self.project))
    }

    async fn decide(&self, item: &str, body: Value) -> Value {
        self.app.as_user("alice").patch(&self.one(item), body).await.expect(200)
    }

    async fn names(&self, user: &str, query: &str) -> Vec<String> {
        let page = self.app.as_user(user).get(&format!("{}{query}", self.intake)).await.expect(200);
        results(&page).iter().map(|row| row["issue_detail"]["name"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn what_is_asked_for_is_no_work_item_until_it_is_accepted() {
    let place = place().await;
    let alice = place.app.as_user("alice");
    let asked = alice.post(&place.intake, json!({"issue": {"name": "Lift", "description_html": "<p>stuck</p><script>x</script>"}})).await;
    let asked = asked.expect(201);
    assert_eq!((&asked["status"], &asked["issue_detail"]["state"]["group"]), (&json!(-2), &json!("triage")));
    assert_eq!(asked["issue_detail"]["description_html"], "<p>stuck</p>");
    let id = asked["issue"].as_str().unwrap();
    assert_eq!(alice.get(&items(&place.project)).await.expect(200)["total_count"], 0);
    alice.get(&place.item(id)).await.expect(404);
    // Nor does its address let anybody past the decision.
    alice.patch(&place.item(id), json!({"state": null, "name": "past"})).await.expect(404);
    alice.delete(&place.item(id)).await.expect(404);
    let found = alice.get("/api/v1/workspaces/acme/work-items/search/?search=Lift").await.expect(200);
    assert_eq!(found["issues"], json!([]));
    alice.post(&items(&place.project), json!({"name": "below", "parent": id})).await.expect(400);
    let accepted = place.decide(id, json!({"status": 1, "issue": {"name": "The lift"}})).await;
    assert_eq!((&accepted["status"], &accepted["issue_detail"]["state"]["name"]), (&json!(1), &json!("Backlog")));
    let shown = alice.get(&place.item(id)).await.expect(200);
    assert_eq!((&shown["name"], &shown["sequence_id"]), (&json!("The lift"), &asked["issue_detail"]["sequence_id"]));
    assert_eq!(alice.get(&items(&place.project)).await.expect(200)["total_count"], 1);
    let found = alice.get("/api/v1/workspaces/acme/work-items/search/?search=Lift").await.expect(200);
    assert_eq!(found["issues"].as_array().unwrap().len(), 1);
    let told = results(&alice.get(&format!("{}activities/", place.item(id))).await.expect(200));
    let intake = told.iter().find(|row| row["field"] == "status").unwrap();
    assert_eq!((&intake["old_value"], &intake["new_value"]), (&json!("-2"), &json!("1")));
    assert!(told.iter().any(|row| row["field"] == "state" && row["old_value"] == "Triage" && row["new_value"] == "Backlog"));
}

#[tokio::test]
async fn decisions_are_taken_once_and_named() {
    let place = place().await;
    let (id, other) = (place.ask("gina", "Asked").await, item(&place.app, "bob", &place.project, json!({"name": "Known"})).await);
    let alice = place.app.as_user("alice");
    let ops = project(&place.app, "OPS").await;
    let foreign = item(&place.app, "alice", &ops, json!({"name": "Elsewhere"})).await;
    for (body, field) in [
        (json!({"status": 9}), "status"),
        (json!({"status": 0}), "snoozed_till"),
        (json!({"status": 0, "snoozed_till": "2001-01-01T00:00:00Z"}), "snoozed_till"),
        (json!({"status": 0, "snoozed_till": null}), "snoozed_till"),
        (json!({"status": 0, "snoozed_till": "tomorrow"}), "snoozed_till"),
        (json!({"snoozed_till": SOON}), "snoozed_till"),
        (json!({"status": 2}), "duplicate_to"),
        (json!({"status": 2, "duplicate_to": id}), "duplicate_to"),
        (json!({"status": 2, "duplicate_to": foreign}), "duplicate_to"),
        (json!({"status": 2, "duplicate_to": place.project}), "duplicate_to"),
        (json!({"duplicate_to": other}), "duplicate_to"),
    ] {
        let refused = alice.patch(&place.one(&id), body.clone()).await.expect(400);
        assert!(refused[field].is_array(), "{body}: {refused}");
        assert_eq!(alice.get(&place.one(&id)).await.expect(200)["status"], -2, "{body}");
    }
    let snoozed = place.decide(&id, json!({"status": 0, "snoozed_till": SOON})).await;
    assert_eq!(snoozed["snoozed_till"], "2100-01-01T00:00:00.000000Z");
    let duplicate = place.decide(&id, json!({"status": 2, "duplicate_to": other})).await;
    assert_eq!((&duplicate["status"], &duplicate["duplicate_to"]), (&json!(2), &json!(other)));
    assert_eq!(place.decide(&id, json!({"status": -1})).await["duplicate_to"], Value::Null);
    place.decide(&id, json!({"status": 1})).await;
    let refused = alice.patch(&place.one(&id), json!({"status": -1})).await.expect(400);
    assert!(refused["status"].is_array(), "what was accepted is a work item");
    alice.get(&place.item(&id)).await.expect(200);
}

#[tokio::test]
async fn what_is_snoozed_comes_back_by_itself() {
    let place = place().await;
    let (id, _) = (place.ask("bob", "Later").await, place.ask("bob", "Now").await);
    // The clock of the tests starts at noon.
    place.decide(&id, json!({"status": 0, "snoozed_till": "2026-01-01T13:00:00Z"})).await;
    assert_eq!(place.names("alice", "?status=-2").await, ["Now"]);
    assert_eq!(place.names("alice", "?status=0").await, ["Later"]);
    place.app.clock.advance(3_601);
    assert_eq!(place.names("alice", "?status=-2").await, ["Now", "Later"]);
    assert!(place.names("alice", "?status=0").await.is_empty());
    assert_eq!(place.app.as_user("alice").get(&place.one(&id)).await.expect(200)["status"], -2);
    assert_eq!(place.names("alice", "?status=-2,-1,1&search=later").await, ["Later"]);
    place.app.as_user("alice").get(&format!("{}?status=7", place.intake)).await.expect(400);
}

#[tokio::test]
async fn guests_see_and_word_their_own() {
    let place = place().await;
    let (hers, his) = (place.ask("gina", "Hers").await, place.ask("bob", "His").await);
    let gina = place.app.as_user("gina");
    assert_eq!(place.names("gina", "").await, ["Hers"]);
    assert_eq!(place.names("bob", "").await, ["His", "Hers"]);
    gina.get(&place.one(&his)).await.expect(404);
    let worded = json!({"issue": {"name": "Hers, in short", "priority": "urgent", "assignees": [place.app.user("bob")]}, "status": 1});
    let changed = gina.patch(&place.one(&hers), worded).await.expect(200);
    assert_eq!((&changed["issue_detail"]["name"], &changed["issue_detail"]["priority"]), (&json!("Hers, in short"), &json!("none")));
    assert_eq!((&changed["issue_detail"]["assignees"], &changed["status"]), (&json!([]), &json!(-2)), "a guest decides nothing");
    gina.patch(&place.one(&his), json!({"issue": {"name": "hijack"}})).await.expect(400);
    gina.patch(&place.item(&hers), json!({"priority": "urgent"})).await.expect(403);
    gina.delete(&place.item(&hers)).await.expect(403);
    gina.delete(&place.one(&his)).await.expect(403);
    gina.patch(&format!("{}status/", place.one(&hers)), json!({"status": 1})).await.expect(403);
    gina.delete(&place.one(&hers)).await.expect(204);
    assert_eq!(place.names("alice", "").await, ["His"]);
}

#[tokio::test]
async fn members_change_what_it_says_and_admins_decide() {
    let place = place().await;
    let id = place.ask("gina", "Asked").await;
    let (bob, alice) = (place.app.as_user("bob"), place.app.as_user("alice"));
    let label = alice.post(&format!("{}labels/", place.intake.replace("intake-issues/", "")), json!({"name": "bug"})).await.id();
    let issue = json!({"name": "Asked for", "labels": [label], "assignees": [place.app.user("bob")], "target_date": "2026-12-01",
        "state": null, "archived_at": "2026-12-01"});
    let changed = bob.patch(&place.one(&id), json!({"issue": issue, "status": 1, "source": "MAIL"})).await.expect(200);
    let detail = &changed["issue_detail"];
    assert_eq!((&detail["labels"][0]["name"], &detail["assignees"][0]["display_name"]), (&json!("bug"), &json!("bob")));
    assert_eq!((&detail["state"]["group"], &detail["archived_at"]), (&json!("triage"), &Value::Null));
    assert_eq!((&changed["status"], &changed["source"]), (&json!(-2), &json!("IN_APP")), "as recorded: not read from members");
    let status = format!("{}status/", place.one(&id));
    bob.patch(&status, json!({"status": 1})).await.expect(403);
    assert!(alice.patch(&status, json!({})).await.expect(400)["status"].is_array());
    let before = alice.get(&place.one(&id)).await.expect(200);
    let declined = alice.patch(&status, json!({"status": -1})).await.expect(200);
    assert_eq!((&declined["status"], &declined["updated_by"]), (&json!(-1), &json!(place.app.user("alice"))));
    assert_eq!(declined["issue_detail"], before["issue_detail"], "a decision changes nothing of the work item");
    bob.delete(&place.one(&id)).await.expect(403);
    alice.delete(&place.one(&id)).await.expect(204);
    alice.delete(&place.one(&id)).await.expect(404);
}

#[tokio::test]
async fn what_was_accepted_outlives_its_intake_item() {
    let place = place().await;
    let (kept, gone) = (place.ask("bob", "Kept").await, place.ask("bob", "Gone").await);
    place.decide(&kept, json!({"status": 1})).await;
    let alice = place.app.as_user("alice");
    for id in [&kept, &gone] {
        alice.delete(&place.one(id)).await.expect(204);
        alice.get(&place.one(id)).await.expect(404);
    }
    alice.get(&place.item(&kept)).await.expect(200);
    // Declined by hand and deleted as a work item: neither is there any more.
    let third = place.ask("bob", "Third").await;
    place.decide(&third, json!({"status": 1})).await;
    alice.delete(&place.item(&third)).await.expect(204);
    alice.get(&place.one(&third)).await.expect(404);
}

#[tokio::test]
async fn a_project_that_takes_nothing_keeps_what_it_has() {
    let place = place().await;
    let id = place.ask("bob", "Asked").await;
    let alice = place.app.as_user("alice");
    let one = format!("/api/v1/workspaces/acme/projects/{}/", place.project);
    alice.patch(&one, json!({"intake_view": false})).await.expect(200);
    assert!(place.names("alice", "").await.is_empty());
    for refused in
        [alice.post(&place.intake, json!({"issue": {"name": "x"}})).await, alice.patch(&place.one(&id), json!({"status": 1})).await]
    {
        assert!(refused.expect(400)["error"].as_str().unwrap().starts_with("Intake is not enabled"));
    }
    alice.patch(&one, json!({"intake_view": true})).await.expect(200);
    assert_eq!(place.names("alice", "").await, ["Asked"]);
    assert_eq!(alice.get(&format!("{one}summary/?fields=intakes,issues")).await.expect(200)["counts"], json!({"intakes": 1, "issues": 0}));
    alice.post(&format!("{one}archive/"), json!({})).await.expect(204);
    alice.patch(&place.one(&id), json!({"status": 1})).await.expect(400);
}

#[tokio::test]
async fn a_page_costs_the_same_however_much_is_on_it() {
    let place = place().await;
    let alice = place.app.as_user("alice");
    let mut cost = Vec::new();
    for round in 0..2 {
        for number in 0..=(round * 30) {
            let issue = json!({"name": format!("Asked {round} {number}"), "assignees": [place.app.user("bob")]});
            alice.post(&place.intake, json!({"issue": issue})).await.expect(201);
        }
        let before = place.app.db.statements();
        alice.get(&place.intake).await.expect(200);
        cost.push(place.app.db.statements() - before);
    }
    assert_eq!(cost[0], cost[1]);
    assert!(cost[0] <= 16, "{} statements", cost[0]);
}
