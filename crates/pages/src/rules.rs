//! Rules of pages: pure functions.

use std::collections::BTreeSet;

use aileron_kernel::{Refusal, Time, Uuid, limits::PAGE_LEVELS, refusal::Kind};
use serde_json::json;

use crate::{fields::LONGEST_NAME, model::Page};

/// The most levels of pages.
pub const MAX_LEVELS: usize = PAGE_LEVELS.most;

/// A page below another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Below {
    /// The page.
    pub id: Uuid,
    /// The page right above it.
    pub parent: Uuid,
    /// Since when it is archived.
    pub archived_at: Option<Time>,
    /// How far below: 1 is right below.
    pub level: usize,
    /// Whether it is its owner's alone.
    pub is_private: bool,
    /// Whose it is.
    pub owner: Uuid,
}

/// Refuses changes of a page that is locked or archived.
pub fn check_changeable(page: &Page) -> Result<(), Refusal> {
    let refused = |message: &str, code: &str| Err(Refusal::new(Kind::Invalid, json!({ "error": message, "error_code": code })));
    if page.archived_at.is_some() {
        refused("The page is archived.", "PAGE_ARCHIVED")
    } else if page.is_locked {
        refused("The page is locked.", "PAGE_LOCKED")
    } else {
        Ok(())
    }
}

/// A page does not stand above itself. `above` are the pages above the new parent, the parent first; `height` is how many levels there are
/// below the page.
pub fn check_parent(field: &str, page: Uuid, above: &[Uuid], height: usize) -> Result<(), Refusal> {
    if above.contains(&page) {
        return Err(Refusal::field(field, "A page cannot be its own ancestor."));
    }
    if above.len() + height >= MAX_LEVELS {
        return Err(Refusal::field(field, format!("Pages can be nested at most {MAX_LEVELS} levels deep.")));
    }
    Ok(())
}

/// Which pages go along with one that moves or is archived, and which stay and lose what is above them: what the mover does not see or manage
/// stays, with all that is below it, so that nobody takes what is another's away by putting it below his own. `below` comes level by level.
pub fn movers(page: Uuid, below: &[Below], goes: impl Fn(&Below) -> bool) -> (Vec<Uuid>, Vec<Below>) {
    let (mut going, mut left) = (BTreeSet::from([page]), Vec::new());
    for one in below.iter().filter(|one| one.id != page) {
        match (going.contains(&one.parent), goes(one)) {
            (true, true) => {
                going.insert(one.id);
            }
            (true, false) => left.push(*one),
            (false, _) => {}
        }
    }
    (going.into_iter().collect(), left)
}

/// The name of a copy.
pub fn name_of_copy(name: &str) -> String {
    const MARK: &str = " (Copy)";
    format!("{}{MARK}", aileron_kernel::text::beginning(name, LONGEST_NAME - MARK.len()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128 + 1)
    }

    #[test]
    fn what_does_not_go_stays_with_what_is_below_it() {
        let one = |number, parent, is_private| Below {
            id: id(number),
            parent: id(parent),
            archived_at: None,
            level: 1,
            is_private,
            owner: Uuid::nil(),
        };
        let below = [one(1, 0, false), one(2, 0, true), one(3, 1, false), one(4, 2, false), one(5, 3, true)];
        let goes = |below: &Below| !below.is_private;
        assert_eq!(movers(id(0), &below, goes), (vec![id(0), id(1), id(3)], vec![below[1], below[4]]));
        assert_eq!(movers(id(0), &[], goes), (vec![id(0)], vec![]));
    }

    #[test]
    fn a_tree_has_an_end() {
        let above: Vec<Uuid> = (1..MAX_LEVELS).map(id).collect();
        assert!(check_parent("parent", id(0), &above, 0).is_ok());
        assert!(check_parent("parent", id(0), &above, 1).is_err());
    }

    #[test]
    fn a_copy_has_a_name_that_fits() {
        assert_eq!(name_of_copy("Plan"), "Plan (Copy)");
        assert_eq!(name_of_copy(&"ü".repeat(LONGEST_NAME)).chars().count(), LONGEST_NAME);
    }

    /// The pages above one, itself first.
    fn above(parents: &HashMap<Uuid, Uuid>, page: Uuid) -> Vec<Uuid> {
        std::iter::successors(Some(page), |page| parents.get(page).copied()).take(MAX_LEVELS).collect()
    }

    proptest! {
        #[test]
        fn no_sequence_of_moves_makes_a_loop(moves in prop::collection::vec((0_usize..12, 0_usize..12), 0..80)) {
            let mut parents = HashMap::new();
            for (child, parent) in moves {
                if check_parent("parent", id(child), &above(&parents, id(parent)), 0).is_ok() {
                    parents.insert(id(child), id(parent));
                } else {
                    prop_assert!(above(&parents, id(parent)).contains(&id(child)), "only what would close a loop is refused");
                }
            }
            for page in (0..12).map(id) {
                prop_assert!(above(&parents, page).len() <= 12, "a path longer than there are pages is a loop");
            }
        }
    }
}
