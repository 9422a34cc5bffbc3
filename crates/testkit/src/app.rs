//! A whole server in this process, on a database of its own.

mod instance;
mod mail;
mod nodes;

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, OnceLock},
};

use aileron_db::{
    Db, ExprTrait as _, Principal, ProjectPlace, Unscoped,
    schema::{API_TOKENS, USERS},
};
use aileron_identity::{Context, accounts, sessions, tokens};
use aileron_kernel::{Action, Actor, ActorKind, Clock, Origin, Random, Role, SystemRandom, Uuid};
use aileron_platform::{
    consumers::{Consumer, Consumers},
    files::Files,
    jobs::{Handlers, Runner},
    metrics::Metrics,
    networks::Networks,
    outgoing::Rules,
    pubsub::Hints,
};
use aileron_realtime::{self as live, Live};
use aileron_server::{
    app::{Limits, router, service},
    backup::Instance,
    consumers,
    housekeeping::House,
    jobs,
    mail::Post,
    openapi,
};
use aileron_tracker::{types, workspaces};
use axum::{
    Router,
    body::Body,
    http::{Request, Response},
};
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

use crate::{
    Answer, Browser, Caller, FakeClock, Internet,
    database::{Template, TestDatabase},
};
pub use nodes::Listening;

/// A text that stands in every text of the tenant nobody else may see.
pub const CANARY: &str = "CANARY-7f3a";

/// The same for all servers of a process: to make them with their documentation takes longer than many a test.
static ROUTES: LazyLock<Router<Context>> = LazyLock::new(openapi::routes);

/// The largest file that the server takes, in bytes.
const LARGEST_FILE: u64 = 5 << 20;

/// A server with workspace `acme` (alice owns it, bob and dave are members, gina is a guest), workspace `globex` of olga,
/// and workspace `canary`, whose texts must turn up in no answer to anybody else.
pub struct TestApp {
    /// The database behind it.
    pub db: Db,
    /// Its clock.
    pub clock: Arc<FakeClock>,
    /// What its jobs reach.
    pub internet: Internet,
    /// The way of its mails; closed unless a test says otherwise.
    pub post: Post,
    metrics: Metrics,
    context: Context,
    hints: Hints,
    live: Live,
    router: OnceLock<Router>,
    tokens: BTreeMap<&'static str, String>,
    users: BTreeMap<&'static str, Uuid>,
    /// Dropped last: the database goes away with it.
    pub database: TestDatabase,
}

/// What [`TestApp::new`] begins with, made once a process.
struct World {
    template: Template,
    clock: Arc<FakeClock>,
    tokens: BTreeMap<&'static str, String>,
    users: BTreeMap<&'static str, Uuid>,
}

static WORLD: OnceCell<World> = OnceCell::const_new();

impl World {
    async fn seed() -> Self {
        let mut app = TestApp::empty();
        app.seed().await;
        let template = Template::of(&mut app.database);
        Self { template, clock: app.clock, tokens: app.tokens, users: app.users }
    }
}

impl TestApp {
    /// Starts one with users, tokens and workspaces, and no project.
    pub async fn new() -> Self {
        Self::with_rate_limit(0).await
    }

    /// The same with a limit of requests a minute.
    pub async fn with_rate_limit(limit: u32) -> Self {
        let world = WORLD.get_or_init(World::seed).await;
        let mut app = Self::on(world.template.copy(), Arc::new(FakeClock::after(&world.clock)));
        app.context.api_rate_limit = limit;
        app.context.service_rate_limit = limit;
        (app.tokens, app.users) = (world.tokens.clone(), world.users.clone());
        app
    }

    /// Starts one that nobody has set up yet.
    pub fn empty() -> Self {
        let clock: Arc<FakeClock> = Arc::default();
        let (time, random): (Arc<dyn Clock>, Arc<dyn Random>) = (clock.clone(), Arc::new(SystemRandom));
        Self::on(TestDatabase::new(&time, &random), clock)
    }

    /// Starts one on a database that is there.
    pub fn on(database: TestDatabase, clock: Arc<FakeClock>) -> Self {
        let (time, random): (Arc<dyn Clock>, Arc<dyn Random>) = (clock.clone(), Arc::new(SystemRandom));
        let hints = Hints::default();
        let db = database.open(&time, &random, Some(hints.after_commits()));
        let live = Live::new(hints.clone(), live::Settings::default());
        let files = Files::in_folder(database.folder(), random.as_ref(), LARGEST_FILE).expect("the folder for files is made");
        let context = Context::new(db.clone(), time, random, Arc::new(files));
        let (internet, metrics) = (Internet::default(), Metrics::new().expect("the numbers have different names"));
        Self {
            db,
            clock,
            internet,
            post: Post::default(),
            metrics,
            context,
            hints,
            live,
            router: OnceLock::new(),
            tokens: BTreeMap::new(),
            users: BTreeMap::new(),
            database,
        }
    }

    /// Runs the jobs that are due now, one after the other; how many there were.
    pub async fn run_jobs(&self) -> usize {
        let outgoing = self.internet.client((*self.context.outgoing_rules).clone());
        let handlers = jobs::handlers(&self.db, &self.context.files, &outgoing, &self.post, &self.metrics);
        self.runner(handlers).run_due().await.expect("jobs are leased")
    }

    /// The instance behind it, for what is done with it as a whole.
    pub fn instance(&self) -> Instance {
        let settings = self.database.settings(&self.context.clock, &self.context.random);
        Instance { settings, blobs: self.context.files.blobs.clone(), runtime: tokio::runtime::Handle::current() }
    }

    /// Who throws away what nobody asks for any more.
    pub fn house(&self) -> House {
        House { db: self.db.clone(), blobs: self.context.files.blobs.clone(), metrics: self.metrics.clone(), trash_days: 30 }
    }

    /// A runner with other handlers.
    pub fn runner(&self, handlers: Handlers) -> Runner {
        Runner::new(self.db.clone(), handlers, Arc::new(SystemRandom), self.metrics.clone())
    }

    /// Hands the consumers of the log what they have before them, until nothing is left; how many events there were.
    pub async fn run_consumers(&self) -> usize {
        consumers::all(&self.db, Arc::new(SystemRandom), self.metrics.clone(), &self.post.outbox)
            .run_due()
            .await
            .expect("the log is followed")
    }

    /// Other consumers of the log.
    pub fn consumers(&self, all: Vec<Arc<dyn Consumer>>) -> Consumers {
        Consumers::new(self.db.clone(), all, accounts::automation("test"), Arc::new(SystemRandom), self.metrics.clone())
    }

    /// What tells of commits.
    pub const fn hints(&self) -> &Hints {
        &self.hints
    }

    /// The numbers of this server.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What requests are given.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// The same under an address that people reach over HTTPS.
    #[must_use]
    pub fn at_https(mut self) -> Self {
        let base = "https://aileron.test";
        self.context.base_url = Some(base.to_owned());
        self.context.outgoing_rules = Arc::new(Rules::new(Networks::default(), Some(base)));
        self
    }

    /// The same where the operator says this of addresses of users.
    #[must_use]
    pub fn with_rules(mut self, rules: Rules) -> Self {
        self.context.outgoing_rules = Arc::new(rules);
        self
    }

    /// The same with sockets treated otherwise.
    #[must_use]
    pub fn with_live(mut self, settings: live::Settings) -> Self {
        self.live = Live::new(self.hints.clone(), settings);
        self
    }

    /// The same where clients may be so many events behind.
    #[must_use]
    pub fn with_most_behind(self, most_behind: i64) -> Self {
        self.with_live(live::Settings { most_behind, ..live::Settings::default() })
    }

    /// Its sockets.
    pub const fn live(&self) -> &Live {
        &self.live
    }

    fn router(&self) -> Router {
        let limits = Limits { max_body: 5 * 1024 * 1024 };
        let make = || router(ROUTES.clone(), self.context.clone(), self.live.clone(), limits, self.metrics.clone());
        self.router.get_or_init(make).clone()
    }

    /// The same with files kept elsewhere.
    #[must_use]
    pub fn with_files(mut self, files: Files) -> Self {
        self.context.files = Arc::new(files);
        self
    }

    /// Gives an account a password.
    pub async fn set_password(&self, name: &str, password: &str) {
        self.set_password_of(self.user(name), password).await;
    }

    /// Gives an account that was made elsewhere a password.
    pub async fn set_password_of(&self, user: Uuid, password: &str) {
        let hash = self.context.passwords.hash(password, self.context.random.as_ref()).await.expect("the password is hashed");
        let set = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            tx.update_where(USERS, USERS.col("id").eq(user), vec![("password_hash", Some(hash.clone()).into())])
        });
        set.await.expect("the password is set");
    }

    /// Deactivates an account.
    pub async fn deactivate(&self, name: &str) {
        let user = self.user(name);
        let set = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            tx.update_where(USERS, USERS.col("id").eq(user), vec![("is_active", false.into())])
        });
        set.await.expect("the account is deactivated");
    }

    async fn seed(&mut self) {
        // Workspaces are younger than the consumers, as they are where a server was set up.
        let consumers = consumers::all(&self.db, Arc::new(SystemRandom), self.metrics.clone(), &self.post.outbox);
        consumers.register().await.expect("the consumers are entered");
        for (name, domain) in
            [("alice", "acme"), ("bob", "acme"), ("gina", "acme"), ("dave", "acme"), ("olga", "globex"), ("carla", "canary")]
        {
            // Ids are in the order of time.
            self.clock.advance(1);
            let (user, token) = self.make_user(name, domain).await;
            self.users.insert(name, user);
            self.tokens.insert(name, token);
        }
        self.make_special_tokens().await;
        self.make_workspace("acme", "alice", &[("bob", Role::Member), ("gina", Role::Guest), ("dave", Role::Member)]).await;
        self.make_workspace("globex", "olga", &[]).await;
        self.make_workspace("canary", "carla", &[]).await;
    }

    /// Makes a user who is in no workspace, with a token.
    pub async fn make_user(&self, name: &'static str, domain: &'static str) -> (Uuid, String) {
        let made = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            let operator = accounts::operator("test");
            let capital = name.chars().next().into_iter().flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
            let account = accounts::NewAccount {
                kind: "human",
                email: Some(format!("{name}@{domain}.test")),
                first_name: if name == "carla" { format!("Carla {CANARY}") } else { capital },
                last_name: "Example".to_owned(),
                display_name: name.to_owned(),
                password_hash: None,
                is_instance_admin: false,
            };
            let user = accounts::create(&mut tx, &operator, account)?;
            let token = tokens::NewToken {
                user,
                made_by: None,
                label: "test".to_owned(),
                description: String::new(),
                scopes: Vec::new(),
                expires_at: None,
                is_service: false,
            };
            let (_, text) = tokens::create(&mut tx, &operator, token)?;
            Ok((user, text))
        });
        made.await.expect("the user is made")
    }

    /// Tokens of alice's that are of a service, past their time, and revoked.
    async fn make_special_tokens(&mut self) {
        let alice = self.user("alice");
        for name in ["service", "expired", "inactive"] {
            let made = self.db.write(move |session| {
                let now = session.now();
                let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
                let token = tokens::NewToken {
                    user: alice,
                    made_by: None,
                    label: name.to_owned(),
                    description: String::new(),
                    scopes: Vec::new(),
                    expires_at: (name == "expired").then(|| now.plus_seconds(-1)),
                    is_service: name == "service",
                };
                let (id, text) = tokens::create(&mut tx, &accounts::operator("test"), token)?;
                if name == "inactive" {
                    tx.update_where(API_TOKENS, API_TOKENS.col("id").eq(id), vec![("revoked_at", Some(now.micros()).into())])?;
                }
                Ok(text)
            });
            self.tokens.insert(name, made.await.expect("the token is made"));
        }
    }

    /// A new token of an account that was made elsewhere.
    pub async fn token_of(&self, user: Uuid) -> String {
        let made = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            let (label, description, scopes) = ("test".to_owned(), String::new(), Vec::new());
            let token = tokens::NewToken { user, made_by: None, label, description, scopes, expires_at: None, is_service: false };
            Ok(tokens::create(&mut tx, &accounts::operator("test"), token)?.1)
        });
        made.await.expect("the token is made")
    }

    /// Says that the address of an account is its owner's.
    pub async fn verify_email(&self, user: Uuid) {
        let done = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            accounts::verify_email(&mut tx, &accounts::operator("test"), user)
        });
        done.await.expect("the address is verified");
    }

    /// A browser in which this account is signed in.
    pub async fn open_session(&self, user: Uuid) -> Browser<'_> {
        let actor = Actor { id: user, kind: ActorKind::User, origin: Origin::Web, mutation_id: None, request_id: "test".to_owned() };
        let opened = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            sessions::open(&mut tx, &actor, "test", "127.0.0.1")
        });
        let opened = opened.await.expect("the session is opened");
        Browser { caller: self.nobody(), csrf: sessions::csrf_token(&opened.token), cookie: opened.token, id: opened.id.to_string() }
    }

    async fn make_workspace(&self, slug: &'static str, owner: &str, members: &[(&str, Role)]) {
        let owner = self.principal(owner);
        let members: Vec<(Uuid, Role)> = members.iter().map(|(name, role)| (self.user(name), *role)).collect();
        let made = self.db.write(move |session| {
            let name = match slug {
                "acme" => "Acme".to_owned(),
                "globex" => "Globex".to_owned(),
                other => format!("{other} {CANARY}"),
            };
            let id = workspaces::commands::create(session, &owner, &name, slug)?;
            let mut tx = session.workspace_as_operator(&owner, id)?;
            for (user, role) in &members {
                workspaces::commands::add_member(&mut tx, *user, *role)?;
            }
            Ok(())
        });
        made.await.expect("the workspace is made");
    }

    /// Puts somebody new into a workspace, and answers his membership.
    pub async fn make_member(&self, name: &'static str, slug: &'static str, role: Role) -> Uuid {
        let (user, _) = self.make_user(name, "members").await;
        self.join(user, slug, role).await
    }

    /// Puts somebody into a workspace, and answers his membership.
    pub async fn join(&self, user: Uuid, slug: &'static str, role: Role) -> Uuid {
        let owner = self.principal(owner_of(slug));
        let made = self.db.write(move |session| {
            let mut tx = session.workspace_to_write(&owner, slug, Action::WorkspaceMembersWrite)?;
            workspaces::commands::add_member(&mut tx, user, role)
        });
        made.await.expect("the member is made")
    }

    /// Makes a work item type that a project uses.
    pub async fn make_type(&self, name: &'static str, slug: &'static str, project: Uuid) -> Uuid {
        let owner = self.principal(owner_of(slug));
        let made = self.db.write(move |session| {
            let place = ProjectPlace::new(slug.to_owned(), project, Action::ProjectUpdate);
            let mut tx = session.project_to_write(&owner, &place)?;
            let id = types::commands::find_or_create(&mut tx, name)?;
            types::commands::enable(&mut tx, id)?;
            Ok(id)
        });
        made.await.expect("the type is made")
    }

    /// The proof that a user is himself, for commands called without HTTP.
    pub fn principal(&self, name: &str) -> Principal {
        let actor =
            Actor { id: self.user(name), kind: ActorKind::User, origin: Origin::Cli, mutation_id: None, request_id: "test".to_owned() };
        Principal::proved(actor, Vec::new())
    }

    /// A user's id.
    pub fn user(&self, name: &str) -> Uuid {
        self.users[name]
    }

    /// A user's token.
    pub fn token(&self, name: &str) -> &str {
        &self.tokens[name]
    }

    /// A user's token, or one of alice's special ones: `service`, `expired`, `inactive`.
    pub fn key(&self, name: &str) -> Option<String> {
        self.tokens.get(name).cloned()
    }

    /// A user who sends requests with his token.
    pub fn as_user(&self, name: &str) -> Caller<'_> {
        Caller { app: self, token: Some(self.tokens[name].clone()) }
    }

    /// Somebody with this token.
    pub fn with_token(&self, token: &str) -> Caller<'_> {
        Caller { app: self, token: Some(token.to_owned()) }
    }

    /// Somebody without a token.
    pub fn nobody(&self) -> Caller<'_> {
        Caller { app: self, token: None }
    }

    pub(crate) async fn oneshot(&self, request: Request<Body>) -> Response<Body> {
        service(self.router()).oneshot(request).await.expect("the service is infallible")
    }

    /// No answer to anybody but its owner holds a text of the canary tenant.
    pub(crate) fn check_for_canary(&self, token: Option<&str>, path: &str, answer: &Answer) {
        if token == self.tokens.get("carla").map(String::as_str) {
            return;
        }
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(CANARY), "{path} shows a text of another tenant");
    }
}

/// Whose workspace that is.
fn owner_of(slug: &str) -> &'static str {
    match slug {
        "globex" => "olga",
        "canary" => "carla",
        _ => "alice",
    }
}
