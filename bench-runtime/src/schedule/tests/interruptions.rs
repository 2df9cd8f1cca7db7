//! Cases that are stopped, and cases that are resumed.

use super::{Asked, Seen, count, kinds, measure, measured, ms, rounds, rounds_logged};
use crate::model::{ArmEnding, FailureKind, WarningKind};
use crate::schedule::fake::{Step, World, arm, case, failed};
use crate::worker::Setback;

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
