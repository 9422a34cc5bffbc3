//! Which state of a project stands for one that is not there: for items that come from elsewhere, and for those whose state is gone.

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Tx, schema::STATES};
use aileron_kernel::text;

use super::{NamedState, refs};
use crate::states;

/// The states of a project, in their order.
pub(super) struct States {
    all: Vec<NamedState>,
    start: NamedState,
}

impl States {
    pub(super) fn of(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Self> {
        let select = tx.in_project(STATES).columns::<states::State>(STATES).filter(STATES.col("group_name").ne("triage"));
        let states = tx.all::<states::State>(&select.order(STATES.col("sequence"), Order::Asc).order(STATES.col("id"), Order::Asc))?;
        Ok(Self { all: states.into_iter().map(NamedState::from).collect(), start: refs::state(tx, None)? })
    }

    /// The state of the same name and group, else the first of the same group, else that of the same name, else the one in which items
    /// start. What is done stays done wherever it can.
    pub(super) fn counterpart(&self, old: Option<&NamedState>) -> NamedState {
        let Some(old) = old else { return self.start.clone() };
        let key = text::key(&old.name);
        let is_same_name = |state: &&NamedState| text::key(&state.name) == key;
        let is_same_group = |state: &&NamedState| state.group == old.group;
        let same = || self.all.iter().filter(is_same_group).find(is_same_name);
        let found = same().or_else(|| self.all.iter().find(is_same_group)).or_else(|| self.all.iter().find(is_same_name));
        found.unwrap_or(&self.start).clone()
    }
}

#[cfg(test)]
mod tests {
    use aileron_kernel::{StateGroup, Uuid};

    use super::*;

    fn state(number: u128, name: &str, group: StateGroup) -> NamedState {
        NamedState { id: Uuid::from_u128(number), name: name.to_owned(), group }
    }

    #[test]
    fn the_group_counts_more_than_the_name() {
        let all = vec![
            state(1, "Todo", StateGroup::Unstarted),
            state(2, "Released", StateGroup::Completed),
            state(3, "Review", StateGroup::Completed),
            state(4, "Doing", StateGroup::Started),
        ];
        let states = States { start: all[0].clone(), all };
        for (name, group, wanted) in [
            ("review", StateGroup::Completed, 3),
            ("Shipped", StateGroup::Completed, 2),
            ("Review", StateGroup::Started, 4),
            ("Review", StateGroup::Cancelled, 3),
            ("Dropped", StateGroup::Cancelled, 1),
        ] {
            assert_eq!(states.counterpart(Some(&state(9, name, group))).id, Uuid::from_u128(wanted), "{name} {group:?}");
        }
        assert_eq!(states.counterpart(None).id, Uuid::from_u128(1));
    }
}
