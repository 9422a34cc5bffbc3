//! How cycles stand, and where items say that they are.

use serde_json::{Value, json};

use crate::cycles::{Place, names};

#[tokio::test]
async fn progress_is_by_items_by_points_by_people_and_by_labels() {
    let place = Place::new().await;
    let cycle = place.cycle("One", None).await;
    let label = place.bob().post(&place.path("labels/"), json!({"name": "bug"})).await.id();
    let (bob, completed, started) = (place.app.user("bob"), place.state("completed").await, place.state("started").await);
    let one = place.item(json!({"name": "1", "point": 3, "state": completed, "assignees": [bob], "labels": [label]})).await;
    let two = place.item(json!({"name": "2", "point": 5, "state": started, "assignees": [bob]})).await;
    let three = place.item(json!({"name": "3"})).await;
    let draft = place.item(json!({"name": "4", "is_draft": true, "point": 8})).await;
    place.add(&cycle, &[&one, &two, &three, &draft]).await;
    let progress = place.get(&format!("cycles/{cycle}/progress/")).await;
    assert_eq!((&progress["total_issues"], &progress["total_estimates"]), (&json!(3), &json!(8.0)));
    assert_eq!(
        (&progress["started_estimates"], &progress["backlog_estimates"], &progress["backlog_issues"]),
        (&json!(5.0), &Value::Null, &json!(1))
    );
    let part = |name: Value, total: i64, completed: i64, points: f64| {
        let found = |list: &str| progress["distribution"][list].as_array().unwrap().iter().find(|part| part["name"] == name).cloned();
        let list = if name == json!("bug") || name.is_null() && total == 2 { "labels" } else { "assignees" };
        let found = found(list).unwrap();
        assert_eq!(
            (&found["total_issues"], &found["completed_issues"], &found["total_estimates"]),
            (&json!(total), &json!(completed), &json!(points))
        );
    };
    part(json!("bob"), 2, 1, 8.0);
    part(Value::Null, 1, 0, 0.0);
    part(json!("bug"), 1, 1, 3.0);
    part(Value::Null, 2, 0, 5.0);
    assert!(place.bob().get(&place.path(&format!("cycles/{cycle}/burn-down/"))).await.expect(400)["error"].is_string());
}

#[tokio::test]
async fn items_tell_where_they_are_where_they_are_asked() {
    let place = Place::new().await;
    let (a, b) = (place.cycle("a", None).await, place.cycle("B", None).await);
    let (one, two, three) =
        (place.item(json!({"name": "1"})).await, place.item(json!({"name": "2"})).await, place.item(json!({"name": "3"})).await);
    place.add(&a, &[&two]).await;
    place.add(&b, &[&one]).await;
    let module = place.bob().post(&place.path("modules/"), json!({"name": "M"})).await.id();
    place.bob().post(&place.path(&format!("modules/{module}/module-issues/")), json!({"issues": [one, three]})).await.expect(200);
    assert_eq!(names(&place.get("work-items/?order_by=cycle__name").await), ["2", "1", "3"]);
    assert_eq!(names(&place.get("work-items/?order_by=-modules__name").await)[0], "2");
    assert_eq!(names(&place.get(&format!("work-items/?cycle={a},None&order_by=name")).await), ["2", "3"]);
    assert_eq!(names(&place.get(&format!("work-items/?module={module}&order_by=name")).await), ["1", "3"]);
    let tree = format!(
        "work-items/?filters=%7B%22and%22:[%7B%22module_id%22:%22{module}%22%7D,%7B%22not%22:%7B%22cycle_id%22:%22{b}%22%7D%7D]%7D"
    );
    assert_eq!(names(&place.get(&tree).await), ["3"]);
    let item = place.get(&format!("work-items/{one}/?expand=cycle,modules")).await;
    assert_eq!((&item["cycle"]["name"], &item["cycle_id"], &item["modules"][0]["name"]), (&json!("B"), &json!(b), &json!("M")));
    let page = place.get("work-items/?fields=name,cycle_id,module_ids&order_by=name").await;
    assert_eq!(page["results"][1], json!({"name": "2", "cycle_id": a, "module_ids": []}));
    assert_eq!(page["results"][2], json!({"name": "3", "cycle_id": null, "module_ids": [module]}));
    assert!(place.get(&format!("work-items/{one}/")).await.get("cycle_id").is_none());
    assert_eq!(names(&place.get(&format!("cycles/{b}/cycle-issues/?priority=none&expand=cycle")).await), ["1"]);
    assert_eq!(place.get(&format!("cycles/{b}/cycle-issues/?priority=high")).await["total_count"], 0);
}
