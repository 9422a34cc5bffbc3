//! Changing one's own account: names, time zone, picture, password.

use aileron_db::{self as db, ExprTrait as _, Tx, Unscoped, WriteTx, schema::USERS};
use aileron_kernel::{Action, Actor, Change, Event, Fields, Refusal, Uuid, fields::NAME, refusal::Kind, text};
use aileron_platform::web::{ApiError, Body, Json, no_content};
use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Call, Context, accounts, mailed_codes,
    me::{LiteUser, LiteUserView},
    sessions, wire,
};

/// One's own account on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Account)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct AccountView {
    #[serde(flatten)]
    pub user: LiteUserView,
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// The banner above its profile, an address or empty. Uploaded with `assets/user-assets/`.
    pub cover_image: String,
    /// Whether it may change the instance.
    pub is_instance_admin: bool,
}

/// The fields of an account in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct AccountBody {
    #[schema(example = "Ada", max_length = 255)]
    first_name: Option<String>,
    #[schema(example = "Lovelace", max_length = 255)]
    last_name: Option<String>,
    /// What others see. Not blank.
    #[schema(example = "ada", max_length = 255)]
    display_name: Option<String>,
    /// A name of the IANA time zone database.
    #[schema(example = "Europe/London")]
    timezone: Option<String>,
    /// The address of a picture, `https://...` or a path of this server; empty for none.
    #[schema(example = "https://pictures.example.com/ada.png", max_length = 800)]
    avatar: Option<String>,
}

/// A change of password.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct PasswordBody {
    /// The password as it is.
    #[schema(example = "seven lamps on a green hill")]
    old_password: String,
    /// 8 to 128 characters, not easy to guess.
    #[schema(example = "plum tractor overcast nine")]
    new_password: String,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(update)).routes(routes!(change_password))
}

/// Changes one's own account.
#[utoipa::path(patch, path = "/api/v1/users/me/profile/", operation_id = "update_current_user", tag = "Users", request_body = AccountBody,
    extensions(("x-action" = json!("account.write"))),
    responses((status = 200, description = "The account as it is now", body = AccountView), wire::Errors))]
async fn update(call: Call, body: Body) -> Result<Response, ApiError> {
    call.account(Action::AccountWrite)
        .make(
            StatusCode::OK,
            body,
            |session, principal, body| {
                let fields = AccountFields::read(body.fields()?)?;
                change(&mut session.unscoped_to_write(Unscoped::Instance)?, principal.actor(), fields)?;
                Ok((principal.user_id(), ()))
            },
            |session, principal, _, _| Json::of(&view(&mut session.unscoped(Unscoped::Instance)?, principal.user_id())?),
        )
        .await
}

/// Changes one's own password and ends all other sessions.
#[utoipa::path(post, path = "/api/v1/users/me/password/", operation_id = "change_password", tag = "Users", request_body = PasswordBody,
    extensions(("x-action" = json!("account.write"))), responses((status = 204, description = "Changed"), wire::Errors))]
async fn change_password(call: Call, body: Body) -> Result<Response, ApiError> {
    let context = call.context().clone();
    let own_session = call.session_hash();
    // The caller is proved before his body is judged, and again when the change is written.
    let (user, old_hash, known) =
        call.clone().account(Action::AccountWrite).read(|tx, principal| credentials_of(tx, principal.user_id())).await?;
    let (old, new) = passwords(body.fields()?)?;
    prove_password(&context, user, old_hash.clone(), ("old_password", &old)).await?;
    context.passwords.judge("new_password", &new, known).await?;
    let hash = context.passwords.hash(&new, context.random.as_ref()).await?;
    call.account(Action::AccountWrite)
        .write(move |session, principal| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            let (now, user) = (tx.now().micros(), principal.user_id());
            let unchanged = USERS.col("id").eq(user).and(USERS.col("password_hash").eq(old_hash.clone()));
            let set = vec![("password_hash", Some(hash.clone()).into()), ("updated_at", now.into())];
            if tx.update_where(USERS, unchanged, set)? == 0 {
                let body = json!({ "error": "The password was changed a moment ago." });
                return Err(Refusal::new(Kind::Conflict, body).into());
            }
            mailed_codes::void(&mut tx, user)?;
            tx.record_instance(principal.actor(), &Event::new("user", "password_changed", user))?;
            sessions::revoke_others(&mut tx, principal.actor(), own_session)
        })
        .await?;
    Ok(no_content())
}

/// Refuses a password of a field that is not the account's. Guesses are counted.
pub(crate) async fn prove_password(
    context: &Context,
    user: Uuid,
    hash: Option<String>,
    (field, password): (&str, &str),
) -> Result<(), ApiError> {
    let source = user.to_string();
    context.attempts.count(&source, "password", context.clock.now())?;
    let verified = context.passwords.verify(hash, password).await;
    if !matches!(verified, Ok(false)) {
        context.attempts.take_back(&source, "password");
    }
    if verified? { Ok(()) } else { Err(Refusal::field(field, "This is not your password.").into()) }
}

/// The account's id, the hash of its password, and what others know of its owner.
pub(crate) fn credentials_of(tx: &mut Tx<'_, Unscoped>, user: Uuid) -> db::Result<(Uuid, Option<String>, Vec<String>)> {
    let select = tx.from(USERS).columns::<LiteUser>(USERS).filter(USERS.col("id").eq(user));
    let person = tx.one::<LiteUser>(&select)?;
    let select = tx.from(USERS).filter(USERS.col("id").eq(user)).expr(USERS.col("password_hash"));
    let (hash,) = tx.one::<(Option<String>,)>(&select)?;
    let known = [person.email.unwrap_or_default(), person.first_name, person.last_name, person.display_name];
    Ok((user, hash, known.into()))
}

fn passwords(mut fields: Fields) -> Result<(String, String), Refusal> {
    fields.require("old_password");
    fields.require("new_password");
    let (old, new) = (fields.long_text("old_password"), fields.long_text("new_password"));
    fields.finish()?;
    Ok((old.unwrap_or_default(), new.unwrap_or_default()))
}

/// One's own account as it is shown.
pub fn view(tx: &mut Tx<'_, Unscoped>, user: Uuid) -> db::Result<AccountView> {
    let select = tx.from(USERS).columns::<LiteUser>(USERS).filter(USERS.col("id").eq(user));
    let person = tx.one::<LiteUser>(&select)?;
    let select = tx.from(USERS).filter(USERS.col("id").eq(user)).expr(USERS.col("timezone"));
    let select = select.expr(USERS.col("cover_image")).expr(USERS.col("is_instance_admin"));
    let (timezone, cover_image, is_instance_admin) = tx.one::<(String, String, bool)>(&select)?;
    Ok(AccountView { user: person.into(), timezone, cover_image, is_instance_admin })
}

/// What a request says of an account. Absent fields stay as they are.
struct AccountFields {
    texts: [(&'static str, Option<String>); 5],
}

impl AccountFields {
    fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let timezone = fields.text("timezone", NAME);
        if timezone.as_deref().is_some_and(|name| jiff::tz::TimeZone::get(name).is_err()) {
            fields.reject("timezone", "This is not the name of a time zone.");
        }
        let avatar = fields.text_or_blank("avatar", 800);
        if avatar.as_deref().is_some_and(|address| !is_picture(address)) {
            fields.reject("avatar", "Enter an address that starts with https://, http:// or /.");
        }
        let texts = [
            ("first_name", fields.text_or_blank("first_name", NAME)),
            ("last_name", fields.text_or_blank("last_name", NAME)),
            ("display_name", fields.text("display_name", NAME)),
            ("timezone", timezone),
            ("avatar", avatar),
        ];
        fields.finish()?;
        Ok(Self { texts })
    }
}

/// An address that a browser can show a picture from and can run nothing from.
fn is_picture(address: &str) -> bool {
    let is_path = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
    let is_clean = !address.contains(|character: char| character.is_whitespace() || character.is_control());
    address.is_empty() || is_clean && (is_path || address.starts_with("https://") || address.starts_with("http://"))
}

fn change(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, fields: AccountFields) -> db::Result<()> {
    let columns = fields.texts.iter().fold(tx.from(USERS), |select, (column, _)| select.expr(USERS.col(column)));
    let before = tx.one::<(String, String, String, String, String)>(&columns.filter(USERS.col("id").eq(actor.id)))?;
    let before = [before.0, before.1, before.2, before.3, before.4];
    let mut changes = Vec::new();
    let mut set = vec![("updated_at", tx.now().micros().into())];
    for ((column, new), old) in fields.texts.into_iter().zip(before) {
        if let Some(new) = new.filter(|new| *new != old) {
            changes.push(Change::value(column, text::shortened(&old, 255), text::shortened(&new, 255)));
            set.push((column, new.into()));
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    tx.update_where(USERS, USERS.col("id").eq(actor.id), set)?;
    if changes.iter().any(|change| change.field != "timezone") {
        accounts::tell_workspaces(tx, actor, actor.id)?;
    }
    tx.record_instance(actor, &Event::new("user", "updated", actor.id).with(changes))
}

#[cfg(test)]
mod tests {
    use super::is_picture;

    #[test]
    fn a_picture_has_an_address_that_runs_nothing() {
        for good in ["", "https://pictures.test/a.png", "http://pictures.test/", "/files/a.png"] {
            assert!(is_picture(good), "{good}");
        }
        for bad in ["javascript:alert(1)", "data:image/svg+xml,x", "//elsewhere.test/a", "/\\elsewhere.test", "https://a b", "https://a\tb"]
        {
            assert!(!is_picture(bad), "{bad}");
        }
    }
}
