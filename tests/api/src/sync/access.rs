//! What the caller sees changes: he comes and goes, projects open and close, roles and switches change.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::{
    bootstrap::project,
    delta::Followers,
    model::{Client, lines, path},
};

/// The words about projects in these changes.
fn accesses(changes: &[Value]) -> Vec<&str> {
    changes.iter().filter_map(|change| change["access"].as_str()).collect()
}

async fn membership(app: &TestApp, at: &str, name: &str) -> String {
    let members = app.as_user("alice").get(&format!("{at}members/")).await.expect(200);
    let found = members.as_array().unwrap().iter().find(|member| member["display_name"] == name).unwrap();
    format!("{at}members/{}/", found["membership_id"].as_str().unwrap())
}

#[tokio::test]
async fn people_come_to_projects_and_go() {
    let app = TestApp::new().await;
    let (project_id, at) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    let kind = app.make_type("Bug", "acme", project_id.parse().unwrap()).await;
    alice.post(&format!("{at}work-items/"), json!({"name": "an item", "type_id": kind})).await.expect(201);
    alice.post(&format!("{at}labels/"), json!({"name": "bug"})).await.expect(201);
    let mut all = Followers::new(&app, &["alice", "bob", "gina", "dave"]).await;
    alice.post(&format!("{at}members/"), json!({"member": app.user("dave"), "role": 10})).await.expect(201);
    let sent = all.agree("dave came in").await;
    assert_eq!((accesses(&sent[3]), accesses(&sent[1])), (vec!["gained"], vec![]));
    let of_dave = membership(&app, &at, "dave").await;
    alice.patch(&of_dave, json!({"role": 15})).await.expect(200);
    assert!(accesses(&all.agree("dave works").await[3]).is_empty());
    alice.patch(&of_dave, json!({"role": 5})).await.expect(200);
    assert_eq!(accesses(&all.agree("dave is a guest").await[3]), ["changed"]);
    alice.patch(&at, json!({"guest_view_all_features": true})).await.expect(200);
    let sent = all.agree("guests see everything").await;
    assert_eq!(sent.iter().map(|changes| accesses(changes).len()).collect::<Vec<_>>(), [0, 0, 1, 1]);
    alice.patch(&at, json!({"guest_view_all_features": false})).await.expect(200);
    all.agree("guests see their own").await;
    alice.delete(&of_dave).await.expect(204);
    let sent = all.agree("dave went out").await;
    assert_eq!(accesses(&sent[3]), ["lost"]);
    alice.post(&format!("{at}members/"), json!({"member": app.user("dave"), "role": 15})).await.expect(201);
    all.agree("dave came back").await;
    let of_bob = membership(&app, &at, "bob").await;
    alice.delete(&of_bob).await.expect(204);
    alice.post(&format!("{at}members/"), json!({"member": app.user("bob"), "role": 15})).await.expect(201);
    all.agree("bob went out and came back").await;
}

/// The accounts whose rows a client holds.
fn people(client: &Client) -> Vec<String> {
    client.rows.keys().filter(|(entity, _)| entity == "member").map(|(_, id)| id.clone()).collect()
}

#[tokio::test]
async fn a_guest_is_sent_the_people_of_his_projects_only() {
    let app = TestApp::new().await;
    let (_, one) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    let two = alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "TWO", "identifier": "TWO", "network": 0})).await.id();
    let two = format!("/api/v1/workspaces/acme/projects/{two}/");
    let ids = |names: &[&str]| {
        let mut ids: Vec<String> = names.iter().map(|name| app.user(name).to_string()).collect();
        ids.sort();
        ids
    };
    let mut gina = Client::of(&app, app.token("gina"), "acme").await;
    assert_eq!(people(&gina), ids(&["alice", "bob", "gina"]));
    alice.post(&format!("{two}members/"), json!({"member": app.user("dave"), "role": 15})).await.expect(201);
    let profile = json!({"display_name": "david"});
    app.open_session(app.user("dave")).await.send("PATCH", "/api/v1/users/me/profile/", Some(profile)).await.expect(200);
    app.run_jobs().await;
    let told = alice.get(&format!("/api/v1/workspaces/acme/sync/?since={}&schema=1", gina.seq)).await.expect(200);
    assert!(told.to_string().contains("david"), "members are told");
    let told = app.as_user("gina").get(&format!("/api/v1/workspaces/acme/sync/?since={}&schema=1", gina.seq)).await.expect(200);
    assert_eq!(told["changes"], json!([]), "somebody whom she does not know");
    alice.post(&format!("{two}members/"), json!({"member": app.user("gina"), "role": 5})).await.expect(201);
    gina.catch_up(&app).await;
    assert_eq!(people(&gina), ids(&["alice", "bob", "dave", "gina"]), "a project gained");
    alice.delete(&membership(&app, &two, "david").await).await.expect(204);
    alice.delete(&membership(&app, &one, "bob").await).await.expect(204);
    gina.catch_up(&app).await;
    assert_eq!(people(&gina), ids(&["alice", "gina"]), "others went");
    alice.post(&format!("{two}members/"), json!({"member": app.user("dave"), "role": 15})).await.expect(201);
    gina.catch_up(&app).await;
    assert_eq!(people(&gina), ids(&["alice", "dave", "gina"]), "somebody came");
    for at in [&one, &two] {
        alice.delete(&membership(&app, at, "gina").await).await.expect(204);
    }
    gina.catch_up(&app).await;
    assert_eq!((people(&gina), gina.begun), (ids(&["gina"]), 1), "no project left");
    assert_eq!(gina.content(), Client::of(&app, app.token("gina"), "acme").await.content());
}

#[tokio::test]
async fn projects_open_and_close() {
    let app = TestApp::new().await;
    let (project_id, at) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    alice.post(&format!("{at}work-items/"), json!({"name": "an item"})).await.expect(201);
    let mut all = Followers::new(&app, &["alice", "bob", "gina", "dave"]).await;
    alice.patch(&at, json!({"name": "Renamed", "visibility": "secret"})).await.expect(200);
    let sent = all.agree("a secret project").await;
    assert!(sent[3].iter().any(|change| change["deleted"] == true && change["id"] == json!(project_id)));
    alice.patch(&at, json!({"description": "nobody's business"})).await.expect(200);
    assert!(all.agree("something in it").await[3].is_empty(), "an outsider is told nothing of a secret project");
    alice.patch(&at, json!({"visibility": "public"})).await.expect(200);
    all.agree("a public project").await;
    alice.send("POST", &format!("{at}archive/"), None).await.expect(204);
    let sent = all.agree("an archived project").await;
    assert_eq!(sent.iter().map(|changes| accesses(changes)).collect::<Vec<_>>(), [vec!["lost"], vec!["lost"], vec!["lost"], vec![]]);
    alice.get(&format!("{}?project={project_id}", path("acme"))).await.expect(404);
    alice.send("DELETE", &format!("{at}archive/"), None).await.expect(204);
    assert_eq!(accesses(&all.agree("a project taken back").await[1]), ["gained"]);
    let other =
        app.as_user("bob").post("/api/v1/workspaces/acme/projects/", json!({"name": "TWO", "identifier": "TWO", "network": 0})).await.id();
    let sent = all.agree("a project of bob's").await;
    assert_eq!((accesses(&sent[1]), sent[3].len()), (vec!["gained"], 0));
    alice.delete(&at).await.expect(204);
    app.as_user("bob").delete(&format!("/api/v1/workspaces/acme/projects/{other}/")).await.expect(204);
    let sent = all.agree("no project").await;
    assert!(!sent[3].iter().any(|change| change.to_string().contains(&other)), "{sent:#?}");
}

#[tokio::test]
async fn people_of_the_workspace_change() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    alice.post(&format!("{at}work-items/"), json!({"name": "an item"})).await.expect(201);
    let members = alice.get("/api/v1/workspaces/acme/members/").await.expect(200);
    let of = |name: &str| {
        let found = members.as_array().unwrap().iter().find(|member| member["display_name"] == name).unwrap();
        format!("/api/v1/workspaces/acme/members/{}/", found["membership_id"].as_str().unwrap())
    };
    let mut all = Followers::new(&app, &["alice", "gina"]).await;
    let mut bob = Client::of(&app, app.token("bob"), "acme").await;
    alice.patch(&of("bob"), json!({"role": 5})).await.expect(200);
    all.agree("bob is a guest").await;
    bob.catch_up(&app).await;
    assert_eq!((bob.begun, bob.content()), (2, Client::of(&app, app.token("bob"), "acme").await.content()));
    let profile = json!({"display_name": "robert", "avatar": "/files/b.png"});
    app.open_session(app.user("bob")).await.send("PATCH", "/api/v1/users/me/profile/", Some(profile)).await.expect(200);
    assert_eq!(app.run_jobs().await, 1);
    let sent = all.agree("bob is called otherwise").await;
    assert_eq!((&sent[1][0]["row"]["display_name"], &sent[1][0]["row"]["avatar_url"]), (&json!("robert"), &json!("/files/b.png")));
    assert!(sent[1][0]["row"].get("email").is_none() && sent[0][0]["row"].get("email").is_some());
    alice.patch("/api/v1/workspaces/acme/", json!({"name": "Acme Ltd"})).await.expect(200);
    all.agree("the workspace is called otherwise").await;
    alice.delete(&of("bob")).await.expect(204);
    all.agree("bob left").await;
    app.as_user("bob").get(&format!("{}?since={}", path("acme"), bob.seq)).await.expect(403);
    app.join(app.user("bob"), "acme", aileron_kernel::Role::Member).await;
    all.agree("bob came back").await;
    bob.catch_up(&app).await;
    assert_eq!(bob.content(), Client::of(&app, app.token("bob"), "acme").await.content());
}

#[tokio::test]
async fn a_restricted_token_needs_the_scope_of_a_sync() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    for (scopes, status) in [(json!(["sync:read"]), 200), (json!(["workspaces:read", "projects.work_items:read"]), 403)] {
        let token = alice.post("/api/v1/users/me/tokens/", json!({"label": "x", "scopes": scopes})).await.expect(201);
        let answer = app.with_token(token["token"].as_str().unwrap()).get(&path("acme")).await;
        assert_eq!(answer.status.as_u16(), status);
        if status == 200 {
            lines(&answer);
        }
    }
}
