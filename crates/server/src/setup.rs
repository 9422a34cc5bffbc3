//! The first start: the first account, made by whoever reads the console.

use aileron_db::{self as db, Principal, Session, Unscoped};
use aileron_identity::{
    Context, Visitor,
    account::AccountView,
    accounts, sessions,
    setup::{is_code, is_needed},
    sign_in::{self, OwnSessionView},
};
use aileron_kernel::{Fields, Refusal, Uuid, fields::NAME, limits, refusal::Kind};
use aileron_platform::web::{ApiError, Body, Json};
use aileron_tracker::workspaces;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::demo;

/// The name of the workspace with example data, in addresses.
const DEMO: &str = "demo";

/// Whether the server waits to be set up.
#[derive(Serialize, ToSchema)]
#[schema(as = Setup)]
struct SetupView {
    /// Whether there is no account yet. Setting up then takes the code that the server printed on its console.
    is_needed: bool,
}

/// The first account.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct SetupBody {
    /// The code on the server's console.
    #[schema(example = "K7QMD-2PXWE-9HBRT-VAF4C")]
    code: String,
    #[schema(example = "ada@example.com")]
    email: String,
    #[schema(example = "plum tractor overcast nine")]
    password: String,
    #[schema(example = "Ada")]
    first_name: String,
    #[schema(example = "Lovelace")]
    last_name: Option<String>,
    display_name: Option<String>,
    /// With `workspace_slug`: the first workspace, owned by this account.
    #[schema(example = "Analytical Engines")]
    workspace_name: Option<String>,
    #[schema(example = "engines")]
    workspace_slug: Option<String>,
    /// Also makes the workspace `demo` with example data, for this account to look around in.
    demo: Option<bool>,
}

/// What setting up may be refused with.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "documentation only")]
enum Errors {
    /// A field is not valid.
    #[response(status = 400)]
    Invalid,
    /// The code is wrong.
    #[response(status = 403)]
    Forbidden,
    /// The body did not arrive in time.
    #[response(status = 408)]
    TimedOut,
    /// There is an account already.
    #[response(status = 409)]
    Done,
    /// Not JSON.
    #[response(status = 415)]
    UnsupportedMediaType,
    /// Too many wrong codes.
    #[response(status = 429)]
    Limited,
    /// The database cannot be reached or is full.
    #[response(status = 503)]
    Unavailable,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(status, set_up))
}

/// Whether the server waits to be set up.
#[utoipa::path(get, path = "/api/v1/auth/setup/", operation_id = "get_setup", tag = "Sign-in", security(()),
    extensions(("x-action" = json!("public"))), responses((status = 200, description = "Whether it does", body = SetupView), Errors))]
async fn status(visitor: Visitor) -> Result<Json, ApiError> {
    let is_needed = visitor.context().db.read(|session| is_needed(&mut session.unscoped(Unscoped::Instance)?)).await?;
    Ok(Json::of(&SetupView { is_needed })?)
}

/// Makes the first account, which may change the instance, and signs it in.
#[utoipa::path(post, path = "/api/v1/auth/setup/", operation_id = "set_up", tag = "Sign-in", request_body = SetupBody, security(()),
    extensions(("x-action" = json!("public"))),
    responses((status = 200, description = "Set up and signed in; the cookie is set", body = OwnSessionView), Errors))]
async fn set_up(visitor: Visitor, body: Body) -> Result<Response, ApiError> {
    visitor.check_json()?;
    let context = visitor.context().clone();
    let is_open = context.db.read(|session| is_needed(&mut session.unscoped(Unscoped::Instance)?)).await?;
    if !is_open {
        return Err(done().into());
    }
    let source = visitor.source();
    context.attempts.count(&source, "setup", context.clock.now())?;
    let fields = body.fields()?;
    if !fields.raw("code").and_then(|code| code.as_str()).is_some_and(|code| is_code(&context.sealer, code)) {
        let body = json!({ "code": ["This is not the code that the server printed when it started."] });
        return Err(Refusal::new(Kind::Forbidden, body).into());
    }
    context.attempts.take_back(&source, "setup");
    let new = NewAdmin::read(fields)?;
    let known = vec![new.email.clone(), new.first_name.clone(), new.last_name.clone(), new.display_name.clone()];
    context.passwords.judge("password", &new.password, known).await?;
    let hash = context.passwords.hash(&new.password, context.random.as_ref()).await?;
    let (entered, wants_demo) = (visitor.clone(), new.wants_demo);
    let (opened, account) = context.db.write(move |session| create(session, &entered, &new, &hash)).await?;
    if wants_demo {
        make_demo(&context, account.user.id).await;
    }
    sign_in::signed_in(&context, &opened, account)
}

/// The server is set up by now: without its example data it is still what was asked for.
async fn make_demo(context: &Context, visitor: Uuid) {
    let options = demo::Options { slug: DEMO.to_owned(), visitor: Some(visitor), ..demo::Options::default() };
    if let Err(error) = demo::fill(&context.db, options, |_| {}).await {
        tracing::error!(%error, "the example data could not be made");
    }
}

fn done() -> Refusal {
    Refusal::new(Kind::Conflict, json!({ "error": "This server is set up already.", "code": "SET_UP" }))
}

fn create(session: &mut Session, visitor: &Visitor, new: &NewAdmin, hash: &str) -> db::Result<(sessions::Opened, AccountView)> {
    let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
    // Two who set up at once: the second one waits here and then finds the account of the first.
    tx.lock_instance()?;
    if !is_needed(&mut tx)? {
        return Err(done().into());
    }
    let account = accounts::NewAccount {
        kind: "human",
        email: Some(new.email.clone()),
        first_name: new.first_name.clone(),
        last_name: new.last_name.clone(),
        display_name: new.display_name.clone(),
        password_hash: Some(hash.to_owned()),
        is_instance_admin: true,
    };
    let nobody = visitor.actor(Uuid::nil());
    let user = accounts::create(&mut tx, &nobody, account)?;
    // Who reads the console vouches for the address: there is nobody before him who could.
    accounts::verify_email(&mut tx, &visitor.actor(user), user)?;
    let opened = sign_in::open(session, visitor, user)?;
    if let Some((name, slug)) = &new.workspace {
        workspaces::commands::create(session, &Principal::proved(visitor.actor(user), Vec::new()), name, slug)?;
    }
    Ok(opened)
}

/// What a request says of the first account.
struct NewAdmin {
    email: String,
    password: String,
    first_name: String,
    last_name: String,
    display_name: String,
    workspace: Option<(String, String)>,
    wants_demo: bool,
}

impl NewAdmin {
    fn read(mut fields: Fields) -> Result<Self, Refusal> {
        for name in ["email", "password", "first_name"] {
            fields.require(name);
        }
        let email = fields.text("email", limits::EMAIL.most);
        if email.as_deref().is_some_and(|email| !accounts::is_email(email)) {
            fields.reject("email", "Enter a valid email address.");
        }
        let password = fields.long_text("password");
        let first_name = fields.text("first_name", NAME);
        let last_name = fields.text_or_blank("last_name", NAME);
        let display_name = fields.text_or_blank("display_name", NAME);
        let name = fields.text("workspace_name", workspaces::rules::NAME);
        let slug = fields.text("workspace_slug", workspaces::rules::SLUG);
        if let Some(Err(why)) = slug.as_deref().map(workspaces::rules::check_slug) {
            fields.reject("workspace_slug", why);
        }
        let wants_demo = fields.flag("demo").unwrap_or(false);
        if wants_demo && slug.as_deref() == Some(DEMO) {
            fields.reject("workspace_slug", "This is the name of the workspace with the example data.");
        }
        if name.is_some() && slug.is_none() {
            fields.require("workspace_slug");
        }
        if slug.is_some() && name.is_none() {
            fields.require("workspace_name");
        }
        fields.finish()?;
        Ok(Self {
            email: email.unwrap_or_default(),
            password: password.unwrap_or_default(),
            first_name: first_name.unwrap_or_default(),
            last_name: last_name.unwrap_or_default(),
            display_name: display_name.unwrap_or_default(),
            workspace: name.zip(slug),
            wants_demo,
        })
    }
}
