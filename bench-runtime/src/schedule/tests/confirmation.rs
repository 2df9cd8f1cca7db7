//! Cases that are measured a second time.

use super::{Asked, count, measure, measured, ms, rounds, schedule, with, words};
use crate::clock::Clock;
use crate::model::{ArmEnding, ArmRun, FailureKind, Look};
use crate::plan::{Arm, GroupCase};
use crate::schedule::fake::{Step, World, arm, case, failed};
use crate::schedule::{Again, Budget, Event, FinishedRun, LoadDemand, Measured, Part, Schedule};

fn reference(name: &str) -> Arm {
    let mut arm = arm(name);
    arm.is_reference = true;
    arm
}

/// Measures a case and then confirms it: both results, and the finished runs.
fn twice(world: &World, case: &GroupCase, resumed: &[FinishedRun]) -> Twice {
    twice_for(Again::Changes, world, case, resumed)
}

fn twice_for(again: Again, world: &World, case: &GroupCase, resumed: &[FinishedRun]) -> Twice {
    let (mut finished, mut events) = (Vec::new(), Vec::new());
    let mut observe = |event: Event<'_>| {
        events.push(words(&event));
        if let Event::RunEnded(_, run) = event {
            finished.push(run.clone());
        }
    };
    let (mut launcher, asked) = (world.clone(), Asked { again, ..Asked::default() });
    let mut schedule = schedule(&mut launcher, world, &asked, &mut observe);
    let first = schedule.measure(case, resumed);
    schedule.confirming(std::slice::from_ref(case));
    let second = schedule.confirm(case, &first, resumed);
    Twice { first, second, finished, events }
}

struct Twice {
    first: Measured,
    second: Option<Vec<ArmRun>>,
    finished: Vec<FinishedRun>,
    events: Vec<String>,
}

#[test]
fn a_second_look_has_fresh_processes_and_samples_as_the_first() {
    let world = World::default();
    let Twice { first, second, events, .. } = twice(&world, &case([reference("a"), arm("b")]), &[]);
    let second = second.expect("there is time");
    assert_eq!((count(&world, "launch"), count(&world, "calibrate"), count(&world, "once")), (8, 2, 2));
    let (one, other) = (measured(&first.arms[1]), measured(&second[1]));
    assert_eq!(one.calibration, other.calibration);
    assert_eq!(
        other.runs.iter().map(|run| (run.index, run.look)).collect::<Vec<_>>(),
        [(4, Look::Second), (5, Look::Second), (6, Look::Second), (7, Look::Second)]
    );
    assert!(one.runs.iter().all(|run| run.look == Look::First));
    let told = events.iter().position(|event| event == "1 to be confirmed").expect("told");
    assert_eq!(events[told + 2], "round 0/13 of run 0/4");
}

#[test]
fn arms_that_need_no_confirmation_are_left_out() {
    let world = World::default();
    let mut case = case([reference("a"), arm("b"), arm("c")]);
    let first = measure(&world, &case, &Asked::default());
    let before = count(&world, "prepare c");
    case.arms[2].skip = Some("nothing to confirm".to_owned());
    let seen = twice(&world, &case, &[]);
    assert_eq!(count(&world, "prepare c"), before);
    assert_eq!(rounds(&seen.second.expect("there is time")[1]), rounds(&first.arms[1]));
}

#[test]
fn a_case_leaves_half_of_its_time_to_its_confirmation() {
    let world = World::default().takes("a", ms(90)).takes("b", ms(90));
    let short = |name| with(name, |settings| settings.max_time = ms(4_000));
    let mut short_case = case([short("a"), short("b")]);
    short_case.arms[0].is_reference = true;
    let Twice { first, second, .. } = twice(&world, &short_case, &[]);
    assert!(first.spent <= ms(2_000), "{:?}", first.spent);
    assert!(world.now() <= ms(4_000), "{:?}", world.now());
    assert!(rounds(&second.expect("there is time")[0]).len() >= 2);
}

#[test]
fn without_time_there_is_no_second_look() {
    let world = World::default().launch_takes(ms(6_000));
    let Twice { second, .. } = twice(&world, &case([reference("a"), arm("b")]), &[]);
    assert_eq!(second, None);
}

#[test]
fn for_the_record_there_are_three_runs_each_time_however_long_they_take() {
    let world = World::default().launch_takes(ms(6_000));
    let Twice { first, second, .. } = twice_for(Again::All, &world, &case([arm("a")]), &[]);
    assert_eq!((rounds(&first.arms[0]), rounds(&second.expect("in any case")[0])), (vec![1; 3], vec![1; 3]));
}

#[test]
fn a_failure_in_the_second_look_is_one() {
    let world = World::default().script(Step::Round, "b", 5, failed(FailureKind::Abort));
    let Twice { second, .. } = twice(&world, &case([reference("a"), arm("b")]), &[]);
    let second = second.expect("there is time");
    assert!(matches!(second[1].ending, ArmEnding::Failed(_)), "{:?}", second[1]);
    assert_eq!(rounds(&second[0]), [10; 4]);
}

#[test]
fn both_looks_are_resumed_from_their_own_runs() {
    let case = case([reference("a"), arm("b")]);
    let whole = twice(&World::default(), &case, &[]);
    for done in 0..=8 {
        let world = World::default();
        let seen = twice(&world, &case, &whole.finished[..done]);
        assert_eq!(count(&world, "launch"), 8 - done, "after {done}");
        assert_eq!(rounds(&seen.first.arms[1]), [10; 4]);
        let (second, before) = (seen.second.expect("there is time"), whole.second.clone().expect("time"));
        assert_eq!(rounds(&second[1]), [10; 4]);
        let cores = |arms: &[ArmRun]| measured(&arms[1]).runs.iter().map(|run| run.core).collect::<Vec<_>>();
        assert_eq!(cores(&second), cores(&before));
    }
}

#[test]
fn a_retry_goes_on_with_fresh_processes_and_its_runs_say_so() {
    let world = World::default();
    let case = case([arm("a"), arm("b")]);
    let mut finished = Vec::new();
    let mut observe = |event: Event<'_>| {
        if let Event::RunEnded(_, run) = event {
            finished.push(run.clone());
        }
    };
    let (mut launcher, asked) = (world.clone(), Asked { again: Again::AllChanges, ..Asked::default() });
    let mut first_time = schedule(&mut launcher, &world, &asked, &mut observe);
    let first = first_time.measure(&case, &[]).arms;
    let part = Part { look: Look::First, retry: 1 };
    let more = first_time.retry(&case, &first, part, &[]).expect("there is time");
    let indices =
        |run: &ArmRun| measured(run).runs.iter().map(|run| (run.index, run.retry)).collect::<Vec<_>>();
    assert_eq!(indices(&first[0]), [(0, 0), (1, 0), (2, 0), (3, 0)]);
    assert_eq!(indices(&more[1]), [(4, 1), (5, 1), (6, 1), (7, 1)]);
    assert_eq!(count(&world, "calibrate"), 2);

    // What a journal has of it is taken for the retry, and not for the first measurement.
    let launches = count(&world, "launch");
    let mut nobody = |_: Event<'_>| ();
    let mut launcher = world.clone();
    let mut resumed = schedule(&mut launcher, &world, &asked, &mut nobody);
    assert_eq!(resumed.measure(&case, &finished).arms, first);
    assert_eq!(resumed.retry(&case, &first, part, &finished).as_ref(), Some(&more));
    assert_eq!(count(&world, "launch"), launches);
}

#[test]
fn nothing_is_retried_once_the_budget_is_spent() {
    let world = World::default();
    let case = case([arm("a")]);
    let mut nobody = |_: Event<'_>| ();
    let cases = [case.clone()];
    let (mut launcher, asked) = (world.clone(), Asked { cores: &[0], ..Asked::default() });
    let budget = Some(Budget::new(ms(1), &cases, Again::Nothing, LoadDemand::default(), world.now()));
    let mut schedule = Schedule { budget, ..schedule(&mut launcher, &world, &asked, &mut nobody) };
    let first = schedule.measure(&case, &[]).arms;
    schedule.confirming(&cases);
    assert_eq!(schedule.retry(&case, &first, Part::default(), &[]), None);
}
