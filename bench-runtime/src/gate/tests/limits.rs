//! Limits, exactly at them and beyond, and what they come to.

use super::testing::{measured, ratio, record, report};
use crate::gate::checked;
use crate::model::{
    Check, Confirmation, Failure, FailureKind, Grade, Level, Limit, Met, Outcome, PercentilesOf, Ratio,
    Record, SpreadFrom, Throughput,
};

fn target(text: &str) -> Limit {
    crate::units::limit(text, Level::Target).expect("a limit")
}

fn critical(text: &str) -> Limit {
    crate::units::limit(text, Level::Critical).expect("a limit")
}

fn check(record: Record, limit: Limit) -> Check {
    let mut report = checked(report(vec![record.limits(&[limit])]));
    report.records.remove(0).checks.remove(0)
}

fn why_unknown(check: &Check) -> &str {
    match &check.met {
        Met::Unknown(reason) => reason,
        met => panic!("{met:?}"),
    }
}

/// A record whose every figure is known: a median of 10 ms, 2,000 items and 1 MiB per iteration.
fn known() -> Record {
    let mut record = record("a", 10e6);
    record.measurement().throughput = Throughput { items: 2_000.0, bytes: 1_048_576.0 };
    record
}

#[test]
fn a_figure_exactly_at_its_limit_keeps_to_it() {
    for (at, beyond) in [
        ("median <= 10ms", "median <= 9.999ms"),
        ("median >= 10ms", "median >= 10.001ms"),
        ("p99 <= 15ms", "p99 <= 14.99ms"),
        ("min >= 9ms", "min >= 9.01ms"),
        ("max <= 20ms", "max <= 19.9ms"),
        ("mean <= 10.1ms", "mean <= 10.09ms"),
        ("stddev <= 0.5ms", "stddev <= 0.49ms"),
        ("stddev <= 5%", "stddev <= 4.9%"),
        ("throughput >= 100 MiB/s", "throughput >= 100.1 MiB/s"),
        ("throughput >= 200K rows/s", "throughput >= 200.1K rows/s"),
        ("throughput >= 100 ops/s", "throughput >= 100.1 ops/s"),
        ("throughput <= 104857600/s", "throughput <= 104857599/s"),
    ] {
        let (held, missed) = (check(known(), target(at)), check(known(), target(beyond)));
        assert_eq!((&held.met, held.by), (&Met::Yes, 0.0), "{at}");
        assert_eq!(missed.met, Met::No, "{beyond}");
        assert!(missed.by > 0.0 && missed.by < 0.03, "{missed:?}");
    }
}

#[test]
fn a_miss_has_its_figure_with_an_interval_and_by_how_much() {
    let missed = check(known(), target("median <= 8ms"));
    assert_eq!((missed.value, missed.met), (10e6, Met::No));
    assert!((missed.by - 0.25).abs() < 1e-12);
    let (low, high) = missed.interval.expect("its runs are known");
    assert!(low < 10e6 && 10e6 < high);
    let share = check(known(), target("stddev <= 4%"));
    assert!((share.value - 0.05).abs() < 1e-12 && (share.by - 0.25).abs() < 1e-12);
    let slow = check(known(), critical("throughput >= 400K rows/s"));
    assert!((slow.value - 200e3).abs() < 1e-6 && (slow.by - 0.5).abs() < 1e-12);
}

#[test]
fn what_has_no_figure_is_unknown_and_says_why() {
    for (limit, reason) in [
        (target("peak <= 1MB"), "`peak` was not measured"),
        (target("throughput >= 5 rows/s"), "it does not tell how many items it processes"),
        (Limit::max_ratio(1.2), "there is no reference to compare it with"),
    ] {
        let check = check(record("a", 1.0), limit);
        assert_eq!(why_unknown(&check), reason);
        assert!(check.value.is_nan() && check.by == 0.0);
    }
    let failed = Outcome::Failed(Failure::new(FailureKind::Panic, "no"));
    assert_eq!(why_unknown(&check(record("a", 1.0).with(failed), target("p99 <= 1s"))), "it failed (panic)");
    let skipped = Outcome::Skipped("no server".to_owned());
    let check = check(record("a", 1.0).with(skipped), target("p99 <= 1s"));
    assert_eq!(why_unknown(&check), "it was skipped: no server");
}

#[test]
fn a_benchmark_that_ran_once_has_no_checks() {
    let passed = record("a", 1.0).with(Outcome::Passed).limits(&[target("p99 <= 1s")]);
    let report = checked(report(vec![passed]));
    assert_eq!((report.records[0].checks.len(), report.verdict), (0, None));
}

#[test]
fn a_largest_ratio_is_missed_beyond_it_and_beyond_doubt() {
    let met =
        |ratio: Ratio, most: f64| check(record("a", 1.0).compared_by(ratio), Limit::max_ratio(most)).met;
    assert_eq!(met(ratio(1.2, 0.3), 1.2), Met::Yes);
    assert_eq!(met(ratio(1.3, 0.1), 1.2), Met::No);
    assert!(matches!(met(ratio(1.3, 0.4), 1.2), Met::Unknown(_)));
    assert_eq!(met(ratio(0.8, 0.05), 0.9), Met::Yes);
    assert_eq!(met(ratio(0.98, 0.01), 0.9), Met::No);
    assert!(matches!(met(ratio(0.92, 0.05), 0.9), Met::Unknown(_)));
    let with = |confirmation| Ratio { confirmation, ..ratio(1.3, 0.1) };
    assert!(matches!(met(with(Confirmation::Contradicted), 1.2), Met::Unknown(_)));
    assert!(matches!(met(with(Confirmation::Lacking), 1.2), Met::Unknown(_)));
    assert_eq!(met(with(Confirmation::NotAsked), 1.2), Met::No);
    let few = |value| Ratio { runs: 2, spread: SpreadFrom::Assumption, ..ratio(value, 0.05) };
    assert!(matches!(met(few(1.08), 1.05), Met::Unknown(_)));
    assert_eq!(met(few(1.3), 1.2), Met::No);
    assert!(matches!(met(Ratio { runs: 1, ..few(1.3) }, 1.2), Met::Unknown(_)));
}

#[test]
fn a_smallest_ratio_is_the_mirror_of_a_largest() {
    let met = |value: f64, half_width: f64| {
        check(record("a", 1.0).compared_by(ratio(value, half_width)), critical("ratio >= 0.5")).met
    };
    assert_eq!(met(0.5, 0.3), Met::Yes);
    assert_eq!(met(0.4, 0.1), Met::No);
    let wide = check(record("a", 1.0).compared_by(ratio(1.8, 0.9)), critical("ratio >= 2"));
    assert!(matches!(wide.met, Met::Unknown(_)));
    assert_eq!(wide.interval, Some((1.8 / 1.9, 1.8 * 1.9)));
}

#[test]
fn a_percentile_of_sub_samples_says_what_it_can_of_single_calls() {
    let met = |limit: &str| {
        let mut record = record("a", 200.0);
        record.measurement().time.percentiles_of = PercentilesOf::SubSamples;
        check(record, critical(limit)).met
    };
    assert_eq!(met("p99 <= 30us"), Met::Yes, "a hundred calls take that long together");
    assert_eq!(met("p99 <= 199ns"), Met::No, "most sub-samples are beyond it");
    assert!(
        matches!(met("p99 <= 250ns"), Met::Unknown(reason) if reason.contains("over 100 calls at a time"))
    );
    assert!(matches!(met("p99 <= 29us"), Met::Unknown(_)));
    assert!(matches!(met("p50 >= 100ns"), Met::Unknown(_)));
    assert_eq!(met("median <= 200ns"), Met::Yes);
    let mut one_call = record("a", 200.0);
    one_call.measurement().time.percentiles_of = PercentilesOf::SubSamples;
    one_call.measurement().calibration.iterations = 1;
    assert_eq!(check(one_call, critical("p99 <= 250ns")).met, Met::No);
}

/// The grade of a suite with benchmarks that pass and that miss these limits.
fn grade(passing: usize, missing: &[(&str, Limit)]) -> (Grade, u32, u32) {
    let passing = (0..passing).map(|at| record(&format!("good{at}"), 1e6).limits(&[target("median <= 1ms")]));
    let missing =
        missing.iter().map(|(tag, limit)| record("bad", 1e6).tag(tag).limits(std::slice::from_ref(limit)));
    let without = record("without limits", 1e6);
    let verdict = checked(report(passing.chain(missing).chain([without]).collect())).verdict;
    let verdict = verdict.expect("there are limits");
    (verdict.grade, verdict.passed, verdict.limited)
}

#[test]
fn a_suite_is_graded_by_its_misses() {
    let miss = ("", target("median <= 0.5ms"));
    let critical_miss = ("", critical("median <= 0.5ms"));
    let slow = |tag| (tag, critical("throughput >= 1001/s"));
    assert_eq!(grade(3, &[]), (Grade::Good, 3, 3));
    assert_eq!(grade(4, std::slice::from_ref(&miss)), (Grade::Acceptable, 4, 5));
    assert_eq!(grade(3, std::slice::from_ref(&miss)), (Grade::NeedsInvestigation, 3, 4));
    assert_eq!(grade(79, &vec![miss.clone(); 21]).0, Grade::NeedsInvestigation);
    assert_eq!(grade(80, &vec![miss; 20]).0, Grade::Acceptable);
    assert_eq!(grade(99, &[critical_miss]).0, Grade::NeedsInvestigation);
    assert_eq!(grade(99, &[slow("")]).0, Grade::NeedsInvestigation);
    assert_eq!(grade(99, &[slow("sustained")]).0, Grade::Blocking);
    assert_eq!(grade(99, &[("sustained", critical("median <= 0.5ms"))]).0, Grade::NeedsInvestigation);
    assert_eq!(grade(99, &[("sustained", target("throughput >= 1001/s"))]).0, Grade::Acceptable);
}

#[test]
fn failures_count_as_misses_and_skips_not_at_all() {
    let verdict = |outcome: Outcome, limit: Limit| {
        let other = record("b", 1.0).with(outcome).limits(&[limit]);
        let good = (0..9).map(|_| record("a", 1.0).limits(&[target("median <= 1s")]));
        let verdict = checked(report(good.chain([other]).collect())).verdict.expect("there are limits");
        (verdict.grade, verdict.passed, verdict.limited)
    };
    let failed = || Outcome::Failed(Failure::new(FailureKind::Abort, "gone"));
    assert_eq!(verdict(failed(), target("median <= 1s")), (Grade::Acceptable, 9, 10));
    assert_eq!(verdict(failed(), critical("median <= 1s")), (Grade::NeedsInvestigation, 9, 10));
    let skipped = Outcome::Skipped("no server".to_owned());
    assert_eq!(verdict(skipped, critical("median <= 1s")), (Grade::Good, 9, 9));
    assert_eq!(verdict(measured(&[1.0; 4]), critical("peak <= 1MB")), (Grade::Acceptable, 9, 10));
}

#[test]
fn a_suite_without_limits_has_no_verdict() {
    assert_eq!(checked(report(vec![record("a", 1.0)])).verdict, None);
}
