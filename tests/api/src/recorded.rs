//! The recorded exchanges of the compatible API, replayed against this server.

use std::collections::HashMap;

use aileron_testkit::{Caller, TestApp};

use crate::conformance::{ORDER, Outcome, Transport, complaints, replay, table};

struct InProcess<'a> {
    app: &'a TestApp,
    caller: Caller<'a>,
}

impl Transport for InProcess<'_> {
    async fn send(&self, method: &str, path: &str, headers: &[(String, String)], body: Vec<u8>) -> anyhow::Result<(u16, Vec<u8>)> {
        let headers: Vec<(&str, String)> = headers.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        // As in the recording, what is made later has a later time and a larger id.
        self.app.clock.advance(1);
        let answer = self.caller.raw(method, path, &headers, body).await;
        Ok((answer.status.as_u16(), answer.bytes))
    }
}

/// How many of a hundred answers that nothing excuses are the recorded ones to the last value; the others differ in a value.
const SAME: usize = 93;

/// `AILERON_TEST_FAMILIES=a,b` judges only some of the families.
#[tokio::test]
async fn no_answer_differs_from_the_recorded_one() {
    let app = TestApp::new().await;
    // Dates of cycles stand in the recording: 2026-11-22T17:52:00Z.
    app.clock.advance(1_795_369_920 - 1_767_268_800);
    let keys: HashMap<String, String> = ["alice", "bob", "gina", "dave", "olga", "expired", "inactive"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), app.key(name)?)))
        .collect();
    let wanted = std::env::var("AILERON_TEST_FAMILIES").unwrap_or_default();
    let judged: Vec<&str> =
        ORDER.iter().copied().filter(|family| wanted.is_empty() || wanted.split(',').any(|name| name == *family)).collect();
    let verdicts = replay(&InProcess { app: &app, caller: app.nobody() }, &keys, &judged).await.unwrap();
    println!("{}", table(&verdicts));
    if std::env::var("AILERON_TEST_SHAPES").is_ok() {
        println!("{}", complaints(&verdicts, &[Outcome::Shape]));
    }
    let differing = complaints(&verdicts, &[Outcome::Differs]);
    assert!(differing.is_empty(), "{differing}");
    let count = |outcome| verdicts.iter().filter(|verdict| verdict.outcome == outcome).count();
    let (same, held) = (count(Outcome::Same), verdicts.len() - count(Outcome::Excused));
    println!("{same} of {held} answers that nothing excuses are the same");
    // The share is that of all families together.
    if wanted.is_empty() {
        assert!(same * 100 >= held * SAME, "{same} of {held} are the same:\n{}", complaints(&verdicts, &[Outcome::Shape]));
    }
}
