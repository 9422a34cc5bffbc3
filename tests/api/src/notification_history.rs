//! Random histories: what is told equals what somebody finds who goes through the log event by event and remembers everything.

use std::collections::{BTreeMap, BTreeSet};

use aileron_db::events::{self, Logged};
use aileron_kernel::{Action, Random as _, SystemRandom, Uuid};
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::{
    notification_rules::mention,
    stock::{items, project, results},
};

const PEOPLE: [&str; 4] = ["alice", "bob", "dave", "gina"];
const STEPS: usize = 70;

/// Numbers by chance, from a beginning that a failure names.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// Receiver, event, whether he was mentioned, assigned, and made the item.
type Told = (Uuid, i64, bool, bool, bool);

/// What is remembered of an item.
#[derive(Clone, Debug, Default)]
struct Item {
    creator: Option<Uuid>,
    assignees: BTreeSet<Uuid>,
    subscribers: BTreeSet<Uuid>,
    text: BTreeSet<Uuid>,
    comments: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

/// Who goes through the log. Texts are not in it: what each says is known from who sent them, in their order.
#[derive(Default)]
struct Naive {
    items: BTreeMap<Uuid, Item>,
    guests: BTreeSet<Uuid>,
    told: BTreeSet<Told>,
}

impl Naive {
    fn sees(&self, item: &Item, person: Uuid) -> bool {
        !self.guests.contains(&person) || item.creator == Some(person)
    }

    /// `mentioned`: whom the text mentions that the event brought, if it brought one.
    fn event(&mut self, event: &Logged, mentioned: Option<&BTreeSet<Uuid>>) {
        let (Some(id), Some(actor)) = (event.subject_id, event.actor_id) else { return };
        let mut item = self.items.remove(&id).unwrap_or_default();
        let (entity, verb) = (event.entity.as_str(), event.verb.as_str());
        if entity == "subscription" {
            // What the server notes by itself follows from other events.
            if event.change("since").is_none() && verb == "created" {
                item.subscribers.insert(event.entity_id);
            } else if verb == "deleted" {
                item.subscribers.remove(&event.entity_id);
            }
            self.items.insert(id, item);
            return;
        }
        let before = item.subscribers.clone();
        let mut new_assignees = BTreeSet::new();
        let mut is_told = matches!((entity, verb), ("work_item" | "comment", "created" | "deleted"));
        if entity == "work_item" && verb == "created" {
            item.creator = Some(actor);
        }
        for change in &event.changes {
            is_told |=
                entity == "work_item" && matches!(change.field.as_str(), "name" | "priority" | "state" | "assignees" | "target_date");
            is_told |= entity == "comment" && change.field == "comment_html";
            if entity == "work_item" && change.field == "assignees" {
                if let Some(gone) = change.old_id {
                    item.assignees.remove(&gone);
                }
                new_assignees.extend(change.new_id);
            }
        }
        item.assignees.extend(&new_assignees);
        let mut new_mentions = BTreeSet::new();
        if let Some(now) = mentioned {
            let old = if entity == "comment" { item.comments.entry(event.entity_id).or_default() } else { &mut item.text };
            new_mentions = now.difference(old).copied().filter(|person| *person != actor).collect();
            old.clone_from(now);
        }
        new_mentions.retain(|person| self.sees(&item, *person));
        let sees = |person: &Uuid| self.sees(&item, *person);
        let mut new: BTreeSet<Uuid> = new_assignees.iter().copied().filter(sees).collect();
        new.extend(new_mentions.iter().filter(|person| !item.assignees.contains(person) && item.creator != Some(**person)));
        if is_told && (entity, verb) != ("work_item", "deleted") && sees(&actor) {
            new.insert(actor);
        }
        let followers = before.iter().chain(&new_assignees).copied().filter(|_| is_told);
        let receivers: BTreeSet<Uuid> = followers.chain(new_mentions.iter().copied()).filter(|person| *person != actor).collect();
        let receivers: Vec<Uuid> = receivers.into_iter().filter(sees).collect();
        for receiver in receivers {
            let (is_assigned, is_creator) = (item.assignees.contains(&receiver), item.creator == Some(receiver));
            self.told.insert((receiver, event.seq, new_mentions.contains(&receiver), is_assigned, is_creator));
        }
        item.subscribers.extend(new);
        self.items.insert(id, item);
    }
}

/// A history in the making.
struct Story<'a> {
    app: &'a TestApp,
    dice: Dice,
    project: String,
    items: Vec<String>,
    /// Who said them, and where they are.
    comments: Vec<(String, String)>,
    /// The texts sent, in the order of the events that they belong to: what they mention.
    texts: Vec<BTreeSet<Uuid>>,
}

impl Story<'_> {
    fn text(&mut self) -> (String, BTreeSet<Uuid>) {
        let people: BTreeSet<Uuid> = (0..self.dice.below(3)).map(|_| self.app.user(PEOPLE[self.dice.below(4)])).collect();
        // No two texts are the same, so that each is a change.
        let markup: String = people.iter().map(|person| mention(*person)).collect();
        (format!("<div><p>{}</p>{markup}</div>", self.texts.len()), people)
    }

    async fn step(&mut self) {
        let app = self.app;
        let name = *self.dice.of(&PEOPLE[..2]);
        let caller = app.as_user(name);
        let what = if self.items.len() < 2 { 0 } else { self.dice.below(13) };
        if what == 0 {
            let (text, people) = self.text();
            let assignees: Vec<Uuid> =
                (0..self.dice.below(3)).map(|_| app.user(PEOPLE[self.dice.below(3)])).collect::<BTreeSet<_>>().into_iter().collect();
            let body = json!({"name": "x", "description_html": text, "assignees": assignees});
            self.texts.push(people);
            let made = caller.post(&items(&self.project), body).await.id();
            return self.items.push(made);
        }
        let item = self.dice.of(&self.items).clone();
        let path = format!("{}{item}/", items(&self.project));
        match what {
            1 | 2 => {
                let body = json!({"priority": *self.dice.of(&["low", "high", "urgent"])});
                caller.patch(&path, body).await.expect(200);
            }
            3 | 4 => {
                let assignees: BTreeSet<Uuid> = (0..self.dice.below(3)).map(|_| app.user(PEOPLE[self.dice.below(3)])).collect();
                caller.patch(&path, json!({"assignees": assignees, "sort_order": 1.0})).await.expect(200);
            }
            5 | 6 => {
                let (text, people) = self.text();
                self.texts.push(people);
                caller.patch(&path, json!({"description_html": text})).await.expect(200);
            }
            7 | 8 => {
                let (text, people) = self.text();
                self.texts.push(people);
                let id = caller.post(&format!("{path}comments/"), json!({"comment_html": text})).await.id();
                self.comments.push((name.to_owned(), format!("{path}comments/{id}/")));
            }
            9 if !self.comments.is_empty() => {
                let (author, path) = self.dice.of(&self.comments).clone();
                let (text, people) = self.text();
                self.texts.push(people);
                app.as_user(&author).patch(&path, json!({"comment_html": text})).await.expect(200);
            }
            10 => {
                caller.post(&format!("{path}reactions/"), json!({"reaction": "+1"})).await.expect(201);
            }
            11 => {
                let who = *self.dice.of(&PEOPLE[..3]);
                app.as_user(who).post(&format!("{path}subscribe/"), json!({})).await.expect(201);
            }
            _ => {
                let who = *self.dice.of(&PEOPLE[..3]);
                app.as_user(who).delete(&format!("{path}subscribe/")).await.expect(204);
            }
        }
    }
}

async fn log(app: &TestApp) -> Vec<Logged> {
    let alice = app.principal("alice");
    let read = app.db.read(move |session| events::behind(&mut session.workspace(&alice, "acme", Action::WorkspaceRead)?, 0, 100_000));
    read.await.unwrap()
}

/// What the server told, as the list shows it.
async fn found(app: &TestApp, log: &[Logged]) -> BTreeSet<Told> {
    let mut found = BTreeSet::new();
    for name in PEOPLE {
        let page = app.as_user(name).get("/api/v1/workspaces/acme/notifications/?per_page=1000").await.expect(200);
        for row in results(&page) {
            let seq = log.iter().find(|event| json!(event.id) == row["event"]).unwrap().seq;
            let has = |word: &str| row["reasons"].as_array().unwrap().contains(&Value::from(word));
            found.insert((app.user(name), seq, has("mentioned"), has("assigned"), has("created")));
        }
    }
    found
}

/// Whether the event brings a text.
fn brings_text(event: &Logged) -> bool {
    match (event.entity.as_str(), event.verb.as_str()) {
        ("work_item" | "comment", "created") => true,
        ("work_item", "updated") => event.change("description").is_some(),
        ("comment", "updated") => event.change("comment_html").is_some(),
        _ => false,
    }
}

async fn story(seed: u64) {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let members = format!("/api/v1/workspaces/acme/projects/{project}/members/");
    app.as_user("alice").post(&members, json!({"member": app.user("dave"), "role": 15})).await.expect(201);
    let mut story = Story { app: &app, dice: Dice(seed), project, items: Vec::new(), comments: Vec::new(), texts: Vec::new() };
    for _ in 0..STEPS {
        story.step().await;
        // Sooner or later somebody looks.
        if story.dice.below(6) == 0 {
            app.run_consumers().await;
        }
    }
    app.run_consumers().await;
    let log = log(&app).await;
    let mut naive = Naive { guests: BTreeSet::from([app.user("gina")]), ..Naive::default() };
    let mut texts = story.texts.iter();
    for event in &log {
        let text = if brings_text(event) { texts.next() } else { None };
        naive.event(event, text);
    }
    assert!(texts.next().is_none(), "seed {seed}: each text has its event");
    let found = found(&app, &log).await;
    let name = |row: &Told| {
        let event = log.iter().find(|event| event.seq == row.1).unwrap();
        format!("{} {} {} {:?}", PEOPLE.iter().find(|name| app.user(name) == row.0).unwrap(), event.entity, event.verb, row)
    };
    let missing: Vec<String> = naive.told.difference(&found).map(name).collect();
    let too_many: Vec<String> = found.difference(&naive.told).map(name).collect();
    assert!(missing.is_empty() && too_many.is_empty(), "seed {seed}: missing {missing:#?}, too many {too_many:#?}");
    assert!(found.len() > 20, "seed {seed}: only {} were told", found.len());
    for (id, item) in &naive.items {
        let path = format!("{}{id}/subscribers/", items(&story.project));
        let people = results(&app.as_user("alice").get(&path).await.expect(200));
        let people: BTreeSet<Uuid> = people.iter().map(|row| row["subscriber"].as_str().unwrap().parse().unwrap()).collect();
        assert_eq!(people, item.subscribers, "seed {seed}");
    }
}

#[tokio::test]
async fn random_histories_tell_what_a_simple_reader_finds() {
    for seed in 1..=4 {
        story(seed).await;
    }
    let mut bytes = [0; 8];
    SystemRandom.fill(&mut bytes);
    story(u64::from_le_bytes(bytes)).await;
}
