//! Random histories: whoever follows ends with what somebody has who fetches everything at the end.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::{bootstrap::project, model::Client};

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.roll(all.len())) }
    }
}

/// A history that is being made.
struct History<'a> {
    app: &'a TestApp,
    dice: Dice,
    projects: Vec<String>,
    /// Addresses of rows that were made, whether they are still there or not.
    items: Vec<(String, String)>,
    labels: Vec<(String, String)>,
    states: Vec<(String, String)>,
    cycles: Vec<(String, String)>,
    done: Vec<String>,
}

const WRITERS: [&str; 2] = ["alice", "bob"];
const FOLLOWERS: [&str; 4] = ["alice", "bob", "gina", "dave"];

impl History<'_> {
    /// One write by somebody, which may well be refused.
    async fn step(&mut self) {
        let who = *self.dice.pick(&WRITERS).unwrap();
        let (method, path, body) = match self.dice.roll(32) {
            0..=4 => self.new_item(),
            5..=11 => self.changed_item(),
            12 => self.of_row("DELETE", |history| history.items.clone(), |_| json!(null)),
            13 => self.below_an_item(),
            14 => {
                let name = format!("label {}", self.dice.roll(1000));
                self.in_project("labels/", json!({"name": name}))
            }
            15 => self.of_row("DELETE", |history| history.labels.clone(), |_| json!(null)),
            16 => {
                let parent = {
                    let labels = self.labels.clone();
                    self.dice.pick(&labels).map(|(_, id)| id.clone())
                };
                self.of_row("PATCH", |history| history.labels.clone(), |_| json!({"parent": parent}))
            }
            17 => self.changed_state(),
            18 | 19 => self.membership().await,
            20 => self.switched(),
            21 => self.place_in_workspace().await,
            22 => {
                let method = if self.dice.roll(2) == 0 { "POST" } else { "DELETE" };
                let project = self.dice.pick(&self.projects).unwrap();
                (method, format!("{project}archive/"), json!(null))
            }
            23 => self.new_project(),
            27 => self.with_item("restore/", json!({})),
            28 => {
                let project = self.dice.pick(&self.projects).unwrap().clone();
                let below = if self.dice.roll(2) == 0 { "move" } else { "detach" };
                self.with_item("move/", json!({"target_project_id": project.split('/').nth_back(1), "sub_items": below}))
            }
            29 => self.with_item("archive/", json!({})),
            30 => {
                let (_, path, _) = self.with_item("unarchive/", json!({}));
                ("DELETE", path, json!(null))
            }
            31 => ("POST", format!("{}restore/", self.dice.pick(&self.projects).unwrap()), json!({})),
            _ => self.cycle(),
        };
        let answer = self.app.as_user(who).send(method, &path, (!body.is_null()).then(|| body.clone())).await;
        assert!(answer.status.as_u16() < 500, "{method} {path} {body}");
        self.done.push(format!("{who} {method} {path} {body} {}", answer.status.as_u16()));
        if path.ends_with("/move/") && answer.status.is_success() {
            self.moved(&path);
        } else if method == "POST" && answer.status.is_success() && !answer.bytes.is_empty() {
            self.keep(&path, &answer.json());
        }
    }

    fn keep(&mut self, path: &str, made: &Value) {
        let Some(id) = made["id"].as_str() else { return };
        let row = (format!("{path}{id}/"), id.to_owned());
        if path.ends_with("work-items/") {
            self.items.push(row);
        } else if path.ends_with("labels/") {
            self.labels.push(row);
        } else if path.ends_with("states/") {
            self.states.push(row);
        } else if path.ends_with("cycles/") {
            self.cycles.push(row);
        } else if path.ends_with("projects/") {
            self.projects.push(row.0);
        }
    }

    /// Something with an item that is there, or was.
    fn with_item(&mut self, rest: &str, body: Value) -> (&'static str, String, Value) {
        let items = self.items.clone();
        match self.dice.pick(&items) {
            Some((path, _)) => ("POST", format!("{path}{rest}"), body),
            None => self.new_item(),
        }
    }

    /// An item that moved is written to where it is now, and so is what moved with it.
    fn moved(&mut self, path: &str) {
        let source = path.split("work-items/").next().unwrap().to_owned();
        let target = self.done.last().unwrap().split("target_project_id\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let base = source.split("projects/").next().unwrap().to_owned();
        for (path, id) in &mut self.items {
            if path.starts_with(&source) && self.dice.roll(2) == 0 {
                *path = format!("{base}projects/{target}/work-items/{id}/");
            }
        }
    }

    fn in_project(&mut self, rest: &str, body: Value) -> (&'static str, String, Value) {
        let project = self.dice.pick(&self.projects).unwrap();
        ("POST", format!("{project}{rest}"), body)
    }

    fn of_row(
        &mut self,
        method: &'static str,
        rows: impl Fn(&Self) -> Vec<(String, String)>,
        body: impl Fn(&str) -> Value,
    ) -> (&'static str, String, Value) {
        let rows = rows(self);
        match self.dice.pick(&rows) {
            Some((path, id)) => (method, path.clone(), body(id)),
            None => self.new_item(),
        }
    }

    fn new_item(&mut self) -> (&'static str, String, Value) {
        let parent = {
            let items = self.items.clone();
            self.dice.pick(&items).map(|(_, id)| id.clone()).filter(|_| self.dice.roll(2) == 0)
        };
        let labels: Vec<String> = {
            let labels = self.labels.clone();
            self.dice.pick(&labels).map(|(_, id)| id.clone()).into_iter().collect()
        };
        let body = json!({"name": format!("item {}", self.dice.roll(1000)), "parent": parent, "labels": labels});
        self.in_project("work-items/", body)
    }

    fn changed_item(&mut self) -> (&'static str, String, Value) {
        let (items, states) = (self.items.clone(), self.states.clone());
        let other = self.dice.pick(&items).map(|(_, id)| id.clone());
        let state = self.dice.pick(&states).map(|(_, id)| id.clone());
        let body = match self.dice.roll(8) {
            0 => json!({"name": format!("name {}", self.dice.roll(1000))}),
            1 => json!({"parent": other}),
            2 => json!({"parent": null}),
            3 => json!({"is_draft": self.dice.roll(2) == 0}),
            4 => json!({"archived_at": if self.dice.roll(2) == 0 { json!("2026-01-01") } else { json!(null) }}),
            5 => json!({"assignees": [self.app.user("bob")], "priority": "high"}),
            6 => json!({"labels": self.dice.pick(&self.labels.clone()).map(|(_, id)| id.clone()).into_iter().collect::<Vec<_>>()}),
            _ => json!({"state": state}),
        };
        self.of_row("PATCH", |history| history.items.clone(), move |_| body.clone())
    }

    fn below_an_item(&mut self) -> (&'static str, String, Value) {
        let number = self.dice.roll(1000);
        let (method, path, _) = self.of_row("POST", |history| history.items.clone(), |_| json!(null));
        if path.ends_with("work-items/") {
            return (method, path, json!({"name": "instead"}));
        }
        match self.dice.roll(2) {
            0 => (method, format!("{path}links/"), json!({"url": format!("https://a.test/{number}")})),
            _ => (method, format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})),
        }
    }

    fn changed_state(&mut self) -> (&'static str, String, Value) {
        let number = self.dice.roll(1000);
        match self.dice.roll(4) {
            0 => self.in_project("states/", json!({"name": format!("state {number}"), "color": "#000000"})),
            1 => self.of_row("PATCH", |history| history.states.clone(), |_| json!({"group": "completed"})),
            2 => self.of_row("PATCH", |history| history.states.clone(), |_| json!({"default": true})),
            _ => self.of_row("DELETE", |history| history.states.clone(), |_| json!(null)),
        }
    }

    fn cycle(&mut self) -> (&'static str, String, Value) {
        let items = self.items.clone();
        let item = self.dice.pick(&items).map(|(_, id)| id.clone());
        match self.dice.roll(5) {
            0 | 1 => {
                let project = self.dice.pick(&self.projects).unwrap().clone();
                let id = project.split('/').nth_back(1);
                ("POST", format!("{project}cycles/"), json!({"name": "a cycle", "project_id": id}))
            }
            2 => self.of_row("DELETE", |history| history.cycles.clone(), |_| json!(null)),
            _ => {
                let (method, path, body) = self.of_row("POST", |history| history.cycles.clone(), move |_| json!({"issues": [item]}));
                if path.ends_with("work-items/") { (method, path, body) } else { (method, format!("{path}cycle-issues/"), body) }
            }
        }
    }

    async fn membership(&mut self) -> (&'static str, String, Value) {
        let project = self.dice.pick(&self.projects).unwrap().clone();
        let who = *self.dice.pick(&["bob", "gina", "dave"]).unwrap();
        let role = *self.dice.pick(&[5, 10, 15, 20]).unwrap();
        let members = self.app.as_user("alice").get(&format!("{project}members/")).await;
        let members = if members.status.as_u16() == 200 { members.json() } else { json!([]) };
        let found = members.as_array().unwrap().iter().find(|member| member["display_name"] == who);
        let Some(found) = found.map(|member| member["membership_id"].as_str().unwrap().to_owned()) else {
            return ("POST", format!("{project}members/"), json!({"member": self.app.user(who), "role": role}));
        };
        let path = format!("{project}members/{found}/");
        if self.dice.roll(2) == 0 { ("DELETE", path, json!(null)) } else { ("PATCH", path, json!({"role": role})) }
    }

    fn switched(&mut self) -> (&'static str, String, Value) {
        let project = self.dice.pick(&self.projects).unwrap().clone();
        let is_on = self.dice.roll(2) == 0;
        let body = match self.dice.roll(3) {
            0 => json!({"visibility": if is_on { "public" } else { "secret" }}),
            1 => json!({"guest_view_all_features": is_on}),
            _ => json!({"description": format!("text {}", self.dice.roll(1000))}),
        };
        ("PATCH", project, body)
    }

    async fn place_in_workspace(&mut self) -> (&'static str, String, Value) {
        let members = self.app.as_user("alice").get("/api/v1/workspaces/acme/members/").await.expect(200);
        let who = *self.dice.pick(&["gina", "dave"]).unwrap();
        let role = *self.dice.pick(&[5, 15, 20]).unwrap();
        let found = members.as_array().unwrap().iter().find(|member| member["display_name"] == who);
        let Some(found) = found else { return self.new_item() };
        ("PATCH", format!("/api/v1/workspaces/acme/members/{}/", found["membership_id"].as_str().unwrap()), json!({"role": role}))
    }

    fn new_project(&mut self) -> (&'static str, String, Value) {
        let number = self.projects.len();
        if number > 3 {
            let project = self.dice.pick(&self.projects).unwrap().clone();
            return ("DELETE", project, json!(null));
        }
        let network = if self.dice.roll(2) == 0 { 0 } else { 2 };
        let body = json!({"name": format!("P{number}"), "identifier": format!("P{number}"), "network": network});
        ("POST", "/api/v1/workspaces/acme/projects/".to_owned(), body)
    }
}

async fn one(seed: u64, steps: usize) {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let mut history = History {
        app: &app,
        dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
        projects: vec![at],
        items: vec![],
        labels: vec![],
        states: vec![],
        cycles: vec![],
        done: vec![],
    };
    app.as_user("alice").patch(&history.projects[0].clone(), json!({"cycle_view": true})).await.expect(200);
    let mut clients = Vec::new();
    for name in FOLLOWERS {
        clients.push((name, Client::of(&app, app.token(name), "acme").await));
    }
    for _ in 0..steps {
        history.step().await;
        // Some follow at each step, some now and then, and frames have one event or many.
        for (place, (_, client)) in clients.iter_mut().enumerate() {
            if history.dice.roll(place * 8 + 1) == 0 {
                client.catch_up(&app).await;
            }
        }
    }
    for (name, mut client) in clients {
        client.catch_up(&app).await;
        let fresh = Client::of(&app, app.token(name), "acme").await;
        let (held, wanted) = (client.content(), fresh.content());
        for key in wanted.keys().chain(held.keys()) {
            assert_eq!(held.get(key), wanted.get(key), "{name}, seed {seed}, {key:?}:\n{}", history.done.join("\n"));
        }
    }
}

#[tokio::test]
async fn who_follows_random_histories_ends_with_what_is_there() {
    for seed in 1..=6 {
        one(seed, 60).await;
    }
}

#[tokio::test]
#[ignore = "long"]
async fn long_random_histories_end_with_what_is_there() {
    for seed in 100..=400 {
        one(seed, 120).await;
    }
}
