//! Where the arms of a case run. Main type: [`Place`].

use super::runtime;
use crate::model::{Flavor, Placement, Settings};
use crate::plan::{Arm, GroupCase};
use crate::worker::Launcher;

/// Where the arms of a case run, and why not all in one worker process.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) placement: Placement,
    /// `None` where they share a worker.
    pub(super) reason: Option<String>,
}

impl Place {
    /// All in one worker process.
    pub(super) const SHARED: Self = Self { placement: Placement::Shared, reason: None };

    /// Arms whose runtimes differ cannot share a process: each gets its own, in lock step.
    pub(super) fn of(case: &GroupCase, launcher: &dyn Launcher) -> Self {
        match (launcher.placement(), differing(case)) {
            (Placement::Shared, Some(reason)) => {
                Self { placement: Placement::LockStep, reason: Some(reason) }
            }
            (placement, _) => Self { placement, reason: launcher.placement_reason() },
        }
    }
}

/// How the runtimes of two arms differ, if those of any two do.
fn differing(case: &GroupCase) -> Option<String> {
    let mut arms = case.arms.iter().filter(|arm| arm.skip.is_none());
    let first = arms.next()?;
    let other = arms.find(|arm| runtime(&arm.settings) != runtime(&first.settings))?;
    let of = |arm: &Arm| format!("that of {} {}", arm.id, spoken(&arm.settings));
    Some(format!("the runtimes differ: {}, {}", of(first), of(other)))
}

fn spoken(settings: &Settings) -> String {
    match (settings.flavor, settings.workers) {
        (Flavor::CurrentThread, _) => "stays on one thread".to_owned(),
        (Flavor::MultiThread, 1) => "has a worker thread".to_owned(),
        (Flavor::MultiThread, workers) => format!("has {workers} worker threads"),
    }
}
