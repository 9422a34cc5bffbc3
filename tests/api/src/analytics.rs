//! Figures about work items, against what one counts in the lists by hand.

use std::collections::BTreeMap;

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{self, item, items, project, results};

const W: &str = "/api/v1/workspaces/acme/analytics";
const HOUR: i64 = 60 * 60;

async fn states(app: &TestApp, project: &str) -> BTreeMap<String, String> {
    let states = app.as_user("alice").get(&format!("/api/v1/workspaces/acme/projects/{project}/states/")).await.expect(200);
    let pair = |state: &Value| (state["group"].as_str().unwrap().to_owned(), state["id"].as_str().unwrap().to_owned());
    results(&states).iter().map(pair).collect()
}

async fn get(app: &TestApp, who: &str, path: &str) -> Value {
    app.as_user(who).get(&format!("{W}/{path}")).await.expect(200)
}

/// Two projects of which bob and the guest gina are in both, and dave is in neither. Of the items some are gina's.
struct World {
    app: TestApp,
    projects: Vec<String>,
    states: Vec<BTreeMap<String, String>>,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let projects = vec![project(&app, "ENG").await, project(&app, "OPS").await];
        let states = vec![states(&app, &projects[0]).await, states(&app, &projects[1]).await];
        Self { app, projects, states }
    }

    async fn item(&self, project: usize, group: &str, mut body: Value) -> String {
        body["state"] = json!(self.states[project][group]);
        item(&self.app, "alice", &self.projects[project], body).await
    }

    async fn filled() -> Self {
        let world = Self::new().await;
        let [alice, bob, gina] = ["alice", "bob", "gina"].map(|name| world.app.user(name));
        let labels = format!("/api/v1/workspaces/acme/projects/{}/labels/", world.projects[0]);
        let bug = world.app.as_user("alice").post(&labels, json!({"name": "bug"})).await.id();
        let gone = world.app.as_user("alice").post(&labels, json!({"name": "gone"})).await.id();
        world.item(0, "backlog", json!({"name": "a", "point": 3, "priority": "high", "assignees": [bob], "labels": [bug]})).await;
        world.item(0, "started", json!({"name": "b", "point": 5, "assignees": [alice, bob], "target_date": "2025-12-01"})).await;
        world.item(0, "completed", json!({"name": "c", "priority": "high", "labels": [bug, gone], "created_by": gina})).await;
        world.item(1, "unstarted", json!({"name": "d", "point": 1, "created_by": gina, "start_date": "2026-02-03"})).await;
        world.item(1, "cancelled", json!({"name": "e", "assignees": [bob], "target_date": "2025-12-01"})).await;
        world.item(1, "backlog", json!({"name": "draft", "is_draft": true, "point": 12})).await;
        world.app.as_user("alice").delete(&format!("{labels}{gone}/")).await.expect(204);
        world
    }
}

#[tokio::test]
async fn totals_are_those_of_the_list_with_the_same_filter() {
    let world = World::filled().await;
    let totals = get(&world.app, "bob", "totals/").await;
    assert_eq!(totals["total"], json!({"issues": 5, "points": 9.0}));
    assert_eq!((&totals["started"], &totals["completed"]["issues"]), (&json!({"issues": 1, "points": 5.0}), &json!(1)));
    assert_eq!((&totals["open_issues"], &totals["overdue_issues"], &totals["unassigned_issues"]), (&json!(3), &json!(1), &json!(1)));
    for filter in ["priority=high", "state_group=backlog,started", &format!("project={}", world.projects[1]), "search=a", "assignees=None"]
    {
        let list = world.app.as_user("bob").get(&format!("/api/v1/workspaces/acme/work-items/?{filter}")).await.expect(200);
        assert_eq!(get(&world.app, "bob", &format!("totals/?{filter}")).await["total"]["issues"], list["total_count"], "{filter}");
    }
    let both = format!("totals/?project={},{}", world.projects[0], world.projects[1]);
    assert_eq!(get(&world.app, "bob", &both).await, totals);
    assert_eq!(get(&world.app, "bob", "totals/?priority=urgent").await["total"], json!({"issues": 0, "points": 0.0}));
}

fn cells(distribution: &Value) -> Vec<(Value, Value, i64, f64)> {
    let cell = |cell: &Value| {
        let key = if cell["name"].is_null() { cell["key"].clone() } else { cell["name"].clone() };
        let and = if cell["and_name"].is_null() { cell["and_key"].clone() } else { cell["and_name"].clone() };
        (key, and, cell["issues"].as_i64().unwrap(), cell["points"].as_f64().unwrap())
    };
    distribution["cells"].as_array().unwrap().iter().map(cell).collect()
}

#[tokio::test]
async fn items_are_told_apart_by_any_two_properties() {
    let world = World::filled().await;
    let by = async |query: &str| cells(&get(&world.app, "bob", &format!("distribution/?{query}")).await);
    let priorities = by("by=priority").await;
    assert_eq!(priorities, [(json!("none"), Value::Null, 3, 6.0), (json!("high"), Value::Null, 2, 3.0)]);
    let people = by("by=assignees&and_by=state_group").await;
    assert!(people.contains(&(json!("bob"), json!("started"), 1, 5.0)) && people.contains(&(json!("alice"), json!("started"), 1, 5.0)));
    assert!(people.contains(&(Value::Null, json!("completed"), 1, 0.0)), "{people:?}");
    // A deleted label is none, also beside another.
    let labels = by("by=labels").await;
    assert_eq!(labels, [(Value::Null, Value::Null, 3, 6.0), (json!("bug"), Value::Null, 2, 3.0)]);
    let projects = by("by=project").await;
    assert_eq!(
        projects.iter().map(|cell| (cell.0.clone(), cell.2)).collect::<Vec<_>>(),
        [(json!("Project ENG"), 3), (json!("Project OPS"), 2)]
    );
    assert!(by("by=created_at").await.contains(&(json!("2026-01"), Value::Null, 5, 9.0)));
    assert!(by("by=start_date&and_by=priority").await.contains(&(json!("2026-02"), json!("none"), 1, 1.0)));
    // At 14:00 UTC on the last of January it is February in Kiritimati.
    world.app.clock.advance(31 * 24 * HOUR - 22 * HOUR);
    world.item(1, "backlog", json!({"name": "late"})).await;
    assert!(by("by=created_at").await.contains(&(json!("2026-01"), Value::Null, 6, 9.0)));
    assert!(by("by=created_at&timezone=Pacific/Kiritimati").await.contains(&(json!("2026-02"), Value::Null, 1, 0.0)));
    let mut all = Vec::new();
    for (name, _) in aileron_tracker::analytics::rules::PROPERTIES {
        for (other, _) in aileron_tracker::analytics::rules::PROPERTIES.into_iter().filter(|(other, _)| *other != name) {
            all.push(by(&format!("by={name}&and_by={other}")).await.iter().map(|cell| cell.2).sum::<i64>());
        }
    }
    assert!(all.iter().all(|sum| (6..=10).contains(sum)), "{all:?}");
}

#[tokio::test]
async fn what_was_made_and_completed_is_counted_by_the_days_of_a_zone() {
    let world = World::new().await;
    // 12:00 UTC on the first of January; in Auckland the second begins an hour before.
    let one = world.item(0, "backlog", json!({"name": "one"})).await;
    world.app.clock.advance(20 * HOUR);
    world.item(1, "completed", json!({"name": "two"})).await;
    world.app.clock.advance(24 * HOUR);
    let done = json!({"state": world.states[0]["completed"]});
    world.app.as_user("bob").patch(&format!("{}{one}/", items(&world.projects[0])), done).await.expect(200);
    let course = async |query: &str| {
        let course = get(&world.app, "bob", &format!("created-resolved/?{query}")).await;
        let steps = course["steps"].as_array().unwrap().iter();
        let told = |step: &Value| {
            (
                step["date"].as_str().unwrap().to_owned(),
                step["created_issues"].as_i64().unwrap(),
                step["completed_issues"].as_i64().unwrap(),
            )
        };
        steps.map(told).filter(|step| step.1 + step.2 > 0).collect::<Vec<_>>()
    };
    let day = |date: &str, created, completed| (date.to_owned(), created, completed);
    assert_eq!(course("").await, [day("2026-01-01", 1, 0), day("2026-01-02", 1, 1), day("2026-01-03", 0, 1)]);
    assert_eq!(course("timezone=Pacific/Auckland").await, [day("2026-01-02", 2, 1), day("2026-01-03", 0, 1)]);
    assert_eq!(course("unit=month").await, [day("2026-01-01", 2, 2)]);
    assert_eq!(course("unit=week&from=2025-12-01").await, [day("2025-12-29", 2, 2)]);
    assert_eq!(course(&format!("project={}", world.projects[1])).await, [day("2026-01-02", 1, 1)]);
    assert_eq!(course("from=2026-01-02&to=2026-01-02").await, [day("2026-01-02", 1, 1)]);
    world.app.as_user("alice").patch("/api/v1/workspaces/acme/", json!({"timezone": "Pacific/Auckland"})).await.expect(200);
    assert_eq!(get(&world.app, "bob", "created-resolved/").await["timezone"], "Pacific/Auckland");
}

#[tokio::test]
async fn times_are_the_nearest_ranks_of_what_was_completed() {
    let world = World::new().await;
    let bob = world.app.as_user("bob");
    let mut ids = Vec::new();
    for number in 0..10 {
        ids.push(world.item(0, "backlog", json!({"name": format!("{number}")})).await);
    }
    let to = |group: &str| json!({"state": world.states[0][group]});
    for (number, id) in ids.iter().enumerate() {
        world.app.clock.advance(HOUR);
        let path = format!("{}{id}/", items(&world.projects[0]));
        // Half of them are begun half an hour before they are done, and begun again: the first time counts.
        if number % 2 == 0 {
            bob.patch(&path, to("started")).await.expect(200);
            bob.patch(&path, to("unstarted")).await.expect(200);
            world.app.clock.advance(HOUR / 2);
            bob.patch(&path, to("started")).await.expect(200);
        }
        bob.patch(&path, to("completed")).await.expect(200);
    }
    let times = get(&world.app, "bob", "times/").await;
    // Done after 1.5, 2.5, 4, 5, 6.5, 7.5, 9, 10, 11.5 and 12.5 hours.
    let hours = |span: &str, rank: &str| format!("{:.2}", times[span][rank].as_f64().unwrap() / 3600.0);
    assert_eq!((&times["lead"]["issues"], &times["cycle"]["issues"]), (&json!(10), &json!(5)));
    assert_eq!(["p50", "p75", "p85", "p95"].map(|rank| hours("lead", rank)), ["6.50", "10.00", "11.50", "12.50"]);
    assert!(["6.99", "7.00", "7.01"].contains(&hours("lead", "mean").as_str()), "{times}");
    assert_eq!(["p50", "p95", "mean"].map(|rank| hours("cycle", rank)), ["0.50"; 3]);
    let none = get(&world.app, "bob", "times/?to=2025-12-31").await;
    assert_eq!((&none["lead"]["issues"], &none["lead"]["p50"], &none["cycle"]["mean"]), (&json!(0), &Value::Null, &Value::Null));
    // What goes back is completed no longer.
    bob.patch(&format!("{}{}/", items(&world.projects[0]), ids[0]), to("backlog")).await.expect(200);
    assert_eq!(get(&world.app, "bob", "times/").await["lead"]["issues"], 9);
}

#[tokio::test]
async fn the_heat_map_counts_hours_of_the_week() {
    let world = World::new().await;
    let id = world.item(0, "backlog", json!({"name": "x"})).await;
    let path = format!("{}{id}/", items(&world.projects[0]));
    world.app.clock.advance(HOUR);
    world.app.as_user("bob").patch(&path, json!({"name": "y"})).await.expect(200);
    world.app.as_user("bob").post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    // The first of January 2026 is a Thursday; it is noon, and one.
    let map = get(&world.app, "bob", "heat-map/").await;
    assert_eq!((&map["hours"][3][12], &map["hours"][3][13], &map["total"]), (&json!(1), &json!(2), &json!(3)));
    let far = get(&world.app, "bob", "heat-map/?timezone=Pacific/Kiritimati").await;
    assert_eq!((&far["hours"][4][2], &far["hours"][4][3]), (&json!(1), &json!(2)));
    let of_alice = get(&world.app, "bob", &format!("heat-map/?actor={}", world.app.user("alice"))).await;
    assert_eq!((&of_alice["hours"][3][12], &of_alice["total"]), (&json!(1), &json!(1)));
    assert_eq!(get(&world.app, "bob", "heat-map/?priority=high").await["total"], 0);
    assert_eq!(get(&world.app, "bob", "heat-map/?to=2025-12-31").await["total"], 0);
    for hidden in [get(&world.app, "dave", "heat-map/").await, get(&world.app, "gina", "heat-map/").await] {
        assert_eq!(hidden["total"], 0, "what one does not see did not happen");
    }
}

#[tokio::test]
async fn the_workload_is_what_is_open() {
    let world = World::filled().await;
    let load = get(&world.app, "bob", "workload/").await;
    let told: Vec<_> =
        load.as_array().unwrap().iter().map(|load| (load["name"].clone(), load["open"].clone(), load["overdue_issues"].clone())).collect();
    assert_eq!(
        told,
        [
            (json!("bob"), json!({"issues": 2, "points": 8.0}), json!(1)),
            (Value::Null, json!({"issues": 1, "points": 1.0}), json!(0)),
            (json!("alice"), json!({"issues": 1, "points": 5.0}), json!(1)),
        ]
    );
    assert_eq!(load[0]["started"], json!({"issues": 1, "points": 5.0}));
}

/// Every number, of somebody who sees only what he made, and of others who see nothing.
#[tokio::test]
async fn guests_are_counted_their_own_and_strangers_nothing() {
    let world = World::filled().await;
    let totals = get(&world.app, "gina", "totals/").await;
    assert_eq!(
        (&totals["total"]["issues"], &totals["completed"]["issues"], &totals["unstarted"]["issues"]),
        (&json!(2), &json!(1), &json!(1))
    );
    let sum = |distribution: &Value| cells(distribution).iter().map(|cell| cell.2).sum::<i64>();
    assert_eq!(sum(&get(&world.app, "gina", "distribution/?by=project").await), 2);
    assert_eq!(get(&world.app, "gina", "workload/").await.as_array().unwrap().len(), 1);
    assert_eq!(get(&world.app, "gina", "times/").await["lead"]["issues"], 1);
    let made: i64 = get(&world.app, "gina", "created-resolved/").await["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["created_issues"].as_i64().unwrap())
        .sum();
    assert_eq!(made, 2);
    assert_eq!(get(&world.app, "gina", "heat-map/").await["total"], 2);
    // Where a project shows its guests everything, they are counted everything.
    let open = json!({"guest_view_all_features": true});
    world.app.as_user("alice").patch(&format!("/api/v1/workspaces/acme/projects/{}/", world.projects[0]), open).await.expect(200);
    assert_eq!(get(&world.app, "gina", "totals/").await["total"]["issues"], 4);
    assert_eq!(get(&world.app, "dave", "totals/").await["total"]["issues"], 0);
    let of_others = format!("totals/?project={}", world.projects[0]);
    assert_eq!(get(&world.app, "dave", &of_others).await["total"]["issues"], 0);
    for path in ["totals/", "created-resolved/", "distribution/?by=state", "workload/", "times/", "heat-map/"] {
        world.app.as_user("olga").get(&format!("{W}/{path}")).await.expect(403);
    }
    // An archived project counts nowhere.
    world
        .app
        .as_user("alice")
        .post(&format!("/api/v1/workspaces/acme/projects/{}/archive/", world.projects[0]), json!({}))
        .await
        .expect(204);
    assert_eq!(get(&world.app, "bob", "totals/").await["total"]["issues"], 2);
}

#[tokio::test]
async fn bad_input_is_refused_by_name() {
    let app = TestApp::new().await;
    for (path, field) in [
        ("distribution/", "by"),
        ("distribution/?by=password", "by"),
        ("distribution/?by=state&and_by=state", "and_by"),
        ("distribution/?by=state&timezone=Mars/Phobos", "timezone"),
        ("created-resolved/?unit=year", "unit"),
        ("created-resolved/?from=2026-02-30", "from"),
        ("created-resolved/?from=2020-01-01", "from"),
        ("created-resolved/?from=2026-01-02&to=2026-01-01", "from"),
        ("times/?to=x", "to"),
        ("heat-map/?actor=x", "actor"),
        ("totals/?priority=asap", "priority"),
        ("totals/?filters=%7B", "filters"),
        ("workload/?search=%00", "search"),
    ] {
        let answer = app.as_user("bob").get(&format!("{W}/{path}")).await;
        assert!(answer.expect(400)[field][0].is_string(), "{path}");
    }
}

#[tokio::test]
async fn figures_take_as_many_statements_for_many_items_as_for_few() {
    let world = World::new().await;
    let bob = world.app.user("bob");
    let mut costs = Vec::new();
    for count in [2, 40] {
        for number in 0..count {
            let group = ["backlog", "started", "completed"][number % 3];
            world.item(number % 2, group, json!({"name": format!("{number}"), "assignees": [bob], "point": 3})).await;
        }
        let mut cost = Vec::new();
        for path in
            ["totals/", "created-resolved/?unit=week", "distribution/?by=assignees&and_by=state", "workload/", "times/", "heat-map/"]
        {
            cost.push(stock::cost(&world.app, "bob", &format!("{W}/{path}")).await);
        }
        costs.push(cost);
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[0].iter().all(|cost| *cost <= 12), "{costs:?}");
}
