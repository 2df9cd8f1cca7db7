//! From samples to records: summaries, ratios and what is odd about them. Main function: [`records`].

use std::time::{Duration, SystemTime};

use crate::machine;
use crate::model::{
    ArmEnding, ArmRun, ArmSamples, Calibration, Comparison, Errors, Measurement, Outcome, PercentilesOf,
    Ratio, Record, Run, RunSummary, Throughput, TimeSummary, Turn, Verdict, Warning, WarningKind,
};
use crate::plan::{Arm, GroupCase};
use crate::stats::decision::{Decision, SAME_BINARY_FLOOR, decide};
use crate::stats::interval::{DEFAULT_ALPHA, LogInterval};
use crate::stats::paired::{RunEstimate, Unpaired, simple_interval};
use crate::stats::quantile::{Sorted, lower_quartile, mad};
use crate::stats::summary::Summary;

/// What is to be known of the suite besides the samples of a case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// When the case's measurement ended.
    pub(crate) recorded_at: SystemTime,
    /// The smallest step of the clock.
    pub(crate) clock_resolution: Duration,
    /// Whether the group has a reference, in this case or in another.
    pub(crate) group_has_reference: bool,
}

/// One record per arm of `case`, in order. `runs` has what the schedule learned of each.
pub(crate) fn records(case: &GroupCase, runs: Vec<ArmRun>, setting: Setting) -> Vec<Record> {
    let comparisons: Vec<_> = (0..case.arms.len())
        .map(|arm| if setting.group_has_reference { comparison(case, &runs, arm) } else { None })
        .collect();
    let arms = case.arms.iter().zip(runs).zip(comparisons);
    arms.map(|((arm, run), comparison)| record(&case.group, arm, run, comparison, setting)).collect()
}

fn record(
    group: &Option<String>,
    arm: &Arm,
    run: ArmRun,
    comparison: Option<Comparison>,
    setting: Setting,
) -> Record {
    let mut warnings = run.warnings;
    let outcome = match run.ending {
        ArmEnding::Measured(samples) => {
            let measurement = measurement(&samples);
            warnings.extend(oddities(&measurement, &samples, setting.clock_resolution));
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
        location: arm.location,
        settings: arm.settings.clone(),
        recorded_at: setting.recorded_at,
        outcome,
        comparison,
        warnings,
    }
}

fn measurement(samples: &ArmSamples) -> Measurement {
    Measurement {
        time: time_summary(&samples.runs),
        throughput: mean_throughput(&samples.runs),
        shape: samples.info.shape,
        drop: samples.info.drop,
        placement: samples.placement,
        calibration: samples.calibration,
        errors: all_errors(&samples.runs),
    }
}

fn turns(runs: &[Run]) -> impl Iterator<Item = &Turn> {
    runs.iter().flat_map(|run| &run.turns)
}

fn time_summary(runs: &[Run]) -> TimeSummary {
    let samples: Vec<f64> = turns(runs).flat_map(|turn| &turn.samples).copied().collect();
    let calls: Vec<f64> = turns(runs).flat_map(|turn| &turn.calls).map(|ns| *ns as f64).collect();
    let Some(all) = Summary::of(&samples) else { return TimeSummary::default() };
    let (percentiles, percentiles_of) = match Sorted::of(&calls) {
        Some(calls) => (calls.percentiles(), PercentilesOf::Calls),
        None => (all.percentiles, PercentilesOf::SubSamples),
    };
    TimeSummary {
        min: all.min,
        max: all.max,
        mean: all.mean,
        median: all.median,
        stddev: all.stddev,
        mad: mad(&samples).unwrap_or_default(),
        p50: percentiles.p50,
        p90: percentiles.p90,
        p95: percentiles.p95,
        p99: percentiles.p99,
        p999: percentiles.p999,
        percentiles_of,
        outliers: all.outliers.far() as u64,
        rounds: runs.iter().map(|run| run.turns.len() as u32).sum(),
        runs: runs.iter().map(run_summary).collect(),
    }
}

fn run_summary(run: &Run) -> RunSummary {
    let samples: Vec<f64> = run.turns.iter().flat_map(|turn| &turn.samples).copied().collect();
    RunSummary {
        median: Sorted::of(&samples).map_or(0.0, |sorted| sorted.median()),
        rounds: run.turns.len() as u32,
        core: run.core,
        involuntary_switches: run.turns.iter().map(|turn| turn.involuntary_switches).sum(),
    }
}

fn mean_throughput(runs: &[Run]) -> Throughput {
    let count = turns(runs).count().max(1) as f64;
    let items = turns(runs).map(|turn| turn.throughput.items).sum::<f64>() / count;
    let bytes = turns(runs).map(|turn| turn.throughput.bytes).sum::<f64>() / count;
    Throughput { items, bytes }
}

fn all_errors(runs: &[Run]) -> Errors {
    let mut errors = Errors::default();
    turns(runs).for_each(|turn| errors.absorb(turn.errors.clone()));
    errors
}

/// How `arm` compares with the reference of its case; `None` for the reference itself and for what was not measured.
fn comparison(case: &GroupCase, runs: &[ArmRun], arm: usize) -> Option<Comparison> {
    if case.arms[arm].is_reference {
        return None;
    }
    let ArmEnding::Measured(samples) = &runs[arm].ending else { return None };
    let Some(reference) = case.arms.iter().position(|arm| arm.is_reference) else {
        let reason = format!("the reference has no case {} that ran", case.params);
        return Some(Comparison::NotComparable(reason));
    };
    let id = case.arms[reference].id.to_string();
    let compared = measured(&runs[reference].ending).and_then(|other| ratio(samples, other, id));
    Some(compared.map_or_else(Comparison::NotComparable, Comparison::Ratio))
}

fn measured(reference: &ArmEnding) -> Result<&ArmSamples, String> {
    match reference {
        ArmEnding::Measured(samples) => Ok(samples),
        ArmEnding::Failed(failure) => Err(format!("the reference failed ({})", failure.kind)),
        ArmEnding::Skipped(reason) => Err(format!("the reference was skipped: {reason}")),
        ArmEnding::Passed => Err("the reference was not measured".to_owned()),
    }
}

fn ratio(arm: &ArmSamples, reference: &ArmSamples, id: String) -> Result<Ratio, String> {
    if arm.info.drop != reference.info.drop {
        return Err("one of the arms drops its outputs inside the clock, the other outside".to_owned());
    }
    let runs = paired_runs(arm, reference).map_err(|error| error.to_string())?;
    let (interval, decision) = judge(&runs).ok_or("too few rounds were measured")?;
    Ok(Ratio {
        reference: id,
        value: interval.estimate.exp(),
        low: interval.low.exp(),
        high: interval.high.exp(),
        verdict: match decision {
            Decision::Faster => Verdict::Faster,
            Decision::Slower => Verdict::Slower,
            Decision::Same => Verdict::Same,
            Decision::Inconclusive => Verdict::Inconclusive,
        },
    })
}

/// The runs in which both arms took part.
fn paired_runs(arm: &ArmSamples, reference: &ArmSamples) -> Result<Vec<RunEstimate>, Unpaired> {
    let pairs = arm.runs.iter().filter_map(|run| {
        reference.runs.iter().find(|other| other.index == run.index).map(|other| (run, other))
    });
    pairs.map(|(run, other)| RunEstimate::of(&turn_figures(run), &turn_figures(other))).collect()
}

/// The figure of each turn that verdicts go by: the lower quartile of its sub-samples.
fn turn_figures(run: &Run) -> Vec<f64> {
    run.turns.iter().map(|turn| lower_quartile(&turn.samples).unwrap_or(f64::NAN)).collect()
}

/// The interval over the runs and the word for it. One run alone shows how its rounds agree and decides nothing.
fn judge(runs: &[RunEstimate]) -> Option<(LogInterval, Decision)> {
    if let Some(interval) = simple_interval(runs, DEFAULT_ALPHA) {
        return Some((interval, decide(&interval, SAME_BINARY_FLOOR)));
    }
    let only = runs.first()?;
    let reach = 3.0 * only.standard_error;
    let interval =
        LogInterval { estimate: only.estimate, low: only.estimate - reach, high: only.estimate + reach };
    Some((interval, Decision::Inconclusive))
}

/// What a reader should know before believing the figures.
fn oddities(measurement: &Measurement, samples: &ArmSamples, resolution: Duration) -> Vec<Warning> {
    let time = &measurement.time;
    let found = [
        under_resolution(time, &measurement.calibration, resolution),
        optimised_away(time),
        slow_first_call(time, &measurement.calibration),
        with_errors(&measurement.errors),
        machine::frequent_switches(turns(&samples.runs)),
    ];
    found.into_iter().flatten().collect()
}

/// A sample should be at least this many steps of the clock long.
const STEPS_PER_SAMPLE: f64 = 100.0;

fn under_resolution(time: &TimeSummary, calibration: &Calibration, resolution: Duration) -> Option<Warning> {
    let sample_ns = time.median * calibration.iterations as f64;
    let step_ns = resolution.as_nanos() as f64;
    (sample_ns < STEPS_PER_SAMPLE * step_ns).then(|| {
        let message = format!(
            "a sample takes {sample_ns:.0} ns, and the clock's step is {step_ns:.0} ns: give it more iterations"
        );
        Warning::new(WarningKind::ClockResolution, message)
    })
}

/// An empty loop takes about one cycle per iteration, which is more than this on processors up to 5 GHz and less than
/// twice of it on slow ones.
const EMPTY_LOOP_NS: f64 = 0.5;

fn optimised_away(time: &TimeSummary) -> Option<Warning> {
    (time.median < EMPTY_LOOP_NS).then(|| {
        let message = "it takes no longer than an empty loop: the compiler has probably removed the routine; \
                       return its result, and pass its inputs through `std::hint::black_box`";
        Warning::new(WarningKind::OptimisedAway, message)
    })
}

fn slow_first_call(time: &TimeSummary, calibration: &Calibration) -> Option<Warning> {
    let (first, rest) = (calibration.first_call_ns, time.median);
    (first > 10.0 * rest && first - rest > 1e6).then(|| {
        let first = Duration::from_nanos(first as u64);
        let message = format!(
            "its first call took {first:.1?}, far longer than the rest: something is set up on first use, \
             which the figures leave out"
        );
        Warning::new(WarningKind::SlowFirstCall, message)
    })
}

fn with_errors(errors: &Errors) -> Option<Warning> {
    let first = errors.first.as_deref()?;
    let message = format!("{} iterations returned an error; the first: {first}", errors.count);
    Some(Warning::new(WarningKind::Errors, message))
}
