//! Notes that members keep for themselves.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::results;

const STICKIES: &str = "/api/v1/workspaces/acme/stickies/";

fn names(page: &Value) -> Vec<Value> {
    results(page).iter().map(|row| row["name"].clone()).collect()
}

#[tokio::test]
async fn a_note_is_made_listed_changed_and_deleted() {
    let app = TestApp::new().await;
    let bob = app.as_user("bob");
    let body = json!({"name": "One", "description_html": "<p>a</p><script>b</script>", "color": "#ffcc00", "logo_props": {"in_use": "icon"},
        "description": {"type": "doc"}, "description_binary": "aGk=", "background_color": "#fff"});
    let made = bob.post(STICKIES, body).await.expect(201);
    assert_eq!((&made["description_html"], &made["description_stripped"]), (&json!("<p>a</p>"), &json!("a")));
    assert_eq!((&made["description_binary"], &made["owner"]), (&json!("aGk="), &json!(app.user("bob"))));
    let one = format!("{STICKIES}{}/", made["id"].as_str().unwrap());
    bob.post(STICKIES, json!({"name": "Two"})).await.expect(201);
    bob.post(STICKIES, json!({})).await.expect(201);
    assert_eq!(names(&bob.get(STICKIES).await.expect(200)), [json!(null), json!("Two"), json!("One")], "the newest first");
    let moved = bob.patch(&one, json!({"sort_order": 1e6, "name": "First"})).await.expect(200);
    assert_eq!((&moved["name"], &moved["color"]), (&json!("First"), &json!("#ffcc00")));
    assert_eq!(names(&bob.get(STICKIES).await.expect(200))[0], "First");
    let put = bob.send("PUT", &one, Some(json!({"color": null}))).await.expect(200);
    assert_eq!((&put["name"], &put["color"]), (&json!("First"), &json!(null)));
    assert_eq!(bob.get(&format!("{one}?fields=id,name")).await.expect(200), json!({"id": made["id"], "name": "First"}));
    bob.delete(&one).await.expect(204);
    assert_eq!(bob.get(&one).await.expect(404), json!({"detail": "No Sticky matches the given query."}));
}

#[tokio::test]
async fn nobody_sees_or_touches_notes_of_others() {
    let app = TestApp::new().await;
    let id = app.as_user("bob").post(STICKIES, json!({"name": "Mine"})).await.id();
    let one = format!("{STICKIES}{id}/");
    for other in ["alice", "dave", "gina"] {
        let other = app.as_user(other);
        assert_eq!(other.get(STICKIES).await.expect(200)["total_count"], 0);
        assert_eq!(other.get(&format!("{STICKIES}?query=mine")).await.expect(200)["total_count"], 0);
        other.get(&one).await.expect(404);
        other.patch(&one, json!({"name": "Yours"})).await.expect(404);
        other.send("PUT", &one, Some(json!({"name": "Yours"}))).await.expect(404);
        other.delete(&one).await.expect(404);
    }
    app.as_user("olga").get(STICKIES).await.expect(403);
    app.as_user("olga").get(&one.replace("/acme/", "/globex/")).await.expect(404);
    assert_eq!(app.as_user("bob").get(&one).await.expect(200)["name"], "Mine");
}

#[tokio::test]
async fn notes_are_found_by_name_and_text() {
    let app = TestApp::new().await;
    let gina = app.as_user("gina");
    gina.post(STICKIES, json!({"name": "Größe", "description_html": "<p>Call Ada, 100% sure</p>"})).await.expect(201);
    gina.post(STICKIES, json!({"name": "Other", "description_html": "<p>nothing</p>"})).await.expect(201);
    for (query, wanted) in [("gr%C3%96%C3%9Fe", 1), ("ADA", 1), ("100%25", 1), ("%25", 1), ("_", 0), ("p", 0), ("o", 1), ("absent", 0)] {
        assert_eq!(gina.get(&format!("{STICKIES}?query={query}")).await.expect(200)["total_count"], wanted, "{query}");
    }
    let one = format!("{STICKIES}{}/", results(&gina.get(&format!("{STICKIES}?query=ada")).await.expect(200))[0]["id"].as_str().unwrap());
    gina.patch(&one, json!({"description_html": "<p>Call Bob</p>"})).await.expect(200);
    assert_eq!(gina.get(&format!("{STICKIES}?query=ada")).await.expect(200)["total_count"], 0);
    assert_eq!(gina.get(&format!("{STICKIES}?query=gr%C3%B6%C3%9Fe")).await.expect(200)["total_count"], 1);
    gina.get(&format!("{STICKIES}?query=a%00b")).await.expect(400);
}

#[tokio::test]
async fn pages_have_twenty_notes_unless_asked_otherwise() {
    let app = TestApp::new().await;
    let bob = app.as_user("bob");
    for number in 0..21 {
        bob.post(STICKIES, json!({"name": number.to_string()})).await.expect(201);
    }
    let page = bob.get(STICKIES).await.expect(200);
    assert_eq!((page["count"].as_i64(), page["total_count"].as_i64(), &page["next_cursor"]), (Some(20), Some(21), &json!("20:1:0")));
    assert_eq!(names(&bob.get(&format!("{STICKIES}?cursor=20:1:0")).await.expect(200)), ["0"]);
    assert_eq!(bob.get(&format!("{STICKIES}?per_page=5")).await.expect(200)["count"], 5);
}

#[tokio::test]
async fn the_log_tells_which_fields_changed_and_no_value() {
    let app = TestApp::new().await;
    let bob = app.as_user("bob");
    let id = bob.post(STICKIES, json!({"name": "Very private"})).await.id();
    bob.patch(&format!("{STICKIES}{id}/"), json!({"name": "Still private", "description_html": "<p>private</p>"})).await.expect(200);
    let principal = app.principal("alice");
    let read = app.db.read(move |session| {
        use aileron_db::{ExprTrait as _, schema::EVENTS};
        let mut tx = session.workspace(&principal, "acme", aileron_kernel::Action::WorkspaceUpdate)?;
        let select = tx.from(EVENTS).filter(EVENTS.col("entity").eq("sticky")).expr(EVENTS.col("changes"));
        tx.all::<(Value,)>(&select.order(EVENTS.col("seq"), aileron_db::Order::Asc))
    });
    let told: Vec<Value> = read.await.unwrap().into_iter().map(|row| row.0).collect();
    assert_eq!(told, [json!([]), json!([{"field": "name"}, {"field": "description_html"}])]);
}
