//! Things that a member keeps at hand or looked at: which there are, whether he sees them, and what is shown of them.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, Table, Tx, WorkspaceScope, id_in,
    schema::{CYCLES, MODULES, PAGES, PROJECTS, VIEWS, WORK_ITEMS},
};
use aileron_kernel::Uuid;
use serde_json::{Value, json};

use crate::{homes, projects, work_items::visibility};

/// What a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A project.
    Project,
    /// A work item.
    Item,
    /// A cycle.
    Cycle,
    /// A module.
    Module,
    /// A view, of a project or of the workspace itself.
    View,
    /// A page, of a project or of the workspace itself.
    Page,
}

impl Thing {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Project, Self::Item, Self::Cycle, Self::Module, Self::View, Self::Page];

    /// Its word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Item => "issue",
            Self::Cycle => "cycle",
            Self::Module => "module",
            Self::View => "view",
            Self::Page => "page",
        }
    }

    /// What a word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|thing| thing.as_str() == word)
    }
}

/// What is shown of a thing.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Its project; none: it is of the workspace itself.
    pub(crate) project: Option<Uuid>,
    /// Its name and what else tells it from others.
    pub(crate) data: Value,
}

/// Those of these things that the caller sees and that are not archived, by their words and ids: a few statements, however many
/// things there are.
pub(crate) fn seen(tx: &mut Tx<'_, WorkspaceScope>, things: &[(Thing, Uuid)]) -> db::Result<HashMap<(&'static str, Uuid), Seen>> {
    let mut seen = HashMap::new();
    for thing in Thing::ALL {
        let ids: Vec<Uuid> = things.iter().filter(|(kind, _)| *kind == thing).map(|(_, id)| *id).collect();
        if ids.is_empty() {
            continue;
        }
        let rows = match thing {
            Thing::Project => projects(tx, &ids)?,
            Thing::Item => items(tx, &ids)?,
            Thing::Cycle => parts(tx, CYCLES, &ids)?,
            Thing::Module => parts(tx, MODULES, &ids)?,
            Thing::View => homed(tx, VIEWS, &ids)?,
            Thing::Page => homed(tx, PAGES, &ids)?,
        };
        seen.extend(rows.into_iter().map(|(id, row)| ((thing.as_str(), id), row)));
    }
    Ok(seen)
}

fn projects(tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<Vec<(Uuid, Seen)>> {
    let of = |column| PROJECTS.col(column);
    let select = projects::queries::found(tx).filter(of("archived_at").is_null()).filter(id_in(PROJECTS, "id", ids));
    let select = select.expr(of("id")).expr(of("name")).expr(of("identifier")).expr(of("logo_props"));
    let rows = tx.all::<(Uuid, String, String, Value)>(&select)?.into_iter();
    let seen = rows.map(|(id, name, identifier, logo)| {
        (id, Seen { project: Some(id), data: json!({ "id": id, "name": name, "identifier": identifier, "logo_props": logo }) })
    });
    Ok(seen.collect())
}

fn items(tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<Vec<(Uuid, Seen)>> {
    let of = |column| WORK_ITEMS.col(column);
    let select = tx.from(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids)).filter(of("hidden").is_null());
    let select = select.filter(visibility::in_workspace(tx)).join(PROJECTS, PROJECTS.col("id").eq(of("project_id")));
    let select = select.expr(of("id")).expr(of("name")).expr(of("sequence_id")).expr(of("project_id"));
    let select = select.expr(PROJECTS.col("identifier")).expr(of("state_id")).expr(of("priority"));
    let rows = tx.all::<(Uuid, String, i64, Uuid, String, Uuid, String)>(&select)?.into_iter();
    let seen = rows.map(|(id, name, number, project, letters, state, priority)| {
        let data = json!({ "id": id, "name": name, "sequence_id": number, "project_id": project, "project_identifier": letters,
            "state": state, "priority": priority });
        (id, Seen { project: Some(project), data })
    });
    Ok(seen.collect())
}

/// Cycles or modules: those of projects that the caller is in.
fn parts(tx: &mut Tx<'_, WorkspaceScope>, table: Table, ids: &[Uuid]) -> db::Result<Vec<(Uuid, Seen)>> {
    let inside: Vec<Uuid> = visibility::projects(tx)?.into_iter().map(|shown| shown.id).collect();
    let select = tx.from(table).filter(id_in(table, "id", ids)).filter(id_in(table, "project_id", &inside));
    let select = select.filter(table.col("archived_at").is_null());
    let select = select.expr(table.col("id")).expr(table.col("name")).expr(table.col("project_id"));
    let rows = tx.all::<(Uuid, String, Uuid)>(&select)?.into_iter();
    let seen = rows
        .map(|(id, name, project)| (id, Seen { project: Some(project), data: json!({ "id": id, "name": name, "project_id": project }) }));
    Ok(seen.collect())
}

/// Views or pages.
fn homed(tx: &mut Tx<'_, WorkspaceScope>, table: Table, ids: &[Uuid]) -> db::Result<Vec<(Uuid, Seen)>> {
    let seen = homes::in_workspace(tx, table)?;
    let select = tx.from(table).filter(id_in(table, "id", ids)).filter(seen);
    let select = if table == PAGES { select.filter(PAGES.col("archived_at").is_null()) } else { select };
    let select = ["id", "name", "project_id", "logo_props"].into_iter().fold(select, |select, column| select.expr(table.col(column)));
    let rows = tx.all::<(Uuid, String, Option<Uuid>, Value)>(&select)?.into_iter();
    let seen = rows.map(|(id, name, project, logo)| {
        (id, Seen { project, data: json!({ "id": id, "name": name, "project_id": project, "logo_props": logo }) })
    });
    Ok(seen.collect())
}
