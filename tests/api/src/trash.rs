//! The archive of work items, and the trash: what was deleted comes back with what went with it.

use aileron_db::schema as s;
use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

fn below(project: &str, rest: &str) -> String {
    format!("/api/v1/workspaces/acme/projects/{project}/{rest}")
}

/// A state of this group.
async fn state(app: &TestApp, project: &str, group: &str) -> String {
    let states = app.as_user("alice").get(&below(project, "states/")).await.expect(200);
    let found = results(&states).into_iter().find(|state| state["group"] == group).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

async fn trash(caller: &Caller<'_>, project: &str) -> Vec<Value> {
    results(&caller.get(&below(project, "trash/")).await.expect(200))
}

async fn is_found(caller: &Caller<'_>, words: &str) -> bool {
    let found = caller.get(&format!("/api/v1/workspaces/acme/work-items/search/?search={words}")).await.expect(200);
    !found["issues"].as_array().unwrap().is_empty()
}

#[tokio::test]
async fn only_what_is_done_is_archived_and_then_only_read() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob, gina) = (app.as_user("alice"), app.as_user("bob"), app.as_user("gina"));
    let one = item(&app, "alice", &id, json!({"name": "One"})).await;
    let path = format!("{}{one}/", items(&id));
    let refused = bob.post(&format!("{path}archive/"), json!({})).await.expect(400);
    assert_eq!(refused["error"], "Only completed or cancelled work items can be archived");
    bob.patch(&path, json!({"state": state(&app, &id, "cancelled").await})).await.expect(200);
    bob.post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    gina.post(&format!("{path}archive/"), json!({})).await.expect(403);
    bob.post(&format!("{path}archive/"), json!({})).await.expect(204);
    // Again: nothing happens.
    bob.post(&format!("{path}archive/"), json!({})).await.expect(204);
    bob.post(&format!("{}{NOBODY}/archive/", items(&id)), json!({})).await.expect(404);
    // Out of the lists, in the archive, and read there.
    assert!(results(&bob.get(&items(&id)).await.expect(200)).is_empty());
    let archived = bob.get(&below(&id, "archived-work-items/")).await.expect(200);
    assert_eq!((archived["total_count"].as_i64(), &results(&archived)[0]["name"]), (Some(1), &json!("One")));
    assert_eq!(bob.get(&below(&id, "archived-work-items/?priority=high")).await.expect(200)["total_count"], 0);
    assert!(results(&archived)[0]["archived_at"].is_string());
    bob.get(&below(&id, &format!("archived-work-items/{one}/"))).await.expect(200);
    // Guests see what they made, here as elsewhere.
    assert_eq!(gina.get(&below(&id, "archived-work-items/")).await.expect(200)["total_count"], 0);
    gina.get(&below(&id, &format!("archived-work-items/{one}/"))).await.expect(404);
    let other = item(&app, "alice", &id, json!({"name": "Other"})).await;
    for (method, rest, body) in [
        ("PATCH", "", json!({"name": "Two"})),
        ("POST", "comments/", json!({"comment_html": "<p>y</p>"})),
        ("POST", "links/", json!({"url": "https://a.test/"})),
        ("POST", "relations/", json!({"relation_type": "relates_to", "issues": [other]})),
        ("POST", "attachments/", json!({"name": "a.txt", "type": "text/plain", "size": 2})),
    ] {
        let said = alice.send(method, &format!("{path}{rest}"), Some(body)).await.expect(400);
        assert!(said["error"].as_str().unwrap().starts_with("Archived work items cannot be edited"), "{method} {rest}: {said}");
    }
    assert_eq!(bob.get(&format!("{path}comments/")).await.expect(200)["total_count"], 1);
    bob.delete(&format!("{path}unarchive/")).await.expect(204);
    bob.patch(&path, json!({"name": "Two"})).await.expect(200);
    // The history tells both.
    let told = results(&bob.get(&format!("{path}activities/")).await.expect(200));
    let told: Vec<&Value> = told.iter().filter(|row| row["field"] == "archived_at").map(|row| &row["new_value"]).collect();
    assert_eq!(told, [&json!("manual_archive"), &json!("restore")]);
}

#[tokio::test]
async fn an_item_comes_back_with_all_that_went_with_it() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    alice.patch(&format!("/api/v1/workspaces/acme/projects/{id}/"), json!({"module_view": true})).await.expect(200);
    let module = alice.post(&below(&id, "modules/"), json!({"name": "M"})).await.id();
    let label = alice.post(&below(&id, "labels/"), json!({"name": "bug"})).await.id();
    let one = item(&app, "bob", &id, json!({"name": "Restorable", "labels": [label], "description_html": "<p>text</p>"})).await;
    let child = item(&app, "bob", &id, json!({"name": "Below", "parent": one})).await;
    let early = item(&app, "bob", &id, json!({"name": "Early", "parent": one})).await;
    let path = format!("{}{one}/", items(&id));
    bob.post(&format!("{path}comments/"), json!({"comment_html": "<p>remarkable</p>"})).await.expect(201);
    bob.post(&format!("{path}links/"), json!({"url": "https://a.test/"})).await.expect(201);
    bob.post(&below(&id, &format!("modules/{module}/module-issues/")), json!({"issues": [one]})).await.expect(200);
    let before = bob.get(&path).await.expect(200);
    // What was deleted before is not what goes with it.
    bob.delete(&format!("{}{early}/", items(&id))).await.expect(204);
    bob.delete(&path).await.expect(204);
    assert!(!is_found(&bob, "remarkable").await && !is_found(&bob, "Below").await);
    let listed = trash(&bob, &id).await;
    let shown: Vec<_> = listed.iter().map(|row| (row["name"].as_str().unwrap(), row["with"].as_i64().unwrap())).collect();
    assert_eq!(shown, [("Restorable", 1), ("Early", 0)]);
    assert_eq!((&listed[0]["identifier"], &listed[0]["entity"]), (&json!("ENG-1"), &json!("work_item")));
    assert_eq!(listed[0]["deleted_by"], json!(app.user("bob")));
    // To others it is not there; admins see all of it.
    assert!(trash(&app.as_user("gina"), &id).await.is_empty());
    assert_eq!(trash(&alice, &id).await.len(), 2);
    app.as_user("gina").post(&format!("{path}restore/"), json!({})).await.expect(403);
    let refused = bob.post(&format!("{}{child}/restore/", items(&id)), json!({})).await.expect(409);
    assert_eq!(refused["id"], json!(one));
    let back = bob.post(&format!("{path}restore/"), json!({})).await.expect(200);
    for field in ["sequence_id", "name", "labels", "state", "description_html", "parent"] {
        assert_eq!(back[field], before[field], "{field}");
    }
    // What is not in the trash is as missing as what is another's is forbidden.
    alice.post(&format!("{path}restore/"), json!({})).await.expect(404);
    bob.post(&format!("{path}restore/"), json!({})).await.expect(403);
    assert!(is_found(&bob, "remarkable").await && is_found(&bob, "Below").await && !is_found(&bob, "Early").await);
    assert_eq!(bob.get(&format!("{path}comments/")).await.expect(200)["total_count"], 1);
    assert_eq!(bob.get(&format!("{path}links/")).await.expect(200)["total_count"], 1);
    assert_eq!(bob.get(&format!("{}{child}/", items(&id))).await.expect(200)["parent"], json!(one));
    let held = bob.get(&below(&id, &format!("modules/{module}/module-issues/"))).await.expect(200);
    assert_eq!(results(&held).len(), 1);
    // Its number is given to nobody else.
    let next = alice.post(&items(&id), json!({"name": "Next"})).await.expect(201);
    assert_eq!(next["sequence_id"], 4);
}

#[tokio::test]
async fn what_is_gone_meanwhile_is_left_out() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    let own = alice.post(&below(&id, "states/"), json!({"name": "Own", "color": "#000000", "group": "completed"})).await.id();
    let parent = item(&app, "alice", &id, json!({"name": "Parent"})).await;
    let body = json!({"name": "Child", "parent": parent, "state": own, "external_source": "a", "external_id": "1"});
    let child = item(&app, "alice", &id, body).await;
    let path = format!("{}{child}/", items(&id));
    alice.delete(&path).await.expect(204);
    alice.delete(&format!("{}{parent}/", items(&id))).await.expect(204);
    alice.delete(&below(&id, &format!("states/{own}/"))).await.expect(204);
    item(&app, "alice", &id, json!({"name": "Same", "external_source": "a", "external_id": "1"})).await;
    let back = alice.post(&format!("{path}restore/"), json!({})).await.expect(200);
    assert_eq!((&back["parent"], &back["external_id"]), (&json!(null), &json!(null)));
    assert_ne!(back["state"], json!(own));
    let states = results(&alice.get(&below(&id, "states/")).await.expect(200));
    let stands = states.iter().find(|state| state["id"] == back["state"]).unwrap();
    assert_eq!((&stands["group"], back["completed_at"].is_string()), (&json!("completed"), true), "it is done still");
    assert_eq!(results(&alice.get(&items(&id)).await.expect(200)).len(), 2);
}

#[tokio::test]
async fn others_drafts_are_theirs_in_the_trash_too() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let draft = item(&app, "bob", &id, json!({"name": "Sketch", "is_draft": true})).await;
    let path = format!("{}{draft}/", items(&id));
    app.as_user("bob").delete(&path).await.expect(204);
    assert!(trash(&app.as_user("alice"), &id).await.is_empty());
    app.as_user("alice").post(&format!("{path}restore/"), json!({})).await.expect(404);
    app.as_user("bob").post(&format!("{path}restore/"), json!({})).await.expect(200);
}

#[tokio::test]
async fn a_deleted_request_comes_back_to_intake() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    alice.patch(&format!("/api/v1/workspaces/acme/projects/{id}/"), json!({"intake_view": true})).await.expect(200);
    let asked = alice.post(&below(&id, "intake-issues/"), json!({"issue": {"name": "Please"}})).await.expect(201);
    let item = asked["issue"].as_str().unwrap();
    alice.delete(&below(&id, &format!("intake-issues/{item}/"))).await.expect(204);
    alice.post(&format!("{}{item}/restore/", items(&id)), json!({})).await.expect(200);
    assert_eq!(alice.get(&below(&id, "intake-issues/")).await.expect(200)["total_count"], 1);
    assert!(results(&alice.get(&items(&id)).await.expect(200)).is_empty());
}

#[tokio::test]
async fn cycles_and_modules_come_back_with_their_items() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    alice.patch(&format!("/api/v1/workspaces/acme/projects/{id}/"), json!({"module_view": true, "cycle_view": true})).await.expect(200);
    let [one, two] = ["One", "Two"].map(|name| item(&app, "alice", &id, json!({"name": name})));
    let (one, two) = (one.await, two.await);
    let cycle = |name: &str| json!({"name": name, "project_id": id});
    let first = alice.post(&below(&id, "cycles/"), cycle("First")).await.id();
    let second = alice.post(&below(&id, "cycles/"), cycle("Second")).await.id();
    let held = |cycle: &str| below(&id, &format!("cycles/{cycle}/cycle-issues/"));
    alice.post(&held(&first), json!({"issues": [one, two]})).await.expect(200);
    alice.delete(&below(&id, &format!("cycles/{first}/"))).await.expect(204);
    alice.post(&held(&second), json!({"issues": [two]})).await.expect(200);
    bob.post(&below(&id, &format!("cycles/{first}/restore/")), json!({})).await.expect(403);
    let back = alice.post(&below(&id, &format!("cycles/{first}/restore/")), json!({})).await.expect(200);
    assert_eq!((&back["name"], &back["total_issues"]), (&json!("First"), &json!(1)));
    let module = alice.post(&below(&id, "modules/"), json!({"name": "Billing"})).await.id();
    alice.post(&below(&id, &format!("modules/{module}/module-issues/")), json!({"issues": [one, two]})).await.expect(200);
    alice.delete(&below(&id, &format!("modules/{module}/"))).await.expect(204);
    let other = alice.post(&below(&id, "modules/"), json!({"name": "billing"})).await.id();
    let restore = below(&id, &format!("modules/{module}/restore/"));
    let taken = alice.post(&restore, json!({})).await.expect(409);
    assert_eq!((&taken["field"], &taken["id"]), (&json!("name"), &json!(other)));
    alice.post(&restore, json!({"name": "x".repeat(256)})).await.expect(400);
    let back = alice.post(&restore, json!({"name": "Billing 1"})).await.expect(200);
    assert_eq!((&back["name"], &back["total_issues"]), (&json!("Billing 1"), &json!(2)));
    assert!(trash(&alice, &id).await.is_empty());
}

#[tokio::test]
async fn a_project_comes_back_by_whoever_could_delete_it() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    item(&app, "bob", &id, json!({"name": "Inside"})).await;
    let own = bob.post("/api/v1/workspaces/acme/projects/", json!({"name": "Own", "identifier": "OWN"})).await.id();
    for (caller, project) in [(&alice, &id), (&bob, &own)] {
        caller.delete(&below(project, "")).await.expect(204);
    }
    let listed = |page: Value| results(&page).iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(listed(bob.get("/api/v1/workspaces/acme/trash/").await.expect(200)), ["Own"]);
    assert_eq!(alice.get("/api/v1/workspaces/acme/trash/").await.expect(200)["total_count"], 2);
    assert_eq!(app.as_user("gina").get("/api/v1/workspaces/acme/trash/").await.expect(200)["total_count"], 0);
    app.as_user("olga").get("/api/v1/workspaces/acme/trash/").await.expect(403);
    bob.post(&below(&id, "restore/"), json!({})).await.expect(403);
    bob.post(&below(NOBODY, "restore/"), json!({"name": 1})).await.expect(403);
    alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "New", "identifier": "ENG"})).await.expect(201);
    let taken = alice.post(&below(&id, "restore/"), json!({})).await.expect(409);
    assert!(taken["error"].as_str().unwrap().contains("identifier"));
    let back = alice.post(&below(&id, "restore/"), json!({"identifier": "ENG2"})).await.expect(200);
    assert_eq!(back["identifier"], "ENG2");
    assert!(is_found(&bob, "Inside").await);
    bob.get("/api/v1/workspaces/acme/work-items/ENG2-1/").await.expect(200);
    bob.post(&below(&own, "restore/"), json!({})).await.expect(200);
    alice.post(&below(&own, "restore/"), json!({})).await.expect(403);
}

#[tokio::test]
async fn the_trash_is_paged() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    for name in ["a", "b", "c"] {
        let one = item(&app, "alice", &id, json!({"name": name})).await;
        alice.delete(&format!("{}{one}/", items(&id))).await.expect(204);
    }
    let page = alice.get(&below(&id, "trash/?per_page=2&cursor=2:1:0")).await.expect(200);
    assert_eq!((page["total_count"].as_i64(), results(&page).len()), (Some(3), 1));
    alice.get(&below(&id, "trash/?per_page=0")).await.expect(400);
}

/// How many rows of what was in acme are left in these tables.
pub(crate) async fn left(app: &TestApp, tables: &'static [aileron_db::Table]) -> Vec<i64> {
    let alice = app.principal("alice");
    let counted = app.db.read(move |session| {
        let mut tx = session.workspace(&alice, "acme", aileron_kernel::Action::WorkspaceRead)?;
        tables.iter().map(|table| tx.from_with_deleted(*table)).collect::<Vec<_>>().into_iter().map(|all| tx.count(all)).collect()
    });
    counted.await.unwrap()
}

/// Where something is of an item.
const TABLES: &[aileron_db::Table] = &[
    s::WORK_ITEMS,
    s::COMMENTS,
    s::REACTIONS,
    s::WORK_ITEM_ASSIGNEES,
    s::WORK_ITEM_LINKS,
    s::WORK_ITEM_RELATIONS,
    s::CYCLES,
    s::CYCLE_ITEMS,
    s::MODULES,
    s::MODULE_ITEMS,
    s::ASSETS,
    s::TEXT_VERSIONS,
    s::NOTIFICATIONS,
];

/// What was not brought back in time is gone, with what hung on it; what still lives stays as it is.
#[tokio::test]
async fn the_trash_is_emptied_after_its_time() {
    let place = crate::files::place().await;
    let (app, id, house) = (&place.app, &place.project, place.app.house());
    let alice = app.as_user("alice");
    alice.patch(&below(id, ""), json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let bystander = item(app, "alice", id, json!({"name": "Bystander"})).await;
    let fresh = left(app, TABLES).await;
    let gone = item(app, "bob", id, json!({"name": "Gone", "assignees": [app.user("alice")], "description_html": "<p>a</p>"})).await;
    let under = item(app, "alice", id, json!({"name": "Under", "parent": gone})).await;
    let path = format!("{}{gone}/", items(id));
    alice.patch(&path, json!({"description_html": "<p>b</p>"})).await.expect(200);
    let comment = alice.post(&format!("{path}comments/"), json!({"comment_html": "<p>x</p>"})).await.id();
    alice.patch(&format!("{path}comments/{comment}/"), json!({"comment_html": "<p>y</p>"})).await.expect(200);
    alice.post(&format!("{path}reactions/"), json!({"reaction": "128077"})).await.expect(201);
    alice.post(&format!("{path}links/"), json!({"url": "https://a.test/"})).await.expect(201);
    alice.post(&format!("{path}relations/"), json!({"relation_type": "blocking", "issues": [bystander]})).await.expect(201);
    let file = alice.post(&format!("{path}attachments/"), json!({"name": "a.txt", "type": "text/plain", "size": 1})).await.expect(200);
    crate::files::upload(app, &file, b"x").await.expect(204);
    alice.patch(&format!("{path}attachments/{}/", file["asset_id"].as_str().unwrap()), json!({"is_uploaded": true})).await.expect(204);
    let cycle = alice.post(&below(id, "cycles/"), json!({"name": "C", "project_id": id})).await.id();
    let module = alice.post(&below(id, "modules/"), json!({"name": "M"})).await.id();
    for (thing, rest) in [(&cycle, "cycle-issues"), (&module, "module-issues")] {
        let plural = if rest == "cycle-issues" { "cycles" } else { "modules" };
        alice.post(&below(id, &format!("{plural}/{thing}/{rest}/")), json!({"issues": [gone, bystander]})).await.expect(200);
    }
    app.run_consumers().await;
    let full = left(app, TABLES).await;
    assert!(full.iter().zip(&fresh).all(|(full, fresh)| full > fresh), "{full:?} {fresh:?}");
    alice.delete(&path).await.expect(204);
    alice.delete(&below(id, &format!("cycles/{cycle}/"))).await.expect(204);
    alice.delete(&below(id, &format!("modules/{module}/"))).await.expect(204);
    app.clock.advance(29 * 24 * 60 * 60);
    house.clean("a").await.unwrap();
    assert_eq!((left(app, TABLES).await, trash(&alice, id).await.len()), (full, 3), "there is time left");
    app.clock.advance(2 * 24 * 60 * 60);
    let forever = aileron_server::housekeeping::House { trash_days: 0, ..app.house() };
    forever.clean("a").await.unwrap();
    assert_eq!(trash(&alice, id).await.len(), 3, "this operator keeps it for ever");
    house.clean("a").await.unwrap();
    assert_eq!(left(app, TABLES).await, fresh);
    assert_eq!(trash(&alice, id).await, Vec::<Value>::new());
    let removed = |what| app.metrics().rows_removed.with_label_values(&[what]).get();
    assert_eq!((removed("work_item"), removed("cycle"), removed("module")), (2, 1, 1));
    let restored = alice.post(&format!("{path}restore/"), json!({})).await;
    assert_eq!(restored.status, 404);
    alice.get(&format!("{}{under}/", items(id))).await.expect(404);
    alice.get(&format!("{}{bystander}/", items(id))).await.expect(200);
    // Its number is nobody's, and the log tells what became of it.
    assert_eq!(alice.post(&items(id), json!({"name": "Next"})).await.expect(201)["sequence_id"], 5);
}

#[tokio::test]
async fn versions_over_the_limit_and_old_rows_of_the_instance_are_counted() {
    let app = TestApp::new().await;
    let (id, house) = (project(&app, "ENG").await, app.house());
    let one = item(&app, "alice", &id, json!({"name": "One"})).await.parse::<aileron_kernel::Uuid>().unwrap();
    let alice = app.principal("alice");
    let filled = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&alice, "acme", aileron_kernel::Action::WorkspaceUpdate)?;
        for number in 0..120 {
            let text = aileron_tracker::kept_texts::Kept { html: number.to_string(), ..Default::default() };
            aileron_tracker::kept_texts::keep(&mut tx, "work_item", one, text)?;
        }
        Ok(())
    });
    filled.await.unwrap();
    let key = [("idempotency-key", "once".to_owned()), ("content-type", "application/json".to_owned())];
    let body = json!({"name": "Two"}).to_string().into_bytes();
    app.as_user("alice").raw("POST", &items(&id), &key, body).await.expect(201);
    let removed = |what| app.metrics().rows_removed.with_label_values(&[what]).get();
    house.clean("a").await.unwrap();
    assert_eq!((removed("description_version"), removed("idempotency_key")), (19, 0), "one more than the hundred that are shown stays");
    app.clock.advance(91 * 24 * 60 * 60);
    house.clean("a").await.unwrap();
    assert_eq!((removed("description_version"), removed("idempotency_key")), (19, 1));
}
