//! Signing in and out, and what a browser is told about its session.

use aileron_db::{self as db, ExprTrait as _, Session, Unscoped, schema::USERS};
use aileron_kernel::{Action, Actor, Event, Fields, Refusal, Time, Uuid, limits, refusal::Kind, text};
use aileron_platform::web::{ApiError, Body, Json, no_content};
use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Call, Context, Visitor,
    account::{self, AccountView},
    credentials, sessions, wire,
};

/// A session on the wire, to the browser whose it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OwnSession)]
pub struct OwnSessionView {
    /// The session.
    pub id: Uuid,
    /// Whose it is.
    pub user: AccountView,
    /// To be repeated in the header `X-CSRF-Token` of every request that changes something.
    pub csrf_token: String,
    /// Until when, if it is not used.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Time,
}

/// Who signs in.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct SignInBody {
    #[schema(example = "ada@example.com")]
    email: String,
    #[schema(example = "plum tractor overcast nine")]
    password: String,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(sign_in)).routes(routes!(sign_out)).routes(routes!(session))
}

/// Signs in: answers with a session cookie.
#[utoipa::path(post, path = "/api/v1/auth/sign-in/", operation_id = "sign_in", tag = "Sign-in", request_body = SignInBody,
    security(()), extensions(("x-action" = json!("public"))),
    responses((status = 200, description = "Signed in; the cookie is set", body = OwnSessionView), wire::Errors))]
async fn sign_in(visitor: Visitor, body: Body) -> Result<Response, ApiError> {
    visitor.check_json()?;
    let (email, password) = read(body.fields()?)?;
    let context = visitor.context().clone();
    let (source, key) = (visitor.source(), text::key(&email));
    context.attempts.count(&source, &key, context.clock.now())?;
    let proved = prove(&context, &key, &password).await;
    // What counts is a wrong guess: not a right one, and not one that nobody came to judge.
    if !matches!(proved, Ok((_, false))) {
        context.attempts.take_back(&source, &key);
    }
    let (found, is_right) = proved?;
    if !is_right {
        if let Some(person) = found {
            note_failure(&visitor, person.id);
        }
        let body = json!({ "error": "The e-mail address or the password is not right.", "code": "SIGN_IN_FAILED" });
        return Err(Refusal::new(Kind::Unauthenticated, body).into());
    }
    let Some(Person { id: user, password_hash: hash, .. }) = found else { return Err(Refusal::unauthenticated().into()) };
    let entered = visitor.clone();
    let opened = context.db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
        // The password or the account may have changed while the hash was computed.
        let same = USERS.col("id").eq(user).and(USERS.col("password_hash").eq(hash.clone())).and(USERS.col("is_active").eq(true));
        let same = tx.from(USERS).filter(same);
        if !tx.any(same)? {
            return Err(Refusal::unauthenticated().into());
        }
        open(session, &entered, user)
    });
    let (opened, account) = opened.await?;
    signed_in(visitor.context(), &opened, account)
}

/// The account with this address, and whether it is in use and this is its password.
async fn prove(context: &Context, key: &str, password: &str) -> db::Result<(Option<Person>, bool)> {
    let wanted = key.to_owned();
    let found = context.db.read(move |session| by_email_key(session, &wanted)).await?;
    let hash = found.as_ref().filter(|person| person.is_active).and_then(|person| person.password_hash.clone());
    let is_right = context.passwords.verify(hash, password).await?;
    Ok((found, is_right))
}

/// Opens a session of this account for this browser.
pub fn open(session: &mut Session, visitor: &Visitor, user: Uuid) -> db::Result<(sessions::Opened, AccountView)> {
    let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
    let opened = sessions::open(&mut tx, &visitor.actor(user), &visitor.user_agent(), &visitor.address())?;
    let now = tx.now().micros();
    tx.update_where(USERS, USERS.col("id").eq(user), vec![("last_active_at", Some(now).into())])?;
    Ok((opened, account::view(&mut tx, user)?))
}

/// The answer to a browser that has a session from now on.
pub fn signed_in(context: &Context, opened: &sessions::Opened, user: AccountView) -> Result<Response, ApiError> {
    let view = OwnSessionView { id: opened.id, user, csrf_token: sessions::csrf_token(&opened.token), expires_at: opened.expires_at };
    let headers = [(header::SET_COOKIE, sessions::cookie(&opened.token, context.is_https())), no_store()];
    Ok((headers, Json::of(&view)?).into_response())
}

/// Ends the session that the request came with.
#[utoipa::path(post, path = "/api/v1/auth/sign-out/", operation_id = "sign_out", tag = "Sign-in",
    extensions(("x-action" = json!("account.write"))), responses((status = 204, description = "Signed out; the cookie is gone"), wire::Errors))]
async fn sign_out(call: Call) -> Result<Response, ApiError> {
    let is_https = call.context().is_https();
    let own = call.session_hash();
    call.account(Action::AccountWrite)
        .write(move |session, principal| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            let hash = own.ok_or_else(not_a_session)?;
            let open = sessions::by_hash(&mut tx, principal.user_id(), &hash)?.ok_or_else(Refusal::unauthenticated)?;
            sessions::revoke(&mut tx, principal.actor(), open.id, "signed_out")
        })
        .await?;
    Ok(([(header::SET_COOKIE, sessions::no_cookie(is_https))], no_content()).into_response())
}

/// The session that the request came with, and its CSRF token.
#[utoipa::path(get, path = "/api/v1/auth/session/", operation_id = "get_session", tag = "Sign-in",
    extensions(("x-action" = json!("account.read"))), responses((status = 200, description = "The session", body = OwnSessionView), wire::Errors))]
async fn session(call: Call, headers: HeaderMap) -> Result<Response, ApiError> {
    let context = call.context().clone();
    let own = call.session_hash();
    let (open, user) = call
        .account(Action::AccountRead)
        .read(move |tx, principal| {
            let hash = own.ok_or_else(not_a_session)?;
            let open = sessions::by_hash(tx, principal.user_id(), &hash)?.ok_or_else(Refusal::unauthenticated)?;
            Ok((open, account::view(tx, principal.user_id())?))
        })
        .await?;
    let token = credentials::session_cookie(&headers).unwrap_or_default().to_owned();
    // The cookie is set again, so that the browser keeps it for as long as the session.
    signed_in(&context, &sessions::Opened { id: open.id, token, expires_at: open.expires_at }, user)
}

fn not_a_session() -> Refusal {
    Refusal::error("This request came with a token and not with a session.")
}

/// Answers with secrets in them stay out of caches.
fn no_store() -> (header::HeaderName, String) {
    (header::CACHE_CONTROL, "no-store".to_owned())
}

fn read(mut fields: Fields) -> Result<(String, String), Refusal> {
    fields.require("email");
    fields.require("password");
    let email = fields.text("email", limits::EMAIL.most);
    let password = fields.long_text("password");
    fields.finish()?;
    Ok((email.unwrap_or_default(), password.unwrap_or_default()))
}

db::row! {
    struct Person {
        id: Uuid,
        password_hash: Option<String>,
        is_active: bool,
    }
}

fn by_email_key(session: &mut Session, key: &str) -> db::Result<Option<Person>> {
    let mut tx = session.unscoped(Unscoped::Instance)?;
    let select = tx.from(USERS).columns::<Person>(USERS).filter(USERS.col("email_key").eq(key));
    tx.optional(&select)
}

/// Notes a wrong password for a known account. Not within the request: an unknown address would be told from a known
/// one by the time that the writing takes.
fn note_failure(visitor: &Visitor, user: Uuid) {
    let (db, actor, address) = (visitor.context().db.clone(), visitor.actor(user), visitor.address());
    let nobody = Actor { id: Uuid::nil(), ..actor };
    tokio::spawn(async move {
        let event = Event::new("user", "sign_in_failed", user).with(vec![aileron_kernel::Change::value("address", (), address)]);
        let noted = db.write(move |session| session.unscoped_to_write(Unscoped::Instance)?.record_instance(&nobody, &event));
        if let Err(error) = noted.await {
            tracing::warn!(%user, %error, "a failed sign-in was not noted");
        }
    });
}
