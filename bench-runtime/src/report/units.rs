//! Figures as people read them: a unit per column, and no digit that the spread does not bear out. Main type: [`Ladder`].

use std::time::Duration;

use crate::model::TimeUnit;

/// The units of one quantity, from the smallest up, each with its size in the base unit.
pub(super) struct Ladder(&'static [(f64, &'static str)]);

/// Times, in nanoseconds.
pub(super) const TIME: Ladder = Ladder(&[(1.0, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s")]);

/// Bytes.
pub(super) const SIZE: Ladder = Ladder(&[
    (1.0, "B"),
    (1024.0, "KiB"),
    (1_048_576.0, "MiB"),
    (1_073_741_824.0, "GiB"),
    (1_099_511_627_776.0, "TiB"),
]);

/// Bytes per second.
pub(super) const BYTES: Ladder = Ladder(&[
    (1.0, "B/s"),
    (1024.0, "KiB/s"),
    (1_048_576.0, "MiB/s"),
    (1_073_741_824.0, "GiB/s"),
    (1_099_511_627_776.0, "TiB/s"),
]);

/// Items per second.
pub(super) const ITEMS: Ladder = Ladder(&[
    (1.0, "items/s"),
    (1e3, "K items/s"),
    (1e6, "M items/s"),
    (1e9, "G items/s"),
    (1e12, "T items/s"),
]);

/// Operations (iterations) per second.
pub(super) const OPERATIONS: Ladder =
    Ladder(&[(1.0, "op/s"), (1e3, "K op/s"), (1e6, "M op/s"), (1e9, "G op/s"), (1e12, "T op/s")]);

/// A figure this many times its unit is hard to read: its column goes without a common unit.
const TOO_MANY: f64 = 100_000.0;

impl Ladder {
    /// The largest unit that `value` has at least one of, else the smallest.
    pub(super) fn unit(&self, value: f64) -> Unit {
        let fitting = self.0.iter().rev().find(|(size, _)| value.abs() >= *size);
        let (size, name) = *fitting.unwrap_or(&self.0[0]);
        Unit { size, name }
    }

    /// The unit that suits the smallest of `values`, if it suits them all.
    pub(super) fn common(&self, values: impl Iterator<Item = f64>) -> Option<Unit> {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let unit = self.unit(if low.is_finite() { low } else { 0.0 });
        (high / unit.size < TOO_MANY).then_some(unit)
    }
}

/// A unit: its name, and its size in the base unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit {
    pub(super) size: f64,
    pub(super) name: &'static str,
}

/// The unit of time that a user chose; `None` where it depends on the figure.
pub(super) fn chosen(unit: TimeUnit) -> Option<Unit> {
    let place = match unit {
        TimeUnit::Auto => return None,
        TimeUnit::Ns => 0,
        TimeUnit::Us => 1,
        TimeUnit::Ms => 2,
        TimeUnit::S => 3,
    };
    let (size, name) = TIME.0[place];
    Some(Unit { size, name })
}

/// The significant digits that a figure with this relative spread bears: one beyond the first uncertain one, 3 to 5.
pub(super) fn digits(relative_spread: f64) -> i32 {
    if !relative_spread.is_finite() || relative_spread <= 0.0 {
        return 3;
    }
    (1 - exponent(relative_spread, 1)).clamp(3, 5)
}

/// The decimal places that show `value` with `digits` significant digits; whole digits are never dropped.
pub(super) fn decimals(value: f64, digits: i32) -> usize {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    usize::try_from(digits - 1 - exponent(value, digits)).unwrap_or(0)
}

/// The power of ten of the first of `digits` significant digits, once `value` is rounded to them.
fn exponent(value: f64, digits: i32) -> i32 {
    let places = usize::try_from(digits - 1).unwrap_or(0);
    let text = format!("{value:.places$e}");
    text.rsplit_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// `value` with `digits` significant digits.
pub(super) fn rounded(value: f64, digits: i32) -> String {
    format!("{value:.*}", decimals(value, digits))
}

/// A share as a percentage, with as many places as help: `12%`, `1.2%`, `0.03%`, `<0.01%`.
pub(super) fn percent(share: f64) -> String {
    match share.abs() * 100.0 {
        percentage if percentage < 0.01 => "<0.01%".to_owned(),
        percentage if percentage < 0.095 => format!("{percentage:.2}%"),
        percentage if percentage < 9.95 => format!("{percentage:.1}%"),
        percentage => format!("{percentage:.0}%"),
    }
}

/// A length of time for a sentence: `340 ms`, `8.4 s`, `3 min 12 s`.
pub(super) fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..=119 => format!("{:.1} s", duration.as_secs_f64()),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_takes_the_unit_of_its_smallest_figure() {
        let unit = TIME.common([1_500.0, 80_000.0].into_iter()).expect("close enough");
        assert_eq!(unit.name, "µs");
    }

    #[test]
    fn figures_too_far_apart_have_no_common_unit() {
        assert_eq!(TIME.common([0.3, 90e9].into_iter()), None);
    }

    #[test]
    fn under_a_nanosecond_the_unit_stays_the_nanosecond() {
        assert_eq!(TIME.unit(0.3).name, "ns");
        assert_eq!(TIME.unit(0.0).name, "ns");
    }

    #[test]
    fn digits_follow_the_spread() {
        assert_eq!(
            [0.3, 0.05, 0.012, 0.004, 0.0002, 1e-9, 0.0, f64::NAN].map(digits),
            [3, 3, 3, 4, 5, 5, 3, 3]
        );
    }

    #[test]
    fn whole_digits_are_kept_and_decimals_rounded() {
        assert_eq!(rounded(1234.5678, 3), "1235");
        assert_eq!(rounded(9.9996, 4), "10.00");
        assert_eq!(rounded(0.000_312_4, 3), "0.000312");
        assert_eq!(rounded(0.0, 3), "0");
    }

    #[test]
    fn percentages_keep_two_digits() {
        assert_eq!(
            [0.1234, 0.0123, 0.0003, 9.0, 1e-6].map(percent),
            ["12%", "1.2%", "0.03%", "900%", "<0.01%"]
        );
    }

    #[test]
    fn lengths_of_time_read_well() {
        let texts = [340, 8_420, 192_000].map(|ms| spoken(Duration::from_millis(ms)));
        assert_eq!(texts, ["340 ms", "8.4 s", "3 min 12 s"]);
    }

    #[test]
    fn a_chosen_unit_is_one_of_the_ladder() {
        assert_eq!(chosen(TimeUnit::S).map(|unit| unit.name), Some("s"));
        assert_eq!(chosen(TimeUnit::Auto), None);
    }
}
