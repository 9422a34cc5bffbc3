//! Projects.

use aileron_db::{
    self as db, Expr, ExprTrait as _, FromRow, Select, Tx, WorkspaceScope,
    schema::{PROJECT_MEMBERS, PROJECTS},
};
use aileron_kernel::{Role, Time, Uuid};
use serde_json::Value;

use super::{
    rows::{ProjectRow, Row},
    snapshot::Noun,
    view::View,
};
use crate::projects::queries;

db::row! {
    /// The columns that clients keep.
    pub(super) struct Columns {
        id: Uuid,
        name: String,
        identifier: String,
        description: String,
        network: i64,
        logo_props: Value,
        cover_image: Option<String>,
        project_lead_id: Option<Uuid>,
        default_assignee_id: Option<Uuid>,
        default_state_id: Option<Uuid>,
        archived_at: Option<Time>,
        module_view: bool,
        cycle_view: bool,
        issue_views_view: bool,
        page_view: bool,
        intake_view: bool,
        guest_view_all_features: bool,
        timezone: String,
        created_at: Time,
    }
}

/// A project with the caller's membership in it, if there is one.
pub(super) struct Stored {
    project: Columns,
    role: Option<Role>,
    place: Option<f64>,
}

impl FromRow for Stored {
    const COLUMNS: &'static [&'static str] = &[];
    fn from_row(row: &mut db::Row<'_>) -> db::Result<Self> {
        Ok(Self { project: Columns::from_row(row)?, role: row.take()?, place: row.take()? })
    }
}

/// The projects that the caller finds, archived ones included.
pub(super) struct Projects;

impl Noun for Projects {
    type Stored = Stored;

    fn key() -> Expr {
        PROJECTS.col("id")
    }

    fn select(tx: &Tx<'_, WorkspaceScope>, view: &View) -> Select {
        let own = PROJECT_MEMBERS.col("project_id").eq(PROJECTS.col("id"));
        let own = own.and(PROJECT_MEMBERS.col("member_id").eq(view.me)).and(PROJECT_MEMBERS.col("is_active").eq(true));
        queries::found(tx)
            .left_join(PROJECT_MEMBERS, own)
            .columns::<Columns>(PROJECTS)
            .expr(PROJECT_MEMBERS.col("role"))
            .expr(PROJECT_MEMBERS.col("sort_order"))
    }

    fn row(Stored { project, role, place }: Stored, view: &View) -> Row {
        Row::Project(Box::new(ProjectRow {
            id: project.id,
            version: view.version,
            name: project.name,
            identifier: project.identifier,
            description: project.description,
            network: project.network,
            logo_props: project.logo_props,
            cover_image: project.cover_image,
            project_lead: project.project_lead_id,
            default_assignee: project.default_assignee_id,
            default_state: project.default_state_id,
            archived_at: project.archived_at,
            module_view: project.module_view,
            cycle_view: project.cycle_view,
            issue_views_view: project.issue_views_view,
            page_view: project.page_view,
            intake_view: project.intake_view,
            guest_view_all_features: project.guest_view_all_features,
            timezone: project.timezone,
            sort_order: place,
            member_role: role,
            created_at: project.created_at,
        }))
    }
}
