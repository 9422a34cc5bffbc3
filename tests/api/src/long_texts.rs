//! Long descriptions and comments: how long they may be, and what the search reads of them.

use aileron_db::schema::{COMMENTS, WORK_ITEMS};
use aileron_kernel::Action;
use aileron_testkit::TestApp;
use aileron_tracker::{comments::model::LONGEST, work_items::fields::LONGEST_DESCRIPTION};
use serde_json::json;

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
