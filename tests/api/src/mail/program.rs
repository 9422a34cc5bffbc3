//! Mail as the operator meets it on the command line.

use std::process::{Command, Output};

use aileron_testkit::program::binary;

use super::smtp::Smtp;

fn run(folder: &std::path::Path, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AILERON_")) {
        command.env_remove(name);
    }
    command.env_remove("DATABASE_URL").env("AILERON_METRICS_LISTEN", "").env("AILERON_LOG", "warn");
    command.arg("--data").arg(folder).args(arguments).envs(settings.iter().copied()).output().unwrap()
}

fn settings(port: &str) -> Vec<(&str, &str)> {
    vec![
        ("AILERON_BASE_URL", "https://aileron.test"),
        ("AILERON_SMTP_HOST", "127.0.0.1"),
        ("AILERON_SMTP_PORT", port),
        ("AILERON_SMTP_SECURITY", "none"),
        ("AILERON_SMTP_FROM", "Aileron <aileron@mail.test>"),
        ("AILERON_SMTP_REPLY_TO", "team@mail.test"),
    ]
}

#[test]
fn an_operator_sees_whether_mail_works_and_what_the_server_says() {
    let (smtp, folder) = (Smtp::start(), tempfile::tempdir().unwrap());
    let port = smtp.port.to_string();
    let test = |settings: &[(&str, &str)], to: &str| run(folder.path(), settings, &["admin", "mail", "test", "--to", to]);
    let done = test(&settings(&port), "ada@example.test");
    assert!(done.status.success() && String::from_utf8_lossy(&done.stdout).contains("250 2.0.0 taken"), "{done:?}");
    let mail = smtp.one();
    assert_eq!((mail.to(), mail.subject(), mail.header("reply-to")), ("ada@example.test", "Mail from Aileron works", "team@mail.test"));
    for (settings, to, word) in [
        (settings(&port), "nobody@example.test", "there is nobody of that name"),
        (settings(&port), "ada", "Enter a valid email address"),
        (settings("1"), "ada@example.test", "refused"),
        (Vec::new(), "ada@example.test", "smtp_host"),
        (settings(&port)[1..].to_vec(), "ada@example.test", "base_url"),
    ] {
        let refused = test(&settings, to);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(word) && said.lines().count() == 1, "{word}: {said}");
    }
}

#[test]
fn a_server_does_not_start_with_a_template_that_it_could_not_send() {
    let (folder, templates) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = templates.path().display().to_string();
    let serve = |source: &str| {
        std::fs::write(templates.path().join("invitation.txt"), source).unwrap();
        run(folder.path(), &[("AILERON_MAIL_TEMPLATES", &place)], &["serve", "--listen", "127.0.0.1:0"])
    };
    let refused = serve("Come\n\n{{ tokn }}");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("invitation.txt") && said.contains("tokn"), "{said}");
}
