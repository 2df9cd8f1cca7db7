//! What a reader should know of how an arm was measured. Main function: [`of_arm`].

use std::time::Duration;

use super::case::CaseState;
use super::crew::Out;
use super::needs_threads;
use crate::model::{Failure, FailureKind, Settings, Warning, WarningKind};

/// The warnings of an arm that was measured; of another, what it ended with says enough.
pub(super) fn of_arm(state: &CaseState<'_>, arm: usize, now: Duration) -> Vec<Warning> {
    if !state.arms[arm].is_in() || state.arms[arm].runs.is_empty() {
        return Vec::new();
    }
    let single = [not_pinned(state, arm), moved(state, arm), short_of_time(state, now), torn_down(state)];
    single.into_iter().flatten().chain(evictions(state)).collect()
}

fn not_pinned(state: &CaseState<'_>, arm: usize) -> Option<Warning> {
    let unpinned = state.arms[arm].runs.iter().any(|run| run.core.is_none());
    unpinned
        .then(|| Warning::new(WarningKind::NotPinned, format!("not pinned to a core: {}", why(state, arm))))
}

fn why(state: &CaseState<'_>, arm: usize) -> String {
    let many = |arm: usize| needs_threads(&state.case.arms[arm].settings);
    if many(arm) {
        threads(&state.case.arms[arm].settings)
    } else if let Some(other) = (0..state.arms.len()).find(|other| many(*other)) {
        format!("{} of the same case needs several", state.arms[other].id)
    } else {
        "this is not possible or not wanted here, so figures may spread more".to_owned()
    }
}

fn moved(state: &CaseState<'_>, arm: usize) -> Option<Warning> {
    let how = state.arms[arm].moved.as_ref()?;
    Some(Warning::new(WarningKind::Basis, format!("what it runs on changed from one run to the next: {how}")))
}

fn threads(settings: &Settings) -> String {
    if settings.threads > 1 {
        format!("it keeps {} threads busy", settings.threads)
    } else {
        "its runtime has several threads".to_owned()
    }
}

fn short_of_time(state: &CaseState<'_>, now: Duration) -> Option<Warning> {
    let (total, done) = (state.demand.total(&state.pace()?), state.progress(now));
    let because = if state.stopped {
        "the run was stopped".to_owned()
    } else {
        format!("there were {:.1?} for it; raise max_time or the budget", state.demand.max_time)
    };
    let message = format!(
        "{} rounds in {} runs were measured instead of {} in {}: {because}",
        done.rounds, done.runs, total.rounds, total.runs
    );
    (done.rounds < total.rounds).then(|| Warning::new(WarningKind::ShortOfTime, message))
}

fn torn_down(state: &CaseState<'_>) -> Option<Warning> {
    let Failure { kind, message, .. } = state.torn_down.as_ref()?;
    Some(Warning::new(
        WarningKind::Errors,
        format!(
            "tearing down failed after the measurement, of this arm or another of its case ({kind}: {message})"
        ),
    ))
}

/// A wrong answer, or what is left behind, disturbs nobody else; every other failure cost the others a run.
fn evictions(state: &CaseState<'_>) -> impl Iterator<Item = Warning> {
    state.arms.iter().filter_map(|arm| match &arm.out {
        Some(Out::Failed(failure))
            if !matches!(failure.kind, FailureKind::Answer | FailureKind::EndState) =>
        {
            let message = format!("measured again without {}, which failed ({})", arm.id, failure.kind);
            Some(Warning::new(WarningKind::ArmEvicted, message))
        }
        _ => None,
    })
}
