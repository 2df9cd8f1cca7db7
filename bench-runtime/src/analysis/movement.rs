//! How the time of an arm moves while it is measured: drift, modes, slow spells and outliers. Main function:
//! [`of_samples`].

use std::ops::Range;
use std::time::Duration;

use crate::model::{ArmSamples, Run, Warning, WarningKind};
use crate::stats::drift::{Drift, Trend};
use crate::stats::interval::DEFAULT_ALPHA;
use crate::stats::modality::{Mode, modes};
use crate::stats::quantile::{Sorted, median};

/// What is worth a word. Nothing is dropped for it.
pub(super) fn of_samples(samples: &ArmSamples) -> Vec<Warning> {
    let runs = &samples.runs;
    let found = [drift(runs), several_modes(runs), slow_spell(runs), outlier(runs)];
    found.into_iter().flatten().collect()
}

/// The median of each turn of a run, in order.
fn turn_medians(run: &Run) -> Vec<f64> {
    run.turns.iter().filter_map(|turn| median(&turn.samples)).collect()
}

/// Fewer runs do not show that every run moves in the same way.
const RUNS_THAT_SHOW_DRIFT: usize = 4;
/// A drift by less than this share over the rounds of a run matters to nobody.
const DRIFT_THAT_MATTERS: f64 = 0.02;

/// A process starts anew with each run, so what moves with the *state* of a benchmark moves alike in all runs: the first
/// rounds of all runs are one figure, the second ones the next. What moves with the machine differs between them, and
/// the median over the runs ignores it.
fn drift(runs: &[Run]) -> Option<Warning> {
    let trend = Trend::of(&profile(runs)?, DEFAULT_ALPHA)?;
    let (moves, share) = match trend.drift {
        Drift::Rising => ("rises", trend.share),
        Drift::Falling => ("falls", -trend.share),
        Drift::Steady => return None,
    };
    (share >= DRIFT_THAT_MATTERS).then(|| {
        let message = format!(
            "its time {moves} by {:.0} % over the rounds of each run: it keeps state that changes; make that anew for \
             each iteration, as an input",
            share * 100.0
        );
        Warning::new(WarningKind::Drift, message)
    })
}

/// The figures of the rounds over all runs: each the median, over the runs, of the turn as a share of its run's median.
fn profile(runs: &[Run]) -> Option<Vec<f64>> {
    let relative = |run: &Run| {
        let turns = turn_medians(run);
        let middle = median(&turns).filter(|middle| *middle > 0.0)?;
        Some(turns.into_iter().map(|turn| turn / middle).collect::<Vec<f64>>())
    };
    let runs: Vec<Vec<f64>> = runs.iter().map(relative).collect::<Option<_>>()?;
    let rounds = runs.iter().map(Vec::len).min().filter(|_| runs.len() >= RUNS_THAT_SHOW_DRIFT)?;
    (0..rounds).map(|round| median(&runs.iter().map(|run| run[round]).collect::<Vec<f64>>())).collect()
}

/// Modes that are less than this apart, as a share of the lower one, matter to nobody.
const MODES_THAT_MATTER: f64 = 0.1;
/// A mode that holds less than this share of a run's samples is not in it.
const SHARE_IN_A_RUN: f64 = 0.05;

/// Modes of the routine are in nearly every run; those of the machine, and those of processes, are in some of them.
fn several_modes(runs: &[Run]) -> Option<Warning> {
    let usual = median(&runs.iter().flat_map(all_samples).collect::<Vec<f64>>())?;
    let runs: Vec<Vec<f64>> = runs.iter().map(relative_samples).collect::<Option<_>>()?;
    let modes = modes(&runs.concat()).filter(|modes| modes.len() > 1)?;
    let (lowest, highest) = (modes.first()?.centre, modes.last()?.centre);
    let between = (modes[0].centre + modes[1].centre) / 2.0;
    let with_both = runs.iter().filter(|run| has_both(run, between)).count();
    if highest < lowest * (1.0 + MODES_THAT_MATTER) || 4 * with_both < 3 * runs.len() {
        return None;
    }
    let told: Vec<String> = modes.iter().map(|each| mode(each, usual)).collect();
    let message = format!(
        "its samples gather around several figures, and the median stands for one of them at most: {}",
        told.join(", ")
    );
    Some(Warning::new(WarningKind::Modes, message))
}

fn all_samples(run: &Run) -> Vec<f64> {
    run.turns.iter().flat_map(|turn| &turn.samples).copied().collect()
}

/// The samples of a run as shares of its median.
fn relative_samples(run: &Run) -> Option<Vec<f64>> {
    let samples = all_samples(run);
    let middle = median(&samples).filter(|middle| *middle > 0.0)?;
    Some(samples.into_iter().map(|sample| sample / middle).collect())
}

/// Whether a run has samples to both sides of a figure.
fn has_both(run: &[f64], between: f64) -> bool {
    let above = run.iter().filter(|sample| **sample > between).count() as f64 / run.len() as f64;
    (SHARE_IN_A_RUN..=1.0 - SHARE_IN_A_RUN).contains(&above)
}

/// A mode in words; `usual` is the time that its centre is a share of.
fn mode(mode: &Mode, usual: f64) -> String {
    format!("{} ({:.0} %)", time(mode.centre * usual), mode.share * 100.0)
}

/// Nanoseconds as a reader takes them in.
fn time(ns: f64) -> String {
    if ns < 1e3 { format!("{ns:.1} ns") } else { format!("{:.3?}", Duration::from_nanos(ns as u64)) }
}

/// A round this many times as long as the arm's usual one is a slow one.
const SLOW: f64 = 1.5;
/// Slow rounds in a row that make a spell.
const ROUNDS_OF_A_SPELL: usize = 3;

fn slow_spell(runs: &[Run]) -> Option<Warning> {
    let turns: Vec<Vec<f64>> = runs.iter().map(turn_medians).collect();
    let usual = median(&turns.concat())?;
    let spells = runs.iter().zip(&turns).map(|(run, turns)| (run, longest(turns, SLOW * usual)));
    let (run, spell) = spells.max_by_key(|(_, spell)| spell.len())?;
    (spell.len() >= ROUNDS_OF_A_SPELL && usual > 0.0).then(|| {
        let (turns, count) = (turn_medians(run), spell.len());
        let times = median(&turns[spell.clone()]).unwrap_or_default() / usual;
        let message = format!(
            "{count} rounds in a row took {times:.1} times as long as usual, from {} after the start of run {}",
            since_start(run, spell.start),
            run.index + 1
        );
        Warning::new(WarningKind::SlowSpell, message)
    })
}

/// The longest stretch of figures over `limit`; the first of equally long ones, and an empty one if there is none.
fn longest(figures: &[f64], limit: f64) -> Range<usize> {
    let (mut longest, mut start) = (0..0, 0);
    for (at, figure) in figures.iter().enumerate() {
        if *figure <= limit {
            start = at + 1;
        } else if at + 1 - start > longest.len() {
            longest = start..at + 1;
        }
    }
    longest
}

/// When a round began, since the start of its worker process.
fn since_start(run: &Run, round: usize) -> String {
    let started = run.turns.get(round).map_or(0, |turn| turn.started_ns);
    format!("{:.1?}", Duration::from_nanos(started))
}

/// A sample this many times the median is named.
const FAR: f64 = 10.0;

fn outlier(runs: &[Run]) -> Option<Warning> {
    let every = || {
        let turns =
            runs.iter().flat_map(|run| run.turns.iter().enumerate().map(move |(at, turn)| (run, at, turn)));
        turns.flat_map(|(run, at, turn)| turn.samples.iter().map(move |sample| (run, at, *sample)))
    };
    let usual = Sorted::of(&every().map(|(.., sample)| sample).collect::<Vec<f64>>())?.median();
    let far = every().filter(|(.., sample)| *sample > FAR * usual).count();
    let (run, round, worst) = every().max_by(|one, other| one.2.total_cmp(&other.2))?;
    (far > 0 && usual > 0.0).then(|| {
        let message = format!(
            "samples over {FAR} times the median: {far}; the longest, {}, in the round that began {} after the start of \
             run {}",
            time(worst),
            since_start(run, round),
            run.index + 1
        );
        Warning::new(WarningKind::Outlier, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Look, Turn};

    /// Runs of these turns, each a pair of samples, one every millisecond.
    fn runs(runs: &[Vec<f64>]) -> Vec<Run> {
        let turn = |(at, ns): (usize, &f64)| Turn {
            started_ns: 1_000_000 * (at as u64 + 1),
            samples: vec![*ns, ns * 1.000_1],
            ..Turn::default()
        };
        let run = |(index, turns): (usize, &Vec<f64>)| Run {
            retry: 0,
            index: index as u32,
            look: Look::First,
            core: None,
            turns: turns.iter().enumerate().map(turn).collect(),
        };
        runs.iter().enumerate().map(run).collect()
    }

    /// Figures that wobble by 1 %, differently in each run.
    fn wobbling(run: usize) -> Vec<f64> {
        (0..10).map(|round| 1_000.0 * (1.0 + 0.005 * (((round * 7 + run * 3) % 5) as f64 - 2.0))).collect()
    }

    #[test]
    fn what_grows_in_every_run_drifts() {
        let growing = |run: usize| {
            let of = |(round, ns): (usize, f64)| ns * (1.0 + 0.02 * round as f64);
            wobbling(run).into_iter().enumerate().map(of).collect::<Vec<f64>>()
        };
        let warning = drift(&runs(&(0..4).map(growing).collect::<Vec<_>>())).expect("it grows");
        assert!(warning.message.starts_with("its time rises by 1"), "{}", warning.message);
        let falling = |run| growing(run).into_iter().rev().collect::<Vec<f64>>();
        let warning = drift(&runs(&(0..4).map(falling).collect::<Vec<_>>())).expect("it falls");
        assert!(warning.message.starts_with("its time falls by 1"), "{}", warning.message);
    }

    #[test]
    fn noise_and_a_machine_that_slows_down_in_one_run_are_no_drift() {
        let mut noisy: Vec<Vec<f64>> = (0..4).map(wobbling).collect();
        assert_eq!(drift(&runs(&noisy)), None);
        for (round, ns) in noisy[2].iter_mut().enumerate() {
            *ns *= 1.0 + 0.1 * round as f64;
        }
        assert_eq!(drift(&runs(&noisy)), None);
    }

    #[test]
    fn a_slow_spell_is_told_with_its_length_and_time() {
        let mut noisy: Vec<Vec<f64>> = (0..4).map(wobbling).collect();
        assert_eq!(slow_spell(&runs(&noisy)), None);
        noisy[1][4..8].iter_mut().for_each(|ns| *ns *= 2.0);
        noisy[3][0..2].iter_mut().for_each(|ns| *ns *= 9.0);
        let warning = slow_spell(&runs(&noisy)).expect("a spell");
        assert_eq!(
            warning.message,
            "4 rounds in a row took 2.0 times as long as usual, from 5.0ms after the start of run 2"
        );
    }

    #[test]
    fn the_longest_sample_is_named_with_its_time() {
        let mut noisy: Vec<Vec<f64>> = (0..4).map(wobbling).collect();
        assert_eq!(outlier(&runs(&noisy)), None);
        noisy[2][9] = 3.6e12;
        let warning = outlier(&runs(&noisy)).expect("an hour");
        assert!(warning.message.starts_with("samples over 10 times the median: 2;"), "{}", warning.message);
        assert!(
            warning.message.ends_with("that began 10.0ms after the start of run 3"),
            "{}",
            warning.message
        );
    }

    #[test]
    fn samples_around_two_figures_in_every_run_are_told_with_both() {
        let two = |run: usize| -> Vec<f64> {
            wobbling(run)
                .iter()
                .enumerate()
                .map(|(at, ns)| if at % 3 == 0 { ns * 2.0 } else { *ns })
                .collect()
        };
        let warning = several_modes(&runs(&(0..4).map(two).collect::<Vec<_>>())).expect("two modes");
        assert!(
            warning.message.contains("µs (60 %)") && warning.message.contains("(40 %)"),
            "{}",
            warning.message
        );
    }

    #[test]
    fn processes_or_spells_that_differ_are_no_modes_of_the_routine() {
        let at_times = |slow: &dyn Fn(usize, usize) -> bool| {
            let run = |run: usize| {
                let of = |(round, ns): (usize, f64)| if slow(run, round) { ns * 2.0 } else { ns };
                wobbling(run).into_iter().enumerate().map(of).collect::<Vec<f64>>()
            };
            several_modes(&runs(&(0..4).map(run).collect::<Vec<_>>()))
        };
        assert_eq!(at_times(&|run, _| run % 2 == 0), None);
        assert_eq!(at_times(&|run, round| run < 2 && round < 5), None);
    }

    #[test]
    fn nothing_and_zeros_move_nothing() {
        for nothing in
            [runs(&[]), runs(&[vec![]]), runs(&vec![vec![0.0; 10]; 6]), runs(&vec![vec![f64::NAN; 10]; 6])]
        {
            for found in [drift(&nothing), several_modes(&nothing), slow_spell(&nothing), outlier(&nothing)] {
                assert_eq!(found, None);
            }
        }
    }
}
