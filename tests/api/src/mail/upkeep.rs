//! What mail leaves behind, and other old rows of the instance: thrown away after their time, and counted.

use aileron_db::{
    Table, Unscoped,
    schema::{JOBS, MAILED_CODES, NOTIFICATION_MAILS, SESSIONS},
};
use aileron_testkit::TestApp;
use serde_json::json;

use super::{app, smtp::Smtp};
use crate::stock::{item, project};

const DAY: i64 = 24 * 60 * 60;
const TABLES: [(&str, Table); 4] =
    [("mailed_code", MAILED_CODES), ("notification_mail", NOTIFICATION_MAILS), ("session", SESSIONS), ("job", JOBS)];

/// How many rows there are of each kind.
async fn rows(app: &TestApp) -> [u64; 4] {
    let read = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Job)?;
        let mut counts = [0; 4];
        for (count, (_, table)) in counts.iter_mut().zip(TABLES) {
            let all = tx.from_with_deleted(table);
            *count = u64::try_from(tx.count(all)?).unwrap();
        }
        Ok(counts)
    });
    read.await.unwrap()
}

#[tokio::test]
async fn old_codes_sessions_jobs_and_what_was_told_are_thrown_away_and_counted() {
    let smtp = Smtp::start();
    let app = app(&smtp, &["alice", "bob"]).await;
    let house = app.house();
    let project = project(&app, "ENG").await;
    app.nobody().post("/api/v1/auth/forgot-password/", json!({"email": "alice@acme.test"})).await.expect(204);
    item(&app, "alice", &project, json!({"name": "Fix the lift", "assignees": [app.user("bob")]})).await;
    app.run_consumers().await;
    app.clock.advance(6 * 60);
    while app.run_jobs().await > 0 {}
    let told: Vec<String> = smtp.taken().iter().map(|mail| mail.to().to_owned()).collect();
    assert!(told.contains(&"alice@acme.test".to_owned()) && told.contains(&"bob@acme.test".to_owned()), "{told:?}");
    // One that ends by itself after a month, and one that somebody ended.
    app.open_session(app.user("alice")).await;
    app.open_session(app.user("bob")).await.send("POST", "/api/v1/auth/sign-out/", None).await.expect(204);
    let [codes, told, sessions, jobs] = rows(&app).await;
    assert!(codes == 1 && told == 1 && sessions == 2 && jobs >= 2, "{codes} {told} {sessions} {jobs}");
    let removed = || TABLES.map(|(what, _)| app.metrics().rows_removed.with_label_values(&[what]).get());
    for (days, gone) in [(0, [0; 4]), (3, [1, 0, 0, 0]), (26, [1, 0, 0, 0]), (2, [1, 1, 1, jobs]), (30, [1, 1, 2, jobs])] {
        app.clock.advance(days * DAY);
        house.clean("a").await.unwrap();
        assert_eq!(removed(), gone, "{days} days later");
        assert_eq!(rows(&app).await, std::array::from_fn(|at| [codes, told, sessions, jobs][at] - gone[at]));
    }
}
