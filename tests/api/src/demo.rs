//! The demo.

use aileron_server::demo::{self, Options};
use aileron_testkit::TestApp;

#[tokio::test]
async fn a_demo_has_people_items_and_history() {
    let app = TestApp::new().await;
    let options = Options { slug: "show".to_owned(), items: 250, ..Options::default() };
    let made = demo::fill(&app.db, options.clone(), |_| {}).await.unwrap();
    assert_eq!(made.projects.len(), 3);
    let mara = app.token_of(made.owner).await;
    let mara = app.with_token(&mara);
    let members = mara.get("/api/v1/workspaces/show/members/").await.expect(200);
    assert_eq!(members.as_array().unwrap().len(), 12);
    let (mut items, mut done, mut remarks, mut parts) = (0, 0, 0, 0);
    for project in &made.projects {
        let path = format!("/api/v1/workspaces/show/projects/{project}/work-items/");
        let list = mara.get(&format!("{path}?expand=state")).await.expect(200);
        for item in list["results"].as_array().unwrap() {
            items += 1;
            done += usize::from(item["state"]["group"] == "completed");
            parts += usize::from(item["parent"].is_string());
            assert!(item["created_at"].as_str().unwrap() <= item["updated_at"].as_str().unwrap(), "{item}");
            assert_eq!(item["completed_at"].is_string(), item["state"]["group"] == "completed", "{item}");
        }
        let id = list["results"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
        let activities = mara.get(&format!("{path}{id}/activities/")).await.expect(200);
        assert!(activities["results"].as_array().unwrap().len() > 1, "the oldest item has a history");
        remarks += mara.get(&format!("{path}{id}/comments/")).await.expect(200)["results"].as_array().unwrap().len();
    }
    assert_eq!(items, 250);
    assert!(done > 60 && parts > 5, "{done} done, {parts} parts, {remarks} remarks");

    let again = demo::fill(&app.db, options, |_| {}).await.expect_err("the workspace is there");
    assert!(format!("{again:?}").contains("is there already"), "{again:?}");
}
