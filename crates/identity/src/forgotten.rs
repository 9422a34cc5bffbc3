//! Giving oneself another password when the old one was forgotten, by a link that is mailed.
//!
//! Whether an address has an account, nobody learns: every request is answered alike and leaves the same job behind, and the job looks.

use aileron_db::{Db, ExprTrait as _, Unscoped, jobs::Job, schema::USERS};
use aileron_kernel::{Fields, Refusal, Uuid, limits, refusal::Kind, text};
use aileron_platform::{
    digest,
    jobs::Failure,
    mail::{Mail, Outbox, Recipient},
    web::{ApiError, Body, no_content},
};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Context, Visitor, account, accounts,
    mailed_codes::{self, Purpose},
    mails, upkeep, wire,
};

/// The kind of the jobs that look whether there is an account.
pub const KIND: &str = "password.forgotten";

/// Whose password was forgotten.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct ForgotPasswordBody {
    #[schema(example = "ada@example.com")]
    email: String,
}

/// Another password.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct ResetPasswordBody {
    /// As the link in the mail has it.
    #[schema(example = "rst_9f2c...")]
    token: String,
    /// 8 to 128 characters, not easy to guess.
    #[schema(example = "plum tractor overcast nine")]
    password: String,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    email: String,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(ask)).routes(routes!(reset))
}

/// The refusal of what needs mail where there is none.
pub(crate) fn no_mail() -> Refusal {
    let error = "This server sends no mail. Ask whoever runs it for help.";
    Refusal::new(Kind::Conflict, json!({ "error": error, "code": "NO_MAIL" }))
}

/// The one answer to every token that opens nothing, whatever the reason.
fn closed() -> Refusal {
    let error = "This link is not valid any more. Ask for another one.";
    Refusal::new(Kind::NotFound, json!({ "error": error, "code": "RESET_INVALID" }))
}

/// Has a link mailed with which another password is chosen. Answered alike whether the address has an account or not; at most five mails an
/// hour are sent to one.
#[utoipa::path(post, path = "/api/v1/auth/forgot-password/", operation_id = "forgot_password", tag = "Sign-in", request_body = ForgotPasswordBody,
    security(()), extensions(("x-action" = json!("public"))),
    responses((status = 204, description = "A mail is on its way, if the address has an account"),
        (status = 409, description = "This server sends no mail", body = wire::Refused), wire::Errors))]
async fn ask(visitor: Visitor, body: Body) -> Result<Response, ApiError> {
    visitor.check_json()?;
    let email = read_address(body.fields()?)?;
    let context = visitor.context();
    if !context.outbox.is_open() {
        return Err(no_mail().into());
    }
    context.attempts.count(&visitor.source(), "forgotten password", context.clock.now())?;
    let request = visitor.actor(Uuid::nil()).request_id;
    let asked = context.db.write(move |session| {
        let payload = json!(Payload { email: text::key(&email) });
        let dedup = digest::sha256_hex(text::key(&email));
        session.unscoped_to_write(Unscoped::Instance)?.enqueue(KIND, payload, Some(&dedup), &request)
    });
    asked.await?;
    Ok(no_content())
}

fn read_address(mut fields: Fields) -> Result<String, Refusal> {
    fields.require("email");
    let email = fields.text("email", limits::EMAIL.most);
    fields.finish()?;
    Ok(email.unwrap_or_default())
}

/// Mails the link, if the address has an account that is in use.
pub async fn run(db: Db, outbox: Outbox, job: Job) -> Result<(), Failure> {
    let Payload { email: key } = Payload::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let sent = db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Job)?;
        let of = |column| USERS.col(column);
        let in_use = of("email_key").eq(key.as_str()).and(of("is_active").eq(true)).and(of("kind").eq("human"));
        let select = tx.from(USERS).filter(in_use).expr(of("id")).expr(of("email")).expr(of("first_name"));
        let Some((user, Some(address), name)) = tx.optional::<(Uuid, Option<String>, String)>(&select)? else { return Ok(()) };
        let Some(token) = mailed_codes::make(&mut tx, user, Purpose::Password, &address)? else { return Ok(()) };
        let mail = Mail::new(&mails::PASSWORD_RESET, Recipient { address, name, account: None });
        let mail = mail.with_value("minutes", Purpose::Password.minutes()).with_secret("token", token);
        let mail = mail.until(tx.now().plus_seconds(Purpose::Password.minutes() * 60));
        outbox.send_from_instance(&mut tx, mail, &job.request_id)
    });
    Ok(sent.await?)
}

/// Gives an account another password with the token that was mailed, which is good once, and ends all its sessions. Who had the account without
/// having shown that its address is his loses its tokens too. A token that is wrong, used or past its time is answered with the same 404.
#[utoipa::path(post, path = "/api/v1/auth/reset-password/", operation_id = "reset_password", tag = "Sign-in", request_body = ResetPasswordBody,
    security(()), extensions(("x-action" = json!("public"))),
    responses((status = 204, description = "The password is another one"), wire::Errors))]
async fn reset(visitor: Visitor, body: Body) -> Result<Response, ApiError> {
    visitor.check_json()?;
    let (token, password) = read(body.fields()?)?;
    let context = visitor.context().clone();
    let source = visitor.source();
    context.attempts.count(&source, "reset", context.clock.now())?;
    let shown = token.clone();
    let found = context.db.read(move |session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let Some(good) = mailed_codes::of_token(&mut tx, &shown)? else { return Ok(None) };
        Ok(Some(account::credentials_of(&mut tx, good.user_id)?.2))
    });
    let found = found.await;
    // What counts is a wrong token, and not one that nobody came to judge.
    if !matches!(found, Ok(None)) {
        context.attempts.take_back(&source, "reset");
    }
    let known = found?.ok_or_else(closed)?;
    context.passwords.judge("password", &password, known).await?;
    let hash = context.passwords.hash(&password, context.random.as_ref()).await?;
    let entered = visitor.clone();
    let changed = context.db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
        // Two with one token: the second one waits here and then finds it used.
        tx.lock_instance()?;
        let good = mailed_codes::of_token(&mut tx, &token)?.ok_or_else(closed)?;
        let of = |column| USERS.col(column);
        let same = of("id").eq(good.user_id).and(of("is_active").eq(true)).and(of("email").eq(good.email.as_str()));
        let select = tx.from(USERS).filter(same).expr(of("email_verified_at"));
        let (verified,) = tx.optional::<(Option<i64>,)>(&select)?.ok_or_else(closed)?;
        mailed_codes::spend(&mut tx, good.id)?;
        let actor = entered.actor(good.user_id);
        if verified.is_none() {
            upkeep::end_access(&mut tx, &actor, good.user_id)?;
            accounts::verify_email(&mut tx, &actor, good.user_id)?;
        }
        upkeep::set_password(&mut tx, &actor, good.user_id, &hash)
    });
    changed.await?;
    Ok(no_content())
}

fn read(mut fields: Fields) -> Result<(String, String), Refusal> {
    fields.require("token");
    fields.require("password");
    let (token, password) = (fields.long_text("token"), fields.long_text("password"));
    fields.finish()?;
    Ok((token.unwrap_or_default(), password.unwrap_or_default()))
}
