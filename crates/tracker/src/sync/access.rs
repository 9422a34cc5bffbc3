//! Which projects' content the caller sees otherwise than before.

use std::collections::BTreeMap;

use aileron_db::{
    self as db, ExprTrait as _, Tx, WorkspaceScope, id_in,
    schema::{PROJECT_MEMBERS, PROJECTS},
};
use aileron_kernel::{Role, Uuid};

use super::{
    change::Access,
    touched::{Cause, Touched},
    view::View,
};
use crate::{projects::queries, work_items::visibility};

/// What became of each project, with the event that it came of.
pub(super) fn changed(tx: &mut Tx<'_, WorkspaceScope>, view: &View, touched: &Touched) -> db::Result<BTreeMap<Uuid, (i64, Access)>> {
    let mut changed = BTreeMap::new();
    if touched.causes.is_empty() {
        return Ok(changed);
    }
    let ids: Vec<Uuid> = touched.causes.keys().copied().collect();
    let own = PROJECT_MEMBERS.col("member_id").eq(view.me).and(PROJECT_MEMBERS.col("is_active").eq(true));
    let select = tx
        .from(PROJECT_MEMBERS)
        .filter(id_in(PROJECT_MEMBERS, "project_id", &ids).and(own))
        .expr(PROJECT_MEMBERS.col("project_id"))
        .expr(PROJECT_MEMBERS.col("role"));
    let roles: BTreeMap<Uuid, Role> = tx.all::<(Uuid, Role)>(&select)?.into_iter().collect();
    for (project, cause) in &touched.causes {
        let role = roles.get(project).copied();
        if let Some(access) = judge(*cause, view.project(*project).is_some(), view.role, role) {
            changed.insert(*project, (cause.seq, access));
        }
    }
    Ok(changed)
}

/// What the causes mean for somebody who sees the content now, or does not, and has this role in the project, if he is in it.
fn judge(cause: Cause, is_inside: bool, in_workspace: Role, in_project: Option<Role>) -> Option<Access> {
    if !is_inside {
        // Who never was in it is told nothing.
        return (cause.left || cause.closed && in_project.is_some()).then_some(Access::Lost);
    }
    let depends = in_project.is_some_and(|role| visibility::depends_on_switch(in_workspace, role));
    if cause.joined || cause.left || cause.closed {
        Some(Access::Gained)
    } else if cause.wholesale || cause.role || cause.switched && depends {
        Some(Access::Changed)
    } else {
        None
    }
}

/// Those of the touched projects that the caller could find and does not find any more.
pub(super) fn vanished(tx: &mut Tx<'_, WorkspaceScope>, view: &View, touched: &Touched, missing: &[Uuid]) -> db::Result<Vec<Uuid>> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let deleted = tx.from_with_deleted(PROJECTS).filter(id_in(PROJECTS, "id", missing).and(PROJECTS.col("deleted_at").is_not_null()));
    let found = queries::findable(tx, deleted).expr(PROJECTS.col("id"));
    let mut gone: Vec<Uuid> = tx.all::<(Uuid,)>(&found)?.into_iter().map(|row| row.0).collect();
    let was_his = |project: &Uuid| touched.causes.get(project).is_some_and(|cause| cause.left);
    let was_public = |project: &Uuid| view.role >= Role::Member && touched.vanished.contains(project);
    gone.extend(
        missing.iter().filter(|project| !gone.contains(project) && (was_his(project) || was_public(project))).copied().collect::<Vec<_>>(),
    );
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_never_inside_is_told_nothing() {
        for cause in [
            Cause { closed: true, ..Cause::default() },
            Cause { switched: true, ..Cause::default() },
            Cause { wholesale: true, ..Cause::default() },
        ] {
            assert_eq!(judge(cause, false, Role::Member, None), None, "{cause:?}");
        }
        assert_eq!(judge(Cause { left: true, ..Cause::default() }, false, Role::Member, None), Some(Access::Lost));
        assert_eq!(judge(Cause { closed: true, ..Cause::default() }, false, Role::Member, Some(Role::Guest)), Some(Access::Lost));
    }

    #[test]
    fn who_left_and_came_back_gains_it_anew() {
        let cause = Cause { left: true, joined: true, ..Cause::default() };
        assert_eq!(judge(cause, true, Role::Member, Some(Role::Member)), Some(Access::Gained));
    }

    #[test]
    fn the_switch_matters_to_those_whom_it_lets_see_more() {
        let cause = Cause { switched: true, ..Cause::default() };
        for (in_workspace, in_project, changed) in [
            (Role::Guest, Role::Guest, true),
            (Role::Member, Role::Guest, true),
            (Role::Member, Role::Viewer, false),
            (Role::Member, Role::Admin, false),
            (Role::Admin, Role::Guest, false),
        ] {
            assert_eq!(judge(cause, true, in_workspace, Some(in_project)).is_some(), changed, "{in_workspace:?} {in_project:?}");
        }
    }
}
