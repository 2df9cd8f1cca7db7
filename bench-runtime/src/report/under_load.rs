//! What a page says of load: a table of throughput and latency, how arms compare, and where throughput stops growing.
//! Main function: [`lines`].

use super::columns::{Cell, scaled};
use super::options::TableOptions;
use super::room::{aligned, room_for_names};
use super::sentences::signed;
use super::table::laid_out;
use super::text::{clean, shorten_all, width, wrap};
use super::units::{OPERATIONS, TIME, decimals, digits, percent, rounded};
use super::{console::WIDTH, units::chosen};
use crate::model::{Knee, Latency, Load, LoadFigure, LoadRatio, Record};

/// A record that was put under load, and what it showed.
type Row<'a> = (&'a Record, &'a Load);

/// The titles of what gives way where the page cannot hold everything, the first that goes first.
const GIVES_WAY: [&str; 3] = ["p90", "max", "p99.9"];

/// A name is not cut before these columns have given way.
const ENOUGH: usize = 40;

/// The lines of those `records` that were put under load, and of the `knees` that are theirs; none where there are none.
pub(super) fn lines<'a>(
    records: &[&'a Record],
    knees: impl Iterator<Item = &'a Knee>,
    options: &TableOptions,
) -> Vec<String> {
    let loaded = |record: &&'a Record| Some((*record, record.load.as_ref()?.as_ref().ok()?));
    let rows: Vec<Row<'_>> = records.iter().filter_map(loaded).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new()];
    lines.extend(table(&rows, options));
    let told =
        rows.iter().flat_map(comparison).chain(rows.iter().filter_map(over_time)).chain(knees.map(knee));
    let told: Vec<String> = told.collect();
    if !told.is_empty() && !options.is_quiet() {
        lines.push(String::new());
        lines.extend(told.iter().flat_map(|text| lines_of(text)));
    }
    lines
}

/// A sentence in lines that fit the page.
fn lines_of(text: &str) -> Vec<String> {
    wrap(&clean(text), WIDTH).into_iter().map(|line| line.trim_end().to_owned()).collect()
}

fn table(rows: &[Row<'_>], options: &TableOptions) -> Vec<String> {
    let time = |of: fn(&Latency) -> f64| {
        let figures: Vec<_> = rows.iter().map(|(_, load)| Some((of(&load.latency), 3))).collect();
        aligned(&scaled(&TIME, chosen(options.time_unit), &figures))
    };
    let mut columns = vec![
        ("under load", Vec::new()),
        ("throughput", aligned(&throughputs(rows))),
        ("p50", time(|latency| latency.p50)),
        ("p90", time(|latency| latency.p90)),
        ("p99", time(|latency| latency.p99)),
        ("p99.9", time(|latency| latency.p999)),
        ("max", time(|latency| latency.max)),
        ("late", shares(rows, |load| load.late)),
        ("dropped", shares(rows, |load| load.dropped)),
        ("errors", shares(rows, |load| load.errors.count())),
    ];
    columns.retain(|(title, texts)| *title == "under load" || texts.iter().any(|text| !text.is_empty()));
    let names: Vec<String> = rows.iter().map(|(record, _)| name(record)).collect();
    let longest = names.iter().map(|name| width(name)).max().unwrap_or(0).min(ENOUGH);
    for title in GIVES_WAY {
        if room_for_names(&columns) < longest {
            columns.retain(|(other, _)| *other != title);
        }
    }
    let room = room_for_names(&columns);
    let labels: Vec<[String; 2]> = rows.iter().map(|(record, _)| label(record)).collect();
    columns[0].1 = shorten_all(&labels, room);
    laid_out(&columns)
}

fn name(record: &Record) -> String {
    label(record).concat()
}

/// The name and the parameters.
fn label(record: &Record) -> [String; 2] {
    [clean(&record.name), clean(&record.id.params.to_string())]
}

fn throughputs(rows: &[Row<'_>]) -> Vec<Cell> {
    let spread = |load: &Load| {
        let (low, high) = load.throughput_interval?;
        Some((high / low).sqrt() - 1.0).filter(|spread| spread.is_finite())
    };
    let figures: Vec<_> = rows
        .iter()
        .map(|(_, load)| Some((load.throughput, digits(spread(load).unwrap_or(0.0)).min(4))))
        .collect();
    let mut cells = scaled(&OPERATIONS, None, &figures);
    for (cell, (_, load)) in cells.iter_mut().zip(rows) {
        if let (Cell::Figure([.., rest]), Some(spread)) = (cell, spread(load)) {
            *rest = format!(" ±{}", percent(spread));
        }
    }
    cells
}

/// How many of the operations, as a share; nothing where it is none.
fn shares(rows: &[Row<'_>], of: fn(&Load) -> u64) -> Vec<String> {
    let share = |(_, load): &Row<'_>| match of(load) {
        0 => String::new(),
        count => percent(count as f64 / load.due.max(count) as f64),
    };
    rows.iter().map(share).collect()
}

/// How an arm compares with the reference under the same load.
fn comparison((record, load): &Row<'_>) -> Option<String> {
    let ratio = |ratio: &LoadRatio| {
        let places = decimals(ratio.value, digits((ratio.high - ratio.low) / 2.0 / ratio.value));
        let LoadRatio { value, low, high, .. } = *ratio;
        format!("{} {value:.places$}x [{low:.places$}, {high:.places$}]", word(ratio.figure))
    };
    let ratios: Vec<String> = load.ratios.iter().map(ratio).collect();
    (!ratios.is_empty()).then(|| format!("{} to the reference: {}", name(record), ratios.join(", ")))
}

fn word(figure: LoadFigure) -> &'static str {
    match figure {
        LoadFigure::Throughput => "throughput",
        LoadFigure::P50 => "p50",
        LoadFigure::P90 => "p90",
        LoadFigure::P99 => "p99",
        LoadFigure::P999 => "p99.9",
    }
}

/// The parts of a sustained load that are told.
const TOLD_PARTS: usize = 10;

/// How throughput moved over a load that was sustained.
fn over_time((record, load): &Row<'_>) -> Option<String> {
    load.settings.sustain?;
    let drift = load.drift?;
    let unit = OPERATIONS.unit(load.throughput);
    let parts = parts(load);
    let told: Vec<String> = parts.iter().map(|rate| rounded(rate / unit.size, 3)).collect();
    let drifts = if drift.is_clear { "" } else { ", which may be chance" };
    Some(format!(
        "{}: {} {} over each trial, {} from its start to its end{drifts}",
        name(record),
        told.join(" "),
        unit.name,
        signed(drift.share)
    ))
}

/// The mean throughput in each of [`TOLD_PARTS`] parts of the trials.
fn parts(load: &Load) -> Vec<f64> {
    let windows = load.trials.iter().map(|trial| trial.windows.len()).min().unwrap_or(0);
    let mean = |part: usize| {
        let range = windows * part / TOLD_PARTS
            ..(windows * (part + 1) / TOLD_PARTS).max(windows * part / TOLD_PARTS + 1);
        let rates: Vec<f64> = load
            .trials
            .iter()
            .flat_map(|trial| trial.windows.get(range.clone()).unwrap_or_default())
            .copied()
            .collect();
        rates.iter().sum::<f64>() / rates.len().max(1) as f64
    };
    (0..TOLD_PARTS.min(windows)).map(mean).collect()
}

fn knee(knee: &Knee) -> String {
    let Knee { name, id, concurrency, throughput, is_reached, crossing, .. } = knee;
    let unit = OPERATIONS.unit(*throughput);
    let rate = format!("{} {}", rounded(throughput / unit.size, 3), unit.name);
    let what = match is_reached {
        true => format!("throughput stops growing at concurrency={concurrency}"),
        false => format!("throughput still grows at concurrency={concurrency}, the largest load"),
    };
    format!("{name}{}: {what} ({rate}; its asymptotes cross at {})", id.params, rounded(*crossing, 2))
}
