//! Verdicts over runs made by hand.

use std::time::{Duration, SystemTime};

use super::ratio::changes;
use super::{Setting, changed, complete, is_settled, joined, of_sides, records};
use crate::model::{
    ArmEnding, ArmInfo, ArmRun, ArmSamples, Calibration, Comparison, Confirmation, DropPolicy, Failure,
    FailureKind, Look, Outcome, Placement, Precision, Ratio, Record, Regime, Run, Shape, SpreadFrom, Turn,
    Verdict, WarningKind,
};
use crate::plan::GroupCase;
use crate::schedule::fake::{World, arm, beside, case};
use crate::schedule::{Again, Schedule};

pub(super) const SETTING: Setting = Setting {
    recorded_at: SystemTime::UNIX_EPOCH,
    clock_resolution: Duration::from_nanos(20),
    group_has_reference: true,
    confirms: true,
};

/// How much more time an arm may take than in another revision.
const ALLOWED: f64 = 0.1;

/// A case of the arm `b` and its reference `a`.
fn pair() -> GroupCase {
    let mut reference = arm("a");
    reference.is_reference = true;
    case([reference, arm("b")])
}

/// An arm whose turns have these figures, run by run. Each turn is four equal sub-samples.
pub(super) fn measured(runs: &[(Look, Vec<f64>)]) -> ArmRun {
    let turn = |ns: &f64| Turn { samples: vec![*ns; 4], ..Turn::default() };
    let run = |(index, (look, turns)): (usize, &(Look, Vec<f64>))| Run {
        retry: 0,
        index: index as u32,
        look: *look,
        core: Some(0),
        turns: turns.iter().map(turn).collect(),
    };
    let calibration =
        Calibration { regime: Regime::Short, iterations: 50, iteration_ns: 2_000.0, first_call_ns: 2_000.0 };
    ArmRun::ended(ArmEnding::Measured(ArmSamples {
        info: ArmInfo { shape: Shape::Serial, drop: DropPolicy::Untimed, has_answer: false },
        calibration,
        placement: Placement::Shared,
        placement_reason: None,
        runs: runs.iter().enumerate().map(run).collect(),
    }))
}

/// Ten rounds that wobble by 0.2 % around `ns`; the same wobble for the same `salt`.
fn rounds(ns: f64, salt: usize) -> Vec<f64> {
    (0..10).map(|round| ns * (1.0 + 0.001 * (((round * 7 + salt * 3) % 5) as f64 - 2.0))).collect()
}

/// The reference at 2 µs and an arm with these ratios to it in the runs of the two looks.
fn with_ratios(first: &[f64], second: &[f64]) -> Vec<ArmRun> {
    let looks = first.iter().map(|r| (Look::First, *r)).chain(second.iter().map(|r| (Look::Second, *r)));
    let looks: Vec<(Look, f64)> = looks.collect();
    let runs = |of: &dyn Fn(f64) -> f64, salt: usize| {
        let run = |(at, (look, ratio)): (usize, &(Look, f64))| (*look, rounds(of(*ratio), at + salt));
        looks.iter().enumerate().map(run).collect::<Vec<_>>()
    };
    vec![measured(&runs(&|_| 2_000.0, 0)), measured(&runs(&|ratio| 2_000.0 * ratio, 1))]
}

fn record_of_b(runs: Vec<ArmRun>, setting: Setting) -> Record {
    records(&pair(), runs, setting).remove(1)
}

fn ratio(record: &Record) -> &Ratio {
    match &record.comparison {
        Some(Comparison::Ratio(ratio)) => ratio,
        other => panic!("no ratio but {other:?}"),
    }
}

fn why_not(record: &Record) -> &str {
    match &record.comparison {
        Some(Comparison::NotComparable(reason)) => reason,
        other => panic!("comparable: {other:?}"),
    }
}

fn kinds(record: &Record) -> Vec<WarningKind> {
    record.warnings.iter().map(|warning| warning.kind).collect()
}

/// Runs of arms that are the same.
const ALIKE: [f64; 6] = [1.0, 1.0005, 0.9995, 1.0, 1.0, 1.0];

#[test]
fn six_runs_that_agree_are_the_same() {
    let record = record_of_b(with_ratios(&ALIKE, &[]), SETTING);
    let ratio = ratio(&record);
    assert_eq!((ratio.verdict, ratio.runs, ratio.spread), (Verdict::Same, 6, SpreadFrom::Runs));
    assert_eq!(ratio.confirmation, Confirmation::NotNeeded);
    assert!((0.0099..0.0101).contains(&ratio.resolution), "{ratio:?}");
    assert_eq!(kinds(&record), []);
}

#[test]
fn an_open_comparison_tells_the_smallest_change_it_could_have_seen() {
    let record = record_of_b(with_ratios(&[1.0, 1.04, 0.97, 1.02], &[]), SETTING);
    let ratio = ratio(&record);
    assert_eq!(ratio.verdict, Verdict::Inconclusive);
    assert!((0.05..0.2).contains(&ratio.resolution), "{ratio:?}");
}

#[test]
fn a_change_takes_a_second_look_that_shows_the_same() {
    let slower = [1.2, 1.2, 1.21, 1.2];
    let table: [(&[f64], Verdict, Confirmation); 5] = [
        (&[1.2, 1.21, 1.2, 1.2], Verdict::Slower, Confirmation::Confirmed),
        (&[1.0, 1.0, 1.001, 1.0], Verdict::Inconclusive, Confirmation::Contradicted),
        (&[0.8, 0.8, 0.8, 0.8], Verdict::Inconclusive, Confirmation::Contradicted),
        (&[1.0, 1.5, 1.2, 0.9], Verdict::Inconclusive, Confirmation::Contradicted),
        (&[], Verdict::Inconclusive, Confirmation::Lacking),
    ];
    for (second, verdict, confirmation) in table {
        let record = record_of_b(with_ratios(&slower, second), SETTING);
        let ratio = ratio(&record);
        assert_eq!((ratio.verdict, ratio.confirmation), (verdict, confirmation), "{second:?}");
        assert_eq!(ratio.runs, 4 + second.len() as u32);
        let noted = kinds(&record) == [WarningKind::Unconfirmed];
        assert_eq!(noted, confirmation != Confirmation::Confirmed, "{:?}", record.warnings);
    }
}

#[test]
fn looks_that_agree_on_the_side_and_not_on_the_size_leave_it_open() {
    let record = record_of_b(with_ratios(&[1.02, 1.02, 1.02, 1.02], &[9.0, 9.0, 9.0, 9.0]), SETTING);
    assert_eq!(ratio(&record).confirmation, Confirmation::Contradicted, "{record:?}");
}

#[test]
fn without_confirmation_the_first_look_stands_and_says_so() {
    let setting = Setting { confirms: false, ..SETTING };
    let record = record_of_b(with_ratios(&[1.2, 1.2, 1.21, 1.2], &[]), setting);
    let ratio = ratio(&record);
    assert_eq!((ratio.verdict, ratio.confirmation), (Verdict::Slower, Confirmation::NotAsked));
}

#[test]
fn from_two_runs_only_large_differences_get_a_word_and_the_assumption_is_told() {
    let setting = Setting { confirms: false, ..SETTING };
    let table = [
        ([1.0, 1.0], Verdict::Inconclusive),
        ([1.08, 1.08], Verdict::Inconclusive),
        ([1.3, 1.31], Verdict::Slower),
        ([0.5, 0.51], Verdict::Faster),
        ([1.0, 2.0], Verdict::Inconclusive),
    ];
    for (ratios, verdict) in table {
        let record = record_of_b(with_ratios(&ratios, &[]), setting);
        let ratio = ratio(&record);
        assert_eq!((ratio.verdict, ratio.spread), (verdict, SpreadFrom::Assumption), "{ratios:?}");
        assert!(ratio.resolution >= 0.0999, "{ratio:?}");
        let is_change = verdict != Verdict::Inconclusive;
        let unconfirmed = is_change.then_some(WarningKind::Unconfirmed);
        let expected: Vec<_> = unconfirmed.into_iter().chain([WarningKind::FewRuns]).collect();
        assert_eq!(kinds(&record), expected, "{ratios:?}");
    }
}

#[test]
fn one_run_or_one_round_decides_nothing() {
    for runs in [with_ratios(&[9.0], &[]), single_rounds(&[9.0])] {
        let record = record_of_b(runs, SETTING);
        let ratio = ratio(&record);
        assert_eq!((ratio.verdict, ratio.runs), (Verdict::Inconclusive, 1));
        assert_eq!(ratio.resolution, f64::INFINITY);
        assert_eq!(kinds(&record), [WarningKind::FewRuns]);
    }
}

/// Runs of one round each.
fn single_rounds(ratios: &[f64]) -> Vec<ArmRun> {
    let runs = |of: &dyn Fn(f64) -> f64| {
        measured(&ratios.iter().map(|ratio| (Look::First, vec![of(*ratio)])).collect::<Vec<_>>())
    };
    vec![runs(&|_| 2_000.0), runs(&|ratio| 2_000.0 * ratio)]
}

#[test]
fn equal_samples_are_the_same_but_not_known_beyond_the_floor() {
    let record = record_of_b(single_rounds(&[1.0; 6]), SETTING);
    let ratio = ratio(&record);
    assert_eq!((ratio.value, ratio.verdict), (1.0, Verdict::Same));
    assert!(ratio.low < 1.0 && ratio.high > 1.0);
}

#[test]
fn arms_ten_thousand_times_apart_have_a_ratio() {
    let record = record_of_b(with_ratios(&[1e4, 1.0001e4, 1e4, 1e4], &[1e4; 4]), SETTING);
    let ratio = ratio(&record);
    assert_eq!(ratio.verdict, Verdict::Slower);
    assert!((9.9e3..1.01e4).contains(&ratio.value), "{ratio:?}");
}

#[test]
fn one_wild_sample_of_an_hour_changes_no_word() {
    let mut runs = with_ratios(&ALIKE, &[]);
    let ArmEnding::Measured(samples) = &mut runs[1].ending else { panic!("measured") };
    samples.runs[2].turns[3].samples = vec![3.6e12; 4];
    let record = record_of_b(runs, SETTING);
    assert_eq!(ratio(&record).verdict, Verdict::Same);
}

#[test]
fn nonsense_of_a_routines_own_clock_has_no_ratio_and_says_why() {
    for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let mut runs = with_ratios(&[1.0; 4], &[]);
        let ArmEnding::Measured(samples) = &mut runs[1].ending else { panic!("measured") };
        samples.runs[0].turns[0].samples = vec![nonsense; 4];
        let record = record_of_b(runs, SETTING);
        assert_eq!(why_not(&record), "a turn took no measurable time", "{nonsense}");
    }
    let mut runs = with_ratios(&[1.0; 4], &[]);
    let ArmEnding::Measured(samples) = &mut runs[0].ending else { panic!("measured") };
    samples.runs.iter_mut().for_each(|run| run.turns.clear());
    assert_eq!(why_not(&record_of_b(runs, SETTING)), "the arm has 10 turns and the reference 0");
}

#[test]
fn runs_that_one_arm_missed_do_not_count() {
    let mut runs = with_ratios(&[1.0, 1.0005, 0.9995, 1.0, 1.0], &[]);
    let ArmEnding::Measured(samples) = &mut runs[0].ending else { panic!("measured") };
    samples.runs.remove(1);
    assert_eq!(ratio(&record_of_b(runs, SETTING)).runs, 4);
}

#[test]
fn a_reference_that_failed_is_no_ratio() {
    let mut runs = with_ratios(&[1.2; 4], &[]);
    runs[0].ending = ArmEnding::Failed(Failure::new(FailureKind::Panic, "as scripted"));
    assert!(is_settled(&pair(), &runs, ALLOWED) && changes(&pair(), &runs, ALLOWED).is_empty());
    assert_eq!(why_not(&record_of_b(runs, SETTING)), "the reference failed (panic)");
}

#[test]
fn what_is_decided_or_precise_enough_is_settled() {
    let table: [(&[f64], bool); 7] = [
        (&ALIKE, true),
        (&[1.0; 4], false),
        (&[1.2, 1.2, 1.21, 1.2], true),
        (&[1.0, 1.04, 0.97, 1.02], false),
        (&[1.008; 6], false),
        (&[1.008; 8], true),
        (&[1.0], false),
    ];
    for (ratios, settled) in table {
        assert_eq!(is_settled(&pair(), &with_ratios(ratios, &[]), ALLOWED), settled, "{ratios:?}");
    }
    let mut rough = pair();
    rough.arms[1].settings.precision = Precision::of_share(0.5).expect("a share");
    assert!(is_settled(&rough, &with_ratios(&[1.0, 1.04, 0.97, 1.02], &[]), ALLOWED));
}

#[test]
fn changes_are_the_arms_that_a_look_calls_faster_or_slower() {
    assert_eq!(changes(&pair(), &with_ratios(&[1.2, 1.2, 1.21, 1.2], &[]), ALLOWED), [(1, 0)]);
    assert_eq!(changes(&pair(), &with_ratios(&[0.8, 0.8, 0.81, 0.8], &[]), ALLOWED), [(1, 0)]);
    assert!(changes(&pair(), &with_ratios(&[1.0, 1.0, 1.0, 1.0], &[]), ALLOWED).is_empty());
}

#[test]
fn a_case_without_a_reference_is_settled() {
    let alone = case([arm("a"), arm("b")]);
    assert!(is_settled(&alone, &with_ratios(&[1.0, 1.5, 0.5, 2.0], &[]), ALLOWED));
}

#[test]
fn only_arms_that_changed_and_their_reference_are_measured_again() {
    let mut three = pair();
    three.arms.push(arm("c"));
    let mut runs = with_ratios(&[1.2; 4], &[]);
    runs.push(runs[0].clone());
    let again = changed(&three, &runs, ALLOWED, &[]).expect("b changed");
    let skipped: Vec<bool> = again.arms.iter().map(|arm| arm.skip.is_some()).collect();
    assert_eq!(skipped, [false, false, true]);
    runs.truncate(1);
    runs.push(runs[0].clone());
    assert_eq!(changed(&pair(), &runs, ALLOWED, &[]), None);
}

#[test]
fn what_was_measured_is_measured_once_more_for_the_record() {
    let mut runs = with_ratios(&[1.0; 4], &[]);
    let skipped = |runs: &[ArmRun]| -> Option<Vec<bool>> {
        Some(complete(&pair(), runs)?.arms.iter().map(|arm| arm.skip.is_some()).collect())
    };
    assert_eq!(skipped(&runs), Some(vec![false, false]));
    runs[0].ending = ArmEnding::Failed(Failure::new(FailureKind::Abort, "as scripted"));
    assert_eq!(skipped(&runs), Some(vec![true, false]));
    runs[1].ending = ArmEnding::Skipped("no server".to_owned());
    assert_eq!(skipped(&runs), None);
}

#[test]
fn an_arm_that_fails_when_it_is_measured_again_has_failed() {
    let first = with_ratios(&[1.2; 4], &[]);
    let mut second = first.clone();
    second[1].ending = ArmEnding::Failed(Failure::new(FailureKind::Abort, "as scripted"));
    let joined = joined(first.clone(), second.clone());
    assert_eq!(joined[1].ending, second[1].ending);
    second[1].ending = ArmEnding::Skipped("stopped before it was measured".to_owned());
    assert_eq!(super::joined(first.clone(), second)[1], first[1]);
}

#[test]
fn a_routine_that_reports_no_time_at_all_is_told_in_words() {
    let nothing = || measured(&vec![(Look::First, vec![0.0; 10]); 4]);
    let record = record_of_b(vec![nothing(), nothing()], SETTING);
    assert_eq!(why_not(&record), "a turn took no measurable time");
    assert_eq!(kinds(&record), [WarningKind::ClockResolution, WarningKind::OptimisedAway]);
    assert!(is_settled(&pair(), &[nothing(), nothing()], ALLOWED));
}

#[test]
fn a_routine_that_reports_anything_is_inconclusive() {
    for wild in [&[1e-9, 1e9, 1e-6, 1e12][..], &[1e-9, 1e12]] {
        let record = record_of_b(with_ratios(wild, &[]), SETTING);
        assert_eq!(ratio(&record).verdict, Verdict::Inconclusive, "{record:?}");
    }
}

/// This side's arm with these ratios to the other side's, at 2 µs, in the runs of the two looks.
fn beside_itself(first: &[f64], second: &[f64]) -> (GroupCase, Vec<ArmRun>) {
    let mut runs = with_ratios(first, second);
    runs.swap(0, 1);
    (beside([arm("b")]), runs)
}

fn across(first: &[f64], second: &[f64]) -> Ratio {
    let (case, runs) = beside_itself(first, second);
    of_sides(&case, &runs, 0, ALLOWED, true).expect("both sides have it").expect("comparable")
}

#[test]
fn a_side_is_held_against_the_other_with_the_floor_of_two_builds() {
    let ratio = across(&[1.05, 1.051, 1.049, 1.05], &[1.05, 1.05, 1.049, 1.051]);
    assert_eq!((ratio.verdict, ratio.confirmation), (Verdict::Slower, Confirmation::Confirmed));
    assert_eq!(ratio.reference, "p::b::b (other revision)");
    let within = across(&[1.015, 1.015, 1.016, 1.015], &[]);
    assert_eq!(within.verdict, Verdict::Same, "1.5 % is what a build may do: {within:?}");
    assert!(within.resolution >= 0.02 - 1e-9, "{within:?}");
}

#[test]
fn what_is_certainly_less_than_allowed_is_the_same_and_needs_no_further_runs() {
    let ratios = [1.01, 0.99, 1.02, 0.98];
    let (case, runs) = beside_itself(&ratios, &[]);
    assert!(is_settled(&case, &runs, ALLOWED));
    assert_eq!(across(&ratios, &[]).verdict, Verdict::Same);
    assert!(!is_settled(&case, &runs, 0.03), "a stricter gate wants to know more");
    let (case, runs) = beside_itself(&[1.03, 1.06, 1.0, 1.05], &[]);
    assert!(!is_settled(&case, &runs, ALLOWED), "it may well be 5 %");
}

#[test]
fn a_change_between_the_sides_is_looked_at_again_with_nobody_else() {
    let mut reference = arm("a");
    reference.is_reference = true;
    let case = beside([reference, arm("b")]);
    let mut runs = with_ratios(&[1.0; 4], &[]);
    runs.extend(with_ratios(&[0.8; 4], &[]));
    assert_eq!(changes(&case, &runs, ALLOWED), [(1, 3)]);
    let again = changed(&case, &runs, ALLOWED, &[]).expect("b changed");
    let skipped: Vec<bool> = again.arms.iter().map(|arm| arm.skip.is_some()).collect();
    assert_eq!(skipped, [true, false, true, false]);
}

#[test]
fn the_other_sides_arms_are_compared_with_no_reference() {
    let mut reference = arm("a");
    reference.is_reference = true;
    let case = beside([reference, arm("b")]);
    let mut runs = with_ratios(&[1.0; 4], &[]);
    runs.extend(with_ratios(&[1.0; 4], &[]));
    let records = records(&case, runs, SETTING);
    let compared: Vec<bool> = records.iter().map(|record| record.comparison.is_some()).collect();
    assert_eq!(compared, [false, true, false, false]);
}

#[test]
fn a_failure_on_the_other_side_is_why_there_is_no_ratio() {
    let (case, mut runs) = beside_itself(&[1.0; 4], &[]);
    runs[1].ending = ArmEnding::Failed(Failure::new(FailureKind::Panic, "no luck\nat all"));
    let reason = of_sides(&case, &runs, 0, ALLOWED, true).expect("both have it").expect_err("it failed");
    assert_eq!(reason, "the other revision's failed (panic: no luck)");
    assert!(of_sides(&case, &runs, 1, ALLOWED, true).is_none(), "the other side itself is not judged");
}

#[test]
fn the_tax_is_what_the_ratio_adds_to_the_references_time() {
    let found = records(&pair(), with_ratios(&ALIKE.map(|ratio| 1.5 * ratio), &[]), SETTING);
    let (median, ratio) = (median_of(&found[0]), ratio(&found[1]).clone());
    let tax = found[1].tax.expect("there is a ratio");
    assert_eq!(tax.value, median * (ratio.value - 1.0));
    assert!((900.0..1_100.0).contains(&tax.value), "half of two microseconds: {tax:?}");
    assert!(tax.low < tax.value && tax.value < tax.high, "{tax:?}");
    assert_eq!(found[0].tax, None, "the reference pays none");
}

#[test]
fn without_a_reference_there_is_no_tax() {
    let mut runs = with_ratios(&ALIKE, &[]);
    runs[0].ending = ArmEnding::Skipped("no server".to_owned());
    assert_eq!(record_of_b(runs, SETTING).tax, None);
}

fn median_of(record: &Record) -> f64 {
    match &record.outcome {
        Outcome::Measured(measurement) => measurement.time.median,
        other => panic!("not measured: {other:?}"),
    }
}

mod of_the_event_loop {
    use super::super::oddities::{of_event_loop, of_shapes};
    use crate::model::{Blocking, LoopTrace, PolledOn, Shape};

    fn trace(operations: u64, polls: u64, interruptions: u64) -> LoopTrace {
        let unknown = || "it is not asked".to_owned();
        LoopTrace {
            operations,
            polled_on: PolledOn::MainThread,
            polls_per_op: 2.0,
            polls_range: (2, 2),
            busy_ns: 1e3,
            wait_ns: 1e3,
            scheduled_ns: 1e3,
            longest_poll_ns: 12_345_678,
            blocking: Blocking { threshold_ns: 1_000_000, polls, interruptions },
            loop_iteration: Err(unknown()),
            tasks_alive: Err(unknown()),
            queue_depth: Err(unknown()),
            worker_busy_ratio: Err(unknown()),
            spawned_per_op: Err(unknown()),
            children: Err(unknown()),
        }
    }

    #[test]
    fn long_polls_are_blamed_where_the_kernel_cannot_have_made_them() {
        let is_told = |operations, polls, interruptions| {
            of_event_loop("slow", &trace(operations, polls, interruptions)).is_some()
        };
        assert!(is_told(20, 20, 50), "every operation has one");
        assert!(is_told(1_000, 5, 3) && !is_told(1_000, 5, 5) && !is_told(1_000, 1, 0) && !is_told(9, 0, 0));
        let told = of_event_loop("slow", &trace(20, 20, 0)).expect("a warning").message;
        assert!(told.starts_with("`slow` holds up the event loop: its longest poll took 12.3ms"), "{told}");
        assert!(told.contains("20 polls in 20 operations took over 1ms each"), "{told}");
    }

    #[test]
    fn arms_are_marked_where_one_is_asynchronous_and_its_reference_is_not() {
        let (plain, future) = (Shape::Serial, Shape::SerialAsync);
        let told = |arm, reference| of_shapes(arm, reference).map(|warning| warning.message);
        assert!(told(future, plain).is_some_and(|told| told.starts_with("it is asynchronous")));
        assert!(told(plain, future).is_some_and(|told| told.starts_with("it is a plain call")));
        assert_eq!((told(plain, plain), told(future, Shape::Spawned)), (None, None));
    }
}

/// What comes of a benchmark beside itself where whoever goes first in a round is 20 % faster.
fn measured_beside_itself(seed: u64) -> Ratio {
    let (world, case) = (World::default().first_takes(2, 0.8), beside([arm("a")]));
    let mut schedule = Schedule {
        launcher: &mut world.clone(),
        clock: &world,
        seed,
        cores: vec![0, 1],
        observe: &mut |_| (),
        stop: &|| false,
        trials: Vec::new(),
        budget: None,
        again: Again::Changes,
        canary_beside: false,
        enough: &|case, runs| is_settled(case, runs, ALLOWED),
    };
    let first = schedule.measure(&case, &[]);
    let again = changed(&case, &first.arms, ALLOWED, &[]);
    let second = again.and_then(|again| schedule.confirm(&again, &first, &[]));
    let runs = second.map_or(first.arms.clone(), |second| joined(first.arms, second));
    of_sides(&case, &runs, 0, ALLOWED, true).expect("both sides").expect("a ratio")
}

#[test]
fn a_benchmark_is_like_itself_whatever_going_first_is_worth() {
    for seed in 0..300 {
        let Ratio { verdict, value, .. } = measured_beside_itself(seed);
        assert!(!matches!(verdict, Verdict::Faster | Verdict::Slower), "{seed}: {value}");
        assert!((0.9..1.1).contains(&value), "{seed}: {value}");
    }
}
