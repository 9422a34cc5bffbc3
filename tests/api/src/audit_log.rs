//! The audit log.

use aileron_db::ProjectPlace;
use aileron_kernel::{Action, Event, Role};
use aileron_testkit::{CANARY, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, project, results};

const PATH: &str = "/api/v1/workspaces/acme/audit-log/";

async fn entries(app: &TestApp, query: &str) -> Vec<Value> {
    results(&app.as_user("alice").get(&format!("{PATH}?{query}")).await.expect(200))
}

fn told(entry: &Value) -> String {
    format!("{} {}", entry["entity"].as_str().unwrap(), entry["verb"].as_str().unwrap())
}

#[tokio::test]
async fn settings_people_and_projects_are_told_and_items_are_not() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let project = project(&app, "ENG").await;
    item(&app, "bob", &project, json!({"name": "not told"})).await;
    alice.patch("/api/v1/workspaces/acme/", json!({"timezone": "Europe/Berlin"})).await.expect(200);
    alice.post("/api/v1/workspaces/acme/invitations/", json!({"email": "new@acme.test", "role": 15})).await.expect(201);
    let member = app.make_member("walter", "acme", Role::Member).await;
    alice.patch(&format!("/api/v1/workspaces/acme/members/{member}/"), json!({"role": 5})).await.expect(200);
    app.as_user("bob").post("/api/v1/workspaces/acme/stickies/", json!({"name": "private"})).await.expect(201);
    let all = entries(&app, "per_page=1000").await;
    let newest: Vec<String> = all.iter().take(4).map(told).collect();
    assert_eq!(newest[0], "workspace_member updated");
    assert_eq!(all[0]["actor"], json!(app.user("alice")));
    let role = all[0]["changes"].as_array().unwrap().iter().find(|change| change["field"] == "role").unwrap();
    assert_eq!((&role["old"], &role["new"]), (&json!(15), &json!(5)));
    for wanted in ["workspace updated", "invitation created", "project created", "project_member created", "workspace_member created"] {
        assert!(all.iter().any(|entry| told(entry) == wanted), "{wanted} in {newest:?}");
    }
    for entry in &all {
        assert!(!["work_item", "sticky", "comment"].contains(&entry["entity"].as_str().unwrap()), "{entry}");
    }
    assert!(all.iter().zip(&all[1..]).all(|(newer, older)| newer["created_at"].as_str() >= older["created_at"].as_str()));
    assert!(!json!(all).to_string().contains("not told"));
}

#[tokio::test]
async fn where_somebody_wants_a_project_among_his_is_his_business() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let path = format!("/api/v1/workspaces/acme/projects/{project}/user-properties/");
    app.as_user("bob").patch(&path, json!({"sort_order": 12.5})).await.expect(200);
    let moved = entries(&app, "entity=project_member&verb=updated").await;
    assert!(moved.is_empty(), "{moved:?}");
}

#[tokio::test]
async fn entries_are_filtered_paged_and_counted() {
    let app = TestApp::new().await;
    let (one, two) = (project(&app, "ENG").await, project(&app, "OPS").await);
    app.clock.advance(24 * 60 * 60);
    app.as_user("bob").post(&format!("/api/v1/workspaces/acme/projects/{two}/labels/"), json!({"name": "bug"})).await.expect(201);
    let bob = app.user("bob");
    let of_bob = entries(&app, &format!("actor={bob}&entity=label,state")).await;
    assert_eq!(of_bob.iter().map(told).collect::<Vec<_>>(), ["label created"]);
    assert_eq!(of_bob[0]["project"], json!(two));
    let in_one = entries(&app, &format!("project={one}&per_page=1000")).await;
    assert!(!in_one.is_empty() && in_one.iter().all(|entry| entry["project"] == json!(one)));
    assert_eq!(entries(&app, "from=2026-01-02").await.iter().map(told).collect::<Vec<_>>(), ["label created"]);
    assert!(entries(&app, "to=2026-01-01&per_page=1000").await.len() > 10);
    assert!(entries(&app, "verb=created&entity=project").await.len() == 2);
    assert!(entries(&app, &format!("project={one}&entity=api_token")).await.is_empty());
    let alice = app.as_user("alice");
    let all = alice.get(&format!("{PATH}?per_page=1000")).await.expect(200);
    let (mut paged, mut page) = (Vec::new(), 0);
    loop {
        let part = alice.get(&format!("{PATH}?per_page=7&cursor=7:{page}:0")).await.expect(200);
        assert_eq!(part["total_count"], all["total_count"]);
        paged.extend(results(&part));
        page += 1;
        if part["next_page_results"] == false {
            break;
        }
    }
    assert_eq!(json!(paged), all["results"]);
    for (wrong, field) in
        [("actor=x", "actor"), ("entity=work_item", "entity"), ("project=1", "project"), ("from=x", "from"), ("to=2026-02-30", "to")]
    {
        assert!(alice.get(&format!("{PATH}?{wrong}")).await.expect(400)[field][0].is_string(), "{wrong}");
    }
    let expanded = alice.get(&format!("{PATH}?entity=label&expand=actor,project&fields=actor,project,verb")).await.expect(200);
    assert_eq!(expanded["results"][0]["actor"]["display_name"], "bob");
    assert_eq!(expanded["results"][0]["project"]["identifier"], "OPS");
}

#[tokio::test]
async fn tokens_of_members_are_told_without_their_names() {
    let app = TestApp::new().await;
    let made = app.as_user("bob").post("/api/v1/users/me/tokens/", json!({"label": "secret plans"})).await.expect(201);
    app.as_user("bob").delete(&format!("/api/v1/users/me/tokens/{}/", made["id"].as_str().unwrap())).await.expect(204);
    app.as_user("olga").post("/api/v1/users/me/tokens/", json!({"label": "elsewhere"})).await.expect(201);
    let told: Vec<Value> = entries(&app, "entity=api_token").await;
    let of_bob: Vec<&Value> = told.iter().filter(|entry| entry["actor"] == json!(app.user("bob"))).collect();
    assert_eq!(of_bob.iter().map(|entry| entry["verb"].as_str().unwrap()).collect::<Vec<_>>(), ["revoked", "created"]);
    assert!(told.iter().all(|entry| entry["actor"] != json!(app.user("olga")) && entry["changes"] == json!([])), "{told:?}");
    assert!(!json!(told).to_string().contains("secret plans"));
}

#[tokio::test]
async fn the_table_holds_all_entries_and_computes_nothing() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let project = project(&app, "ENG").await;
    for name in ["=cmd|' /C calc'!A0", "a, \"b\"\nc"] {
        alice.post(&format!("/api/v1/workspaces/acme/projects/{project}/labels/"), json!({"name": name})).await.expect(201);
    }
    // More than one part.
    let (principal, place) = (app.principal("alice"), project.parse().unwrap());
    let many = app.db.write(move |session| {
        let place = ProjectPlace::new("acme".to_owned(), place, Action::LabelsWrite);
        let mut tx = session.project_to_write(&principal, &place)?;
        for _ in 0..1_005 {
            let (id, project) = (tx.new_id(), tx.project_id());
            tx.record(Event::new("label", "created", id).in_project(project))?;
        }
        Ok(())
    });
    many.await.unwrap();
    let answer = alice.get(&format!("{PATH}csv/?entity=label")).await;
    assert_eq!((answer.status.as_u16(), answer.headers["content-type"].to_str().unwrap()), (200, "text/csv; charset=utf-8"));
    assert!(answer.headers["content-disposition"].to_str().unwrap().contains("audit-log.csv"));
    let text = String::from_utf8(answer.bytes).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], "created_at,actor,actor_kind,origin,entity,entity_id,verb,project,changes");
    // The head, 1,007 labels, and nothing behind the last line.
    assert_eq!(lines.len(), 1_009);
    let ids: std::collections::BTreeSet<&str> = lines[1..1_008].iter().map(|line| line.split(',').nth(5).unwrap()).collect();
    assert_eq!(ids.len(), 1_007, "each once");
    assert!(text.contains("name: none -> =cmd"), "a formula in the middle of a cell is none");
    assert!(!text.contains(",=cmd") && text.contains("\"name: none -> a, \"\"b\"\"\nc\""));
    assert!(alice.get(&format!("{PATH}csv/?entity=x")).await.expect(400)["entity"][0].is_string());
}

#[tokio::test]
async fn it_is_for_admins_and_tells_nothing_of_other_tenants() {
    let app = TestApp::new().await;
    app.as_user("carla").patch("/api/v1/workspaces/canary/", json!({"name": format!("Still {CANARY}")})).await.expect(200);
    for path in [PATH.to_owned(), format!("{PATH}csv/")] {
        for who in ["bob", "gina", "olga"] {
            app.as_user(who).get(&path).await.expect(403);
        }
        let said = String::from_utf8(app.as_user("alice").get(&path).await.bytes).unwrap();
        assert!(!said.contains(&app.user("carla").to_string()) && !said.contains(&app.user("olga").to_string()));
    }
}
