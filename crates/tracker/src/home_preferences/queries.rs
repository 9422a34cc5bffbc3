//! Reading what one has on the home page.

use aileron_db::{self as db, ExprTrait as _, Tx, WorkspaceScope, schema::HOME_PREFERENCES};

use super::model::{KEYS, Kept, PartView};

/// All parts as the caller wants them, the highest place first.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Vec<PartView>> {
    let kept = kept(tx)?;
    let mut parts: Vec<PartView> = KEYS.into_iter().map(|key| part(&kept, key)).collect();
    parts.sort_by(|one, other| other.sort_order.total_cmp(&one.sort_order));
    Ok(parts)
}

/// What the caller has said of any part.
pub(super) fn kept(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Vec<Kept>> {
    let own = HOME_PREFERENCES.col("user_id").eq(tx.user_id());
    let select = tx.from(HOME_PREFERENCES).filter(own).columns::<Kept>(HOME_PREFERENCES);
    tx.all(&select)
}

/// A part as the caller wants it.
pub(super) fn part(kept: &[Kept], key: &'static str) -> PartView {
    match kept.iter().find(|kept| kept.key == key) {
        Some(kept) => PartView { key, is_enabled: kept.is_enabled, sort_order: kept.sort_order },
        None => PartView::default_of(key),
    }
}
