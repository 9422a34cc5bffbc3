//! A workspace, as stored and as shown.

use aileron_db::{self as db, ExprTrait as _, InWorkspace as _, Order, Principal, Tx, Unscoped, WorkspaceScope, schema::WORKSPACES};
use aileron_kernel::{Page, PageRequest, Refusal, Role, Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

db::row! {
    /// A workspace as stored.
    #[derive(Clone, Debug)]
    pub struct Workspace {
        /// Its id.
        pub id: Uuid,
        /// Its name.
        pub name: String,
        /// Its name in addresses.
        pub slug: String,
        /// Its picture, an address.
        pub logo: Option<String>,
        /// Who owns it.
        pub owner_id: Uuid,
        /// How large it is, in words of its own.
        pub organization_size: Option<String>,
        /// The zone in which its days begin.
        pub timezone: String,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
    }
}

/// A workspace on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Workspace)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct WorkspaceView {
    pub id: Uuid,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    pub logo_url: Option<String>,
    pub owner: Uuid,
    pub organization_size: Option<String>,
    pub timezone: String,
    #[schema(value_type = i64, example = 15)]
    pub role: Role,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
}

impl WorkspaceView {
    fn new(workspace: Workspace, role: Role) -> Self {
        Self {
            id: workspace.id,
            name: workspace.name,
            slug: workspace.slug,
            logo_url: workspace.logo.clone(),
            logo: workspace.logo,
            owner: workspace.owner_id,
            organization_size: workspace.organization_size,
            timezone: workspace.timezone,
            role,
            created_at: workspace.created_at,
            updated_at: workspace.updated_at,
            created_by: workspace.created_by,
            updated_by: workspace.updated_by,
        }
    }
}

/// One page of the workspaces that the caller is in, by name.
pub fn list(tx: &mut Tx<'_, Unscoped>, principal: &Principal, page: PageRequest) -> db::Result<Page<WorkspaceView>> {
    let memberships = tx.workspaces_of(principal)?;
    let ids: Vec<Uuid> = memberships.iter().map(|(id, _)| *id).collect();
    let select = tx
        .from(WORKSPACES)
        .columns::<Workspace>(WORKSPACES)
        .filter(db::id_in(WORKSPACES, "id", &ids))
        .order(WORKSPACES.col("name"), Order::Asc)
        .order(WORKSPACES.col("id"), Order::Asc)
        .page(page.per_page, page.offset());
    let workspaces = tx.all::<Workspace>(&select)?.into_iter();
    let role = |id: Uuid| memberships.iter().find(|(own, _)| *own == id).map(|(_, role)| *role);
    let views = workspaces.filter_map(|workspace| Some((role(workspace.id)?, workspace))).map(|(role, row)| WorkspaceView::new(row, role));
    Ok(page.answer(views.collect(), i64::try_from(ids.len()).unwrap_or(i64::MAX)))
}

/// The name in addresses of a workspace. Refuses one that is gone like one that the caller is not in.
pub fn slug_of(tx: &mut Tx<'_, Unscoped>, id: Uuid) -> db::Result<String> {
    let select = tx.from(WORKSPACES).filter(WORKSPACES.col("id").eq(id)).expr(WORKSPACES.col("slug"));
    Ok(tx.optional::<(String,)>(&select)?.ok_or_else(Refusal::forbidden)?.0)
}

/// The workspace of the scope as stored.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Workspace> {
    let select = tx.from(WORKSPACES).columns::<Workspace>(WORKSPACES).filter(WORKSPACES.col("id").eq(tx.workspace_id()));
    tx.one(&select)
}

/// The workspace of the scope as the caller sees it.
pub fn view(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<WorkspaceView> {
    let role = tx.scope().workspace().role();
    Ok(WorkspaceView::new(get(tx)?, role))
}
