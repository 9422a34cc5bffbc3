//! Who is told of what.

use aileron_kernel::Uuid;
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

pub(crate) const LIST: &str = "/api/v1/workspaces/acme/notifications/";

/// Markup that mentions somebody.
pub(crate) fn mention(user: Uuid) -> String {
    format!(
        "<p>ask <mention-component entity_identifier=\"{user}\" entity_name=\"user_mention\" id=\"1\" label=\"x\"></mention-component></p>"
    )
}

/// What somebody was told since he last marked everything read, the oldest first: what happened, which fields, and why.
pub(crate) async fn told(app: &TestApp, user: &str) -> Vec<String> {
    app.run_consumers().await;
    let caller = app.as_user(user);
    let page = caller.get(&format!("{LIST}?read=false")).await.expect(200);
    caller.post(&format!("{LIST}mark-all-read/"), json!({})).await.expect(204);
    let row = |row: &Value| {
        let words = |list: &Value, name: &str| {
            let words = list.as_array().unwrap().iter().map(|value| if name.is_empty() { value } else { &value[name] });
            words.map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>().join("+")
        };
        let (entity, verb) = (row["entity"].as_str().unwrap(), row["verb"].as_str().unwrap());
        format!("{entity} {verb} [{}] {}", words(&row["changes"], "field"), words(&row["reasons"], ""))
    };
    let mut rows: Vec<String> = results(&page).iter().map(row).collect();
    rows.reverse();
    rows
}

/// A project in which dave too is a member.
async fn place(app: &TestApp) -> String {
    let project = project(app, "ENG").await;
    let members = format!("/api/v1/workspaces/acme/projects/{project}/members/");
    app.as_user("alice").post(&members, json!({"member": app.user("dave"), "role": 15})).await.expect(201);
    project
}

#[tokio::test]
async fn who_works_on_it_who_made_it_and_who_subscribed_is_told_and_never_who_acts() {
    let app = TestApp::new().await;
    let project = place(&app).await;
    let one = item(&app, "alice", &project, json!({"name": "One", "assignees": [app.user("bob")]})).await;
    let path = format!("{}{one}/", items(&project));
    assert_eq!(told(&app, "bob").await, ["work_item created [] assigned"]);
    assert!(told(&app, "alice").await.is_empty() && told(&app, "dave").await.is_empty());
    app.as_user("dave").post(&format!("{path}subscribe/"), json!({})).await.expect(201);
    app.as_user("bob").patch(&path, json!({"priority": "high", "target_date": "2026-12-24", "sort_order": 1.5})).await.expect(200);
    assert!(told(&app, "bob").await.is_empty());
    for (user, why) in [("alice", "created"), ("dave", "subscribed")] {
        let rows = told(&app, user).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert!(rows[0].contains("priority") && rows[0].contains("target_date") && !rows[0].contains("sort_order"), "{rows:?}");
        assert!(rows[0].ends_with(why), "{rows:?}");
    }
    // Who is taken off goes on hearing of it, until he says otherwise.
    app.as_user("alice").patch(&path, json!({"assignees": []})).await.expect(200);
    assert_eq!(told(&app, "bob").await, ["work_item updated [assignees] subscribed"]);
    app.as_user("bob").delete(&format!("{path}subscribe/")).await.expect(204);
    app.as_user("alice").patch(&path, json!({"name": "Two"})).await.expect(200);
    assert!(told(&app, "bob").await.is_empty());
    assert_eq!(told(&app, "dave").await, ["work_item updated [assignees] subscribed", "work_item updated [name] subscribed"]);
}

#[tokio::test]
async fn who_acts_is_assigned_or_is_mentioned_hears_of_it_from_then_on() {
    let app = TestApp::new().await;
    let project = place(&app).await;
    let one = item(&app, "alice", &project, json!({"name": "One"})).await;
    let path = format!("{}{one}/", items(&project));
    let subscribed = async |user: &'static str| {
        app.run_consumers().await;
        app.as_user(user).get(&format!("{path}subscribe/")).await.expect(200)["subscribed"] == true
    };
    assert!(subscribed("alice").await, "she made it");
    assert!(!subscribed("bob").await);
    let react = json!({"reaction": "+1"});
    app.as_user("bob").post(&format!("{path}reactions/"), react).await.expect(201);
    app.as_user("bob").post(&format!("{path}votes/"), json!({"vote": 1})).await.expect(201);
    app.as_user("bob").patch(&path, json!({"description_html": "<p>x</p>"})).await.expect(200);
    assert!(!subscribed("bob").await, "nobody is told of these");
    assert!(told(&app, "alice").await.is_empty());
    app.as_user("bob").post(&format!("{path}comments/"), json!({"comment_html": "<p>hello</p>"})).await.expect(201);
    assert!(subscribed("bob").await);
    assert_eq!(told(&app, "alice").await, ["comment created [] created"]);
    app.as_user("bob").post(&format!("{path}comments/"), json!({"comment_html": mention(app.user("dave"))})).await.expect(201);
    assert!(subscribed("dave").await);
    assert_eq!(told(&app, "dave").await, ["comment created [] mentioned"]);
    assert_eq!(told(&app, "alice").await, ["comment created [] created"]);
    // The log tells that somebody was subscribed, and from which event on.
    let all = app.as_user("alice").get(&format!("{path}subscribers/")).await.expect(200);
    let people: Vec<&Value> = all["results"].as_array().unwrap().iter().map(|row| &row["subscriber"]).collect();
    assert_eq!(people, [&json!(app.user("alice")), &json!(app.user("bob")), &json!(app.user("dave"))]);
    app.as_user("alice").delete(&path).await.expect(204);
    assert_eq!(told(&app, "bob").await, ["work_item deleted [] subscribed"]);
}

#[tokio::test]
async fn mentions_are_told_once_each_by_descriptions_and_comments() {
    let app = TestApp::new().await;
    let project = place(&app).await;
    let (bob, dave) = (app.user("bob"), app.user("dave"));
    let body = json!({"name": "One", "description_html": mention(bob)});
    let one = item(&app, "alice", &project, body).await;
    let path = format!("{}{one}/", items(&project));
    let alice = app.as_user("alice");
    assert_eq!(told(&app, "bob").await, ["work_item created [] mentioned"]);
    // The same person again, and another one: only the other is told. Two changes before anybody looks are two texts.
    alice.patch(&path, json!({"description_html": format!("{}{}", mention(bob), mention(dave))})).await.expect(200);
    alice.patch(&path, json!({"description_html": "<p>nobody</p>"})).await.expect(200);
    assert_eq!(told(&app, "dave").await, ["work_item updated [] mentioned"]);
    assert!(told(&app, "bob").await.is_empty());
    let comments = format!("{path}comments/");
    let said = alice.post(&comments, json!({"comment_html": "<p>x</p>"})).await.id();
    alice.patch(&format!("{comments}{said}/"), json!({"comment_html": mention(bob)})).await.expect(200);
    alice.patch(&format!("{comments}{said}/"), json!({"comment_html": format!("{}{}", mention(dave), mention(bob))})).await.expect(200);
    assert_eq!(told(&app, "bob").await, ["comment created [] subscribed", "comment updated [] mentioned", "comment updated [] subscribed"]);
    assert_eq!(
        told(&app, "dave").await,
        ["comment created [] subscribed", "comment updated [] subscribed", "comment updated [] mentioned"]
    );
    alice.post(&comments, json!({"comment_html": mention(app.user("alice"))})).await.expect(201);
    assert!(told(&app, "alice").await.is_empty(), "who mentions himself knows it");
    // A mention and a change in one: one notification of both.
    alice.patch(&path, json!({"description_html": mention(bob), "priority": "low"})).await.expect(200);
    assert_eq!(told(&app, "bob").await, ["comment created [] subscribed", "work_item updated [priority] mentioned"]);
}

#[tokio::test]
async fn who_does_not_see_it_is_not_told() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let (gina, dave, olga) = (app.user("gina"), app.user("dave"), app.user("olga"));
    let text = [gina, dave, olga].map(mention).join("");
    let one = item(&app, "alice", &project, json!({"name": "One", "description_html": text})).await;
    let path = format!("{}{one}/", items(&project));
    let bob = app.as_user("bob");
    bob.post(&format!("{path}comments/"), json!({"comment_html": text})).await.expect(201);
    for user in ["gina", "dave"] {
        assert!(told(&app, user).await.is_empty(), "{user}");
    }
    let all = bob.get(&format!("{path}subscribers/")).await.expect(200);
    assert_eq!(all["total_count"], 2, "alice and bob: {all}");
    // A guest is told of what he asked for.
    let place = format!("/api/v1/workspaces/acme/projects/{project}/");
    app.as_user("alice").patch(&place, json!({"intake_view": true})).await.expect(200);
    let asked = app.as_user("gina").post(&format!("{place}intake-issues/"), json!({"issue": {"name": "Please"}})).await.expect(201);
    let asked = format!("{place}intake-issues/{}/", asked["issue"].as_str().unwrap());
    app.as_user("alice").patch(&format!("{asked}status/"), json!({"status": 1})).await.expect(200);
    let rows = told(&app, "gina").await;
    assert_eq!(rows, ["work_item updated [state] created", "intake_item accepted [status] created"]);
    // And of everything, where the project shows guests everything.
    app.as_user("alice").patch(&place, json!({"guest_view_all_features": true})).await.expect(200);
    bob.post(&format!("{path}comments/"), json!({"comment_html": mention(gina)})).await.expect(201);
    assert_eq!(told(&app, "gina").await, ["comment created [] mentioned"]);
}

#[tokio::test]
async fn drafts_tell_nobody_until_they_are_none() {
    let app = TestApp::new().await;
    let project = place(&app).await;
    let body = json!({"name": "One", "is_draft": true, "assignees": [app.user("bob")], "description_html": mention(app.user("dave"))});
    let one = item(&app, "alice", &project, body).await;
    let path = format!("{}{one}/", items(&project));
    let alice = app.as_user("alice");
    alice.patch(&path, json!({"priority": "high"})).await.expect(200);
    alice.patch(&path, json!({"is_draft": false})).await.expect(200);
    alice.patch(&path, json!({"priority": "low"})).await.expect(200);
    // Everything is looked at when it is a draft no longer.
    assert_eq!(told(&app, "bob").await, ["work_item updated [is_draft] assigned", "work_item updated [priority] assigned"]);
    assert_eq!(told(&app, "dave").await, ["work_item updated [] mentioned", "work_item updated [priority] subscribed"]);
}

#[tokio::test]
async fn cycles_and_modules_tell_nobody_and_what_hangs_on_an_item_does() {
    let app = TestApp::new().await;
    let project = place(&app).await;
    let one = item(&app, "alice", &project, json!({"name": "One"})).await;
    let two = item(&app, "alice", &project, json!({"name": "Two"})).await;
    let place = format!("/api/v1/workspaces/acme/projects/{project}/");
    app.as_user("alice").patch(&place, json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let bob = app.as_user("bob");
    for (noun, body) in [("cycle", json!({"name": "C", "project_id": project})), ("module", json!({"name": "M"}))] {
        let made = bob.post(&format!("{place}{noun}s/"), body).await.id();
        bob.post(&format!("{place}{noun}s/{made}/{noun}-issues/"), json!({"issues": [one]})).await.expect(200);
    }
    assert!(told(&app, "alice").await.is_empty());
    let path = format!("{}{one}/", items(&project));
    bob.post(&format!("{path}links/"), json!({"url": "https://a.test/"})).await.expect(201);
    bob.post(&format!("{path}relations/"), json!({"relation_type": "blocking", "issues": [two]})).await.expect(201);
    app.run_jobs().await;
    let rows = told(&app, "alice").await;
    assert_eq!(rows[0], "link created [link] created");
    assert!(rows[1..].iter().all(|row| row.starts_with("relation created [block")), "{rows:?}");
}

#[tokio::test]
async fn an_import_is_history() {
    let app = TestApp::new().await;
    let project = place(&app).await;
    let one = item(&app, "alice", &project, json!({"name": "One"})).await;
    app.run_consumers().await;
    let id = one.parse::<Uuid>().unwrap();
    let place: Uuid = project.parse().unwrap();
    let actor = aileron_kernel::Actor {
        id: app.user("bob"),
        kind: aileron_kernel::ActorKind::User,
        origin: aileron_kernel::Origin::Import,
        mutation_id: None,
        request_id: "test".to_owned(),
    };
    let principal = aileron_db::Principal::proved(actor, Vec::new());
    let done = app.db.write(move |session| {
        let place = aileron_db::ProjectPlace::new("acme".to_owned(), place, aileron_kernel::Action::WorkItemsUpdate);
        let mut tx = session.project_to_write(&principal, &place)?;
        let project = tx.project_id();
        let changes = vec![aileron_kernel::Change::value("priority", "none", "high")];
        tx.record(aileron_kernel::Event::new("work_item", "updated", id).in_project(project).about(id).with(changes))
    });
    done.await.unwrap();
    assert!(told(&app, "alice").await.is_empty());
    let people = app.as_user("alice").get(&format!("{}{one}/subscribers/", items(&project))).await.expect(200);
    assert_eq!(people["total_count"], 1);
}

#[tokio::test]
async fn it_is_all_one_when_the_log_is_looked_at() {
    let app = TestApp::new().await;
    let project = place(&app).await;
    let path = format!("{}{}/", items(&project), item(&app, "alice", &project, json!({"name": "One"})).await);
    let comment = async |user: &str, text: String| {
        app.as_user(user).post(&format!("{path}comments/"), json!({"comment_html": text})).await.expect(201);
    };
    let (bob, dave) = (app.as_user("bob"), app.as_user("dave"));
    // Nobody looks in between: dave hears of what is between his coming and his going, bob from his first word on.
    comment("bob", "<p>1</p>".to_owned()).await;
    dave.post(&format!("{path}subscribe/"), json!({})).await.expect(201);
    comment("alice", "<p>2</p>".to_owned()).await;
    dave.delete(&format!("{path}subscribe/")).await.expect(204);
    comment("alice", "<p>3</p>".to_owned()).await;
    assert_eq!(told(&app, "alice").await.len(), 1);
    assert_eq!(told(&app, "dave").await.len(), 1);
    assert_eq!(told(&app, "bob").await.len(), 2);
    assert_eq!(bob.get(&format!("{path}subscribe/")).await.expect(200)["subscribed"], true);
    assert_eq!(dave.get(&format!("{path}subscribe/")).await.expect(200)["subscribed"], false);
}

#[tokio::test]
async fn what_a_member_does_not_want_to_hear_he_is_not_told() {
    let app = TestApp::new().await;
    let project = place(&app).await;
    let place = format!("/api/v1/workspaces/acme/projects/{project}/");
    let states = app.as_user("alice").get(&format!("{place}states/")).await.expect(200);
    let state = |group: &str| results(&states).iter().find(|state| state["group"] == group).unwrap()["id"].clone();
    let path = format!("{}{}/", items(&project), item(&app, "bob", &project, json!({"name": "One"})).await);
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let everywhere = "/api/v1/workspaces/acme/notification-preferences/";
    let shown = bob.get(everywhere).await.expect(200);
    assert!(["in_app", "email"].iter().all(|channel| shown[channel].as_object().unwrap().values().all(|wish| *wish == true)));
    let body = json!({"in_app": {"state_change": false, "comment": false}, "email": {"mention": false}});
    let changed = bob.patch(everywhere, body).await.expect(200);
    assert_eq!(
        (&changed["in_app"]["comment"], &changed["email"]["comment"], &changed["email"]["mention"]),
        (&json!(false), &json!(true), &json!(false))
    );
    alice.patch(&path, json!({"state": state("started"), "priority": "high"})).await.expect(200);
    alice.patch(&path, json!({"state": state("completed")})).await.expect(200);
    alice.post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    alice.post(&format!("{path}comments/"), json!({"comment_html": mention(app.user("bob"))})).await.expect(201);
    let wanted = ["work_item updated [priority] created", "work_item updated [state] created", "comment created [] mentioned+created"];
    assert_eq!(told(&app, "bob").await, wanted, "completion is told by itself");
    // In one project otherwise; null is as in the workspace again.
    let here = format!("{place}notification-preferences/");
    assert!(bob.get(&here).await.expect(200)["in_app"]["comment"].is_null());
    bob.patch(&here, json!({"in_app": {"comment": true, "mention": false, "issue_completed": false}})).await.expect(200);
    alice.post(&format!("{path}comments/"), json!({"comment_html": mention(app.user("bob"))})).await.expect(201);
    alice.patch(&path, json!({"state": state("started")})).await.expect(200);
    alice.patch(&path, json!({"state": state("completed")})).await.expect(200);
    assert_eq!(told(&app, "bob").await, ["comment created [] created"]);
    bob.patch(&here, json!({"in_app": {"comment": null}})).await.expect(200);
    alice.post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    assert!(told(&app, "bob").await.is_empty());
    assert!(alice.get(&here).await.expect(200)["in_app"]["mention"].is_null(), "each has his own");
    for wrong in [json!({"in_app": {"comment": "no"}}), json!({"email": []}), json!({"email": {"votes": true}})] {
        let refused = bob.patch(&here, wrong.clone()).await.expect(400);
        assert_eq!(refused.as_object().unwrap().keys().collect::<Vec<_>>(), wrong.as_object().unwrap().keys().collect::<Vec<_>>());
    }
}
