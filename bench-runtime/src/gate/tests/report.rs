//! What a comparison says of a report as a whole.

use std::collections::BTreeSet;
use std::time::Duration;

use super::testing::{baseline, days_ago, entry, host, record, report, rules};
use crate::gate::{Rules, compared, since};
use crate::model::{
    Baseline, BaselineEntry, Change, Failure, FailureKind, Gate, Outcome, Report, Warning, WarningKind,
};

fn of_kind(report: &Report, kind: WarningKind) -> Vec<&str> {
    let messages = report.warnings.iter().filter(|Warning { kind: it, .. }| *it == kind);
    messages.map(|warning| warning.message.as_str()).collect()
}

fn fresh() -> BaselineEntry {
    entry(&[100.0; 6])
}

#[test]
fn one_that_got_worse_fails_however_well_the_others_do() {
    for gate in [Gate::Plain, Gate::Confident] {
        let names: Vec<String> = (0..10).map(|at| format!("b{at}")).collect();
        let earlier = baseline(names.iter().map(|name| (name.as_str(), fresh())).collect());
        let time = |at: usize| if at == 7 { 115.0 } else { 50.0 };
        let records = names.iter().enumerate().map(|(at, name)| record(name, time(at))).collect();
        let report = compared(report(records), &earlier, &rules(gate, &[]));
        let failing: Vec<&str> = report
            .records
            .iter()
            .filter(|record| record.findings.iter().any(|finding| finding.fails))
            .map(|record| record.name.as_str())
            .collect();
        assert_eq!(failing, ["b7"]);
    }
}

#[test]
fn what_was_not_there_before_is_new_and_what_is_not_there_any_more_has_vanished() {
    let mut earlier = baseline(vec![("kept", fresh()), ("gone", fresh()), ("also[rows=1]", fresh())]);
    earlier.entries.insert("pkg::suite_of_another::kept".to_owned(), fresh());
    earlier.entries.insert("test_cold_start::test_to_healthz".to_owned(), fresh());
    let of =
        |rules: &Rules| compared(report(vec![record("kept", 100.0), record("added", 1.0)]), &earlier, rules);
    let whole = of(&rules(Gate::Plain, &[]));
    assert_eq!(whole.vanished, ["pkg::suite::also[rows=1]", "pkg::suite::gone"]);
    let added = &whole.records[1].findings[0];
    assert_eq!((added.change, added.now, added.fails), (Change::New, 1.0, false));
    assert!(added.before.is_nan() && added.by.is_nan());
    let filtered = of(&Rules { is_whole: false, ..rules(Gate::Plain, &[]) });
    assert_eq!(filtered.vanished, [""; 0]);
    let elsewhere = of(&Rules { suites: BTreeSet::new(), ..rules(Gate::Plain, &[]) });
    assert_eq!(elsewhere.vanished, [""; 0]);
}

#[test]
fn what_failed_or_was_skipped_is_not_comparable_and_has_not_vanished() {
    let earlier = baseline(vec![("failed", fresh()), ("skipped", fresh()), ("passed", fresh())]);
    let records = vec![
        record("failed", 1.0).with(Outcome::Failed(Failure::new(FailureKind::Timeout, "hangs"))),
        record("skipped", 1.0).with(Outcome::Skipped("no server".to_owned())),
        record("passed", 1.0).with(Outcome::Passed),
        record("new and skipped", 1.0).with(Outcome::Skipped("no server".to_owned())),
    ];
    let report = compared(report(records), &earlier, &rules(Gate::Confident, &[]));
    let told = |at: usize| {
        let finding = &report.records[at].findings[0];
        (finding.change, finding.before, finding.reason.as_deref())
    };
    assert_eq!(told(0), (Change::NotComparable, 100.0, Some("it failed (timeout)")));
    assert_eq!(told(1), (Change::NotComparable, 100.0, Some("it was skipped: no server")));
    assert_eq!(report.records[2].findings, []);
    assert_eq!((told(3).0, told(3).2), (Change::New, Some("it was skipped: no server")));
    assert_eq!(report.vanished, [""; 0]);
}

#[test]
fn a_report_says_what_it_was_compared_with() {
    let of = |allowances: &[&str]| {
        let report = compared(report(Vec::new()), &baseline(Vec::new()), &rules(Gate::Plain, allowances));
        report.compared_with.expect("it was compared")
    };
    let by_default = of(&[]);
    assert_eq!(by_default.origin, "baselines/linux-x86_64.json");
    assert_eq!((by_default.arch.as_str(), by_default.recorded_at), ("linux-x86_64", days_ago(1)));
    assert_eq!((by_default.allowances, by_default.gate), (vec!["median:10%".to_owned()], Gate::Plain));
    assert_eq!(of(&["p99:2ms", "median:5%"]).allowances, ["p99:2ms", "median:5%"]);
}

#[test]
fn old_results_are_called_stale_by_the_age_of_what_was_compared() {
    let stale = |ages: [Option<u64>; 3], whole: Option<u64>| {
        let entry = |days: Option<u64>| BaselineEntry { recorded_at: days.and_then(days_ago), ..fresh() };
        let mut earlier =
            baseline(vec![("a", entry(ages[0])), ("b", entry(ages[1])), ("gone", entry(ages[2]))]);
        earlier.recorded_at = whole.and_then(days_ago);
        let report = compared(
            report(vec![record("a", 100.0), record("b", 100.0)]),
            &earlier,
            &rules(Gate::Plain, &[]),
        );
        of_kind(&report, WarningKind::StaleBaseline).first().map(|text| (*text).to_owned())
    };
    assert_eq!(stale([Some(90), Some(1), Some(400)], Some(1)), None);
    assert_eq!(
        stale([Some(91), Some(1), None], Some(1)).as_deref(),
        Some(
            "1 of 2 earlier results are over 90 days old, the oldest 91 days: a machine changes; record them anew"
        )
    );
    assert!(stale([None, None, None], Some(200)).is_some_and(|text| text.starts_with("2 of 2 ")));
    assert_eq!(stale([None; 3], None), None);
}

#[test]
fn results_from_the_future_are_not_old() {
    let mut earlier = baseline(vec![("a", fresh())]);
    earlier.recorded_at = Some(super::testing::now() + Duration::from_secs(1_000_000_000));
    let report = compared(report(vec![record("a", 100.0)]), &earlier, &rules(Gate::Plain, &[]));
    assert_eq!(report.warnings, []);
}

#[test]
fn improvements_beyond_what_may_be_lost_are_to_be_recorded() {
    for gate in [Gate::Plain, Gate::Confident] {
        let names = ["a", "b", "c", "d", "e"];
        let earlier = baseline(names.map(|name| (name, fresh())).to_vec());
        let of = |times: [f64; 5]| {
            let records = names.iter().zip(times).map(|(name, time)| record(name, time)).collect();
            let report = compared(report(records), &earlier, &rules(gate, &[]));
            of_kind(&report, WarningKind::UnrecordedImprovement).first().map(|text| (*text).to_owned())
        };
        assert_eq!(of([90.0, 91.0, 100.0, 109.0, 200.0]), None);
        assert_eq!(
            of([100.0, 80.0, 100.0, 100.0, 100.0]).as_deref(),
            Some(
                "better than the earlier results by more than may be lost: 1 (pkg::suite::b); record that, or losing it \
                 again goes unnoticed"
            )
        );
        let many = of([50.0; 5]).expect("all are");
        assert!(many.contains(": 5 (pkg::suite::a, pkg::suite::b, pkg::suite::c, …);"), "{many}");
    }
}

#[test]
fn another_machine_is_told_and_an_unknown_one_is_not() {
    let told = |gate, change: &dyn Fn(&mut Baseline)| {
        let mut earlier = baseline(vec![("a", fresh())]);
        change(&mut earlier);
        let report = compared(report(vec![record("a", 100.0)]), &earlier, &rules(gate, &[]));
        let change = report.records[0].findings[0].change;
        (change, of_kind(&report, WarningKind::OtherMachine).first().map(|text| (*text).to_owned()))
    };
    let confident = |change| told(Gate::Confident, change);
    assert_eq!(confident(&|_| ()), (Change::Unchanged, None));
    assert_eq!(confident(&|earlier| earlier.host = host("")), (Change::Unchanged, None));
    let (change, text) = confident(&|earlier| earlier.host = host("another"));
    assert_eq!(change, Change::NotComparable);
    assert!(
        text.is_some_and(
            |text| text.ends_with("times are not compared, only ratios to a reference and counts")
        )
    );
    let (change, text) = confident(&|earlier| earlier.arch = "darwin-arm64".to_owned());
    assert_eq!(change, Change::NotComparable);
    assert!(
        text.is_some_and(|text| text.starts_with("the earlier results are from darwin-arm64, and this is"))
    );
    let (change, text) = told(Gate::Plain, &|earlier| earlier.arch = "darwin-arm64".to_owned());
    assert_eq!(change, Change::Unchanged);
    assert!(text.is_some_and(|text| text.ends_with("a difference in time may be the machine's")));
}

#[test]
fn each_suite_of_a_merged_report_has_its_own_machine() {
    let mut merged = report(vec![record("a", 100.0), record("a", 100.0)]);
    merged.records[1].id.module = "other::module".to_owned();
    let mut other = merged.run.clone();
    other.suite = "pkg::other".to_owned();
    other.environment.host = host("another");
    merged.merged.push(other);
    let mut earlier = baseline(vec![("a", fresh())]);
    earlier.entries.insert("pkg::other::module::a".to_owned(), fresh());
    let report = compared(merged, &earlier, &rules(Gate::Confident, &[]));
    let words: Vec<Change> = report.records.iter().map(|record| record.findings[0].change).collect();
    assert_eq!(words, [Change::Unchanged, Change::NotComparable]);
}

#[test]
fn an_entry_may_be_of_another_machine_than_the_rest_of_its_file() {
    let of_another = BaselineEntry { host: Some(Box::new(host("another"))), ..fresh() };
    let earlier = baseline(vec![("a", fresh()), ("b", of_another)]);
    let records = vec![record("a", 100.0), record("b", 100.0)];
    let report = compared(report(records), &earlier, &rules(Gate::Confident, &[]));
    let words: Vec<Change> = report.records.iter().map(|record| record.findings[0].change).collect();
    assert_eq!(words, [Change::Unchanged, Change::NotComparable]);
    assert_eq!(of_kind(&report, WarningKind::OtherMachine).len(), 1);
}

#[test]
fn the_change_since_the_last_results_has_no_consequences() {
    let last = baseline(vec![("a", fresh()), ("zero", entry(&[0.0]))]);
    let records = vec![record("a", 112.0), record("zero", 1.0), record("new", 1.0)];
    let report = since(report(records), &last);
    let changes: Vec<Option<f64>> = report.records.iter().map(|record| record.since_last).collect();
    assert!((changes[0].expect("it was there") - 0.12).abs() < 1e-12);
    assert_eq!(changes[1..], [None, None]);
    assert!(report.records.iter().all(|record| record.findings.is_empty()) && report.warnings.is_empty());
}

#[test]
fn the_same_figures_give_the_same_report() {
    let names: Vec<String> = (0..50).map(|at| format!("b{at}")).collect();
    let earlier =
        baseline(names.iter().map(|name| (name.as_str(), entry(&[100.0, 103.0, 98.0, 101.0]))).collect());
    let compare = || {
        let records = names.iter().enumerate().map(|(at, name)| record(name, 80.0 + at as f64)).collect();
        format!(
            "{:?}",
            compared(report(records), &earlier, &rules(Gate::Confident, &["median:5%", "p99:2ms"]))
        )
    };
    assert_eq!(compare(), compare());
}
