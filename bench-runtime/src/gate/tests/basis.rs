//! Servers and plans that are others than before.

use super::testing::{baseline, entry, measured, ratio, record, report, rules};
use super::{compared, finding, findings};
use crate::gate::{Beside, paired, since};
use crate::model::{
    BaselineEntry, Basis, ByName, Change, Gate, Metric, Outcome, QueryPlan, Record, Report, Verdict,
    WarningKind,
};

/// A benchmark ran on a server of this version, which went about its query like this.
fn on(version: &str, plan: &str) -> Basis {
    let plan = QueryPlan { hash: plan.to_owned(), text: plan.to_owned() };
    Basis {
        facts: [("pg.version".to_owned(), version.to_owned())].into_iter().collect(),
        plans: [("by_id".to_owned(), plan)].into_iter().collect(),
    }
}

fn before(median: f64) -> BaselineEntry {
    BaselineEntry { basis: on("16.4", "Index Scan"), ..entry(&[median; 6]) }
}

fn now(median: f64, basis: Basis) -> Record {
    Record { basis, ..record("a", median) }
}

const BY_ID: &str = "the plan of `by_id` was `Index Scan`, and is `Seq Scan`";

#[test]
fn times_on_another_server_are_not_compared_and_the_report_says_why() {
    let earlier = baseline(vec![("a", before(100.0))]);
    let moved = now(200.0, on("17.2", "Index Scan"));
    let all = compared(report(vec![moved]), &earlier, &rules(Gate::Confident, &["median:10%", "p99:10%"]));
    let words: Vec<Change> = all.records[0].findings.iter().map(|finding| finding.change).collect();
    assert_eq!(words, [Change::NotComparable; 2]);
    let how = "the earlier results are from another server: `pg.version` was `16.4`, and is `17.2`";
    assert_eq!(all.records[0].findings[0].reason.as_deref(), Some(how));
    assert_eq!(all.warnings.len(), 1);
    assert_eq!(all.warnings[0].kind, WarningKind::OtherMachine);
    assert!(all.warnings[0].message.starts_with(how), "{}", all.warnings[0].message);
    let plain = finding(Gate::Plain, &[], now(200.0, on("17.2", "Index Scan")), before(100.0));
    assert_eq!((plain.change, plain.fails), (Change::Regressed, true));
}

#[test]
fn ratios_on_another_server_are_not_compared_either() {
    let mut earlier = before(100.0);
    earlier.figures.insert(Metric::Ratio, 1.0);
    earlier.ratio_interval = Some((0.99, 1.01));
    earlier.reference = Some("pkg::suite::reference".to_owned());
    let judged = |version: &str| {
        let record = now(100.0, on(version, "Index Scan")).compared_by(ratio(1.5, 0.01));
        finding(Gate::Confident, &[], record, earlier.clone())
    };
    assert_eq!((judged("16.4").metric, judged("16.4").change), (Metric::Ratio, Change::Regressed));
    assert_eq!((judged("17.2").metric, judged("17.2").change), (Metric::Ratio, Change::NotComparable));
}

#[test]
fn what_is_slower_by_another_plan_says_that_the_plan_changed_and_fails_all_the_same() {
    for (median, change, fails) in [
        (200.0, Change::PlanChanged, true),
        (105.0, Change::PlanChanged, false),
        (50.0, Change::PlanChanged, false),
        (100.0, Change::Unchanged, false),
    ] {
        let found = finding(Gate::Confident, &[], now(median, on("16.4", "Seq Scan")), before(100.0));
        assert_eq!(
            (found.change, found.fails, found.reason.as_deref()),
            (change, fails, Some(BY_ID)),
            "{median}"
        );
    }
    let same = finding(Gate::Confident, &[], now(200.0, on("16.4", "Index Scan")), before(100.0));
    assert_eq!((same.change, same.reason), (Change::Regressed, None));
}

#[test]
fn what_is_not_timed_has_nothing_to_do_with_plans() {
    let mut earlier = before(100.0);
    earlier.figures.insert(Metric::Allocations, 3.0);
    let found = findings(
        Gate::Confident,
        &["median:10%", "allocations:1%"],
        now(200.0, on("16.4", "Seq Scan")),
        earlier,
    );
    let reasons: Vec<_> = found.iter().map(|finding| (finding.metric, finding.reason.as_deref())).collect();
    assert_eq!(reasons[0], (Metric::Median, Some(BY_ID)));
    assert!(reasons[1].1.is_none_or(|reason| !reason.contains("plan")), "{reasons:?}");
}

#[test]
fn what_nothing_is_known_of_is_compared() {
    for (earlier, of_now) in
        [(Basis::default(), on("17.2", "Seq Scan")), (on("16.4", "Index Scan"), Basis::default())]
    {
        let earlier = BaselineEntry { basis: earlier, ..before(100.0) };
        let found = finding(Gate::Confident, &[], now(200.0, of_now), earlier);
        assert_eq!((found.change, found.reason), (Change::Regressed, None));
    }
}

#[test]
fn the_change_since_the_last_results_has_a_warning() {
    let last = baseline(vec![("a", before(100.0))]);
    let warned = |record: Record| -> Report { since(report(vec![record]), &last) };
    let told = warned(now(200.0, on("16.4", "Seq Scan")));
    assert_eq!(told.records[0].since_last, Some(1.0));
    assert_eq!(
        told.records[0].warnings[0].message,
        format!("it ran on something else than the last time: {BY_ID}")
    );
    assert_eq!(warned(now(200.0, on("16.4", "Index Scan"))).records[0].warnings, []);
    let skipped = now(200.0, on("17.2", "Seq Scan")).with(Outcome::Skipped("no server".to_owned()));
    assert_eq!(warned(skipped).records[0].warnings, []);
}

#[test]
fn another_revision_in_turns_with_this_one_has_other_plans_too() {
    let there = Record { basis: on("16.4", "Index Scan"), ..record("a", 100.0) };
    let slower = crate::model::Ratio { verdict: Verdict::Slower, ..ratio(2.0, 0.01) };
    let beside = Beside {
        origin: "git:main".to_owned(),
        ratios: [("pkg::suite::a".to_owned(), Ok(slower))].into_iter().collect::<ByName<_>>(),
        names: ["pkg::suite::a".to_owned()].into_iter().collect(),
        records: vec![there],
        vanished: Vec::new(),
    };
    let here = Record { basis: on("16.4", "Seq Scan"), ..record("a", 1.0).with(measured(&[200.0; 4])) };
    let found = paired(report(vec![here]), beside, &[], Gate::Confident).records.remove(0).findings.remove(0);
    assert_eq!(
        (found.change, found.fails, found.reason.as_deref()),
        (Change::PlanChanged, true, Some(BY_ID))
    );
}
