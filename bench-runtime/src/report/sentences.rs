//! Changes and limits in words, for people. Main functions: [`change`] and [`miss`].

use std::time::SystemTime;

use super::compared::{changes, worse_by};
use super::units::{BYTES, ITEMS, Ladder, OPERATIONS, SIZE, TIME, decimals, digits, percent, rounded};
use crate::model::{
    Change, Check, ComparedWith, Finding, Gate, Grade, Level, Metric, Outcome, Per, Quantity, Record, Report,
    RunInfo, SuiteVerdict, Worsening,
};
use crate::store::rfc3339;

/// How the figures of a metric are written.
#[derive(Clone, Copy)]
enum Scale {
    /// In the unit that suits them.
    Units(&'static Ladder),
    /// Times 100, with `%`.
    Percent,
    /// With `x`.
    Times,
    /// As they are.
    Plain,
}

fn scale(metric: Metric, of_median: bool, per: Per, record: &Record) -> Scale {
    match metric.quantity() {
        Quantity::Spread if of_median => Scale::Percent,
        Quantity::Duration | Quantity::Spread => Scale::Units(&TIME),
        Quantity::Rate => Scale::Units(rate(per, record)),
        Quantity::Size => Scale::Units(&SIZE),
        Quantity::Count => Scale::Plain,
        Quantity::Share => Scale::Percent,
        Quantity::Ratio => Scale::Times,
    }
}

/// What a rate counts: what is asked for, else what the benchmark tells.
fn rate(per: Per, record: &Record) -> &'static Ladder {
    let told = match &record.outcome {
        Outcome::Measured(measurement) => measurement.throughput,
        Outcome::Passed | Outcome::Skipped(_) | Outcome::Failed(_) => Default::default(),
    };
    match per {
        Per::Bytes => &BYTES,
        Per::Items => &ITEMS,
        Per::Told if told.bytes > 0.0 => &BYTES,
        Per::Told if told.items > 0.0 => &ITEMS,
        Per::Told | Per::Operations => &OPERATIONS,
    }
}

/// A figure with its unit, and behind it the interval in the same unit: `12.3 ms [11.9, 12.8]`.
fn figure(scale: Scale, value: f64, interval: Option<(f64, f64)>) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let (size, unit) = match scale {
        Scale::Units(ladder) => (ladder.unit(value).size, format!(" {}", ladder.unit(value).name)),
        Scale::Percent => (0.01, "%".to_owned()),
        Scale::Times => (1.0, "x".to_owned()),
        Scale::Plain => (1.0, String::new()),
    };
    let half_width = interval.map_or(f64::NAN, |(low, high)| (high - low) / 2.0 / value);
    let places = if matches!(scale, Scale::Plain) && value.fract() == 0.0 {
        0
    } else {
        decimals(value / size, digits(half_width))
    };
    let text = |value: f64| format!("{:.places$}", value / size);
    let ends = interval.map(|(low, high)| format!(" [{}, {}]", text(low), text(high)));
    format!("{}{unit}{}", text(value), ends.unwrap_or_default())
}

/// A difference as a percentage with its sign: `+12.3%`, `-0.4%`, `+1150%`.
pub(super) fn signed(share: f64) -> String {
    match share * 100.0 {
        percentage if !percentage.is_finite() => "–".to_owned(),
        percentage if percentage.abs() < 0.05 => "0.0%".to_owned(),
        percentage if percentage.abs() < 99.95 => format!("{percentage:+.1}%"),
        percentage if percentage.abs() < 1e6 => format!("{percentage:+.0}%"),
        percentage => format!("{percentage:+.0e}%"),
    }
}

/// The interval of a difference: ` [+10.1%, +14.6%]`; empty where there is none.
pub(super) fn interval(finding: &Finding) -> String {
    finding.interval.map_or_else(String::new, |(low, high)| format!(" [{}, {}]", signed(low), signed(high)))
}

/// A figure of `finding`, now or before.
pub(super) fn figure_of(record: &Record, finding: &Finding, value: f64) -> String {
    figure(scale(finding.metric, false, Per::Told, record), value, None)
}

/// What happened to a figure and by how much it is worse than allowed:
/// `median went from 12.3 µs to 15.2 µs, +23.5% [+21.2%, +25.8%]: 13.5 points beyond the 10% allowed`.
pub(super) fn change(record: &Record, finding: &Finding) -> String {
    let [before, now] = [finding.before, finding.now].map(|value| figure_of(record, finding, value));
    let by = match finding.by {
        by if by.is_finite() => format!(", {}{}", signed(by), interval(finding)),
        _ => String::new(),
    };
    let reason = finding.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
    let excess = excess(record, finding).map_or_else(String::new, |excess| format!(": {excess}"));
    format!("{} went from {before} to {now}{by}{excess}{reason}", finding.metric)
}

/// By how much a change exceeds what is allowed: `13.5 points beyond the 10% allowed`. `None` where it does not, or
/// nothing is limited.
pub(super) fn excess(record: &Record, finding: &Finding) -> Option<String> {
    let scale = scale(finding.metric, false, Per::Told, record);
    let difference = finding.now - finding.before;
    let worse = if finding.metric.more_is_better() { -difference } else { difference };
    match finding.allowed? {
        Worsening::Share(share) if worse_by(finding) > share => {
            let points = rounded((worse_by(finding) - share) * 100.0, 3);
            Some(format!("{points} points beyond the {} allowed", allowed(share)))
        }
        Worsening::Amount(amount) if worse > amount => {
            let [over, amount] = [worse - amount, amount].map(|value| figure(scale, value, None));
            Some(format!("{over} beyond the {amount} allowed"))
        }
        _ => None,
    }
}

/// A share that somebody wrote as a percentage: `10%`, `2.5%`.
fn allowed(share: f64) -> String {
    let text = format!("{:.4}", share * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Which limit is missed and by how much: `p99 at 12.3 ms misses p99 <= 10ms by 23.0%`; of memory, with the line that
/// has the largest part in it.
pub(super) fn miss(record: &Record, check: &Check) -> String {
    let limit = &check.limit;
    let site = main_site(record, limit.metric).map_or_else(String::new, |site| format!("; {site}"));
    let (checked, by) = (checked(record, check), missed_by(check));
    format!("{} at {checked} misses {} by {by}{site}", limit.metric, limit.text)
}

/// The line that has the largest part in a figure of memory: `most bytes are from benches/rows.rs:12 (rows::load)`; or why
/// no line is known. `None` where it is no figure of memory, or no line has a part in it.
fn main_site(record: &Record, metric: Metric) -> Option<String> {
    let sites = &record.measured_memory()?.sites;
    let (largest, part) = match metric {
        _ if !metric.is_of_memory() => return None,
        Metric::Allocations | Metric::Deallocations | Metric::Reallocations => (&sites.by_count, "blocks"),
        Metric::Retained => (&sites.by_retained, "retained bytes"),
        _ => (&sites.by_bytes, "bytes"),
    };
    match (largest.first(), &sites.note) {
        (Some(site), Some(hint)) if site.is_approximate => {
            Some(format!("most {part} are from {site}: {hint}"))
        }
        (Some(site), _) => Some(format!("most {part} are from {site}")),
        (None, note) => note.clone(),
    }
}

/// The figure that was checked, and its interval.
pub(super) fn checked(record: &Record, check: &Check) -> String {
    let limit = &check.limit;
    figure(scale(limit.metric, limit.of_median, limit.per, record), check.value, check.interval)
}

/// By how much a limit is missed: `23.0%` of it.
pub(super) fn missed_by(check: &Check) -> String {
    let by = signed(check.by);
    by.strip_prefix('+').unwrap_or(&by).to_owned()
}

/// The word for a level.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Target => "target",
        Level::Critical => "critical",
    }
}

/// The word for a change.
pub(super) fn word(change: Change) -> &'static str {
    match change {
        Change::Regressed => "regressed",
        Change::PlanChanged => "plan changed",
        Change::Inconclusive => "inconclusive",
        Change::NotComparable => "not comparable",
        Change::New => "new",
        Change::Vanished => "vanished",
        Change::Improved => "improved",
        Change::Unchanged => "unchanged",
    }
}

/// The word of a finding with what it could have seen, and of which metric it is where that is no matter of course:
/// `regressed (p99)`, `inconclusive ±14%`.
pub(super) fn verdict(finding: &Finding) -> String {
    match finding.metric {
        Metric::Median | Metric::Ratio => short_verdict(finding),
        metric => format!("{} ({metric})", short_verdict(finding)),
    }
}

/// The word of a finding with what it could have seen: `regressed`, `inconclusive ±14%`.
pub(super) fn short_verdict(finding: &Finding) -> String {
    match (finding.change, finding.resolution) {
        (Change::Inconclusive, Some(share)) if share.is_finite() => {
            format!("{} ±{}", word(finding.change), percent(share))
        }
        (change, _) => word(change).to_owned(),
    }
}

/// How many benchmarks changed how: `2 regressed, 1 new, 6 unchanged`; empty where nothing was compared.
pub(super) fn counted(report: &Report) -> String {
    let counts: Vec<_> =
        changes(report).iter().map(|(change, count)| format!("{count} {}", word(*change))).collect();
    counts.join(", ")
}

/// `Acceptable, 9 of 10 benchmarks meet their limits`.
pub(super) fn suite(verdict: SuiteVerdict) -> String {
    let grade = match verdict.grade {
        Grade::Good => "Good",
        Grade::Acceptable => "Acceptable",
        Grade::NeedsInvestigation => "Needs investigation",
        Grade::Blocking => "Blocking",
    };
    let SuiteVerdict { passed, limited, .. } = verdict;
    match limited {
        1 if passed == 1 => format!("{grade}, the benchmark with limits meets them"),
        1 => format!("{grade}, the benchmark with limits does not meet them"),
        _ => format!("{grade}, {passed} of {limited} benchmarks meet their limits"),
    }
}

/// What a run was compared with, in parts: where it is from, its age, the rule, what is allowed.
pub(super) fn compared_with(run: &RunInfo, compared: &ComparedWith) -> Vec<String> {
    let mut parts = vec![compared.origin.clone()];
    if !compared.arch.is_empty() && compared.arch != run.environment.host.arch {
        parts.push(compared.arch.clone());
    }
    parts.extend(compared.recorded_at.map(|at| recorded(at, run.started_at)));
    let gate = match compared.gate {
        Gate::Confident => "confident gate",
        Gate::Plain => "plain gate",
    };
    parts.push(gate.to_owned());
    parts.extend(compared.allowances.iter().cloned());
    parts
}

/// `recorded 2026-03-02, 12 days before`, seen from the beginning of the run.
fn recorded(at: SystemTime, run: SystemTime) -> String {
    const DATE: usize = 10;
    const DAY: u64 = 86_400;
    let date: String = rfc3339(at).chars().take(DATE).collect();
    let age = run.duration_since(at).map(|age| age.as_secs() / DAY);
    match age {
        Ok(1) => format!("recorded {date}, a day before"),
        Ok(days) if days > 1 => format!("recorded {date}, {days} days before"),
        _ => format!("recorded {date}"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::{Limit, Memory, Met, Site};
    use crate::report::sample;

    #[test]
    fn a_difference_has_a_sign_and_as_many_digits_as_it_needs() {
        let texts = [0.123, -0.0041, 0.0004, -0.0001, 11.5, -0.9999, 1e9, f64::NAN].map(signed);
        assert_eq!(texts, ["+12.3%", "-0.4%", "0.0%", "0.0%", "+1150%", "-100%", "+1e11%", "–"]);
    }

    #[test]
    fn a_figure_and_its_interval_share_a_unit() {
        let time = |value, interval| figure(Scale::Units(&TIME), value, interval);
        assert_eq!(time(12.34e6, Some((11.9e6, 12.8e6))), "12.3 ms [11.9, 12.8]");
        assert_eq!(time(f64::NAN, None), "–");
        assert_eq!(figure(Scale::Percent, 0.123, None), "12.3%");
        assert_eq!(figure(Scale::Plain, 1234.0, None), "1234");
        assert_eq!(figure(Scale::Units(&SIZE), 3.0 * 1024.0, None), "3.00 KiB");
    }

    #[test]
    fn an_amount_that_is_allowed_is_told_in_its_unit() {
        let report = sample::compared();
        let insert = report.records.iter().find(|record| record.name == "insert").expect("in the sample");
        assert_eq!(
            change(insert, &insert.findings[1]),
            "p99 went from 9.10 ms to 12.3 ms, +35.2%: 1.20 ms beyond the 2.00 ms allowed"
        );
    }

    #[test]
    fn what_rose_from_nothing_has_no_percentage() {
        let record = &sample::compared().records[0];
        let finding = Finding {
            metric: Metric::Allocations,
            before: 0.0,
            now: 3.0,
            by: f64::INFINITY,
            allowed: Some(Worsening::Amount(0.0)),
            fails: true,
            interval: None,
            ..record.findings[0].clone()
        };
        assert_eq!(change(record, &finding), "allocations went from 0 to 3: 3 beyond the 0 allowed");
    }

    #[test]
    fn a_missed_limit_names_value_interval_and_distance() {
        let report = sample::compared();
        let of = |name: &str, at: usize| {
            let record =
                report.records.iter().filter(|record| record.name == name).find(|r| !r.checks.is_empty());
            let record = record.expect("in the sample");
            miss(record, &record.checks[at])
        };
        assert_eq!(of("insert", 0), "p99 at 12.3 ms misses p99 <= 10ms by 23.0%");
        assert_eq!(
            of("insert", 1),
            "throughput at 8.20 K items/s [8.12, 8.29] misses throughput >= 10K rows/s by 18.0%"
        );
        assert_eq!(of("my_adapter", 0), "ratio at 1.23x [1.21, 1.25] misses max_ratio = 1.2 by 2.5%");
    }

    #[test]
    fn a_missed_limit_of_memory_names_the_line_with_the_largest_part() {
        let site = |line, function: &str| Site {
            function: Some(function.to_owned()),
            file: "benches/rows.rs".to_owned(),
            line,
            is_approximate: false,
            count: 1,
            bytes: 1,
            retained: 1,
        };
        let mut memory = Memory::default();
        memory.sites.note = Some("call sites need the feature `sites` of adapter-bench".to_owned());
        let miss_of = |limit: Limit, value: f64, memory: &Memory| {
            let record = Record { memory: Some(Ok(memory.clone())), ..sample::compared().records.remove(0) };
            let by = value / limit.value - 1.0;
            miss(&record, &Check { limit, value, interval: None, met: Met::No, by })
        };
        let peak = || Limit::max_memory(1 << 20, "max_memory = 1MiB".to_owned());
        let unknown = "; call sites need the feature `sites` of adapter-bench";
        let told = "peak at 1.50 MiB misses max_memory = 1MiB by 50.0%";
        assert_eq!(miss_of(peak(), 1.5 * f64::from(1 << 20), &memory), format!("{told}{unknown}"));
        memory.sites.by_bytes = vec![site(12, "rows::load"), site(20, "rows::parse")];
        memory.sites.by_count = vec![site(20, "rows::parse")];
        let known = "; most bytes are from benches/rows.rs:12 (rows::load)";
        assert_eq!(miss_of(peak(), 1.5 * f64::from(1 << 20), &memory), format!("{told}{known}"));
        let blocks = Limit { metric: Metric::Allocations, text: "allocations <= 1".to_owned(), ..peak() };
        let told = miss_of(Limit { value: 1.0, ..blocks }, 2.0, &memory);
        assert!(told.ends_with("; most blocks are from benches/rows.rs:20 (rows::parse)"), "{told}");
    }

    #[test]
    fn the_age_is_told_in_days_where_there_is_any() {
        let run = SystemTime::UNIX_EPOCH + Duration::from_secs(20_000 * 86_400);
        let before = |seconds| recorded(run - Duration::from_secs(seconds), run);
        assert_eq!(before(3 * 86_400), "recorded 2024-10-01, 3 days before");
        assert_eq!(before(86_400), "recorded 2024-10-03, a day before");
        assert_eq!(before(60), "recorded 2024-10-03");
        assert_eq!(recorded(run + Duration::from_secs(60), run), "recorded 2024-10-04");
    }
}
