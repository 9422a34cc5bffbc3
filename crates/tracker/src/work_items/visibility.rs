//! Which work items a caller may see. The one place that says so: lists, search, comments and exports all ask here.

use aileron_db::{
    self as db, Expr, ExprTrait as _, InWorkspace, ProjectScope, Tx, WorkspaceScope, id_in,
    schema::{PROJECT_MEMBERS, PROJECTS, WORK_ITEMS},
};
use aileron_kernel::{Refusal, Role, Uuid};

/// Items of the project that the caller may see: all, or for guests of a project that does not show them everything, their own.
pub fn in_project(scope: &ProjectScope) -> Option<Expr> {
    scope.sees_only_own().then(|| WORK_ITEMS.col("created_by").eq(scope.workspace().user_id()))
}

/// A draft is its maker's alone until it is one no longer: to others neither it nor anything below it is there.
pub fn no_draft_of_others(user: Uuid) -> Expr {
    let is_draft = WORK_ITEMS.col("hidden").is_not_null().and(WORK_ITEMS.col("hidden").eq("draft"));
    is_draft.not().or(WORK_ITEMS.col("created_by").eq(user))
}

/// Items of the workspace that the caller may see: those of the projects he is in, by the same rule in each.
pub fn in_workspace<S: InWorkspace>(tx: &Tx<'_, S>) -> Expr {
    let me = tx.user_id();
    tx.from(PROJECT_MEMBERS)
        .join(PROJECTS, PROJECTS.col("id").eq(PROJECT_MEMBERS.col("project_id")).and(PROJECTS.col("archived_at").is_null()))
        .filter(PROJECT_MEMBERS.col("project_id").eq(WORK_ITEMS.col("project_id")))
        .filter(PROJECT_MEMBERS.col("member_id").eq(me).and(PROJECT_MEMBERS.col("is_active").eq(true)))
        .filter(sees_all(tx.workspace().role()).or(WORK_ITEMS.col("created_by").eq(me)))
        .exists()
}

/// Items that the caller, inside a project, may see there and in other projects: what an item of the project can point to.
pub fn around(tx: &Tx<'_, ProjectScope>) -> Expr {
    let here = WORK_ITEMS.col("project_id").eq(tx.project_id());
    let here = match in_project(tx.scope()) {
        Some(own) => here.and(own),
        None => here,
    };
    let is_out = WORK_ITEMS.col("hidden").is_null().or(WORK_ITEMS.col("hidden").eq("archived"));
    here.or(in_workspace(tx)).and(is_out)
}

/// A project in which the caller sees items.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The project.
    pub id: Uuid,
    /// The letters before the numbers of its items.
    pub identifier: String,
    /// Whether he sees all of them; else those that he made.
    pub is_whole: bool,
}

/// The projects in which the caller sees items: [`in_workspace`] for statements that ask for many rows and cannot afford to ask for
/// each of them.
pub fn projects(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Vec<Shown>> {
    let me = tx.user_id();
    let select = tx
        .from(PROJECT_MEMBERS)
        .join(PROJECTS, PROJECTS.col("id").eq(PROJECT_MEMBERS.col("project_id")).and(PROJECTS.col("archived_at").is_null()))
        .filter(PROJECT_MEMBERS.col("member_id").eq(me).and(PROJECT_MEMBERS.col("is_active").eq(true)))
        .expr(PROJECTS.col("id"))
        .expr(PROJECTS.col("identifier"))
        .expr(sees_all(tx.scope().role()));
    let found = tx.all::<(Uuid, String, bool)>(&select)?;
    Ok(found.into_iter().map(|(id, identifier, is_whole)| Shown { id, identifier, is_whole }).collect())
}

/// The items of these projects that this caller, for whom they were looked up, sees.
pub fn items_of(shown: &[Shown], me: Uuid) -> Expr {
    let of = |is_whole: bool| shown.iter().filter(|project| project.is_whole == is_whole).map(|project| project.id).collect::<Vec<_>>();
    let (whole, own) = (of(true), of(false));
    let in_whole = id_in(WORK_ITEMS, "project_id", &whole);
    if own.is_empty() { in_whole } else { in_whole.or(id_in(WORK_ITEMS, "project_id", &own).and(WORK_ITEMS.col("created_by").eq(me))) }
}

impl Shown {
    /// The items of it that this caller, for whom it was looked up, sees.
    pub fn items(&self, me: Uuid) -> Expr {
        let here = WORK_ITEMS.col("project_id").eq(self.id);
        if self.is_whole { here } else { here.and(WORK_ITEMS.col("created_by").eq(me)) }
    }
}

/// Whether it is the switch of a project that decides if a member with these roles sees all items of it: `sees_all` in other words.
pub const fn depends_on_switch(in_workspace: Role, in_project: Role) -> bool {
    match in_workspace {
        Role::Guest => true,
        Role::Admin => false,
        _ => matches!(in_project, Role::Guest),
    }
}

/// Refuses with 404 where the project has no such item that the caller may see. What is below an item asks here: archived ones and
/// those in triage, which lists leave out, keep what is below them.
pub fn check_item(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<()> {
    let shown = tx.in_project(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(item)).filter_some(in_project(tx.scope()));
    let shown = shown.filter(no_draft_of_others(tx.user_id()));
    if tx.any(shown)? { Ok(()) } else { Err(Refusal::not_found().into()) }
}

/// Whether a member of a project sees all items of it.
fn sees_all(role: Role) -> Expr {
    match role {
        // A guest of the workspace is a guest in every project, whatever the row says.
        Role::Guest => PROJECTS.col("guest_view_all_features").eq(true),
        Role::Admin => Expr::cust("TRUE"),
        _ => PROJECT_MEMBERS.col("role").gte(Role::Viewer.number()).or(PROJECTS.col("guest_view_all_features").eq(true)),
    }
}
