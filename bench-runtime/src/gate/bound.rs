//! Where a figure lies to a bound: exactly at it is within it. Main functions: [`is_beyond`] and [`worst_allowed`].

use crate::model::{Bound, Metric, Worsening};

/// Two figures closer than this, as a share, are equal: arithmetic on a figure costs its last digits. It is a millionth
/// of the smallest difference that anybody writes down (0.1 %).
const TOLERANCE: f64 = 1e-9;

/// Whether `value` is on the bad side of `bound`. Exactly at it is not, whatever the magnitudes.
pub(super) fn is_beyond(side: Bound, value: f64, bound: f64) -> bool {
    let slack = TOLERANCE * bound.abs();
    match side {
        Bound::AtMost => value > bound + slack,
        Bound::AtLeast => value < bound - slack,
    }
}

/// The side that figures of a metric should keep to as they change.
pub(super) fn good_side(metric: Metric) -> Bound {
    if metric.more_is_better() { Bound::AtLeast } else { Bound::AtMost }
}

fn other(side: Bound) -> Bound {
    match side {
        Bound::AtMost => Bound::AtLeast,
        Bound::AtLeast => Bound::AtMost,
    }
}

/// The worst figure that is still allowed where it was `before`.
pub(super) fn worst_allowed(metric: Metric, before: f64, most: Worsening) -> f64 {
    shifted(good_side(metric), before, most)
}

/// Whether a figure is worse than allowed.
pub(super) fn is_worse(metric: Metric, before: f64, now: f64, most: Worsening) -> bool {
    is_beyond(good_side(metric), now, worst_allowed(metric, before, most))
}

/// Whether a figure is better by more than it may be worse.
pub(super) fn is_better(metric: Metric, before: f64, now: f64, most: Worsening) -> bool {
    let side = other(good_side(metric));
    is_beyond(side, now, shifted(side, before, most))
}

/// `before` moved by `most` to the bad side of a bound.
fn shifted(side: Bound, before: f64, most: Worsening) -> f64 {
    let by = match most {
        // What is kept may be less than nothing: a share is then one of its size.
        Worsening::Share(share) => before.abs() * share,
        Worsening::Amount(amount) => amount,
    };
    match side {
        Bound::AtMost => before + by,
        Bound::AtLeast => before - by,
    }
}

/// By how much `value` is beyond `bound`, as a share of it; 0 where it is not. Infinite for a bound of 0.
pub(super) fn excess(side: Bound, value: f64, bound: f64) -> f64 {
    if is_beyond(side, value, bound) { ((value - bound) / bound).abs() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures from a fraction of a nanosecond to days, with digits that binary fractions cannot hold.
    fn magnitudes() -> impl Iterator<Item = f64> {
        (-9..=18).flat_map(|exponent| {
            [1.0, 1.1, 3.3, 4.213, 7.0, 9.99].map(|digits| digits * 10_f64.powi(exponent))
        })
    }

    #[test]
    fn ten_per_cent_passes_and_ten_point_one_fails_at_any_magnitude() {
        let most = Worsening::Share(0.1);
        for before in magnitudes() {
            assert!(!is_worse(Metric::Median, before, before * 1.1, most), "{before}");
            assert!(!is_worse(Metric::Median, before, before + before / 10.0, most), "{before}");
            assert!(is_worse(Metric::Median, before, before * 1.101, most), "{before}");
            assert!(is_worse(Metric::Median, before, before * 1.100_001, most), "{before}");
            assert!(!is_worse(Metric::Median, before, before * 0.5, most), "{before}");
        }
    }

    #[test]
    fn a_rate_gets_worse_as_it_falls() {
        let most = Worsening::Share(0.05);
        for before in magnitudes() {
            assert!(!is_worse(Metric::Throughput, before, before * 0.95, most), "{before}");
            assert!(is_worse(Metric::Throughput, before, before * 0.949, most), "{before}");
            assert!(!is_worse(Metric::Throughput, before, before * 2.0, most), "{before}");
            assert!(is_better(Metric::Throughput, before, before * 1.051, most), "{before}");
            assert!(!is_better(Metric::Throughput, before, before * 1.05, most), "{before}");
        }
    }

    #[test]
    fn an_amount_is_one_whatever_the_figure() {
        let most = Worsening::Amount(2e6);
        assert!(!is_worse(Metric::P99, 50e6, 52e6, most));
        assert!(is_worse(Metric::P99, 50e6, 52.001e6, most));
        assert!(is_worse(Metric::P99, 0.0, 2.001e6, most));
        assert!(is_better(Metric::P99, 50e6, 47.9e6, most) && !is_better(Metric::P99, 50e6, 48e6, most));
    }

    #[test]
    fn nothing_may_be_added_to_zero_by_a_share() {
        let most = Worsening::Share(0.1);
        assert!(!is_worse(Metric::Allocations, 0.0, 0.0, most));
        assert!(is_worse(Metric::Allocations, 0.0, 1.0, most));
        assert!(is_worse(Metric::Allocations, 100.0, 101.0, Worsening::Amount(0.0)));
    }

    #[test]
    fn a_share_of_a_figure_below_zero_is_one_of_its_size() {
        let most = Worsening::Share(0.1);
        assert!(!is_worse(Metric::Net, -100.0, -100.0, most) && !is_worse(Metric::Net, -100.0, -90.0, most));
        assert!(is_worse(Metric::Net, -100.0, -89.0, most) && is_better(Metric::Net, -100.0, -111.0, most));
    }

    #[test]
    fn an_excess_is_a_share_of_the_bound() {
        assert!((excess(Bound::AtMost, 12.0, 10.0) - 0.2).abs() < 1e-12);
        assert!((excess(Bound::AtLeast, 8.0, 10.0) - 0.2).abs() < 1e-12);
        assert_eq!((excess(Bound::AtMost, 10.0, 10.0), excess(Bound::AtLeast, 11.0, 10.0)), (0.0, 0.0));
        assert_eq!(excess(Bound::AtMost, 1.0, 0.0), f64::INFINITY);
        assert_eq!(excess(Bound::AtMost, f64::NAN, 1.0), 0.0);
    }
}
