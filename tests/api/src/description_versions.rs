//! Earlier descriptions of work items.

use aileron_testkit::TestApp;
use aileron_tracker::description_versions::model::KEPT;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

#[tokio::test]
async fn every_text_is_kept_with_who_wrote_it_and_comes_back() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = item(&app, "alice", &project, json!({"name": "One", "description_html": "<p>first</p>"})).await;
    let path = format!("{}{one}/", items(&project));
    let versions = format!("{path}description-versions/");
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    assert_eq!(bob.get(&versions).await.expect(200)["total_count"], 0);
    bob.patch(&path, json!({"description_html": "<p>second</p>", "description_binary": "AQI="})).await.expect(200);
    alice.patch(&path, json!({"description_html": "<p>third</p>", "description_binary": null, "priority": "high"})).await.expect(200);
    alice.patch(&path, json!({"priority": "low"})).await.expect(200);
    let shown = results(&bob.get(&versions).await.expect(200));
    let people = |row: &Value| (row["owned_by"].clone(), row["replaced_by"].clone());
    let (a, b) = (json!(app.user("alice")), json!(app.user("bob")));
    assert_eq!(shown.iter().map(people).collect::<Vec<_>>(), [(b.clone(), a.clone()), (a.clone(), b.clone())]);
    assert_eq!(shown[0]["last_saved_at"], shown[1]["replaced_at"], "it was written when it took the place of the one before");
    assert_eq!(shown[1]["last_saved_at"], bob.get(&path).await.expect(200)["created_at"]);
    assert!(shown[0].get("description_html").is_none(), "lists hold no texts");
    // Page by page the same.
    for (number, row) in shown.iter().enumerate() {
        let page = bob.get(&format!("{versions}?per_page=1&cursor=1:{number}:0")).await.expect(200);
        assert_eq!((&page["total_count"], &page["results"]), (&json!(2), &json!([row])));
    }
    let second = format!("{versions}{}/", shown[0]["id"].as_str().unwrap());
    let text = bob.get(&second).await.expect(200);
    assert_eq!((&text["description_html"], &text["description_binary"]), (&json!("<p>second</p>"), &json!("AQI=")));
    assert_eq!(people(&text), people(&shown[0]));
    let restored = bob.send("POST", &format!("{second}restore/"), None).await.expect(200);
    assert_eq!((&restored["description_html"], &restored["description_binary"]), (&json!("<p>second</p>"), &json!("AQI=")));
    assert_eq!((&restored["priority"], &restored["updated_by"]), (&json!("low"), &json!(app.user("bob"))));
    let now = results(&bob.get(&versions).await.expect(200));
    assert_eq!(now.len(), 3);
    let third = bob.get(&format!("{versions}{}/", now[0]["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(third["description_html"], "<p>third</p>", "what gave way is kept");
    // The log names both texts.
    let history = results(&bob.get(&format!("{path}activities/?order_by=-created_at")).await.expect(200));
    assert_eq!((&history[0]["field"], &history[0]["old_identifier"]), (&json!("description"), &now[0]["id"]));
    assert_eq!(history[0]["new_identifier"], shown[0]["id"]);
    // The search finds what is there now.
    let found = |word: &str| format!("/api/v1/workspaces/acme/work-items/search/?search={word}");
    assert_eq!(alice.get(&found("second")).await.expect(200)["issues"].as_array().unwrap().len(), 1);
    assert_eq!(alice.get(&found("third")).await.expect(200)["issues"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn only_who_sees_the_item_reads_and_who_may_change_it_restores() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = item(&app, "alice", &project, json!({"name": "One", "description_html": "<p>secret</p>"})).await;
    let other = item(&app, "alice", &project, json!({"name": "Two"})).await;
    let path = format!("{}{one}/", items(&project));
    let versions = format!("{path}description-versions/");
    let alice = app.as_user("alice");
    alice.patch(&path, json!({"description_html": "<p>gone</p>"})).await.expect(200);
    let version = results(&alice.get(&versions).await.expect(200))[0]["id"].as_str().unwrap().to_owned();
    for (user, status) in [("gina", 404), ("dave", 403), ("olga", 403)] {
        app.as_user(user).get(&versions).await.expect(status);
        app.as_user(user).get(&format!("{versions}{version}/")).await.expect(status);
        app.as_user(user).send("POST", &format!("{versions}{version}/restore/"), None).await.expect(403);
    }
    // A version of another item is none of this one's.
    for method in ["GET", "POST"] {
        let end = if method == "GET" { "" } else { "restore/" };
        let path = format!("{}{other}/description-versions/{version}/{end}", items(&project));
        alice.send(method, &path, None).await.expect(404);
    }
    let headers = [("if-match", "\"1\"".to_owned())];
    let refused = alice.raw("POST", &format!("{versions}{version}/restore/"), &headers, Vec::new()).await;
    refused.expect(412);
    alice.send("POST", &format!("{versions}{version}/restore/"), None).await.expect(200);
    alice.post(&format!("/api/v1/workspaces/acme/projects/{project}/archive/"), json!({})).await.expect(204);
    alice.send("POST", &format!("{versions}{version}/restore/"), None).await.expect(400);
}

#[tokio::test]
async fn the_oldest_of_too_many_are_thrown_away() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = item(&app, "bob", &project, json!({"name": "One", "description_html": "<p>0</p>"})).await;
    let path = format!("{}{one}/", items(&project));
    let alice = app.as_user("alice");
    for number in 1..=KEPT + 3 {
        alice.patch(&path, json!({"description_html": format!("<p>{number}</p>")})).await.expect(200);
    }
    let versions = format!("{path}description-versions/");
    let page = alice.get(&format!("{versions}?per_page=1000")).await.expect(200);
    let rows = results(&page);
    assert_eq!((page["total_count"].as_i64(), rows.len()), (Some(KEPT), usize::try_from(KEPT).unwrap()));
    let last = &rows[rows.len() - 1];
    assert_eq!(last["owned_by"], json!(app.user("alice")), "bob's text is gone, and the last that is shown is not taken for his");
    let oldest = alice.get(&format!("{versions}{}/", last["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&oldest["description_html"], &oldest["owned_by"]), (&json!("<p>3</p>"), &last["owned_by"]));
}
