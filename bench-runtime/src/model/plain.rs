//! Values of the model with nothing remarkable about them, from which tests make theirs.

use std::time::{Duration, SystemTime};

use super::{
    Basis, BenchId, Calibration, Change, DropPolicy, Errors, Finding, Flavor, Kind, Location, Measurement,
    Metric, Outcome, Params, Placement, Precision, Record, Report, RunInfo, Settings, Shape, Throughput,
    TimeSummary,
};

/// The benchmark `name` of the suite `package::module`, without parameters.
pub(crate) fn id(package: &str, module: &str, name: &str) -> BenchId {
    BenchId {
        package: package.to_owned(),
        module: module.to_owned(),
        function: name.to_owned(),
        params: Params::default(),
    }
}

/// The settings that a benchmark has when nobody sets anything, on a machine with two cores.
pub(crate) fn settings() -> Settings {
    Settings {
        kind: Kind::Core,
        min_rounds: 12,
        max_rounds: 1_000_000,
        iterations: None,
        min_time: Duration::ZERO,
        max_time: Duration::from_secs(10),
        warmup_time: Duration::ZERO,
        timeout: Duration::from_secs(60),
        processes: 4,
        most_processes: 12,
        precision: Precision::default(),
        rounds_per_run: 10,
        threads: 1,
        flavor: Flavor::CurrentThread,
        workers: 2,
        load: None,
    }
}

/// A measurement on one thread, without errors.
pub(crate) fn measured(time: TimeSummary, calibration: Calibration) -> Outcome {
    Outcome::Measured(Box::new(Measurement {
        time,
        throughput: Throughput::default(),
        shape: Shape::Serial,
        drop: DropPolicy::Untimed,
        placement: Placement::Shared,
        placement_reason: None,
        calibration,
        errors: Errors::default(),
    }))
}

/// A record without a group, of which nothing else is known.
pub(crate) fn record(id: BenchId, recorded_at: SystemTime, outcome: Outcome) -> Record {
    Record {
        name: id.function.clone(),
        group: None,
        kind: Kind::Core,
        tags: Vec::new(),
        is_reference: false,
        location: Location { file: format!("benches/{}.rs", id.module).into(), line: 12, column: 1 },
        id,
        settings: settings(),
        recorded_at,
        basis: Basis::default(),
        outcome,
        comparison: None,
        looks: None,
        limits: Vec::new(),
        checks: Vec::new(),
        findings: Vec::new(),
        since_last: None,
        memory: None,
        load: None,
        highest_rate: None,
        memory_ratio: None,
        tax: None,
        event_loop: None,
        warnings: Vec::new(),
    }
}

/// A finding on the median, which is as it was.
pub(crate) fn finding(change: Change) -> Finding {
    Finding {
        metric: Metric::Median,
        change,
        before: 1.0,
        now: 1.0,
        by: 0.0,
        interval: None,
        resolution: None,
        allowed: None,
        fails: false,
        reason: None,
    }
}

/// A report of one run, compared with nothing.
pub(crate) fn report(run: RunInfo, records: Vec<Record>) -> Report {
    Report {
        run,
        merged: Vec::new(),
        records,
        compared_with: None,
        vanished: Vec::new(),
        verdict: None,
        scaling: Vec::new(),
        knees: Vec::new(),
        warnings: Vec::new(),
        stopped: None,
    }
}
