//! What follows each kind of write: a client that did what the frames say holds the same as one that fetched everything anew.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::{
    bootstrap::project,
    model::{Client, path},
};
use crate::files::upload;

/// Some who follow, of different roles.
pub(super) struct Followers<'a> {
    app: &'a TestApp,
    clients: Vec<(&'static str, Client)>,
}

impl<'a> Followers<'a> {
    pub(super) async fn new(app: &'a TestApp, names: &[&'static str]) -> Self {
        let mut clients = Vec::new();
        for name in names {
            clients.push((*name, Client::of(app, app.token(name), "acme").await));
        }
        Self { app, clients }
    }

    /// They catch up, and hold what one holds who begins now. Answers the changes that each was sent.
    pub(super) async fn agree(&mut self, what: &str) -> Vec<Vec<Value>> {
        let mut sent = Vec::new();
        for (name, client) in &mut self.clients {
            let frames = client.catch_up(self.app).await;
            let fresh = Client::of(self.app, self.app.token(name), "acme").await;
            let (held, wanted) = (client.content(), fresh.content());
            for (key, row) in &wanted {
                assert_eq!(held.get(key), Some(row), "{name} after {what}: {frames:#?}");
            }
            for key in held.keys() {
                assert!(wanted.contains_key(key), "{name} still holds {key:?} after {what}: {frames:#?}");
            }
            sent.push(frames.iter().flat_map(|frame| frame["changes"].as_array().cloned().unwrap_or_default()).collect());
        }
        sent
    }
}

#[tokio::test]
async fn items_and_what_hangs_on_them() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let mut all = Followers::new(&app, &["alice", "bob", "gina", "dave"]).await;
    let items = format!("{at}work-items/");
    let body = json!({"name": "first", "assignees": [app.user("bob")], "priority": "high", "target_date": "2026-12-24"});
    let first = bob.post(&items, body).await.id();
    let sent = all.agree("a new item").await;
    assert_eq!(sent.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 0, 0], "a guest and an outsider see nothing of it");
    let second = alice.post(&items, json!({"name": "second", "parent": first})).await.id();
    all.agree("an item below it").await;
    let states = alice.get(&format!("{at}states/")).await.expect(200);
    let done = states["results"].as_array().unwrap().iter().find(|state| state["group"] == "completed").unwrap()["id"].clone();
    alice.patch(&format!("{items}{second}/"), json!({"state": done})).await.expect(200);
    all.agree("the end of the item below").await;
    let third = alice.post(&items, json!({"name": "third"})).await.id();
    alice.patch(&format!("{items}{second}/"), json!({"parent": third})).await.expect(200);
    all.agree("another place for the item below").await;
    bob.patch(&format!("{items}{first}/"), json!({"description_html": "<p>a text</p>"})).await.expect(200);
    let sent = all.agree("a text").await;
    assert!(sent[0].iter().any(|change| change["entity"] == "description" && change["about"] == json!(first)));
    assert!(sent[3].is_empty());
    for (body, what) in [
        (json!({"is_draft": true}), "a draft"),
        (json!({"is_draft": false}), "no draft any more"),
        (json!({"archived_at": "2026-01-01"}), "an archived item"),
        (json!({"archived_at": null}), "an item taken back"),
        (json!({"assignees": [app.user("alice")], "point": 3, "start_date": "2026-01-01"}), "other fields"),
    ] {
        alice.patch(&format!("{items}{second}/"), body).await.expect(200);
        all.agree(what).await;
    }
    hung_on(&app, &mut all, &format!("{items}{first}/"), &second).await;
    alice.delete(&format!("{items}{third}/")).await.expect(204);
    all.agree("the end of an item and of what was below it").await;
}

/// Links, comments, relations and files of an item.
async fn hung_on(app: &TestApp, all: &mut Followers<'_>, item: &str, other: &str) {
    let alice = app.as_user("alice");
    let link = alice.post(&format!("{item}links/"), json!({"url": "https://a.test/"})).await.id();
    let sent = all.agree("a link").await;
    assert!(sent[1].iter().any(|change| change["entity"] == "link" && change["verb"] == "created"));
    assert!(sent[1].iter().any(|change| change["row"]["link_count"] == 1));
    alice.patch(&format!("{item}links/{link}/"), json!({"title": "A"})).await.expect(200);
    alice.delete(&format!("{item}links/{link}/")).await.expect(204);
    all.agree("no link").await;
    alice.post(&format!("{item}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    let sent = all.agree("a comment").await;
    assert_eq!((sent[1].len(), sent[1][0]["entity"].as_str(), sent[2].len()), (1, Some("comment"), 0));
    alice.post(&format!("{item}relations/"), json!({"relation_type": "blocking", "issues": [other]})).await.expect(201);
    let sent = all.agree("a relation").await;
    assert_eq!(sent[0].iter().filter(|change| change["entity"] == "relation").count(), 2, "one for each item");
    let files = format!("{item}attachments/");
    let made = alice.post(&files, json!({"name": "a.txt", "type": "text/plain", "size": 2})).await.expect(200);
    assert!(all.agree("a file that is not there yet").await[0].is_empty());
    upload(app, &made, b"hi").await.expect(204);
    let id = made["asset_id"].as_str().unwrap();
    alice.patch(&format!("{files}{id}/"), json!({})).await.expect(204);
    assert!(all.agree("a file").await[1].iter().any(|change| change["row"]["attachment_count"] == 1));
    alice.delete(&format!("{files}{id}/")).await.expect(204);
    all.agree("no file").await;
}

#[tokio::test]
async fn states_labels_and_types() {
    let app = TestApp::new().await;
    let (project_id, at) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    let mut all = Followers::new(&app, &["alice", "bob", "gina"]).await;
    let items = format!("{at}work-items/");
    let labels: Vec<String> = futures_util::future::join_all(["top", "below"].map(|name| {
        let (alice, at) = (alice.clone(), at.clone());
        async move { alice.post(&format!("{at}labels/"), json!({"name": name})).await.id() }
    }))
    .await;
    all.agree("labels").await;
    alice.patch(&format!("{at}labels/{}/", labels[1]), json!({"parent": labels[0], "color": "#123456"})).await.expect(200);
    let item = alice.post(&items, json!({"name": "labelled", "labels": labels})).await.id();
    all.agree("a labelled item").await;
    alice.delete(&format!("{at}labels/{}/", labels[0])).await.expect(204);
    let sent = all.agree("no label").await;
    assert!(sent[1].iter().any(|change| change["id"] == json!(item) && change["row"]["labels"] == json!([labels[1]])), "{sent:#?}");
    let state = alice.post(&format!("{at}states/"), json!({"name": "Review", "color": "#000000", "group": "started"})).await.expect(200);
    let state = format!("{at}states/{}/", state["id"].as_str().unwrap());
    all.agree("a state").await;
    alice.patch(&state, json!({"default": true})).await.expect(200);
    all.agree("another default").await;
    let parent = alice.post(&items, json!({"name": "above"})).await.id();
    alice.patch(&format!("{items}{item}/"), json!({"parent": parent, "state": state.split('/').nth_back(1)})).await.expect(200);
    all.agree("an item in that state").await;
    alice.patch(&state, json!({"group": "completed"})).await.expect(200);
    let sent = all.agree("a state of another group").await;
    assert!(sent[1].iter().any(|change| change["access"] == "changed"));
    let spare = alice.post(&format!("{at}states/"), json!({"name": "Spare", "color": "#000000"})).await.expect(200);
    alice.delete(&format!("{at}states/{}/", spare["id"].as_str().unwrap())).await.expect(204);
    all.agree("a state that came and went").await;
    let kind = app.make_type("Bug", "acme", project_id.parse().unwrap()).await;
    let sent = all.agree("a type").await;
    assert!(sent[2].iter().any(|change| change["entity"] == "work_item_type"));
    alice.patch(&format!("{items}{item}/"), json!({"type_id": kind})).await.expect(200);
    all.agree("an item of that type").await;
}

#[tokio::test]
async fn cycles_and_modules() {
    let app = TestApp::new().await;
    let (project_id, at) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    alice.patch(&at, json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let item = alice.post(&format!("{at}work-items/"), json!({"name": "an item"})).await.id();
    let mut all = Followers::new(&app, &["alice", "bob", "gina", "dave"]).await;
    for (noun, items, field) in [("cycles", "cycle-issues", "cycle"), ("modules", "module-issues", "modules")] {
        let holder = alice.post(&format!("{at}{noun}/"), json!({"name": "A holder", "project_id": project_id})).await.id();
        let path = format!("{at}{noun}/{holder}/");
        let sent = all.agree(noun).await;
        assert_eq!(sent.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1, 0]);
        alice.patch(&path, json!({"name": "Renamed"})).await.expect(200);
        all.agree("another name").await;
        let put = alice.post(&format!("{path}{items}/"), json!({"issues": [item]})).await;
        assert!(put.status.is_success(), "{put:?}");
        let sent = all.agree("an item in it").await;
        let row = &sent[1].iter().find(|change| change["id"] == json!(item)).unwrap()["row"];
        assert_eq!(row[field], if field == "cycle" { json!(holder) } else { json!([holder]) });
        assert_eq!(sent[2].len(), 0, "a guest does not see the item");
        alice.delete(&format!("{path}{items}/{item}/")).await.expect(204);
        all.agree("no item in it").await;
        alice.post(&format!("{path}{items}/"), json!({"issues": [item]})).await;
        alice.delete(&path).await.expect(204);
        let sent = all.agree("the end of it").await;
        assert!(sent[1].iter().any(|change| change["id"] == json!(holder) && change["deleted"] == true));
    }
}

#[tokio::test]
async fn drafts_are_nobody_elses() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let bob = app.as_user("bob");
    let mut all = Followers::new(&app, &["alice", "bob"]).await;
    let items = format!("{at}work-items/");
    let draft = bob.post(&items, json!({"name": "a draft", "is_draft": true})).await.id();
    all.agree("a draft").await;
    bob.patch(&format!("{items}{draft}/"), json!({"name": "typed", "description_html": "<p>more</p>"})).await.expect(200);
    bob.post(&format!("{items}{draft}/links/"), json!({"url": "https://a.test/"})).await.expect(201);
    assert!(all.agree("more of it").await[0].is_empty(), "nobody learns what he types");
    bob.patch(&format!("{items}{draft}/"), json!({"is_draft": false})).await.expect(200);
    assert_eq!(all.agree("an item at last").await[0].len(), 1);
    bob.patch(&format!("{items}{draft}/"), json!({"is_draft": true})).await.expect(200);
    assert_eq!(all.agree("a draft again").await[0][0]["deleted"], true);
}

#[tokio::test]
async fn many_changes_come_in_parts_that_are_a_chain() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let mut client = Client::of(&app, app.token("bob"), "acme").await;
    let mut last = String::new();
    for number in 0..600 {
        last = alice.post(&format!("{at}work-items/"), json!({"name": format!("item {number}")})).await.id();
    }
    for number in 0..3 {
        alice.patch(&format!("{at}work-items/{last}/"), json!({"name": format!("name {number}")})).await.expect(200);
    }
    let begun = client.seq;
    let frames = client.catch_up(&app).await;
    assert_eq!(frames.iter().map(|frame| frame["changes"].as_array().unwrap().len()).collect::<Vec<_>>(), [500, 100], "one for each row");
    assert_eq!((frames[0]["prev"].as_i64(), &frames[1]["prev"]), (Some(begun), &frames[0]["seq"]));
    assert_eq!(client.content(), Client::of(&app, app.token("bob"), "acme").await.content());
    // Many rows are no more statements than one.
    let cost = async |since: i64| {
        let before = app.db.statements();
        let frame = bob.get(&format!("{}?since={since}", path("acme"))).await.expect(200);
        (frame["changes"].as_array().unwrap().len(), app.db.statements() - before)
    };
    let (few, many) = (cost(client.seq - 5).await, cost(client.seq - 400).await);
    assert_eq!((few.0, many.0), (2, 397));
    assert_eq!(few.1, many.1);
    // Token, workspace, log, projects, parents, items and their seven sides; PostgreSQL is told user and workspace besides.
    assert!(many.1 <= 15, "{} statements", many.1);
    let none = cost(client.seq).await;
    assert!(none.0 == 0 && none.1 <= 4, "{none:?}");
}

#[tokio::test]
async fn own_requests_are_told_by_their_keys() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let mut alice = Client::of(&app, app.token("alice"), "acme").await;
    let mut bob = Client::of(&app, app.token("bob"), "acme").await;
    for (name, key) in [("alice", "of-alice"), ("bob", "of-bob"), ("alice", "of-alice"), ("alice", "again")] {
        let headers = [("idempotency-key", key.to_owned()), ("content-type", "application/json".to_owned())];
        let body = json!({"name": "an item"}).to_string().into_bytes();
        app.as_user(name).raw("POST", &format!("{at}work-items/"), &headers, body).await.expect(201);
    }
    alice.catch_up(&app).await;
    bob.catch_up(&app).await;
    assert_eq!((alice.mutations, bob.mutations), (vec!["of-alice".to_owned(), "again".to_owned()], vec!["of-bob".to_owned()]));
}

#[tokio::test]
async fn who_cannot_be_told_begins_anew() {
    let app = TestApp::new().await.with_most_behind(10);
    let (_, at) = project(&app, "ONE").await;
    let alice = app.as_user("alice");
    let client = Client::of(&app, app.token("alice"), "acme").await;
    let ask = async |query: String| alice.get(&format!("{}?{query}", path("acme"))).await;
    assert_eq!(ask(format!("since={}&schema=2", client.seq)).await.expect(200), json!({"bootstrap": true, "reason": "schema"}));
    assert_eq!(ask(format!("since={}", client.seq + 1)).await.expect(200), json!({"bootstrap": true, "reason": "ahead"}));
    for _ in 0..11 {
        alice.post(&format!("{at}work-items/"), json!({"name": "an item"})).await.expect(201);
    }
    assert_eq!(ask(format!("since={}", client.seq)).await.expect(200), json!({"bootstrap": true, "reason": "too_old"}));
    assert_eq!(ask(format!("since={}", client.seq + 1)).await.expect(200)["changes"].as_array().unwrap().len(), 10);
    for query in ["since=x", "since=-1", "schema=one", "project=7", "since="] {
        ask(query.to_owned()).await.expect(400);
        assert_eq!(app.as_user("olga").get(&format!("{}?{query}", path("acme"))).await.status.as_u16(), 403, "{query}");
    }
}

#[tokio::test]
async fn what_comes_back_and_what_moves_away() {
    let app = TestApp::new().await;
    let (_, at) = project(&app, "ONE").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let other = alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "Other", "identifier": "OTH", "network": 0})).await.id();
    let there = format!("/api/v1/workspaces/acme/projects/{other}/");
    let mut all = Followers::new(&app, &["alice", "bob", "gina", "dave"]).await;
    let items = format!("{at}work-items/");
    let parent = bob.post(&items, json!({"name": "parent"})).await.id();
    let first = bob.post(&items, json!({"name": "first", "parent": parent})).await.id();
    bob.post(&items, json!({"name": "sketch", "parent": first, "is_draft": true})).await.expect(201);
    all.agree("items").await;
    alice.delete(&format!("{items}{first}/")).await.expect(204);
    all.agree("an item that is deleted").await;
    alice.post(&format!("{items}{first}/restore/"), json!({})).await.expect(200);
    let sent = all.agree("an item that comes back").await;
    assert!(sent[1].iter().any(|change| change["id"] == first.as_str() && change["row"]["name"] == "first"));
    // Whoever sees only the project that it leaves is told that it is gone.
    alice.post(&format!("{items}{first}/move/"), json!({"target_project_id": other})).await.expect(200);
    let sent = all.agree("an item that moves").await;
    assert!(sent[0].iter().any(|change| change["row"]["project"] == other.as_str()));
    assert!(sent[1].iter().any(|change| change["id"] == first.as_str() && change["deleted"] == true));
    assert!(sent[3].is_empty(), "an outsider hears nothing of it");
    alice.post(&format!("{there}work-items/{first}/move/"), json!({"target_project_id": at.split('/').nth_back(1)})).await.expect(200);
    all.agree("an item that comes home").await;
    alice.delete(&at).await.expect(204);
    all.agree("a project that is deleted").await;
    alice.post(&format!("{at}restore/"), json!({})).await.expect(200);
    all.agree("a project that comes back").await;
    let ids = json!({"work_item_ids": [parent, first], "priority": "high"});
    bob.post(&format!("{items}bulk-update/"), ids).await.expect(200);
    all.agree("many items at once").await;
}
