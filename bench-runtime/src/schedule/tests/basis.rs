//! What arms run on, from one run to the next.

use super::super::fake::{Op, World, arm, case};
use super::{Asked, further, kinds, measure, scheduled};
use crate::model::{ArmRun, Basis, FurtherPasses, SitesMode, WarningKind};

fn on(version: &str) -> Basis {
    let facts = [("pg.version".to_owned(), version.to_owned())].into_iter().collect();
    Basis { facts, ..Basis::default() }
}

/// A world in which `a` runs on servers of these versions, launch by launch.
fn world(versions: &[&str]) -> World {
    let bases = versions.iter().map(|version| on(version)).collect();
    World::default().op("a", Op { bases, ..Op::default() })
}

#[test]
fn an_arm_has_what_it_ran_on_and_one_that_tells_nothing_has_nothing() {
    let seen = measure(&world(&["17"]), &case([arm("a"), arm("b")]), &Asked::default());
    assert_eq!((&seen.arms[0].basis, seen.arms[1].basis.is_empty()), (&on("17"), true));
    assert!(seen.arms.iter().all(|run| !kinds(run).contains(&WarningKind::Basis)));
}

#[test]
fn a_test_run_tells_it_too() {
    let world = world(&["17"]);
    let passed = scheduled(&world, |schedule| schedule.pass_once(&[case([arm("a")])]));
    assert_eq!(passed[0][0].basis, on("17"));
}

#[test]
fn what_changes_from_one_run_to_the_next_is_told() {
    let seen = measure(&world(&["16", "17"]), &case([arm("a")]), &Asked::default());
    let warnings = &seen.arms[0].warnings;
    let message = "what it runs on changed from one run to the next: `pg.version` was `16`, and is `17`";
    assert!(warnings.iter().any(|warning| warning.message == message), "{warnings:?}");
}

#[test]
fn finished_runs_that_are_taken_over_keep_it() {
    let whole = measure(&world(&["17"]), &case([arm("a")]), &Asked::default());
    let resumed = Asked { resumed: &whole.finished, ..Asked::default() };
    let again = measure(&World::default(), &case([arm("a")]), &resumed);
    assert_eq!(again.arms[0].basis, on("17"));
}

#[test]
fn an_arm_of_which_only_memory_is_counted_has_it_too() {
    let passes = FurtherPasses { memory: Some(SitesMode::Off), ..FurtherPasses::default() };
    let world = world(&["17"]);
    let only = scheduled(&world, |schedule| schedule.only_further_passes(&case([arm("a")]), passes));
    assert_eq!(only[0].basis, on("17"));
    let mut runs: Vec<ArmRun> = measure(&world, &case([arm("a")]), &Asked::default()).arms;
    further(&world, &case([arm("a")]), passes, &mut runs);
    assert_eq!(runs[0].basis, on("17"));
}
