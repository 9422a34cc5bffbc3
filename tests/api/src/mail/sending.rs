//! What becomes of mails when the SMTP server is away, refuses, or wants to be spoken to in secret.

use std::{path::Path, process::Command};

use aileron_db::{Unscoped, schema::JOBS};
use aileron_kernel::Uuid;
use aileron_platform::{
    config::{Config, Secret},
    mail::Security,
};
use aileron_testkit::TestApp;
use serde_json::json;

use super::{
    app,
    smtp::{Smtp, config},
};

const INVITATIONS: &str = "/api/v1/workspaces/acme/invitations/";

async fn invite(app: &TestApp, email: &str) {
    app.as_user("alice").post(INVITATIONS, json!({"email": email})).await.expect(201);
    app.run_jobs().await;
}

async fn jobs(app: &TestApp) -> Vec<(Uuid, Option<i64>, Option<i64>, Option<String>)> {
    let read = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let select = tx.from(JOBS).expr(JOBS.col("id")).expr(JOBS.col("finished_at")).expr(JOBS.col("dead_at"));
        tx.all(&select.expr(JOBS.col("last_error")))
    });
    read.await.unwrap()
}

#[tokio::test]
async fn a_server_that_was_away_gets_each_mail_once_under_the_id_that_it_had() {
    let smtp = Smtp::start();
    let port = smtp.port;
    drop(smtp);
    let app = TestApp::new().await.with_mail(&config(port));
    invite(&app, "nina@new.test").await;
    app.clock.advance(60);
    assert_eq!(app.run_jobs().await, 1);
    let before = jobs(&app).await;
    assert!(before[0].1.is_none() && before[0].2.is_none() && before[0].3.is_some(), "{before:?}");
    let smtp = Smtp::with(&["--port", &port.to_string()]);
    app.clock.advance(60);
    app.run_jobs().await;
    let mail = smtp.one();
    assert_eq!(mail.header("message-id"), format!("<{}@mail.test>", before[0].0));
    app.clock.advance(24 * 60 * 60);
    assert_eq!(app.run_jobs().await, 0);
    let sent = app.metrics().render();
    assert!(
        sent.contains("aileron_mails_total{outcome=\"failed\"} 2") && sent.contains("aileron_mails_total{outcome=\"sent\"} 1"),
        "{sent}"
    );
}

#[tokio::test]
async fn a_refusal_for_good_ends_a_mail_and_one_for_now_does_not() {
    let smtp = Smtp::start();
    let app = app(&smtp, &[]).await;
    invite(&app, "nobody@new.test").await;
    let refused = jobs(&app).await.remove(0);
    assert!(refused.2.is_some() && refused.3.as_ref().is_some_and(|why| why.contains("nobody of that name")), "{refused:?}");
    invite(&app, "later@new.test").await;
    let waits = jobs(&app).await.into_iter().find(|job| job.0 != refused.0).unwrap();
    assert!(waits.2.is_none() && waits.3.as_ref().is_some_and(|why| why.contains("not now")), "{waits:?}");
    assert!(smtp.taken().is_empty());
}

/// Makes an authority and a certificate of it for this machine.
fn certificates(folder: &Path) {
    std::fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let authority = ["req", "-x509", "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem"];
    let asked = ["req", "-subj", "/CN=smtp.test", "-keyout", "key.pem", "-out", "asked.pem"];
    let signed = ["x509", "-req", "-days", "2", "-in", "asked.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    let signed = signed.into_iter().chain(["-extfile", "names", "-out", "cert.pem"]);
    let steps: [Vec<&str>; 3] = [authority.into_iter().chain(key).collect(), asked.into_iter().chain(key).collect(), signed.collect()];
    for step in steps {
        let done = Command::new("openssl").args(&step).current_dir(folder).output().expect("openssl is installed");
        assert!(done.status.success(), "{step:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[tokio::test]
async fn the_connection_becomes_tls_before_the_password_is_said_or_there_is_no_mail() {
    aileron_testkit::crypto();
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let file = |name: &str| folder.path().join(name).display().to_string();
    let of = |security: &str, certificate: &str, key: &str| {
        Smtp::with(&["--security", security, "--certificate", certificate, "--key", key, "--password", "hunter2"])
    };
    for (word, security) in [("starttls", Security::Starttls), ("tls", Security::Tls)] {
        let smtp = of(word, &file("cert.pem"), &file("key.pem"));
        let settings = Config {
            smtp_security: security,
            smtp_ca_file: Some(folder.path().join("ca.pem")),
            smtp_user: Some("aileron".to_owned()),
            smtp_password: Some(Secret::new("hunter2")),
            ..smtp.config()
        };
        let app = TestApp::new().await.with_mail(&settings);
        invite(&app, "nina@new.test").await;
        let mail = smtp.one();
        assert!(mail.is_tls() && mail.user() == Some("aileron"), "{mail:?}");
        // Its authority is unknown, or it does not speak TLS at all.
        let plain = Smtp::start();
        let unknown = Config { smtp_ca_file: None, ..settings.clone() };
        let readable = Config { smtp_port: Some(plain.port), ..settings.clone() };
        for wrong in [unknown, readable] {
            let app = TestApp::new().await.with_mail(&wrong);
            invite(&app, "nina@new.test").await;
            let waits = jobs(&app).await.remove(0);
            assert!(waits.2.is_none() && waits.3.as_ref().is_some_and(|why| !why.contains("hunter2")), "{waits:?}");
        }
        assert!(smtp.taken().len() == 1 && plain.taken().is_empty());
        // Who may not sign in may be let in again by the operator.
        let app = TestApp::new().await.with_mail(&Config { smtp_password: Some(Secret::new("wrong")), ..settings });
        invite(&app, "nina@new.test").await;
        assert!(jobs(&app).await[0].2.is_none());
    }
}
