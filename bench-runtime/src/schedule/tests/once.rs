//! Every benchmark called once.

use super::{Asked, count, schedule, words};
use crate::model::{ArmEnding, ArmRun, Errors, FailureKind, WarningKind};
use crate::plan::{Arm, GroupCase};
use crate::schedule::Event;
use crate::schedule::fake::{Op, Step, World, arm, case, failed};
use crate::worker::Setback;

fn pass_once(world: &World, cases: &[GroupCase], stop: &dyn Fn() -> bool) -> (Vec<Vec<ArmRun>>, Vec<String>) {
    let mut events = Vec::new();
    let asked = Asked { stop, ..Asked::default() };
    let mut observe = |event: Event<'_>| events.push(words(&event));
    let arms = schedule(&mut world.clone(), world, &asked, &mut observe).pass_once(cases);
    (arms, events)
}

/// One letter for how each arm ended.
fn endings(cases: &[Vec<ArmRun>]) -> Vec<String> {
    let letter = |arm: &ArmRun| match &arm.ending {
        ArmEnding::Measured(_) => 'm',
        ArmEnding::Passed => 'p',
        ArmEnding::Skipped(_) => 's',
        ArmEnding::Failed(_) => 'f',
    };
    cases.iter().map(|arms| arms.iter().map(letter).collect()).collect()
}

fn failure_kind(arm: &ArmRun) -> Option<FailureKind> {
    match &arm.ending {
        ArmEnding::Failed(failure) => Some(failure.kind),
        _ => None,
    }
}

#[test]
fn one_worker_calls_every_benchmark_once() {
    let world = World::default();
    let (arms, events) = pass_once(&world, &[case([arm("a"), arm("b")]), case([arm("c")])], &|| false);
    assert_eq!(endings(&arms), ["pp", "p"]);
    let steps = ["launch 0", "prepare a", "once a", "prepare b", "once b", "prepare c", "once c", "finish"];
    assert_eq!(world.log(), steps);
    assert_eq!(events, ["case of 2 started", "case of 2 ended", "case of 1 started", "case of 1 ended"]);
}

#[test]
fn a_failure_costs_the_worker_and_the_next_arm_gets_a_fresh_one() {
    for step in [Step::Prepare, Step::Once] {
        let world = World::default().script(step, "b", 0, failed(FailureKind::Abort));
        let cases = [case([arm("a"), arm("b"), arm("c")]), case([arm("d")])];
        let (arms, events) = pass_once(&world, &cases, &|| false);
        assert_eq!(endings(&arms), ["pfp", "p"]);
        assert_eq!((count(&world, "launch"), count(&world, "once c")), (2, 1));
        assert!(events.contains(&"p::b::b evicted: abort".to_owned()));
    }
}

#[test]
fn what_is_ignored_or_cannot_run_here_is_skipped() {
    let world = World::default().script(Step::Prepare, "a", 0, Setback::Skipped("no server".into()));
    let ignored = Arm { skip: Some("ignored".into()), ..arm("b") };
    let (arms, _) = pass_once(&world, &[case([arm("a"), ignored, arm("c")])], &|| false);
    assert_eq!(endings(&arms), ["ssp"]);
    assert_eq!(count(&world, "launch"), 1);
}

#[test]
fn an_error_fails_the_call() {
    let errors = Errors { count: 1, first: Some("no such table".into()) };
    let world = World::default().op("a", Op { errors, ..Op::default() });
    let (arms, _) = pass_once(&world, &[case([arm("a"), arm("b")])], &|| false);
    assert_eq!(endings(&arms), ["fp"]);
    let ArmEnding::Failed(failure) = &arms[0][0].ending else { unreachable!("it failed") };
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Error, "no such table"));
    assert_eq!(count(&world, "launch"), 1, "the worker is as good as before");
}

#[test]
fn answers_are_compared_within_a_case_only() {
    let world = World::default().answers("a", "1").answers("b", "2").answers("c", "3");
    let (arms, _) = pass_once(&world, &[case([arm("a"), arm("b")]), case([arm("c")])], &|| false);
    assert_eq!(endings(&arms), ["pf", "p"]);
    assert_eq!(failure_kind(&arms[0][1]), Some(FailureKind::Answer));
}

#[test]
fn what_was_not_called_before_the_stop_is_skipped() {
    let world = World::default();
    let stop = || count(&world, "once") >= 2;
    let (arms, _) = pass_once(&world, &[case([arm("a"), arm("b"), arm("c")]), case([arm("d")])], &stop);
    assert_eq!(endings(&arms), ["pps", "s"]);
}

#[test]
fn a_launch_that_fails_is_tried_again_for_the_next_arm() {
    let world = World::default().script(Step::Launch, "", 0, failed(FailureKind::Error));
    let (arms, _) = pass_once(&world, &[case([arm("a"), arm("b")])], &|| false);
    assert_eq!(endings(&arms), ["fp"]);
}

#[test]
fn a_failing_tear_down_fails_a_lone_arm_and_warns_of_several() {
    let world = World::default().script(Step::Finish, "", 0, failed(FailureKind::Abort));
    let (arms, _) = pass_once(&world, &[case([arm("a")])], &|| false);
    assert_eq!(endings(&arms), ["f"]);

    let world = World::default().script(Step::Finish, "", 0, failed(FailureKind::Abort));
    let (arms, _) = pass_once(&world, &[case([arm("a")]), case([arm("b")])], &|| false);
    assert_eq!(endings(&arms), ["p", "p"]);
    assert!(arms.iter().all(|arms| arms[0].warnings[0].kind == WarningKind::Errors));
}
