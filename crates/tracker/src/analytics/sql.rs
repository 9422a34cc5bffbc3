//! What statements about figures say in words of their own: local days, months, percentiles.

use std::collections::HashMap;

use aileron_db::{self as db, Dialect, Expr, ExprTrait as _, Func, Select, Tx, WorkspaceScope};

use super::{queries::one_if, rules::Offsets};

/// The percentiles that are told.
pub(super) const PERCENTS: [i64; 4] = [50, 75, 85, 95];

/// A span of time: its place among all of them in order, how many there are, how long it is, how long they are on average.
pub(super) type Ranked = (i64, i64, i64, f64);

/// An instant as clocks show it: microseconds since the beginning of 1970 there.
pub(super) fn local(column: &Expr, offsets: &Offsets) -> Expr {
    column.clone().add(ahead(column, offsets.first, &offsets.then))
}

/// How far clocks are ahead, found by halves.
fn ahead(column: &Expr, first: i64, then: &[(aileron_kernel::Time, i64)]) -> Expr {
    // Numbers of ours and not values: the text is the same for all who ask in one zone.
    let number = |number: i64| Expr::cust(format!("CAST({number} AS bigint)"));
    let (before, after) = then.split_at(then.len() / 2);
    let Some(((turn, turned), rest)) = after.split_first() else { return number(first) };
    let early = column.clone().lt(number(turn.micros()));
    sea_query::CaseStatement::new().case(early, ahead(column, first, before)).finally(ahead(column, *turned, rest)).into()
}

/// The month of local microseconds, such as `2026-01`.
pub(super) fn month(dialect: Dialect, local: Expr) -> Expr {
    match dialect {
        Dialect::Sqlite => Expr::cust_with_exprs("strftime('%Y-%m', (?) / 1000000, 'unixepoch')", [local]),
        Dialect::Postgres => Expr::cust_with_exprs("to_char(to_timestamp(($1) / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM')", [local]),
    }
}

/// The month of a civil date, such as `2026-01`.
pub(super) fn month_of_date(dialect: Dialect, column: Expr) -> Expr {
    match dialect {
        Dialect::Sqlite => Expr::cust_with_exprs("substr(?, 1, 7)", [column]),
        Dialect::Postgres => Expr::cust_with_exprs("to_char($1, 'YYYY-MM')", [column]),
    }
}

/// How many of the items in each group fit a condition that asks another table: what counts them in a statement about all items, and what was
/// counted in a statement of its own, where PostgreSQL makes a join of the condition. In a sum it looks it up for each row. `items` takes the
/// group and how many there are.
pub(super) fn count_where(tx: &mut Tx<'_, WorkspaceScope>, items: &Select, condition: Expr) -> db::Result<(Expr, HashMap<String, i64>)> {
    match tx.dialect() {
        Dialect::Sqlite => Ok((Func::sum(one_if(condition)).into(), HashMap::new())),
        Dialect::Postgres => {
            let counted = tx.all::<(String, i64)>(&items.clone().filter(condition))?;
            Ok((Expr::cust("CAST(0 AS bigint)"), counted.into_iter().collect()))
        }
    }
}

/// Those of the spans, the only column of a statement, that stand at the percentiles: the nearest ranks, which are spans that
/// were really there.
pub(super) fn percentiles(tx: &mut Tx<'_, WorkspaceScope>, spans: &Select) -> db::Result<Vec<Ranked>> {
    let ranks = PERCENTS.map(|percent| format!("(r.total * {percent} + 99) / 100")).join(", ");
    tx.query_around(spans, |spans| {
        format!(
            "SELECT r.place, r.total, r.span, r.mean FROM (SELECT d.span AS span, row_number() OVER (ORDER BY d.span) AS place, \
             count(*) OVER () AS total, CAST(avg(d.span) OVER () AS double precision) AS mean FROM ({spans}) d) r \
             WHERE r.place IN ({ranks}) ORDER BY r.place"
        )
    })
}
