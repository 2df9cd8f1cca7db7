//! What is measured a second time, and how the two measurements are put together. Main functions: [`again`] and
//! [`joined`].

use super::ratio::changes;
use crate::model::{ArmEnding, ArmRun};
use crate::plan::GroupCase;

/// The case with nothing in it but the arms that `first` would call faster or slower, and those that they are compared
/// with; the others are skipped. `None` where there is nothing to confirm. `allowed` is as for
/// [`is_settled`](super::is_settled).
pub(crate) fn again(case: &GroupCase, first: &[ArmRun], allowed: f64) -> Option<GroupCase> {
    let changes = changes(case, first, allowed);
    if changes.is_empty() {
        return None;
    }
    let mut again = case.clone();
    for (at, arm) in again.arms.iter_mut().enumerate() {
        if !changes.iter().any(|(changed, with)| [*changed, *with].contains(&at)) {
            arm.skip.get_or_insert_with(|| "there is nothing to confirm".to_owned());
        }
    }
    Some(again)
}

/// Both measurements of a case as one: their runs keep the look that they belong to. An arm that failed when it was
/// measured again has failed.
pub(crate) fn joined(first: Vec<ArmRun>, second: Vec<ArmRun>) -> Vec<ArmRun> {
    first.into_iter().zip(second).map(|(first, second)| both(first, second)).collect()
}

fn both(mut first: ArmRun, second: ArmRun) -> ArmRun {
    let ArmEnding::Measured(samples) = &mut first.ending else { return first };
    match second.ending {
        ArmEnding::Measured(more) => samples.runs.extend(more.runs),
        ArmEnding::Failed(failure) => first.ending = ArmEnding::Failed(failure),
        ArmEnding::Passed | ArmEnding::Skipped(_) => {}
    }
    for warning in second.warnings {
        if first.warnings.iter().all(|other| other.kind != warning.kind) {
            first.warnings.push(warning);
        }
    }
    first
}
