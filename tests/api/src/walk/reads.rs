//! What every operation that reads tells to whom: nothing about people to nobody, no addresses to guests, no secrets to anybody, and
//! nothing about what is there to strangers.

use aileron_testkit::{Answer, Caller, TestApp};
use serde_json::Value;

use super::{Operation, People, Rows, operations};

/// Names of fields that no answer has, whoever asks.
const SECRETS: &[&str] = &["password", "password_hash", "token_hash", "secret", "email_key", "session_token", "blob_id"];

/// Paths through rows, as they were once followed elsewhere.
const PATHS: [&str; 8] = [
    "created_by__password",
    "-created_by__password_hash",
    "created_by__email",
    "assignees__password_hash",
    "project__workspace__owner__password",
    "workspace__owner__api_tokens__token_hash",
    "password_hash",
    "created_by.password_hash",
];

/// Calls `visit` with each value that stands under a name, however deep.
fn named<'a>(value: &'a Value, visit: &mut impl FnMut(&'a str, &'a Value)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                visit(name, value);
                named(value, visit);
            }
        }
        Value::Array(rows) => rows.iter().for_each(|row| named(row, visit)),
        _ => {}
    }
}

/// The operations that read, about rows that are there.
struct Reads<'a> {
    app: &'a TestApp,
    rows: Rows<'a>,
}

impl Reads<'_> {
    async fn each(&mut self, caller: &Caller<'_>, query: &str, mut judge: impl FnMut(&Operation, &str, &Answer)) {
        for operation in operations().iter().filter(|operation| operation.method == "GET" && !operation.actions.is_empty()) {
            let path = self.rows.fill(&operation.path).await;
            let required = operation.required.iter().map(|(name, value)| format!("{name}={value}"));
            let query: Vec<String> = required.chain([query.to_owned()]).collect();
            let path = format!("{path}?{}", query.join("&"));
            let answer = caller.get(&path).await;
            judge(operation, &path, &answer);
        }
    }
}

async fn reads<'a>(app: &'a TestApp, people: &'a People, name: &str) -> Reads<'a> {
    Reads { app, rows: Rows::of(app, people, people.named(name)).await }
}

#[tokio::test]
async fn cve_2026_30244_nobody_learns_of_people() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let mut reads = reads(&app, &people, "alice").await;
    let (nobody, mut wrong) = (reads.app.nobody(), Vec::new());
    reads
        .each(&nobody, "", |_, path, answer| {
            let said = String::from_utf8_lossy(&answer.bytes);
            if answer.status != 401 || ["@", "alice", "Example"].iter().any(|word| said.contains(word)) {
                wrong.push(format!("{path}: {} {said:.200}", answer.status));
            }
        })
        .await;
    // What needs no account tells nothing either.
    for operation in operations().iter().filter(|operation| operation.method == "GET" && operation.actions.is_empty()) {
        let path = reads.rows.fill(&operation.path).await;
        let said = String::from_utf8_lossy(&app.nobody().get(&path).await.bytes).into_owned();
        if said.contains('@') || said.contains("alice") {
            wrong.push(format!("{path}: {said:.200}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn cve_2025_69284_no_answer_gives_a_guest_an_address_of_others() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let mut reads = reads(&app, &people, "gina").await;
    let (gina, mut wrong, mut good) = (app.as_user("gina"), Vec::new(), 0);
    for query in
        ["", "expand=created_by,updated_by,owned_by,owner,assignees,actor,member,members,workspace,project,project_lead,default_assignee"]
    {
        reads
            .each(&gina, query, |_, path, answer| {
                good += usize::from(answer.status.is_success());
                let Ok(said) = serde_json::from_slice::<Value>(&answer.bytes) else { return };
                named(&said, &mut |name, value| {
                    if value.as_str().is_some_and(|text| text.contains('@') && text != "gina@acme.test") {
                        wrong.push(format!("{path}: {name} is {value}"));
                    }
                });
            })
            .await;
    }
    assert!(good > 20, "a guest reads {good} things only");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn cve_2026_40102_no_parameter_reads_what_is_not_shown() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let mut reads = reads(&app, &people, "alice").await;
    let (alice, mut wrong) = (app.as_user("alice"), Vec::new());
    let mut sorted = 0;
    for path in PATHS {
        reads
            .each(&alice, &format!("order_by={path}"), |operation, path, answer| {
                let takes_order = operation.query.iter().any(|name| name == "order_by");
                sorted += usize::from(takes_order);
                if takes_order && answer.status != 400 {
                    wrong.push(format!("{path}: {}", answer.status));
                }
            })
            .await;
        for parameter in ["expand", "fields", "group_by", "segment"] {
            reads
                .each(&alice, &format!("{parameter}={path},created_by,owner,workspace,members,member,user,actor"), |_, path, answer| {
                    let Ok(said) = serde_json::from_slice::<Value>(&answer.bytes) else { return };
                    named(&said, &mut |name, _| {
                        if SECRETS.contains(&name) {
                            wrong.push(format!("{path} shows {name}"));
                        }
                    });
                })
                .await;
        }
    }
    assert!(sorted > PATHS.len(), "no list takes an order");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One caller in turn asks for what is there and for what is not: the answers are the same bytes.
#[tokio::test]
async fn cve_2026_104968_a_stranger_cannot_tell_what_is_there() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let mut reads = reads(&app, &people, "alice").await;
    let (olga, mut wrong, mut tried) = (app.as_user("olga"), Vec::new(), 0);
    for operation in operations().iter().filter(|operation| operation.method == "GET" && operation.path.contains("{slug}")) {
        let mut path = reads.rows.fill(&operation.path).await;
        if let Some((name, value)) = operation.required.first() {
            path = format!("{path}?{name}={value}");
        }
        let there = olga.get(&path).await;
        let not_there = olga.get(&path.replace("/acme/", "/no-such-place/")).await;
        tried += 1;
        if there.status != 403 || (there.status, &there.bytes) != (not_there.status, &not_there.bytes) {
            wrong.push(format!("{path}: {} and {}", there.status, not_there.status));
        }
    }
    assert!(tried > 30, "only {tried} operations");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An old address is no second surface with other rules.
#[test]
fn cve_2026_104975_an_old_address_asks_for_the_same_right() {
    let all = operations();
    let mut pairs = 0;
    for old in &all {
        let Some(name) = ["_by_old_address", "_from_server"].iter().find_map(|end| old.id.strip_suffix(end)) else { continue };
        let new = all.iter().find(|operation| operation.id == name).unwrap_or_else(|| panic!("{} has no pair", old.id));
        assert_eq!(old.actions, new.actions, "{}", old.id);
        pairs += 1;
    }
    assert!(pairs > 20, "only {pairs} pairs");
}
