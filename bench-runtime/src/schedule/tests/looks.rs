//! When a case is given more runs than at first.

use std::cell::RefCell;

use super::{Asked, kinds, measure, measured, ms, rounds, with};
use crate::model::{ArmRun, WarningKind};
use crate::plan::GroupCase;
use crate::schedule::fake::{World, arm, case};

/// How many runs there were at each look, if `enough` of them end it.
fn looks(case: &GroupCase, enough: usize) -> (Vec<usize>, Vec<usize>) {
    let seen = RefCell::new(Vec::new());
    let look = |_: &GroupCase, arms: &[ArmRun]| {
        let runs = rounds(&arms[0]).len();
        seen.borrow_mut().push(runs);
        runs >= enough
    };
    let ended = measure(&World::default(), case, &Asked { enough: &look, ..Asked::default() });
    let rounds = rounds(&ended.arms[0]);
    (seen.into_inner(), rounds)
}

#[test]
fn an_open_case_gets_two_more_runs_at_a_time_up_to_twelve() {
    let case = case([arm("a"), arm("b")]);
    assert_eq!(looks(&case, 4), (vec![4], vec![10; 4]));
    assert_eq!(looks(&case, 8), (vec![4, 6, 8], vec![10; 8]));
    assert_eq!(looks(&case, 99), (vec![4, 6, 8, 10, 12], vec![10; 12]));
}

#[test]
fn a_number_of_runs_that_is_set_is_all_there_is() {
    let case = case([with("a", |s| (s.processes, s.most_processes) = (5, 5))]);
    assert_eq!(looks(&case, 99), (vec![5], vec![10; 5]));
}

#[test]
fn max_rounds_bounds_the_looks_too() {
    let case = case([with("a", |s| s.max_rounds = 65)]);
    assert_eq!(looks(&case, 99), (vec![4, 6], vec![10; 6]));
}

#[test]
fn more_rounds_at_first_are_more_runs_before_the_first_look() {
    let case = case([with("a", |s| s.min_rounds = 60)]);
    assert_eq!(looks(&case, 8), (vec![6, 8], vec![10; 8]));
}

#[test]
fn later_runs_are_as_long_as_the_first_ones() {
    let world = World::default().takes("a", ms(150));
    let enough = |_: &GroupCase, arms: &[ArmRun]| rounds(&arms[0]).len() >= 6;
    let seen = measure(&world, &case([arm("a")]), &Asked { enough: &enough, ..Asked::default() });
    assert_eq!(rounds(&seen.arms[0]), [3; 6]);
}

#[test]
fn the_time_ends_the_looks_without_a_warning() {
    let world = World::default().launch_takes(ms(1900));
    let seen = measure(&world, &case([arm("a")]), &Asked { enough: &|_, _| false, ..Asked::default() });
    assert_eq!(rounds(&seen.arms[0]).len(), 5);
    assert_eq!(kinds(&seen.arms[0]), [], "what was asked for at first is there");
}

#[test]
fn too_little_time_for_the_first_look_is_not_looked_at() {
    let world = World::default().launch_takes(ms(3000));
    let enough = |_: &GroupCase, _: &[ArmRun]| panic!("there are but three of four runs");
    let seen = measure(&world, &case([arm("a")]), &Asked { enough: &enough, ..Asked::default() });
    assert_eq!(kinds(&seen.arms[0]), [WarningKind::ShortOfTime]);
}

#[test]
fn a_resumed_case_looks_where_it_would_have_looked() {
    let case = case([arm("a"), arm("b")]);
    let enough = |_: &GroupCase, arms: &[ArmRun]| rounds(&arms[0]).len() >= 8;
    let asked = || Asked { enough: &enough, ..Asked::default() };
    let whole = measure(&World::default(), &case, &asked());
    for done in 0..=8 {
        let resumed = &whole.finished[..done];
        let seen = measure(&World::default(), &case, &Asked { resumed, ..asked() });
        assert_eq!(rounds(&seen.arms[0]), [10; 8], "after {done}");
        let cores = |arms: &[ArmRun]| measured(&arms[0]).runs.iter().map(|run| run.core).collect::<Vec<_>>();
        assert_eq!(cores(&seen.arms), cores(&whole.arms));
    }
}
