//! Which work items a caller may see. The one place that says so: lists, search, comments and exports all ask here.

use std::collections::HashMap;

use aileron_db::{
    self as db, Expr, ExprTrait as _, InWorkspace, Order, ProjectScope, Select, Tx, WorkspaceScope, id_in,
    schema::{PROJECT_MEMBERS, PROJECTS, WORK_ITEMS, WORKSPACE_MEMBERS},
};
use aileron_kernel::{Refusal, Role, Uuid};

use super::rules;

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

/// The projects in which the caller sees items, by their letters: [`in_workspace`] for statements that ask for many rows and cannot afford to ask for
/// each of them.
pub fn projects<S: InWorkspace>(tx: &mut Tx<'_, S>) -> db::Result<Vec<Shown>> {
    let me = tx.user_id();
    let select = tx
        .from(PROJECT_MEMBERS)
        .join(PROJECTS, PROJECTS.col("id").eq(PROJECT_MEMBERS.col("project_id")).and(PROJECTS.col("archived_at").is_null()))
        .filter(PROJECT_MEMBERS.col("member_id").eq(me).and(PROJECT_MEMBERS.col("is_active").eq(true)))
        .order(PROJECTS.col("identifier"), Order::Asc)
        .expr(PROJECTS.col("id"))
        .expr(PROJECTS.col("identifier"))
        .expr(sees_all(tx.workspace().role()));
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

/// What somebody is in a project, as far as it decides which items he sees there: for those who are not the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// His role in the workspace.
    pub in_workspace: Role,
    /// His role in the project.
    pub in_project: Role,
    /// Whether the project shows guests everything.
    pub shows_guests: bool,
}

impl Seat {
    /// What he may do there: admins of the workspace are admins in their projects, and its guests are guests.
    pub const fn role(self) -> Role {
        match self.in_workspace {
            Role::Admin | Role::Guest => self.in_workspace,
            _ => self.in_project,
        }
    }

    /// Whether he sees an item that is nobody's draft: [`in_project`] in other words.
    pub const fn sees(self, is_own: bool) -> bool {
        is_own || self.shows_guests || !depends_on_switch(self.in_workspace, self.in_project)
    }
}

/// The seats of these people in these projects, by project and person. Who is not in a project any more has none there.
pub fn seats(tx: &mut Tx<'_, WorkspaceScope>, projects: &[Uuid], people: &[Uuid]) -> db::Result<HashMap<(Uuid, Uuid), Seat>> {
    let member = PROJECT_MEMBERS.col("member_id");
    let in_workspace = WORKSPACE_MEMBERS.col("member_id").eq(member.clone()).and(WORKSPACE_MEMBERS.col("is_active").eq(true));
    let here = PROJECTS.col("id").eq(PROJECT_MEMBERS.col("project_id")).and(PROJECTS.col("archived_at").is_null());
    let select = tx
        .from(PROJECT_MEMBERS)
        .join(WORKSPACE_MEMBERS, in_workspace)
        .join(PROJECTS, here)
        .filter(PROJECT_MEMBERS.col("is_active").eq(true))
        .filter(id_in(PROJECT_MEMBERS, "project_id", projects))
        .filter(id_in(PROJECT_MEMBERS, "member_id", people))
        .expr(PROJECTS.col("id"))
        .expr(member)
        .expr(WORKSPACE_MEMBERS.col("role"))
        .expr(PROJECT_MEMBERS.col("role"))
        .expr(PROJECTS.col("guest_view_all_features"));
    let found = tx.all::<(Uuid, Uuid, Role, Role, bool)>(&select)?.into_iter();
    let seats = found.map(|(project, member, in_workspace, in_project, shows_guests)| {
        ((project, member), Seat { in_workspace, in_project, shows_guests })
    });
    Ok(seats.collect())
}

/// Refuses with 404 where the project has no such item that the caller may see. What is below an item asks here: archived ones and
/// those in triage, which lists leave out, keep what is below them.
pub fn check_item(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<()> {
    let reachable = reachable(tx, item);
    if tx.any(reachable)? { Ok(()) } else { Err(Refusal::not_found().into()) }
}

/// As [`check_item`], for what changes something below an item: what is archived is only read.
pub fn check_open_item(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<()> {
    let select = reachable(tx, item).expr(WORK_ITEMS.col("hidden"));
    match tx.one::<(Option<String>,)>(&select)?.0.as_deref() {
        Some("archived") => Err(rules::archived().into()),
        _ => Ok(()),
    }
}

fn reachable(tx: &Tx<'_, ProjectScope>, item: Uuid) -> Select {
    let shown = tx.in_project(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(item)).filter_some(in_project(tx.scope()));
    shown.filter(no_draft_of_others(tx.user_id()))
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
