//! Texts with units become figures: limits, allowances, the units of stored figures. Main function: [`limit`].

mod amount;

use crate::model::{Allowance, Bound, Level, Limit, Metric, Per, Quantity, Worsening};

use self::amount::Amount;

/// Reads a limit such as `p99 <= 10ms`, `throughput >= 5K rows/s` or `stddev <= 10%`.
///
/// # Errors
/// One sentence, without the place: what is wrong with it, and what it should look like.
pub(crate) fn limit(text: &str, level: Level) -> Result<Limit, String> {
    let (metric, bound, value) = parts(text).ok_or_else(|| {
        format!("`{text}` is not a limit: a metric, `<=` or `>=`, a value, such as `p99 <= 10ms`")
    })?;
    let metric = metric_of(metric)?;
    let quantity = metric.quantity();
    let amount = Amount::of(quantity, value).ok_or_else(|| {
        format!("`{value}` is not what `{metric}` is compared with: {}", amount::example(quantity))
    })?;
    Ok(Limit {
        level,
        metric,
        bound,
        value: amount.value,
        of_median: amount.of_median,
        per: amount.per,
        text: text.trim().to_owned(),
    })
}

/// Reads what `--find-rate` takes: a bound on a percentile of latency, or on the share of operations that fail.
///
/// # Errors
/// One sentence, without the place: what is wrong with it, and what it should look like.
pub(crate) fn rate_target(text: &str) -> Result<Limit, String> {
    use Metric::{ErrorRate, Max, P50, P90, P95, P99, P999};
    let target = limit(text, Level::Target)?;
    if !matches!(target.metric, P50 | P90 | P95 | P99 | P999 | Max | ErrorRate) {
        return Err(format!(
            "a rate is looked for by p50, p90, p95, p99, p99.9, max or error_rate, and not by {}",
            target.metric
        ));
    }
    match (target.bound, target.metric) {
        (Bound::AtLeast, _) => Err(format!("`{text}` holds at any low rate: write `<=`")),
        (_, ErrorRate) => Ok(target),
        _ if target.value <= 0.0 => Err(format!("`{text}` holds at no rate: write a time over zero")),
        _ => Ok(target),
    }
}

/// The metric, the bound and the value of a limit.
fn parts(text: &str) -> Option<(&str, Bound, &str)> {
    let at_most = text.split_once("<=").map(|(metric, value)| (metric, Bound::AtMost, value));
    let (metric, bound, value) =
        at_most.or_else(|| text.split_once(">=").map(|(metric, value)| (metric, Bound::AtLeast, value)))?;
    Some((metric.trim(), bound, value.trim()))
}

/// Reads what `--fail-on` takes: `median:10%`, `throughput:5%`, `p99:2ms`.
///
/// A percentage is a share of the figure before, whatever the metric; an amount has the unit of the metric.
///
/// # Errors
/// One sentence, without the place: what is wrong with it, and what it should look like.
pub(crate) fn allowance(text: &str) -> Result<Allowance, String> {
    let (metric, most) = text.split_once(':').ok_or_else(|| {
        format!("`{text}` does not say how much worse a metric may be: write `median:10%` or `p99:2ms`")
    })?;
    let (metric, most) = (metric_of(metric.trim())?, most.trim());
    let most = match most.strip_suffix('%') {
        Some(_) => Worsening::Share(percentage(metric, most)?),
        None => Worsening::Amount(amount(metric, most)?),
    };
    Ok(Allowance { metric, most, text: text.trim().to_owned() })
}

fn percentage(metric: Metric, text: &str) -> Result<f64, String> {
    let share = amount::percentage(text)
        .ok_or_else(|| format!("`{text}` is not a share: a number and `%`, such as `10%` or `2.5%`"))?;
    if metric.more_is_better() && share >= 1.0 {
        return Err(format!("`{metric}` cannot fall by {text}: write less than `100%`"));
    }
    Ok(share)
}

fn amount(metric: Metric, text: &str) -> Result<f64, String> {
    let quantity = match metric.quantity() {
        // A spread is allowed to grow by an amount of time, or by a share of itself.
        Quantity::Spread => Quantity::Duration,
        quantity => quantity,
    };
    Amount::of(quantity, text).map(|amount| amount.value).ok_or_else(|| {
        format!(
            "`{text}` is not how much worse `{metric}` may be: a share such as `10%`, or {}",
            amount::example(quantity)
        )
    })
}

fn metric_of(word: &str) -> Result<Metric, String> {
    Metric::of_word(word).ok_or_else(|| {
        let words: Vec<&str> = Metric::WORDS.iter().map(|(word, _)| *word).collect();
        format!("there is no metric `{word}`; the metrics are {}", words.join(", "))
    })
}

/// The unit of a stored figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BaselineUnit {
    /// A time: this many nanoseconds.
    Time {
        /// What a figure is multiplied with to be nanoseconds.
        ns: f64,
    },
    /// A rate, of which more is better.
    Rate {
        /// What is counted.
        per: Per,
        /// What a figure is multiplied with to be per second.
        per_second: f64,
    },
}

/// What the `unit` of a baseline's entry means: `s`, `ms`, `us`, `µs`, `ns`, `m`, `h`, or a rate such as `MiB/s`,
/// `rows/s`, `K ops/s`, `/s`. `None` for anything else.
pub(crate) fn of_baseline(unit: &str) -> Option<BaselineUnit> {
    let unit = unit.trim();
    match amount::rate_unit(unit) {
        Some((per_second, per)) => Some(BaselineUnit::Rate { per, per_second }),
        None => amount::time_unit(unit).map(|ns| BaselineUnit::Time { ns }),
    }
}

#[cfg(test)]
mod tests;
