//! Limits as data: everybody may read them, and refusals name them.

use aileron_kernel::limits;
use aileron_testkit::TestApp;
use aileron_tracker::views::{self, fields::ViewFields};
use serde_json::json;

use crate::stock::project;

#[tokio::test]
async fn everybody_reads_the_limits() {
    let app = TestApp::new().await;
    let told = app.nobody().get("/api/v1/limits/").await.expect(200);
    let told = told["limits"].as_array().unwrap();
    for limit in limits::ALL {
        let row = told.iter().find(|row| row["name"] == limit.name).unwrap();
        assert_eq!(row["most"], json!(limit.most), "{}", limit.name);
    }
    assert!(told.iter().any(|row| row["name"] == "file" && row["most"].as_u64() > Some(0)));
}

#[tokio::test]
async fn a_full_project_takes_no_more_labels() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let (alice, labels) = (app.as_user("alice"), format!("/api/v1/workspaces/acme/projects/{id}/labels/"));
    let last = alice.post(&labels, json!({"name": "last"})).await.id();
    let principal = app.principal("alice");
    let project: aileron_kernel::Uuid = id.parse().unwrap();
    let fill = app.db.write(move |session| {
        let place = aileron_db::ProjectPlace::new("acme".to_owned(), project, aileron_kernel::Action::LabelsWrite);
        let mut tx = session.project_to_write(&principal, &place)?;
        for number in 1..limits::LABELS.most {
            let name = format!("label {number}");
            let row: Vec<aileron_db::Set> = vec![
                ("project_id", Some(project).into()),
                ("name_key", name.as_str().into()),
                ("name", name.into()),
                ("description", "".into()),
                ("color", "".into()),
                ("sort_order", 1.0_f64.into()),
            ];
            tx.insert(aileron_db::schema::LABELS, row)?;
        }
        Ok(())
    });
    fill.await.unwrap();
    let said = alice.post(&labels, json!({"name": "more"})).await.expect(400);
    assert_eq!((&said["limit"], &said["most"]), (&json!("labels_per_project"), &json!(1000)));
    alice.delete(&format!("{labels}{last}/")).await.expect(204);
    alice.post(&labels, json!({"name": "more"})).await.expect(201);
}

#[tokio::test]
async fn a_member_has_so_many_views_and_pages_in_a_place() {
    let app = TestApp::new().await;
    let id = project(&app, "ENG").await;
    let place = format!("/api/v1/workspaces/acme/projects/{id}/");
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    alice.patch(&place, json!({"issue_views_view": true})).await.expect(200);
    let principal = app.principal("bob");
    let project: aileron_kernel::Uuid = id.parse().unwrap();
    let fill = app.db.write(move |session| {
        let place = aileron_db::ProjectPlace::new("acme".to_owned(), project, aileron_kernel::Action::ViewsWrite);
        let mut tx = session.project_to_write(&principal, &place)?;
        for _ in 0..limits::VIEWS.most {
            let fields = ViewFields { name: Some("x".to_owned()), ..ViewFields::default() };
            views::commands::create(&mut tx, fields)?;
        }
        for number in 0..limits::PAGES.most {
            let row: Vec<aileron_db::Set> = vec![
                ("project_id", Some(project).into()),
                ("owner_id", tx.user_id().into()),
                ("name_key", "x".into()),
                ("text_key", "x".into()),
                ("name", "x".into()),
                ("description_html", "<p></p>".into()),
                ("description_text", "".into()),
                ("description_json", json!({}).into()),
                ("color", "".into()),
                ("view_props", json!({}).into()),
                ("logo_props", json!({}).into()),
                ("is_private", true.into()),
                ("is_locked", false.into()),
                ("sort_order", f64::from(u32::try_from(number).unwrap()).into()),
            ];
            tx.insert(aileron_db::schema::PAGES, row)?;
        }
        Ok(())
    });
    fill.await.unwrap();
    for (path, limit) in [("views/", "views_per_member"), ("pages/", "pages_per_member")] {
        let said = bob.post(&format!("{place}{path}"), json!({"name": "more"})).await.expect(400);
        assert_eq!(said["limit"], limit);
        alice.post(&format!("{place}{path}"), json!({"name": "hers"})).await.expect(201);
        bob.post(&format!("/api/v1/workspaces/acme/{path}"), json!({"name": "elsewhere"})).await.expect(201);
    }
}
