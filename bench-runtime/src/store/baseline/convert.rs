//! Between what stands in files and what is compared. Main functions: [`baseline`], [`of_record`] and
//! [`to_entry`].

use std::time::SystemTime;

use serde_json::{Map, Value};

use super::file::{self, Canaries, Entry, File, RatioTo, is_time};
use crate::gate;
use crate::model::{
    Baseline, BaselineEntry, Canary, Comparison, Host, Metric, Outcome, Per, Record, RunInfo, Throughput,
};
use crate::store::basis::{basis, plan_entries};
use crate::store::record::rfc3339;
use crate::units::BaselineUnit;

/// What `file`, which is at `origin`, holds, ready to be compared with.
pub(super) fn baseline(file: File, origin: String) -> Baseline {
    let arch = file.arch;
    Baseline {
        origin,
        host: host(file.host.as_ref().unwrap_or(&Value::Null), &arch),
        recorded_at: moment(&file.recorded_at),
        entries: file.entries.iter().map(|(name, entry)| (name.to_owned(), of_entry(entry, &arch))).collect(),
        arch,
    }
}

fn moment(text: &str) -> Option<SystemTime> {
    humantime::parse_rfc3339_weak(text).ok()
}

fn of_entry(entry: &Entry, arch: &str) -> BaselineEntry {
    let mut read = BaselineEntry {
        recorded_at: entry.recorded_at.as_deref().and_then(moment),
        host: entry.host.as_ref().map(|known| Box::new(host(known, arch))),
        rounds: entry.rounds,
        percentiles_of: entry.percentiles_of,
        basis: basis(entry.identity.clone(), entry.plans.clone()),
        ..BaselineEntry::default()
    };
    match entry.meaning() {
        Some(BaselineUnit::Rate { per, per_second }) => take_rate(&mut read, entry, per, per_second),
        Some(BaselineUnit::Time { ns }) => take_time(&mut read, entry, ns),
        None => {}
    }
    let others = entry.figures.iter().filter(|(metric, _)| !is_time(*metric));
    read.figures.extend(others.copied());
    if let Some(ratio) = &entry.ratio {
        read.figures.insert(Metric::Ratio, ratio.value);
        read.ratio_interval = Some((ratio.low, ratio.high));
        read.reference = Some(ratio.reference.clone());
    }
    read
}

fn take_rate(read: &mut BaselineEntry, entry: &Entry, per: Per, per_second: f64) {
    read.per = per;
    read.figures.insert(Metric::Throughput, entry.median * per_second);
    read.figures.insert(Metric::Stddev, entry.stddev * per_second);
}

fn take_time(read: &mut BaselineEntry, entry: &Entry, ns: f64) {
    let median = entry.median * ns;
    let times = entry.figures.iter().filter(|(metric, _)| is_time(*metric));
    read.figures.extend(times.map(|(metric, figure)| (*metric, figure * ns)));
    read.figures.insert(Metric::Median, median);
    read.figures.insert(Metric::Stddev, entry.stddev * ns);
    read.runs = entry.runs.iter().map(|run| run * ns).collect();
    read.canary = entry.canary.0.clone();
    let operations = (Per::Operations, 1.0 / (median / 1e9));
    let (per, rate) = entry.throughput.unwrap_or(operations);
    read.per = per;
    if rate.is_finite() {
        read.figures.insert(Metric::Throughput, rate);
    }
}

fn host(known: &Value, arch: &str) -> Host {
    let text = |key| known.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let cores = known.get("cores").and_then(Value::as_u64).and_then(|cores| cores.try_into().ok());
    Host {
        arch: arch.to_owned(),
        cpu: text("cpu"),
        cores: cores.unwrap_or_default(),
        kernel: text("kernel"),
        ..Host::default()
    }
}

/// What a file says of the machine and the compiler of `run`; never a frequency, which changes while one looks.
pub(super) fn host_of(run: &RunInfo) -> Value {
    let (host, build) = (&run.environment.host, &run.environment.build);
    let texts = [
        ("cpu", &host.cpu),
        ("kernel", &host.kernel),
        ("rustc", &build.rustc),
        ("rustflags", &build.rustflags),
    ];
    let mut known = Map::new();
    for (key, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        known.insert(key.to_owned(), text.as_str().into());
    }
    known.insert("cores".to_owned(), host.cores.into());
    known.into()
}

/// The figures of a benchmark that was measured; `None` for any other.
pub(super) fn of_record(record: &Record) -> Option<BaselineEntry> {
    let Outcome::Measured(measurement) = &record.outcome else { return None };
    let figure = |(_, metric)| Some((metric, gate::figure(record, metric)?));
    let mut entry = BaselineEntry {
        recorded_at: Some(record.recorded_at),
        figures: Metric::WORDS.into_iter().filter_map(figure).filter(|(_, f)| f.is_finite()).collect(),
        basis: record.basis.clone(),
        per: per(measurement.throughput),
        percentiles_of: Some(measurement.time.percentiles_of),
        rounds: measurement.time.rounds,
        runs: measurement.time.runs.iter().map(|run| run.median).collect(),
        canary: measurement.time.runs.iter().filter_map(|run| run.canary).collect(),
        ..BaselineEntry::default()
    };
    if let Some(Comparison::Ratio(ratio)) = &record.comparison {
        entry.ratio_interval = Some((ratio.low, ratio.high));
        entry.reference = Some(ratio.reference.clone());
    }
    Some(entry)
}

/// What a rate counts that goes by whatever the benchmark tells.
fn per(told: Throughput) -> Per {
    match told {
        Throughput { bytes, .. } if bytes > 0.0 => Per::Bytes,
        Throughput { items, .. } if items > 0.0 => Per::Items,
        _ => Per::Operations,
    }
}

/// The figures of a benchmark as they stand in a file, in nanoseconds and rounded to ten digits; `None` where there is
/// no median to record, or none that would be read again.
pub(super) fn to_entry(name: &str, measured: &BaselineEntry) -> Option<Entry> {
    let figure = |metric| measured.figures.get(metric).map(rounded);
    let entry = Entry {
        name: name.to_owned(),
        median: figure(Metric::Median)?,
        stddev: figure(Metric::Stddev)?,
        rounds: measured.rounds,
        unit: "ns".to_owned(),
        recorded_at: measured.recorded_at.map(rfc3339),
        figures: further_figures(measured),
        percentiles_of: measured.percentiles_of,
        throughput: figure(Metric::Throughput)
            .map(|rate| (measured.per, rate))
            .filter(|(per, rate)| matches!(per, Per::Items | Per::Bytes) || !is_of_median(*rate, measured)),
        runs: measured.runs.iter().copied().map(rounded).filter(|run| run.is_finite()).collect(),
        canary: Canaries(measured.canary.iter().filter_map(canary).collect()),
        ratio: ratio_to(measured),
        identity: measured.basis.facts.clone(),
        plans: plan_entries(&measured.basis),
        ..Entry::default()
    };
    entry.fault().is_none().then_some(entry)
}

/// Whether a number of operations per second says no more than the median does; it does where they overlap.
fn is_of_median(rate: f64, measured: &BaselineEntry) -> bool {
    let seconds = measured.figures.get(Metric::Median).unwrap_or_default() / 1e9;
    (rate * seconds - 1.0).abs() < 1e-6
}

/// Those that have no place of their own.
fn further_figures(measured: &BaselineEntry) -> Vec<(Metric, f64)> {
    let further = measured.figures.iter().filter(|(metric, _)| file::metric(file::key(*metric)).is_some());
    further.map(|(metric, figure)| (metric, rounded(figure))).collect()
}

/// Both figures in four digits, which is more than they can be trusted to.
fn canary(measured: &Canary) -> Option<Canary> {
    let figure = |of: f64| format!("{of:.3e}").parse().ok().filter(|of| f64::is_finite(*of));
    Some(Canary { cpu: figure(measured.cpu)?, memory: figure(measured.memory)? })
}

fn ratio_to(measured: &BaselineEntry) -> Option<RatioTo> {
    let (low, high) = measured.ratio_interval?;
    let value = measured.figures.get(Metric::Ratio)?;
    let [value, low, high] = [value, low, high].map(rounded);
    let reference = measured.reference.clone()?;
    let is_known = [value, low, high].iter().all(|figure| figure.is_finite() && *figure >= 0.0);
    is_known.then_some(RatioTo { reference, value, low, high })
}

/// `figure` to ten significant digits: more are noise that every review would have to look past.
fn rounded(figure: f64) -> f64 {
    format!("{figure:.9e}").parse().unwrap_or(figure)
}
