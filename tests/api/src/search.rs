//! Finding work items.

use aileron_db::{Dialect, Unscoped};
use aileron_testkit::{TestApp, app::CANARY};
use serde_json::{Value, json};

use crate::stock::{item, items, project};

const SEARCH: &str = "/api/v1/workspaces/acme/work-items/search/";

/// The names of what somebody finds, in order.
async fn names(app: &TestApp, user: &str, query: &str) -> Vec<String> {
    let found = app.as_user(user).get(&format!("{SEARCH}?{query}")).await.expect(200);
    found["issues"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn words_are_found_in_name_description_and_comments() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let first = item(&app, "bob", &eng, json!({"name": "Login fails", "description_html": "<p>On the <b>Kiosk</b> only</p>"})).await;
    item(&app, "bob", &eng, json!({"name": "Logout works"})).await;
    assert_eq!(names(&app, "bob", "search=login").await, ["Login fails"]);
    assert_eq!(names(&app, "bob", "search=LOG").await, ["Logout works", "Login fails"], "the last word is a beginning, newest first");
    assert_eq!(names(&app, "bob", "search=kiosk").await, ["Login fails"]);
    assert_eq!(names(&app, "bob", "search=kiosk%20login").await, ["Login fails"], "in whichever order");
    assert!(names(&app, "bob", "search=kios%20login").await.is_empty(), "only the last word may be cut");
    assert!(names(&app, "bob", "search=kiosk%20logout").await.is_empty(), "all words are wanted");
    let comments = format!("{}{first}/comments/", items(&eng));
    let comment = app.as_user("bob").post(&comments, json!({"comment_html": "<p>see the zebra</p>"})).await.id();
    assert_eq!(names(&app, "bob", "search=zeb").await, ["Login fails"]);
    app.as_user("bob").patch(&format!("{comments}{comment}/"), json!({"comment_html": "<p>see the giraffe</p>"})).await.expect(200);
    assert!(names(&app, "bob", "search=zebra").await.is_empty());
    assert_eq!(names(&app, "bob", "search=giraffe").await, ["Login fails"]);
    app.as_user("bob").delete(&format!("{comments}{comment}/")).await.expect(204);
    assert!(names(&app, "bob", "search=giraffe").await.is_empty());
}

#[tokio::test]
async fn changed_and_deleted_items_are_found_as_they_are_now() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let id = item(&app, "bob", &eng, json!({"name": "Walrus"})).await;
    let path = format!("{}{id}/", items(&eng));
    app.as_user("bob").patch(&path, json!({"name": "Seal", "description_html": "<p>barks</p>"})).await.expect(200);
    assert!(names(&app, "bob", "search=walrus").await.is_empty());
    assert_eq!(names(&app, "bob", "search=seal").await, ["Seal"]);
    assert_eq!(names(&app, "bob", "search=bark").await, ["Seal"]);
    app.as_user("bob").delete(&path).await.expect(204);
    for query in ["search=seal", "search=1", "search=ENG-1"] {
        assert!(names(&app, "bob", query).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn numbers_identifiers_and_the_order() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    item(&app, "bob", &eng, json!({"name": "First"})).await;
    item(&app, "bob", &eng, json!({"name": "Second"})).await;
    item(&app, "bob", &ops, json!({"name": "Elsewhere"})).await;
    item(&app, "bob", &eng, json!({"name": "Third", "description_html": "<p>like ENG-1</p>"})).await;
    assert_eq!(names(&app, "bob", "search=eng-2").await, ["Second"]);
    assert_eq!(names(&app, "bob", "search=eng").await, ["Third"], "an identifier alone is a word like others");
    assert_eq!(names(&app, "bob", "search=ENG-1").await, ["First", "Third"], "the item itself before those that name it");
    assert_eq!(names(&app, "bob", "search=1").await, ["Elsewhere", "First", "Third"]);
    assert_eq!(names(&app, "bob", &format!("search=1&project_id={ops}")).await, ["Elsewhere"]);
    assert_eq!(names(&app, "bob", &format!("search=1&project_id={ops}&workspace_search=true")).await.len(), 3);
    assert_eq!(names(&app, "bob", "search=1&limit=1").await, ["Elsewhere"]);
    assert!(names(&app, "bob", "search=1&limit=0").await.is_empty());
    let found = app.as_user("bob").get(&format!("{SEARCH}?search=second")).await.expect(200);
    let keys: Vec<&String> = found["issues"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "name", "project__identifier", "project_id", "sequence_id", "workspace__slug"]);
    let old = app.as_user("bob").get("/api/v1/workspaces/acme/issues/search/?search=second").await.expect(200);
    assert_eq!(old, found);
}

#[tokio::test]
async fn items_are_found_by_the_identifier_that_their_project_has_now() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    item(&app, "bob", &eng, json!({"name": "First"})).await;
    assert_eq!(names(&app, "bob", "search=ENG-1").await, ["First"]);
    let path = format!("/api/v1/workspaces/acme/projects/{eng}/");
    app.as_user("alice").patch(&path, json!({"identifier": "NEW"})).await.expect(200);
    assert_eq!(names(&app, "bob", "search=new-1").await, ["First"]);
    for gone in ["search=ENG-1", "search=eng"] {
        assert!(names(&app, "bob", gone).await.is_empty(), "{gone}");
    }
    assert_eq!(names(&app, "bob", "search=1").await, ["First"]);
    assert_eq!(names(&app, "bob", "search=first%201").await, ["First"]);
}

#[tokio::test]
async fn scripts_without_spaces_and_letters_of_any_age() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    // Adlam and the enclosed letters are younger than many a table of letters.
    for name in
        ["東京都庁の障害", "한국어 문서", "Größe ändern", "𞤀𞤣𞤤𞤢𞤥 bug", "🅰🅱 mark", "naïve cafe\u{301}", "don't \"quote\" me* AND OR NOT"]
    {
        item(&app, "bob", &eng, json!({"name": name})).await;
    }
    for (query, name) in [
        ("京都", "東京都庁の障害"),
        ("庁", "東京都庁の障害"),
        ("障害", "東京都庁の障害"),
        ("국어", "한국어 문서"),
        ("GRÖSSE", "Größe ändern"),
        ("𞤀𞤣𞤤𞤢𞤥 bug", "𞤀𞤣𞤤𞤢𞤥 bug"),
        ("🅰🅱", "🅰🅱 mark"),
        ("café", "naïve cafe\u{301}"),
        ("don't", "don't \"quote\" me* AND OR NOT"),
        ("quote\" AND not", "don't \"quote\" me* AND OR NOT"),
    ] {
        let escaped: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(names(&app, "bob", &format!("search={escaped}")).await, [name], "{query}");
    }
}

#[tokio::test]
async fn hostile_queries_find_nothing_and_break_nothing() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    item(&app, "bob", &eng, json!({"name": "Something"})).await;
    for query in [
        "%25",
        "'",
        "\\",
        "%22",
        "*",
        "(",
        "NEAR(a%20b)",
        "tokens:x",
        "%5E",
        "-",
        "a%7Cb",
        "%26",
        "!",
        ":*",
        "%F0%9F%98%80",
        "99999999999999999999",
    ] {
        assert!(names(&app, "bob", &format!("search={query}")).await.is_empty(), "{query}");
    }
    let long = "word".repeat(500);
    let refused = app.as_user("bob").get(&format!("{SEARCH}?search={long}")).await.expect(400);
    assert!(refused["search"][0].is_string(), "{refused}");
    assert!(names(&app, "bob", &format!("search={}", &long[..1_000])).await.is_empty());
    assert!(names(&app, "bob", "search=").await.is_empty());
    assert!(names(&app, "bob", "").await.is_empty());
    let bob = app.as_user("bob");
    for query in ["search=a&limit=abc", "search=a&limit=-1", "search=a&project_id=x", "search=%00"] {
        bob.get(&format!("{SEARCH}?{query}")).await.expect(400);
    }
}

#[tokio::test]
async fn everybody_finds_what_he_sees() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let of_alice = item(&app, "alice", &eng, json!({"name": "Shared secret"})).await;
    assert_eq!(names(&app, "bob", "search=secret").await.len(), 1);
    assert!(names(&app, "gina", "search=secret").await.is_empty(), "a guest sees what he made");
    assert!(names(&app, "gina", "search=ENG-1").await.is_empty());
    assert!(names(&app, "dave", "search=secret").await.is_empty(), "not in the project");
    let project_path = format!("/api/v1/workspaces/acme/projects/{eng}/");
    app.as_user("alice").patch(&project_path, json!({"guest_view_all_features": true})).await.expect(200);
    assert_eq!(names(&app, "gina", "search=secret").await.len(), 1);
    app.as_user("alice").post(&format!("{project_path}archive/"), json!({})).await.expect(204);
    assert!(names(&app, "bob", "search=secret").await.is_empty(), "an archived project is not searched");
    app.as_user("olga").get(&format!("{SEARCH}?search=secret")).await.expect(403);
    app.nobody().get(&format!("{SEARCH}?search=secret")).await.expect(401);
    assert!(!of_alice.is_empty());
}

#[tokio::test]
async fn other_tenants_words_are_not_found() {
    let app = TestApp::new().await;
    let carla = app.as_user("carla");
    let theirs =
        carla.post("/api/v1/workspaces/canary/projects/", json!({"name": CANARY.replace('-', " "), "identifier": "CAN"})).await.id();
    let made =
        carla.post(&format!("/api/v1/workspaces/canary/projects/{theirs}/work-items/"), json!({"name": format!("Plan {CANARY}")})).await;
    made.expect(201);
    let found: Value = carla.get(&format!("/api/v1/workspaces/canary/work-items/search/?search={CANARY}")).await.expect(200);
    assert_eq!(found["issues"].as_array().unwrap().len(), 1);
    let eng = project(&app, "ENG").await;
    item(&app, "alice", &eng, json!({"name": "Plan of ours"})).await;
    assert_eq!(names(&app, "alice", "search=plan").await, ["Plan of ours"]);
    assert!(names(&app, "alice", &format!("search=plan&project_id={theirs}")).await.is_empty());
}

/// The index is written once for all commands of a commit, at its end: by then an item may be gone.
#[tokio::test]
async fn an_item_changed_and_deleted_in_one_commit_is_in_no_index() {
    let app = TestApp::new().await;
    let eng = project(&app, "ENG").await;
    let id = item(&app, "bob", &eng, json!({"name": "Walrus"})).await;
    let other = item(&app, "bob", &eng, json!({"name": "Otter"})).await;
    let (path, beside) = (format!("{}{id}/", items(&eng)), format!("{}{other}/", items(&eng)));
    let (release, held) = std::sync::mpsc::channel::<()>();
    let db = app.db.clone();
    let busy = tokio::spawn(async move {
        let busy = db.write(move |_| {
            let _ = held.recv();
            Ok(())
        });
        busy.await
    });
    tokio::task::yield_now().await;
    let count = || {
        let stats = app.db.stats();
        stats.commands.load(std::sync::atomic::Ordering::Relaxed) - stats.commits.load(std::sync::atomic::Ordering::Relaxed)
    };
    let before = count();
    let bob = app.as_user("bob");
    let (changed, deleted, renamed, ()) =
        tokio::join!(bob.patch(&path, json!({"name": "Seal"})), bob.delete(&path), bob.patch(&beside, json!({"name": "Marten"})), async {
            release.send(()).unwrap();
        });
    busy.await.unwrap().unwrap();
    let is_sqlite = app.db.read(|session| Ok(session.dialect() == Dialect::Sqlite)).await.unwrap();
    deleted.expect(204);
    renamed.expect(200);
    // Several threads write to PostgreSQL: there the item may be gone before it is changed.
    assert!(changed.status == 200 || !is_sqlite && changed.status == 404, "{}", changed.status);
    assert!(!is_sqlite || count() > before, "they did not share a commit");
    for query in ["search=walrus", "search=seal", "search=otter", "search=ENG-1"] {
        assert!(names(&app, "bob", query).await.is_empty(), "{query}");
    }
    assert_eq!(names(&app, "bob", "search=marten").await, ["Marten"]);
    if is_sqlite {
        let rows = app.db.read(|session| {
            let mut tx = session.unscoped(Unscoped::Operator)?;
            tx.query_sql::<(i64,)>("SELECT (SELECT count(*) FROM search_index) - (SELECT count(*) FROM search_documents)", Vec::new())
        });
        assert_eq!(rows.await.unwrap()[0].0, 0, "a text without an item is in the index");
    }
}
