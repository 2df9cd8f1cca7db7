//! Order statistics of samples that keep their time order. Main type: [`Sorted`].

use std::cmp::Ordering;

/// Makes the median absolute deviation of normal samples estimate their standard deviation: 1 / Φ⁻¹(3/4).
const MAD_TO_STDDEV: f64 = 1.482_602_218_505_602;

/// A sorted copy of samples: at least one, all finite.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sorted(Vec<f64>);

impl Sorted {
    /// Sorts a copy of `values`; `None` if there are none, or if one is NaN or infinite.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        if values.is_empty() || !values.iter().all(|value| value.is_finite()) {
            return None;
        }
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        Some(Self(sorted))
    }

    /// The samples in ascending order.
    pub(crate) fn as_slice(&self) -> &[f64] {
        &self.0
    }

    /// The smallest sample.
    pub(crate) fn min(&self) -> f64 {
        self.0[0]
    }

    /// The largest sample.
    pub(crate) fn max(&self) -> f64 {
        self.0[self.0.len() - 1]
    }

    /// The median; the mean of the middle two if their number is even.
    pub(crate) fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// The first quartile.
    pub(crate) fn lower_quartile(&self) -> f64 {
        self.at(0.25)
    }

    /// The third quartile.
    pub(crate) fn upper_quartile(&self) -> f64 {
        self.at(0.75)
    }

    /// The quantile at `fraction`; `None` outside 0 ..= 1. See [`Sorted::at`] for the definition.
    pub(crate) fn quantile(&self, fraction: f64) -> Option<f64> {
        (0.0..=1.0).contains(&fraction).then(|| self.at(fraction))
    }

    /// The percentiles that reports show.
    pub(crate) fn percentiles(&self) -> Percentiles {
        Percentiles {
            p50: self.at(0.5),
            p90: self.at(0.9),
            p95: self.at(0.95),
            p99: self.at(0.99),
            p999: self.at(0.999),
        }
    }

    /// Type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50
    /// (1996), as R and NumPy compute by default: linear between the two samples around rank `fraction` × (n
    /// − 1).
    fn at(&self, fraction: f64) -> f64 {
        let rank = fraction * (self.0.len() - 1) as f64;
        let below = rank.floor() as usize;
        let above = (below + 1).min(self.0.len() - 1);
        between(self.0[below], self.0[above], rank - below as f64)
    }
}

/// The point a `part` (0 ..= 1) of the way from `low` to `high`: never outside them, and no overflow between
/// extremes.
fn between(low: f64, high: f64, part: f64) -> f64 {
    match low.total_cmp(&high) {
        Ordering::Less => (low * (1.0 - part) + high * part).clamp(low, high),
        _ => low,
    }
}

/// What reports show of a distribution, in the unit of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Percentiles {
    /// The median.
    pub(crate) p50: f64,
    /// The 90th percentile.
    pub(crate) p90: f64,
    /// The 95th percentile.
    pub(crate) p95: f64,
    /// The 99th percentile; between the two largest of at most a hundred samples.
    pub(crate) p99: f64,
    /// The 99.9th percentile; between the two largest of at most a thousand samples.
    pub(crate) p999: f64,
}

/// The median of samples in any order; `None` if there are none, or if one is not finite.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    Sorted::of(values).map(|sorted| sorted.median())
}

/// The smallest of the samples, in any order, that a quarter of them do not exceed: the third of ten, the first of two.
/// `None` if there are none, or if one is not finite.
///
/// Of the sub-samples of a turn it is the figure that verdicts use: interruptions only ever add time, so the lower quartile
/// varies less than the median and, unlike the minimum, does not rest on a single sample of many. It is type 1 of Hyndman
/// and Fan, and not a point between two samples as [`Sorted::lower_quartile`] is: of a turn of two calls, one may be
/// interrupted for longer than they take, and nothing of that is to enter.
pub(crate) fn lower_quartile_sample(values: &[f64]) -> Option<f64> {
    Sorted::of(values).map(|sorted| sorted.0[sorted.0.len().div_ceil(4) - 1])
}

/// The median absolute deviation from the median, scaled to estimate the standard deviation of normal
/// samples.
///
/// It ignores up to half of the samples being wild (Hampel, "The Influence Curve and its Role in Robust
/// Estimation", JASA 69, 1974). 0 if more than half are equal; `None` if there are no samples, or if one is
/// not finite.
pub(crate) fn mad(values: &[f64]) -> Option<f64> {
    let centre = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    median(&deviations).map(|deviation| deviation * MAD_TO_STDDEV)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{Lcg, assert_close, figures, numbers};

    #[test]
    fn quantiles_agree_with_the_reference_figures() {
        for case in figures("quantile") {
            let sorted = Sorted::of(&numbers(&case["values"])).expect("finite samples");
            for (fraction, expected) in
                numbers(&case["fractions"]).into_iter().zip(numbers(&case["quantiles"]))
            {
                assert_close(sorted.quantile(fraction).expect("a fraction"), expected, 1e-13);
            }
            assert_close(mad(&numbers(&case["values"])).expect("finite"), numbers(&case["mad"])[0], 1e-13);
        }
    }

    #[test]
    fn nothing_and_what_is_not_finite_have_no_quantile() {
        for values in [&[][..], &[f64::NAN], &[1.0, f64::INFINITY], &[f64::NEG_INFINITY, 0.0]] {
            assert_eq!(median(values), None);
            assert_eq!(lower_quartile_sample(values), None);
            assert_eq!(mad(values), None);
        }
        let sorted = Sorted::of(&[1.0, 2.0]).expect("finite");
        for fraction in [-0.1, 1.1, f64::NAN] {
            assert_eq!(sorted.quantile(fraction), None);
        }
    }

    #[test]
    fn the_lower_quartile_sample_is_a_sample_and_ignores_the_largest_ones() {
        let table: [(&[f64], f64); 5] = [
            (&[3.5], 3.5),
            (&[1e9, 2.0], 2.0),
            (&[1e9, 2.0, 1e9, 3.0], 2.0),
            (&[5.0, 1.0, 4.0, 2.0, 3.0], 2.0),
            (&[9.0, 1e9, 3.0, 1.0, 1e9, 2.0, 1e9, 1e9, 1e9, 1e9], 3.0),
        ];
        for (values, expected) in table {
            assert_eq!(lower_quartile_sample(values), Some(expected), "{values:?}");
        }
    }

    #[test]
    fn one_sample_is_all_of_its_quantiles() {
        let sorted = Sorted::of(&[3.5]).expect("finite");
        assert_eq!(
            (sorted.min(), sorted.max(), sorted.median(), sorted.quantile(0.999)),
            (3.5, 3.5, 3.5, Some(3.5))
        );
        assert_eq!(mad(&[3.5]), Some(0.0));
    }

    #[test]
    fn quantiles_rise_with_the_fraction_and_stay_within_the_samples() {
        let mut lcg = Lcg::new(7);
        for count in 1..40 {
            let values: Vec<f64> = (0..count).map(|_| lcg.normal()).collect();
            let sorted = Sorted::of(&values).expect("finite");
            let at: Vec<f64> =
                (0..=100).map(|part| sorted.quantile(f64::from(part) / 100.0).expect("in range")).collect();
            assert!(at.is_sorted(), "{at:?}");
            assert_eq!((at[0], at[100]), (sorted.min(), sorted.max()));
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        assert_eq!(median(&[-f64::MAX, f64::MAX]), Some(0.0));
        assert_eq!(median(&[f64::MAX, f64::MAX]), Some(f64::MAX));
    }
}
