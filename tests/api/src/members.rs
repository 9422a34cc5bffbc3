//! Members of workspaces and projects, and invitations, through the API.

use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

const WORKSPACE: &str = "/api/v1/workspaces/acme/";

/// A project of alice's, and the address of its members.
async fn project(app: &TestApp, identifier: &str) -> (String, String) {
    let body = json!({"name": identifier, "identifier": identifier});
    let id = app.as_user("alice").post(&format!("{WORKSPACE}projects/"), body).await.id();
    let path = format!("{WORKSPACE}projects/{id}/");
    (path.clone(), format!("{path}members/"))
}

async fn add(app: &TestApp, members: &str, name: &str, role: i64) -> String {
    app.as_user("alice").post(members, json!({"member": app.user(name), "role": role})).await.id()
}

/// Who is there, by display name, with his role.
async fn listed(caller: &Caller<'_>, path: &str) -> Vec<(String, i64)> {
    let list = caller.get(path).await.expect(200);
    let row = |member: &Value| (member["display_name"].as_str().unwrap().to_owned(), member["role"].as_i64().unwrap());
    let mut rows: Vec<_> = list.as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

/// The membership of somebody in the workspace.
async fn membership(app: &TestApp, name: &str) -> String {
    let list = app.as_user("alice").get(&format!("{WORKSPACE}members/")).await.expect(200);
    let member = list.as_array().unwrap().iter().find(|member| member["display_name"] == name).cloned();
    format!("{WORKSPACE}members/{}/", member.unwrap()["membership_id"].as_str().unwrap())
}

fn pairs(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter().map(|(name, role)| ((*name).to_owned(), *role)).collect()
}

#[tokio::test]
async fn guests_see_no_address_but_their_own() {
    let app = TestApp::new().await;
    let (_, members) = project(&app, "ENG").await;
    add(&app, &members, "gina", 5).await;
    add(&app, &members, "bob", 15).await;
    app.as_user("gina").get(&format!("{WORKSPACE}members/")).await.expect(403);
    let seen = app.as_user("gina").get(&members).await.expect(200);
    let addresses: Vec<&Value> = seen.as_array().unwrap().iter().filter_map(|member| member.get("email")).collect();
    assert_eq!(addresses, [&json!("gina@acme.test")]);
    let all = app.as_user("dave").get(&members).await.expect(200);
    assert!(all.as_array().unwrap().iter().all(|member| member["email"].is_string()));
    app.as_user("olga").get(&members).await.expect(403);
}

#[tokio::test]
async fn who_is_not_in_the_workspace_is_not_put_into_its_projects() {
    let app = TestApp::new().await;
    let (_, members) = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    for (field, body) in [
        ("member", json!({"member": app.user("olga"), "role": 15})),
        ("member", json!({"member": "00000000-0000-4000-8000-000000000000"})),
        ("member", json!({"member": "a\u{0}b"})),
        ("member", json!({"member": null})),
        ("member", json!({"member": [app.user("bob")]})),
        ("member", json!({"role": 15})),
        ("role", json!({"member": app.user("bob"), "role": 7})),
        ("role", json!({"member": app.user("bob"), "role": "admin"})),
        ("role", json!({"member": app.user("bob"), "role": null})),
        ("role", json!({"member": app.user("gina"), "role": 15})),
        ("role", json!({"member": app.user("gina"), "role": 10})),
    ] {
        let refused = alice.post(&members, body.clone()).await.expect(400);
        assert!(refused.get(field).is_some(), "{body}: {refused}");
    }
    assert_eq!(listed(&alice, &members).await, pairs(&[("alice", 20)]));
}

#[tokio::test]
async fn a_removed_member_is_gone_and_can_come_back_as_somebody_new() {
    let app = TestApp::new().await;
    let (path, members) = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    let first = add(&app, &members, "bob", 10).await;
    let one = format!("{members}{first}/");
    assert_eq!(app.as_user("bob").get(&one).await.expect(200)["role"], 10);
    alice.delete(&one).await.expect(204);
    assert_eq!(listed(&alice, &members).await, pairs(&[("alice", 20)]));
    app.as_user("bob").get(&format!("{path}states/")).await.expect(403);
    let second = add(&app, &members, "bob", 15).await;
    assert_ne!(first, second);
    for answer in [alice.get(&one).await, alice.patch(&one, json!({"role": 5})).await, alice.delete(&one).await] {
        answer.expect(404);
    }
    assert_eq!(alice.post(&members, json!({"member": app.user("bob")})).await.expect(400)["error"], "The payload is not valid");
    app.as_user("bob").get(&format!("{path}states/")).await.expect(200);
    assert_eq!(listed(&alice, &format!("{path}project-members/")).await, pairs(&[("alice", 20), ("bob", 15)]));
}

#[tokio::test]
async fn a_viewer_reads_and_changes_nothing() {
    let app = TestApp::new().await;
    let (path, members) = project(&app, "ENG").await;
    add(&app, &members, "bob", 10).await;
    let bob = app.as_user("bob");
    bob.get(&format!("{path}labels/")).await.expect(200);
    bob.post(&format!("{path}labels/"), json!({"name": "x"})).await.expect(403);
    bob.post(&members, json!({"member": app.user("dave")})).await.expect(403);
}

#[tokio::test]
async fn a_project_keeps_an_admin_and_nobody_changes_his_own_role() {
    let app = TestApp::new().await;
    let (_, members) = project(&app, "ENG").await;
    let bob = add(&app, &members, "bob", 20).await;
    let alice = app.as_user("alice").get(&members).await.expect(200);
    let own = alice.as_array().unwrap().iter().find(|member| member["display_name"] == "alice").unwrap()["membership_id"].clone();
    let own = format!("{members}{}/", own.as_str().unwrap());
    assert!(app.as_user("alice").patch(&own, json!({"role": 5})).await.expect(400)["role"].is_array());
    app.as_user("bob").patch(&own, json!({"role": 15})).await.expect(200);
    let last = format!("{members}{bob}/");
    assert!(app.as_user("bob").delete(&last).await.expect(400)["error"].as_str().unwrap().contains("last admin"));
    // Alice is an admin of the workspace, and so of the projects that she is in.
    assert!(app.as_user("alice").patch(&last, json!({"role": 15})).await.expect(400)["error"].is_string());
    app.as_user("alice").patch(&last, json!({"role": 21})).await.expect(400);
    assert_eq!(listed(&app.as_user("bob"), &members).await, pairs(&[("alice", 15), ("bob", 20)]));
}

#[tokio::test]
async fn who_becomes_a_guest_of_the_workspace_becomes_one_everywhere() {
    let app = TestApp::new().await;
    let (_, members) = project(&app, "ENG").await;
    add(&app, &members, "bob", 20).await;
    add(&app, &members, "dave", 15).await;
    let bob = membership(&app, "bob").await;
    app.as_user("dave").patch(&bob, json!({"role": 5})).await.expect(403);
    for role in [json!(10), json!(6), json!("x"), json!(null)] {
        assert!(app.as_user("alice").patch(&bob, json!({"role": role})).await.expect(400)["role"].is_array());
    }
    assert_eq!(app.as_user("alice").patch(&bob, json!({"role": 5})).await.expect(200)["role"], 5);
    assert_eq!(listed(&app.as_user("alice"), &members).await, pairs(&[("alice", 20), ("bob", 5), ("dave", 15)]));
    app.as_user("bob").get(&format!("{WORKSPACE}members/")).await.expect(403);
}

#[tokio::test]
async fn who_leaves_the_workspace_leaves_its_projects_and_comes_back_to_none() {
    let app = TestApp::new().await;
    let (path, members) = project(&app, "ENG").await;
    add(&app, &members, "bob", 15).await;
    let bob = membership(&app, "bob").await;
    app.as_user("alice").delete(&bob).await.expect(204);
    app.as_user("alice").delete(&bob).await.expect(404);
    app.as_user("bob").get(&format!("{WORKSPACE}projects/")).await.expect(403);
    app.as_user("bob").get(&path).await.expect(403);
    assert_eq!(listed(&app.as_user("alice"), &members).await, pairs(&[("alice", 20)]));
    assert!(app.as_user("alice").post(&members, json!({"member": app.user("bob")})).await.expect(400)["member"].is_array());
}

#[tokio::test]
async fn the_last_admin_of_a_place_is_kept() {
    let app = TestApp::new().await;
    let alice = membership(&app, "alice").await;
    assert!(app.as_user("alice").delete(&alice).await.expect(400)["error"].is_string());
    assert!(app.as_user("alice").patch(&alice, json!({"role": 15})).await.expect(400)["role"].is_array());
    // Bob is the only admin of a project: somebody else must be first.
    let body = json!({"name": "Bobs", "identifier": "BOB", "network": 0});
    let id = app.as_user("bob").post(&format!("{WORKSPACE}projects/"), body).await.id();
    let bob = membership(&app, "bob").await;
    let refused = app.as_user("alice").delete(&bob).await.expect(400);
    assert!(refused["error"].as_str().unwrap().contains("Bobs"), "{refused}");
    app.as_user("alice").patch(&bob, json!({"role": 5})).await.expect(400);
    app.as_user("alice").patch(&format!("{WORKSPACE}projects/{id}/"), json!({"project_lead": app.user("alice")})).await.expect(200);
    app.as_user("alice").delete(&bob).await.expect(204);
    assert_eq!(listed(&app.as_user("alice"), &format!("{WORKSPACE}projects/{id}/members/")).await, pairs(&[("alice", 20)]));
}

#[tokio::test]
async fn the_owner_of_a_workspace_is_changed_and_removed_by_nobody_else() {
    let app = TestApp::new().await;
    let (alice, bob) = (membership(&app, "alice").await, membership(&app, "bob").await);
    app.as_user("alice").patch(&bob, json!({"role": 20})).await.expect(200);
    for role in [5, 15] {
        app.as_user("bob").patch(&alice, json!({"role": role})).await.expect(400);
        app.as_user("alice").patch(&alice, json!({"role": role})).await.expect(400);
    }
    assert!(app.as_user("bob").delete(&alice).await.expect(400)["error"].as_str().unwrap().contains("owner"));
    app.as_user("alice").get(WORKSPACE).await.expect(200);
    app.as_user("alice").patch(&bob, json!({"role": 15})).await.expect(200);
}

/// A workspace that is nobody's could be handed over by nobody.
#[tokio::test]
async fn the_owner_leaves_only_after_handing_the_workspace_over() {
    let app = TestApp::new().await;
    let (alice, bob) = (membership(&app, "alice").await, membership(&app, "bob").await);
    app.as_user("alice").patch(&bob, json!({"role": 20})).await.expect(200);
    let refused = app.as_user("alice").delete(&alice).await.expect(400);
    assert!(refused["error"].as_str().unwrap().contains("owner"), "{refused}");
    app.as_user("alice").post(&format!("{WORKSPACE}transfer-ownership/"), json!({"new_owner": app.user("bob")})).await.expect(200);
    app.as_user("alice").delete(&alice).await.expect(204);
}

#[tokio::test]
async fn a_membership_of_another_place_is_not_found() {
    let app = TestApp::new().await;
    let (_, one) = project(&app, "ONE").await;
    let (_, two) = project(&app, "TWO").await;
    let bob = add(&app, &one, "bob", 15).await;
    app.as_user("alice").patch(&format!("{two}{bob}/"), json!({"role": 5})).await.expect(404);
    app.as_user("alice").delete(&format!("{two}{bob}/")).await.expect(404);
    let bob = membership(&app, "bob").await.replace("/acme/", "/globex/");
    app.as_user("olga").patch(&bob, json!({"role": 5})).await.expect(404);
    app.as_user("alice").patch(&bob, json!({"role": 5})).await.expect(403);
}

#[tokio::test]
async fn invitations_are_made_once_changed_and_taken_back() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = format!("{WORKSPACE}invitations/");
    let made = alice.post(&path, json!({"email": "New@Acme.test", "role": 15})).await.expect(201);
    let one = format!("{path}{}/", made["id"].as_str().unwrap());
    for (field, body) in [
        ("non_field_errors", json!({"email": "new@acme.TEST"})),
        ("email", json!({"email": "bob@acme.test"})),
        ("email", json!({"email": "nope"})),
        ("email", json!({"email": "a\u{0}@b.test"})),
        ("email", json!({"email": format!("{}@b.test", "x".repeat(255))})),
        ("email", json!({"role": 5})),
        ("role", json!({"email": "n@acme.test", "role": 10})),
        ("role", json!({"email": "n@acme.test", "role": []})),
    ] {
        let refused = alice.post(&path, body.clone()).await.expect(400);
        assert!(refused.get(field).is_some(), "{body}: {refused}");
    }
    assert_eq!(alice.patch(&one, json!({"role": 5})).await.expect(200)["role"], 5);
    alice.patch(&one, json!({"email": "other@acme.test"})).await.expect(400);
    app.as_user("bob").get(&path).await.expect(403);
    app.as_user("olga").get(&one.replace("/acme/", "/globex/")).await.expect(404);
    alice.delete(&one).await.expect(204);
    alice.get(&one).await.expect(404);
    alice.post(&path, json!({"email": "new@acme.test"})).await.expect(201);
    assert_eq!(alice.get(&path).await.expect(200).as_array().unwrap().len(), 1);
}
