//! Links of work items.

use std::{sync::Arc, time::Duration};

use aileron_db::{
    ExprTrait as _, Unscoped,
    schema::{EVENTS, WORKSPACES},
};
use aileron_kernel::{Action, Uuid};
use aileron_testkit::{
    TestApp,
    internet::{ok, redirect},
};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::stock::{item, items, project, results};

const PUBLIC: &str = "93.184.216.34";

struct Place {
    app: TestApp,
    project: String,
    item: String,
    links: String,
}

/// An item that alice made, and `public.test` with a page.
async fn place() -> Place {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let item = item(&app, "alice", &project, json!({"name": "One"})).await;
    let links = format!("{}{item}/links/", items(&project));
    app.internet.name("public.test", &[PUBLIC]);
    app.internet.page(&format!("{PUBLIC}:80"), "<head><title> The &amp; page </title><link rel=icon href=/i.ico></head>");
    Place { app, project, item, links }
}

impl Place {
    async fn link(&self, user: &str, body: Value) -> String {
        self.app.as_user(user).post(&self.links, body).await.id()
    }

    fn one(&self, id: &str) -> String {
        format!("{}{id}/", self.links)
    }

    async fn get(&self, id: &str) -> Value {
        self.app.as_user("bob").get(&self.one(id)).await.expect(200)
    }

    /// The history of the item but for its making: verb, old value, new value.
    async fn history(&self) -> Vec<[String; 3]> {
        let path = format!("{}{}/activities/", items(&self.project), self.item);
        let rows = results(&self.app.as_user("bob").get(&path).await.expect(200));
        let word = |row: &Value, name: &str| row[name].as_str().unwrap_or("-").to_owned();
        rows[1..].iter().map(|row| [word(row, "verb"), word(row, "old_value"), word(row, "new_value")]).collect()
    }
}

#[tokio::test]
async fn a_link_is_made_listed_changed_and_deleted() {
    let place = place().await;
    let (alice, bob) = (place.app.as_user("alice"), place.app.as_user("bob"));
    let made = bob.post(&place.links, json!({"url": " https://a.test/x ", "title": "First"})).await.expect(201);
    assert_eq!((&made["url"], &made["title"], &made["metadata"]), (&json!("https://a.test/x"), &json!("First"), &json!({})));
    assert_eq!((&made["created_by"], &made["issue"]), (&json!(place.app.user("bob")), &json!(place.item)));
    let second = place.link("alice", json!({"url": "https://b.test/"})).await;
    let page = bob.get(&place.links).await.expect(200);
    let urls: Vec<Value> = results(&page).iter().map(|row| row["url"].clone()).collect();
    assert_eq!(urls, [json!("https://b.test/"), json!("https://a.test/x")], "the newest first");
    let id = made["id"].as_str().unwrap();
    let changed = alice.patch(&place.one(id), json!({"title": "Better", "metadata": {"a": 1}})).await.expect(200);
    assert_eq!((&changed["title"], &changed["metadata"], &changed["url"]), (&json!("Better"), &json!({"a": 1}), &made["url"]));
    assert_eq!(changed["updated_by"], json!(place.app.user("alice")));
    assert_eq!(place.get(id).await, changed);
    bob.patch(&place.one(&second), json!({"url": "https://c.test/"})).await.expect(200);
    bob.delete(&place.one(&second)).await.expect(204);
    bob.get(&place.one(&second)).await.expect(404);
    bob.delete(&place.one(&second)).await.expect(404);
    let told: Vec<[String; 3]> = place.history().await;
    let row = |verb: &str, old: &str, new: &str| [verb.to_owned(), old.to_owned(), new.to_owned()];
    assert_eq!(
        told,
        [
            row("created", "-", "https://a.test/x"),
            row("created", "-", "https://b.test/"),
            row("updated", "https://a.test/x", ""),
            row("updated", "https://b.test/", "https://c.test/"),
            row("deleted", "https://c.test/", ""),
        ]
    );
    let one = bob.get(&format!("{}?fields=id,created_by&expand=created_by", place.links)).await.expect(200);
    let row = &results(&one)[0];
    assert_eq!((&row["id"], &row["created_by"]["display_name"], row.as_object().unwrap().len()), (&json!(id), &json!("bob"), 2));
}

#[tokio::test]
async fn the_old_addresses_lead_to_the_same() {
    let place = place().await;
    let id = place.link("bob", json!({"url": "https://a.test/"})).await;
    let old = place.links.replace("/work-items/", "/issues/");
    let bob = place.app.as_user("bob");
    assert_eq!(bob.get(&old).await.expect(200), bob.get(&place.links).await.expect(200));
    bob.post(&old, json!({"url": "https://b.test/"})).await.expect(201);
    bob.patch(&format!("{old}{id}/"), json!({"title": "x"})).await.expect(200);
    bob.delete(&format!("{old}{id}/")).await.expect(204);
}

#[tokio::test]
async fn an_address_is_of_the_web_and_there_once() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let id = place.link("bob", json!({"url": "https://a.test/"})).await;
    place.link("bob", json!({"url": "https://b.test/"})).await;
    let taken = json!({"error": "URL already exists for this Issue"});
    assert_eq!(bob.post(&place.links, json!({"url": "https://a.test/"})).await.expect(400), taken);
    assert_eq!(bob.patch(&place.one(&id), json!({"url": "https://b.test/"})).await.expect(400), taken);
    bob.patch(&place.one(&id), json!({"url": "https://a.test/"})).await.expect(200);
    for url in ["x", "", "javascript:alert(1)", "javascript://a.test/%0aalert(1)", "ftp://a.test/", "data:text/html,x", "https://a b.test/"]
    {
        for answer in [bob.post(&place.links, json!({"url": url})).await, bob.patch(&place.one(&id), json!({"url": url})).await] {
            assert!(answer.expect(400)["url"].is_array(), "{url}");
        }
    }
    assert_eq!(results(&bob.get(&place.links).await.expect(200)).len(), 2);
    bob.delete(&place.one(&id)).await.expect(204);
    bob.post(&place.links, json!({"url": "https://a.test/"})).await.expect(201);
    let other = item(&place.app, "alice", &place.project, json!({"name": "Two"})).await;
    bob.post(&format!("{}{other}/links/", items(&place.project)), json!({"url": "https://a.test/"})).await.expect(201);
}

#[tokio::test]
async fn admins_may_say_who_made_it() {
    let place = place().await;
    let bob = json!(place.app.user("bob"));
    let made = |user: &'static str, url: &'static str, who: Value| {
        let place = &place;
        async move { place.app.as_user(user).post(&place.links, json!({"url": url, "created_by": who})).await }
    };
    assert_eq!(made("alice", "https://a.test/", bob.clone()).await.expect(201)["created_by"], bob);
    assert_eq!(made("bob", "https://b.test/", json!(place.app.user("alice"))).await.expect(201)["created_by"], bob);
    assert!(made("alice", "https://c.test/", json!(place.app.user("olga"))).await.expect(400)["created_by"].is_array());
}

#[tokio::test]
async fn links_stay_within_their_item() {
    let place = place().await;
    let id = place.link("bob", json!({"url": "https://a.test/"})).await;
    let elsewhere = project(&place.app, "MKT").await;
    let alice = place.app.as_user("alice");
    let second = item(&place.app, "alice", &place.project, json!({"name": "Two"})).await;
    for path in [format!("{}{}/links/", items(&elsewhere), place.item), format!("{}{second}/links/", items(&place.project))] {
        alice.get(&format!("{path}{id}/")).await.expect(404);
        alice.patch(&format!("{path}{id}/"), json!({"title": "x"})).await.expect(404);
        alice.delete(&format!("{path}{id}/")).await.expect(404);
    }
    let wrong = format!("{}{}/links/", items(&elsewhere), place.item);
    alice.post(&wrong, json!({"url": "https://b.test/"})).await.expect(404);
    alice.get(&wrong).await.expect(404);
    for (user, status) in [("gina", 404), ("dave", 403), ("olga", 403)] {
        place.app.as_user(user).get(&place.links).await.expect(status);
    }
    place.app.as_user("gina").post(&place.links, json!({"url": "https://b.test/"})).await.expect(403);
    assert_eq!(place.get(&id).await["title"], Value::Null);
}

#[tokio::test]
async fn the_title_of_the_page_is_filled_in_afterwards() {
    let place = place().await;
    let made = place.app.as_user("bob").post(&place.links, json!({"url": "http://public.test/a"})).await.expect(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!(place.app.run_jobs().await, 1);
    let now = place.get(id).await;
    assert_eq!(now["title"], "The & page");
    let metadata =
        json!({"url": "http://public.test/a", "title": "The & page", "favicon": null, "favicon_url": "http://public.test/i.ico"});
    assert_eq!(now["metadata"], metadata);
    assert_eq!((&now["created_by"], &now["updated_by"]), (&made["created_by"], &made["updated_by"]), "nobody changed it");
    assert!(place.app.internet.requests()[0].contains("accept: text/html\r\n"));
    assert_eq!(place.history().await.len(), 1, "people did not do this");
    let (principal, link) = (place.app.principal("alice"), aileron_kernel::Uuid::parse_str(id).unwrap());
    let read = place.app.db.read(move |session| {
        let mut tx = session.workspace(&principal, "acme", Action::WorkspaceRead)?;
        let select = tx.from(EVENTS).filter(EVENTS.col("entity_id").eq(link)).order(EVENTS.col("seq"), aileron_db::Order::Asc);
        let select = select.expr(EVENTS.col("verb")).expr(EVENTS.col("actor_kind")).expr(EVENTS.col("request_id"));
        tx.all::<(String, String, String)>(&select)
    });
    let events = read.await.unwrap();
    assert_eq!((events[0].0.as_str(), events[0].1.as_str()), ("created", "user"));
    assert_eq!((events[1].0.as_str(), events[1].1.as_str()), ("previewed", "automation"));
    assert_eq!(events[0].2, events[1].2, "in the trace of the same request");
}

#[tokio::test]
async fn what_people_wrote_stays() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let given = place.link("bob", json!({"url": "http://public.test/a", "title": "Mine"})).await;
    let changed = place.link("bob", json!({"url": "http://public.test/b"})).await;
    bob.patch(&place.one(&changed), json!({"title": "Also mine", "metadata": {"mine": 1}})).await.expect(200);
    let moved = place.link("bob", json!({"url": "http://public.test/c"})).await;
    bob.patch(&place.one(&moved), json!({"url": "http://nowhere.test/"})).await.expect(200);
    let gone = place.link("bob", json!({"url": "http://public.test/d"})).await;
    bob.delete(&place.one(&gone)).await.expect(204);
    assert_eq!(place.app.run_jobs().await, 5);
    assert_eq!(place.get(&given).await["title"], "Mine");
    let now = place.get(&changed).await;
    assert_eq!(
        (&now["title"], &now["metadata"]["mine"], &now["metadata"]["title"]),
        (&json!("Also mine"), &json!(1), &json!("The & page"))
    );
    let now = place.get(&moved).await;
    assert_eq!((&now["title"], &now["metadata"]), (&Value::Null, &json!({})), "it was another address that answered");
    bob.get(&place.one(&gone)).await.expect(404);
}

#[tokio::test]
async fn inner_addresses_are_linked_to_and_not_asked() {
    let place = place().await;
    place.app.internet.page("127.0.0.1:80", "<title>Secret</title>");
    place.app.internet.name("inner.test", &["10.0.0.1"]);
    place.app.internet.server(&format!("{PUBLIC}:8080"), redirect(302, "http://127.0.0.1/"));
    let mut links = Vec::new();
    for url in ["http://127.0.0.1/", "http://2130706433/", "http://inner.test/wiki", "http://public.test:8080/"] {
        links.push(place.link("bob", json!({"url": url})).await);
    }
    assert_eq!(place.app.run_jobs().await, 4);
    place.app.clock.advance(10_000);
    assert_eq!(place.app.run_jobs().await, 0, "what is forbidden is not tried again");
    for id in links {
        let link = place.get(&id).await;
        assert_eq!((&link["title"], &link["metadata"]), (&Value::Null, &json!({})));
    }
    assert_eq!(place.app.internet.connected(), [format!("{PUBLIC}:8080")]);
}

#[tokio::test]
async fn what_is_no_page_gives_no_title() {
    let place = place().await;
    let server = format!("{PUBLIC}:80");
    for (number, answer) in [
        ok("image/png", "<title>x</title>"),
        ok("text/html", "<p>no title</p>"),
        "HTTP/1.1 500 No\r\nContent-Type: text/html\r\nContent-Length: 16\r\n\r\n<title>x</title>".to_owned(),
        "not HTTP".to_owned(),
    ]
    .into_iter()
    .enumerate()
    {
        place.app.internet.server(&server, answer);
        let id = place.link("bob", json!({"url": format!("http://public.test/{number}")})).await;
        place.app.run_jobs().await;
        assert_eq!(place.get(&id).await["title"], Value::Null, "{number}");
    }
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_asked_three_times() {
    let place = place().await;
    let id = place.link("bob", json!({"url": "http://unknown.test/"})).await;
    let mut runs = 0;
    for _ in 0..6 {
        runs += place.app.run_jobs().await;
        place.app.clock.advance(1_000);
    }
    assert_eq!((runs, place.get(&id).await["title"].clone()), (3, Value::Null));
}

/// What becomes of a link before or while its address is asked.
const ENDS: [&str; 6] = ["link", "url", "item", "project", "archive", "workspace"];

impl Place {
    async fn end(&self, what: &str, link: &str) {
        let alice = self.app.as_user("alice");
        let project = format!("/api/v1/workspaces/acme/projects/{}/", self.project);
        match what {
            "link" => alice.delete(&self.one(link)).await.expect(204),
            "url" => alice.patch(&self.one(link), json!({"url": "http://10.0.0.1/"})).await.expect(200),
            "item" => alice.delete(&format!("{}{}/", items(&self.project), self.item)).await.expect(204),
            "project" => alice.delete(&project).await.expect(204),
            "archive" => alice.post(&format!("{project}archive/"), json!({})).await.expect(204),
            _ => {
                let ended = self.app.db.write(|session| {
                    let mut tx = session.unscoped_to_write(Unscoped::Job)?;
                    let now = Some(tx.now().micros());
                    tx.update_where(WORKSPACES, WORKSPACES.col("slug").eq("acme"), vec![("deleted_at", now.into())])
                });
                assert_eq!(ended.await.unwrap(), 1);
                Value::Null
            }
        };
    }

    /// How often the title of a link was filled in.
    async fn previews(&self, link: &str) -> i64 {
        let link = Uuid::parse_str(link).unwrap();
        let count = self.app.db.read(move |session| {
            let mut tx = session.unscoped(Unscoped::Job)?;
            let previews = tx.from(EVENTS).filter(EVENTS.col("entity_id").eq(link).and(EVENTS.col("verb").eq("previewed")));
            tx.count(previews)
        });
        count.await.unwrap()
    }
}

#[tokio::test]
async fn what_is_gone_is_not_asked() {
    for what in ENDS {
        let place = place().await;
        let id = place.link("bob", json!({"url": "http://public.test/"})).await;
        place.end(what, &id).await;
        place.app.run_jobs().await;
        assert_eq!((place.app.internet.resolved(), place.previews(&id).await), (vec![], 0), "{what}");
        place.app.clock.advance(100_000);
        assert_eq!(place.app.run_jobs().await, 0, "{what}: it is done");
    }
}

#[tokio::test]
async fn what_goes_while_it_is_asked_does_not_change() {
    for what in ENDS.into_iter().chain(["nothing"]) {
        let place = place().await;
        let told = Arc::new(Notify::new());
        place.app.internet.page_when_told(&format!("{PUBLIC}:80"), "<title>Late</title>", told.clone());
        let id = place.link("bob", json!({"url": "http://public.test/"})).await;
        let end = async {
            while place.app.internet.requests().is_empty() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            if what != "nothing" {
                place.end(what, &id).await;
            }
            told.notify_one();
        };
        tokio::join!(place.app.run_jobs(), end);
        assert_eq!(place.previews(&id).await, i64::from(what == "nothing"), "{what}");
    }
}

#[tokio::test]
async fn an_address_that_is_changed_back_is_asked_once() {
    let place = place().await;
    let id = place.link("bob", json!({"url": "http://public.test/a"})).await;
    for _ in 0..3 {
        for url in ["http://public.test/b", "http://public.test/a"] {
            place.app.as_user("bob").patch(&place.one(&id), json!({"url": url})).await.expect(200);
        }
    }
    assert_eq!(place.app.run_jobs().await, 2, "one job for each address");
    assert_eq!((place.app.internet.requests().len(), place.get(&id).await["title"].clone()), (1, json!("The & page")));
}
