//! A client as simple as can be: it keeps rows and does what frames say.

use std::collections::{BTreeMap, BTreeSet};

use aileron_testkit::{Answer, TestApp};
use serde_json::Value;

/// The address of the sync of a workspace.
pub(crate) fn path(slug: &str) -> String {
    format!("/api/v1/workspaces/{slug}/sync/")
}

/// The lines of a stream that came to its end.
#[track_caller]
pub(crate) fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status.as_u16(), 200, "{}", String::from_utf8_lossy(&answer.bytes));
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    let mut lines: Vec<Value> = answer
        .bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let end = lines.pop().unwrap();
    assert_eq!((&end["end"], end["rows"].as_u64()), (&Value::Bool(true), Some(lines.len() as u64 - 1)));
    lines
}

/// Entity and id.
pub(crate) type Key = (String, String);

/// What a client holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    token: String,
    slug: String,
    pub(crate) seq: i64,
    pub(crate) rows: BTreeMap<Key, Value>,
    /// What it knows to be gone, with versions.
    gone: BTreeMap<Key, i64>,
    /// The projects whose items it holds.
    pub(crate) held: BTreeSet<String>,
    pub(crate) mutations: Vec<String>,
    /// How often it began anew.
    pub(crate) begun: usize,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Client {
    /// One that has fetched everything, items of all projects included.
    pub(crate) async fn of(app: &TestApp, token: &str, slug: &str) -> Self {
        let mut client = Self { token: token.to_owned(), slug: slug.to_owned(), ..Self::default() };
        client.begin(app).await;
        client
    }

    async fn begin(&mut self, app: &TestApp) {
        self.rows.clear();
        self.gone.clear();
        self.held.clear();
        self.begun += 1;
        let lines = lines(&app.with_token(&self.token).get(&path(&self.slug)).await);
        self.seq = lines[0]["seq"].as_i64().unwrap();
        for line in &lines[1..] {
            self.put(&line["entity"], &line["row"]);
        }
        self.fetch_items(app).await;
    }

    /// Fetches the items of projects that it does not hold.
    pub(crate) async fn fetch_items(&mut self, app: &TestApp) {
        let projects: Vec<String> = self
            .rows
            .iter()
            .filter(|((entity, _), row)| entity == "project" && !row["member_role"].is_null() && row["archived_at"].is_null())
            .map(|((_, id), _)| id.clone())
            .collect();
        for project in projects {
            if !self.held.contains(&project) {
                self.fetch(app, &project).await;
            }
        }
    }

    async fn fetch(&mut self, app: &TestApp, project: &str) {
        let answer = app.with_token(&self.token).get(&format!("{}?project={project}", path(&self.slug))).await;
        if answer.status.as_u16() == 404 {
            return;
        }
        let lines = lines(&answer);
        self.held.insert(project.to_owned());
        // What is not among them is not there any more, unless it is newer.
        let seq = lines[0]["seq"].as_i64().unwrap();
        let named: BTreeSet<&str> = lines[1..].iter().map(|line| line["row"]["id"].as_str().unwrap()).collect();
        self.rows.retain(|(entity, id), row| {
            entity != "work_item" || row["project"] != project || named.contains(id.as_str()) || row["version"].as_i64() > Some(seq)
        });
        for line in &lines[1..] {
            self.put(&line["entity"], &line["row"]);
        }
    }

    fn put(&mut self, entity: &Value, row: &Value) {
        let key = (text(entity), text(&row["id"]));
        let version = row["version"].as_i64().unwrap();
        let known = self.rows.get(&key).and_then(|row| row["version"].as_i64()).or_else(|| self.gone.get(&key).copied());
        if known.is_none_or(|known| known <= version) {
            self.gone.remove(&key);
            self.rows.insert(key, row.clone());
        }
    }

    /// Asks for what changed until there is no more. Answers the frames.
    pub(crate) async fn catch_up(&mut self, app: &TestApp) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            let asked = format!("{}?since={}&schema=1", path(&self.slug), self.seq);
            let frame = app.with_token(&self.token).get(&asked).await.expect(200);
            let more = frame["more"] == true;
            self.apply(app, &frame).await;
            frames.push(frame);
            if !more {
                return frames;
            }
        }
    }

    /// Does what a frame says.
    pub(crate) async fn apply(&mut self, app: &TestApp, frame: &Value) {
        if frame["bootstrap"] == true {
            return self.begin(app).await;
        }
        assert_eq!(frame["prev"].as_i64(), Some(self.seq), "frames are a chain");
        let mut again = BTreeSet::new();
        for change in frame["changes"].as_array().unwrap() {
            self.change(change, &mut again);
        }
        self.seq = frame["seq"].as_i64().unwrap();
        self.mutations.extend(frame["mutations"].as_array().unwrap().iter().map(text));
        for project in again {
            self.fetch(app, &project).await;
        }
        self.fetch_items(app).await;
    }

    fn change(&mut self, change: &Value, again: &mut BTreeSet<String>) {
        let key = (text(&change["entity"]), text(&change["id"]));
        let version = change["version"].as_i64().unwrap();
        if !change["row"].is_null() {
            let is_held = key.0 != "work_item" || self.held.contains(change["row"]["project"].as_str().unwrap());
            if is_held {
                self.put(&change["entity"], &change["row"]);
            }
        } else if change["deleted"] == true {
            let known = self.rows.get(&key).and_then(|row| row["version"].as_i64());
            if known.is_none_or(|known| known <= version) {
                self.rows.remove(&key);
                self.gone.insert(key, version);
            }
        } else if let Some(access) = change["access"].as_str() {
            if access == "lost" {
                let project = &change["id"];
                self.rows.retain(|(entity, _), row| entity == "project" || &row["project"] != project);
                self.held.remove(&key.1);
                again.remove(&key.1);
            } else if self.held.contains(&key.1) {
                again.insert(key.1);
            }
        } else {
            assert!(change["verb"].is_string() && change["about"].is_string(), "{change}");
        }
    }

    /// What it holds, without the versions.
    pub(crate) fn content(&self) -> BTreeMap<Key, Value> {
        let mut rows = self.rows.clone();
        for row in rows.values_mut() {
            row.as_object_mut().unwrap().remove("version");
        }
        rows
    }
}
