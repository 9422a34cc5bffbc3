//! Which work items a caller may see. The one place that says so: lists, search, comments and exports all ask here.

use aileron_db::{
    Expr, ExprTrait as _, InWorkspace as _, ProjectScope, Tx, WorkspaceScope,
    schema::{PROJECT_MEMBERS, PROJECTS, WORK_ITEMS},
};
use aileron_kernel::Role;

/// Items of the project that the caller may see: all, or for guests of a project that does not show them everything, their own.
pub fn in_project(scope: &ProjectScope) -> Option<Expr> {
    scope.sees_only_own().then(|| WORK_ITEMS.col("created_by").eq(scope.workspace().user_id()))
}

/// Items of the workspace that the caller may see: those of the projects he is in, by the same rule in each.
pub fn in_workspace(tx: &Tx<'_, WorkspaceScope>) -> Expr {
    let me = tx.user_id();
    let mut full = PROJECT_MEMBERS.col("role").gte(Role::Viewer.number()).or(PROJECTS.col("guest_view_all_features").eq(true));
    if tx.scope().role() == Role::Guest {
        // A guest of the workspace is a guest in every project, whatever the row says.
        full = PROJECTS.col("guest_view_all_features").eq(true);
    } else if tx.scope().role() == Role::Admin {
        full = Expr::cust("TRUE");
    }
    tx.from(PROJECT_MEMBERS)
        .join(PROJECTS, PROJECTS.col("id").eq(PROJECT_MEMBERS.col("project_id")).and(PROJECTS.col("archived_at").is_null()))
        .filter(PROJECT_MEMBERS.col("project_id").eq(WORK_ITEMS.col("project_id")))
        .filter(PROJECT_MEMBERS.col("member_id").eq(me).and(PROJECT_MEMBERS.col("is_active").eq(true)))
        .filter(full.or(WORK_ITEMS.col("created_by").eq(me)))
        .exists()
}
