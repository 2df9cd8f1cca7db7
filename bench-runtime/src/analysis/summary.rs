//! From the samples of an arm to its figures. Main function: [`measurement`].

use crate::model::{
    ArmSamples, Canary, CanaryKind, Errors, Measurement, PercentilesOf, Run, RunSummary, Throughput,
    TimeSummary, Turn,
};
use crate::stats::quantile::{Sorted, mad, median};
use crate::stats::summary::Summary;

/// The figures of an arm, over the runs of both looks.
pub(super) fn measurement(samples: &ArmSamples) -> Measurement {
    Measurement {
        time: time_summary(&samples.runs),
        throughput: mean_throughput(&samples.runs),
        shape: samples.info.shape,
        drop: samples.info.drop,
        placement: samples.placement,
        placement_reason: samples.placement_reason.clone(),
        calibration: samples.calibration,
        errors: all_errors(&samples.runs),
    }
}

pub(super) fn turns(runs: &[Run]) -> impl Iterator<Item = &Turn> {
    // In a vector, so that what callers do with them is compiled for that and not for the chain.
    runs.iter().flat_map(|run| &run.turns).collect::<Vec<_>>().into_iter()
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
        look: run.look,
        retry: run.retry,
        core: run.core,
        involuntary_switches: run.turns.iter().map(|turn| turn.involuntary_switches).sum(),
        canary: canary(run),
    }
}

/// The medians over the turns that have a reading.
fn canary(run: &Run) -> Option<Canary> {
    let of = |kind| {
        let readings = run.turns.iter().filter_map(|turn| turn.canary).map(|canary| canary.of(kind));
        median(&readings.collect::<Vec<f64>>())
    };
    Some(Canary { cpu: of(CanaryKind::Cpu)?, memory: of(CanaryKind::Memory)? })
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
