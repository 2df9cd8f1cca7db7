//! The rule by which a change must be beyond doubt. Main functions: [`by_medians`] and [`by_ratios`].

use super::bound::worst_allowed;
use super::canary;
use super::judgement::Pair;
use crate::model::{BaselineEntry, Change, Finding, Metric, Ratio, SpreadFrom, TimeSummary, Worsening};
use crate::stats::decision::{ACROSS_BUILDS_FLOOR, Decision, decide, smallest_visible_change};
use crate::stats::few::{ENOUGH_RUNS, FEW_RUNS_FLOOR};
use crate::stats::interval::{DEFAULT_ALPHA, LogInterval};
use crate::stats::two_samples::{Shift, Uncertainty, movement};

/// Judges a median, or a throughput, which is one over it: by how the medians of runs differ on both sides.
pub(super) fn by_medians(pair: &Pair, entry: &BaselineEntry, time: &TimeSummary) -> Finding {
    let runs: Vec<f64> = time.runs.iter().map(|run| run.median).collect();
    let of_now = uncertainty(&runs, relative(time.stddev, time.median), time.rounds);
    let of_before = uncertainty(&entry.runs, spread_of(entry), entry.rounds);
    let sides = of_before.zip(of_now);
    let shift = sides.map(|(before, now)| Shift::between((pair.before, before), (pair.now, now)));
    let is_assumed = sides.is_some_and(|(before, now)| before.is_assumed || now.is_assumed);
    match shift.and_then(|shift| Some((shift, shift.interval(DEFAULT_ALPHA)?))) {
        Some((shift, interval)) => {
            let evidence = Evidence { interval, is_assumed };
            let finding = evidence.finding(pair, assumption(entry.runs.len(), runs.len()));
            canary::heard(finding, pair, shift, evidence.floor(), &canary::alibis(entry, time))
        }
        None => undecided(pair, "their spread is not known, or out of all proportion"),
    }
}

/// From the runs where there are two, else from the rounds.
fn uncertainty(runs: &[f64], relative_spread: f64, rounds: u32) -> Option<Uncertainty> {
    Uncertainty::of_runs(runs).or_else(|| Uncertainty::of_rounds(relative_spread, rounds))
}

/// The standard deviation of an entry's samples as a share of their median; 0 where it is not known.
fn spread_of(entry: &BaselineEntry) -> f64 {
    let figure = |metric| entry.figures.get(metric);
    let middle = figure(Metric::Median).or_else(|| figure(Metric::Throughput));
    middle.zip(figure(Metric::Stddev)).map_or(0.0, |(middle, stddev)| relative(stddev, middle))
}

fn relative(stddev: f64, median: f64) -> f64 {
    stddev / median
}

/// What a reader should know where the spread between runs was not found from the runs.
fn assumption(before: usize, now: usize) -> Option<String> {
    let side = |whose: &str, runs: usize| match runs {
        0 | 1 => Some(format!("nothing is known of how runs of {whose} differ")),
        _ if runs < ENOUGH_RUNS => {
            Some(format!("{whose} rest on {runs} runs, which are assumed to differ by 2 %"))
        }
        _ => None,
    };
    let sides: Vec<String> =
        [side("the earlier results", before), side("these results", now)].into_iter().flatten().collect();
    (!sides.is_empty()).then(|| format!("{}: {TOLD_FROM_FEW}", sides.join(", and ")))
}

/// What a comparison says that rests on too little.
const TOLD_FROM_FEW: &str = "a change below 10 % is not told";

/// Judges an arm by its ratio to the reference, before and now.
pub(super) fn by_ratios(pair: &Pair, before: &LogInterval, runs_before: usize, now: &Ratio) -> Finding {
    let log_now = LogInterval { low: now.low.ln(), estimate: now.value.ln(), high: now.high.ln() };
    let is_few = (1..ENOUGH_RUNS).contains(&runs_before);
    if runs_before == 1 || now.runs < 2 {
        return undecided(pair, "one run decides nothing");
    }
    let is_assumed = is_few || now.spread == SpreadFrom::Assumption;
    match movement(before, &log_now) {
        Some(interval) => {
            let note = is_assumed.then(|| format!("there are too few runs: {TOLD_FROM_FEW}"));
            Evidence { interval, is_assumed }.finding(pair, note)
        }
        None => undecided(pair, "an interval is out of all proportion"),
    }
}

fn undecided(pair: &Pair, reason: &str) -> Finding {
    Finding { reason: Some(reason.to_owned()), ..pair.finding(Change::Inconclusive) }
}

/// What is known of ln(now / before).
struct Evidence {
    interval: LogInterval,
    is_assumed: bool,
}

impl Evidence {
    fn finding(&self, pair: &Pair, reason: Option<String>) -> Finding {
        let (low, _, high) = self.interval.ratios();
        Finding {
            interval: Some((low - 1.0, high - 1.0)),
            resolution: Some(smallest_visible_change(&self.interval, self.floor())),
            reason,
            ..pair.finding(self.change(pair))
        }
    }

    /// A difference up to this never counts.
    fn floor(&self) -> f64 {
        if self.is_assumed { FEW_RUNS_FLOOR } else { ACROSS_BUILDS_FLOOR }
    }

    /// A change excludes 0 and is beyond the floor. Unchanged is what lies within the floor as a whole, or within what is
    /// allowed; an assumption is good for the latter only.
    fn change(&self, pair: &Pair) -> Change {
        let allowed = pair.allowed.map_or(0.0, |most| distance(pair, most));
        let is_within = -allowed <= self.interval.low && self.interval.high <= allowed;
        match decide(&self.interval, self.floor()) {
            Decision::Faster if pair.metric.more_is_better() => Change::Regressed,
            Decision::Slower if pair.metric.more_is_better() => Change::Improved,
            Decision::Faster => Change::Improved,
            Decision::Slower => Change::Regressed,
            Decision::Same if !self.is_assumed => Change::Unchanged,
            _ if is_within => Change::Unchanged,
            _ => Change::Inconclusive,
        }
    }
}

/// How far the figure may move to the bad side, as a logarithm; infinite where it may fall to nothing.
fn distance(pair: &Pair, most: Worsening) -> f64 {
    let worst = worst_allowed(pair.metric, pair.before, most).max(0.0);
    (worst / pair.before).ln().abs()
}
