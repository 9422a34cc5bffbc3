//! Notifications by mail.

use aileron_db::Unscoped;
use aileron_kernel::Action;
use aileron_platform::consumers::Consumer as _;
use aileron_testkit::TestApp;
use aileron_tracker::notifications::consumer::Notifications;
use serde_json::{Value, json};

use super::{
    app,
    smtp::{BASE, Smtp, Taken},
};
use crate::{
    notification_rules::mention,
    planting::{on_log, plant},
    stock::{item, items, project},
};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const PREFERENCES: &str = "/api/v1/workspaces/acme/notification-preferences/";
const MAIL: &str = "/api/v1/users/me/mail-preferences/";

/// A project with an item of alice's that bob works on and has been told of; and nobody else is mailed.
struct Place {
    app: TestApp,
    smtp: Smtp,
    project: String,
    item: String,
}

impl Place {
    async fn new() -> Self {
        let smtp = Smtp::start();
        let app = app(&smtp, &[]).await;
        let project = project(&app, "ENG").await;
        app.verify_email(app.user("bob")).await;
        let item = item(&app, "alice", &project, json!({"name": "Fix the lift", "assignees": [app.user("bob")]})).await;
        let place = Self { app, smtp, project, item };
        place.follow().await;
        place.app.as_user("bob").post("/api/v1/workspaces/acme/notifications/mark-all-read/", json!({})).await.expect(204);
        place.wait(6 * MINUTE).await;
        assert!(place.smtp.taken().is_empty(), "he has read it");
        place
    }

    fn path(&self) -> String {
        format!("{}{}/", items(&self.project), self.item)
    }

    async fn change(&self, body: Value) {
        self.app.as_user("alice").patch(&self.path(), body).await.expect(200);
        self.follow().await;
    }

    async fn comment(&self, markup: &str) {
        let body = json!({"comment_html": markup});
        self.app.as_user("alice").post(&format!("{}comments/", self.path()), body).await.expect(201);
        self.follow().await;
    }

    async fn follow(&self) {
        self.app.run_consumers().await;
        self.app.run_jobs().await;
    }

    async fn wait(&self, seconds: i64) {
        self.app.clock.advance(seconds);
        self.app.run_jobs().await;
    }

    fn subjects(&self) -> Vec<String> {
        self.smtp.taken().iter().map(|mail| mail.subject().to_owned()).collect()
    }
}

#[tokio::test]
async fn what_happens_within_five_minutes_is_one_mail_an_item() {
    let place = Place::new().await;
    let other = item(&place.app, "alice", &place.project, json!({"name": "Paint it", "assignees": [place.app.user("bob")]})).await;
    place.change(json!({"priority": "high"})).await;
    place.app.clock.advance(4 * MINUTE);
    place.comment("<p>Soon,</p><p>I hope &lt;b&gt;</p>").await;
    assert!(place.smtp.taken().is_empty());
    place.wait(2 * MINUTE).await;
    let mails = place.smtp.taken();
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert!(mails.iter().all(|mail| mail.to() == "bob@acme.test"));
    let of = |subject: &str| mails.iter().find(|mail| mail.subject() == subject).unwrap_or_else(|| panic!("{mails:?}"));
    let (one, made) = (of("ENG-1 Fix the lift"), of("ENG-2 Paint it"));
    for part in ["priority: none -> high", "alice commented", "Soon,\nI hope <b>", &format!("{BASE}/acme/item/ENG-1")] {
        assert!(one.text().replace('\r', "").contains(part), "{part} in {}", one.text());
    }
    assert!(one.html().contains("I hope &lt;b&gt;") && !one.html().contains("hope <b>"), "{}", one.html());
    assert!(made.text().contains("alice made it"));
    assert_eq!(one.header("auto-submitted"), "auto-generated");
    // What comes later is told by itself.
    place.change(json!({"priority": "low"})).await;
    place.wait(6 * MINUTE).await;
    let later = place.smtp.taken().pop().unwrap();
    assert!(later.text().contains("priority: high -> low") && !later.text().contains("commented"), "{}", later.text());
    place.wait(24 * HOUR).await;
    assert_eq!(place.smtp.taken().len(), 3);
    assert!(!other.is_empty());
}

#[tokio::test]
async fn who_has_read_it_put_it_away_or_put_it_off_is_not_mailed() {
    let place = Place::new().await;
    let bob = place.app.as_user("bob");
    let list = "/api/v1/workspaces/acme/notifications/";
    for (method, end, body) in
        [("POST", "read/", None), ("POST", "archive/", None), ("PATCH", "", Some(json!({"snoozed_till": "2027-01-01T00:00:00Z"})))]
    {
        place.change(json!({"priority": "high"})).await;
        let newest = bob.get(list).await.expect(200)["results"][0]["id"].as_str().unwrap().to_owned();
        bob.send(method, &format!("{list}{newest}/{end}"), body).await.expect(200);
        place.change(json!({"priority": "none"})).await;
        place.wait(6 * MINUTE).await;
        let mail = place.smtp.taken().pop().unwrap();
        assert!(mail.text().contains("priority: high -> none") && !mail.text().contains("none -> high"), "{}", mail.text());
    }
    assert_eq!(place.smtp.taken().len(), 3);
}

#[tokio::test]
async fn who_does_not_see_it_any_more_is_not_mailed() {
    let place = Place::new().await;
    let alice = place.app.as_user("alice");
    let members = format!("/api/v1/workspaces/acme/projects/{}/members/", place.project);
    place.change(json!({"priority": "high"})).await;
    let list = alice.get(&members).await.expect(200);
    let bob = list.as_array().unwrap().iter().find(|row| row["id"] == json!(place.app.user("bob"))).unwrap();
    alice.delete(&format!("{members}{}/", bob["membership_id"].as_str().unwrap())).await.expect(204);
    place.wait(6 * MINUTE).await;
    assert!(place.smtp.taken().is_empty());
    // Back again, he is mailed of what comes then.
    alice.post(&members, json!({"member": place.app.user("bob"), "role": 15})).await.expect(201);
    place.app.run_jobs().await;
    let before = place.smtp.taken().len();
    place.change(json!({"priority": "low"})).await;
    place.app.deactivate("bob").await;
    place.wait(6 * MINUTE).await;
    assert_eq!(place.smtp.taken().len(), before, "his account is locked");
}

#[tokio::test]
async fn a_deleted_item_tells_its_deletion_only() {
    let place = Place::new().await;
    place.comment("<p>Not to be read any more</p>").await;
    place.app.as_user("alice").delete(&place.path()).await.expect(204);
    place.follow().await;
    place.wait(6 * MINUTE).await;
    let mail = place.smtp.one();
    assert!(mail.text().contains("alice deleted it") && !mail.text().contains("Not to be read"), "{}", mail.text());
}

#[tokio::test]
async fn within_quiet_hours_mails_wait_for_their_end() {
    let place = Place::new().await;
    // It is noon in UTC, and one o'clock in Berlin.
    let bob = place.app.as_user("bob");
    bob.patch("/api/v1/users/me/profile/", json!({"timezone": "Europe/Berlin"})).await.expect(200);
    bob.patch(MAIL, json!({"quiet_from": "13:00", "quiet_to": "15:00"})).await.expect(200);
    place.change(json!({"priority": "high"})).await;
    place.wait(6 * MINUTE).await;
    place.change(json!({"priority": "low"})).await;
    place.wait(HOUR).await;
    assert!(place.smtp.taken().is_empty());
    place.wait(HOUR).await;
    let mail = place.smtp.one();
    assert!(mail.text().contains("none -> high") && mail.text().contains("high -> low"), "{}", mail.text());
}

#[tokio::test]
async fn a_digest_tells_of_all_items_once_a_day() {
    let place = Place::new().await;
    place.app.as_user("bob").patch(MAIL, json!({"digest_at": "18:00"})).await.expect(200);
    item(&place.app, "alice", &place.project, json!({"name": "Paint it", "assignees": [place.app.user("bob")]})).await;
    place.change(json!({"priority": "high"})).await;
    place.wait(3 * HOUR).await;
    place.change(json!({"priority": "low"})).await;
    place.wait(2 * HOUR).await;
    assert!(place.smtp.taken().is_empty());
    place.wait(HOUR).await;
    let mail = place.smtp.one();
    assert_eq!(mail.subject(), "2 work items in Acme");
    for part in ["ENG-1 Fix the lift", "ENG-2 Paint it", "none -> high", "high -> low"] {
        assert!(mail.text().contains(part), "{part} in {}", mail.text());
    }
    place.change(json!({"priority": "none"})).await;
    place.wait(23 * HOUR).await;
    assert_eq!(place.subjects(), ["2 work items in Acme"]);
    place.wait(HOUR).await;
    assert_eq!(place.subjects(), ["2 work items in Acme", "ENG-1 Fix the lift"]);
}

#[tokio::test]
async fn the_channels_are_wanted_each_for_itself() {
    let place = Place::new().await;
    let bob = place.app.as_user("bob");
    let unread = async || bob.get("/api/v1/workspaces/acme/notifications/unread/").await.expect(200)["total"].clone();
    bob.patch(PREFERENCES, json!({"in_app": {"property_change": false}, "email": {"comment": false}})).await.expect(200);
    place.change(json!({"priority": "high"})).await;
    place.comment("<p>In the app alone</p>").await;
    place.wait(6 * MINUTE).await;
    let mail = place.smtp.one();
    assert!(mail.text().contains("none -> high") && !mail.text().contains("commented"), "{}", mail.text());
    assert_eq!(unread().await, 1);
    bob.patch(PREFERENCES, json!({"email": {"property_change": false}})).await.expect(200);
    place.change(json!({"priority": "low"})).await;
    place.comment(&mention(place.app.user("bob"))).await;
    place.wait(6 * MINUTE).await;
    let mail = place.smtp.taken().pop().unwrap();
    assert!(mail.text().contains("commented") && !mail.text().contains("high -> low"), "he was mentioned: {}", mail.text());
}

fn unsubscribe(mail: &Taken) -> String {
    let address = mail.header("list-unsubscribe").trim_matches(['<', '>']).to_owned();
    address.strip_prefix(BASE).unwrap().to_owned()
}

#[tokio::test]
async fn one_click_ends_all_mails_about_a_workspace_and_looking_at_the_link_does_nothing() {
    let place = Place::new().await;
    let nobody = place.app.nobody();
    let bob = place.app.as_user("bob");
    bob.patch(
        &format!("/api/v1/workspaces/acme/projects/{}/notification-preferences/", place.project),
        json!({"email": {"comment": true}}),
    )
    .await
    .expect(200);
    place.change(json!({"priority": "high"})).await;
    place.wait(6 * MINUTE).await;
    let mail = place.smtp.one();
    assert_eq!(mail.header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
    let path = unsubscribe(&mail);
    assert!(mail.text().contains(&path));
    let page = nobody.get(&path).await;
    assert_eq!((page.status.as_u16(), page.headers["content-type"].to_str().unwrap()), (200, "text/html; charset=utf-8"));
    assert!(String::from_utf8_lossy(&page.bytes).contains("<form method=\"post\">"));
    // Its address is a secret.
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(bob.get(PREFERENCES).await.expect(200)["email"]["comment"], true);
    for wrong in [path.replace(&place.app.user("bob").to_string(), &place.app.user("gina").to_string()), path[..path.len() - 1].to_owned()]
    {
        nobody.get(&wrong).await.expect(404);
        nobody.send("POST", &wrong, None).await.expect(404);
    }
    // Something waits to be mailed.
    place.change(json!({"priority": "urgent"})).await;
    let form = [("content-type", "application/x-www-form-urlencoded".to_owned())];
    for _ in 0..2 {
        assert_eq!(nobody.raw("POST", &path, &form, b"List-Unsubscribe=One-Click".to_vec()).await.status.as_u16(), 200);
    }
    let now = bob.get(PREFERENCES).await.expect(200);
    assert!(now["email"].as_object().unwrap().values().all(|wish| wish == false), "{now}");
    assert!(now["in_app"].as_object().unwrap().values().all(|wish| wish == true), "{now}");
    place.comment("<p>x</p>").await;
    place.wait(6 * MINUTE).await;
    assert_eq!(place.smtp.taken().len(), 1);
    assert_eq!(bob.get("/api/v1/workspaces/acme/notifications/unread/").await.expect(200)["total"], 3);
}

#[tokio::test]
async fn a_link_ends_hearing_of_one_item() {
    let place = Place::new().await;
    let other = item(&place.app, "alice", &place.project, json!({"name": "Paint it", "assignees": [place.app.user("bob")]})).await;
    place.follow().await;
    place.app.as_user("bob").post("/api/v1/workspaces/acme/notifications/mark-all-read/", json!({})).await.expect(204);
    place.change(json!({"priority": "high"})).await;
    place.wait(6 * MINUTE).await;
    let path = place.smtp.one().after(&format!("Stop following this work item: {BASE}"));
    assert_eq!(place.app.nobody().send("POST", &path, None).await.status.as_u16(), 200);
    place.change(json!({"priority": "low"})).await;
    place.app.as_user("alice").patch(&format!("{}{other}/", items(&place.project)), json!({"priority": "low"})).await.expect(200);
    place.follow().await;
    place.wait(6 * MINUTE).await;
    assert_eq!(place.subjects(), ["ENG-1 Fix the lift", "ENG-2 Paint it"]);
}

#[tokio::test]
async fn going_through_the_log_anew_mails_nobody_twice() {
    let place = Place::new().await;
    let bob = place.app.as_user("bob");
    bob.patch(PREFERENCES, json!({"in_app": {"property_change": false}})).await.expect(200);
    place.change(json!({"priority": "high"})).await;
    place.wait(6 * MINUTE).await;
    let before = place.smtp.taken().len();
    let alice = place.app.principal("alice");
    let workspace = place.app.db.read(move |session| Ok(session.workspace(&alice, "acme", Action::WorkspaceRead)?.workspace_id()));
    let (workspace, told) = (workspace.await.unwrap(), Notifications { by_mail: true });
    let consumers = place.app.consumers(vec![std::sync::Arc::new(told)]);
    assert!(consumers.replay(told.name(), workspace, 0).await.unwrap());
    assert!(consumers.run_due().await.unwrap() > 5);
    place.wait(6 * MINUTE).await;
    assert_eq!((before, place.smtp.taken().len()), (1, 1));
}

#[tokio::test]
async fn what_cannot_be_told_is_in_nobodys_way_and_seen_in_the_end() {
    let place = Place::new().await;
    place.app.verify_email(place.app.user("dave")).await;
    let members = format!("/api/v1/workspaces/acme/projects/{}/members/", place.project);
    place.app.as_user("alice").post(&members, json!({"member": place.app.user("dave"), "role": 15})).await.expect(201);
    place.follow().await;
    let before = place.subjects().len();
    place.change(json!({"priority": "high"})).await;
    let changed = "entity = 'work_item' AND verb = 'updated'";
    plant(
        &place.app,
        &on_log(&format!(
            "CREATE TABLE kept AS SELECT changes FROM events WHERE {changed}; UPDATE events SET changes = '{{}}' WHERE {changed};"
        )),
    );
    for (name, assignee) in [("Paint it", "dave"), ("Oil it", "bob")] {
        item(&place.app, "alice", &place.project, json!({"name": name, "assignees": [place.app.user(assignee)]})).await;
    }
    place.follow().await;
    place.wait(6 * MINUTE).await;
    let mut told = place.subjects().split_off(before);
    told.sort();
    assert_eq!(told, ["ENG-2 Paint it", "ENG-3 Oil it"], "nor in the way of what else he is told");
    for _ in 0..24 {
        place.wait(2 * HOUR).await;
    }
    let read = place.app.db.read(|session| session.unscoped(Unscoped::Operator)?.dead_jobs((10, 0)));
    let (failed, _) = read.await.unwrap();
    assert_eq!(failed.iter().map(|job| job.kind.as_str()).collect::<Vec<_>>(), ["notification.mail"]);

    place.app.as_user("bob").patch(MAIL, json!({"digest_at": "08:00"})).await.expect(200);
    for name in ["Wash it", "Dry it"] {
        item(&place.app, "alice", &place.project, json!({"name": name, "assignees": [place.app.user("bob")]})).await;
    }
    place.follow().await;
    place.wait(25 * HOUR).await;
    assert!(matches!(&place.subjects()[before + 2..], [digest] if digest.starts_with("2 work items")), "{:?}", place.subjects());

    plant(&place.app, &format!("UPDATE events SET changes = (SELECT changes FROM kept) WHERE {changed};"));
    place.app.db.write(|session| session.unscoped_to_write(Unscoped::Operator)?.revive_jobs(None)).await.unwrap();
    place.wait(MINUTE).await;
    assert_eq!(place.subjects()[before + 3..], ["ENG-1 Fix the lift"], "nothing is lost");
}

#[tokio::test]
async fn names_become_neither_headers_nor_markup() {
    let place = Place::new().await;
    let bob = place.app.as_user("bob");
    bob.patch("/api/v1/users/me/profile/", json!({"first_name": "Bob\r\nBcc: eve@evil.test", "last_name": "<i>"})).await.expect(200);
    let alice = place.app.as_user("alice");
    alice.patch("/api/v1/users/me/profile/", json!({"display_name": "<script>alert(1)</script>\r\nX"})).await.expect(200);
    place.change(json!({"name": "Lift\r\nBcc: eve@evil.test\r\n\r\n<b>bold</b> {{ base }}"})).await;
    place.wait(6 * MINUTE).await;
    let mail = place.smtp.one();
    let (head, _) = mail.raw().split_once("\r\n\r\n").unwrap();
    assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc:")), "{head}");
    assert_eq!(mail.subject(), "ENG-1 Lift Bcc: eve@evil.test <b>bold</b> {{ base }}");
    assert!(!mail.html().contains("<b>bold") && !mail.html().contains("<script>"), "{}", mail.html());
    assert!(mail.html().contains("&lt;b&gt;bold"), "{}", mail.html());
}
