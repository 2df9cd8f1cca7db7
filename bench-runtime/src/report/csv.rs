//! The report as a table for spreadsheets: a line of titles, one row per benchmark. Main item: [`COLUMNS`].
//!
//! It says what the result file says, in fewer columns: times in nanoseconds per iteration, full precision, with a
//! decimal point. Cells are empty where there is nothing to say, and quoted where they must be; lines end in a line
//! feed. Columns are only ever added at the end.

use std::io::{self, Write};

use super::compared::headline;
use crate::model::{Met, Record, Report};
use crate::store::{Benchmark, ChangeWord, Figure, LatencyEntry, RatioEntry, ResultFile, TimeEntry};

/// A title, and what stands below it for a benchmark and its record.
type Column = (&'static str, fn(&Benchmark, &Record) -> Option<String>);

/// All columns. Figures are per iteration; for what each means, see the field that it is taken from.
const COLUMNS: [Column; 95] = [
    ("id", |b, _| Some(b.id.clone())),
    ("name", |b, _| Some(b.name.clone())),
    ("params", |b, _| Some(params(b))),
    ("group", |b, _| b.group.clone()),
    ("kind", |b, _| word(b.kind.text())),
    ("tags", |b, _| Some(b.tags.join(","))),
    ("is_reference", |b, _| Some(b.is_reference.to_string())),
    ("recorded_at", |b, _| Some(b.recorded_at.clone())),
    ("outcome", |b, _| word(b.outcome.text())),
    ("failure", |b, _| word(b.failure.as_ref()?.kind.text())),
    ("message", |b, _| Some(b.failure.as_ref()?.message.clone())),
    ("reason", |b, _| b.reason.clone()),
    ("median_ns", |b, _| of_time(b, |time| time.median)),
    ("mean_ns", |b, _| of_time(b, |time| time.mean)),
    ("min_ns", |b, _| of_time(b, |time| time.min)),
    ("max_ns", |b, _| of_time(b, |time| time.max)),
    ("stddev_ns", |b, _| of_time(b, |time| time.stddev)),
    ("p50_ns", |b, _| of_time(b, |time| time.p50)),
    ("p90_ns", |b, _| of_time(b, |time| time.p90)),
    ("p95_ns", |b, _| of_time(b, |time| time.p95)),
    ("p99_ns", |b, _| of_time(b, |time| time.p99)),
    ("p999_ns", |b, _| of_time(b, |time| time.p999)),
    ("percentiles_of", |b, _| word(b.time.as_ref()?.percentiles_of.text())),
    ("drop", |b, _| word(b.time.as_ref()?.drop.text())),
    ("iterations", |b, _| count(b.time.as_ref()?.iterations)),
    ("rounds", |b, _| count(b.time.as_ref()?.rounds.into())),
    ("runs", |b, _| count(b.time.as_ref()?.runs.len() as u64)),
    ("outliers", |b, _| count(b.time.as_ref()?.outliers)),
    ("items", |b, _| figure(b.throughput?.items)),
    ("bytes", |b, _| figure(b.throughput?.bytes)),
    ("errors", |b, _| {
        b.time.as_ref().and_then(|_| count(b.errors.as_ref().map_or(0, |errors| errors.count)))
    }),
    ("reference", |b, _| Some(b.ratio.as_ref()?.reference.clone())),
    ("ratio", |b, _| of_ratio(b, |ratio| ratio.value)),
    ("ratio_low", |b, _| of_ratio(b, |ratio| ratio.low)),
    ("ratio_high", |b, _| of_ratio(b, |ratio| ratio.high)),
    ("verdict", |b, _| word(b.ratio.as_ref()?.verdict.text())),
    ("not_comparable", |b, _| b.not_comparable.clone()),
    ("shape", |b, _| word(b.shape?.text())),
    ("placement", |b, _| word(b.placement?.text())),
    ("location", |b, _| Some(location(b))),
    ("warnings", |b, _| Some(warnings(b))),
    ("resolution", |b, _| of_ratio(b, |ratio| ratio.resolution)),
    ("ratio_runs", |b, _| count(b.ratio.as_ref()?.runs.into())),
    ("spread", |b, _| word(b.ratio.as_ref()?.spread?.text())),
    ("confirmation", |b, _| word(b.ratio.as_ref()?.confirmation?.text())),
    ("since_last", |_, r| share(r.since_last?)),
    ("compared", |_, r| word(headline(r)?.metric.word())),
    ("change", |_, r| share(headline(r)?.by)),
    ("change_low", |_, r| share(headline(r)?.interval?.0)),
    ("change_high", |_, r| share(headline(r)?.interval?.1)),
    ("change_verdict", |_, r| word(ChangeWord::from(headline(r)?.change).text())),
    ("change_fails", |_, r| Some(headline(r)?.fails.to_string())),
    ("change_reason", |_, r| headline(r)?.reason.clone()),
    ("limits", |_, r| Some(limits(r))),
    ("limits_missed", |_, r| Some(limits_missed(r))),
    ("placement_reason", |b, _| b.placement_reason.clone()),
    ("allocations", |b, _| count(b.memory.as_ref()?.allocations)),
    ("allocated_bytes", |b, _| count(b.memory.as_ref()?.allocated)),
    ("peak_bytes", |b, _| count(b.memory.as_ref()?.peak)),
    ("retained_bytes", |b, _| figure(b.memory.as_ref()?.retained)),
    ("memory_exact", |b, _| Some(b.memory.as_ref()?.exact.to_string())),
    ("memory_ratio", |b, _| figure(b.memory_ratio?)),
    ("memory_unavailable", |b, _| b.memory_unavailable.clone()),
    ("tax", |b, _| figure(b.tax.as_ref()?.value)),
    ("tax_low", |b, _| figure(b.tax.as_ref()?.low)),
    ("tax_high", |b, _| figure(b.tax.as_ref()?.high)),
    ("polled_on", |b, _| word(b.event_loop.as_ref()?.polled_on?.text())),
    ("polls_per_op", |b, _| figure(b.event_loop.as_ref()?.polls_per_op?)),
    ("busy_ns", |b, _| figure(b.event_loop.as_ref()?.busy_ns?)),
    ("wait_ns", |b, _| figure(b.event_loop.as_ref()?.wait_ns?)),
    ("scheduled_ns", |b, _| figure(b.event_loop.as_ref()?.scheduled_ns?)),
    ("longest_poll_ns", |b, _| count(b.event_loop.as_ref()?.longest_poll_ns?)),
    ("blocking_polls", |b, _| count(b.event_loop.as_ref()?.blocking_polls?)),
    ("loop_iteration_ns", |b, _| figure(b.event_loop.as_ref()?.loop_iteration_ns?)),
    ("tasks_alive_mean", |b, _| figure(b.event_loop.as_ref()?.tasks_alive_mean?)),
    ("tasks_alive_max", |b, _| count(b.event_loop.as_ref()?.tasks_alive_max?)),
    ("worker_busy_ratio", |b, _| figure(b.event_loop.as_ref()?.worker_busy_ratio?)),
    ("async_unavailable", |b, _| b.async_unavailable.clone()),
    ("load_concurrency", |_, r| count(r.settings.load?.concurrency?.into())),
    ("load_rate", |_, r| share(r.settings.load?.rate?.value())),
    ("load_throughput", |b, _| figure(b.event_loop.as_ref()?.throughput?)),
    ("load_p50_ns", |b, _| of_load(b, |latency| latency.p50)),
    ("load_p90_ns", |b, _| of_load(b, |latency| latency.p90)),
    ("load_p95_ns", |b, _| of_load(b, |latency| latency.p95)),
    ("load_p99_ns", |b, _| of_load(b, |latency| latency.p99)),
    ("load_p999_ns", |b, _| of_load(b, |latency| latency.p999)),
    ("load_max_ns", |b, _| of_load(b, |latency| latency.max)),
    ("load_late", |b, _| count(b.event_loop.as_ref()?.late?)),
    ("load_dropped", |b, _| count(b.event_loop.as_ref()?.dropped?)),
    ("load_errors", |_, r| count(r.load.as_ref()?.as_ref().ok()?.errors.count())),
    ("load_unavailable", |b, _| b.load_unavailable.clone()),
    ("highest_rate", |b, _| figure(b.highest_rate()?.held?)),
    ("lowest_rate_missed", |b, _| figure(b.highest_rate()?.missed?)),
    ("highest_rate_limited_by", |b, _| word(b.highest_rate()?.limited_by?.text())),
    ("highest_rate_unavailable", |b, _| b.highest_rate_unavailable.clone()),
];

/// Writes `report` as CSV.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    write_row(COLUMNS.iter().map(|(title, _)| (*title).to_owned()).collect(), out)?;
    for (benchmark, record) in ResultFile::from(report).benchmarks.iter().zip(&report.records) {
        write_row(
            COLUMNS.iter().map(|(_, cell)| cell(benchmark, record).unwrap_or_default()).collect(),
            out,
        )?;
    }
    Ok(())
}

fn write_row(mut cells: Vec<String>, out: &mut impl Write) -> io::Result<()> {
    cells.iter_mut().for_each(quote);
    writeln!(out, "{}", cells.join(","))
}

/// Puts a cell that could be taken for several between quotation marks.
fn quote(cell: &mut String) {
    if cell.contains([',', '"', '\n', '\r']) {
        *cell = format!("\"{}\"", cell.replace('"', "\"\""));
    }
}

fn of_load(benchmark: &Benchmark, figure_of: fn(&LatencyEntry) -> Figure) -> Option<String> {
    figure(figure_of(benchmark.event_loop.as_ref()?.latency.as_ref()?))
}

fn word(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn count(count: u64) -> Option<String> {
    Some(count.to_string())
}

/// In full precision: reading the text gives the same number.
fn figure(figure: Figure) -> Option<String> {
    figure.known().map(|known| format!("{known:?}"))
}

fn share(share: f64) -> Option<String> {
    figure(share.into())
}

fn of_time(benchmark: &Benchmark, of: fn(&TimeEntry) -> Figure) -> Option<String> {
    figure(of(benchmark.time.as_ref()?))
}

fn of_ratio(benchmark: &Benchmark, of: fn(&RatioEntry) -> Figure) -> Option<String> {
    figure(of(benchmark.ratio.as_ref()?))
}

fn params(benchmark: &Benchmark) -> String {
    let texts: Vec<_> = benchmark.params.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
    texts.join(",")
}

fn location(benchmark: &Benchmark) -> String {
    let location = &benchmark.location;
    format!("{}:{}:{}", location.file, location.line, location.column)
}

fn warnings(benchmark: &Benchmark) -> String {
    let texts: Vec<_> = benchmark.warnings.iter().map(|warning| warning.message.as_str()).collect();
    texts.join("\n")
}

fn limits(record: &Record) -> String {
    let texts: Vec<_> = record.limits.iter().map(|limit| limit.text.as_str()).collect();
    texts.join("\n")
}

fn limits_missed(record: &Record) -> String {
    let missed = record.checks.iter().filter(|check| check.met == Met::No);
    missed.map(|check| check.limit.text.as_str()).collect::<Vec<_>>().join("\n")
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

    #[test]
    fn cells_are_read_as_they_were_meant() {
        let cells = ["plain", "", "a,b", "a \"word\"", "two\nlines", "\r", " padded "];
        let mut out = Vec::new();
        write_row(cells.map(str::to_owned).to_vec(), &mut out).expect("a vector can be written to");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_slice());
        let row = reader.records().next().expect("a row").expect("well formed");
        assert_eq!(row.iter().collect::<Vec<_>>(), cells);
    }
}
