//! The rule by which a change must be beyond doubt.

use super::testing::{baseline, entry, host, measured, ratio, record, report, rules};
use super::{compared, finding, findings};
use crate::model::{
    BaselineEntry, Change, Comparison, Finding, Gate, Memory, MemoryFigures, Metric, Outcome, Ratio, Record,
    SpreadFrom, Throughput,
};

const CONFIDENT: Gate = Gate::Confident;

/// Runs around `median` that spread by about `spread`; the first is the median itself.
fn around<const N: usize>(median: f64, spread: f64) -> [f64; N] {
    std::array::from_fn(|at| median * (1.0 + spread * [0.0, 1.2, -1.2, 0.6, -0.6, 0.3, -0.3, 0.9][at % 8]))
}

fn judged(before: &[f64], now: &[f64]) -> Finding {
    finding(CONFIDENT, &[], record("a", 1.0).runs(now), entry(before))
}

#[test]
fn the_words_follow_the_interval() {
    let before: [f64; 6] = around(100.0, 0.004);
    for (percent, spread, change, fails) in [
        (100.0, 0.004, Change::Unchanged, false),
        (101.5, 0.004, Change::Unchanged, false),
        (105.0, 0.004, Change::Regressed, false),
        (110.0, 0.004, Change::Regressed, false),
        (110.1, 0.004, Change::Regressed, true),
        (130.0, 0.004, Change::Regressed, true),
        (85.0, 0.004, Change::Improved, false),
        (115.0, 0.2, Change::Inconclusive, false),
        (100.0, 0.2, Change::Inconclusive, false),
    ] {
        let found = judged(&before, &around::<4>(percent, spread));
        assert_eq!((found.change, found.fails), (change, fails), "{percent} ± {spread}: {found:?}");
        assert_eq!(found.reason, None);
        let (low, high) = found.interval.expect("there is one");
        assert!(low < found.by && found.by < high, "{found:?}");
    }
}

#[test]
fn a_change_within_what_is_allowed_is_unchanged_where_it_cannot_be_told_from_none() {
    let before: [f64; 6] = around(100.0, 0.01);
    let now: [f64; 4] = around(101.0, 0.01);
    assert_eq!(judged(&before, &now).change, Change::Unchanged);
    let strict = finding(CONFIDENT, &["median:2.5%"], record("a", 1.0).runs(&now), entry(&before));
    assert_eq!(strict.change, Change::Inconclusive);
}

#[test]
fn the_smallest_visible_change_grows_with_the_noise() {
    let resolution = |spread| {
        let found = judged(&around::<6>(100.0, spread), &around::<6>(100.0, spread));
        found.resolution.expect("it is known")
    };
    assert!((0.0199..0.0201).contains(&resolution(0.0)), "{}", resolution(0.0));
    assert!(resolution(0.02) < resolution(0.05) && resolution(0.05) < resolution(0.2));
}

#[test]
fn scale_and_the_order_of_runs_do_not_matter() {
    let (before, now): ([f64; 6], [f64; 4]) = (around(100.0, 0.01), around(107.0, 0.02));
    let one = judged(&before, &now);
    for scale in [1e-3, 1e9] {
        let other = judged(&before.map(|ns| ns * scale), &now.map(|ns| ns * scale));
        assert_eq!((one.change, one.fails), (other.change, other.fails));
        assert!((one.by - other.by).abs() < 1e-12);
        let (ends, others) = (one.interval.expect("known"), other.interval.expect("known"));
        assert!((ends.0 - others.0).abs() < 1e-12 && (ends.1 - others.1).abs() < 1e-12);
    }
    let mut backward = entry(&before);
    backward.runs.reverse();
    let other = finding(CONFIDENT, &[], record("a", 1.0).runs(&now), backward);
    assert!((one.resolution.expect("known") - other.resolution.expect("known")).abs() < 1e-12);
}

#[test]
fn a_file_with_the_fields_of_the_adr_only_is_judged_by_stddev_and_rounds_and_says_so() {
    let adr = |stddev: f64, rounds: u32| BaselineEntry {
        figures: [(Metric::Median, 100.0), (Metric::Stddev, stddev)].into_iter().collect(),
        rounds,
        ..BaselineEntry::default()
    };
    let judged = |now: f64, entry| finding(CONFIDENT, &[], record("a", now), entry);
    for (now, change, fails) in [
        (100.0, Change::Unchanged, false),
        (108.0, Change::Inconclusive, false),
        (115.0, Change::Regressed, true),
        (80.0, Change::Improved, false),
    ] {
        let found = judged(now, adr(3.0, 20));
        assert_eq!((found.change, found.fails), (change, fails), "{now}: {found:?}");
        assert_eq!(
            found.reason.as_deref(),
            Some(
                "nothing is known of how runs of the earlier results differ: a change below 10 % is not told"
            )
        );
    }
    assert_eq!(judged(115.0, adr(30.0, 5)).change, Change::Inconclusive);
    assert_eq!(judged(115.0, adr(30.0, 5_000)).change, Change::Regressed);
}

#[test]
fn two_runs_are_enough_for_a_large_change_only() {
    let before: [f64; 6] = around(100.0, 0.004);
    for (now, change) in
        [(100.0, Change::Unchanged), (107.0, Change::Inconclusive), (120.0, Change::Regressed)]
    {
        let found = judged(&before, &[now, 1.002 * now]);
        assert_eq!(found.change, change, "{now}: {found:?}");
        assert!(found.reason.expect("it says so").starts_with("these results rest on 2 runs, "));
    }
}

#[test]
fn a_throughput_is_judged_by_the_runs_and_gets_worse_as_it_falls() {
    let with_rate = |runs: &[f64]| {
        let mut record = record("a", 1.0).runs(runs);
        record.measurement().throughput = Throughput { items: 0.0, bytes: 1_000.0 };
        record
    };
    let mut before = entry(&around::<6>(100.0, 0.004));
    before.figures.insert(Metric::Throughput, 1e10);
    let of = |now: f64| {
        findings(CONFIDENT, &["throughput:5%"], with_rate(&around::<4>(now, 0.004)), before.clone()).remove(0)
    };
    for (now, change, fails) in [
        (100.0, Change::Unchanged, false),
        (104.0, Change::Regressed, false),
        (106.0, Change::Regressed, true),
        (90.0, Change::Improved, false),
    ] {
        let found = of(now);
        assert_eq!(
            (found.metric, found.change, found.fails),
            (Metric::Throughput, change, fails),
            "{found:?}"
        );
        assert!(found.interval.is_some_and(|(low, high)| low < found.by && found.by < high));
    }
}

#[test]
fn metrics_without_runs_are_compared_literally_and_say_so() {
    let mut before = entry(&[100.0; 6]);
    before.figures.insert(Metric::P99, 150.0);
    let of = |now: f64| findings(CONFIDENT, &["p99:10%"], record("a", now), before.clone()).remove(0);
    assert!(!of(110.0).fails && of(110.1).fails);
    let reason = of(100.0).reason.expect("it says so");
    assert_eq!(
        reason,
        "the figures alone are compared: how this metric differs from run to run is not known"
    );
}

/// What it allocates, with figures that are the same in five iterations, or not.
fn allocating(allocations: u64, is_exact: bool) -> Memory {
    let figures = MemoryFigures { allocations, ..MemoryFigures::default() };
    let highest = MemoryFigures { allocations: allocations + u64::from(!is_exact), ..figures };
    Memory { per_iteration: figures, lowest: figures, highest, iterations: 5, ..Memory::default() }
}

#[test]
fn allocations_are_compared_by_the_letter_also_where_time_is_not_measured() {
    let mut before = entry(&[100.0; 6]);
    before.figures.insert(Metric::Allocations, 7.0);
    let of = |allowances: &[&str], outcome: Outcome, memory: Memory| {
        let record = Record { memory: Some(Ok(memory)), ..record("a", 100.0).with(outcome) };
        findings(CONFIDENT, allowances, record, before.clone())
    };
    let allowed = ["allocations:0"];
    let more = of(&allowed, Outcome::Passed, allocating(8, true));
    assert_eq!(more.len(), 1);
    assert!(more[0].fails && more[0].reason.is_none(), "{more:?}");
    let same = of(&allowed, measured(&[100.0; 4]), allocating(7, false));
    let told: Vec<_> = same.iter().map(|it| (it.metric, it.change)).collect();
    assert_eq!(told, [(Metric::Allocations, Change::Unchanged), (Metric::Median, Change::Unchanged)]);
    assert_eq!(
        same[0].reason.as_deref(),
        Some("the figures alone are compared, though not every iteration allocates alike")
    );
    let of_time = of(&[], Outcome::Passed, allocating(7, true));
    assert_eq!(of_time[0].change, Change::NotComparable);
    assert_eq!(of_time[0].reason.as_deref(), Some("`median` was not measured"));
}

/// An entry with a ratio that is known to 1 %, of runs at `median`.
fn entry_with_ratio(median: f64, value: f64) -> BaselineEntry {
    let mut entry = entry(&[median; 6]);
    entry.figures.insert(Metric::Ratio, value);
    entry.ratio_interval = Some((value / 1.01, value * 1.01));
    entry.reference = Some("pkg::suite::reference".to_owned());
    entry
}

fn arm(median: f64, ratio: Ratio) -> Record {
    record("arm", median).compared_by(ratio)
}

#[test]
fn a_slower_machine_does_not_move_an_arm_with_a_reference() {
    let found = finding(CONFIDENT, &[], arm(200.0, ratio(1.2, 0.01)), entry_with_ratio(100.0, 1.2));
    assert_eq!((found.metric, found.change, found.fails), (Metric::Ratio, Change::Unchanged, false));
    assert_eq!((found.before, found.now), (1.2, 1.2));
    let found = finding(CONFIDENT, &[], arm(50.0, ratio(1.4, 0.01)), entry_with_ratio(100.0, 1.2));
    assert!(found.fails && found.change == Change::Regressed, "{found:?}");
    let plain = finding(Gate::Plain, &[], arm(200.0, ratio(1.2, 0.01)), entry_with_ratio(100.0, 1.2));
    assert!(plain.fails && plain.metric == Metric::Median);
}

#[test]
fn a_ratio_fails_beyond_ten_per_cent_and_beyond_doubt() {
    for (now, half_width, change, fails) in [
        (1.1, 0.01, Change::Regressed, false),
        (1.101, 0.01, Change::Regressed, true),
        (1.2, 0.3, Change::Inconclusive, false),
        (1.01, 0.02, Change::Unchanged, false),
        (0.8, 0.01, Change::Improved, false),
    ] {
        let found = finding(CONFIDENT, &[], arm(1.0, ratio(now, half_width)), entry_with_ratio(1.0, 1.0));
        assert_eq!((found.change, found.fails), (change, fails), "{now} ± {half_width}: {found:?}");
    }
}

#[test]
fn a_ratio_of_few_runs_tells_large_changes_only() {
    let few = |value| Ratio { runs: 2, spread: SpreadFrom::Assumption, ..ratio(value, 0.04) };
    let of = |value| finding(CONFIDENT, &[], arm(1.0, few(value)), entry_with_ratio(1.0, 1.0));
    assert_eq!(of(1.08).change, Change::Inconclusive);
    assert_eq!(of(1.15).change, Change::Regressed);
    let one = Ratio { runs: 1, ..few(1.5) };
    let found = finding(CONFIDENT, &[], arm(1.0, one), entry_with_ratio(1.0, 1.0));
    assert_eq!(found.change, Change::Inconclusive);
}

#[test]
fn an_arm_whose_reference_is_another_or_missing_is_judged_by_its_median() {
    let other = Ratio { reference: "pkg::suite::other".to_owned(), ..ratio(1.5, 0.01) };
    let failed = Record {
        comparison: Some(Comparison::NotComparable("it failed".to_owned())),
        ..record("arm", 100.0)
    };
    for gate in [CONFIDENT, Gate::Plain] {
        let by_ratio =
            findings(gate, &["ratio:10%"], arm(100.0, other.clone()), entry_with_ratio(100.0, 1.2));
        assert_eq!(by_ratio[0].change, Change::NotComparable);
        assert_eq!(by_ratio[0].reason.as_deref(), Some("it was a ratio to another reference"));
    }
    for record in [arm(100.0, other), failed] {
        let found = finding(CONFIDENT, &[], record, entry_with_ratio(100.0, 1.2));
        assert_eq!((found.metric, found.change), (Metric::Median, Change::Unchanged));
    }
}

#[test]
fn an_amount_of_time_is_judged_by_times_in_a_group_too() {
    let found = finding(CONFIDENT, &["median:1us"], arm(10e3, ratio(1.2, 0.01)), entry_with_ratio(8e3, 1.2));
    assert!(found.metric == Metric::Median && found.fails, "{found:?}");
}

#[test]
fn on_another_machine_only_ratios_are_gated() {
    let mut earlier = baseline(vec![
        ("reference", entry(&[100.0; 6])),
        ("arm", entry_with_ratio(120.0, 1.2)),
        ("worse", entry_with_ratio(120.0, 1.2)),
        ("alone", entry(&[100.0; 6])),
    ]);
    earlier.host = host("another CPU");
    let worse = record("worse", 900.0).compared_by(ratio(1.5, 0.01));
    let records = vec![
        Record { is_reference: true, ..record("reference", 500.0) },
        arm(600.0, ratio(1.2, 0.01)),
        worse,
        record("alone", 500.0),
    ];
    let report = compared(report(records), &earlier, &rules(CONFIDENT, &[]));
    let words: Vec<_> =
        report.records.iter().map(|it| (it.findings[0].change, it.findings[0].fails)).collect();
    assert_eq!(
        words,
        [
            (Change::NotComparable, false),
            (Change::Unchanged, false),
            (Change::Regressed, true),
            (Change::NotComparable, false),
        ]
    );
    assert_eq!(
        report.records[3].findings[0].reason.as_deref(),
        Some("the earlier results are from another CPU (another CPU, and this is a CPU)")
    );
}

#[test]
fn equal_code_hardly_ever_fails_and_is_decided_where_runs_agree() {
    for (spread, alarms, most_undecided) in [(0.003, 0, 0), (0.01, 0, 100), (0.03, 0, 2_000), (0.1, 5, 2_000)]
    {
        let mut lcg = 12_345_u64;
        let mut uniform = || {
            lcg = lcg.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (lcg >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut side = |count: usize| -> Vec<f64> {
            // The sum of twelve has a standard deviation of 1.
            let mut noise = || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
            let mut runs: Vec<f64> = (0..count).map(|_| 100.0 * (1.0 + spread * noise())).collect();
            runs.sort_by(f64::total_cmp);
            runs.swap(0, count / 2);
            runs
        };
        let found: Vec<Finding> = (0..2_000).map(|_| judged(&side(6), &side(4))).collect();
        let undecided = found.iter().filter(|finding| finding.change == Change::Inconclusive).count();
        assert!(found.iter().filter(|finding| finding.fails).count() <= alarms, "spread {spread}");
        assert!(undecided <= most_undecided, "{undecided} of 2,000 undecided at a spread of {spread}");
    }
}

#[test]
fn fifteen_per_cent_more_fails_nearly_always() {
    for spread in [0.003, 0.01] {
        let missed = (0..200).filter(|at| {
            let shift = |other: usize| (1.0 + spread * (((at + other) % 9) as f64 - 4.0) / 2.5) * 100.0;
            let side =
                |count: usize, times: f64| (0..count).map(|it| times * shift(it * 5)).collect::<Vec<f64>>();
            !judged(&side(6, 1.0), &side(4, 1.15)).fails
        });
        assert!(missed.count() <= 10, "spread {spread}");
    }
}
