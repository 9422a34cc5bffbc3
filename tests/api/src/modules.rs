//! Modules.

use serde_json::{Value, json};

use crate::{
    cycles::Place,
    stock::{item, items, project, results},
};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

async fn module(place: &Place, body: Value) -> String {
    place.bob().post(&place.path("modules/"), body).await.id()
}

fn names(list: &Value) -> Vec<&str> {
    list["results"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_module_has_a_lead_members_dates_and_a_status() {
    let place = Place::new().await;
    let [alice, bob, dave, olga] = ["alice", "bob", "dave", "olga"].map(|name| place.app.user(name));
    let body =
        json!({"name": "One", "lead": bob, "members": [alice, bob, dave, olga], "start_date": "2026-01-01", "status": "in-progress"});
    let made = place.bob().post(&place.path("modules/"), body).await.expect(201);
    assert_eq!((&made["lead"], &made["members"], &made["status"]), (&json!(bob), &json!([bob, alice]), &json!("in-progress")));
    let path = place.path(&format!("modules/{}/", made["id"].as_str().unwrap()));
    let other = place.bob().patch(&path, json!({"members": [alice], "lead": null, "name": "Two"})).await.expect(200);
    assert_eq!((&other["lead"], &other["members"], &other["name"]), (&Value::Null, &json!([alice]), &json!("Two")));
    let seen = place.bob().get(&format!("{path}?expand=members&fields=members")).await.expect(200);
    assert_eq!(seen["members"][0]["display_name"], "alice");
    let lite = place.get("modules-lite/").await;
    assert_eq!((names(&lite), lite["results"][0]["members"].is_array()), (vec!["Two"], true));
    assert_eq!(place.get("").await["total_modules"], 1);
    place.bob().delete(&path).await.expect(204);
    place.bob().get(&path).await.expect(404);
}

#[tokio::test]
async fn wrong_fields_are_named_and_nothing_is_written() {
    let place = Place::new().await;
    let kept = module(&place, json!({"name": "Größe", "external_id": "1", "external_source": "gh"})).await;
    let path = place.path("modules/");
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": "n".repeat(256)}), "name"),
        (json!({"name": "x", "status": "done"}), "status"),
        (json!({"name": "x", "lead": place.app.user("dave")}), "lead"),
        (json!({"name": "x", "lead": place.app.user("olga")}), "lead"),
        (json!({"name": "x", "lead": UNKNOWN}), "lead"),
        (json!({"name": "x", "members": ["bob"]}), "members"),
        (json!({"name": "x", "start_date": "2026-02-02", "target_date": "2026-02-01"}), "non_field_errors"),
        (json!({"name": "GRÖSSE"}), "code"),
    ] {
        let refused = place.bob().post(&path, body.clone()).await.expect(400);
        assert!(refused.get(field).is_some(), "{body}: {refused}");
    }
    let taken = place.bob().post(&path, json!({"name": "x", "external_id": "1", "external_source": "gh"})).await.expect(409);
    assert_eq!(taken["id"], json!(kept));
    assert_eq!(place.get("modules/").await["total_count"], 1);
    // Dates are compared with those that are stored, and a name may be kept.
    let one = place.path(&format!("modules/{kept}/"));
    place.bob().patch(&one, json!({"name": "größe", "target_date": "2026-02-01"})).await.expect(200);
    place.bob().patch(&one, json!({"start_date": "2026-02-02"})).await.expect(400);
    module(&place, json!({"name": "Two"})).await;
    assert_eq!(place.bob().patch(&one, json!({"name": "two"})).await.expect(400), json!({"error": "Module with this name already exists"}));
    place.user("alice").patch(&place.path(""), json!({"module_view": false})).await.expect(200);
    place.bob().post(&path, json!({"name": "x"})).await.expect(400);
}

#[tokio::test]
async fn an_item_may_be_in_many_modules() {
    let place = Place::new().await;
    let (one, two) = (module(&place, json!({"name": "One"})).await, module(&place, json!({"name": "Two"})).await);
    let (a, b) = (place.item(json!({"name": "a"})).await, place.item(json!({"name": "b", "point": 2})).await);
    let path = |module: &str| place.path(&format!("modules/{module}/module-issues/"));
    let rows = place.bob().post(&path(&one), json!({"issues": [a, b]})).await.expect(200);
    assert_eq!((&rows[0]["issue"], &rows[1]["issue"]), (&json!(a), &json!(b)), "as recorded: the newest item came in first");
    assert_eq!(place.bob().post(&path(&one), json!({"issues": [b]})).await.expect(200), rows);
    place.bob().post(&path(&two), json!({"issues": [a]})).await.expect(200);
    assert_eq!(names(&place.bob().get(&path(&one)).await.expect(200)), ["a", "b"]);
    assert_eq!(names(&place.bob().get(&path(&two)).await.expect(200)), ["a"]);
    let seen = place.get(&format!("modules/{one}/")).await;
    assert_eq!((&seen["total_issues"], &seen["total_estimates"]), (&json!(2), &json!(2.0)));
    place.bob().delete(&format!("{}{a}/", path(&one))).await.expect(204);
    place.bob().delete(&format!("{}{a}/", path(&one))).await.expect(404);
    let page = place.bob().get(&format!("{}{a}/activities/", items(&place.project))).await.expect(200);
    let told: Vec<Value> = results(&page).iter().filter(|row| row["field"] == "modules").map(|row| row["comment"].clone()).collect();
    assert_eq!(told, ["added module One", "added module Two", "removed this issue from One"]);
    // One that is not there refuses all.
    let other = project(&place.app, "MKT").await;
    let foreign = item(&place.app, "alice", &other, json!({"name": "Foreign"})).await;
    for wrong in [foreign.as_str(), UNKNOWN] {
        let refused = place.bob().post(&path(&two), json!({"issues": [b, wrong]})).await.expect(400);
        assert_eq!(refused["error"], "The payload is not valid");
        assert!(refused["issues"]["1"].is_array());
    }
    assert_eq!(place.bob().post(&path(&two), json!({"issues": []})).await.expect(400)["error"], "Issues are required");
    assert_eq!(place.bob().get(&path(&two)).await.expect(200)["total_count"], 1);
    place.bob().get(&path(UNKNOWN)).await.expect(404);
}

#[tokio::test]
async fn closed_modules_are_archived() {
    let place = Place::new().await;
    let id = module(&place, json!({"name": "One"})).await;
    let (path, item) = (place.path(&format!("modules/{id}/")), place.item(json!({"name": "a"})).await);
    place.bob().send("POST", &format!("{path}archive/"), None).await.expect(400);
    place.bob().patch(&path, json!({"status": "cancelled"})).await.expect(200);
    place.bob().send("POST", &format!("{path}archive/"), None).await.expect(204);
    place.bob().get(&path).await.expect(404);
    assert_eq!(names(&place.get("archived-modules/").await), ["One"]);
    assert_eq!(place.bob().patch(&path, json!({"name": "x"})).await.expect(400)["error"], "Archived module cannot be edited");
    place.bob().post(&format!("{path}module-issues/"), json!({"issues": [item]})).await.expect(404);
    place.bob().post(&format!("{path}links/"), json!({"url": "https://a.test/"})).await.expect(404);
    place.bob().delete(&place.path(&format!("archived-modules/{id}/unarchive/"))).await.expect(204);
    assert_eq!(place.get("modules/").await["total_count"], 1);
    let alices = place.user("alice").post(&place.path("modules/"), json!({"name": "Alices"})).await.id();
    let refused = place.bob().delete(&place.path(&format!("modules/{alices}/"))).await.expect(403);
    assert_eq!(refused["error"], "Only admin or creator can delete the module");
    place.user("gina").delete(&place.path(&format!("modules/{alices}/"))).await.expect(403);
}

#[tokio::test]
async fn a_module_has_links() {
    let place = Place::new().await;
    let (one, two) = (module(&place, json!({"name": "One"})).await, module(&place, json!({"name": "Two"})).await);
    let links = place.path(&format!("modules/{one}/links/"));
    let made = place.bob().post(&links, json!({"url": "https://a.test/", "title": "A"})).await.expect(201);
    assert_eq!((&made["title"], &made["module"]), (&json!("A"), &json!(one)));
    assert!(place.bob().post(&links, json!({"url": "https://a.test/"})).await.expect(400)["url"].is_array());
    assert!(place.bob().post(&links, json!({"url": "javascript:alert(1)"})).await.expect(400)["url"].is_array());
    let link = made["id"].as_str().unwrap();
    let changed = place.bob().patch(&format!("{links}{link}/"), json!({"title": null, "url": "https://b.test/"})).await.expect(200);
    assert_eq!((&changed["title"], &changed["url"]), (&Value::Null, &json!("https://b.test/")));
    // A link of another module is none of this one.
    place.bob().get(&place.path(&format!("modules/{two}/links/{link}/"))).await.expect(404);
    place.bob().delete(&place.path(&format!("modules/{two}/links/{link}/"))).await.expect(404);
    assert_eq!(place.user("gina").get(&links).await.expect(200)["total_count"], 1);
    place.user("gina").post(&links, json!({"url": "https://c.test/"})).await.expect(403);
    place.bob().delete(&format!("{links}{link}/")).await.expect(204);
    assert_eq!(place.bob().get(&links).await.expect(200)["total_count"], 0);
}

#[tokio::test]
async fn a_module_with_both_dates_has_a_burn_down() {
    let place = Place::new().await;
    let id = module(&place, json!({"name": "One", "start_date": "2025-12-31", "target_date": "2026-01-02"})).await;
    let item = place.item(json!({"name": "a", "point": 3})).await;
    place.bob().post(&place.path(&format!("modules/{id}/module-issues/")), json!({"issues": [item]})).await.expect(200);
    place.app.clock.advance(24 * 60 * 60);
    let done = place.state("completed").await;
    place.bob().patch(&place.path(&format!("work-items/{item}/")), json!({"state": done})).await.expect(200);
    let days = place.get(&format!("modules/{id}/burn-down/")).await;
    let points: Vec<(f64, f64)> = days["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| (day["points"]["total"].as_f64().unwrap(), day["points"]["remaining"].as_f64().unwrap()))
        .collect();
    assert_eq!(points, [(0.0, 0.0), (3.0, 3.0), (3.0, 0.0)]);
    assert_eq!(place.get(&format!("modules/{id}/progress/")).await["completed_estimates"], 3.0);
    let without = module(&place, json!({"name": "Two"})).await;
    place.bob().get(&place.path(&format!("modules/{without}/burn-down/"))).await.expect(400);
}
