//! Finds out how long a routine takes and how it is to be sampled. Main function: [`calibrate`].

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use crate::bencher::{Pass, Reading};
use crate::model::{Calibration, Clocked, Regime};

/// A batch this long tells the time of an iteration well enough.
const LONG_ENOUGH: Duration = Duration::from_micros(100);

/// How often a batch must be long enough.
const TRIES: u32 = 3;

/// A routine whose first call takes this long is not called again before it is measured.
const TOO_LONG_TO_REPEAT: Duration = Duration::from_secs(1);

/// A routine with a clock of its own may report anything; real time and this many iterations bound its calibration.
const PATIENCE: Duration = Duration::from_millis(50);
const MAX_BATCH: u64 = 1 << 24;

/// Samples `run` until the time of an iteration is known. `first_call` is what the first call in this process took, if
/// there has been one; `iterations` is what the user fixed.
///
/// # Errors
///
/// The first error of `run`.
pub(super) fn calibrate<E>(
    iterations: Option<NonZeroU64>,
    first_call: Option<Duration>,
    mut run: impl FnMut(Pass) -> Result<Reading, E>,
) -> Result<Calibration, E> {
    let first_call = match first_call {
        Some(time) => time,
        None => run(Pass::Time { iterations: 1, clocked: Clocked::EachCall })?.elapsed,
    };
    let iteration_ns = if first_call >= TOO_LONG_TO_REPEAT {
        first_call.as_nanos() as f64
    } else {
        time_iteration(&mut run)?
    };
    let regime = regime(iteration_ns);
    Ok(Calibration {
        regime,
        iterations: iterations.map_or_else(|| iterations_per_sample(regime, iteration_ns), NonZeroU64::get),
        iteration_ns,
        first_call_ns: first_call.as_nanos() as f64,
    })
}

/// Doubles the batch until it is long enough in every try, and takes the best of them, in nanoseconds per iteration.
///
/// One long try is not enough: if it was an interruption that made a small batch long, the arm would be sampled in batches
/// far smaller than those of the arms it is compared with.
fn time_iteration<E>(run: &mut impl FnMut(Pass) -> Result<Reading, E>) -> Result<f64, E> {
    let start = Instant::now();
    let mut batch = 1;
    loop {
        let shortest = shortest(batch, start, run)?;
        if shortest >= LONG_ENOUGH || start.elapsed() >= PATIENCE || batch >= MAX_BATCH {
            return Ok(shortest.as_nanos() as f64 / batch as f64);
        }
        batch *= 2;
    }
}

/// The shortest of some tries of a batch. The first that is too short ends them, and so does the end of patience.
fn shortest<E>(
    batch: u64,
    start: Instant,
    run: &mut impl FnMut(Pass) -> Result<Reading, E>,
) -> Result<Duration, E> {
    let mut shortest = Duration::MAX;
    for _ in 0..TRIES {
        shortest = shortest.min(run(Pass::Time { iterations: batch, clocked: Clocked::Batch })?.elapsed);
        if shortest < LONG_ENOUGH || start.elapsed() >= PATIENCE {
            break;
        }
    }
    Ok(shortest)
}

/// How an operation of this length is sampled.
fn regime(iteration_ns: f64) -> Regime {
    match iteration_ns {
        ns if ns < 1e3 => Regime::Tiny,
        ns if ns < 1e4 => Regime::Short,
        ns if ns < 1e5 => Regime::Medium,
        ns if ns < 5e6 => Regime::Long,
        ns if ns < 1e8 => Regime::Slow,
        _ => Regime::VerySlow,
    }
}

fn iterations_per_sample(regime: Regime, iteration_ns: f64) -> u64 {
    let sample_ns = match regime {
        Regime::Tiny => 3e4,
        Regime::Short | Regime::Medium => 1e5,
        Regime::Long | Regime::Slow | Regime::VerySlow => return 1,
    };
    // A routine that seems to take no time at all is still sampled in finite batches.
    (sample_ns / iteration_ns.max(1e-3)).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A routine that takes `ns` per iteration, and `first_ns` the first time.
    fn scripted(ns: f64, first_ns: u64) -> impl FnMut(Pass) -> Result<Reading, ()> {
        let mut first = true;
        move |pass| {
            let Pass::Time { iterations, .. } = pass else { return Err(()) };
            let elapsed = if first { first_ns } else { (ns * iterations as f64) as u64 };
            first = false;
            Ok(Reading { elapsed: Duration::from_nanos(elapsed), iterations, ..Reading::default() })
        }
    }

    #[test]
    fn the_length_of_an_operation_decides_how_it_is_sampled() {
        let table = [
            (5.0, Regime::Tiny, 6_000),
            (2e3, Regime::Short, 50),
            (5e4, Regime::Medium, 2),
            (1e6, Regime::Long, 1),
            (2e7, Regime::Slow, 1),
            (2e8, Regime::VerySlow, 1),
        ];
        for (ns, regime, iterations) in table {
            let found = calibrate(None, None, scripted(ns, 1)).expect("scripted");
            assert_eq!((found.regime, found.iterations), (regime, iterations), "{ns} ns");
        }
    }

    #[test]
    fn a_slow_first_call_does_not_decide() {
        let found = calibrate(None, None, scripted(100.0, 900_000_000)).expect("scripted");
        assert_eq!(found.regime, Regime::Tiny);
        assert_eq!(found.first_call_ns, 9e8);
    }

    #[test]
    fn interruptions_do_not_make_a_batch_long_enough() {
        for interrupted in 2..30 {
            let mut calls = 0;
            let mut routine = scripted(5.0, 1);
            let found = calibrate(None, None, |pass| {
                calls += 1;
                let reading = routine(pass)?;
                let lost =
                    if calls / 2 == interrupted / 2 { Duration::from_millis(4) } else { Duration::ZERO };
                Ok::<_, ()>(Reading { elapsed: reading.elapsed + lost, ..reading })
            });
            let found = found.expect("scripted");
            assert_eq!((found.regime, found.iteration_ns), (Regime::Tiny, 5.0), "calls from {interrupted}");
        }
    }

    #[test]
    fn an_operation_of_seconds_is_called_once() {
        let mut calls = 0;
        let mut routine = scripted(2e9, 2_000_000_000);
        let found = calibrate(None, None, |pass| {
            calls += 1;
            routine(pass)
        });
        assert_eq!((found.expect("scripted").regime, calls), (Regime::VerySlow, 1));
    }

    #[test]
    fn fixed_iterations_are_kept() {
        let found = calibrate(NonZeroU64::new(7), None, scripted(5.0, 1)).expect("scripted");
        assert_eq!(found.iterations, 7);
    }

    #[test]
    fn a_routine_that_reports_no_time_ends() {
        let found = calibrate(None, None, scripted(0.0, 0)).expect("scripted");
        assert_eq!(found.iteration_ns, 0.0);
        assert!(found.iterations <= 30_000_000);
    }
}
