//! What comparing a suite with itself comes to. Main function: [`checkups`].

use crate::model::{
    Alarms, ByName, Change, Checkup, Finding, Measurement, Metric, Outcome, Record, WarningKind,
};
use crate::stats::binomial::at_most;
use crate::stats::quantile::median;

/// The confidence of the upper ends of false alarms.
const CONFIDENCE: f64 = 0.95;

/// How much the runs of one comparison differed, beyond and within them: variances of the logarithm of the ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// Between runs, which are processes.
    pub(crate) between: f64,
    /// Of what one run says, from how its rounds differ.
    pub(crate) within: f64,
}

/// One comparison of a suite with itself.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// Its records, compared with those of the same program in turns.
    pub(crate) records: Vec<Record>,
    /// The spread of each comparison, by full name.
    pub(crate) spreads: ByName<Spread>,
    /// The findings of the same records compared with those of the trial before, in their order; none for the first.
    pub(crate) stored: Vec<Vec<Finding>>,
}

/// What each benchmark showed in all trials, in the order of the first of them. `allowed` is what the gate allows, as a
/// share.
pub(crate) fn checkups(trials: &[Trial], allowed: f64) -> Vec<Checkup> {
    let Some(first) = trials.first() else { return Vec::new() };
    (0..first.records.len()).map(|at| Patient::of(trials, at).checkup(allowed)).collect()
}

/// The same benchmarks' comparisons as one.
pub(crate) fn together<'a>(alarms: impl IntoIterator<Item = &'a Alarms>) -> Alarms {
    let sum = |sum: Alarms, each: &Alarms| Alarms {
        comparisons: sum.comparisons + each.comparisons,
        changed: sum.changed + each.changed,
        failed: sum.failed + each.failed,
        open: sum.open + each.open,
        ..sum
    };
    bounded(alarms.into_iter().fold(Alarms::default(), sum))
}

fn bounded(alarms: Alarms) -> Alarms {
    let bound = |events| at_most(events, alarms.comparisons, CONFIDENCE);
    Alarms { changed_at_most: bound(alarms.changed), failed_at_most: bound(alarms.failed), ..alarms }
}

/// How much the calibrations of a benchmark differ, the largest over the smallest less 1: the median over all benchmarks.
pub(crate) fn calibration_spread(trials: &[Trial]) -> Option<f64> {
    let first = trials.first().filter(|_| trials.len() > 1)?;
    let spread = |at: usize| {
        let times = trials.iter().filter_map(|trial| measurement(trial.records.get(at)?));
        let times: Vec<f64> = times.map(|it| it.calibration.iteration_ns).filter(|ns| *ns > 0.0).collect();
        let (low, high) =
            times.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), ns| (low.min(*ns), high.max(*ns)));
        (times.len() > 1).then(|| high / low - 1.0)
    };
    median(&(0..first.records.len()).filter_map(spread).collect::<Vec<f64>>())
}

/// How often the kernel took the core away, per turn; 0 without turns.
pub(crate) fn interruptions(trials: &[Trial]) -> f64 {
    let measured = trials.iter().flat_map(|trial| &trial.records).filter_map(measurement);
    let (switches, rounds) = measured.flat_map(|it| &it.time.runs).fold((0, 0), |(switches, rounds), run| {
        (switches + run.involuntary_switches, rounds + u64::from(run.rounds))
    });
    switches as f64 / rounds.max(1) as f64
}

fn measurement(record: &Record) -> Option<&Measurement> {
    match &record.outcome {
        Outcome::Measured(measurement) => Some(measurement),
        _ => None,
    }
}

/// One benchmark in all trials.
struct Patient<'a> {
    records: Vec<&'a Record>,
    in_turns: Vec<&'a Finding>,
    stored: Vec<&'a Finding>,
    spreads: Vec<Spread>,
}

/// The finding that a gate goes by.
fn main_finding(findings: &[Finding]) -> Option<&Finding> {
    findings.iter().find(|finding| matches!(finding.metric, Metric::Median | Metric::Ratio))
}

impl<'a> Patient<'a> {
    /// The benchmark whose records stand at this place.
    fn of(trials: &'a [Trial], at: usize) -> Self {
        let records: Vec<&Record> = trials.iter().filter_map(|trial| trial.records.get(at)).collect();
        let spread = |trial: &Trial| trial.spreads.get(&trial.records.get(at)?.id.to_string()).copied();
        Self {
            in_turns: records.iter().filter_map(|record| main_finding(&record.findings)).collect(),
            stored: trials.iter().filter_map(|trial| main_finding(trial.stored.get(at)?)).collect(),
            spreads: trials.iter().filter_map(spread).collect(),
            records,
        }
    }

    fn checkup(&self, allowed: f64) -> Checkup {
        let record = self.records[0];
        let first = measurement(record);
        let medians: Vec<f64> = self.measured().map(|it| it.time.median).collect();
        let (between_processes, process_share) = self.processes().unzip();
        let checkup = Checkup {
            id: record.id.clone(),
            name: record.name.clone(),
            median: median(&medians),
            sampled: first.map(|it| (it.calibration.regime, it.calibration.iterations)),
            alarms: alarms(&self.in_turns),
            stored: alarms(&self.stored),
            sees: smallest_visible(&self.in_turns),
            sees_stored: smallest_visible(&self.stored),
            between_processes,
            process_share,
            drifts: self.warned(WarningKind::Drift),
            modes: self.warned(WarningKind::Modes),
            is_unpinned: self.warned(WarningKind::NotPinned) > 0,
            advice: String::new(),
        };
        Checkup { advice: self.failure().unwrap_or_else(|| advice(&checkup, allowed)), ..checkup }
    }

    fn measured(&self) -> impl Iterator<Item = &'a Measurement> {
        self.records.iter().filter_map(|record| measurement(record))
    }

    fn warned(&self, kind: WarningKind) -> u32 {
        let warned = |record: &&&Record| record.warnings.iter().any(|warning| warning.kind == kind);
        self.records.iter().filter(warned).count() as u32
    }

    /// The standard deviation between processes, and its share in the variance of what one process says.
    fn processes(&self) -> Option<(f64, f64)> {
        let count = self.spreads.len() as f64;
        let between = self.spreads.iter().map(|spread| spread.between).sum::<f64>() / count;
        let within = self.spreads.iter().map(|spread| spread.within).sum::<f64>() / count;
        (between + within > 0.0).then(|| (between.sqrt(), between / (between + within)))
    }

    /// Why it was not measured, where it was not, at least once.
    fn failure(&self) -> Option<String> {
        self.records.iter().find_map(|record| match &record.outcome {
            Outcome::Failed(failure) => {
                let message = failure.message.lines().next().unwrap_or_default();
                Some(format!("mend it first: it failed ({}: {message})", failure.kind))
            }
            Outcome::Skipped(reason) => Some(format!("nothing is known of it: it was skipped ({reason})")),
            Outcome::Measured(_) | Outcome::Passed => None,
        })
    }
}

fn alarms(findings: &[&Finding]) -> Alarms {
    let told: Vec<&&Finding> = findings.iter().filter(|it| it.change != Change::NotComparable).collect();
    let count = |of: fn(&Finding) -> bool| told.iter().filter(|finding| of(finding)).count() as u32;
    bounded(Alarms {
        comparisons: told.len() as u32,
        changed: count(|it| matches!(it.change, Change::Regressed | Change::PlanChanged | Change::Improved)),
        failed: count(|it| it.fails),
        open: count(|it| it.change == Change::Inconclusive),
        ..Alarms::default()
    })
}

/// The median of the smallest changes that the comparisons could have seen.
fn smallest_visible(findings: &[&Finding]) -> Option<f64> {
    median(&findings.iter().filter_map(|finding| finding.resolution).collect::<Vec<f64>>())
}

/// Processes have so much of the variance that more rounds in each would hardly help.
const MOSTLY_PROCESSES: f64 = 0.5;
/// So many comparisons without a word are a nuisance.
const OFTEN: f64 = 0.25;

/// What to do about a benchmark, the most important thing first. `allowed` is what the gate allows, as a share.
fn advice(checkup: &Checkup, allowed: f64) -> String {
    let Checkup { alarms, stored, drifts, .. } = checkup;
    let gate = percent(allowed);
    let often = |count: u32, of: &Alarms| f64::from(count) > OFTEN * f64::from(of.comparisons.max(1));
    match (checkup.sees, checkup.sees_stored) {
        _ if alarms.failed > 0 => format!(
            "cannot be gated at {gate} here: {} of {} comparisons with itself failed; {}",
            alarms.failed,
            alarms.comparisons,
            remedy(checkup)
        ),
        (None, _) => {
            "cannot be gated here: there are too few rounds; raise --max-time or the budget".to_owned()
        }
        (Some(sees), _) if sees > allowed => format!(
            "cannot be gated at {gate} here: only changes over {} are seen; {}",
            percent(sees),
            remedy(checkup)
        ),
        _ if often(*drifts, alarms) => {
            "its time drifts within each run: make the state that it changes anew for each iteration"
                .to_owned()
        }
        _ if often(alarms.open, alarms) => {
            format!("more runs (--rigorous): {} of {} comparisons were open", alarms.open, alarms.comparisons)
        }
        (_, Some(sees)) if stored.failed > 0 || sees > allowed => format!(
            "gate it with --against: against earlier results {}",
            if stored.failed > 0 {
                format!("it failed in {} of {}", stored.failed, stored.comparisons)
            } else {
                format!("only changes over {} are seen", percent(sees))
            }
        ),
        _ if alarms.changed > 0 => format!(
            "can be gated at {gate}; smaller changes want a second run: {} of {} were told where there was none",
            alarms.changed, alarms.comparisons
        ),
        (Some(sees), _) => format!("can be gated at {gate}: changes over {} are seen", percent(sees)),
    }
}

/// What would help a comparison that sees too little.
fn remedy(checkup: &Checkup) -> String {
    match checkup.process_share {
        _ if checkup.is_unpinned => {
            "it is not pinned: keep it to one thread, or the machine to it".to_owned()
        }
        _ if checkup.modes > 0 => {
            "its samples gather around several figures: make it do one thing".to_owned()
        }
        Some(share) if share > MOSTLY_PROCESSES => {
            format!("more runs (--rigorous) help: processes are {} of the variance", percent(share))
        }
        _ => "longer runs (--min-rounds) help, or a quieter machine".to_owned(),
    }
}

/// A share as people read it: `2.1%`, `12%`.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let text = if percent.abs() < 9.95 { format!("{percent:.1}") } else { format!("{percent:.0}") };
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::records;
    use crate::analysis::tests::{SETTING, measured as runs_of};
    use crate::model::{ArmRun, Failure, FailureKind, Look, Warning, plain};
    use crate::schedule::fake::{arm, case};

    fn finding(change: Change, resolution: f64) -> Finding {
        Finding { resolution: Some(resolution), ..plain::finding(change) }
    }

    /// A trial of one benchmark at 2 µs that ended as `run`, with this finding.
    fn trial_of(run: ArmRun, found: Finding) -> Trial {
        let mut records = records(&case([arm("a")]), vec![run], SETTING);
        records[0].findings = vec![found];
        let spreads =
            records.iter().map(|record| (record.id.to_string(), Spread { between: 3e-6, within: 1e-6 }));
        Trial { spreads: spreads.collect(), records, stored: Vec::new() }
    }

    fn trial(change: Change, resolution: f64) -> Trial {
        trial_of(runs_of(&[(Look::First, vec![2_000.0; 10])]), finding(change, resolution))
    }

    fn only(trials: &[Trial]) -> Checkup {
        let mut all = checkups(trials, 0.1);
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    /// Ten trials; those before `count` are changed by `change`.
    fn ten(count: usize, change: impl Fn(&mut Trial)) -> Vec<Trial> {
        let mut trials = vec![trial(Change::Unchanged, 0.02); 10];
        trials.iter_mut().take(count).for_each(change);
        trials
    }

    #[test]
    fn a_benchmark_that_is_like_itself_can_be_gated() {
        let checkup = only(&ten(0, |_| ()));
        assert_eq!((checkup.alarms.comparisons, checkup.alarms.changed, checkup.alarms.failed), (10, 0, 0));
        assert!((checkup.alarms.failed_at_most - 0.2589).abs() < 1e-4, "{:?}", checkup.alarms);
        assert_eq!((checkup.median, checkup.sees), (Some(2_000.0), Some(0.02)));
        assert!(checkup.process_share.is_some_and(|share| (share - 0.75).abs() < 1e-9), "{checkup:?}");
        assert_eq!(checkup.advice, "can be gated at 10%: changes over 2% are seen");
    }

    type Alter = fn(&mut Trial);

    #[test]
    fn the_advice_is_about_what_matters_most() {
        let fails: Alter = |trial| {
            trial.records[0].findings[0].change = Change::Regressed;
            trial.records[0].findings[0].fails = true;
        };
        let changed: Alter = |trial| trial.records[0].findings[0].change = Change::Improved;
        let blurred: Alter = |trial| trial.records[0].findings[0].resolution = Some(0.3);
        let blind: Alter = |trial| trial.records[0].findings[0].resolution = None;
        let open: Alter = |trial| trial.records[0].findings[0].change = Change::Inconclusive;
        let drifting: Alter = |trial| {
            trial.records[0].warnings.push(Warning::new(WarningKind::Drift, "as scripted"));
        };
        let unpinned: Alter = |trial| {
            trial.records[0].findings[0].resolution = Some(0.3);
            trial.records[0].warnings.push(Warning::new(WarningKind::NotPinned, "as scripted"));
        };
        let stored: Alter = |trial| trial.stored = vec![vec![finding(Change::Inconclusive, 0.25)]];
        let broken: Alter = |trial| {
            trial.records[0].outcome = Outcome::Failed(Failure::new(FailureKind::Panic, "no luck\nat all"));
        };
        let table: [(usize, Alter, &str); 9] = [
            (1, fails, "cannot be gated at 10% here: 1 of 10 comparisons with itself failed; more runs"),
            (1, changed, "can be gated at 10%; smaller changes want a second run: 1 of 10"),
            (
                10,
                blurred,
                "cannot be gated at 10% here: only changes over 30% are seen; more runs (--rigorous)",
            ),
            (10, blind, "cannot be gated here: there are too few rounds"),
            (5, open, "more runs (--rigorous): 5 of 10 comparisons were open"),
            (5, drifting, "its time drifts within each run"),
            (10, unpinned, "cannot be gated at 10% here: only changes over 30% are seen; it is not pinned"),
            (10, stored, "gate it with --against: against earlier results only changes over 25% are seen"),
            (1, broken, "mend it first: it failed (panic: no luck)"),
        ];
        for (count, alter, expected) in table {
            let advice = only(&ten(count, alter)).advice;
            assert!(advice.starts_with(expected), "{advice}");
        }
    }

    #[test]
    fn what_could_not_be_compared_is_no_comparison() {
        let checkup = only(&ten(4, |trial| trial.records[0].findings[0].change = Change::NotComparable));
        assert_eq!(checkup.alarms.comparisons, 6);
    }

    #[test]
    fn all_benchmarks_together_are_known_better_than_one() {
        let one = only(&ten(0, |_| ())).alarms;
        let all = together([&one; 6]);
        assert_eq!((all.comparisons, all.failed), (60, 0));
        assert!(all.failed_at_most < 0.05 && one.failed_at_most > 0.2, "{all:?}");
        assert_eq!(together([]).failed_at_most, 1.0);
    }

    #[test]
    fn the_machine_shows_in_calibrations_and_interruptions() {
        let mut trials = ten(0, |_| ());
        assert_eq!((calibration_spread(&trials), interruptions(&trials)), (Some(0.0), 0.0));
        if let Outcome::Measured(measurement) = &mut trials[3].records[0].outcome {
            measurement.calibration.iteration_ns *= 1.5;
            measurement.time.runs[0].involuntary_switches = 20;
        }
        assert_eq!((calibration_spread(&trials), interruptions(&trials)), (Some(0.5), 0.2));
        assert_eq!((calibration_spread(&trials[..1]), interruptions(&[])), (None, 0.0));
    }

    #[test]
    fn without_trials_nothing_is_known() {
        assert_eq!(checkups(&[], 0.1), []);
    }
}
