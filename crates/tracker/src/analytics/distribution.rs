//! How items are spread over the values of properties.

use std::collections::{BTreeSet, HashMap};

use aileron_db::{
    self as db, Expr, ExprTrait as _, FromRow, Row, Select, Tx, WorkspaceScope, id_in,
    schema::{CYCLE_ITEMS, LABELS, MODULE_ITEMS, STATES, WORK_ITEM_ASSIGNEES, WORK_ITEM_LABELS, WORK_ITEM_TYPES, WORK_ITEMS},
};
use aileron_kernel::{Filter, Refusal, Time, Uuid};
use jiff::tz::TimeZone;

use super::{
    model::{Amount, Cell, Distribution},
    rules::{Property, offsets},
    sql,
};
use crate::{
    collections::progress::sum_of_points,
    expand::{self, Kind},
    work_items::queries::fitting_in_workspace,
};

/// The most different values, or pairs of them.
const MOST: i64 = 10_000;

/// A value of a property: an id or a word.
type Key = (Option<Uuid>, Option<String>);

/// What is counted: both keys, items, points.
struct Counted {
    by: Key,
    and: Key,
    amount: Amount,
}

impl FromRow for Counted {
    const COLUMNS: &'static [&'static str] = &[];
    fn from_row(row: &mut Row<'_>) -> db::Result<Self> {
        let (by, and) = ((row.take()?, row.take()?), (row.take()?, row.take()?));
        Ok(Self { by, and, amount: Amount { issues: row.take()?, points: row.take::<Option<f64>>()?.unwrap_or(0.0) } })
    }
}

/// Items by the values of one or two properties, those with most of them first: two statements, and one for the names of each property.
/// An item counts for each of its assignees, labels and modules.
pub fn of(
    tx: &mut Tx<'_, WorkspaceScope>,
    filter: &Filter,
    (by, and): (Property, Option<Property>),
    zone: &TimeZone,
) -> db::Result<Distribution> {
    let mut select = fitting_in_workspace(tx, filter)?;
    for property in [Some(by), and] {
        select = match property {
            Some(property) => told_apart(tx, select, property, zone),
            None => select.expr(no_id()).expr(no_word()),
        };
    }
    select = (1..=4).fold(select, |select, column| select.group_by(Expr::cust(column.to_string())));
    let select = select.expr(WORK_ITEMS.col("id").count()).expr(sum_of_points()).limit(MOST + 1);
    let mut counted = tx.all::<Counted>(&select)?;
    if i64::try_from(counted.len()).unwrap_or(i64::MAX) > MOST {
        return Err(Refusal::field("by", format!("There are more than {MOST} different values. Filter the items.")).into());
    }
    counted.sort_by(|one, other| (other.amount.issues, &one.by, &one.and).cmp(&(one.amount.issues, &other.by, &other.and)));
    let names = names(tx, by, counted.iter().filter_map(|counted| counted.by.0).collect())?;
    let and_names = match and {
        Some(and) => self::names(tx, and, counted.iter().filter_map(|counted| counted.and.0).collect())?,
        None => HashMap::new(),
    };
    let shown =
        |(id, word): Key, names: &HashMap<Uuid, String>| (id.map(|id| id.to_string()).or(word), id.and_then(|id| names.get(&id)).cloned());
    let cell = |counted: Counted| {
        let ((key, name), (and_key, and_name)) = (shown(counted.by, &names), shown(counted.and, &and_names));
        Cell { key, name, and_key, and_name, amount: counted.amount }
    };
    Ok(Distribution { cells: counted.into_iter().map(cell).collect() })
}

fn no_id() -> Expr {
    Expr::cust("CAST(NULL AS uuid)")
}

fn no_word() -> Expr {
    Expr::cust("CAST(NULL AS text)")
}

/// Takes the id and the word of a property, one of which is always nothing.
fn told_apart(tx: &Tx<'_, WorkspaceScope>, select: Select, property: Property, zone: &TimeZone) -> Select {
    let id = |select: Select, id: Expr| select.expr(id).expr(no_word());
    let word = |select: Select, word: Expr| select.expr(no_id()).expr(word);
    let item = |column: &'static str| WORK_ITEMS.col(column);
    match property {
        Property::State => id(select, item("state_id")),
        Property::CreatedBy => id(select, item("created_by")),
        Property::Type => id(select, item("type_id")),
        Property::Project => id(select, item("project_id")),
        Property::EstimatePoint => id(select, item("estimate_point_id")),
        Property::Priority => word(select, item("priority")),
        Property::StateGroup => word(select.join(STATES, STATES.col("id").eq(item("state_id"))), STATES.col("group_name")),
        Property::Assignee => {
            let on = WORK_ITEM_ASSIGNEES.col("item_id").eq(item("id"));
            id(select.left_join(WORK_ITEM_ASSIGNEES, on), WORK_ITEM_ASSIGNEES.col("member_id"))
        }
        Property::Label => {
            // A deleted label is none.
            let live = tx.from(LABELS).expr(LABELS.col("id")).contains(WORK_ITEM_LABELS.col("label_id"));
            let on = WORK_ITEM_LABELS.col("item_id").eq(item("id")).and(live);
            id(select.left_join(WORK_ITEM_LABELS, on), WORK_ITEM_LABELS.col("label_id"))
        }
        Property::Cycle => {
            let on = CYCLE_ITEMS.col("item_id").eq(item("id"));
            id(select.left_join(CYCLE_ITEMS, on), CYCLE_ITEMS.col("cycle_id"))
        }
        Property::Module => {
            let on = MODULE_ITEMS.col("item_id").eq(item("id"));
            id(select.left_join(MODULE_ITEMS, on), MODULE_ITEMS.col("module_id"))
        }
        Property::CreatedAt => word(select, month(tx, item("created_at"), zone)),
        Property::CompletedAt => word(select, month(tx, item("completed_at"), zone)),
        Property::StartDate => word(select, sql::month_of_date(tx.dialect(), item("start_date"))),
        Property::TargetDate => word(select, sql::month_of_date(tx.dialect(), item("target_date"))),
    }
}

/// The month of an instant where the clocks are those of a zone.
fn month(tx: &Tx<'_, WorkspaceScope>, column: Expr, zone: &TimeZone) -> Expr {
    let offsets = offsets(zone, Time::from_micros(0), tx.now().plus_seconds(24 * 60 * 60));
    sql::month(tx.dialect(), sql::local(&column, &offsets))
}

/// What the ids of a property name.
fn names(tx: &mut Tx<'_, WorkspaceScope>, property: Property, ids: BTreeSet<Uuid>) -> db::Result<HashMap<Uuid, String>> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let (kind, field) = match property {
        Property::State => (Kind::State, "name"),
        Property::Assignee | Property::CreatedBy => (Kind::People, "display_name"),
        Property::Label => (Kind::Labels, "name"),
        Property::Project => (Kind::Project, "name"),
        Property::Cycle => (Kind::Cycle, "name"),
        Property::Module => (Kind::Modules, "name"),
        Property::EstimatePoint => (Kind::EstimatePoint, "value"),
        Property::Type => {
            let select = tx.from(WORK_ITEM_TYPES).filter(id_in(WORK_ITEM_TYPES, "id", &ids));
            let select = select.expr(WORK_ITEM_TYPES.col("id")).expr(WORK_ITEM_TYPES.col("name"));
            return Ok(tx.all::<(Uuid, String)>(&select)?.into_iter().collect());
        }
        _ => return Ok(HashMap::new()),
    };
    let objects = expand::load(tx, kind, &ids)?.into_iter();
    Ok(objects.filter_map(|(id, object)| Some((id, object.get(field)?.as_str()?.to_owned()))).collect())
}
