//! People who call.

use aileron_kernel::{Role, Uuid};
use aileron_testkit::TestApp;

/// Who keeps the server.
pub(super) const INSTANCE_ADMIN: &str = "instance admin";

/// Somebody, with his roles in workspace `acme` and in the project of the rows.
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) workspace: Option<Role>,
    pub(super) project: Option<Role>,
    /// Whether he may change the instance.
    pub(super) is_instance_admin: bool,
    pub(super) id: Uuid,
    pub(super) token: String,
}

/// All who call, and the one who makes the rows for them.
pub(super) struct People {
    pub(super) callers: Vec<Person>,
    pub(super) maker: Person,
}

impl People {
    pub(super) async fn new(app: &TestApp) -> Self {
        use Role::{Admin, Guest, Member, Viewer};
        let roles = [
            ("olga", None, None),
            ("gina", Some(Guest), Some(Guest)),
            ("dave", Some(Member), Some(Viewer)),
            ("bob", Some(Member), Some(Member)),
            ("project admin", Some(Member), Some(Admin)),
            ("alice", Some(Admin), Some(Admin)),
            ("workspace admin outside", Some(Admin), None),
            ("member outside", Some(Member), None),
        ];
        let mut callers = Vec::new();
        for (name, workspace, project) in roles {
            callers.push(Self::person(app, name, workspace, project).await);
        }
        callers.push(Self::instance_admin(app).await);
        Self { callers, maker: Self::person(app, "maker", Some(Admin), None).await }
    }

    /// One of the users of every test, or somebody new.
    async fn person(app: &TestApp, name: &'static str, workspace: Option<Role>, project: Option<Role>) -> Person {
        let known = app.key(name).map(|token| (app.user(name), token));
        let is_new = known.is_none();
        let (id, token) = match known {
            Some(known) => known,
            None => app.make_user(name.replace(' ', "-").leak(), "walk").await,
        };
        if let Some(role) = workspace.filter(|_| is_new) {
            app.join(id, "acme", role).await;
        }
        Person { name, workspace, project, is_instance_admin: false, id, token }
    }

    /// Somebody who keeps the server and is in no workspace: of what is in those he sees as little as a stranger.
    async fn instance_admin(app: &TestApp) -> Person {
        let person = Self::person(app, INSTANCE_ADMIN, None, None).await;
        app.set_instance_admin(person.id, true).await;
        Person { is_instance_admin: true, ..person }
    }

    /// The one to whom the tenant belongs whose texts nobody else may see.
    pub(super) async fn carla(app: &TestApp) -> Person {
        Self::person(app, "carla", None, None).await
    }

    pub(super) fn named(&self, name: &str) -> &Person {
        self.callers.iter().find(|person| person.name == name).unwrap()
    }
}
