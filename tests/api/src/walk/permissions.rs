//! Every operation of the API, tried by every kind of caller, against the permission table: who is allowed gets the
//! documented answer to the documented example, about rows that are there, and who is not gets 403.
//!
//! An operation without an action, without an example, or with a path parameter that nobody knows how to fill, fails.

use std::collections::BTreeMap;

use aileron_kernel::{
    Action, Role,
    permissions::{Also, Level, token_scopes},
};
use aileron_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use super::{Operation, People, Person, Rows, operations, people::INSTANCE_ADMIN, rows::PASSWORD};

/// Whether the table allows it, about a row that somebody else made.
fn is_allowed(person: &Person, action: Action) -> bool {
    let rule = action.rule();
    let only_creator = rule.also == Also::OnlyCreator;
    match rule.level {
        Level::Account => true,
        Level::Instance => person.is_instance_admin,
        // The workspace is alice's.
        Level::Workspace => {
            person.workspace.is_some_and(|role| role >= rule.from) && (rule.also != Also::OnlyOwner || person.name == "alice")
        }
        Level::Project => {
            let by_role = person.project.is_some_and(|role| role >= rule.from) && !only_creator;
            let otherwise = match rule.also {
                Also::Nobody | Also::Creator | Also::OnlyCreator | Also::OnlyOwner => false,
                Also::PublicReaders => person.workspace.is_some_and(|role| role >= Role::Member),
                Also::WorkspaceAdmins => person.workspace == Some(Role::Admin),
            };
            by_role || otherwise
        }
    }
}

/// What somebody is answered who may not do it. As recorded, a guest is told in words of its own that an intake item is another's.
fn refused(operation: &Operation, person: &Person) -> Vec<u16> {
    let is_in_project = person.project.is_some();
    if operation.id == "update_intake_item" && is_in_project { vec![400] } else { vec![403] }
}

fn is_of_account(operation: &Operation) -> bool {
    operation.actions.iter().all(|action| action.rule().level == Level::Account)
}

/// What the caller sends: the example of the documentation about these rows.
async fn request(operation: &Operation, rows: &mut Rows<'_>) -> (String, Option<Value>) {
    let mut path = rows.address(operation).await;
    for (number, (name, value)) in operation.required.iter().enumerate() {
        path = format!("{path}{}{name}={value}", if number == 0 { '?' } else { '&' });
    }
    let body = match &operation.example {
        Some(_) => Some(rows.fill_body(operation).await),
        None => (!matches!(operation.method.as_str(), "GET" | "DELETE")).then(|| json!({})),
    };
    (path, body)
}

/// Sends as this person: with a session where it is about his own account, else with a token.
async fn send(app: &TestApp, person: &Person, operation: &Operation, rows: &mut Rows<'_>) -> Answer {
    let (path, body) = request(operation, rows).await;
    if is_of_account(operation) {
        return app.open_session(person.id).await.send(&operation.method, &path, body).await;
    }
    app.with_token(&person.token).send(&operation.method, &path, body).await
}

/// Keeps what was answered otherwise than the table says.
fn judge(operation: &Operation, who: &str, wanted: &[u16], answer: &Answer, wrong: &mut Vec<String>) {
    let status = answer.status.as_u16();
    if !wanted.contains(&status) {
        let names: Vec<&str> = operation.actions.iter().map(|action| action.name()).collect();
        let body = String::from_utf8_lossy(&answer.bytes);
        wrong.push(format!("{} as {who}: {wanted:?} by {names:?}, {status} found: {body:.200}", operation.id));
    }
}

/// The rows that callers are tried with: new ones for each change; for all reads the same, which they leave as they are.
struct Sets<'a> {
    app: &'a TestApp,
    people: &'a People,
    are_callers: bool,
    by_caller: BTreeMap<&'static str, Rows<'a>>,
}

impl<'a> Sets<'a> {
    fn new(app: &'a TestApp, people: &'a People) -> Self {
        Self { app, people, are_callers: false, by_caller: BTreeMap::new() }
    }

    fn written_by_caller(mut self) -> Self {
        self.are_callers = true;
        self
    }

    async fn rows(&mut self, operation: &Operation, caller: &'a Person) -> &mut Rows<'a> {
        if operation.method != "GET" {
            self.by_caller.clear();
        }
        if !self.by_caller.contains_key(caller.name) {
            let rows = Rows::of(self.app, self.people, caller).await;
            self.by_caller.insert(caller.name, if self.are_callers { rows.written_by_caller() } else { rows });
        }
        self.by_caller.get_mut(caller.name).unwrap()
    }
}

#[tokio::test]
async fn every_read_of_a_project_answers_every_caller_as_the_table_says() {
    every_operation_answers_every_caller_as_the_table_says(true, true).await;
}

#[tokio::test]
async fn every_change_of_a_project_answers_every_caller_as_the_table_says() {
    every_operation_answers_every_caller_as_the_table_says(true, false).await;
}

#[tokio::test]
async fn every_read_outside_of_projects_answers_every_caller_as_the_table_says() {
    every_operation_answers_every_caller_as_the_table_says(false, true).await;
}

#[tokio::test]
async fn every_change_outside_of_projects_answers_every_caller_as_the_table_says() {
    every_operation_answers_every_caller_as_the_table_says(false, false).await;
}

/// Of the operations those that are in a project or not, and that read or not: it takes long, and parts of it side by side do not.
async fn every_operation_answers_every_caller_as_the_table_says(in_project: bool, reads: bool) {
    let app = TestApp::new().await.with_open_outbox();
    let people = People::new(&app).await;
    let mut sets = Sets::new(&app, &people);
    let (mut wrong, mut tried) = (Vec::new(), 0);
    let is_of_part = |operation: &&Operation| {
        operation.path.contains("{project_id}") == in_project && (operation.method == "GET") == reads && !operation.actions.is_empty()
    };
    for operation in operations().iter().filter(is_of_part) {
        let (path, body) = request(operation, sets.rows(operation, people.named("alice")).await).await;
        let answer = app.nobody().send(&operation.method, &path, body).await;
        judge(operation, "nobody", &[401], &answer, &mut wrong);
        for person in &people.callers {
            let may = operation.actions.iter().all(|action| is_allowed(person, *action));
            if operation.asks_for_password() {
                app.set_password_of(person.id, PASSWORD).await;
            }
            let answer = send(&app, person, operation, sets.rows(operation, person).await).await;
            let wanted = if may { operation.good.clone() } else { refused(operation, person) };
            judge(operation, person.name, &wanted, &answer, &mut wrong);
            tried += 1;
        }
    }
    println!("{tried} calls");
    assert!(tried > 0, "there are such operations");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn who_made_a_row_may_do_with_it_what_the_table_says_of_creators() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let (mut wrong, mut tried) = (Vec::new(), 0);
    let is_of_creators = |action: &Action| matches!(action.rule().also, Also::Creator | Also::OnlyCreator);
    for operation in operations().iter().filter(|operation| operation.actions.iter().any(is_of_creators)) {
        let bob = people.named("bob");
        let mut own = Rows::written_by(&app, &people, bob, operation).await;
        judge(operation, "its creator", &operation.good, &send(&app, bob, operation, &mut own).await, &mut wrong);
        tried += 1;
    }
    assert!(tried > 0, "no operation is open to creators");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_nothing_else() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let mut sets = Sets::new(&app, &people).written_by_caller();
    let mut wrong = Vec::new();
    for operation in operations().iter().filter(|operation| !operation.actions.is_empty() && !is_of_account(operation)) {
        let is_of_instance = operation.actions.iter().any(|action| action.rule().level == Level::Instance);
        let caller = people.named(if is_of_instance { INSTANCE_ADMIN } else { "alice" });
        let mut needed: Vec<&str> = operation.actions.iter().map(|action| action.rule().token_scope).collect();
        // What is taken back there is the making of a sticky.
        needed.extend((operation.id == "undo").then_some("stickies:write"));
        let covers = |scope: &str| needed.iter().any(|needed| scope == *needed || scope == needed.replace(":read", ":write"));
        let others: Vec<&str> = token_scopes().into_iter().filter(|scope| !covers(scope)).collect();
        let tokens = app.with_token(&caller.token);
        for (who, scopes, wanted) in [("its scope", &needed, operation.good.as_slice()), ("all other scopes", &others, &[403])] {
            let body = json!({"label": who, "scopes": scopes});
            let token = tokens.post("/api/v1/users/me/tokens/", body).await.expect(201);
            let (path, body) = request(operation, sets.rows(operation, caller).await).await;
            let answer = app.with_token(token["token"].as_str().unwrap()).send(&operation.method, &path, body).await;
            judge(operation, who, wanted, &answer, &mut wrong);
            // An account has no more than a hundred at a time.
            tokens.delete(&format!("/api/v1/users/me/tokens/{}/", token["id"].as_str().unwrap())).await.expect(204);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_action_of_the_table_is_used() {
    let used: Vec<Action> = operations().into_iter().flat_map(|operation| operation.actions).collect();
    let unused: Vec<&str> = Action::ALL.iter().filter(|action| !used.contains(action)).map(|action| action.name()).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
