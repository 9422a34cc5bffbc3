//! Telling the workspaces of an account that it is shown otherwise, after its names or its picture were changed.

use aileron_db::{self as db, Db, ExprTrait as _, Session, Unscoped, jobs::Job, schema::WORKSPACE_MEMBERS};
use aileron_identity::accounts;
use aileron_kernel::{Change, Event, Uuid};
use aileron_platform::jobs::Failure;

/// Records it in the log of each workspace that the account is or was in: one transaction each, since each has a log of its own.
pub async fn run(db: Db, job: Job) -> Result<(), Failure> {
    let user = job.payload.as_str().and_then(|id| Uuid::try_parse(id).ok());
    let user = user.ok_or_else(|| Failure::Never("the payload is not the id of an account".to_owned()))?;
    let memberships = db.read(move |session| {
        let mut tx = session.unscoped(Unscoped::Job)?;
        let of_user = tx.from(WORKSPACE_MEMBERS).filter(WORKSPACE_MEMBERS.col("member_id").eq(user));
        let select = of_user.expr(WORKSPACE_MEMBERS.col("workspace_id")).expr(WORKSPACE_MEMBERS.col("id"));
        tx.all::<(Uuid, Uuid)>(&select)
    });
    for (workspace, membership) in memberships.await? {
        let request = job.request_id.clone();
        db.write(move |session| record(session, &request, workspace, (user, membership))).await?;
    }
    Ok(())
}

fn record(session: &mut Session, request: &str, workspace: Uuid, (user, membership): (Uuid, Uuid)) -> db::Result<()> {
    let server = db::Principal::proved(accounts::automation(request), Vec::new());
    let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(()) };
    let name = db::scope::display_name(&mut tx, user)?;
    let change = Change::reference("member", None, Some((user, name)));
    tx.record(Event::new("workspace_member", "profile_updated", membership).with(vec![change])).map(|_| ())
}
