//! Benchmarks that take turns with themselves in another program.

use std::time::Duration;

use super::{Asked, count, further, measure, measured, rounds, rounds_logged};
use crate::model::{ArmEnding, FailureKind, FurtherPasses, Placement, Regime, SitesMode};
use crate::schedule::ArmShare;
use crate::schedule::fake::{Op, Step, World, arm, beside, case, failed};

#[test]
fn each_side_has_one_worker_and_both_are_on_one_core() {
    let world = World::default();
    let seen = measure(&world, &beside([arm("a"), arm("b")]), &Asked { cores: &[3], ..Asked::default() });
    for run in &seen.arms {
        assert_eq!(rounds(run), [10; 4]);
        assert_eq!(measured(run).placement, Placement::Shared);
        assert!(measured(run).runs.iter().all(|run| run.core == Some(3)));
    }
    assert_eq!((count(&world, "launch"), count(&world, "launch 1 of the other on 3")), (8, 1));
    let first =
        ["launch 0 on 3", "prepare a", "prepare b", "launch 1 of the other on 3", "prepare a'", "prepare b'"];
    assert_eq!(world.log()[..6], first);
}

#[test]
fn the_sides_take_turns_within_every_round_in_changing_order() {
    let world = World::default();
    measure(&world, &beside([arm("a")]), &Asked::default());
    let rounds = rounds_logged(&world);
    let starts: Vec<&String> = rounds.chunks(2).map(|round| &round[0]).collect();
    assert_eq!(rounds.len(), 2 * 4 * 13);
    assert!(rounds.chunks(2).all(|round| round[0] != round[1]), "{rounds:?}");
    assert!(starts.iter().any(|start| *start == "a") && starts.iter().any(|start| *start == "a'"));
}

#[test]
fn both_sides_are_sampled_as_suits_the_faster_one() {
    let world =
        World::default().takes("a", Duration::from_nanos(900)).takes("a'", Duration::from_nanos(1_100));
    let seen = measure(&world, &beside([arm("a")]), &Asked::default());
    for run in &seen.arms {
        let calibration = measured(run).calibration;
        assert_eq!((calibration.regime, calibration.iterations), (Regime::Tiny, 33));
    }
}

#[test]
fn both_sides_have_equally_many_samples_where_a_turn_has_few() {
    let world =
        World::default().takes("a", Duration::from_micros(340)).takes("a'", Duration::from_micros(700));
    let seen = measure(&world, &beside([arm("a")]), &Asked::default());
    for run in &seen.arms {
        assert!(measured(run).runs.iter().flat_map(|run| &run.turns).all(|turn| turn.samples.len() == 2));
    }
}

#[test]
fn sides_a_hundred_times_apart_are_sampled_each_in_its_own_way() {
    let world =
        World::default().takes("a", Duration::from_micros(500)).takes("a'", Duration::from_nanos(500));
    let seen = measure(&world, &beside([arm("a")]), &Asked::default());
    let regimes: Vec<Regime> = seen.arms.iter().map(|run| measured(run).calibration.regime).collect();
    assert_eq!(regimes, [Regime::Long, Regime::Tiny]);
}

#[test]
fn a_crash_of_the_other_side_takes_nothing_from_this_one() {
    for step in [Step::Prepare, Step::Once, Step::Calibrate, Step::Round] {
        let world = World::default().script(step, "a'", 1, failed(FailureKind::Abort));
        let seen = measure(&world, &beside([arm("a"), arm("b")]), &Asked::default());
        assert!(matches!(seen.arms[2].ending, ArmEnding::Failed(_)), "{step:?}: {:?}", seen.arms[2]);
        for at in [0, 1, 3] {
            assert_eq!(rounds(&seen.arms[at]), [10; 4], "{step:?}");
        }
        assert!(seen.events.contains(&"p::b::a (other revision) evicted: abort".to_owned()), "{step:?}");
    }
}

#[test]
fn what_fails_here_is_not_measured_there_any_more() {
    let world = World::default().script(Step::Round, "a", 0, failed(FailureKind::Panic));
    let seen = measure(&world, &beside([arm("a"), arm("b")]), &Asked::default());
    assert!(matches!(seen.arms[0].ending, ArmEnding::Failed(_)));
    assert_eq!(seen.arms[2].ending, ArmEnding::Skipped("there is nothing left to compare with it".into()));
    assert_eq!((rounds(&seen.arms[1]), rounds(&seen.arms[3])), (vec![10; 4], vec![10; 4]));
}

#[test]
fn without_a_worker_of_the_other_side_this_one_is_measured() {
    let world = World::default().script(Step::Launch, "", 1, failed(FailureKind::Error));
    let seen = measure(&world, &beside([arm("a")]), &Asked::default());
    assert_eq!(rounds(&seen.arms[0]), [10; 4]);
    assert!(matches!(seen.arms[1].ending, ArmEnding::Failed(_)));
}

#[test]
fn another_revision_may_answer_otherwise_but_its_own_arms_agree() {
    let answer = |text: &str| Op { answer: Some(text.into()), ..Op::default() };
    let world = World::default().answers("a", "1").answers("b", "1").answers("a'", "2").op("b'", answer("3"));
    let seen = measure(&world, &beside([arm("a"), arm("b")]), &Asked::default());
    let failed: Vec<bool> = seen.arms.iter().map(|run| matches!(run.ending, ArmEnding::Failed(_))).collect();
    assert_eq!(failed, [false, false, false, true]);
}

#[test]
fn memory_of_the_other_side_is_counted_where_something_is_asked_of_it() {
    for (on_both_sides, workers) in [(false, 1), (true, 2)] {
        let world = World::default();
        let case = beside([arm("a")]);
        let mut seen = measure(&world, &case, &Asked::default());
        let before = count(&world, "launch");
        let memory = Some(SitesMode::Off);
        further(
            &world,
            &case,
            FurtherPasses { memory, on_both_sides, ..FurtherPasses::default() },
            &mut seen.arms,
        );
        assert_eq!(count(&world, "launch") - before, workers);
    }
}

#[test]
fn a_resumed_run_knows_the_sides_apart() {
    let world = World::default().takes("a", Duration::from_micros(2)).takes("a'", Duration::from_micros(4));
    let whole = measure(&world, &beside([arm("a")]), &Asked::default());
    let turn = |key: &str| match &whole.finished[0].arms[key] {
        ArmShare::Measured { run, .. } => run.turns[0].samples[0],
        other => panic!("{other:?}"),
    };
    assert_eq!((turn("p::b::a"), turn("p::b::a (other revision)")), (2e3, 4e3));
    let world = World::default().takes("a", Duration::from_micros(2)).takes("a'", Duration::from_micros(4));
    let asked = Asked { resumed: &whole.finished[..3], ..Asked::default() };
    let seen = measure(&world, &beside([arm("a")]), &asked);
    assert_eq!(count(&world, "launch"), 2, "one run was left to do");
    assert_eq!((rounds(&seen.arms[0]), rounds(&seen.arms[1])), (vec![10; 4], vec![10; 4]));
}

#[test]
fn the_canary_is_measured_beside_twins_only_where_that_is_asked_for() {
    for (canary_beside, case) in
        [(false, beside([arm("a")])), (true, beside([arm("a")])), (false, case([arm("a")]))]
    {
        let is_expected = canary_beside || case.arms.len() == 1;
        let seen = measure(&World::default(), &case, &Asked { canary_beside, ..Asked::default() });
        for turn in seen.arms.iter().flat_map(|arm| &measured(arm).runs).flat_map(|run| &run.turns) {
            assert_eq!(turn.canary.is_some(), is_expected);
        }
    }
}
