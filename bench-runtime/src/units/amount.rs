//! A number with a unit, by what it counts. Main type: [`Amount`].

use crate::model::{Per, Quantity};

/// The value of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Amount {
    /// In the unit of the metric: nanoseconds, bytes, per second, parts of one. Finite and not negative.
    pub(super) value: f64,
    /// Whether it is a share of the benchmark's own median.
    pub(super) of_median: bool,
    /// What a rate counts.
    pub(super) per: Per,
}

impl Amount {
    /// Reads an amount of a quantity; `None` if `text` is none.
    pub(super) fn of(quantity: Quantity, text: &str) -> Option<Self> {
        let plain = |value: f64| Self { value, of_median: false, per: Per::Told };
        let amount = match quantity {
            Quantity::Duration => plain(duration_ns(text)?),
            Quantity::Spread => spread(text)?,
            Quantity::Rate => rate(text)?,
            Quantity::Size => plain(size(text)?),
            Quantity::Count => plain(count(text)?),
            Quantity::Share => plain(share(text)?),
            Quantity::Ratio => plain(number(text)?),
        };
        amount.value.is_finite().then_some(amount)
    }
}

/// What an amount of a quantity looks like.
pub(super) fn example(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Duration => "a duration such as `10ms`",
        Quantity::Spread => "a duration such as `10ms`, or a share of the median such as `10%`",
        Quantity::Rate => "a rate such as `10K/s`, `100MiB/s` or `5K rows/s`",
        Quantity::Size => "a size such as `64KiB`",
        Quantity::Count => "a number such as `100` or `10K`",
        Quantity::Share => "a share such as `1%`",
        Quantity::Ratio => "a number such as `1.2`",
    }
}

/// The parts of a text that starts with a number: the number and what follows it, trimmed.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_'))).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let digits = number.replace('_', "");
    let starts_with_digit = number.starts_with(|c: char| c.is_ascii_digit());
    let value: f64 = digits.parse().ok().filter(|_| starts_with_digit && !digits.ends_with('.'))?;
    Some((value, unit.trim_start()))
}

/// A number without a unit.
fn number(text: &str) -> Option<f64> {
    number_and_unit(text).filter(|(_, unit)| unit.is_empty()).map(|(value, _)| value)
}

/// Nanoseconds per unit of time. The micro sign has two code points.
const TIMES: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("\u{3bc}s", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3600e9),
];

/// The nanoseconds of a unit of time.
pub(super) fn time_unit(unit: &str) -> Option<f64> {
    factor(&TIMES, if unit == "min" { "m" } else { unit })
}

/// Nanoseconds of a duration such as `30s`, `1.5ms` or `1m 30s`.
fn duration_ns(text: &str) -> Option<f64> {
    let (mut rest, mut total) = (text.trim(), 0.0);
    while !rest.is_empty() {
        let (value, after) = number_and_unit(rest)?;
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        total += value * factor(&TIMES, unit)?;
        rest = next.trim_start();
    }
    (!text.trim().is_empty()).then_some(total)
}

/// Bytes per unit of size.
const SIZES: [(&str, f64); 10] = [
    ("B", 1.0),
    ("kB", 1e3),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

/// Bytes of a size such as `10MB` or `64 KiB`.
fn size(text: &str) -> Option<f64> {
    let (value, unit) = number_and_unit(text.trim())?;
    Some(value * factor(&SIZES, unit)?)
}

/// A percentage such as `10%` or `2.5 %`, as a share.
pub(super) fn percentage(text: &str) -> Option<f64> {
    let (value, unit) = number_and_unit(text.trim())?;
    (unit == "%" && value.is_finite()).then_some(value / 100.0)
}

/// A share such as `1%` or `0.01`, from 0 to 1.
fn share(text: &str) -> Option<f64> {
    percentage(text).or_else(|| number(text.trim())).filter(|share| *share <= 1.0)
}

fn spread(text: &str) -> Option<Amount> {
    let of_median = text.ends_with('%');
    let value = if of_median { share(text)? } else { duration_ns(text)? };
    Some(Amount { value, of_median, per: Per::Told })
}

/// Multiples of a count.
const MULTIPLES: [(&str, f64); 5] = [("", 1.0), ("k", 1e3), ("K", 1e3), ("M", 1e6), ("G", 1e9)];

/// A count such as `10`, `10K` or `2.5M`.
fn count(text: &str) -> Option<f64> {
    let (value, unit) = number_and_unit(text)?;
    Some(value * factor(&MULTIPLES, unit)?)
}

fn rate(text: &str) -> Option<Amount> {
    let (value, unit) = number_and_unit(text)?;
    let (per_second, per) = rate_unit(unit)?;
    Some(Amount { value: value * per_second, of_median: false, per })
}

/// The words for iterations.
const OPERATIONS: [&str; 6] = ["op", "ops", "iter", "iters", "iterations", "calls"];

/// What a unit such as `MiB/s`, `K/s`, `rows/s` or `K rows/s` counts, and how many of it.
pub(super) fn rate_unit(unit: &str) -> Option<(f64, Per)> {
    let counted = unit.strip_suffix("/s")?.trim_end();
    if let Some(bytes) = factor(&SIZES, counted) {
        return Some((bytes, Per::Bytes));
    }
    if let Some(multiple) = factor(&MULTIPLES, counted) {
        return Some((multiple, Per::Told));
    }
    let (multiple, word) = counted.split_once(' ').unwrap_or(("", counted));
    let word = word.trim_start();
    let per = if OPERATIONS.contains(&word) { Per::Operations } else { Per::Items };
    is_thing(word).then_some((factor(&MULTIPLES, multiple)?, per))
}

/// Whether a word may stand for what is counted. What looks like a size or a multiple and is none is a slip (`Mb`,
/// `Krows`), not a thing.
fn is_thing(word: &str) -> bool {
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_lowercase() || c == '_');
    is_word && SIZES.iter().all(|(size, _)| !size.eq_ignore_ascii_case(word))
}

fn factor(units: &[(&str, f64)], unit: &str) -> Option<f64> {
    units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}
