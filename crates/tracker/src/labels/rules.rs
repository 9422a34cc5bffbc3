//! What labels are compared by, and where in the tree one may hang.

use std::collections::BTreeMap;

use aileron_kernel::Uuid;

/// The key under which the name of a label is unique. Unlike other keys it keeps capitals: `BUG` and `bug` are two labels in
/// the compatible API, and data that has both must find room.
pub fn name_key(name: &str) -> String {
    name.trim().to_owned()
}

/// Whether a label would be above itself with this parent. `parents`: the parent of each label that has one.
pub fn makes_a_loop(label: Uuid, parent: Uuid, parents: &BTreeMap<Uuid, Uuid>) -> bool {
    let mut above = Some(parent);
    // One step for each label at most, should there be a loop already.
    for _ in 0..=parents.len() {
        match above {
            None => return false,
            Some(id) if id == label => return true,
            Some(id) => above = parents.get(&id).copied(),
        }
    }
    above.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_not_above_itself() {
        let id = |n: u128| Uuid::from_u128(n);
        // 1 is above 2, 2 above 3.
        let parents = BTreeMap::from([(id(2), id(1)), (id(3), id(2))]);
        assert!(makes_a_loop(id(1), id(1), &parents));
        assert!(makes_a_loop(id(1), id(3), &parents));
        assert!(!makes_a_loop(id(3), id(1), &parents));
        assert!(!makes_a_loop(id(4), id(3), &parents));
    }

    #[test]
    fn a_loop_that_is_there_already_ends_the_search() {
        let id = |n: u128| Uuid::from_u128(n);
        let parents = BTreeMap::from([(id(1), id(2)), (id(2), id(1))]);
        assert!(makes_a_loop(id(3), id(1), &parents));
    }

    #[test]
    fn capitals_tell_labels_apart() {
        assert_ne!(name_key("BUG"), name_key("bug"));
        assert_eq!(name_key(" bug "), name_key("bug"));
    }
}
