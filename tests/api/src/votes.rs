//! Votes about work items.

use aileron_testkit::TestApp;
use serde_json::json;

use crate::stock::{item, items, project, results};

#[tokio::test]
async fn each_person_has_one_vote() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let item = item(&app, "alice", &project, json!({"name": "One"})).await;
    let votes = format!("{}{item}/votes/", items(&project));
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let made = bob.post(&votes, json!({"vote": 1})).await.expect(201);
    assert_eq!((&made["vote"], &made["actor"]), (&json!(1), &json!(app.user("bob"))));
    let turned = bob.post(&votes, json!({"vote": -1})).await.expect(201);
    assert_eq!((&turned["vote"], &turned["id"]), (&json!(-1), &made["id"]));
    alice.post(&votes, json!({})).await.expect(201);
    let shown = results(&alice.get(&votes).await.expect(200));
    assert_eq!(shown.iter().map(|vote| vote["vote"].as_i64().unwrap()).collect::<Vec<_>>(), [1, -1], "the newest first");
    for wrong in [json!({"vote": 0}), json!({"vote": 2}), json!({"vote": "up"}), json!({"vote": null})] {
        assert!(bob.post(&votes, wrong).await.expect(400)["vote"].is_array());
    }
    for _ in 0..2 {
        bob.delete(&votes).await.expect(204);
    }
    assert_eq!(alice.get(&votes).await.expect(200)["total_count"], 1);
    bob.post(&votes, json!({"vote": 1})).await.expect(201);
    let history = alice.get(&format!("{}{item}/activities/", items(&project))).await.expect(200);
    assert_eq!(history["total_count"], 1, "as recorded: no activity tells votes");
    app.as_user("gina").post(&votes, json!({"vote": 1})).await.expect(404);
    app.as_user("gina").delete(&votes).await.expect(404);
    app.as_user("dave").get(&votes).await.expect(403);
}
