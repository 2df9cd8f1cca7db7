//! Two independent measurements as one interval for the ratio of their figures. Main type: [`Shift`].

use std::f64::consts::FRAC_PI_2;

use super::combine::MIN_BETWEEN_RUNS;
use super::few::{ASSUMED_BETWEEN_RUNS, ASSUMED_WEIGHT, ENOUGH_RUNS};
use super::interval::{LogInterval, critical_t};
use super::summary::{mean, stddev};

/// How well the median of a measurement is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Uncertainty {
    /// The squared standard error of the median's logarithm.
    variance: f64,
    /// How many independent figures that is found from, less one.
    degrees: f64,
    /// Whether how much runs differ is not found from the runs, but assumed or not known.
    pub(crate) is_assumed: bool,
}

impl Uncertainty {
    /// From the medians of independent runs: their logarithms spread by at least [`MIN_BETWEEN_RUNS`]. Of two or three
    /// runs the spread is moderated by the assumed one, as [`few`](super::few) does.
    ///
    /// The variance is that of a mean times π/2: the median over all samples, which it is about, is less efficient than
    /// a mean by no more than that.
    ///
    /// `None` for less than two runs, or for medians that are not finite or not above 0.
    pub(crate) fn of_runs(medians: &[f64]) -> Option<Self> {
        let logs: Vec<f64> = medians.iter().map(|median| median.ln()).collect();
        let (count, degrees) = (logs.len() as f64, logs.len() as f64 - 1.0);
        let found = stddev(&logs).filter(|spread| spread.is_finite() && degrees > 0.0)?.powi(2);
        if logs.len() >= ENOUGH_RUNS {
            let variance = FRAC_PI_2 * found.max(MIN_BETWEEN_RUNS.powi(2)) / count;
            return Some(Self { variance, degrees, is_assumed: false });
        }
        let weight = degrees + ASSUMED_WEIGHT;
        let moderated = (degrees * found + ASSUMED_WEIGHT * ASSUMED_BETWEEN_RUNS.powi(2)) / weight;
        Some(Self { variance: FRAC_PI_2 * moderated / count, degrees: weight, is_assumed: true })
    }

    /// From the spread of the rounds as a share of the median, where nothing is known of how runs differ; no better known
    /// than one run with a spread of [`MIN_BETWEEN_RUNS`]. Less than two rounds count as two.
    ///
    /// `None` for a spread that is negative or not finite.
    pub(crate) fn of_rounds(relative_spread: f64, rounds: u32) -> Option<Self> {
        if !(relative_spread.is_finite() && relative_spread >= 0.0) {
            return None;
        }
        let rounds = f64::from(rounds.max(2));
        let variance = (FRAC_PI_2 * relative_spread.powi(2) / rounds).max(MIN_BETWEEN_RUNS.powi(2));
        Some(Self { variance, degrees: rounds - 1.0, is_assumed: true })
    }

    /// That of a sum or a difference, with the degrees of freedom of Welch and Satterthwaite (Welch, "The Generalization
    /// of Student's Problem when Several Different Population Variances are Involved", Biometrika 34, 1947).
    fn and(self, other: Self) -> Self {
        let variance = self.variance + other.variance;
        let share = |one: Self| (one.variance / variance).powi(2) / one.degrees;
        Self {
            variance,
            degrees: 1.0 / (share(self) + share(other)),
            is_assumed: self.is_assumed || other.is_assumed,
        }
    }

    /// The interval around `estimate`, a logarithm, with a two-sided error of `alpha`; degrees of freedom are rounded
    /// down.
    pub(crate) fn around(self, estimate: f64, alpha: f64) -> Option<LogInterval> {
        // Five degrees that come out a hair below five are five.
        let whole = (self.degrees + 1e-9).floor();
        LogInterval::around(estimate, critical_t(alpha, whole)? * self.variance.sqrt())
    }
}

/// ln(now / before), and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shift {
    /// The estimate; not finite where a figure is not finite or not above 0.
    pub(crate) estimate: f64,
    uncertainty: Uncertainty,
}

impl Shift {
    /// From one figure to the other.
    pub(crate) fn between(
        (before, of_before): (f64, Uncertainty),
        (now, of_now): (f64, Uncertainty),
    ) -> Self {
        Self { estimate: (now / before).ln(), uncertainty: of_before.and(of_now) }
    }

    /// What is left of it where that `share` of another shift is behind it.
    pub(crate) fn less(self, share: f64, other: Self) -> Self {
        let variance = share.powi(2) * other.uncertainty.variance;
        Self {
            estimate: self.estimate - share * other.estimate,
            uncertainty: self.uncertainty.and(Uncertainty { variance, ..other.uncertainty }),
        }
    }

    /// Its interval, with a two-sided error of `alpha`.
    ///
    /// `None` where the estimate is not finite, or for `alpha` outside 0 .. 1.
    pub(crate) fn interval(self, alpha: f64) -> Option<LogInterval> {
        self.uncertainty.around(self.estimate, alpha)
    }
}

/// How much figures spread within two sides, each around a mean of its own: the pooled standard deviation of their
/// logarithms, at least [`MIN_BETWEEN_RUNS`].
///
/// `None` for less than three figures in all, or for any that are not finite or not above 0.
pub(crate) fn pooled_spread(sides: [&[f64]; 2]) -> Option<f64> {
    let mut squares = 0.0;
    let mut degrees = 0.0;
    for side in sides {
        let logs: Vec<f64> = side.iter().map(|figure| figure.ln()).collect();
        let middle = mean(&logs)?;
        squares += logs.iter().map(|log| (log - middle).powi(2)).sum::<f64>();
        degrees += logs.len() as f64 - 1.0;
    }
    let spread = (squares / degrees).sqrt();
    (degrees > 0.0 && spread.is_finite()).then_some(spread.max(MIN_BETWEEN_RUNS))
}

/// ln(now / before) of two ratios that have intervals already: the distances of the ends from the estimates are added as
/// squares (Zou and Donner, "Construction of confidence limits about effect measures", Stat. Med. 27, 2008), which is a
/// little wide where the degrees of freedom are few. The error is that of the intervals.
///
/// `None` where something is not finite.
pub(crate) fn movement(before: &LogInterval, now: &LogInterval) -> Option<LogInterval> {
    let estimate = now.estimate - before.estimate;
    let down = (now.estimate - now.low).hypot(before.high - before.estimate);
    let up = (now.high - now.estimate).hypot(before.estimate - before.low);
    let interval = LogInterval { low: estimate - down, estimate, high: estimate + up };
    (interval.low.is_finite() && interval.high.is_finite()).then_some(interval)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::interval::DEFAULT_ALPHA;
    use crate::stats::quantile::median;
    use crate::stats::testing::{Lcg, assert_close};

    fn runs(medians: &[f64]) -> Uncertainty {
        Uncertainty::of_runs(medians).expect("defined")
    }

    fn between(before: (f64, Uncertainty), now: (f64, Uncertainty), alpha: f64) -> Option<LogInterval> {
        Shift::between(before, now).interval(alpha)
    }

    #[test]
    fn what_is_left_of_a_shift_is_known_less_well_the_more_is_behind_it() {
        let shift = |now: f64| Shift::between((1.0, runs(&[1.0; 4])), (now, runs(&[1.0; 4])));
        let width = |share: f64| {
            let left = shift(1.2).less(share, shift(1.1)).interval(DEFAULT_ALPHA).expect("finite");
            assert_close(left.estimate, 1.2_f64.ln() - share * 1.1_f64.ln(), 1e-12);
            left.half_width()
        };
        let plain = shift(1.2).interval(DEFAULT_ALPHA).expect("finite").half_width();
        assert_close(width(0.0), plain, 1e-12);
        assert!(plain < width(1.0) && width(1.0) < width(2.0));
    }

    #[test]
    fn a_spread_is_that_within_the_sides() {
        let spread = |sides| pooled_spread(sides).expect("defined");
        assert_close(spread([&[1.0, 1.0], &[2.0, 2.0, 2.0]]), MIN_BETWEEN_RUNS, 1e-15);
        let (one, other) = ([0.9_f64, -0.9].map(f64::exp), [2.3_f64, 2.3].map(f64::exp));
        assert_close(spread([&one, &other]), 0.9, 1e-12);
        for wrong in [[&[1.0][..], &[2.0]], [&[1.0, 2.0], &[]], [&[1.0, 0.0], &[1.0, 1.0]]] {
            assert_eq!(pooled_spread(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn equal_sides_have_the_degrees_of_both_and_unequal_ones_those_of_the_wider() {
        let side = |variance: f64| Uncertainty { variance, degrees: 5.0, is_assumed: false };
        assert_close(side(2.0).and(side(2.0)).degrees, 10.0, 1e-12);
        assert_close(side(1e-12).and(side(1.0)).degrees, 5.0, 1e-9);
        assert_close(side(3.0).and(side(4.0)).variance, 7.0, 1e-15);
    }

    #[test]
    fn runs_that_agree_are_credited_with_the_floor_only() {
        let six = runs(&[100.0; 6]);
        assert_close(six.variance, FRAC_PI_2 * MIN_BETWEEN_RUNS.powi(2) / 6.0, 1e-15);
        assert!(!six.is_assumed && six.degrees == 5.0);
    }

    #[test]
    fn few_runs_rest_on_an_assumption_and_rounds_know_nothing_of_runs() {
        let (two, rounds) = (runs(&[100.0, 100.0]), Uncertainty::of_rounds(0.04, 20).expect("defined"));
        assert!(two.is_assumed && rounds.is_assumed && !runs(&[100.0; 4]).is_assumed);
        assert_close(two.variance / ASSUMED_BETWEEN_RUNS.powi(2), FRAC_PI_2 * 4.0 / 5.0 / 2.0, 1e-12);
        assert_close(rounds.variance * 1e4, FRAC_PI_2 * 16.0 / 20.0, 1e-12);
        assert_eq!(rounds.degrees, 19.0);
        let still = Uncertainty::of_rounds(0.0, 0).expect("defined");
        assert_close(still.variance * 1e6, 9.0, 1e-12);
        assert_eq!(still.degrees, 1.0);
    }

    #[test]
    fn the_scale_of_both_sides_does_not_matter() {
        let (before, now) = ([100.0, 101.0, 99.0, 103.0], [110.0, 112.0, 109.0, 111.0]);
        let at = |scale: f64| {
            let [before, now] = [before, now].map(|runs| runs.map(|ns| ns * scale));
            between((before[0], runs(&before)), (now[0], runs(&now)), DEFAULT_ALPHA).expect("defined")
        };
        for scale in [1e-6, 3.0, 1e9] {
            assert_close(at(scale).low, at(1.0).low, 1e-12);
            assert_close(at(scale).high, at(1.0).high, 1e-12);
        }
    }

    #[test]
    fn it_covers_the_ratio_at_least_about_as_often_as_promised() {
        let mut lcg = Lcg::new(77);
        for (count_before, count_now, spread) in [(4, 4, 0.02), (6, 4, 0.05), (12, 4, 0.01), (6, 6, 0.2)] {
            let mut side = |count: usize, spread: f64| -> Vec<f64> {
                (0..count).map(|_| (spread * lcg.normal()).exp()).collect()
            };
            let hits = (0..3000).filter(|_| {
                let (before, now) = (side(count_before, spread), side(count_now, 0.5 * spread));
                let figure = |runs: &[f64]| median(runs).expect("not empty");
                let interval = between((figure(&before), runs(&before)), (figure(&now), runs(&now)), 0.05);
                interval.is_some_and(|interval| interval.low <= 0.0 && 0.0 <= interval.high)
            });
            let rate = hits.count() as f64 / 3000.0;
            assert!((0.94..=1.0).contains(&rate), "{rate} for {count_before} and {count_now} runs");
        }
    }

    #[test]
    fn a_ratio_moves_within_the_uncertainty_of_both() {
        let around = |estimate, half| LogInterval::around(estimate, half).expect("finite");
        let moved = movement(&around(0.1, 0.03), &around(0.3, 0.04)).expect("finite");
        assert_close(moved.estimate, 0.2, 1e-15);
        assert_close(moved.low, 0.15, 1e-12);
        assert_close(moved.high, 0.25, 1e-12);
        let infinite = LogInterval { low: f64::NEG_INFINITY, estimate: 0.0, high: 0.1 };
        assert_eq!(movement(&infinite, &around(0.0, 0.1)), None);
    }

    #[test]
    fn what_is_no_median_has_no_uncertainty() {
        for wrong in
            [&[][..], &[1.0], &[1.0, 0.0], &[1.0, -1.0, 1.0], &[1.0, f64::NAN], &[1.0, f64::INFINITY]]
        {
            assert_eq!(Uncertainty::of_runs(wrong), None, "{wrong:?}");
        }
        assert_eq!(Uncertainty::of_rounds(f64::NAN, 5), None);
        assert_eq!(Uncertainty::of_rounds(-0.1, 5), None);
        let known = runs(&[1.0; 4]);
        assert_eq!(between((0.0, known), (1.0, known), DEFAULT_ALPHA), None);
        assert_eq!(between((1.0, known), (f64::NAN, known), DEFAULT_ALPHA), None);
    }
}
