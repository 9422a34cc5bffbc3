//! Text that became something else: markup, addresses, paths of fields.

use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, items, project};

fn escaped(value: &Value) -> String {
    value.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn total(caller: &Caller<'_>, path: &str) -> Value {
    caller.get(path).await.expect(200)["total_results"].clone()
}

/// A parameter of the query was followed as a path through rows, and told a password letter by letter.
#[tokio::test]
async fn ghsa_wwgj_929g_42cm_no_filter_asks_about_what_is_not_shown() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    item(&app, "alice", &id, json!({"name": "One"})).await;
    item(&app, "bob", &id, json!({"name": "Two"})).await;
    let (alice, path) = (app.as_user("alice"), items(&id));
    for field in [
        "created_by__password__startswith",
        "created_by__email__contains",
        "assignees__api_tokens__token__startswith",
        "project__workspace__owner__password",
        "password_hash",
        "workspace_id",
        "deleted_at__isnull",
        "hidden",
    ] {
        for tree in [json!({field: "a"}), json!({"and": [{field: "a"}]}), json!({"not": {"or": [{field: ["a"]}]}})] {
            alice.get(&format!("{path}?filters={}", escaped(&tree))).await.expect(400);
        }
        // What nobody reads changes nothing, so that nothing can be asked by it.
        for value in ["a", "p", "%24", ""] {
            assert_eq!(total(&alice, &format!("{path}?{field}={value}")).await, 2, "{field}={value}");
        }
    }
    let deep = (0..200).fold(json!({"priority": "none"}), |inner, _| json!({"and": [inner]}));
    let wide: Vec<Value> = (0..500).map(|_| json!({"priority": "none"})).collect();
    for tree in [deep, json!({"or": wide}), json!({"and": []}), json!([]), json!({"and": {}}), json!("priority")] {
        let status = alice.get(&format!("{path}?filters={}", escaped(&tree))).await.status.as_u16();
        assert!(matches!(status, 200 | 400 | 414), "{status}");
    }
}

/// A cursor is a page number and opens nothing: one of another list, of another tenant or made up shows rows of this list or none.
#[tokio::test]
async fn no_cursor_leads_out_of_its_list() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    for number in 0..5 {
        item(&app, "alice", &id, json!({"name": number.to_string()})).await;
    }
    let olga = app.as_user("olga");
    let theirs = olga.post("/api/v1/workspaces/globex/projects/", json!({"name": "Ops", "identifier": "OPS"})).await.id();
    let theirs = format!("/api/v1/workspaces/globex/projects/{theirs}/work-items/");
    olga.post(&theirs, json!({"name": "Theirs"})).await.expect(201);
    let foreign = olga.get(&format!("{theirs}?per_page=1")).await.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    let (alice, path) = (app.as_user("alice"), items(&id));
    for cursor in [foreign.as_str(), "1:1:0", "1:4:1", "999999:1:0", "1.5:2:0"] {
        let page = alice.get(&format!("{path}?per_page=1&cursor={cursor}")).await.expect(200);
        assert_eq!((&page["total_results"], page["results"].as_array().unwrap().len() <= 1), (&json!(5), true), "{cursor}");
        assert!(!page.to_string().contains("Theirs"));
    }
    for cursor in ["1:-1:0", "1:9223372036854775807:0", "x:1:0", "1:1", "1:1:0:0", "NaN:1:0", "inf:1:0", "1:0x1:0", "%27;--", "1:1:0%00"] {
        alice.get(&format!("{path}?per_page=1&cursor={cursor}")).await.expect(400);
    }
}

/// A picture's address is one that nothing runs by, wherever one is given.
#[tokio::test]
async fn cve_2025_21616_no_picture_has_an_address_that_runs() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let place = format!("/api/v1/workspaces/acme/projects/{}/", project(&app, "ENG").await);
    let places = [("/api/v1/workspaces/acme/", "logo"), (place.as_str(), "cover_image"), ("/api/v1/users/me/profile/", "avatar")];
    for (path, field) in places {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "\tjavascript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:image/svg+xml,<svg onload=alert(1)>",
            "vbscript:x",
            "blob:https://x.test/1",
            "//evil.test/a.png",
            "/\\evil.test/a.png",
        ] {
            assert!(alice.patch(path, json!({field: bad})).await.expect(400)[field].is_array(), "{field} {bad:?}");
        }
        for good in ["https://pictures.test/a.png", "/static/a.png", ""] {
            let sent = if good.is_empty() && field != "avatar" { Value::Null } else { json!(good) };
            alice.patch(path, json!({field: sent})).await.expect(200);
        }
    }
}

/// An address in a link is one of the web, with blanks and control characters before it or not.
#[tokio::test]
async fn ghsa_6qrq_f73q_r67j_no_link_leads_to_code() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let one = item(&app, "alice", &id, json!({"name": "One"})).await;
    let (alice, path) = (app.as_user("alice"), format!("{}{one}/", items(&id)));
    let bad = [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "\tjavascript:alert(1)",
        "java\tscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
    ];
    let link = alice.post(&format!("{path}links/"), json!({"url": "https://a.test/"})).await.id();
    for url in bad {
        assert!(alice.post(&format!("{path}links/"), json!({"url": url})).await.expect(400).is_object(), "{url:?}");
        alice.patch(&format!("{path}links/{link}/"), json!({"url": url})).await.expect(400);
        for attribute in ["href", "src"] {
            let html = format!("<p><a {attribute}=\"{url}\">x</a><img {attribute}=\"{url}\"></p>");
            let said = alice.post(&format!("{path}comments/"), json!({"comment_html": html})).await.expect(201);
            let kept = said["comment_html"].as_str().unwrap().to_lowercase();
            assert!(["javascript", "vbscript", "data:", "file:", "java\tscript"].iter().all(|word| !kept.contains(word)), "{kept}");
        }
    }
}
