//! Whether the machine may have moved a figure instead of the code. Main functions: [`alibis`] and [`heard`].

use super::judgement::Pair;
use crate::model::{BaselineEntry, Canary, CanaryKind, Change, Finding, TimeSummary};
use crate::stats::decision::{ACROSS_BUILDS_FLOOR, decide};
use crate::stats::interval::{DEFAULT_ALPHA, LogInterval};
use crate::stats::quantile::median;
use crate::stats::two_samples::{Shift, Uncertainty, pooled_spread};

/// No code is taken to follow a canary by more than this: it may be hit harder, since it may need more of what has become
/// scarce than the canary does.
const MOST_SHARE: f64 = 2.0;

/// How many times the ratio of two spreads may be larger than it was found to be: from ten runs of each, by a factor of
/// 2.4 in one case of 200 (the F distribution), and sides have four to eight.
const SPREAD_FACTOR: f64 = 3.0;

/// How far the machine moved since the earlier results, and how much of that a benchmark may follow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alibi {
    kind: CanaryKind,
    shift: Shift,
    share: f64,
}

/// What both canaries say of a benchmark; nothing of one that was not measured on both sides, in two runs at least.
pub(super) fn alibis(entry: &BaselineEntry, time: &TimeSummary) -> Vec<Alibi> {
    let medians: Vec<f64> = time.runs.iter().map(|run| run.median).collect();
    let now: Vec<Canary> = time.runs.iter().filter_map(|run| run.canary).collect();
    let own = pooled_spread([&entry.runs, &medians]);
    let alibi = |kind: CanaryKind| {
        let of = |canaries: &[Canary]| canaries.iter().map(|canary| canary.of(kind)).collect::<Vec<f64>>();
        let (before, now) = (of(&entry.canary), of(&now));
        // A benchmark that followed the canary would spread as it does.
        let share = SPREAD_FACTOR * own? / pooled_spread([&before, &now])?;
        let shift = Shift::between(known(&before)?, known(&now)?);
        Some(Alibi { kind, shift, share: share.min(MOST_SHARE) })
    };
    CanaryKind::ALL.into_iter().filter_map(alibi).collect()
}

fn known(figures: &[f64]) -> Option<(f64, Uncertainty)> {
    Some((median(figures)?, Uncertainty::of_runs(figures)?))
}

/// What is left of a `finding` once the canaries were heard: a change stands only if, whatever a canary may explain of
/// it, the rest is one too. How much the canaries themselves are in doubt is in its interval then. What is not called a
/// change stays as it is.
pub(super) fn heard(finding: Finding, pair: &Pair, seen: Shift, floor: f64, alibis: &[Alibi]) -> Finding {
    let Some(interval) = seen.interval(DEFAULT_ALPHA).filter(|_| is_change(&finding) && !alibis.is_empty())
    else {
        return finding;
    };
    let left = |alibi: &Alibi| seen.less(alibi.share * towards(pair), alibi.shift).interval(DEFAULT_ALPHA);
    let rests: Vec<(&Alibi, Option<LogInterval>)> = alibis.iter().map(|alibi| (alibi, left(alibi))).collect();
    let stands = |rest: &LogInterval| decide(rest, floor) == decide(&interval, floor);
    let explains = |(_, rest): &&(&Alibi, Option<LogInterval>)| !rest.as_ref().is_some_and(stands);
    let told = hull(interval, rests.iter().filter_map(|(_, rest)| *rest));
    let finding = Finding { interval: Some((told.low.exp_m1(), told.high.exp_m1())), ..finding };
    match rests
        .iter()
        .filter(explains)
        .map(|(alibi, _)| *alibi)
        .max_by(|a, b| a.reach().total_cmp(&b.reach()))
    {
        Some(alibi) => Finding {
            change: Change::Inconclusive,
            fails: false,
            resolution: Some(told.half_width().exp_m1()),
            reason: Some(alibi.reason()),
            ..finding
        },
        None => lessened(finding, pair, alibis),
    }
}

fn is_change(finding: &Finding) -> bool {
    matches!(finding.change, Change::Improved | Change::Regressed)
}

/// The sign by which a slower machine moves the figure.
fn towards(pair: &Pair) -> f64 {
    if pair.metric.more_is_better() { -1.0 } else { 1.0 }
}

fn hull(interval: LogInterval, others: impl Iterator<Item = LogInterval>) -> LogInterval {
    others.fold(interval, |hull, other| LogInterval {
        low: hull.low.min(other.low),
        high: hull.high.max(other.high),
        ..hull
    })
}

/// A change that stands fails only if it is beyond what is allowed without what the machine moved beyond doubt.
fn lessened(finding: Finding, pair: &Pair, alibis: &[Alibi]) -> Finding {
    let moved = alibis.iter().filter(|alibi| alibi.is_beyond_doubt());
    let slower = |alibi: &&Alibi| alibi.shift.estimate > 0.0;
    let most = moved.filter(slower).max_by(|a, b| a.explained().total_cmp(&b.explained()));
    let Some(alibi) = most.filter(|_| finding.fails) else { return finding };
    let without = Pair { now: pair.now * (-towards(pair) * alibi.explained()).exp(), ..*pair };
    if without.is_too_bad() {
        return finding;
    }
    let reason = format!("{}; what is left of the change is allowed", alibi.moved());
    Finding { fails: false, reason: Some(reason), ..finding }
}

impl Alibi {
    /// How far it may have moved a benchmark at most, as a logarithm.
    fn reach(&self) -> f64 {
        let interval = self.shift.interval(DEFAULT_ALPHA);
        interval.map_or(f64::INFINITY, |it| self.share * it.low.abs().max(it.high.abs()))
    }

    /// What a benchmark follows that is moved as the canary is, and no more than it can be by its spread.
    fn explained(&self) -> f64 {
        self.share.min(1.0) * self.shift.estimate
    }

    fn is_beyond_doubt(&self) -> bool {
        let interval = self.shift.interval(DEFAULT_ALPHA);
        interval.is_some_and(|interval| decide(&interval, ACROSS_BUILDS_FLOOR).is_change())
    }

    fn reason(&self) -> String {
        if self.is_beyond_doubt() {
            return format!("the machine moved, and that may be all of it: {}", self.moved());
        }
        let (low, high) = self.shift.interval(DEFAULT_ALPHA).map_or((f64::NAN, f64::NAN), |interval| {
            let (low, _, high) = interval.ratios();
            (100.0 * (low - 1.0), 100.0 * (high - 1.0))
        });
        let work = self.work();
        format!(
            "the machine may have moved as far: the time of its own {work} changed by {low:+.0} to {high:+.0} %"
        )
    }

    /// How far the machine moved, in a sentence.
    fn moved(&self) -> String {
        let by = 100.0 * self.shift.estimate.exp_m1();
        let (by, word) = (by.abs(), if by > 0.0 { "more" } else { "less" });
        let work = self.work();
        format!("its own {work} takes {by:.0} % {word} time than when the earlier results were recorded")
    }

    fn work(&self) -> &'static str {
        match self.kind {
            CanaryKind::Cpu => "arithmetic",
            CanaryKind::Memory => "loading from memory",
        }
    }
}
