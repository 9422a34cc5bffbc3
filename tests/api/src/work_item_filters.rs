//! Lists of work items through the API: order, filters, pages, and what they cost.

use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

async fn project(app: &TestApp) -> String {
    let alice = app.as_user("alice");
    let id = alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "Engineering", "identifier": "ENG"})).await.id();
    let path = format!("/api/v1/workspaces/acme/projects/{id}/");
    alice.post(&format!("{path}members/"), json!({"member": app.user("bob"), "role": 15})).await.expect(201);
    path
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |escaped, byte| format!("{escaped}%{byte:02X}"))
}

async fn names(caller: &Caller<'_>, path: &str, query: &str) -> Vec<String> {
    let list = caller.get(&format!("{path}work-items/?{query}")).await.expect(200);
    let names: Vec<String> = list["results"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(list["total_count"], names.len(), "{query}");
    names
}

/// The names in alphabetical order.
async fn set(caller: &Caller<'_>, path: &str, query: &str) -> Vec<String> {
    let mut names = names(caller, path, query).await;
    names.sort();
    names
}

/// Four items that differ in everything a filter can ask for.
async fn four(app: &TestApp) -> (String, Value) {
    let alice = app.as_user("alice");
    let path = project(app).await;
    let states = alice.get(&format!("{path}states/")).await.expect(200);
    let state = |name: &str| states["results"].as_array().unwrap().iter().find(|state| state["name"] == name).unwrap()["id"].clone();
    let bug = alice.post(&format!("{path}labels/"), json!({"name": "bug"})).await.id();
    let ui = alice.post(&format!("{path}labels/"), json!({"name": "ui"})).await.id();
    let (me, bob) = (app.user("alice"), app.user("bob"));
    let mut parent = Value::Null;
    for body in [
        json!({"name": "Alpha 100%", "priority": "low", "state": state("Done"), "labels": [bug], "assignees": [me], "target_date": "2026-01-10"}),
        json!({"name": "beta", "priority": "urgent", "state": state("Todo"), "labels": [ui, bug], "assignees": [bob], "start_date": "2026-01-05"}),
        json!({"name": "Gamma_x", "priority": "none", "state": state("In Progress"), "target_date": "2026-03-01", "description_html": "<p>about walruses</p>"}),
        json!({"name": "delta", "priority": "high", "created_at": "2020-05-05T10:00:00Z", "created_by": bob, "assignees": [bob, me]}),
    ] {
        let made = alice.post(&format!("{path}work-items/"), body).await.expect(201);
        parent = made["id"].clone();
    }
    alice.post(&format!("{path}work-items/"), json!({"name": "epsilon", "parent": parent})).await.expect(201);
    let ids = json!({"bug": bug, "ui": ui, "todo": state("Todo"), "bob": bob, "me": me, "parent": parent});
    (path, ids)
}

#[tokio::test]
async fn query_parameters_filter() {
    let app = TestApp::new().await;
    let (path, ids) = four(&app).await;
    let alice = app.as_user("alice");
    let id = |name: &str| ids[name].as_str().unwrap().to_owned();
    for (query, expected) in [
        ("priority=urgent,high".to_owned(), vec!["beta", "delta"]),
        (format!("state={}", id("todo")), vec!["beta"]),
        ("state_group=completed,started".to_owned(), vec!["Alpha 100%", "Gamma_x"]),
        (format!("assignees={}", id("bob")), vec!["beta", "delta"]),
        ("assignees=None".to_owned(), vec!["Gamma_x", "epsilon"]),
        (format!("assignees=None,{}", id("me")), vec!["Alpha 100%", "Gamma_x", "delta", "epsilon"]),
        (format!("labels={},{}", id("bug"), id("ui")), vec!["Alpha 100%", "beta"]),
        (format!("created_by={}", id("bob")), vec!["delta"]),
        (format!("parent={}", id("parent")), vec!["epsilon"]),
        ("parent=None&state_group=backlog".to_owned(), vec!["delta"]),
        ("target_date=2026-01-31;before".to_owned(), vec!["Alpha 100%"]),
        ("start_date__gte=2026-01-05".to_owned(), vec!["beta"]),
        ("created_at__lt=2021-01-01".to_owned(), vec!["delta"]),
        ("name=100%25".to_owned(), vec!["Alpha 100%"]),
        ("name=_".to_owned(), vec!["Gamma_x"]),
        ("name=ALPHA".to_owned(), vec!["Alpha 100%"]),
        ("search=walrus".to_owned(), vec!["Gamma_x"]),
        ("type=active".to_owned(), vec!["Gamma_x", "beta"]),
        ("nonsense=1&priority=".to_owned(), vec!["Alpha 100%", "Gamma_x", "beta", "delta", "epsilon"]),
    ] {
        assert_eq!(set(&alice, &path, &query).await, expected, "{query}");
    }
    // Ids of another tenant are ids of nothing.
    assert!(set(&alice, &path, &format!("assignees={}", app.user("olga"))).await.is_empty());
}

#[tokio::test]
async fn trees_filter_and_not_is_the_opposite_even_of_empty_fields() {
    let app = TestApp::new().await;
    let (path, ids) = four(&app).await;
    let alice = app.as_user("alice");
    let all = set(&alice, &path, "").await;
    for leaf in [
        json!({"priority__in": ["low", "urgent"]}),
        json!({"target_date__range": ["2026-01-01", "2026-01-31"]}),
        json!({"start_date__isnull": true}),
        json!({"assignee_id": ids["bob"]}),
        json!({"label_id__in": [ids["ui"], null]}),
        json!({"parent_id": ids["parent"]}),
        json!({"state_group": "backlog", "search": "delta"}),
        json!({"and": [{"search": "alpha"}, {"or": [{"completed_at__isnull": true}, {"priority": "low"}]}]}),
    ] {
        let with = set(&alice, &path, &format!("filters={}", escaped(&leaf.to_string()))).await;
        let without = set(&alice, &path, &format!("filters={}", escaped(&json!({"not": leaf}).to_string()))).await;
        let mut both = [with.clone(), without.clone()].concat();
        both.sort();
        assert_eq!(both, all, "{leaf}: {with:?} {without:?}");
        assert!(!with.is_empty() && !without.is_empty(), "{leaf}: {with:?} {without:?}");
    }
    let wrong = escaped(&json!({"colour": "red"}).to_string());
    let refused = alice.get(&format!("{path}work-items/?filters={wrong}")).await.expect(400);
    assert_eq!(refused["error_code"], "invalid_filter_field");
}

#[tokio::test]
async fn lists_are_sorted_by_every_key_in_both_directions() {
    let app = TestApp::new().await;
    let (path, _) = four(&app).await;
    let alice = app.as_user("alice");
    for (key, first, last) in [
        ("created_at", "delta", "epsilon"),
        ("updated_at", "Alpha 100%", "epsilon"),
        ("sequence_id", "Alpha 100%", "epsilon"),
        ("name", "Alpha 100%", "Gamma_x"),
        ("state__sequence", "", "Alpha 100%"),
        ("state__group", "", "Alpha 100%"),
        ("target_date", "Alpha 100%", ""),
        ("start_date", "beta", ""),
        ("completed_at", "Alpha 100%", ""),
        ("labels__name", "", ""),
        ("assignees__first_name", "", ""),
        ("priority", "beta", ""),
        ("sort_order", "", ""),
        ("state__name", "", "beta"),
        ("point", "", ""),
    ] {
        let up = names(&alice, &path, &format!("order_by={key}")).await;
        let mut down = names(&alice, &path, &format!("order_by=-{key}")).await;
        if key == "point" {
            let oldest_first = names(&alice, &path, "order_by=created_at").await;
            assert_eq!((&up, &down), (&oldest_first, &oldest_first), "of equals the oldest comes first, in either direction");
        } else if ["created_at", "updated_at", "sequence_id", "name", "priority", "sort_order"].contains(&key) {
            down.reverse();
            assert_eq!(up, down, "{key}");
        }
        let (mut all, mut again) = (up.clone(), down);
        all.sort();
        again.sort();
        assert_eq!(all, again, "{key}");
        assert!(first.is_empty() || up[0] == first, "{key}: {up:?}");
        assert!(last.is_empty() || up[4] == last, "{key}: {up:?}");
    }
}

#[tokio::test]
async fn pages_meet_without_gap_and_cost_the_same_whatever_their_size() {
    let app = TestApp::new().await;
    let path = project(&app).await;
    let alice = app.as_user("alice");
    for number in 0..105 {
        let body = json!({"name": format!("item {number}"), "assignees": [app.user("bob")]});
        alice.post(&format!("{path}work-items/"), body).await.expect(201);
    }
    let mut seen = Vec::new();
    for page in 0..11 {
        let list = alice.get(&format!("{path}work-items/?per_page=10&order_by=priority&cursor=10:{page}:0")).await.expect(200);
        assert_eq!((&list["total_count"], &list["next_page_results"]), (&json!(105), &json!(page < 10)));
        seen.extend(list["results"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 105);
    let cost = async |query: &str| {
        let before = app.db.statements();
        let list = alice.get(&format!("{path}work-items/?{query}")).await.expect(200);
        (list["count"].as_i64().unwrap(), app.db.statements() - before)
    };
    let (ten, hundred) = (cost("per_page=10").await, cost("per_page=100").await);
    assert_eq!((ten.0, hundred.0), (10, 100));
    assert_eq!(ten.1, hundred.1);
    // Token, workspace, project, items, assignees and labels; PostgreSQL is told user and workspace besides. The total is known.
    assert!(hundred.1 <= 9, "{} statements", hundred.1);
    let expand = "expand=assignees,labels,state,project,parent,created_by,workspace";
    let (ten, hundred) = (cost(&format!("per_page=10&{expand}")).await, cost(&format!("per_page=100&{expand}")).await);
    assert_eq!(ten.1, hundred.1);
    // A new item is counted at once.
    alice.post(&format!("{path}work-items/"), json!({"name": "one more"})).await.expect(201);
    assert_eq!(alice.get(&format!("{path}work-items/?per_page=1")).await.expect(200)["total_count"], 106);
}
