//! The fences between tenants: scopes, composite keys, row-level security.

use aileron_db::{ExprTrait as _, Value, schema};
use aileron_kernel::Action;
use aileron_testkit::TestApp;

#[tokio::test]
async fn a_stranger_gets_no_scope() {
    let app = TestApp::new().await;
    for (user, slug) in [("olga", "acme"), ("alice", "globex"), ("alice", "canary"), ("alice", "nowhere")] {
        let principal = app.principal(user);
        let read = app.db.read(move |session| session.workspace(&principal, slug, Action::WorkspaceRead).map(|tx| tx.workspace_id()));
        let error = read.await.unwrap_err();
        assert_eq!(error.refusal(), Some(&aileron_kernel::Refusal::forbidden()), "{user} in {slug}");
    }
}

#[tokio::test]
async fn a_row_cannot_point_into_another_tenant() {
    let app = TestApp::new().await;
    let project =
        app.as_user("olga").post("/api/v1/workspaces/globex/projects/", serde_json::json!({"name": "Ops", "identifier": "OPS"})).await.id();
    let project: uuid::Uuid = project.parse().unwrap();
    let principal = app.principal("alice");
    let written = app.db.write(move |session| {
        let mut tx = session.workspace_to_write(&principal, "acme", Action::WorkspaceUpdate)?;
        tx.insert(
            schema::LABELS,
            vec![
                ("project_id", Some(project).into()),
                ("name", "smuggled".into()),
                ("name_key", "smuggled".into()),
                ("description", "".into()),
                ("color", "".into()),
                ("sort_order", 1.0.into()),
            ],
        )
    });
    assert!(matches!(written.await, Err(aileron_db::Error::Rule { .. })));
}

#[tokio::test]
async fn a_statement_of_one_tenant_meets_no_row_of_another() {
    let app = TestApp::new().await;
    let principal = app.principal("alice");
    let read = app.db.read(move |session| {
        let mut tx = session.workspace(&principal, "acme", Action::WorkspaceRead)?;
        let members = schema::WORKSPACE_MEMBERS;
        let all = tx
            .from(members)
            .join(schema::USERS, schema::USERS.col("id").eq(members.col("member_id")))
            .expr(schema::USERS.col("first_name"));
        tx.all::<(String,)>(&all)
    });
    let mut names: Vec<String> = read.await.unwrap().into_iter().map(|row| row.0).collect();
    names.sort();
    assert_eq!(names, ["Alice", "Bob", "Dave", "Gina"]);
}

/// The third fence, tried past all of our code: the role that the server works with, telling it one workspace.
#[tokio::test]
async fn row_level_security_hides_the_other_tenants() {
    let app = TestApp::new().await;
    let Some(url) = app.database.url().map(ToOwned::to_owned) else {
        // SQLite has no such fence: the tests around this one hold it to the other two.
        return;
    };
    let counted = std::thread::spawn(move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let acme: String = client.query_one("SELECT id::text FROM workspaces WHERE slug = 'acme'", &[]).unwrap().get(0);
        client.batch_execute("SET ROLE aileron_app").unwrap();
        let mut count = |workspace: &str| {
            client.batch_execute("BEGIN").unwrap();
            client.execute("SELECT set_config('aileron.workspace', $1, true)", &[&workspace]).unwrap();
            let members: i64 = client.query_one("SELECT count(*) FROM workspace_members", &[]).unwrap().get(0);
            let workspaces: i64 = client.query_one("SELECT count(*) FROM workspaces", &[]).unwrap().get(0);
            client.batch_execute("COMMIT").unwrap();
            (members, workspaces)
        };
        let own = count(&acme);
        let nothing = count("");
        let unknown = count("00000000-0000-4000-8000-000000000000");
        let open = "SELECT count(*) FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name AND t.relkind = 'r' \
                    WHERE c.table_schema = 'public' AND c.column_name = 'workspace_id' AND NOT t.relrowsecurity \
                    AND c.table_name NOT IN ('jobs', 'idempotency_keys')";
        let open: i64 = client.query_one(open, &[]).unwrap().get(0);
        assert_eq!(open, 0, "every table of tenants has its fence");
        let refused = client.batch_execute("ALTER TABLE users DISABLE ROW LEVEL SECURITY").is_err();
        (own, nothing, unknown, refused)
    })
    .join()
    .unwrap();
    assert_eq!(counted, ((4, 1), (0, 0), (0, 0), true));
}

#[tokio::test]
async fn values_never_become_statements() {
    let app = TestApp::new().await;
    let principal = app.principal("alice");
    let read = app.db.read(move |session| {
        let mut tx = session.workspace(&principal, "acme", Action::WorkspaceRead)?;
        let hostile = Value::from("' OR 1 = 1 --");
        let select = tx.from(schema::PROJECTS).filter(schema::PROJECTS.col("name").eq(hostile));
        tx.count(select)
    });
    assert_eq!(read.await.unwrap(), 0);
}

#[tokio::test]
async fn rows_of_tenants_are_not_removed_without_a_scope() {
    let app = TestApp::new().await;
    let written = app.db.write(|session| {
        let mut tx = session.unscoped_to_write(aileron_db::Unscoped::Instance)?;
        tx.remove_where(schema::LABELS, schema::LABELS.col("name").is_not_null())
    });
    assert!(matches!(written.await, Err(aileron_db::Error::Inconsistent(_))));
}
