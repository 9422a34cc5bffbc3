//! How far an undo reaches: what the caller still sees, what his token may do, and all that happened since.

use aileron_db::{Principal, ProjectPlace, schema::WORK_ITEMS};
use aileron_kernel::{Action, Actor, ActorKind, Change, Event, Origin, Uuid};
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::{
    stock::{item, items, project},
    undo::{UNDO, below, keyed, undo},
};

/// Puts bob out of a project.
async fn put_out(app: &TestApp, project: &str) {
    let alice = app.as_user("alice");
    let members = alice.get(&below(project, "members/")).await.expect(200);
    let bob = members.as_array().unwrap().iter().find(|row| row["display_name"] == "bob").unwrap();
    alice.delete(&below(project, &format!("members/{}/", bob["membership_id"].as_str().unwrap()))).await.expect(204);
}

#[tokio::test]
async fn who_does_not_see_it_any_more_is_not_told_what_happened_to_it() {
    let app = TestApp::new().await;
    let (eng, ops, hid) = (project(&app, "ENG").await, project(&app, "OPS").await, project(&app, "HID").await);
    let alice = app.as_user("alice");
    let mut ones = Vec::new();
    for place in [&eng, &ops, &eng] {
        let path = format!("{}{}/", items(place), item(&app, "bob", place, json!({"name": "One"})).await);
        keyed(&app, "bob", &format!("k{}", ones.len()), ("PATCH", &path), json!({"priority": "high"})).await.expect(200);
        alice.patch(&path, json!({"priority": "low"})).await.expect(200);
        ones.push(path);
    }
    assert_eq!(undo(&app, "bob", "k0", "u0").await.expect(409)["conflicts_count"], 1, "as long as he sees it");
    // Out of the project; in a project that he is not in; a draft of somebody else.
    put_out(&app, &ops).await;
    put_out(&app, &hid).await;
    alice.patch(&below(&hid, ""), json!({"visibility": "secret"})).await.expect(200);
    alice.post(&format!("{}move/", ones[0]), json!({"target_project_id": hid})).await.expect(200);
    let draft = item(&app, "alice", &eng, json!({"name": "Sketch"})).await;
    let path = format!("{}{draft}/", items(&eng));
    keyed(&app, "bob", "k3", ("PATCH", &path), json!({"priority": "high"})).await.expect(200);
    alice.patch(&path, json!({"priority": "low", "is_draft": true})).await.expect(200);
    for (key, status) in [("k0", 404), ("k1", 403), ("k3", 404)] {
        let said = undo(&app, "bob", key, &format!("again {key}")).await.expect(status);
        assert!(said.get("conflicts").is_none() && !said.to_string().contains(&app.user("alice").to_string()), "{said}");
    }
    undo(&app, "bob", "k2", "u2").await.expect(409);
}

#[tokio::test]
async fn the_token_has_to_cover_what_is_taken_back() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let notes = "/api/v1/workspaces/acme/stickies/";
    keyed(&app, "alice", "k1", ("POST", notes), json!({"name": "Note"})).await.expect(201);
    for (more, status) in [(None, 403), (Some("stickies:write"), 200)] {
        let scopes: Vec<&str> = ["undo:write"].into_iter().chain(more).collect();
        let made = alice.post("/api/v1/users/me/tokens/", json!({"label": "limited", "scopes": scopes})).await.expect(201);
        let limited = app.with_token(made["token"].as_str().unwrap());
        limited.post(UNDO, json!({"mutation_id": "k1"})).await.expect(status);
        let left = alice.get(notes).await.expect(200)["total_count"].as_i64();
        assert_eq!(left, Some(i64::from(status == 403)));
    }
}

/// So many further changes of an item, told in the log.
async fn happen(app: &TestApp, who: Principal, project: &str, one: &str, count: usize) {
    let (project, one): (Uuid, Uuid) = (project.parse().unwrap(), one.parse().unwrap());
    let done = app.db.write(move |session| {
        let mut tx = session.project_to_write(&who, &ProjectPlace::new("acme".to_owned(), project, Action::WorkItemsUpdate))?;
        tx.update(WORK_ITEMS, one, vec![("name", "Last".into()), ("name_key", "last".into())])?;
        for number in 0..count {
            let change = Change::value("name", number.to_string(), (number + 1).to_string());
            tx.record(Event::new("work_item", "updated", one).in_project(project).about(one).with(vec![change]))?;
        }
        Ok(())
    });
    done.await.unwrap();
}

#[tokio::test]
async fn a_change_of_long_ago_is_in_the_way_too() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let one = item(&app, "bob", &id, json!({"name": "One"})).await;
    let path = format!("{}{one}/", items(&id));
    keyed(&app, "bob", "k1", ("PATCH", &path), json!({"priority": "high"})).await.expect(200);
    keyed(&app, "bob", "k2", ("PATCH", &path), json!({"point": 3})).await.expect(200);
    app.as_user("alice").patch(&path, json!({"priority": "low"})).await.expect(200);
    happen(&app, app.principal("alice"), &id, &one, 3_200).await;
    let send = async |key: &str| keyed(&app, "bob", &format!("u {key}"), ("POST", UNDO), json!({ "mutation_id": key })).await;
    let said = send("k1").await.expect(409);
    assert_eq!((&said["conflicts"][0]["field"], &said["conflicts_count"]), (&json!("priority"), &json!(1)));
    send("k2").await.expect(200);
    assert_eq!(app.as_user("bob").get(&path).await.expect(200)["point"], Value::Null);
}

#[tokio::test]
async fn what_others_did_under_the_same_key_is_neither_counted_nor_in_the_way() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let one = item(&app, "bob", &id, json!({"name": "One"})).await;
    let path = format!("{}{one}/", items(&id));
    let key = Some("import-1".to_owned());
    let bob = Actor { id: app.user("bob"), kind: ActorKind::User, origin: Origin::Web, mutation_id: key, request_id: "test".to_owned() };
    happen(&app, Principal::proved(bob, Vec::new()), &id, &one, 1_100).await;
    keyed(&app, "alice", "import-1", ("PATCH", &path), json!({"priority": "high", "point": 3})).await.expect(200);
    keyed(&app, "alice", "u1", ("POST", UNDO), json!({"mutation_id": "import-1"})).await.expect(200);
    let shown = app.as_user("bob").get(&path).await.expect(200);
    assert_eq!((&shown["priority"], &shown["point"], &shown["name"]), (&json!("none"), &Value::Null, &json!("Last")));
}
