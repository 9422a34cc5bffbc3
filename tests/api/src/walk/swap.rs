//! Every id in an address and in a body, one after the other in the place of the id of a row of another tenant: a caller
//! who may do the thing at home is refused, nothing is written, and nothing of the other tenant is told.

use aileron_db::{Session, Unscoped, schema::WORKSPACES};
use aileron_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use super::{Operation, People, Rows, operations};

/// Fields from which ids that are nobody's here are left out, as the compatible API does, instead of refused. `created_by` is
/// left alone in a PATCH, whoever it names.
const LEFT_OUT: &[&str] =
    &["assignees", "labels", "members", "created_by", "add_assignees", "remove_assignees", "add_labels", "remove_labels", "remove_modules"];

/// What the compatible API answers to a child or a relation of an item that is not there, as recorded.
const NO_ROW: &str = "The payload is not valid";

/// The noun whose ids a field of a body holds.
fn noun(operation: &Operation, field: &str) -> &'static str {
    let collection = operation.path.split('/').rfind(|part| !part.is_empty() && !part.starts_with('{')).unwrap_or_default();
    match (collection, field) {
        (
            _,
            "member" | "project_lead" | "default_assignee" | "assignees" | "add_assignees" | "remove_assignees" | "created_by" | "owned_by"
            | "lead" | "members",
        ) => "user_id",
        (_, "cycle_id" | "new_cycle_id" | "cycle") => "cycle_id",
        (_, "modules" | "module_ids" | "add_modules" | "remove_modules") => "module_id",
        (_, "target_project_id") => "target_project_id",
        (_, "state" | "default_state") => "state_id",
        (_, "new_owner") => "admin_id",
        ("labels", "parent") | (_, "labels" | "add_labels" | "remove_labels") => "label_id",
        ("pages", "parent") => "page_id",
        ("work-items" | "issues" | "draft-work-items" | "bulk-update", "parent")
        | (_, "issues" | "related_issue" | "work_item_ids" | "duplicate_to") => "work_item_id",
        (_, "project" | "project_id" | "projects" | "entity_identifier") => "project_id",
        (_, "type_id") => "type_id",
        (_, "automation") => "automation_id",
        (_, "reply_to") => "comment_id",
        (_, "estimate") => "estimate_id",
        (_, "estimate_point" | "replacement") => "estimate_point_id",
        ("user-favorites", "parent") => "favorite_id",
        _ => panic!("{}: whose ids does the field {field} hold? Say so in tests/api/src/walk/swap.rs", operation.id),
    }
}

/// How far the workspaces have come: it moves on with everything that is written.
async fn written(app: &TestApp) -> Vec<(String, i64)> {
    let read = app.db.read(|session: &mut Session| {
        let mut tx = session.unscoped(Unscoped::Operator)?;
        let select = tx.from(WORKSPACES).expr(WORKSPACES.col("slug")).expr(WORKSPACES.col("seq"));
        tx.all::<(String, i64)>(&select)
    });
    let mut places = read.await.unwrap();
    places.sort();
    places
}

/// Home and away: rows of the caller's workspace, and of one that he knows nothing of.
struct Walk<'a> {
    app: &'a TestApp,
    token: &'a str,
    home: Rows<'a>,
    away: Rows<'a>,
    wrong: Vec<String>,
    tried: usize,
}

impl Walk<'_> {
    /// Sends with one id swapped. `field` names it where it stands in the body.
    async fn send(&mut self, operation: &Operation, path: &str, body: Option<Value>, foreign: &str, field: Option<&str>) {
        let before = written(self.app).await;
        let answer = self.app.with_token(self.token).send(&operation.method, path, body.clone()).await;
        let after = written(self.app).await;
        self.tried += 1;
        let others = |places: &[(String, i64)]| places.iter().filter(|(slug, _)| slug != "acme").cloned().collect::<Vec<_>>();
        let refused = is_refused(&answer, field) && before == after;
        let told = String::from_utf8_lossy(&answer.bytes).contains(foreign);
        let left_out = field.is_some_and(|field| LEFT_OUT.contains(&field)) && answer.status.is_success() && !told;
        if !(refused || left_out) || others(&before) != others(&after) {
            let said = String::from_utf8_lossy(&answer.bytes);
            let written = if before == after { "" } else { ", and it was written" };
            self.wrong.push(format!("{} {path} {body:?}: {}{written}: {said:.200}", operation.method, answer.status));
        }
    }

    async fn addresses(&mut self, operation: &Operation) {
        let names: Vec<&str> = operation.path.split('/').filter(|part| part.starts_with('{')).collect();
        for name in names {
            let foreign = self.away.fill(name).await;
            let path = self.home.fill(&operation.path.replace(name, &foreign)).await;
            let body = match &operation.example {
                Some(_) => Some(self.home.fill_body(operation).await),
                None => (!matches!(operation.method.as_str(), "GET" | "DELETE")).then(|| json!({})),
            };
            self.send(operation, &path, body, &foreign, None).await;
        }
    }

    async fn bodies(&mut self, operation: &Operation) {
        for (field, many) in &operation.ids {
            let foreign = self.away.fill(&format!("{{{}}}", noun(operation, field))).await;
            let path = self.home.fill(&operation.path).await;
            let mut body = self.home.fill_body(operation).await;
            body[field] = if *many { json!([foreign]) } else { json!(foreign) };
            self.send(operation, &path, Some(body), &foreign, Some(field)).await;
        }
    }
}

/// Whether the answer is one to an id that is not there for the caller.
fn is_refused(answer: &Answer, field: Option<&str>) -> bool {
    match (answer.status.as_u16(), field) {
        (403 | 404, _) => true,
        (400, field) => {
            let said = answer.json();
            // As recorded, some are named in words only: "State is not valid ...".
            let words = said["non_field_errors"][0].as_str().unwrap_or_default().to_lowercase();
            said["error"] == NO_ROW || field.is_some_and(|field| said.get(field).is_some() || words.starts_with(field))
        }
        _ => false,
    }
}

#[tokio::test]
async fn no_id_of_another_tenant_is_taken() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let alice = people.named("alice");
    let home = Rows::of(&app, &people, alice).await;
    let carla = People::carla(&app).await;
    let away = Rows::of_canary(&app, &carla).await;
    let mut walk = Walk { app: &app, token: &alice.token, home, away, wrong: Vec::new(), tried: 0 };
    for operation in operations().iter().filter(|operation| !operation.actions.is_empty()) {
        walk.addresses(operation).await;
        walk.bodies(operation).await;
    }
    println!("{} calls", walk.tried);
    assert!(walk.tried > 150, "only {} calls", walk.tried);
    assert!(walk.wrong.is_empty(), "{} of {}:\n{}", walk.wrong.len(), walk.tried, walk.wrong.join("\n"));
}

/// The same with a project of the same workspace in which the caller may do all the same things.
#[tokio::test]
async fn cve_2026_102980_the_project_of_the_address_is_that_of_the_row() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let alice = people.named("alice");
    let home = Rows::of(&app, &people, alice).await.written_by_caller();
    let away = Rows::of(&app, &people, alice).await;
    let mut walk = Walk { app: &app, token: &alice.token, home, away, wrong: Vec::new(), tried: 0 };
    let is_below = |operation: &&Operation| operation.path.split_once("{project_id}").is_some_and(|(_, rest)| rest.contains('{'));
    for operation in operations().iter().filter(|operation| !operation.actions.is_empty()).filter(is_below) {
        let (own, other) = (walk.home.fill("{project_id}").await, walk.away.fill("{project_id}").await);
        let path = walk.home.fill(&operation.path).await.replace(&own, &other);
        let mut body = match &operation.example {
            Some(_) => Some(walk.home.fill_body(operation).await),
            None => (!matches!(operation.method.as_str(), "GET" | "DELETE")).then(|| json!({})),
        };
        // Where the body names the project too, both name the wrong one.
        if let Some(named) = body.as_mut().and_then(|body| body.get_mut("project_id")) {
            *named = json!(other);
        }
        walk.send(operation, &path, body, &own, None).await;
    }
    assert!(walk.tried > 50, "only {} calls", walk.tried);
    assert!(walk.wrong.is_empty(), "{} of {}:\n{}", walk.wrong.len(), walk.tried, walk.wrong.join("\n"));
}

/// Nouns that a project keeps to itself: an id of one in another project names nothing, although the caller sees it there.
#[tokio::test]
async fn cve_2026_104971_no_id_of_another_project_is_taken() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let alice = people.named("alice");
    let home = Rows::of(&app, &people, alice).await.written_by_caller();
    let away = Rows::of(&app, &people, alice).await;
    let mut walk = Walk { app: &app, token: &alice.token, home, away, wrong: Vec::new(), tried: 0 };
    let is_of_project = |operation: &&Operation| !operation.actions.is_empty() && operation.path.contains("{project_id}");
    for operation in operations().iter().filter(is_of_project) {
        // Items can have to do with others anywhere, but not be below them.
        let kept = |field: &&(String, bool)| match (noun(operation, &field.0), field.0.as_str()) {
            ("state_id" | "label_id" | "comment_id" | "estimate_id" | "estimate_point_id", _) => true,
            (_, name) => matches!(name, "parent" | "duplicate_to"),
        };
        for (field, many) in operation.ids.iter().filter(kept) {
            let foreign = walk.away.fill(&format!("{{{}}}", noun(operation, field))).await;
            let path = walk.home.fill(&operation.path).await;
            let mut body = walk.home.fill_body(operation).await;
            body[field] = if *many { json!([foreign]) } else { json!(foreign) };
            walk.send(operation, &path, Some(body), &foreign, Some(field)).await;
        }
    }
    assert!(walk.tried > 10, "only {} calls", walk.tried);
    assert!(walk.wrong.is_empty(), "{} of {}:\n{}", walk.wrong.len(), walk.tried, walk.wrong.join("\n"));
}
