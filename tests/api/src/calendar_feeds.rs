//! Calendar feeds.

use aileron_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const FEEDS: &str = "/api/v1/workspaces/acme/calendar-feeds/";

/// The path and query of an address that a feed was made with.
fn path(made: &Value) -> String {
    let url = made["url"].as_str().unwrap();
    url[url.find("/api/").unwrap()..].to_owned()
}

async fn feed(app: &TestApp, user: &str, body: Value) -> String {
    path(&app.as_user(user).post(FEEDS, body).await.expect(201))
}

async fn read(app: &TestApp, path: &str) -> Answer {
    app.nobody().get(path).await
}

/// The lines of a calendar, unfolded.
async fn lines(app: &TestApp, path: &str) -> Vec<String> {
    let answer = read(app, path).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
    let text = String::from_utf8(answer.bytes).unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    text.replace("\r\n ", "").split("\r\n").map(ToOwned::to_owned).collect()
}

async fn summaries(app: &TestApp, path: &str) -> Vec<String> {
    let lines = lines(app, path).await;
    lines.iter().filter_map(|line| line.strip_prefix("SUMMARY:").map(ToOwned::to_owned)).collect()
}

#[tokio::test]
async fn due_dates_and_cycles_are_days_of_a_calendar() {
    let app = TestApp::new().await.at_https();
    let id = project(&app, "ENG").await;
    let base = format!("/api/v1/workspaces/acme/projects/{id}/");
    let alice = app.as_user("alice");
    alice.patch(&base, json!({"cycle_view": true, "timezone": "Europe/Berlin"})).await.expect(200);
    let due = json!({"name": "Fix; it, \\ now\u{1f600}", "start_date": "2026-02-27", "target_date": "2026-02-28"});
    let made = item(&app, "alice", &id, due).await;
    item(&app, "alice", &id, json!({"name": "No day"})).await;
    item(&app, "alice", &id, json!({"name": "Of bob", "target_date": "2026-03-01", "assignees": [app.user("bob")]})).await;
    let cycle = json!({"name": "Sprint 1", "project_id": id, "start_date": "2026-01-01", "end_date": "2026-01-14"});
    let cycle = alice.post(&format!("{base}cycles/"), cycle).await.id();
    alice.post(&format!("{base}cycles/"), json!({"name": "No days", "project_id": id})).await.expect(201);

    let of_project = feed(&app, "alice", json!({"project_id": id, "name": "Phone"})).await;
    let found = lines(&app, &of_project).await;
    let begin = found.iter().position(|line| *line == format!("UID:work-item-{made}@aileron")).unwrap();
    assert_eq!(
        [&found[begin - 1], &found[begin + 2], &found[begin + 3], &found[begin + 4], &found[begin + 5], &found[begin + 7]],
        [
            "BEGIN:VEVENT",
            "DTSTART;VALUE=DATE:20260227",
            "DTEND;VALUE=DATE:20260301",
            "SUMMARY:ENG-1 Fix\\; it\\, \\\\ now\u{1f600}",
            "DESCRIPTION:State: Backlog",
            "URL:https://aileron.test/acme/item/ENG-1",
        ]
    );
    let begin = found.iter().position(|line| *line == format!("UID:cycle-{cycle}@aileron")).unwrap();
    assert_eq!([&found[begin + 2], &found[begin + 3]], ["DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20260115"]);
    assert!(found.contains(&"X-WR-CALNAME:Project ENG".to_owned()));
    assert_eq!(summaries(&app, &of_project).await.len(), 3);
    let of_bob = feed(&app, "bob", json!({})).await;
    assert_eq!(summaries(&app, &of_bob).await, ["ENG-3 Of bob", "ENG: Sprint 1"], "what he works on");
}

#[tokio::test]
async fn an_address_is_shown_once_changed_and_revoked() {
    let app = TestApp::new().await;
    let gina = app.as_user("gina");
    let made = gina.post(FEEDS, json!({"name": "Phone"})).await.expect(201);
    let (first, one) = (path(&made), format!("{FEEDS}{}/", made["id"].as_str().unwrap()));
    let listed = results(&gina.get(FEEDS).await.expect(200));
    assert_eq!((listed.len(), &listed[0]["name"], listed[0].get("url")), (1, &json!("Phone"), None));
    read(&app, &first).await.expect_calendar();
    let rotated = gina.post(&format!("{one}rotate/"), json!({})).await.expect(200);
    let second = path(&rotated);
    assert_ne!(first, second);
    read(&app, &first).await.expect(404);
    read(&app, &second).await.expect_calendar();
    // Nobody else sees, changes or revokes it, and its id opens nothing.
    let alice = app.as_user("alice");
    assert_eq!(alice.get(FEEDS).await.expect(200)["total_count"], 0);
    alice.post(&format!("{one}rotate/"), json!({})).await.expect(404);
    alice.delete(&one).await.expect(404);
    let other = feed(&app, "alice", json!({})).await;
    let (address, token) = (second.split('?').next().unwrap(), other.split("token=").nth(1).unwrap());
    for wrong in [format!("{address}?token={token}"), address.to_owned(), format!("{address}?token="), format!("{address}?token=%00")] {
        read(&app, &wrong).await.expect(404);
    }
    gina.delete(&one).await.expect(204);
    let gone = read(&app, &second).await;
    gone.expect(404);
    let never = read(&app, &format!("/api/v1/calendar-feeds/{}/?token=x", aileron_kernel::Uuid::nil())).await;
    assert_eq!(gone.bytes, never.bytes, "what was is not told from what never was");
    let unknown = json!({"project_id": aileron_kernel::Uuid::nil()});
    assert!(gina.post(FEEDS, unknown).await.expect(400)["project_id"].is_array());
}

/// An answer that is a calendar.
trait Calendar {
    fn expect_calendar(&self);
}

impl Calendar for Answer {
    #[track_caller]
    fn expect_calendar(&self) {
        assert!(self.status == 200 && self.bytes.starts_with(b"BEGIN:VCALENDAR\r\n"), "{}", String::from_utf8_lossy(&self.bytes));
    }
}

#[tokio::test]
async fn a_feed_shows_what_its_owner_sees_now_and_ends_with_him() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, dave) = (app.as_user("alice"), app.user("dave"));
    let members = format!("/api/v1/workspaces/acme/projects/{id}/members/");
    let membership = alice.post(&members, json!({"member": dave, "role": 15})).await.id();
    item(&app, "alice", &id, json!({"name": "a", "target_date": "2026-02-01", "assignees": [dave]})).await;
    item(&app, "dave", &id, json!({"name": "b", "target_date": "2026-02-02", "assignees": [dave]})).await;
    item(&app, "dave", &id, json!({"name": "draft", "target_date": "2026-02-03", "is_draft": true, "assignees": [dave]})).await;
    let (mine, of_project) = (feed(&app, "dave", json!({})).await, feed(&app, "dave", json!({"project_id": id})).await);
    for path in [&mine, &of_project] {
        assert_eq!(summaries(&app, path).await, ["ENG-2 b", "ENG-1 a"]);
    }
    // A guest of a project sees what he made.
    let one = format!("{members}{membership}/");
    alice.patch(&one, json!({"role": 5})).await.expect(200);
    for path in [&mine, &of_project] {
        assert_eq!(summaries(&app, path).await, ["ENG-2 b"]);
    }
    alice.delete(&one).await.expect(204);
    read(&app, &of_project).await.expect(404);
    assert_eq!(summaries(&app, &mine).await, Vec::<String>::new());
    app.deactivate("dave").await;
    read(&app, &mine).await.expect(404);
}

#[tokio::test]
async fn a_feed_ends_with_the_membership_of_its_owner() {
    let app = TestApp::new().await;
    let user = app.make_user("frida", "acme").await;
    let membership = app.join(user.0, "acme", aileron_kernel::Role::Member).await;
    let made = app.with_token(&user.1).post(FEEDS, json!({})).await.expect(201);
    read(&app, &path(&made)).await.expect_calendar();
    app.as_user("alice").delete(&format!("/api/v1/workspaces/acme/members/{membership}/")).await.expect(204);
    read(&app, &path(&made)).await.expect(404);
}

#[tokio::test]
async fn a_feed_that_has_not_changed_is_not_sent_again() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let made = item(&app, "alice", &id, json!({"name": "a", "target_date": "2026-02-01"})).await;
    let feed = feed(&app, "alice", json!({"project_id": id})).await;
    let tag = read(&app, &feed).await.headers["etag"].to_str().unwrap().to_owned();
    let known = [("if-none-match", format!("\"other\", W/{tag}"))];
    let again = app.nobody().raw("GET", &feed, &known, Vec::new()).await;
    assert_eq!((again.status.as_u16(), again.bytes.len(), again.headers["etag"].to_str().unwrap()), (304, 0, tag.as_str()));
    app.as_user("alice").patch(&format!("{}{made}/", items(&id)), json!({"name": "b"})).await.expect(200);
    let changed = app.nobody().raw("GET", &feed, &known, Vec::new()).await;
    assert_eq!(changed.status, 200);
    assert!(String::from_utf8(changed.bytes).unwrap().contains("SUMMARY:ENG-1 b"));
}

/// The log tells of feeds and never of their tokens.
#[tokio::test]
async fn no_token_is_told_or_stored() {
    let app = TestApp::new().await;
    let token = feed(&app, "bob", json!({})).await.split("token=").nth(1).unwrap().to_owned();
    let alice = app.principal("alice");
    let stored = app.db.read(move |session| {
        use aileron_db::{ExprTrait as _, schema::CALENDAR_FEEDS, schema::EVENTS};
        let mut tx = session.workspace(&alice, "acme", aileron_kernel::Action::WorkspaceRead)?;
        let told = tx.from(EVENTS).filter(EVENTS.col("entity").eq("calendar_feed")).expr(EVENTS.col("verb")).expr(EVENTS.col("changes"));
        let told = tx.all::<(String, Value)>(&told)?;
        let hash = tx.from(CALENDAR_FEEDS).expr(CALENDAR_FEEDS.col("token_hash"));
        Ok((told, tx.one::<(Vec<u8>,)>(&hash)?.0))
    });
    let (told, hash) = stored.await.unwrap();
    assert_eq!(told, [("created".to_owned(), json!([]))]);
    assert_eq!(hash, aileron_identity::credentials::hash(&token));
}
