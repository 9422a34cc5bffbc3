//! Invitations, each of which is a mail: what was acknowledged is sent, and what is sent twice is the same mail twice.

use std::collections::{BTreeMap, BTreeSet};

use aileron_testkit::wire;
use serde_json::json;

use super::writers::Scene;
use crate::mail::smtp::Smtp;

/// Jobs of mails of invitations, whatever became of them.
pub(crate) const MAILS: &str = "SELECT count(*) FROM jobs WHERE kind = 'mail'";

/// The request that invites somebody of this name, once however often it is sent.
pub(crate) fn invite(scene: &Scene, name: &str) -> Vec<u8> {
    let body = json!({ "email": address(name), "role": 15 }).to_string();
    let request = wire::request("POST", "/api/v1/workspaces/crash/invitations/", Some(&scene.token), Some(&body));
    String::from_utf8(request).unwrap().replacen("\r\n", &format!("\r\nidempotency-key: {name}\r\n"), 1).into_bytes()
}

fn address(name: &str) -> String {
    format!("{name}@guests.test")
}

/// Those of these names who have had no mail yet.
pub(crate) fn waiting(smtp: &Smtp, names: &[String]) -> usize {
    let told: BTreeSet<String> = smtp.taken().iter().map(|mail| mail.to().to_owned()).collect();
    names.iter().filter(|name| !told.contains(&address(name))).count()
}

/// Everybody was sent one mail, under an id of its own, however often: how often there was one more than that.
pub(crate) fn check(smtp: &Smtp, names: &[String]) -> usize {
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in smtp.taken() {
        ids.entry(mail.to().to_owned()).or_default().push(mail.header("message-id").to_owned());
    }
    let unsent: Vec<&String> = names.iter().filter(|name| !ids.contains_key(&address(name))).collect();
    assert!(unsent.is_empty(), "acknowledged, and never sent: {unsent:?}");
    let mut known = BTreeSet::new();
    for (to, sent) in &ids {
        let named: BTreeSet<&String> = sent.iter().collect();
        assert_eq!(named.len(), 1, "{to} was sent mails of several names");
        assert!(sent[0].contains('@') && known.insert(&sent[0]), "{to} was sent {}, which is no name of its own", sent[0]);
    }
    ids.values().map(|sent| sent.len() - 1).sum()
}
