//! Reading how consumers stand.

use aileron_db::{
    self as db, ExprTrait as _, FromRow, Order, Row, Select, Tx, WorkspaceScope,
    schema::{CONSUMER_POSITIONS, DEAD_LETTERS, EVENTS},
};
use aileron_kernel::{Page, PageRequest, Time, Uuid};

use super::model::{ConsumerView, DeadLetterView};

/// The consumers of the workspace by their names: there are a few.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Vec<ConsumerView>> {
    let of = |column| CONSUMER_POSITIONS.col(column);
    let aside = tx.from(DEAD_LETTERS).filter(DEAD_LETTERS.col("consumer").eq(of("consumer")));
    let select = tx
        .from(CONSUMER_POSITIONS)
        .expr(of("consumer"))
        .expr(of("seq"))
        .expr(of("attempts"))
        .expr(of("retry_at"))
        .expr(of("last_error"))
        .expr(aside.expr(DEAD_LETTERS.col("id").count()).value())
        .order(of("consumer"), Order::Asc);
    let reached = tx.workspace().seq();
    let found = tx.all::<(String, i64, i64, Option<Time>, Option<String>, i64)>(&select)?.into_iter();
    let views = found.map(|(name, seq, attempts, retry_at, last_error, dead_letters)| ConsumerView {
        name,
        seq,
        events_ahead: reached - seq,
        attempts,
        retry_at,
        last_error,
        dead_letters,
    });
    Ok(views.collect())
}

/// One page of the events put aside, the newest first.
pub fn dead_letters(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest) -> db::Result<Page<DeadLetterView>> {
    let all = tx.from(DEAD_LETTERS);
    let total = tx.count(all)?;
    let of = |column| DEAD_LETTERS.col(column);
    let select = letters(tx).order(of("seq"), Order::Desc).order(of("id"), Order::Desc).page(page.per_page, page.offset());
    let rows = tx.all::<DeadLetterView>(&select)?;
    Ok(page.answer(rows, total))
}

/// One event put aside. Refuses with 404 where there is none.
pub fn dead_letter(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<DeadLetterView> {
    let select = letters(tx).filter(DEAD_LETTERS.col("id").eq(id));
    tx.one(&select)
}

fn letters(tx: &Tx<'_, WorkspaceScope>) -> Select {
    let of = |column| DEAD_LETTERS.col(column);
    let select = tx.from(DEAD_LETTERS).join(EVENTS, EVENTS.col("seq").eq(of("seq"))).expr(of("id")).expr(of("created_at"));
    let select = select.expr(of("consumer")).expr(EVENTS.col("id")).expr(of("seq")).expr(EVENTS.col("entity"));
    select.expr(EVENTS.col("verb")).expr(of("attempts")).expr(of("last_error")).expr(of("retry_at"))
}

impl FromRow for DeadLetterView {
    const COLUMNS: &'static [&'static str] = &[];

    fn from_row(row: &mut Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.take()?,
            created_at: row.take()?,
            consumer: row.take()?,
            event: row.take()?,
            seq: row.take()?,
            entity: row.take()?,
            verb: row.take()?,
            attempts: row.take()?,
            last_error: row.take()?,
            retry_at: row.take()?,
        })
    }
}
