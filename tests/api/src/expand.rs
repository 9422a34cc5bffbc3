//! `expand=`: objects in the place of ids, in whatever is listed.

use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

struct Place {
    app: TestApp,
    project: String,
    item: String,
}

async fn place() -> Place {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let item = item(&app, "alice", &project, json!({"name": "One"})).await;
    app.as_user("alice").post(&format!("{}{item}/comments/", items(&project)), json!({"comment_html": "<p>x</p>"})).await.expect(201);
    Place { app, project, item }
}

impl Place {
    fn project(&self) -> String {
        format!("/api/v1/workspaces/acme/projects/{}/", self.project)
    }

    /// The first row of a list and that row alone, expanded, as alice sees them.
    async fn expanded(&self, list: &str, fields: &str) -> (Value, Value) {
        let alice = self.app.as_user("alice");
        let row = results(&alice.get(&format!("{list}?expand={fields}")).await.expect(200)).remove(0);
        let one = alice.get(&format!("{list}{}/?expand={fields}", row["id"].as_str().unwrap())).await.expect(200);
        (row, one)
    }
}

#[tokio::test]
async fn rows_of_a_project_name_it_its_workspace_and_people() {
    let place = place().await;
    let alice = place.app.as_user("alice");
    let label = alice.post(&format!("{}labels/", place.project()), json!({"name": "above"})).await.id();
    alice.post(&format!("{}labels/", place.project()), json!({"name": "below", "parent": label})).await.expect(201);
    let of_item = format!("{}work-items/{}/", place.project(), place.item);
    let common = "project,workspace,created_by,updated_by,nonsense";
    let lists = [
        (format!("{}states/", place.project()), common),
        (format!("{}labels/", place.project()), common),
        (format!("{}work-items/", place.project()), common),
        (format!("{of_item}comments/"), common),
        (format!("{of_item}activities/"), "project,workspace"),
    ];
    for (list, fields) in lists {
        let (row, one) = place.expanded(&list, fields).await;
        assert_eq!(row, one, "{list}");
        let workspace = json!({"name": "Acme", "slug": "acme", "id": row["workspace"]["id"]});
        assert_eq!((&row["project"]["identifier"], &row["workspace"]), (&json!("ENG"), &workspace), "{list}");
        if fields == common {
            assert_eq!(row["created_by"]["display_name"], "alice", "{list}");
        }
    }
    let (below, _) = place.expanded(&format!("{}labels/", place.project()), "parent").await;
    assert_eq!((&below["name"], &below["parent"]["name"]), (&json!("below"), &json!("above")));
}

#[tokio::test]
async fn what_is_about_an_item_names_it() {
    let place = place().await;
    let of_item = format!("{}work-items/{}/", place.project(), place.item);
    for list in ["comments/", "activities/"] {
        let (row, _) = place.expanded(&format!("{of_item}{list}"), "issue,actor").await;
        let named = json!({"id": place.item, "sequence_id": 1, "project_id": place.project});
        assert_eq!((&row["issue"], &row["actor"]["display_name"]), (&named, &json!("alice")), "{list}");
    }
}

#[tokio::test]
async fn only_fields_that_are_shown_are_expanded_and_guests_get_no_addresses() {
    let place = place().await;
    let path = format!("{}states/?fields=name,created_by&expand=created_by,project", place.project());
    let row = results(&place.app.as_user("gina").get(&path).await.expect(200)).remove(0);
    assert_eq!((row.as_object().unwrap().len(), &row["created_by"]["display_name"]), (2, &json!("alice")));
    assert_eq!(row["created_by"].get("email"), None);
    let row = results(&place.app.as_user("bob").get(&path).await.expect(200)).remove(0);
    assert_eq!(row["created_by"]["email"], "alice@acme.test");
}
