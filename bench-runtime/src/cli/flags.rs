//! The flags, in one table: parsing, help, environment twins and the keys of `bench.toml` follow it. Main type: [`Flag`].

use std::fmt::{self, Debug};

use super::Draft;
use super::list::ListFormat;
use super::values::{self, Shape};
use crate::model::{Against, Depth, Ignored, Instruments, Overrides, Verbosity};
use Takes::{Many, One, Optional, Switch};

/// One flag.
pub(super) struct Flag {
    /// Its name, without dashes.
    pub(super) long: &'static str,
    /// Its letter.
    pub(super) short: Option<char>,
    /// What comes after it.
    pub(super) takes: Takes,
    /// What it changes.
    pub(super) set: Set,
    /// Where else it can be set.
    pub(super) also: Also,
    /// What help says; empty keeps it out of help.
    pub(super) help: &'static str,
}

/// What comes after a flag.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// Nothing, or `=false`.
    Switch,
    /// A value; the last one given counts.
    One(&'static Shape),
    /// A value each time it is given.
    Many(&'static Shape),
    /// A value behind `=`, or none: what comes after it may be a filter.
    Optional(&'static Shape),
}

/// What a flag changes.
#[derive(Clone, Copy)]
pub(super) enum Set {
    /// Something of the run.
    Run(SetRun),
    /// An option of every benchmark, which `bench.toml` sets on a level of its own.
    Each(SetEach),
    /// Nothing: it is accepted because cargo, nextest and editors pass it.
    Nothing,
}

/// Sets something of the run to a value, if it understands it.
pub(super) type SetRun = fn(&mut Draft, &str) -> bool;

/// Sets an option of every benchmark to a value, if it understands it.
pub(super) type SetEach = fn(&mut Overrides, &str) -> bool;

/// Where a flag can be set besides the command line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Also {
    /// In the environment and in `bench.toml`.
    Everywhere,
    /// In the environment, and in this table of `bench.toml`.
    Table(&'static str),
    /// In the environment.
    Environment,
    /// Nowhere: it says what this one call is for.
    Nowhere,
}

/// A titled part of the help.
pub(super) struct Section {
    /// Its title.
    pub(super) title: &'static str,
    /// Its flags.
    pub(super) flags: &'static [Flag],
}

impl PartialEq for Flag {
    fn eq(&self, other: &Self) -> bool {
        self.long == other.long
    }
}

impl Debug for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--{}", self.long)
    }
}

impl Flag {
    /// The environment variables that set it, the stronger first.
    pub(super) fn twins(&self) -> Vec<String> {
        let own = format!("ADAPTER_BENCH_{}", self.long.replace('-', "_").to_ascii_uppercase());
        match (self.also, self.long) {
            (Also::Nowhere, _) => Vec::new(),
            (_, "seed") => vec![own, "BENCH_SEED".to_owned()],
            _ => vec![own],
        }
    }

    /// Its key at the top of `bench.toml`.
    pub(super) fn key(&self) -> Option<String> {
        (self.also == Also::Everywhere).then(|| self.name_in_file())
    }

    /// Its key in this table of `bench.toml`.
    pub(super) fn key_in(&self, table: &'static str) -> Option<String> {
        (self.also == Also::Table(table)).then(|| self.name_in_file())
    }

    /// What it is called in `bench.toml`, wherever that is.
    pub(super) fn name_in_file(&self) -> String {
        self.long.replace('-', "_")
    }

    /// What its value looks like, if it takes one.
    pub(super) fn shape(&self) -> Option<&'static Shape> {
        match self.takes {
            Switch => None,
            One(shape) | Many(shape) | Optional(shape) => Some(shape),
        }
    }

    const fn short(mut self, letter: char) -> Self {
        self.short = Some(letter);
        self
    }

    const fn in_table(mut self, table: &'static str) -> Self {
        self.also = Also::Table(table);
        self
    }

    const fn only_in_environment(mut self) -> Self {
        self.also = Also::Environment;
        self
    }
}

/// All flags of the command line, hidden ones too.
pub(super) fn all() -> impl Iterator<Item = &'static Flag> {
    // In a vector, so that what callers do with them is compiled for that and not for the chain.
    SECTIONS.iter().flat_map(|section| section.flags).chain(HARMLESS).collect::<Vec<_>>().into_iter()
}

/// The options of benchmarks that `bench.toml` may set, for all or for a group.
pub(super) fn options() -> impl Iterator<Item = (&'static Flag, SetEach)> {
    all().chain(FILE_ONLY).filter_map(|flag| match flag.set {
        Set::Each(set) => Some((flag, set)),
        Set::Run(_) | Set::Nothing => None,
    })
}

const fn run(long: &'static str, takes: Takes, help: &'static str, set: SetRun) -> Flag {
    Flag { long, short: None, takes, set: Set::Run(set), also: Also::Everywhere, help }
}

const fn call(long: &'static str, takes: Takes, help: &'static str, set: SetRun) -> Flag {
    Flag { also: Also::Nowhere, ..run(long, takes, help, set) }
}

const fn each(long: &'static str, shape: &'static Shape, help: &'static str, set: SetEach) -> Flag {
    Flag { long, short: None, takes: One(shape), set: Set::Each(set), also: Also::Everywhere, help }
}

const fn harmless(long: &'static str, takes: Takes) -> Flag {
    Flag { long, short: None, takes, set: Set::Nothing, also: Also::Nowhere, help: "" }
}

/// Puts a value that was understood in its place.
fn put<T>(place: &mut T, value: Option<T>) -> bool {
    let understood = value.is_some();
    if let Some(value) = value {
        *place = value;
    }
    understood
}

fn fill<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    put(place, value.map(Some))
}

fn add<T>(list: &mut Vec<T>, value: Option<T>) -> bool {
    let understood = value.is_some();
    list.extend(value);
    understood
}

/// For switches that pick one of several values: unset, they pick nothing.
fn pick<T>(place: &mut T, text: &str, picked: T) -> bool {
    let on = values::switch(text);
    if on == Some(true) {
        *place = picked;
    }
    on.is_some()
}

/// The flags in the order of the help.
pub(super) static SECTIONS: &[Section] = &[
    Section { title: "For cargo and nextest", flags: CARGO },
    Section { title: "Which benchmarks", flags: SELECTING },
    Section { title: "How they are measured", flags: MEASURING },
    Section { title: "What they are compared with, and kept for", flags: COMPARING },
    Section { title: "How results are shown", flags: REPORTING },
];

static CARGO: &[Flag] = &[
    call("bench", Switch, "Measure; cargo bench passes it.", |d, v| put(&mut d.bench, values::switch(v))),
    call("test", Switch, "Run each benchmark once, to see that it works.", |d, v| {
        put(&mut d.test, values::switch(v))
    }),
    call("list", Switch, "List the benchmarks and stop.", |d, v| put(&mut d.list, values::switch(v))),
    call(
        "format",
        One(&values::LIST_FORMAT),
        "The form of the list: `pretty`, `terse` (a line `NAME: benchmark` each) or `json` (an object per line).",
        |d, v| put(&mut d.format, ListFormat::parse(v)),
    ),
    call("exact", Switch, "Take FILTER and --skip as full names instead of parts of one.", |d, v| {
        put(&mut d.run.selection.exact, values::switch(v))
    }),
    call("skip", Many(&values::TEXT), "Leave out benchmarks whose full name contains TEXT.", |d, v| {
        add(&mut d.run.selection.skip, values::text(v))
    }),
    call("ignored", Switch, "Run ignored benchmarks only.", |d, v| {
        pick(&mut d.run.selection.ignored, v, Ignored::Only)
    }),
    call("include-ignored", Switch, "Run ignored benchmarks too.", |d, v| {
        pick(&mut d.run.selection.ignored, v, Ignored::Include)
    }),
    call("nocapture", Switch, "Let through what benchmarks print.", |d, v| {
        put(&mut d.display.nocapture, values::switch(v))
    }),
    call("help", Switch, "Show this help and stop.", |d, v| put(&mut d.help, values::switch(v))).short('h'),
    call("version", Switch, "Show the version and stop.", |d, v| put(&mut d.version, values::switch(v)))
        .short('V'),
];

static SELECTING: &[Flag] = &[
    run("group", Many(&values::WORDS), "Only the benchmarks of these groups.", |d, v| {
        add(&mut d.run.selection.groups, values::text(v))
    })
    .only_in_environment(),
    run("tag", Many(&values::WORDS), "Only benchmarks with one of these tags.", |d, v| {
        add(&mut d.run.selection.tags, values::text(v))
    }),
    run("skip-tag", Many(&values::WORDS), "No benchmarks with one of these tags.", |d, v| {
        add(&mut d.run.selection.skip_tags, values::text(v))
    }),
    run("kind", Many(&values::KIND), "Only benchmarks of these kinds: `core`, `db`, `async`.", |d, v| {
        add(&mut d.run.selection.kinds, values::kind(v))
    }),
    run("extended", Switch, "Also the benchmarks marked `extended`.", |d, v| {
        put(&mut d.run.selection.extended, values::switch(v))
    }),
    run(
        "shard",
        One(&values::SHARD),
        "Only part I of N, counted from 1; arms that are compared stay together.",
        |d, v| fill(&mut d.run.selection.shard, values::shard(v)),
    ),
    run(
        "param",
        Many(&values::KEY_VALUE),
        "Set a parameter that benchmarks may ask for; in the environment, one per line.",
        |d, v| match values::key_value(v) {
            Some((key, value)) => {
                d.run.params.insert(key, value);
                true
            }
            None => false,
        },
    ),
    run(
        "dataset-size",
        One(&values::DATASET_SIZE),
        "The size of datasets that leave it open: `small`, `medium` or `large` (default: medium).",
        |d, v| put(&mut d.run.dataset_size, values::dataset_size(v)),
    ),
    run("data-dir", One(&values::FOLDER), "Where datasets are kept.", |d, v| {
        fill(&mut d.run.data_dir, values::path(v))
    })
    .only_in_environment(),
    run(
        "no-match",
        One(&values::NO_MATCH),
        "Whether selecting nothing is an error: `warn` or `fail`.",
        |d, v| put(&mut d.run.no_match, values::no_match(v)),
    ),
];

pub(super) static MEASURING: &[Flag] = &[
    run(
        "measure",
        Many(&values::INSTRUMENTS),
        "What is measured: `time`, `memory`, `async` (default: all that apply).",
        |d, v| {
            values::instrument(v).is_some_and(|pick| {
                let picked = d.instruments.get_or_insert(Instruments::NONE);
                pick(picked);
                d.run.measure = *picked;
                true
            })
        },
    ),
    run(
        "sites",
        One(&values::SITES),
        "Whether allocations are traced back to lines: `full`, `sampled` or `off`; takes the feature `sites`.",
        |d, v| put(&mut d.run.sites, values::sites(v)),
    ),
    run("quick", Switch, "A first impression: 2 runs of 5 rounds instead of 4 runs of 10.", |d, v| {
        pick(&mut d.run.depth, v, Depth::Quick)
    }),
    run("rigorous", Switch, "More certainty: 8 runs, up to 20 where a comparison is open.", |d, v| {
        pick(&mut d.run.depth, v, Depth::Rigorous)
    }),
    run("budget", One(&values::TIME_OVER_ZERO), "The time that all benchmarks share.", |d, v| {
        fill(&mut d.run.budget, values::time_over_zero(v))
    }),
    run(
        "find-rate",
        Many(&values::RATE_TARGET),
        "Look for the highest rate at which benchmarks with a `rate` hold this: `p99 <= 10ms`, `error_rate <= 1%`.",
        |d, v| add(&mut d.run.find_rate, values::rate_target(v)),
    ),
    each(
        "min-rounds",
        &values::COUNT,
        "The smallest number of measured rounds, over all runs (default: 3 per run).",
        |o, v| fill(&mut o.min_rounds, values::count(v)),
    ),
    each("max-rounds", &values::COUNT, "The largest number of measured rounds, over all runs.", |o, v| {
        fill(&mut o.max_rounds, values::count(v))
    }),
    each("min-time", &values::TIME, "The least time spent measuring a case.", |o, v| {
        fill(&mut o.min_time, values::time(v))
    }),
    each(
        "max-time",
        &values::TIME_OVER_ZERO,
        "The most time spent measuring a case (default: 10s).",
        |o, v| fill(&mut o.max_time, values::time_over_zero(v)),
    ),
    each("warmup-time", &values::TIME, "The least time spent warming up in each run.", |o, v| {
        fill(&mut o.warmup_time, values::time(v))
    }),
    each("iterations", &values::COUNT, "Iterations per sample, instead of a calibrated number.", |o, v| {
        fill(&mut o.iterations, values::count_u64(v))
    }),
    each(
        "processes",
        &values::COUNT,
        "The number of runs, each in a fresh worker process (default: 4, up to 12 where a comparison is open).",
        |o, v| fill(&mut o.processes, values::count(v)),
    ),
    each(
        "precision",
        &values::SHARE,
        "Give an open comparison no further runs once its ratio is known this well (default: 0.5%).",
        |o, v| fill(&mut o.precision, values::precision(v)),
    ),
    run(
        "seed",
        One(&values::SEED),
        "The seed of every random order (default: 0); BENCH_SEED sets it too.",
        |d, v| put(&mut d.run.seed, values::seed(v)),
    ),
    each(
        "timeout",
        &values::TIME_OVER_ZERO,
        "How long one step may take before its worker is killed (default: 60s).",
        |o, v| fill(&mut o.timeout, values::time_over_zero(v)),
    ),
    run(
        "memory-limit",
        One(&values::SIZE),
        "Kill a worker process that uses more memory than this.",
        |d, v| fill(&mut d.run.memory_limit, values::size(v)),
    ),
    run(
        "blocking-poll",
        One(&values::TIME_OVER_ZERO),
        "How long one poll of a future may take before it counts as blocking the event loop (default: 1ms).",
        |d, v| fill(&mut d.run.blocking_poll, values::time_over_zero(v)),
    ),
    run("in-process", Switch, "Measure in the runner's own process; a crash then ends the run.", |d, v| {
        put(&mut d.run.in_process, values::switch(v))
    }),
    run(
        "keep-services",
        Switch,
        "Leave services in containers to the other programs of this cargo bench.",
        |d, v| put(&mut d.run.keep_services, values::switch(v)),
    ),
    run(
        "require-fixtures",
        Switch,
        "Fail benchmarks that would be skipped because what they need is not there.",
        |d, v| put(&mut d.run.require_fixtures, values::switch(v)),
    ),
    call(
        "profile-time",
        One(&values::TIME_OVER_ZERO),
        "Run each benchmark for about this long without measuring, for a profiler.",
        |d, v| fill(&mut d.profile, values::time_over_zero(v)),
    ),
    run("resume", Switch, "Continue an interrupted run from what it had measured.", |d, v| {
        put(&mut d.run.resume, values::switch(v))
    })
    .only_in_environment(),
    run(
        "against",
        One(&values::REVISION),
        "Build this revision too, and let every benchmark take turns with itself as it is there.",
        |d, v| fill(&mut d.run.comparing.against, values::text(v).map(Against::Revision)),
    )
    .only_in_environment(),
    run(
        "against-binary",
        One(&values::RUNNER),
        "Take turns with this runner, which was kept from an earlier build.",
        |d, v| fill(&mut d.run.comparing.against, values::path(v).map(Against::Binary)),
    )
    .only_in_environment(),
];

static COMPARING: &[Flag] = &[
    run(
        "baseline",
        Optional(&values::BASELINE),
        "Compare with the committed baseline of this architecture, or with the one at PATH.",
        |d, v| put(&mut d.run.comparing.baseline, values::baseline_at(v)),
    )
    .only_in_environment(),
    call(
        "save-baseline",
        Optional(&values::SAVED_BASELINE),
        "Record the results there, from six runs at least.",
        |d, v| put(&mut d.run.comparing.save_baseline, values::baseline_at(v)),
    ),
    run(
        "compare",
        One(&values::SELECTOR),
        "Compare with a saved run: its number, its name, a pattern (`*`, `?`), or a path.",
        |d, v| fill(&mut d.run.comparing.compare, values::text(v)),
    )
    .only_in_environment(),
    call("save", One(&values::RUN_NAME), "Keep this run under a number and this name.", |d, v| {
        fill(&mut d.run.comparing.save, values::run_name(v))
    }),
    call(
        "load",
        Optional(&values::FILES),
        "Take stored results instead of measuring: these files, or the last results of all targets.",
        |d, v| values::load(&mut d.run.comparing.load, v),
    ),
    run(
        "fail-on",
        Many(&values::ALLOWANCE),
        "How much worse a metric may be: a share or an amount (default: median:10%).",
        |d, v| add(&mut d.run.comparing.fail_on, values::allowance(v)),
    )
    .in_table("baseline"),
    run(
        "gate",
        One(&values::GATE),
        "Whether a change must be beyond doubt (`confident`) or the bare figures count (`plain`).",
        |d, v| put(&mut d.run.comparing.gate, values::gate(v)),
    )
    .in_table("baseline"),
    run(
        "strict",
        Switch,
        "Fail also on what is inconclusive, new, vanished or skipped, and on missed targets.",
        |d, v| put(&mut d.run.comparing.strict, values::switch(v)),
    ),
    call(
        "doctor",
        Switch,
        "Compare every benchmark with itself, and tell what can be gated on this machine.",
        |d, v| put(&mut d.doctor, values::switch(v)),
    ),
    run(
        "retry",
        One(&values::COUNT_OR_NONE),
        "Measure up to N times more what stays inconclusive, within the budget (default: 0).",
        |d, v| put(&mut d.run.comparing.retries, values::retries(v)),
    ),
    call("force", Switch, "Record a baseline from results that are not fit for it, too.", |d, v| {
        put(&mut d.run.comparing.force, values::switch(v))
    }),
];

static REPORTING: &[Flag] = &[
    run(
        "output",
        Many(&values::OUTPUT),
        "Write the results as `console`, `json` or `csv`, to a file or to stdout. With files only, the table stays on \
         stdout.",
        |d, v| add(&mut d.display.outputs, values::output(v)),
    ),
    run("sort", One(&values::SORT), "The order of rows: `declared`, `name`, `time` or `ratio`.", |d, v| {
        put(&mut d.display.sort, values::sort(v))
    }),
    run(
        "columns",
        Many(&values::COLUMNS),
        "The columns of the tables: name, median, mean, stddev, min, max, p50, p90, p95, p99, p999, ratio, tax, throughput, \
         allocations, peak, retained, memory_ratio, polls_per_op, busy, wait, scheduled, longest_poll, loop_iteration, \
         tasks_alive, worker_busy_ratio, rounds, runs, iterations, outliers, errors, baseline, since_last.",
        |d, v| add(&mut d.display.columns, values::column(v)),
    ),
    run(
        "time-unit",
        One(&values::TIME_UNIT),
        "The unit of times: `auto`, `ns`, `us`, `ms` or `s`.",
        |d, v| put(&mut d.display.time_unit, values::time_unit(v)),
    ),
    run("slowest", One(&values::COUNT), "List the N slowest benchmarks as well.", |d, v| {
        fill(&mut d.display.slowest, values::count(v))
    }),
    run("color", One(&values::COLOR), "Colours: `auto`, `always` or `never`.", |d, v| {
        put(&mut d.display.color, values::color(v))
    }),
    run("progress", One(&values::PROGRESS), "Progress: `auto`, `bar`, `plain` or `none`.", |d, v| {
        put(&mut d.display.progress, values::progress(v))
    }),
    run("verbose", Switch, "Tell all that is known.", |d, v| {
        pick(&mut d.display.verbosity, v, Verbosity::Verbose)
    })
    .short('v'),
    run("quiet", Switch, "Show results and errors only.", |d, v| {
        pick(&mut d.display.verbosity, v, Verbosity::Quiet)
    })
    .short('q'),
];

/// What libtest accepts besides, and what nextest and editors pass.
static HARMLESS: &[Flag] = &[
    harmless("no-capture", Switch),
    harmless("show-output", Switch),
    harmless("test-threads", One(&values::COUNT)),
    harmless("report-time", Switch),
    harmless("unstable", One(&values::TEXT)).short('Z'),
];

/// Options that the command line does not set.
static FILE_ONLY: &[Flag] =
    &[each("threads", &values::COUNT, "The number of threads that a benchmark keeps busy.", |o, v| {
        fill(&mut o.threads, values::count(v))
    })];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_example_is_a_value_that_its_flag_accepts() {
        for flag in all().chain(FILE_ONLY) {
            let example = flag.shape().map_or("true", |shape| shape.example);
            for value in example.split(',') {
                let accepted = match flag.set {
                    Set::Run(set) => set(&mut Draft::default(), value),
                    Set::Each(set) => set(&mut Overrides::default(), value),
                    Set::Nothing => true,
                };
                assert!(accepted, "--{} {value}", flag.long);
            }
        }
    }

    #[test]
    fn names_and_letters_are_taken_once() {
        let longs: BTreeSet<_> = all().chain(FILE_ONLY).map(|flag| flag.long).collect();
        assert_eq!(longs.len(), all().chain(FILE_ONLY).count());
        let shorts: BTreeSet<_> = all().filter_map(|flag| flag.short).collect();
        assert_eq!(shorts.len(), all().filter(|flag| flag.short.is_some()).count());
    }

    #[test]
    fn a_value_that_is_not_understood_changes_nothing() {
        for flag in all() {
            let Set::Run(set) = flag.set else { continue };
            let mut draft = Draft::default();
            if !set(&mut draft, "\u{1}?") {
                assert_eq!(draft, Draft::default(), "--{}", flag.long);
            }
        }
    }
}
