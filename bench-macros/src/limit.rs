//! Limits such as `p99 <= 10ms`: which metrics there are, and what each is compared with. Main type: [`Quantity`].

use crate::units;

/// What a metric's limit is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantity {
    /// `10ms`.
    Duration,
    /// `10ms`, or `10%` of the median.
    Spread,
    /// `10K/s`, `100MiB/s`, `5K rows/s`.
    Rate,
    /// `64KiB`.
    Size,
    /// `100` or `10K`.
    Count,
    /// `1%` or `0.01`.
    Share,
    /// `1.2`.
    Ratio,
}

use Quantity::{Count, Duration, Rate, Ratio, Share, Size, Spread};

/// The metrics that can be limited.
const METRICS: [(&str, Quantity); 30] = [
    ("min", Duration),
    ("max", Duration),
    ("mean", Duration),
    ("median", Duration),
    ("stddev", Spread),
    ("p50", Duration),
    ("p90", Duration),
    ("p95", Duration),
    ("p99", Duration),
    ("p99.9", Duration),
    ("p999", Duration),
    ("throughput", Rate),
    ("ratio", Ratio),
    ("memory_ratio", Ratio),
    ("peak", Size),
    ("allocated", Size),
    ("deallocated", Size),
    ("net", Size),
    ("retained", Size),
    ("allocations", Count),
    ("deallocations", Count),
    ("reallocations", Count),
    ("polls_per_op", Count),
    ("busy", Duration),
    ("wait", Duration),
    ("scheduled", Duration),
    ("longest_poll", Duration),
    ("loop_iteration", Duration),
    ("worker_busy_ratio", Share),
    ("error_rate", Share),
];

impl Quantity {
    fn accepts(self, value: &str) -> bool {
        let is_share = units::share(value).is_ok();
        match self {
            Duration => units::duration_ns(value).is_ok(),
            Spread => units::duration_ns(value).is_ok() || (value.ends_with('%') && is_share),
            Rate => units::is_rate(value),
            Size => units::bytes(value).is_ok(),
            Count => units::is_count(value),
            Share => is_share,
            Ratio => matches!(units::number_and_unit(value), Some((_, ""))),
        }
    }

    fn example(self) -> &'static str {
        match self {
            Duration => "a duration such as `10ms`",
            Spread => "a duration such as `10ms`, or a share of the median such as `10%`",
            Rate => "a rate such as `10K/s`, `100MiB/s` or `5K rows/s`",
            Size => "a size such as `64KiB`",
            Count => "a number such as `100` or `10K`",
            Share => "a share such as `1%`",
            Ratio => "a number such as `1.2`",
        }
    }
}

/// Checks a limit: a metric, `<=` or `>=`, a value in the metric's unit.
pub(crate) fn check(limit: &str) -> Result<(), String> {
    let (metric, value) = limit.split_once("<=").or_else(|| limit.split_once(">=")).ok_or_else(|| {
        format!("`{limit}` is not a limit: a metric, `<=` or `>=`, a value, such as `p99 <= 10ms`")
    })?;
    let (metric, value) = (metric.trim(), value.trim());
    let quantity = quantity(metric).ok_or_else(|| unknown(metric))?;
    match quantity.accepts(value) {
        true => Ok(()),
        false => Err(format!("`{value}` is not what `{metric}` is compared with: {}", quantity.example())),
    }
}

fn quantity(metric: &str) -> Option<Quantity> {
    METRICS.iter().find(|(name, _)| *name == metric).map(|(_, quantity)| *quantity)
}

fn unknown(metric: &str) -> String {
    let names: Vec<&str> = METRICS.iter().map(|(name, _)| *name).collect();
    format!("there is no metric `{metric}`; the metrics are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_in_either_direction() {
        for limit in [
            "p99 <= 10ms",
            "p99.9<=1s",
            "throughput >= 10K/s",
            "throughput >= 100 MiB/s",
            "stddev <= 10%",
            "stddev <= 10us",
            "peak <= 64KiB",
            "allocations <= 0",
            "error_rate <= 0.1%",
            "ratio <= 1.2",
            "polls_per_op <= 3",
        ] {
            assert_eq!(check(limit), Ok(()), "{limit}");
        }
    }

    #[test]
    fn a_limit_without_its_parts_is_refused() {
        for limit in ["", "p99", "p99 = 10ms", "p99 < 10ms", "<= 10ms", "p99 <=", "p98 <= 10ms"] {
            assert!(check(limit).is_err(), "{limit}");
        }
    }

    #[test]
    fn a_value_has_the_unit_of_its_metric() {
        for limit in
            ["p99 <= 10", "p99 <= 10%", "throughput >= 10K", "peak <= 10", "ratio <= 2x", "median <= 10MB"]
        {
            assert!(check(limit).is_err(), "{limit}");
        }
    }
}
