//! Several runs as one interval that knows how much runs differ. Main function: [`combine`].

use super::interval::{LogInterval, critical_t};
use super::paired::RunEstimate;
use super::summary::stddev;

/// The least spread between runs that is assumed: 0.3 %. A few runs that happen to agree do not show that the
/// next process will.
pub(crate) const MIN_BETWEEN_RUNS: f64 = 0.003;

/// The runs of one measurement, combined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Combined {
    /// ln(arm / reference) with its interval.
    pub(crate) interval: LogInterval,
    /// τ: the standard deviation between runs, beyond what the rounds within them explain; at least the
    /// floor.
    pub(crate) between_runs: f64,
    /// How many runs; at least two.
    pub(crate) runs: usize,
}

/// Combines runs by the random-effects model, in which each run has a ratio of its own, spread by τ around
/// the one that is looked for.
///
/// τ² is the estimate of Paule and Mandel, "Consensus Values and Weighting Factors", J. Res. NBS 87 (1982),
/// but at least `min_between_runs`². The interval is that of Hartung and Knapp, Statistics in Medicine 20
/// (2001), with a two-sided error of `alpha`; its variance is never taken for less than the model's own, as
/// Röver, Knapp and Friede advise in BMC Med. Res. Methodol. 15:99 (2015).
///
/// `None` for less than two runs, `alpha` outside 0 .. 1, anything that is not finite, or when a run has no
/// error at all and the floor is 0. A negative floor counts as 0.
pub(crate) fn combine(runs: &[RunEstimate], alpha: f64, min_between_runs: f64) -> Option<Combined> {
    let floor = min_between_runs.max(0.0).powi(2);
    let valid = |run: &RunEstimate| run.estimate.is_finite() && run.standard_error.powi(2) + floor > 0.0;
    if !runs.iter().all(valid) {
        return None;
    }
    let degrees = runs.len() as f64 - 1.0;
    let between = paule_mandel(runs, floor)?;
    let pooled = Pooled::of(runs, between);
    let safeguard = (pooled.heterogeneity / degrees).max(1.0);
    let half_width = critical_t(alpha, degrees)? * (safeguard / pooled.weight).sqrt();
    let interval = LogInterval::around(pooled.mean, half_width)?;
    Some(Combined { interval, between_runs: between.sqrt(), runs: runs.len() })
}

/// The runs, each weighted by 1 / (standard error² + τ²).
struct Pooled {
    /// The weighted mean.
    mean: f64,
    /// The sum of the weights.
    weight: f64,
    /// Cochran's Q: the weighted sum of squares around the mean. It falls as τ² grows.
    heterogeneity: f64,
}

impl Pooled {
    /// Pools `runs` with a variance of `between` them.
    fn of(runs: &[RunEstimate], between: f64) -> Self {
        let weighted = || runs.iter().map(|run| (1.0 / (run.standard_error.powi(2) + between), run.estimate));
        let weight: f64 = weighted().map(|(weight, _)| weight).sum();
        let mean = weighted().map(|(weight, estimate)| weight * estimate).sum::<f64>() / weight;
        let heterogeneity = weighted().map(|(weight, estimate)| weight * (estimate - mean).powi(2)).sum();
        Self { mean, weight, heterogeneity }
    }
}

/// The τ², at least `floor`, at which Cochran's Q is what it would be by chance: the number of runs less one.
///
/// Q is at most Σ(estimate − mean)² / τ², so the variance of the estimates is an upper end to search from.
/// `None` for less than two runs.
fn paule_mandel(runs: &[RunEstimate], floor: f64) -> Option<f64> {
    let estimates: Vec<f64> = runs.iter().map(|run| run.estimate).collect();
    let expected = runs.len() as f64 - 1.0;
    let too_small = |between: f64| Pooled::of(runs, between).heterogeneity > expected;
    let (mut low, mut high) = (floor, stddev(&estimates)?.powi(2).max(floor));
    if !too_small(low) {
        return Some(low);
    }
    while high - low > 1e-14 * high {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        *(if too_small(middle) { &mut low } else { &mut high }) = middle;
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::interval::DEFAULT_ALPHA;
    use crate::stats::testing::{Lcg, assert_close, figures, numbers};

    fn runs(estimates: &[f64], standard_errors: &[f64]) -> Vec<RunEstimate> {
        let run = |(&estimate, &standard_error)| RunEstimate { estimate, standard_error, rounds: 10 };
        estimates.iter().zip(standard_errors).map(run).collect()
    }

    #[test]
    fn combinations_agree_with_the_reference_figures() {
        for case in figures("combine") {
            let runs = runs(&numbers(&case["estimates"]), &numbers(&case["standard_errors"]));
            let combined =
                combine(&runs, numbers(&case["alpha"])[0], numbers(&case["floor"])[0]).expect("defined");
            let interval = combined.interval;
            for (actual, name) in [
                (combined.between_runs, "between_runs"),
                (interval.low, "low"),
                (interval.estimate, "estimate"),
                (interval.high, "high"),
            ] {
                assert_close(actual, numbers(&case[name])[0], 1e-9);
            }
        }
    }

    #[test]
    fn runs_that_agree_are_credited_with_the_floor_only() {
        let combined =
            combine(&runs(&[0.05; 4], &[1e-5; 4]), DEFAULT_ALPHA, MIN_BETWEEN_RUNS).expect("defined");
        assert_close(combined.between_runs, MIN_BETWEEN_RUNS, 1e-15);
        assert_close(combined.interval.estimate, 0.05, 1e-15);
        assert!(combined.interval.half_width() > MIN_BETWEEN_RUNS);
    }

    #[test]
    fn the_sign_flips_with_the_arms_and_the_order_of_runs_does_not_matter() {
        let (estimates, errors) = ([0.02, -0.01, 0.05, 0.03], [0.004, 0.002, 0.009, 0.003]);
        let of = |runs: &[RunEstimate]| combine(runs, 0.05, 0.0).expect("defined").interval;
        let forward = of(&runs(&estimates, &errors));
        let swapped = of(&runs(&estimates.map(|estimate| -estimate), &errors)).swapped();
        let mut backward = runs(&estimates, &errors);
        backward.reverse();
        for other in [swapped, of(&backward)] {
            assert_close(other.low, forward.low, 1e-13);
            assert_close(other.estimate, forward.estimate, 1e-13);
            assert_close(other.high, forward.high, 1e-13);
        }
    }

    #[test]
    fn a_precise_run_weighs_more_until_runs_differ_more_than_their_errors() {
        let alike = combine(&runs(&[0.01, 0.012], &[0.001, 0.1]), 0.05, 0.0).expect("defined");
        assert!((alike.interval.estimate - 0.01).abs() < 1e-5);
        let apart = combine(&runs(&[0.01, 0.4], &[0.0001, 0.001]), 0.05, 0.0).expect("defined");
        assert!((apart.interval.estimate - 0.205).abs() < 1e-3);
    }

    #[test]
    fn too_few_or_wild_runs_have_no_combination() {
        let none =
            |runs: &[RunEstimate], alpha: f64, floor: f64| assert_eq!(combine(runs, alpha, floor), None);
        none(&[], 0.05, 0.003);
        none(&runs(&[0.1], &[0.01]), 0.05, 0.003);
        none(&runs(&[0.1, 0.2], &[0.0, 0.0]), 0.05, 0.0);
        none(&runs(&[0.1, f64::NAN], &[0.01, 0.01]), 0.05, 0.003);
        none(&runs(&[0.1, f64::INFINITY], &[0.01, 0.01]), 0.05, 0.003);
        none(&runs(&[0.1, 0.2], &[0.01, f64::NAN]), 0.05, 0.003);
        none(&runs(&[0.1, 0.2], &[f64::INFINITY; 2]), 0.05, 0.003);
        for alpha in [0.0, 1.0, f64::NAN] {
            none(&runs(&[0.1, 0.2], &[0.01, 0.01]), alpha, 0.003);
        }
    }

    #[test]
    fn it_covers_the_ratio_about_as_often_as_promised() {
        let mut lcg = Lcg::new(21);
        for (count, between) in [(4, 0.0), (4, 0.01), (8, 0.003), (12, 0.02)] {
            let hits = (0..3000).filter(|_| {
                let runs: Vec<RunEstimate> = (0..count)
                    .map(|_| {
                        let standard_error = 0.002 + 0.006 * lcg.uniform();
                        let noise = between * lcg.normal() + standard_error * lcg.normal();
                        RunEstimate { estimate: 0.04 + noise, standard_error, rounds: 10 }
                    })
                    .collect();
                let interval = combine(&runs, 0.05, 0.0).expect("defined").interval;
                interval.low <= 0.04 && 0.04 <= interval.high
            });
            let rate = hits.count() as f64 / 3000.0;
            assert!(
                (0.93..=1.0).contains(&rate),
                "{rate} of the intervals over {count} runs, {between} apart"
            );
        }
    }
}
