//! One's own API tokens: making, listing and revoking them.

use aileron_db::{self as db, ExprTrait as _, Order, Principal, Tx, Unscoped, schema::API_TOKENS};
use aileron_kernel::{Action, Fields, Refusal, Time, Uuid, fields::NAME, limits, permissions};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Call, Context, tokens, wire};

db::row! {
    struct TokenRow {
        id: Uuid,
        label: String,
        description: String,
        prefix: String,
        scopes: Value,
        is_service: bool,
        created_at: Time,
        expires_at: Option<Time>,
        last_used_at: Option<Time>,
    }
}

/// A token on the wire.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
struct TokenView {
    id: Uuid,
    label: String,
    description: String,
    /// What its text begins with.
    #[schema(example = "ail_3f9a1c")]
    prefix: String,
    /// What it may be used for; empty: everything that the account may.
    #[schema(value_type = Vec<String>)]
    scopes: Value,
    /// Whether it has the higher rate limit of services.
    is_service: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Time>,
    /// To the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Time>,
    /// The token itself. Only in the answer to the request that made it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl TokenView {
    fn of(row: TokenRow, token: Option<String>) -> Self {
        Self {
            id: row.id,
            label: row.label,
            description: row.description,
            prefix: row.prefix,
            scopes: row.scopes,
            is_service: row.is_service,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            token,
        }
    }
}

/// A new token.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct TokenBody {
    #[schema(example = "Nightly report", max_length = 255)]
    label: String,
    description: Option<String>,
    /// In the future; null or absent: it does not expire. Made with a token that expires: no later than that.
    #[schema(example = "2027-01-01T00:00:00Z")]
    expires_at: Option<String>,
    /// `area:read` or `area:write` (which includes reading); none: everything that the account may.
    #[schema(example = json!(["projects.work_items:read"]))]
    scopes: Option<Vec<String>>,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

/// One's own tokens, the newest first, without their texts.
#[utoipa::path(get, path = "/api/v1/users/me/tokens/", operation_id = "list_tokens", tag = "Users", params(wire::PageQuery),
    extensions(("x-action" = json!("tokens.manage"))),
    responses((status = 200, description = "One page of tokens", body = wire::PageOf<TokenView>), wire::Errors))]
async fn list(call: Call, query: Query) -> Result<Json, ApiError> {
    call.account(Action::TokensManage)
        .read(move |tx, principal| {
            let page = query.page(1000)?;
            let own =
                tx.from(API_TOKENS).filter(API_TOKENS.col("user_id").eq(principal.user_id()).and(API_TOKENS.col("revoked_at").is_null()));
            let total = tx.count(own.clone())?;
            let select = own
                .columns::<TokenRow>(API_TOKENS)
                .order(API_TOKENS.col("created_at"), Order::Desc)
                .order(API_TOKENS.col("id"), Order::Desc)
                .page(page.per_page, page.offset());
            let rows = tx.all::<TokenRow>(&select)?.into_iter().map(|row| TokenView::of(row, None)).collect();
            Json::of(&page.answer::<TokenView>(rows, total))
        })
        .await
}

/// Makes a token. Its text is in this answer and never again.
#[utoipa::path(post, path = "/api/v1/users/me/tokens/", operation_id = "create_token", tag = "Users", request_body = TokenBody,
    extensions(("x-action" = json!("tokens.manage"))),
    responses((status = 201, description = "The new token with its text", body = TokenView), wire::Errors))]
async fn create(call: Call, body: Body) -> Result<Response, ApiError> {
    let hash = call.token_hash();
    call.account(Action::TokensManage)
        .make(
            StatusCode::CREATED,
            body,
            move |session, principal, body| {
                let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
                // Revoking waits for this lock too: nothing is made with a token that was revoked a moment ago.
                tx.lock_instance()?;
                let maker = hash.map(|hash| maker(&mut tx, &hash)).transpose()?;
                let new = read(body.fields()?, principal, maker.as_ref(), tx.now())?;
                tokens::create(&mut tx, principal.actor(), new)
            },
            |session, principal, id, token| {
                let mut tx = session.unscoped(Unscoped::Instance)?;
                Json::of(&TokenView::of(get(&mut tx, principal, id)?, token))
            },
        )
        .await
}

/// Revokes one of one's own tokens, at once, and those that were made with it.
#[utoipa::path(delete, path = "/api/v1/users/me/tokens/{token_id}/", operation_id = "revoke_token", tag = "Users",
    params(("token_id" = Uuid, Path, description = "The token")), extensions(("x-action" = json!("tokens.manage"))),
    responses((status = 204, description = "Revoked"), wire::Errors))]
async fn revoke(call: Call, PathOf(id): PathOf<Uuid>, body: Body) -> Result<Response, ApiError> {
    call.account(Action::TokensManage)
        .run(body, move |session, principal, _| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            tokens::revoke(&mut tx, principal.actor(), principal.user_id(), id)
        })
        .await
}

fn get(tx: &mut Tx<'_, Unscoped>, principal: &Principal, id: Uuid) -> db::Result<TokenRow> {
    let own = API_TOKENS.col("user_id").eq(principal.user_id()).and(API_TOKENS.col("revoked_at").is_null());
    let select = tx.from(API_TOKENS).columns::<TokenRow>(API_TOKENS).filter(own.and(API_TOKENS.col("id").eq(id)));
    tx.one(&select)
}

db::row! {
    /// The token that a new one is made with.
    struct Maker {
        id: Uuid,
        expires_at: Option<Time>,
    }
}

fn maker(tx: &mut Tx<'_, Unscoped>, hash: &[u8; 32]) -> db::Result<Maker> {
    let this = API_TOKENS.col("token_hash").eq(hash.to_vec()).and(API_TOKENS.col("revoked_at").is_null());
    let select = tx.from(API_TOKENS).columns::<Maker>(API_TOKENS).filter(this);
    Ok(tx.optional::<Maker>(&select)?.ok_or_else(Refusal::bad_token)?)
}

/// Reads the body of a new token, which may do no more and lasts no longer than the token (if any) that the request came with.
fn read(mut fields: Fields, principal: &Principal, maker: Option<&Maker>, now: Time) -> Result<tokens::NewToken, Refusal> {
    fields.require("label");
    let label = fields.text("label", NAME);
    let description = fields.text_or_blank("description", limits::SHORT_DESCRIPTION.most);
    let expires_at = fields.nullable_time("expires_at").flatten();
    if expires_at.is_some_and(|at| at <= now) {
        fields.reject("expires_at", "This time has passed.");
    }
    if let Some(end) = maker.and_then(|maker| maker.expires_at)
        && expires_at.is_none_or(|at| at > end)
    {
        fields.reject("expires_at", format!("A token cannot make one that lasts longer than itself: until {end}."));
    }
    let scopes = scopes(&mut fields);
    if principal.is_restricted() && fields.raw("scopes").is_none_or(|sent| sent.as_array().is_none_or(Vec::is_empty)) {
        fields.reject("scopes", "A token of limited scopes cannot make one of all scopes.");
    }
    if let Some(wider) = scopes.iter().find(|scope| !principal.token_covers(scope)) {
        fields.reject("scopes", format!("A token cannot make one with the scope \"{wider}\", which it does not have."));
    }
    fields.finish()?;
    Ok(tokens::NewToken {
        user: principal.user_id(),
        made_by: maker.map(|maker| maker.id),
        label: label.unwrap_or_default(),
        description: description.unwrap_or_default(),
        scopes,
        expires_at,
        is_service: false,
    })
}

fn scopes(fields: &mut Fields) -> Vec<String> {
    let list = match fields.json("scopes") {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(list)) => list,
        Some(_) => {
            fields.reject("scopes", "Expected a list of items.");
            return Vec::new();
        }
    };
    let known = permissions::token_scopes();
    let mut scopes: Vec<String> = Vec::new();
    for value in list {
        let word = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        if !known.contains(word.as_str()) {
            fields.reject("scopes", format!("\"{}\" is not a valid choice.", aileron_kernel::text::shortened(&word, 80)));
            return Vec::new();
        }
        if !scopes.contains(&word) {
            scopes.push(word);
        }
    }
    scopes
}
