//! What came of comparing and of limits, as result files hold it. Main types: [`VerdictEntry`] and [`LimitEntry`].

use super::record::rfc3339;
use super::result::Figure;
use super::words::{ChangeWord, GateWord, GradeWord, LevelWord, MetWord};
use crate::json;
use crate::model;

/// How one figure of a benchmark compares with what it was in the earlier results.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct VerdictEntry {
    /// What was compared: `median`, `p99`, `throughput`, ….
    pub(crate) metric: String,
    /// The word for it.
    pub(crate) verdict: ChangeWord,
    /// The relative difference: 0.12 is 12 % more than before; `null` where there is nothing to compare.
    pub(crate) change: Figure,
    /// The lower end of its interval; `null` where there is none.
    pub(crate) low: Figure,
    /// The upper end of its interval; `null` where there is none.
    pub(crate) high: Figure,
    /// The smallest change that could have been seen, as a share; `null` where that is not known.
    pub(crate) resolution: Figure,
    /// How much worse it may be, as a share; absent where nothing is limited, or an amount is.
    pub(crate) limit: Option<Figure>,
    /// How much worse it may be, in the unit of the metric; absent where nothing is limited, or a share is.
    pub(crate) limit_amount: Option<Figure>,
    /// The figure before, in the unit of the metric.
    pub(crate) before: Figure,
    /// The figure now, in the unit of the metric.
    pub(crate) now: Figure,
    /// Whether it is worse than allowed.
    pub(crate) fails: bool,
    /// Why it is not comparable or not decided, or what else a reader should know.
    pub(crate) reason: Option<String>,
}

json::object!(VerdictEntry {
    metric, verdict, change, low, high, resolution, limit or absent, limit_amount or absent, before, now,
    fails, reason or absent,
});

impl From<&model::Finding> for VerdictEntry {
    fn from(finding: &model::Finding) -> Self {
        let (limit, limit_amount) = match finding.allowed {
            Some(model::Worsening::Share(share)) => (Some(share), None),
            Some(model::Worsening::Amount(amount)) => (None, Some(amount)),
            None => (None, None),
        };
        Self {
            metric: finding.metric.word().to_owned(),
            verdict: finding.change.into(),
            change: finding.by.into(),
            low: end(finding.interval, |(low, _)| low),
            high: end(finding.interval, |(_, high)| high),
            resolution: finding.resolution.unwrap_or(f64::NAN).into(),
            limit: limit.map(Into::into),
            limit_amount: limit_amount.map(Into::into),
            before: finding.before.into(),
            now: finding.now.into(),
            fails: finding.fails,
            reason: finding.reason.clone(),
        }
    }
}

/// A limit of a benchmark and what came of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LimitEntry {
    /// What it means to miss it.
    pub(crate) level: LevelWord,
    /// As it was written: `p99 <= 10ms`.
    pub(crate) limit: String,
    /// What is limited: `median`, `p99`, `throughput`, ….
    pub(crate) metric: String,
    /// The figure, in the unit of the metric.
    pub(crate) value: Figure,
    /// The lower end of its interval; `null` where there is none.
    pub(crate) low: Figure,
    /// The upper end of its interval; `null` where there is none.
    pub(crate) high: Figure,
    /// Whether it holds; absent where it was not checked.
    pub(crate) met: Option<MetWord>,
    /// By how much it is missed, as a share of the bound: 0.2 is 20 % beyond. 0 where it holds.
    pub(crate) by: Figure,
    /// Why it is not known whether it holds.
    pub(crate) reason: Option<String>,
}

json::object!(LimitEntry { level, limit, metric, value, low, high, met or absent, by, reason or absent });

/// The limits of `record`: what came of them where they were checked, else what they are.
pub(super) fn limit_entries(record: &model::Record) -> Vec<LimitEntry> {
    if record.checks.is_empty() {
        return record.limits.iter().map(unchecked).collect();
    }
    record.checks.iter().map(LimitEntry::from).collect()
}

fn unchecked(limit: &model::Limit) -> LimitEntry {
    LimitEntry {
        level: limit.level.into(),
        limit: limit.text.clone(),
        metric: limit.metric.word().to_owned(),
        value: f64::NAN.into(),
        low: f64::NAN.into(),
        high: f64::NAN.into(),
        met: None,
        by: 0.0.into(),
        reason: None,
    }
}

impl From<&model::Check> for LimitEntry {
    fn from(check: &model::Check) -> Self {
        let (met, reason) = match &check.met {
            model::Met::Yes => (MetWord::Yes, None),
            model::Met::No => (MetWord::No, None),
            model::Met::Unknown(reason) => (MetWord::Unknown, Some(reason.clone())),
        };
        Self {
            value: check.value.into(),
            low: end(check.interval, |(low, _)| low),
            high: end(check.interval, |(_, high)| high),
            met: Some(met),
            by: check.by.into(),
            reason,
            ..unchecked(&check.limit)
        }
    }
}

fn end(interval: Option<(f64, f64)>, of: fn((f64, f64)) -> f64) -> Figure {
    interval.map_or(f64::NAN, of).into()
}

/// What a run was compared with.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ComparedEntry {
    /// Where the earlier results are from: a path, a saved run.
    pub(crate) origin: String,
    /// Their operating system and architecture.
    pub(crate) arch: String,
    /// When they were recorded: RFC 3339, UTC, milliseconds; absent where that is not known.
    pub(crate) recorded_at: Option<String>,
    /// What is allowed: `median:10%`.
    pub(crate) allowances: Vec<String>,
    /// The rule by which changes are judged.
    pub(crate) gate: GateWord,
}

json::object!(ComparedEntry { origin, arch, recorded_at or absent, allowances, gate });

impl From<&model::ComparedWith> for ComparedEntry {
    fn from(compared: &model::ComparedWith) -> Self {
        let model::ComparedWith { origin, arch, recorded_at, allowances, gate } = compared.clone();
        Self { origin, arch, recorded_at: recorded_at.map(rfc3339), allowances, gate: gate.into() }
    }
}

/// What the limits of all benchmarks come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SuiteVerdictEntry {
    /// The word for it.
    pub(crate) grade: GradeWord,
    /// Benchmarks with limits whose limits all hold.
    pub(crate) passed: u32,
    /// Benchmarks with limits.
    pub(crate) limited: u32,
}

json::object!(SuiteVerdictEntry { grade, passed, limited });

impl From<model::SuiteVerdict> for SuiteVerdictEntry {
    fn from(verdict: model::SuiteVerdict) -> Self {
        let model::SuiteVerdict { grade, passed, limited } = verdict;
        Self { grade: grade.into(), passed, limited }
    }
}
