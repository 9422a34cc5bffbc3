//! What no list of the trash shows is gone for good after its time all the same: comments, links, notes, drafts, views and pages.

use aileron_db::schema as s;
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::{
    stock::{item, items, project},
    trash::left,
    undo::{below, keyed, undo},
};

const DAY: i64 = 24 * 60 * 60;
const STICKIES: &str = "/api/v1/workspaces/acme/stickies/";
const DRAFTS: &str = "/api/v1/workspaces/acme/draft-work-items/";
const WORDS: [&str; 6] = ["comment", "link", "sticky", "draft", "view", "page"];

/// What is deleted here, and where something is of it.
const TABLES: &[aileron_db::Table] = &[
    s::COMMENTS,
    s::REACTIONS,
    s::TEXT_VERSIONS,
    s::WORK_ITEM_LINKS,
    s::STICKIES,
    s::WORK_ITEM_DRAFTS,
    s::VIEWS,
    s::PAGES,
    s::PAGE_LABELS,
    s::FAVORITES,
    s::DISPLAY_PREFERENCES,
    s::RECENT_VISITS,
];

/// Bob's: one of each kind, with all that can hang on it.
struct Place {
    app: TestApp,
    project: String,
    path: String,
    comment: String,
    answer: String,
    /// Where each of them is read, by the key under which it is deleted.
    things: Vec<(&'static str, String)>,
    draft: String,
    page: String,
}

impl Place {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let project = project(&app, "ENG").await;
        let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
        alice.patch(&below(&project, ""), json!({"issue_views_view": true, "page_view": true})).await.expect(200);
        let path = format!("{}{}/", items(&project), item(&app, "alice", &project, json!({"name": "Living"})).await);
        let comments = format!("{path}comments/");
        let comment = bob.post(&comments, json!({"comment_html": "<p>first</p>"})).await.id();
        bob.patch(&format!("{comments}{comment}/"), json!({"comment_html": "<p>second</p>"})).await.expect(200);
        alice.post(&format!("{path}comments/{comment}/reactions/"), json!({"reaction": "128077"})).await.expect(201);
        let answer = alice.post(&comments, json!({"comment_html": "<p>no</p>", "reply_to": comment})).await.id();
        let link = bob.post(&format!("{path}links/"), json!({"url": "https://a.test/"})).await.id();
        let sticky = bob.post(STICKIES, json!({"name": "Milk"})).await.id();
        let draft = bob.post(DRAFTS, json!({"name": "Begun", "project_id": project})).await.id();
        let view = bob.post(&below(&project, "views/"), json!({"name": "Urgent"})).await.id();
        let label = alice.post(&below(&project, "labels/"), json!({"name": "howto"})).await.id();
        let page =
            bob.post(&below(&project, "pages/"), json!({"name": "Plan", "labels": [label], "description_html": "<p>a</p>"})).await.id();
        let things = vec![
            ("comment", format!("{comments}{comment}/")),
            ("link", format!("{path}links/{link}/")),
            ("sticky", format!("{STICKIES}{sticky}/")),
            ("draft", format!("{DRAFTS}{draft}/")),
            ("view", below(&project, &format!("views/{view}/"))),
            ("page", below(&project, &format!("pages/{page}/"))),
        ];
        bob.patch(&things[5].1, json!({"description_html": "<p>b</p>"})).await.expect(200);
        bob.patch(&format!("{}user-properties/", things[4].1), json!({"display_filters": {"layout": "kanban"}})).await.expect(200);
        for (kind, id) in [("view", &view), ("page", &page)] {
            let of = json!({"entity_type": kind, "entity_identifier": id});
            alice.post("/api/v1/workspaces/acme/user-favorites/", of).await.expect(201);
            let of = json!({"entity_name": kind, "entity_identifier": id});
            bob.post("/api/v1/workspaces/acme/recent-visits/", of).await.expect(201);
        }
        Self { app, project, path, comment, answer, things, draft, page }
    }

    /// Deletes all of it, each under the name of its kind.
    async fn delete(&self) {
        for (kind, path) in &self.things {
            keyed(&self.app, "bob", kind, ("DELETE", path), json!({})).await.expect(204);
        }
    }

    fn removed(&self) -> [u64; 6] {
        WORDS.map(|what| self.app.metrics().rows_removed.with_label_values(&[what]).get())
    }

    async fn comment_now(&self, id: &str) -> Value {
        self.app.as_user("alice").get(&format!("{}comments/{id}/", self.path)).await.expect(200)
    }
}

#[tokio::test]
async fn what_was_deleted_goes_after_its_time_with_what_hung_on_it() {
    let place = Place::new().await;
    let (app, house) = (&place.app, place.app.house());
    let full = left(app, TABLES).await;
    assert!(full.iter().all(|count| *count > 0), "{full:?}");
    place.delete().await;
    let second = app.as_user("bob").post(DRAFTS, json!({"name": "Made", "project_id": place.project})).await.id();
    let made = keyed(app, "bob", "published", ("POST", &format!("{DRAFTS}{second}/publish/")), json!({})).await.id();
    let full = left(app, TABLES).await;
    app.clock.advance(29 * DAY);
    house.clean("a").await.unwrap();
    assert_eq!((left(app, TABLES).await, place.removed()), (full, [0; 6]), "there is time left");
    app.clock.advance(2 * DAY);
    let forever = aileron_server::housekeeping::House { trash_days: 0, ..app.house() };
    forever.clean("a").await.unwrap();
    assert_eq!(place.removed(), [0; 6], "this operator keeps it for ever");
    house.clean("a").await.unwrap();
    assert_eq!(place.removed(), [1, 1, 1, 2, 1, 1]);
    // The answer is there still, and answers nothing.
    assert_eq!(left(app, TABLES).await, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let answer = place.comment_now(&place.answer).await;
    assert_eq!((&answer["comment_html"], &answer["parent"]), (&json!("<p>no</p>"), &Value::Null));
    // What has gone cannot come back, and nothing of it does.
    for (kind, _) in place.things.iter().filter(|(kind, _)| !matches!(*kind, "view" | "page")) {
        let refused = undo(app, "bob", kind, &format!("undo {kind}")).await.expect(404);
        assert_eq!((&refused["error"], &refused["entity"]), (&json!("It was deleted too long ago: it is gone for good."), &json!(kind)));
    }
    assert_eq!(undo(app, "bob", "published", "undo published").await.expect(404)["id"], json!(second));
    assert_eq!(
        app.as_user("bob").get(&format!("{}{made}/", items(&place.project))).await.expect(200)["name"],
        "Made",
        "all of it or nothing"
    );
    undo(app, "bob", "page", "undo page").await.expect(400);
    let restore = below(&place.project, &format!("deleted-pages/{}/restore/", place.page));
    app.as_user("bob").post(&restore, json!({})).await.expect(404);
    // The history tells of it still.
    let told = app.as_user("alice").get(&format!("{}activities/", place.path)).await.expect(200);
    assert!(crate::stock::results(&told).iter().any(|row| row["verb"] == "deleted" && row["field"] == "link"), "{told}");
    assert_eq!(left(app, TABLES).await, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn until_then_it_comes_back_whole_and_what_came_back_stays() {
    let place = Place::new().await;
    let (app, house) = (&place.app, place.app.house());
    let full = left(app, TABLES).await;
    place.delete().await;
    app.clock.advance(29 * DAY);
    house.clean("a").await.unwrap();
    for (kind, path) in place.things.iter().filter(|(kind, _)| !matches!(*kind, "view" | "page")) {
        undo(app, "bob", kind, &format!("undo {kind}")).await.expect(200);
        app.as_user("bob").get(path).await.expect(200);
    }
    let restore = below(&place.project, &format!("deleted-pages/{}/restore/", place.page));
    app.as_user("bob").post(&restore, json!({})).await.expect(200);
    app.clock.advance(2 * DAY);
    house.clean("a").await.unwrap();
    assert_eq!(place.removed(), [0, 0, 0, 0, 1, 0], "views do not come back");
    let back = place.comment_now(&place.comment).await;
    assert_eq!(back["comment_html"], "<p>second</p>");
    assert_eq!(place.comment_now(&place.answer).await["parent"], json!(place.comment));
    let reactions = format!("{}comments/{}/reactions/", place.path, place.comment);
    assert_eq!(app.as_user("bob").get(&reactions).await.expect(200)["total_count"], 1);
    assert_eq!(app.as_user("bob").get(&format!("{DRAFTS}{}/", place.draft)).await.expect(200)["name"], "Begun");
    // With the view went that somebody had it at hand, looked at it, and how he had it shown.
    let without = full.iter().zip([0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1]).map(|(full, of_view)| full - of_view);
    assert_eq!(left(app, TABLES).await, without.collect::<Vec<i64>>());
}

#[tokio::test]
async fn an_item_that_is_gone_is_not_said_to_have_come_back() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = item(&app, "bob", &project, json!({"name": "One"})).await;
    let path = format!("{}{one}/", items(&project));
    keyed(&app, "bob", "k1", ("DELETE", &path), json!({})).await.expect(204);
    app.clock.advance(31 * DAY);
    app.house().clean("a").await.unwrap();
    let refused = undo(&app, "bob", "k1", "u1").await.expect(404);
    assert_eq!((&refused["entity"], &refused["id"]), (&json!("work_item"), &json!(one)), "{refused}");
}
