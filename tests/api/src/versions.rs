//! Versions of rows: `ETag` and `If-Match`.

use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, project};

async fn tag(caller: &Caller<'_>, path: &str) -> String {
    caller.get(path).await.headers["etag"].to_str().unwrap().to_owned()
}

async fn change(caller: &Caller<'_>, path: &str, tag: &str, body: Value) -> aileron_testkit::Answer {
    let headers = [("content-type", "application/json".to_owned()), ("if-match", tag.to_owned())];
    caller.raw("PATCH", path, &headers, body.to_string().into_bytes()).await
}

#[tokio::test]
async fn a_change_of_what_has_changed_since_it_was_read_is_refused() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = format!("/api/v1/workspaces/acme/projects/{}/", project(&app, "ENG").await);
    let state = alice.post(&format!("{path}states/"), json!({"name": "Review", "color": "#fff"})).await.id();
    let label = alice.post(&format!("{path}labels/"), json!({"name": "bug"})).await.id();
    alice.patch(&path, json!({"cycle_view": true, "module_view": true, "issue_views_view": true})).await.expect(200);
    let own = path.rsplit('/').nth(1).unwrap().to_owned();
    let cycle = alice.post(&format!("{path}cycles/"), json!({"name": "Cycle", "project_id": own})).await.id();
    let module = alice.post(&format!("{path}modules/"), json!({"name": "Module"})).await.id();
    let view = alice.post(&format!("{path}views/"), json!({"name": "View"})).await.id();
    let page = alice.post(&format!("{path}pages/"), json!({"name": "Page"})).await.id();
    let one = item(&app, "alice", path.rsplit('/').nth(1).unwrap(), json!({"name": "One"})).await;
    for (one, what) in [
        (format!("{path}states/{state}/"), "state"),
        (format!("{path}labels/{label}/"), "label"),
        (format!("{path}cycles/{cycle}/"), "cycle"),
        (format!("{path}modules/{module}/"), "module"),
        (format!("{path}views/{view}/"), "view"),
        (format!("{path}pages/{page}/"), "page"),
        (format!("{path}work-items/{one}/"), "work item"),
        (path.clone(), "project"),
    ] {
        let read = tag(&alice, &one).await;
        change(&alice, &one, &read, json!({"name": format!("First {what}")})).await.expect(200);
        let refused = change(&alice, &one, &read, json!({"name": "second"})).await.expect(412);
        assert_eq!(refused["error"], format!("The {what} has changed since it was read."));
        assert_eq!(alice.get(&one).await.expect(200)["name"], format!("First {what}"));
        let now = tag(&alice, &one).await;
        assert_eq!(now, format!("\"{}\"", refused["version"]));
        change(&alice, &one, &format!("\"0\", W/{now}"), json!({"name": format!("Third {what}")})).await.expect(200);
        change(&alice, &one, "*", json!({"name": format!("Fourth {what}")})).await.expect(200);
        // Nothing is said of versions to who may not change the row.
        change(&app.as_user("gina"), &one, &read, json!({"name": "x"})).await.expect(403);
    }
}
