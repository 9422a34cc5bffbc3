//! What went wrong with files elsewhere: one test for each advisory.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use super::{fields, place, stored, upload};
use crate::stock::{item, items, project};

const ASSETS: &str = "/api/v1/workspaces/acme/assets/";
const PICTURES: &str = "/api/v1/assets/user-assets/";

fn pdf() -> Value {
    json!({"name": "a.pdf", "type": "application/pdf", "size": 8})
}

/// A confirmed file of globex.
async fn foreign(app: &TestApp) -> String {
    let olga = app.as_user("olga");
    let made = olga.post("/api/v1/workspaces/globex/assets/", pdf()).await.expect(200);
    upload(app, &made, b"%PDF-1.7").await.expect(204);
    olga.patch(made["asset_url"].as_str().unwrap(), json!({})).await.expect(204);
    made["asset_id"].as_str().unwrap().to_owned()
}

/// Asset PATCH looked up by id only.
#[tokio::test]
async fn cve_2026_27705_a_file_of_another_workspace_is_not_patched() {
    let app = TestApp::new().await;
    let olga = app.as_user("olga");
    let made = olga.post("/api/v1/workspaces/globex/assets/", pdf()).await.expect(200);
    upload(&app, &made, b"%PDF-1.7").await.expect(204);
    app.as_user("alice").patch(&format!("{ASSETS}{}/", made["asset_id"].as_str().unwrap()), json!({"is_uploaded": true})).await.expect(404);
    olga.get(made["asset_url"].as_str().unwrap()).await.expect(400);
}

/// Attachment DELETE by primary key only.
#[tokio::test]
async fn pr_8644_an_attachment_of_another_workspace_is_not_deleted() {
    let place = place().await;
    let address = place.attach("alice", "a.txt", "text/plain", b"abc").await;
    let id = address.trim_end_matches('/').rsplit('/').next().unwrap();
    let olga = place.app.as_user("olga");
    let own = olga.post("/api/v1/workspaces/globex/projects/", json!({"name": "Ops", "identifier": "OPS"})).await.id();
    let base = format!("/api/v1/workspaces/globex/projects/{own}/work-items/");
    let own = olga.post(&base, json!({"name": "x"})).await.id();
    for method in ["GET", "PATCH", "DELETE"] {
        let body = (method == "PATCH").then(|| json!({}));
        olga.send(method, &format!("{base}{own}/attachments/{id}/"), body.clone()).await.expect(404);
        olga.send(method, &format!("{base}{}/attachments/{id}/", place.item), body).await.expect(404);
    }
    assert_eq!(place.fetch("alice", &address).await.bytes, b"abc");
    assert_eq!(stored(&place.app), 1);
}

/// Routes trusted the workspace's name and the file's id. 15342 is of the same family.
#[tokio::test]
async fn cve_2026_46558_and_15342_a_stranger_gets_nothing_by_any_verb() {
    let place = place().await;
    let (app, olga) = (&place.app, place.app.as_user("olga"));
    let made = app.as_user("alice").post(ASSETS, pdf()).await.expect(200);
    upload(app, &made, b"%PDF-1.7").await.expect(204);
    let asset = made["asset_url"].as_str().unwrap().to_owned();
    app.as_user("alice").patch(&asset, json!({})).await.expect(204);
    let attachment = place.attach("alice", "a.txt", "text/plain", b"abc").await;
    let picture = json!({"entity_type": "USER_AVATAR", "type": "image/png"});
    let picture = app.as_user("alice").post(PICTURES, picture).await.expect(200);
    let picture = format!("{PICTURES}{}/", picture["asset_id"].as_str().unwrap());
    for path in [ASSETS, asset.as_str(), place.path.as_str(), attachment.as_str(), picture.as_str()] {
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            let body = matches!(method, "POST" | "PATCH").then(pdf);
            let status = olga.send(method, path, body).await.status.as_u16();
            assert!(matches!(status, 403..=405), "{method} {path}: {status}");
        }
    }
    assert_eq!(place.fetch("alice", &attachment).await.bytes, b"abc");
    app.as_user("alice").get(&asset).await.expect(200);
}

/// Ids in bodies were not checked as those in paths are.
#[tokio::test]
async fn cve_2026_104971_a_project_in_the_body_is_checked_like_one_in_the_path() {
    let app = TestApp::new().await;
    let olga = app.as_user("olga");
    let theirs = olga.post("/api/v1/workspaces/globex/projects/", json!({"name": "Ops", "identifier": "OPS"})).await.id();
    let mut body = pdf();
    body["project_id"] = json!(theirs);
    assert!(app.as_user("alice").post(ASSETS, body).await.expect(400)["project_id"].is_array());
}

/// Files could be hung on rows of another project.
#[tokio::test]
async fn cve_2026_105637_a_file_stays_where_it_was_made() {
    let place = place().await;
    let (app, bob) = (&place.app, place.app.as_user("bob"));
    let address = place.attach("bob", "a.txt", "text/plain", b"abc").await;
    let other = project(app, "MKT").await;
    let item = item(app, "bob", &other, json!({"name": "x"})).await;
    let moves = json!({"issue": item, "project": other, "project_id": other, "workspace": "globex", "entity_identifier": item});
    bob.patch(&address, moves).await.expect(204);
    let listed = bob.get(&place.path).await.expect(200);
    assert_eq!((&listed[0]["issue"], &listed[0]["project"]), (&json!(place.item), &json!(place.project)));
    assert_eq!(bob.get(&format!("{}{item}/attachments/", items(&other))).await.expect(200), json!([]));
}

/// The item in the address was ignored, and the caller became the creator.
#[tokio::test]
async fn cve_2026_105633_the_item_must_be_the_right_one_and_the_creator_stays() {
    let place = place().await;
    let (bob, alice) = (place.app.as_user("bob"), place.app.as_user("alice"));
    let made = place.make("bob", "a.txt", "text/plain", 3).await;
    upload(&place.app, &made, b"abc").await.expect(204);
    let other = item(&place.app, "alice", &place.project, json!({"name": "Two"})).await;
    let elsewhere = format!("{}{other}/attachments/{}/", items(&place.project), made["asset_id"].as_str().unwrap());
    for answer in [alice.patch(&elsewhere, json!({})).await, alice.delete(&elsewhere).await, alice.get(&elsewhere).await] {
        answer.expect(404);
    }
    assert_eq!(bob.get(&place.path).await.expect(200), json!([]));
    alice.patch(&place.address(&made), json!({"is_uploaded": true, "created_by": place.app.user("alice")})).await.expect(204);
    let listed = bob.get(&place.path).await.expect(200);
    assert_eq!((&listed[0]["created_by"], &listed[0]["updated_by"]), (&json!(place.app.user("bob")), &json!(place.app.user("alice"))));
}

/// Downloads asked for the workspace and not for the project.
#[tokio::test]
async fn cve_2026_105631_who_is_not_in_the_project_gets_none_of_its_files() {
    let place = place().await;
    let (app, dave) = (&place.app, place.app.as_user("dave"));
    let attachment = place.attach("alice", "a.txt", "text/plain", b"abc").await;
    assert!(matches!(dave.get(&attachment).await.status.as_u16(), 403 | 404));
    let mut body = pdf();
    body["project_id"] = json!(place.project);
    let made = app.as_user("alice").post(ASSETS, body).await.expect(200);
    upload(app, &made, b"%PDF-1.7").await.expect(204);
    let path = made["asset_url"].as_str().unwrap();
    app.as_user("alice").patch(path, json!({})).await.expect(204);
    dave.get(path).await.expect(404);
    app.as_user("bob").get(path).await.expect(200);
    // Guests of the project: only their own, unless it shows them everything.
    app.as_user("gina").get(path).await.expect(404);
}

/// A second surface with the same files and other rules.
#[tokio::test]
async fn cve_2026_104975_every_address_of_a_file_has_the_same_rules() {
    let place = place().await;
    let attachment = place.attach("alice", "a.txt", "text/plain", b"abc").await;
    let old = attachment.replace("/work-items/", "/issues/").replace("/attachments/", "/issue-attachments/");
    for path in [&attachment, &old] {
        for (user, status) in [("bob", 302), ("gina", 404), ("dave", 403), ("olga", 403)] {
            assert_eq!(place.app.as_user(user).get(path).await.status.as_u16(), status, "{user} {path}");
        }
        place.app.nobody().get(path).await.expect(401);
    }
}

/// The folder of uploads could be listed and read by anyone.
#[tokio::test]
async fn cve_2023_2268_nobody_lists_or_reads_the_store() {
    let place = place().await;
    let attachment = place.attach("alice", "a.txt", "text/plain", b"abc").await;
    let foreign = foreign(&place.app).await;
    let listed = place.app.as_user("alice").get(&place.path).await.expect(200);
    let key = listed[0]["asset"].as_str().unwrap();
    let workspace = listed[0]["workspace"].as_str().unwrap();
    for path in [
        "/files/".to_owned(),
        format!("/files/{key}"),
        "/uploads/".to_owned(),
        "/api/v1/assets/files/".to_owned(),
        format!("/api/v1/assets/files/{workspace}/"),
        format!("/api/v1/assets/files/{key}/"),
        format!("/api/v1/assets/files/{workspace}/{foreign}/"),
        format!("/api/v1/assets/static/{foreign}/"),
        attachment,
    ] {
        let answer = place.app.nobody().raw("GET", &path, &[], Vec::new()).await;
        // Where the web app was built, addresses that are nobody's are its own.
        let is_app = !path.starts_with("/api/") && answer.bytes == place.app.nobody().raw("GET", "/", &[], Vec::new()).await.bytes;
        assert!(is_app || matches!(answer.status.as_u16(), 401 | 403 | 404), "{path}: {}", answer.status);
    }
}

async fn refuses(file: &[u8], said: &str) {
    let app = TestApp::new().await;
    for kind in ["USER_AVATAR", "USER_COVER"] {
        let body = json!({"name": "me.png", "type": said, "size": 5000, "entity_type": kind});
        let made = app.as_user("bob").post(PICTURES, body).await.expect(200);
        assert!(upload(&app, &made, file).await.expect(400)["file"].is_array());
        let path = format!("{PICTURES}{}/", made["asset_id"].as_str().unwrap());
        app.as_user("bob").patch(&path, json!({})).await.expect(204);
        let me = app.as_user("bob").get("/api/v1/users/me/").await.expect(200);
        assert_eq!(me["avatar"], "", "what never came is not shown");
    }
    assert_eq!(stored(&app), 0);
}

/// HTML was taken for an avatar.
#[tokio::test]
async fn cve_2023_30791_a_page_is_no_avatar() {
    refuses(b"<!DOCTYPE html><html><script>alert(1)</script></html>", "image/png").await;
    refuses(b"GIF89a=1;/*<html>*/alert(1)", "image/gif").await;
}

/// A drawing with a script was taken for an avatar.
#[tokio::test]
async fn cve_2025_21616_a_drawing_is_no_avatar() {
    let drawing = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for said in ["image/png", "image/jpeg", "image/webp", "image/gif"] {
        refuses(drawing, said).await;
    }
    let app = TestApp::new().await;
    let body = json!({"name": "me.svg", "type": "image/svg+xml", "size": 100, "entity_type": "USER_AVATAR"});
    app.as_user("bob").post(PICTURES, body).await.expect(400);
}

/// A drawing was shown on the origin of the app.
#[tokio::test]
async fn cve_2026_105630_what_can_hold_a_script_is_saved_and_not_shown() {
    let place = place().await;
    for (name, said, file) in [
        ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".as_slice()),
        ("a.html", "text/html", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("a.xml", "application/xml", b"<?xml version='1.0'?><x/>"),
        ("a.js", "text/javascript", b"alert(1)"),
        ("a.pdf", "application/pdf", b"%PDF-1.7"),
        ("a.txt", "text/plain", b"<script>alert(1)</script>"),
    ] {
        let address = place.attach("bob", name, said, file).await;
        let answer = place.fetch("bob", &address).await;
        assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment;"), "{name}");
        assert_eq!(answer.headers["content-security-policy"], "sandbox; default-src 'none'", "{name}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{name}");
    }
}

/// The name of a file became part of a path.
#[tokio::test]
async fn ghsa_v57h_5999_w7xp_no_name_is_part_of_a_path() {
    let place = place().await;
    let bob = place.app.as_user("bob");
    let body = |name: &str| json!({"name": name, "type": "text/plain", "size": 3});
    let long = format!("{}.txt", "x".repeat(296));
    for bad in ["..", "/", "../", ".", "a\u{0}.txt", "\u{202e}", &long] {
        assert!(bob.post(&place.path, body(bad)).await.expect(400)["name"].is_array(), "{bad:?}");
    }
    for (name, shown) in [
        ("../../etc/passwd", "passwd"),
        ("/etc/cron.d/jobs", "jobs"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\here.txt", "here.txt"),
        ("cod.\u{202e}exe", "cod.exe"),
        ("%2e%2e%2fx", "%2e%2e%2fx"),
        ("a\r\nSet-Cookie: x=y", "aSet-Cookie: x=y"),
        (&"ü".repeat(255), &"ü".repeat(255)),
    ] {
        let made = bob.post(&place.path, body(name)).await.expect(200);
        assert_eq!(made["attachment"]["attributes"]["name"], shown);
        assert!(!fields(&made).iter().any(|(_, value)| value.contains(shown)), "{name:?}");
        upload(&place.app, &made, b"abc").await.expect(204);
        let address = place.address(&made);
        bob.patch(&address, json!({})).await.expect(204);
        assert_eq!(place.fetch("bob", &address).await.bytes, b"abc");
    }
    for owner in std::fs::read_dir(place.app.database.folder().join("files")).unwrap() {
        for file in std::fs::read_dir(owner.unwrap().path()).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'), "{name}");
        }
    }
    assert_eq!(stored(&place.app), 8);
}
