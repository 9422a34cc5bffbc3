//! Every operation of the API, tried by every kind of caller, against the permission table.
//!
//! An operation without an action, or with a path parameter that nobody knows how to fill, fails the test.

use aileron_kernel::{
    Action, Role,
    permissions::{Also, Level},
};
use aileron_testkit::{Answer, TestApp};
use serde_json::json;

use super::{Fixture, Operation, operations};

/// Operations that need no account: signing in and setting up.
const PUBLIC: &str = "public";

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
