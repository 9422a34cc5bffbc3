//! Work item types: kinds of items that a workspace knows and its projects use.

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, Order, ProjectScope, Tx, WriteTx,
    schema::{PROJECT_WORK_ITEM_TYPES, WORK_ITEM_TYPES},
};
use aileron_kernel::{Refusal, Time, Uuid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub mod commands;
pub mod http;

db::row! {
    /// A type.
    #[derive(Clone, Debug, Serialize, ToSchema)]
    #[allow(missing_docs, reason = "the names are those of the wire")]
    pub struct WorkItemType {
        pub id: Uuid,
        #[schema(value_type = String, format = DateTime)]
        pub created_at: Time,
        #[schema(value_type = String, format = DateTime)]
        pub updated_at: Time,
        pub name: String,
        pub description: String,
        pub logo_props: Value,
        pub is_epic: bool,
        pub is_default: bool,
        pub is_active: bool,
        pub level: f64,
        pub external_source: Option<String>,
        pub external_id: Option<String>,
        pub created_by: Option<Uuid>,
        pub updated_by: Option<Uuid>,
    }
}

/// The most types in a list, which is not paged.
const MOST: i64 = 1_000;

/// The types that the project uses, by name.
pub fn list(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Vec<WorkItemType>> {
    let select = used(tx)
        .columns::<WorkItemType>(WORK_ITEM_TYPES)
        .order(WORK_ITEM_TYPES.col("name_key"), Order::Asc)
        .order(WORK_ITEM_TYPES.col("id"), Order::Asc)
        .limit(MOST);
    tx.all(&select)
}

/// One type that the project uses. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<WorkItemType> {
    let select = used(tx).columns::<WorkItemType>(WORK_ITEM_TYPES).filter(WORK_ITEM_TYPES.col("id").eq(id));
    tx.one(&select)
}

/// Refuses a type, named by a field of a body, that the project does not use.
pub fn check(tx: &mut Tx<'_, ProjectScope>, field: &str, id: Uuid) -> db::Result<()> {
    let known = used(tx).filter(WORK_ITEM_TYPES.col("id").eq(id));
    if tx.any(known)? { Ok(()) } else { Err(Refusal::field(field, aileron_kernel::fields::unknown_id(id)).into()) }
}

fn used(tx: &Tx<'_, ProjectScope>) -> db::Select {
    let of_project = PROJECT_WORK_ITEM_TYPES.col("project_id").eq(tx.project_id());
    let same = PROJECT_WORK_ITEM_TYPES.col("type_id").eq(WORK_ITEM_TYPES.col("id"));
    tx.from(WORK_ITEM_TYPES).join(PROJECT_WORK_ITEM_TYPES, same.and(of_project))
}

/// The type of that name in the workspace.
fn named<S: InWorkspace>(tx: &mut WriteTx<'_, S>, name: &str) -> db::Result<Option<Uuid>> {
    let key = aileron_kernel::text::key(name);
    let select = tx.from(WORK_ITEM_TYPES).filter(WORK_ITEM_TYPES.col("name_key").eq(key)).expr(WORK_ITEM_TYPES.col("id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0))
}
