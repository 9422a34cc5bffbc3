//! Signing in and out, sessions, and what a browser may do.

use aileron_db::{ExprTrait as _, Order, Unscoped, schema::INSTANCE_EVENTS, schema::SESSIONS};
use aileron_testkit::{Answer, Browser, TestApp};
use serde_json::json;

const PASSWORD: &str = "plum tractor overcast nine";
const DAY: i64 = 24 * 60 * 60;

async fn try_password(app: &TestApp, email: &str, password: &str) -> Answer {
    app.nobody().post("/api/v1/auth/sign-in/", json!({"email": email, "password": password})).await
}

async fn sign_in<'a>(app: &'a TestApp, name: &str) -> Browser<'a> {
    Browser::of(app, &try_password(app, &format!("{name}@acme.test"), PASSWORD).await)
}

async fn app_with_alice() -> TestApp {
    let app = TestApp::new().await;
    app.set_password("alice", PASSWORD).await;
    app
}

/// The verbs of the instance's log about accounts and sessions.
async fn verbs(app: &TestApp) -> Vec<String> {
    let read = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let about = INSTANCE_EVENTS.col("entity").eq("session").or(INSTANCE_EVENTS.col("verb").eq("sign_in_failed"));
        let select = tx.from(INSTANCE_EVENTS).filter(about).order(INSTANCE_EVENTS.col("seq"), Order::Asc).expr(INSTANCE_EVENTS.col("verb"));
        tx.all::<(String,)>(&select)
    });
    read.await.unwrap().into_iter().map(|row| row.0).collect()
}

#[tokio::test]
async fn a_session_is_its_user_and_changes_need_the_csrf_token() {
    let app = app_with_alice().await;
    let answer = try_password(&app, " ALICE@acme.test ", PASSWORD).await;
    let set = answer.headers["set-cookie"].to_str().unwrap();
    for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Secure"), "{set}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let browser = Browser::of(&app, &answer);
    assert_eq!(browser.get("/api/v1/users/me/").await.expect(200)["display_name"], "alice");
    browser.get("/api/v1/workspaces/acme/projects/").await.expect(200);
    let change = Some(json!({"first_name": "Alicia"}));
    let path = "/api/v1/users/me/profile/";
    browser.send_with("PATCH", path, change.clone(), &[]).await.expect(403);
    browser.send_with("PATCH", path, change.clone(), &[("x-csrf-token", "0".repeat(64))]).await.expect(403);
    assert_eq!(browser.send("PATCH", path, change).await.expect(200)["first_name"], "Alicia");
}

#[tokio::test]
async fn over_https_the_cookie_travels_only_there() {
    let app = app_with_alice().await.at_https();
    let answer = try_password(&app, "alice@acme.test", PASSWORD).await;
    assert!(answer.headers["set-cookie"].to_str().unwrap().ends_with("; Secure"));
}

#[tokio::test]
async fn the_session_tells_its_csrf_token_again() {
    let app = app_with_alice().await;
    let browser = sign_in(&app, "alice").await;
    let answer = browser.get("/api/v1/auth/session/").await;
    let told = answer.expect(200);
    assert_eq!((told["csrf_token"].as_str(), told["id"].as_str()), (Some(browser.csrf.as_str()), Some(browser.id.as_str())));
    assert_eq!(told["user"]["email"], "alice@acme.test");
    assert!(answer.headers["set-cookie"].to_str().unwrap().contains(&browser.cookie));
    app.nobody().get("/api/v1/auth/session/").await.expect(401);
    app.as_user("alice").get("/api/v1/auth/session/").await.expect(400);
}

#[tokio::test]
async fn unknown_addresses_wrong_passwords_and_inactive_accounts_are_answered_alike() {
    let app = app_with_alice().await;
    app.set_password("bob", PASSWORD).await;
    app.deactivate("bob").await;
    let wrong = try_password(&app, "alice@acme.test", "plum tractor overcast ten").await;
    assert_eq!(wrong.expect(401)["code"], "SIGN_IN_FAILED");
    for (email, password) in [("nobody@acme.test", PASSWORD), ("bob@acme.test", PASSWORD), ("gina@acme.test", ""), ("alice@acme.test", "")]
    {
        let answer = try_password(&app, email, password).await;
        assert_eq!((answer.status, &answer.bytes), (wrong.status, &wrong.bytes), "{email}");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn a_deactivated_account_loses_its_session_and_its_tokens_at_once() {
    let app = app_with_alice().await;
    let browser = sign_in(&app, "alice").await;
    browser.get("/api/v1/users/me/").await.expect(200);
    app.as_user("alice").get("/api/v1/users/me/").await.expect(200);
    app.deactivate("alice").await;
    browser.get("/api/v1/users/me/").await.expect(401);
    app.as_user("alice").get("/api/v1/users/me/").await.expect(403);
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let app = app_with_alice().await;
    app.set_password("bob", PASSWORD).await;
    let (first, second, third) = (sign_in(&app, "alice").await, sign_in(&app, "alice").await, sign_in(&app, "alice").await);
    let other = sign_in(&app, "bob").await;
    let list = first.get("/api/v1/users/me/sessions/").await.expect(200);
    assert_eq!(list["total_count"], 3);
    let current: Vec<_> = list["results"].as_array().unwrap().iter().filter(|row| row["is_current"] == true).collect();
    assert!(current.len() == 1 && current[0]["id"] == first.id.as_str());
    assert!(!list.to_string().contains("hash"));
    first.send("DELETE", &format!("/api/v1/users/me/sessions/{}/", other.id), None).await.expect(404);
    first.send("DELETE", &format!("/api/v1/users/me/sessions/{}/", second.id), None).await.expect(204);
    second.get("/api/v1/users/me/").await.expect(401);
    third.send("POST", "/api/v1/users/me/sessions/revoke-others/", None).await.expect(204);
    first.get("/api/v1/users/me/").await.expect(401);
    third.get("/api/v1/users/me/").await.expect(200);
    let gone = third.send("POST", "/api/v1/auth/sign-out/", None).await;
    assert!(gone.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    gone.expect(204);
    third.get("/api/v1/users/me/").await.expect(401);
    other.get("/api/v1/users/me/").await.expect(200);
}

#[tokio::test]
async fn a_session_that_is_used_stays_open_and_one_that_is_not_ends() {
    let app = app_with_alice().await;
    let (used, idle) = (sign_in(&app, "alice").await, sign_in(&app, "alice").await);
    app.clock.advance(20 * DAY);
    used.get("/api/v1/users/me/").await.expect(200);
    // The use is written beside the request.
    let before = app.clock.as_ref();
    for _ in 0..200 {
        let lasts = app.db.read(|session| {
            let mut tx = session.unscoped(Unscoped::Instance)?;
            let latest = tx.from(SESSIONS).expr(SESSIONS.col("expires_at").max());
            tx.optional::<(Option<i64>,)>(&latest)
        });
        let lasts = lasts.await.unwrap().and_then(|row| row.0).unwrap();
        if lasts > aileron_kernel::Clock::now(before).plus_seconds(29 * DAY).micros() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    app.clock.advance(15 * DAY);
    used.get("/api/v1/users/me/").await.expect(200);
    idle.get("/api/v1/users/me/").await.expect(401);
}

#[tokio::test]
async fn guesses_are_limited_and_the_limit_passes() {
    let app = app_with_alice().await;
    for _ in 0..10 {
        try_password(&app, "alice@acme.test", "wrong").await.expect(401);
    }
    let refused = try_password(&app, "Alice@acme.test", PASSWORD).await;
    refused.expect(429);
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    try_password(&app, "gina@acme.test", "wrong").await.expect(401);
    app.clock.advance(16 * 60);
    try_password(&app, "alice@acme.test", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn one_address_that_guesses_at_many_accounts_locks_out_nobody_else() {
    let app = app_with_alice().await;
    let (attempts, now) = (&app.context().attempts, aileron_kernel::Clock::now(app.clock.as_ref()));
    let sent = (0..130_000).filter(|n| attempts.count("203.0.113.9", &format!("x{n}@nowhere.test"), now).is_ok()).count();
    assert_eq!(sent, 100);
    let others = (0..1_000).filter(|n| attempts.count(&format!("198.51.100.{}", n % 250), &format!("user{n}@acme.test"), now).is_err());
    assert_eq!(others.count(), 0);
    try_password(&app, "alice@acme.test", PASSWORD).await.expect(200);
}

/// More than may wait for their turn: those who are told to come back have not guessed.
#[tokio::test]
async fn a_guess_that_nobody_judged_does_not_count() {
    let app = app_with_alice().await;
    let addresses: Vec<String> = (0..90).map(|n| format!("x{n}@nowhere.test")).collect();
    let answers = futures(addresses.iter().map(|address| try_password(&app, address, "wrong")).collect()).await;
    let judged = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(judged + answers.iter().filter(|answer| answer.status == 503).count(), 90);
    let now = aileron_kernel::Clock::now(app.clock.as_ref());
    let left = (0..200).filter(|n| app.context().attempts.count("", &format!("y{n}"), now).is_ok()).count();
    assert_eq!(left, 100 - judged);
}

#[tokio::test]
async fn sign_ins_failures_and_sign_outs_are_in_the_log() {
    let app = app_with_alice().await;
    try_password(&app, "nobody@acme.test", "wrong").await.expect(401);
    try_password(&app, "alice@acme.test", "wrong").await.expect(401);
    for _ in 0..200 {
        if !verbs(&app).await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let browser = sign_in(&app, "alice").await;
    browser.send("POST", "/api/v1/auth/sign-out/", None).await.expect(204);
    assert_eq!(verbs(&app).await, ["sign_in_failed", "signed_in", "signed_out"]);
}

#[tokio::test]
async fn pages_of_other_sites_cannot_sign_anybody_in() {
    let app = app_with_alice().await;
    let form = format!("email=alice%40acme.test&password={}", PASSWORD.replace(' ', "+"));
    for kind in ["application/x-www-form-urlencoded", "text/plain", ""] {
        let answer =
            app.nobody().raw("POST", "/api/v1/auth/sign-in/", &[("content-type", kind.to_owned())], form.clone().into_bytes()).await;
        answer.expect(415);
    }
    let missing = app.nobody().post("/api/v1/auth/sign-in/", json!({})).await.expect(400);
    assert_eq!(missing, json!({"email": ["This field is required."], "password": ["This field is required."]}));
}

#[tokio::test]
async fn many_sign_ins_at_once_all_succeed() {
    let app = app_with_alice().await;
    let tries: Vec<_> = (0..8).map(|_| try_password(&app, "alice@acme.test", PASSWORD)).collect();
    for answer in futures(tries).await {
        answer.expect(200);
    }
}

/// Runs them side by side on this task.
async fn futures<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut is_ready = true;
        for (future, done) in &mut running {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *done = Some(value),
                    std::task::Poll::Pending => is_ready = false,
                }
            }
        }
        if is_ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    running.into_iter().filter_map(|(_, done)| done).collect()
}
