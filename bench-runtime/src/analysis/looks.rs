//! What is measured a second time, and how measurements are put together. Main functions: [`changed`], [`complete`] and
//! [`joined`].

use super::ratio::changes;
use crate::model::{ArmEnding, ArmRun, ArmSamples, Look, Run};
use crate::plan::GroupCase;

/// The case with nothing in it but the arms that `first` would call faster or slower, those that changed in `another` way,
/// and those that they are compared with; the others are skipped. `None` where there is nothing to confirm. `allowed` is
/// as for [`is_settled`](super::is_settled).
pub(crate) fn changed(
    case: &GroupCase,
    first: &[ArmRun],
    allowed: f64,
    another: &[usize],
) -> Option<GroupCase> {
    let changes = changes(case, first, allowed);
    let wanted = |at: usize| changes.iter().any(|(changed, with)| [*changed, *with].contains(&at));
    let others = with_partners(case, another);
    (!changes.is_empty() || !others.is_empty()).then(|| only(case, |at| wanted(at) || others.contains(&at)))
}

/// The case with nothing in it but these arms and those that they are compared with; the others are skipped. `None`
/// where there are none.
pub(crate) fn some(case: &GroupCase, arms: &[usize]) -> Option<GroupCase> {
    let wanted = with_partners(case, arms);
    (!wanted.is_empty()).then(|| only(case, |at| wanted.contains(&at)))
}

/// The arms, those that they have on the other side, and the reference where one of them has a ratio to it.
fn with_partners(case: &GroupCase, arms: &[usize]) -> Vec<usize> {
    let reference = case.arms.iter().position(|arm| arm.is_reference);
    let partners =
        |arm: &usize| [Some(*arm), case.twin(*arm), reference.filter(|reference| reference != arm)];
    arms.iter().flat_map(partners).flatten().collect()
}

/// What one look alone learned; an arm without runs of it is skipped.
pub(crate) fn of_look(runs: &[ArmRun], look: Look) -> Vec<ArmRun> {
    let of = |run: &ArmRun| {
        let ArmEnding::Measured(samples) = &run.ending else { return run.clone() };
        let runs: Vec<Run> = samples.runs.iter().filter(|run| run.look == look).cloned().collect();
        let ending = match runs[..] {
            [] => ArmEnding::Skipped("this look was not at it".to_owned()),
            _ => ArmEnding::Measured(ArmSamples { runs, ..samples.clone() }),
        };
        ArmRun { ending, ..run.clone() }
    };
    runs.iter().map(of).collect()
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
