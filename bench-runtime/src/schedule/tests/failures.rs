//! Arms that fail, cannot run or answer wrongly, and what becomes of the others.

use super::{Asked, count, kinds, measure, rounds, with};
use crate::model::{ArmEnding, FailureKind, Flavor, Settings, WarningKind};
use crate::plan::Arm;
use crate::schedule::ArmShare;
use crate::schedule::fake::{Op, Step, World, arm, case, failed};
use crate::worker::Setback;

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
    assert!(!seen.finished[2].arms.contains("p::b::b"));
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
fn an_arm_that_turns_out_not_to_run_here_is_skipped() {
    for step in [Step::Once, Step::Calibrate, Step::Round] {
        let world = World::default().script(step, "b", 0, Setback::Skipped("no server".into()));
        let seen = measure(&world, &case([arm("a"), arm("b")]), &Asked::default());
        assert_eq!(seen.arms[1].ending, ArmEnding::Skipped("no server".into()), "{step:?}");
        assert_eq!(rounds(&seen.arms[0]), [10; 4], "{step:?}");
        assert!(!seen.events.iter().any(|event| event.contains("evicted")), "{step:?}");
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
    assert_eq!(seen.events, ["case of 1 started", "case of 1 ended"]);
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
fn an_arm_that_leaves_something_else_behind_fails_and_fails_once() {
    let op = |answer: &str, state: &str| Op {
        answer: Some(answer.to_owned()),
        end_state: Some(state.to_owned()),
        ..Op::default()
    };
    let world =
        World::default().op("a", op("1", "10 rows")).op("b", op("1", "9 rows")).op("c", op("2", "8 rows"));
    let seen = measure(&world, &case([arm("a"), arm("b"), arm("c"), arm("d")]), &Asked::default());
    let failure = |arm: usize| match &seen.arms[arm].ending {
        ArmEnding::Failed(failure) => (failure.kind, failure.message.clone()),
        other => panic!("{other:?}"),
    };
    let left = "it leaves `9 rows` behind where p::b::a leaves `10 rows`".to_owned();
    assert_eq!(failure(1), (FailureKind::EndState, left));
    assert_eq!(failure(2).0, FailureKind::Answer);
    assert_eq!(seen.events.iter().filter(|event| event.contains("evicted")).count(), 2, "{:?}", seen.events);
    assert!([0, 3].iter().all(|arm| seen.arms[*arm].warnings.is_empty()));
}

#[test]
fn a_crash_in_lock_step_evicts_the_arm_of_that_worker() {
    let world = World::default().script(Step::Round, "b", 1, failed(FailureKind::Signal));
    let two = |settings: &mut Settings| settings.flavor = Flavor::MultiThread;
    let seen = measure(&world, &case([arm("a"), with("b", two)]), &Asked::default());
    assert!(matches!(seen.arms[1].ending, ArmEnding::Failed(_)));
    assert_eq!(rounds(&seen.arms[0]), [10; 4]);
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
