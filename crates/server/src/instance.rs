//! What the server tells those who keep it, and what it does for them: whether mail works, and what failed for good. What they do is in the log
//! of the instance.

use std::collections::HashMap;

use aileron_db::{self as db, Dialect, Principal, Session, Unscoped, WriteTx, id_in, jobs::DeadJob, schema::USERS, schema::WORKSPACES};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Actor, Change, Event, PageRequest, Refusal, Time, Uuid, random};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use aileron_tracker::wire;
use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What runs here.
#[derive(Serialize, ToSchema)]
#[schema(as = Instance)]
struct InstanceView {
    /// The version of the program.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// `sqlite` or `postgres`.
    #[schema(example = "sqlite")]
    database: &'static str,
    mail: MailView,
}

/// Whether mails are sent.
#[derive(Serialize, ToSchema)]
#[schema(as = InstanceMail)]
struct MailView {
    /// Whether the settings name an SMTP server.
    is_configured: bool,
    /// The address that mails come from.
    #[schema(example = "aileron@example.com")]
    from: Option<String>,
}

/// What became of a mail that was sent to try it out.
#[derive(Serialize, ToSchema)]
#[schema(as = MailTest)]
struct MailTestView {
    /// Who was to get it: the caller.
    #[schema(example = "ada@example.com")]
    to: String,
    /// Whether the SMTP server took it.
    is_taken: bool,
    /// What the SMTP server said, or why it was not asked.
    #[schema(example = "250 2.0.0 Ok: queued as 4Z1k2m")]
    answer: String,
}

/// A job that failed for good.
#[derive(Serialize, ToSchema)]
#[schema(as = FailedJob)]
struct FailedJobView {
    id: Uuid,
    /// What was to be done.
    #[schema(example = "mail")]
    kind: String,
    /// The name in addresses of the workspace that it was for; null: for none that is there.
    #[schema(example = "acme")]
    workspace: Option<String>,
    /// How often it was tried.
    attempts: i64,
    #[schema(value_type = String, format = DateTime)]
    failed_at: Time,
    /// Why it failed the last time.
    error: Option<String>,
}

/// How many jobs are tried once more.
#[derive(Serialize, ToSchema)]
#[schema(as = RetriedJobs)]
struct RetriedView {
    retried: u64,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(get))
        .routes(routes!(test_mail))
        .routes(routes!(failed_jobs))
        .routes(routes!(retry_all))
        .routes(routes!(retry))
        .routes(routes!(discard))
}

/// What runs here, for instance admins.
#[utoipa::path(get, path = "/api/v1/instance/", operation_id = "get_instance", tag = "Instance", extensions(("x-action" = json!("instance.read"))),
    responses((status = 200, description = "What runs", body = InstanceView), wire::ReadErrors))]
async fn get(call: Call) -> Result<Json, ApiError> {
    let from = call.context().mailer.as_ref().map(aileron_platform::mail::Mailer::from);
    call.account(Action::InstanceRead)
        .read_anywhere(move |session, _| {
            let database = if session.dialect() == Dialect::Postgres { "postgres" } else { "sqlite" };
            let mail = MailView { is_configured: from.is_some(), from: from.clone() };
            Json::of(&InstanceView { version: env!("CARGO_PKG_VERSION"), database, mail })
        })
        .await
}

/// Sends the caller a mail now, and tells what the SMTP server answered.
#[utoipa::path(post, path = "/api/v1/instance/mail/test/", operation_id = "test_instance_mail", tag = "Instance",
    extensions(("x-action" = json!("instance.write"))),
    responses((status = 200, description = "What became of it", body = MailTestView), wire::WriteErrors))]
async fn test_mail(call: Call) -> Result<Json, ApiError> {
    let context = call.context().clone();
    let to = call.account(Action::InstanceWrite).read(own_address).await?;
    let sent = match &context.mailer {
        Some(mailer) => {
            mailer.test(random::new_id(context.clock.now(), context.random.as_ref()), &to).await.map_err(|error| error.to_string())
        }
        None => Err("This server has no mail: its settings name no SMTP server (AILERON_SMTP_HOST).".to_owned()),
    };
    let (is_taken, answer) = sent.map_or_else(|error| (false, error), |answer| (true, answer));
    Ok(Json::of(&MailTestView { to, is_taken, answer })?)
}

fn own_address(tx: &mut db::Tx<'_, Unscoped>, principal: &Principal) -> db::Result<String> {
    let select = tx.from(USERS).filter(id_in(USERS, "id", &[principal.user_id()])).expr(USERS.col("email"));
    let address = tx.one::<(Option<String>,)>(&select)?.0;
    Ok(address.ok_or_else(|| Refusal::error("This account has no address.".to_owned()))?)
}

/// The jobs that failed for good, the newest first.
#[utoipa::path(get, path = "/api/v1/instance/failed-jobs/", operation_id = "list_failed_jobs", tag = "Instance", params(wire::PageQuery),
    extensions(("x-action" = json!("instance.read"))),
    responses((status = 200, description = "One page of jobs", body = wire::PageOf<FailedJobView>), wire::ReadErrors))]
async fn failed_jobs(call: Call, query: Query) -> Result<Json, ApiError> {
    call.account(Action::InstanceRead).read_anywhere(move |session, _| page(session, query.page(100)?)).await
}

fn page(session: &mut Session, page: PageRequest) -> db::Result<Json> {
    let mut tx = session.unscoped(Unscoped::Operator)?;
    let (jobs, total) = tx.dead_jobs((page.per_page, page.offset()))?;
    let ids: Vec<Uuid> = jobs.iter().filter_map(|job| job.workspace_id).collect();
    let select = tx.from(WORKSPACES).filter(id_in(WORKSPACES, "id", &ids)).expr(WORKSPACES.col("id")).expr(WORKSPACES.col("slug"));
    let slugs: HashMap<Uuid, String> =
        if ids.is_empty() { HashMap::new() } else { tx.all::<(Uuid, String)>(&select)?.into_iter().collect() };
    let view = |job: DeadJob| FailedJobView {
        id: job.id,
        workspace: job.workspace_id.and_then(|id| slugs.get(&id).cloned()),
        kind: job.kind,
        attempts: job.attempts,
        failed_at: job.dead_at,
        error: job.last_error,
    };
    Json::of(&page.answer(jobs.into_iter().map(view).collect(), total))
}

/// Has jobs tried once more that failed for good: these, or all; how many.
pub(crate) fn retry_jobs(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, ids: Option<&[Uuid]>) -> db::Result<u64> {
    let retried = tx.revive_jobs(ids)?;
    let which = ids.and_then(<[Uuid]>::first).copied().unwrap_or_default();
    let count = Change::value("count", serde_json::Value::Null, retried);
    if retried > 0 {
        tx.record_instance(actor, &Event::new("job", "retried", which).with(vec![count]))?;
    }
    Ok(retried)
}

/// Has a job tried once more that failed for good, as if it were new.
#[utoipa::path(post, path = "/api/v1/instance/failed-jobs/{job_id}/retry/", operation_id = "retry_failed_job", tag = "Instance",
    params(("job_id" = Uuid, Path, description = "The job")), extensions(("x-action" = json!("instance.write"))),
    responses((status = 204, description = "It is tried soon"), wire::WriteErrors))]
async fn retry(call: Call, PathOf(id): PathOf<Uuid>, body: Body) -> Result<Response, ApiError> {
    call.account(Action::InstanceWrite)
        .run(body, move |session, principal, _| {
            let retried = retry_jobs(&mut session.unscoped_to_write(Unscoped::Operator)?, principal.actor(), Some(&[id]))?;
            if retried == 0 { Err(Refusal::not_found().into()) } else { Ok(()) }
        })
        .await
}

/// Gives a job up that failed for good.
#[utoipa::path(delete, path = "/api/v1/instance/failed-jobs/{job_id}/", operation_id = "discard_failed_job", tag = "Instance",
    params(("job_id" = Uuid, Path, description = "The job")), extensions(("x-action" = json!("instance.write"))),
    responses((status = 204, description = "Given up"), wire::WriteErrors))]
async fn discard(call: Call, PathOf(id): PathOf<Uuid>, body: Body) -> Result<Response, ApiError> {
    call.account(Action::InstanceWrite)
        .run(body, move |session, principal, _| {
            let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
            if !tx.discard_job(id)? {
                return Err(Refusal::not_found().into());
            }
            tx.record_instance(principal.actor(), &Event::new("job", "discarded", id))
        })
        .await
}

/// Has all jobs tried once more that failed for good.
#[utoipa::path(post, path = "/api/v1/instance/failed-jobs/retry/", operation_id = "retry_failed_jobs", tag = "Instance",
    extensions(("x-action" = json!("instance.write"))),
    responses((status = 200, description = "They are tried soon", body = RetriedView), wire::WriteErrors))]
async fn retry_all(call: Call) -> Result<(StatusCode, Json), ApiError> {
    let retried = call
        .account(Action::InstanceWrite)
        .write(|session, principal| retry_jobs(&mut session.unscoped_to_write(Unscoped::Operator)?, principal.actor(), None))
        .await?;
    Ok((StatusCode::OK, Json::of(&RetriedView { retried })?))
}
