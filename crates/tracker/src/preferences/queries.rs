//! Reading one's own display preferences.

use aileron_db::{
    self as db, ExprTrait as _, Tx,
    schema::{DISPLAY_PREFERENCES, PROJECT_MEMBERS},
};
use aileron_kernel::Uuid;

use super::model::{FIELDS, Of, Preferences, PreferencesView, default_of};
use crate::homes::Home;

/// What the caller wants of something that he sees, or what holds without.
pub fn view<S: Home>(tx: &mut Tx<'_, S>, of: Of) -> db::Result<PreferencesView> {
    let (project, workspace, user) = (tx.scope().project(), tx.workspace_id(), tx.user_id());
    let sort_order = match of {
        Of::Project(project) => Some(place(tx, project)?),
        Of::Cycle(_) | Of::Module(_) | Of::View(_) => None,
    };
    let (fields, updated_at) = match find(tx, of)? {
        Some(kept) => {
            ([kept.filters, kept.rich_filters, kept.display_filters, kept.display_properties, kept.preferences], Some(kept.updated_at))
        }
        None => (FIELDS.map(default_of), None),
    };
    let [filters, rich_filters, display_filters, display_properties, preferences] = fields;
    let (entity_type, entity_identifier) = of.parts();
    Ok(PreferencesView {
        filters,
        rich_filters,
        display_filters,
        display_properties,
        preferences,
        sort_order,
        updated_at,
        entity_type,
        entity_identifier,
        project,
        workspace,
        user,
    })
}

/// What the caller keeps about something.
pub(super) fn find<S: Home>(tx: &mut Tx<'_, S>, of: Of) -> db::Result<Option<Preferences>> {
    let col = |column| DISPLAY_PREFERENCES.col(column);
    let (entity, id) = of.parts();
    let own = col("user_id").eq(tx.user_id()).and(col("entity_type").eq(entity)).and(col("entity_id").eq(id));
    let select = tx.from(DISPLAY_PREFERENCES).columns::<Preferences>(DISPLAY_PREFERENCES).filter(own);
    tx.optional(&select)
}

/// The place of the project among the caller's.
pub(super) fn place<S: Home>(tx: &mut Tx<'_, S>, project: Uuid) -> db::Result<f64> {
    let own = PROJECT_MEMBERS.col("project_id").eq(project).and(PROJECT_MEMBERS.col("member_id").eq(tx.user_id()));
    let select = tx.from(PROJECT_MEMBERS).filter(own).expr(PROJECT_MEMBERS.col("sort_order"));
    Ok(tx.optional::<(f64,)>(&select)?.map_or(0.0, |row| row.0))
}
