//! Estimates of projects, their values, and the items that have them.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

struct Place {
    app: TestApp,
    project: String,
    estimates: String,
    points: String,
    /// The values 1, 2 and 3.
    values: Vec<String>,
}

/// A project that counts story points.
async fn place() -> Place {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let estimates = format!("/api/v1/workspaces/acme/projects/{project}/estimates/");
    let alice = app.as_user("alice");
    let estimate = alice.post(&estimates, json!({"name": "Points", "type": "points", "description": "how much"})).await.id();
    let points = format!("{estimates}{estimate}/estimate-points/");
    let made = alice.post(&points, json!([{"value": "1"}, {"value": "2"}, {"value": 3, "key": 7}])).await.expect(201);
    let values = made.as_array().unwrap().iter().map(|point| point["id"].as_str().unwrap().to_owned()).collect();
    Place { app, project, estimates, points, values }
}

impl Place {
    fn one(&self) -> String {
        format!("/api/v1/workspaces/acme/projects/{}/", self.project)
    }

    fn point(&self, number: usize) -> String {
        format!("{}{}/", self.points, self.values[number])
    }

    async fn estimated(&self, name: &str, number: usize) -> String {
        item(&self.app, "bob", &self.project, json!({"name": name, "estimate_point": self.values[number]})).await
    }

    async fn point_of(&self, item: &str) -> Value {
        self.app.as_user("alice").get(&format!("{}{item}/", items(&self.project))).await.expect(200)["estimate_point"].clone()
    }

    async fn keys(&self) -> Vec<(i64, String)> {
        let points = self.app.as_user("gina").get(&self.points).await.expect(200);
        let shown = points.as_array().unwrap().iter();
        shown.map(|point| (point["key"].as_i64().unwrap(), point["value"].as_str().unwrap().to_owned())).collect()
    }
}

#[tokio::test]
async fn an_estimate_is_made_read_changed_and_deleted() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let estimate = bob.get(&place.estimates).await.expect(200);
    assert_eq!((&estimate["name"], &estimate["type"], &estimate["description"]), (&json!("Points"), &json!("points"), &json!("how much")));
    assert_eq!(bob.get(&place.one()).await.expect(200)["estimate"], estimate["id"], "it is in use at once");
    let second = bob.post(&place.estimates, json!({"name": "Sizes"})).await.expect(409);
    assert_eq!(second["id"], estimate["id"], "a project has one");
    let changed = bob.patch(&place.estimates, json!({"name": "Story points", "type": "categories"})).await.expect(200);
    assert_eq!((&changed["name"], &changed["type"]), (&json!("Story points"), &json!("points")), "what its values are never changes");
    let item = place.estimated("One", 0).await;
    bob.delete(&place.estimates).await.expect(204);
    bob.get(&place.estimates).await.expect(404);
    bob.get(&place.points).await.expect(404);
    bob.patch(&place.estimates, json!({"name": "x"})).await.expect(404);
    bob.delete(&place.estimates).await.expect(404);
    assert_eq!(bob.get(&place.one()).await.expect(200)["estimate"], Value::Null);
    assert_eq!(place.point_of(&item).await, Value::Null, "its items have no value");
    bob.post(&place.estimates, json!({"name": "Sizes"})).await.expect(201);
}

#[tokio::test]
async fn values_are_added_changed_and_listed_in_their_order() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    assert_eq!(place.keys().await, [(1, "1".to_owned()), (2, "2".to_owned()), (7, "3".to_owned())]);
    let added = bob.post(&place.points, json!({"estimate_points": [{"value": "5"}, {"value": "0.5", "key": 0}]})).await.expect(201);
    assert_eq!(added.as_array().unwrap().len(), 2, "the new ones are answered");
    let item = place.estimated("One", 1).await;
    let changed = bob.patch(&place.point(1), json!({"value": "2.5", "description": "some"})).await.expect(200);
    assert_eq!((&changed["value"], &changed["key"], &changed["description"]), (&json!("2.5"), &json!(2), &json!("some")));
    assert_eq!(place.point_of(&item).await, changed["id"]);
    let values: Vec<String> = place.keys().await.into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, ["0.5", "1", "2.5", "3", "5"]);
}

#[tokio::test]
async fn wrong_values_are_named_and_nothing_is_written() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    for (body, at, field) in [
        (json!([{"value": "8"}, {"value": "XS"}]), "1", "value"),
        (json!([{"value": "8"}, {"value": "8"}]), "1", "value"),
        (json!([{"value": "1"}]), "0", "value"),
        (json!([{"value": "8", "key": 7}]), "0", "key"),
        (json!([{"value": "8", "key": -1}]), "0", "key"),
        (json!([{"key": 9}]), "0", "value"),
        (json!([{"value": "123456789012345678901"}]), "0", "value"),
    ] {
        let refused = bob.post(&place.points, body.clone()).await.expect(400);
        assert!(refused["estimate_points"][at][field].is_array(), "{body}: {refused}");
    }
    for body in [json!([]), json!({}), json!({"estimate_points": "x"}), json!(vec![json!({"value": "x"}); 101])] {
        assert!(bob.post(&place.points, body).await.expect(400)["estimate_points"].is_array());
    }
    assert_eq!(place.keys().await.len(), 3);
    for (body, field) in [(json!({"value": "1"}), "value"), (json!({"value": "many"}), "value"), (json!({"key": 1}), "key")] {
        assert!(bob.patch(&place.point(2), body).await.expect(400)[field].is_array());
    }
    for (body, field) in [(json!({}), "name"), (json!({"name": "x", "type": "shirts"}), "type"), (json!({"name": ""}), "name")] {
        assert!(bob.post(&place.estimates, body).await.expect(400)[field].is_array());
    }
}

#[tokio::test]
async fn a_value_that_goes_leaves_its_items_another_one_or_none() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let (moved, bare) = (place.estimated("Moved", 0).await, place.estimated("Bare", 1).await);
    for (replacement, why) in [(place.values[0].as_str(), "itself"), (place.project.as_str(), "nothing")] {
        let refused = bob.send("DELETE", &place.point(0), Some(json!({"replacement": replacement}))).await.expect(400);
        assert!(refused["replacement"].is_array(), "{why}");
    }
    bob.send("DELETE", &place.point(0), Some(json!({"replacement": place.values[2]}))).await.expect(204);
    bob.delete(&place.point(1)).await.expect(204);
    bob.delete(&place.point(1)).await.expect(404);
    assert_eq!(place.point_of(&moved).await, json!(place.values[2]));
    assert_eq!(place.point_of(&bare).await, Value::Null);
    let told = bob.get(&format!("{}{moved}/activities/", items(&place.project))).await.expect(200);
    let change = results(&told).into_iter().find(|row| row["field"] == "estimate_point").unwrap();
    assert_eq!((&change["old_value"], &change["new_value"]), (&json!("1"), &json!("3")));
    assert_eq!(change["new_identifier"], json!(place.values[2]));
}

#[tokio::test]
async fn items_take_values_of_the_estimate_in_use_and_no_others() {
    let place = place().await;
    let alice = place.app.as_user("alice");
    let one = place.estimated("One", 0).await;
    let path = format!("{}{one}/", items(&place.project));
    assert_eq!(place.point_of(&one).await, json!(place.values[0]));
    let expanded = alice.get(&format!("{path}?expand=estimate_point")).await.expect(200);
    assert_eq!((&expanded["estimate_point"]["value"], &expanded["estimate_point"]["key"]), (&json!("1"), &json!(1)));
    alice.patch(&path, json!({"estimate_point": place.values[1]})).await.expect(200);
    let other = project(&place.app, "OPS").await;
    let foreign = json!({"name": "x", "estimate_point": place.values[0]});
    let refused = alice.post(&items(&other), foreign).await.expect(400);
    assert!(refused["estimate_point"].is_array(), "of another project");
    // Switched off: what items have stays, and no other value is taken.
    alice.patch(&place.one(), json!({"estimate": null})).await.expect(200);
    assert_eq!(place.point_of(&one).await, json!(place.values[1]));
    assert!(alice.patch(&path, json!({"estimate_point": place.values[2]})).await.expect(400)["estimate_point"].is_array());
    alice.patch(&path, json!({"estimate_point": place.values[1], "name": "sent back as it was"})).await.expect(200);
    let estimate = alice.get(&place.estimates).await.expect(200)["id"].clone();
    alice.patch(&place.one(), json!({"estimate": estimate})).await.expect(200);
    alice.patch(&path, json!({"estimate_point": null})).await.expect(200);
    let ops = format!("/api/v1/workspaces/acme/projects/{other}/");
    assert!(alice.patch(&ops, json!({"estimate": estimate})).await.expect(400)["estimate"].is_array());
}

#[tokio::test]
async fn guests_read_and_strangers_do_not() {
    let place = place().await;
    let gina = place.app.as_user("gina");
    gina.get(&place.estimates).await.expect(200);
    assert_eq!(place.keys().await.len(), 3);
    gina.patch(&place.estimates, json!({"name": "x"})).await.expect(403);
    gina.delete(&place.point(0)).await.expect(403);
    for stranger in ["olga", "dave"] {
        place.app.as_user(stranger).get(&place.points).await.expect(403);
    }
    place.app.nobody().get(&place.estimates).await.expect(401);
    let alice = place.app.as_user("alice");
    // The estimate of another project is not there, whoever asks.
    let other = project(&place.app, "OPS").await;
    let through = place.points.replace(&place.project, &other);
    alice.get(&through).await.expect(404);
    alice.post(&through, json!([{"value": "9"}])).await.expect(404);
    alice.patch(&place.point(0).replace(&place.project, &other), json!({"value": "9"})).await.expect(404);
    alice.delete(&place.point(0).replace(&place.project, &other)).await.expect(404);
    alice.post(&format!("{}archive/", place.one()), json!({})).await.expect(204);
    alice.get(&place.estimates).await.expect(200);
    alice.delete(&place.estimates).await.expect(400);
    alice.post(&place.points, json!([{"value": "9"}])).await.expect(400);
}
