//! Mail, against an SMTP server in a process of its own.

mod accounts;
mod notifications;
mod people;
mod program;
mod sending;
pub(crate) mod smtp;
mod upkeep;

use aileron_db::{Unscoped, schema::JOBS};
use aileron_testkit::TestApp;
use serde_json::Value;

use smtp::Smtp;

/// A server whose mails go there, in which these people have shown that their addresses are theirs.
pub(crate) async fn app(smtp: &Smtp, proved: &[&str]) -> TestApp {
    let app = TestApp::new().await.with_mail(&smtp.config());
    for name in proved {
        app.verify_email(app.user(name)).await;
    }
    app
}

/// What all jobs were given.
async fn payloads(app: &TestApp) -> Vec<Value> {
    let read = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let select = tx.from(JOBS).expr(JOBS.col("payload"));
        tx.all::<(Value,)>(&select)
    });
    read.await.unwrap().into_iter().map(|row| row.0).collect()
}
