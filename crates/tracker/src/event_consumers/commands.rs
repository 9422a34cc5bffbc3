//! What admins do with events that were put aside.

use aileron_db::{self as db, ExprTrait as _, WorkspaceScope, WriteTx, schema::DEAD_LETTERS};
use aileron_kernel::{Change, Event, Uuid};
use serde_json::Value;

use super::{model::DeadLetterView, queries};

/// Has an event tried once more. One that waits for that already does.
pub fn retry(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    let letter = queries::dead_letter(tx, id)?;
    if letter.retry_at.is_some() {
        return Ok(());
    }
    let now = tx.now().micros();
    tx.update_where(DEAD_LETTERS, DEAD_LETTERS.col("id").eq(id), vec![("retry_at", Some(now).into())])?;
    record(tx, "retried", &letter)
}

/// Gives an event up: it never has its consequences.
pub fn delete(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    let letter = queries::dead_letter(tx, id)?;
    tx.forget_letter(id)?;
    record(tx, "deleted", &letter)
}

fn record(tx: &mut WriteTx<'_, WorkspaceScope>, verb: &'static str, letter: &DeadLetterView) -> db::Result<()> {
    let changes = vec![
        Change::value("consumer", Value::Null, letter.consumer.as_str()),
        Change { new_id: Some(letter.event), ..Change::value("event", Value::Null, letter.seq) },
    ];
    tx.record(Event::new("dead_letter", verb, letter.id).with(changes)).map(|_| ())
}
