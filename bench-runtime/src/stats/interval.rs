//! An interval for a ratio, kept as a logarithm. Main type: [`LogInterval`].

use std::sync::OnceLock;

use super::student::student_quantile;

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

/// How many standard errors an interval reaches to each side: the 1 − `alpha`/2 quantile of Student's t.
pub(super) fn critical_t(alpha: f64, df: f64) -> Option<f64> {
    if !(alpha > 0.0 && alpha < 1.0) {
        return None;
    }
    let reach = || student_quantile(0.5 * alpha, df).map(|t| -t);
    match DEFAULT_REACHES.get(df as usize) {
        Some(known) if alpha == DEFAULT_ALPHA && df >= 0.0 && df.fract() == 0.0 => *known.get_or_init(reach),
        _ => reach(),
    }
}

/// [`critical_t`] of [`DEFAULT_ALPHA`] by degrees of freedom, as far as it was asked for: a hundred thousand comparisons
/// ask for the same few.
static DEFAULT_REACHES: [OnceLock<Option<f64>>; 256] = [const { OnceLock::new() }; 256];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::assert_close;

    #[test]
    fn what_is_not_finite_is_no_interval() {
        assert_eq!(LogInterval::around(0.0, -1.0), None);
        assert_eq!(LogInterval::around(0.0, f64::NAN), None);
        assert_eq!(LogInterval::around(f64::INFINITY, 1.0), None);
    }

    #[test]
    fn a_reach_that_was_asked_for_before_is_the_same() {
        for df in [1.0, 3.0, 255.0, 256.0, 7.5] {
            let first = critical_t(DEFAULT_ALPHA, df).expect("defined");
            assert_eq!(critical_t(DEFAULT_ALPHA, df), Some(first));
            assert_close(first, -student_quantile(0.5 * DEFAULT_ALPHA, df).expect("defined"), 0.0);
        }
        assert!(critical_t(0.05, 3.0) < critical_t(DEFAULT_ALPHA, 3.0));
        for df in [0.0, 0.5, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(critical_t(DEFAULT_ALPHA, df), None, "{df}");
        }
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
}
