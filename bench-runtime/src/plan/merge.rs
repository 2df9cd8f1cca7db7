//! The levels at which options are set, merged once. Main types: [`Levels`] and [`Declared`].
//!
//! From the weakest to the strongest: the defaults (below, by [`Depth`]), `bench.toml`, its table of the group, the
//! `#[bench_group]`s from the outside in, the attribute, the environment, the command line.

use std::num::NonZeroU64;
use std::time::Duration;

use super::RUNS_FOR_THE_RECORD;
use super::limits::FileLimits;
use super::make::PlanError;
use crate::model::{ByName, Depth, Flavor, Kind, Options, Overrides, Settings};
use crate::registry::{Entry, Listed};

/// What is set outside the source, for all benchmarks or for those of a group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Levels {
    /// Which defaults apply.
    pub(crate) depth: Depth,
    /// What `bench.toml` sets for all.
    pub(crate) file: Overrides,
    /// What `bench.toml` sets for the benchmarks of a group, by its name.
    pub(crate) file_groups: ByName<Overrides>,
    /// The memory ceilings of `bench.toml`, in bytes.
    pub(crate) max_memory: Vec<(Kind, u64)>,
    /// The limits of `bench.toml` for all.
    pub(crate) file_limits: FileLimits,
    /// The limits of `bench.toml` for the benchmarks of a group, by its name.
    pub(crate) file_group_limits: ByName<FileLimits>,
    /// What the environment and the command line set, or code that calls the runner.
    pub(crate) run: Overrides,
    /// Whether results are to be recorded, which takes [`RUNS_FOR_THE_RECORD`] whatever is set.
    pub(crate) for_the_record: bool,
}

/// What the source declares for one function: its attribute over the groups around it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Declared {
    /// The group whose arms are compared.
    pub(crate) group: Option<&'static str>,
    /// The tags of all levels, each once.
    pub(crate) tags: Vec<&'static str>,
    /// What is exercised.
    pub(crate) kind: Kind,
    /// Whether it runs with `--extended` only.
    pub(crate) extended: bool,
    /// Why it does not run unless asked for.
    pub(crate) ignore: Option<&'static str>,
    /// How it is measured.
    pub(crate) overrides: Overrides,
    /// The runtime.
    pub(crate) flavor: Option<Flavor>,
    /// The runtime's worker threads.
    pub(crate) workers: Option<u32>,
    /// The largest ratio of time to the reference.
    pub(crate) max_ratio: Option<f64>,
    /// The largest ratio of memory to the reference.
    pub(crate) max_memory_ratio: Option<f64>,
    /// The largest peak of memory, in bytes.
    pub(crate) max_memory: Option<u64>,
    /// The largest share of operations that may fail.
    pub(crate) max_error_rate: Option<f64>,
    /// Limits that should hold, of all levels.
    pub(crate) targets: Vec<&'static str>,
    /// Limits that must hold, of all levels.
    pub(crate) criticals: Vec<&'static str>,
}

impl Declared {
    /// Merges what is declared for an entry.
    pub(crate) fn of(listed: &Listed) -> Self {
        let attribute = &listed.entry.options;
        let mut declared = Self::nothing(listed.entry);
        for options in listed.groups.iter().map(|group| &group.options).chain([attribute]) {
            declared.lay_over(options);
        }
        declared
    }

    fn nothing(entry: &Entry) -> Self {
        Self {
            group: None,
            tags: Vec::new(),
            kind: if entry.is_async { Kind::Async } else { Kind::Core },
            extended: false,
            ignore: None,
            overrides: Overrides::default(),
            flavor: None,
            workers: None,
            max_ratio: None,
            max_memory_ratio: None,
            max_memory: None,
            max_error_rate: None,
            targets: Vec::new(),
            criticals: Vec::new(),
        }
    }

    fn lay_over(&mut self, options: &Options) {
        self.group = options.group.or(self.group);
        add_new(&mut self.tags, options.tags.iter().copied());
        self.kind = options.kind.unwrap_or(self.kind);
        self.extended = options.extended.unwrap_or(self.extended);
        self.ignore = options.ignore.or(self.ignore);
        self.overrides = Overrides::from(options).over(self.overrides);
        self.flavor = options.flavor.or(self.flavor);
        self.workers = options.workers.or(self.workers);
        self.max_ratio = options.max_ratio.or(self.max_ratio);
        self.max_memory_ratio = options.max_memory_ratio.or(self.max_memory_ratio);
        self.max_memory = options.max_memory.or(self.max_memory);
        self.max_error_rate = options.max_error_rate.or(self.max_error_rate);
        add_new(&mut self.targets, options.targets.iter().copied());
        add_new(&mut self.criticals, options.criticals.iter().copied());
    }
}

fn add_new(words: &mut Vec<&'static str>, more: impl Iterator<Item = &'static str>) {
    for word in more {
        if !words.contains(&word) {
            words.push(word);
        }
    }
}

impl Levels {
    /// Merges all levels for one function. `path` names it in errors.
    pub(super) fn settings(
        &self,
        path: &str,
        entry: &Entry,
        declared: &Declared,
    ) -> Result<Settings, PlanError> {
        let merged = self.merged(declared);
        let contradiction = |option, min, max| PlanError::Contradiction {
            id: path.to_owned(),
            location: entry.location.clone(),
            option,
            min,
            max,
        };
        if let (Some(min), Some(max)) = (merged.min_rounds, merged.max_rounds)
            && min > max
        {
            return Err(contradiction("rounds", min.to_string(), max.to_string()));
        }
        if let (Some(min), Some(max)) = (merged.min_time, merged.max_time)
            && min > max
        {
            let text = |time| humantime::format_duration(time).to_string();
            return Err(contradiction("time", text(min), text(max)));
        }
        let fewest_runs = if self.for_the_record { RUNS_FOR_THE_RECORD } else { 1 };
        Ok(with_defaults(self.depth, merged, declared, fewest_runs))
    }

    /// Whether less is set for a function than it takes to record it.
    pub(super) fn is_raised(&self, declared: &Declared) -> bool {
        let set = self.merged(declared);
        let limits = [set.processes, set.max_rounds];
        self.for_the_record && limits.into_iter().flatten().any(|limit| limit < RUNS_FOR_THE_RECORD)
    }

    fn merged(&self, declared: &Declared) -> Overrides {
        let file_group = declared.group.and_then(|group| self.file_groups.get(group)).copied();
        self.run.over(declared.overrides).over(file_group.unwrap_or_default()).over(self.file)
    }
}

/// Runs before the first look, runs at most, and rounds per run of each depth.
fn extent(depth: Depth) -> (u32, u32, u32) {
    match depth {
        Depth::Quick => (2, 2, 5),
        Depth::Default => (4, 12, 10),
        Depth::Rigorous => (8, 20, 10),
    }
}

/// Rounds per run that even a slow benchmark gets: the default of `min_rounds` is this many for each run.
const LEAST_ROUNDS_PER_RUN: u32 = 3;
/// No limit in practice, but a number that can be read.
const MAX_ROUNDS: u32 = 1_000_000;
const MAX_TIME: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(60);
const WORKERS: u32 = 2;

/// Fills in what no level sets. A default gives way to the other end of its range, where that one is set, and everything
/// to the `fewest_runs`.
fn with_defaults(depth: Depth, set: Overrides, declared: &Declared, fewest_runs: u32) -> Settings {
    let (processes, most_processes, rounds_per_run) = extent(depth);
    let max_rounds = set.max_rounds.unwrap_or(MAX_ROUNDS.max(set.min_rounds.unwrap_or(0))).max(fewest_runs);
    let most_processes = set.processes.unwrap_or(most_processes);
    let processes = set.processes.unwrap_or(processes).max(fewest_runs).min(max_rounds);
    let least = LEAST_ROUNDS_PER_RUN.saturating_mul(processes);
    let min_time = set.min_time.unwrap_or_default().min(set.max_time.unwrap_or(Duration::MAX));
    Settings {
        kind: declared.kind,
        min_rounds: set.min_rounds.unwrap_or(least.min(max_rounds)),
        max_rounds,
        iterations: set.iterations.and_then(NonZeroU64::new),
        min_time,
        max_time: set.max_time.unwrap_or(MAX_TIME.max(min_time)),
        warmup_time: set.warmup_time.unwrap_or_default(),
        timeout: set.timeout.unwrap_or(TIMEOUT),
        processes,
        most_processes: most_processes.max(processes),
        precision: set.precision.unwrap_or_default(),
        rounds_per_run,
        threads: set.threads.unwrap_or(1),
        flavor: declared.flavor.unwrap_or_default(),
        workers: declared.workers.unwrap_or(WORKERS),
        load: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Plan;
    use super::*;
    use crate::registry::Body;
    use crate::registry::testing::{entry, group, one, plain, unplaced};

    fn rounds(n: u32) -> Overrides {
        Overrides { min_rounds: Some(n), ..Overrides::default() }
    }

    fn settings(set: impl FnOnce(&mut Options), levels: &Levels) -> Settings {
        let entry = entry("b", "a", Body::Cases(one), set);
        Plan::of_one(entry, &[], levels).unwrap().cases[0].arms[0].settings.clone()
    }

    #[test]
    fn each_level_goes_before_the_weaker_ones() {
        let set = |set: [bool; 6]| {
            let pick = |at: usize| if set[at] { rounds(at as u32 + 1) } else { Overrides::default() };
            let options = |at: usize| {
                move |o: &mut Options| {
                    o.group = Some("g");
                    o.min_rounds = pick(at).min_rounds;
                }
            };
            let levels = Levels {
                file: pick(0),
                file_groups: [("g".to_owned(), pick(1)), ("other".to_owned(), rounds(99))]
                    .into_iter()
                    .collect(),
                run: pick(5),
                ..Levels::default()
            };
            let groups = [group("b", options(2)), group("b::inner", options(3))];
            let entry = entry("b::inner", "a", Body::Cases(one), options(4));
            Plan::of_one(entry, &groups, &levels).unwrap().cases[0].arms[0].settings.min_rounds
        };
        for strongest in 0..6 {
            assert_eq!(set(std::array::from_fn(|at| at <= strongest)), strongest as u32 + 1);
            assert_eq!(set(std::array::from_fn(|at| at == strongest)), strongest as u32 + 1);
        }
    }

    #[test]
    fn tags_of_all_levels_add_up() {
        let groups = [group("b", |o| o.tags = &["slow", "io"])];
        let entry = entry("b::inner", "a", Body::Cases(one), |o| o.tags = &["io", "new"]);
        let plan = Plan::of_one(entry, &groups, &Levels::default()).unwrap();
        assert_eq!(plan.cases[0].arms[0].tags, ["slow", "io", "new"]);
    }

    #[test]
    fn the_kind_follows_the_function_unless_it_is_set() {
        let kind = |is_async, kind| {
            let entry = Entry { is_async, ..unplaced("b", "a", Body::Cases(one), |o| o.kind = kind) };
            Plan::of_one(Box::leak(Box::new(entry)), &[], &Levels::default()).unwrap().cases[0].arms[0].kind
        };
        assert_eq!(kind(false, None), Kind::Core);
        assert_eq!(kind(true, None), Kind::Async);
        assert_eq!(kind(true, Some(Kind::Db)), Kind::Db);
    }

    #[test]
    fn the_defaults_are_those_of_the_depth() {
        let of = |depth| {
            let s = settings(|_| {}, &Levels { depth, ..Levels::default() });
            (s.processes, s.most_processes, s.rounds_per_run, s.min_rounds)
        };
        assert_eq!(of(Depth::Quick), (2, 2, 5, 6));
        assert_eq!(of(Depth::Default), (4, 12, 10, 12));
        assert_eq!(of(Depth::Rigorous), (8, 20, 10, 24));
        let s = settings(|_| {}, &Levels::default());
        assert_eq!((s.max_time.as_secs(), s.timeout.as_secs(), s.min_time.as_secs()), (10, 60, 0));
        assert_eq!((s.threads, s.flavor, s.workers, s.iterations), (1, Flavor::CurrentThread, 2, None));
    }

    #[test]
    fn a_number_of_runs_that_is_set_is_neither_raised_nor_lowered() {
        for depth in [Depth::Quick, Depth::Default, Depth::Rigorous] {
            let s = settings(|o| o.processes = Some(7), &Levels { depth, ..Levels::default() });
            assert_eq!((s.processes, s.most_processes), (7, 7));
        }
    }

    #[test]
    fn a_recording_raises_what_is_too_little_for_it_and_leaves_the_rest() {
        let levels = |depth| Levels { depth, for_the_record: true, ..Levels::default() };
        let runs = |depth, set: fn(&mut Options)| {
            let s = settings(set, &levels(depth));
            (s.processes, s.most_processes, s.max_rounds)
        };
        assert_eq!(runs(Depth::Quick, |_| {}), (3, 3, MAX_ROUNDS));
        assert_eq!(runs(Depth::Default, |_| {}), (4, 12, MAX_ROUNDS));
        assert_eq!(runs(Depth::Default, |o| o.processes = Some(1)), (3, 3, MAX_ROUNDS));
        assert_eq!(runs(Depth::Default, |o| o.max_rounds = Some(1)), (3, 12, 3));
        assert_eq!(runs(Depth::Quick, |o| o.processes = Some(5)), (5, 5, MAX_ROUNDS));
        let warned = |set: fn(&mut Options)| {
            Plan::of_one(entry("b", "a", Body::Cases(one), set), &[], &levels(Depth::Quick)).unwrap().warnings
        };
        assert_eq!(warned(|o| o.processes = Some(3)), []);
        let warnings = warned(|o| o.processes = Some(2));
        assert!(warnings[0].message.starts_with("a baseline takes six runs"), "{warnings:?}");
    }

    #[test]
    fn a_default_gives_way_to_the_other_end_of_its_range() {
        let few = settings(|o| o.max_rounds = Some(3), &Levels::default());
        assert_eq!((few.min_rounds, few.max_rounds, few.processes), (3, 3, 3));
        let many = settings(|o| o.min_rounds = Some(2_000_000), &Levels::default());
        assert_eq!((many.min_rounds, many.max_rounds), (2_000_000, 2_000_000));
        let long = settings(|o| o.min_time = Some(Duration::from_secs(30)), &Levels::default());
        assert_eq!(long.max_time.as_secs(), 30);
        let brief = settings(|o| o.max_time = Some(Duration::from_secs(1)), &Levels::default());
        assert_eq!((brief.min_time.as_secs(), brief.max_time.as_secs()), (0, 1));
    }

    #[test]
    fn a_minimum_over_the_maximum_names_the_benchmark_and_both_values() {
        let levels =
            Levels { run: Overrides { max_rounds: Some(10), ..Overrides::default() }, ..Levels::default() };
        let few = entry("b", "a", Body::Cases(one), |o| o.min_rounds = Some(20));
        let error = Plan::of_one(few, &[], &levels).unwrap_err().to_string();
        assert!(error.contains("`min_rounds` is 20 and `max_rounds` is 10"), "{error}");
        assert!(error.starts_with("`pkg::b::a` (benches/b.rs:"), "{error}");

        let long = |o: &mut Options| {
            (o.min_time, o.max_time) = (Some(Duration::from_secs(90)), Some(Duration::from_millis(1500)));
        };
        let error = Plan::of_one(entry("b", "a", Body::Cases(one), long), &[], &Levels::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains("`min_time` is 1m 30s and `max_time` is 1s 500ms"), "{error}");
    }

    #[test]
    fn a_group_of_the_file_applies_to_its_members_only() {
        let file_groups = [("g".to_owned(), rounds(99))].into_iter().collect();
        let levels = Levels { file_groups, ..Levels::default() };
        assert_eq!(settings(|o| o.group = Some("g"), &levels).min_rounds, 99);
        assert_eq!(
            Plan::of_one(plain("b", "a"), &[], &levels).unwrap().cases[0].arms[0].settings.min_rounds,
            12
        );
    }
}
