//! What holds items: cycles and modules. Their figures are counted from the items that the client holds, or asked for.

use aileron_db::{
    self as db, Expr, Select, Tx, WorkspaceScope, id_in,
    schema::{CYCLES, MODULES},
};
use aileron_kernel::{Time, Uuid};
use jiff::civil::Date;
use serde_json::Value;

use super::{
    rows::{CycleRow, ModuleRow, Row},
    snapshot::Noun,
    view::View,
};

db::row! {
    /// A cycle.
    pub(super) struct Cycle {
        id: Uuid,
        project_id: Uuid,
        name: String,
        description: String,
        starts_at: Option<Time>,
        ends_at: Option<Time>,
        timezone: String,
        owned_by: Uuid,
        logo_props: Value,
        sort_order: f64,
        archived_at: Option<Time>,
    }
}

/// The cycles of the caller's projects, archived ones included.
pub(super) struct Cycles;

impl Noun for Cycles {
    type Stored = Cycle;

    fn key() -> Expr {
        CYCLES.col("id")
    }

    fn select(tx: &Tx<'_, WorkspaceScope>, view: &View) -> Select {
        tx.from(CYCLES).columns::<Cycle>(CYCLES).filter(id_in(CYCLES, "project_id", &view.ids()))
    }

    fn row(cycle: Cycle, view: &View) -> Row {
        Row::Cycle(CycleRow {
            id: cycle.id,
            version: view.version,
            project: cycle.project_id,
            name: cycle.name,
            description: cycle.description,
            start_date: cycle.starts_at,
            end_date: cycle.ends_at,
            timezone: cycle.timezone,
            owned_by: cycle.owned_by,
            logo_props: cycle.logo_props,
            sort_order: cycle.sort_order,
            archived_at: cycle.archived_at,
        })
    }
}

db::row! {
    /// A module.
    pub(super) struct Module {
        id: Uuid,
        project_id: Uuid,
        name: String,
        description: String,
        start_date: Option<Date>,
        target_date: Option<Date>,
        status: String,
        lead_id: Option<Uuid>,
        logo_props: Value,
        sort_order: f64,
        archived_at: Option<Time>,
    }
}

/// The modules of the caller's projects, archived ones included.
pub(super) struct Modules;

impl Noun for Modules {
    type Stored = Module;

    fn key() -> Expr {
        MODULES.col("id")
    }

    fn select(tx: &Tx<'_, WorkspaceScope>, view: &View) -> Select {
        tx.from(MODULES).columns::<Module>(MODULES).filter(id_in(MODULES, "project_id", &view.ids()))
    }

    fn row(module: Module, view: &View) -> Row {
        Row::Module(ModuleRow {
            id: module.id,
            version: view.version,
            project: module.project_id,
            name: module.name,
            description: module.description,
            start_date: module.start_date,
            target_date: module.target_date,
            status: module.status,
            lead: module.lead_id,
            logo_props: module.logo_props,
            sort_order: module.sort_order,
            archived_at: module.archived_at,
        })
    }
}
