//! What is read from texts with units, and what is refused.

use super::*;

fn target(text: &str) -> Limit {
    limit(text, Level::Target).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn limits_have_a_metric_a_side_and_a_value_in_the_unit_of_the_metric() {
    use Bound::{AtLeast, AtMost};
    for (text, metric, bound, value) in [
        ("p99 <= 10ms", Metric::P99, AtMost, 10e6),
        ("p99.9<=1s", Metric::P999, AtMost, 1e9),
        ("median <= 1m 30s", Metric::Median, AtMost, 90e9),
        ("median >= 1.5µs", Metric::Median, AtLeast, 1_500.0),
        ("stddev <= 10us", Metric::Stddev, AtMost, 10e3),
        ("peak <= 64KiB", Metric::Peak, AtMost, 65_536.0),
        ("allocated <= 1.5 MB", Metric::Allocated, AtMost, 1.5e6),
        ("allocations <= 0", Metric::Allocations, AtMost, 0.0),
        ("allocations <= 2.5K", Metric::Allocations, AtMost, 2_500.0),
        ("error_rate <= 0.1%", Metric::ErrorRate, AtMost, 0.001),
        ("worker_busy_ratio >= 0.5", Metric::WorkerBusyRatio, AtLeast, 0.5),
        ("ratio <= 1.2", Metric::Ratio, AtMost, 1.2),
    ] {
        let limit = target(text);
        assert_eq!((limit.metric, limit.bound, limit.value), (metric, bound, value), "{text}");
        assert_eq!((limit.of_median, limit.per, limit.text.as_str()), (false, Per::Told, text));
    }
}

#[test]
fn a_spread_may_be_a_share_of_the_median() {
    let limit = target("stddev <= 10%");
    assert_eq!((limit.value, limit.of_median), (0.1, true));
}

#[test]
fn rates_say_what_they_count() {
    for (text, value, per) in [
        ("throughput >= 10K/s", 10e3, Per::Told),
        ("throughput >= 5000 /s", 5e3, Per::Told),
        ("throughput >= 100 MiB/s", 104_857_600.0, Per::Bytes),
        ("throughput >= 100MB/s", 100e6, Per::Bytes),
        ("throughput >= 5K rows/s", 5e3, Per::Items),
        ("throughput >= 5 K rows/s", 5e3, Per::Items),
        ("throughput >= 0.5M msg/s", 0.5e6, Per::Items),
        ("throughput >= 20 ops/s", 20.0, Per::Operations),
    ] {
        let limit = target(text);
        assert_eq!((limit.value, limit.per), (value, per), "{text}");
    }
}

#[test]
fn what_is_no_limit_is_refused_with_what_is_wrong() {
    for (text, expected) in [
        ("p99 = 10ms", "`p99 = 10ms` is not a limit: a metric, `<=` or `>=`, a value, such as `p99 <= 10ms`"),
        ("p98 <= 10ms", "there is no metric `p98`; the metrics are min, max, "),
        ("p99 <= 10", "`10` is not what `p99` is compared with: a duration such as `10ms`"),
        ("peak <= 10", "`10` is not what `peak` is compared with: a size such as `64KiB`"),
        ("ratio <= 2x", "`2x` is not what `ratio` is compared with: a number such as `1.2`"),
        ("throughput >= 10K", "`10K` is not what `throughput` is compared with: a rate such as "),
    ] {
        let error = limit(text, Level::Target).expect_err(text);
        assert!(error.starts_with(expected), "{error}");
    }
    let endless = format!("p99 <= {}h", "9".repeat(400));
    for text in [
        "",
        "<= 10ms",
        "p99 <=",
        "p99 < 10ms",
        "p99 <= -1ms",
        "p99 <= 1e3ms",
        "p99 <= infms",
        "p99 <= 10%",
        "error_rate <= 101%",
        "stddev <= 1.2",
        "median <= 10MB",
        &endless,
    ] {
        assert!(limit(text, Level::Target).is_err(), "{text}");
    }
}

#[test]
fn a_unit_that_only_looks_like_one_is_not_taken_for_a_word() {
    for unit in ["Mb/s", "mb/s", "Krows/s", "kib/s", "MIB/s", "rows/min", "X rows/s", "/ s", "rows"] {
        assert!(limit(&format!("throughput >= 10 {unit}"), Level::Target).is_err(), "{unit}");
        assert_eq!(of_baseline(unit), None, "{unit}");
    }
}

#[test]
fn a_rate_is_looked_for_by_latency_or_errors_only() {
    for text in ["p99 <= 10ms", "p99.9<=1s", "p50 <= 1us", "max <= 50ms", "error_rate <= 0%"] {
        assert_eq!(rate_target(text), limit(text, Level::Target), "{text}");
    }
    for (text, expected) in [
        ("p99 >= 10ms", "`p99 >= 10ms` holds at any low rate: write `<=`"),
        ("p99 <= 0ms", "`p99 <= 0ms` holds at no rate: write a time over zero"),
        (
            "mean <= 10ms",
            "a rate is looked for by p50, p90, p95, p99, p99.9, max or error_rate, and not by mean",
        ),
        ("p99:10ms", "`p99:10ms` is not a limit"),
        ("p98 <= 10ms", "there is no metric `p98`"),
    ] {
        let error = rate_target(text).expect_err(text);
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn allowances_are_shares_or_amounts() {
    use Worsening::{Amount, Share};
    for (text, metric, most) in [
        ("median:10%", Metric::Median, Share(0.1)),
        (" throughput : 2.5 % ", Metric::Throughput, Share(0.025)),
        ("p99:2ms", Metric::P99, Amount(2e6)),
        ("median:150%", Metric::Median, Share(1.5)),
        ("stddev:10%", Metric::Stddev, Share(0.1)),
        ("stddev:10us", Metric::Stddev, Amount(10e3)),
        ("allocations:0", Metric::Allocations, Amount(0.0)),
        ("allocated:64KiB", Metric::Allocated, Amount(65_536.0)),
        ("throughput:100 rows/s", Metric::Throughput, Amount(100.0)),
        ("error_rate:0.01", Metric::ErrorRate, Amount(0.01)),
        ("ratio:0.1", Metric::Ratio, Amount(0.1)),
    ] {
        let allowance = allowance(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((allowance.metric, allowance.most), (metric, most), "{text}");
        assert_eq!(allowance.text, text.trim());
    }
    assert_eq!(allowance("median:10%"), Ok(Allowance::default_of_median()));
}

#[test]
fn what_is_no_allowance_is_refused_with_what_is_wrong() {
    for (text, expected) in [
        ("10%", "`10%` does not say how much worse a metric may be: write `median:10%` or `p99:2ms`"),
        ("p98:10%", "there is no metric `p98`; the metrics are min, "),
        ("median:x%", "`x%` is not a share: a number and `%`, such as `10%` or `2.5%`"),
        ("median:-5%", "`-5%` is not a share"),
        (
            "median:10",
            "`10` is not how much worse `median` may be: a share such as `10%`, or a duration such as",
        ),
        ("throughput:100%", "`throughput` cannot fall by 100%: write less than `100%`"),
        (
            "stddev:10",
            "`10` is not how much worse `stddev` may be: a share such as `10%`, or a duration such as",
        ),
    ] {
        let error = allowance(text).expect_err(text);
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn units_of_stored_figures_are_times_or_rates() {
    let time = |ns: f64| Some(BaselineUnit::Time { ns });
    let rate = |per_second: f64, per: Per| Some(BaselineUnit::Rate { per, per_second });
    for (unit, expected) in [
        ("s", time(1e9)),
        ("ms", time(1e6)),
        ("us", time(1e3)),
        ("\u{b5}s", time(1e3)),
        ("\u{3bc}s", time(1e3)),
        ("ns", time(1.0)),
        ("min", time(60e9)),
        ("MiB/s", rate(1_048_576.0, Per::Bytes)),
        ("MB/s", rate(1e6, Per::Bytes)),
        ("KiB/s", rate(1_024.0, Per::Bytes)),
        ("B/s", rate(1.0, Per::Bytes)),
        ("rows/s", rate(1.0, Per::Items)),
        ("K rows/s", rate(1e3, Per::Items)),
        ("items/s", rate(1.0, Per::Items)),
        ("ops/s", rate(1.0, Per::Operations)),
        ("/s", rate(1.0, Per::Told)),
        ("K/s", rate(1e3, Per::Told)),
    ] {
        assert_eq!(of_baseline(unit), expected, "{unit}");
    }
    for unit in ["", "S", "seconds", "MiB", "%", "s/op", "fortnights"] {
        assert_eq!(of_baseline(unit), None, "{unit}");
    }
}
