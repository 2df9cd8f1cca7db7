//! Whether figures rise or fall over the rounds, told apart from noise. Main type: [`Trend`].

use std::cmp::Ordering;

use super::quantile::{Sorted, median};
use super::student::normal_quantile;

/// The rounds below which no trend is looked for: of four values in order, one ordering in twelve is perfect
/// by chance.
const MIN_ROUNDS: usize = 5;
/// The rounds that are compared pair by pair; more are thinned to medians of neighbours first.
const MAX_POINTS: usize = 512;

/// Which way figures move over the rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drift {
    /// No more than noise does.
    Steady,
    /// They grow.
    Rising,
    /// They shrink.
    Falling,
}

/// A straight line through figures in the order of their rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trend {
    /// What the test of Mann and Kendall says.
    pub(crate) drift: Drift,
    /// The change per round, in the unit of the figures: the median over all pairs (Theil and Sen).
    pub(crate) slope: f64,
    /// The lower end of the interval for the slope.
    pub(crate) low: f64,
    /// The upper end of the interval for the slope.
    pub(crate) high: f64,
    /// The slope over all rounds, as a share of the median figure: 0.05 is a rise by 5 %; 0 if that median is
    /// 0.
    pub(crate) share: f64,
}

impl Trend {
    /// Looks for a trend in `figures`, one per round and in their order, with a two-sided error of `alpha`.
    ///
    /// The test is Mann's (Econometrica 13, 1945) and Kendall's, with its corrections for ties and for
    /// continuity; the slope and its interval are Sen's, "Estimates of the Regression Coefficient Based on
    /// Kendall's Tau", JASA 63 (1968). Neither minds outliers or the shape of the noise, but both take rounds
    /// for independent: slow spells of several rounds look like a trend more often than `alpha` says.
    ///
    /// `None` for less than five rounds, a figure that is not finite, or `alpha` outside 0 .. 1.
    pub(crate) fn of(figures: &[f64], alpha: f64) -> Option<Self> {
        if figures.len() < MIN_ROUNDS || !(alpha > 0.0 && alpha < 1.0) {
            return None;
        }
        let (points, step) = thinned(figures)?;
        let reach = -normal_quantile(0.5 * alpha)?;
        let deviation = kendall_variance(&points)?.sqrt();
        let slopes = Sorted::of(&pair_slopes(&points, step))?;
        let (low, high) = sen_interval(slopes.as_slice(), reach * deviation);
        let whole = slopes.median() * (figures.len() - 1) as f64 / median(figures)?.abs();
        let drift = direction(kendall_score(&points), reach * deviation);
        Some(Self {
            drift,
            slope: slopes.median(),
            low,
            high,
            share: if whole.is_finite() { whole } else { 0.0 },
        })
    }
}

/// The test: the score, brought one closer to 0 for continuity, against what chance reaches.
fn direction(score: i64, reach: f64) -> Drift {
    match (score.abs() - 1) as f64 > reach {
        true if score > 0 => Drift::Rising,
        true => Drift::Falling,
        false => Drift::Steady,
    }
}

/// Medians of equally many neighbours, so few that all their pairs can be compared, and how many rounds each
/// stands for. A last group that is not full is left out.
fn thinned(figures: &[f64]) -> Option<(Vec<f64>, f64)> {
    let step = figures.len().div_ceil(MAX_POINTS);
    let points: Option<Vec<f64>> = figures.chunks_exact(step).map(median).collect();
    Some((points?, step as f64))
}

/// The pairs of points, the earlier first, with their distance.
fn pairs(points: &[f64]) -> impl Iterator<Item = (f64, f64, usize)> {
    points.iter().enumerate().flat_map(|(at, &earlier)| {
        points[at + 1..].iter().enumerate().map(move |(between, &later)| (earlier, later, between + 1))
    })
}

/// Kendall's S: the pairs that rise less the pairs that fall.
fn kendall_score(points: &[f64]) -> i64 {
    pairs(points)
        .map(|(earlier, later, _)| match later.partial_cmp(&earlier) {
            Some(Ordering::Greater) => 1,
            Some(Ordering::Less) => -1,
            _ => 0,
        })
        .sum()
}

/// The variance of Kendall's S without a trend (Kendall, "Rank Correlation Methods"): n(n−1)(2n+5)/18, less
/// the same for every group of equal points.
fn kendall_variance(points: &[f64]) -> Option<f64> {
    let term = |count: usize| (count * (count - 1) * (2 * count + 5)) as f64 / 18.0;
    let sorted = Sorted::of(points)?;
    let ties: f64 =
        sorted.as_slice().chunk_by(|one, other| one == other).map(|group| term(group.len())).sum();
    Some(term(points.len()) - ties)
}

/// The slopes of all pairs, per round.
fn pair_slopes(points: &[f64], step: f64) -> Vec<f64> {
    pairs(points).map(|(earlier, later, distance)| (later - earlier) / (distance as f64 * step)).collect()
}

/// Sen's interval: the slopes whose ranks lie `reach` / 2 from the middle.
fn sen_interval(sorted: &[f64], reach: f64) -> (f64, f64) {
    let (count, last) = (sorted.len() as f64, sorted.len() - 1);
    let low = (0.5 * (count - reach)).round_ties_even() - 1.0;
    let high = (0.5 * (count + reach)).round_ties_even();
    (sorted[(low.max(0.0) as usize).min(last)], sorted[(high.max(0.0) as usize).min(last)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{Lcg, assert_close, figures, numbers};

    fn drift(figures: &[f64]) -> Drift {
        Trend::of(figures, 0.01).expect("enough rounds").drift
    }

    #[test]
    fn trends_agree_with_the_reference_figures() {
        for case in figures("trend") {
            let trend =
                Trend::of(&numbers(&case["values"]), numbers(&case["alpha"])[0]).expect("enough rounds");
            for (actual, name) in [(trend.slope, "slope"), (trend.low, "low"), (trend.high, "high")] {
                assert_close(actual, numbers(&case[name])[0], 1e-12);
            }
            assert_eq!(
                trend.drift != Drift::Steady,
                case["significant"].as_bool().expect("a flag"),
                "{case}"
            );
            assert_close(kendall_score(&numbers(&case["values"])) as f64, numbers(&case["score"])[0], 0.0);
        }
    }

    #[test]
    fn a_line_is_found_with_its_slope_and_a_flat_one_is_steady() {
        let rising: Vec<f64> = (0..20).map(|round| 100.0 + 0.5 * f64::from(round)).collect();
        let trend = Trend::of(&rising, 0.01).expect("enough rounds");
        assert_eq!((trend.drift, trend.slope, trend.low, trend.high), (Drift::Rising, 0.5, 0.5, 0.5));
        assert_close(trend.share, 9.5 / 104.75, 1e-12);
        let falling: Vec<f64> = rising.iter().rev().copied().collect();
        assert_eq!(drift(&falling), Drift::Falling);
        assert_eq!(drift(&[7.0; 20]), Drift::Steady);
    }

    #[test]
    fn noise_is_called_a_trend_about_as_rarely_as_asked_for() {
        let mut lcg = Lcg::new(41);
        let alarms = (0..2000).filter(|_| {
            let figures: Vec<f64> = (0..30).map(|_| 100.0 + lcg.normal()).collect();
            Trend::of(&figures, 0.05).expect("enough rounds").drift != Drift::Steady
        });
        let rate = alarms.count() as f64 / 2000.0;
        assert!((0.03..0.07).contains(&rate), "{rate}");
    }

    #[test]
    fn one_wild_round_is_no_trend() {
        let mut lcg = Lcg::new(42);
        let mut figures: Vec<f64> = (0..40).map(|_| 100.0 + lcg.normal()).collect();
        figures[39] = 1e9;
        assert_eq!(drift(&figures), Drift::Steady);
    }

    #[test]
    fn many_rounds_are_thinned_and_keep_their_slope() {
        let mut lcg = Lcg::new(43);
        let figures: Vec<f64> =
            (0..5000).map(|round| 100.0 + 0.01 * f64::from(round) + lcg.normal()).collect();
        let trend = Trend::of(&figures, 0.01).expect("enough rounds");
        assert_eq!(trend.drift, Drift::Rising);
        assert!(trend.low <= 0.01 && 0.01 <= trend.high, "{trend:?}");
    }

    #[test]
    fn few_rounds_and_wild_figures_have_no_trend() {
        assert_eq!(Trend::of(&[1.0, 2.0, 3.0, 4.0], 0.05), None);
        for wild in [f64::NAN, f64::INFINITY] {
            assert_eq!(Trend::of(&[1.0, 2.0, 3.0, 4.0, wild], 0.05), None);
        }
        for alpha in [0.0, 1.0, f64::NAN] {
            assert_eq!(Trend::of(&[1.0; 9], alpha), None);
        }
        assert_eq!(Trend::of(&[-1.0, 0.0, 0.0, 0.0, 1.0], 0.05).expect("defined").share, 0.0);
    }
}
