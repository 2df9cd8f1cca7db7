//! Changes since earlier results, and the second look that they take.

use super::compared;
use super::testing::{baseline, entry, measured, ratio, record, report, rules};
use crate::gate::Rules;
use crate::model::{
    Allowance, BaselineEntry, Change, Comparison, Finding, Gate, LookFigures, Memory, MemoryFigures, Metric,
    Outcome, Ratio, Record,
};

/// Four runs at this median that spread by 0.3 %.
fn runs(median: f64) -> [f64; 4] {
    [0.0, 0.003, -0.003, 0.0015].map(|by| median * (1.0 + by))
}

fn figures(median: f64, comparison: Option<Ratio>) -> LookFigures {
    match measured(&runs(median)) {
        Outcome::Measured(measurement) => {
            LookFigures { measurement: *measurement, comparison: comparison.map(Comparison::Ratio) }
        }
        other => panic!("{other:?}"),
    }
}

/// A record of two looks with these medians.
fn looked_at(first: f64, second: f64) -> Record {
    let all = [runs(first), runs(second)].concat();
    let mut record = record("a", 1.0).runs(&all);
    record.measurement().time.median = (first + second) / 2.0;
    Record { looks: Some(Box::new([figures(first, None), figures(second, None)])), ..record }
}

/// What comes of a record where a change is to be confirmed.
fn found(record: Record, allowances: &[&str]) -> Vec<Finding> {
    let rules = Rules { confirmed: true, ..rules(Gate::Confident, allowances) };
    let mut earlier = entry(&[1_000.0; 8]);
    earlier.figures.extend([(Metric::P99, 1_500.0), (Metric::Allocated, 100.0)]);
    compared(report(vec![record]), &baseline(vec![("a", earlier)]), &rules).records.remove(0).findings
}

#[test]
fn a_regression_that_both_looks_show_fails() {
    let found = &found(looked_at(1_150.0, 1_160.0), &[])[0];
    assert_eq!((found.change, found.fails, found.reason.clone()), (Change::Regressed, true, None));
    assert!((found.by - 0.155).abs() < 1e-9);
}

#[test]
fn what_the_second_look_does_not_show_is_open_and_said() {
    for (first, second) in [(1_300.0, 1_000.0), (1_020.0, 1_260.0), (1_400.0, 900.0), (700.0, 1_001.0)] {
        let found = &found(looked_at(first, second), &[])[0];
        assert_eq!(
            (found.change, found.fails),
            (Change::Inconclusive, false),
            "{first}, {second}: {found:?}"
        );
    }
    let told = found(looked_at(3_000.0, 1_000.0), &[]).remove(0).reason;
    assert!(told.is_some_and(|reason| reason.starts_with("two looks")));
    // Seven of eight runs agree that it is slower, and one look has the one that does not.
    let mut record = looked_at(1_150.0, 1_150.0);
    let looks = record.looks.as_mut().expect("two");
    looks[1] = figures(1_010.0, None);
    let found = &found(record, &[])[0];
    assert!(found.reason.as_ref().is_some_and(|reason| reason.starts_with("two looks")), "{found:?}");
}

#[test]
fn what_has_not_changed_needs_no_second_look() {
    let once = record("a", 1.0).runs(&runs(1_001.0));
    assert_eq!(found(once, &[])[0].change, Change::Unchanged);
    assert_eq!(found(looked_at(1_001.0, 999.0), &[])[0].change, Change::Unchanged);
}

#[test]
fn a_change_that_there_was_no_time_to_confirm_is_open() {
    for median in [1_300.0, 700.0] {
        let found = &found(record("a", 1.0).runs(&runs(median)), &[])[0];
        assert_eq!((found.change, found.fails), (Change::Inconclusive, false));
        assert!(found.reason.as_ref().is_some_and(|reason| reason.contains("no time for a second look")));
    }
}

#[test]
fn where_nobody_confirms_one_look_is_believed() {
    let rules = rules(Gate::Confident, &[]);
    let earlier = baseline(vec![("a", entry(&[1_000.0; 8]))]);
    let report = compared(report(vec![record("a", 1.0).runs(&runs(1_300.0))]), &earlier, &rules);
    assert!(report.records[0].findings[0].fails);
}

#[test]
fn metrics_that_are_compared_by_their_figures_take_two_looks_too() {
    let asked = ["p99:10%"];
    let p99 = |record| found(record, &asked).into_iter().find(|f| f.metric == Metric::P99).expect("asked");
    // The 99th percentile of these records is one and a half times the median.
    assert!(p99(looked_at(1_200.0, 1_200.0)).fails);
    let mut record = looked_at(1_200.0, 1_000.0);
    record.measurement().time.p99 = 1_800.0;
    assert_eq!((p99(record.clone()).change, p99(record).fails), (Change::Inconclusive, false));
}

#[test]
fn memory_is_counted_once_and_needs_no_second_look() {
    let figures = MemoryFigures { allocated: 200, ..MemoryFigures::default() };
    let memory = Memory { per_iteration: figures, ..Memory::default() };
    let record = Record { memory: Some(Ok(memory)), ..record("a", 1.0).runs(&runs(1_000.0)) };
    let found = found(record, &["allocated:10%"]);
    assert!(found.iter().any(|finding| finding.metric == Metric::Allocated && finding.fails), "{found:?}");
}

#[test]
fn ratios_are_held_against_both_looks() {
    let earlier = BaselineEntry {
        ratio_interval: Some((0.99, 1.01)),
        reference: Some(ratio(1.0, 0.01).reference),
        ..entry(&[1_000.0; 8])
    };
    let mut earlier = earlier;
    earlier.figures.insert(Metric::Ratio, 1.0);
    let change = |second: f64| {
        let both = [1.2, second].map(|value| figures(1_000.0, Some(ratio(value, 0.01))));
        let record = record("a", 1.0).compared_by(ratio(1.2, 0.02));
        let record = Record { looks: Some(Box::new(both)), ..record };
        let rules = Rules {
            confirmed: true,
            allowances: vec![Allowance::default_of_median()],
            ..rules(Gate::Confident, &[])
        };
        let report = compared(report(vec![record]), &baseline(vec![("a", earlier.clone())]), &rules);
        let finding = &report.records[0].findings[0];
        (finding.metric, finding.change, finding.fails)
    };
    assert_eq!(change(1.2), (Metric::Ratio, Change::Regressed, true));
    assert_eq!(change(1.0), (Metric::Ratio, Change::Inconclusive, false));
}
