//! Giving one's account another address, or showing that the one it has is one's own: by a code that is mailed there.

use aileron_db::{self as db, ExprTrait as _, Tx, Unscoped, WriteTx, schema::USERS};
use aileron_kernel::{Action, Actor, Change, Event, Fields, Refusal, Time, Uuid, limits, refusal::Kind, text};
use aileron_platform::{
    mail::{Mail, Outbox, Recipient},
    web::{ApiError, Body, Json, no_content},
};
use axum::response::Response;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Call, Context,
    account::{self, AccountView},
    accounts,
    forgotten::no_mail,
    mailed_codes::{self, Purpose},
    mails, recipients, sessions, wire,
};

/// The address that the account is to have.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct EmailBody {
    /// Another address; or the one that the account has, to show that it is its owner's.
    #[schema(example = "ada@example.org", max_length = 254)]
    email: String,
    /// The account's password.
    #[schema(example = "seven lamps on a green hill")]
    password: String,
}

/// The code that was mailed.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct EmailCodeBody {
    /// Small letters, spaces and hyphens do not matter.
    #[schema(example = "K7QM-D2PX")]
    code: String,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(ask)).routes(routes!(confirm))
}

/// Has a code mailed to an address, with which it becomes the account's. The mail is sent whether another account has the address or not.
#[utoipa::path(post, path = "/api/v1/users/me/email/", operation_id = "request_email_change", tag = "Users", request_body = EmailBody,
    extensions(("x-action" = json!("account.write"))),
    responses((status = 204, description = "The code is on its way"),
        (status = 409, description = "This server sends no mail", body = wire::Refused), wire::Errors))]
async fn ask(call: Call, body: Body) -> Result<Response, ApiError> {
    let context = call.context().clone();
    let account = call.clone().account(Action::AccountWrite);
    let (user, hash, _) = account.read(|tx, principal| account::credentials_of(tx, principal.user_id())).await?;
    let (email, password) = read(body.fields()?)?;
    if !context.outbox.is_open() {
        return Err(no_mail().into());
    }
    account::prove_password(&context, user, hash, ("password", &password)).await?;
    call.account(Action::AccountWrite)
        .write(move |session, principal| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            mail_code(&mut tx, principal.actor(), &email, &context.outbox)
        })
        .await?;
    Ok(no_content())
}

fn read(mut fields: Fields) -> Result<(String, String), Refusal> {
    fields.require("email");
    fields.require("password");
    let (email, password) = (fields.text("email", limits::EMAIL.most), fields.long_text("password"));
    if email.as_deref().is_some_and(|email| !accounts::is_email(email)) {
        fields.reject("email", "Enter a valid email address.");
    }
    fields.finish()?;
    Ok((email.unwrap_or_default(), password.unwrap_or_default()))
}

fn mail_code(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, email: &str, outbox: &Outbox) -> db::Result<()> {
    let Some(code) = mailed_codes::make(tx, actor.id, Purpose::Email, email)? else {
        let body = json!({ "error": "Several codes were mailed already. Wait before you ask for another one." });
        return Err(Refusal::new(Kind::Limited { retry_after: 60 * 60 }, body).into());
    };
    let select = tx.from(USERS).filter(USERS.col("id").eq(actor.id)).expr(USERS.col("display_name"));
    let (name,) = tx.one::<(String,)>(&select)?;
    let mail = Mail::new(&mails::EMAIL_CODE, Recipient { address: email.to_owned(), name: String::new(), account: None });
    let mail = mail.with_person("account", &name).with_value("minutes", Purpose::Email.minutes()).with_secret("code", code);
    let mail = mail.until(tx.now().plus_seconds(Purpose::Email.minutes() * 60));
    outbox.send_from_instance(tx, mail, &actor.request_id)
}

/// Makes the address that a code was mailed to the account's, which has been shown by it to be its owner's, and ends all other sessions. The address
/// before is told of it.
#[utoipa::path(post, path = "/api/v1/users/me/email/confirm/", operation_id = "confirm_email_change", tag = "Users", request_body = EmailCodeBody,
    extensions(("x-action" = json!("account.write"))),
    responses((status = 200, description = "The account as it is now", body = AccountView),
        (status = 409, description = "Another account has the address", body = wire::Refused), wire::Errors))]
async fn confirm(call: Call, body: Body) -> Result<Json, ApiError> {
    let (outbox, own_session) = (call.context().outbox.clone(), call.session_hash());
    let mut fields = body.fields()?;
    fields.require("code");
    let code = fields.text("code", limits::NAME.most).unwrap_or_default();
    fields.finish()?;
    let count = call
        .clone()
        .account(Action::AccountWrite)
        .write(|session, principal| mailed_codes::count_try(&mut session.unscoped_to_write(Unscoped::Instance)?, principal.user_id()));
    count.await?;
    call.account(Action::AccountWrite)
        .write(move |session, principal| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            tx.lock_instance()?;
            let wrong = || Refusal::field("code", "This code is not valid, or not any more.");
            let good = mailed_codes::of_code(&mut tx, principal.user_id(), &code)?.ok_or_else(wrong)?;
            mailed_codes::spend(&mut tx, good.id)?;
            change(&mut tx, principal.actor(), &good.email, &outbox)?;
            sessions::revoke_others(&mut tx, principal.actor(), own_session)?;
            Json::of(&account::view(&mut tx, principal.user_id())?)
        })
        .await
}

/// Gives an account an address that its owner has just shown to be his.
fn change(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, email: &str, outbox: &Outbox) -> db::Result<()> {
    let (user, key) = (actor.id, text::key(email));
    let (old, verified) = address(tx, user)?;
    let others = tx.from(USERS).filter(USERS.col("email_key").eq(key.as_str()).and(USERS.col("id").ne(user)));
    if tx.any(others)? {
        let body = json!({ "error": "Another account has this address.", "code": "EMAIL_TAKEN" });
        return Err(Refusal::new(Kind::Conflict, body).into());
    }
    if old.as_deref() == Some(email) {
        return accounts::verify_email(tx, actor, user);
    }
    let told = if verified.is_some() { recipients::proved(tx, &[user])?.remove(&user) } else { None };
    let now = tx.now().micros();
    let set = vec![
        ("email", Some(email.to_owned()).into()),
        ("email_key", Some(key).into()),
        ("email_verified_at", Some(now).into()),
        ("updated_at", now.into()),
    ];
    tx.update_where(USERS, USERS.col("id").eq(user), set)?;
    let changed = Change::value("email", old, email);
    tx.record_instance(actor, &Event::new("user", "email_changed", user).with(vec![changed]))?;
    accounts::tell_workspaces(tx, actor, user)?;
    match told {
        Some(owner) => {
            outbox.send_from_instance(tx, Mail::new(&mails::EMAIL_CHANGED, owner).in_any_case().with("email", email), &actor.request_id)
        }
        None => Ok(()),
    }
}

/// The address of an account, and since when it is known to be its owner's.
fn address(tx: &mut Tx<'_, Unscoped>, user: Uuid) -> db::Result<(Option<String>, Option<Time>)> {
    let select = tx.from(USERS).filter(USERS.col("id").eq(user)).expr(USERS.col("email")).expr(USERS.col("email_verified_at"));
    tx.one(&select)
}
