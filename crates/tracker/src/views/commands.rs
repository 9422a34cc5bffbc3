//! Making, changing and deleting views.

use aileron_db::{self as db, ExprTrait as _, Set, Tx, WriteTx, schema::VIEWS};
use aileron_kernel::{Change, Refusal, Uuid, limits, text};
use serde_json::{Value, json};

use super::{fields::ViewFields, model::View, queries, refs, rules};
use crate::{
    homes::{self, Home},
    preferences,
    versions::IfMatch,
};

/// The place of the first view in manual order.
const FIRST: f64 = 65_535.0;

/// The distance between new views.
const STEP: f64 = 10_000.0;

/// Makes a view of the caller's, after all others unless its place is given.
pub fn create<S: Home>(tx: &mut WriteTx<'_, S>, fields: ViewFields) -> db::Result<Uuid> {
    tx.scope().check_open()?;
    homes::check_feature(tx, "issue_views_view", "Views")?;
    let own = homes::all(tx, VIEWS).filter(VIEWS.col("owner_id").eq(tx.user_id()));
    limits::VIEWS
        .check(tx.count(own)?, |most| format!("A member has at most {most} views in a place. Delete one that is not needed any more."))?;
    check_filters(tx, &fields)?;
    let place = match fields.sort_order {
        Some(place) => place,
        None => last_place(tx)?.map_or(FIRST, |place| place + STEP),
    };
    let name = fields.name.unwrap_or_default();
    let is_private = fields.is_private.unwrap_or(false);
    let or_default = |value: Option<Value>, name: &str| value.unwrap_or_else(|| preferences::model::default_of(name));
    let (me, project) = (tx.user_id(), tx.scope().project());
    let set: Vec<Set> = vec![
        ("project_id", project.into()),
        ("owner_id", me.into()),
        ("name_key", text::key(&name).into()),
        ("name", name.as_str().into()),
        ("description", fields.description.unwrap_or_default().into()),
        ("filters", fields.filters.unwrap_or_else(|| json!({})).into()),
        ("rich_filters", fields.rich_filters.unwrap_or_else(|| json!({})).into()),
        ("display_filters", or_default(fields.display_filters, "display_filters").into()),
        ("display_properties", or_default(fields.display_properties, "display_properties").into()),
        ("logo_props", fields.logo_props.unwrap_or_else(|| json!({})).into()),
        ("is_private", is_private.into()),
        ("is_locked", fields.is_locked.unwrap_or(false).into()),
        ("sort_order", place.into()),
    ];
    let id = tx.create(VIEWS, set)?;
    let mut changes = vec![Change::value("access", Value::Null, i64::from(!is_private))];
    changes.extend((!is_private).then(|| Change::value("name", Value::Null, name)));
    tx.record(homes::event(tx.scope(), "view", "created", id).with(changes))?;
    Ok(id)
}

/// Changes a view that the caller sees. Who sees it is for its owner to say; a locked one is changed, and the lock set and taken off, by
/// its owner and by admins.
pub fn update<S: Home>(tx: &mut WriteTx<'_, S>, id: Uuid, fields: ViewFields, if_match: &IfMatch) -> db::Result<()> {
    tx.scope().check_open()?;
    let before = queries::get(tx, id)?;
    if_match.check(before.version, "view")?;
    let holds_key = tx.scope().check_owner(before.owner_id).is_ok();
    if !holds_key && (before.is_locked || fields.is_locked == Some(true)) {
        return Err(homes::locked("view").into());
    }
    if fields.is_private.is_some_and(|private| private != before.is_private) && before.owner_id != tx.user_id() {
        return Err(Refusal::field("access", "Only its owner says who sees a view.").into());
    }
    check_filters(tx, &fields)?;
    let changed = changed(&before, fields);
    if changed.is_empty() {
        return Ok(());
    }
    let (changes, set): (Vec<Change>, Vec<Vec<Set>>) = changed.into_iter().unzip();
    tx.update(VIEWS, id, set.into_iter().flatten().collect())?;
    tx.record(homes::event(tx.scope(), "view", "updated", id).with(changes)).map(|_| ())
}

/// Deletes a view: its owner, and admins.
pub fn delete<S: Home>(tx: &mut WriteTx<'_, S>, id: Uuid) -> db::Result<()> {
    tx.scope().check_open()?;
    let view = queries::get(tx, id)?;
    tx.scope().check_owner(view.owner_id)?;
    tx.delete_where(VIEWS, VIEWS.col("id").eq(id))?;
    let changes = if view.is_private { Vec::new() } else { vec![Change::value("name", view.name, Value::Null)] };
    tx.record(homes::event(tx.scope(), "view", "deleted", id).with(changes)).map(|_| ())
}

/// Both forms are read as a list will read them, and their ids looked up.
fn check_filters<S: Home>(tx: &mut WriteTx<'_, S>, fields: &ViewFields) -> db::Result<()> {
    if let Some(rich) = &fields.rich_filters {
        refs::check(tx, "rich_filters", &rules::tree(rich)?)?;
    }
    if let Some(older) = &fields.filters {
        let read = rules::plain(older, tx.now().date())?;
        refs::check(tx, "filters", &read)?;
    }
    Ok(())
}

/// What would be another than before: the change that is told, and the columns.
fn changed(before: &View, fields: ViewFields) -> Vec<(Change, Vec<Set>)> {
    let is_private = fields.is_private.unwrap_or(before.is_private);
    let tells = !before.is_private && !is_private;
    let mut changed = Vec::new();
    let mut note = |field: &str, columns: Option<Vec<Set>>, values: Option<(Value, Value)>| {
        let Some(columns) = columns else { return };
        let change = match values {
            Some((old, new)) => Change::value(field, old, new),
            None => Change { field: field.to_owned(), ..Change::default() },
        };
        changed.push((change, columns));
    };
    let name = fields.name.filter(|name| *name != before.name);
    let names = name.as_ref().filter(|_| tells).map(|name| (json!(before.name), json!(name)));
    note("name", name.map(|name| vec![("name_key", text::key(&name).into()), ("name", name.into())]), names);
    note("description", fields.description.filter(|text| *text != before.description).map(|text| vec![("description", text.into())]), None);
    for (field, old, new) in [
        ("filters", &before.filters, fields.filters),
        ("rich_filters", &before.rich_filters, fields.rich_filters),
        ("display_filters", &before.display_filters, fields.display_filters),
        ("display_properties", &before.display_properties, fields.display_properties),
        ("logo_props", &before.logo_props, fields.logo_props),
    ] {
        note(field, new.filter(|new| new != old).map(|new| vec![(field, new.into())]), None);
    }
    if is_private != before.is_private {
        let access = (json!(i64::from(!before.is_private)), json!(i64::from(!is_private)));
        note("access", Some(vec![("is_private", is_private.into())]), Some(access));
    }
    let lock = fields.is_locked.filter(|locked| *locked != before.is_locked);
    note("is_locked", lock.map(|locked| vec![("is_locked", locked.into())]), lock.map(|locked| (json!(!locked), json!(locked))));
    let place = fields.sort_order.filter(|place| place.to_bits() != before.sort_order.to_bits());
    note("sort_order", place.map(|place| vec![("sort_order", place.into())]), place.map(|new| (json!(before.sort_order), json!(new))));
    changed
}

fn last_place<S: Home>(tx: &mut Tx<'_, S>) -> db::Result<Option<f64>> {
    let select = homes::all(tx, VIEWS).expr(VIEWS.col("sort_order").max());
    Ok(tx.optional::<(Option<f64>,)>(&select)?.and_then(|row| row.0))
}
