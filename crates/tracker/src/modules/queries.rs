//! Reading modules.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, Order, ProjectScope, Select, Tx, id_in,
    schema::{MODULE_LINKS, MODULE_MEMBERS, MODULES, PROJECTS},
};
use aileron_kernel::{Page, PageRequest, Refusal, Uuid};

use super::model::{Module, ModuleLink, ModuleLinkView, ModuleLite, ModuleView};
use crate::{
    collections::{MODULE, history, progress, standing::BurnDownView},
    cycles::rules::{MOST_DAYS, days_between, zone},
};

/// One page of the modules of the project that are not archived, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<ModuleView>> {
    let shown = tx.in_project(MODULES).filter(MODULES.col("archived_at").is_null());
    paged(tx, shown, page)
}

/// One page of the same modules in few words.
pub fn list_lite(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<ModuleLite>> {
    let shown = tx.in_project(MODULES).filter(MODULES.col("archived_at").is_null());
    let (modules, total) = rows(tx, shown, page)?;
    let ids: Vec<Uuid> = modules.iter().map(|module| module.id).collect();
    let mut members = members(tx, &ids)?;
    let lite = |module: Module| {
        let of_module = members.remove(&module.id).unwrap_or_default();
        ModuleLite::new(module, of_module)
    };
    Ok(page.answer(modules.into_iter().map(lite).collect(), total))
}

/// One page of the archived modules, the newest first.
pub fn list_archived(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<ModuleView>> {
    let archived = tx.in_project(MODULES).filter(MODULES.col("archived_at").is_not_null());
    paged(tx, archived, page)
}

/// One module that is not archived. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Module> {
    let module = find(tx, id)?;
    if module.archived_at.is_some() { Err(Refusal::not_found().into()) } else { Ok(module) }
}

/// One module, archived or not. Refuses with 404 where there is none.
pub fn find(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Module> {
    let select = tx.in_project(MODULES).columns::<Module>(MODULES).filter(MODULES.col("id").eq(id));
    tx.one(&select)
}

/// One module as it is shown.
pub fn view(tx: &mut Tx<'_, ProjectScope>, module: Module) -> db::Result<ModuleView> {
    views(tx, vec![module])?.pop().ok_or_else(|| Refusal::not_found().into())
}

/// How a module stood on each of its days, which are those of its project.
pub fn burn_down(tx: &mut Tx<'_, ProjectScope>, module: &Module) -> db::Result<BurnDownView> {
    let days = module.start_date.zip(module.target_date).ok_or_else(|| Refusal::error("The module has no start date and target date"))?;
    if days_between(days.0, days.1) >= MOST_DAYS {
        return Err(Refusal::error(format!("The module lasts more than {MOST_DAYS} days")).into());
    }
    let select = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(tx.project_id())).expr(PROJECTS.col("timezone"));
    let timezone = tx.one::<(String,)>(&select)?.0;
    let days = history::burn_down(tx, MODULE, module.id, days, &zone(&timezone))?;
    Ok(BurnDownView { timezone, days })
}

/// Who works on each of these modules, the newest accounts first.
pub fn members(tx: &mut Tx<'_, ProjectScope>, modules: &[Uuid]) -> db::Result<HashMap<Uuid, Vec<Uuid>>> {
    let member = MODULE_MEMBERS.col("member_id");
    let select = tx.from(MODULE_MEMBERS).filter(id_in(MODULE_MEMBERS, "module_id", modules));
    let select = select.expr(MODULE_MEMBERS.col("module_id")).expr(member.clone()).order(member, Order::Desc);
    let mut members: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (module, member) in tx.all::<(Uuid, Uuid)>(&select)? {
        members.entry(module).or_default().push(member);
    }
    Ok(members)
}

/// One page of the links of a module, the newest first.
pub fn links(tx: &mut Tx<'_, ProjectScope>, module: Uuid, page: PageRequest) -> db::Result<Page<ModuleLinkView>> {
    find(tx, module)?;
    let of_module = links_of(tx, module);
    let total = tx.count(of_module.clone())?;
    let select = of_module
        .columns::<ModuleLink>(MODULE_LINKS)
        .order(MODULE_LINKS.col("created_at"), Order::Desc)
        .order(MODULE_LINKS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let links = tx.all::<ModuleLink>(&select)?;
    Ok(page.answer(links.into_iter().map(ModuleLinkView::from).collect(), total))
}

/// One link of a module. Refuses with 404 where there is none.
pub fn link(tx: &mut Tx<'_, ProjectScope>, module: Uuid, id: Uuid) -> db::Result<ModuleLink> {
    find(tx, module)?;
    let select = links_of(tx, module).columns::<ModuleLink>(MODULE_LINKS).filter(MODULE_LINKS.col("id").eq(id));
    tx.one(&select)
}

/// The live links of a module.
pub(super) fn links_of(tx: &Tx<'_, ProjectScope>, module: Uuid) -> Select {
    tx.in_project(MODULE_LINKS).filter(MODULE_LINKS.col("module_id").eq(module))
}

fn paged(tx: &mut Tx<'_, ProjectScope>, shown: Select, page: PageRequest) -> db::Result<Page<ModuleView>> {
    let (modules, total) = rows(tx, shown, page)?;
    let views = views(tx, modules)?;
    Ok(page.answer(views, total))
}

fn rows(tx: &mut Tx<'_, ProjectScope>, shown: Select, page: PageRequest) -> db::Result<(Vec<Module>, i64)> {
    let total = tx.count(shown.clone())?;
    let select = shown
        .columns::<Module>(MODULES)
        .order(MODULES.col("created_at"), Order::Desc)
        .order(MODULES.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    Ok((tx.all(&select)?, total))
}

/// Modules as they are shown: two statements more, however many there are.
fn views(tx: &mut Tx<'_, ProjectScope>, modules: Vec<Module>) -> db::Result<Vec<ModuleView>> {
    let ids: Vec<Uuid> = modules.iter().map(|module| module.id).collect();
    let mut progress = progress::of(tx, MODULE, &ids)?;
    let mut members = members(tx, &ids)?;
    let view = |module: Module| {
        let id = module.id;
        ModuleView::new(module, progress.remove(&id).unwrap_or_default(), members.remove(&id).unwrap_or_default())
    };
    Ok(modules.into_iter().map(view).collect())
}
