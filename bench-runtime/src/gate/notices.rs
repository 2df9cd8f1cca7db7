//! What a reader should know of the earlier results as a whole. Main functions: [`stale`] and [`unrecorded`].

use std::time::{Duration, SystemTime};

use super::Rules;
use crate::model::{Allowance, Baseline, BaselineEntry, Change, Finding, Record, Warning, WarningKind};

use super::bound::is_better;

/// How many benchmarks are named in a sentence.
const NAMED: usize = 3;

/// Tells that earlier results, those that there are of the benchmarks, are old.
pub(super) fn stale(
    entries: &[Option<&BaselineEntry>],
    baseline: &Baseline,
    rules: &Rules,
) -> Option<Warning> {
    let ages: Vec<Duration> =
        entries.iter().flatten().map(|entry| age(entry, baseline, rules.now).unwrap_or_default()).collect();
    let (count, old) = (ages.len(), ages.iter().filter(|age| **age > rules.max_age).count());
    let oldest = ages.into_iter().max().filter(|_| old > 0)?;
    let message = format!(
        "{old} of {count} earlier results are over {} old, the oldest {}: a machine changes; record them anew",
        in_words(rules.max_age),
        in_words(oldest)
    );
    Some(Warning::new(WarningKind::StaleBaseline, message))
}

/// How long ago an entry was recorded; `None` where it is not known.
fn age(entry: &BaselineEntry, baseline: &Baseline, now: SystemTime) -> Option<Duration> {
    let recorded_at = entry.recorded_at.or(baseline.recorded_at)?;
    Some(now.duration_since(recorded_at).unwrap_or_default())
}

fn in_words(age: Duration) -> String {
    const HOUR: u64 = 3_600;
    let count = |number: u64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match age.as_secs() {
        seconds if seconds >= 24 * HOUR => count(seconds / (24 * HOUR), "day"),
        seconds if seconds >= HOUR => count(seconds / HOUR, "hour"),
        seconds => count(seconds / 60, "minute"),
    }
}

/// Tells which benchmarks are better by more than they may be worse.
pub(super) fn unrecorded(records: &[Record]) -> Option<Warning> {
    let better: Vec<&Record> =
        records.iter().filter(|record| record.findings.iter().any(is_unrecorded)).collect();
    let names: Vec<String> = better.iter().take(NAMED).map(|record| record.id.to_string()).collect();
    let more = if better.len() > NAMED { ", …" } else { "" };
    (!better.is_empty()).then(|| {
        let message = format!(
            "better than the earlier results by more than may be lost: {} ({}{more}); record that, or losing it again goes \
             unnoticed",
            better.len(),
            names.join(", ")
        );
        Warning::new(WarningKind::UnrecordedImprovement, message)
    })
}

/// Whether a figure is better by more than it may be worse.
fn is_unrecorded(finding: &Finding) -> bool {
    let most = finding.allowed.unwrap_or(Allowance::default_of_median().most);
    finding.change == Change::Improved && is_better(finding.metric, finding.before, finding.now, most)
}
