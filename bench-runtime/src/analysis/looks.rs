//! What is measured a second time, and how the two measurements are put together. Main functions: [`changed`],
//! [`complete`] and [`joined`].

use super::ratio::changes;
use crate::model::{ArmEnding, ArmRun};
use crate::plan::GroupCase;

/// The case with nothing in it but the arms that `first` would call faster or slower, and those that they are compared
/// with; the others are skipped. `None` where there is nothing to confirm. `allowed` is as for
/// [`is_settled`](super::is_settled).
pub(crate) fn changed(case: &GroupCase, first: &[ArmRun], allowed: f64) -> Option<GroupCase> {
    let changes = changes(case, first, allowed);
    let wanted = |at: usize| changes.iter().any(|(changed, with)| [*changed, *with].contains(&at));
    (!changes.is_empty()).then(|| only(case, wanted))
}

/// The case with all the arms that `first` measured; the others are skipped. `None` where it measured none.
pub(crate) fn complete(case: &GroupCase, first: &[ArmRun]) -> Option<GroupCase> {
    let measured = |at: usize| matches!(first[at].ending, ArmEnding::Measured(_));
    (0..first.len()).any(measured).then(|| only(case, measured))
}

fn only(case: &GroupCase, wanted: impl Fn(usize) -> bool) -> GroupCase {
    let mut again = case.clone();
    for (at, arm) in again.arms.iter_mut().enumerate() {
        if !wanted(at) {
            arm.skip.get_or_insert_with(|| "it is not measured once more".to_owned());
        }
    }
    again
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
