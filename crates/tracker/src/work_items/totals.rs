//! How many items a list has, remembered until the workspace changes.
//!
//! Counting is the one part of a list whose cost grows with the project. A workspace's seq names its state exactly, so a
//! total stays right as long as the seq does.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use aileron_kernel::{Filter, Uuid};

/// The most workspaces, and the most totals of each, that are remembered.
const MOST: usize = 512;

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Counted {
    /// In which project; none: in all that `only_of` is in.
    pub project: Option<Uuid>,
    /// By whom, where the caller sees only his own; in the whole workspace, who sees them.
    pub only_of: Option<Uuid>,
    /// With which filter.
    pub filter: Filter,
}

/// The totals of one workspace at one seq.
#[derive(Debug, Default)]
struct Totals {
    seq: i64,
    known: HashMap<Counted, i64>,
}

#[derive(Debug, Default)]
struct Memory(HashMap<Uuid, Totals>);

static MEMORY: LazyLock<Mutex<Memory>> = LazyLock::new(Mutex::default);

/// The total, counted only if it is not known for this seq of the workspace.
pub fn total<E>(workspace: Uuid, seq: i64, counted: Counted, count: impl FnOnce() -> Result<i64, E>) -> Result<i64, E> {
    let known = MEMORY.lock().unwrap_or_else(PoisonError::into_inner).get(workspace, seq, &counted);
    if let Some(total) = known {
        return Ok(total);
    }
    let total = count()?;
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner).keep(workspace, seq, counted, total);
    Ok(total)
}

impl Memory {
    fn get(&self, workspace: Uuid, seq: i64, counted: &Counted) -> Option<i64> {
        self.0.get(&workspace).filter(|totals| totals.seq == seq)?.known.get(counted).copied()
    }

    /// Forgets instead of growing: everything here can be counted again.
    fn keep(&mut self, workspace: Uuid, seq: i64, counted: Counted, total: i64) {
        if self.0.len() >= MOST && !self.0.contains_key(&workspace) {
            self.0.clear();
        }
        let totals = self.0.entry(workspace).or_default();
        if totals.seq > seq {
            return;
        }
        if totals.seq < seq || totals.known.len() >= MOST {
            *totals = Totals { seq, known: HashMap::new() };
        }
        totals.known.insert(counted, total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(project: u128) -> Counted {
        Counted { project: Some(Uuid::from_u128(project)), only_of: None, filter: Filter::all() }
    }

    #[test]
    fn a_total_is_known_until_the_seq_moves() {
        let mut memory = Memory::default();
        let workspace = Uuid::from_u128(1);
        memory.keep(workspace, 5, counted(1), 10);
        assert_eq!(memory.get(workspace, 5, &counted(1)), Some(10));
        assert_eq!(memory.get(workspace, 6, &counted(1)), None);
        assert_eq!(memory.get(workspace, 5, &counted(2)), None);
        memory.keep(workspace, 6, counted(2), 20);
        assert_eq!(memory.get(workspace, 5, &counted(1)), None);
        // Somebody who began earlier and counted longer does not bring the past back.
        memory.keep(workspace, 5, counted(3), 30);
        assert_eq!(memory.get(workspace, 6, &counted(2)), Some(20));
        assert_eq!(memory.get(workspace, 5, &counted(3)), None);
    }

    #[test]
    fn it_stays_small() {
        let mut memory = Memory::default();
        for number in 0..2_000 {
            memory.keep(Uuid::from_u128(number), 1, counted(1), 1);
            memory.keep(Uuid::from_u128(7), 1, counted(number), 1);
        }
        assert!(memory.0.len() <= MOST && memory.0.values().all(|totals| totals.known.len() <= MOST));
    }
}
