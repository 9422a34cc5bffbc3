//! What one has on the home page of a workspace.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

const HOME: &str = "/api/v1/workspaces/acme/home-preferences/";

fn shown(parts: &Value) -> Vec<(&str, bool)> {
    parts.as_array().unwrap().iter().map(|part| (part["key"].as_str().unwrap(), part["is_enabled"].as_bool().unwrap())).collect()
}

#[tokio::test]
async fn parts_are_hidden_and_put_in_an_order_of_ones_own() {
    let app = TestApp::new().await;
    let (bob, gina) = (app.as_user("bob"), app.as_user("gina"));
    let before = bob.get(HOME).await.expect(200);
    assert_eq!(shown(&before), [("quick_links", true), ("recents", true), ("my_stickies", true)]);
    let hidden = bob.patch(HOME, json!({"key": "recents", "is_enabled": false})).await.expect(200);
    assert_eq!(shown(&hidden), [("quick_links", true), ("recents", false), ("my_stickies", true)]);
    let moved = bob.patch(HOME, json!({"key": "my_stickies", "sort_order": 2000})).await.expect(200);
    assert_eq!(shown(&moved), [("my_stickies", true), ("quick_links", true), ("recents", false)]);
    bob.patch(HOME, json!({"key": "recents", "is_enabled": true, "sort_order": 3000})).await.expect(200);
    assert_eq!(shown(&bob.get(HOME).await.expect(200))[0], ("recents", true));
    assert_eq!(gina.get(HOME).await.expect(200), before, "nobody else's");
    for (body, field) in
        [(json!({}), "key"), (json!({"key": "weather"}), "key"), (json!({"key": "recents", "sort_order": "x"}), "sort_order")]
    {
        assert!(bob.patch(HOME, body).await.expect(400)[field].is_array());
    }
    app.as_user("olga").get(HOME).await.expect(403);
    app.as_user("olga").patch(HOME, json!({"key": "recents"})).await.expect(403);
}
