//! The replayer against a stand-in that answers what was recorded, or something else: each verdict must come out.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::deviations::Deviations;
use super::fixtures::{ACTORS, ORDER, family};
use super::ids::{Ids, is_id};
use super::{Outcome, Transport, Verdict, complaints, replay, table};

/// Answers the recording in its order, with ids of its own.
struct StandIn(RefCell<VecDeque<(String, u16, Value)>>);

impl StandIn {
    /// `change` may spoil the answer of an exchange that it knows by its name.
    fn new(change: impl Fn(&str, &mut u16, &mut Value)) -> Result<Self> {
        let mut ids = Ids::default();
        let mut answers = VecDeque::new();
        for (_, id) in ACTORS {
            let body = renamed(&json!({ "id": id }), &mut ids)?;
            answers.push_back(("/api/v1/users/me/".to_owned(), 200, body));
        }
        for exchange in ORDER.into_iter().map(family).collect::<Result<Vec<_>>>()?.into_iter().flatten() {
            let path = ids.translate(&exchange.path);
            let (mut status, mut body) = (exchange.status, renamed(&exchange.answer, &mut ids)?);
            change(&exchange.name, &mut status, &mut body);
            answers.push_back((path, status, body));
        }
        Ok(Self(RefCell::new(answers)))
    }

    async fn replay(self, judged: &[&str]) -> Vec<Verdict> {
        let keys: HashMap<_, _> = ACTORS.iter().map(|(actor, _)| ((*actor).to_owned(), format!("key-{actor}"))).collect();
        replay(&self, &keys, judged).await.expect("the stand-in answers")
    }
}

impl Transport for StandIn {
    async fn send(&self, _method: &str, target: &str, headers: &[(String, String)], _body: Vec<u8>) -> Result<(u16, Vec<u8>)> {
        let (path, status, body) = self.0.borrow_mut().pop_front().context("more requests than recorded")?;
        ensure!(target.split('?').next() == Some(&path), "{target} was sent, not {path}");
        ensure!(headers.iter().all(|(name, value)| name != "X-Api-Key" || !value.starts_with('<')), "a marker was sent for a key");
        Ok((status, if body.is_null() { Vec::new() } else { serde_json::to_vec(&body)? }))
    }
}

/// The answer of a server that gave other ids than the recorded one.
fn renamed(answer: &Value, ids: &mut Ids) -> Result<Value> {
    match answer {
        Value::String(text) if is_id(text) => {
            ids.learn(text, &mirrored(text));
        }
        Value::Array(list) => list.iter().try_for_each(|value| renamed(value, ids).map(drop))?,
        Value::Object(fields) => fields.values().try_for_each(|value| renamed(value, ids).map(drop))?,
        _ => {}
    }
    Ok(serde_json::from_str(&ids.translate(&answer.to_string()))?)
}

/// Another id, made from this one.
fn mirrored(id: &str) -> String {
    id.chars().map(|c| c.to_digit(16).and_then(|digit| char::from_digit(15 - digit, 16)).unwrap_or(c)).collect()
}

async fn verdict(name: &str, change: impl Fn(&mut u16, &mut Value)) -> Verdict {
    let stand_in = StandIn::new(|exchange, status, body| {
        if exchange == name {
            change(status, body);
        }
    })
    .unwrap();
    stand_in.replay(&ORDER).await.into_iter().find(|verdict| verdict.name == name).expect("the exchange is recorded")
}

#[tokio::test]
async fn what_is_answered_as_recorded_is_the_same() {
    let known = Deviations::read().unwrap();
    let verdicts = StandIn::new(|_, _, _| {}).unwrap().replay(&ORDER).await;
    let plain: Vec<Verdict> = verdicts.into_iter().filter(|verdict| known.excuse(&verdict.family, &verdict.name).is_none()).collect();
    let others = complaints(&plain, &[Outcome::Shape, Outcome::Differs, Outcome::Excused]);
    assert!(plain.len() > 450 && others.is_empty(), "{}\n{others}", table(&plain));
}

#[tokio::test]
async fn only_what_is_asked_for_is_judged() {
    let verdicts = StandIn::new(|_, _, _| {}).unwrap().replay(&["labels", "states"]).await;
    let families: HashSet<&str> = verdicts.iter().map(|verdict| verdict.family.as_str()).collect();
    assert_eq!(families, HashSet::from(["labels", "states"]));
}

#[tokio::test]
async fn each_kind_of_spoilt_answer_is_told() {
    let name = "me";
    assert_eq!(verdict(name, |_, _| {}).await.outcome, Outcome::Same);
    assert_eq!(verdict(name, |status, _| *status = 500).await.outcome, Outcome::Differs);
    assert_eq!(verdict(name, |_, body| body["first_name"] = json!("Somebody")).await.outcome, Outcome::Shape);
    assert_eq!(verdict(name, |_, body| body["first_name"] = json!(1)).await.outcome, Outcome::Differs);
    assert_eq!(verdict(name, |_, body| *body = json!("no object")).await.outcome, Outcome::Differs);
    let gone = |body: &mut Value| body.as_object_mut().and_then(|fields| fields.remove("email"));
    assert_eq!(verdict(name, |_, body| drop(gone(body))).await.outcome, Outcome::Differs);
}

#[tokio::test]
async fn a_deviation_must_be_the_one_that_is_wanted() {
    let name = "create body is a list";
    assert_eq!(verdict(name, |status, _| *status = 400).await.outcome, Outcome::Excused);
    let as_recorded = verdict(name, |_, _| {}).await;
    assert_eq!((as_recorded.outcome, as_recorded.status), (Outcome::Differs, 500));
    assert!(complaints(&[as_recorded], &[Outcome::Differs]).contains("one of [400] wanted, 500 found"));
}
