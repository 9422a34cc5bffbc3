//! Drafts of work items: what a member has begun to write, in a project or in none.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const DRAFTS: &str = "/api/v1/workspaces/acme/draft-work-items/";

fn one(id: &str) -> String {
    format!("{DRAFTS}{id}/")
}

#[tokio::test]
async fn a_draft_becomes_an_item_with_all_that_it_says() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let place = format!("/api/v1/workspaces/acme/projects/{eng}/");
    alice.patch(&place, json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let states = results(&alice.get(&format!("{place}states/")).await.expect(200));
    let state = states.iter().find(|state| state["group"] == "started").unwrap()["id"].clone();
    let label = alice.post(&format!("{place}labels/"), json!({"name": "bug"})).await.id();
    let cycle = alice.post(&format!("{place}cycles/"), json!({"name": "Spring", "project_id": eng})).await.id();
    let module = alice.post(&format!("{place}modules/"), json!({"name": "Engine"})).await.id();
    let parent = item(&app, "alice", &eng, json!({"name": "Parent"})).await;
    let begun = bob.post(DRAFTS, json!({"description_html": "<p>Wrong</p><script>x</script>", "priority": "high"})).await.expect(201);
    assert_eq!((&begun["name"], &begun["description_html"], &begun["project"]), (&json!(""), &json!("<p>Wrong</p>"), &Value::Null));
    let id = begun["id"].as_str().unwrap();
    let publish = format!("{}publish/", one(id));
    assert!(bob.post(&publish, json!({})).await.expect(400)["project_id"].is_array());
    assert!(bob.post(&publish, json!({"project_id": eng})).await.expect(400)["name"].is_array());
    let body = json!({"project_id": eng, "name": "Dates", "state": state, "labels": [label], "assignees": [app.user("bob")], "parent": parent,
        "start_date": "2026-01-05", "target_date": "2026-02-01", "cycle_id": cycle, "module_ids": [module]});
    let draft = bob.patch(&one(id), body).await.expect(200);
    assert_eq!((&draft["state"], &draft["priority"], &draft["module_ids"]), (&state, &json!("high"), &json!([module])));
    assert_eq!(bob.get(&one(id)).await.expect(200), draft);
    let listed = results(&bob.get(DRAFTS).await.expect(200));
    assert_eq!((&listed[0]["name"], &listed[0]["state"]), (&json!("Dates"), &state));
    assert!(listed[0].get("description_html").is_none() && listed[0].get("description_binary").is_none(), "texts are long: {listed:?}");
    let made = bob.post(&publish, json!({})).await.expect(201);
    assert_eq!((&made["name"], &made["state"], &made["priority"]), (&json!("Dates"), &state, &json!("high")));
    assert_eq!((&made["labels"], &made["assignees"], &made["parent"]), (&json!([label]), &json!([app.user("bob")]), &json!(parent)));
    assert_eq!((&made["description_html"], &made["start_date"]), (&json!("<p>Wrong</p>"), &json!("2026-01-05")));
    bob.get(&one(id)).await.expect(404);
    let item = made["id"].as_str().unwrap();
    let shown = bob.get(&format!("{}{item}/?fields=cycle_id,module_ids", items(&eng))).await.expect(200);
    assert_eq!(shown, json!({"cycle_id": cycle, "module_ids": [module]}));
    let found = bob.get("/api/v1/workspaces/acme/work-items/search/?search=wrong").await.expect(200);
    assert_eq!(found["issues"][0]["id"], item, "its text is searched");
}

#[tokio::test]
async fn a_draft_is_its_owners_alone() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let id = bob.post(DRAFTS, json!({"name": "Mine", "project_id": eng})).await.id();
    alice.get(&one(&id)).await.expect(404);
    alice.patch(&one(&id), json!({"name": "x"})).await.expect(404);
    alice.delete(&one(&id)).await.expect(404);
    alice.post(&format!("{}publish/", one(&id)), json!({"project_id": eng})).await.expect(404);
    assert!(results(&alice.get(DRAFTS).await.expect(200)).is_empty());
    app.as_user("gina").get(DRAFTS).await.expect(403);
    app.as_user("olga").get(DRAFTS).await.expect(403);
    bob.post(DRAFTS, json!({"name": "Another"})).await.expect(201);
    let names = |page: Value| results(&page).iter().map(|row| row["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(bob.get(DRAFTS).await.expect(200)), ["Another", "Mine"]);
    assert_eq!(names(bob.get(&format!("{DRAFTS}?project_id={eng}")).await.expect(200)), ["Mine"]);
    assert!(bob.get(&format!("{DRAFTS}?project_id=x")).await.expect(400)["project_id"].is_array());
    assert_eq!(results(&bob.get(&items(&eng)).await.expect(200)).len(), 0, "no list shows it");
    bob.delete(&one(&id)).await.expect(204);
    bob.delete(&one(&id)).await.expect(404);
    let told = crate::log::changes(&app, "draft").await;
    assert!(!told.contains("Mine") && !told.contains("Another"), "{told}");
}

#[tokio::test]
async fn ids_in_drafts_are_those_of_their_project() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let place = format!("/api/v1/workspaces/acme/projects/{ops}/");
    alice.patch(&place, json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let state = results(&alice.get(&format!("{place}states/")).await.expect(200))[0]["id"].clone();
    let cycle = alice.post(&format!("{place}cycles/"), json!({"name": "Spring", "project_id": ops})).await.id();
    let module = alice.post(&format!("{place}modules/"), json!({"name": "Engine"})).await.id();
    let parent = item(&app, "alice", &ops, json!({"name": "Parent"})).await;
    let secret = alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "Secret", "identifier": "SEC", "network": 0})).await.id();
    for (field, value) in [
        ("state", state.clone()),
        ("parent", json!(parent)),
        ("cycle_id", json!(cycle)),
        ("module_ids", json!([module])),
        ("labels", json!(["00000000-0000-4000-8000-000000000000"])),
        ("estimate_point", json!(parent)),
        ("type_id", json!(parent)),
    ] {
        for project in [json!(eng), Value::Null] {
            let refused = bob.post(DRAFTS, json!({"name": "x", "project_id": project, field: value})).await.expect(400);
            // As recorded of work items, some are named in words: "State is not valid ...".
            let words = refused["non_field_errors"][0].as_str().unwrap_or_default().to_lowercase();
            assert!(refused.get(field).is_some() || words.starts_with(field), "{field}: {refused}");
        }
    }
    assert!(bob.post(DRAFTS, json!({"project_id": secret})).await.expect(403)["project_id"].is_array());
    let draft = bob.post(DRAFTS, json!({"name": "x", "project_id": ops, "state": state})).await.id();
    bob.patch(&one(&draft), json!({"project_id": eng})).await.expect(400);
    assert!(bob.patch(&one(&draft), json!({"project_id": null})).await.expect(400)["state"].is_array());
    assert_eq!(bob.patch(&one(&draft), json!({"project_id": eng, "state": null})).await.expect(200)["project"], json!(eng));
    assert!(bob.post(&format!("{}publish/", one(&draft)), json!({"project_id": secret})).await.expect(403)["project_id"].is_array());
    let refused = bob.post(DRAFTS, json!({"start_date": "2026-02-01", "target_date": "2026-01-01", "project_id": eng})).await;
    refused.expect(400);
}

#[tokio::test]
async fn a_draft_tells_its_owner_nothing_of_a_project_that_he_has_left() {
    let app = TestApp::new().await;
    let sec = project(&app, "SEC").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let place = format!("/api/v1/workspaces/acme/projects/{sec}/");
    alice.patch(&place, json!({"visibility": "secret"})).await.expect(200);
    let state = results(&alice.get(&format!("{place}states/")).await.expect(200))[0]["id"].clone();
    let label = alice.post(&format!("{place}labels/"), json!({"name": "merger"})).await.id();
    let parent = item(&app, "alice", &sec, json!({"name": "Parent"})).await;
    let body = json!({"name": "Mine", "project_id": sec, "state": state, "labels": [label], "parent": parent});
    let id = bob.post(DRAFTS, body).await.id();
    let query = "?expand=state,labels,parent,project,created_by";
    let kept = ["name", "state", "labels", "parent", "project"];
    let inside = bob.get(&format!("{}{query}", one(&id))).await.expect(200);
    assert!(inside["labels"][0]["name"] == "merger" && inside["state"].is_object() && inside["parent"].is_object(), "{inside}");
    let members = alice.get(&format!("{place}members/")).await.expect(200);
    let member = members.as_array().unwrap().iter().find(|row| row["display_name"] == "bob").unwrap();
    alice.delete(&format!("{place}members/{}/", member["membership_id"].as_str().unwrap())).await.expect(204);
    alice.patch(&format!("{place}labels/{label}/"), json!({"name": "acquisition"})).await.expect(200);
    let plain = bob.get(&one(&id)).await.expect(200);
    let list = results(&bob.get(&format!("{DRAFTS}{query}")).await.expect(200));
    for outside in [&bob.get(&format!("{}{query}", one(&id))).await.expect(200), &list[0]] {
        for field in kept {
            assert_eq!(outside[field], plain[field], "{field}");
        }
        assert_eq!(outside["created_by"]["display_name"], "bob");
    }
}

#[tokio::test]
async fn a_token_puts_no_item_where_it_may_not() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    let place = format!("/api/v1/workspaces/acme/projects/{eng}/");
    alice.patch(&place, json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let cycle = alice.post(&format!("{place}cycles/"), json!({"name": "Spring", "project_id": eng})).await.id();
    let module = alice.post(&format!("{place}modules/"), json!({"name": "Engine"})).await.id();
    for (said, right) in
        [(json!({"cycle_id": cycle}), "projects.cycles:write"), (json!({"module_ids": [module]}), "projects.modules:write")]
    {
        let mut body = json!({"name": "x", "project_id": eng});
        body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        let draft = alice.post(DRAFTS, body).await.id();
        for (more, status) in [(None, 403), (Some(right), 201)] {
            let scopes: Vec<&str> = ["drafts:write", "projects.work_items:write"].into_iter().chain(more).collect();
            let made = alice.post("/api/v1/users/me/tokens/", json!({"label": "limited", "scopes": scopes})).await.expect(201);
            let limited = app.with_token(made["token"].as_str().unwrap());
            limited.post(&format!("{}publish/", one(&draft)), json!({})).await.expect(status);
        }
    }
}

#[tokio::test]
async fn what_is_gone_when_a_draft_is_published_is_named_and_nothing_is_made() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let place = format!("/api/v1/workspaces/acme/projects/{eng}/");
    alice.patch(&place, json!({"module_view": true})).await.expect(200);
    let module = alice.post(&format!("{place}modules/"), json!({"name": "Engine"})).await.id();
    let draft = bob.post(DRAFTS, json!({"name": "x", "project_id": eng, "module_ids": [module]})).await.id();
    alice.delete(&format!("{place}modules/{module}/")).await.expect(204);
    let refused = bob.post(&format!("{}publish/", one(&draft)), json!({})).await.expect(400);
    assert!(refused["module_ids"].is_array(), "{refused}");
    assert!(results(&bob.get(&items(&eng)).await.expect(200)).is_empty());
    bob.get(&one(&draft)).await.expect(200);
}
