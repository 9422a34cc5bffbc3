//! Webhooks.

mod advisories;
mod bodies;
mod deliveries;
mod endings;
mod outage;
mod readers;
mod receiver;
mod recorded;

use aileron_db::{Order, schema};
use aileron_kernel::Action;
use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::results;

const HOOKS: &str = "/api/v1/workspaces/acme/webhooks/";
/// Where the receiver of the tests is, and what its name resolves to.
const PUBLIC: &str = "93.184.216.34";

fn one(id: &str) -> String {
    format!("{HOOKS}{id}/")
}

fn hook_server(app: &TestApp) {
    app.internet.name("hooks.test", &[PUBLIC]);
    app.internet.page(&format!("{PUBLIC}:443"), "");
    app.internet.page(&format!("{PUBLIC}:80"), "thanks");
}

/// A webhook of acme at a server that takes everything: its address, and its secret.
async fn hook(app: &TestApp) -> (String, String) {
    hook_server(app);
    let made = app.as_user("alice").post(HOOKS, json!({"url": "http://hooks.test/in?key=hidden", "issue": true})).await.expect(201);
    (one(made["id"].as_str().unwrap()), made["secret_key"].as_str().unwrap().to_owned())
}

/// A webhook of acme at the same receiver, under another address, as this body has it.
async fn hook_with(app: &TestApp, path: &str, mut body: Value) -> String {
    hook_server(app);
    body["url"] = json!(format!("http://hooks.test/{path}"));
    one(&app.as_user("alice").post(HOOKS, body).await.id())
}

/// What a receiver was sent: the path, the headers and the body.
#[derive(Clone, Debug)]
struct Sent {
    path: String,
    headers: Vec<(String, String)>,
    text: String,
    body: Value,
}

impl Sent {
    fn of(request: &str) -> Self {
        let (head, text) = request.split_once("\r\n\r\n").unwrap();
        let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        Self { path, headers, text: text.to_owned(), body: serde_json::from_str(text).unwrap() }
    }

    fn header(&self, name: &str) -> &str {
        &self.headers.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}")).1
    }

    /// What it is about: `issue updated name`.
    fn about(&self) -> String {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let said = [word(&self.body["event"]), word(&self.body["action"]), word(&self.body["activity"]["field"])];
        said.join(" ").trim_end().to_owned()
    }
}

/// Has the log followed and everything sent that is due: what the receivers were sent by it.
async fn told_now(app: &TestApp) -> Vec<Sent> {
    let before = app.internet.requests().len();
    app.run_consumers().await;
    app.run_jobs().await;
    app.internet.requests()[before..].iter().map(|request| Sent::of(request)).collect()
}

/// The same in few words.
async fn about_now(app: &TestApp) -> Vec<String> {
    told_now(app).await.iter().map(Sent::about).collect()
}

/// Sends a ping and answers what the log says of it.
async fn ping(app: &TestApp, hook: &str) -> Value {
    let alice = app.as_user("alice");
    let sent = alice.post(&format!("{hook}ping/"), json!({})).await.expect(202);
    assert_eq!((&sent["status"], &sent["event"], &sent["attempts"]), (&json!("waiting"), &json!("ping"), &json!(0)));
    app.run_jobs().await;
    alice.get(&format!("{hook}deliveries/{}/", sent["id"].as_str().unwrap())).await.expect(200)
}

/// What the log of the workspace says of webhooks: verbs and changes.
async fn told(app: &TestApp) -> Vec<(String, Value)> {
    let alice = app.principal("alice");
    let read = app.db.read(move |session| {
        use aileron_db::{ExprTrait as _, schema::EVENTS};
        let mut tx = session.workspace(&alice, "acme", Action::WorkspaceRead)?;
        let select = tx.from(EVENTS).filter(EVENTS.col("entity").eq("webhook")).expr(EVENTS.col("verb")).expr(EVENTS.col("changes"));
        tx.all(&select.order(EVENTS.col("seq"), Order::Asc))
    });
    read.await.unwrap()
}

#[tokio::test]
async fn webhooks_are_made_listed_changed_and_deleted() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let body =
        json!({"url": "https://hooks.test/a", "project": true, "issue": true, "events": ["cycle.archived"], "delivery_mode": "change"});
    let made = alice.post(HOOKS, body).await.expect(201);
    let flags = ["is_active", "project", "issue", "module", "cycle", "issue_comment", "is_internal"].map(|name| made[name].clone());
    assert_eq!(json!(flags), json!([true, true, true, false, false, false, false]));
    assert_eq!((&made["events"], &made["delivery_mode"], &made["version"]), (&json!(["cycle.archived"]), &json!("change"), &json!("v1")));
    let id = made["id"].as_str().unwrap();
    let secret = made["secret_key"].as_str().unwrap();
    assert!(secret.starts_with("plane_wh_") && made["signing_secret"].as_str().unwrap().starts_with("whsec_"));

    let read = alice.get(&one(id)).await.expect(200);
    assert!(read.get("secret_key").is_none() && read.get("signing_secret").is_none(), "{read}");
    assert_eq!(results(&alice.get(HOOKS).await.expect(200)), std::slice::from_ref(&read));
    app.clock.advance(1);
    let changed = alice.patch(&one(id), json!({"is_active": false, "cycle": true, "events": []})).await.expect(200);
    assert_eq!((&changed["is_active"], &changed["cycle"], &changed["events"]), (&json!(false), &json!(true), &json!([])));
    assert_eq!((&changed["issue"], &changed["updated_by"]), (&json!(true), &json!(app.user("alice"))));
    let again = alice.patch(&one(id), json!({"is_active": false})).await.expect(200);
    assert_eq!(again, changed, "nothing changes, nothing is told");
    alice.delete(&one(id)).await.expect(204);
    alice.get(&one(id)).await.expect(404);
    alice.patch(&one(id), json!({})).await.expect(404);
    let verbs: Vec<String> = told(&app).await.into_iter().map(|(verb, _)| verb).collect();
    assert_eq!(verbs, ["created", "updated", "deleted"]);
    alice.post(HOOKS, json!({"url": "https://hooks.test/a"})).await.expect(201);
}

#[tokio::test]
async fn a_secret_is_shown_once_sealed_at_rest_and_in_no_event() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let headers = [("idempotency-key", "once".to_owned()), ("content-type", "application/json".to_owned())];
    let body = json!({"url": "https://hooks.test/hidden-in-the-path?key=hidden"}).to_string().into_bytes();
    let made = alice.raw("POST", HOOKS, &headers, body.clone()).await.expect(201);
    let repeated = alice.raw("POST", HOOKS, &headers, body).await.expect(201);
    assert_eq!(repeated["id"], made["id"]);
    assert!(repeated.get("secret_key").is_none() && repeated.get("signing_secret").is_none());
    let (path, secret) = (one(made["id"].as_str().unwrap()), made["secret_key"].as_str().unwrap().to_owned());
    let rotated = alice.post(&format!("{path}rotate-secret/"), json!({})).await.expect(200);
    let newer = rotated["secret_key"].as_str().unwrap().to_owned();
    assert!(newer != secret && rotated["previous_secret_until"].is_string());
    let principal = app.principal("alice");
    let stored = app.db.read(move |session| {
        let mut tx = session.workspace(&principal, "acme", Action::WorkspaceRead)?;
        let select = tx.from(schema::WEBHOOKS).expr(schema::WEBHOOKS.col("secret")).expr(schema::WEBHOOKS.col("previous_secret"));
        tx.one::<(String, Option<String>)>(&select)
    });
    let (sealed, previous) = stored.await.unwrap();
    for text in [sealed, previous.unwrap()] {
        assert!(text.starts_with("v1.") && !text.contains(&secret) && !text.contains(&newer), "{text}");
    }
    let log = told(&app).await;
    assert_eq!(log.iter().map(|(verb, _)| verb.as_str()).collect::<Vec<_>>(), ["created", "secret_rotated"]);
    assert_eq!(log[0].1, json!([{"field": "url", "new": "https://hooks.test"}]));
    let whole = json!(log).to_string();
    assert!(!whole.contains("hidden") && !whole.contains("plane_wh_") && !whole.contains("v1."), "{whole}");
    alice.post(&format!("{path}rotate-secret/"), json!({"overlap_hours": 169})).await.expect(400);
    let at_once = alice.post(&format!("{path}rotate-secret/"), json!({"overlap_hours": 0})).await.expect(200);
    assert_eq!(at_once["previous_secret_until"], Value::Null);
}

#[tokio::test]
async fn an_address_is_there_once() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let first = alice.post(HOOKS, json!({"url": "https://hooks.test/a"})).await.id();
    let taken = json!({"error": "URL already exists for the workspace", "id": first});
    for same in ["https://hooks.test/a", "HTTPS://Hooks.TEST:443/a", "https://hooks.test/b/../a"] {
        assert_eq!(alice.post(HOOKS, json!({"url": same})).await.expect(409), taken, "{same}");
    }
    let second = alice.post(HOOKS, json!({"url": "https://hooks.test/b"})).await.id();
    assert_eq!(alice.patch(&one(&second), json!({"url": "https://hooks.test/a"})).await.expect(409), taken);
    alice.patch(&one(&first), json!({"url": "https://HOOKS.test/a"})).await.expect(200);
    app.as_user("olga").post("/api/v1/workspaces/globex/webhooks/", json!({"url": "https://hooks.test/a"})).await.expect(201);
}

#[tokio::test]
async fn a_workspace_has_a_hundred_at_most() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    for number in 0..100 {
        alice.post(HOOKS, json!({"url": format!("https://hooks.test/{number}")})).await.expect(201);
    }
    let refused = alice.post(HOOKS, json!({"url": "https://hooks.test/more"})).await.expect(400);
    assert!(refused["error"].as_str().unwrap().contains("100"), "{refused}");
}

/// What a caller gets who is no admin.
#[tokio::test]
async fn they_are_for_admins_alone() {
    let app = TestApp::new().await;
    let (hook, _) = hook(&app).await;
    ping(&app, &hook).await;
    let refused = async |caller: Caller<'_>| {
        caller.get(HOOKS).await.expect(403);
        caller.get(&hook).await.expect(403);
        caller.get(&format!("{hook}deliveries/")).await.expect(403);
        caller.post(HOOKS, json!({"url": "http://10.0.0.1/"})).await.expect(403);
        caller.post(&format!("{hook}ping/"), json!({})).await.expect(403);
    };
    for name in ["bob", "gina", "olga"] {
        refused(app.as_user(name)).await;
    }
}
