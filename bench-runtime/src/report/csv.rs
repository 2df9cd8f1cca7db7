//! The report as a table for spreadsheets: a line of titles, one row per benchmark. Main type: [`Row`].
//!
//! It says what the result file says, in fewer columns: times in nanoseconds per iteration, full precision, with a
//! decimal point. Cells are empty where there is nothing to say, and quoted where they must be; lines end in a line
//! feed. Columns are only ever added at the end.

use std::io::{self, Write};

use serde::Serialize;

use super::compared::headline;
use crate::model::{Met, Record, Report};
use crate::store::{
    Benchmark, ChangeWord, ConfirmationWord, DropWord, FailureWord, KindWord, OutcomeWord, PercentilesOfWord,
    PlacementWord, ResultFile, ShapeWord, SpreadWord, VerdictWord,
};

/// The titles of the columns: the fields of [`Row`], which see for their meaning.
const TITLES: [&str; 55] = [
    "id",
    "name",
    "params",
    "group",
    "kind",
    "tags",
    "is_reference",
    "recorded_at",
    "outcome",
    "failure",
    "message",
    "reason",
    "median_ns",
    "mean_ns",
    "min_ns",
    "max_ns",
    "stddev_ns",
    "p50_ns",
    "p90_ns",
    "p95_ns",
    "p99_ns",
    "p999_ns",
    "percentiles_of",
    "drop",
    "iterations",
    "rounds",
    "runs",
    "outliers",
    "items",
    "bytes",
    "errors",
    "reference",
    "ratio",
    "ratio_low",
    "ratio_high",
    "verdict",
    "not_comparable",
    "shape",
    "placement",
    "location",
    "warnings",
    "resolution",
    "ratio_runs",
    "spread",
    "confirmation",
    "since_last",
    "compared",
    "change",
    "change_low",
    "change_high",
    "change_verdict",
    "change_fails",
    "change_reason",
    "limits",
    "limits_missed",
];

/// One benchmark. Figures are per iteration.
#[derive(Debug, Default, Serialize)]
struct Row<'a> {
    /// The full name, unique within a workspace.
    id: &'a str,
    /// The name without parameters.
    name: &'a str,
    /// `name=value`, separated by commas.
    params: String,
    /// The group, if any.
    group: Option<&'a str>,
    /// `core`, `db` or `async`.
    kind: Option<KindWord>,
    /// Separated by commas.
    tags: String,
    /// Whether the other arms of the group are compared with it.
    is_reference: bool,
    /// When its measurement ended: RFC 3339, UTC.
    recorded_at: &'a str,
    /// `measured`, `skipped`, `failed` or `passed`.
    outcome: Option<OutcomeWord>,
    /// What kind of end a failed benchmark came to: `panic`, `timeout`, …
    failure: Option<FailureWord>,
    /// What happened to a failed benchmark; may have several lines.
    message: Option<&'a str>,
    /// Why a skipped benchmark was not run.
    reason: Option<&'a str>,
    /// The median of all sub-samples, in nanoseconds.
    median_ns: Option<f64>,
    /// Their mean, in nanoseconds.
    mean_ns: Option<f64>,
    /// The shortest, in nanoseconds.
    min_ns: Option<f64>,
    /// The longest, in nanoseconds.
    max_ns: Option<f64>,
    /// Their standard deviation, in nanoseconds.
    stddev_ns: Option<f64>,
    /// The 50th percentile of what `percentiles_of` says, in nanoseconds.
    p50_ns: Option<f64>,
    /// The 90th, in nanoseconds.
    p90_ns: Option<f64>,
    /// The 95th, in nanoseconds.
    p95_ns: Option<f64>,
    /// The 99th, in nanoseconds.
    p99_ns: Option<f64>,
    /// The 99.9th, in nanoseconds.
    p999_ns: Option<f64>,
    /// `calls` or `sub_samples`.
    percentiles_of: Option<PercentilesOfWord>,
    /// `timed` or `untimed`: whether outputs are dropped inside the clock.
    drop: Option<DropWord>,
    /// Iterations per sub-sample.
    iterations: Option<u64>,
    /// Measured rounds, over all runs.
    rounds: Option<u32>,
    /// Runs (worker processes).
    runs: Option<usize>,
    /// Sub-samples beyond the outer fences.
    outliers: Option<u64>,
    /// Items per iteration.
    items: Option<f64>,
    /// Bytes per iteration.
    bytes: Option<f64>,
    /// Iterations that returned an error.
    errors: Option<u64>,
    /// The id of the reference.
    reference: Option<&'a str>,
    /// The ratio of the time to the reference's.
    ratio: Option<f64>,
    /// The lower end of its interval.
    ratio_low: Option<f64>,
    /// The upper end of its interval.
    ratio_high: Option<f64>,
    /// `faster`, `slower`, `same` or `inconclusive`.
    verdict: Option<VerdictWord>,
    /// Why there is no ratio although the group has a reference.
    not_comparable: Option<&'a str>,
    /// How the routine was called.
    shape: Option<ShapeWord>,
    /// Where the arms of the case ran.
    placement: Option<PlacementWord>,
    /// `file:line:column` of the declaration.
    location: String,
    /// The texts of the warnings, one per line.
    warnings: String,
    /// The smallest change that could have been called one, as a share.
    resolution: Option<f64>,
    /// The runs that the ratio rests on.
    ratio_runs: Option<u32>,
    /// `runs` or `assumption`: where the spread between runs is taken from.
    spread: Option<SpreadWord>,
    /// What a second look said: `not_needed`, `not_asked`, `lacking`, `confirmed` or `contradicted`.
    confirmation: Option<ConfirmationWord>,
    /// The change of the median since the last results, as a share.
    since_last: Option<f64>,
    /// The metric that was compared with earlier results: the worst that fails, else the first.
    compared: Option<&'a str>,
    /// Its relative difference: 0.12 is 12 % more than before.
    change: Option<f64>,
    /// The lower end of the difference's interval.
    change_low: Option<f64>,
    /// The upper end of the difference's interval.
    change_high: Option<f64>,
    /// `regressed`, `improved`, `unchanged`, `inconclusive`, `not_comparable` or `new`.
    change_verdict: Option<ChangeWord>,
    /// Whether it is worse than allowed.
    change_fails: Option<bool>,
    /// Why it is not comparable or not decided.
    change_reason: Option<&'a str>,
    /// The limits, one per line.
    limits: String,
    /// Those that are missed, one per line.
    limits_missed: String,
}

/// Writes `report` as CSV.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(out);
    writer.write_record(TITLES)?;
    for (benchmark, record) in ResultFile::from(report).benchmarks.iter().zip(&report.records) {
        let mut row = Row::from(benchmark);
        row.take_change(record);
        row.take_limits(record);
        writer.serialize(row)?;
    }
    writer.flush()
}

impl<'a> From<&'a Benchmark> for Row<'a> {
    fn from(benchmark: &'a Benchmark) -> Self {
        let location = &benchmark.location;
        let mut row = Self {
            id: &benchmark.id,
            name: &benchmark.name,
            params: joined(",", benchmark.params.0.iter().map(|(name, value)| format!("{name}={value}"))),
            group: benchmark.group.as_deref(),
            kind: Some(benchmark.kind),
            tags: benchmark.tags.join(","),
            is_reference: benchmark.is_reference,
            recorded_at: &benchmark.recorded_at,
            outcome: Some(benchmark.outcome),
            failure: benchmark.failure.as_ref().map(|failure| failure.kind),
            message: benchmark.failure.as_ref().map(|failure| failure.message.as_str()),
            reason: benchmark.reason.as_deref(),
            not_comparable: benchmark.not_comparable.as_deref(),
            shape: benchmark.shape,
            placement: benchmark.placement,
            location: format!("{}:{}:{}", location.file, location.line, location.column),
            warnings: joined("\n", benchmark.warnings.iter().map(|warning| warning.message.clone())),
            ..Self::default()
        };
        row.take_time(benchmark);
        row.take_rest(benchmark);
        row
    }
}

impl<'a> Row<'a> {
    fn take_time(&mut self, benchmark: &'a Benchmark) {
        let Some(time) = &benchmark.time else { return };
        self.median_ns = time.median.known();
        self.mean_ns = time.mean.known();
        self.min_ns = time.min.known();
        self.max_ns = time.max.known();
        self.stddev_ns = time.stddev.known();
        self.p50_ns = time.p50.known();
        self.p90_ns = time.p90.known();
        self.p95_ns = time.p95.known();
        self.p99_ns = time.p99.known();
        self.p999_ns = time.p999.known();
        self.percentiles_of = Some(time.percentiles_of);
        self.drop = Some(time.drop);
        self.iterations = Some(time.iterations);
        self.rounds = Some(time.rounds);
        self.runs = Some(time.runs.len());
        self.outliers = Some(time.outliers);
    }

    fn take_rest(&mut self, benchmark: &'a Benchmark) {
        self.items = benchmark.throughput.and_then(|throughput| throughput.items.known());
        self.bytes = benchmark.throughput.and_then(|throughput| throughput.bytes.known());
        self.errors =
            benchmark.time.as_ref().map(|_| benchmark.errors.as_ref().map_or(0, |errors| errors.count));
        let Some(ratio) = &benchmark.ratio else { return };
        self.reference = Some(&ratio.reference);
        self.ratio = ratio.value.known();
        self.ratio_low = ratio.low.known();
        self.ratio_high = ratio.high.known();
        self.verdict = Some(ratio.verdict);
        self.resolution = ratio.resolution.known();
        self.ratio_runs = Some(ratio.runs);
        self.spread = ratio.spread;
        self.confirmation = ratio.confirmation;
    }

    fn take_change(&mut self, record: &'a Record) {
        self.since_last = record.since_last.and_then(known);
        let Some(finding) = headline(record) else { return };
        self.compared = Some(finding.metric.word());
        self.change = known(finding.by);
        self.change_low = finding.interval.and_then(|(low, _)| known(low));
        self.change_high = finding.interval.and_then(|(_, high)| known(high));
        self.change_verdict = Some(finding.change.into());
        self.change_fails = Some(finding.fails);
        self.change_reason = finding.reason.as_deref();
    }

    fn take_limits(&mut self, record: &Record) {
        let missed = record.checks.iter().filter(|check| check.met == Met::No);
        self.limits = joined("\n", record.limits.iter().map(|limit| limit.text.clone()));
        self.limits_missed = joined("\n", missed.map(|check| check.limit.text.clone()));
    }
}

fn known(figure: f64) -> Option<f64> {
    figure.is_finite().then_some(figure)
}

fn joined(separator: &str, texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut out).expect("a vector can be written to");
        String::from_utf8(out).expect("csv is UTF-8")
    }

    #[test]
    fn the_titles_are_the_fields_in_order() {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.serialize(Row::default()).expect("a row is flat");
        let text = String::from_utf8(writer.into_inner().expect("flushed")).expect("UTF-8");
        assert_eq!(text.lines().next(), Some(TITLES.join(",").as_str()));
    }

    #[test]
    fn every_benchmark_is_one_row_whatever_its_message() {
        let report = crate::report::sample::mixed();
        let text = rendered(&report);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let ids: Vec<_> = reader.records().map(|row| row.expect("well formed")[0].to_owned()).collect();
        let expected: Vec<_> = report.records.iter().map(|record| record.id.to_string()).collect();
        assert_eq!(ids, expected);
    }

    #[test]
    fn a_report_without_benchmarks_still_has_titles() {
        assert_eq!(rendered(&crate::report::sample::empty()).lines().count(), 1);
    }
}
