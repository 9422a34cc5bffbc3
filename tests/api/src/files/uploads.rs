//! Sending files: what a form is good for, and what may come with it.

use std::{future::Future as _, task::Poll, time::Duration};

use serde_json::json;

use super::{fields, form, place, send, stored, upload};
use crate::stock::items;

#[tokio::test]
async fn a_form_is_good_for_one_file_one_size_one_type_and_one_hour() {
    let place = place().await;
    let (app, made, other) =
        (&place.app, place.make("bob", "a.txt", "text/plain", 3).await, place.make("bob", "b.txt", "text/plain", 3).await);
    let good = fields(&made);
    let key_of_other = fields(&other).iter().find(|(name, _)| name == "key").unwrap().1.clone();
    for (field, value) in [
        ("key", key_of_other.as_str()),
        ("key", "../../etc/passwd"),
        ("key", ""),
        ("Content-Type", "text/html"),
        ("size", "4"),
        ("size", "18446744073709551615"),
        ("expires", "9999999999"),
        ("expires", "never"),
        ("signature", ""),
        ("signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ] {
        let changed: Vec<(String, String)> =
            good.iter().map(|(name, old)| (name.clone(), if name == field { value.to_owned() } else { old.clone() })).collect();
        send(app, &changed, b"abc").await.expect(403);
    }
    send(app, &[], b"abc").await.expect(403);
    assert_eq!(stored(app), 0);
    app.clock.advance(60 * 60);
    send(app, &good, b"abc").await.expect(403);
    assert_eq!(stored(app), 0);
}

#[tokio::test]
async fn a_file_can_be_sent_again_until_it_is_confirmed() {
    let place = place().await;
    let made = place.make("bob", "a.txt", "text/plain", 5).await;
    upload(&place.app, &made, b"first").await.expect(204);
    upload(&place.app, &made, b"two").await.expect(204);
    assert_eq!(stored(&place.app), 1);
    let address = place.address(&made);
    place.app.as_user("bob").patch(&address, json!({})).await.expect(204);
    assert!(upload(&place.app, &made, b"three").await.expect(409)["error"].is_string());
    assert_eq!(place.fetch("bob", &address).await.bytes, b"two");
    assert_eq!(place.app.as_user("bob").get(&place.path).await.expect(200)[0]["size"], 3.0);
    assert_eq!(stored(&place.app), 1);
}

#[tokio::test]
async fn what_is_longer_than_declared_is_refused_and_nothing_kept() {
    let place = place().await;
    let made = place.make("bob", "a.bin", "application/octet-stream", 100_000).await;
    for length in [100_001, 6 << 20] {
        assert_eq!(upload(&place.app, &made, &vec![7; length]).await.expect(413)["error"], "REQUEST_BODY_TOO_LARGE");
        assert_eq!(stored(&place.app), 0);
    }
    assert!(upload(&place.app, &made, b"").await.expect(400)["file"].is_array());
    upload(&place.app, &made, &vec![7; 100_000]).await.expect(204);
}

#[tokio::test]
async fn a_large_file_is_no_large_body() {
    let place = place().await;
    let largest = 5 << 20;
    let file: Vec<u8> = (0..largest).map(|n: usize| u8::try_from(n % 251).unwrap()).collect();
    let address = place.attach("bob", "a.bin", "application/octet-stream", &file).await;
    assert!(place.fetch("bob", &address).await.bytes == file);
}

#[tokio::test]
async fn forms_that_are_none_are_refused() {
    let place = place().await;
    let made = place.make("bob", "a.txt", "text/plain", 3).await;
    let (kind, whole) = form(&fields(&made), b"abc");
    let nobody = place.app.nobody();
    let send = |kind: &str, body: Vec<u8>| {
        let headers = [("content-type", kind.to_owned())];
        let nobody = nobody.clone();
        async move { nobody.raw("POST", "/api/v1/assets/upload/", &headers, body).await }
    };
    send("application/json", b"{}".to_vec()).await.expect(415);
    send("multipart/form-data", whole.clone()).await.expect(415);
    send("multipart/form-data; boundary=other", whole.clone()).await.expect(400);
    send(&kind, whole[..whole.len() - 12].to_vec()).await.expect(400);
    send(&kind, Vec::new()).await.expect(400);
    let many: Vec<(String, String)> = (0..100).map(|n| (format!("f{n}"), "x".to_owned())).collect();
    super::send(&place.app, &many, b"abc").await.expect(400);
    super::send(&place.app, &[("x".to_owned(), "y".repeat(100_000))], b"abc").await.expect(413);
    assert_eq!(stored(&place.app), 0);
    send(&kind, whole).await.expect(204);
}

#[tokio::test]
async fn a_deleted_row_takes_no_file() {
    let place = place().await;
    let made = place.make("bob", "a.txt", "text/plain", 3).await;
    place.app.as_user("bob").delete(&place.address(&made)).await.expect(204);
    upload(&place.app, &made, b"abc").await.expect(404);
    assert_eq!(stored(&place.app), 0);
}

/// Whoever has no form fills no memory.
#[tokio::test]
async fn a_file_comes_soon_or_not_at_all() {
    let place = place().await;
    let made = place.make("bob", "a.txt", "text/plain", 3).await;
    let (kind, whole) = form(&fields(&made), b"abc");
    let (before, length) = ([vec![b'x'; 100_000], b"\r\n".to_vec()].concat(), 70_000);
    let nameless = format!("--cut\r\nX-A: {}\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n", "a".repeat(length));
    let many = "--cut\r\nContent-Disposition: form-data\r\n\r\n".to_owned() + &"y".repeat(1_000) + "\r\n";
    for before in [before, nameless.into_bytes(), (many.repeat(15) + &"--cut\r\nX: y".repeat(10_000)).into_bytes()] {
        let body = [before, whole.clone()].concat();
        let answer = place.app.nobody().raw("POST", "/api/v1/assets/upload/", &[("content-type", kind.clone())], body).await;
        assert!(answer.expect(400)["file"].is_array());
    }
    assert_eq!(stored(&place.app), 0);
    upload(&place.app, &made, b"abc").await.expect(204);
}

#[tokio::test]
async fn a_form_ends_with_the_item_and_the_project_of_its_row() {
    let place = place().await;
    let alice = place.app.as_user("alice");
    let one = place.make("bob", "a.txt", "text/plain", 3).await;
    alice.delete(&format!("{}{}/", items(&place.project), place.item)).await.expect(204);
    upload(&place.app, &one, b"abc").await.expect(404);
    let of_project = json!({"name": "a.txt", "type": "text/plain", "size": 3, "project_id": place.project});
    let two = alice.post("/api/v1/workspaces/acme/assets/", of_project).await.expect(200);
    alice.delete(&format!("/api/v1/workspaces/acme/projects/{}/", place.project)).await.expect(204);
    upload(&place.app, &two, b"abc").await.expect(404);
    assert_eq!(stored(&place.app), 0);
}

#[tokio::test]
async fn of_files_sent_at_once_one_is_kept() {
    let place = place().await;
    let made = place.make("bob", "a.txt", "text/plain", 5).await;
    let send = || upload(&place.app, &made, b"hello");
    for answer in [tokio::join!(send(), send()), tokio::join!(send(), send())] {
        answer.0.expect(204);
        answer.1.expect(204);
    }
    assert_eq!(stored(&place.app), 1);
}

/// A sender who goes away while his file is stored leaves none that no row names.
#[tokio::test]
async fn an_upload_that_nobody_waits_for_is_ended_in_order() {
    let place = place().await;
    let made = place.make("bob", "a.txt", "text/plain", 5).await;
    for polls in 1..20 {
        let mut sent = std::pin::pin!(upload(&place.app, &made, b"hello"));
        let mut left = polls;
        std::future::poll_fn(|context| {
            left -= 1;
            if sent.as_mut().poll(context).is_ready() || left == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
    upload(&place.app, &made, b"hello").await.expect(204);
    for _ in 0..500 {
        if stored(&place.app) == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(stored(&place.app), 1);
}

#[tokio::test]
async fn the_form_of_a_repeated_request_is_the_first_one() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", "k-1".to_owned())];
    let body = json!({"name": "a.txt", "type": "text/plain", "size": 11}).to_string();
    let first = bob.raw("POST", &place.path, &headers, body.clone().into_bytes()).await.expect(200);
    upload(&place.app, &first, b"short").await.expect(204);
    let again = bob.raw("POST", &place.path, &headers, body.into_bytes()).await.expect(200);
    assert_eq!((&again["upload_data"]["fields"]["size"], &again["attachment"]["size"]), (&json!("11"), &json!(5.0)));
    upload(&place.app, &again, b"hello world").await.expect(204);
}
