//! Reading one's own display preferences.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Tx,
    schema::{DISPLAY_PREFERENCES, PROJECT_MEMBERS},
};

use super::model::{FIELDS, Preferences, PreferencesView, default_of};

/// The caller's preferences in the project, or what holds without any.
pub fn view(tx: &mut Tx<'_, ProjectScope>) -> db::Result<PreferencesView> {
    let (project, workspace, user) = (tx.project_id(), tx.workspace_id(), tx.user_id());
    let sort_order = place(tx)?;
    let (fields, updated_at) = match find(tx)? {
        Some(kept) => {
            ([kept.filters, kept.rich_filters, kept.display_filters, kept.display_properties, kept.preferences], Some(kept.updated_at))
        }
        None => (FIELDS.map(default_of), None),
    };
    let [filters, rich_filters, display_filters, display_properties, preferences] = fields;
    Ok(PreferencesView {
        filters,
        rich_filters,
        display_filters,
        display_properties,
        preferences,
        sort_order,
        updated_at,
        project,
        workspace,
        user,
    })
}

/// What the caller keeps in the project.
pub(super) fn find(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Option<Preferences>> {
    let own = DISPLAY_PREFERENCES.col("user_id").eq(tx.user_id());
    let select = tx.in_project(DISPLAY_PREFERENCES).columns::<Preferences>(DISPLAY_PREFERENCES).filter(own);
    tx.optional(&select)
}

/// The place of the project among the caller's.
pub(super) fn place(tx: &mut Tx<'_, ProjectScope>) -> db::Result<f64> {
    let own = PROJECT_MEMBERS.col("member_id").eq(tx.user_id());
    let select = tx.in_project(PROJECT_MEMBERS).filter(own).expr(PROJECT_MEMBERS.col("sort_order"));
    Ok(tx.optional::<(f64,)>(&select)?.map_or(0.0, |row| row.0))
}
