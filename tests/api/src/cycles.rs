//! Cycles.

use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// A project with cycles on, of which alice is an admin and bob a member.
pub(crate) struct Place {
    pub(crate) app: TestApp,
    pub(crate) project: String,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let app = TestApp::new().await;
        let project = project(&app, "ENG").await;
        let place = Self { app, project };
        place.user("alice").patch(&place.path(""), json!({"cycle_view": true, "module_view": true})).await.expect(200);
        place
    }

    pub(crate) fn bob(&self) -> Caller<'_> {
        self.app.as_user("bob")
    }

    pub(crate) fn user(&self, name: &str) -> Caller<'_> {
        self.app.as_user(name)
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/workspaces/acme/projects/{}/{rest}", self.project)
    }

    /// Makes a cycle of bob's with these days.
    pub(crate) async fn cycle(&self, name: &str, days: Option<(&str, &str)>) -> String {
        let (start, end) = days.unzip();
        let body = json!({"name": name, "project_id": self.project, "start_date": start, "end_date": end});
        self.bob().post(&self.path("cycles/"), body).await.id()
    }

    pub(crate) async fn item(&self, body: Value) -> String {
        item(&self.app, "bob", &self.project, body).await
    }

    pub(crate) async fn add(&self, cycle: &str, items: &[&str]) -> Value {
        self.bob().post(&self.path(&format!("cycles/{cycle}/cycle-issues/")), json!({"issues": items})).await.expect(200)
    }

    pub(crate) async fn get(&self, rest: &str) -> Value {
        self.bob().get(&self.path(rest)).await.expect(200)
    }

    /// The state of this group.
    pub(crate) async fn state(&self, group: &str) -> String {
        let states = self.get("states/").await;
        results(&states).into_iter().find(|state| state["group"] == group).unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// The ids of the items of a cycle.
    async fn ids(&self, cycle: &str) -> Vec<String> {
        let page = self.get(&format!("cycles/{cycle}/cycle-issues/")).await;
        results(&page).iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    /// What the history of an item says of cycles.
    pub(crate) async fn told(&self, item: &str) -> Vec<String> {
        let page = self.bob().get(&format!("{}{item}/activities/", items(&self.project))).await.expect(200);
        let rows = results(&page).into_iter().filter(|row| row["field"] == "cycles");
        rows.map(|row| row["comment"].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn names(list: &Value) -> Vec<&str> {
    let rows = list.as_array().or_else(|| list["results"].as_array()).unwrap();
    rows.iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn dates_are_whole_days_in_the_time_zone_of_the_project() {
    let place = Place::new().await;
    place.user("alice").patch(&place.path(""), json!({"timezone": "Asia/Kolkata"})).await.expect(200);
    let id = place.cycle("One", Some(("2026-03-01", "2026-03-14T23:00:00Z"))).await;
    let cycle = place.get(&format!("cycles/{id}/")).await;
    // 23:00 in UTC is the morning after in Kolkata.
    assert_eq!((&cycle["start_date"], &cycle["end_date"]), (&json!("2026-02-28T18:30:01.000000Z"), &json!("2026-03-15T18:29:00.000000Z")));
    assert_eq!((&cycle["timezone"], &cycle["status"]), (&json!("Asia/Kolkata"), &json!("upcoming")));
    // What a client sends back is what it got, and in another zone a cycle keeps its days.
    let path = place.path(&format!("cycles/{id}/"));
    let same = place.bob().patch(&path, json!({"start_date": cycle["start_date"], "end_date": cycle["end_date"]})).await.expect(200);
    assert_eq!(same["updated_at"], cycle["updated_at"]);
    let moved = place.bob().patch(&path, json!({"timezone": "UTC"})).await.expect(200);
    assert_eq!((&moved["start_date"], &moved["end_date"]), (&json!("2026-03-01T00:00:01.000000Z"), &json!("2026-03-15T23:59:00.000000Z")));
    let draft = place.bob().patch(&path, json!({"start_date": null, "end_date": null})).await.expect(200);
    assert_eq!((&draft["start_date"], &draft["status"]), (&Value::Null, &json!("draft")));
}

#[tokio::test]
async fn views_show_what_they_say() {
    let place = Place::new().await;
    place.cycle("past", Some(("2025-12-01", "2025-12-14"))).await;
    place.cycle("now", Some(("2025-12-29", "2026-01-11"))).await;
    place.cycle("next", Some(("2026-01-12", "2026-01-25"))).await;
    place.cycle("draft", None).await;
    for (view, wanted) in [
        ("all", vec!["draft", "next", "now", "past"]),
        ("current", vec!["now"]),
        ("upcoming", vec!["next"]),
        ("completed", vec!["past"]),
        ("draft", vec!["draft"]),
        ("incomplete", vec!["draft", "next", "now"]),
    ] {
        assert_eq!(names(&place.get(&format!("cycles/?cycle_view={view}")).await), wanted, "{view}");
        assert_eq!(names(&place.get(&format!("cycles-lite/?cycle_view={view}")).await), wanted, "{view}");
    }
    let both = place.get("cycles-lite/?cycle_view=completed&status=upcoming").await;
    assert_eq!(names(&both), ["next"], "the newer name goes first");
    assert_eq!(both["results"][0]["project"], json!(place.project), "lists to choose from say where a cycle is");
    assert!(place.bob().get(&place.path("cycles/?status=nonsense")).await.expect(400)["status"].is_array());
    assert!(place.bob().get(&place.path("cycles/?cycle_view=nonsense")).await.expect(400)["cycle_view"].is_array());
    let current = place.get("cycles/?cycle_view=current&fields=name,owned_by&expand=owned_by").await;
    assert_eq!(current[0]["owned_by"]["display_name"], "bob");
    assert_eq!(current[0].as_object().unwrap().len(), 2);
    let project = place.get("").await;
    assert_eq!((&project["total_cycles"], &project["total_modules"]), (&json!(4), &json!(0)));
    let summary = place.get("summary/?fields=cycles,modules").await;
    assert_eq!(summary["counts"], json!({"cycles": 4, "modules": 0}));
}

#[tokio::test]
async fn wrong_fields_are_named_and_nothing_is_written() {
    let place = Place::new().await;
    let other = project(&place.app, "MKT").await;
    let outsider = place.app.user("dave");
    let path = place.path("cycles/");
    let body = |more: Value| {
        let mut body = json!({"name": "x", "project_id": place.project});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (more, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "n".repeat(256)}), "name"),
        (json!({"project_id": other}), "project_id"),
        (json!({"project_id": "ENG"}), "project_id"),
        (json!({"project_id": null}), "non_field_errors"),
        (json!({"start_date": "2026-02-30", "end_date": "2026-03-01"}), "start_date"),
        (json!({"start_date": "2026-02-01"}), "error"),
        (json!({"start_date": "2026-02-01", "end_date": null}), "error"),
        (json!({"start_date": "2026-02-02", "end_date": "2026-02-01"}), "non_field_errors"),
        (json!({"start_date": "2026-02-02", "end_date": "2030-02-01"}), "end_date"),
        (json!({"start_date": "0001-01-01", "end_date": "0001-01-02"}), "start_date"),
        (json!({"owned_by": outsider}), "owned_by"),
        (json!({"owned_by": UNKNOWN}), "owned_by"),
        (json!({"owned_by": null}), "owned_by"),
        (json!({"timezone": "Mars/Phobos"}), "timezone"),
        (json!({"sort_order": "first"}), "sort_order"),
        (json!({"logo_props": []}), "logo_props"),
        (json!({"description": "d".repeat(10_001)}), "description"),
    ] {
        let refused = place.bob().post(&path, body(more.clone())).await.expect(400);
        assert!(refused.get(field).is_some(), "{more}: {refused}");
    }
    assert_eq!(place.get("cycles/").await["total_count"], 0);
    let taken = place.bob().post(&path, body(json!({"external_id": "1", "external_source": "gh"}))).await.id();
    let again = place.bob().post(&path, body(json!({"external_id": "1", "external_source": "gh"}))).await.expect(409);
    assert_eq!(again["id"], json!(taken));
    let off = format!("/api/v1/workspaces/acme/projects/{other}/cycles/");
    place.bob().post(&off, json!({"name": "x", "project_id": other})).await.expect(400);
    let one = place.path(&format!("cycles/{taken}/"));
    assert!(place.bob().patch(&one, json!({"project_id": other})).await.expect(400)["project_id"].is_array());
    place.bob().patch(&place.path(&format!("cycles/{UNKNOWN}/")), json!({"name": "y"})).await.expect(404);
}

#[tokio::test]
async fn an_item_is_in_one_cycle_and_moves() {
    let place = Place::new().await;
    let (one, two) = (place.cycle("One", Some(("2025-12-29", "2026-01-11"))).await, place.cycle("Two", None).await);
    let parent = place.item(json!({"name": "Parent"})).await;
    let child = place.item(json!({"name": "Child", "parent": parent})).await;
    let rows = place.add(&one, &[&parent, &child]).await;
    let first = rows[1].clone();
    assert_eq!((&rows[0]["issue"], &rows[1]["issue"], &rows[1]["sub_issues_count"]), (&json!(child), &json!(parent), &json!(1)));
    assert_eq!(place.add(&one, &[&parent]).await, rows, "what is in it stays as it is");
    let moved = place.add(&two, &[&parent]).await;
    assert_eq!((moved.as_array().unwrap().len(), &moved[0]["id"], &moved[0]["cycle"]), (1, &first["id"], &json!(two)));
    assert_eq!((place.ids(&one).await, place.ids(&two).await), (vec![child.clone()], vec![parent.clone()]));
    let row = place.get(&format!("cycles/{two}/cycle-issues/{parent}/?expand=cycle,issue")).await;
    assert_eq!((&row["cycle"]["name"], &row["issue"]["sequence_id"]), (&json!("Two"), &json!(1)));
    let gone = place.path(&format!("cycles/{two}/cycle-issues/{parent}/"));
    place.bob().delete(&gone).await.expect(204);
    place.bob().delete(&gone).await.expect(404);
    place.bob().get(&gone).await.expect(404);
    let told = place.told(&parent).await;
    assert_eq!(told, ["added cycle One", "updated cycle from One\n                to Two", "removed this issue from Two"]);
    assert_eq!(place.told(&child).await, ["added cycle One"]);
}

#[tokio::test]
async fn one_foreign_item_refuses_all() {
    let place = Place::new().await;
    let cycle = place.cycle("One", None).await;
    let other = project(&place.app, "MKT").await;
    let foreign = item(&place.app, "alice", &other, json!({"name": "Foreign"})).await;
    let globex = json!({"name": "Theirs", "identifier": "TH"});
    let theirs = place.app.as_user("olga").post("/api/v1/workspaces/globex/projects/", globex).await.id();
    let path = format!("/api/v1/workspaces/globex/projects/{theirs}/work-items/");
    let theirs = place.app.as_user("olga").post(&path, json!({"name": "Theirs"})).await.id();
    let mut own = Vec::new();
    for number in 0..20 {
        own.push(place.item(json!({"name": number.to_string()})).await);
    }
    let path = place.path(&format!("cycles/{cycle}/cycle-issues/"));
    let mut answers = Vec::new();
    for wrong in [foreign.as_str(), &theirs, UNKNOWN] {
        let mut ids: Vec<&str> = own.iter().map(String::as_str).collect();
        ids.insert(7, wrong);
        let refused = place.bob().post(&path, json!({"issues": ids})).await.expect(400);
        assert_eq!(refused["error"], "The payload is not valid");
        answers.push(refused["issues"]["7"][0].as_str().unwrap().replace(wrong, ""));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(place.ids(&cycle).await, Vec::<String>::new());
    for wrong in [json!({}), json!({"issues": []}), json!({"issues": null})] {
        assert_eq!(place.bob().post(&path, wrong).await.expect(400)["code"], "MISSING_WORK_ITEMS");
    }
    for wrong in [json!({"issues": "x"}), json!({"issues": ["ENG-1"]}), json!({"issues": [own[0], 5]}), json!({"issues": {}})] {
        assert!(place.bob().post(&path, wrong.clone()).await.expect(400).get("issues").is_some(), "{wrong}");
    }
    let all: Vec<&str> = own.iter().map(String::as_str).collect();
    assert_eq!(place.add(&cycle, &all).await.as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn a_completed_cycle_keeps_its_fields_and_takes_no_items() {
    let place = Place::new().await;
    let cycle = place.cycle("Over", Some(("2025-12-29", "2026-01-01"))).await;
    let (done, open) = (place.item(json!({"name": "Done", "point": 3})).await, place.item(json!({"name": "Open", "point": 5})).await);
    place.add(&cycle, &[&done, &open]).await;
    let completed = place.state("completed").await;
    place.bob().patch(&format!("{}{done}/", items(&place.project)), json!({"state": completed})).await.expect(200);
    let next = place.cycle("Next", Some(("2026-01-02", "2026-01-05"))).await;
    let transfer = place.path(&format!("cycles/{cycle}/transfer-issues/"));
    assert_eq!(place.bob().post(&transfer, json!({"new_cycle_id": next})).await.expect(400)["error"], "The old cycle is not completed yet");
    place.bob().send("POST", &place.path(&format!("cycles/{cycle}/archive/")), None).await.expect(400);
    place.app.clock.advance(24 * 60 * 60);
    let path = place.path(&format!("cycles/{cycle}/"));
    place.bob().patch(&path, json!({"name": "Other"})).await.expect(400);
    place.bob().patch(&path, json!({"name": "Other", "sort_order": 1})).await.expect(400);
    assert_eq!(place.bob().patch(&path, json!({"sort_order": 1})).await.expect(200)["sort_order"], 1.0);
    let late = place.item(json!({"name": "Late"})).await;
    let refused = place.bob().post(&format!("{path}cycle-issues/"), json!({"issues": [late]})).await.expect(400);
    assert_eq!(refused["code"], "CYCLE_COMPLETED");
    for (body, status) in [
        (json!({}), 400),
        (json!({"new_cycle_id": UNKNOWN}), 404),
        (json!({"new_cycle_id": "x"}), 400),
        (json!({"new_cycle_id": cycle}), 400),
    ] {
        place.bob().post(&transfer, body).await.expect(status);
    }
    assert_eq!(place.bob().post(&transfer, json!({"new_cycle_id": next})).await.expect(200), json!({"message": "Success"}));
    assert_eq!((place.ids(&cycle).await, place.ids(&next).await), (vec![done.clone()], vec![open.clone()]));
    let old = place.get(&format!("cycles/{cycle}/")).await;
    let kept = &old["progress_snapshot"];
    assert_eq!((&kept["total_issues"], &kept["completed_issues"], &kept["total_estimates"]), (&json!(2), &json!(1), &json!(8.0)));
    assert_eq!(kept["burn_down"].as_array().unwrap().len(), 4);
    assert_eq!((&old["total_issues"], &old["completed_issues"]), (&json!(1), &json!(1)), "the counts are those of now");
    // The days of the old cycle stand as they were.
    let days = place.get(&format!("cycles/{cycle}/burn-down/")).await;
    assert_eq!(days["days"], kept["burn_down"]);
    assert_eq!(days["days"][3]["issues"], json!({"total": 2, "completed": 1, "cancelled": 0, "remaining": 1}));
    // A second transfer moves what was opened again, and what was kept stays.
    place.bob().post(&transfer, json!({"new_cycle_id": next})).await.expect(200);
    assert_eq!(&place.get(&format!("cycles/{cycle}/")).await["progress_snapshot"], kept);
}

#[tokio::test]
async fn archived_cycles_are_out_of_the_way() {
    let place = Place::new().await;
    let cycle = place.cycle("Over", Some(("2025-12-01", "2025-12-14"))).await;
    let draft = place.cycle("Draft", None).await;
    let archive = |id: &str| place.path(&format!("cycles/{id}/archive/"));
    place.bob().send("POST", &archive(&draft), None).await.expect(400);
    place.bob().send("POST", &archive(&cycle), None).await.expect(204);
    place.bob().send("POST", &archive(&cycle), None).await.expect(204);
    assert_eq!(names(&place.get("cycles/").await), ["Draft"]);
    assert_eq!(names(&place.get("archived-cycles/").await), ["Over"]);
    place.bob().get(&place.path(&format!("cycles/{cycle}/"))).await.expect(404);
    let refused = place.bob().patch(&place.path(&format!("cycles/{cycle}/")), json!({"sort_order": 1})).await.expect(400);
    assert_eq!(refused["error"], "Archived cycle cannot be edited");
    place.get(&format!("cycles/{cycle}/burn-down/")).await;
    place.bob().delete(&place.path(&format!("archived-cycles/{cycle}/unarchive/"))).await.expect(204);
    place.bob().delete(&place.path(&format!("archived-cycles/{UNKNOWN}/unarchive/"))).await.expect(404);
    assert_eq!(place.get("archived-cycles/").await["total_count"], 0);
}

#[tokio::test]
async fn a_deleted_cycle_leaves_its_items() {
    let place = Place::new().await;
    let cycle = place.user("alice").post(&place.path("cycles/"), json!({"name": "Alices", "project_id": place.project})).await.id();
    let item = place.item(json!({"name": "One"})).await;
    place.add(&cycle, &[&item]).await;
    let path = place.path(&format!("cycles/{cycle}/"));
    assert_eq!(place.bob().delete(&path).await.expect(403)["error"], "Only admin or creator can delete the cycle");
    place.user("alice").delete(&path).await.expect(204);
    place.user("alice").delete(&path).await.expect(404);
    assert_eq!(place.told(&item).await, ["added cycle Alices", "removed this issue from Alices"]);
    assert_eq!(place.get("work-items/?cycle=None").await["total_count"], 1);
    let own = place.cycle("Bobs", None).await;
    place.add(&own, &[&item]).await;
    place.bob().delete(&place.path(&format!("cycles/{own}/"))).await.expect(204);
}

#[tokio::test]
async fn a_guest_is_not_told_how_many_items_of_others_are_below_his() {
    let place = Place::new().await;
    let alice = place.user("alice");
    let cycle = place.cycle("One", None).await;
    let own = place.item(json!({"name": "Own"})).await;
    item(&place.app, "alice", &place.project, json!({"name": "Below", "parent": own})).await;
    let rows = place.add(&cycle, &[&own]).await;
    assert_eq!(rows[0]["sub_issues_count"], 1);
    let members = alice.get(&place.path("members/")).await.expect(200);
    let bob = members.as_array().unwrap().iter().find(|member| member["display_name"] == "bob").unwrap();
    let membership = bob["membership_id"].as_str().unwrap();
    alice.patch(&place.path(&format!("members/{membership}/")), json!({"role": 5})).await.expect(200);
    let row = place.get(&format!("cycles/{cycle}/cycle-issues/{own}/")).await;
    assert_eq!((&row["issue"], &row["sub_issues_count"]), (&json!(own), &json!(0)), "{row}");
}

#[tokio::test]
async fn guests_see_what_is_shown_to_them() {
    let place = Place::new().await;
    let cycle = place.cycle("One", Some(("2025-12-29", "2026-01-11"))).await;
    let hidden = place.item(json!({"name": "Hidden"})).await;
    place.add(&cycle, &[&hidden]).await;
    let gina = place.user("gina");
    let path = place.path(&format!("cycles/{cycle}/"));
    let seen = gina.get(&path).await.expect(200);
    assert_eq!((&seen["total_issues"], &seen["progress_snapshot"]), (&json!(0), &json!({})));
    assert_eq!(gina.get(&format!("{path}cycle-issues/")).await.expect(200)["total_count"], 0);
    gina.get(&format!("{path}cycle-issues/{hidden}/")).await.expect(404);
    assert_eq!(gina.get(&format!("{path}progress/")).await.expect(200)["distribution"], json!({"assignees": [], "labels": []}));
    assert_eq!(gina.get(&format!("{path}burn-down/")).await.expect(200)["days"][3]["issues"]["total"], 0);
    gina.post(&format!("{path}cycle-issues/"), json!({"issues": [hidden]})).await.expect(403);
    gina.patch(&path, json!({"name": "x"})).await.expect(403);
    gina.delete(&path).await.expect(403);
    gina.patch(&place.path("cycle-settings/"), json!({"allow_parallel": true})).await.expect(403);
    place.bob().patch(&place.path("cycle-settings/"), json!({"allow_parallel": true})).await.expect(403);
    place.user("dave").get(&path).await.expect(403);
    place.user("alice").patch(&place.path(""), json!({"guest_view_all_features": true})).await.expect(200);
    assert_eq!(gina.get(&path).await.expect(200)["total_issues"], 1);
    // What is archived is read and not changed.
    place.user("alice").send("POST", &place.path("archive/"), None).await.expect(204);
    place.bob().patch(&path, json!({"name": "x"})).await.expect(400);
    place.bob().get(&path).await.expect(200);
}

#[tokio::test]
async fn drafts_of_others_are_not_there() {
    let place = Place::new().await;
    let cycle = place.cycle("One", None).await;
    let draft = place.item(json!({"name": "Sketch", "is_draft": true})).await;
    let path = place.path(&format!("cycles/{cycle}/cycle-issues/"));
    let alice = place.user("alice");
    let refused = alice.post(&path, json!({"issues": [draft]})).await.expect(400);
    let unknown = alice.post(&path, json!({"issues": [UNKNOWN]})).await.expect(400);
    assert_eq!(refused.to_string().replace(&draft, ""), unknown.to_string().replace(UNKNOWN, ""));
    assert_eq!(place.add(&cycle, &[&draft]).await.as_array().unwrap().len(), 1);
    let other = item(&place.app, "alice", &place.project, json!({"name": "Other"})).await;
    let rows = alice.post(&path, json!({"issues": [other]})).await.expect(200);
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["issue"]), (1, &json!(other)));
    alice.get(&format!("{path}{draft}/")).await.expect(404);
    alice.delete(&format!("{path}{draft}/")).await.expect(404);
    assert_eq!(place.get(&format!("cycles/{cycle}/")).await["total_issues"], 1);
    place.bob().delete(&format!("{path}{draft}/")).await.expect(204);
}

#[tokio::test]
async fn lists_take_as_many_statements_for_many_as_for_few() {
    let place = Place::new().await;
    let mut cycles = Vec::new();
    let mut costs = Vec::new();
    for round in [3, 20] {
        while cycles.len() < round {
            let cycle = place.cycle("One", Some(("2025-12-29", "2026-01-11"))).await;
            let item = place.item(json!({"name": "x"})).await;
            place.add(&cycle, &[&item]).await;
            cycles.push(cycle);
        }
        let all: Vec<String> =
            results(&place.get("work-items/").await).iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        place.add(&cycles[0], &all.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let mut cost = Vec::new();
        for rest in [
            "cycles/".to_owned(),
            "cycles/?cycle_view=current".to_owned(),
            "work-items/?fields=id,cycle_id,module_ids".to_owned(),
            format!("cycles/{}/cycle-issues/", cycles[0]),
            format!("cycles/{}/burn-down/", cycles[0]),
            format!("cycles/{}/progress/", cycles[0]),
        ] {
            let before = place.app.db.statements();
            place.get(&rest).await;
            cost.push(place.app.db.statements() - before);
        }
        costs.push(cost);
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[0].iter().all(|cost| *cost <= 14), "{costs:?}");
}
