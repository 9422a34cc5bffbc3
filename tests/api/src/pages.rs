//! Pages of projects and of workspaces.

use aileron_kernel::limits::PAGE_VERSIONS;
use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::{project, results};

const WORKSPACE: &str = "/api/v1/workspaces/acme/pages/";

/// A project; the address of its pages.
async fn pages(app: &TestApp, identifier: &str) -> (String, String) {
    let id = project(app, identifier).await;
    let path = format!("/api/v1/workspaces/acme/projects/{id}/pages/");
    (id, path)
}

/// The address of a new page.
async fn page(caller: &Caller<'_>, path: &str, body: Value) -> String {
    format!("{path}{}/", caller.post(path, body).await.id())
}

async fn names(caller: &Caller<'_>, path: &str) -> Vec<String> {
    results(&caller.get(path).await.expect(200)).iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

fn id(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap()
}

#[tokio::test]
async fn a_page_is_made_read_changed_and_deleted() {
    let app = TestApp::new().await;
    let (project, path) = pages(&app, "ENG").await;
    let bob = app.as_user("bob");
    let body = json!({"name": "Plan", "description_html": "<p>One</p><script>x</script><p>Two</p>", "description_json": {"type": "doc"},
        "description_binary": "aGk=", "color": "#fff"});
    for (place, of) in [(path.as_str(), json!(project)), (WORKSPACE, Value::Null)] {
        let made = bob.post(place, body.clone()).await.expect(201);
        assert_eq!((&made["description_html"], &made["description_stripped"]), (&json!("<p>One</p><p>Two</p>"), &json!("One\nTwo")));
        assert_eq!((&made["project"], &made["is_global"], &made["access"]), (&of, &json!(of.is_null()), &json!(0)));
        let one = format!("{place}{}/", made["id"].as_str().unwrap());
        assert_eq!(app.as_user("alice").get(&one).await.expect(200), made);
        let changed = app.as_user("alice").patch(&one, json!({"name": "", "description_html": "<p>Three</p>"})).await.expect(200);
        assert_eq!((&changed["name"], &changed["description_json"]), (&json!(""), &json!({"type": "doc"})), "what was not sent stays");
        let listed = &results(&bob.get(place).await.expect(200))[0];
        assert!(listed.get("description_html").is_none() && listed["owned_by"] == json!(app.user("bob")), "lists have no texts");
        bob.delete(&one).await.expect(204);
        bob.get(&one).await.expect(404);
    }
    app.as_user("alice").patch(path.trim_end_matches("pages/"), json!({"page_view": false})).await.expect(200);
    bob.post(&path, json!({"name": "x"})).await.expect(400);
}

#[tokio::test]
async fn a_page_is_put_as_sdks_do_it() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let bob = app.as_user("bob");
    for place in [path.as_str(), WORKSPACE] {
        let top = page(&bob, place, json!({"name": "Top", "description_html": "<p>x</p>"})).await;
        let below = page(&bob, place, json!({"name": "Below", "description_html": "<p>y</p>", "parent_id": id(&top)})).await;
        let changed = bob.put(&below, json!({"name": "Put"})).await.expect(200);
        assert_eq!((&changed["name"], &changed["description_html"]), (&json!("Put"), &json!("<p>y</p>")), "what is not sent stays");
        assert_eq!((&changed["parent"], &changed["parent_id"]), (&json!(id(&top)), &json!(id(&top))));
        bob.put(&below, json!({"access": "x"})).await.expect(400);
    }
}

#[tokio::test]
async fn pages_are_found_by_name_and_text_and_sorted() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let bob = app.as_user("bob");
    let top = page(&bob, &path, json!({"name": "Release", "description_html": "<p>Every TUESDAY</p>"})).await;
    page(&bob, &path, json!({"name": "Archive 100%", "parent": id(&top)})).await;
    page(&bob, &path, json!({"name": "Mine", "access": 1})).await;
    for (query, wanted) in [
        ("", vec!["Release", "Archive 100%", "Mine"]),
        ("?search=tuesday", vec!["Release"]),
        ("?search=release", vec!["Release"]),
        ("?search=100%25", vec!["Archive 100%"]),
        ("?search=every_tues", vec![]),
        ("?order_by=name", vec!["Archive 100%", "Mine", "Release"]),
        ("?order_by=-created_at&per_page=1", vec!["Mine"]),
        ("?access=1", vec!["Mine"]),
        ("?access=0&parent=null", vec!["Release"]),
    ] {
        assert_eq!(names(&bob, &format!("{path}{query}")).await, wanted, "{query}");
    }
    assert_eq!(names(&bob, &format!("{path}?parent={}", id(&top))).await, ["Archive 100%"]);
    bob.patch(&top, json!({"description_html": "<p>Every Friday</p>"})).await.expect(200);
    assert!(names(&bob, &format!("{path}?search=tuesday")).await.is_empty());
    bob.patch(&top, json!({"name": "Shipping"})).await.expect(200);
    assert_eq!(names(&bob, &format!("{path}?search=friday")).await, ["Shipping"], "a new name forgets no text");
    let endless = "x".repeat(60_000);
    for (name, value) in [("order_by", "owner"), ("access", "2"), ("parent", "x"), ("search", "%00"), ("search", endless.as_str())] {
        assert!(bob.get(&format!("{path}?{name}={value}")).await.expect(400)[name].is_array());
    }
}

#[tokio::test]
async fn every_text_that_is_replaced_is_kept_and_comes_back() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    for place in [path.as_str(), WORKSPACE] {
        let first = json!({"name": "Plan", "description_html": "<p>First</p>", "description_json": {"n": 1}, "description_binary": "aGk="});
        let one = page(&bob, place, first).await;
        let versions = format!("{one}versions/");
        assert!(results(&bob.get(&versions).await.expect(200)).is_empty());
        bob.patch(&one, json!({"name": "Renamed"})).await.expect(200);
        assert!(results(&bob.get(&versions).await.expect(200)).is_empty(), "a name is no text");
        app.clock.advance(1);
        alice.patch(&one, json!({"description_html": "<p>Second</p>", "description_json": {"n": 2}})).await.expect(200);
        app.clock.advance(1);
        bob.patch(&one, json!({"description_binary": null})).await.expect(200);
        let listed = results(&bob.get(&versions).await.expect(200));
        let by: Vec<&Value> = listed.iter().map(|version| &version["owned_by"]).collect();
        assert_eq!(by, [&json!(app.user("bob")), &json!(app.user("alice"))], "the last one first");
        assert!(listed[0].get("description_html").is_none());
        let kept = format!("{versions}{}/", listed[1]["id"].as_str().unwrap());
        let text = bob.get(&kept).await.expect(200);
        assert_eq!((&text["description_html"], &text["description_json"]), (&json!("<p>First</p>"), &json!({"n": 1})));
        assert_eq!(text["description_binary"], "aGk=");
        let back = bob.post(&format!("{kept}restore/"), json!({})).await.expect(200);
        assert_eq!((&back["description_html"], &back["description_stripped"]), (&json!("<p>First</p>"), &json!("First")));
        assert_eq!((&back["description_binary"], &back["name"]), (&json!("aGk="), &json!("Renamed")));
        assert_eq!(results(&bob.get(&versions).await.expect(200)).len(), 3, "what was replaced is kept too");
        let other = page(&bob, place, json!({"name": "Other"})).await;
        bob.get(&format!("{other}versions/{}/", listed[0]["id"].as_str().unwrap())).await.expect(404);
        bob.post(&format!("{other}versions/{}/restore/", listed[0]["id"].as_str().unwrap()), json!({})).await.expect(404);
        bob.post(&format!("{one}lock/"), json!({})).await.expect(204);
        assert_eq!(bob.post(&format!("{kept}restore/"), json!({})).await.expect(400)["error_code"], "PAGE_LOCKED");
    }
}

#[tokio::test]
async fn what_one_writes_in_one_go_is_one_version_and_old_ones_go() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let one = page(&bob, &path, json!({"name": "Plan", "description_html": "<p>0</p>"})).await;
    let versions = format!("{one}versions/");
    let kept = async || bob.get(&format!("{versions}?per_page=1")).await.expect(200)["total_count"].as_i64().unwrap();
    for number in 1..10 {
        bob.patch(&one, json!({"description_html": format!("<p>{number}</p>")})).await.expect(200);
        app.clock.advance(10);
    }
    assert_eq!(kept().await, 1);
    let first = results(&bob.get(&versions).await.expect(200))[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(bob.get(&format!("{versions}{first}/")).await.expect(200)["description_html"], "<p>0</p>", "how it was before");
    alice.patch(&one, json!({"description_html": "<p>hers</p>"})).await.expect(200);
    assert_eq!(kept().await, 2, "another one's save");
    app.clock.advance(3 * 60);
    alice.patch(&one, json!({"description_html": "<p>later</p>"})).await.expect(200);
    assert_eq!(kept().await, 3, "later");
    alice.post(&format!("{versions}{first}/restore/"), json!({})).await.expect(200);
    assert_eq!(kept().await, 4, "what is written over by an earlier text is kept, however young it is");
    for number in 0..PAGE_VERSIONS.most {
        let writer = if number % 2 == 0 { &bob } else { &alice };
        writer.patch(&one, json!({"description_html": format!("<p>again {number}</p>")})).await.expect(200);
    }
    assert_eq!(kept().await, PAGE_VERSIONS.count());
    bob.get(&format!("{versions}{first}/")).await.expect(404);
}

#[tokio::test]
async fn what_was_private_stays_its_owners_when_the_page_is_published() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    for place in [path.as_str(), WORKSPACE] {
        let one = page(&bob, place, json!({"name": "Plan", "access": 1, "description_html": "<p>Secret</p>"})).await;
        bob.patch(&one, json!({"description_html": "<p>Discreet</p>"})).await.expect(200);
        app.clock.advance(3_600);
        bob.patch(&one, json!({"description_html": "<p>Open</p>", "access": 0})).await.expect(200);
        let versions = format!("{one}versions/");
        let mine = results(&bob.get(&versions).await.expect(200));
        assert_eq!(mine.len(), 2);
        assert!(results(&alice.get(&versions).await.expect(200)).is_empty(), "an admin is nobody else's owner");
        for version in mine {
            let kept = format!("{versions}{}/", version["id"].as_str().unwrap());
            alice.get(&kept).await.expect(404);
            alice.post(&format!("{kept}restore/"), json!({})).await.expect(404);
            bob.get(&kept).await.expect(200);
        }
        alice.patch(&one, json!({"description_html": "<p>Hers</p>"})).await.expect(200);
        assert_eq!(results(&alice.get(&versions).await.expect(200)).len(), 1, "what everybody could read everybody reads");
        assert_eq!(results(&bob.get(&versions).await.expect(200)).len(), 3);
    }
}

#[tokio::test]
async fn the_log_has_no_text_and_nothing_of_private_pages() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let bob = app.as_user("bob");
    let public = page(&bob, &path, json!({"name": "Openly", "description_html": "<p>Quicksilver</p>"})).await;
    let private = page(&bob, &path, json!({"name": "Hidden", "access": 1, "description_html": "<p>Quicksilver</p>"})).await;
    for one in [&public, &private] {
        bob.patch(one, json!({"name": "Quicksand", "description_html": "<p>Quicklime</p>"})).await.expect(200);
    }
    bob.delete(&private).await.expect(204);
    let changes = crate::log::changes(&app, "page").await;
    assert!(!changes.contains("Quicksilver") && !changes.contains("Quicklime") && !changes.contains("Hidden"), "{changes}");
    assert_eq!(changes.matches("Quicksand").count(), 1, "the name of the public page alone");
}

#[tokio::test]
async fn a_locked_page_is_changed_by_nobody() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    for place in [path.as_str(), WORKSPACE] {
        let one = page(&alice, place, json!({"name": "Plan"})).await;
        bob.post(&format!("{one}lock/"), json!({})).await.expect(204);
        for user in [&alice, &bob] {
            assert_eq!(user.patch(&one, json!({"name": "x"})).await.expect(400)["error_code"], "PAGE_LOCKED");
        }
        bob.delete(&format!("{one}lock/")).await.expect(403);
        alice.delete(&format!("{one}lock/")).await.expect(204);
        alice.delete(&format!("{one}lock/")).await.expect(204);
        bob.patch(&one, json!({"name": "x"})).await.expect(200);
    }
}

#[tokio::test]
async fn private_pages_are_their_owners_alone() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    for place in [path.as_str(), WORKSPACE] {
        let one = page(&bob, place, json!({"name": "Mine", "access": 1, "description_html": "<p>x</p>"})).await;
        bob.patch(&one, json!({"description_html": "<p>y</p>"})).await.expect(200);
        let version = results(&bob.get(&format!("{one}versions/")).await.expect(200))[0]["id"].as_str().unwrap().to_owned();
        for (method, below) in [
            ("GET", String::new()),
            ("PATCH", String::new()),
            ("DELETE", String::new()),
            ("GET", "versions/".to_owned()),
            ("GET", format!("versions/{version}/")),
            ("POST", format!("versions/{version}/restore/")),
            ("POST", "lock/".to_owned()),
            ("POST", "archive/".to_owned()),
            ("POST", "duplicate/".to_owned()),
        ] {
            let body = (method != "GET" && method != "DELETE").then(|| json!({}));
            alice.send(method, &format!("{one}{below}"), body).await.expect(404);
        }
        assert!(names(&alice, place).await.is_empty());
        assert!(alice.post(place, json!({"name": "x", "parent": id(&one)})).await.expect(400)["parent"].is_array());
        let gone = page(&bob, place, json!({"name": "Gone", "access": 1})).await;
        bob.delete(&gone).await.expect(204);
        assert!(names(&alice, &place.replace("pages/", "deleted-pages/")).await.is_empty());
        alice.post(&format!("{}{}/restore/", place.replace("pages/", "deleted-pages/"), id(&gone)), json!({})).await.expect(404);
        bob.patch(&one, json!({"access": 0})).await.expect(200);
        assert!(alice.patch(&one, json!({"access": 1})).await.expect(400)["access"].is_array());
        alice.get(&one).await.expect(200);
    }
}

#[tokio::test]
async fn guests_and_strangers_see_what_is_theirs() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let (bob, gina) = (app.as_user("bob"), app.as_user("gina"));
    let one = page(&bob, &path, json!({"name": "Plan"})).await;
    gina.get(&one).await.expect(404);
    assert!(names(&gina, &path).await.is_empty());
    gina.post(&path, json!({"name": "x"})).await.expect(403);
    gina.get(WORKSPACE).await.expect(403);
    for stranger in ["olga", "dave"] {
        app.as_user(stranger).get(&one).await.expect(403);
        app.as_user(stranger).get(&path).await.expect(403);
    }
    app.as_user("alice").patch(path.trim_end_matches("pages/"), json!({"guest_view_all_features": true})).await.expect(200);
    gina.get(&one).await.expect(200);
    gina.patch(&one, json!({"name": "x"})).await.expect(403);
}

#[tokio::test]
async fn a_copy_is_ones_own() {
    let app = TestApp::new().await;
    let (project, path) = pages(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let label = alice.post(&format!("/api/v1/workspaces/acme/projects/{project}/labels/"), json!({"name": "howto"})).await.id();
    let body = json!({"name": "Plan", "description_html": "<p>x</p>", "description_binary": "aGk=", "labels": [label], "is_locked": true});
    let one = page(&alice, &path, body).await;
    let copy = bob.post(&format!("{one}duplicate/"), json!({})).await.expect(201);
    assert_eq!((&copy["name"], &copy["description_html"]), (&json!("Plan (Copy)"), &json!("<p>x</p>")));
    assert_eq!((&copy["labels"], &copy["description_binary"]), (&json!([label]), &json!("aGk=")));
    assert_eq!((&copy["owned_by"], &copy["is_locked"]), (&json!(app.user("bob")), &json!(false)));
}

#[tokio::test]
async fn labels_are_those_of_the_project() {
    let app = TestApp::new().await;
    let (eng, path) = pages(&app, "ENG").await;
    let (ops, _) = pages(&app, "OPS").await;
    let alice = app.as_user("alice");
    let labels = |project: &str| format!("/api/v1/workspaces/acme/projects/{project}/labels/");
    let (own, other) =
        (alice.post(&labels(&eng), json!({"name": "a"})).await.id(), alice.post(&labels(&ops), json!({"name": "b"})).await.id());
    let one = page(&alice, &path, json!({"name": "Plan", "labels": [own]})).await;
    let listed = results(&alice.get(&format!("{path}?expand=labels")).await.expect(200));
    assert_eq!(listed[0]["labels"][0]["name"], "a");
    let refused = alice.patch(&one, json!({"labels": [own, other]})).await.expect(400);
    assert!(refused["labels"]["1"].is_array(), "{refused}");
    assert!(alice.post(WORKSPACE, json!({"name": "x", "labels": [own]})).await.expect(400)["labels"].is_object());
    assert_eq!(alice.patch(&one, json!({"labels": []})).await.expect(200)["labels"], json!([]));
}

#[tokio::test]
async fn an_external_id_is_known_once_in_its_place() {
    let app = TestApp::new().await;
    let (_, path) = pages(&app, "ENG").await;
    let bob = app.as_user("bob");
    let known = json!({"name": "x", "external_source": "wiki", "external_id": "7"});
    let one = page(&bob, &path, known.clone()).await;
    assert_eq!(bob.post(&path, known.clone()).await.expect(409)["id"], id(&one));
    bob.post(WORKSPACE, known.clone()).await.expect(201);
    bob.delete(&one).await.expect(204);
    bob.post(&path, known).await.expect(201);
    let deleted = path.replace("pages/", "deleted-pages/");
    bob.post(&format!("{deleted}{}/restore/", id(&one)), json!({})).await.expect(409);
}
