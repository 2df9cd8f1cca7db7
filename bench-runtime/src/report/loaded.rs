//! What was seen under load, for reports that people and machines read elsewhere: cells of a Markdown table and properties
//! of a JUnit case. Main functions: [`cells`] and [`properties`].

use super::rates;
use super::units::{OPERATIONS, TIME, digits, percent, rounded};
use crate::model::{Latency, Load, RateSearch, RateTry};

/// The titles of [`cells`].
pub(super) const TITLES: [&str; 6] = ["throughput", "p50", "p99", "max", "dropped", "errors"];

/// A cell for each of [`TITLES`].
pub(super) fn cells(load: &Load) -> [String; 6] {
    let Latency { p50, p99, max, .. } = load.latency;
    [
        throughput(load),
        time(p50),
        time(p99),
        time(max),
        share(load.dropped, load.due),
        share(load.errors.count(), load.latency.count + load.errors.count()),
    ]
}

fn throughput(load: &Load) -> String {
    let unit = OPERATIONS.unit(load.throughput);
    let spread = load.throughput_interval.map(|(low, high)| (high / low).sqrt() - 1.0);
    let spread = spread.filter(|spread| spread.is_finite());
    let value = rounded(load.throughput / unit.size, digits(spread.unwrap_or(0.0)).min(4));
    let told = spread.map_or_else(String::new, |spread| format!(" ±{}", percent(spread)));
    format!("{value} {}{told}", unit.name)
}

fn time(ns: f64) -> String {
    let unit = TIME.unit(ns);
    format!("{} {}", rounded(ns / unit.size, 3), unit.name)
}

/// How many of all operations, as a share; nothing where it is none.
fn share(count: u64, all: u64) -> String {
    if count == 0 { String::new() } else { percent(count as f64 / all.max(count) as f64) }
}

/// The titles of [`rate_cells`].
pub(super) const RATE_TITLES: [&str; 4] = ["target", "holds at", "not at", "limit"];

/// A cell for each of [`RATE_TITLES`] but the first.
pub(super) fn rate_cells(search: &RateSearch) -> [String; 3] {
    let rate = |one: Option<&RateTry>| one.map_or_else(String::new, |one| rates::told(one.rate));
    [rate(search.held()), rate(search.missed()), rates::limit(search).to_owned()]
}

/// The figures with the names that they have in a spreadsheet.
#[cfg(feature = "junit")]
pub(super) fn properties(load: &Load) -> Vec<(&'static str, f64)> {
    let Latency { p50, p90, p95, p99, p999, max, .. } = load.latency;
    let mut properties = vec![
        ("load_throughput", load.throughput),
        ("load_p50_ns", p50),
        ("load_p90_ns", p90),
        ("load_p95_ns", p95),
        ("load_p99_ns", p99),
        ("load_p999_ns", p999),
        ("load_max_ns", max),
        ("load_errors", load.errors.count() as f64),
    ];
    if load.settings.rate.is_some() {
        properties.extend([("load_late", load.late as f64), ("load_dropped", load.dropped as f64)]);
    }
    properties
}

/// The highest rate that held and the lowest that did not, with the names that they have in a spreadsheet.
#[cfg(feature = "junit")]
pub(super) fn rate_properties(search: &RateSearch) -> [(&'static str, f64); 2] {
    let rate = |one: Option<&RateTry>| one.map_or(f64::NAN, |one| one.rate);
    [("highest_rate", rate(search.held())), ("lowest_rate_missed", rate(search.missed()))]
}
