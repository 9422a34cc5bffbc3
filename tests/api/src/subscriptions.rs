//! Who wants to hear of work items.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

#[tokio::test]
async fn people_subscribe_themselves_and_members_end_it_for_others() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let item = item(&app, "alice", &project, json!({"name": "One"})).await;
    let (own, all) = (format!("{}{item}/subscribe/", items(&project)), format!("{}{item}/subscribers/", items(&project)));
    let (alice, bob, gina) = (app.as_user("alice"), app.as_user("bob"), app.as_user("gina"));
    assert_eq!(bob.get(&own).await.expect(200), json!({"subscribed": false}));
    for _ in 0..2 {
        assert_eq!(bob.post(&own, json!({})).await.expect(201), json!({"subscribed": true}));
    }
    alice.post(&own, json!({})).await.expect(201);
    let people = |page: &Value| results(page).iter().map(|row| row["subscriber"].clone()).collect::<Vec<_>>();
    let shown = alice.get(&all).await.expect(200);
    assert_eq!(people(&shown), [json!(app.user("bob")), json!(app.user("alice"))], "once each, in order");
    let expanded = alice.get(&format!("{all}?expand=subscriber&per_page=1")).await.expect(200);
    assert_eq!((&expanded["results"][0]["subscriber"]["display_name"], &expanded["total_count"]), (&json!("bob"), &json!(2)));
    for _ in 0..2 {
        alice.delete(&own).await.expect(204);
    }
    assert_eq!(alice.get(&own).await.expect(200), json!({"subscribed": false}));
    let his = format!("{all}{}/", app.user("bob"));
    app.as_user("dave").delete(&his).await.expect(403);
    gina.delete(&his).await.expect(403);
    alice.delete(&his).await.expect(204);
    alice.delete(&his).await.expect(404);
    assert_eq!(alice.get(&all).await.expect(200)["total_count"], 0);
    // Who does not see the item hears nothing of it.
    for path in [&own, &all] {
        gina.get(path).await.expect(404);
    }
    gina.post(&own, json!({})).await.expect(404);
    let asked = format!("/api/v1/workspaces/acme/projects/{project}/");
    alice.patch(&asked, json!({"guest_view_all_features": true})).await.expect(200);
    gina.post(&own, json!({})).await.expect(201);
    let shown = gina.get(&format!("{all}?expand=subscriber")).await.expect(200);
    assert_eq!(shown["results"][0]["subscriber"]["display_name"], "gina");
}
