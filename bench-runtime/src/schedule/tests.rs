//! Whole cases, measured in a scripted world.

use std::time::Duration;

use super::fake::{Op, Step, World, arm, case, failed};
use super::{ArmShare, Budget, Event, FinishedRun, Schedule};
use crate::clock::Clock;
use crate::model::{ArmEnding, ArmRun, ArmSamples, FailureKind, Flavor, Placement, Settings, WarningKind};
use crate::plan::{Arm, GroupCase};
use crate::worker::Setback;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// What a measurement showed to the outside.
struct Seen {
    arms: Vec<ArmRun>,
    finished: Vec<FinishedRun>,
    events: Vec<String>,
}

/// What is asked of the schedule besides the case.
struct Asked<'a> {
    seed: u64,
    cores: &'a [u32],
    resumed: &'a [FinishedRun],
    stop: &'a dyn Fn() -> bool,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Self { seed: 0, cores: &[0, 1], resumed: &[], stop: &|| false }
    }
}

fn measure(world: &World, case: &GroupCase, asked: &Asked<'_>) -> Seen {
    let (mut finished, mut events) = (Vec::new(), Vec::new());
    let mut observe = |event: Event<'_>| {
        events.push(words(&event));
        if let Event::RunEnded(_, run) = event {
            finished.push(run.clone());
        }
    };
    let mut schedule = Schedule {
        launcher: &mut world.clone(),
        clock: world,
        seed: asked.seed,
        cores: asked.cores.to_vec(),
        observe: &mut observe,
        stop: asked.stop,
        budget: None,
    };
    let arms = schedule.measure(case, asked.resumed);
    Seen { arms, finished, events }
}

fn words(event: &Event<'_>) -> String {
    match event {
        Event::CaseStarted(_) => "case started".into(),
        Event::RoundEnded { run, runs, round, rounds } => {
            format!("round {round}/{rounds} of run {run}/{runs}")
        }
        Event::ArmEvicted { id, failure } => format!("{id} evicted: {}", failure.kind),
        Event::RunEnded(_, run) => format!("run {} ended", run.index),
        Event::CaseEnded(_) => "case ended".into(),
    }
}

fn measured(run: &ArmRun) -> &ArmSamples {
    match &run.ending {
        ArmEnding::Measured(samples) => samples,
        other => panic!("not measured but {other:?}"),
    }
}

/// Rounds of each run.
fn rounds(run: &ArmRun) -> Vec<usize> {
    measured(run).runs.iter().map(|run| run.turns.len()).collect()
}

fn kinds(run: &ArmRun) -> Vec<WarningKind> {
    run.warnings.iter().map(|warning| warning.kind).collect()
}

fn with(name: &str, change: impl FnOnce(&mut Settings)) -> Arm {
    let mut arm = arm(name);
    change(&mut arm.settings);
    arm
}

fn rounds_logged(world: &World) -> Vec<String> {
    world.log().into_iter().filter_map(|line| line.strip_prefix("round ").map(str::to_owned)).collect()
}

fn count(world: &World, prefix: &str) -> usize {
    world.log().iter().filter(|line| line.starts_with(prefix)).count()
}

#[test]
fn a_case_is_four_runs_of_ten_rounds_after_three_for_warm_up() {
    let world = World::default().takes("a", Duration::from_micros(2)).takes("b", Duration::from_micros(30));
    let seen = measure(&world, &case([arm("a"), arm("b")]), &Asked::default());
    for run in &seen.arms {
        assert_eq!(rounds(run), [10; 4]);
        assert_eq!(kinds(run), []);
        assert_eq!(measured(run).placement, Placement::Shared);
        assert_eq!(measured(run).runs.iter().map(|run| run.index).collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
    assert_eq!(measured(&seen.arms[1]).runs[0].turns[0].samples, [30_000.0; 10]);
    assert_eq!(count(&world, "launch"), 4);
    assert_eq!(rounds_logged(&world).len(), 4 * 13);
    assert_eq!((count(&world, "once"), count(&world, "calibrate")), (2, 2));
}

#[test]
fn every_step_is_told() {
    let one = |settings: &mut Settings| (settings.processes, settings.max_rounds) = (2, 2);
    let seen = measure(&World::default(), &case([with("a", one)]), &Asked::default());
    let expected = [
        "case started",
        "round 0/4 of run 0/2",
        "round 1/4 of run 0/2",
        "round 2/4 of run 0/2",
        "round 3/4 of run 0/2",
        "run 0 ended",
        "round 0/4 of run 1/2",
        "round 1/4 of run 1/2",
        "round 2/4 of run 1/2",
        "round 3/4 of run 1/2",
        "run 1 ended",
        "case ended",
    ];
    assert_eq!(seen.events, expected);
}

#[test]
fn each_round_is_one_request_with_every_arm_once_in_changing_order() {
    let world = World::default();
    measure(&world, &case([arm("a"), arm("b"), arm("c")]), &Asked::default());
    let rounds = rounds_logged(&world);
    for round in &rounds {
        let mut arms: Vec<&str> = round.split(' ').collect();
        arms.sort_unstable();
        assert_eq!(arms, ["a", "b", "c"]);
    }
    let first: Vec<&String> = rounds.iter().take(13).collect();
    let second: Vec<&String> = rounds.iter().skip(13).take(13).collect();
    assert!(first.iter().any(|round| round != &first[0]));
    assert_ne!(first, second);
}

#[test]
fn the_same_seed_does_the_same_again() {
    let log = |seed| {
        let world = World::default();
        measure(&world, &case([arm("a"), arm("b"), arm("c")]), &Asked { seed, ..Asked::default() });
        world.log()
    };
    assert_eq!(log(1), log(1));
    assert_ne!(log(1), log(2));
}

#[test]
fn runs_are_pinned_to_cores_chosen_at_random() {
    let many = |settings: &mut Settings| settings.processes = 12;
    let seen =
        measure(&World::default(), &case([with("a", many)]), &Asked { cores: &[4, 7], ..Asked::default() });
    let cores: Vec<Option<u32>> = measured(&seen.arms[0]).runs.iter().map(|run| run.core).collect();
    assert!(cores.contains(&Some(4)) && cores.contains(&Some(7)) && cores.len() == 12, "{cores:?}");
}

#[test]
fn what_cannot_be_pinned_says_so() {
    let threads = case([with("a", |settings| settings.threads = 4), arm("b")]);
    let runtime = |settings: &mut Settings| (settings.flavor, settings.workers) = (Flavor::MultiThread, 2);
    let table = [
        (World::default(), &threads, &[0, 1][..], "it keeps 4 threads busy"),
        (World::default(), &case([with("a", runtime)]), &[0, 1], "its runtime has several threads"),
        (World::default(), &case([arm("a")]), &[], "not possible"),
        (World::default().without_pinning(), &case([arm("a")]), &[0, 1], "not possible"),
    ];
    for (world, case, cores, why) in table {
        let seen = measure(&world, case, &Asked { cores, ..Asked::default() });
        assert_eq!(kinds(&seen.arms[0]), [WarningKind::NotPinned]);
        assert!(seen.arms[0].warnings[0].message.contains(why), "{:?}", seen.arms[0].warnings);
        assert_eq!(measured(&seen.arms[0]).runs[0].core, None);
    }
    let seen = measure(&World::default(), &threads, &Asked::default());
    assert_eq!(
        seen.arms[1].warnings[0].message,
        "not pinned to a core: p::b::a of the same case needs several"
    );
}

#[test]
fn very_slow_operations_get_no_warm_up_and_one_call_per_turn() {
    let world = World::default().takes("a", ms(150));
    let seen = measure(&world, &case([arm("a")]), &Asked::default());
    assert_eq!(rounds(&seen.arms[0]), [3; 4]);
    assert_eq!(measured(&seen.arms[0]).runs[0].turns[0].samples.len(), 1);
    assert_eq!(rounds_logged(&world).len(), 12);
    assert_eq!(kinds(&seen.arms[0]), []);
}

#[test]
fn min_and_max_rounds_are_totals_over_all_runs() {
    let between = |min, max| {
        let case = case([with("a", |settings| (settings.min_rounds, settings.max_rounds) = (min, max))]);
        rounds(&measure(&World::default(), &case, &Asked::default()).arms[0])
    };
    assert_eq!(between(1, 10), [3, 3, 2, 2]);
    assert_eq!(between(100, 1000), [10; 10]);
}

#[test]
fn a_warm_up_time_prolongs_the_warm_up() {
    let world = World::default().takes("a", Duration::from_micros(2));
    let case = case([with("a", |settings| settings.warmup_time = ms(11))]);
    let seen = measure(&world, &case, &Asked::default());
    assert_eq!(rounds(&seen.arms[0]), [10; 4]);
    assert_eq!(rounds_logged(&world).len(), 4 * 20, "ten rounds of 1.1 ms for warm-up");
}

#[test]
fn min_time_is_time_in_measured_rounds() {
    let case = case([with("a", |settings| settings.min_time = ms(66))]);
    let seen = measure(&World::default(), &case, &Asked::default());
    assert_eq!(rounds(&seen.arms[0]), [10; 6], "60 rounds of 1.1 ms");
}

#[test]
fn max_time_bounds_a_case_with_launches_and_says_so() {
    let world = World::default().launch_takes(ms(3000));
    let seen = measure(&world, &case([arm("a")]), &Asked::default());
    assert_eq!(rounds(&seen.arms[0]), [10; 3]);
    assert!(world.now() < ms(10_000), "{:?}", world.now());
    assert_eq!(kinds(&seen.arms[0]), [WarningKind::ShortOfTime]);
    assert_eq!(
        seen.arms[0].warnings[0].message,
        "30 rounds in 3 runs were measured instead of 40 in 4: there were 10.0s for it; raise max_time or the budget"
    );
}

#[test]
fn rounds_that_take_longer_than_calibrated_end_at_max_time() {
    let dear = Op { takes: ms(50), calibrated_as: Some(ms(6)), ..Op::default() };
    let world = World::default().op("a", dear);
    let case = case([with("a", |settings| settings.max_time = ms(500))]);
    let seen = measure(&world, &case, &Asked::default());
    assert_eq!(rounds(&seen.arms[0]), [3, 4], "with one warm-up round each; the first ends at half the time");
    assert!(world.now() <= ms(500), "{:?}", world.now());
    assert_eq!(kinds(&seen.arms[0]), [WarningKind::ShortOfTime]);
}

#[test]
fn two_runs_of_one_round_are_measured_in_no_time() {
    let case = case([with("a", |settings| settings.max_time = ms(0))]);
    let seen = measure(&World::default(), &case, &Asked::default());
    assert_eq!(rounds(&seen.arms[0]), [1, 1]);
    assert_eq!(kinds(&seen.arms[0]), [WarningKind::ShortOfTime]);
}

#[test]
fn a_budget_is_shared_among_cases() {
    let world = World::default().takes("a", ms(20)).takes("b", ms(20));
    let cases = [case([arm("a")]), case([arm("b")])];
    let mut schedule = Schedule {
        launcher: &mut world.clone(),
        clock: &world,
        seed: 0,
        cores: vec![0],
        observe: &mut |_| {},
        stop: &|| false,
        budget: Some(Budget::new(ms(1000), &cases, world.now())),
    };
    let first = schedule.measure(&cases[0], &[]);
    let at_half = world.now();
    let second = schedule.measure(&cases[1], &[]);
    assert!(at_half <= ms(500) && world.now() <= ms(1000), "{at_half:?} {:?}", world.now());
    for arm in first.iter().chain(&second) {
        assert_eq!(kinds(arm), [WarningKind::ShortOfTime]);
        assert!(rounds(arm).len() >= 3, "{:?}", rounds(arm));
    }
}

#[test]
fn a_crash_evicts_the_arm_and_the_run_is_repeated_without_it() {
    let world = World::default().script(Step::Round, "b", 1, failed(FailureKind::Abort));
    let seen = measure(&world, &case([arm("a"), arm("b"), arm("c")]), &Asked::default());
    assert_eq!(rounds(&seen.arms[0]), [10; 4]);
    assert_eq!(rounds(&seen.arms[2]), [10; 4]);
    let ArmEnding::Failed(failure) = &seen.arms[1].ending else { panic!("{:?}", seen.arms[1]) };
    assert_eq!(failure.kind, FailureKind::Abort);
    assert_eq!(kinds(&seen.arms[0]), [WarningKind::ArmEvicted]);
    assert_eq!(count(&world, "launch"), 5);
    assert_eq!(count(&world, "calibrate"), 3, "calibrations are kept");
    assert!(seen.events.contains(&"p::b::b evicted: abort".to_owned()));
    assert_eq!(seen.finished.len(), 4);
    assert!(matches!(seen.finished[0].arms["p::b::b"], ArmShare::Measured { .. }));
    assert!(matches!(seen.finished[1].arms["p::b::b"], ArmShare::Failed(_)));
    assert!(matches!(seen.finished[1].arms["p::b::a"], ArmShare::Measured { .. }));
    assert!(!seen.finished[2].arms.contains_key("p::b::b"));
}

#[test]
fn a_repeated_run_has_the_same_core_and_starts_over() {
    let world = World::default().script(Step::Round, "b", 1, failed(FailureKind::Abort));
    measure(&world, &case([arm("a"), arm("b")]), &Asked::default());
    let launches: Vec<String> = world.log().into_iter().filter(|line| line.starts_with("launch")).collect();
    assert_eq!(launches[1].rsplit(' ').next(), launches[2].rsplit(' ').next());
}

#[test]
fn an_arm_can_fail_at_every_step_without_harm_to_others() {
    for step in [Step::Prepare, Step::Once, Step::Calibrate, Step::Round] {
        let world = World::default().script(step, "b", 0, failed(FailureKind::Panic));
        let seen = measure(&world, &case([arm("a"), arm("b")]), &Asked::default());
        assert!(matches!(seen.arms[1].ending, ArmEnding::Failed(_)), "{step:?}");
        assert_eq!(rounds(&seen.arms[0]), [10; 4], "{step:?}");
        assert_eq!(seen.finished[0].arms.len(), 2, "{step:?}");
        assert_eq!(count(&world, "once a"), 1, "{step:?}");
    }
}

#[test]
fn nothing_is_left_when_all_arms_failed() {
    let world = World::default().script(Step::Once, "a", 0, failed(FailureKind::Panic)).script(
        Step::Once,
        "b",
        1,
        failed(FailureKind::Timeout),
    );
    let seen = measure(&world, &case([arm("a"), arm("b")]), &Asked::default());
    assert!(seen.arms.iter().all(|arm| matches!(arm.ending, ArmEnding::Failed(_))));
    assert_eq!(count(&world, "launch"), 2);
    assert_eq!(seen.finished.len(), 1);
    assert_eq!(seen.finished[0].arms.len(), 2);
}

#[test]
fn a_failed_launch_fails_every_arm() {
    let world = World::default().script(Step::Launch, "", 0, failed(FailureKind::Error));
    let seen = measure(&world, &case([arm("a"), arm("b")]), &Asked::default());
    assert!(seen.arms.iter().all(|arm| matches!(arm.ending, ArmEnding::Failed(_))));
    assert_eq!(seen.finished, [], "a resumed run tries again");
}

#[test]
fn what_cannot_run_here_is_skipped_and_the_others_go_on() {
    let world = World::default().script(Step::Prepare, "a", 0, Setback::Skipped("no server".into()));
    let ignored = Arm { skip: Some("ignored".into()), ..arm("c") };
    let seen = measure(&world, &case([arm("a"), arm("b"), ignored]), &Asked::default());
    assert_eq!(seen.arms[0].ending, ArmEnding::Skipped("no server".into()));
    assert_eq!(rounds(&seen.arms[1]), [10; 4]);
    assert_eq!(seen.arms[2].ending, ArmEnding::Skipped("ignored".into()));
    assert_eq!(seen.finished[0].arms["p::b::a"], ArmShare::Skipped("no server".into()));
    assert_eq!((count(&world, "prepare a"), count(&world, "prepare c"), count(&world, "launch")), (1, 0, 4));
}

#[test]
fn a_case_that_is_skipped_launches_nothing() {
    let world = World::default();
    let seen = measure(&world, &case([Arm { skip: Some("ignored".into()), ..arm("a") }]), &Asked::default());
    assert_eq!(seen.arms[0].ending, ArmEnding::Skipped("ignored".into()));
    assert_eq!(world.log(), [""; 0]);
    assert_eq!(seen.events, ["case started", "case ended"]);
}

#[test]
fn a_wrong_answer_fails_its_arm_only() {
    let world = World::default().answers("a", "[1, 2]").answers("b", "[1, 2]").answers("c", "[1, 3]");
    let reference = Arm { is_reference: true, ..arm("b") };
    let seen = measure(&world, &case([arm("c"), reference, arm("a"), arm("d")]), &Asked::default());
    let ArmEnding::Failed(failure) = &seen.arms[0].ending else { panic!("{:?}", seen.arms[0]) };
    assert_eq!(failure.kind, FailureKind::Answer);
    assert_eq!(failure.message, "it answers `[1, 3]` where p::b::b answers `[1, 2]`");
    assert!(seen.arms[1..].iter().all(|arm| rounds(arm) == [10; 4] && arm.warnings.is_empty()));
    assert!(matches!(seen.finished[0].arms["p::b::c"], ArmShare::Failed(_)));
    assert_eq!((count(&world, "launch"), count(&world, "calibrate c")), (4, 0));
}

#[test]
fn an_answer_that_cannot_be_taken_fails_its_arm() {
    let broken = Op { answer: Some(Err("answers of another type".into())), ..Op::default() };
    let world = World::default().op("a", broken).answers("b", "1");
    let seen = measure(&world, &case([Arm { is_reference: true, ..arm("a") }, arm("b")]), &Asked::default());
    let ArmEnding::Failed(failure) = &seen.arms[0].ending else { panic!("{:?}", seen.arms[0]) };
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Answer, "answers of another type"));
    assert_eq!(rounds(&seen.arms[1]), [10; 4]);
}

#[test]
fn arms_whose_runtimes_differ_run_in_lock_step_on_one_core() {
    let world = World::default();
    let two = |settings: &mut Settings| settings.workers = 2;
    let seen = measure(&world, &case([arm("a"), with("b", two)]), &Asked::default());
    for run in &seen.arms {
        assert_eq!(measured(run).placement, Placement::LockStep);
        assert_eq!(rounds(run), [10; 4]);
    }
    let cores = |arm: usize| measured(&seen.arms[arm]).runs.iter().map(|run| run.core).collect::<Vec<_>>();
    assert_eq!(cores(0), cores(1));
    assert_eq!(count(&world, "launch"), 8);
    let rounds = rounds_logged(&world);
    assert_eq!(rounds.len(), 2 * 4 * 13);
    assert!(rounds.chunks(2).all(|pair| pair[0] != pair[1]), "turn by turn: {rounds:?}");
    assert_eq!(seen.finished[0].placement, Placement::LockStep);
}

#[test]
fn in_process_there_is_no_lock_step() {
    let world = World::default().in_process();
    let two = |settings: &mut Settings| settings.workers = 2;
    let seen = measure(&world, &case([arm("a"), with("b", two)]), &Asked::default());
    assert_eq!(measured(&seen.arms[0]).placement, Placement::InProcess);
    assert_eq!(count(&world, "launch"), 4);
}

#[test]
fn a_crash_in_lock_step_evicts_the_arm_of_that_worker() {
    let world = World::default().script(Step::Round, "b", 1, failed(FailureKind::Signal));
    let two = |settings: &mut Settings| settings.workers = 2;
    let seen = measure(&world, &case([arm("a"), with("b", two)]), &Asked::default());
    assert!(matches!(seen.arms[1].ending, ArmEnding::Failed(_)));
    assert_eq!(rounds(&seen.arms[0]), [10; 4]);
}

#[test]
fn resumption_measures_only_what_is_missing() {
    let case = case([arm("a"), arm("b")]);
    let whole = measure(&World::default(), &case, &Asked::default());
    for done in 0..=4 {
        let world = World::default();
        let resumed = &whole.finished[..done];
        let seen = measure(&world, &case, &Asked { resumed, ..Asked::default() });
        assert_eq!(count(&world, "launch"), 4 - done);
        assert_eq!(count(&world, "calibrate"), if done == 0 { 2 } else { 0 });
        assert_eq!(rounds(&seen.arms[0]), [10; 4]);
        assert_eq!(measured(&seen.arms[0]).runs[..done], measured(&whole.arms[0]).runs[..done]);
        let cores = |seen: &Seen| measured(&seen.arms[1]).runs.iter().map(|run| run.core).collect::<Vec<_>>();
        assert_eq!(cores(&seen), cores(&whole), "the same choices as without an interruption");
        assert_eq!(
            seen.finished.iter().map(|run| run.index as usize).collect::<Vec<_>>(),
            (done..4).collect::<Vec<_>>()
        );
    }
}

#[test]
fn resumption_does_not_try_what_failed_or_was_skipped() {
    let case = case([arm("a"), arm("b"), arm("c")]);
    let world = World::default().script(Step::Round, "b", 1, failed(FailureKind::Abort)).script(
        Step::Prepare,
        "c",
        0,
        Setback::Skipped("no server".into()),
    );
    let whole = measure(&world, &case, &Asked::default());
    let fresh = World::default();
    let seen = measure(&fresh, &case, &Asked { resumed: &whole.finished[..2], ..Asked::default() });
    assert_eq!((count(&fresh, "launch"), count(&fresh, "prepare b"), count(&fresh, "prepare c")), (2, 0, 0));
    assert_eq!(seen.arms[1].ending, whole.arms[1].ending);
    assert_eq!(seen.arms[2].ending, ArmEnding::Skipped("no server".into()));
    assert_eq!(rounds(&seen.arms[0]), [10; 4]);
    assert_eq!(kinds(&seen.arms[0]), [WarningKind::ArmEvicted]);
}

#[test]
fn the_time_of_resumed_runs_counts() {
    let case = case([arm("a")]);
    let whole = measure(&World::default().launch_takes(ms(3000)), &case, &Asked::default());
    let world = World::default().launch_takes(ms(3000));
    let seen = measure(&world, &case, &Asked { resumed: &whole.finished, ..Asked::default() });
    assert_eq!(rounds(&seen.arms[0]).len(), 4, "what set-up costs is not known before the first run");
    assert_eq!(count(&world, "launch"), 1);
}

#[test]
fn stopping_keeps_the_runs_that_are_finished() {
    let world = World::default();
    let stop = || rounds_logged(&world).len() >= 30;
    let seen = measure(&world, &case([arm("a"), arm("b")]), &Asked { stop: &stop, ..Asked::default() });
    assert_eq!(rounds(&seen.arms[0]), [10, 10]);
    assert_eq!(rounds_logged(&world).len(), 30, "the third run was under way");
    assert_eq!(kinds(&seen.arms[0]), [WarningKind::ShortOfTime]);
    assert!(seen.arms[0].warnings[0].message.ends_with("the run was stopped"));
    assert_eq!(seen.finished.len(), 2);
}

#[test]
fn stopping_before_the_first_run_ends_measures_nothing() {
    let not_measured = ArmEnding::Skipped("stopped before it was measured".into());
    let world = World::default();
    let stop = || rounds_logged(&world).len() >= 5;
    let seen = measure(&world, &case([arm("a")]), &Asked { stop: &stop, ..Asked::default() });
    assert_eq!(seen.arms[0].ending, not_measured);
    assert_eq!(seen.finished, []);

    let world = World::default();
    let seen = measure(&world, &case([arm("a")]), &Asked { stop: &|| true, ..Asked::default() });
    assert_eq!(seen.arms[0].ending, not_measured);
    assert_eq!(world.log(), [""; 0], "nothing is launched any more");
}

#[test]
fn a_worker_that_is_stopped_stops_the_case() {
    let world = World::default().script(Step::Round, "a", 1, Setback::Stopped);
    let seen = measure(&world, &case([arm("a")]), &Asked::default());
    assert_eq!(rounds(&seen.arms[0]), [10]);
    assert_eq!(count(&world, "launch"), 2);
}

#[test]
fn a_failing_tear_down_fails_a_lone_arm_and_warns_of_several() {
    let world = World::default().script(Step::Finish, "", 2, failed(FailureKind::Abort));
    let seen = measure(&world, &case([arm("a")]), &Asked::default());
    assert!(matches!(seen.arms[0].ending, ArmEnding::Failed(_)));

    let world = World::default().script(Step::Finish, "", 2, failed(FailureKind::Abort));
    let seen = measure(&world, &case([arm("a"), arm("b")]), &Asked::default());
    assert!(seen.arms.iter().all(|arm| rounds(arm) == [10; 4] && kinds(arm) == [WarningKind::Errors]));
}

#[test]
fn arms_that_take_about_as_long_share_their_iterations() {
    let world = World::default()
        .takes("a", Duration::from_nanos(100))
        .takes("b", Duration::from_nanos(150))
        .takes("c", Duration::from_nanos(500));
    let seen = measure(&world, &case([arm("a"), arm("b"), arm("c")]), &Asked::default());
    let iterations: Vec<u64> = seen.arms.iter().map(|arm| measured(arm).calibration.iterations).collect();
    assert_eq!(iterations, [300, 300, 60]);
}
