//! What a report says of one set of samples. Main type: [`Summary`].

use super::quantile::{Percentiles, Sorted};

/// The distance of Tukey's inner fences from the quartiles, in interquartile ranges.
const INNER_FENCE: f64 = 1.5;
/// The distance of Tukey's outer fences from the quartiles, in interquartile ranges.
const OUTER_FENCE: f64 = 3.0;

/// A set of samples in figures, in the unit of the samples. Nothing is dropped from it: outliers are counted
/// only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    /// How many samples; at least one.
    pub(crate) count: usize,
    /// The smallest.
    pub(crate) min: f64,
    /// The largest.
    pub(crate) max: f64,
    /// The mean.
    pub(crate) mean: f64,
    /// The median.
    pub(crate) median: f64,
    /// The standard deviation (n − 1); 0 for a single sample.
    pub(crate) stddev: f64,
    /// The percentiles.
    pub(crate) percentiles: Percentiles,
    /// The samples outside Tukey's fences.
    pub(crate) outliers: Outliers,
}

impl Summary {
    /// Summarises samples in any order. `None` if there are none, if one is not finite, or if they are so
    /// large that the mean or the standard deviation overflows.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let sorted = Sorted::of(values)?;
        let mean = mean(values)?;
        Some(Self {
            count: values.len(),
            min: sorted.min(),
            max: sorted.max(),
            mean,
            median: sorted.median(),
            stddev: if values.len() == 1 { 0.0 } else { stddev(values)? },
            percentiles: sorted.percentiles(),
            outliers: Outliers::of(&sorted),
        })
    }
}

/// How many samples lie outside Tukey's fences ("Exploratory Data Analysis", 1977): *mild* ones beyond 1.5
/// interquartile ranges from the quartiles, *far* ones beyond 3. A far one is not counted as mild too.
///
/// If half of the samples are equal, the fences collapse and every other sample is far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outliers {
    /// Below the lower outer fence.
    pub(crate) far_low: usize,
    /// Between the lower fences.
    pub(crate) mild_low: usize,
    /// Between the upper fences.
    pub(crate) mild_high: usize,
    /// Above the upper outer fence.
    pub(crate) far_high: usize,
}

impl Outliers {
    /// Counts the outliers of a sorted sample.
    pub(crate) fn of(sorted: &Sorted) -> Self {
        let (low, high) = (sorted.lower_quartile(), sorted.upper_quartile());
        let range = high - low;
        let below = |fence: f64| sorted.as_slice().partition_point(|&value| value < low - fence * range);
        let above = |fence: f64| {
            sorted.as_slice().len()
                - sorted.as_slice().partition_point(|&value| value <= high + fence * range)
        };
        let (far_low, far_high) = (below(OUTER_FENCE), above(OUTER_FENCE));
        Self {
            far_low,
            mild_low: below(INNER_FENCE) - far_low,
            mild_high: above(INNER_FENCE) - far_high,
            far_high,
        }
    }

    /// Outside the inner fences, but within the outer ones.
    pub(crate) fn mild(&self) -> usize {
        self.mild_low + self.mild_high
    }

    /// Outside the outer fences.
    pub(crate) fn far(&self) -> usize {
        self.far_low + self.far_high
    }
}

/// The mean; `None` if there are no values, or if it is not finite.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let first = values.iter().sum::<f64>() / count;
    let rest = values.iter().map(|value| value - first).sum::<f64>() / count;
    Some(first + rest).filter(|mean| mean.is_finite())
}

/// The standard deviation (n − 1); `None` for less than two values, or if it is not finite.
///
/// The corrected two-pass algorithm of Chan, Golub and LeVeque, "Algorithms for Computing the Sample
/// Variance", The American Statistician 37 (1983): a large mean costs no digits.
pub(crate) fn stddev(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let (count, mean) = (values.len() as f64, mean(values)?);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let correction = values.iter().map(|value| value - mean).sum::<f64>().powi(2) / count;
    let variance = (squares - correction) / (count - 1.0);
    Some(variance.max(0.0).sqrt()).filter(|stddev| variance.is_finite() && stddev.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{Lcg, assert_close, figures, numbers};

    #[test]
    fn summaries_agree_with_the_reference_figures() {
        for case in figures("summary") {
            let summary = Summary::of(&numbers(&case["values"])).expect("finite samples");
            let expected = |name: &str| numbers(&case[name])[0];
            for (actual, name) in [
                (summary.count as f64, "count"),
                (summary.min, "min"),
                (summary.max, "max"),
                (summary.mean, "mean"),
                (summary.median, "median"),
                (summary.stddev, "stddev"),
                (summary.percentiles.p50, "median"),
                (summary.percentiles.p90, "p90"),
                (summary.percentiles.p95, "p95"),
                (summary.percentiles.p99, "p99"),
                (summary.percentiles.p999, "p999"),
                (summary.outliers.mild() as f64, "mild"),
                (summary.outliers.far() as f64, "far"),
            ] {
                assert_close(actual, expected(name), 1e-13);
            }
        }
    }

    #[test]
    fn nothing_is_no_summary_and_one_sample_has_no_spread() {
        assert_eq!(Summary::of(&[]), None);
        assert_eq!(Summary::of(&[1.0, f64::NAN]), None);
        let one = Summary::of(&[42.0]).expect("finite");
        assert_eq!((one.count, one.mean, one.stddev, one.outliers), (1, 42.0, 0.0, Outliers::default()));
        assert_eq!((mean(&[]), stddev(&[1.0])), (None, None));
    }

    #[test]
    fn what_overflows_is_undefined() {
        assert_eq!(mean(&[f64::MAX, f64::MAX]), None);
        assert_eq!(stddev(&[1e200, -1e200]), None);
        assert_eq!(Summary::of(&[1e200, -1e200]), None);
    }

    #[test]
    fn a_large_mean_costs_no_digits() {
        assert_eq!(stddev(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]), Some(30.0_f64.sqrt()));
        assert_eq!(stddev(&[0.1; 10]), Some(0.0));
    }

    #[test]
    fn outliers_are_told_by_side_and_distance() {
        // quartiles 2 and 8: the inner fences stand at -7 and 17, the outer ones at -16 and 26
        let values =
            [-16.1, -16.0, -7.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.0, 8.0, 17.1, 26.1, 99.0, 99.5];
        let sorted = Sorted::of(&values).expect("finite");
        assert_eq!((sorted.lower_quartile(), sorted.upper_quartile()), (2.0, 8.0));
        assert_eq!(Outliers::of(&sorted), Outliers { far_low: 1, mild_low: 1, mild_high: 1, far_high: 3 });
    }

    #[test]
    fn the_callers_samples_keep_their_order() {
        let mut lcg = Lcg::new(3);
        let values: Vec<f64> = (0..50).map(|_| lcg.normal()).collect();
        let before = values.clone();
        Summary::of(&values).expect("finite");
        assert_eq!(values, before);
    }
}
