//! What came of comparing and of limits, as a result file holds it.

use super::moment;
use crate::model::{Check, ComparedWith, Finding, Limit, Met, Metric, SuiteVerdict, Worsening};
use crate::store::compared::{ComparedEntry, LimitEntry, SuiteVerdictEntry, VerdictEntry};
use crate::store::result::{Figure, ResultError};
use crate::store::words::MetWord;
use crate::units;

/// A verdict; `None` for a metric of a later version.
pub(super) fn finding(entry: VerdictEntry) -> Option<Finding> {
    let share = entry.limit.map(|share| Worsening::Share(share.or_nan()));
    let amount = entry.limit_amount.map(|amount| Worsening::Amount(amount.or_nan()));
    Some(Finding {
        metric: Metric::of_word(&entry.metric)?,
        change: entry.verdict.into(),
        before: entry.before.or_nan(),
        now: entry.now.or_nan(),
        by: entry.change.or_nan(),
        interval: interval(entry.low, entry.high),
        resolution: entry.resolution.known(),
        allowed: share.or(amount),
        fails: entry.fails,
        reason: entry.reason,
    })
}

fn interval(low: Figure, high: Figure) -> Option<(f64, f64)> {
    low.known().zip(high.known())
}

/// The limits of a benchmark, and what came of those that were checked.
///
/// # Errors
///
/// When a limit cannot be understood.
pub(super) fn limits(entries: Vec<LimitEntry>) -> Result<(Vec<Limit>, Vec<Check>), ResultError> {
    let limits: Vec<Limit> = entries.iter().map(limit).collect::<Result<_, _>>()?;
    let checks = limits.iter().cloned().zip(entries).filter_map(|(limit, entry)| check(limit, entry));
    let checks = checks.collect();
    Ok((limits, checks))
}

fn limit(entry: &LimitEntry) -> Result<Limit, ResultError> {
    let text = &entry.limit;
    let limit = units::limit(text, entry.level.into()).or_else(|fault| {
        // An option of its own, such as `max_ratio = 1.2`.
        let (_, value) = text.split_once('=').ok_or(fault)?;
        let as_limit = format!("{} <= {}", entry.metric, value.trim().trim_matches('"'));
        units::limit(&as_limit, entry.level.into()).map(|limit| Limit { text: text.clone(), ..limit })
    });
    limit.map_err(ResultError::Nonsense)
}

fn check(limit: Limit, entry: LimitEntry) -> Option<Check> {
    let met = match entry.met? {
        MetWord::Yes => Met::Yes,
        MetWord::No => Met::No,
        MetWord::Unknown => Met::Unknown(entry.reason.unwrap_or_default()),
    };
    let (value, interval) = (entry.value.or_nan(), interval(entry.low, entry.high));
    Some(Check { limit, value, interval, met, by: entry.by.or_nan() })
}

impl TryFrom<ComparedEntry> for ComparedWith {
    type Error = ResultError;

    fn try_from(entry: ComparedEntry) -> Result<Self, ResultError> {
        let ComparedEntry { origin, arch, recorded_at, allowances, gate } = entry;
        let recorded_at = recorded_at.as_deref().map(moment::read).transpose()?;
        Ok(Self { origin, arch, recorded_at, allowances, gate: gate.into() })
    }
}

impl From<SuiteVerdictEntry> for SuiteVerdict {
    fn from(entry: SuiteVerdictEntry) -> Self {
        let SuiteVerdictEntry { grade, passed, limited } = entry;
        Self { grade: grade.into(), passed, limited }
    }
}
