//! What is read across the projects of a workspace.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::{
    cycles::names,
    stock::{self, item, items, project, results},
};

const W: &str = "/api/v1/workspaces/acme";

async fn get(app: &TestApp, who: &str, path: &str) -> Value {
    app.as_user(who).get(&format!("{W}/{path}")).await.expect(200)
}

#[tokio::test]
async fn items_of_all_projects_are_one_list() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let (alice, bob, gina) = (app.user("alice"), app.user("bob"), app.user("gina"));
    let one = item(&app, "alice", &eng, json!({"name": "one", "priority": "high", "assignees": [bob]})).await;
    item(&app, "alice", &ops, json!({"name": "two", "created_by": gina})).await;
    item(&app, "bob", &ops, json!({"name": "three", "priority": "high"})).await;
    item(&app, "bob", &ops, json!({"name": "draft", "is_draft": true})).await;
    assert_eq!(names(&get(&app, "bob", "work-items/").await), ["three", "two", "one"]);
    assert_eq!(names(&get(&app, "bob", "work-items/?order_by=name").await), ["one", "three", "two"]);
    let page = get(&app, "bob", "work-items/?per_page=2&cursor=2:1:0&order_by=created_at").await;
    assert_eq!((names(&page), &page["total_count"]), (vec!["three"], &json!(3)));
    assert_eq!(names(&get(&app, "bob", "work-items/?priority=high").await), ["three", "one"]);
    assert_eq!(names(&get(&app, "bob", &format!("work-items/?project={ops}&search=two")).await), ["two"]);
    assert_eq!(names(&get(&app, "bob", &format!("work-items/?project={eng},{ops}&order_by=state__group")).await).len(), 3);
    // What is mine: assigned, created, subscribed.
    assert_eq!(names(&get(&app, "bob", &format!("work-items/?assignees={bob}")).await), ["one"]);
    assert_eq!(names(&get(&app, "bob", &format!("work-items/?created_by={alice}")).await), ["one"]);
    app.as_user("bob").post(&format!("{}{one}/subscribe/", items(&eng)), json!({})).await.expect(201);
    assert_eq!(names(&get(&app, "bob", &format!("work-items/?subscriber={bob}")).await), ["one"]);
    let tree = format!("work-items/?filters=%7B%22not%22:%7B%22subscriber_id%22:%22{bob}%22%7D%7D");
    assert_eq!(names(&get(&app, "bob", &tree).await), ["three", "two"]);
    let expanded = get(&app, "bob", "work-items/?expand=project,state&fields=name,project,cycle_id").await;
    assert_eq!((&expanded["results"][0]["project"]["identifier"], &expanded["results"][0]["cycle_id"]), (&json!("OPS"), &Value::Null));
    // Guests see theirs, who is in no project nothing, other tenants not even that.
    assert_eq!(names(&get(&app, "gina", "work-items/").await), ["two"]);
    assert_eq!(get(&app, "gina", "work-items/").await["total_count"], 1);
    assert_eq!(get(&app, "dave", "work-items/").await["total_count"], 0);
    app.as_user("olga").get(&format!("{W}/work-items/")).await.expect(403);
    for (wrong, field) in [("order_by=password", "order_by"), ("state=x", "state"), ("subscriber=x", "subscriber")] {
        assert!(app.as_user("bob").get(&format!("{W}/work-items/?{wrong}")).await.expect(400)[field][0].is_string(), "{wrong}");
    }
    // A membership that ends takes its items along, however well the total is remembered.
    app.as_user("alice").post(&format!("{W}/projects/{eng}/archive/"), json!({})).await.expect(204);
    assert_eq!(get(&app, "bob", "work-items/").await["total_count"], 2);
}

#[tokio::test]
async fn a_list_of_all_projects_takes_as_many_statements_for_many_as_for_few() {
    let app = TestApp::new().await;
    let mut costs = Vec::new();
    for round in 0..2 {
        for number in 0..=(round * 4) {
            let project = project(&app, &format!("P{round}{number}")).await;
            for _ in 0..=round * 3 {
                item(&app, "bob", &project, json!({"name": "x"})).await;
            }
        }
        let mut cost = Vec::new();
        for path in ["work-items/", "labels/", "states/", "member-activity/", &format!("users/{}/statistics/", app.user("bob"))] {
            cost.push(stock::cost(&app, "bob", &format!("{W}/{path}")).await);
        }
        costs.push(cost);
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[0].iter().all(|cost| *cost <= 14), "{costs:?}");
}

#[tokio::test]
async fn labels_and_states_are_those_of_ones_projects() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let secret =
        app.as_user("alice").post(&format!("{W}/projects/"), json!({"name": "Secret", "identifier": "SEC", "network": 0})).await.id();
    app.as_user("alice").post(&format!("{W}/projects/{eng}/labels/"), json!({"name": "bug"})).await.expect(201);
    app.as_user("alice").post(&format!("{W}/projects/{secret}/labels/"), json!({"name": "hidden"})).await.expect(201);
    assert_eq!(names(&get(&app, "alice", "labels/").await), ["hidden", "bug"]);
    assert_eq!(names(&get(&app, "bob", "labels/").await), ["bug"]);
    assert_eq!(names(&get(&app, "gina", "labels/?per_page=1").await), ["bug"]);
    assert_eq!(get(&app, "alice", "states/").await["total_count"], 10);
    let states = get(&app, "bob", "states/").await;
    assert!(results(&states).iter().all(|state| state["project"] == json!(eng) && state["group"] != "triage"));
    assert_eq!(results(&states).len(), 5);
    assert_eq!(get(&app, "dave", "states/").await["total_count"], 0);
}

#[tokio::test]
async fn figures_about_a_member_are_those_that_the_reader_sees() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let (bob, gina) = (app.user("bob"), app.user("gina"));
    let late =
        item(&app, "alice", &eng, json!({"name": "late", "priority": "urgent", "assignees": [bob], "target_date": "2025-12-31"})).await;
    item(&app, "alice", &ops, json!({"name": "gina's", "assignees": [bob], "created_by": gina})).await;
    let own = item(&app, "bob", &ops, json!({"name": "own"})).await;
    app.as_user("bob").patch(&format!("{}{own}/", items(&ops)), json!({"name": "own 2", "priority": "low"})).await.expect(200);
    let done = get(&app, "bob", &format!("projects/{eng}/states/")).await;
    let done = results(&done).into_iter().find(|state| state["group"] == "completed").unwrap()["id"].clone();
    let path = format!("users/{bob}/statistics/");
    let figures = get(&app, "alice", &path).await;
    let numbers = |figures: &Value| {
        ["assigned_issues", "pending_issues", "completed_issues", "overdue_issues", "created_issues"]
            .map(|name| figures[name].as_i64().unwrap())
    };
    assert_eq!(numbers(&figures), [2, 2, 0, 1, 1]);
    assert_eq!(figures["priority_distribution"], json!({"urgent": 1, "high": 0, "medium": 0, "low": 0, "none": 1}));
    assert_eq!(figures["state_distribution"]["backlog"], 2);
    let last = &figures["recent_activity"][0];
    assert_eq!((&last["verb"], &last["name"], &last["fields"]), (&json!("updated"), &json!("own 2"), &json!(["name", "priority"])));
    app.as_user("bob").patch(&format!("{}{late}/", items(&eng)), json!({"state": done})).await.expect(200);
    assert_eq!(numbers(&get(&app, "alice", &path).await), [2, 1, 1, 0, 1]);
    // A guest is told what is hers, of others' activity too.
    let of_guest = get(&app, "gina", &path).await;
    assert_eq!((numbers(&of_guest), &of_guest["recent_activity"]), ([1, 1, 0, 0, 0], &json!([])));
    assert_eq!(numbers(&get(&app, "dave", &path).await), [0, 0, 0, 0, 0]);
    app.as_user("alice").get(&format!("{W}/users/{}/statistics/", app.user("olga"))).await.expect(404);
    app.as_user("olga").get(&format!("{W}/{path}")).await.expect(403);
}

#[tokio::test]
async fn members_are_listed_with_what_they_did() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let bob = app.user("bob");
    item(&app, "bob", &eng, json!({"name": "x", "assignees": [bob]})).await;
    let members = get(&app, "alice", "member-activity/").await;
    let of = |name: &str| results(&members).into_iter().find(|member| member["display_name"] == name).unwrap();
    assert_eq!((&of("bob")["activities"], &of("bob")["pending_issues"], &of("dave")["activities"]), (&json!(1), &json!(1), &json!(0)));
    assert!(of("bob")["last_activity_at"].is_string() && of("dave")["last_activity_at"].is_null());
    app.clock.advance(10 * 24 * 60 * 60);
    let members = get(&app, "alice", "member-activity/?days=7").await;
    assert!(results(&members).iter().all(|member| member["activities"] == 0));
    // Who is not in the project learns nothing of what was done there.
    let seen = get(&app, "dave", "member-activity/").await;
    assert!(results(&seen).iter().all(|member| member["activities"] == 0 && member["pending_issues"] == 0));
    let first = get(&app, "alice", "member-activity/?per_page=2").await;
    assert_eq!((results(&first).len(), &first["next_page_results"]), (2, &json!(true)));
    let second = get(&app, "alice", &format!("member-activity/?per_page=2&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_ne!(results(&first)[0]["id"], results(&second)[0]["id"]);
    app.as_user("gina").get(&format!("{W}/member-activity/")).await.expect(403);
    assert!(app.as_user("bob").get(&format!("{W}/member-activity/?days=0")).await.expect(400)["days"][0].is_string());
}

#[tokio::test]
async fn names_are_checked_before_they_are_taken() {
    let app = TestApp::new().await;
    project(&app, "ENG").await;
    let taken = get(&app, "bob", "project-identifiers/?name=eng").await;
    assert_eq!(taken, json!({"identifier": "ENG", "is_available": false, "exists": 1}));
    assert_eq!(get(&app, "bob", "project-identifiers/?name=OPS").await["is_available"], true);
    assert!(app.as_user("bob").get(&format!("{W}/project-identifiers/?name=A-B")).await.expect(400)["name"][0].is_string());
    app.as_user("gina").get(&format!("{W}/project-identifiers/?name=OPS")).await.expect(403);
    let check = async |slug: &str| {
        app.as_user("olga").get(&format!("/api/v1/workspace-slug-check/?slug={slug}")).await.expect(200)["status"].clone()
    };
    assert_eq!(
        [check("acme").await, check("ACME").await, check("api").await, check("a%20b").await],
        [false, false, false, false].map(|no| json!(no))
    );
    assert_eq!(check("new-one").await, true);
    assert!(app.as_user("olga").get("/api/v1/workspace-slug-check/").await.expect(400)["slug"][0].is_string());
    app.nobody().get("/api/v1/workspace-slug-check/?slug=acme").await.expect(401);
}

#[tokio::test]
async fn every_time_zone_that_is_listed_can_be_had() {
    let app = TestApp::new().await;
    let zones = app.as_user("bob").get("/api/v1/timezones/").await.expect(200);
    let zones = zones["timezones"].as_array().unwrap();
    let berlin = zones.iter().find(|zone| zone["value"] == "Europe/Berlin").unwrap();
    assert_eq!((&berlin["utc_offset"], &berlin["offset"]), (&json!("UTC+01:00"), &json!(3600)));
    for zone in zones.iter().step_by(60) {
        app.as_user("alice").patch(&format!("{W}/"), json!({"timezone": zone["value"]})).await.expect(200);
    }
}
