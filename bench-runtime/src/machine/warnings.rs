//! Turns readings of the machine into [`Warning`]s: one sentence each, with the figures and what to do.

use crate::model::{Build, Turn, Warning, WarningKind};

use super::load::LoadBetween;

/// Other programs may keep half of the cores busy. With more than that, the scheduler can no longer be expected to
/// leave the pinned worker alone, and shared caches and clock frequency move with their load.
const BUSY_SHARE: f64 = 0.5;

/// The share of processor time that a hypervisor may withhold: twice the floor of a verdict within one binary.
const STEAL_SHARE: f64 = 0.02;

/// A single tick is within the error of reading a counter twice.
const STEAL_TICKS: u64 = 2;

/// The share of turns that may be interrupted; the lower quartile of a turn withstands one interruption.
const SWITCHED_SHARE: f64 = 0.1;

/// Warns if the runner was built with a debug profile.
pub(crate) fn debug_build(build: &Build) -> Option<Warning> {
    (build.profile == "debug").then(|| {
        let level = &build.opt_level;
        let message = format!(
            "the runner was built with a debug profile (opt-level {level}), so the figures are not those of a release \
             build: run `cargo bench`, or add `--release`"
        );
        Warning::new(WarningKind::DebugBuild, message)
    })
}

/// Warns if tasks other than the `own` ones, those that this program kept running on average, kept more than half of
/// the machine's cores busy.
pub(crate) fn loaded_machine(load: &LoadBetween, own: u32) -> Option<Warning> {
    let others = load.tasks? - f64::from(own);
    let limit = f64::from(load.cores) * BUSY_SHARE;
    (load.cores > 0 && others > limit).then(|| {
        let cores = load.cores;
        let message = format!(
            "other programs had a load of {others:.1} on {cores} cores while measuring (limit {limit:.1}): stop them \
             or measure again later"
        );
        Warning::new(WarningKind::LoadedMachine, message)
    })
}

/// Warns if a hypervisor withheld over 2 % of the processor time that this machine wanted.
pub(crate) fn stolen_time(load: &LoadBetween) -> Option<Warning> {
    let share = load.stolen_share?;
    (share > STEAL_SHARE && load.stolen_ticks >= STEAL_TICKS).then(|| {
        let (percent, limit) = (share * 100.0, STEAL_SHARE * 100.0);
        let message = format!(
            "the hypervisor withheld {percent:.1} % of the processor time while measuring (limit {limit:.0} %): \
             measure again later or on a machine with dedicated cores"
        );
        Warning::new(WarningKind::Steal, message)
    })
}

/// Warns if the kernel took the core away in more than a tenth of `turns`.
pub(crate) fn frequent_switches<'a>(turns: impl IntoIterator<Item = &'a Turn>) -> Option<Warning> {
    let (mut all, mut switched) = (0u32, 0u32);
    for turn in turns {
        all += 1;
        switched += u32::from(turn.involuntary_switches > 0);
    }
    (f64::from(switched) > f64::from(all) * SWITCHED_SHARE).then(|| {
        let percent = 100.0 * f64::from(switched) / f64::from(all);
        let message = format!(
            "the kernel gave the core to other programs in {switched} of {all} turns ({percent:.0} %, limit {:.0} %): \
             stop them, or ask for more rounds",
            SWITCHED_SHARE * 100.0
        );
        Warning::new(WarningKind::InvoluntarySwitches, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(tasks: f64, cores: u32) -> LoadBetween {
        LoadBetween { tasks: Some(tasks), cores, ..LoadBetween::default() }
    }

    fn steal(stolen_ticks: u64, share: f64) -> LoadBetween {
        LoadBetween { stolen_ticks, stolen_share: Some(share), ..LoadBetween::default() }
    }

    fn turns(switched: usize, all: usize) -> Vec<Turn> {
        let turn =
            |number| Turn { involuntary_switches: u64::from(number < switched) * 3, ..Turn::default() };
        (0..all).map(turn).collect()
    }

    fn message(warning: Option<Warning>) -> String {
        warning.expect("there is something to warn of").message
    }

    #[test]
    fn a_debug_build_is_told_to_run_optimised() {
        let mut build = Build { profile: "debug".to_owned(), opt_level: "0".to_owned(), ..Build::default() };
        let text = message(debug_build(&build));
        assert!(text.contains("opt-level 0") && text.contains("cargo bench"), "{text}");
        build.profile = "release".to_owned();
        assert_eq!(debug_build(&build), None);
    }

    #[test]
    fn a_machine_is_loaded_when_others_want_more_than_half_of_its_cores() {
        assert_eq!(loaded_machine(&load(3.0, 4), 1), None);
        assert_eq!(
            message(loaded_machine(&load(3.34, 4), 1)),
            "other programs had a load of 2.3 on 4 cores while measuring (limit 2.0): stop them or measure again later"
        );
        assert_eq!(loaded_machine(&load(3.34, 4), 2), None, "two tasks were its own");
    }

    #[test]
    fn an_unknown_load_or_number_of_cores_is_no_warning() {
        assert_eq!(loaded_machine(&LoadBetween::default(), 1), None);
        assert_eq!(loaded_machine(&load(9.0, 0), 1), None);
        assert_eq!(stolen_time(&LoadBetween::default()), None);
    }

    #[test]
    fn steal_over_two_percent_is_a_warning() {
        assert_eq!(stolen_time(&steal(20, 0.02)), None);
        assert_eq!(
            message(stolen_time(&steal(41, 0.041))),
            "the hypervisor withheld 4.1 % of the processor time while measuring (limit 2 %): measure again later or \
             on a machine with dedicated cores"
        );
    }

    #[test]
    fn a_single_tick_of_steal_is_no_warning() {
        assert_eq!(stolen_time(&steal(1, 0.2)), None);
    }

    #[test]
    fn switches_in_over_a_tenth_of_the_turns_are_a_warning() {
        assert_eq!(frequent_switches(&turns(4, 40)), None);
        assert_eq!(
            message(frequent_switches(&turns(5, 40))),
            "the kernel gave the core to other programs in 5 of 40 turns (12 %, limit 10 %): stop them, or ask for \
             more rounds"
        );
        assert_eq!(frequent_switches(&[]), None);
    }
}
