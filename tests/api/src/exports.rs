//! Exports of work items.

use std::io::Read as _;

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

const EXPORTS: &str = "/api/v1/workspaces/acme/exports/";
const DAY: i64 = 24 * 60 * 60;

/// Has something exported and answers the row once it is done.
async fn exported(app: &TestApp, user: &str, body: Value) -> Value {
    let made = app.as_user(user).post(EXPORTS, body).await.expect(202);
    assert_eq!((&made["status"], &made["url"]), (&json!("queued"), &Value::Null));
    app.run_jobs().await;
    app.as_user(user).get(&format!("{EXPORTS}{}/", made["id"].as_str().unwrap())).await.expect(200)
}

/// The file of an export that is done.
async fn file(app: &TestApp, user: &str, body: Value) -> Vec<u8> {
    let done = exported(app, user, body).await;
    assert_eq!(done["status"], "completed", "{done}");
    let answer = app.as_user(user).get(done["url"].as_str().unwrap()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(done["size"], answer.bytes.len());
    answer.bytes
}

async fn objects(app: &TestApp, user: &str, body: Value) -> Vec<Value> {
    serde_json::from_slice(&file(app, user, body).await).unwrap()
}

async fn names(app: &TestApp, user: &str, mut body: Value) -> Vec<String> {
    body["provider"] = json!("json");
    body["columns"] = json!(["name"]);
    objects(app, user, body).await.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn everything_about_an_item_is_in_its_export() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let alice = app.as_user("alice");
    let base = format!("/api/v1/workspaces/acme/projects/{id}/");
    alice.patch(&base, json!({"cycle_view": true, "module_view": true})).await.expect(200);
    let (bug, web) = (
        alice.post(&format!("{base}labels/"), json!({"name": "bug"})).await.id(),
        alice.post(&format!("{base}labels/"), json!({"name": "web"})).await.id(),
    );
    let estimate = alice.post(&format!("{base}estimates/"), json!({"name": "Points", "type": "points"})).await.id();
    let points = format!("{base}estimates/{estimate}/estimate-points/");
    let point = alice.post(&points, json!([{"value": "5"}])).await.expect(201)[0]["id"].clone();
    alice.patch(&base, json!({"estimate": estimate})).await.expect(200);
    let parent = item(&app, "alice", &id, json!({"name": "Parent"})).await;
    let body = json!({
        "name": "Fix, the \"thing\"", "description_html": "<p>One</p><p>Two &amp; three</p>", "priority": "high",
        "assignees": [app.user("bob"), app.user("alice")], "labels": [web, bug], "parent": parent, "start_date": "2026-02-01",
        "target_date": "2026-02-03", "estimate_point": point, "external_source": "old", "external_id": "7",
    });
    let made = item(&app, "alice", &id, body).await;
    let cycle = json!({"name": "Sprint 1", "project_id": id, "start_date": "2026-01-01", "end_date": "2026-01-14"});
    let cycle = alice.post(&format!("{base}cycles/"), cycle).await.id();
    alice.post(&format!("{base}cycles/{cycle}/cycle-issues/"), json!({"issues": [made]})).await.expect(200);
    for name in ["Sails", "Masts"] {
        let module = alice.post(&format!("{base}modules/"), json!({"name": name})).await.id();
        alice.post(&format!("{base}modules/{module}/module-issues/"), json!({"issues": [made]})).await.expect(200);
    }
    let one = format!("{}{made}/", items(&id));
    alice.post(&format!("{one}relations/"), json!({"relation_type": "blocking", "issues": [parent]})).await.expect(201);
    alice.post(&format!("{one}links/"), json!({"url": "https://a.test/", "title": "A"})).await.expect(201);
    app.as_user("bob").post(&format!("{one}comments/"), json!({"comment_html": "<p>Yes,</p><p>soon</p>"})).await.expect(201);

    let all = objects(&app, "alice", json!({"provider": "json"})).await;
    let keys: Vec<&Value> = all.iter().map(|item| &item["identifier"]).collect();
    assert_eq!(keys, [&json!("ENG-1"), &json!("ENG-2")]);
    let mut found = all[1].clone();
    let at = found["comments"][0]["created_at"].take();
    assert!(at.is_string() && found["created_at"].take().is_string() && found["updated_at"].take().is_string());
    assert_eq!(found["id"].take(), json!(made));
    let wanted = json!({
        "identifier": "ENG-2", "name": "Fix, the \"thing\"", "project": "Project ENG", "state": "Backlog", "state_group": "backlog",
        "priority": "high", "type": null, "assignees": ["Alice Example", "Bob Example"], "labels": ["bug", "web"], "cycle": "Sprint 1",
        "modules": ["Masts", "Sails"], "parent": "ENG-1", "start_date": "2026-02-01", "target_date": "2026-02-03", "estimate": "5",
        "point": null, "created_by": "Alice Example", "created_at": null, "updated_at": null, "completed_at": null,
        "description": "One\nTwo & three", "relations": [{"type": "blocking", "item": "ENG-1"}],
        "links": [{"title": "A", "url": "https://a.test/"}],
        "comments": [{"author": "Bob Example", "created_at": null, "text": "Yes,\nsoon"}],
        "external_source": "old", "external_id": "7", "id": null,
    });
    assert_eq!(found, wanted);
    assert_eq!(all[0]["relations"], json!([{"type": "blocked_by", "item": "ENG-2"}]));

    let columns = ["identifier", "name", "labels", "target_date", "description"];
    let text = file(&app, "bob", json!({"provider": "csv", "columns": columns, "projects": [id]})).await;
    let lines = "identifier,name,labels,target_date,description\r\nENG-1,Parent,,,\r\n\
                 ENG-2,\"Fix, the \"\"thing\"\"\",\"bug, web\",2026-02-03,\"One\nTwo & three\"\r\n";
    assert_eq!(String::from_utf8(text).unwrap(), lines);
}

/// The parts of a spreadsheet that hold its texts, by name.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        parts.push((part.name().unwrap().into_owned(), text));
    }
    parts
}

/// Titles that a spreadsheet would compute.
#[tokio::test]
async fn pr_8611_no_cell_is_a_formula() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let hostile = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\u{ff1d}1+1", "=HYPERLINK(\"http://evil.test\")"];
    for name in hostile {
        item(&app, "alice", &id, json!({"name": name, "description_html": format!("<p>{name}</p>"), "external_id": name})).await;
    }
    let columns = json!(["name", "description", "external_id"]);
    let text = String::from_utf8(file(&app, "alice", json!({"provider": "csv", "columns": columns})).await).unwrap();
    for line in text.lines().skip(1) {
        assert!(line.split(',').all(|cell| cell.trim_matches('"').starts_with('\'')), "{line}");
    }
    let bytes = file(&app, "alice", json!({"provider": "xlsx", "columns": columns})).await;
    let parts = parts(&bytes);
    let sheet = &parts.iter().find(|(name, _)| name == "xl/worksheets/sheet1.xml").unwrap().1;
    assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "{sheet}");
    assert_eq!(sheet.matches("inlineStr").count(), 3 + 3 * hostile.len(), "every cell is a text");
    assert_eq!(sheet.matches("<t>'").count(), 3 * hostile.len(), "{sheet}");
    let book = &parts.iter().find(|(name, _)| name == "xl/workbook.xml").unwrap().1;
    assert!(book.contains("name=\"ENG items\""), "{book}");
}

/// Identifiers may hold what names of sheets may not.
#[tokio::test]
async fn every_identifier_has_its_sheet() {
    let app = TestApp::new().await;
    for identifier in ["R/D", "R\\D", "[X]", "OPS"] {
        let id = project(&app, identifier).await;
        item(&app, "alice", &id, json!({"name": identifier})).await;
    }
    let bytes = file(&app, "alice", json!({"provider": "xlsx", "columns": ["name"]})).await;
    let parts = parts(&bytes);
    let book = &parts.iter().find(|(name, _)| name == "xl/workbook.xml").unwrap().1;
    for name in ["R_D items", "R_D items 2", "_X_ items", "OPS items"] {
        assert!(book.contains(&format!("name=\"{name}\"")), "{name}: {book}");
    }
}

#[tokio::test]
async fn items_are_those_of_lists_with_the_same_filters() {
    let app = TestApp::new().await;
    let (eng, ops) = (project(&app, "ENG").await, project(&app, "OPS").await);
    for (name, priority) in [("a", "high"), ("b", "low"), ("c", "urgent")] {
        item(&app, "alice", &eng, json!({"name": name, "priority": priority})).await;
    }
    item(&app, "bob", &ops, json!({"name": "d", "priority": "high"})).await;
    item(&app, "alice", &ops, json!({"name": "draft", "is_draft": true, "priority": "high"})).await;
    assert_eq!(names(&app, "alice", json!({})).await, ["a", "b", "c", "d"]);
    assert_eq!(names(&app, "alice", json!({"projects": [ops]})).await, ["d"]);
    let urgent = json!({"priority__in": ["high", "urgent"]});
    assert_eq!(names(&app, "alice", json!({"filters": urgent})).await, ["a", "c", "d"]);
    let tree = json!({"and": [{"not": {"priority": "low"}}, {"created_by_id": app.user("alice")}]});
    let listed = app.as_user("alice").get(&format!("{}?filters={}&order_by=created_at", items(&eng), escaped(&tree))).await.expect(200);
    let wanted: Vec<String> = results(&listed).iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(wanted, ["a", "c"]);
    assert_eq!(names(&app, "alice", json!({"filters": tree, "projects": [eng]})).await, wanted);
    let archive = format!("/api/v1/workspaces/acme/projects/{ops}/archive/");
    app.as_user("alice").post(&archive, json!({})).await.expect(204);
    assert_eq!(names(&app, "alice", json!({})).await, ["a", "b", "c"], "archived projects are not among one's own");
}

fn escaped(value: &Value) -> String {
    value.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn more_items_than_a_page_come_once_each_and_in_order() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    for number in 1..=120 {
        item(&app, "alice", &id, json!({"name": number.to_string()})).await;
    }
    let wanted: Vec<String> = (1..=120).map(|number: i64| number.to_string()).collect();
    let done = exported(&app, "alice", json!({"provider": "xlsx"})).await;
    assert_eq!((&done["status"], &done["item_count"]), (&json!("completed"), &json!(120)));
    assert_eq!(names(&app, "alice", json!({})).await, wanted);
}

#[tokio::test]
async fn one_sees_in_an_export_what_one_sees_in_lists() {
    let app = TestApp::new().await;
    let (open, secret) = (project(&app, "ENG").await, project(&app, "SEC").await);
    let alice = app.as_user("alice");
    alice.patch(&format!("/api/v1/workspaces/acme/projects/{secret}/"), json!({"network": 0})).await.expect(200);
    let seen = item(&app, "alice", &open, json!({"name": "seen"})).await;
    let hidden = item(&app, "alice", &secret, json!({"name": "hidden"})).await;
    alice.post(&format!("{}{seen}/relations/", items(&open)), json!({"relation_type": "relates_to", "issues": [hidden]})).await.expect(201);
    // Dave is a member of the workspace and in neither project.
    let members = format!("/api/v1/workspaces/acme/projects/{open}/members/");
    let refused = app.as_user("dave").post(EXPORTS, json!({"provider": "csv", "projects": [open]})).await.expect(400);
    assert!(refused["projects"].is_array());
    assert_eq!(names(&app, "dave", json!({})).await, Vec::<String>::new());
    // As a guest of a project he sees there what he made himself.
    let membership = alice.post(&members, json!({"member": app.user("dave"), "role": 15})).await.id();
    let own = item(&app, "dave", &open, json!({"name": "own", "parent": seen})).await;
    let relation = json!({"relation_type": "blocked_by", "issues": [seen]});
    app.as_user("dave").post(&format!("{}{own}/relations/", items(&open)), relation).await.expect(201);
    let all = objects(&app, "dave", json!({"provider": "json"})).await;
    let seen_of = |name: &str, field: &str| all.iter().find(|item| item["name"] == name).unwrap()[field].clone();
    assert_eq!(seen_of("own", "parent"), "ENG-1");
    assert_eq!(seen_of("seen", "relations"), json!([{"type": "blocking", "item": "ENG-2"}]), "nothing of the secret project");
    alice.patch(&format!("{members}{membership}/"), json!({"role": 5})).await.expect(200);
    let all = objects(&app, "dave", json!({"provider": "json"})).await;
    assert_eq!((all.len(), &all[0]["name"], &all[0]["parent"], &all[0]["relations"]), (1, &json!("own"), &Value::Null, &json!([])));
    // A right that was taken away while the export waited is gone.
    let made = app.as_user("dave").post(EXPORTS, json!({"provider": "json", "projects": [open]})).await.expect(202);
    alice.delete(&format!("{members}{membership}/")).await.expect(204);
    app.run_jobs().await;
    let done = app.as_user("dave").get(&format!("{EXPORTS}{}/", made["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&done["status"], &done["item_count"]), (&json!("completed"), &json!(0)));
    app.as_user("gina").post(EXPORTS, json!({"provider": "csv"})).await.expect(403);
}

#[tokio::test]
async fn an_export_of_somebody_who_is_gone_fails_and_says_why() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    item(&app, "alice", &id, json!({"name": "a"})).await;
    app.as_user("bob").post(EXPORTS, json!({"provider": "csv"})).await.expect(202);
    app.deactivate("bob").await;
    app.run_jobs().await;
    let alice = app.principal("alice");
    let told = app.db.read(move |session| {
        use aileron_db::{ExprTrait as _, schema::EVENTS};
        let mut tx = session.workspace(&alice, "acme", aileron_kernel::Action::WorkspaceRead)?;
        let select = tx.from(EVENTS).filter(EVENTS.col("entity").eq("export")).expr(EVENTS.col("verb")).expr(EVENTS.col("changes"));
        tx.all::<(String, Value)>(&select.order(EVENTS.col("seq"), aileron_db::Order::Asc))
    });
    let told = told.await.unwrap();
    assert_eq!(told.iter().map(|(verb, _)| verb.as_str()).collect::<Vec<_>>(), ["created", "failed"]);
    assert_eq!(told[1].1, json!([{"field": "reason", "new": "You are not allowed to export this any more."}]));
}

#[tokio::test]
async fn files_are_of_their_owner_for_a_week() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    item(&app, "alice", &id, json!({"name": "a"})).await;
    let done = exported(&app, "bob", json!({"provider": "csv", "columns": ["name"]})).await;
    let (url, one) = (done["url"].as_str().unwrap(), format!("{EXPORTS}{}/", done["id"].as_str().unwrap()));
    let fetched = app.as_user("bob").get(url).await;
    let header = |name: &str| fetched.headers[name].to_str().unwrap().to_owned();
    assert_eq!((fetched.bytes.as_slice(), header("content-type").as_str()), (b"name\r\na\r\n".as_slice(), "text/csv; charset=utf-8"));
    assert!(header("content-disposition").starts_with("attachment; filename=\"work-items-2026-01-01.csv\""));
    assert!(header("content-security-policy").starts_with("sandbox") && header("x-content-type-options") == "nosniff");
    let part = app.as_user("bob").raw("GET", url, &[("range", "bytes=6-6".to_owned())], Vec::new()).await;
    assert_eq!((part.status.as_u16(), part.bytes.as_slice()), (206, b"a".as_slice()));
    for name in ["alice", "dave"] {
        app.as_user(name).get(&one).await.expect(404);
        app.as_user(name).get(url).await.expect(404);
        assert_eq!(app.as_user(name).get(EXPORTS).await.expect(200)["total_count"], 0);
    }
    app.nobody().get(url).await.expect(401);
    assert_eq!(results(&app.as_user("bob").get(EXPORTS).await.expect(200)), std::slice::from_ref(&done));

    let house = app.house();
    let removed = |why| app.metrics().files_removed.with_label_values(&[why]).get();
    house.clean("a").await.unwrap();
    assert_eq!(removed("expired"), 0);
    app.clock.advance(7 * DAY);
    app.as_user("bob").get(url).await.expect(404);
    assert_eq!(crate::files::stored(&app), 1, "it is over before it is thrown away");
    house.clean("a").await.unwrap();
    assert_eq!((removed("expired"), crate::files::stored(&app)), (1, 0));
    let read = app.as_user("bob").get(&one).await.expect(200);
    assert_eq!((&read["status"], &read["url"], &read["item_count"]), (&json!("completed"), &Value::Null, &json!(1)), "the history stays");
}

#[tokio::test]
async fn what_is_not_made_within_a_day_is_given_up() {
    let app = TestApp::new().await;
    let made = app.as_user("bob").post(EXPORTS, json!({"provider": "csv"})).await.id();
    let house = app.house();
    app.clock.advance(DAY + 1);
    house.clean("a").await.unwrap();
    let read = app.as_user("bob").get(&format!("{EXPORTS}{made}/")).await.expect(200);
    assert_eq!((&read["status"], read["reason"].as_str().unwrap().is_empty()), (&json!("failed"), false));
    let told = crate::log::changes(&app, "export").await;
    assert!(told.contains(read["reason"].as_str().unwrap()), "the log tells of it: {told}");
    app.run_jobs().await;
    assert_eq!(app.as_user("bob").get(&format!("{EXPORTS}{made}/")).await.expect(200), read, "it stays so");
}

#[tokio::test]
async fn bad_wishes_are_named_and_nobody_has_too_many_at_a_time() {
    let app = TestApp::new().await;
    let bob = app.as_user("bob");
    for (body, field) in [
        (json!({}), "provider"),
        (json!({"provider": "pdf"}), "provider"),
        (json!({"provider": "csv", "columns": ["name", "password_hash"]}), "columns"),
        (json!({"provider": "csv", "columns": []}), "columns"),
        (json!({"provider": "csv", "columns": "name"}), "columns"),
        (json!({"provider": "csv", "projects": ["x"]}), "projects"),
        (json!({"provider": "csv", "projects": ["00000000-0000-4000-8000-000000000000"]}), "projects"),
    ] {
        assert!(bob.post(EXPORTS, body.clone()).await.expect(400)[field].is_array(), "{body}");
    }
    let deep = (0..9).fold(json!({"priority": "none"}), |inner, _| json!({"not": inner}));
    for filters in [json!({"nonsense": 1}), json!([]), json!("priority"), json!({"created_by__password": "x"}), deep] {
        bob.post(EXPORTS, json!({"provider": "csv", "filters": filters})).await.expect(400);
    }
    assert_eq!(bob.get(EXPORTS).await.expect(200)["total_count"], 0);
    for _ in 0..10 {
        bob.post(EXPORTS, json!({"provider": "csv"})).await.expect(202);
    }
    bob.post(EXPORTS, json!({"provider": "csv"})).await.expect(400);
    app.as_user("alice").post(EXPORTS, json!({"provider": "csv"})).await.expect(202);
    app.run_jobs().await;
    bob.post(EXPORTS, json!({"provider": "csv"})).await.expect(202);
}
