//! An invited person without an account makes one with the link of the invitation.

use aileron_db::{ExprTrait as _, Unscoped, schema::USERS};
use aileron_identity::accounts::{self, NewAccount};
use aileron_kernel::{Action, Uuid};
use aileron_testkit::{Browser, TestApp};
use aileron_tracker::members::import;
use serde_json::{Value, json};

const INVITATIONS: &str = "/api/v1/workspaces/acme/invitations/";
const ACCEPT: &str = "/api/v1/invitations/accept/";
const JOIN: &str = "/api/v1/auth/join/";
const PASSWORD: &str = "plum tractor overcast nine";

/// An invitation by the admin `by` into `workspace`, and the token of its link.
async fn invite(app: &TestApp, (by, workspace): (&str, &str), email: &str) -> (String, String) {
    let path = INVITATIONS.replace("acme", workspace);
    let one = format!("{path}{}/", app.as_user(by).post(&path, json!({"email": email, "role": 15})).await.id());
    let made = app.as_user(by).post(&format!("{one}link/"), json!({})).await.expect(201);
    (one, made["token"].as_str().unwrap().to_owned())
}

async fn invite_nina(app: &TestApp) -> (String, String) {
    invite(app, ("alice", "acme"), "Nina@New.test").await
}

fn body(token: &str) -> Value {
    json!({"token": token, "first_name": "Nina", "last_name": "Simone", "password": PASSWORD})
}

/// The accounts with nina's address: whether it is verified.
async fn accounts(app: &TestApp) -> Vec<bool> {
    let read = app.db.read(|session| {
        let tx = &mut session.unscoped(Unscoped::Instance)?;
        let select = tx.from(USERS).filter(USERS.col("email_key").eq("nina@new.test")).expr(USERS.col("email_verified_at"));
        tx.all::<(Option<i64>,)>(&select)
    });
    read.await.unwrap().into_iter().map(|row| row.0.is_some()).collect()
}

#[tokio::test]
async fn who_has_the_link_makes_an_account_and_is_in() {
    let app = TestApp::new().await;
    let (invitation, token) = invite_nina(&app).await;
    let answer = app.nobody().post(JOIN, body(&token)).await;
    let user = answer.expect(200)["user"].clone();
    let shown = json!([user["email"], user["first_name"], user["last_name"], user["display_name"], user["is_instance_admin"]]);
    assert_eq!(shown, json!(["Nina@New.test", "Nina", "Simone", "nina", false]));
    let browser = Browser::of(&app, &answer);
    browser.get("/api/v1/workspaces/acme/projects/").await.expect(200);
    let members = app.as_user("alice").get("/api/v1/workspaces/acme/members/").await.expect(200);
    assert_eq!(members.as_array().unwrap().iter().find(|member| member["id"] == user["id"]).unwrap()["role"], 15);
    let used = app.as_user("alice").get(&invitation).await.expect(200);
    assert!(used["accepted"] == true && used["responded_at"].is_string());
    assert_eq!(accounts(&app).await, [false], "the link proves nothing of the mailbox");
    // Who opens the link again is where he was.
    assert_eq!(browser.send("POST", ACCEPT, Some(json!({"token": token}))).await.expect(200)["slug"], "acme");
    app.nobody().post("/api/v1/auth/sign-in/", json!({"email": "nina@new.test", "password": PASSWORD})).await.expect(200);
}

#[tokio::test]
async fn every_token_that_is_not_good_has_the_same_answer_and_makes_nothing() {
    let app = TestApp::new().await;
    let (first, replaced) = invite_nina(&app).await;
    let made = app.as_user("alice").post(&format!("{first}link/"), json!({})).await.expect(201);
    let good = made["token"].as_str().unwrap();
    let (_, used) = invite(&app, ("alice", "acme"), "otto@new.test").await;
    app.nobody().post(JOIN, body(&used)).await.expect(200);
    let mut answers = Vec::new();
    for token in [replaced.as_str(), &used, "", "a\u{0}b", &good[..good.len() - 1], &format!("{good} ")] {
        answers.push(app.nobody().post(JOIN, body(token)).await);
    }
    for body in [json!({}), json!({"token": [good]}), json!([])] {
        answers.push(app.nobody().post(JOIN, body).await);
    }
    app.clock.advance(7 * 24 * 3600);
    answers.push(app.nobody().post(JOIN, body(good)).await);
    let renewed = app.as_user("alice").post(&format!("{first}link/"), json!({})).await.expect(201);
    app.as_user("alice").delete(&first).await.expect(204);
    answers.push(app.nobody().post(JOIN, body(renewed["token"].as_str().unwrap())).await);
    for answer in &answers {
        assert_eq!((answer.status, &answer.bytes), (answers[0].status, &answers[0].bytes));
    }
    assert_eq!(answers[0].expect(404), json!({"error": "This invitation is not valid.", "code": "INVITATION_INVALID"}));
    assert!(accounts(&app).await.is_empty());
}

#[tokio::test]
async fn wrong_tokens_are_limited_and_right_ones_do_not_count() {
    let app = TestApp::new().await;
    let (_, token) = invite_nina(&app).await;
    let mut weak = body(&token);
    weak["password"] = json!("short");
    for _ in 0..11 {
        app.nobody().post(JOIN, weak.clone()).await.expect(400);
    }
    for _ in 0..10 {
        app.nobody().post(JOIN, body("inv_wrong")).await.expect(404);
    }
    app.nobody().post(JOIN, body(&token)).await.expect(429);
    app.clock.advance(16 * 60);
    app.nobody().post(JOIN, body(&token)).await.expect(200);
}

#[tokio::test]
async fn bad_input_is_named_and_leaves_the_invitation_open() {
    let app = TestApp::new().await;
    let (invitation, token) = invite_nina(&app).await;
    let bad = [
        ("password", json!("short")),
        ("password", json!("nina@new.test")),
        ("password", json!(null)),
        ("first_name", json!("")),
        ("last_name", json!("x".repeat(256))),
        ("display_name", json!(["x"])),
    ];
    for (field, value) in bad {
        let mut body = body(&token);
        body[field] = value;
        assert!(app.nobody().post(JOIN, body).await.expect(400)[field].is_array(), "{field}");
    }
    assert!(accounts(&app).await.is_empty());
    assert_eq!(app.as_user("alice").get(&invitation).await.expect(200)["accepted"], false);
    app.nobody().post(JOIN, body(&token)).await.expect(200);
}

#[tokio::test]
async fn who_has_an_account_signs_in_instead() {
    let app = TestApp::new().await;
    let (invitation, token) = invite_nina(&app).await;
    app.make_user("nina", "new").await;
    assert_eq!(app.nobody().post(JOIN, body("inv_wrong")).await.expect(404)["code"], "INVITATION_INVALID");
    assert_eq!(app.nobody().post(JOIN, body(&token)).await.expect(409)["code"], "ACCOUNT_EXISTS");
    assert_eq!(app.as_user("alice").get(&invitation).await.expect(200)["accepted"], false);
}

#[tokio::test]
async fn of_two_with_one_link_one_joins() {
    let app = TestApp::new().await;
    let (_, token) = invite_nina(&app).await;
    let (ours, theirs) = (app.nobody(), app.nobody());
    let (ours, theirs) = tokio::join!(ours.post(JOIN, body(&token)), theirs.post(JOIN, body(&token)));
    let mut statuses = [ours.status.as_u16(), theirs.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    assert_eq!(accounts(&app).await, [false]);
}

/// Whoever invited the address may have made the account himself: what others offer to it is not his.
#[tokio::test]
async fn the_account_accepts_no_other_invitation_of_its_address() {
    let app = TestApp::new().await;
    let (_, token) = invite_nina(&app).await;
    let (_, other) = invite(&app, ("olga", "globex"), "nina@new.test").await;
    let browser = Browser::of(&app, &app.nobody().post(JOIN, body(&token)).await);
    assert_eq!(browser.send("POST", ACCEPT, Some(json!({"token": other}))).await.expect(404)["code"], "INVITATION_INVALID");
    browser.get("/api/v1/workspaces/globex/projects/").await.expect(403);
    app.nobody().post(JOIN, body(&other)).await.expect(409);
}

/// What an import into these workspaces leaves of Nina.
pub(crate) async fn import_nina(app: &TestApp, workspaces: &'static [(&'static str, &'static str)]) -> Uuid {
    let made = app.db.write(|session| {
        let new = NewAccount {
            kind: "placeholder",
            email: Some("nina@new.test".to_owned()),
            first_name: "N.".to_owned(),
            last_name: String::new(),
            display_name: "N. of Jira".to_owned(),
            password_hash: None,
            is_instance_admin: false,
        };
        accounts::create(&mut session.unscoped_to_write(Unscoped::Operator)?, &accounts::operator("test"), new)
    });
    let nina = made.await.unwrap();
    for (owner, slug) in workspaces {
        let principal = app.principal(owner);
        let put = app.db.write(move |session| {
            let mut tx = session.workspace_to_write(&principal, slug, Action::WorkspaceUpdate)?;
            import::add_inactive(&mut tx, &[(nina, "N. of Jira".to_owned())])
        });
        put.await.unwrap();
    }
    nina
}

#[tokio::test]
async fn a_placeholder_of_an_import_becomes_the_account() {
    let app = TestApp::new().await;
    let placeholder = import_nina(&app, &[("alice", "acme")]).await;
    let (_, token) = invite_nina(&app).await;
    let answer = app.nobody().post(JOIN, body(&token)).await;
    let user = answer.expect(200)["user"].clone();
    assert_eq!(json!([user["id"], user["display_name"]]), json!([placeholder, "nina"]));
    assert_eq!(accounts(&app).await, [false]);
    Browser::of(&app, &answer).get("/api/v1/workspaces/acme/projects/").await.expect(200);
}

/// Anybody makes a workspace and invites any address to it: that must not open what others imported.
#[tokio::test]
async fn a_placeholder_that_others_have_is_not_given_away_by_an_invitation() {
    for places in [&[("olga", "globex")][..], &[("alice", "acme"), ("olga", "globex")]] {
        let app = TestApp::new().await;
        import_nina(&app, places).await;
        let (_, token) = invite_nina(&app).await;
        assert_eq!(app.nobody().post(JOIN, body(&token)).await.expect(409)["code"], "ACCOUNT_EXISTS");
    }
}

/// The account of an address is its owner's, for whom the operator vouches: whoever made it with an invitation of his own is out.
#[tokio::test]
async fn the_operator_gives_an_address_to_its_owner() {
    let app = TestApp::new().await;
    let (_, token) = invite_nina(&app).await;
    let answer = app.nobody().post(JOIN, body(&token)).await;
    let id = answer.expect(200)["user"]["id"].clone();
    let squatter = Browser::of(&app, &answer);
    squatter.get("/api/v1/users/me/").await.expect(200);
    let vouch = async || {
        let made = app.db.write(|session| {
            let new = NewAccount {
                kind: "human",
                email: Some("NINA@new.test".to_owned()),
                first_name: "Nina".to_owned(),
                last_name: String::new(),
                display_name: String::new(),
                password_hash: None,
                is_instance_admin: false,
            };
            accounts::create_vouched(&mut session.unscoped_to_write(Unscoped::Operator)?, &accounts::operator("test"), new)
        });
        made.await
    };
    assert_eq!(json!(vouch().await.unwrap()), id);
    assert_ne!(squatter.get("/api/v1/users/me/").await.status.as_u16(), 200);
    assert_eq!(accounts(&app).await, [true]);
    assert!(vouch().await.is_err(), "it is its owner's now");
}
