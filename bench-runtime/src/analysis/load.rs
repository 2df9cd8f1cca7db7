//! What trials under load come to. Main functions: [`of_case`] and [`knees`].

use crate::model::{
    ArmRun, BenchId, Histogram, Knee, Load, LoadDrift, LoadErrors, LoadFigure, LoadRatio, LoadSettings,
    LoadTrial, Record, TrialSummary, Warning, WarningKind,
};
use crate::order;
use crate::plan::{Arm, GroupCase};
use crate::stats::combine::MIN_BETWEEN_RUNS;
use crate::stats::drift::{Drift, Trend};
use crate::stats::few;
use crate::stats::interval::DEFAULT_ALPHA;
use crate::stats::paired::RunEstimate;
use crate::stats::two_samples::Uncertainty;

/// What every arm of a case showed under load.
pub(super) fn of_case(case: &GroupCase, runs: &[ArmRun]) -> Vec<Option<Result<Load, String>>> {
    let reference = case.arms.iter().position(|arm| arm.is_reference).and_then(|at| trials(&runs[at]));
    let of_arm = |(arm, run): (&Arm, &ArmRun)| {
        let settings = arm.settings.load?;
        match run.load.as_ref()? {
            Err(reason) => Some(Err(reason.clone())),
            Ok(trials) => {
                let beside = reference.filter(|_| !arm.is_reference);
                Some(of_trials(settings, trials, beside))
            }
        }
    };
    case.arms.iter().zip(runs).map(of_arm).collect()
}

fn trials(run: &ArmRun) -> Option<&[LoadTrial]> {
    run.load.as_ref()?.as_ref().ok().map(Vec::as_slice)
}

/// All trials together; the error is why they tell nothing.
fn of_trials(
    settings: LoadSettings,
    trials: &[LoadTrial],
    reference: Option<&[LoadTrial]>,
) -> Result<Load, String> {
    let sum = |of: fn(&LoadTrial) -> u64| trials.iter().map(of).sum::<u64>();
    let mut errors = LoadErrors::default();
    trials.iter().for_each(|trial| errors.absorb(&trial.errors));
    let (completed, due) = (sum(|trial| trial.completed), sum(|trial| trial.due));
    if completed == 0 {
        return Err(nothing_completed(due, &errors));
    }
    let each: Vec<f64> = trials.iter().map(throughput).collect();
    let mean = completed as f64 * 1e9 / sum(|trial| trial.length_ns).max(1) as f64;
    let interval = Uncertainty::of_runs(&each).and_then(|known| known.around(mean.ln(), DEFAULT_ALPHA));
    let merged = |of: fn(&LoadTrial) -> &Histogram| Histogram::merged(trials.iter().map(of)).latency();
    Ok(Load {
        settings,
        throughput: mean,
        throughput_interval: interval.map(|interval| interval.ratios()).map(|(low, _, high)| (low, high)),
        latency: merged(|trial| &trial.latency),
        lateness: settings.rate.map(|_| merged(|trial| &trial.lateness)),
        due,
        completed,
        late: sum(|trial| trial.late),
        dropped: sum(|trial| trial.dropped),
        held_back: sum(|trial| trial.held_back),
        errors,
        most_in_flight: trials.iter().map(|trial| trial.most_in_flight).max().unwrap_or(0),
        trials: trials.iter().map(summary).collect(),
        drift: drift(trials),
        ratios: reference.map(|reference| ratios(trials, reference)).unwrap_or_default(),
    })
}

fn nothing_completed(due: u64, errors: &LoadErrors) -> String {
    let first = errors.texts.first().map_or_else(|| "they were not started in time".to_owned(), Clone::clone);
    format!("none of {due} operations succeeded under this load; the first error: {first}")
}

fn throughput(trial: &LoadTrial) -> f64 {
    trial.completed as f64 * 1e9 / trial.length_ns.max(1) as f64
}

fn summary(trial: &LoadTrial) -> TrialSummary {
    TrialSummary { throughput: throughput(trial), latency: trial.latency.latency(), windows: windows(trial) }
}

/// Operations per second in each part of a trial.
fn windows(trial: &LoadTrial) -> Vec<f64> {
    let seconds = trial.length_ns as f64 / 1e9 / trial.windows.len().max(1) as f64;
    trial.windows.iter().map(|count| *count as f64 / seconds.max(1e-9)).collect()
}

/// How throughput moves within trials: the trend over the mean of each part, taken over all trials.
fn drift(trials: &[LoadTrial]) -> Option<LoadDrift> {
    let parts = trials.iter().map(|trial| trial.windows.len()).min()?;
    let mean = |part: usize| trials.iter().map(|trial| trial.windows[part] as f64).sum::<f64>();
    let means: Vec<f64> = (0..parts).map(mean).collect();
    let trend = Trend::of(&means, DEFAULT_ALPHA)?;
    Some(LoadDrift { share: trend.share, is_clear: trend.drift != Drift::Steady })
}

/// A percentile is compared where every trial has this many operations beyond it.
const BEYOND: f64 = 5.0;

/// The figures that are compared; percentiles with the share of operations below them.
const COMPARED: [(LoadFigure, Option<f64>); 5] = [
    (LoadFigure::Throughput, None),
    (LoadFigure::P50, Some(0.5)),
    (LoadFigure::P90, Some(0.9)),
    (LoadFigure::P99, Some(0.99)),
    (LoadFigure::P999, Some(0.999)),
];

/// Each figure over that of the reference: the trials of a pass are a pair, and pairs are combined like runs.
fn ratios(trials: &[LoadTrial], reference: &[LoadTrial]) -> Vec<LoadRatio> {
    let ratio = |(figure, share): (LoadFigure, Option<f64>)| {
        let pairs = trials.iter().zip(reference);
        let estimate = |(arm, reference): (&LoadTrial, &LoadTrial)| {
            let estimate = (figure_of(arm, share)? / figure_of(reference, share)?).ln();
            // What varies from operation to operation is small beside what differs between trials.
            Some(RunEstimate { estimate, standard_error: 0.0, rounds: arm.latency.count() as usize })
        };
        let pairs = pairs.map(estimate).collect::<Option<Vec<RunEstimate>>>()?;
        let (low, value, high) = few::interval(&pairs, DEFAULT_ALPHA, MIN_BETWEEN_RUNS)?.ratios();
        Some(LoadRatio { figure, value, low, high })
    };
    COMPARED.into_iter().filter_map(ratio).collect()
}

/// The throughput of a trial, or the percentile with this share below it, if enough operations lie beyond.
fn figure_of(trial: &LoadTrial, share: Option<f64>) -> Option<f64> {
    let Some(share) = share else { return Some(throughput(trial)) };
    let beyond = trial.latency.count() as f64 * (1.0 - share);
    // 500 operations leave five, whatever the last digit of the product says.
    (beyond + 1e-9 >= BEYOND).then(|| trial.latency.quantile(share) as f64)
}

/// Operations start this long after their time at most, but for one in a hundred, if the generator keeps up.
const LATENESS_NS: f64 = 1e6;
/// The share of what was asked for below which a load is not the one that was asked for.
const MADE: f64 = 0.99;
/// A change of throughput within a trial that is worth a line.
const NOTABLE_DRIFT: f64 = 0.05;

/// What a reader should know before believing figures under load.
pub(super) fn warnings(load: &Load) -> Vec<Warning> {
    let found = [fell_short(load), late(load), failures(load), drifts(load)];
    found.into_iter().flatten().collect()
}

/// The load that was made is less than the one that was asked for.
fn fell_short(load: &Load) -> Option<Warning> {
    let rate = load.settings.rate?.value();
    let started = load.due - load.dropped;
    let made = rate * started as f64 / load.due.max(1) as f64;
    let because = match (load.held_back > 0, load.settings.concurrency) {
        (false, _) => {
            "the generator shares its thread with what it drives, and could not start more".to_owned()
        }
        (true, limit) => {
            let limit = limit.map_or_else(String::new, |limit| format!(" (`concurrency = {limit}`)"));
            format!("the others waited for one of {} in flight to end{limit}", load.most_in_flight)
        }
    };
    (made < MADE * rate).then(|| {
        let message = format!(
            "{rate:.0} operations per second were asked for and {made:.0} started: {because}; {} were dropped, and \
             percentiles do not know of them",
            load.dropped
        );
        Warning::new(WarningKind::Load, message)
    })
}

fn late(load: &Load) -> Option<Warning> {
    let lateness = load.lateness.filter(|lateness| lateness.p99 > LATENESS_NS)?;
    let share = 100.0 * load.late as f64 / lateness.count.max(1) as f64;
    let message = format!(
        "{share:.1} % of the operations started over 1 ms after their time (the 99th percentile: {:.1} ms): latencies \
         count from the intended start and contain that",
        lateness.p99 / 1e6
    );
    Some(Warning::new(WarningKind::Load, message))
}

fn failures(load: &Load) -> Option<Warning> {
    let LoadErrors { returned, timed_out, texts } = &load.errors;
    let share = 100.0 * load.error_rate();
    (returned + timed_out > 0).then(|| {
        let message = format!(
            "under load {returned} operations returned an error and {timed_out} did not end ({share:.2} %): {}",
            texts.join("; ")
        );
        Warning::new(WarningKind::Errors, message)
    })
}

fn drifts(load: &Load) -> Option<Warning> {
    let drift = load.drift.filter(|drift| drift.is_clear && drift.share.abs() >= NOTABLE_DRIFT)?;
    let word = if drift.share > 0.0 { "rises" } else { "falls" };
    let message = format!(
        "throughput {word} by {:.0} % from the start of a trial to its end",
        100.0 * drift.share.abs()
    );
    Some(Warning::new(WarningKind::Drift, message))
}

/// A throughput within this share of the highest is as good as the highest.
const AS_GOOD: f64 = 0.9;

/// Where throughput stops growing with the operations in flight, for every function that was put under at least three
/// closed loads, in the order of the records.
pub(crate) fn knees(records: &[Record]) -> Vec<Knee> {
    let mut sweeps: Vec<Sweep<'_>> = Vec::new();
    for record in records {
        let Some((id, point)) = swept(record) else { continue };
        match sweeps.iter_mut().find(|sweep| sweep.id == id) {
            Some(sweep) => sweep.points.push(point),
            None => sweeps.push(Sweep { id, first: record, points: vec![point] }),
        }
    }
    sweeps.into_iter().filter_map(knee).collect()
}

/// The closed loads of one function.
struct Sweep<'r> {
    id: BenchId,
    first: &'r Record,
    /// Operations in flight and throughput.
    points: Vec<(u32, f64)>,
}

/// The id without its load, the concurrency and the throughput.
fn swept(record: &Record) -> Option<(BenchId, (u32, f64))> {
    let load = record.load.as_ref()?.as_ref().ok()?;
    let concurrency = load.settings.concurrency.filter(|_| load.settings.rate.is_none())?;
    let mut id = record.id.clone();
    let of_load = load.settings.params();
    id.params.0.retain(|param| !of_load.0.contains(param));
    Some((id, (concurrency, load.throughput)))
}

/// The smallest load whose throughput is as good as the highest.
///
/// Where that lies is bounded by the two asymptotes of a closed system: throughput grows at most in proportion to the
/// operations in flight, X(n) <= n / R(1), and is at most what its bottleneck does, X(n) <= X_max. They cross at
/// n* = X_max x R(1), the saturation point (Lazowska, Zahorjan, Graham and Sevcik, "Quantitative System Performance",
/// 1984, chapter 5).
fn knee(sweep: Sweep<'_>) -> Option<Knee> {
    let Sweep { id, first, mut points } = sweep;
    order::sort_by(&mut points, |(one, _), (other, _)| one.cmp(other));
    if points.len() < 3 {
        return None;
    }
    let highest = points.iter().map(|(_, throughput)| *throughput).fold(0.0, f64::max);
    let (concurrency, throughput) =
        *points.iter().find(|(_, throughput)| *throughput >= AS_GOOD * highest)?;
    let (fewest, of_fewest) = points[0];
    Some(Knee {
        id,
        name: first.name.clone(),
        group: first.group.clone(),
        concurrency,
        throughput,
        is_reached: concurrency < points[points.len() - 1].0,
        crossing: highest * f64::from(fewest) / of_fewest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rate;

    const SECOND: u64 = 1_000_000_000;

    fn trial(rate: u64, latency: u64) -> LoadTrial {
        LoadTrial {
            length_ns: SECOND,
            due: rate,
            completed: rate,
            latency: Histogram::of([(latency, rate)]),
            lateness: Histogram::of([(1_000, rate)]),
            windows: vec![rate / 10; 10],
            ..LoadTrial::default()
        }
    }

    fn open(rate: f64) -> LoadSettings {
        LoadSettings { rate: Rate::per_second(rate), ..LoadSettings::default() }
    }

    #[test]
    fn trials_are_merged_and_their_spread_is_the_interval() {
        let trials =
            [trial(1000, 5_000_000), trial(900, 9_000_000), trial(1000, 5_000_000), trial(980, 5_000_000)];
        let load = of_trials(open(1000.0), &trials, None).expect("they completed");
        assert_eq!((load.throughput, load.completed, load.latency.count), (970.0, 3880, 3880));
        assert_eq!((load.latency.p50, load.latency.p90), (5e6, 9e6));
        let (low, high) = load.throughput_interval.expect("four trials");
        assert!(low < 970.0 && high > 970.0 && high < 1300.0, "{low} {high}");
        assert_eq!(load.drift, Some(LoadDrift { share: 0.0, is_clear: false }));
        assert_eq!(warnings(&load), []);
    }

    #[test]
    fn percentiles_are_compared_pair_by_pair_where_enough_lies_beyond_them() {
        let slow = [trial(600, 2_000), trial(600, 4_000), trial(600, 2_000), trial(600, 4_000)];
        let fast = [trial(600, 1_000), trial(600, 2_000), trial(600, 1_000), trial(600, 2_000)];
        let load = of_trials(open(600.0), &slow, Some(&fast)).expect("they completed");
        let of = |figure| load.ratios.iter().find(|ratio| ratio.figure == figure);
        let p99 = of(LoadFigure::P99).expect("six of 600 lie beyond it");
        assert!((p99.value - 2.0).abs() < 1e-9 && p99.low > 1.9 && p99.high < 2.1, "{p99:?}");
        assert!((of(LoadFigure::Throughput).expect("known").value - 1.0).abs() < 1e-9);
        assert_eq!(of(LoadFigure::P999), None);
    }

    #[test]
    fn a_load_that_was_not_made_is_told_with_what_was() {
        let short = LoadTrial { due: 5000, dropped: 4000, ..trial(1000, 1_000) };
        let load = of_trials(open(5000.0), std::slice::from_ref(&short), None).expect("they completed");
        let told = warnings(&load);
        assert!(
            told[0].message.starts_with("5000 operations per second were asked for and 1000 started"),
            "{told:?}"
        );
        assert!(told[0].message.contains("the generator shares its thread"), "{told:?}");
        let held = LoadTrial { held_back: 9, most_in_flight: 64, ..short };
        let limited = LoadSettings { concurrency: Some(64), ..open(5000.0) };
        let told = warnings(&of_trials(limited, &[held], None).expect("they completed"));
        assert!(told[0].message.contains("one of 64 in flight to end (`concurrency = 64`)"), "{told:?}");
    }

    #[test]
    fn errors_lateness_and_drift_are_told() {
        let errors = LoadErrors { returned: 9, timed_out: 1, texts: vec!["reset".into(), "late".into()] };
        let late = Histogram::of([(4_000_000, 990)]);
        let windows = vec![100, 95, 90, 85, 80, 75, 70, 65, 60, 55];
        let bad = LoadTrial { errors, lateness: late, late: 990, windows, ..trial(990, 1_000) };
        let load = of_trials(open(1000.0), &[bad], None).expect("some completed");
        assert!((load.error_rate() - 0.01).abs() < 1e-9);
        let told: Vec<String> = warnings(&load).into_iter().map(|warning| warning.message).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].contains("100.0 % of the operations started over 1 ms"), "{told:?}");
        assert!(
            told[1].ends_with("9 operations returned an error and 1 did not end (1.00 %): reset; late"),
            "{told:?}"
        );
        assert!(told[2].starts_with("throughput falls by"), "{told:?}");
    }

    #[test]
    fn a_load_under_which_nothing_succeeds_is_no_load() {
        let errors = LoadErrors { returned: 7, texts: vec!["refused".into()], ..LoadErrors::default() };
        let reason = of_trials(open(10.0), &[LoadTrial { due: 7, errors, ..LoadTrial::default() }], None);
        let reason = reason.expect_err("nothing completed");
        assert_eq!(reason, "none of 7 operations succeeded under this load; the first error: refused");
    }

    #[test]
    fn the_knee_is_the_smallest_load_that_is_as_good_as_the_highest() {
        let first = record();
        let of = |points: &[(u32, f64)]| {
            knee(Sweep { id: first.id.clone(), first: &first, points: points.to_vec() })
        };
        let saturated = of(&[(64, 1010.0), (1, 100.0), (4, 390.0), (16, 990.0)]).expect("four points");
        assert_eq!((saturated.concurrency, saturated.is_reached), (16, true));
        assert!((saturated.crossing - 10.1).abs() < 1e-9);
        let growing = of(&[(1, 100.0), (2, 200.0), (4, 400.0)]).expect("three points");
        assert_eq!((growing.concurrency, growing.is_reached), (4, false));
        assert_eq!(of(&[(1, 100.0), (2, 100.0)]), None);
    }

    fn record() -> Record {
        let run = vec![ArmRun::ended(crate::model::ArmEnding::Passed)];
        let case = crate::schedule::fake::case([crate::schedule::fake::arm("a")]);
        crate::analysis::records(&case, run, crate::analysis::tests::SETTING).remove(0)
    }
}
