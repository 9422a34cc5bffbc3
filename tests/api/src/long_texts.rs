//! Long descriptions and comments: how long they may be, and that nobody waits for them.

use aileron_db::schema::{COMMENTS, WORK_ITEMS};
use aileron_kernel::Action;
use aileron_testkit::TestApp;
use aileron_tracker::{comments::model::LONGEST, work_items::fields::LONGEST_DESCRIPTION};
use futures_util::future::{self, Either};
use serde_json::{Value, json};

use crate::stock::{item, items, project};

/// The lengths of the texts that the search reads.
async fn searched(app: &TestApp, table: aileron_db::Table, column: &'static str) -> Vec<usize> {
    let alice = app.principal("alice");
    let read = app.db.read(move |session| {
        let mut tx = session.workspace(&alice, "acme", Action::WorkspaceRead)?;
        let select = tx.from(table).expr(table.col(column));
        Ok(tx.all::<(String,)>(&select)?.into_iter().map(|row| row.0.chars().count()).collect::<Vec<_>>())
    });
    let mut lengths = read.await.unwrap();
    lengths.sort_unstable();
    lengths
}

async fn found(app: &TestApp, word: &str) -> usize {
    let answer = app.as_user("alice").get(&format!("/api/v1/workspaces/acme/work-items/search/?search={word}")).await.expect(200);
    answer["issues"].as_array().unwrap().len()
}

#[tokio::test]
async fn too_long_texts_are_refused_by_name() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = item(&app, "alice", &project, json!({"name": "One"})).await;
    let address = format!("/api/v1/workspaces/acme/projects/{project}/");
    app.as_user("alice").patch(&address, json!({"guest_view_all_features": true})).await.expect(200);
    let one = format!("{}{one}/", items(&project));
    let gina = app.as_user("gina");
    let huge = "<p></p>".repeat(600_000);
    for _ in 0..8 {
        let refused = gina.post(&format!("{one}comments/"), json!({"comment_html": huge})).await.expect(400);
        assert_eq!(refused, json!({"comment_html": [format!("Ensure this field has no more than {LONGEST} bytes.")]}));
    }
    gina.post(&items(&project), json!({"name": "x", "description_html": huge})).await.expect(403);
    let message = json!({"description_html": [format!("Ensure this field has no more than {LONGEST_DESCRIPTION} bytes.")]});
    let bob = app.as_user("bob");
    assert_eq!(bob.post(&items(&project), json!({"name": "x", "description_html": huge})).await.expect(400), message);
    assert_eq!(bob.patch(&one, json!({"description_html": huge})).await.expect(400), message);
}

#[tokio::test]
async fn what_is_wrong_with_a_long_body_only_who_has_the_right_learns() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = item(&app, "alice", &project, json!({"name": "One"})).await;
    let comments = format!("{}{one}/comments/", items(&project));
    let wrong = json!({"comment_html": "x".repeat(5_000), "access": "SECRET"});
    assert!(app.as_user("bob").post(&comments, wrong.clone()).await.expect(400)["access"].is_array());
    for (user, status) in [("olga", 403), ("dave", 403)] {
        let short = app.as_user(user).post(&comments, json!({"access": "SECRET"})).await.expect(status);
        assert_eq!(app.as_user(user).post(&comments, wrong.clone()).await.expect(status), short, "{user}");
    }
    let header = |key: &str| [("content-type", "application/json".to_owned()), ("idempotency-key", key.to_owned())];
    let long = json!({"comment_html": format!("<p>{}</p>", "x".repeat(5_000))}).to_string().into_bytes();
    let bob = app.as_user("bob");
    let made = bob.raw("POST", &comments, &header("k"), long.clone()).await;
    let again = bob.raw("POST", &comments, &header("k"), long).await;
    assert_eq!((made.status.as_u16(), made.json()["id"].clone()), (201, again.json()["id"].clone()), "made once");
    let broken = bob.raw("POST", &comments, &header("l"), format!("{{\"comment_html\": \"{}", "x".repeat(5_000)).into_bytes()).await;
    assert_eq!(broken.status, 400);
}

#[tokio::test]
async fn the_search_reads_the_beginnings_of_long_texts() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let words = |first: &str, last: &str, bytes: usize| format!("{first} {} {last}", " y".repeat(bytes / 2 - 50));
    let body = json!({"name": "One", "description_html": words("walrus", "narwhal", LONGEST_DESCRIPTION)});
    let one = item(&app, "bob", &project, body).await;
    let comments = format!("{}{one}/comments/", items(&project));
    let bob = app.as_user("bob");
    for _ in 0..3 {
        bob.post(&comments, json!({"comment_html": words("otter", "badger", LONGEST)})).await.expect(201);
    }
    let last = bob.post(&comments, json!({"comment_html": "<p>small</p>"})).await.id();
    assert_eq!(searched(&app, COMMENTS, "comment_text").await, [5, 4_000, 4_000, 4_000]);
    assert_eq!(searched(&app, WORK_ITEMS, "description_text").await, [100_000]);
    for (word, times) in [("walrus", 1), ("narwhal", 0), ("otter", 1), ("badger", 0), ("small", 1)] {
        assert_eq!(found(&app, word).await, times, "{word}");
    }
    // Changed with the text, and with it only.
    bob.patch(&format!("{comments}{last}/"), json!({"comment_html": "<p>stoat</p>"})).await.expect(200);
    bob.patch(&format!("{}{one}/", items(&project)), json!({"description_html": "<p>heron</p>"})).await.expect(200);
    assert_eq!(searched(&app, WORK_ITEMS, "description_text").await, [5]);
    for (word, times) in [("small", 0), ("stoat", 1), ("walrus", 0), ("heron", 1), ("otter", 1)] {
        assert_eq!(found(&app, word).await, times, "{word}");
    }
}

#[tokio::test]
async fn nobody_waits_while_a_long_text_is_read() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = item(&app, "alice", &project, json!({"name": "One"})).await;
    let (alice, olga) = (app.as_user("alice"), app.as_user("olga"));
    let slow = |markup: &str, most: usize| Value::from(markup.repeat(most / markup.len()));
    let (path, new) = (items(&project), json!({"name": "x", "description_html": slow("<p></p>", LONGEST_DESCRIPTION)}));
    let said = json!({"comment_html": slow("&", LONGEST)});
    for (number, (path, body)) in [(path.clone(), new), (format!("{path}{one}/comments/"), said)].into_iter().enumerate() {
        let long = Box::pin(alice.post(&path, body));
        let short = Box::pin(async {
            // Enough for the long text to be on its way, and a small part of what it takes.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            let body = json!({"name": format!("G{number}"), "identifier": format!("G{number}")});
            olga.post("/api/v1/workspaces/globex/projects/", body).await.expect(201);
        });
        match future::select(long, short).await {
            Either::Left(_) => panic!("a write of another workspace waited for {path}"),
            Either::Right(((), long)) => assert_eq!(long.await.status, 201),
        }
    }
}
