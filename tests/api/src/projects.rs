//! Projects through the API.

use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use crate::stock;

const PROJECTS: &str = "/api/v1/workspaces/acme/projects/";

fn at(id: &str) -> String {
    format!("{PROJECTS}{id}/")
}

/// A project of alice's.
async fn project(app: &TestApp, name: &str, identifier: &str) -> String {
    app.as_user("alice").post(PROJECTS, json!({"name": name, "identifier": identifier})).await.id()
}

async fn names(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let list = caller.get(&format!("{PROJECTS}{query}")).await.expect(200);
    list["results"].as_array().unwrap().iter().map(|project| project["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_new_project_has_states_and_its_maker_and_lead_as_admins() {
    let app = TestApp::new().await;
    let body = json!({"name": " Engineering ", "identifier": "eng", "project_lead": app.user("dave"), "module_view": true});
    let made = app.as_user("bob").post(PROJECTS, body).await.expect(201);
    assert_eq!((&made["name"], &made["identifier"], &made["total_members"]), (&json!("Engineering"), &json!("ENG"), &json!(2)));
    assert_eq!((&made["module_view"], &made["cycle_view"], &made["page_view"]), (&json!(true), &json!(false), &json!(true)));
    let id = made["id"].as_str().unwrap();
    let states = app.as_user("dave").get(&format!("{}states/", at(id))).await.expect(200);
    assert_eq!(states["total_count"], 5);
    let members = app.as_user("dave").get(&format!("{}members/", at(id))).await.expect(200);
    let roles: Vec<&Value> = members.as_array().unwrap().iter().map(|member| &member["role"]).collect();
    assert_eq!(roles, [&json!(20), &json!(20)]);
}

#[tokio::test]
async fn bad_input_is_refused_by_the_name_of_its_field_and_leaves_nothing() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let stranger = app.user("olga");
    let nowhere = "00000000-0000-4000-8000-000000000000";
    let bad = [
        ("name", json!("n".repeat(256))),
        ("name", json!("a\u{0}b")),
        ("name", json!("   ")),
        ("name", json!(null)),
        ("name", json!(["x"])),
        ("identifier", json!("ABCDEFGHIJKLM")),
        ("identifier", json!({"a": 1})),
        ("non_field_errors", json!(null)),
        ("description", json!({})),
        ("network", json!(1)),
        ("network", json!("public")),
        ("visibility", json!("hidden")),
        ("logo_props", json!("rocket")),
        ("logo_props", json!({"a\u{0}": 1})),
        ("icon_prop", json!({"a": ["\u{0}"]})),
        ("emoji", json!("e".repeat(256))),
        ("module_view", json!("maybe")),
        ("guest_view_all_features", json!([])),
        ("archive_in", json!(13)),
        ("archive_in", json!(-1)),
        ("close_in", json!("soon")),
        ("close_in", json!(9_223_372_036_854_775_807_i64)),
        ("timezone", json!("Mars/Phobos")),
        ("timezone", json!("../../etc/passwd")),
        ("project_lead", json!(stranger)),
        ("project_lead", json!("me")),
        ("default_assignee", json!(nowhere)),
        ("default_assignee", json!(5)),
        ("default_state", json!(nowhere)),
        ("external_id", json!("x".repeat(256))),
        ("external_source", json!({"a": "b"})),
    ];
    let id = project(&app, "Engineering", "ENG").await;
    let before = alice.get(&at(&id)).await.expect(200);
    for (field, value) in bad {
        let mut body = json!({"name": "Other", "identifier": "OTHER"});
        if field == "non_field_errors" {
            body["name"] = json!("<b>");
        } else {
            body[field] = value.clone();
        }
        let refused = alice.post(PROJECTS, body.clone()).await.expect(400);
        assert!(refused.get(field).is_some(), "{field} {value}: {refused}");
        body["identifier"] = if field == "identifier" { value.clone() } else { json!("ENG") };
        if field != "network" {
            let refused = alice.patch(&at(&id), body).await.expect(400);
            assert!(refused.get(field).is_some(), "{field} {value}: {refused}");
        }
    }
    assert_eq!(names(&alice, "").await, ["Engineering"]);
    assert_eq!(alice.get(&at(&id)).await.expect(200), before);
}

#[tokio::test]
async fn names_and_identifiers_are_unique_until_the_project_is_deleted() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let id = project(&app, "Straße", "ENG").await;
    for (name, identifier) in [("STRASSE", "NEW"), ("New", "eng"), ("New", "ＥＮＧ")] {
        let refused = alice.post(PROJECTS, json!({"name": name, "identifier": identifier})).await.expect(409);
        assert_eq!(refused["name"], "The project name is already taken");
    }
    let other = project(&app, "Other", "OTH").await;
    alice.patch(&at(&other), json!({"name": "straße"})).await.expect(409);
    alice.patch(&at(&other), json!({"name": "OTHER", "identifier": "oth"})).await.expect(200);
    alice.delete(&at(&id)).await.expect(204);
    alice.get(&at(&id)).await.expect(404);
    alice.delete(&at(&id)).await.expect(403);
    alice.post(PROJECTS, json!({"name": "Straße", "identifier": "ENG"})).await.expect(201);
}

#[tokio::test]
async fn a_secret_project_is_found_by_its_members_and_admins_of_the_workspace() {
    let app = TestApp::new().await;
    let (alice, bob, dave, gina) = (app.as_user("alice"), app.as_user("bob"), app.as_user("dave"), app.as_user("gina"));
    let open = project(&app, "Open", "OPEN").await;
    let secret = bob.post(PROJECTS, json!({"name": "Secret", "identifier": "SEC", "network": 0})).await.id();
    assert_eq!(names(&alice, "?order_by=name").await, ["Open", "Secret"]);
    assert_eq!(names(&bob, "?order_by=-name").await, ["Secret", "Open"]);
    assert_eq!(names(&dave, "").await, ["Open"]);
    assert_eq!(names(&gina, "").await, Vec::<String>::new());
    dave.get(&at(&secret)).await.expect(404);
    dave.patch(&at(&secret), json!({"description": "x"})).await.expect(404);
    dave.patch(&at(&open), json!({"description": "x"})).await.expect(403);
    gina.get(&at(&open)).await.expect(404);
    alice.get(&at(&secret)).await.expect(200);

    // What clients send back does not publish a project; saying so does.
    bob.patch(&at(&secret), json!({"network": 2})).await.expect(200);
    dave.get(&at(&secret)).await.expect(404);
    assert_eq!(bob.patch(&at(&secret), json!({"visibility": "public"})).await.expect(200)["network"], 2);
    dave.get(&at(&secret)).await.expect(200);

    alice.post(&format!("{}members/", at(&open)), json!({"member": app.user("gina")})).await.expect(201);
    assert_eq!(names(&gina, "").await, ["Open"]);
    app.as_user("olga").get(&at(&open)).await.expect(403);
}

#[tokio::test]
async fn an_archived_project_is_read_and_not_changed() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let id = project(&app, "Engineering", "ENG").await;
    let archive = format!("{}archive/", at(&id));
    bob.post(&archive, json!({})).await.expect(403);
    for _ in 0..2 {
        alice.post(&archive, json!({})).await.expect(204);
    }
    assert!(alice.get(&at(&id)).await.expect(200)["archived_at"].is_string());
    assert_eq!(names(&alice, "").await, ["Engineering"]);
    alice.patch(&at(&id), json!({"description": "x"})).await.expect(400);
    alice.delete(&archive).await.expect(204);
    assert!(alice.patch(&at(&id), json!({"description": "x"})).await.expect(200)["archived_at"].is_null());
}

#[tokio::test]
async fn nothing_in_an_archived_project_is_changed() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let id = stock::project(&app, "ENG").await;
    let path = at(&id);
    let item = stock::item(&app, "alice", &id, json!({"name": "One"})).await;
    let item = format!("{path}work-items/{item}/");
    let label = alice.post(&format!("{path}labels/"), json!({"name": "x"})).await.id();
    let state = alice.post(&format!("{path}states/"), json!({"name": "x", "color": "#fff"})).await.id();
    let comment = alice.post(&format!("{item}comments/"), json!({"comment_html": "<p>x</p>"})).await.id();
    let members = alice.get(&format!("{path}members/")).await.expect(200);
    let bob = members.as_array().unwrap().iter().find(|member| member["display_name"] == "bob").unwrap()["membership_id"].clone();
    let rows = [
        (item.clone(), json!({"name": "changed"})),
        (format!("{path}labels/{label}/"), json!({"name": "changed"})),
        (format!("{path}states/{state}/"), json!({"name": "changed"})),
        (format!("{item}comments/{comment}/"), json!({"comment_html": "changed"})),
        (format!("{path}members/{}/", bob.as_str().unwrap()), json!({"role": 5})),
    ];
    let lists = [
        (format!("{path}work-items/"), json!({"name": "new"})),
        (format!("{path}labels/"), json!({"name": "new"})),
        (format!("{path}states/"), json!({"name": "new", "color": "#fff"})),
        (format!("{item}comments/"), json!({"comment_html": "new"})),
        (format!("{path}members/"), json!({"member": app.user("dave"), "role": 15})),
    ];
    alice.post(&format!("{path}archive/"), json!({})).await.expect(204);
    let mut answers = Vec::new();
    for (row, change) in &rows {
        answers.extend([alice.patch(row, change.clone()).await, alice.delete(row).await]);
    }
    for (list, new) in &lists {
        answers.push(alice.post(list, new.clone()).await);
    }
    for answer in answers {
        assert_eq!(answer.expect(400), json!({"error": "Archived project cannot be updated"}));
    }
    for read in [&path, &item, &format!("{path}labels/"), &format!("{item}comments/{comment}/"), &format!("{path}members/")] {
        alice.get(read).await.expect(200);
    }
    alice.delete(&format!("{path}archive/")).await.expect(204);
    for (row, change) in &rows {
        alice.patch(row, change.clone()).await.expect(200);
    }
    alice.post(&format!("{path}archive/"), json!({})).await.expect(204);
    alice.delete(&path).await.expect(204);
}

#[tokio::test]
async fn lists_are_sorted_paged_and_shaped() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    for (name, identifier) in [("b", "B"), ("A", "A"), ("c", "C")] {
        project(&app, name, identifier).await;
    }
    assert_eq!(names(&alice, "").await, ["b", "A", "c"]);
    assert_eq!(names(&alice, "?order_by=name").await, ["A", "b", "c"]);
    assert_eq!(names(&alice, "?order_by=-created_at").await, ["c", "A", "b"]);
    assert_eq!(names(&alice, "?order_by=name&per_page=2&cursor=2:1:0").await, ["c"]);
    for query in ["?order_by=created_by__password", "?order_by=nonsense", "?per_page=0", "?per_page=1001", "?cursor=x"] {
        alice.get(&format!("{PROJECTS}{query}")).await.expect(400);
    }
    let shaped = alice.get(&format!("{PROJECTS}?fields=name,created_by,project_lead&expand=created_by,project_lead")).await.expect(200);
    let first = &shaped["results"][0];
    assert_eq!(first.as_object().unwrap().len(), 3);
    assert_eq!((&first["created_by"]["display_name"], &first["project_lead"]), (&json!("alice"), &json!({})));
}

#[tokio::test]
async fn references_stay_within_the_project_and_the_workspace() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let (one, two) = (project(&app, "One", "ONE").await, project(&app, "Two", "TWO").await);
    let states = alice.get(&format!("{}states/", at(&two))).await.expect(200);
    let foreign = states["results"][0]["id"].clone();
    let refused = alice.patch(&at(&one), json!({"default_state": foreign})).await.expect(400);
    assert!(refused["default_state"].is_array());
    assert_eq!(alice.patch(&at(&two), json!({"default_state": foreign})).await.expect(200)["default_state"], foreign);
    let lead = alice.patch(&at(&one), json!({"project_lead": app.user("dave")})).await.expect(200);
    assert_eq!((&lead["project_lead"], &lead["total_members"]), (&json!(app.user("dave")), &json!(2)));
    let other = app.as_user("olga").post("/api/v1/workspaces/globex/projects/", json!({"name": "Ops", "identifier": "OPS"})).await.id();
    alice.get(&at(&other)).await.expect(404);
    alice.patch(&at(&other), json!({"name": "Mine"})).await.expect(404);
    alice.delete(&at(&other)).await.expect(403);
    alice.get(&format!("{}summary/", at(&other))).await.expect(404);
    alice.get(&format!("/api/v1/workspaces/globex/projects/{other}/")).await.expect(403);
}

#[tokio::test]
async fn a_summary_counts_for_members_of_the_workspace() {
    let app = TestApp::new().await;
    let id = project(&app, "Engineering", "ENG").await;
    let path = format!("{}summary/", at(&id));
    let counts = app.as_user("dave").get(&path).await.expect(200)["counts"].clone();
    let nothing = json!({"members": 1, "states": 5, "labels": 0, "issues": 0, "cycles": 0, "modules": 0, "intakes": 0, "pages": 0});
    assert_eq!(counts, nothing);
    let some = app.as_user("alice").get(&format!("{path}?fields=labels,members")).await.expect(200);
    assert_eq!(some["counts"], json!({"labels": 0, "members": 1}));
    let none = app.as_user("alice").get(&format!("{path}?fields=cycles,nonsense")).await.expect(200);
    assert_eq!(none["counts"], json!({"cycles": 0}));
    for access in [0, 1] {
        app.as_user("alice").post(&format!("{}pages/", at(&id)), json!({"name": "Plan", "access": access})).await.expect(201);
    }
    let pages = async |who| app.as_user(who).get(&format!("{path}?fields=pages")).await.expect(200)["counts"]["pages"].clone();
    assert_eq!((pages("dave").await, pages("alice").await), (json!(1), json!(2)), "a private page is its owner's alone");
    app.as_user("gina").get(&path).await.expect(403);
}

#[tokio::test]
async fn a_repeated_key_makes_one_project() {
    let app = TestApp::new().await;
    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", "k-1".to_owned())];
    let body = json!({"name": "Once", "identifier": "ONCE"}).to_string().into_bytes();
    let first = app.as_user("alice").raw("POST", PROJECTS, &headers, body.clone()).await;
    let again = app.as_user("alice").raw("POST", PROJECTS, &headers, body).await;
    assert_eq!(first.expect(201)["id"], again.expect(201)["id"]);
    assert_eq!(names(&app.as_user("alice"), "").await, ["Once"]);
}

#[tokio::test]
async fn the_list_to_choose_from_leaves_archived_projects_out_unless_asked() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let id = project(&app, "Engineering", "ENG").await;
    let old = project(&app, "Old", "OLD").await;
    alice.post(&format!("{}archive/", at(&old)), json!({})).await.expect(204);
    let list = async |query: &str| alice.get(&format!("/api/v1/workspaces/acme/projects-lite/{query}")).await.expect(200);
    let page = list("").await;
    assert_eq!((&page["total_results"], &page["results"][0]["id"]), (&json!(1), &json!(id)));
    let mut names: Vec<&String> = page["results"][0].as_object().unwrap().keys().collect();
    names.sort();
    let wanted = ["archived_at", "cover_image", "cover_image_url", "description", "emoji", "icon_prop", "id", "identifier", "name"];
    assert_eq!(names, wanted);
    for asked in ["?include_archived=true", "?include_archived=True"] {
        assert_eq!(list(asked).await["total_results"], 2, "{asked}");
    }
    assert_eq!(list("?include_archived=false").await["total_results"], 1);
    assert_eq!(list("?order_by=-name&include_archived=true&per_page=1").await["results"][0]["id"], json!(old));
    app.as_user("olga").get("/api/v1/workspaces/acme/projects-lite/").await.expect(403);
    let guests = app.as_user("gina").get("/api/v1/workspaces/acme/projects-lite/").await.expect(200);
    assert_eq!(guests["total_results"], 0);
}
