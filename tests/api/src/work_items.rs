//! Work items through the API.

use aileron_db::{ExprTrait as _, schema::TEXT_VERSIONS};
use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A project of acme with bob as a member and gina as a guest: its address.
async fn project(app: &TestApp, identifier: &str) -> String {
    let alice = app.as_user("alice");
    let body = json!({"name": identifier, "identifier": identifier});
    let id = alice.post("/api/v1/workspaces/acme/projects/", body).await.id();
    let path = format!("/api/v1/workspaces/acme/projects/{id}/");
    for (name, role) in [("bob", 15), ("gina", 5)] {
        alice.post(&format!("{path}members/"), json!({"member": app.user(name), "role": role})).await.expect(201);
    }
    path
}

async fn item(caller: &Caller<'_>, project: &str, body: Value) -> Value {
    caller.post(&format!("{project}work-items/"), body).await.expect(201)
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

async fn state(caller: &Caller<'_>, project: &str, group: &str) -> String {
    let states = caller.get(&format!("{project}states/")).await.expect(200);
    let found = states["results"].as_array().unwrap().iter().find(|state| state["group"] == group).unwrap();
    id(found).to_owned()
}

/// A field, a value that it cannot have, and the key under which the refusal says so.
fn wrong_values(foreign: &Value, foreign_state: &str) -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("name", json!("n".repeat(256)), "name"),
        ("name", json!(""), "name"),
        ("name", json!(null), "name"),
        ("name", json!("a\u{0}b"), "name"),
        ("name", json!(["x"]), "name"),
        ("priority", json!("asap"), "priority"),
        ("priority", json!(null), "priority"),
        ("state", json!("Todo"), "state"),
        ("state", json!(NOBODY), "state"),
        ("state", json!(foreign_state), "non_field_errors"),
        ("parent", json!("x"), "parent"),
        ("parent", json!(NOBODY), "parent"),
        ("parent", json!(id(foreign)), "non_field_errors"),
        ("assignees", json!("x"), "assignees"),
        ("assignees", json!([NOBODY]), "assignees"),
        ("assignees", json!(["x"]), "assignees"),
        ("labels", json!([NOBODY]), "labels"),
        ("labels", json!({}), "labels"),
        ("type_id", json!(NOBODY), "type_id"),
        ("estimate_point", json!(NOBODY), "estimate_point"),
        ("point", json!(13), "point"),
        ("point", json!(-1), "point"),
        ("point", json!(1.5), "point"),
        ("start_date", json!("2026-02-30"), "start_date"),
        ("target_date", json!("01/02/2026"), "target_date"),
        ("archived_at", json!("yesterday"), "archived_at"),
        ("completed_at", json!("noon"), "completed_at"),
        ("sort_order", json!("first"), "sort_order"),
        ("is_draft", json!("perhaps"), "is_draft"),
        ("description_html", json!(""), "non_field_errors"),
        ("description_html", json!(5), "description_html"),
        ("description_binary", json!("%%%"), "description_binary"),
        ("external_id", json!("e".repeat(256)), "external_id"),
    ]
}

#[tokio::test]
async fn bad_input_is_refused_by_the_name_of_its_field_and_nothing_is_written() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let (path, other) = (project(&app, "ENG").await, project(&app, "MKT").await);
    let kept = item(&alice, &path, json!({"name": "kept"})).await;
    let foreign = item(&alice, &other, json!({"name": "foreign"})).await;
    let foreign_state = state(&alice, &other, "started").await;
    let one = format!("{path}work-items/{}/", id(&kept));
    for (field, value, named) in wrong_values(&foreign, &foreign_state) {
        let mut body = json!({"name": "new"});
        body[field] = value.clone();
        let refused = alice.post(&format!("{path}work-items/"), body.clone()).await.expect(400);
        assert!(refused.get(named).is_some(), "POST {field} {value}: {refused}");
        let refused = alice.patch(&one, body).await.expect(400);
        assert!(refused.get(named).is_some(), "PATCH {field} {value}: {refused}");
    }
    for query in [
        "per_page=0",
        "per_page=1001",
        "per_page=ten",
        "cursor=x",
        "order_by=created_by__password",
        "pql=x",
        "filters=%7B",
        "search=%00",
        "state=x",
    ] {
        alice.get(&format!("{path}work-items/?{query}")).await.expect(400);
    }
    let list = alice.get(&format!("{path}work-items/")).await.expect(200);
    assert_eq!((&list["total_count"], &list["results"][0]["name"]), (&json!(1), &json!("kept")));
    // Numbers are given without gaps: what was refused took none.
    assert_eq!(item(&alice, &path, json!({"name": "next"})).await["sequence_id"], 2);
}

#[tokio::test]
async fn ids_of_another_tenant_name_nothing() {
    let app = TestApp::new().await;
    let (alice, olga) = (app.as_user("alice"), app.as_user("olga"));
    let path = project(&app, "ENG").await;
    let theirs = olga.post("/api/v1/workspaces/globex/projects/", json!({"name": "Ops", "identifier": "OPS"})).await.id();
    let theirs = format!("/api/v1/workspaces/globex/projects/{theirs}/");
    let item_of_olga = item(&olga, &theirs, json!({"name": "theirs"})).await;
    let label = olga.post(&format!("{theirs}labels/"), json!({"name": "theirs"})).await.id();
    let mine = item(&alice, &path, json!({"name": "mine"})).await;
    for body in [
        json!({"name": "x", "parent": id(&item_of_olga)}),
        json!({"name": "x", "state": item_of_olga["state"]}),
        json!({"name": "x", "labels": [label]}),
        json!({"name": "x", "created_by": app.user("olga")}),
    ] {
        alice.post(&format!("{path}work-items/"), body.clone()).await.expect(400);
    }
    alice.patch(&format!("{path}work-items/{}/", id(&mine)), json!({"parent": id(&item_of_olga)})).await.expect(400);
    alice.get(&format!("{path}work-items/{}/", id(&item_of_olga))).await.expect(404);
    alice.patch(&format!("{path}work-items/{}/", id(&item_of_olga)), json!({"name": "taken"})).await.expect(404);
    alice.delete(&format!("{path}work-items/{}/", id(&item_of_olga))).await.expect(404);
    alice.get(&format!("{theirs}work-items/{}/", id(&item_of_olga))).await.expect(403);
    alice.get("/api/v1/workspaces/acme/work-items/OPS-1/").await.expect(403);
    // Somebody of another workspace is left out, like a guest; an id of no account is refused.
    let assign = async |who: &str| alice.post(&format!("{path}work-items/"), json!({"name": "x", "assignees": [who]})).await;
    assert_eq!(assign(&app.user("olga").to_string()).await.expect(201)["assignees"], json!([]));
    assign(NOBODY).await.expect(400);
    let assigned = item(&alice, &path, json!({"name": "x", "assignees": [app.user("gina"), app.user("dave"), app.user("bob")]})).await;
    assert_eq!(assigned["assignees"], json!([app.user("bob")]));
}

#[tokio::test]
async fn a_change_is_told_by_one_event_with_names_and_ids() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = project(&app, "ENG").await;
    let label = alice.post(&format!("{path}labels/"), json!({"name": "bug"})).await.id();
    let parent = item(&alice, &path, json!({"name": "above"})).await;
    let made = item(&alice, &path, json!({"name": "below", "description_html": "<p>old</p>"})).await;
    let one = format!("{path}work-items/{}/", id(&made));
    let done = state(&alice, &path, "completed").await;
    let body = json!({"name": "renamed", "state": done, "assignees": [app.user("bob")], "labels": [label], "parent": id(&parent),
        "priority": "high", "start_date": "2026-01-05", "description_html": "<p>new</p><script>x</script>"});
    let changed = alice.patch(&one, body.clone()).await.expect(200);
    assert!(changed["completed_at"].is_string());
    assert_eq!((&changed["description_html"], &changed["updated_by"]), (&json!("<p>new</p>"), &json!(app.user("alice"))));
    let before = alice.get(&one).await.headers["etag"].clone();
    // The same once more changes nothing.
    alice.patch(&one, body).await.expect(200);
    assert_eq!(alice.get(&one).await.headers["etag"], before);
    let activities = alice.get(&format!("{one}activities/")).await.expect(200);
    let mut told: Vec<String> =
        activities["results"].as_array().unwrap().iter().map(|row| row["field"].as_str().unwrap_or("-").to_owned()).collect();
    told.sort();
    assert_eq!(told, ["-", "assignees", "description", "labels", "name", "parent", "priority", "start_date", "state"]);
    let back = alice.patch(&one, json!({"state": null, "assignees": [], "labels": [], "parent": null})).await.expect(200);
    assert_eq!(
        (&back["completed_at"], &back["assignees"], &back["labels"], &back["parent"]),
        (&json!(null), &json!([]), &json!([]), &json!(null))
    );
}

#[tokio::test]
async fn numbers_authors_and_projects_never_change() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let path = project(&app, "ENG").await;
    let made = item(&alice, &path, json!({"name": "x", "created_at": "2020-01-01T00:00:00Z", "created_by": app.user("bob")})).await;
    assert_eq!((&made["created_at"], &made["created_by"]), (&json!("2020-01-01T00:00:00.000000Z"), &json!(app.user("bob"))));
    for (field, value) in [("created_by", json!(app.user("alice"))), ("created_at", json!("2020-01-01T00:00:00Z"))] {
        let refused = bob.post(&format!("{path}work-items/"), json!({"name": "x", field: value})).await.expect(400);
        assert!(refused[field].is_array(), "{refused}");
    }
    bob.post(&format!("{path}work-items/"), json!({"name": "x", "created_by": app.user("bob"), "created_at": null})).await.expect(201);
    let one = format!("{path}work-items/{}/", id(&made));
    let body =
        json!({"sequence_id": 77, "project": NOBODY, "id": NOBODY, "created_at": "2001-01-01T00:00:00Z", "created_by": app.user("alice")});
    let after = alice.patch(&one, body).await.expect(200);
    for field in ["id", "sequence_id", "project", "created_at", "created_by"] {
        assert_eq!(after[field], made[field], "{field}");
    }
    assert_eq!(alice.get("/api/v1/workspaces/acme/work-items/eng-1/").await.expect(200)["id"], made["id"]);
    assert_eq!(alice.get("/api/v1/workspaces/acme/issues/ENG-1/").await.expect(200)["id"], made["id"]);
    for unknown in ["ENG-3", "ENG-abc"] {
        alice.get(&format!("/api/v1/workspaces/acme/work-items/{unknown}/")).await.expect(404);
    }
    alice.get("/api/v1/workspaces/acme/work-items/ZZZ-1/").await.expect(403);
}

#[tokio::test]
async fn no_item_stands_above_itself() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = project(&app, "ENG").await;
    let mut chain: Vec<Value> = Vec::new();
    for number in 0..5 {
        let parent = chain.last().map(|last| last["id"].clone());
        chain.push(item(&alice, &path, json!({"name": number.to_string(), "parent": parent})).await);
    }
    let root = format!("{path}work-items/{}/", id(&chain[0]));
    for below in &chain {
        let refused = alice.patch(&root, json!({"parent": id(below)})).await.expect(400);
        assert!(refused.get("parent").is_some(), "{refused}");
    }
    // Deleting one deletes all below it, and what is deleted is no parent.
    let second = format!("{path}work-items/{}/", id(&chain[1]));
    alice.delete(&second).await.expect(204);
    let list = alice.get(&format!("{path}work-items/")).await.expect(200);
    assert_eq!((&list["total_count"], &list["results"][0]["id"]), (&json!(1), &chain[0]["id"]));
    alice.patch(&root, json!({"parent": id(&chain[4])})).await.expect(400);
    alice.delete(&second).await.expect(404);
    assert_eq!(alice.get("/api/v1/workspaces/acme/work-items/search/?search=4").await.expect(200)["issues"], json!([]));
}

#[tokio::test]
async fn what_others_made_is_not_deleted_by_putting_it_below_ones_own() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let path = project(&app, "ENG").await;
    let of_alice = item(&alice, &path, json!({"name": "alice's"})).await;
    let bait = item(&bob, &path, json!({"name": "bait"})).await;
    let between = item(&bob, &path, json!({"name": "between", "parent": id(&bait)})).await;
    let (theirs, root) = (format!("{path}work-items/{}/", id(&of_alice)), format!("{path}work-items/{}/", id(&bait)));
    bob.patch(&theirs, json!({"parent": id(&between)})).await.expect(200);
    assert_eq!(bob.delete(&root).await.expect(403)["error"], "Only admin or creator can delete the work item");
    alice.get(&theirs).await.expect(200);
    bob.get(&root).await.expect(200);
    // What is his own from top to bottom goes, and an admin deletes everything.
    bob.patch(&theirs, json!({"parent": null})).await.expect(200);
    let below = item(&bob, &path, json!({"name": "below", "parent": id(&between)})).await;
    bob.delete(&format!("{path}work-items/{}/", id(&between))).await.expect(204);
    bob.get(&format!("{path}work-items/{}/", id(&below))).await.expect(404);
    bob.patch(&theirs, json!({"parent": id(&bait)})).await.expect(200);
    alice.delete(&root).await.expect(204);
    alice.get(&theirs).await.expect(404);
}

#[tokio::test]
async fn one_request_deletes_a_limited_number_of_items() {
    use aileron_db::ProjectPlace;
    use aileron_kernel::{Action, StateGroup, Uuid};
    use aileron_tracker::work_items::commands::{self, Named, NamedState, NewItem};

    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = project(&app, "ENG").await;
    let root = item(&alice, &path, json!({"name": "root"})).await;
    let todo = state(&alice, &path, "unstarted").await;
    let todo = NamedState { id: todo.parse().unwrap(), name: "Todo".to_owned(), group: StateGroup::Unstarted };
    let place = ProjectPlace::new("acme".to_owned(), path.split('/').nth(6).unwrap().parse().unwrap(), Action::WorkItemsCreate);
    let (principal, parent) = (app.principal("alice"), id(&root).parse::<Uuid>().unwrap());
    let inserted = app.db.write(move |session| {
        let mut tx = session.project_to_write(&principal, &place)?;
        let parent = || Some(Named { id: parent, name: "ENG-1".to_owned() });
        let many = (0..5_000).map(|number| NewItem { parent: parent(), ..NewItem::new(format!("item {number}"), todo.clone()) });
        commands::insert_many(&mut tx, many.collect())
    });
    let one = inserted.await.unwrap()[0];
    let root = format!("{path}work-items/{}/", id(&root));
    assert!(alice.delete(&root).await.expect(400)["error"].as_str().unwrap().contains("5000"));
    alice.get(&root).await.expect(200);
    alice.delete(&format!("{path}work-items/{one}/")).await.expect(204);
    alice.delete(&root).await.expect(204);
    assert_eq!(alice.get(&format!("{path}work-items/")).await.expect(200)["total_count"], 0);
}

#[tokio::test]
async fn dates_are_checked_against_the_stored_ones() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = project(&app, "ENG").await;
    let made = item(&alice, &path, json!({"name": "x", "target_date": "2026-02-01"})).await;
    let one = format!("{path}work-items/{}/", id(&made));
    alice.patch(&one, json!({"start_date": "2027-01-01"})).await.expect(400);
    alice.patch(&one, json!({"start_date": "2027-01-01", "target_date": null})).await.expect(200);
    alice.patch(&one, json!({"target_date": "2026-12-31"})).await.expect(400);
    alice
        .post(&format!("{path}work-items/"), json!({"name": "x", "start_date": "2026-02-02", "target_date": "2026-02-01"}))
        .await
        .expect(400);
}

#[tokio::test]
async fn drafts_and_archived_items_are_kept_and_not_listed() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = project(&app, "ENG").await;
    let draft = item(&alice, &path, json!({"name": "draft", "is_draft": true})).await;
    let made = item(&alice, &path, json!({"name": "x"})).await;
    let total = async || alice.get(&format!("{path}work-items/")).await.expect(200)["total_count"].clone();
    assert_eq!(total().await, 1);
    let one = format!("{path}work-items/{}/", id(&made));
    alice.patch(&one, json!({"archived_at": "2026-01-01"})).await.expect(200);
    alice.get(&one).await.expect(404);
    assert_eq!(total().await, 0);
    alice.patch(&one, json!({"archived_at": null})).await.expect(200);
    alice.patch(&format!("{path}work-items/{}/", id(&draft)), json!({"is_draft": false})).await.expect(200);
    assert_eq!(total().await, 2);
    alice.post(&format!("{path}archive/"), json!({})).await.expect(204);
    alice.post(&format!("{path}work-items/"), json!({"name": "late"})).await.expect(400);
    assert_eq!(total().await, 0);
}

#[tokio::test]
async fn guests_see_and_change_only_their_own() {
    let app = TestApp::new().await;
    let (alice, bob, gina) = (app.as_user("alice"), app.as_user("bob"), app.as_user("gina"));
    let path = project(&app, "ENG").await;
    let others = item(&alice, &path, json!({"name": "others", "external_id": "1", "external_source": "gh"})).await;
    let own = item(&alice, &path, json!({"name": "own", "created_by": app.user("gina")})).await;
    let (theirs, mine) = (format!("{path}work-items/{}/", id(&others)), format!("{path}work-items/{}/", id(&own)));
    for list in ["", "?search=others", "?order_by=priority", "?filters=%7B%22or%22%3A%5B%7B%22priority%22%3A%22none%22%7D%5D%7D"] {
        for row in gina.get(&format!("{path}work-items/{list}")).await.expect(200)["results"].as_array().unwrap() {
            assert_eq!(row["id"], own["id"], "{list}");
        }
    }
    assert_eq!(gina.get(&format!("{path}work-items/")).await.expect(200)["total_count"], 1);
    gina.get(&theirs).await.expect(404);
    gina.get(&format!("{path}work-items/?external_id=1&external_source=gh")).await.expect(404);
    gina.get("/api/v1/workspaces/acme/work-items/ENG-1/").await.expect(404);
    gina.post(&format!("{path}work-items/"), json!({"name": "x"})).await.expect(403);
    let forbidden = gina.patch(&theirs, json!({"name": "x"})).await;
    forbidden.expect(403);
    assert_eq!(forbidden.bytes, gina.patch(&format!("{path}work-items/{NOBODY}/"), json!({"name": "x"})).await.bytes);
    gina.delete(&theirs).await.expect(403);
    gina.patch(&mine, json!({"parent": id(&others)})).await.expect(400);
    assert_eq!(gina.patch(&mine, json!({"name": "mine"})).await.expect(200)["name"], "mine");
    let expanded = gina.get(&format!("{mine}?expand=updated_by,created_by,assignees")).await.expect(200);
    assert_eq!(expanded["created_by"]["display_name"], "gina");
    // A member may change everything and delete what is his own.
    bob.patch(&mine, json!({"name": "by bob"})).await.expect(200);
    assert_eq!(bob.delete(&mine).await.expect(403)["error"], "Only admin or creator can delete the work item");
    gina.delete(&mine).await.expect(204);
}

#[tokio::test]
async fn the_same_request_with_its_key_makes_one_item() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = format!("{}work-items/", project(&app, "ENG").await);
    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", "k1".to_owned())];
    let first = alice.raw("POST", &path, &headers, br#"{"name": "once"}"#.to_vec()).await;
    let again = alice.raw("POST", &path, &headers, br#"{"name": "once"}"#.to_vec()).await;
    assert_eq!((first.expect(201)["id"].clone(), again.status.as_u16()), (again.json()["id"].clone(), 201));
    alice.raw("POST", &path, &headers, br#"{"name": "other"}"#.to_vec()).await.expect(422);
    assert_eq!(alice.get(&path).await.expect(200)["total_count"], 1);
}

#[tokio::test]
async fn a_key_of_version_7_is_the_id_of_what_is_made() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let project = project(&app, "ENG").await;
    let headers = |key: &str| [("content-type", "application/json".to_owned()), ("idempotency-key", key.to_owned())];
    let (wanted, random) = ("01992f3a-7c1e-7d40-8c55-0c5f4d2a9b10", "7c3d2e1f-0a9b-4c8d-9e7f-6a5b4c3d2e1f");
    let item = r#"{"name": "mine"}"#;
    let nouns = [("work-items/", 201, item), ("states/", 200, r##"{"name": "Mine", "color": "#fff"}"##), ("labels/", 201, item)];
    for (place, (noun, status, body)) in nouns.into_iter().enumerate() {
        let key = wanted.replace("9b10", &format!("9b0{place}"));
        let made = alice.raw("POST", &format!("{project}{noun}"), &headers(&key), body.into()).await;
        assert_eq!(made.expect(status)["id"], key);
    }
    let path = format!("{project}work-items/");
    alice.raw("POST", &path, &headers(wanted), br#"{"name": "mine"}"#.to_vec()).await.expect(201);
    // Another's key of the same letters names a row that is there.
    bob.raw("POST", &path, &headers(wanted), br#"{"name": "his"}"#.to_vec()).await.expect(409);
    assert_ne!(alice.raw("POST", &path, &headers(random), br#"{"name": "other"}"#.to_vec()).await.expect(201)["id"], random);
    assert_eq!(alice.get(&path).await.expect(200)["total_count"], 3);
}

#[tokio::test]
async fn a_change_of_what_somebody_else_changed_is_refused() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = project(&app, "ENG").await;
    let made = item(&alice, &path, json!({"name": "x"})).await;
    let one = format!("{path}work-items/{}/", id(&made));
    let tag = alice.get(&one).await.headers["etag"].to_str().unwrap().to_owned();
    let headers = [("content-type", "application/json".to_owned()), ("if-match", tag)];
    alice.raw("PATCH", &one, &headers, br#"{"name": "first"}"#.to_vec()).await.expect(200);
    alice.raw("PATCH", &one, &headers, br#"{"name": "second"}"#.to_vec()).await.expect(412);
    assert_eq!(alice.get(&one).await.expect(200)["name"], "first");
}

#[tokio::test]
async fn external_ids_are_unique_in_a_project() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let (path, other) = (project(&app, "ENG").await, project(&app, "MKT").await);
    let body = json!({"name": "x", "external_id": "1", "external_source": "gh"});
    let first = item(&alice, &path, body.clone()).await;
    assert_eq!(alice.post(&format!("{path}work-items/"), body.clone()).await.expect(409)["id"], first["id"]);
    item(&alice, &other, body.clone()).await;
    let second = item(&alice, &path, json!({"name": "y", "external_id": "1"})).await;
    alice.patch(&format!("{path}work-items/{}/", id(&second)), json!({"external_source": "gh"})).await.expect(409);
    let found = alice.get(&format!("{path}work-items/?external_id=1&external_source=gh")).await.expect(200);
    assert_eq!(found["id"], first["id"]);
    alice.delete(&format!("{path}work-items/{}/", id(&first))).await.expect(204);
    item(&alice, &path, body).await;
}

#[tokio::test]
async fn imports_keep_numbers_times_and_authors() {
    use aileron_db::ProjectPlace;
    use aileron_kernel::{Action, StateGroup, Time};
    use aileron_tracker::work_items::commands::{self, NamedState, NewItem};

    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let path = project(&app, "ENG").await;
    let done = state(&alice, &path, "completed").await;
    let (principal, bob) = (app.principal("alice"), app.user("bob"));
    let place = ProjectPlace::new("acme".to_owned(), path.split('/').nth(6).unwrap().parse().unwrap(), Action::WorkItemsCreate);
    let done = NamedState { id: done.parse().unwrap(), name: "Done".to_owned(), group: StateGroup::Completed };
    let [made, finished, changed] = ["2019-01-01", "2019-02-01", "2019-03-01"].map(|day| Time::parse(day).unwrap());
    let inserted = app.db.write(move |session| {
        let mut tx = session.project_to_write(&principal, &place)?;
        for number in [40, 7] {
            let plain = NewItem::new(format!("number {number}"), done.clone());
            let times = NewItem { created_at: Some(made), completed_at: Some(finished), updated_at: Some(changed), ..plain };
            commands::insert(&mut tx, NewItem { number: Some(number), created_by: Some(bob), updated_by: Some(bob), ..times })?;
        }
        Ok(())
    });
    inserted.await.unwrap();
    let kept = alice.get("/api/v1/workspaces/acme/work-items/ENG-7/").await.expect(200);
    for (field, expected) in [("created_at", made), ("completed_at", finished), ("updated_at", changed)] {
        assert_eq!(kept[field], expected.to_string(), "{field}");
    }
    assert_eq!((&kept["created_by"], &kept["updated_by"]), (&json!(bob), &json!(bob)));
    assert_eq!(item(&alice, &path, json!({"name": "next"})).await["sequence_id"], 41);
}

#[tokio::test]
async fn descriptions_are_kept_with_what_editors_keep_beside_them() {
    let app = TestApp::new().await;
    let project = crate::stock::project(&app, "ENG").await;
    let first = json!({"name": "x", "description_html": "<p>one</p>", "description_binary": "b25l"});
    let id = crate::stock::item(&app, "bob", &project, first).await;
    let one = format!("{}{id}/", crate::stock::items(&project));
    for change in [
        json!({"description_binary": "dHdv"}),
        json!({"description_binary": "dHdv"}),
        json!({"description_html": "<p>two</p>"}),
        json!({"description_binary": null}),
        json!({"description_binary": "Zm91cg=="}),
    ] {
        app.as_user("bob").patch(&one, change).await.expect(200);
    }
    let principal = app.principal("bob");
    let read = app.db.read(move |session| {
        let mut tx = session.workspace(&principal, "acme", aileron_kernel::Action::WorkItemsSearch)?;
        let of = |column| TEXT_VERSIONS.col(column);
        let select = tx.from(TEXT_VERSIONS).filter(of("entity_id").eq(id.parse::<aileron_kernel::Uuid>().unwrap()));
        tx.all::<(String, Option<Vec<u8>>)>(&select.expr(of("html")).expr(of("editor_state")))
    });
    let mut kept = read.await.unwrap();
    kept.sort_unstable();
    let kept: Vec<(&str, Option<&[u8]>)> = kept.iter().map(|(html, state)| (html.as_str(), state.as_deref())).collect();
    assert_eq!(kept, [("<p>one</p>", Some(&b"one"[..])), ("<p>one</p>", Some(b"two")), ("<p>two</p>", Some(b"two"))]);
}
