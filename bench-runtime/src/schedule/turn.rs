//! What an arm does in one turn, from how long its operation takes. Main function: [`turn_plan`].

use std::time::Duration;

use crate::model::{Calibration, Clocked, Regime, Settings, TurnPlan};
use crate::order;

/// Timed sub-samples of a turn, where nothing forbids it.
const SAMPLES: u32 = 10;

/// Operations that are timed call by call fill about this much of a turn, within 2 to [`SAMPLES`] calls.
const LONG_TURN_NS: f64 = 1e6;

/// Arms share a number of iterations where their times per iteration lie within this factor.
const SHARING_FACTOR: f64 = 2.0;

/// How an arm is sampled in every turn.
pub(super) fn turn_plan(calibration: &Calibration, settings: &Settings) -> TurnPlan {
    match settings.iterations {
        Some(iterations) => with_fixed(iterations.get(), calibration.regime),
        None => calibrated(calibration),
    }
}

/// A reading of the canary takes about this long.
const READING: Duration = Duration::from_micros(10);

/// Readings take this share of a turn.
const READINGS_SHARE: f64 = 0.03;

/// More readings make none of them better known.
const MOST_READINGS: f64 = 10.0;

/// The plan with readings of the canary before the turn: one, or as many as cost next to nothing.
pub(super) fn with_canary(plan: TurnPlan, calibration: &Calibration) -> TurnPlan {
    let affordable = turn_time(calibration, &plan).as_secs_f64() * READINGS_SHARE / READING.as_secs_f64();
    TurnPlan { canary: affordable.clamp(1.0, MOST_READINGS) as u32, ..plan }
}

fn calibrated(calibration: &Calibration) -> TurnPlan {
    let iterations = calibration.iterations;
    let single = |discard, samples| TurnPlan {
        discard,
        samples,
        iterations: 1,
        clocked: Clocked::EachCall,
        canary: 0,
    };
    match calibration.regime {
        Regime::Tiny | Regime::Short => in_batches(iterations, Clocked::Batch),
        Regime::Medium => in_batches(iterations, Clocked::EachCall),
        Regime::Long => single(1, long_samples(calibration.iteration_ns)),
        Regime::Slow | Regime::VerySlow => single(0, 1),
    }
}

fn in_batches(iterations: u64, clocked: Clocked) -> TurnPlan {
    TurnPlan { discard: iterations, samples: SAMPLES, iterations, clocked, canary: 0 }
}

fn long_samples(iteration_ns: f64) -> u32 {
    (LONG_TURN_NS / iteration_ns).clamp(2.0, f64::from(SAMPLES)) as u32
}

fn with_fixed(iterations: u64, regime: Regime) -> TurnPlan {
    let clocked = if iterations == 1 { Clocked::EachCall } else { Clocked::Batch };
    let (discard, samples) = if regime < Regime::Slow { (iterations, SAMPLES) } else { (0, 1) };
    TurnPlan { discard, samples, iterations, clocked, canary: 0 }
}

/// How long a turn will take, roughly.
pub(super) fn turn_time(calibration: &Calibration, plan: &TurnPlan) -> Duration {
    let iterations = plan.discard + u64::from(plan.samples) * plan.iterations;
    let nanoseconds = iterations as f64 * calibration.iteration_ns;
    Duration::from_nanos(nanoseconds.max(0.0) as u64)
}

/// Gives arms whose operations take about as long the same number of iterations: the largest of theirs. Arms of
/// different regimes, or further than a factor of two apart, keep their own.
pub(super) fn share_iterations(arms: Vec<&mut Calibration>) {
    level_alike(arms, |calibration| **calibration, |calibration| &mut calibration.iterations);
}

/// Two sides of one benchmark further apart than this each keep their own way of being sampled: nobody needs to know
/// precisely what is a hundred times slower, and its turns would take too long.
const TWINS_FACTOR: f64 = 100.0;

/// Makes the two sides of a benchmark be sampled alike: as suits the faster one.
pub(super) fn alike(one: Calibration, other: Calibration) -> (Calibration, Calibration) {
    let (fast, slow) = if one.iteration_ns <= other.iteration_ns { (one, other) } else { (other, one) };
    if slow.iteration_ns > fast.iteration_ns * TWINS_FACTOR {
        return (one, other);
    }
    let like = |own: Calibration| Calibration { regime: fast.regime, iterations: fast.iterations, ..own };
    (like(one), like(other))
}

/// Gives the same arms the same number of sub-samples: the lower quartile of two lies higher than that of three, where the
/// arms themselves do not differ.
pub(super) fn share_samples(arms: Vec<(Calibration, &mut TurnPlan)>) {
    level_alike(arms, |(calibration, _)| *calibration, |(_, plan)| &mut plan.samples);
}

/// Sets `count` to the largest among arms that take about as long.
fn level_alike<T, N: Ord + Copy>(
    mut arms: Vec<T>,
    calibration: impl Fn(&T) -> Calibration,
    count: impl Fn(&mut T) -> &mut N,
) {
    order::sort_by(&mut arms, |a, b| calibration(a).iteration_ns.total_cmp(&calibration(b).iteration_ns));
    let mut rest = arms.as_mut_slice();
    while let Some(fastest) = rest.first().map(&calibration) {
        let most = fastest.iteration_ns * SHARING_FACTOR;
        let is_alike = |arm: Calibration| arm.regime == fastest.regime && arm.iteration_ns <= most;
        let alike = rest.iter().take_while(|arm| is_alike(calibration(arm))).count().max(1);
        let (group, others) = rest.split_at_mut(alike);
        if let Some(largest) = group.iter_mut().map(|arm| *count(arm)).max() {
            group.iter_mut().for_each(|arm| *count(arm) = largest);
        }
        rest = others;
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;
    use crate::model::plain::settings;

    fn calibration(regime: Regime, iterations: u64, iteration_ns: f64) -> Calibration {
        Calibration { regime, iterations, iteration_ns, first_call_ns: 0.0 }
    }

    fn plan(discard: u64, samples: u32, iterations: u64, clocked: Clocked) -> TurnPlan {
        TurnPlan { discard, samples, iterations, clocked, canary: 0 }
    }

    #[test]
    fn the_regime_decides_the_turn() {
        use Clocked::{Batch, EachCall};
        use Regime::{Long, Medium, Short, Slow, Tiny, VerySlow};
        let table = [
            (calibration(Tiny, 30_000, 1.0), plan(30_000, 10, 30_000, Batch)),
            (calibration(Short, 50, 2e3), plan(50, 10, 50, Batch)),
            (calibration(Medium, 5, 2e4), plan(5, 10, 5, EachCall)),
            (calibration(Long, 1, 1e5), plan(1, 10, 1, EachCall)),
            (calibration(Long, 1, 3e5), plan(1, 3, 1, EachCall)),
            (calibration(Long, 1, 4.9e6), plan(1, 2, 1, EachCall)),
            (calibration(Slow, 1, 5e7), plan(0, 1, 1, EachCall)),
            (calibration(VerySlow, 1, 5e8), plan(0, 1, 1, EachCall)),
        ];
        for (calibration, expected) in table {
            assert_eq!(turn_plan(&calibration, &settings()), expected, "{calibration:?}");
        }
    }

    #[test]
    fn fixed_iterations_stay_as_they_are() {
        use Clocked::{Batch, EachCall};
        let table = [
            (Regime::Tiny, 7, plan(7, 10, 7, Batch)),
            (Regime::Medium, 7, plan(7, 10, 7, Batch)),
            (Regime::Tiny, 1, plan(1, 10, 1, EachCall)),
            (Regime::Slow, 3, plan(0, 1, 3, Batch)),
            (Regime::VerySlow, 1, plan(0, 1, 1, EachCall)),
        ];
        for (regime, iterations, expected) in table {
            let settings = Settings { iterations: NonZeroU64::new(iterations), ..settings() };
            assert_eq!(turn_plan(&calibration(regime, 99, 5.0), &settings), expected, "{regime:?}");
        }
    }

    #[test]
    fn the_canary_is_read_once_or_as_often_as_costs_next_to_nothing() {
        let table =
            [(Regime::Tiny, 30_000, 1.0, 1), (Regime::Long, 1, 3e5, 3), (Regime::VerySlow, 1, 5e8, 10)];
        for (regime, iterations, ns, readings) in table {
            let calibration = calibration(regime, iterations, ns);
            let plan = with_canary(turn_plan(&calibration, &settings()), &calibration);
            assert_eq!(plan.canary, readings, "{regime:?}");
        }
    }

    #[test]
    fn a_turn_takes_its_discarded_iterations_too() {
        let calibration = calibration(Regime::Short, 50, 2e3);
        let plan = turn_plan(&calibration, &settings());
        assert_eq!(turn_time(&calibration, &plan), Duration::from_micros(1100));
    }

    #[test]
    fn iterations_are_shared_within_a_factor_of_two_and_a_regime() {
        let mut arms = [
            calibration(Regime::Tiny, 100, 900.0),
            calibration(Regime::Tiny, 150, 600.0),
            calibration(Regime::Tiny, 400, 200.0),
            calibration(Regime::Short, 90, 1100.0),
        ];
        share_iterations(arms.iter_mut().collect());
        assert_eq!(arms.map(|c| c.iterations), [150, 150, 400, 90]);
    }

    #[test]
    fn a_chain_of_neighbours_is_not_shared_beyond_a_factor_of_two() {
        let mut arms = [1.0, 1.8, 3.0].map(|ns| calibration(Regime::Tiny, (1000.0 / ns) as u64, ns));
        share_iterations(arms.iter_mut().collect());
        assert_eq!(arms.map(|c| c.iterations), [1000, 1000, 333]);
    }

    #[test]
    fn arms_that_take_about_as_long_get_equally_many_samples() {
        let mut plans = [3.2e5, 3.4e5, 9e5].map(|ns| {
            let calibration = calibration(Regime::Long, 1, ns);
            (calibration, turn_plan(&calibration, &settings()))
        });
        assert_eq!(plans.map(|(_, plan)| plan.samples), [3, 2, 2]);
        share_samples(plans.iter_mut().map(|(calibration, plan)| (*calibration, plan)).collect());
        assert_eq!(plans.map(|(_, plan)| plan.samples), [3, 3, 2]);
    }

    #[test]
    fn an_operation_without_a_time_is_left_alone() {
        let mut arms = [calibration(Regime::Tiny, 5, f64::NAN)];
        share_iterations(arms.iter_mut().collect());
        assert_eq!(arms[0].iterations, 5);
    }
}
