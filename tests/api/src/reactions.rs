//! Reactions to work items and comments.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const THUMB: &str = "128077";

struct Place {
    app: TestApp,
    project: String,
    item: String,
    comment: String,
}

/// An item and a comment, both alice's.
async fn place() -> Place {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let item = item(&app, "alice", &project, json!({"name": "One"})).await;
    let path = format!("{}{item}/comments/", items(&project));
    let comment = app.as_user("alice").post(&path, json!({"comment_html": "<p>x</p>"})).await.id();
    Place { app, project, item, comment }
}

impl Place {
    /// Where reactions to the item and to the comment are.
    fn both(&self) -> [String; 2] {
        let item = format!("{}{}/", items(&self.project), self.item);
        [format!("{item}reactions/"), format!("{item}comments/{}/reactions/", self.comment)]
    }

    async fn shown(&self, path: &str) -> Vec<(Value, Value)> {
        let page = self.app.as_user("alice").get(path).await.expect(200);
        results(&page).iter().map(|row| (row["actor"].clone(), row["reaction"].clone())).collect()
    }
}

#[tokio::test]
async fn each_person_reacts_once_with_each_emoji() {
    let place = place().await;
    let (alice, bob) = (place.app.as_user("alice"), place.app.as_user("bob"));
    for path in place.both() {
        let made = bob.post(&path, json!({"reaction": THUMB})).await.expect(201);
        assert_eq!(bob.post(&path, json!({"reaction": THUMB})).await.expect(201), made, "once");
        bob.post(&path, json!({"reaction": "🎉"})).await.expect(201);
        alice.post(&path, json!({"reaction": THUMB})).await.expect(201);
        let (his, hers) = (json!(place.app.user("bob")), json!(place.app.user("alice")));
        let all = [(his.clone(), json!(THUMB)), (his.clone(), json!("🎉")), (hers, json!(THUMB))];
        assert_eq!(place.shown(&path).await, all);
        let one = format!("{path}{}/", made["id"].as_str().unwrap());
        alice.delete(&one).await.expect(403);
        bob.delete(&one).await.expect(204);
        bob.delete(&one).await.expect(404);
        assert_eq!(place.shown(&path).await, all[1..]);
        bob.post(&path, json!({"reaction": THUMB})).await.expect(201);
        let expanded = bob.get(&format!("{path}?expand=actor&fields=actor&per_page=1")).await.expect(200);
        assert_eq!(expanded["results"], json!([{"actor": expanded["results"][0]["actor"]}]));
        assert_eq!(expanded["results"][0]["actor"]["display_name"], "bob");
    }
    // Each stands under what it is to.
    let [of_item, of_comment] = place.both();
    let id = place.app.as_user("bob").get(&of_item).await.expect(200)["results"][0]["id"].as_str().unwrap().to_owned();
    bob.delete(&format!("{of_comment}{id}/")).await.expect(404);
}

#[tokio::test]
async fn bad_reactions_are_named() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    for path in place.both() {
        for body in [
            json!({}),
            json!({"reaction": ""}),
            json!({"reaction": null}),
            json!({"reaction": "x".repeat(65)}),
            json!({"reaction": "a\tb"}),
        ] {
            assert!(bob.post(&path, body).await.expect(400)["reaction"].is_array());
        }
        for number in 0..50 {
            bob.post(&path, json!({"reaction": number.to_string()})).await.expect(201);
        }
        let refused = bob.post(&path, json!({"reaction": "one too many"})).await.expect(400);
        assert_eq!((&refused["limit"], &refused["most"]), (&json!("reactions_per_member"), &json!(50)));
        bob.post(&path, json!({"reaction": "7"})).await.expect(201);
    }
}

#[tokio::test]
async fn who_does_not_see_it_does_not_react() {
    let place = place().await;
    let (gina, alice) = (place.app.as_user("gina"), place.app.as_user("alice"));
    for path in place.both() {
        gina.get(&path).await.expect(404);
        gina.post(&path, json!({"reaction": THUMB})).await.expect(404);
        for stranger in ["olga", "dave"] {
            place.app.as_user(stranger).get(&path).await.expect(403);
            place.app.as_user(stranger).post(&path, json!({"reaction": THUMB})).await.expect(403);
        }
    }
    let one = format!("/api/v1/workspaces/acme/projects/{}/", place.project);
    alice.patch(&one, json!({"guest_view_all_features": true})).await.expect(200);
    for path in place.both() {
        let id = gina.post(&path, json!({"reaction": THUMB})).await.id();
        gina.delete(&format!("{path}{id}/")).await.expect(204);
    }
    alice.post(&format!("{one}archive/"), json!({})).await.expect(204);
    for path in place.both() {
        alice.get(&path).await.expect(200);
        alice.post(&path, json!({"reaction": THUMB})).await.expect(400);
    }
}
