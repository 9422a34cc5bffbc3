//! Work items as of a time that is past, against what was seen at that time: a random history, played through the API.

use std::collections::BTreeSet;

use aileron_kernel::{Clock as _, Origin, Time};
use serde_json::{Value, json};

use crate::{
    cycles::Place,
    histories::{MANY, Step, histories},
    stock::{self, item, items, project, results},
};
use aileron_testkit::TestApp;

const HOUR: i64 = 60 * 60;

/// Everything that an item says, and where it is.
const FIELDS: &str = "id,name,description_html,description_binary,priority,state,parent,type_id,point,estimate_point,start_date,\
    target_date,sort_order,completed_at,archived_at,is_draft,external_source,external_id,assignees,labels,created_at,created_by,\
    updated_at,updated_by,sequence_id,cycle_id,module_ids";

struct World {
    place: Place,
    /// Another project, to which items go and from which they come.
    other: String,
    /// Those that are there.
    away: BTreeSet<String>,
    states: Vec<String>,
    labels: Vec<String>,
    cycles: Vec<String>,
    modules: Vec<String>,
    items: Vec<String>,
}

impl World {
    async fn new() -> Self {
        let place = Place::new().await;
        let mut states = Vec::new();
        for group in ["backlog", "started", "completed", "cancelled"] {
            states.push(place.state(group).await);
        }
        let mut labels = Vec::new();
        for name in ["bug", "ux", "later"] {
            labels.push(place.bob().post(&place.path("labels/"), json!({"name": name})).await.id());
        }
        let cycles = vec![place.cycle("One", None).await, place.cycle("Two", None).await];
        let mut modules = Vec::new();
        for name in ["M", "N"] {
            modules.push(place.bob().post(&place.path("modules/"), json!({"name": name})).await.id());
        }
        let other = project(&place.app, "OPS").await;
        let mut world = Self { place, other, away: BTreeSet::new(), states, labels, cycles, modules, items: Vec::new() };
        for number in 0..5 {
            world.step((0, 0, number)).await;
        }
        world
    }

    /// Does one thing; what cannot be done is refused, which is as good as nothing.
    async fn step(&mut self, (kind, item, value): Step) {
        let bob = self.place.bob();
        let Some(id) = self.items.get(item % self.items.len().max(1)).cloned().filter(|_| kind > 1) else {
            if value % 9 == 8 {
                let made = stock::item(&self.place.app, "bob", &self.other, json!({"name": format!("elsewhere {value}")})).await;
                self.away.insert(made.clone());
                self.items.push(made);
                return;
            }
            let body = json!({"name": format!("made {value}"), "point": value % 13, "state": self.states[value % 4],
                "labels": [self.labels[value % self.labels.len()]], "is_draft": value == 7});
            self.items.push(self.place.item(body).await);
            return;
        };
        if kind > 17 {
            return self.travel(&id).await;
        }
        let (alice, bob_id) = (self.place.app.user("alice"), self.place.app.user("bob"));
        let date = format!("2026-02-{:02}", value % 28 + 1);
        let priority = ["urgent", "high", "none"][value % 3];
        let point = if value % 7 == 0 { Value::Null } else { json!(value % 13) };
        let people = &[alice, bob_id][..value % 3];
        let document = if value % 3 == 0 { Value::Null } else { json!("aGk=") };
        let place = f64::from(u32::try_from(value).unwrap()) * 1.5;
        let change = match kind {
            2 | 3 => json!({"state": self.states[value % 4]}),
            4 => json!({"point": point, "priority": priority}),
            5 => json!({"name": format!("named {value}"), "description_html": format!("<p>text {value}</p>")}),
            6 => json!({"description_binary": document, "description_html": format!("<p>{}</p>", value % 4)}),
            7 => json!({"target_date": if value % 5 == 0 { Value::Null } else { json!(date) }}),
            8 => json!({"assignees": people}),
            9 => json!({"labels": &self.labels[..value % (self.labels.len() + 1)]}),
            10 => json!({"parent": self.items.get(value % self.items.len())}),
            11 => json!({"archived_at": if value % 2 == 0 { json!("2026-01-01") } else { Value::Null }}),
            12 => json!({"is_draft": value % 3 == 0, "sort_order": place}),
            _ => return self.step_beside(kind, &id, value).await,
        };
        let here = if self.away.contains(&id) { &self.other } else { &self.place.project };
        let _ = bob.patch(&format!("{}{id}/", items(here)), change).await;
    }

    /// To the other project, or back from it.
    async fn travel(&mut self, id: &str) {
        let (away, home) = (&self.other, &self.place.project);
        let (from, to) = if self.away.contains(id) { (away, home) } else { (home, away) };
        let body = json!({"target_project_id": to, "sub_items": "detach"});
        let answer = self.place.bob().post(&format!("{}{id}/move/", items(from)), body).await;
        if answer.status == 200 && !self.away.remove(id) {
            self.away.insert(id.to_owned());
        }
    }

    /// What is done beside the item's row.
    async fn step_beside(&self, kind: u8, id: &str, value: usize) {
        let bob = self.place.bob();
        let path = |rest: String| self.place.path(&rest);
        let cycle = &self.cycles[value % 2];
        let module = &self.modules[value % 2];
        match kind {
            13 => drop(bob.post(&path(format!("cycles/{cycle}/cycle-issues/")), json!({"issues": [id]})).await),
            14 => drop(bob.delete(&path(format!("cycles/{cycle}/cycle-issues/{id}/"))).await),
            15 => drop(bob.post(&path(format!("modules/{module}/module-issues/")), json!({"issues": [id]})).await),
            16 => drop(bob.delete(&path(format!("modules/{module}/module-issues/{id}/"))).await),
            _ if value.is_multiple_of(5) => drop(bob.delete(&path(format!("work-items/{id}/"))).await),
            _ => drop(bob.post(&path(format!("work-items/{id}/comments/")), json!({"comment_html": "<p>x</p>"})).await),
        }
    }

    fn now(&self) -> Time {
        self.place.app.clock.now()
    }
}

/// What two people saw: the list, both ways round, and each item.
#[derive(Debug, PartialEq)]
struct Seen {
    lists: Vec<Value>,
    items: Vec<Option<Value>>,
}

async fn look(world: &World, who: &str, count: usize, as_of: Option<Time>) -> Seen {
    let as_of = as_of.map_or_else(String::new, |at| format!("&as_of={at}"));
    let (mut lists, mut seen) = (Vec::new(), Vec::new());
    for (order, per_page, page) in [("-created_at", 100, 0), ("created_at", 3, 0), ("created_at", 3, 1), ("-created_at", 4, 2)] {
        let path = format!("work-items/?fields={FIELDS}&order_by={order}&per_page={per_page}&cursor={per_page}:{page}:0{as_of}");
        let page = world.place.user(who).get(&world.place.path(&path)).await.expect(200);
        lists.push(json!([page["total_count"], page["next_page_results"], page["results"]]));
    }
    for id in &world.items[..count] {
        let path = world.place.path(&format!("work-items/{id}/?fields={FIELDS}{as_of}"));
        let answer = world.place.user(who).get(&path).await;
        seen.push((answer.status != 404).then(|| answer.expect(200)));
    }
    Seen { lists, items: seen }
}

#[tokio::test]
async fn every_instant_is_shown_as_it_was_seen() {
    look_back(0).await;
}

#[tokio::test]
#[ignore = "long"]
async fn long_every_instant_of_many_histories_is_shown_as_it_was_seen() {
    for seed in 1..=MANY {
        look_back(seed).await;
    }
}

/// Plays a history, and looks back at each of its rounds.
async fn look_back(seed: u8) {
    let mut world = World::new().await;
    let mut seen = Vec::new();
    for (round, steps) in histories(seed, 9, 20, 6..16).into_iter().enumerate() {
        for step in steps {
            world.step(step).await;
        }
        if round == 4 {
            // A label that goes takes nothing from the past.
            let gone = world.labels.remove(1);
            world.place.bob().delete(&world.place.path(&format!("labels/{gone}/"))).await.expect(204);
        }
        if round == 6 {
            world.place.bob().delete(&world.place.path(&format!("cycles/{}/", world.cycles[1]))).await.expect(204);
        }
        let count = world.items.len();
        let (bob, alice) = (look(&world, "bob", count, None).await, look(&world, "alice", count, None).await);
        seen.push((world.now(), count, bob, alice));
        world.place.app.clock.advance(HOUR);
    }
    // What is elsewhere now, is shown nowhere here: everything comes home.
    while let Some(id) = world.away.first().cloned() {
        let path = format!("{}{id}/", items(&world.other));
        world.place.bob().patch(&path, json!({"archived_at": null})).await.expect(200);
        world.travel(&id).await;
        assert!(!world.away.contains(&id), "it came");
    }
    if seed == 0 {
        assert!(seen.windows(2).all(|pair| pair[0].2.lists != pair[1].2.lists), "something happens in each round");
        assert!(seen.iter().any(|(.., bob, alice)| bob.items != alice.items), "some of it is bob's business alone");
    }
    for (round, (at, count, bob, alice)) in seen.iter().enumerate() {
        let told = look(&world, "bob", *count, Some(*at)).await;
        for (number, (told, seen)) in told.items.iter().zip(&bob.items).enumerate() {
            assert_eq!(told, seen, "item {number} in round {round} of history {seed}");
        }
        assert_eq!(told.lists, bob.lists, "round {round} of history {seed}");
        // What is a draft of bob's now, is nobody else's business, whatever it was.
        let now = look(&world, "alice", world.items.len(), None).await;
        let told = look(&world, "alice", *count, Some(*at)).await;
        for (number, (told, seen)) in told.items.iter().zip(&alice.items).enumerate() {
            let is_hidden_now = now.items[number].is_none();
            assert!(
                told == seen || is_hidden_now && told.is_none(),
                "item {} for alice in round {round} of history {seed}",
                world.items[number]
            );
        }
    }
}

#[tokio::test]
async fn an_item_is_listed_where_it_was() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    let bob = app.as_user("bob");
    let never = app.clock.now();
    app.clock.advance(HOUR);
    let one = item(&app, "bob", &ops, json!({"name": "One"})).await;
    let there = app.clock.now();
    app.clock.advance(HOUR);
    bob.post(&format!("{}{one}/move/", items(&ops)), json!({"target_project_id": eng})).await.expect(200);
    let here = app.clock.now();
    app.clock.advance(HOUR);
    bob.patch(&format!("{}{one}/", items(&eng)), json!({"name": "Two"})).await.expect(200);
    for (at, count) in [(never, 0), (there, 0), (here, 1)] {
        let list = bob.get(&format!("{}?as_of={at}", items(&eng))).await.expect(200);
        assert_eq!((&list["total_count"], results(&list).len()), (&json!(count), count), "{at}");
        let status = if count == 0 { 404 } else { 200 };
        bob.get(&format!("{}{one}/?as_of={at}", items(&eng))).await.expect(status);
    }
}

#[tokio::test]
async fn bad_instants_are_refused_by_name() {
    let place = Place::new().await;
    let id = place.item(json!({"name": "x"})).await;
    for path in ["work-items/".to_owned(), format!("work-items/{id}/")] {
        for wrong in ["2027-01-01", "yesterday", "2026-02-30", "%00", "1"] {
            let answer = place.bob().get(&place.path(&format!("{path}?as_of={wrong}"))).await;
            assert!(answer.expect(400)["as_of"][0].is_string(), "{path} {wrong}");
        }
    }
    let filtered = place.bob().get(&place.path("work-items/?as_of=2026-01-01&priority=high")).await.expect(400);
    assert!(filtered["as_of"][0].is_string(), "{filtered}");
    let sorted = place.bob().get(&place.path("work-items/?as_of=2026-01-01&order_by=name")).await.expect(400);
    assert!(sorted["order_by"][0].is_string(), "{sorted}");
    // Before it was made there was nothing.
    let before = place.get("work-items/?as_of=2026-01-01T10:00:00Z").await;
    assert_eq!((&before["total_count"], &before["results"]), (&json!(0), &json!([])));
    place.bob().get(&place.path(&format!("work-items/{id}/?as_of=2026-01-01T10:00:00Z"))).await.expect(404);
}

#[tokio::test]
async fn a_guest_sees_of_the_past_what_is_his_and_others_see_nothing() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let gina = app.user("gina");
    let own = item(&app, "alice", &project, json!({"name": "own", "created_by": gina})).await;
    let other = item(&app, "alice", &project, json!({"name": "other"})).await;
    let then = app.clock.now();
    app.clock.advance(HOUR);
    for id in [&own, &other] {
        app.as_user("alice").patch(&format!("{}{id}/", items(&project)), json!({"name": "renamed"})).await.expect(200);
    }
    app.as_user("alice").delete(&format!("{}{other}/", items(&project))).await.expect(204);
    let list = |who: &'static str| app.as_user(who);
    let path = format!("{}?as_of={then}", items(&project));
    let names = |page: &Value| results(page).iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&list("bob").get(&path).await.expect(200)), ["other", "own"]);
    assert_eq!(names(&list("gina").get(&path).await.expect(200)), ["own"]);
    list("gina").get(&format!("{}{other}/?as_of={then}", items(&project))).await.expect(404);
    assert_eq!(list("gina").get(&format!("{}{own}/?as_of={then}", items(&project))).await.expect(200)["name"], "own");
    for who in ["olga", "dave"] {
        list(who).get(&path).await.expect(403);
    }
    let by_number = format!("/api/v1/workspaces/acme/work-items/ENG-2/?as_of={then}");
    assert_eq!(list("bob").get(&by_number).await.expect(200)["name"], "other");
    list("gina").get(&by_number).await.expect(404);
    let expanded = list("bob").get(&format!("{path}&expand=state,created_by")).await.expect(200);
    assert_eq!(expanded["results"][1]["created_by"]["display_name"], "gina");
}

/// An item as an import brings it: made long ago, known since now.
#[tokio::test]
async fn what_was_imported_says_since_when_it_has_a_history() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let state = app.as_user("bob").get(&format!("/api/v1/workspaces/acme/projects/{project}/states/")).await.expect(200);
    let state: aileron_kernel::Uuid = results(&state)[0]["id"].as_str().unwrap().parse().unwrap();
    let (place, made) = (project.parse().unwrap(), Time::parse("2020-05-01T10:00:00Z").unwrap());
    let actor = aileron_kernel::Actor { origin: Origin::Import, ..app.principal("alice").actor().clone() };
    let alice = aileron_db::Principal::proved(actor, Vec::new());
    let imported = app.db.write(move |session| {
        use aileron_tracker::work_items::commands::{NamedState, NewItem, insert};
        let place = aileron_db::ProjectPlace::new("acme".to_owned(), place, aileron_kernel::Action::WorkItemsCreate);
        let mut tx = session.project_to_write(&alice, &place)?;
        let state = NamedState { id: state, name: "x".to_owned(), group: aileron_kernel::StateGroup::Backlog };
        insert(&mut tx, NewItem { created_at: Some(made), ..NewItem::new("old".to_owned(), state) })
    });
    let id = imported.await.unwrap();
    let import = app.clock.now();
    app.clock.advance(HOUR);
    let bob = app.as_user("bob");
    bob.patch(&format!("{}{id}/", items(&project)), json!({"name": "renamed"})).await.expect(200);
    let then = bob.get(&format!("{}{id}/?as_of=2021-01-01", items(&project))).await.expect(200);
    assert_eq!(then["name"], "old");
    let from = Time::parse(then["history_from"].as_str().unwrap()).unwrap();
    assert!((import.micros() - from.micros()).abs() < 1_000_000, "{then}");
    let list = bob.get(&format!("{}?as_of=2021-01-01", items(&project))).await.expect(200);
    assert_eq!((&list["results"][0]["name"], &list["results"][0]["history_from"]), (&json!("old"), &then["history_from"]));
    assert_eq!(bob.get(&format!("{}?as_of=2020-01-01", items(&project))).await.expect(200)["total_count"], 0);
    let own = item(&app, "bob", &project, json!({"name": "own"})).await;
    let now = app.clock.now();
    let own = bob.get(&format!("{}{own}/?as_of={now}", items(&project))).await.expect(200);
    assert_eq!(own["history_from"], Value::Null);
}

#[tokio::test]
async fn a_look_back_takes_as_many_statements_for_many_as_for_few() {
    let place = Place::new().await;
    let (mut costs, mut made) = (Vec::new(), Vec::new());
    let then = place.app.clock.now();
    for round in [2, 30] {
        while made.len() < round {
            made.push(place.item(json!({"name": "x"})).await);
        }
        let at = place.app.clock.now();
        for id in &made {
            place.bob().patch(&place.path(&format!("work-items/{id}/")), json!({"name": format!("y{round}")})).await.expect(200);
        }
        let mut cost = Vec::new();
        for path in [format!("work-items/?as_of={at}"), format!("work-items/{}/?as_of={at}", made[0])] {
            cost.push(stock::cost(&place.app, "bob", &place.path(&path)).await);
        }
        costs.push(cost);
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[0].iter().all(|cost| *cost <= 32), "{costs:?}");
    assert_eq!(place.get(&format!("work-items/?as_of={then}")).await["total_count"], 0);
}
