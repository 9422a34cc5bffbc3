//! Attachments of work items: making, confirming, listing, deleting, rights, history.

use serde_json::{Value, json};

use super::{place, stored, upload};
use crate::stock::{item, items, results};

#[tokio::test]
async fn a_file_goes_up_and_comes_down() {
    let place = place().await;
    let made = place.make("bob", "notes.txt", "text/plain", 11).await;
    let (attachment, bob) = (&made["attachment"], place.app.as_user("bob"));
    assert_eq!(attachment["attributes"], json!({"name": "notes.txt", "type": "text/plain", "size": 11}));
    assert_eq!((&attachment["is_uploaded"], &attachment["issue"]), (&json!(false), &json!(place.item)));
    assert_eq!(bob.get(&place.path).await.expect(200), json!([]));
    let address = place.address(&made);
    assert_eq!(made["asset_url"], address.as_str());
    assert_eq!(bob.get(&address).await.expect(400), json!({"error": "The asset is not uploaded.", "status": false}));
    upload(&place.app, &made, b"hello world").await.expect(204);
    assert_eq!(bob.get(&address).await.status, 400);
    bob.patch(&address, json!({"is_uploaded": true})).await.expect(204);
    let listed = bob.get(&place.path).await.expect(200);
    assert_eq!((&listed[0]["id"], &listed[0]["is_uploaded"], &listed[0]["size"]), (&made["asset_id"], &json!(true), &json!(11.0)));
    let file = place.fetch("alice", &address).await;
    assert_eq!((file.status.as_u16(), file.bytes.as_slice()), (200, b"hello world".as_slice()));
    assert_eq!(file.headers["content-type"], "text/plain");
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"notes.txt\"; filename*=UTF-8''notes.txt");
}

#[tokio::test]
async fn the_old_address_leads_to_the_same() {
    let place = place().await;
    let address = place.attach("bob", "a.txt", "text/plain", b"abc").await;
    let bob = place.app.as_user("bob");
    let old = place.path.replace("/work-items/", "/issues/").replace("/attachments/", "/issue-attachments/");
    assert_eq!(bob.get(&old).await.expect(200), bob.get(&place.path).await.expect(200));
    assert_eq!(bob.get(&address.replace(&place.path, &old)).await.status, 302);
}

#[tokio::test]
async fn what_is_confirmed_before_it_is_there_counts_when_it_comes() {
    let place = place().await;
    let (bob, alice) = (place.app.as_user("bob"), place.app.as_user("alice"));
    let made = place.make("bob", "a.txt", "text/plain", 3).await;
    let address = place.address(&made);
    let history = format!("{}{}/activities/", items(&place.project), place.item);
    let told = alice.get(&history).await.expect(200)["total_count"].clone();
    // Alice says so, twice; nobody sees anything of it.
    for _ in 0..2 {
        alice.patch(&address, json!({"is_uploaded": true})).await.expect(204);
    }
    for user in ["alice", "bob"] {
        let caller = place.app.as_user(user);
        assert_eq!(caller.get(&place.path).await.expect(200), json!([]));
        assert_eq!(caller.get(&address).await.expect(400), json!({"error": "The asset is not uploaded.", "status": false}));
    }
    assert_eq!(alice.get(&history).await.expect(200)["total_count"], told);
    upload(&place.app, &made, b"abc").await.expect(204);
    let listed = bob.get(&place.path).await.expect(200);
    assert_eq!((&listed[0]["is_uploaded"], &listed[0]["created_by"]), (&json!(true), &json!(place.app.user("bob"))));
    assert_eq!(place.fetch("bob", &address).await.bytes, b"abc");
    assert_eq!(alice.get(&history).await.expect(200)["total_count"], json!(told.as_i64().unwrap() + 1));
    upload(&place.app, &made, b"xyz").await.expect(409);
}

/// Whoever said so may have lost the right meanwhile: then nobody sees the file.
#[tokio::test]
async fn what_was_confirmed_early_is_judged_by_the_rights_at_the_end() {
    let place = place().await;
    for out in ["removed", "deactivated"] {
        let made = place.make("bob", "a.txt", "text/plain", 3).await;
        place.app.as_user("bob").patch(&place.address(&made), json!({})).await.expect(204);
        if out == "removed" {
            let alice = place.app.as_user("alice");
            let members = format!("/api/v1/workspaces/acme/projects/{}/members/", place.project);
            let list = alice.get(&members).await.expect(200);
            let bob = list.as_array().unwrap().iter().find(|row| row["display_name"] == "bob").unwrap()["membership_id"].clone();
            alice.delete(&format!("{members}{}/", bob.as_str().unwrap())).await.expect(204);
            upload(&place.app, &made, b"abc").await.expect(204);
            alice.post(&members, json!({"member": place.app.user("bob"), "role": 15})).await.expect(201);
        } else {
            place.app.deactivate("bob").await;
            upload(&place.app, &made, b"abc").await.expect(204);
        }
        assert_eq!(place.app.as_user("alice").get(&place.path).await.expect(200), json!([]), "{out}");
    }
}

#[tokio::test]
async fn a_confirmation_is_said_plainly() {
    let place = place().await;
    let made = place.make("bob", "a.txt", "text/plain", 3).await;
    let (address, bob) = (place.address(&made), place.app.as_user("bob"));
    upload(&place.app, &made, b"abc").await.expect(204);
    for (body, field) in [(json!({"is_uploaded": false}), "is_uploaded"), (json!({"is_uploaded": "maybe"}), "is_uploaded")] {
        assert!(bob.patch(&address, body).await.expect(400)[field].is_array());
    }
    bob.patch(&address, json!({})).await.expect(204);
    bob.patch(&address, json!({"is_uploaded": true})).await.expect(204);
    assert_eq!(bob.get(&place.path).await.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_attachment_is_deleted_and_its_file_kept_for_a_restore() {
    let place = place().await;
    let address = place.attach("bob", "a.txt", "text/plain", b"abc").await;
    let location = place.location("bob", &address).await;
    let bob = place.app.as_user("bob");
    bob.delete(&address).await.expect(204);
    for answer in [bob.get(&address).await, bob.delete(&address).await, bob.patch(&address, json!({})).await] {
        answer.expect(404);
    }
    assert_eq!(bob.get(&place.path).await.expect(200), json!([]));
    place.app.nobody().get(&location).await.expect(404);
    assert_eq!(stored(&place.app), 1);
}

#[tokio::test]
async fn guests_have_to_do_with_their_own() {
    let place = place().await;
    let gina = place.app.as_user("gina");
    let body = json!({"name": "a.txt", "type": "text/plain", "size": 3});
    let address = place.attach("bob", "a.txt", "text/plain", b"abc").await;
    // The item is alice's and the project shows guests only their own.
    for answer in [gina.get(&place.path).await, gina.post(&place.path, body.clone()).await, gina.get(&address).await] {
        answer.expect(404);
    }
    gina.delete(&address).await.expect(404);
    let project = format!("/api/v1/workspaces/acme/projects/{}/", place.project);
    place.app.as_user("alice").patch(&project, json!({"guest_view_all_features": true})).await.expect(200);
    gina.delete(&address).await.expect(403);
    gina.patch(&address, json!({})).await.expect(403);
    let own = place.attach("gina", "g.txt", "text/plain", b"abc").await;
    assert_eq!(place.fetch("gina", &address).await.bytes, b"abc");
    gina.delete(&own).await.expect(204);
    // Any member may delete, as recorded.
    place.app.as_user("bob").delete(&place.attach("gina", "h.txt", "text/plain", b"abc").await).await.expect(204);
}

#[tokio::test]
async fn bad_requests_are_refused_in_the_recorded_words() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let too_large = json!({"size": ["Ensure this value is less than or equal to 5242880."]});
    for (body, said) in [
        (json!({"type": "text/plain", "size": 12}), json!({"error": "Invalid request.", "status": false})),
        (json!({"name": "x.exe", "type": "application/x-msdownload", "size": 12}), json!({"error": "Invalid file type.", "status": false})),
        (json!({"name": "big.txt", "type": "text/plain", "size": 999_999_999}), too_large),
        (json!({"name": "a\u{0}", "type": "text/plain", "size": 1}), json!({"name": ["Null characters are not allowed."]})),
    ] {
        assert_eq!(bob.post(&place.path, body).await.expect(400), said);
    }
    let body = json!({"name": "a.txt", "type": "text/plain", "size": 3, "external_source": "gh", "external_id": "a1"});
    let first = bob.post(&place.path, body.clone()).await.expect(200);
    assert_eq!(bob.post(&place.path, body.clone()).await.expect(409)["id"], first["asset_id"]);
    let other = item(&place.app, "bob", &place.project, json!({"name": "Two"})).await;
    bob.post(&format!("{}{other}/attachments/", items(&place.project)), body.clone()).await.expect(200);
    let unknown = "00000000-0000-4000-8000-000000000000";
    bob.post(&format!("{}{unknown}/attachments/", items(&place.project)), body).await.expect(404);
}

#[tokio::test]
async fn the_same_request_again_gives_the_same_attachment_and_a_form_that_works() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", "k1".to_owned())];
    let body = json!({"name": "a.txt", "type": "text/plain", "size": 3}).to_string().into_bytes();
    let first = bob.raw("POST", &place.path, &headers, body.clone()).await.expect(200);
    let second = bob.raw("POST", &place.path, &headers, body).await.expect(200);
    assert_eq!(first["asset_id"], second["asset_id"]);
    upload(&place.app, &second, b"abc").await.expect(204);
}

#[tokio::test]
async fn the_history_of_the_item_tells_of_it() {
    let place = place().await;
    let address = place.attach("bob", "a.txt", "text/plain", b"abc").await;
    place.make("bob", "never.txt", "text/plain", 3).await;
    place.app.as_user("alice").delete(&address).await.expect(204);
    let history = place.path.replace("attachments", "activities");
    let page = place.app.as_user("alice").get(&history).await.expect(200);
    assert_eq!(page["total_count"], 3);
    let rows: Vec<Value> = results(&page);
    let id = address.trim_end_matches('/').rsplit('/').next().unwrap();
    let created = json!(["created", "attachment", null, "a.txt", "created an attachment", id, place.app.user("bob")]);
    let deleted = json!(["deleted", "attachment", null, null, "deleted the attachment", null, place.app.user("alice")]);
    let told = |row: &Value| {
        let fields = ["verb", "field", "old_value", "new_value", "comment", "new_identifier", "actor"];
        Value::Array(fields.iter().map(|field| row[*field].clone()).collect())
    };
    assert_eq!((told(&rows[1]), told(&rows[2])), (created, deleted));
    let one = format!("{history}{}/", rows[1]["id"].as_str().unwrap());
    assert_eq!(place.app.as_user("alice").get(&one).await.expect(200), rows[1]);
}

#[tokio::test]
async fn an_archived_project_keeps_what_it_has() {
    let place = place().await;
    let address = place.attach("bob", "a.txt", "text/plain", b"abc").await;
    let waiting = place.make("bob", "b.txt", "text/plain", 3).await;
    let archive = format!("/api/v1/workspaces/acme/projects/{}/archive/", place.project);
    place.app.as_user("alice").post(&archive, json!({})).await.expect(204);
    let (bob, body) = (place.app.as_user("bob"), json!({"name": "a.txt", "type": "text/plain", "size": 3}));
    for answer in [bob.post(&place.path, body).await, bob.delete(&address).await, bob.patch(&place.address(&waiting), json!({})).await] {
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
    assert_eq!(place.fetch("bob", &address).await.bytes, b"abc");
}
