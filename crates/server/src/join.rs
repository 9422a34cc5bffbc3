//! An invited person without an account makes one with the token of the invitation.

use aileron_db::{
    self as db, ExprTrait as _, Principal, Session, Tx, Unscoped,
    schema::{USERS, WORKSPACE_MEMBERS},
};
use aileron_identity::{
    Context, Visitor,
    account::AccountView,
    accounts, sessions,
    sign_in::{self, OwnSessionView},
};
use aileron_kernel::{Fields, Refusal, Uuid, fields::NAME, refusal::Kind, text};
use aileron_platform::web::{ApiError, Body};
use aileron_tracker::invitations::join as invitations;
use axum::response::Response;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The account of an invited person.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct JoinBody {
    /// As the link of the invitation has it.
    #[schema(example = "inv_9f2c...")]
    token: String,
    #[schema(example = "plum tractor overcast nine")]
    password: String,
    #[schema(example = "Ada")]
    first_name: String,
    #[schema(example = "Lovelace")]
    last_name: Option<String>,
    display_name: Option<String>,
}

/// What joining may be refused with.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "documentation only")]
enum Errors {
    /// A field is not valid.
    #[response(status = 400)]
    Invalid,
    /// The token is wrong, missing, past its time, taken back or used.
    #[response(status = 404)]
    NotFound,
    /// The body did not arrive in time.
    #[response(status = 408)]
    TimedOut,
    /// The invited address has an account already.
    #[response(status = 409)]
    HasAccount,
    /// Not JSON.
    #[response(status = 415)]
    UnsupportedMediaType,
    /// Too many wrong tokens.
    #[response(status = 429)]
    Limited,
    /// The database cannot be reached or is full.
    #[response(status = 503)]
    Unavailable,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(join))
}

/// Makes the account of an invited person, which joins the workspace of the invitation, and signs it in. Its address is the invited one.
/// By a token that was mailed it is verified. By that of a link which an admin made it is not, so that no other invitation of this address can be
/// accepted with it.
#[utoipa::path(post, path = "/api/v1/auth/join/", operation_id = "join", tag = "Sign-in", request_body = JoinBody, security(()),
    extensions(("x-action" = json!("public"))),
    responses((status = 200, description = "Joined and signed in; the cookie is set", body = OwnSessionView), Errors))]
async fn join(visitor: Visitor, body: Body) -> Result<Response, ApiError> {
    visitor.check_json()?;
    let context = visitor.context().clone();
    let token = body.json()?.get("token").and_then(Value::as_str).unwrap_or_default().to_owned();
    let source = visitor.source();
    context.attempts.count(&source, "join", context.clock.now())?;
    let shown = token.clone();
    let invited = context.db.read(move |session| look(session, &shown)).await;
    // What counts is a wrong token, and not one that nobody came to judge.
    if !matches!(invited, Ok(None)) {
        context.attempts.take_back(&source, "join");
    }
    let (email, has_account) = invited?.ok_or_else(invitations::closed)?;
    if has_account {
        return Err(taken().into());
    }
    let new = NewPerson::read(body.fields()?)?;
    let known = vec![email, new.first_name.clone(), new.last_name.clone(), new.display_name.clone()];
    context.passwords.judge("password", &new.password, known).await?;
    let hash = context.passwords.hash(&new.password, context.random.as_ref()).await?;
    let entered = visitor.clone();
    let (opened, account) = context.db.write(move |session| create(session, &entered, &token, &new, &hash)).await?;
    sign_in::signed_in(&context, &opened, account)
}

/// The invited address, if the token is good, and whether it has an account.
fn look(session: &mut Session, token: &str) -> db::Result<Option<(String, bool)>> {
    let Some((email, workspace)) = invitations::invited(session, token)? else { return Ok(None) };
    let has_account = has_account(&mut session.unscoped(Unscoped::Operator)?, &email, workspace)?;
    Ok(Some((email, has_account)))
}

/// Whether somebody has this address. A placeholder of an import is nobody yet, and who joins takes it over; but only where the
/// workspace that invites him is the only one that has it: what others imported is not its to give away.
fn has_account(tx: &mut Tx<'_, Unscoped>, email: &str, workspace: Uuid) -> db::Result<bool> {
    let same = tx.from(USERS).filter(USERS.col("email_key").eq(text::key(email)));
    let Some((id, kind)) = tx.optional::<(Uuid, String)>(&same.expr(USERS.col("id")).expr(USERS.col("kind")))? else { return Ok(false) };
    let places = tx.from(WORKSPACE_MEMBERS).filter(WORKSPACE_MEMBERS.col("member_id").eq(id)).expr(WORKSPACE_MEMBERS.col("workspace_id"));
    Ok(kind != "placeholder" || tx.all::<(Uuid,)>(&places.limit(2))? != [(workspace,)])
}

fn taken() -> Refusal {
    let error = "The invited address has an account already. Sign in with it to accept the invitation.";
    Refusal::new(Kind::Conflict, json!({ "error": error, "code": "ACCOUNT_EXISTS" }))
}

fn create(
    session: &mut Session,
    visitor: &Visitor,
    token: &str,
    new: &NewPerson,
    hash: &str,
) -> db::Result<(sessions::Opened, AccountView)> {
    // Two with one token: the second one waits here and then finds it used.
    session.unscoped_to_write(Unscoped::Instance)?.lock_instance()?;
    let (email, has_account) = look(session, token)?.ok_or_else(invitations::closed)?;
    if has_account {
        return Err(taken().into());
    }
    let account = accounts::NewAccount {
        kind: "human",
        email: Some(email),
        first_name: new.first_name.clone(),
        last_name: new.last_name.clone(),
        display_name: new.display_name.clone(),
        password_hash: Some(hash.to_owned()),
        is_instance_admin: false,
    };
    let nobody = visitor.actor(Uuid::nil());
    let user = accounts::create(&mut session.unscoped_to_write(Unscoped::Instance)?, &nobody, account)?;
    let opened = sign_in::open(session, visitor, user)?;
    invitations::accept_as_new(session, &Principal::proved(visitor.actor(user), Vec::new()), token)?;
    Ok(opened)
}

/// What a request says of an invited person.
struct NewPerson {
    password: String,
    first_name: String,
    last_name: String,
    display_name: String,
}

impl NewPerson {
    fn read(mut fields: Fields) -> Result<Self, Refusal> {
        fields.require("password");
        fields.require("first_name");
        let password = fields.long_text("password");
        let first_name = fields.text("first_name", NAME);
        let last_name = fields.text_or_blank("last_name", NAME);
        let display_name = fields.text_or_blank("display_name", NAME);
        fields.finish()?;
        Ok(Self {
            password: password.unwrap_or_default(),
            first_name: first_name.unwrap_or_default(),
            last_name: last_name.unwrap_or_default(),
            display_name: display_name.unwrap_or_default(),
        })
    }
}
