//! What the caller sees of the workspace on this snapshot.

use aileron_db::{self as db, Tx, WorkspaceScope};
use aileron_kernel::{Role, Uuid};

use crate::work_items::visibility::{self, Shown};

/// The caller's view of the projects, and the version of every row that is read with it.
pub(super) struct View {
    pub version: i64,
    pub me: Uuid,
    pub role: Role,
    /// The projects whose content the caller sees: he is in them and they are not archived.
    pub inside: Vec<Shown>,
}

impl View {
    /// Looks it up.
    pub(super) fn load(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Self> {
        let inside = visibility::projects(tx)?;
        Ok(Self { version: tx.scope().seq(), me: tx.user_id(), role: tx.scope().role(), inside })
    }

    /// Whether he may read who is in the workspace, with addresses.
    pub(super) fn sees_roster(&self) -> bool {
        self.role >= Role::Member
    }

    /// The project, if its content is seen.
    pub(super) fn project(&self, id: Uuid) -> Option<&Shown> {
        self.inside.iter().find(|shown| shown.id == id)
    }

    /// The ids of the projects whose content is seen.
    pub(super) fn ids(&self) -> Vec<Uuid> {
        self.inside.iter().map(|shown| shown.id).collect()
    }
}
