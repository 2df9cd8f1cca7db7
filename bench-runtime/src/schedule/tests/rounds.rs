//! Who takes turns with whom, in which order and on which core.

use std::time::Duration;

use super::{Asked, count, kinds, measure, measured, rounds, rounds_logged, with};
use crate::model::{ArmSamples, Flavor, Placement, Settings, WarningKind};
use crate::schedule::fake::{World, arm, case};

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
        "case of 1 started",
        "round 0/4 of run 0/2",
        "round 1/4 of run 0/2",
        "round 2/4 of run 0/2",
        "round 3/4 of run 0/2",
        "run 0 of 1 ended",
        "round 0/4 of run 1/2",
        "round 1/4 of run 1/2",
        "round 2/4 of run 1/2",
        "round 3/4 of run 1/2",
        "run 1 of 1 ended",
        "case of 1 ended",
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
fn arms_whose_runtimes_differ_run_in_lock_step() {
    let world = World::default();
    let two = |settings: &mut Settings| settings.flavor = Flavor::MultiThread;
    let seen = measure(&world, &case([arm("a"), with("b", two)]), &Asked::default());
    for run in &seen.arms {
        let ArmSamples { placement, placement_reason, .. } = measured(run);
        assert_eq!(*placement, Placement::LockStep);
        assert_eq!(
            placement_reason.as_deref(),
            Some(
                "the runtimes differ: that of p::b::a stays on one thread, that of p::b::b has 2 worker threads"
            )
        );
        assert_eq!(rounds(run), [10; 4]);
    }
    assert_eq!(count(&world, "launch"), 8);
    let rounds = rounds_logged(&world);
    assert_eq!(rounds.len(), 2 * 4 * 13);
    assert!(rounds.chunks(2).all(|pair| pair[0] != pair[1]), "turn by turn: {rounds:?}");
    assert_eq!(seen.finished[0].placement, Placement::LockStep);
}

#[test]
fn in_process_there_is_no_lock_step() {
    let world = World::default().in_process();
    let two = |settings: &mut Settings| settings.flavor = Flavor::MultiThread;
    let seen = measure(&world, &case([arm("a"), with("b", two)]), &Asked::default());
    let ArmSamples { placement, placement_reason, .. } = measured(&seen.arms[0]);
    assert_eq!((*placement, placement_reason.as_deref()), (Placement::InProcess, Some("the world is small")));
    assert_eq!(count(&world, "launch"), 4);
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

#[test]
fn a_fixed_number_of_iterations_is_nobody_elses() {
    let fixed = |settings: &mut Settings| settings.iterations = std::num::NonZeroU64::new(7);
    let seen = measure(&World::default(), &case([with("a", fixed), arm("b")]), &Asked::default());
    assert_eq!(measured(&seen.arms[0]).runs[0].turns[0].samples.len(), 10);
    assert_eq!(measured(&seen.arms[1]).calibration.iterations, 50);
}
