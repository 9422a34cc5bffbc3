//! Random histories, to be played through the API and then looked back at.

use std::ops::Range;

use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// What somebody does to one of the items: which thing, which item, with what.
pub(crate) type Step = (u8, usize, usize);

/// How many histories the long run plays.
pub(crate) const MANY: u8 = 40;

/// Rounds of steps, of which there are so many kinds: the same ones for the same seed.
pub(crate) fn histories(seed: u8, rounds: usize, kinds: u8, steps: Range<usize>) -> Vec<Vec<Step>> {
    let rng = match seed {
        0 => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
        _ => TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
    };
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let steps = proptest::collection::vec((0..kinds, 0_usize..12, 0_usize..60), steps);
    (0..rounds).map(|_| steps.new_tree(&mut runner).unwrap().current()).collect()
}
