//! Labels through the API.

use aileron_testkit::TestApp;
use serde_json::json;

async fn labels(app: &TestApp, identifier: &str) -> String {
    let body = json!({"name": identifier, "identifier": identifier});
    let id = app.as_user("alice").post("/api/v1/workspaces/acme/projects/", body).await.id();
    format!("/api/v1/workspaces/acme/projects/{id}/labels/")
}

#[tokio::test]
async fn bad_input_is_refused_by_the_name_of_its_field() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = labels(&app, "ENG").await;
    let id = alice.post(&path, json!({"name": "kept"})).await.id();
    let elsewhere = alice.post(&labels(&app, "MKT").await, json!({"name": "elsewhere"})).await.id();
    for (field, value) in [
        ("name", json!("n".repeat(256))),
        ("name", json!("")),
        ("name", json!("a\u{0}b")),
        ("name", json!(true)),
        ("color", json!("c".repeat(256))),
        ("color", json!(["red"])),
        ("description", json!({})),
        ("sort_order", json!("first")),
        ("parent", json!("x")),
        ("parent", json!(elsewhere)),
        ("parent", json!("00000000-0000-4000-8000-000000000000")),
        ("external_id", json!("e".repeat(256))),
    ] {
        let mut body = json!({"name": "new"});
        body[field] = value.clone();
        let refused = alice.post(&path, body.clone()).await.expect(400);
        assert!(refused.get(field).is_some(), "{field} {value}: {refused}");
        let refused = alice.patch(&format!("{path}{id}/"), body).await.expect(400);
        assert!(refused.get(field).is_some(), "{field} {value}: {refused}");
    }
    let list = alice.get(&path).await.expect(200);
    assert_eq!((&list["total_count"], &list["results"][0]["name"]), (&json!(1), &json!("kept")));
}

#[tokio::test]
async fn names_and_outside_names_are_unique_in_a_project() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let (path, other) = (labels(&app, "ENG").await, labels(&app, "MKT").await);
    let id = alice.post(&path, json!({"name": "bug", "external_source": "gh", "external_id": "1"})).await.id();
    assert_eq!(alice.post(&path, json!({"name": " bug "})).await.expect(409)["id"], id.as_str());
    assert_eq!(alice.post(&path, json!({"name": "b", "external_source": "gh", "external_id": "1"})).await.expect(409)["id"], id.as_str());
    let second = alice.post(&path, json!({"name": "BUG"})).await.id();
    alice.patch(&format!("{path}{second}/"), json!({"name": "bug"})).await.expect(400);
    alice.patch(&format!("{path}{second}/"), json!({"external_source": "gh", "external_id": "1"})).await.expect(409);
    alice.patch(&format!("{path}{id}/"), json!({"name": "bug", "color": "#fff"})).await.expect(200);
    alice.post(&other, json!({"name": "bug", "external_source": "gh", "external_id": "1"})).await.expect(201);
    alice.delete(&format!("{path}{id}/")).await.expect(204);
    alice.post(&path, json!({"name": "bug"})).await.expect(201);
}

#[tokio::test]
async fn labels_form_a_tree() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = labels(&app, "ENG").await;
    let top = alice.post(&path, json!({"name": "top"})).await.id();
    let middle = alice.post(&path, json!({"name": "middle", "parent": top})).await.id();
    let low = alice.post(&path, json!({"name": "low", "parent": middle})).await.id();
    for parent in [&top, &middle, &low] {
        let refused = alice.patch(&format!("{path}{top}/"), json!({"parent": parent})).await.expect(400);
        assert!(refused["parent"].is_array());
    }
    alice.delete(&format!("{path}{middle}/")).await.expect(204);
    assert!(alice.get(&format!("{path}{low}/")).await.expect(200)["parent"].is_null());
    alice.get(&format!("{path}{middle}/")).await.expect(404);
}

#[tokio::test]
async fn a_deleted_label_is_on_no_item() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = labels(&app, "ENG").await;
    let items = path.replace("labels", "work-items");
    let [kept, gone] = [alice.post(&path, json!({"name": "kept"})).await.id(), alice.post(&path, json!({"name": "gone"})).await.id()];
    let both = alice.post(&items, json!({"name": "both", "labels": [kept, gone]})).await.id();
    let one = alice.post(&items, json!({"name": "one", "labels": [gone]})).await.id();
    alice.delete(&format!("{path}{gone}/")).await.expect(204);
    let ids = async |query: &str| {
        let page = alice.get(&format!("{items}?{query}")).await.expect(200);
        page["results"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(alice.get(&format!("{items}{both}/")).await.expect(200)["labels"], json!([kept]));
    assert_eq!(alice.get(&format!("{items}{one}/")).await.expect(200)["labels"], json!([]));
    assert_eq!(ids(&format!("labels={kept}")).await, [both]);
    assert_eq!(ids("labels=None").await, std::slice::from_ref(&one));
    assert_eq!(ids(&format!("labels={gone}")).await, Vec::<String>::new());
    let renamed = alice.patch(&format!("{items}{one}/"), json!({"labels": [kept]})).await.expect(200);
    assert_eq!(renamed["labels"], json!([kept]));
}

#[tokio::test]
async fn labels_of_a_project_are_its_members_affair() {
    let app = TestApp::new().await;
    let path = labels(&app, "ENG").await;
    let id = app.as_user("alice").post(&path, json!({"name": "bug"})).await.id();
    for name in ["bob", "gina", "olga"] {
        app.as_user(name).get(&path).await.expect(403);
        app.as_user(name).post(&path, json!({"name": "x"})).await.expect(403);
        app.as_user(name).delete(&format!("{path}{id}/")).await.expect(403);
    }
    app.as_user("alice").post(&path.replace("labels", "members"), json!({"member": app.user("gina")})).await.expect(201);
    app.as_user("gina").get(&path).await.expect(200);
    app.as_user("gina").patch(&format!("{path}{id}/"), json!({"name": "x"})).await.expect(403);
    let other = labels(&app, "MKT").await;
    app.as_user("alice").get(&format!("{other}{id}/")).await.expect(404);
}

#[tokio::test]
async fn types_are_listed_to_members() {
    let app = TestApp::new().await;
    let path = labels(&app, "ENG").await.replace("labels", "work-item-types");
    assert_eq!(app.as_user("alice").get(&path).await.expect(200), json!([]));
    let project = path.split('/').nth(6).unwrap().parse().unwrap();
    for name in ["Story", "Bug"] {
        app.make_type(name, "acme", project).await;
    }
    let listed = app.as_user("alice").get(&format!("{path}?fields=name,level")).await.expect(200);
    assert_eq!(listed, json!([{"name": "Bug", "level": 0.0}, {"name": "Story", "level": 0.0}]));
    app.as_user("bob").get(&path).await.expect(403);
}
