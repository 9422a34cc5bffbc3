//! What the log and the versions of rows say of each other: a row changes with an event, and with nothing else.

use aileron_db::{ExprTrait as _, Table, schema};
use aileron_kernel::Action;
use aileron_testkit::TestApp;
use serde_json::{Value, json};

use crate::stock::{item, items, project};

/// How far the log of acme has got, and the highest version of a row of this table.
async fn state(app: &TestApp, table: Table) -> (i64, i64) {
    let alice = app.principal("alice");
    let read = app.db.read(move |session| {
        let mut tx = session.workspace(&alice, "acme", Action::WorkspaceRead)?;
        let seq = tx.scope().seq();
        let select = tx.from(table).expr(table.col("version").max());
        Ok((seq, tx.one::<(Option<i64>,)>(&select)?.0.unwrap_or_default()))
    });
    read.await.unwrap()
}

/// All that the log of acme says of the changes of an entity.
pub(crate) async fn changes(app: &TestApp, entity: &'static str) -> String {
    let alice = app.principal("alice");
    let read = app.db.read(move |session| {
        let tx = &mut session.workspace(&alice, "acme", Action::WorkspaceRead)?;
        let of_entity = schema::EVENTS.col("entity").eq(entity);
        let select = tx.from(schema::EVENTS).filter(of_entity).expr(schema::EVENTS.col("changes"));
        tx.all::<(Value,)>(&select)
    });
    read.await.unwrap().into_iter().map(|row| row.0.to_string()).collect::<Vec<_>>().join("\n")
}

/// Sends each change twice: the first is told by one event, the second by none and leaves the row as it was.
async fn check(app: &TestApp, path: &str, table: Table, changes: Vec<Value>) {
    let alice = app.as_user("alice");
    for change in changes {
        let before = state(app, table).await.0;
        app.clock.advance(1);
        let first = alice.patch(path, change.clone()).await.expect(200);
        let after = state(app, table).await;
        assert_eq!(after, (before + 1, before + 1), "{change}");
        app.clock.advance(1);
        let again = alice.patch(path, change.clone()).await.expect(200);
        assert_eq!(state(app, table).await, after, "{change}");
        assert_eq!(again["updated_at"], first["updated_at"], "{change}");
        alice.patch(path, json!({})).await.expect(200);
        assert_eq!(state(app, table).await, after, "nothing after {change}");
    }
}

#[tokio::test]
async fn a_setting_that_a_rule_carries_out_is_told_with_the_rule() {
    let app = TestApp::new().await;
    let path = format!("/api/v1/workspaces/acme/projects/{}/", project(&app, "ENG").await);
    let before = state(&app, schema::PROJECTS).await.0;
    for _ in 0..2 {
        app.as_user("alice").patch(&path, json!({"close_in": 3})).await.expect(200);
        assert_eq!(state(&app, schema::PROJECTS).await, (before + 2, before + 1));
    }
}

#[tokio::test]
async fn every_change_is_told_once_and_no_change_is_none() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let id = project(&app, "ENG").await;
    let path = format!("/api/v1/workspaces/acme/projects/{id}/");
    let long: Vec<usize> = (0..3_000).collect();
    let changes = vec![
        json!({"icon_prop": {"name": "bolt"}}),
        json!({"icon_prop": {"name": long}}),
        json!({"icon_prop": null}),
        json!({"logo_props": {"in_use": "icon"}}),
        json!({"emoji": "1"}),
        json!({"description": "x"}),
        json!({"project_lead": app.user("alice")}),
    ];
    check(&app, &path, schema::PROJECTS, changes).await;
    let label = alice.post(&format!("{path}labels/"), json!({"name": "x"})).await.id();
    let changes = vec![json!({"name": "y"}), json!({"description": "z", "external_id": "1"})];
    check(&app, &format!("{path}labels/{label}/"), schema::LABELS, changes).await;
    alice.patch(&path, json!({"issue_views_view": true})).await.expect(200);
    let view = alice.post(&format!("{path}views/"), json!({"name": "x"})).await.id();
    let changes = vec![
        json!({"name": "y", "description": "z"}),
        json!({"rich_filters": {"priority": "low"}}),
        json!({"filters": {"priority": ["low"]}, "display_filters": {"layout": "kanban"}}),
        json!({"is_locked": true}),
        json!({"access": 0}),
        json!({"name": "private", "sort_order": 3}),
    ];
    check(&app, &format!("{path}views/{view}/"), schema::VIEWS, changes).await;
    let page = alice.post(&format!("{path}pages/"), json!({"name": "x"})).await.id();
    let above = alice.post(&format!("{path}pages/"), json!({"name": "above"})).await.id();
    let changes = vec![
        json!({"name": "y"}),
        json!({"description_html": "<p>z</p>", "description_json": {"type": "doc"}, "description_binary": "aGk="}),
        json!({"labels": [label], "parent": above, "color": "#fff"}),
        json!({"labels": [], "parent": null}),
        json!({"access": 1}),
        json!({"name": "private", "view_props": {"full_width": true}}),
    ];
    check(&app, &format!("{path}pages/{page}/"), schema::PAGES, changes).await;
    let drafts = "/api/v1/workspaces/acme/draft-work-items/";
    let draft = alice.post(drafts, json!({"name": "x"})).await.id();
    let changes = vec![
        json!({"name": "y", "description_html": "<p>z</p>"}),
        json!({"project_id": id, "labels": [label], "priority": "low"}),
        json!({"target_date": "2026-02-01", "sort_order": 1}),
    ];
    check(&app, &format!("{drafts}{draft}/"), schema::WORK_ITEM_DRAFTS, changes).await;
    let state = alice.post(&format!("{path}states/"), json!({"name": "x", "color": "#fff"})).await.id();
    let changes = vec![json!({"name": "y"}), json!({"external_id": "1"}), json!({"external_source": "gh"})];
    check(&app, &format!("{path}states/{state}/"), schema::STATES, changes).await;
    let one = item(&app, "alice", &id, json!({"name": "One"})).await;
    let changes = vec![json!({"name": "Two"}), json!({"description_binary": "aGk="}), json!({"is_draft": true})];
    check(&app, &format!("{}{one}/", items(&id)), schema::WORK_ITEMS, changes).await;
    let comments = format!("{}{one}/comments/", items(&id));
    let comment = alice.post(&comments, json!({"comment_html": "<p>x</p>", "comment_json": {"a": 1}})).await.id();
    let changes = vec![json!({"comment_json": {"a": 2}}), json!({"access": "EXTERNAL"}), json!({"comment_html": "<p>y</p>"})];
    check(&app, &format!("{comments}{comment}/"), schema::COMMENTS, changes).await;
}

#[tokio::test]
async fn a_total_stays_right_when_nothing_changes() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let one = item(&app, "alice", &id, json!({"name": "One"})).await;
    let (alice, path) = (app.as_user("alice"), format!("{}{one}/", items(&id)));
    let made = alice.get(&path).await.expect(200)["updated_at"].as_str().unwrap().to_owned();
    let later = format!("{}?updated_at__gt={made}", items(&id));
    app.clock.advance(100);
    for body in [json!({}), json!({"name": "One"}), json!({"name": "Two"})] {
        alice.get(&later).await.expect(200);
        alice.patch(&path, body.clone()).await.expect(200);
        let page = alice.get(&later).await.expect(200);
        assert_eq!(page["total_count"], page["results"].as_array().unwrap().len(), "{body}");
    }
    assert_eq!(alice.get(&later).await.expect(200)["total_count"], 1);
}
