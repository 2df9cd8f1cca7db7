//! How many runs and rounds there are.

use std::time::Duration;

use super::{Asked, kinds, measure, measured, ms, rounds, rounds_logged, schedule, with};
use crate::clock::Clock;
use crate::model::WarningKind;
use crate::schedule::fake::{Op, World, arm, case};
use crate::schedule::{Again, Budget, Event, LoadDemand, Schedule};

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
    assert_eq!(
        rounds(&seen.arms[0]),
        [3, 1, 2],
        "one warm-up round each; the first run ends at half the time"
    );
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
    let (mut launcher, asked) = (world.clone(), Asked { cores: &[0], ..Asked::default() });
    let mut nobody = |_: Event<'_>| {};
    let budget = Some(Budget::new(ms(1000), &cases, Again::Nothing, LoadDemand::default(), world.now()));
    let mut schedule = Schedule { budget, ..schedule(&mut launcher, &world, &asked, &mut nobody) };
    let first = schedule.measure(&cases[0], &[]).arms;
    let at_half = world.now();
    let second = schedule.measure(&cases[1], &[]).arms;
    assert!(at_half <= ms(500) && world.now() <= ms(1000), "{at_half:?} {:?}", world.now());
    for arm in first.iter().chain(&second) {
        assert_eq!(kinds(arm), [WarningKind::ShortOfTime]);
        assert!(rounds(arm).len() >= 3, "{:?}", rounds(arm));
    }
}
