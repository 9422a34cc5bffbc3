//! Views of projects and of workspaces.

use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, project, results};

const WORKSPACE: &str = "/api/v1/workspaces/acme/views/";

/// A project that has views; the address of them.
async fn views(app: &TestApp, identifier: &str) -> (String, String) {
    let id = project(app, identifier).await;
    let path = format!("/api/v1/workspaces/acme/projects/{id}/");
    app.as_user("alice").patch(&path, json!({"issue_views_view": true, "cycle_view": true, "module_view": true})).await.expect(200);
    (id, format!("{path}views/"))
}

async fn names(caller: &Caller<'_>, path: &str) -> Vec<String> {
    results(&caller.get(path).await.expect(200)).iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_view_is_made_read_changed_and_deleted() {
    let app = TestApp::new().await;
    let (project, path) = views(&app, "ENG").await;
    let bob = app.as_user("bob");
    let body = json!({"name": "Urgent", "rich_filters": {"priority": "urgent"}, "filters": {"labels": null}, "display_filters": {"layout": "kanban"}});
    let made = bob.post(&path, body).await.expect(201);
    assert_eq!((&made["access"], &made["is_locked"], &made["project"]), (&json!(1), &json!(false), &json!(project)));
    assert_eq!((&made["owned_by"], &made["display_filters"]), (&json!(app.user("bob")), &json!({"layout": "kanban"})));
    assert_eq!(made["display_properties"]["assignee"], true, "the defaults of the compatible API");
    let one = format!("{path}{}/", made["id"].as_str().unwrap());
    assert_eq!(app.as_user("alice").get(&one).await.expect(200), made);
    let changed = app.as_user("alice").patch(&one, json!({"name": "Burning", "rich_filters": {}})).await.expect(200);
    assert_eq!(
        (&changed["name"], &changed["rich_filters"], &changed["filters"]),
        (&json!("Burning"), &json!({}), &json!({"labels": null}))
    );
    bob.post(&path, json!({"name": "Another"})).await.expect(201);
    assert_eq!(names(&bob, &path).await, ["Burning", "Another"], "in the order in which they were made");
    bob.patch(&one, json!({"sort_order": 1e6})).await.expect(200);
    assert_eq!(names(&bob, &path).await, ["Another", "Burning"]);
    assert_eq!(names(&bob, &format!("{path}?order_by=-name&per_page=1")).await, ["Burning"]);
    assert!(bob.get(&format!("{path}?order_by=owner")).await.expect(400)["order_by"].is_array());
    bob.delete(&one).await.expect(204);
    bob.get(&one).await.expect(404);
    app.as_user("alice").patch(path.trim_end_matches("views/"), json!({"issue_views_view": false})).await.expect(200);
    bob.post(&path, json!({"name": "x"})).await.expect(400);
}

#[tokio::test]
async fn a_view_shows_what_its_filter_lets_through() {
    let app = TestApp::new().await;
    let (project, path) = views(&app, "ENG").await;
    let bob = app.as_user("bob");
    for (name, priority) in [("a", "low"), ("b", "urgent"), ("c", "high"), ("d", "urgent")] {
        item(&app, "bob", &project, json!({"name": name, "priority": priority})).await;
    }
    let rich = json!({"or": [{"priority": "urgent"}, {"priority": "high"}]});
    let body = json!({"name": "Hot", "rich_filters": rich, "display_filters": {"order_by": "-name"}});
    let items = format!("{path}{}/work-items/", bob.post(&path, body).await.id());
    assert_eq!(names(&bob, &items).await, ["d", "c", "b"], "in the order of the view");
    assert_eq!(names(&bob, &format!("{items}?order_by=priority&priority=urgent&per_page=1")).await.len(), 1);
    assert_eq!(names(&bob, &format!("{items}?priority=high")).await, ["c"], "filters of the list hold too");
    let both = bob.post(&path, json!({"name": "Both", "rich_filters": rich, "filters": {"priority": ["high", "low"]}})).await.id();
    assert_eq!(names(&bob, &format!("{path}{both}/work-items/")).await, ["c"]);
    // A view opens nothing: a guest sees his own items in it, once he sees the view.
    app.as_user("gina").get(&items).await.expect(404);
    app.as_user("alice").patch(path.trim_end_matches("views/"), json!({"guest_view_all_features": true})).await.expect(200);
    assert_eq!(names(&app.as_user("gina"), &items).await, ["d", "c", "b"]);
    app.as_user("dave").get(&items).await.expect(403);
}

#[tokio::test]
async fn ids_in_filters_are_those_of_the_place() {
    let app = TestApp::new().await;
    let (eng, path) = views(&app, "ENG").await;
    let (ops, others) = views(&app, "OPS").await;
    let alice = app.as_user("alice");
    let secret = json!({"name": "Secret", "identifier": "SEC", "network": 0});
    let secret = alice.post("/api/v1/workspaces/acme/projects/", secret).await.id();
    let mut foreign = Vec::new();
    for project in [&eng, &ops, &secret] {
        let place = format!("/api/v1/workspaces/acme/projects/{project}/");
        alice.patch(&place, json!({"cycle_view": true, "module_view": true})).await.expect(200);
        let state = results(&alice.get(&format!("{place}states/")).await.expect(200))[0]["id"].clone();
        let label = alice.post(&format!("{place}labels/"), json!({"name": "bug"})).await.id();
        let cycle = alice.post(&format!("{place}cycles/"), json!({"name": "Spring", "project_id": project})).await.id();
        let module = alice.post(&format!("{place}modules/"), json!({"name": "Engine"})).await.id();
        let parent = item(&app, "alice", project, json!({"name": "One"})).await;
        foreign.push(vec![
            ("state_id", "state", state),
            ("label_id", "labels", json!(label)),
            ("cycle_id", "cycle", json!(cycle)),
            ("module_id", "module", json!(module)),
            ("parent_id", "parent", json!(parent)),
            ("project_id", "project", json!(project)),
        ]);
    }
    let bob = app.as_user("bob");
    let refused = |answer: Value, field: &str, name: &str| {
        let said = answer[field][0].as_str().unwrap_or_default().to_owned();
        assert!(said.starts_with(&format!("{name}: Invalid pk")), "{field} {name}: {answer}");
    };
    for (name, older, id) in &foreign[0] {
        bob.post(&path, json!({"name": "x", "rich_filters": {*name: id}, "filters": {*older: [id]}})).await.expect(201);
        bob.post(WORKSPACE, json!({"name": "x", "rich_filters": {*name: id}})).await.expect(201);
        refused(bob.post(&others, json!({"name": "x", "rich_filters": {"not": {*name: id}}})).await.expect(400), "rich_filters", name);
        refused(bob.post(&others, json!({"name": "x", "filters": {*older: [id]}})).await.expect(400), "filters", name);
    }
    // A view of the workspace names what its maker sees: nothing of a secret project.
    for (name, _, id) in &foreign[2] {
        refused(bob.post(WORKSPACE, json!({"name": "x", "rich_filters": {*name: id}})).await.expect(400), "rich_filters", name);
        alice.post(WORKSPACE, json!({"name": "x", "rich_filters": {*name: id}})).await.expect(201);
    }
    for (name, id) in [("assignee_id", app.user("olga")), ("created_by_id", app.user("carla"))] {
        refused(bob.post(&path, json!({"name": "x", "rich_filters": {name: id}})).await.expect(400), "rich_filters", name);
    }
    bob.post(&path, json!({"name": "x", "rich_filters": {"assignee_id__in": [app.user("bob"), null]}})).await.expect(201);
    let made = bob.post(&path, json!({"name": "x"})).await.id();
    let bad = json!({"rich_filters": {"state_id": foreign[1][0].2}});
    refused(bob.patch(&format!("{path}{made}/"), bad).await.expect(400), "rich_filters", "state_id");
}

#[tokio::test]
async fn bad_filters_are_named() {
    let app = TestApp::new().await;
    let (_, path) = views(&app, "ENG").await;
    let deep = json!({"and": [{"and": [{"and": [{"and": [{"and": [{"priority": "low"}]}]}]}]}]});
    for place in [path.as_str(), WORKSPACE] {
        for (field, filters, code) in [
            ("rich_filters", deep.clone(), "max_depth_exceeded"),
            ("rich_filters", json!({"colour": "red"}), "invalid_filter_field"),
            ("rich_filters", json!({"and": []}), "invalid_operator_children"),
            ("rich_filters", json!({"priority": "asap"}), "invalid_filterset"),
            ("filters", json!({"colour": ["red"]}), ""),
            ("filters", json!({"state": ["x"]}), ""),
        ] {
            let refused = app.as_user("bob").post(place, json!({"name": "x", field: filters})).await.expect(400);
            assert!(refused[field].is_array() && refused["error_code"].as_str().unwrap_or_default() == code, "{refused}");
        }
    }
    assert!(results(&app.as_user("bob").get(&path).await.expect(200)).is_empty(), "nothing half-written");
}

#[tokio::test]
async fn private_views_are_their_owners_and_locked_ones_held() {
    let app = TestApp::new().await;
    let (project, path) = views(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let member = app.as_user("dave");
    alice
        .post(&format!("/api/v1/workspaces/acme/projects/{project}/members/"), json!({"member": app.user("dave"), "role": 15}))
        .await
        .expect(201);
    for place in [path.as_str(), WORKSPACE] {
        let view = format!("{place}{}/", bob.post(place, json!({"name": "Mine", "access": 0})).await.id());
        for other in [&alice, &member] {
            other.get(&view).await.expect(404);
            other.patch(&view, json!({"name": "x"})).await.expect(404);
            other.delete(&view).await.expect(404);
            other.get(&format!("{view}work-items/")).await.expect(404);
            other.get(&format!("{view}user-properties/")).await.expect(404);
            assert!(names(other, place).await.is_empty());
        }
        bob.patch(&view, json!({"access": 1})).await.expect(200);
        assert!(member.patch(&view, json!({"access": 0})).await.expect(400)["access"].is_array(), "for its owner to say");
        assert!(alice.patch(&view, json!({"access": 0})).await.expect(400)["access"].is_array(), "admins too");
        member.patch(&view, json!({"description": "Everybody's"})).await.expect(200);
        assert_eq!(member.patch(&view, json!({"is_locked": true})).await.expect(403)["error_code"], "LOCKED");
        bob.patch(&view, json!({"is_locked": true})).await.expect(200);
        for body in [json!({"name": "x"}), json!({"is_locked": false})] {
            assert_eq!(member.patch(&view, body).await.expect(403)["error_code"], "LOCKED");
        }
        alice.patch(&view, json!({"name": "By an admin"})).await.expect(200);
        member.delete(&view).await.expect(403);
        alice.delete(&view).await.expect(204);
    }
}

#[tokio::test]
async fn guests_see_their_own_views() {
    let app = TestApp::new().await;
    let (_, path) = views(&app, "ENG").await;
    let (bob, gina) = (app.as_user("bob"), app.as_user("gina"));
    let view = format!("{path}{}/", bob.post(&path, json!({"name": "Public"})).await.id());
    gina.get(&view).await.expect(404);
    assert!(names(&gina, &path).await.is_empty());
    gina.post(&path, json!({"name": "x"})).await.expect(403);
    gina.patch(&view, json!({"name": "x"})).await.expect(403);
    let of_workspace = format!("{WORKSPACE}{}/", bob.post(WORKSPACE, json!({"name": "Public"})).await.id());
    gina.get(&of_workspace).await.expect(404);
    gina.patch(&of_workspace, json!({"name": "x"})).await.expect(404);
    gina.post(WORKSPACE, json!({"name": "Hers"})).await.expect(201);
    assert_eq!(names(&gina, WORKSPACE).await, ["Hers"]);
    app.as_user("olga").get(WORKSPACE).await.expect(403);
}

#[tokio::test]
async fn a_view_of_the_workspace_shows_items_of_all_projects_that_one_sees() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let alice = app.as_user("alice");
    let secret = json!({"name": "Secret", "identifier": "SEC", "network": 0});
    let secret = alice.post("/api/v1/workspaces/acme/projects/", secret).await.id();
    for (project, name) in [(&eng, "in eng"), (&ops, "in ops"), (&secret, "in secret")] {
        item(&app, "alice", project, json!({"name": format!("{name} urgent"), "priority": "urgent"})).await;
        item(&app, "alice", project, json!({"name": format!("{name} low"), "priority": "low"})).await;
        item(&app, "alice", project, json!({"name": "Sketch", "priority": "urgent", "is_draft": true})).await;
    }
    let body = json!({"name": "Urgent", "rich_filters": {"priority": "urgent"}, "display_filters": {"order_by": "name"}});
    let items = format!("{WORKSPACE}{}/work-items/", alice.post(WORKSPACE, body).await.id());
    assert_eq!(names(&alice, &items).await, ["in eng urgent", "in ops urgent", "in secret urgent"]);
    assert_eq!(names(&app.as_user("bob"), &items).await, ["in eng urgent", "in ops urgent"]);
    assert!(names(&app.as_user("dave"), &items).await.is_empty(), "who is in no project sees nothing");
    let page = alice.get(&format!("{items}?per_page=2&search=urgent&expand=project&fields=name,project")).await.expect(200);
    assert_eq!((page["total_count"].as_i64(), page["results"].as_array().unwrap().len()), (Some(3), 2));
    assert_eq!(page["results"][0]["project"]["identifier"], "ENG");
    assert!(names(&app.as_user("bob"), &format!("{items}?search=secret")).await.is_empty());
    app.as_user("gina").get(&items).await.expect(404);
    alice.post(&format!("/api/v1/workspaces/acme/projects/{ops}/archive/"), json!({})).await.expect(204);
    assert_eq!(names(&app.as_user("bob"), &items).await, ["in eng urgent"]);
    // A token for views alone reads no items.
    let token = json!({"label": "views", "scopes": ["views:read"]});
    let token = alice.post("/api/v1/users/me/tokens/", token).await.expect(201);
    let token = app.with_token(token["token"].as_str().unwrap());
    token.get(WORKSPACE).await.expect(200);
    token.get(&items).await.expect(403);
}

#[tokio::test]
async fn a_list_takes_the_same_statements_however_long_it_is() {
    let app = TestApp::new().await;
    let (project, path) = views(&app, "ENG").await;
    let bob = app.as_user("bob");
    let items = format!("{WORKSPACE}{}/work-items/", bob.post(WORKSPACE, json!({"name": "All"})).await.id());
    let mut cost = Vec::new();
    for number in [1, 6] {
        for place in 0..number {
            item(&app, "bob", &project, json!({"name": format!("Item {place}")})).await;
            bob.post(&path, json!({"name": "View"})).await.expect(201);
        }
        let before = app.db.statements();
        bob.get(&path).await.expect(200);
        bob.get(&items).await.expect(200);
        cost.push(app.db.statements() - before);
    }
    assert_eq!(cost[0], cost[1]);
}
