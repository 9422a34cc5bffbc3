//! All rows at once, and the first frame after them.

use std::io::Read as _;

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::model::{Client, lines, path};

const PROJECTS: &str = "/api/v1/workspaces/acme/projects/";

/// A project of alice's with bob as a member and gina as a guest: its id and address.
pub(super) async fn project(app: &TestApp, name: &str) -> (String, String) {
    let alice = app.as_user("alice");
    let project = alice.post(PROJECTS, json!({"name": name, "identifier": name})).await.id();
    let at = format!("{PROJECTS}{project}/");
    for (name, role) in [("bob", 15), ("gina", 5)] {
        alice.post(&format!("{at}members/"), json!({"member": app.user(name), "role": role})).await.expect(201);
    }
    (project, at)
}

fn of<'a>(lines: &'a [Value], entity: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["entity"] == entity).map(|line| &line["row"]).collect()
}

#[tokio::test]
async fn each_caller_gets_what_he_sees() {
    let app = TestApp::new().await;
    let (project, at) = project(&app, "ONE").await;
    let (alice, bob, gina) = (app.as_user("alice"), app.as_user("bob"), app.as_user("gina"));
    let secret = alice.post(PROJECTS, json!({"name": "HIDDEN", "identifier": "HIDE", "network": 0})).await.id();
    let item = alice.post(&format!("{at}work-items/"), json!({"name": "an item"})).await.id();
    let lines = lines(&alice.get(&path("acme")).await);
    assert_eq!((&lines[0]["schema"], &lines[0]["user"]), (&json!(1), &json!(app.user("alice"))));
    assert_eq!(of(&lines, "workspace")[0]["is_owner"], true);
    assert_eq!(of(&lines, "member").len(), 4);
    assert_eq!(of(&lines, "project").len(), 2);
    assert_eq!(of(&lines, "project_member").len(), 4);
    assert_eq!(of(&lines, "state").len(), 12);
    assert_eq!(of(&lines, "work_item").len(), 0);
    for (caller, projects) in [(&bob, 1), (&gina, 1), (&app.as_user("dave"), 1)] {
        let lines = self::lines(&caller.get(&path("acme")).await);
        assert_eq!(of(&lines, "project").len(), projects);
        assert!(!lines.iter().any(|line| line.to_string().contains(&secret)));
    }
    let dave = self::lines(&app.as_user("dave").get(&path("acme")).await);
    assert_eq!((of(&dave, "state").len(), of(&dave, "project")[0]["member_role"].clone()), (0, Value::Null));
    let items = |name: &'static str| {
        let (app, project) = (&app, &project);
        async move { app.as_user(name).get(&format!("{}?project={project}", path("acme"))).await }
    };
    assert_eq!(of(&self::lines(&items("bob").await), "work_item")[0]["id"], item);
    assert_eq!(of(&self::lines(&items("gina").await), "work_item").len(), 0);
    items("dave").await.expect(404);
    for stranger in ["olga", "carla"] {
        app.as_user(stranger).get(&path("acme")).await.expect(403);
    }
    app.nobody().get(&path("acme")).await.expect(401);
}

#[tokio::test]
async fn what_changed_follows() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    let mut bob = Client::of(&app, app.token("bob"), "acme").await;
    let item = alice.post(&format!("{at}work-items/"), json!({"name": "an item"})).await.id();
    let frames = bob.catch_up(&app).await;
    assert_eq!(frames[0]["changes"][0]["row"]["name"], "an item");
    alice.patch(&format!("{at}work-items/{item}/"), json!({"name": "another name"})).await.expect(200);
    alice.post(&format!("{at}work-items/"), json!({"name": "below", "parent": item})).await.expect(201);
    let frames = bob.catch_up(&app).await;
    assert_eq!(frames[0]["changes"].as_array().unwrap().len(), 2);
    assert_eq!(bob.rows[&("work_item".to_owned(), item.clone())]["sub_items_count"], 1);
    assert_eq!(bob.content(), Client::of(&app, app.token("bob"), "acme").await.content());
}

#[tokio::test]
async fn many_rows_come_in_parts_and_compressed() {
    let app = TestApp::new().await;
    let (project, at) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    let mut made = Vec::new();
    for number in 0..1_010 {
        // Several of the same instant, and then a later one.
        app.clock.advance(i64::from(number % 3 == 0));
        made.push(alice.post(&format!("{at}work-items/"), json!({"name": format!("item {number}")})).await.id());
    }
    let asked = format!("{}?project={project}", path("acme"));
    let plain = alice.get(&asked).await;
    let lines = lines(&plain);
    let sent: Vec<&str> = of(&lines, "work_item").into_iter().map(|row| row["id"].as_str().unwrap()).collect();
    made.reverse();
    assert_eq!(sent, made, "each once, the newest first");
    let packed = alice.raw("GET", &asked, &[("accept-encoding", "gzip".to_owned())], Vec::new()).await;
    assert_eq!(packed.headers["content-encoding"], "gzip");
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_end(&mut text).unwrap();
    let rows = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').skip(1).map(<[u8]>::to_vec).collect::<Vec<_>>();
    assert!(rows(&text) == rows(&plain.bytes) && packed.bytes.len() * 5 < text.len(), "{} of {} bytes", packed.bytes.len(), text.len());
    // Parts cost the same number of statements however many rows they have.
    let before = app.db.statements();
    alice.get(&asked).await;
    let both = app.db.statements() - before;
    assert!(both <= 2 * 14, "{both} statements for two parts");
}
