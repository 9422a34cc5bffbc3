//! Forgotten passwords and other addresses.

use aileron_db::{ExprTrait as _, Unscoped, schema::JOBS};
use aileron_testkit::{Answer, Browser, TestApp};
use serde_json::{Value, json};

use super::{
    app, payloads,
    smtp::{BASE, Smtp},
};
use crate::stock::project;

const OLD: &str = "plum tractor overcast nine";
const NEW: &str = "seven copper lanterns drifting";
const EMAIL: &str = "/api/v1/users/me/email/";
const CONFIRM: &str = "/api/v1/users/me/email/confirm/";

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.nobody().post("/api/v1/auth/sign-in/", json!({"email": email, "password": password})).await
}

async fn forget(app: &TestApp, email: &str) -> Answer {
    app.nobody().post("/api/v1/auth/forgot-password/", json!({"email": email})).await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    app.nobody().post("/api/v1/auth/reset-password/", json!({"token": token, "password": password})).await
}

/// The token of the link that somebody is mailed who says that he forgot his password.
async fn token(app: &TestApp, smtp: &Smtp, email: &str) -> String {
    let before = smtp.taken().len();
    forget(app, email).await.expect(204);
    app.run_jobs().await;
    let mails = smtp.taken();
    assert_eq!(mails.len(), before + 1);
    mails[before].after(&format!("{BASE}/reset#"))
}

#[tokio::test]
async fn who_forgot_his_password_gives_himself_another_one_by_the_link_in_the_mail_once() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["alice"]).await;
    app.set_password("alice", OLD).await;
    let session = Browser::of(&app, &sign_in(&app, "alice@acme.test", OLD).await);
    let token = token(&app, &smtp, " ALICE@acme.test").await;
    let mail = smtp.one();
    assert_eq!((mail.to(), mail.subject()), ("alice@acme.test", "Choose another password"));
    assert!(token.starts_with("rst_") && mail.html().contains(&token));
    assert!(payloads(&app).await.iter().all(|payload| *payload == json!({})), "what is done is forgotten");
    // Asking alone changes nothing.
    session.get("/api/v1/users/me/").await.expect(200);
    for (password, field) in [("short", "password"), ("alice@acme.test", "password")] {
        assert!(reset(&app, &token, password).await.expect(400)[field].is_array());
    }
    reset(&app, &token, NEW).await.expect(204);
    session.get("/api/v1/users/me/").await.expect(401);
    sign_in(&app, "alice@acme.test", OLD).await.expect(401);
    sign_in(&app, "alice@acme.test", NEW).await.expect(200);
    app.as_user("alice").get("/api/v1/users/me/").await.expect(200);
    assert_eq!(reset(&app, &token, OLD).await.expect(404)["code"], "RESET_INVALID");
}

#[tokio::test]
async fn a_link_ends_after_half_an_hour_with_another_password_and_with_the_account() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["alice"]).await;
    let refused = reset(&app, "rst_nonsense", NEW).await;
    refused.expect(404);
    let same = async |token: &str| {
        let answer = reset(&app, token, NEW).await;
        assert_eq!((answer.status, answer.bytes), (refused.status, refused.bytes.clone()));
    };
    let first = token(&app, &smtp, "alice@acme.test").await;
    app.clock.advance(30 * 60 + 1);
    same(&first).await;
    let second = token(&app, &smtp, "alice@acme.test").await;
    let third = token(&app, &smtp, "alice@acme.test").await;
    reset(&app, &second, NEW).await.expect(204);
    same(&third).await;
    let fourth = token(&app, &smtp, "alice@acme.test").await;
    app.deactivate("alice").await;
    same(&fourth).await;
}

#[tokio::test]
async fn what_nobody_wants_any_more_is_not_sent() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["alice", "bob"]).await;
    app.set_password("alice", OLD).await;
    // Tells him that he is in the project.
    project(&app, "ENG").await;
    app.as_user("alice").post(EMAIL, json!({"email": "ada@acme.test", "password": OLD})).await.expect(204);
    app.deactivate("bob").await;
    app.clock.advance(11 * 60);
    assert!(app.run_jobs().await >= 2);
    let taken = smtp.taken();
    let wanted = |address: &str, word: &str| taken.iter().any(|mail| mail.to() == address && mail.subject().contains(word));
    assert!(!wanted("bob@acme.test", "ENG"), "he is locked out");
    assert!(!wanted("ada@acme.test", ""), "the code is not good any more");
}

#[tokio::test]
async fn who_is_not_known_is_answered_like_who_is() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["alice"]).await;
    app.deactivate("bob").await;
    let waiting = async || {
        let read = app.db.read(|session| {
            let mut tx = session.unscoped(Unscoped::Instance)?;
            let all = tx.from(JOBS).filter(JOBS.col("finished_at").is_null());
            tx.count(all)
        });
        read.await.unwrap()
    };
    let mut answers = Vec::new();
    for email in ["alice@acme.test", "nobody@acme.test", "bob@acme.test", "not an address"] {
        let (jobs, statements) = (waiting().await, app.db.statements());
        let answer = forget(&app, email).await;
        // One for counting the jobs afterwards.
        let cost = app.db.statements() - statements;
        answers.push((answer.status, answer.bytes, waiting().await - jobs, cost));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    app.run_jobs().await;
    assert_eq!(smtp.one().to(), "alice@acme.test");
}

#[tokio::test]
async fn nobodys_mailbox_is_filled_and_nobody_asks_for_ever() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["alice"]).await;
    for _ in 0..10 {
        forget(&app, "alice@acme.test").await.expect(204);
        app.run_jobs().await;
    }
    assert_eq!(smtp.taken().len(), 5);
    let refused = forget(&app, "other@acme.test").await;
    refused.expect(429);
    assert!(refused.headers.contains_key("retry-after"));
    app.clock.advance(60 * 60);
    forget(&app, "alice@acme.test").await.expect(204);
    app.run_jobs().await;
    assert_eq!(smtp.taken().len(), 6);
    for body in [json!({}), json!({"email": []}), json!({"email": "x".repeat(300)})] {
        assert!(app.nobody().post("/api/v1/auth/forgot-password/", body).await.expect(400)["email"].is_array());
    }
    let form = [("content-type", "application/x-www-form-urlencoded".to_owned())];
    app.nobody().raw("POST", "/api/v1/auth/forgot-password/", &form, b"email=alice@acme.test".to_vec()).await.expect(415);
}

#[tokio::test]
async fn who_reads_the_mail_of_an_address_takes_an_account_from_who_only_claimed_it() {
    let smtp = Smtp::start();
    let app = app(&smtp, &[]).await;
    app.as_user("dave").get("/api/v1/users/me/").await.expect(200);
    let token = token(&app, &smtp, "dave@acme.test").await;
    reset(&app, &token, NEW).await.expect(204);
    app.as_user("dave").get("/api/v1/users/me/").await.expect(403);
    sign_in(&app, "dave@acme.test", NEW).await.expect(200);
}

#[tokio::test]
async fn an_account_gets_another_address_by_the_code_that_was_mailed_there() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["alice"]).await;
    app.set_password("alice", OLD).await;
    let (own, other) = (sign_in(&app, "alice@acme.test", OLD).await, sign_in(&app, "alice@acme.test", OLD).await);
    let (own, other) = (Browser::of(&app, &own), Browser::of(&app, &other));
    let send = async |path: &str, body: Value| own.send("POST", path, Some(body)).await;
    for (body, field) in [
        (json!({"email": "ada@new.test", "password": "wrong"}), "password"),
        (json!({"email": "ada", "password": OLD}), "email"),
        (json!({"email": "a@b.test\nBcc: eve@evil.test", "password": OLD}), "email"),
        (json!({"password": OLD}), "email"),
    ] {
        assert!(send(EMAIL, body).await.expect(400)[field].is_array(), "{field}");
    }
    send(EMAIL, json!({"email": "ada@new.test", "password": OLD})).await.expect(204);
    app.run_jobs().await;
    let mail = smtp.one();
    assert_eq!(mail.to(), "ada@new.test");
    let code = mail.subject().split_whitespace().next().unwrap().to_owned();
    assert!(mail.text().contains(&code) && mail.html().contains(&code));
    assert!(send(CONFIRM, json!({"code": "AAAA-AAAA"})).await.expect(400)["code"].is_array());
    app.as_user("bob").post(CONFIRM, json!({"code": code})).await.expect(400);
    assert_eq!(send(CONFIRM, json!({"code": code.to_lowercase()})).await.expect(200)["email"], "ada@new.test");
    own.get("/api/v1/users/me/").await.expect(200);
    other.get("/api/v1/users/me/").await.expect(401);
    send(CONFIRM, json!({"code": code})).await.expect(400);
    app.run_jobs().await;
    let told = smtp.taken()[1].clone();
    assert_eq!((told.to(), told.subject()), ("alice@acme.test", "Your account has another address"));
    assert!(told.text().contains("ada@new.test"));
    sign_in(&app, "alice@acme.test", OLD).await.expect(401);
    sign_in(&app, "ADA@new.test", OLD).await.expect(200);
}

#[tokio::test]
async fn a_code_for_an_address_that_another_account_has_changes_nothing() {
    let smtp = Smtp::start();
    let app = app(&smtp, &[]).await;
    app.set_password("alice", OLD).await;
    let alice = app.open_session(app.user("alice")).await;
    alice.send("POST", EMAIL, Some(json!({"email": "BOB@acme.test", "password": OLD}))).await.expect(204);
    app.run_jobs().await;
    let code = smtp.one().subject().split_whitespace().next().unwrap().to_owned();
    let refused = alice.send("POST", CONFIRM, Some(json!({"code": code}))).await;
    assert_eq!(refused.expect(409)["code"], "EMAIL_TAKEN");
    assert_eq!(app.as_user("alice").get("/api/v1/users/me/").await.expect(200)["email"], "alice@acme.test");
    // Ten minutes are over.
    alice.send("POST", EMAIL, Some(json!({"email": "ada@new.test", "password": OLD}))).await.expect(204);
    app.run_jobs().await;
    let code = smtp.taken()[1].subject().split_whitespace().next().unwrap().to_owned();
    app.clock.advance(10 * 60 + 1);
    alice.send("POST", CONFIRM, Some(json!({"code": code}))).await.expect(400);
}

#[tokio::test]
async fn the_address_that_an_account_has_is_shown_to_be_its_owners() {
    let smtp = Smtp::start();
    let app = app(&smtp, &[]).await;
    app.set_password("alice", OLD).await;
    let alice = app.open_session(app.user("alice")).await;
    alice.send("POST", EMAIL, Some(json!({"email": "alice@acme.test", "password": OLD}))).await.expect(204);
    app.run_jobs().await;
    let code = smtp.one().subject().split_whitespace().next().unwrap().to_owned();
    alice.send("POST", CONFIRM, Some(json!({"code": code}))).await.expect(200);
    // She is mailed now.
    app.as_user("alice").post("/api/v1/workspaces/acme/exports/", json!({"provider": "csv"})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(smtp.taken().last().unwrap().to(), "alice@acme.test");
    assert_eq!(smtp.taken().len(), 2, "nobody is told that his address is another one");
}

/// A code is short: what is typed is counted with the code, from wherever it comes, and by whichever process, so that a restart forgets nothing.
#[tokio::test]
async fn cve_2026_105638_the_sixth_wrong_code_ends_the_code() {
    let smtp = Smtp::start();
    let app = app(&smtp, &[]).await;
    let after_restart = app.beside();
    let alice = app.user("alice");
    let guess = async |app: &TestApp, code: &str| {
        // A session of its own, as another machine has one.
        app.open_session(alice).await.send("POST", CONFIRM, Some(json!({"code": code}))).await
    };
    let code = app.make_email_code(alice, "ada@new.test").await;
    for _ in 0..3 {
        guess(&app, "AAAA-AAAA").await.expect(400);
        guess(&after_restart, "BBBB-BBBB").await.expect(400);
    }
    guess(&app, &code).await.expect(400);
    guess(&after_restart, &code).await.expect(400);
    // Five are mistakes that people make; those at another code are not counted with it.
    let code = app.make_email_code(alice, "ada@new.test").await;
    for _ in 0..5 {
        guess(&app, "AAAA-AAAA").await.expect(400);
    }
    assert_eq!(guess(&after_restart, &code).await.expect(200)["email"], "ada@new.test");
}

#[tokio::test]
async fn times_for_mails_are_kept_and_bad_ones_are_named() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = "/api/v1/users/me/mail-preferences/";
    let none = json!({"quiet_from": null, "quiet_to": null, "digest_at": null, "timezone": "UTC"});
    assert_eq!(alice.get(path).await.expect(200), none);
    let night = json!({"quiet_from": "22:00", "quiet_to": "07:30"});
    let kept = json!({"quiet_from": "22:00", "quiet_to": "07:30", "digest_at": null, "timezone": "UTC"});
    assert_eq!(alice.patch(path, night).await.expect(200), kept);
    assert_eq!(alice.patch(path, json!({"digest_at": "08:00"})).await.expect(200)["digest_at"], "08:00");
    for (body, field) in [
        (json!({"quiet_from": "25:00"}), "quiet_from"),
        (json!({"quiet_from": 22}), "quiet_from"),
        (json!({"quiet_to": null}), "quiet_to"),
        (json!({"quiet_from": null}), "quiet_from"),
        (json!({"quiet_to": "22:00"}), "quiet_to"),
        (json!({"digest_at": "8:00"}), "digest_at"),
    ] {
        assert!(alice.patch(path, body.clone()).await.expect(400)[field].is_array(), "{body}");
    }
    assert_eq!(alice.patch(path, json!({"quiet_from": null, "quiet_to": null, "digest_at": null})).await.expect(200), none);
    assert_eq!(app.as_user("bob").get(path).await.expect(200), none);
}
