//! What instance admins see and try. Who else asks is refused: `walk::permissions`.

use aileron_db::{ExprTrait as _, Order, Unscoped, schema::INSTANCE_EVENTS};
use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::{
    mail::{self, smtp::Smtp},
    stock::results,
};

const INSTANCE: &str = "/api/v1/instance/";
const TEST: &str = "/api/v1/instance/mail/test/";
const FAILED: &str = "/api/v1/instance/failed-jobs/";

/// A server that bob keeps, who is a member of a workspace like others.
async fn kept(app: &TestApp) -> Caller<'_> {
    app.set_instance_admin(app.user("bob"), true).await;
    app.as_user("bob")
}

#[tokio::test]
async fn who_keeps_the_server_tries_whether_mail_works() {
    let smtp = Smtp::start();
    let app = mail::app(&smtp, &[]).await;
    let bob = kept(&app).await;
    let instance = bob.get(INSTANCE).await.expect(200);
    assert_eq!((&instance["mail"]["is_configured"], &instance["version"]), (&json!(true), &json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!(instance["database"], if aileron_testkit::database::is_postgres() { "postgres" } else { "sqlite" });
    let sent = bob.post(TEST, json!({})).await.expect(200);
    assert_eq!((&sent["is_taken"], &sent["to"]), (&json!(true), &json!("bob@acme.test")));
    assert!(sent["answer"].as_str().unwrap().starts_with("250 "), "{sent}");
    assert_eq!(smtp.one().to(), "bob@acme.test");
    app.as_user("alice").post(TEST, json!({})).await.expect(403);
    assert_eq!(smtp.taken().len(), 1);
    drop(smtp);
    let away = bob.post(TEST, json!({})).await.expect(200);
    assert_eq!(away["is_taken"], false);
    assert!(!away["answer"].as_str().unwrap().is_empty(), "{away}");
}

#[tokio::test]
async fn a_server_without_mail_says_so() {
    let app = TestApp::new().await;
    let bob = kept(&app).await;
    assert_eq!(bob.get(INSTANCE).await.expect(200)["mail"], json!({"is_configured": false, "from": null}));
    let test = bob.post(TEST, json!({})).await.expect(200);
    assert!(test["is_taken"] == false && test["answer"].as_str().unwrap().contains("AILERON_SMTP_HOST"), "{test}");
}

#[tokio::test]
async fn what_failed_for_good_is_seen_and_tried_once_more() {
    let app = TestApp::new().await;
    let bob = kept(&app).await;
    let (one, two) = (app.make_failed_job("nobody.knows", Some("key")).await, app.make_failed_job("nobody.knows", Some("other")).await);
    let failed = results(&bob.get(FAILED).await.expect(200));
    assert_eq!(failed.iter().map(|job| job["id"].clone()).collect::<Vec<_>>(), [json!(two), json!(one)]);
    let shown = json!({"id": one, "kind": "nobody.knows", "workspace": null, "attempts": 3, "error": "on purpose"});
    let first = failed[1].as_object().unwrap();
    assert!(shown.as_object().unwrap().iter().all(|(field, value)| first[field] == *value) && first["failed_at"].is_string(), "{first:?}");
    assert_eq!(results(&bob.get(&format!("{FAILED}?per_page=1")).await.expect(200)).len(), 1);

    // Another of its key came meanwhile.
    let enqueued =
        app.db.write(|session| session.unscoped_to_write(Unscoped::Job)?.enqueue("nobody.knows", json!({}), Some("key"), "test"));
    enqueued.await.unwrap();
    let retry = |id: &str| format!("{FAILED}{id}/retry/");
    bob.post(&retry(&one.to_string()), json!({})).await.expect(204);
    bob.post(&retry(&one.to_string()), json!({})).await.expect(404);
    assert_eq!(waiting(&app).await, 2);
    app.as_user("alice").post(&format!("{FAILED}retry/"), json!({})).await.expect(403);
    assert_eq!(bob.post(&format!("{FAILED}retry/"), json!({})).await.expect(200), json!({"retried": 1}));
    assert_eq!(bob.post(&format!("{FAILED}retry/"), json!({})).await.expect(200), json!({"retried": 0}));
    assert_eq!((results(&bob.get(FAILED).await.expect(200)), waiting(&app).await), (Vec::<Value>::new(), 3));

    let hopeless = app.make_failed_job("nobody.knows", None).await;
    let path = format!("{FAILED}{hopeless}/");
    app.as_user("alice").delete(&path).await.expect(403);
    bob.delete(&path).await.expect(204);
    bob.delete(&path).await.expect(404);
    bob.post(&retry(&hopeless.to_string()), json!({})).await.expect(404);
    assert_eq!((results(&bob.get(FAILED).await.expect(200)), waiting(&app).await), (Vec::<Value>::new(), 3));
    assert_eq!(logged(&app).await, ["retried", "retried", "discarded"], "what was done is in the log of the instance");
}

/// What was done with jobs, by the log of the instance.
async fn logged(app: &TestApp) -> Vec<String> {
    let read = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let select = tx.from(INSTANCE_EVENTS).filter(INSTANCE_EVENTS.col("entity").eq("job")).expr(INSTANCE_EVENTS.col("verb"));
        tx.all::<(String,)>(&select.order(INSTANCE_EVENTS.col("seq"), Order::Asc))
    });
    read.await.unwrap().into_iter().map(|row| row.0).collect()
}

/// How many jobs wait that nobody knows what to do for.
async fn waiting(app: &TestApp) -> i64 {
    app.db.read(|session| session.unscoped(Unscoped::Job)?.waiting_jobs("nobody.knows")).await.unwrap()
}

/// A right that is taken away is gone with the next request.
#[tokio::test]
async fn who_keeps_it_no_longer_is_refused() {
    let app = TestApp::new().await;
    let bob = kept(&app).await;
    bob.get(INSTANCE).await.expect(200);
    app.set_instance_admin(app.user("bob"), false).await;
    bob.get(INSTANCE).await.expect(403);
}
