//! Every operation of the API, tried by every kind of caller, against the permission table.
//!
//! An operation without an action, or with a path parameter that nobody knows how to fill, fails the test.

use aileron_kernel::{
    Action, Role,
    permissions::{Also, Level},
};
use aileron_testkit::{Answer, TestApp};
use serde_json::{Value, json};

/// Operations that need no account: signing in and setting up.
const PUBLIC: &str = "public";

struct Operation {
    method: String,
    path: String,
    action: String,
}

/// Who calls: a user of the test workspaces, and the roles he has.
struct CallerKind {
    name: &'static str,
    /// Role in the workspace.
    workspace: Option<Role>,
    /// Role in the project.
    project: Option<Role>,
}

const CALLERS: [CallerKind; 7] = [
    CallerKind { name: "nobody", workspace: None, project: None },
    CallerKind { name: "stranger", workspace: None, project: None },
    CallerKind { name: "olga", workspace: None, project: None },
    CallerKind { name: "gina", workspace: Some(Role::Guest), project: Some(Role::Guest) },
    CallerKind { name: "dave", workspace: Some(Role::Member), project: Some(Role::Viewer) },
    CallerKind { name: "bob", workspace: Some(Role::Member), project: Some(Role::Member) },
    CallerKind { name: "alice", workspace: Some(Role::Admin), project: Some(Role::Admin) },
];

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&aileron_server::openapi::document()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let action = operation["x-action"].as_str().unwrap_or_else(|| panic!("{method} {path} names no x-action")).to_owned();
            operations.push(Operation { method: method.to_uppercase(), path: path.clone(), action });
        }
    }
    operations
}

fn action(name: &str) -> Action {
    *Action::ALL.iter().find(|action| action.name() == name).unwrap_or_else(|| panic!("there is no action {name}"))
}

/// What the table says of this caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Unauthenticated,
    Refused,
    Allowed,
}

fn expected(caller: &CallerKind, action: Action) -> Expected {
    if caller.name == "nobody" {
        return Expected::Unauthenticated;
    }
    let rule = action.rule();
    let allowed = match rule.level {
        Level::Account => true,
        Level::Workspace => caller.workspace.is_some_and(|role| role >= rule.from),
        Level::Project => {
            caller.workspace.is_some() && caller.project.is_some_and(|role| role >= rule.from || rule.also == Also::PublicReaders)
        }
    };
    if allowed { Expected::Allowed } else { Expected::Refused }
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
        let comment = alice.post(&format!("{path}work-items/{item}/comments/"), json!({"comment_html": "<p>x</p>"})).await.id();
        let activities = alice.get(&format!("{path}work-items/{item}/activities/")).await.expect(200);
        let activity = activities["results"][0]["id"].as_str().unwrap().to_owned();
        let invitation =
            alice.post("/api/v1/workspaces/acme/invitations/", json!({"email": format!("walk{number}@new.test"), "role": 5})).await.id();
        let identifier = format!("W{number}");
        let ids = vec![
            ("slug", "acme".to_owned()),
            ("project_id", project),
            ("state_id", state),
            ("label_id", label),
            ("work_item_id", item.clone()),
            ("issue_id", item),
            ("comment_id", comment),
            ("activity_id", activity),
            ("member_id", member),
            ("invitation_id", invitation),
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

async fn call(app: &TestApp, stranger: &str, caller: &CallerKind, operation: &Operation, fixture: &Fixture) -> Answer {
    let sender = match caller.name {
        "nobody" => app.nobody(),
        "stranger" => app.with_token(stranger),
        user => app.as_user(user),
    };
    let body = (!matches!(operation.method.as_str(), "GET" | "DELETE")).then(|| json!({}));
    sender.send(&operation.method, &fixture.fill(&operation.path), body).await
}

/// Whether the answer is one that the table calls for. Inside a scope that a guest has, what is not shown to him is 404.
fn agrees(expected: Expected, status: u16) -> bool {
    match expected {
        Expected::Unauthenticated => status == 401,
        Expected::Refused => matches!(status, 403 | 404),
        Expected::Allowed => !matches!(status, 401 | 403 | 405) && status < 500,
    }
}

#[tokio::test]
async fn every_operation_answers_every_caller_as_the_table_says() {
    let app = TestApp::new().await;
    let stranger = app.make_user("stranger", "nowhere").await.1;
    let mut wrong = Vec::new();
    let (mut number, mut tried) = (0, 0);
    for operation in operations().iter().filter(|operation| operation.action != PUBLIC) {
        let action = action(&operation.action);
        let mut fixture = Fixture::new(&app, number).await;
        for caller in &CALLERS {
            let answer = call(&app, &stranger, caller, operation, &fixture).await;
            let (expected, status) = (expected(caller, action), answer.status.as_u16());
            tried += 1;
            if !agrees(expected, status) {
                wrong.push(format!(
                    "{} {} as {}: {expected:?} by {}, {status} found",
                    operation.method,
                    operation.path,
                    caller.name,
                    action.name()
                ));
            }
            if status < 300 && operation.method != "GET" {
                number += 1;
                fixture = Fixture::new(&app, number).await;
            }
        }
        number += 1;
    }
    println!("{tried} calls");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_action_of_the_table_is_used() {
    let used: Vec<String> = operations().into_iter().map(|operation| operation.action).collect();
    let unused: Vec<&str> = Action::ALL.iter().map(|action| action.name()).filter(|name| !used.iter().any(|used| used == name)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
