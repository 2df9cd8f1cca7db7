//! From an interval to a word. Main function: [`decide`].

use super::interval::LogInterval;

/// A difference that never counts between two arms of one binary: 1 %, as a logarithm.
pub(crate) const SAME_BINARY_FLOOR: f64 = 0.009_950_330_853_168_083;
/// A difference that never counts across builds, where the layout of the code alone moves it: 2 %, as a
/// logarithm.
pub(crate) const ACROSS_BUILDS_FLOOR: f64 = 0.019_802_627_296_179_713;

/// What an interval says of the arm, against the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It takes less time: the interval excludes 1, and the estimate is beyond the floor.
    Faster,
    /// It takes more time: the interval excludes 1, and the estimate is beyond the floor.
    Slower,
    /// The whole interval is within the floor.
    Same,
    /// None of these.
    Inconclusive,
}

impl Decision {
    /// Whether it claims a difference.
    pub(crate) fn is_change(self) -> bool {
        matches!(self, Self::Faster | Self::Slower)
    }

    /// What stands after a `second` look with fresh processes: a change only if both claim the same one.
    ///
    /// Only changes are looked at twice, so anything else confirms itself.
    pub(crate) fn confirmed_by(self, second: Self) -> Self {
        if self.is_change() && self != second { Self::Inconclusive } else { self }
    }
}

/// Says what `interval` shows, where differences up to `floor` (a logarithm; NaN and negative count as 0)
/// never count.
///
/// "Beyond" is strict: an estimate at the floor, or an end of the interval at 0, is no change.
pub(crate) fn decide(interval: &LogInterval, floor: f64) -> Decision {
    let floor = floor.max(0.0);
    if interval.high < 0.0 && interval.estimate < -floor {
        Decision::Faster
    } else if interval.low > 0.0 && interval.estimate > floor {
        Decision::Slower
    } else if -floor <= interval.low && interval.high <= floor {
        Decision::Same
    } else {
        Decision::Inconclusive
    }
}

/// The smallest change that a measurement this precise would have called one, as a share: 0.03 is 3 % more
/// time. It is the longer half of the interval, or the floor where that is larger.
pub(crate) fn smallest_visible_change(interval: &LogInterval, floor: f64) -> f64 {
    let reach = (interval.estimate - interval.low).max(interval.high - interval.estimate);
    reach.max(floor).exp_m1()
}

/// How an interval stands to a limit on the ratio, as `max_ratio` and the gate set one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AgainstLimit {
    /// The estimate is over the limit, and the interval excludes equality (a limit below 1: the limit
    /// itself).
    Over,
    /// The whole interval is at the limit or below.
    Within,
    /// Neither: the interval reaches over the limit, without proof.
    Open,
}

/// Compares `interval` with the `limit`, a logarithm: ln 1.1 lets an arm take up to 10 % more time, and is
/// missed by one that is slower beyond doubt and estimated at more than that. A NaN as limit leaves
/// everything open.
pub(crate) fn against_limit(interval: &LogInterval, limit: f64) -> AgainstLimit {
    if interval.high <= limit {
        AgainstLimit::Within
    } else if interval.low > 0.0_f64.min(limit) && interval.estimate > limit {
        AgainstLimit::Over
    } else {
        AgainstLimit::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{Lcg, assert_close};

    fn decision(low: f64, estimate: f64, high: f64) -> Decision {
        decide(&LogInterval { low, estimate, high }, SAME_BINARY_FLOOR)
    }

    #[test]
    fn the_floors_are_one_and_two_per_cent() {
        assert_close(SAME_BINARY_FLOOR, 1.01_f64.ln(), 1e-15);
        assert_close(ACROSS_BUILDS_FLOOR, 1.02_f64.ln(), 1e-15);
    }

    #[test]
    fn a_change_excludes_one_and_is_beyond_the_floor() {
        assert_eq!(decision(0.001, 0.02, 0.039), Decision::Slower);
        assert_eq!(decision(-0.039, -0.02, -0.001), Decision::Faster);
        assert_eq!(decision(0.0, 0.02, 0.04), Decision::Inconclusive);
        assert_eq!(decision(0.001, 0.009, 0.017), Decision::Inconclusive);
    }

    #[test]
    fn same_means_that_no_end_leaves_the_floor() {
        assert_eq!(decision(-0.009, 0.0, 0.009), Decision::Same);
        assert_eq!(decision(0.001, 0.005, 0.009), Decision::Same);
        assert_eq!(decision(-0.011, 0.0, 0.009), Decision::Inconclusive);
    }

    #[test]
    fn without_a_floor_every_certain_difference_counts() {
        let interval = LogInterval::around(1e-6, 1e-7).expect("finite");
        for floor in [0.0, -1.0, f64::NAN] {
            assert_eq!(decide(&interval, floor), Decision::Slower);
        }
    }

    #[test]
    fn swapping_the_arms_swaps_the_words() {
        let mut lcg = Lcg::new(9);
        for _ in 0..1000 {
            let interval = LogInterval::around(0.02 * lcg.normal(), 0.02 * lcg.uniform()).expect("finite");
            let expected = match decide(&interval, SAME_BINARY_FLOOR) {
                Decision::Faster => Decision::Slower,
                Decision::Slower => Decision::Faster,
                other => other,
            };
            assert_eq!(decide(&interval.swapped(), SAME_BINARY_FLOOR), expected);
        }
    }

    #[test]
    fn a_change_needs_a_second_look_that_agrees() {
        use Decision::{Faster, Inconclusive, Same, Slower};
        assert_eq!(Slower.confirmed_by(Slower), Slower);
        assert_eq!(Slower.confirmed_by(Faster), Inconclusive);
        assert_eq!(Faster.confirmed_by(Inconclusive), Inconclusive);
        assert_eq!(Faster.confirmed_by(Same), Inconclusive);
        assert_eq!(Same.confirmed_by(Slower), Same);
    }

    #[test]
    fn an_effect_beyond_the_smallest_visible_change_would_have_been_called() {
        let mut lcg = Lcg::new(10);
        for _ in 0..1000 {
            let half_width = 0.05 * lcg.uniform();
            let interval = LogInterval::around(0.01 * lcg.normal(), half_width).expect("finite");
            let visible = smallest_visible_change(&interval, SAME_BINARY_FLOOR).ln_1p();
            let with_effect = |effect: f64| {
                decide(&LogInterval::around(effect, half_width).expect("finite"), SAME_BINARY_FLOOR)
            };
            assert_eq!(with_effect(visible * 1.001), Decision::Slower);
            assert!(!with_effect(visible * 0.999).is_change());
        }
    }

    #[test]
    fn a_limit_is_missed_only_beyond_it_and_beyond_doubt() {
        let limit = 1.1_f64.ln();
        let at = |estimate: f64, half_width: f64| {
            against_limit(&LogInterval::around(estimate, half_width).expect("finite"), limit)
        };
        assert_eq!(at(0.12, 0.05), AgainstLimit::Over);
        assert_eq!(at(limit, 0.01), AgainstLimit::Open);
        assert_eq!(at(0.12, 0.13), AgainstLimit::Open);
        assert_eq!(at(0.05, 0.01), AgainstLimit::Within);
        assert_eq!(at(0.08, 0.05), AgainstLimit::Open);
    }

    #[test]
    fn a_limit_below_one_asks_for_a_faster_arm() {
        let at = |estimate: f64| {
            against_limit(&LogInterval::around(estimate, 0.01).expect("finite"), 0.9_f64.ln())
        };
        assert_eq!(at(-0.2), AgainstLimit::Within);
        assert_eq!(at(0.0), AgainstLimit::Over);
    }
}
