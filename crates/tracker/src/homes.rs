//! Where views and pages are: in a project, or in a workspace itself. And which of them a caller sees there: the one place that
//! says so; their lists, what members keep at hand and what they looked at last all ask here.
//!
//! What is public is for everybody in its place, guests aside where a project does not show them everything; what is private is its
//! owner's alone, whatever the others are.

use aileron_db::{
    self as db, Condition, Expr, ExprTrait as _, InWorkspace, Order, ProjectScope, Select, Table, Tx, WorkspaceScope, id_in,
    schema::PROJECTS,
};
use aileron_kernel::{Event, Refusal, Role, Uuid, refusal::Kind};
use serde_json::json;

use crate::{
    projects::rules::check_writable,
    work_items::visibility::{self, Shown},
};

/// A place for views and pages, and what the caller is there.
pub trait Home: InWorkspace + Sized {
    /// The project; none: the workspace itself.
    fn project(&self) -> Option<Uuid>;

    /// Whether the caller sees only what is his own there.
    fn shows_only_own(&self) -> bool;

    /// Whether the caller manages what others made there.
    fn is_managed(&self) -> bool;

    /// Refuses changes in an archived project.
    fn check_open(&self) -> Result<(), Refusal>;

    /// The projects there in which the caller sees items.
    fn shown(tx: &mut Tx<'_, Self>) -> db::Result<Vec<Shown>>;

    /// Refuses what only admins and the owner may.
    fn check_owner(&self, owner: Uuid) -> Result<(), Refusal> {
        if self.is_managed() || owner == self.workspace().user_id() { Ok(()) } else { Err(Refusal::forbidden()) }
    }
}

impl Home for ProjectScope {
    fn project(&self) -> Option<Uuid> {
        Some(self.project_id())
    }

    fn shows_only_own(&self) -> bool {
        self.sees_only_own()
    }

    fn is_managed(&self) -> bool {
        self.is_at_least(Role::Admin)
    }

    fn check_open(&self) -> Result<(), Refusal> {
        check_writable(self)
    }

    fn shown(tx: &mut Tx<'_, Self>) -> db::Result<Vec<Shown>> {
        let scope = tx.scope();
        Ok(vec![Shown { id: scope.project_id(), identifier: scope.identifier().to_owned(), is_whole: !scope.sees_only_own() }])
    }
}

impl Home for WorkspaceScope {
    fn project(&self) -> Option<Uuid> {
        None
    }

    fn shows_only_own(&self) -> bool {
        self.role() < Role::Member
    }

    fn is_managed(&self) -> bool {
        self.role() >= Role::Admin
    }

    fn check_open(&self) -> Result<(), Refusal> {
        Ok(())
    }

    fn shown(tx: &mut Tx<'_, Self>) -> db::Result<Vec<Shown>> {
        visibility::projects(tx)
    }
}

/// The live rows of the place, whether the caller sees them or not.
pub fn all<S: Home>(tx: &Tx<'_, S>, table: Table) -> Select {
    tx.from(table).filter(within(tx.scope(), table))
}

/// Those that the caller sees.
pub fn visible<S: Home>(tx: &Tx<'_, S>, table: Table) -> Select {
    all(tx, table).filter(seen(table, tx.user_id(), !tx.scope().shows_only_own()))
}

/// Those that were deleted and that the caller saw.
pub fn deleted<S: Home>(tx: &Tx<'_, S>, table: Table) -> Select {
    let gone = tx.from_with_deleted(table).filter(table.col("deleted_at").is_not_null()).filter(within(tx.scope(), table));
    gone.filter(seen(table, tx.user_id(), !tx.scope().shows_only_own()))
}

/// The rows of the whole workspace that the caller sees, those of archived projects aside.
pub fn in_workspace(tx: &mut Tx<'_, WorkspaceScope>, table: Table) -> db::Result<Condition> {
    let (me, of_all) = (tx.user_id(), !tx.scope().shows_only_own());
    let shown = visibility::projects(tx)?;
    let projects = |is_whole: bool| shown.iter().filter(|shown| shown.is_whole == is_whole).map(|shown| shown.id).collect::<Vec<_>>();
    let inside = |is_whole: bool| id_in(table, "project_id", &projects(is_whole)).and(seen(table, me, is_whole));
    let outside = table.col("project_id").is_null().and(seen(table, me, of_all));
    Ok(Condition::any().add(inside(true)).add(inside(false)).add(outside))
}

/// What a list of views or pages is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    column: &'static str,
    descending: bool,
}

impl Sort {
    /// Reads `order_by`; in manual order where there is none.
    pub fn parse(text: Option<&str>) -> Result<Self, Refusal> {
        let text = text.filter(|text| !text.is_empty()).unwrap_or("sort_order");
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let column = match name {
            "sort_order" => "sort_order",
            "name" => "name_key",
            "created_at" => "created_at",
            "updated_at" => "updated_at",
            _ => return Err(Refusal::field("order_by", "This is not a key to sort by.")),
        };
        Ok(Self { column, descending })
    }

    /// Sorts. The id is the last word, so that pages do not overlap.
    pub fn apply(self, select: Select, table: Table) -> Select {
        let order = if self.descending { Order::Desc } else { Order::Asc };
        select.order(table.col(self.column), order.clone()).order(table.col("id"), order)
    }
}

/// Refuses new things of a kind that the project has switched off.
pub fn check_feature<S: Home>(tx: &mut Tx<'_, S>, switch: &'static str, things: &str) -> db::Result<()> {
    let Some(project) = tx.scope().project() else { return Ok(()) };
    let on = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(project).and(PROJECTS.col(switch).eq(true)));
    if tx.any(on)? { Ok(()) } else { Err(Refusal::non_field(format!("{things} are not enabled for this project")).into()) }
}

/// The refusal of a change by who may see but not change.
pub fn locked(what: &str) -> Refusal {
    Refusal::new(Kind::Forbidden, json!({ "error": format!("The {what} is locked."), "error_code": "LOCKED" }))
}

/// An event about a row of a place.
pub fn event<S: Home>(scope: &S, entity: &'static str, verb: &'static str, id: Uuid) -> Event {
    let event = Event::new(entity, verb, id);
    match scope.project() {
        Some(project) => event.in_project(project),
        None => event,
    }
}

fn within<S: Home>(scope: &S, table: Table) -> Expr {
    let project = table.col("project_id");
    scope.project().map_or_else(|| project.clone().is_null(), |id| project.clone().eq(id))
}

fn seen(table: Table, me: Uuid, public_too: bool) -> Expr {
    let own = table.col("owner_id").eq(me);
    if public_too { own.or(table.col("is_private").eq(false)) } else { own }
}
