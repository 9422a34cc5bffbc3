//! Sending files: what a form is good for, and what may come with it.

use serde_json::json;

use super::{fields, form, place, send, stored, upload};

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
