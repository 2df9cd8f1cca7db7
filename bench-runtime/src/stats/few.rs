//! Two or three runs as an interval, which takes an assumption on how much runs differ. Main function: [`assumed`].

use super::combine::{Combined, combine};
use super::interval::{LogInterval, critical_t};
use super::paired::RunEstimate;
use super::summary::{mean, stddev};

/// The runs from which their own spread is believed. Student's factor for two runs is 127 standard deviations (at an
/// error of 0.5 %), for three 14, for four 7.5.
pub(crate) const ENOUGH_RUNS: usize = 4;

/// The spread between runs that is assumed for few of them: 2 %, as a logarithm. It is the largest that was found
/// between processes in trials, and ten times that of arms which share their processes.
pub(super) const ASSUMED_BETWEEN_RUNS: f64 = 0.02;

/// How many runs the assumption weighs as much as.
pub(super) const ASSUMED_WEIGHT: f64 = 4.0;

/// A difference below this, 10 %, is not told from few runs: the assumption is not good enough for it.
pub(crate) const FEW_RUNS_FLOOR: f64 = 0.095_310_179_804_324_87;

/// The interval over few runs, with a two-sided error of `alpha` where runs spread as assumed or less.
///
/// The variance of a run is that of the estimates, moderated by the assumed one as if it had been found from
/// [`ASSUMED_WEIGHT`] more runs, and Student's factor follows: the empirical Bayes estimate of Smyth, "Linear Models
/// and Empirical Bayes Methods", Stat. Appl. Genet. Mol. Biol. 3 (2004), with a fixed prior. Runs that differ by far more
/// than assumed widen the interval; runs that agree by chance do not make it narrower than the assumption does.
///
/// The assumption is about runs, and not about the rounds within them: how much those vary is found from the rounds, and few
/// of them tell little. Of runs with one round each it is not known at all, and nothing is assumed.
///
/// `None` for less than two runs, `alpha` outside 0 .. 1, or anything that is not finite.
pub(crate) fn assumed(runs: &[RunEstimate], alpha: f64) -> Option<LogInterval> {
    let estimates: Vec<f64> = runs.iter().map(|run| run.estimate).collect();
    let squares: Vec<f64> = runs.iter().map(|run| run.standard_error.powi(2)).collect();
    let (count, degrees) = (runs.len() as f64, runs.len() as f64 - 1.0);
    let within = mean(&squares)?;
    let weight = weight(within, runs.iter().map(|run| run.rounds - 1).sum::<usize>() as f64);
    let prior = ASSUMED_BETWEEN_RUNS.powi(2) + within;
    let found = stddev(&estimates)?.powi(2);
    let variance = (degrees * found + weight * prior) / (degrees + weight);
    let half_width = critical_t(alpha, degrees + weight)? * (variance / count).sqrt();
    LogInterval::around(mean(&estimates)?, half_width)
}

/// The degrees of freedom of the variance that is expected of a run: the assumed one between runs, and the one `within`
/// them, which was found with so many degrees. After Satterthwaite, "An Approximate Distribution of Estimates of Variance
/// Components", Biometrics 2 (1946).
fn weight(within: f64, degrees_within: f64) -> f64 {
    if degrees_within == 0.0 {
        return 0.0;
    }
    let between = ASSUMED_BETWEEN_RUNS.powi(2);
    (between + within).powi(2) / (between.powi(2) / ASSUMED_WEIGHT + within.powi(2) / degrees_within)
}

/// The interval over as many runs as there are: by their own spread from [`ENOUGH_RUNS`] on, by an assumed one below.
pub(crate) fn interval(runs: &[RunEstimate], alpha: f64, min_between_runs: f64) -> Option<LogInterval> {
    if runs.len() < ENOUGH_RUNS {
        return assumed(runs, alpha);
    }
    combine(runs, alpha, min_between_runs).map(|Combined { interval, .. }| interval)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::interval::DEFAULT_ALPHA;
    use crate::stats::testing::{Lcg, assert_close};

    fn runs(estimates: &[f64]) -> Vec<RunEstimate> {
        let run = |&estimate: &f64| RunEstimate { estimate, standard_error: 0.003, rounds: 5 };
        estimates.iter().map(run).collect()
    }

    #[test]
    fn two_runs_that_agree_are_known_to_about_seven_per_cent() {
        let interval = assumed(&runs(&[0.3, 0.301]), DEFAULT_ALPHA).expect("defined");
        assert_close(interval.estimate, 0.3005, 1e-12);
        assert!((0.05..0.08).contains(&interval.half_width()), "{interval:?}");
    }

    #[test]
    fn rounds_that_are_too_few_to_tell_how_they_vary_are_not_believed() {
        let half_width = |rounds: usize, standard_error: f64| {
            let run = |estimate| RunEstimate { estimate, standard_error, rounds };
            assumed(&[run(0.9), run(1.0)], DEFAULT_ALPHA).expect("defined").half_width()
        };
        assert!(half_width(1, 1e-5) > 1.0, "one round each: twice as slow is nothing yet");
        let by_rounds = [2, 3, 10].map(|rounds| half_width(rounds, 0.1));
        assert!(by_rounds.is_sorted_by(|more, less| more > less), "{by_rounds:?}");
        assert_close(half_width(5, 0.0), half_width(50, 0.0), 1e-12);
    }

    #[test]
    fn equal_arms_that_vary_much_from_round_to_round_are_hardly_ever_called_different() {
        let mut lcg = Lcg::new(62);
        for (count, rounds) in [(2, 1), (3, 1), (2, 2), (3, 2), (2, 5)] {
            let alarms = (0..4000).filter(|_| {
                let run = |lcg: &mut Lcg| {
                    let turns: Vec<f64> = (0..rounds).map(|_| (0.3 * lcg.normal()).exp()).collect();
                    RunEstimate::of(&turns, &vec![1.0; rounds]).expect("pairs")
                };
                let runs: Vec<RunEstimate> = (0..count).map(|_| run(&mut lcg)).collect();
                let interval = assumed(&runs, DEFAULT_ALPHA).expect("defined");
                interval.estimate.abs() > interval.half_width().max(FEW_RUNS_FLOOR)
            });
            let alarms = alarms.count();
            assert!(alarms <= 80, "{alarms} of 4000 over {count} runs of {rounds} rounds");
        }
    }

    #[test]
    fn runs_that_differ_more_than_assumed_widen_it() {
        let near = assumed(&runs(&[0.30, 0.31]), DEFAULT_ALPHA).expect("defined");
        let far = assumed(&runs(&[0.0, 0.6]), DEFAULT_ALPHA).expect("defined");
        assert!(far.half_width() > 5.0 * near.half_width());
        assert!(far.low < 0.0, "{far:?}");
    }

    #[test]
    fn equal_arms_are_hardly_ever_called_different_even_where_runs_spread_more_than_assumed() {
        let mut lcg = Lcg::new(61);
        for (count, between, most) in [(2, 0.02, 0), (3, 0.02, 0), (2, 0.04, 20), (3, 0.04, 20)] {
            let alarms = (0..4000).filter(|_| {
                let estimates: Vec<f64> = (0..count).map(|_| between * lcg.normal()).collect();
                let interval = assumed(&runs(&estimates), DEFAULT_ALPHA).expect("defined");
                interval.estimate.abs() > interval.half_width().max(FEW_RUNS_FLOOR)
            });
            let alarms = alarms.count();
            assert!(alarms <= most, "{alarms} of 4000 over {count} runs, {between} apart");
        }
    }

    #[test]
    fn one_run_and_wild_ones_have_no_interval() {
        assert_eq!(assumed(&runs(&[0.1]), DEFAULT_ALPHA), None);
        assert_eq!(assumed(&runs(&[0.1, f64::NAN]), DEFAULT_ALPHA), None);
        assert_eq!(assumed(&runs(&[f64::MAX, -f64::MAX]), DEFAULT_ALPHA), None);
        assert_eq!(assumed(&runs(&[0.1, 0.1]), 0.0), None);
    }
}
