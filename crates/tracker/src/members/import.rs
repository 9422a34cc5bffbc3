//! People whom an import knows: in the workspace by name, without any right.

use std::collections::HashSet;

use aileron_db::{self as db, Value, WorkspaceScope, WriteTx, id_in, schema::WORKSPACE_MEMBERS};
use aileron_kernel::{Change, Event, Role, Uuid};

/// Makes accounts inactive members, so that rows of the workspace can name them. Who is or was a member stays as he is.
pub fn add_inactive(tx: &mut WriteTx<'_, WorkspaceScope>, people: &[(Uuid, String)]) -> db::Result<()> {
    let ids: Vec<Uuid> = people.iter().map(|person| person.0).collect();
    let select = tx.from_with_deleted(WORKSPACE_MEMBERS).filter(id_in(WORKSPACE_MEMBERS, "member_id", &ids));
    let known = tx.all::<(Uuid,)>(&select.expr(WORKSPACE_MEMBERS.col("member_id")))?;
    let mut known: HashSet<Uuid> = known.into_iter().map(|row| row.0).collect();
    let (now, me) = (tx.now().micros(), tx.user_id());
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for (account, name) in people {
        if !known.insert(*account) {
            continue;
        }
        let id = tx.new_id();
        rows.push(vec![
            id.into(),
            (*account).into(),
            Role::Member.number().into(),
            false.into(),
            now.into(),
            now.into(),
            Some(me).into(),
            tx.next_version().into(),
        ]);
        let change = Change::reference("member", None, Some((*account, name.clone())));
        let inactive = Change::value("is_active", serde_json::Value::Null, false);
        tx.record(Event::new("workspace_member", "imported", id).with(vec![change, inactive]))?;
    }
    let columns = ["id", "member_id", "role", "is_active", "created_at", "updated_at", "created_by", "version"];
    tx.insert_rows(WORKSPACE_MEMBERS, &columns, rows)
}
