//! What is mailed about workspaces and projects.

use aileron_db::{self as db, ExprTrait as _, InWorkspace, Tx, schema::WORKSPACES};
use aileron_platform::{mail::Template, mail_template};

/// The link of an invitation.
pub static INVITATION: Template = mail_template!("invitation", ["inviter", "workspace", "days", "token"]);
/// To somebody who was put into a project.
pub static PROJECT_ADDED: Template = mail_template!("project_added", ["actor", "project", "workspace", "path"]);
/// What happened with work items that somebody follows: with one of them, or in a digest with all.
pub static NOTIFICATIONS: Template =
    mail_template!("notifications", ["title", "workspace", "slug", "items", "left_out", "unsubscribe", "unsubscribe_item"]);

/// All of them.
pub const ALL: [&Template; 3] = [&INVITATION, &PROJECT_ADDED, &NOTIFICATIONS];

/// The name of the workspace.
pub fn workspace_name<S: InWorkspace>(tx: &mut Tx<'_, S>) -> db::Result<String> {
    let select = tx.from(WORKSPACES).filter(WORKSPACES.col("id").eq(tx.workspace_id())).expr(WORKSPACES.col("name"));
    Ok(tx.one::<(String,)>(&select)?.0)
}
