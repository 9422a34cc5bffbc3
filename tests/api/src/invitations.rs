//! Joining a workspace with the token of an invitation. The advisories are those of the reference, each a test.

use aileron_db::{ExprTrait as _, Unscoped, schema::EVENTS};
use aileron_identity::accounts;
use aileron_kernel::{Action, Uuid};
use aileron_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

const INVITATIONS: &str = "/api/v1/workspaces/acme/invitations/";
const ACCEPT: &str = "/api/v1/invitations/accept/";

struct Guest {
    id: Uuid,
    key: String,
}

/// Somebody new whose address is `name@new.test`, verified or not.
async fn somebody(app: &TestApp, name: &'static str, verified: bool) -> Guest {
    let (id, key) = app.make_user(name, "new").await;
    if verified {
        let done = app.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            accounts::verify_email(&mut tx, &accounts::operator("test"), id)
        });
        done.await.unwrap();
    }
    Guest { id, key }
}

async fn invite(app: &TestApp, email: &str, role: i64) -> String {
    app.as_user("alice").post(INVITATIONS, json!({"email": email, "role": role})).await.id()
}

/// A new token for an invitation.
async fn token(app: &TestApp, id: &str) -> String {
    let made = app.as_user("alice").post(&format!("{INVITATIONS}{id}/link/"), json!({})).await.expect(201);
    let token = made["token"].as_str().unwrap().to_owned();
    assert_eq!(made["link"], format!("/invite#{token}"));
    token
}

async fn accept(caller: &Caller<'_>, token: &str) -> Answer {
    caller.post(ACCEPT, json!({"token": token})).await
}

/// The roles of everybody in acme.
async fn role(app: &TestApp, id: Uuid) -> Option<i64> {
    let list = app.as_user("alice").get("/api/v1/workspaces/acme/members/").await.expect(200);
    list.as_array().unwrap().iter().find(|member| member["id"] == json!(id)).map(|member| member["role"].as_i64().unwrap())
}

/// What the log says of invitations and memberships since the start, without the making of the four members.
async fn told(app: &TestApp) -> Vec<(String, String)> {
    let principal = app.principal("alice");
    let read = app.db.read(move |session| {
        let mut tx = session.workspace(&principal, "acme", Action::WorkspaceRead)?;
        let of = |column| EVENTS.col(column);
        let select = tx.from(EVENTS).filter(of("entity").is_in(["invitation", "workspace_member"])).expr(of("entity")).expr(of("verb"));
        tx.all::<(String, String)>(&select.order(of("seq"), aileron_db::Order::Asc))
    });
    read.await.unwrap().into_iter().skip(4).collect()
}

#[tokio::test]
async fn who_is_invited_joins_with_the_role_and_once() {
    let app = TestApp::new().await;
    let nina = somebody(&app, "nina", true).await;
    let invitation = invite(&app, "Nina@New.test", 15).await;
    let token = token(&app, &invitation).await;
    let caller = app.with_token(&nina.key);
    let joined = accept(&caller, &token).await.expect(200);
    assert_eq!((&joined["slug"], &joined["role"]), (&json!("acme"), &json!(15)));
    assert_eq!(accept(&caller, &token).await.expect(200), joined, "twice is the same");
    assert_eq!(role(&app, nina.id).await, Some(15));
    let shown = app.as_user("alice").get(&format!("{INVITATIONS}{invitation}/")).await.expect(200);
    assert!(shown["accepted"] == true && shown["responded_at"].is_string());
    let words = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    let wanted = [("invitation", "created"), ("invitation", "updated"), ("workspace_member", "created"), ("invitation", "accepted")];
    assert_eq!(told(&app).await, words(&wanted));
    // The same after the link's time, and not once she was taken out.
    app.clock.advance(8 * 24 * 3600);
    assert_eq!(accept(&caller, &token).await.expect(200), joined);
    let members = app.as_user("alice").get("/api/v1/workspaces/acme/members/").await.expect(200);
    let row = members.as_array().unwrap().iter().find(|member| member["id"] == json!(nina.id)).unwrap();
    let row = format!("/api/v1/workspaces/acme/members/{}/", row["membership_id"].as_str().unwrap());
    app.as_user("alice").delete(&row).await.expect(204);
    accept(&caller, &token).await.expect(404);
    assert_eq!(role(&app, nina.id).await, None);
    // Who left is invited anew.
    let again = invite(&app, "nina@new.test", 5).await;
    let token = self::token(&app, &again).await;
    assert_eq!(accept(&caller, &token).await.expect(200)["role"], 5);
}

#[tokio::test]
async fn cve_2026_105635_every_token_that_does_not_fit_has_the_same_answer() {
    let app = TestApp::new().await;
    let nina = somebody(&app, "nina", true).await;
    let nina = app.with_token(&nina.key);
    somebody(&app, "otto", true).await;
    let first = invite(&app, "nina@new.test", 15).await;
    let replaced = token(&app, &first).await;
    let good = token(&app, &first).await;
    let foreign = invite(&app, "otto@new.test", 20).await;
    let foreign = token(&app, &foreign).await;
    let wrong = [replaced.as_str(), &foreign, "", "x", &good[..good.len() - 1], &format!("{good} "), "a\u{0}b"];
    let mut answers = Vec::new();
    for token in wrong {
        answers.push(accept(&nina, token).await);
    }
    for body in [json!({}), json!({"token": null}), json!({"token": 7}), json!({"token": [good]}), json!([])] {
        answers.push(nina.post(ACCEPT, body).await);
    }
    // Past its time.
    app.clock.advance(7 * 24 * 3600);
    answers.push(accept(&nina, &good).await);
    // Taken back.
    let renewed = token(&app, &first).await;
    app.as_user("alice").delete(&format!("{INVITATIONS}{first}/")).await.expect(204);
    answers.push(accept(&nina, &renewed).await);
    for answer in &answers {
        assert_eq!((answer.status, &answer.bytes), (answers[0].status, &answers[0].bytes));
    }
    assert_eq!(answers[0].expect(404), json!({"error": "This invitation is not valid.", "code": "INVITATION_INVALID"}));
    app.nobody().post(ACCEPT, json!({"token": good})).await.expect(401);
}

#[tokio::test]
async fn cve_2026_105639_an_account_that_proved_no_mailbox_joins_nothing() {
    let app = TestApp::new().await;
    let mallory = somebody(&app, "nina", false).await;
    let invitation = invite(&app, "nina@new.test", 20).await;
    let token = token(&app, &invitation).await;
    let refused = accept(&app.with_token(&mallory.key), &token).await;
    assert_eq!(refused.expect(404)["code"], "INVITATION_INVALID");
    assert_eq!(role(&app, mallory.id).await, None);
    // Nor does the answer to anything but the making of the link hold the token.
    let alice = app.as_user("alice");
    let one = format!("{INVITATIONS}{invitation}/");
    let seen = [alice.get(INVITATIONS).await, alice.get(&one).await, alice.patch(&one, json!({"role": 5})).await];
    for answer in seen {
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(&token["inv_".len()..]));
    }
}

#[tokio::test]
async fn ghsa_gf48_p6jp_cwc4_an_invitation_shows_these_fields_and_no_other() {
    let app = TestApp::new().await;
    let id = invite(&app, "nina@new.test", 15).await;
    token(&app, &id).await;
    let list = app.as_user("alice").get(INVITATIONS).await.expect(200);
    let mut names: Vec<&String> = list[0].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["accepted", "created_at", "email", "expires_at", "id", "responded_at", "role", "updated_at"]);
}

#[tokio::test]
async fn cve_2026_104978_only_admins_see_invitations_and_make_links() {
    let app = TestApp::new().await;
    let id = invite(&app, "nina@new.test", 15).await;
    let one = format!("{INVITATIONS}{id}/");
    for user in ["bob", "gina", "dave", "olga"] {
        let user = app.as_user(user);
        user.get(INVITATIONS).await.expect(403);
        user.get(&one).await.expect(403);
        user.post(&format!("{one}link/"), json!({})).await.expect(403);
        user.post(INVITATIONS, json!({"email": "x@new.test"})).await.expect(403);
        user.delete(&one).await.expect(403);
    }
    app.nobody().get(&one).await.expect(401);
    app.nobody().post(&format!("{one}link/"), json!({})).await.expect(401);
    app.as_user("olga").post(&format!("{}link/", one.replace("/acme/", "/globex/")), json!({})).await.expect(404);
}

#[tokio::test]
async fn a_link_is_shown_once_and_no_longer_made_when_it_was_used() {
    let app = TestApp::new().await;
    let nina = somebody(&app, "nina", true).await;
    let id = invite(&app, "nina@new.test", 15).await;
    let path = format!("{INVITATIONS}{id}/link/");
    let headers = [("idempotency-key", "one".to_owned())];
    let alice = app.as_user("alice");
    let first = alice.raw("POST", &path, &headers, Vec::new()).await.expect(201);
    let again = alice.raw("POST", &path, &headers, Vec::new()).await.expect(201);
    assert_eq!(again, json!({"expires_at": first["expires_at"]}), "the same request again does not show it");
    accept(&app.with_token(&nina.key), first["token"].as_str().unwrap()).await.expect(200);
    assert_eq!(alice.post(&path, json!({})).await.expect(400), json!({"error": "Invite already accepted"}));
    alice.delete(&format!("{INVITATIONS}{id}/")).await.expect(400);
}

#[tokio::test]
async fn who_became_a_member_otherwise_keeps_his_role() {
    let app = TestApp::new().await;
    let nina = somebody(&app, "nina", true).await;
    let id = invite(&app, "nina@new.test", 20).await;
    let token = token(&app, &id).await;
    let (alice, user) = (app.principal("alice"), nina.id);
    let put = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&alice, "acme", Action::WorkspaceMembersWrite)?;
        aileron_tracker::workspaces::commands::add_member(&mut tx, user, aileron_kernel::Role::Guest)
    });
    put.await.unwrap();
    let joined: Value = accept(&app.with_token(&nina.key), &token).await.expect(200);
    assert_eq!((&joined["role"], role(&app, nina.id).await), (&json!(5), Some(5)));
}

#[tokio::test]
async fn cve_2026_27949_a_link_holds_its_token_behind_the_hash_and_no_address() {
    let app = TestApp::new().await.at_https();
    let id = invite(&app, "nina@new.test", 15).await;
    let made = app.as_user("alice").post(&format!("{INVITATIONS}{id}/link/"), json!({})).await.expect(201);
    let token = made["token"].as_str().unwrap();
    assert_eq!(made["link"], format!("https://aileron.test/invite#{token}"));
    assert_eq!(token.len(), "inv_".len() + 64);
}
