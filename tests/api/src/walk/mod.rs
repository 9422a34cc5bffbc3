//! Walks over every operation of `openapi.json`: what a new route gets tested for without anybody writing a test.

mod hostile;
mod permissions;

use aileron_kernel::Role;
use aileron_testkit::TestApp;
use serde_json::{Value, json};

/// An operation of the API as its documentation has it.
struct Operation {
    method: String,
    path: String,
    action: String,
    /// The names of the fields of its request body.
    fields: Vec<String>,
    /// The names of its query parameters.
    query: Vec<String>,
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&aileron_server::openapi::document()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let action = operation["x-action"].as_str().unwrap_or_else(|| panic!("{method} {path} names no x-action")).to_owned();
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let query = parameters.filter(|parameter| parameter["in"] == "query").filter_map(|parameter| parameter["name"].as_str());
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                action,
                fields: fields(&document, &operation["requestBody"]),
                query: query.map(ToOwned::to_owned).collect(),
            });
        }
    }
    operations
}

/// The names of the fields of a request body, through the reference to its schema.
fn fields(document: &Value, body: &Value) -> Vec<String> {
    let schema = &body["content"]["application/json"]["schema"];
    let named = schema["$ref"].as_str().and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    named.unwrap_or(schema)["properties"].as_object().into_iter().flat_map(|properties| properties.keys().cloned()).collect()
}

/// A project with one of everything, all made by its admin.
struct Fixture {
    ids: Vec<(&'static str, String)>,
}

impl Fixture {
    async fn new(app: &TestApp, number: usize) -> Self {
        let alice = app.as_user("alice");
        let base = "/api/v1/workspaces/acme/projects/";
        let project = alice.post(base, json!({"name": format!("Walk {number}"), "identifier": format!("W{number}")})).await.id();
        let path = format!("{base}{project}/");
        let mut member = String::new();
        for (user, role) in [("bob", 15), ("dave", 10), ("gina", 5)] {
            member = alice.post(&format!("{path}members/"), json!({"member": app.user(user), "role": role})).await.id();
        }
        let state = alice.post(&format!("{path}states/"), json!({"name": "Own", "color": "#000000"})).await.id();
        let label = alice.post(&format!("{path}labels/"), json!({"name": "own"})).await.id();
        let item = alice.post(&format!("{path}work-items/"), json!({"name": "An item"})).await;
        let (sequence, item) = (item.json()["sequence_id"].to_string(), item.id());
        let related = alice.post(&format!("{path}work-items/"), json!({"name": "Another"})).await.id();
        let blocks = json!({"relation_type": "blocking", "issues": [related]});
        alice.post(&format!("{path}work-items/{item}/relations/"), blocks).await.expect(201);
        let comment = alice.post(&format!("{path}work-items/{item}/comments/"), json!({"comment_html": "<p>x</p>"})).await.id();
        let file = json!({"name": "a.txt", "type": "text/plain", "size": 3});
        let attachment = alice.post(&format!("{path}work-items/{item}/attachments/"), file.clone()).await.expect(200);
        let asset = alice.post("/api/v1/workspaces/acme/assets/", file).await.expect(200);
        let link = alice.post(&format!("{path}work-items/{item}/links/"), json!({"url": "https://a.test/"})).await.id();
        let activities = alice.get(&format!("{path}work-items/{item}/activities/")).await.expect(200);
        let activity = activities["results"][0]["id"].as_str().unwrap().to_owned();
        let invitation =
            alice.post("/api/v1/workspaces/acme/invitations/", json!({"email": format!("walk{number}@new.test"), "role": 5})).await.id();
        let membership = app.make_member(format!("walker{number}").leak(), "acme", Role::Member).await.to_string();
        let kind = app.make_type("Walked", "acme", project.parse().unwrap()).await.to_string();
        let identifier = format!("W{number}");
        let ids = vec![
            ("slug", "acme".to_owned()),
            ("project_id", project),
            ("state_id", state),
            ("label_id", label),
            ("work_item_id", item.clone()),
            ("issue_id", item),
            ("related_work_item_id", related),
            ("comment_id", comment),
            ("attachment_id", attachment["asset_id"].as_str().unwrap().to_owned()),
            // Of the account's own pictures these are nobody's, so that they are 404 for all.
            ("asset_id", asset["asset_id"].as_str().unwrap().to_owned()),
            ("workspace_id", attachment["attachment"]["workspace"].as_str().unwrap().to_owned()),
            ("link_id", link),
            ("activity_id", activity),
            ("member_id", member),
            ("membership_id", membership),
            ("type_id", kind),
            ("invitation_id", invitation),
            // Nobody's: each caller has his own, so that these are 404 for all.
            ("sticky_id", "00000000-0000-4000-8000-000000000000".to_owned()),
            ("token_id", "00000000-0000-4000-8000-000000000000".to_owned()),
            ("session_id", "00000000-0000-4000-8000-000000000000".to_owned()),
            ("identifier", format!("{identifier}-{sequence}")),
        ];
        Self { ids }
    }

    fn fill(&self, path: &str) -> String {
        let mut filled = path.to_owned();
        for (name, id) in &self.ids {
            filled = filled.replace(&format!("{{{name}}}"), id);
        }
        assert!(!filled.contains('{'), "{path}: nobody knows what to put there");
        filled
    }
}
