//! The first start.

use aileron_db::{ExprTrait as _, Unscoped, schema::INSTANCE_EVENTS, schema::USERS};
use aileron_identity::accounts::{self, NewAccount};
use aileron_kernel::Uuid;
use aileron_testkit::{Browser, TestApp};
use serde_json::{Value, json};

const SETUP: &str = "/api/v1/auth/setup/";

fn body(code: &str) -> Value {
    json!({
        "code": code,
        "email": "ada@example.test",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "password": "plum tractor overcast nine",
        "workspace_name": "Engines",
        "workspace_slug": "engines",
    })
}

fn code(app: &TestApp) -> String {
    aileron_identity::setup::code(&app.context().sealer)
}

#[tokio::test]
async fn the_code_of_the_console_makes_the_first_account_once() {
    let app = TestApp::empty();
    let code = code(&app);
    assert_eq!(app.nobody().get(SETUP).await.expect(200), json!({"is_needed": true}));
    app.nobody().post(SETUP, body("AAAAA-AAAAA-AAAAA-AAAAA")).await.expect(403);
    let answer = app.nobody().post(SETUP, body(&code.to_lowercase())).await;
    let browser = Browser::of(&app, &answer);
    let user = &answer.json()["user"];
    assert_eq!((&user["display_name"], &user["is_instance_admin"]), (&json!("ada"), &json!(true)));
    let verified = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let select = tx.from(USERS).filter(USERS.col("email_verified_at").is_not_null()).expr(USERS.col("email"));
        tx.all::<(String,)>(&select)
    });
    assert_eq!(verified.await.unwrap(), [("ada@example.test".to_owned(),)], "who reads the console vouches for the address");
    browser.get("/api/v1/workspaces/engines/projects/").await.expect(200);
    assert_eq!(app.nobody().get(SETUP).await.expect(200), json!({"is_needed": false}));
    assert_eq!(app.nobody().post(SETUP, body(&code)).await.expect(409)["code"], "SET_UP");
    let again = json!({"email": "ada@example.test", "password": "plum tractor overcast nine"});
    app.nobody().post("/api/v1/auth/sign-in/", again).await.expect(200);
}

#[tokio::test]
async fn nothing_is_made_of_bad_input() {
    let app = TestApp::empty();
    let code = code(&app);
    let bad = [
        ("email", json!("no address")),
        ("password", json!("short")),
        ("password", json!("lovelace")),
        ("first_name", json!("")),
        ("workspace_slug", json!("api")),
        ("workspace_slug", json!("a b")),
        ("workspace_name", json!("x".repeat(81))),
        ("demo", json!("perhaps")),
    ];
    for (field, value) in bad {
        let mut body = body(&code);
        body[field] = value;
        assert!(app.nobody().post(SETUP, body).await.expect(400)[field].is_array(), "{field}");
    }
    assert_eq!(app.nobody().get(SETUP).await.expect(200), json!({"is_needed": true}));
    app.nobody().post(SETUP, body(&code)).await.expect(200);
}

#[tokio::test]
async fn example_data_is_made_for_who_wants_it() {
    let app = TestApp::empty();
    let mut wanted = body(&code(&app));
    wanted["demo"] = json!(true);
    wanted["workspace_slug"] = json!("demo");
    assert!(app.nobody().post(SETUP, wanted.clone()).await.expect(400)["workspace_slug"].is_array());
    wanted["workspace_slug"] = json!("engines");
    let browser = Browser::of(&app, &app.nobody().post(SETUP, wanted).await);
    let projects = browser.get("/api/v1/workspaces/demo/projects/").await.expect(200)["results"].as_array().unwrap().clone();
    assert_eq!(projects.len(), 3);
    let one = format!("/api/v1/workspaces/demo/projects/{}/work-items/", projects[0]["id"].as_str().unwrap());
    assert!(browser.get(&one).await.expect(200)["total_count"].as_i64().unwrap() > 100);
    assert_eq!(browser.get("/api/v1/workspaces/engines/projects/").await.expect(200)["total_count"], 0);
}

#[tokio::test]
async fn guesses_at_the_code_are_limited() {
    let app = TestApp::empty();
    let code = code(&app);
    for _ in 0..10 {
        app.nobody().post(SETUP, body("wrong")).await.expect(403);
    }
    app.nobody().post(SETUP, body(&code)).await.expect(429);
    app.clock.advance(16 * 60);
    app.nobody().post(SETUP, body(&code)).await.expect(200);
}

#[tokio::test]
async fn a_server_with_people_is_set_up() {
    let app = TestApp::new().await;
    let code = code(&app);
    assert_eq!(app.nobody().get(SETUP).await.expect(200), json!({"is_needed": false}));
    app.nobody().post(SETUP, body(&code)).await.expect(409);
}

/// Two at once: one of them makes the account, the other finds it made.
#[tokio::test]
async fn of_two_who_set_up_at_once_one_does() {
    let app = TestApp::empty();
    let code = code(&app);
    let mut other = body(&code);
    other["email"] = json!("eve@example.test");
    let (ours, theirs) = (app.nobody(), app.nobody());
    let (ours, theirs) = tokio::join!(ours.post(SETUP, body(&code)), theirs.post(SETUP, other));
    let mut statuses = [ours.status.as_u16(), theirs.status.as_u16()];
    statuses.sort_unstable();
    // The later one may also find that the code is of no more use.
    assert!(statuses == [200, 409] || statuses == [200, 403], "{statuses:?}");
}

async fn make(app: &TestApp, kind: &'static str, email: &'static str) -> aileron_db::Result<Uuid> {
    let made = app.db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
        let (first_name, last_name) = ("Ada".to_owned(), "of Jira".to_owned());
        let (email, display_name) = (Some(email.to_owned()), String::new());
        let new = NewAccount { kind, email, first_name, last_name, display_name, password_hash: None, is_instance_admin: false };
        accounts::create(&mut tx, &accounts::operator("test"), new)
    });
    made.await
}

/// Whom an import knows by his address gets that row when he comes himself: what refers to it is his.
#[tokio::test]
async fn a_placeholder_becomes_the_account_of_its_person() {
    let app = TestApp::empty();
    let code = code(&app);
    let ada = make(&app, "placeholder", "Ada@Example.test").await.unwrap();
    let grace = make(&app, "placeholder", "grace@example.test").await.unwrap();
    make(&app, "placeholder", "ada@example.test").await.unwrap_err();
    let answer = app.nobody().post(SETUP, body(&code)).await;
    let user = &answer.expect(200)["user"];
    let expected = json!([ada, "ada@example.test", "Lovelace", "ada", true]);
    assert_eq!(json!([user["id"], user["email"], user["last_name"], user["display_name"], user["is_instance_admin"]]), expected);
    Browser::of(&app, &answer).get("/api/v1/workspaces/engines/projects/").await.expect(200);
    assert_eq!(make(&app, "human", "GRACE@example.test").await.unwrap(), grace);
    for taken in ["ada@example.test", "grace@example.test"] {
        assert!(matches!(make(&app, "human", taken).await, Err(aileron_db::Error::Refused(_))), "{taken}");
        make(&app, "placeholder", taken).await.unwrap_err();
    }
    let claimed = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let select = tx.from(INSTANCE_EVENTS).filter(INSTANCE_EVENTS.col("verb").eq("claimed"));
        tx.all::<(Uuid,)>(&select.expr(INSTANCE_EVENTS.col("entity_id")))
    });
    assert_eq!(claimed.await.unwrap(), [(ada,), (grace,)]);
}
