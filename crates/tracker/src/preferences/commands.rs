//! Changing one's own display preferences.

use aileron_db::{
    self as db, ExprTrait as _, Set, WriteTx,
    schema::{DISPLAY_PREFERENCES, PROJECT_MEMBERS},
};
use aileron_kernel::{Change, Event, Uuid};

use super::{
    model::{FIELDS, Of, PreferenceFields, Preferences, default_of},
    queries,
};
use crate::homes::{self, Home};

/// Keeps what the caller wants of something that he sees, also in an archived project. Answers its id.
pub fn update<S: Home>(tx: &mut WriteTx<'_, S>, of: Of, fields: PreferenceFields) -> db::Result<Uuid> {
    let (entity, about) = of.parts();
    if let (Some(place), Of::Project(project)) = (fields.sort_order, of) {
        put(tx, project, place)?;
    }
    let before = queries::find(tx, of)?;
    let is_other =
        |name: &str, value: &serde_json::Value| before.as_ref().map_or_else(|| default_of(name), |kept| stored(kept, name)) != *value;
    let changed: Vec<_> = fields.values.into_iter().filter(|(name, value)| is_other(name, value)).collect();
    if changed.is_empty() {
        return Ok(about);
    }
    // What somebody wants shown is nobody's business but that it changed.
    let changes = changed.iter().map(|(name, _)| Change { field: (*name).to_owned(), ..Change::default() }).collect();
    let mut set: Vec<Set> = changed.into_iter().map(|(name, value)| (name, value.into())).collect();
    let (verb, id) = if let Some(kept) = before {
        tx.update(DISPLAY_PREFERENCES, kept.id, set)?;
        ("updated", kept.id)
    } else {
        let missing = FIELDS.into_iter().filter(|name| !set.iter().any(|(given, _)| given == name));
        let defaults: Vec<Set> = missing.map(|name| (name, default_of(name).into())).collect();
        set.extend(defaults);
        set.extend([("entity_type", entity.into()), ("entity_id", about.into())]);
        set.extend([("project_id", tx.scope().project().into()), ("user_id", tx.user_id().into())]);
        ("created", tx.insert(DISPLAY_PREFERENCES, set)?)
    };
    tx.record(homes::event(tx.scope(), "display_preferences", verb, id).with(changes))?;
    Ok(about)
}

/// Puts the project at a place among the caller's.
fn put<S: Home>(tx: &mut WriteTx<'_, S>, project: Uuid, place: f64) -> db::Result<()> {
    let before = queries::place(tx, project)?;
    if before.to_bits() == place.to_bits() {
        return Ok(());
    }
    let of = |column| PROJECT_MEMBERS.col(column);
    let own = of("project_id").eq(project).and(of("member_id").eq(tx.user_id()));
    let select = tx.from(PROJECT_MEMBERS).filter(own).expr(of("id"));
    let Some((id,)) = tx.optional::<(Uuid,)>(&select)? else { return Ok(()) };
    tx.adjust_where(PROJECT_MEMBERS, of("id").eq(id), vec![("sort_order", place.into())])?;
    let change = Change::value("sort_order", before, place);
    tx.record(Event::new("project_member", "updated", id).in_project(project).with(vec![change])).map(|_| ())
}

fn stored(kept: &Preferences, name: &str) -> serde_json::Value {
    match name {
        "filters" => kept.filters.clone(),
        "rich_filters" => kept.rich_filters.clone(),
        "display_filters" => kept.display_filters.clone(),
        "display_properties" => kept.display_properties.clone(),
        _ => kept.preferences.clone(),
    }
}
