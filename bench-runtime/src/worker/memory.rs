//! The memory pass of one arm: which iterations are counted, and how many. Main function: [`count`].

use std::time::Duration;

use super::{MemoryOrder, Setback};
use crate::alloc::Tracker;
use crate::bencher::Reading;
use crate::model::{Memory, MemoryFigures};

/// Rounds of counted iterations: what outlives its iteration may die within its round or later.
const ROUNDS: u64 = 5;

/// Iterations of a round, where they are short.
const MOST_PER_ROUND: u64 = 6;

/// What the counted iterations of a slow routine may take together. There is one in each round all the same.
const TIME: Duration = Duration::from_secs(1);

/// Counts what a routine does with memory: the first iteration apart, another one discarded, then rounds of counted
/// ones. `pass` runs a number of iterations. The inner error is why nothing can be counted in this program.
pub(super) fn count(
    order: &MemoryOrder,
    mut pass: impl FnMut(u64) -> Result<Reading, Setback>,
) -> Result<Result<Memory, String>, Setback> {
    let mut tracker = match Tracker::start(order.sites) {
        Ok(tracker) => tracker,
        Err(unavailable) => return Ok(Err(unavailable.to_string())),
    };
    let first = pass(1)?.memory;
    let per_round = iterations_per_round(pass(1)?.elapsed);
    tracker.count_from_now();
    let mut figures: Vec<MemoryFigures> = Vec::with_capacity((ROUNDS * per_round) as usize);
    for _ in 0..ROUNDS {
        tracker.round();
        figures.extend(pass(per_round)?.memory);
    }
    let first = first.first().copied().unwrap_or_default();
    Ok(Ok(tracker.finish(first, &figures, order.top, order.location.clone())))
}

/// How many iterations of a routine that takes `one` fit into a round.
fn iterations_per_round(one: Duration) -> u64 {
    let fitting = TIME.as_nanos() / u128::from(ROUNDS) / one.as_nanos().max(1);
    u64::try_from(fitting).unwrap_or(u64::MAX).clamp(1, MOST_PER_ROUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_routines_are_called_less_often_but_once_in_every_round() {
        let per_round = |milliseconds| iterations_per_round(Duration::from_millis(milliseconds));
        assert_eq!([0, 33, 100, 5_000].map(per_round), [6, 6, 2, 1]);
    }
}
