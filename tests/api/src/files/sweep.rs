//! Throwing away files that nobody can ask for any more.

use aileron_platform::blobs::{BlobKey, Label};
use aileron_server::housekeeping::House;
use futures_util::stream;
use serde_json::json;

use super::{Place, place, stored, upload};
use crate::stock::items;

const DAY: i64 = 24 * 60 * 60;

fn house(place: &Place) -> House {
    place.app.house()
}

fn removed(place: &Place) -> [u64; 3] {
    ["unconfirmed", "deleted", "orphan"].map(|why| place.app.metrics().files_removed.with_label_values(&[why]).get())
}

/// A stored file that no row names.
async fn leave(place: &Place, owner: &str) {
    let key = BlobKey { owner: owner.parse().unwrap(), blob: "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10".parse().unwrap() };
    let label = Label { content_type: "text/plain".to_owned(), disposition: "attachment".to_owned() };
    let content = stream::iter([Ok::<_, std::io::Error>(axum::body::Bytes::from_static(b"left"))]);
    place.app.context().files.blobs.put(key, label, content, 10).await.unwrap();
}

#[tokio::test]
async fn rows_that_were_not_confirmed_or_deleted_long_ago_go_with_their_files() {
    let place = place().await;
    let (house, alice) = (house(&place), place.app.as_user("alice"));
    let kept = place.attach("alice", "kept.txt", "text/plain", b"kept").await;
    let deleted = place.attach("alice", "deleted.txt", "text/plain", b"gone").await;
    let below = crate::stock::item(&place.app, "alice", &place.project, json!({"name": "Below"})).await;
    let form = json!({"name": "b.txt", "type": "text/plain", "size": 5});
    let of_item = alice.post(&format!("{}{below}/attachments/", items(&place.project)), form).await.expect(200);
    upload(&place.app, &of_item, b"below").await.expect(204);
    alice
        .patch(&format!("{}{below}/attachments/{}/", items(&place.project), of_item["asset_id"].as_str().unwrap()), json!({}))
        .await
        .expect(204);
    let waiting = place.make("alice", "waiting.txt", "text/plain", 4).await;
    upload(&place.app, &waiting, b"wait").await.expect(204);
    let never = place.make("alice", "never.txt", "text/plain", 4).await;
    alice.delete(&deleted).await.expect(204);
    alice.delete(&format!("{}{below}/", items(&place.project))).await.expect(204);
    house.clean("a").await.unwrap();
    assert_eq!((removed(&place), stored(&place.app)), ([0, 0, 0], 4));
    place.app.clock.advance(DAY + 1);
    house.clean("a").await.unwrap();
    assert_eq!((removed(&place), stored(&place.app)), ([2, 0, 0], 3));
    for made in [&waiting, &never] {
        alice.patch(&place.address(made), json!({})).await.expect(404);
    }
    place.app.clock.advance(30 * DAY);
    house.clean("a").await.unwrap();
    assert_eq!((removed(&place), stored(&place.app)), ([2, 2, 0], 1));
    assert_eq!(place.fetch("alice", &kept).await.bytes, b"kept");
    assert_eq!(alice.get(&place.path).await.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_that_a_copy_names_too_stays_as_long_as_either_is_there() {
    let place = place().await;
    let (house, alice) = (house(&place), place.app.as_user("alice"));
    place.attach("alice", "shared.txt", "text/plain", b"both").await;
    let at = items(&place.project);
    let copy = alice.post(&format!("{at}{}/duplicate/", place.item), json!({})).await.id();
    assert_eq!(stored(&place.app), 1);
    for (item, left) in [(&place.item, 1), (&copy, 0)] {
        alice.delete(&format!("{at}{item}/")).await.expect(204);
        place.app.clock.advance(31 * DAY);
        house.clean("a").await.unwrap();
        assert_eq!(stored(&place.app), left);
    }
}

#[tokio::test]
async fn files_without_a_row_go_unless_they_are_new_or_of_somebody_unknown() {
    let place = place().await;
    let house = house(&place);
    let kept = place.attach("alice", "kept.txt", "text/plain", b"kept").await;
    let listed = place.app.as_user("alice").get(&place.path).await.expect(200);
    leave(&place, listed[0]["workspace"].as_str().unwrap()).await;
    leave(&place, &place.app.user("bob").to_string()).await;
    leave(&place, "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d11").await;
    std::fs::write(place.app.database.folder().join("files/notes.txt"), "not ours").unwrap();
    house.clean("a").await.unwrap();
    assert_eq!(removed(&place), [0, 0, 0], "they are new");
    // The store has the time of the machine: long after that.
    place.app.clock.advance(50 * 365 * DAY);
    house.clean("b").await.unwrap();
    assert_eq!(removed(&place), [0, 0, 2]);
    assert!(place.app.database.folder().join("files/0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d11").is_dir(), "it may be another server's");
    assert!(place.app.database.folder().join("files/notes.txt").is_file());
    assert_eq!(place.fetch("alice", &kept).await.bytes, b"kept");
}

/// Others leave it to whoever has begun.
#[tokio::test]
async fn one_process_sweeps_at_a_time() {
    let place = place().await;
    let house = house(&place);
    house.clean("a").await.unwrap();
    place.make("alice", "never.txt", "text/plain", 4).await;
    place.app.clock.advance(50 * 60);
    house.clean("a").await.unwrap();
    place.app.clock.advance(50 * 60);
    house.clean("b").await.unwrap();
    assert_eq!(removed(&place), [0, 0, 0]);
    place.app.clock.advance(DAY);
    house.clean("b").await.unwrap();
    assert_eq!(removed(&place), [1, 0, 0]);
}
