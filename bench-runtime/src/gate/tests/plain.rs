//! The literal rule: 10.0 % passes, 10.1 % fails, benchmark by benchmark.

use super::testing::{entry, measured, record};
use super::{finding, findings};
use crate::model::{BaselineEntry, Change, Finding, Gate, Metric, Per, PercentilesOf, Throughput, Worsening};

fn plain(before: f64, now: f64) -> Finding {
    finding(Gate::Plain, &[], record("a", now), entry(&[before]))
}

#[test]
fn ten_per_cent_passes_and_ten_point_one_fails() {
    for scale in [1e-3, 0.3, 1.0, 4.213, 1e9, 3e14] {
        for (percent, change, fails) in [
            (110.0, Change::Unchanged, false),
            (110.1, Change::Regressed, true),
            (109.9, Change::Unchanged, false),
            (100.0, Change::Unchanged, false),
            (90.0, Change::Unchanged, false),
            (89.9, Change::Improved, false),
        ] {
            let found = plain(100.0 * scale, percent * scale);
            assert_eq!((found.change, found.fails), (change, fails), "{percent} of 100, times {scale}");
            assert!((found.by - (percent / 100.0 - 1.0)).abs() < 1e-12, "{found:?}");
        }
    }
}

#[test]
fn a_finding_has_the_figures_it_goes_by() {
    let found = plain(100.0, 150.0);
    assert_eq!((found.metric, found.before, found.now), (Metric::Median, 100.0, 150.0));
    assert_eq!(found.allowed, Some(Worsening::Share(0.1)));
    assert_eq!((found.interval, found.resolution, found.reason), (None, None, None));
}

#[test]
fn every_allowance_is_judged_apart_and_the_median_is_always_told() {
    let found = findings(Gate::Plain, &["p99:2ms", "min:50%"], record("a", 10e6), entry_of_all(9e6));
    let told: Vec<_> = found.iter().map(|it| (it.metric, it.change, it.fails)).collect();
    assert_eq!(
        told,
        [
            (Metric::P99, Change::Unchanged, false),
            (Metric::Min, Change::Unchanged, false),
            (Metric::Median, Change::Regressed, false),
        ]
    );
    assert_eq!(found[2].allowed, None);
}

/// An entry with every figure that a measurement has.
fn entry_of_all(median: f64) -> BaselineEntry {
    let record = record("a", median);
    let metrics = Metric::WORDS.map(|(_, metric)| metric);
    let known = metrics.iter().filter_map(|metric| Some((*metric, super::super::figure(&record, *metric)?)));
    BaselineEntry { figures: known.collect(), ..entry(&[median]) }
}

#[test]
fn every_metric_that_is_measured_can_be_gated_exactly_at_its_limit() {
    for metric in ["min", "max", "mean", "median", "stddev", "p50", "p90", "p95", "p99", "p99.9"] {
        let at = |now: f64| {
            let allowances = [format!("{metric}:12.5%")];
            let allowances: Vec<&str> = allowances.iter().map(String::as_str).collect();
            findings(Gate::Plain, &allowances, record("a", now), entry_of_all(80.0)).remove(0).fails
        };
        assert!(!at(90.0) && at(90.01), "{metric}");
    }
}

#[test]
fn a_throughput_falls_to_be_worse() {
    let at = |median: f64| {
        findings(Gate::Plain, &["throughput:5%"], record("a", median), entry_of_all(95.0)).remove(0)
    };
    assert!(!at(100.0).fails);
    let found = at(100.2);
    assert!(found.fails && found.change == Change::Regressed && found.by < 0.0, "{found:?}");
    assert_eq!(at(80.0).change, Change::Improved);
}

#[test]
fn an_entry_with_a_rate_is_compared_by_its_rate() {
    let rows = BaselineEntry {
        figures: [(Metric::Throughput, 1_000.0), (Metric::Stddev, 50.0)].into_iter().collect(),
        per: Per::Items,
        rounds: 5,
        ..BaselineEntry::default()
    };
    let with_rate = |per_second: f64| {
        let mut record = record("a", 1e9);
        record.measurement().throughput = Throughput { items: per_second, bytes: 77.0 };
        record
    };
    for (rate, change, fails) in [
        (900.0, Change::Unchanged, false),
        (899.0, Change::Regressed, true),
        (1_101.0, Change::Improved, false),
    ] {
        let found = finding(Gate::Plain, &[], with_rate(rate), rows.clone());
        assert_eq!((found.metric, found.change, found.fails), (Metric::Throughput, change, fails), "{rate}");
    }
    let asked_for_both =
        findings(Gate::Plain, &["median:10%", "throughput:20%"], with_rate(850.0), rows.clone());
    assert_eq!(asked_for_both.len(), 1);
    assert!(!asked_for_both[0].fails);
    let of_time = findings(Gate::Plain, &["median:1ms"], with_rate(100.0), rows.clone());
    let told: Vec<_> = of_time.iter().map(|it| (it.metric, it.change)).collect();
    assert_eq!(told, [(Metric::Median, Change::NotComparable)]);
    let silent = finding(Gate::Plain, &[], record("a", 1e9), rows);
    assert_eq!(silent.change, Change::NotComparable);
    assert_eq!(silent.reason.as_deref(), Some("it does not tell how many items it processes"));
}

#[test]
fn what_one_side_lacks_is_not_comparable_and_says_which() {
    let found = findings(Gate::Plain, &["p99:10%", "peak:10%"], record("a", 1.0), entry(&[1.0]));
    let told: Vec<_> = found.iter().map(|it| (it.change, it.fails, it.reason.as_deref())).collect();
    assert_eq!(
        told,
        [
            (Change::NotComparable, false, Some("the earlier results have no `p99` of it")),
            (Change::NotComparable, false, Some("`peak` was not measured")),
            (Change::Unchanged, false, None),
        ]
    );
}

#[test]
fn a_median_that_is_no_number_is_not_comparable() {
    let found = finding(Gate::Plain, &[], record("a", 1.0).with(measured(&[f64::NAN])), entry(&[1.0]));
    assert_eq!(found.change, Change::NotComparable);
}

#[test]
fn nothing_before_is_regressed_from_by_anything() {
    let found = plain(0.0, 1.0);
    assert!(found.fails && found.by == f64::INFINITY, "{found:?}");
    assert_eq!((plain(0.0, 0.0).change, plain(0.0, 0.0).by), (Change::Unchanged, 0.0));
}

#[test]
fn percentiles_of_calls_and_of_sub_samples_are_not_compared() {
    let with = |percentiles_of: Option<PercentilesOf>| BaselineEntry { percentiles_of, ..entry_of_all(1.0) };
    let of = |entry| findings(Gate::Plain, &["p99:10%", "max:10%"], record("a", 1.0), entry);
    for same in [None, Some(PercentilesOf::Calls)] {
        assert_eq!(of(with(same))[0].change, Change::Unchanged);
    }
    let other = of(with(Some(PercentilesOf::SubSamples)));
    assert_eq!((other[0].change, other[1].change), (Change::NotComparable, Change::Unchanged));
    assert_eq!((other[0].before, other[0].now), (1.5, 1.5));
}
