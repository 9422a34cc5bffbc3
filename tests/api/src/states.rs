//! States through the API.

use aileron_testkit::TestApp;

#[tokio::test]
async fn a_stranger_and_nobody_are_refused_alike() {
    let app = TestApp::new().await;
    let path = "/api/v1/workspaces/acme/projects/00000000-0000-4000-8000-000000000000/states/";
    app.nobody().get(path).await.expect(401);
    let unknown = app.as_user("alice").get(path).await;
    let stranger = app.as_user("olga").get(path).await;
    unknown.expect(403);
    assert_eq!(unknown.bytes, stranger.bytes);
    app.with_token("nonsense").get(path).await.expect(403);
}
