//! The recorded steps, sent again: what a webhook of the compatible API was told then, it is told now; and of deletions in addition.

use std::collections::HashMap;

use aileron_db::schema::EVENTS;
use aileron_integrations::webhooks::nouns::NOUNS;
use aileron_kernel::{Action, Time};
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::{Sent, hook_with, told_now};
use crate::conformance::{folder, read};

/// Fields whose values are nobody's promise: they differ from run to run, or are chosen by chance.
const FREE: [&str; 7] = ["created_at", "updated_at", "sort_order", "logo_props", "color", "cover_image", "cover_image_url"];

/// What was made by steps that told nobody of it: the recorded id, and which field of our answer has ours.
const UNTOLD: [(&str, &str, &str); 3] = [
    ("label create", "2f687f34-5cbe-47f8-952a-becd126b7953", "/id"),
    ("attachment create", "f735f886-c1fa-45d9-aab2-200876437a88", "/asset_id"),
    ("intake create", "e1e8d233-0a23-4673-ab12-2a870634ede2", "/issue"),
];

/// What is told here in addition: the reference tells of no deletion but those of projects.
fn deletions(step: &str) -> &'static [&'static str] {
    match step {
        "comment delete" => &["issue_comment deleted"],
        "cycle delete" => &["cycle deleted"],
        "module delete" => &["module deleted"],
        // With the one below it.
        "work item delete" => &["issue deleted", "issue deleted"],
        _ => &[],
    }
}

/// Our ids by the recorded ones.
#[derive(Default)]
struct Ids(HashMap<String, String>);

impl Ids {
    fn ours(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (recorded, ours)| text.replace(recorded, ours))
    }

    /// States are made with the project: ours are those of the same names.
    async fn learn_states(&mut self, app: &TestApp, recorded: &Value, project: &str) {
        let path = format!("/api/v1/workspaces/acme/projects/{project}/states/");
        let states = app.as_user("alice").get(&path).await.expect(200);
        for step in recorded["steps"].as_array().unwrap() {
            for told in step["deliveries"].as_array().unwrap() {
                let state = &told["body"]["data"]["state"];
                let same = |ours: &&Value| ours["name"] == state["name"];
                if let Some(ours) = states["results"].as_array().unwrap().iter().find(same) {
                    self.0.insert(state["id"].as_str().unwrap().to_owned(), ours["id"].as_str().unwrap().to_owned());
                }
            }
        }
    }

    /// Compares a body with a recorded one: fields, types, and values that are the same everywhere.
    fn check(&mut self, place: &str, recorded: &Value, ours: &Value) {
        let name = place.rsplit('/').next().unwrap();
        match (recorded, ours) {
            (Value::Object(recorded), Value::Object(ours)) if name != "logo_props" => {
                let keys = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
                assert_eq!(keys(recorded), keys(ours), "{place}");
                for (name, value) in recorded {
                    self.check(&format!("{place}/{name}"), value, &ours[name]);
                }
            }
            (Value::Array(recorded), Value::Array(ours)) => {
                assert_eq!(recorded.len(), ours.len(), "{place}");
                for (one, other) in recorded.iter().zip(ours) {
                    self.check(place, one, other);
                }
            }
            (Value::String(id), Value::String(ours)) if uuid::Uuid::try_parse(id).is_ok() => {
                // A comment is the row of its own text here.
                if name != "description" {
                    assert_eq!(self.0.entry(id.clone()).or_insert_with(|| ours.clone()), ours, "{place}");
                }
            }
            _ if FREE.contains(&name) => {
                let kind = std::mem::discriminant;
                assert!(kind(recorded) == kind(ours) || name == "cover_image_url", "{place}: {recorded} and {ours}");
            }
            (Value::String(one), Value::String(other)) if Time::parse(one).is_some() => {
                assert_eq!(Time::parse(one), Time::parse(other), "{place}");
            }
            _ => assert_eq!(recorded, ours, "{place}"),
        }
    }
}

/// By which deliveries of a step are told apart: their order is not promised.
fn key(told: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = [word(&told["event"]), word(&told["action"]), word(&told["activity"]["field"])];
    said.join(" ").trim_end().to_owned()
}

#[tokio::test]
async fn the_recorded_steps_are_told_as_recorded_and_deletions_too() {
    let app = TestApp::new().await;
    let recorded = read(&folder().join("fixtures/webhooks.json")).unwrap();
    let flags = json!({"project": true, "issue": true, "module": true, "cycle": true, "issue_comment": true});
    let hook = hook_with(&app, "hook", flags).await;
    let secret = app.as_user("alice").post(&format!("{hook}rotate-secret/"), json!({"overlap_hours": 0})).await.expect(200);
    let secret = secret["secret_key"].as_str().unwrap();
    let mut ids = Ids::default();
    ids.0.insert("896406e0-9977-40fd-ac5f-55a084baf164".to_owned(), app.user("alice").to_string());
    let mut kinds = 0;
    for step in recorded["steps"].as_array().unwrap() {
        app.clock.advance(1);
        let (name, call) = (step["name"].as_str().unwrap(), &step["api_call"]);
        let body = Some(call["json"].clone()).filter(|body| !body.is_null());
        let body = body.map(|body| serde_json::from_str(&ids.ours(&body.to_string())).unwrap());
        let path = ids.ours(call["path"].as_str().unwrap());
        let answer = app.as_user("alice").send(call["method"].as_str().unwrap(), &path, body).await;
        let (wanted, status) = (call["status"].as_u64().unwrap(), u64::from(answer.status.as_u16()));
        assert_eq!(wanted / 100, status / 100, "{name}: {status}");
        if let Some((_, id, field)) = UNTOLD.iter().find(|(step, ..)| *step == name) {
            ids.0.insert((*id).to_owned(), answer.json().pointer(field).unwrap().as_str().unwrap().to_owned());
        }
        let told = told_now(&app).await;
        let expected = step["deliveries"].as_array().unwrap();
        let mut wanted: Vec<String> = expected.iter().map(|told| key(&told["body"])).collect();
        wanted.extend(deletions(name).iter().map(|told| (*told).to_owned()));
        wanted.sort();
        let mut found: Vec<String> = told.iter().map(Sent::about).collect();
        found.sort();
        assert_eq!(found, wanted, "{name}");
        for one in expected {
            let ours = told.iter().find(|sent| sent.about() == key(&one["body"])).unwrap();
            ids.check(name, &one["body"], &ours.body);
            for header in ["x-plane-delivery", "x-plane-event", "x-plane-signature", "content-type"] {
                ours.header(header);
            }
            assert_eq!(ours.header("x-plane-event"), one["headers"]["X-Plane-Event"].as_str().unwrap());
            kinds += 1;
        }
        for sent in &told {
            assert_eq!(sent.header("x-plane-signature"), super::deliveries::compatible(secret, &sent.text), "{name}");
            if sent.body["action"] == "deleted" {
                assert_eq!(sent.body["data"].as_object().unwrap().len(), 1, "of what is gone the id alone");
            }
        }
        if name == "project create" {
            let project = answer.json()["id"].as_str().unwrap().to_owned();
            ids.learn_states(&app, &recorded, &project).await;
        }
    }
    assert_eq!(kinds, 20);
    assert_eq!(unheard_of(&app).await, Vec::<String>::new(), "a noun or verb that webhooks neither know nor leave alone on purpose");
}

/// What the log has and no pattern can ask for, but for what is nobody else's business.
async fn unheard_of(app: &TestApp) -> Vec<String> {
    let alice = app.principal("alice");
    let read = app.db.read(move |session| {
        let mut tx = session.workspace(&alice, "acme", Action::WorkspaceRead)?;
        let (entity, verb) = (EVENTS.col("entity"), EVENTS.col("verb"));
        let select = tx.from(EVENTS).expr(entity.clone()).expr(verb.clone()).group_by(entity).group_by(verb);
        tx.all::<(String, String)>(&select)
    });
    let knows = |(entity, verb): &(String, String)| NOUNS.iter().any(|noun| noun.entity == entity && noun.verbs.contains(&verb.as_str()));
    let is_own = |(entity, verb): &(String, String)| entity == "subscription" || verb == "requested" || verb == "awaited";
    let logged = read.await.unwrap();
    assert!(logged.len() > 20, "there is a log");
    logged.iter().filter(|event| !knows(event) && !is_own(event)).map(|(entity, verb)| format!("{entity}.{verb}")).collect()
}
