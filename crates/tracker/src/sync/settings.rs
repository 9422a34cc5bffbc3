//! What a project is set up with: states, labels, work item types.

use aileron_db::{
    self as db, Expr, Select, Tx, WorkspaceScope, id_in,
    schema::{LABELS, PROJECT_WORK_ITEM_TYPES, STATES, WORK_ITEM_TYPES},
};
use aileron_kernel::Uuid;
use serde_json::Value;

use super::{
    rows::{LabelRow, Row, StateRow, TypeRow},
    snapshot::Noun,
    view::View,
};

db::row! {
    /// A state.
    pub(super) struct State {
        id: Uuid,
        project_id: Uuid,
        name: String,
        color: String,
        group_name: String,
        sequence: f64,
        is_default: bool,
        description: String,
    }
}

/// The states of the caller's projects.
pub(super) struct States;

impl Noun for States {
    type Stored = State;

    fn key() -> Expr {
        STATES.col("id")
    }

    fn select(tx: &Tx<'_, WorkspaceScope>, view: &View) -> Select {
        tx.from(STATES).columns::<State>(STATES).filter(id_in(STATES, "project_id", &view.ids()))
    }

    fn row(state: State, view: &View) -> Row {
        Row::State(StateRow {
            id: state.id,
            version: view.version,
            project: state.project_id,
            name: state.name,
            color: state.color,
            group: state.group_name,
            sequence: state.sequence,
            default: state.is_default,
            description: state.description,
        })
    }
}

db::row! {
    /// A label.
    pub(super) struct Label {
        id: Uuid,
        project_id: Option<Uuid>,
        name: String,
        color: String,
        parent_id: Option<Uuid>,
        sort_order: f64,
    }
}

/// The labels of the caller's projects.
pub(super) struct Labels;

impl Noun for Labels {
    type Stored = Label;

    fn key() -> Expr {
        LABELS.col("id")
    }

    fn select(tx: &Tx<'_, WorkspaceScope>, view: &View) -> Select {
        tx.from(LABELS).columns::<Label>(LABELS).filter(id_in(LABELS, "project_id", &view.ids()))
    }

    fn row(label: Label, view: &View) -> Row {
        Row::Label(LabelRow {
            id: label.id,
            version: view.version,
            project: label.project_id,
            name: label.name,
            color: label.color,
            parent: label.parent_id,
            sort_order: label.sort_order,
        })
    }
}

db::row! {
    /// A type.
    pub(super) struct WorkItemType {
        id: Uuid,
        name: String,
        description: String,
        logo_props: Value,
        is_default: bool,
        is_active: bool,
        level: f64,
    }
}

/// The types that the caller's projects use.
pub(super) struct Types;

impl Noun for Types {
    type Stored = WorkItemType;

    fn key() -> Expr {
        WORK_ITEM_TYPES.col("id")
    }

    fn select(tx: &Tx<'_, WorkspaceScope>, view: &View) -> Select {
        let used = used_by(tx, &view.ids()).contains(WORK_ITEM_TYPES.col("id"));
        tx.from(WORK_ITEM_TYPES).columns::<WorkItemType>(WORK_ITEM_TYPES).filter(used)
    }

    fn row(kind: WorkItemType, view: &View) -> Row {
        Row::WorkItemType(TypeRow {
            id: kind.id,
            version: view.version,
            name: kind.name,
            description: kind.description,
            logo_props: kind.logo_props,
            is_default: kind.is_default,
            is_active: kind.is_active,
            level: kind.level,
        })
    }
}

/// The ids of the types that these projects use.
pub(super) fn used_by(tx: &Tx<'_, WorkspaceScope>, projects: &[Uuid]) -> Select {
    tx.from(PROJECT_WORK_ITEM_TYPES)
        .filter(id_in(PROJECT_WORK_ITEM_TYPES, "project_id", projects))
        .expr(PROJECT_WORK_ITEM_TYPES.col("type_id"))
}
