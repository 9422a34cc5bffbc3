//! Addresses that webhooks were led to elsewhere.

use aileron_testkit::{TestApp, internet::redirect};
use serde_json::json;

use super::{HOOKS, PUBLIC, hook, one, ping};

/// Addresses that nobody may have asked from here, as they can be written.
const INNER: &[&str] = &[
    "http://localhost/hook",
    "http://x.localhost/hook",
    "http://127.0.0.1:58099/hook",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://017700000001/",
    "http://0.0.0.0/",
    "http://10.1.2.3/hook",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[2002:a00:1::1]/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://93.184.216.34:22/",
    "https://aileron.test/api/v1/",
    "https://sub.aileron.test/",
    "https://AILERON.test./",
];

/// Texts that are no addresses of the web.
const NO_ADDRESSES: &[&str] = &[
    "x",
    "ftp://127.0.0.1/x",
    "file:///etc/passwd",
    "gopher://hooks.test/",
    "javascript:alert(1)",
    "//hooks.test/",
    "http://",
    "http://user:password@hooks.test/",
    "http://user@hooks.test/",
    "http://hooks.test/a b",
];

/// The way that changes a webhook is no way around the checks of the way that makes one.
#[tokio::test]
async fn ghsa_6485_m23r_fx8q_and_cve_2026_30242_no_inner_address_is_taken() {
    let app = TestApp::new().await.at_https();
    let alice = app.as_user("alice");
    let known = alice.post(HOOKS, json!({"url": "https://hooks.test/a"})).await.expect(201);
    let path = one(known["id"].as_str().unwrap());
    let long = format!("https://hooks.test/{}", "x".repeat(1_024));
    for url in INNER.iter().chain(NO_ADDRESSES).copied().chain([long.as_str(), ""]) {
        for answer in [alice.post(HOOKS, json!({"url": url})).await, alice.patch(&path, json!({"url": url})).await] {
            let refused = answer.expect(400);
            assert!(refused["url"][0].is_string(), "{url}: {refused}");
        }
    }
    assert_eq!(alice.post(HOOKS, json!({})).await.expect(400), json!({"url": ["This field is required."]}));
    assert_eq!(alice.get(HOOKS).await.expect(200)["total_count"], 1);
    assert_eq!(alice.get(&path).await.expect(200)["url"], "https://hooks.test/a");
    assert_eq!((app.internet.connected(), app.internet.resolved()), (vec![], vec![]), "nobody was asked to find out");
}

#[tokio::test]
async fn cve_2026_30242_no_name_of_an_inner_address_is_told_anything() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    for (number, address) in
        ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "::ffff:10.0.0.1"].iter().enumerate()
    {
        let name = format!("n{number}.test");
        app.internet.name(&name, &[PUBLIC, address]);
        let made = alice.post(HOOKS, json!({"url": format!("http://{name}/")})).await.id();
        let sent = ping(&app, &one(&made)).await;
        assert_eq!((&sent["status"], &sent["tries"][0]["response_status"]), (&json!("failed"), &json!(null)), "{address}");
        let error = sent["tries"][0]["error"].as_str().unwrap();
        assert!(!error.contains(address) && error.contains("not a public one"), "{error}");
    }
    assert_eq!(app.internet.connected(), Vec::<String>::new());
}

/// A name that was good when the webhook was made, and leads elsewhere when it is told something.
#[tokio::test]
async fn cve_2026_104973_and_104977_a_name_is_judged_by_what_it_is_when_it_is_asked() {
    let app = TestApp::new().await;
    let made = app.as_user("alice").post(HOOKS, json!({"url": "http://moving.test/"})).await.id();
    app.internet.page(&format!("{PUBLIC}:80"), "");
    app.internet.name("moving.test", &[PUBLIC]);
    app.internet.name("moving.test", &["127.0.0.1"]);
    assert_eq!(ping(&app, &one(&made)).await["status"], "delivered");
    assert_eq!(app.internet.connected(), [format!("{PUBLIC}:80")], "the address that was judged");
    assert!(app.internet.requests()[0].contains("host: moving.test\r\n"));
    assert_eq!(ping(&app, &one(&made)).await["status"], "failed");
    assert_eq!(app.internet.connected().len(), 1);
}

#[tokio::test]
async fn cve_2026_105636_and_39843_no_redirect_is_followed_and_little_is_kept() {
    let app = TestApp::new().await;
    let (hook, _) = hook(&app).await;
    let server = format!("{PUBLIC}:80");
    for status in [301, 302, 303, 307, 308] {
        app.internet.server(&server, redirect(status, "http://10.0.0.1/"));
        let sent = ping(&app, &hook).await;
        assert_eq!((&sent["status"], &sent["tries"][0]["response_status"]), (&json!("failed"), &json!(status)));
        assert_eq!(sent["tries"][0]["response_body"], "");
    }
    assert_eq!(app.internet.connected().len(), 5);
    assert!(app.internet.connected().iter().all(|address| *address == server));
    let long = "x\u{0}".repeat(50_000);
    app.internet.server(&server, format!("HTTP/1.1 500 No\r\nX-Odd: \u{e9}\r\nContent-Length: {}\r\n\r\n{long}", long.len()));
    let sent = ping(&app, &hook).await;
    let kept = sent["tries"][0]["response_body"].as_str().unwrap();
    assert_eq!((&sent["status"], kept.len()), (&json!("failed"), 8 << 10), "what is no text is left out of 16 kB");
    // Admins alone read what came back.
    let path = format!("{hook}deliveries/{}/", sent["id"].as_str().unwrap());
    app.as_user("bob").get(&path).await.expect(403);
}
