//! Reading rules and their runs.

use std::collections::{BTreeSet, HashMap, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, Order, ProjectScope, Select, Tx, WorkspaceScope, id_in,
    schema::{AUTOMATION_RUNS, AUTOMATIONS, PROJECT_MEMBERS, USERS, WORKSPACE_MEMBERS},
};
use aileron_kernel::{Action, Page, PageRequest, Refusal, Role, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{AutomationView, Outcome, Run, RunView, Stored};

/// How many admins are told that a rule was paused.
const ADMINS: i64 = 50;

/// One page of the rules of a project, the oldest first: in the order in which they act.
pub fn list(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<AutomationView>> {
    let all = tx.in_project(AUTOMATIONS);
    let total = tx.count(all.clone())?;
    let rules = tx.all::<Stored>(&sorted(all.columns::<Stored>(AUTOMATIONS)).page(page.per_page, page.offset()))?;
    Ok(page.answer(rules.into_iter().map(AutomationView::from).collect(), total))
}

/// One rule. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Stored> {
    let select = tx.in_project(AUTOMATIONS).columns::<Stored>(AUTOMATIONS).filter(AUTOMATIONS.col("id").eq(id));
    tx.one(&select)
}

/// One page of what a rule did, the newest first.
pub fn runs(tx: &mut Tx<'_, ProjectScope>, id: Uuid, page: PageRequest) -> db::Result<Page<RunView>> {
    get(tx, id)?;
    let all = tx.from(AUTOMATION_RUNS).filter(AUTOMATION_RUNS.col("automation_id").eq(id));
    let total = tx.count(all.clone())?;
    let select = all
        .columns::<Run>(AUTOMATION_RUNS)
        .order(AUTOMATION_RUNS.col("created_at"), Order::Desc)
        .order(AUTOMATION_RUNS.col("seq"), Order::Desc)
        .order(AUTOMATION_RUNS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let runs = tx.all::<Run>(&select)?;
    Ok(page.answer(runs.into_iter().map(RunView::from).collect(), total))
}

fn sorted(select: Select) -> Select {
    select.order(AUTOMATIONS.col("created_at"), Order::Asc).order(AUTOMATIONS.col("id"), Order::Asc)
}

/// A rule as histories name it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NamedAutomation)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct NamedRule {
    pub id: Uuid,
    /// Null for those who may not read the automations of the project.
    pub name: Option<String>,
}

/// What these rules are called, be they deleted, for those who may read rules.
pub(crate) fn names(tx: &mut Tx<'_, ProjectScope>, ids: &BTreeSet<Uuid>) -> db::Result<HashMap<Uuid, NamedRule>> {
    let right = Action::AutomationsRead;
    let may_read = tx.workspace().token_allows(right) && tx.scope().is_at_least(right.rule().from);
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let mut named: HashMap<Uuid, NamedRule> = ids.iter().map(|id| (*id, NamedRule { id: *id, name: None })).collect();
    if ids.is_empty() || !may_read {
        return Ok(named);
    }
    let select = tx.from_with_deleted(AUTOMATIONS).filter(id_in(AUTOMATIONS, "id", &ids));
    for (id, name) in tx.all::<(Uuid, String)>(&select.expr(AUTOMATIONS.col("id")).expr(AUTOMATIONS.col("name")))? {
        named.insert(id, NamedRule { id, name: Some(name) });
    }
    Ok(named)
}

/// The rules of these projects that act on events, in the order in which they act.
pub(super) fn listening(tx: &mut Tx<'_, WorkspaceScope>, projects: &BTreeSet<Uuid>) -> db::Result<Vec<Stored>> {
    let projects: Vec<Uuid> = projects.iter().copied().collect();
    let on_events = AUTOMATIONS.col("trigger_kind").is_in(["item_created", "item_changed", "comment_added"]);
    let select = tx.from(AUTOMATIONS).columns::<Stored>(AUTOMATIONS).filter(id_in(AUTOMATIONS, "project_id", &projects));
    let select = sorted(select.filter(AUTOMATIONS.col("is_enabled").eq(true).and(on_events)));
    tx.all(&select)
}

/// Which of these rules acted on which events already.
pub(super) fn acted(tx: &mut Tx<'_, WorkspaceScope>, rules: &[Uuid], (first, last): (i64, i64)) -> db::Result<HashSet<(Uuid, i64)>> {
    let of = |column| AUTOMATION_RUNS.col(column);
    let select = tx.from(AUTOMATION_RUNS).filter(id_in(AUTOMATION_RUNS, "automation_id", rules).and(of("seq").between(first, last)));
    Ok(tx.all::<(Uuid, i64)>(&select.expr(of("automation_id")).expr(of("seq")))?.into_iter().collect())
}

/// From which event each of these runs follows, or from which run.
pub(super) fn roots(tx: &mut Tx<'_, WorkspaceScope>, runs: &[Uuid]) -> db::Result<HashMap<Uuid, Uuid>> {
    if runs.is_empty() {
        return Ok(HashMap::new());
    }
    let select = tx.from(AUTOMATION_RUNS).filter(id_in(AUTOMATION_RUNS, "id", runs));
    Ok(tx.all::<(Uuid, Uuid)>(&select.expr(AUTOMATION_RUNS.col("id")).expr(AUTOMATION_RUNS.col("root")))?.into_iter().collect())
}

/// How many runs that changed something follow from each of these.
pub(super) fn following(tx: &mut Tx<'_, WorkspaceScope>, roots: &[Uuid]) -> db::Result<HashMap<Uuid, i64>> {
    let of = |column| AUTOMATION_RUNS.col(column);
    let done = id_in(AUTOMATION_RUNS, "root", roots).and(of("outcome").eq(Outcome::Done.as_str()));
    let select = tx.from(AUTOMATION_RUNS).filter(done).group_by(of("root"));
    Ok(tx.all::<(Uuid, i64)>(&select.expr(of("root")).expr(db::Func::count(of("id"))))?.into_iter().collect())
}

/// The occasions on which a rule with a time of its own acted on these items, by item.
pub(super) fn occasions(tx: &mut Tx<'_, ProjectScope>, rule: Uuid, items: &[Uuid]) -> db::Result<HashSet<(Uuid, String)>> {
    let of = |column| AUTOMATION_RUNS.col(column);
    let select = tx.from(AUTOMATION_RUNS).filter(of("automation_id").eq(rule).and(id_in(AUTOMATION_RUNS, "item_id", items)));
    Ok(tx.all::<(Uuid, String)>(&select.expr(of("item_id")).expr(of("occasion")))?.into_iter().collect())
}

/// The admins of the project, with their names.
pub(super) fn admins(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Vec<(Uuid, String)>> {
    let member = PROJECT_MEMBERS.col("member_id");
    let in_workspace = WORKSPACE_MEMBERS.col("member_id").eq(member.clone()).and(WORKSPACE_MEMBERS.col("is_active").eq(true));
    let is_admin = |role: db::Expr| role.gte(Role::Admin.number());
    let select = tx
        .in_project(PROJECT_MEMBERS)
        .join(WORKSPACE_MEMBERS, in_workspace)
        .join(USERS, USERS.col("id").eq(member.clone()))
        .filter(PROJECT_MEMBERS.col("is_active").eq(true))
        .filter(is_admin(PROJECT_MEMBERS.col("role")).or(is_admin(WORKSPACE_MEMBERS.col("role"))))
        .order(member.clone(), Order::Asc)
        .limit(ADMINS);
    tx.all(&select.expr(member).expr(USERS.col("display_name")))
}

/// Refuses to change a rule that carries out a setting.
pub(super) fn written_by_people(stored: &Stored) -> Result<(), Refusal> {
    match &stored.setting {
        Some(setting) => Err(Refusal::error(format!("This automation carries out the setting {setting} of the project: change it there."))),
        None => Ok(()),
    }
}
