//! An interval for a ratio, kept as a logarithm. Main type: [`LogInterval`].

use super::student::student_quantile;
use super::summary::{mean, stddev};

/// The two-sided error probability of one look: 0.5 %. A change takes two looks that agree.
pub(crate) const DEFAULT_ALPHA: f64 = 0.005;

/// An estimate of ln(arm / reference) with its interval. Logarithms, because then "twice as fast" and "half
/// as fast" lie equally far from "the same", and swapping the arms only changes the sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LogInterval {
    /// The lower end; −∞ is never produced.
    pub(crate) low: f64,
    /// The estimate: 0 is equal, below 0 the arm takes less time.
    pub(crate) estimate: f64,
    /// The upper end.
    pub(crate) high: f64,
}

impl LogInterval {
    /// The interval `half_width` to both sides of `estimate`; `None` if one is not finite, or if the width is
    /// negative.
    pub(crate) fn around(estimate: f64, half_width: f64) -> Option<Self> {
        let (low, high) = (estimate - half_width, estimate + half_width);
        (low.is_finite() && high.is_finite() && low <= high).then_some(Self { low, estimate, high })
    }

    /// Half of the length: the precision that was reached. As a share it is about the same while small: 0.01
    /// is 1 %.
    pub(crate) fn half_width(&self) -> f64 {
        0.5 * (self.high - self.low)
    }

    /// The lower end, the estimate and the upper end as ratios: 1.2 means that the arm takes 20 % more time.
    pub(crate) fn ratios(&self) -> (f64, f64, f64) {
        (self.low.exp(), self.estimate.exp(), self.high.exp())
    }

    /// The interval for reference / arm.
    #[cfg(test)]
    pub(crate) fn swapped(&self) -> Self {
        Self { low: -self.high, estimate: -self.estimate, high: -self.low }
    }
}

/// Student's interval for the mean of `values`, which misses it with probability `alpha` (two-sided) if the
/// values are independent and roughly normal ("The Probable Error of a Mean", Biometrika 6, 1908).
///
/// For a measurement the values are one log ratio per run: runs are independent, the rounds of one process
/// are not. `None` for less than two values, one that is not finite, or `alpha` outside 0 .. 1. Equal values
/// give a width of 0.
pub(crate) fn student_interval(values: &[f64], alpha: f64) -> Option<LogInterval> {
    let count = values.len() as f64;
    let standard_error = stddev(values)? / count.sqrt();
    LogInterval::around(mean(values)?, critical_t(alpha, count - 1.0)? * standard_error)
}

/// How many standard errors an interval reaches to each side: the 1 − `alpha`/2 quantile of Student's t.
pub(super) fn critical_t(alpha: f64, df: f64) -> Option<f64> {
    if !(alpha > 0.0 && alpha < 1.0) {
        return None;
    }
    student_quantile(0.5 * alpha, df).map(|t| -t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{Lcg, assert_close, figures, numbers};

    #[test]
    fn student_intervals_agree_with_the_reference_figures() {
        for case in figures("student_interval") {
            let interval =
                student_interval(&numbers(&case["values"]), numbers(&case["alpha"])[0]).expect("defined");
            for (actual, name) in
                [(interval.low, "low"), (interval.estimate, "estimate"), (interval.high, "high")]
            {
                assert_close(actual, numbers(&case[name])[0], 1e-12);
            }
        }
    }

    #[test]
    fn one_value_or_a_wild_one_has_no_interval() {
        for values in [&[][..], &[0.1], &[0.1, f64::NAN], &[0.1, f64::INFINITY]] {
            assert_eq!(student_interval(values, 0.05), None);
        }
        for alpha in [0.0, 1.0, -1.0, f64::NAN] {
            assert_eq!(student_interval(&[0.1, 0.2], alpha), None);
        }
        assert_eq!(LogInterval::around(0.0, -1.0), None);
        assert_eq!(LogInterval::around(0.0, f64::NAN), None);
    }

    #[test]
    fn equal_values_give_a_width_of_zero() {
        let interval = student_interval(&[0.25; 4], DEFAULT_ALPHA).expect("defined");
        assert_eq!((interval.low, interval.estimate, interval.high), (0.25, 0.25, 0.25));
        assert_eq!(interval.half_width(), 0.0);
    }

    #[test]
    fn swapping_the_arms_inverts_the_ratios() {
        let interval = LogInterval::around(0.2, 0.05).expect("finite");
        let ((low, value, high), (swapped_low, swapped_value, swapped_high)) =
            (interval.ratios(), interval.swapped().ratios());
        for product in [low * swapped_high, value * swapped_value, high * swapped_low] {
            assert_close(product, 1.0, 1e-15);
        }
    }

    #[test]
    fn it_covers_the_mean_as_often_as_promised() {
        let mut lcg = Lcg::new(11);
        for count in [2, 4, 12] {
            let hits = (0..4000).filter(|_| {
                let values: Vec<f64> = (0..count).map(|_| 0.03 + 0.01 * lcg.normal()).collect();
                let interval = student_interval(&values, 0.05).expect("defined");
                interval.low <= 0.03 && 0.03 <= interval.high
            });
            let rate = hits.count() as f64 / 4000.0;
            assert!((0.935..0.965).contains(&rate), "{rate} of the intervals over {count} runs");
        }
    }
}
