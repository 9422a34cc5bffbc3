//! Reading projects.

use std::collections::HashMap;

use aileron_db::{
    self as db, Expr, ExprTrait as _, InWorkspace, Select, Tx, WorkspaceScope,
    schema::{CYCLES, MODULES, PROJECT_MEMBERS, PROJECTS},
};
use aileron_kernel::{Page, PageRequest, Refusal, Role, Uuid, text};

use super::model::{Project, ProjectLite, ProjectView, Standing};

/// One page of the projects that the caller may find: his own, public ones unless he is a guest, all for admins.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest, sort: Sort) -> db::Result<Page<ProjectView>> {
    let (projects, total) = rows(tx, found(tx), page, sort)?;
    let standings = standings(tx, &projects)?;
    let views = projects.into_iter().map(|project| {
        let standing = standings.get(&project.id).copied().unwrap_or_default();
        let mut view = ProjectView::new(project, standing);
        view.sort_order = standing.own.map(|(_, place)| place);
        view
    });
    Ok(page.answer(views.collect(), total))
}

/// One page of the same projects in few words; archived ones only where they are asked for.
pub fn list_lite(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest, sort: Sort, archived: bool) -> db::Result<Page<ProjectLite>> {
    let found = found(tx);
    let wanted = if archived { found } else { found.filter(PROJECTS.col("archived_at").is_null()) };
    let (projects, total) = rows(tx, wanted, page, sort)?;
    Ok(page.answer(projects.into_iter().map(ProjectLite::from).collect(), total))
}

fn rows(tx: &mut Tx<'_, WorkspaceScope>, found: Select, page: PageRequest, sort: Sort) -> db::Result<(Vec<Project>, i64)> {
    let total = tx.count(found.clone())?;
    let own = own_place(tx);
    let select = sort.apply(found.columns::<Project>(PROJECTS), own).page(page.per_page, page.offset());
    Ok((tx.all::<Project>(&select)?, total))
}

/// One project as stored. Refuses with 404 where there is none.
pub fn get<S: InWorkspace>(tx: &mut Tx<'_, S>, id: Uuid) -> db::Result<Project> {
    let select = tx.from(PROJECTS).columns::<Project>(PROJECTS).filter(PROJECTS.col("id").eq(id));
    tx.one(&select)
}

/// One project as the caller sees it.
pub fn view<S: InWorkspace>(tx: &mut Tx<'_, S>, id: Uuid) -> db::Result<ProjectView> {
    let project = get(tx, id)?;
    let standings = standings(tx, std::slice::from_ref(&project))?;
    let standing = standings.get(&id).copied().unwrap_or_default();
    Ok(ProjectView::new(project, standing))
}

/// Whether a project of the workspace has these letters before its numbers.
pub fn has_identifier(tx: &mut Tx<'_, WorkspaceScope>, identifier: &str) -> db::Result<bool> {
    let same = tx.from(PROJECTS).filter(PROJECTS.col("identifier_key").eq(text::key(identifier)));
    tx.any(same)
}

/// What a list of projects is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    by: SortKey,
    descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SortKey {
    Own,
    Name,
    Identifier,
    Created,
    Updated,
    Network,
}

impl Sort {
    /// Reads `order_by`: a closed list of fields, each with `-` before it for the other direction.
    pub fn parse(text: Option<&str>) -> Result<Self, Refusal> {
        let text = text.unwrap_or("sort_order");
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let by = match name {
            "sort_order" => SortKey::Own,
            "name" => SortKey::Name,
            "identifier" => SortKey::Identifier,
            "created_at" => SortKey::Created,
            "updated_at" => SortKey::Updated,
            "network" => SortKey::Network,
            _ => return Err(Refusal::field("order_by", format!("\"{text}\" is not a valid choice."))),
        };
        Ok(Self { by, descending })
    }

    fn apply(self, select: Select, own_place: Expr) -> Select {
        let order = if self.descending { db::Order::Desc } else { db::Order::Asc };
        let sorted = match self.by {
            SortKey::Own => select.order_nulls_last(own_place, order),
            SortKey::Name => select.order(PROJECTS.col("name_key"), order),
            SortKey::Identifier => select.order(PROJECTS.col("identifier_key"), order),
            SortKey::Created => select.order(PROJECTS.col("created_at"), order),
            SortKey::Updated => select.order(PROJECTS.col("updated_at"), order),
            SortKey::Network => select.order(PROJECTS.col("network"), order),
        };
        sorted.order(PROJECTS.col("created_at"), db::Order::Asc).order(PROJECTS.col("id"), db::Order::Asc)
    }
}

/// The projects that the caller may find, as [`Tx::enter`] lets him in.
pub(crate) fn found(tx: &Tx<'_, WorkspaceScope>) -> Select {
    findable(tx, tx.from(PROJECTS))
}

/// Those of these projects that the caller may find.
pub(crate) fn findable(tx: &Tx<'_, WorkspaceScope>, select: Select) -> Select {
    let member = own_membership(tx).exists();
    match tx.scope().role() {
        Role::Admin => select,
        Role::Member => select.filter(PROJECTS.col("network").eq(2_i64).or(member)),
        Role::Viewer | Role::Guest => select.filter(member),
    }
}

fn own_membership(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(PROJECT_MEMBERS)
        .filter(PROJECT_MEMBERS.col("project_id").eq(PROJECTS.col("id")))
        .filter(PROJECT_MEMBERS.col("member_id").eq(tx.user_id()).and(PROJECT_MEMBERS.col("is_active").eq(true)))
}

fn own_place(tx: &Tx<'_, WorkspaceScope>) -> Expr {
    own_membership(tx).expr(PROJECT_MEMBERS.col("sort_order")).value()
}

/// How many people, cycles and modules are in each of these projects, and what the caller is there: four statements for all of them.
fn standings<S: InWorkspace>(tx: &mut Tx<'_, S>, projects: &[Project]) -> db::Result<HashMap<Uuid, Standing>> {
    let ids: Vec<Uuid> = projects.iter().map(|project| project.id).collect();
    let active =
        tx.from(PROJECT_MEMBERS).filter(db::id_in(PROJECT_MEMBERS, "project_id", &ids)).filter(PROJECT_MEMBERS.col("is_active").eq(true));
    let counted = active
        .clone()
        .expr(PROJECT_MEMBERS.col("project_id"))
        .expr(PROJECT_MEMBERS.col("id").count())
        .group_by(PROJECT_MEMBERS.col("project_id"));
    let mut standings: HashMap<Uuid, Standing> = HashMap::new();
    for (project, members) in tx.all::<(Uuid, i64)>(&counted)? {
        standings.entry(project).or_default().members = members;
    }
    let own = active
        .filter(PROJECT_MEMBERS.col("member_id").eq(tx.user_id()))
        .expr(PROJECT_MEMBERS.col("project_id"))
        .expr(PROJECT_MEMBERS.col("role"))
        .expr(PROJECT_MEMBERS.col("sort_order"));
    for (project, role, place) in tx.all::<(Uuid, i64, f64)>(&own)? {
        standings.entry(project).or_default().own = Some((role, place));
    }
    for table in [CYCLES, MODULES] {
        let live = tx.from(table).filter(db::id_in(table, "project_id", &ids).and(table.col("archived_at").is_null()));
        let counted = live.expr(table.col("project_id")).expr(table.col("id").count()).group_by(table.col("project_id"));
        for (project, count) in tx.all::<(Uuid, i64)>(&counted)? {
            let standing = standings.entry(project).or_default();
            *if table == CYCLES { &mut standing.cycles } else { &mut standing.modules } = count;
        }
    }
    Ok(standings)
}
