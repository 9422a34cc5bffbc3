//! Rows of others: of another tenant, of another project, of nobody's business.

use aileron_kernel::Role;
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const PROJECTS: &str = "/api/v1/workspaces/acme/projects/";

/// The projects that somebody finds, and those whose items he reads.
async fn visible(app: &TestApp, user: &str) -> (Vec<Value>, usize) {
    let caller = app.as_user(user);
    let found: Vec<Value> = results(&caller.get(PROJECTS).await.expect(200)).iter().map(|row| row["id"].clone()).collect();
    let all = results(&app.as_user("alice").get(PROJECTS).await.expect(200));
    let mut read = 0;
    for row in all {
        read += usize::from(caller.get(&items(row["id"].as_str().unwrap())).await.status.is_success());
    }
    (found, read)
}

/// Anybody could make himself a member of a secret project.
#[tokio::test]
async fn cve_2026_105632_nobody_lets_himself_into_a_project() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let body = json!({"name": "Secret", "identifier": "SEC", "network": 0});
    let secret = alice.post(PROJECTS, body).await.id();
    let public = alice.post(PROJECTS, json!({"name": "Public", "identifier": "PUB"})).await.id();
    let one = item(&app, "alice", &secret, json!({"name": "One"})).await;
    for name in ["dave", "gina", "olga"] {
        let before = if name == "olga" { None } else { Some(visible(&app, name).await) };
        let (caller, me) = (app.as_user(name), app.user(name));
        for project in [&secret, &public] {
            let path = format!("{PROJECTS}{project}/");
            let attempts = [
                ("POST", format!("{path}members/"), json!({"member": me, "role": 15})),
                ("POST", format!("{path}project-members/"), json!({"member": me, "role": 5})),
                ("PATCH", path.clone(), json!({"project_lead": me, "default_assignee": me, "visibility": "public"})),
                ("POST", format!("{path}work-items/"), json!({"name": "x", "assignees": [me]})),
                ("PATCH", format!("{path}work-items/{one}/"), json!({"assignees": [me]})),
                ("POST", format!("{path}work-items/{one}/comments/"), json!({"comment_html": "<p>x</p>"})),
                ("POST", format!("{path}archive/"), json!({})),
                ("DELETE", path, json!({})),
            ];
            for (method, path, body) in attempts {
                let status = caller.send(method, &path, Some(body)).await.status.as_u16();
                assert!(matches!(status, 403 | 404), "{name} {method} {path}: {status}");
            }
        }
        if let Some(before) = before {
            assert_eq!(visible(&app, name).await, before, "{name}");
        }
    }
    // With a role in it that somebody gave, and only then.
    alice.post(&format!("{PROJECTS}{secret}/members/"), json!({"member": app.user("dave"), "role": 5})).await.expect(201);
    assert!(visible(&app, "dave").await.0.contains(&json!(secret)));
}

/// A file of one project could be moved into another one, by a guest of that.
#[tokio::test]
async fn cve_2026_105637_a_guest_takes_no_file_of_another_project() {
    let app = TestApp::new().await;
    let (alice, gina) = (app.as_user("alice"), app.as_user("gina"));
    let (own, other) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let mine = item(&app, "alice", &own, json!({"name": "Gina's", "created_by": app.user("gina")})).await;
    let theirs = item(&app, "alice", &other, json!({"name": "Theirs"})).await;
    let form = json!({"name": "a.txt", "type": "text/plain", "size": 2});
    let made = alice.post(&format!("{}{theirs}/attachments/", items(&other)), form).await.expect(200);
    crate::files::upload(&app, &made, b"hi").await.expect(204);
    let id = made["asset_id"].as_str().unwrap();
    let address = format!("{}{theirs}/attachments/{id}/", items(&other));
    alice.patch(&address, json!({})).await.expect(204);
    for path in [format!("{}{mine}/attachments/{id}/", items(&own)), format!("/api/v1/workspaces/acme/assets/{id}/")] {
        for (method, body) in [("GET", None), ("PATCH", Some(json!({"issue": mine, "project_id": own}))), ("DELETE", Some(json!({})))] {
            let status = gina.send(method, &path, body).await.status.as_u16();
            assert!(matches!(status, 403..=405), "{method} {path}: {status}");
        }
    }
    assert_eq!(alice.get(&format!("{}{theirs}/attachments/", items(&other))).await.expect(200).as_array().unwrap().len(), 1);
    assert_eq!(gina.get(&format!("{}{mine}/attachments/", items(&own))).await.expect(200), json!([]));
}

/// One list of ids was checked for the first of them only.
#[tokio::test]
async fn pr_9160_one_foreign_id_among_many_refuses_all() {
    let app = TestApp::new().await;
    let (alice, olga) = (app.as_user("alice"), app.as_user("olga"));
    let own = project(&app, "ENG").await;
    let mine = item(&app, "alice", &own, json!({"name": "Mine"})).await;
    let theirs = olga.post("/api/v1/workspaces/globex/projects/", json!({"name": "Ops", "identifier": "OPS"})).await.id();
    let label = olga.post(&format!("/api/v1/workspaces/globex/projects/{theirs}/labels/"), json!({"name": "x"})).await.id();
    let mut labels = Vec::new();
    for number in 0..99 {
        labels.push(alice.post(&format!("{PROJECTS}{own}/labels/"), json!({"name": format!("l{number}")})).await.id());
    }
    labels.insert(50, label);
    let path = format!("{}{mine}/", items(&own));
    assert!(alice.patch(&path, json!({"name": "Changed", "labels": labels})).await.expect(400).get("labels").is_some());
    let people = [app.user("bob"), app.user("alice"), "00000000-0000-4000-8000-000000000000".parse().unwrap()];
    assert!(alice.patch(&path, json!({"name": "Changed", "assignees": people})).await.expect(400).get("assignees").is_some());
    let after = alice.get(&path).await.expect(200);
    assert_eq!((&after["name"], &after["labels"], &after["assignees"]), (&json!("Mine"), &json!([]), &json!([])));
}

/// The name that others see was made of the address.
#[tokio::test]
async fn cve_2025_69284_no_name_is_made_of_an_address() {
    let app = TestApp::empty();
    let code = aileron_identity::setup::code(&app.context().sealer);
    let body = json!({"code": code, "email": "quiet.handle@acme.test", "password": "plum tractor overcast nine", "first_name": "Ada"});
    let made = app.nobody().post("/api/v1/auth/setup/", body).await.expect(200);
    assert_eq!(made["user"]["email"], "quiet.handle@acme.test");
    for field in ["display_name", "first_name", "last_name", "avatar"] {
        assert!(!made["user"][field].as_str().unwrap().contains("quiet"), "{field} of {made}");
    }
}

/// Guests could list who is in the workspace.
#[tokio::test]
async fn cve_2025_69284_a_guest_sees_no_roster() {
    let app = TestApp::new().await;
    project(&app, "ENG").await;
    let (extra, _) = app.make_user("extra", "members").await;
    app.join(extra, "acme", Role::Member).await;
    for path in ["members/", "invitations/"] {
        app.as_user("gina").get(&format!("/api/v1/workspaces/acme/{path}")).await.expect(403);
    }
    let sync = app.as_user("gina").get("/api/v1/workspaces/acme/sync/").await;
    let sent = String::from_utf8_lossy(&sync.bytes);
    assert!(sync.status.is_success() && sent.contains(&app.user("gina").to_string()));
    assert!(!sent.contains(&extra.to_string()), "somebody in no project of hers: {sent}");
    assert!(!sent.contains("alice@") && !sent.contains("extra@"), "addresses: {sent}");
}
