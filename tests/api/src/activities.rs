//! The history of work items.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

struct Place {
    app: TestApp,
    item: String,
    history: String,
}

/// An item of alice with a history: made, then two fields changed at once, then a comment, then its name.
async fn place() -> Place {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let id = item(&app, "alice", &project, json!({"name": "One"})).await;
    let path = format!("{}{id}/", items(&project));
    app.as_user("bob").patch(&path, json!({"priority": "urgent", "target_date": "2026-12-24"})).await.expect(200);
    app.as_user("bob").post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    app.as_user("alice").patch(&path, json!({"name": "Two"})).await.expect(200);
    Place { app, item: id, history: format!("{path}activities/") }
}

fn told(rows: &[Value]) -> Vec<(String, String)> {
    let word = |row: &Value, field: &str| row[field].as_str().unwrap_or("-").to_owned();
    rows.iter().map(|row| (word(row, "field"), word(row, "new_value"))).collect()
}

fn pair(field: &str, value: &str) -> (String, String) {
    (field.to_owned(), value.to_owned())
}

#[tokio::test]
async fn one_row_a_changed_field_and_no_comments() {
    let place = place().await;
    let page = place.app.as_user("bob").get(&place.history).await.expect(200);
    let rows = results(&page);
    let mut changed = told(&rows);
    assert_eq!(page["total_count"], 4);
    assert_eq!((&changed[0], &changed[3]), (&pair("-", "-"), &pair("name", "Two")));
    changed[1..3].sort();
    assert_eq!(changed[1..3], [pair("priority", "urgent"), pair("target_date", "2026-12-24")]);
    let made = &rows[0];
    assert_eq!((&made["verb"], &made["comment"]), (&json!("created"), &json!("created the issue")));
    assert_eq!((&made["actor"], &made["issue"]), (&json!(place.app.user("alice")), &json!(place.item)));
    let named = &rows[3];
    assert_eq!((&named["verb"], &named["old_value"]), (&json!("updated"), &json!("One")));
    assert!(named["epoch"].is_f64());
}

#[tokio::test]
async fn pages_cut_between_the_changes_of_one_event() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let whole: Vec<Value> = results(&bob.get(&place.history).await.expect(200));
    let mut parts = Vec::new();
    for number in 0..2 {
        let page = bob.get(&format!("{}?per_page=2&cursor=2:{number}:0", place.history)).await.expect(200);
        assert_eq!((page["total_count"].as_i64(), page["total_pages"].as_i64()), (Some(4), Some(2)));
        assert_eq!(page["next_page_results"], json!(number == 0));
        parts.extend(results(&page));
    }
    assert_eq!(parts, whole);
    let mut backwards = results(&bob.get(&format!("{}?order_by=-created_at", place.history)).await.expect(200));
    backwards.reverse();
    assert_eq!(backwards, whole);
    bob.get(&format!("{}?order_by=actor__password", place.history)).await.expect(400);
}

#[tokio::test]
async fn an_activity_keeps_its_id() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let rows = results(&bob.get(&place.history).await.expect(200));
    let mut ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    for row in &rows {
        let one = bob.get(&format!("{}{}/", place.history, row["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(one, *row);
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    let missing = bob.get(&format!("{}00000000-0000-4000-8000-000000000000/", place.history)).await.expect(404);
    assert_eq!(missing, json!({"message": "Activity not found.", "code": "NOT_FOUND"}));
    let old = place.history.replace("/work-items/", "/issues/");
    assert_eq!(results(&bob.get(&old).await.expect(200)), rows);
    assert_eq!(bob.get(&format!("{old}{}/", ids[0])).await.expect(200)["id"], ids[0]);
}

#[tokio::test]
async fn only_who_sees_the_item_sees_its_history() {
    let place = place().await;
    place.app.as_user("gina").get(&place.history).await.expect(404);
    place.app.as_user("dave").get(&place.history).await.expect(403);
    place.app.as_user("olga").get(&place.history).await.expect(403);
    place.app.nobody().get(&place.history).await.expect(401);
    let unknown = place.history.replace(&place.item, "00000000-0000-4000-8000-000000000000");
    place.app.as_user("bob").get(&unknown).await.expect(404);
    let expanded = place.app.as_user("bob").get(&format!("{}?expand=actor&fields=actor&per_page=1", place.history)).await.expect(200);
    assert_eq!(results(&expanded)[0]["actor"]["display_name"], "alice");
}
