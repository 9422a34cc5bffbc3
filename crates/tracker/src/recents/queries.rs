//! Reading what one looked at last.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, Order, Select, Tx, WorkspaceScope, id_in,
    schema::{PROJECTS, RECENT_VISITS, WORK_ITEMS},
};
use aileron_kernel::Uuid;
use serde_json::{Value, json};

use super::model::{Entity, KEPT, Visit, VisitView};
use crate::{projects, work_items::visibility};

/// What the caller looked at, the last first, as far as he still sees it. `entity`: only such things.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, entity: Option<Entity>) -> db::Result<Vec<VisitView>> {
    let of = |column| RECENT_VISITS.col(column);
    let select = own(tx)
        .filter_some(entity.map(|entity| of("entity_name").eq(entity.as_str())))
        .columns::<Visit>(RECENT_VISITS)
        .order(of("visited_at"), Order::Desc)
        .limit(KEPT);
    let visits = tx.all::<Visit>(&select)?;
    let ids = |entity: Entity| -> Vec<Uuid> {
        visits.iter().filter(|visit| visit.entity_name == entity.as_str()).map(|visit| visit.entity_id).collect()
    };
    let mut shown = projects(tx, &ids(Entity::Project))?;
    shown.extend(items(tx, &ids(Entity::Item))?);
    let views = visits.into_iter().filter_map(|visit| {
        let entity_data = shown.get(&visit.entity_id)?.clone();
        let Visit { entity_name, entity_id, project_id, visited_at } = visit;
        Some(VisitView { entity_name, entity_identifier: entity_id, entity_data, visited_at, project: project_id })
    });
    Ok(views.collect())
}

/// The project of an item that the caller sees and lists show.
pub(super) fn project_of(tx: &mut Tx<'_, WorkspaceScope>, item: Uuid) -> db::Result<Option<Uuid>> {
    let select = visible(tx).filter(WORK_ITEMS.col("id").eq(item)).expr(WORK_ITEMS.col("project_id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0))
}

/// The caller's visits.
pub(super) fn own(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(RECENT_VISITS).filter(RECENT_VISITS.col("user_id").eq(tx.user_id()))
}

fn visible(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(WORK_ITEMS).filter(visibility::in_workspace(tx)).filter(WORK_ITEMS.col("hidden").is_null())
}

fn projects(tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, Value>> {
    let of = |column| PROJECTS.col(column);
    let select = projects::queries::found(tx).filter(of("archived_at").is_null()).filter(id_in(PROJECTS, "id", ids));
    let select = select.expr(of("id")).expr(of("name")).expr(of("identifier")).expr(of("logo_props"));
    let rows = tx.all::<(Uuid, String, String, Value)>(&select)?.into_iter();
    let shown = rows.map(|(id, name, identifier, logo)| {
        (id, json!({ "id": id, "name": name, "identifier": identifier, "logo_props": logo }))
    });
    Ok(shown.collect())
}

fn items(tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, Value>> {
    let of = |column| WORK_ITEMS.col(column);
    let select = visible(tx).join(PROJECTS, PROJECTS.col("id").eq(of("project_id"))).filter(id_in(WORK_ITEMS, "id", ids));
    let select = select.expr(of("id")).expr(of("name")).expr(of("sequence_id")).expr(of("project_id"));
    let select = select.expr(PROJECTS.col("identifier")).expr(of("state_id")).expr(of("priority"));
    let rows = tx.all::<(Uuid, String, i64, Uuid, String, Uuid, String)>(&select)?.into_iter();
    let shown = rows.map(|(id, name, number, project, letters, state, priority)| {
        let data = json!({ "id": id, "name": name, "sequence_id": number, "project_id": project, "project_identifier": letters,
            "state": state, "priority": priority });
        (id, data)
    });
    Ok(shown.collect())
}
