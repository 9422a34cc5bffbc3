//! Files of a workspace that are attached to nothing.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::{place, upload};

const ASSETS: &str = "/api/v1/workspaces/acme/assets/";

fn body(more: &Value) -> Value {
    let mut body = json!({"name": "../plan.pdf", "type": "application/pdf", "size": 20});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_file_goes_up_and_comes_down() {
    let app = TestApp::new().await;
    let (bob, alice) = (app.as_user("bob"), app.as_user("alice"));
    let made = bob.post(ASSETS, body(&json!({}))).await.expect(200);
    let path = made["asset_url"].as_str().unwrap();
    assert_eq!(path, format!("{ASSETS}{}/", made["asset_id"].as_str().unwrap()));
    let missing = json!({"error": "The asset is not uploaded.", "status": false});
    assert_eq!(bob.get(path).await.expect(400), missing);
    bob.patch(path, json!({"is_uploaded": true})).await.expect(204);
    assert_eq!(bob.get(path).await.expect(400), missing, "said early, it counts when it comes");
    upload(&app, &made, b"%PDF-1.7").await.expect(204);
    bob.patch(path, json!({"is_uploaded": true})).await.expect(204);
    let found = alice.get(path).await.expect(200);
    assert_eq!((&found["asset_name"], &found["asset_type"]), (&json!("plan.pdf"), &json!("application/pdf")));
    let file = app.nobody().get(found["asset_url"].as_str().unwrap()).await;
    assert_eq!((file.status.as_u16(), file.bytes.as_slice()), (200, b"%PDF-1.7".as_slice()));
}

#[tokio::test]
async fn guests_have_their_own() {
    let app = TestApp::new().await;
    let (bob, gina) = (app.as_user("bob"), app.as_user("gina"));
    let made = gina.post(ASSETS, body(&json!({}))).await.expect(200);
    upload(&app, &made, b"%PDF-1.7").await.expect(204);
    let path = made["asset_url"].as_str().unwrap();
    gina.patch(path, json!({})).await.expect(204);
    gina.get(path).await.expect(200);
    let made = bob.post(ASSETS, body(&json!({}))).await.expect(200);
    gina.get(made["asset_url"].as_str().unwrap()).await.expect(404);
    gina.patch(made["asset_url"].as_str().unwrap(), json!({})).await.expect(404);
}

#[tokio::test]
async fn a_project_is_one_that_the_caller_is_in() {
    let place = place().await;
    let app = &place.app;
    let of_project = json!({"project_id": place.project});
    assert!(app.as_user("dave").post(ASSETS, body(&of_project)).await.expect(400)["project_id"].is_array());
    let foreign = json!({"project_id": "00000000-0000-4000-8000-000000000000"});
    assert!(app.as_user("bob").post(ASSETS, body(&foreign)).await.expect(400)["project_id"].is_array());
    app.as_user("bob").post(ASSETS, body(&of_project)).await.expect(200);
}

#[tokio::test]
async fn a_known_file_is_409() {
    let app = TestApp::new().await;
    let external = json!({"external_source": "gh", "external_id": "1"});
    let made = app.as_user("bob").post(ASSETS, body(&external)).await.expect(200);
    let known = app.as_user("bob").post(ASSETS, body(&external)).await.expect(409);
    assert_eq!((&known["asset_id"], &known["asset_url"]), (&made["asset_id"], &made["asset_url"]));
    assert!(known["message"].is_string());
}

#[tokio::test]
async fn an_attachment_is_not_to_be_had_this_way() {
    let place = place().await;
    let address = place.attach("bob", "a.txt", "text/plain", b"abc").await;
    let id = address.trim_end_matches('/').rsplit('/').next().unwrap();
    let path = format!("{ASSETS}{id}/");
    place.app.as_user("alice").get(&path).await.expect(404);
    place.app.as_user("alice").patch(&path, json!({})).await.expect(404);
}

#[tokio::test]
async fn a_known_file_is_known_in_its_project_and_named_to_who_sees_it() {
    let place = place().await;
    let external = json!({"external_source": "gh", "external_id": "1"});
    let of_project = json!({"external_source": "gh", "external_id": "1", "project_id": place.project});
    let (bob, dave, gina) = (place.app.as_user("bob"), place.app.as_user("dave"), place.app.as_user("gina"));
    let made = bob.post(ASSETS, body(&of_project)).await.expect(200);
    // Who is not in the project learns nothing of it.
    let own = dave.post(ASSETS, body(&external)).await.expect(200);
    assert_eq!(bob.post(ASSETS, body(&of_project)).await.expect(409)["asset_id"], made["asset_id"]);
    assert_eq!(dave.post(ASSETS, body(&external)).await.expect(409)["asset_id"], own["asset_id"]);
    for more in [&external, &of_project] {
        let refused = gina.post(ASSETS, body(more)).await.expect(409);
        assert!(refused["message"].is_string() && refused.as_object().unwrap().len() == 1, "{refused}");
    }
}

#[tokio::test]
async fn what_is_not_confirmed_is_for_its_creator_and_admins() {
    let place = place().await;
    let app = &place.app;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let project = place.project.as_str();
    let dave = json!({"member": app.user("dave"), "role": 15});
    alice.post(&format!("/api/v1/workspaces/acme/projects/{project}/members/"), dave).await.expect(201);
    for more in [json!({}), json!({"project_id": project})] {
        for confirms in [&bob, &alice] {
            let made = bob.post(ASSETS, body(&more)).await.expect(200);
            upload(app, &made, b"%PDF-1.7").await.expect(204);
            let path = made["asset_url"].as_str().unwrap();
            app.as_user("dave").get(path).await.expect(404);
            app.as_user("dave").patch(path, json!({"is_uploaded": true})).await.expect(404);
            confirms.patch(path, json!({"is_uploaded": true})).await.expect(204);
            app.as_user("dave").get(path).await.expect(200);
        }
    }
}

#[tokio::test]
async fn nothing_is_confirmed_in_an_archived_project() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let made = bob.post(ASSETS, body(&json!({"project_id": place.project}))).await.expect(200);
    upload(&place.app, &made, b"%PDF-1.7").await.expect(204);
    let archive = format!("/api/v1/workspaces/acme/projects/{}/archive/", place.project);
    place.app.as_user("alice").post(&archive, json!({})).await.expect(204);
    let path = made["asset_url"].as_str().unwrap();
    assert_eq!(bob.patch(path, json!({})).await.expect(400)["error"], "Archived project cannot be updated");
    place.app.as_user("alice").delete(&archive).await.expect(204);
    bob.patch(path, json!({})).await.expect(204);
}
