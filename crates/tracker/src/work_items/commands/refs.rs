//! What the ids in a request name, looked up where the caller may look.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Table, Tx, id_in,
    schema::{LABELS, PROJECT_MEMBERS, PROJECTS, STATES, USERS, WORK_ITEM_TYPES, WORK_ITEMS, WORKSPACE_MEMBERS},
};
use aileron_kernel::{Refusal, Role, StateGroup, Uuid, fields::unknown_id, refusal::Kind};
use serde_json::json;

use crate::{
    estimates, states, types,
    work_items::{model::WorkItem, rules, sql, visibility},
};

/// A row and what people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A state, as far as items are concerned.
#[derive(Clone, Debug)]
pub struct NamedState {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it means.
    pub group: StateGroup,
}

impl From<states::State> for NamedState {
    fn from(state: states::State) -> Self {
        Self { id: state.id, group: state.group(), name: state.name }
    }
}

impl From<(Uuid, String)> for Named {
    fn from((id, name): (Uuid, String)) -> Self {
        Self { id, name }
    }
}

impl Named {
    /// As changes name it.
    pub(super) fn pair(&self) -> (Uuid, String) {
        (self.id, self.name.clone())
    }
}

/// The state of that id; none: the one in which new items start.
pub(super) fn state(tx: &mut Tx<'_, ProjectScope>, wanted: Option<Uuid>) -> db::Result<NamedState> {
    let Some(id) = wanted else {
        let starting = states::queries::starting(tx)?;
        return Ok(starting.ok_or_else(|| Refusal::field("state", "The project has no state in which items could start."))?.into());
    };
    let state = stored_state(tx, id)?.ok_or_else(|| Refusal::field("state", unknown_id(id)))?;
    // Items come into triage and out of it by intake alone.
    if state.project_id != tx.project_id() || state.group() == StateGroup::Triage {
        return Err(Refusal::non_field("State is not valid please pass a valid state_id").into());
    }
    Ok(state.into())
}

/// The state of that id as it is, in whatever project and group.
pub(super) fn stored_state(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Option<states::State>> {
    let select = tx.from(STATES).columns::<states::State>(STATES).filter(STATES.col("id").eq(id));
    tx.optional(&select)
}

/// The states of these items as they are.
pub(super) fn states_of(tx: &mut Tx<'_, ProjectScope>, items: &[WorkItem]) -> db::Result<HashMap<Uuid, NamedState>> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.state_id).collect();
    let select = tx.from(STATES).columns::<states::State>(STATES).filter(id_in(STATES, "id", &ids));
    Ok(tx.all::<states::State>(&select)?.into_iter().map(|state| (state.id, state.into())).collect())
}

/// What these rows are called, be they deleted meanwhile.
pub(super) fn names(tx: &mut Tx<'_, ProjectScope>, table: Table, name: &'static str, ids: &[Uuid]) -> db::Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let select = tx.from_with_deleted(table).filter(id_in(table, "id", ids)).expr(table.col("id")).expr(table.col(name));
    Ok(tx.all::<(Uuid, String)>(&select)?.into_iter().collect())
}

/// What these items of this project are called: `ENG-42`.
pub(super) fn item_names(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let of = |column| WORK_ITEMS.col(column);
    let select = tx.from_with_deleted(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids)).expr(of("id")).expr(of("sequence_id"));
    let rows = tx.all::<(Uuid, i64)>(&select)?.into_iter();
    let letters = tx.scope().identifier();
    Ok(rows.map(|(id, number)| (id, format!("{letters}-{number}"))).collect())
}

/// The item of that id as a parent, named as `ENG-42`. `child` is the item that is to be put below it, if there is one yet. What
/// waits in intake is no parent.
pub(super) fn parent(tx: &mut Tx<'_, ProjectScope>, id: Uuid, child: Option<Uuid>) -> db::Result<Named> {
    parent_of_all(tx, id, &child.into_iter().collect::<Vec<_>>())
}

/// The same, of many items that are to be put below it.
pub(super) fn parent_of_all(tx: &mut Tx<'_, ProjectScope>, id: Uuid, children: &[Uuid]) -> db::Result<Named> {
    let select = tx
        .from(WORK_ITEMS)
        .filter(WORK_ITEMS.col("id").eq(id))
        .filter(WORK_ITEMS.col("hidden").is_null().or(WORK_ITEMS.col("hidden").ne("triage")))
        .filter(visibility::no_draft_of_others(tx.user_id()))
        .filter_some(visibility::in_project(tx.scope()))
        .expr(WORK_ITEMS.col("project_id"))
        .expr(WORK_ITEMS.col("sequence_id"));
    let found = tx.optional::<(Uuid, i64)>(&select)?;
    let (project, number) = found.ok_or_else(|| Refusal::field("parent", unknown_id(id)))?;
    if project != tx.project_id() {
        return Err(Refusal::non_field("Parent is not valid issue_id please pass a valid issue_id").into());
    }
    let above = sql::above(tx, id)?;
    for child in children.iter().copied().chain([Uuid::nil()]) {
        rules::check_parent(child, &above)?;
    }
    Ok(Named { id, name: format!("{}-{number}", tx.scope().identifier()) })
}

/// The number of an item of this project, as `ENG-42`.
pub(super) fn item_name(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Named> {
    let select = tx.from_with_deleted(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(id)).expr(WORK_ITEMS.col("sequence_id"));
    let number = tx.optional::<(i64,)>(&select)?.map_or_else(String::new, |row| row.0.to_string());
    Ok(Named { id, name: format!("{}-{number}", tx.scope().identifier()) })
}

/// The type of that id, which the project must use.
pub(super) fn new_type(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Named> {
    types::check(tx, "type_id", id)?;
    item_type(tx, id)
}

/// The type of that id.
pub(super) fn item_type(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Named> {
    let select = tx.from(WORK_ITEM_TYPES).filter(WORK_ITEM_TYPES.col("id").eq(id)).expr(WORK_ITEM_TYPES.col("name"));
    let name = tx.optional::<(String,)>(&select)?.ok_or_else(|| Refusal::field("type_id", unknown_id(id)))?.0;
    Ok(Named { id, name })
}

/// The value of that id, of the estimate that the project uses.
pub(super) fn estimate_point(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Named> {
    let found = estimates::queries::in_use(tx, id)?;
    Ok(found.map(Named::from).ok_or_else(|| Refusal::field("estimate_point", unknown_id(id)))?)
}

/// Somebody, as far as a project is concerned.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The account.
    pub(crate) id: Uuid,
    /// What he is called.
    pub(crate) name: String,
    /// Whether he is in the project.
    pub(crate) is_member: bool,
    /// Whether he can work on its items.
    pub(crate) can_work: bool,
}

/// Those of these people who can work on items of the project. Who cannot is left out, as the compatible API does; an id
/// of no account at all is refused. (That tells whether a random id of 122 bits is somebody's, which we accept to be compatible.)
pub(super) fn assignees(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<Vec<Named>> {
    let found = people(tx, ids)?;
    check_all_known("assignees", ids, |id| found.iter().any(|person| person.id == id))?;
    Ok(found.into_iter().filter(|person| person.can_work).map(|person| Named { id: person.id, name: person.name }).collect())
}

/// What these accounts are in the project.
pub(crate) fn people(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<Vec<Person>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (in_workspace, in_project) = (WORKSPACE_MEMBERS, PROJECT_MEMBERS);
    let select = tx
        .from(USERS)
        .left_join(in_workspace, in_workspace.col("member_id").eq(USERS.col("id")))
        .left_join(
            in_project,
            in_project
                .col("member_id")
                .eq(USERS.col("id"))
                .and(in_project.col("is_active").eq(true))
                .and(in_project.col("project_id").eq(tx.project_id())),
        )
        .filter(id_in(USERS, "id", ids))
        .expr(USERS.col("id"))
        .expr(USERS.col("display_name"))
        .expr(USERS.col("kind"))
        .expr(in_workspace.col("is_active"))
        .expr(in_workspace.col("role"))
        .expr(in_project.col("role"));
    let found = tx.all::<(Uuid, String, String, Option<bool>, Option<Role>, Option<Role>)>(&select)?;
    let works = |role: Option<Role>| role.is_some_and(|role| role >= Role::Member);
    let person = |(id, name, kind, is_active, workspace, project): (Uuid, String, String, Option<bool>, Option<Role>, Option<Role>)| {
        let is_member = is_active == Some(true) && project.is_some();
        // Who an import knows by name only is in no project, and is assigned all the same.
        let can_work = if kind == "placeholder" { workspace.is_some() } else { is_member && works(workspace) && works(project) };
        Person { id, name, is_member, can_work }
    };
    Ok(found.into_iter().map(person).collect())
}

/// Those of these labels that the project has. Labels of other projects are left out, as the compatible API does; an id of
/// no label is refused.
pub(super) fn labels(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<Vec<Named>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = tx.from(LABELS).filter(id_in(LABELS, "id", ids));
    let select = select.expr(LABELS.col("id")).expr(LABELS.col("name")).expr(LABELS.col("project_id"));
    let found = tx.all::<(Uuid, String, Option<Uuid>)>(&select)?;
    check_all_known("labels", ids, |id| found.iter().any(|row| row.0 == id))?;
    let here = tx.project_id();
    let own = found.into_iter().filter(|(_, _, project)| project.is_none_or(|project| project == here));
    Ok(own.map(|(id, name, _)| Named { id, name }).collect())
}

/// Who gets items that nobody is assigned to, if he can work on them.
pub(super) fn default_assignee(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Vec<Named>> {
    let select = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(tx.project_id())).expr(PROJECTS.col("default_assignee_id"));
    match tx.optional::<(Option<Uuid>,)>(&select)?.and_then(|row| row.0) {
        Some(id) => assignees(tx, &[id]),
        None => Ok(Vec::new()),
    }
}

/// Refuses an author who is not in the workspace, and an author other than the caller unless he configures the project.
pub(super) fn check_author(tx: &mut Tx<'_, ProjectScope>, author: Uuid) -> db::Result<()> {
    if author == tx.user_id() {
        return Ok(());
    }
    if !tx.scope().is_at_least(Role::Admin) {
        return Err(Refusal::field("created_by", "Only admins of the project can make work items in the name of others.").into());
    }
    let member = tx.from(WORKSPACE_MEMBERS).filter(WORKSPACE_MEMBERS.col("member_id").eq(author));
    if tx.any(member)? { Ok(()) } else { Err(Refusal::field("created_by", unknown_id(author)).into()) }
}

/// Refuses an external id that another live item of the project has. `itself` is named in the refusal, if there is one.
pub(super) fn check_external_id(
    tx: &mut Tx<'_, ProjectScope>,
    source: Option<&str>,
    id: Option<&str>,
    itself: Option<Uuid>,
) -> db::Result<()> {
    let (Some(source), Some(id)) = (source, id) else { return Ok(()) };
    let same = WORK_ITEMS.col("external_source").eq(source).and(WORK_ITEMS.col("external_id").eq(id));
    let others = tx.in_project(WORK_ITEMS).filter(same).filter(WORK_ITEMS.col("id").ne(itself.unwrap_or_else(Uuid::nil)));
    match tx.optional::<(Uuid,)>(&others.expr(WORK_ITEMS.col("id")))? {
        Some((other,)) => {
            Err(Refusal::taken("Issue with the same external id and external source already exists", itself.unwrap_or(other)).into())
        }
        None => Ok(()),
    }
}

fn check_all_known(field: &str, ids: &[Uuid], is_known: impl Fn(Uuid) -> bool) -> Result<(), Refusal> {
    match ids.iter().enumerate().find(|(_, id)| !is_known(**id)) {
        Some((index, id)) => Err(Refusal::new(Kind::Invalid, json!({ field: { index.to_string(): [unknown_id(*id)] } }))),
        None => Ok(()),
    }
}
