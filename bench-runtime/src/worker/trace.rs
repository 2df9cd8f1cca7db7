//! How operations are traced, and how many. Main function: [`trace`].

use std::time::{Duration, Instant};

use super::{Setback, TraceOrder};
use crate::bencher::Reading;
use crate::event_loop::Tracer;
use crate::machine::Interruptions;
use crate::model::{LoopTrace, PolledOn, Shape};

/// So many operations are traced though that takes longer than it should, as long as it takes less than [`PATIENCE`].
const FEWEST: u64 = 5;

/// Operations that are slower than this are traced once.
const PATIENCE: Duration = Duration::from_secs(2);

/// Operations of one batch, where they are short.
const MOST_PER_BATCH: u64 = 1_000;

/// Traces a routine's futures: one operation is discarded, then batches of them are traced for as long as the order says.
/// `pass` runs a number of operations. The inner error is why nothing can be told.
pub(super) fn trace(
    order: &TraceOrder,
    tracer: &Tracer,
    shape: Shape,
    mut pass: impl FnMut(u64) -> Result<Reading, Setback>,
) -> Result<Result<LoopTrace, String>, Setback> {
    let length = Duration::from_nanos(order.length_ns);
    // As many as are in flight together take about as long as one.
    let batch = per_batch(length, pass(1)?.elapsed) * u64::from(order.in_flight.max(1));
    tracer.start(order.blocking_ns);
    let (start, interruptions) = (Instant::now(), Interruptions::start());
    let mut done = 0;
    while is_not_enough(done, start.elapsed(), length) {
        done += pass(batch)?.iterations;
    }
    let polled_on = if shape == Shape::Spawned { PolledOn::WorkerTask } else { PolledOn::MainThread };
    Ok(tracer.finish(polled_on, interruptions.count()))
}

/// Whether more than `done` operations are to be traced, which took `elapsed`.
fn is_not_enough(done: u64, elapsed: Duration, length: Duration) -> bool {
    done == 0 || elapsed < length || (done < FEWEST && elapsed < PATIENCE)
}

/// How many operations that take `one` are traced before the clock is looked at again.
fn per_batch(length: Duration, one: Duration) -> u64 {
    let fitting = length.as_nanos() / 10 / one.as_nanos().max(1);
    u64::try_from(fitting).unwrap_or(u64::MAX).clamp(1, MOST_PER_BATCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_operations_are_traced_one_at_a_time() {
        let of = |milliseconds| per_batch(Duration::from_millis(250), Duration::from_millis(milliseconds));
        assert_eq!([0, 5, 1_000].map(of), [1_000, 5, 1]);
    }

    #[test]
    fn a_few_are_traced_unless_they_take_for_ever() {
        let ends_after = |milliseconds: u32| {
            let took = |done: u32| Duration::from_millis(milliseconds.into()) * done;
            (0..).find(|done| !is_not_enough(u64::from(*done), took(*done), Duration::from_millis(250)))
        };
        assert_eq!([10, 200, 700, 30_000].map(ends_after), [Some(25), Some(5), Some(3), Some(1)]);
    }
}
