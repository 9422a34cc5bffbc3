//! People in the place of their ids, for `expand=`.

use std::collections::{BTreeSet, HashMap};

use aileron_db::{self as db, ExprTrait as _, InWorkspace, Tx, id_in, schema::USERS, schema::WORKSPACE_MEMBERS};
use aileron_identity::me::{LiteUser, LiteUserView};
use aileron_kernel::{Role, Uuid};
use aileron_platform::web::Shape;
use serde_json::Value;

use crate::wire;

/// Replaces the ids in these fields of the rows by the people, where the caller asked for it: one statement for all rows.
/// Guests get no e-mail address but their own.
pub(crate) fn expand<S: InWorkspace>(tx: &mut Tx<'_, S>, shape: &Shape, fields: &[&str], rows: &mut [Value]) -> db::Result<()> {
    let wanted: Vec<&str> = fields.iter().copied().filter(|field| shape.expands(field)).collect();
    let id = |row: &Value, field: &str| row.get(field).and_then(Value::as_str).and_then(|text| Uuid::try_parse(text).ok());
    let ids: BTreeSet<Uuid> = wanted.iter().flat_map(|field| rows.iter().filter_map(|row| id(row, field))).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let people = by_id(tx, &ids.into_iter().collect::<Vec<_>>())?;
    for row in rows {
        for field in &wanted {
            let Some(person) = id(row, field).and_then(|id| people.get(&id)) else { continue };
            if let Some(value) = row.get_mut(*field) {
                value.clone_from(person);
            }
        }
    }
    Ok(())
}

/// Accounts that are or were members of the workspace.
fn by_id<S: InWorkspace>(tx: &mut Tx<'_, S>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, Value>> {
    let select = tx
        .from(USERS)
        .join(WORKSPACE_MEMBERS, WORKSPACE_MEMBERS.col("member_id").eq(USERS.col("id")))
        .filter(id_in(USERS, "id", ids))
        .columns::<LiteUser>(USERS);
    let (me, hides) = (tx.user_id(), tx.workspace().role() == Role::Guest);
    let mut people = HashMap::new();
    for user in tx.all::<LiteUser>(&select)? {
        let id = user.id;
        let mut view = LiteUserView::from(user);
        if hides && id != me {
            view.email = None;
        }
        people.insert(id, wire::value(&view)?);
    }
    Ok(people)
}
