//! Requests to addresses of users, where they are made for other nouns than webhooks; `outgoing` has the client itself.

use aileron_testkit::{TestApp, internet::ok};
use serde_json::json;

use crate::stock::{item, items, project};

const PUBLIC: &str = "93.184.216.34";

/// A picture was fetched from wherever an anonymous caller wanted. Here nobody is shown what another server says.
#[tokio::test]
async fn cve_2024_47830_nothing_is_fetched_for_whoever_asks() {
    let app = TestApp::new().await;
    app.internet.name("pictures.test", &[PUBLIC]);
    app.internet.server(&format!("{PUBLIC}:80"), ok("image/png", "picture"));
    for path in ["/_next/image?url=", "/api/v1/image?url=", "/image-proxy?url=", "/api/v1/assets/proxy/?url=", "/?url="] {
        for url in ["http://pictures.test/a.png", "http%3A%2F%2F169.254.169.254%2F", "%2F%2Fpictures.test%2Fa.png"] {
            let answer = app.nobody().get(&format!("{path}{url}&w=64&q=75")).await;
            assert!(!answer.bytes.starts_with(b"picture"), "{path}");
        }
    }
    app.run_jobs().await;
    assert_eq!((app.internet.resolved(), app.internet.connected()), (vec![], vec![]));
}

/// The picture of a page in a preview was fetched without the checks that the page had passed.
#[tokio::test]
async fn cve_2026_27706_a_preview_asks_for_the_page_and_nothing_that_it_names() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let own = item(&app, "alice", &id, json!({"name": "One"})).await;
    app.internet.name("page.test", &[PUBLIC]);
    app.internet.name("inner.test", &["10.0.0.1"]);
    app.internet.page("10.0.0.1:80", "<title>Secret</title>");
    let icons = ["http://10.0.0.1/icon.ico", "http://inner.test/icon.ico", "http://169.254.169.254/latest/meta-data/", "//127.0.0.1/x"];
    let links: String =
        icons.map(|icon| format!("<link rel=\"icon\" href=\"{icon}\"><meta property=\"og:image\" content=\"{icon}\">")).concat();
    app.internet.page(&format!("{PUBLIC}:80"), &format!("<head><title>Page</title>{links}</head>"));
    let path = format!("{}{own}/links/", items(&id));
    let link = app.as_user("alice").post(&path, json!({"url": "http://page.test/"})).await.id();
    app.run_jobs().await;
    assert_eq!(app.internet.connected(), [format!("{PUBLIC}:80")]);
    let shown = app.as_user("alice").get(&format!("{path}{link}/")).await.expect(200);
    assert!(!shown.to_string().contains("Secret"), "{shown}");
}

/// The picture of an account was fetched by the server and given out again as a file of its own.
#[tokio::test]
async fn cve_2026_105628_the_address_of_a_picture_is_an_address_and_no_file() {
    let app = TestApp::new().await;
    app.internet.page("10.0.0.1:80", "secret");
    let bob = app.as_user("bob");
    for address in ["http://10.0.0.1/a.png", "http://169.254.169.254/latest/meta-data/", "https://[::1]/a.png"] {
        bob.patch("/api/v1/users/me/profile/", json!({"avatar": address})).await.expect(200);
        let shown = bob.get("/api/v1/users/me/").await.expect(200);
        assert_eq!((&shown["avatar"], &shown["avatar_url"]), (&json!(address), &json!(address)), "it stays what was written");
    }
    app.run_consumers().await;
    app.run_jobs().await;
    assert_eq!((app.internet.resolved(), app.internet.connected()), (vec![], vec![]), "nobody asked for it");
}
