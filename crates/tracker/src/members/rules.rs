//! Who may give which role to whom, and who may take whom out.

use aileron_kernel::{Refusal, Role};

/// A membership about to change, with all that the rules ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The role of who does it, in the same place.
    pub actor: Role,
    /// The role of the member now.
    pub target: Role,
    /// The role that he is to have; none: he is taken out.
    pub new: Option<Role>,
    /// The highest role that he may have here.
    pub ceiling: Role,
    /// Whether somebody does it to himself.
    pub is_self: bool,
    /// Whether the member owns the workspace; never so in projects.
    pub is_owner: bool,
    /// Whether the member is the only admin of the place.
    pub is_last_admin: bool,
}

/// Why it may not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Nobody changes his own role.
    OwnRole,
    /// The member has a higher role than who wants to change him.
    Above,
    /// Nobody else changes or removes the owner of a workspace.
    Owner,
    /// The new role is higher than that of who wants to give it.
    TooHigh,
    /// A guest of the workspace is a guest in its projects.
    Ceiling,
    /// Somebody has to be able to manage the place.
    LastAdmin,
}

/// Judges a change. To leave (to take oneself out) is allowed to everybody but the last admin. The owner stays an admin as
/// long as he stays: he cannot change his own role, and nobody else can.
pub fn judge(intent: Intent) -> Result<(), Denied> {
    if intent.is_self && intent.new.is_some() {
        return Err(Denied::OwnRole);
    }
    if intent.target > intent.actor {
        return Err(Denied::Above);
    }
    if intent.is_owner && !intent.is_self {
        return Err(Denied::Owner);
    }
    if let Some(new) = intent.new {
        if new > intent.actor {
            return Err(Denied::TooHigh);
        }
        if new > intent.ceiling {
            return Err(Denied::Ceiling);
        }
    }
    if intent.is_last_admin && intent.new != Some(Role::Admin) {
        return Err(Denied::LastAdmin);
    }
    Ok(())
}

/// The highest role in a project for somebody with this role in the workspace.
pub const fn ceiling(in_workspace: Role) -> Role {
    match in_workspace {
        Role::Guest | Role::Viewer => Role::Guest,
        Role::Member | Role::Admin => Role::Admin,
    }
}

/// Whether a workspace knows this role: viewers there are in projects only.
pub const fn is_of_workspaces(role: Role) -> bool {
    !matches!(role, Role::Viewer)
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::OwnRole => Self::field("role", "Nobody changes his own role."),
            Denied::Above => Self::forbidden(),
            Denied::Owner => Self::error("The owner of the workspace cannot be removed or given another role by others."),
            Denied::TooHigh => Self::field("role", "A role above your own cannot be given."),
            Denied::Ceiling => Self::field("role", "A guest of the workspace can only be a guest of its projects."),
            Denied::LastAdmin => Self::error("The last admin cannot be removed or given another role."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 4] = [Role::Guest, Role::Viewer, Role::Member, Role::Admin];

    /// Every combination of actor, target, new role, ceiling, oneself, owner and last admin.
    fn matrix() -> Vec<Intent> {
        let mut all = Vec::new();
        for actor in ROLES {
            for target in ROLES {
                for new in [None].into_iter().chain(ROLES.map(Some)) {
                    for ceiling in [Role::Guest, Role::Admin] {
                        for (is_self, is_last_admin) in [(false, false), (true, false), (false, true), (true, true)] {
                            let possible = (!is_self || actor == target) && (!is_last_admin || target == Role::Admin);
                            for is_owner in [false, true].into_iter().filter(|_| possible) {
                                all.push(Intent { actor, target, new, ceiling, is_self, is_owner, is_last_admin });
                            }
                        }
                    }
                }
            }
        }
        all
    }

    #[test]
    fn nobody_rises_above_who_raises_him() {
        for intent in matrix().into_iter().filter(|intent| judge(*intent).is_ok()) {
            assert!(intent.new.is_none_or(|new| new <= intent.actor), "{intent:?}");
            assert!(intent.target <= intent.actor, "{intent:?}");
        }
    }

    #[test]
    fn nobody_changes_his_own_role_but_may_leave() {
        for intent in matrix().into_iter().filter(|intent| intent.is_self) {
            assert_eq!(judge(intent).is_ok(), intent.new.is_none() && !intent.is_last_admin, "{intent:?}");
        }
    }

    #[test]
    fn the_last_admin_stays_one() {
        for intent in matrix().into_iter().filter(|intent| intent.is_last_admin && judge(*intent).is_ok()) {
            assert_eq!(intent.new, Some(Role::Admin), "{intent:?}");
        }
    }

    #[test]
    fn only_the_owner_himself_takes_the_owner_out_and_nobody_demotes_him() {
        for intent in matrix().into_iter().filter(|intent| intent.is_owner) {
            assert_eq!(judge(intent).is_ok(), intent.is_self && intent.new.is_none() && !intent.is_last_admin, "{intent:?}");
        }
    }

    #[test]
    fn guests_of_the_workspace_stay_guests() {
        for intent in matrix().into_iter().filter(|intent| intent.ceiling == Role::Guest && judge(*intent).is_ok()) {
            assert!(intent.new.is_none_or(|new| new == Role::Guest), "{intent:?}");
        }
    }

    #[test]
    fn an_admin_may_do_to_others_all_that_is_left() {
        for intent in matrix() {
            let barred = intent.is_self || intent.is_owner || intent.is_last_admin;
            let free = intent.actor == Role::Admin && !barred && intent.ceiling == Role::Admin;
            if free {
                assert_eq!(judge(intent), Ok(()), "{intent:?}");
            }
        }
    }

    #[test]
    fn each_reason_is_given() {
        let plain = Intent {
            actor: Role::Admin,
            target: Role::Member,
            new: Some(Role::Member),
            ceiling: Role::Admin,
            is_self: false,
            is_owner: false,
            is_last_admin: false,
        };
        assert_eq!(judge(plain), Ok(()));
        assert_eq!(judge(Intent { is_self: true, ..plain }), Err(Denied::OwnRole));
        assert_eq!(judge(Intent { actor: Role::Viewer, ..plain }), Err(Denied::Above));
        assert_eq!(judge(Intent { actor: Role::Member, new: Some(Role::Admin), ..plain }), Err(Denied::TooHigh));
        assert_eq!(judge(Intent { target: Role::Admin, is_owner: true, ..plain }), Err(Denied::Owner));
        assert_eq!(judge(Intent { ceiling: Role::Guest, ..plain }), Err(Denied::Ceiling));
        assert_eq!(judge(Intent { target: Role::Admin, is_last_admin: true, ..plain }), Err(Denied::LastAdmin));
    }

    #[test]
    fn only_members_and_admins_of_the_workspace_rise_in_projects() {
        assert_eq!(ROLES.map(ceiling), [Role::Guest, Role::Guest, Role::Admin, Role::Admin]);
        assert_eq!(ROLES.map(is_of_workspaces), [true, false, true, true]);
    }
}
