//! Importing from Jira: complete, repeatable, and nothing half-written.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aileron_db::{Principal, Table, Unscoped, schema};
use aileron_integrations::importers::{
    Report,
    jira::{self, ImportError, Limits, Options, Stage, Watch},
};
use aileron_kernel::{Actor, ActorKind, Origin};
use aileron_testkit::TestApp;
use aileron_tracker::work_items::fields::LONGEST_DESCRIPTION;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use tempfile::TempDir;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/jira/orbit.jsonl");

/// Stops at the given count of looks.
struct Looker(AtomicU64);

impl Watch for Looker {
    fn stage(&self, _: Stage, _: u64) {}
    fn at(&self, _: u64) {}
    fn goes_on(&self) -> bool {
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }
}

fn options(path: impl Into<PathBuf>) -> Options {
    Options { path: path.into(), project: None, dry_run: false, limits: Limits::default() }
}

async fn import_as(app: &TestApp, name: &str, options: &Options, looks: u64) -> Result<Report, ImportError> {
    let actor =
        Actor { id: app.user(name), kind: ActorKind::Import, origin: Origin::Import, mutation_id: None, request_id: "import".to_owned() };
    jira::run(&app.db, &Principal::proved(actor, Vec::new()), "acme", options, Arc::new(Looker(looks.into()))).await
}

async fn import(app: &TestApp, options: &Options) -> Result<Report, ImportError> {
    import_as(app, "alice", options, u64::MAX).await
}

/// How many rows the tables hold, and how far the logs of all workspaces have got.
async fn contents(app: &TestApp) -> Vec<(&'static str, i64)> {
    let counted = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Operator)?;
        let mut rows = Vec::new();
        for table in schema::ALL {
            let select = tx.from_with_deleted(*table);
            rows.push((table.name, tx.count(select)?));
        }
        let select = tx.from(schema::WORKSPACES).expr(schema::WORKSPACES.col("seq"));
        rows.extend(tx.all::<(i64,)>(&select)?.into_iter().map(|row| ("seq", row.0)));
        rows.sort_unstable();
        Ok(rows)
    });
    counted.await.unwrap()
}

fn of(rows: &[(&'static str, i64)], table: Table) -> i64 {
    rows.iter().find(|row| row.0 == table.name).unwrap().1
}

fn counts(report: &Report) -> (u64, u64, u64, usize) {
    (report.read, report.written, report.unchanged, report.failed.len())
}

/// The address of a project of acme, by its identifier.
async fn project(app: &TestApp, identifier: &str) -> String {
    let all = app.as_user("alice").get("/api/v1/workspaces/acme/projects/").await.expect(200);
    let found = all["results"].as_array().unwrap().iter().find(|project| project["identifier"] == identifier).unwrap().clone();
    format!("/api/v1/workspaces/acme/projects/{}/", found["id"].as_str().unwrap())
}

async fn item(app: &TestApp, key: &str) -> Value {
    app.as_user("alice").get(&format!("/api/v1/workspaces/acme/work-items/{key}/")).await.expect(200)
}

fn names(list: &Value) -> Vec<&str> {
    let mut names: Vec<_> = list["results"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

/// Issues of an invented project, one a line.
fn many(count: usize) -> String {
    let issue = |n: usize| {
        let parent = (n > 10).then(|| json!({"id": "1", "key": format!("MANY-{}", n % 10 + 1)}));
        let link = json!([{"id": n.to_string(), "type": {"name": "Relates", "inward": "relates to", "outward": "relates to"},
            "outwardIssue": {"id": "1", "key": format!("MANY-{}", (n * 7) % count + 1), "fields": {"summary": "x"}}}]);
        let comment =
            json!({"comments": [{"id": n.to_string(), "body": format!("comment {n}"), "created": "2015-03-04T00:00:00.000+0000"}]});
        json!({"id": n.to_string(), "key": format!("MANY-{n}"), "fields": {
            "summary": format!("Item {n}"), "status": {"name": "Open"}, "created": "2015-03-01T00:00:00.000+0000", "labels": [format!("l{}", n % 300)],
            "creator": {"name": format!("p{}", n % 300), "displayName": format!("Person {}", n % 300)},
            "parent": parent, "issuelinks": link, "comment": comment}})
        .to_string()
    };
    (1..=count).map(issue).collect::<Vec<_>>().join("\n")
}

fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[tokio::test]
async fn issues_come_with_all_that_hangs_on_them() {
    let app = TestApp::new().await;
    let before = contents(&app).await;
    let report = import(&app, &options(FIXTURE)).await.unwrap();
    assert_eq!(counts(&report), (8, 7, 1, 0), "{report}");
    assert_eq!((report.count("votes"), report.count("attachment"), report.count("key")), (1, 1, 1), "{report}");
    let after = contents(&app).await;
    let grown = |table| of(&after, table) - of(&before, table);
    assert_eq!([schema::PROJECTS, schema::WORK_ITEMS, schema::COMMENTS, schema::WORK_ITEM_LINKS].map(grown), [2, 7, 2, 1]);
    // ORB-1 with ORB-2 once, and ORB-5 with its parent in another project.
    assert_eq!(grown(schema::WORK_ITEM_RELATIONS), 2);
    // Alice has an account of that address.
    assert_eq!((grown(schema::USERS), grown(schema::WORKSPACE_MEMBERS)), (2, 2));

    let alice = app.as_user("alice");
    let one = item(&app, "ORB-1").await;
    assert_eq!((&one["name"], &one["sequence_id"], &one["priority"]), (&json!("Summary of ORB-1"), &json!(1), &json!("high")));
    assert_eq!((&one["external_source"], &one["external_id"]), (&json!("jira"), &json!("1001")));
    assert_eq!(one["assignees"], json!([app.user("alice")]));
    assert!(one["created_at"].as_str().unwrap().starts_with("2015-03-02T08:00:00"), "{one}");
    let html = one["description_html"].as_str().unwrap();
    assert!(html.contains("<strong>antenna</strong>") && html.contains("https://orbit.test/a"), "{html}");
    assert!(!html.contains("=\"javascript:") && html.contains("OLD-7") && html.contains("Lost in space"), "{html}");

    let orb = project(&app, "ORB").await;
    assert_eq!(names(&alice.get(&format!("{orb}labels/")).await.expect(200)), ["Ground", "Hardware", "antenna"]);
    assert_eq!(names(&alice.get(&format!("{orb}states/")).await.expect(200)), ["Cancelled", "Closed", "In Progress", "Open"]);
    let sub = item(&app, "ORB-3").await;
    assert_eq!(sub["parent"], one["id"]);
    assert!(sub["updated_at"].as_str().unwrap().starts_with("2016-01-01T10:00:00"), "a parent is no change: {sub}");
    let closed = item(&app, "ORB-2").await;
    assert!(closed["completed_at"].as_str().unwrap().starts_with("2015-04-01T12:00:00"), "{closed}");
    assert_eq!((&closed["target_date"], &item(&app, "ORB-5").await["completed_at"]), (&json!("2015-05-01"), &Value::Null));
    assert_eq!(item(&app, "SAT-1").await["name"], "Panel does not unfold");

    let comments = alice.get(&format!("{orb}work-items/{}/comments/", one["id"].as_str().unwrap())).await.expect(200);
    let said: Vec<_> = comments["results"].as_array().unwrap().iter().map(|comment| comment["comment_html"].as_str().unwrap()).collect();
    assert_eq!(said.len(), 2, "{comments}");
    assert!(said.iter().any(|html| html.contains("<em>comment</em>")), "{said:?}");

    // Of SAT-2 and SAT-3, each the parent of the other, one is below the other.
    let both = [item(&app, "SAT-2").await["parent"].clone(), item(&app, "SAT-3").await["parent"].clone()];
    assert_eq!(both.iter().filter(|parent| parent.is_null()).count(), 1, "{both:?}");
    assert_eq!(report.count("parent"), 2, "{report}");

    // Who is known by name only stays assigned when a client sends back what it got.
    let mut people = Vec::new();
    for key in ["ORB-1", "ORB-2", "ORB-3", "ORB-5", "SAT-1"] {
        people.push(item(&app, key).await["created_by"].clone());
    }
    let known_by_name = people.iter().find(|id| **id != json!(app.user("alice"))).unwrap();
    let sent = json!({"assignees": [known_by_name]});
    let answer = alice.patch(&format!("{orb}work-items/{}/", sub["id"].as_str().unwrap()), sent.clone()).await.expect(200);
    assert_eq!(answer["assignees"], sent["assignees"]);

    // The next item has a number of its own, and the words of comments are found.
    let next = alice.post(&format!("{orb}work-items/"), json!({"name": "new"})).await.expect(201);
    assert_eq!(next["sequence_id"], 6);
    let found = alice.get("/api/v1/workspaces/acme/work-items/search/?search=azimuth").await.expect(200);
    assert_eq!(found["issues"].as_array().unwrap().len(), 1, "{found}");
}

#[tokio::test]
async fn a_second_run_writes_nothing_and_a_changed_issue_is_changed() {
    let app = TestApp::new().await;
    let folder = TempDir::new().unwrap();
    let text = std::fs::read_to_string(FIXTURE).unwrap();
    let path = file(&folder, "in.jsonl", &text);
    import(&app, &options(&path)).await.unwrap();
    let before = contents(&app).await;
    let report = import(&app, &options(&path)).await.unwrap();
    assert_eq!(counts(&report), (8, 0, 8, 0), "{report}");
    assert_eq!(contents(&app).await, before);

    let changed =
        text.replace("Panel  does not", "Panel does now").replace("First _comment_", "Changed _comment_").replace("antenna", "aerial");
    file(&folder, "in.jsonl", changed);
    let report = import(&app, &options(&path)).await.unwrap();
    assert_eq!(counts(&report), (8, 3, 5, 0), "{report}");
    let after = contents(&app).await;
    let grown = |table| of(&after, table) - of(&before, table);
    assert_eq!([schema::WORK_ITEMS, schema::COMMENTS, schema::WORK_ITEM_LINKS, schema::WORK_ITEM_LABELS].map(grown), [0; 4]);
    assert_eq!(grown(schema::TEXT_VERSIONS), 2, "the old texts of a description and a comment are kept");
    assert_eq!(item(&app, "SAT-1").await["name"], "Panel does now unfold");
    assert_eq!(item(&app, "ORB-1").await["assignees"], json!([app.user("alice")]));
    let before = contents(&app).await;
    assert_eq!(counts(&import(&app, &options(&path)).await.unwrap()), (8, 0, 8, 0));
    assert_eq!(contents(&app).await, before);
}

#[tokio::test]
async fn a_dry_run_reports_the_same_and_writes_nothing() {
    let app = TestApp::new().await;
    let before = contents(&app).await;
    let dry = import(&app, &Options { dry_run: true, ..options(FIXTURE) }).await.unwrap();
    assert_eq!(contents(&app).await, before);
    let wet = import(&app, &options(FIXTURE)).await.unwrap();
    assert_eq!(counts(&dry), counts(&wet));
    let one = import(&app, &Options { project: Some("sat".to_owned()), dry_run: true, ..options(FIXTURE) }).await.unwrap();
    assert_eq!(counts(&one), (3, 0, 3, 0));
    let none = import(&app, &Options { project: Some("NONE".to_owned()), ..options(FIXTURE) }).await.unwrap_err();
    assert!(matches!(none, ImportError::NoSuchProject(_)), "{none}");
}

#[tokio::test]
async fn an_import_that_was_stopped_anywhere_completes_when_run_again() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "many.jsonl", many(600));
    let whole = TestApp::new().await;
    let report = import(&whole, &options(&path)).await.unwrap();
    assert_eq!(counts(&report), (600, 600, 0, 0), "{report}");
    let expected = contents(&whole).await;
    let app = TestApp::new().await;
    let mut stops = 0;
    let mut written = 0;
    for looks in 0.. {
        let before = contents(&app).await;
        match import_as(&app, "alice", &options(&path), looks).await {
            Err(ImportError::Stopped) => stops += 1,
            Err(other) => panic!("{other}"),
            Ok(report) => {
                written += report.written;
                break;
            }
        }
        let after = contents(&app).await;
        assert!(of(&after, schema::WORK_ITEMS) >= of(&before, schema::WORK_ITEMS));
    }
    // Reading looks three times, preparing five, writing three, linking several times.
    assert!(stops >= 11, "{stops}");
    assert!(written < 600);
    assert_eq!(contents(&app).await, expected);
}

#[tokio::test]
async fn hostile_files_are_refused_with_their_line_before_anything_is_written() {
    let app = TestApp::new().await;
    let before = contents(&app).await;
    let folder = TempDir::new().unwrap();
    let packed = |content: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    };
    let good = many(5);
    let whole = packed(many(300).as_bytes());
    let hostile: [(&str, Vec<u8>, &str); 6] = [
        ("text.json", b"once upon a time".to_vec(), "line 1"),
        ("half.jsonl", format!("{good}\n{{\"key\": \"A-1\", \"fields\": {{").into_bytes(), "line 6"),
        ("other.jsonl", format!("{good}\n{{\"key\": \"A-1\"}}").into_bytes(), "line 6"),
        ("surrogate.jsonl", format!("{good}\n{{\"key\": \"A-1\", \"fields\": {{\"summary\": \"\\ud800\"}}}}").into_bytes(), ""),
        ("cut.jsonl.gz", whole[..whole.len() / 2].to_vec(), "line"),
        ("bomb.json.gz", packed(&vec![b' '; 64 << 20]), "unpacks"),
    ];
    for (name, content, says) in hostile {
        let path = file(&folder, name, content);
        match import(&app, &options(&path)).await {
            Err(ImportError::Source(error)) => assert!(error.to_string().contains(says), "{name}: {error}"),
            // A field with a broken text is left out and said, like any other odd field.
            Ok(report) if name == "surrogate.jsonl" => {
                assert_eq!(report.count("summary"), 2, "{report}");
                continue;
            }
            other => panic!("{name}: {other:?}"),
        }
        if name != "cut.jsonl.gz" && name != "bomb.json.gz" {
            assert_eq!(of(&contents(&app).await, schema::WORK_ITEMS), of(&before, schema::WORK_ITEMS), "{name}");
        }
    }
    assert!(matches!(import(&app, &options(Path::new("/nonexistent"))).await, Err(ImportError::Source(_))));
}

#[tokio::test]
async fn a_description_of_a_megabyte_is_imported() {
    let app = TestApp::new().await;
    let folder = TempDir::new().unwrap();
    let long = "A *bold* word and [~nobody]. \r\n".repeat(35_000);
    let issue = json!({"id": "1", "key": "BIG-1", "fields": {"summary": "big", "description": long}});
    let path = file(&folder, "big.json", issue.to_string());
    let report = import(&app, &options(path)).await.unwrap();
    assert_eq!(counts(&report), (1, 1, 0, 0), "{report}");
    let stored = item(&app, "BIG-1").await;
    let length = stored["description_html"].as_str().unwrap().len();
    assert!((1_000_000..=LONGEST_DESCRIPTION).contains(&length), "what is stored can be sent back: {length}");
    let sent_back = json!({"description_html": stored["description_html"]});
    let address =
        format!("/api/v1/workspaces/acme/projects/{}/work-items/{}/", stored["project"].as_str().unwrap(), stored["id"].as_str().unwrap());
    assert_eq!(app.as_user("alice").patch(&address, sent_back).await.expect(200)["description_html"], stored["description_html"]);
}

#[tokio::test]
async fn numbers_that_are_taken_are_left_alone() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let id = alice.post("/api/v1/workspaces/acme/projects/", json!({"name": "Orbit", "identifier": "ORB"})).await.id();
    let path = format!("/api/v1/workspaces/acme/projects/{id}/");
    alice.post(&format!("{path}work-items/"), json!({"name": "here first"})).await.expect(201);
    let report = import(&app, &options(FIXTURE)).await.unwrap();
    assert_eq!(counts(&report), (8, 7, 1, 0), "{report}");
    assert_eq!(item(&app, "ORB-1").await["name"], "here first");
    assert_eq!(item(&app, "ORB-6").await["name"], "Summary of ORB-1");
    assert_eq!(report.count("key"), 2, "{report}");
    assert_eq!(item(&app, "ORB-3").await["parent"], item(&app, "ORB-6").await["id"]);
}

#[tokio::test]
async fn only_admins_of_the_workspace_import_and_others_notice_nothing() {
    let app = TestApp::new().await;
    for name in ["bob", "gina", "olga"] {
        let error = import_as(&app, name, &options(FIXTURE), u64::MAX).await.unwrap_err();
        assert!(matches!(&error, ImportError::Database(error) if error.refusal().is_some()), "{name}: {error}");
    }
    import(&app, &options(FIXTURE)).await.unwrap();
    let olga = app.as_user("olga");
    let projects = olga.get("/api/v1/workspaces/globex/projects/").await.expect(200);
    assert_eq!(projects["results"], json!([]));
    let members = olga.get("/api/v1/workspaces/globex/members/").await.expect(200);
    assert_eq!(members.as_array().unwrap().len(), 1, "{members}");
    let acme = app.as_user("alice").get("/api/v1/workspaces/acme/members/").await.expect(200);
    assert_eq!(acme.as_array().unwrap().len(), 4, "placeholders are no active members: {acme}");
}

/// One issue on which this many people commented, with as many labels.
fn discussed(key: &str, count: usize) -> String {
    let comment = |n: usize| {
        json!({"id": n.to_string(), "body": format!("comment {n}"), "created": "2015-03-04T00:00:00.000+0000",
            "author": {"name": format!("{key}{n}"), "displayName": format!("Person {n}"), "emailAddress": format!("{key}{n}@people.test")}})
    };
    let comments: Vec<Value> = (0..count).map(comment).collect();
    let labels: Vec<String> = (0..count).map(|n| format!("label{n}")).collect();
    json!({"id": "1", "key": format!("{key}-1"), "fields": {"summary": "Discussed", "status": {"name": "Open"},
        "created": "2015-03-01T00:00:00.000+0000", "labels": labels, "comment": {"comments": comments}}})
    .to_string()
}

#[tokio::test]
async fn many_people_and_labels_take_hardly_more_statements_than_few() {
    let app = TestApp::new().await;
    let folder = TempDir::new().unwrap();
    let mut cost = Vec::new();
    for (key, count) in [("FEW", 8), ("MANY", 128)] {
        let file = file(&folder, key, discussed(key, count));
        let (rows, statements) = (contents(&app).await, app.db.statements());
        import(&app, &options(file)).await.unwrap();
        let statements = app.db.statements() - statements;
        let now = contents(&app).await;
        let grown = |table| of(&now, table) - of(&rows, table);
        let count = i64::try_from(count).unwrap();
        let tables = [schema::USERS, schema::WORKSPACE_MEMBERS, schema::LABELS, schema::COMMENTS, schema::INSTANCE_EVENTS];
        assert_eq!(tables.map(grown), [count; 5]);
        cost.push(statements);
    }
    // Statements that insert come in a few sizes, which is all the difference.
    assert!(cost[1] < cost[0] + 25, "{cost:?}");
    let labels = app.as_user("alice").get(&format!("{}labels/", project(&app, "MANY").await)).await.expect(200);
    assert_eq!(labels["total_count"], 128);
}
