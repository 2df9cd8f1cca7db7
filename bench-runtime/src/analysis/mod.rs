//! From samples to records: summaries, ratios and what is odd about them. Main function: [`records`].

mod checkup;
mod circumstances;
mod growth;
mod load;
mod looks;
mod movement;
mod oddities;
mod ratio;
mod summary;
mod tax;

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use crate::model::{ArmEnding, ArmRun, Comparison, Load, Look, LookFigures, Outcome, Record, Run, Shape};
use crate::plan::{Arm, GroupCase};

pub(crate) use self::checkup::{Spread, Trial, calibration_spread, checkups, interruptions, together};
pub(crate) use self::circumstances::notes as circumstances;
pub(crate) use self::growth::scaling;
pub(crate) use self::load::knees;
pub(crate) use self::looks::{changed, complete, joined, of_look, some};
pub(crate) use self::ratio::{is_settled, of_sides, spread_of_sides};

/// What is to be known of the suite besides the samples of a case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// When the case's measurement ended.
    pub(crate) recorded_at: SystemTime,
    /// The smallest step of the clock.
    pub(crate) clock_resolution: Duration,
    /// Whether the group has a reference, in this case or in another.
    pub(crate) group_has_reference: bool,
    /// Whether a change takes a second look that agrees.
    pub(crate) confirms: bool,
}

/// One record per arm of `case`, in order. `runs` has what the schedule learned of each, of both looks.
pub(crate) fn records(case: &GroupCase, runs: Vec<ArmRun>, setting: Setting) -> Vec<Record> {
    let comparisons: Vec<_> = (0..case.arms.len())
        .map(|arm| if setting.group_has_reference { comparison(case, &runs, arm, setting) } else { None })
        .collect();
    let (memory_ratios, loads) = (memory_ratios(case, &runs), load::of_case(case, &runs));
    let looks = both_looks(case, &runs, setting);
    let reference = case.arms.iter().position(|arm| arm.is_reference).and_then(|at| shape(&runs[at]));
    let arms = case.arms.iter().zip(runs).zip(comparisons).zip(memory_ratios).zip(looks).zip(loads);
    let mut records: Vec<_> = arms
        .map(|(((((arm, run), comparison), memory_ratio), looks), load)| {
            let shapes = shape(&run).zip(reference);
            let record = record(&case.group, arm, run, comparison, setting).under(load);
            let mut record = Record { memory_ratio, looks, ..record };
            if let (Some(Comparison::Ratio(_)), Some((arm, reference))) = (&record.comparison, shapes) {
                record.warnings.extend(oddities::of_shapes(arm, reference));
            }
            record
        })
        .collect();
    tax::levy(&mut records);
    records
}

/// How the routine of an arm was called; `None` for what was not measured.
fn shape(run: &ArmRun) -> Option<Shape> {
    match &run.ending {
        ArmEnding::Measured(samples) => Some(samples.info.shape),
        _ => None,
    }
}

/// What each look showed of each arm by itself, where there were two.
fn both_looks(case: &GroupCase, runs: &[ArmRun], setting: Setting) -> Vec<Option<Box<[LookFigures; 2]>>> {
    let is_second = |run: &Run| run.look == Look::Second;
    let has_second = |run: &ArmRun| match &run.ending {
        ArmEnding::Measured(samples) => samples.runs.iter().any(is_second),
        _ => false,
    };
    if !runs.iter().any(has_second) {
        return vec![None; runs.len()];
    }
    let looks = [Look::First, Look::Second].map(|look| of_look(runs, look));
    let unconfirmed = Setting { confirms: false, ..setting };
    let figures = |of: &[ArmRun], arm: usize| match &of[arm].ending {
        ArmEnding::Measured(samples) => Some(LookFigures {
            measurement: summary::measurement(samples),
            comparison: comparison(case, of, arm, unconfirmed).filter(|_| setting.group_has_reference),
        }),
        _ => None,
    };
    let both = |arm| Some(Box::new([figures(&looks[0], arm)?, figures(&looks[1], arm)?]));
    (0..runs.len()).map(both).collect()
}

/// How `arm` compares with the reference; `None` for the reference itself and for what was not measured.
fn comparison(case: &GroupCase, runs: &[ArmRun], arm: usize, setting: Setting) -> Option<Comparison> {
    let found = ratio::of_arm(case, runs, arm, setting.confirms)?;
    Some(found.map_or_else(Comparison::NotComparable, Comparison::Ratio))
}

/// What each arm allocates, in bytes, over what the reference does; `None` for the reference itself, where one of them was
/// not counted, and where the reference allocates nothing and the arm does.
fn memory_ratios(case: &GroupCase, runs: &[ArmRun]) -> Vec<Option<f64>> {
    let allocated = |run: &ArmRun| match &run.memory {
        Some(Ok(memory)) => Some(memory.per_iteration.allocated as f64),
        _ => None,
    };
    let reference = case.arms.iter().position(|arm| arm.is_reference).and_then(|at| allocated(&runs[at]));
    let ratio = |(arm, run): (&Arm, &ArmRun)| match (allocated(run)?, reference?) {
        _ if arm.is_reference => None,
        (0.0, 0.0) => Some(1.0),
        (of_arm, of_reference) => Some(of_arm / of_reference).filter(|ratio| ratio.is_finite()),
    };
    case.arms.iter().zip(runs).map(ratio).collect()
}

impl Record {
    /// With what it showed under load, and what there is to know of that.
    fn under(mut self, load: Option<Result<Load, String>>) -> Self {
        self.warnings.extend(load.iter().flatten().flat_map(load::warnings));
        Self { load, ..self }
    }
}

fn record(
    group: &Option<String>,
    arm: &Arm,
    run: ArmRun,
    comparison: Option<Comparison>,
    setting: Setting,
) -> Record {
    let mut warnings = run.warnings;
    if let Some(Ok(memory)) = &run.memory {
        warnings.extend(oddities::of_memory(memory));
    }
    if let Some(Ok(trace)) = &run.event_loop {
        warnings.extend(oddities::of_event_loop(&arm.name, trace));
    }
    let outcome = match run.ending {
        ArmEnding::Measured(samples) => {
            let measurement = summary::measurement(&samples);
            warnings.extend(oddities::of_measurement(&measurement, &samples, setting.clock_resolution));
            warnings.extend(movement::of_samples(&samples));
            warnings.extend(comparison.iter().flat_map(oddities::of_comparison));
            Outcome::Measured(Box::new(measurement))
        }
        ArmEnding::Passed => Outcome::Passed,
        ArmEnding::Skipped(reason) => Outcome::Skipped(reason),
        ArmEnding::Failed(failure) => Outcome::Failed(failure),
    };
    Record {
        id: arm.id.clone(),
        name: arm.name.clone(),
        group: group.clone(),
        kind: arm.kind,
        tags: arm.tags.clone(),
        is_reference: arm.is_reference,
        location: arm.location.clone(),
        settings: arm.settings.clone(),
        recorded_at: setting.recorded_at,
        basis: run.basis,
        outcome,
        memory: run.memory,
        memory_ratio: None,
        event_loop: run.event_loop,
        load: None,
        highest_rate: run.highest_rate,
        comparison,
        tax: None,
        looks: None,
        limits: arm.limits.clone(),
        checks: Vec::new(),
        findings: Vec::new(),
        since_last: None,
        warnings,
    }
}
