//! How an arm compares with the reference of its case, and with itself in another revision. Main functions: [`of_arm`]
//! and [`of_sides`].

use super::checkup::Spread;
use crate::model::{
    ArmEnding, ArmRun, ArmSamples, Confirmation, Look, Ratio, Run, Side, SpreadFrom, Verdict,
};
use crate::plan::GroupCase;
use crate::stats::combine::{MIN_BETWEEN_RUNS, combine};
use crate::stats::decision::{
    ACROSS_BUILDS_FLOOR, AgainstLimit, Decision, SAME_BINARY_FLOOR, against_limit, decide,
    smallest_visible_change,
};
use crate::stats::few::{self, ENOUGH_RUNS, FEW_RUNS_FLOOR};
use crate::stats::interval::{DEFAULT_ALPHA, LogInterval};
use crate::stats::paired::{RunEstimate, Unpaired};
use crate::stats::quantile::lower_quartile_sample;

/// The ratio of an arm, or why there is none; `None` for the reference itself and for what was not measured.
///
/// A change that the first look shows takes a second one that shows the same, if `confirms`.
pub(super) fn of_arm(
    case: &GroupCase,
    runs: &[ArmRun],
    arm: usize,
    confirms: bool,
) -> Option<Result<Ratio, String>> {
    if case.arms[arm].is_reference || case.arms[arm].side == Side::Other {
        return None;
    }
    let ArmEnding::Measured(samples) = &runs[arm].ending else { return None };
    let question = Question { floor: SAME_BINARY_FLOOR, allowed: None };
    Some(reference(case, runs).and_then(|(other, id)| ratio(samples, other, id, &question, confirms)))
}

/// The ratio of an arm to itself in the other revision, or why there is none; `None` for what was not measured here, and
/// for what the other revision does not have. `allowed` is how much more time it may take, as a share.
///
/// A change that the first look shows takes a second one that shows the same, if `confirms`.
pub(crate) fn of_sides(
    case: &GroupCase,
    runs: &[ArmRun],
    arm: usize,
    allowed: f64,
    confirms: bool,
) -> Option<Result<Ratio, String>> {
    let (samples, there) =
        (measured(&runs[arm]).filter(|_| case.arms[arm].side == Side::This)?, case.twin(arm)?);
    let question = Question::across_builds(allowed);
    Some(match &runs[there].ending {
        ArmEnding::Measured(other) => ratio(samples, other, case.arms[there].label(), &question, confirms),
        ArmEnding::Failed(failure) => {
            let message = failure.message.lines().next().unwrap_or_default();
            Err(format!("the other revision's failed ({}: {message})", failure.kind))
        }
        ArmEnding::Skipped(reason) => Err(format!("the other revision's was skipped: {reason}")),
        ArmEnding::Passed => Err("the other revision's was not measured".to_owned()),
    })
}

/// How much the runs of an arm and of itself in the other program differ; `None` where less than two are to be had of both.
pub(crate) fn spread_of_sides(case: &GroupCase, runs: &[ArmRun], arm: usize) -> Option<Spread> {
    let samples = measured(&runs[arm]).filter(|_| case.arms[arm].side == Side::This)?;
    let runs = paired_runs(samples, measured(&runs[case.twin(arm)?])?, |_| true).ok()?;
    let within = runs.iter().map(|run| run.standard_error.powi(2)).sum::<f64>() / runs.len() as f64;
    let between = combine(&runs, DEFAULT_ALPHA, 0.0)?.between_runs.powi(2);
    Some(Spread { between, within })
}

fn measured(run: &ArmRun) -> Option<&ArmSamples> {
    match &run.ending {
        ArmEnding::Measured(samples) => Some(samples),
        _ => None,
    }
}

/// Whether further runs would decide nothing: every comparison has its word, cannot have one, or is as precise as asked
/// for. A case without comparisons is settled, since its figures hang on the machine's state more than on their number.
///
/// `allowed` is how much more time an arm may take than in another revision, as a share.
pub(crate) fn is_settled(case: &GroupCase, runs: &[ArmRun], allowed: f64) -> bool {
    questions(case, allowed).all(|asked| {
        let precision = case.arms[asked.arm].settings.precision.share().ln_1p();
        asked.judged(runs).is_none_or(|judged| {
            let is_precise = judged.runs > 1 && judged.interval.half_width() <= precision;
            judged.decision != Decision::Inconclusive || is_precise
        })
    })
}

/// The arms that one look at the case would call faster or slower, each with the one that it is compared with.
pub(super) fn changes(case: &GroupCase, runs: &[ArmRun], allowed: f64) -> Vec<(usize, usize)> {
    let is_change = |asked: &Asked| asked.judged(runs).is_some_and(|it| it.decision.is_change());
    questions(case, allowed).filter(is_change).map(|asked| (asked.arm, asked.with)).collect()
}

/// What two arms of a case are compared for.
struct Asked {
    arm: usize,
    with: usize,
    question: Question,
}

/// Everything that a case is measured to answer: how its arms compare with the reference, and with the other revision.
fn questions(case: &GroupCase, allowed: f64) -> impl Iterator<Item = Asked> {
    let reference = case.arms.iter().position(|arm| arm.is_reference);
    (0..case.arms.len()).filter(|arm| case.arms[*arm].side == Side::This).flat_map(move |arm| {
        let within = Question { floor: SAME_BINARY_FLOOR, allowed: None };
        let with_reference = reference.filter(|reference| *reference != arm);
        let with_reference = with_reference.map(|with| Asked { arm, with, question: within });
        let across = Question::across_builds(allowed);
        let with_other = case.twin(arm).map(|with| Asked { arm, with, question: across });
        with_reference.into_iter().chain(with_other)
    })
}

impl Asked {
    /// What all runs say; `None` where the two cannot be compared.
    fn judged(&self, runs: &[ArmRun]) -> Option<Judgement> {
        let (samples, other) = measured(&runs[self.arm]).zip(measured(&runs[self.with]))?;
        if samples.info.drop != other.info.drop {
            return None;
        }
        Judgement::of(&paired_runs(samples, other, |_| true).ok()?, &self.question)
    }
}

/// What is to be found out of a ratio.
#[derive(Clone, Copy, Debug)]
struct Question {
    /// A difference that never counts, as a logarithm.
    floor: f64,
    /// How much more may be, as a logarithm: what is beyond doubt within it, and estimated within the floor, is the same
    /// for a gate.
    allowed: Option<f64>,
}

impl Question {
    fn across_builds(allowed: f64) -> Self {
        Self { floor: ACROSS_BUILDS_FLOOR, allowed: Some(allowed.ln_1p()) }
    }

    fn decide(&self, interval: &LogInterval) -> Decision {
        match decide(interval, self.floor) {
            Decision::Inconclusive if self.is_within(interval) => Decision::Same,
            decision => decision,
        }
    }

    fn is_within(&self, interval: &LogInterval) -> bool {
        let mirrored = LogInterval { low: -interval.high, estimate: -interval.estimate, high: -interval.low };
        let within = |interval, allowed| against_limit(interval, allowed) == AgainstLimit::Within;
        let is_small = interval.estimate.abs() <= self.floor;
        self.allowed
            .is_some_and(|allowed| is_small && within(interval, allowed) && within(&mirrored, allowed))
    }
}

/// The reference's samples and its id, or why it has none.
fn reference<'r>(case: &GroupCase, runs: &'r [ArmRun]) -> Result<(&'r ArmSamples, String), String> {
    let Some(at) = case.arms.iter().position(|arm| arm.is_reference) else {
        return Err(format!("the reference has no case {} that ran", case.params));
    };
    match &runs[at].ending {
        ArmEnding::Measured(samples) => Ok((samples, case.arms[at].id.to_string())),
        ArmEnding::Failed(failure) => Err(format!("the reference failed ({})", failure.kind)),
        ArmEnding::Skipped(reason) => Err(format!("the reference was skipped: {reason}")),
        ArmEnding::Passed => Err("the reference was not measured".to_owned()),
    }
}

fn ratio(
    arm: &ArmSamples,
    other: &ArmSamples,
    reference: String,
    question: &Question,
    confirms: bool,
) -> Result<Ratio, String> {
    if arm.info.drop != other.info.drop {
        return Err("one of the arms drops its outputs inside the clock, the other outside".to_owned());
    }
    let judge = |of: fn(Look) -> bool| {
        let runs = paired_runs(arm, other, of).map_err(|error| error.to_string())?;
        Ok::<_, String>(Judgement::of(&runs, question))
    };
    let all =
        judge(|_| true)?.ok_or("too few rounds were measured, or their figures are out of all proportion")?;
    let first = judge(|look| look == Look::First)?.map_or(Decision::Inconclusive, |it| it.decision);
    let second = judge(|look| look == Look::Second)?.map(|it| it.decision);
    let (decision, confirmation) = confirmed(first, second, all.decision, confirms);
    let (low, value, high) = all.interval.ratios();
    Ok(Ratio {
        reference,
        value,
        low,
        high,
        verdict: verdict(decision),
        resolution: all.resolution(question.floor),
        runs: all.runs,
        spread: all.spread,
        confirmation,
    })
}

/// What stands after the looks that there were. Both must show a change, and so must their runs together: two looks that
/// agree on the side and not on the size leave it open.
fn confirmed(
    first: Decision,
    second: Option<Decision>,
    together: Decision,
    confirms: bool,
) -> (Decision, Confirmation) {
    match second {
        _ if !first.is_change() => (first, Confirmation::NotNeeded),
        None if !confirms => (first, Confirmation::NotAsked),
        None => (Decision::Inconclusive, Confirmation::Lacking),
        Some(second) => match first.confirmed_by(second).confirmed_by(together) {
            stands if stands.is_change() => (stands, Confirmation::Confirmed),
            _ => (Decision::Inconclusive, Confirmation::Contradicted),
        },
    }
}

fn verdict(decision: Decision) -> Verdict {
    match decision {
        Decision::Faster => Verdict::Faster,
        Decision::Slower => Verdict::Slower,
        Decision::Same => Verdict::Same,
        Decision::Inconclusive => Verdict::Inconclusive,
    }
}

/// The runs of the looks that are asked for in which both arms took part.
fn paired_runs(
    arm: &ArmSamples,
    reference: &ArmSamples,
    of: impl Fn(Look) -> bool,
) -> Result<Vec<RunEstimate>, Unpaired> {
    let pairs = arm.runs.iter().filter(|run| of(run.look)).filter_map(|run| {
        reference.runs.iter().find(|other| other.index == run.index).map(|other| (run, other))
    });
    pairs.map(|(run, other)| RunEstimate::of(&turn_figures(run), &turn_figures(other))).collect()
}

/// The figure of each turn that verdicts go by: the lower quartile of its sub-samples.
fn turn_figures(run: &Run) -> Vec<f64> {
    run.turns.iter().map(|turn| lower_quartile_sample(&turn.samples).unwrap_or(f64::NAN)).collect()
}

/// What some runs say of a ratio.
struct Judgement {
    interval: LogInterval,
    decision: Decision,
    runs: u32,
    spread: SpreadFrom,
}

impl Judgement {
    /// `None` without runs, or where their figures are too far apart for a number.
    fn of(runs: &[RunEstimate], question: &Question) -> Option<Self> {
        let count = runs.len() as u32;
        if let [only] = runs {
            return Some(Self::of_one(only));
        }
        let interval = few::interval(runs, DEFAULT_ALPHA, MIN_BETWEEN_RUNS)?;
        let decision = question.decide(&interval);
        if runs.len() >= ENOUGH_RUNS {
            return Some(Self { interval, decision, runs: count, spread: SpreadFrom::Runs });
        }
        let is_large = interval.estimate.abs() > FEW_RUNS_FLOOR;
        let is_told = is_large || (decision == Decision::Same && question.allowed.is_some());
        let decision = if is_told { decision } else { Decision::Inconclusive };
        Some(Self { interval, decision, runs: count, spread: SpreadFrom::Assumption })
    }

    /// One run alone shows how its rounds agree and decides nothing.
    fn of_one(run: &RunEstimate) -> Self {
        let reach = 3.0 * run.standard_error;
        let interval =
            LogInterval { estimate: run.estimate, low: run.estimate - reach, high: run.estimate + reach };
        Self { interval, decision: Decision::Inconclusive, runs: 1, spread: SpreadFrom::Assumption }
    }

    /// The smallest change that could have been called one, as a share.
    fn resolution(&self, floor: f64) -> f64 {
        match (self.spread, self.runs) {
            (SpreadFrom::Assumption, 1) => f64::INFINITY,
            (SpreadFrom::Assumption, _) => smallest_visible_change(&self.interval, FEW_RUNS_FLOOR),
            (SpreadFrom::Runs, _) => smallest_visible_change(&self.interval, floor),
        }
    }
}
