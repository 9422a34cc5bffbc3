//! Projects and items for the tests of what hangs on items, made in as few words as possible.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

/// A project of acme in which alice is admin, bob is a member and gina is a guest.
pub(crate) async fn project(app: &TestApp, identifier: &str) -> String {
    let alice = app.as_user("alice");
    let body = json!({"name": format!("Project {identifier}"), "identifier": identifier});
    let id = alice.post("/api/v1/workspaces/acme/projects/", body).await.id();
    for (name, role) in [("bob", 15), ("gina", 5)] {
        let members = format!("/api/v1/workspaces/acme/projects/{id}/members/");
        alice.post(&members, json!({"member": app.user(name), "role": role})).await.expect(201);
    }
    id
}

/// The address of the items of a project of acme.
pub(crate) fn items(project: &str) -> String {
    format!("/api/v1/workspaces/acme/projects/{project}/work-items/")
}

/// An item made by somebody.
pub(crate) async fn item(app: &TestApp, user: &str, project: &str, body: Value) -> String {
    app.as_user(user).post(&items(project), body).await.id()
}

/// The results of a page.
pub(crate) fn results(page: &Value) -> Vec<Value> {
    page["results"].as_array().unwrap().clone()
}

/// How many statements a request to read takes: the least of three times, since others may write meanwhile (when a token was used last).
pub(crate) async fn cost(app: &TestApp, user: &str, path: &str) -> u64 {
    let mut least = u64::MAX;
    for _ in 0..3 {
        let before = app.db.statements();
        app.as_user(user).get(path).await.expect(200);
        least = least.min(app.db.statements() - before);
    }
    least
}
