//! Fetching files: headers, parts, addresses that end.

use aileron_testkit::Answer;
use serde_json::json;

use super::{Place, place, upload};
use crate::stock::items;

async fn part(place: &Place, location: &str, range: &str) -> Answer {
    let headers = [("range", range.to_owned()), ("accept-encoding", "gzip".to_owned())];
    place.app.nobody().raw("GET", location, &headers, Vec::new()).await
}

#[tokio::test]
async fn parts_are_served() {
    let place = place().await;
    let address = place.attach("bob", "a.txt", "text/plain", b"0123456789").await;
    let location = place.location("bob", &address).await;
    for (range, status, content, said) in [
        ("bytes=0-3", 206, "0123", Some("bytes 0-3/10")),
        ("bytes=8-", 206, "89", Some("bytes 8-9/10")),
        ("bytes=-2", 206, "89", Some("bytes 8-9/10")),
        ("bytes=10-", 416, "", Some("bytes */10")),
        ("bytes=0-1,3-4", 200, "0123456789", None),
        ("nonsense", 200, "0123456789", None),
    ] {
        let answer = part(&place, &location, range).await;
        let (found, range) =
            (String::from_utf8(answer.bytes).unwrap(), answer.headers.get("content-range").map(|said| said.to_str().unwrap()));
        assert_eq!((answer.status.as_u16(), found.as_str(), range), (status, content, said));
    }
}

#[tokio::test]
async fn a_part_is_never_compressed() {
    let place = place().await;
    let address = place.attach("bob", "a.txt", "text/plain", &b"0123456789".repeat(1_000)).await;
    let answer = part(&place, &place.location("bob", &address).await, "bytes=0-4999").await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (206, 5_000));
    assert!(!answer.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn no_browser_runs_what_is_fetched() {
    let place = place().await;
    let address = place.attach("bob", "ü \"x\".html", "text/html", b"<!DOCTYPE html><script>alert(1)</script>").await;
    let file = place.fetch("bob", &address).await;
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"_ _x_.html\"; filename*=UTF-8''%C3%BC%20%22x%22.html");
    assert_eq!(file.headers["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    assert_eq!(file.headers["cache-control"], "private, max-age=300");
    assert_eq!(file.headers["content-length"], file.bytes.len().to_string().as_str());
}

#[tokio::test]
async fn an_address_is_good_for_one_file_and_one_hour() {
    let place = place().await;
    let address = place.attach("bob", "a.txt", "text/plain", b"abc").await;
    let other = place.attach("bob", "b.txt", "text/plain", b"xyz").await;
    let location = place.location("bob", &address).await;
    let id = |address: &str| address.trim_end_matches('/').rsplit('/').next().unwrap().to_owned();
    let nobody = place.app.nobody();
    for wrong in [
        location.replace(&id(&address), &id(&other)),
        location.replace("expires=1", "expires=9"),
        location.replace("signature=", "signature=A"),
        location.split('?').next().unwrap().to_owned(),
    ] {
        nobody.get(&wrong).await.expect(403);
    }
    assert_eq!(nobody.get(&location).await.bytes, b"abc");
    place.app.clock.advance(60 * 60);
    nobody.get(&location).await.expect(403);
}

#[tokio::test]
async fn a_file_is_served_as_what_it_is() {
    let place = place().await;
    let png = include_bytes!("../conformance/dot.png");
    for (name, said, file, served) in [
        ("a.png", "image/png", png.as_slice(), "image/png"),
        ("b.png", "image/png", b"<html><script>", "application/octet-stream"),
        ("c.txt", "text/plain", png, "application/octet-stream"),
        ("d.pdf", "application/pdf", b"MZ\x90\0\x03", "application/octet-stream"),
        ("e.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    ] {
        let address = place.attach("bob", name, said, file).await;
        let answer = place.fetch("bob", &address).await;
        assert_eq!((answer.headers["content-type"].to_str().unwrap(), answer.bytes.as_slice()), (served, file), "{name}");
    }
}

#[tokio::test]
async fn an_address_ends_with_the_item_and_the_project_of_its_file() {
    let place = place().await;
    let alice = place.app.as_user("alice");
    let attachment = place.attach("bob", "a.txt", "text/plain", b"abc").await;
    let attachment = place.location("bob", &attachment).await;
    let of_project = json!({"name": "a.txt", "type": "text/plain", "size": 3, "project_id": place.project});
    let made = alice.post("/api/v1/workspaces/acme/assets/", of_project).await.expect(200);
    upload(&place.app, &made, b"abc").await.expect(204);
    let path = made["asset_url"].as_str().unwrap();
    alice.patch(path, json!({})).await.expect(204);
    let asset = alice.get(path).await.expect(200)["asset_url"].as_str().unwrap().to_owned();
    let fetch = async |location: &str| place.app.nobody().get(location).await.status.as_u16();
    assert_eq!((fetch(&attachment).await, fetch(&asset).await), (200, 200));
    alice.delete(&format!("{}{}/", items(&place.project), place.item)).await.expect(204);
    assert_eq!((fetch(&attachment).await, fetch(&asset).await), (404, 200));
    alice.delete(&format!("/api/v1/workspaces/acme/projects/{}/", place.project)).await.expect(204);
    assert_eq!(fetch(&asset).await, 404);
}
