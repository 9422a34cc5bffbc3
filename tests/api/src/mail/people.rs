//! Mails to people about what others did with them: invitations, projects, accounts, webhooks, exports.

use aileron_db::{ExprTrait as _, Unscoped, schema::USERS};
use aileron_identity::{accounts, upkeep};
use aileron_kernel::Uuid;
use aileron_testkit::TestApp;
use serde_json::json;

use super::{
    app, payloads,
    smtp::{BASE, Smtp},
};
use crate::stock::{item, project};

const INVITATIONS: &str = "/api/v1/workspaces/acme/invitations/";

async fn is_proved(app: &TestApp, user: Uuid) -> bool {
    let read = app.db.read(move |session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let proved = tx.from(USERS).filter(USERS.col("id").eq(user).and(USERS.col("email_verified_at").is_not_null()));
        tx.any(proved)
    });
    read.await.unwrap()
}

#[tokio::test]
async fn an_invited_person_joins_by_the_link_in_the_mail_and_has_a_proved_address() {
    let smtp = Smtp::start();
    let app = app(&smtp, &[]).await;
    let alice = app.as_user("alice");
    let invitation = alice.post(INVITATIONS, json!({"email": "Nina@new.test", "role": 15})).await;
    assert_eq!(invitation.expect(201)["expires_at"], json!(null), "no admin made a link");
    assert!(payloads(&app).await.iter().all(|payload| !payload.to_string().contains("inv_")));
    assert_eq!(app.run_jobs().await, 1);
    let mail = smtp.one();
    assert_eq!((mail.to(), mail.subject()), ("Nina@new.test", "alice invites you to Acme"));
    let token = mail.after(&format!("{BASE}/invite#"));
    assert!(mail.html().contains(&token) && token.starts_with("inv_"));
    assert_eq!(payloads(&app).await, [json!({})], "what is sent is forgotten");

    // A link that is made by hand is another one.
    let made = alice.post(&format!("{INVITATIONS}{}/link/", invitation.id()), json!({})).await.expect(201);
    assert_ne!(made["token"], json!(token));
    let join = |token: &str| json!({"token": token, "password": "plum tractor overcast nine", "first_name": "Nina"});
    let joined = app.nobody().post("/api/v1/auth/join/", join(&token)).await.expect(200);
    assert_eq!(joined["user"]["email"], "Nina@new.test");
    let nina = Uuid::parse_str(joined["user"]["id"].as_str().unwrap()).unwrap();
    assert!(is_proved(&app, nina).await);
    for used in [&token, made["token"].as_str().unwrap()] {
        app.nobody().post("/api/v1/auth/join/", join(used)).await.expect(404);
    }

    // By a link that was handed over, nothing is known of the address.
    let invitation = alice.post(INVITATIONS, json!({"email": "otto@new.test"})).await.id();
    let made = alice.post(&format!("{INVITATIONS}{invitation}/link/"), json!({})).await.expect(201);
    let joined = app.nobody().post("/api/v1/auth/join/", join(made["token"].as_str().unwrap())).await.expect(200);
    assert!(!is_proved(&app, Uuid::parse_str(joined["user"]["id"].as_str().unwrap()).unwrap()).await);
}

#[tokio::test]
async fn who_has_an_account_accepts_with_the_mailed_token_which_proves_his_address_and_nobody_elses() {
    let smtp = Smtp::start();
    let app = app(&smtp, &[]).await;
    let (nina, key) = app.make_user("nina", "new").await;
    let invitation = app.as_user("alice").post(INVITATIONS, json!({"email": "nina@new.test"})).await.id();
    app.run_jobs().await;
    let token = smtp.one().after("/invite#");
    let made = app.as_user("alice").post(&format!("{INVITATIONS}{invitation}/link/"), json!({})).await.expect(201);
    let accept = async |key: &str, token: &str| app.with_token(key).post("/api/v1/invitations/accept/", json!({"token": token})).await;
    accept(app.token("olga"), &token).await.expect(404);
    accept(&key, made["token"].as_str().unwrap()).await.expect(404);
    assert!(!is_proved(&app, nina).await);
    assert_eq!(accept(&key, &token).await.expect(200)["slug"], "acme");
    assert!(is_proved(&app, nina).await);
    assert_eq!(accept(&key, &token).await.expect(200)["slug"], "acme", "twice is the same");
}

#[tokio::test]
async fn a_mailed_invitation_ends_after_a_week_and_when_it_is_taken_back() {
    let smtp = Smtp::start();
    let app = app(&smtp, &[]).await;
    let invite = async |email: &str| {
        let id = app.as_user("alice").post(INVITATIONS, json!({"email": email})).await.id();
        app.run_jobs().await;
        (id, smtp.taken().last().unwrap().after("/invite#"))
    };
    let join = async |token: &str| {
        let body = json!({"token": token, "password": "plum tractor overcast nine", "first_name": "Nina"});
        app.nobody().post("/api/v1/auth/join/", body).await.status.as_u16()
    };
    let (_, old) = invite("nina@new.test").await;
    app.clock.advance(7 * 24 * 60 * 60 + 1);
    let (id, taken_back) = invite("otto@new.test").await;
    app.as_user("alice").delete(&format!("{INVITATIONS}{id}/")).await.expect(204);
    assert_eq!((join(&old).await, join(&taken_back).await), (404, 404));
}

#[tokio::test]
async fn who_is_put_into_a_project_is_told_and_who_did_it_is_not() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["bob", "alice"]).await;
    project(&app, "ENG").await;
    app.run_jobs().await;
    let mail = smtp.one();
    assert_eq!((mail.to(), mail.subject()), ("bob@acme.test", "You are in the project Project ENG now"));
    assert!(mail.text().contains(&format!("{BASE}/acme/p/ENG/items")), "{}", mail.text());
    assert_eq!((mail.header("to"), mail.header("from")), ("Bob Example <bob@acme.test>", "Aileron <aileron@mail.test>"));
}

#[tokio::test]
async fn who_is_locked_out_is_told_once() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["bob"]).await;
    let set = async |is_active: bool| {
        let (user, outbox) = (app.user("bob"), app.post.outbox.clone());
        let done = app.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            upkeep::set_active(&mut tx, &accounts::operator("test"), user, is_active, &outbox)
        });
        done.await.unwrap()
    };
    assert!(set(false).await && !set(false).await && set(true).await);
    app.run_jobs().await;
    assert_eq!((smtp.one().to(), smtp.one().subject()), ("bob@acme.test", "Your account was deactivated"));
}

#[tokio::test]
async fn the_admins_are_told_of_a_webhook_that_was_given_up() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["alice", "bob"]).await;
    let body = json!({"url": "https://hooks.test/secret-path", "issue": true});
    app.as_user("alice").post("/api/v1/workspaces/acme/webhooks/", body).await.expect(201);
    let project = project(&app, "ENG").await;
    for day in 0..7 {
        item(&app, "alice", &project, json!({"name": format!("Day {day}")})).await;
        app.run_consumers().await;
        app.run_jobs().await;
        app.clock.advance(24 * 60 * 60);
    }
    let told: Vec<_> = smtp.taken().into_iter().filter(|mail| mail.subject().contains("webhook")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].to(), told[0].subject()), ("alice@acme.test", "A webhook of Acme was switched off"));
    assert!(told[0].text().contains("https://hooks.test ") && !told[0].raw().contains("secret-path"), "{}", told[0].text());
}

#[tokio::test]
async fn who_asked_for_an_export_is_told_when_it_is_there() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["bob"]).await;
    let project = project(&app, "ENG").await;
    item(&app, "bob", &project, json!({"name": "One"})).await;
    app.run_jobs().await;
    let before = smtp.taken().len();
    app.as_user("bob").post("/api/v1/workspaces/acme/exports/", json!({"provider": "csv"})).await.expect(202);
    app.run_jobs().await;
    let mail = smtp.taken()[before].clone();
    assert_eq!((mail.to(), mail.subject()), ("bob@acme.test", "Your export from Acme is ready"));
    assert!(mail.text().contains("The file with 1 work items"), "{}", mail.text());
}

#[tokio::test]
async fn nothing_is_mailed_to_an_address_that_nobody_has_proved() {
    let smtp = Smtp::start();
    let app = app(&smtp, &[]).await;
    project(&app, "ENG").await;
    app.as_user("bob").post("/api/v1/workspaces/acme/exports/", json!({"provider": "csv"})).await.expect(202);
    app.run_jobs().await;
    assert!(smtp.taken().is_empty());
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_handed_in() {
    let app = TestApp::new().await;
    app.verify_email(app.user("bob")).await;
    app.as_user("alice").post(INVITATIONS, json!({"email": "nina@new.test"})).await.expect(201);
    project(&app, "ENG").await;
    assert!(payloads(&app).await.is_empty());
    let refused = app.nobody().post("/api/v1/auth/forgot-password/", json!({"email": "bob@acme.test"})).await;
    assert_eq!(refused.expect(409)["code"], "NO_MAIL");
}
