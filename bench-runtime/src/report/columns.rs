//! From records to the cells of one column, its figures scaled alike. Main type: [`Cell`].

use super::compared::headline;
use super::options::TableOptions;
use super::sentences::{self, signed};
use super::units::{BYTES, ITEMS, Ladder, OPERATIONS, SIZE, TIME, Unit, chosen, decimals, digits, percent};
use crate::model::{
    Column, Comparison, Gauge, LoopTrace, Measurement, Memory, Outcome, Ratio, Record, Tax, TimeSummary,
    TimeUnit, Verdict,
};

/// What stands in one row of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// Figures, in parts that stand under each other: the first ones end alike, the others begin alike.
    Figure([String; 4]),
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number, split after its whole digits, with what follows it.
    fn number(number: &str, unit: impl Into<String>, rest: impl Into<String>) -> Self {
        let at = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        let (whole, fraction) = number.split_at(at);
        Self::Figure([whole.to_owned(), fraction.to_owned(), unit.into(), rest.into()])
    }

    /// Leaves out the interval, where there is one.
    pub(super) fn drop_interval(&mut self) {
        if let Self::Figure([_, _, interval, _]) = self {
            interval.clear();
        }
    }

    /// A relative difference with its sign, its interval and what follows.
    fn difference(by: f64, interval: impl Into<String>, rest: impl Into<String>) -> Self {
        let text = signed(by);
        let at = text.find(['.', '%']).unwrap_or(text.len());
        let (whole, fraction) = text.split_at(at);
        Self::Figure([whole.to_owned(), fraction.to_owned(), interval.into(), rest.into()])
    }
}

/// The cells of `column`, one per record.
pub(super) fn cells(column: Column, records: &[&Record], options: &TableOptions) -> Vec<Cell> {
    match column {
        Column::Name => Vec::new(),
        Column::Median => medians(records, options.time_unit),
        Column::Mean => times(records, options.time_unit, |time| time.mean),
        Column::Min => times(records, options.time_unit, |time| time.min),
        Column::Max => times(records, options.time_unit, |time| time.max),
        Column::Stddev => times(records, options.time_unit, |time| time.stddev),
        Column::P50 => times(records, options.time_unit, |time| time.p50),
        Column::P90 => times(records, options.time_unit, |time| time.p90),
        Column::P95 => times(records, options.time_unit, |time| time.p95),
        Column::P99 => times(records, options.time_unit, |time| time.p99),
        Column::P999 => times(records, options.time_unit, |time| time.p999),
        Column::Ratio => records.iter().map(|record| ratio(record)).collect(),
        Column::Tax => taxes(records, options.time_unit),
        Column::Throughput => throughputs(records, options.are_columns_chosen()),
        Column::Allocations => records.iter().map(|record| allocations(record)).collect(),
        Column::Peak => sizes(records, |memory| memory.per_iteration.peak as f64),
        Column::Retained => sizes(records, |memory| memory.retained),
        Column::MemoryRatio => memory_ratios(records),
        Column::PollsPerOp => polls(records),
        Column::Busy => traced(records, options.time_unit, |trace| Some(trace.busy_ns)),
        Column::Wait => traced(records, options.time_unit, |trace| Some(trace.wait_ns)),
        Column::Scheduled => traced(records, options.time_unit, |trace| Some(trace.scheduled_ns)),
        Column::LongestPoll => traced(records, options.time_unit, |trace| Some(trace.longest_poll_ns as f64)),
        Column::LoopIteration => traced(records, options.time_unit, |trace| {
            trace.loop_iteration.as_ref().ok().map(|turns| turns.mean_ns)
        }),
        Column::TasksAlive => records.iter().map(|record| tasks_alive(record)).collect(),
        Column::WorkerBusyRatio => records.iter().map(|record| workers_busy(record)).collect(),
        Column::Rounds => counts(records, |m| u64::from(m.time.rounds)),
        Column::Runs => counts(records, |m| m.time.runs.len() as u64),
        Column::Iterations => counts(records, |m| m.calibration.iterations),
        Column::Outliers => counts(records, |m| m.time.outliers),
        Column::Errors => counts(records, |m| m.errors.count),
        Column::Baseline => records.iter().map(|record| baseline(record)).collect(),
        Column::SinceLast => records.iter().map(|record| since_last(record)).collect(),
    }
}

/// The measurement of a measured record.
pub(super) fn measurement(record: &Record) -> Option<&Measurement> {
    match &record.outcome {
        Outcome::Measured(measurement) => Some(measurement),
        Outcome::Passed | Outcome::Skipped(_) | Outcome::Failed(_) => None,
    }
}

/// What stands in place of the figures of a record that has none.
pub(super) fn status(record: &Record) -> Option<Cell> {
    match &record.outcome {
        Outcome::Measured(_) => None,
        Outcome::Passed if record.has_further_pass() => None,
        Outcome::Passed => Some(Cell::text("passed")),
        Outcome::Skipped(_) => Some(Cell::text("skipped")),
        Outcome::Failed(failure) => Some(Cell::Text(format!("failed: {}", failure.kind))),
    }
}

/// How many blocks an iteration allocates, and their bytes; a tilde where that varies.
fn allocations(record: &Record) -> Cell {
    let Some(memory) = record.measured_memory() else { return Cell::Empty };
    let about = if memory.is_exact() { "" } else { "~" };
    let count = format!("{about}{}", memory.per_iteration.allocations);
    let bytes = memory.per_iteration.allocated as f64;
    let unit = SIZE.unit(bytes);
    let digits = if unit.size > 1.0 { decimals(bytes / unit.size, 3) } else { 0 };
    Cell::Figure([
        count,
        String::new(),
        format!("  {:.digits$}", bytes / unit.size),
        format!(" {}", unit.name),
    ])
}

fn sizes(records: &[&Record], of: fn(&Memory) -> f64) -> Vec<Cell> {
    let size = |record: &&Record| {
        let Some(bytes) = record.measured_memory().map(of) else { return Cell::Empty };
        let unit = SIZE.unit(bytes);
        let digits = if unit.size > 1.0 { 3 } else { 1 };
        in_unit(bytes, digits, unit)
    };
    records.iter().map(size).collect()
}

fn trace(record: &Record) -> Option<&LoopTrace> {
    record.event_loop.as_ref().and_then(|found| found.as_ref().ok())
}

/// Times of the traced pass. What the runtime cannot tell is a dash.
fn traced(records: &[&Record], unit: TimeUnit, of: fn(&LoopTrace) -> Option<f64>) -> Vec<Cell> {
    let figure = |record: &&Record| trace(record).map(|trace| (of(trace).unwrap_or(f64::NAN), 3));
    scaled(&TIME, chosen(unit), &records.iter().map(figure).collect::<Vec<_>>())
}

/// How often an operation is polled; a tilde where that varies.
fn polls(records: &[&Record]) -> Vec<Cell> {
    let polls = |record: &&Record| {
        let Some(trace) = trace(record) else { return Cell::Empty };
        if trace.polls_range.0 == trace.polls_range.1 {
            return Cell::number(&format!("{:.0}", trace.polls_per_op), "", "");
        }
        Cell::number(&format!("~{:.*}", decimals(trace.polls_per_op, 3), trace.polls_per_op), "", "")
    };
    records.iter().map(polls).collect()
}

fn tasks_alive(record: &Record) -> Cell {
    match trace(record).map(|trace| &trace.tasks_alive) {
        None => Cell::Empty,
        Some(Err(_)) => Cell::text("–"),
        Some(Ok(Gauge { mean, max })) => Cell::number(&format!("{mean:.1}"), "", format!(" ≤ {max}")),
    }
}

fn workers_busy(record: &Record) -> Cell {
    match trace(record).map(|trace| &trace.worker_busy_ratio) {
        None => Cell::Empty,
        Some(Err(_)) => Cell::text("–"),
        Some(Ok(ratio)) => Cell::number(&format!("{:.0}", ratio * 100.0), "%", ""),
    }
}

/// Nothing, where nobody has a ratio to the reference: it may not allocate at all.
fn memory_ratios(records: &[&Record]) -> Vec<Cell> {
    let are_known = records.iter().any(|record| record.memory_ratio.is_some());
    let cell = |record: &&Record| if are_known { memory_ratio(record) } else { Cell::Empty };
    records.iter().map(cell).collect()
}

fn memory_ratio(record: &Record) -> Cell {
    match record.memory_ratio {
        Some(ratio) => Cell::number(&format!("{ratio:.*}", decimals(ratio, 3)), "x", ""),
        None if record.is_reference && record.measured_memory().is_some() => Cell::text("reference"),
        None => Cell::Empty,
    }
}

/// The robust spread as a share of the median; 0 where a single sample has none.
fn spread(time: &TimeSummary) -> f64 {
    if time.median > 0.0 { time.mad / time.median } else { 0.0 }
}

fn medians(records: &[&Record], unit: TimeUnit) -> Vec<Cell> {
    let mut cells = times(records, unit, |time| time.median);
    for (cell, record) in cells.iter_mut().zip(records) {
        let spread = measurement(record).map_or(0.0, |m| spread(&m.time));
        if let Cell::Figure([.., rest]) = cell
            && spread > 0.0
        {
            *rest = format!(" ±{}", percent(spread));
        }
    }
    cells
}

fn times(records: &[&Record], unit: TimeUnit, of: fn(&TimeSummary) -> f64) -> Vec<Cell> {
    let figure = |record: &&Record| measurement(record).map(|m| (of(&m.time), digits(spread(&m.time))));
    scaled(&TIME, chosen(unit), &records.iter().map(figure).collect::<Vec<_>>())
}

/// Figures, each with its significant digits, in a common unit where one suits them all.
pub(super) fn scaled(ladder: &Ladder, unit: Option<Unit>, figures: &[Option<(f64, i32)>]) -> Vec<Cell> {
    let common = unit.or_else(|| ladder.common(figures.iter().flatten().map(|(value, _)| *value)));
    figures
        .iter()
        .map(|figure| match *figure {
            Some((value, digits)) if value.is_finite() => {
                in_unit(value, digits, common.unwrap_or_else(|| ladder.unit(value)))
            }
            Some(_) => Cell::text("–"),
            None => Cell::Empty,
        })
        .collect()
}

fn in_unit(value: f64, digits: i32, unit: Unit) -> Cell {
    let value = value / unit.size;
    Cell::number(&format!("{value:.*}", decimals(value, digits)), format!(" {}", unit.name), "")
}

/// Bytes per second where bytes are told, else items per second, else operations per second if `operations` are wanted.
/// Each quantity is scaled apart.
fn throughputs(records: &[&Record], operations: bool) -> Vec<Cell> {
    let bytes = rates(&BYTES, records, |m| m.throughput.bytes);
    let items = rates(&ITEMS, records, |m| m.throughput.items);
    let calls = rates(&OPERATIONS, records, |_| 1.0);
    let first_told = |((bytes, items), calls)| match (bytes, items) {
        (Cell::Empty, Cell::Empty) if operations => calls,
        (Cell::Empty, items) => items,
        (bytes, _) => bytes,
    };
    bytes.into_iter().zip(items).zip(calls).map(first_told).collect()
}

/// How much of what `of` tells per iteration goes through per second at the median; nothing where it tells 0.
fn rates(ladder: &Ladder, records: &[&Record], of: fn(&Measurement) -> f64) -> Vec<Cell> {
    const MOST_DIGITS: i32 = 4;
    let rate = |record: &&Record| {
        let m = measurement(record)?;
        let per_second = of(m) / m.time.median * 1e9;
        (of(m) > 0.0 && m.time.median > 0.0).then(|| (per_second, digits(spread(&m.time)).min(MOST_DIGITS)))
    };
    scaled(ladder, None, &records.iter().map(rate).collect::<Vec<_>>())
}

fn counts(records: &[&Record], of: fn(&Measurement) -> u64) -> Vec<Cell> {
    let count = |record: &&Record| {
        measurement(record).map_or(Cell::Empty, |m| Cell::number(&of(m).to_string(), "", ""))
    };
    records.iter().map(count).collect()
}

fn ratio(record: &Record) -> Cell {
    match (&record.outcome, &record.comparison) {
        (Outcome::Measured(_), _) if record.is_reference => Cell::text("reference"),
        (Outcome::Measured(_), Some(Comparison::Ratio(ratio))) => ratio_cell(ratio),
        (Outcome::Measured(_), Some(Comparison::NotComparable(_))) => Cell::text("–"),
        _ => Cell::Empty,
    }
}

fn ratio_cell(ratio: &Ratio) -> Cell {
    let Ratio { value, low, high, verdict, resolution, .. } = *ratio;
    if !value.is_finite() {
        return Cell::text("–");
    }
    let places = decimals(value, digits((high - low) / 2.0 / value));
    let interval = format!(" [{}, {}]", end(low, places), end(high, places));
    let word = match (verdict, resolution) {
        (Verdict::Inconclusive, visible) if visible < SEES_NOTHING => {
            format!(" inconclusive ±{}", percent(visible))
        }
        _ => format!(" {}", word(verdict)),
    };
    Cell::number(&format!("{value:.places$}x"), interval, word)
}

/// What arms take beyond the reference, with the interval, all in one unit where one suits them.
fn taxes(records: &[&Record], unit: TimeUnit) -> Vec<Cell> {
    let common =
        chosen(unit).or_else(|| TIME.common(records.iter().filter_map(|r| Some(r.tax?.value.abs()))));
    let cell = |record: &&Record| match record.tax {
        Some(tax) if tax.value.is_finite() => {
            tax_cell(tax, common.unwrap_or_else(|| TIME.unit(tax.value.abs())))
        }
        Some(_) => Cell::text("–"),
        None if record.is_reference && measurement(record).is_some() => Cell::text("reference"),
        None => Cell::Empty,
    };
    records.iter().map(cell).collect()
}

fn tax_cell(tax: Tax, unit: Unit) -> Cell {
    let [value, low, high] = [tax.value, tax.low, tax.high].map(|ns| ns / unit.size);
    let places = decimals(value.abs().max((high - low) / 2.0), 3);
    let text = format!("{value:+.places$}");
    let at = text.find('.').unwrap_or(text.len());
    let (whole, fraction) = text.split_at(at);
    let interval = format!(" {} [{}, {}]", unit.name, end(low, places), end(high, places));
    Cell::Figure([whole.to_owned(), fraction.to_owned(), interval, String::new()])
}

/// A comparison that could not have seen a change of this share is not told what it could have seen.
const SEES_NOTHING: f64 = 10.0;

/// An end of an interval, which may be many orders of magnitude away from its middle.
fn end(ratio: f64, places: usize) -> String {
    const MANY: f64 = 1e6;
    if ratio < MANY { format!("{ratio:.places$}") } else { format!("{ratio:.0e}") }
}

/// What stands for a record of what was compared with the baseline.
fn baseline(record: &Record) -> Cell {
    match headline(record) {
        None => Cell::Empty,
        Some(finding) if finding.by.is_finite() => Cell::difference(
            finding.by,
            sentences::interval(finding),
            format!(" {}", sentences::verdict(finding)),
        ),
        Some(finding) => Cell::Text(sentences::verdict(finding)),
    }
}

fn since_last(record: &Record) -> Cell {
    record.since_last.map_or(Cell::Empty, |by| Cell::difference(by, "", ""))
}

/// The word for a verdict.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Faster => "faster",
        Verdict::Slower => "slower",
        Verdict::Same => "same",
        Verdict::Inconclusive => "inconclusive",
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::model::{Confirmation, SpreadFrom};

    #[test]
    fn an_interval_over_many_orders_of_magnitude_stays_short() {
        let ratio = Ratio {
            reference: "r".to_owned(),
            value: 1.0,
            low: 1e-80,
            high: 1e80,
            verdict: Verdict::Inconclusive,
            resolution: 1e80,
            runs: 4,
            spread: SpreadFrom::Runs,
            confirmation: Confirmation::NotNeeded,
        };
        let Cell::Figure(parts) = ratio_cell(&ratio) else { panic!("a figure") };
        assert_eq!(parts.concat(), "1.00x [0.00, 1e80] inconclusive");
    }

    #[test]
    fn ratios_of_memory_stand_beside_the_reference_if_there_are_any() {
        let mut records = ["raw", "mapped"].map(|name| sample::record(name, 1.0));
        records[0].is_reference = true;
        records.iter_mut().for_each(|record| record.memory = Some(Ok(Memory::default())));
        let shown = |records: &[Record; 2]| {
            let records: Vec<&Record> = records.iter().collect();
            cells(Column::MemoryRatio, &records, &TableOptions::default())
        };
        assert_eq!(shown(&records), [Cell::Empty, Cell::Empty]);
        records[1].memory_ratio = Some(2.5);
        assert_eq!(shown(&records), [Cell::text("reference"), Cell::number("2.50", "x", "")]);
    }
}
