//! The file `bench.toml`. Main type: [`Config`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml_span::Span;
use toml_span::value::{Key, Table, Value, ValueInner};

use super::Draft;
use super::error::Origin;
use super::flags::{self, Flag, Set, SetEach, Takes};
use super::parse::{Given, split};
use super::problems::{Problem, wrong_type};
use super::values::{self, Toml};
use crate::model::{ByName, Comparing, Datasets, Kind, Level, Overrides, RunOptions};
use crate::plan::{FileLimits, Levels};
use crate::units;

pub(crate) use super::problems::ConfigError;

/// What `bench.toml` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Config {
    options: Overrides,
    groups: ByName<Overrides>,
    max_memory: Vec<(Kind, u64)>,
    datasets: Datasets,
    store_dir: Option<PathBuf>,
    data_dir: Option<PathBuf>,
    /// The architecture, folder and age of baselines; nothing else of it is set here.
    baselines: Comparing,
    limits: FileLimits,
    group_limits: ByName<FileLimits>,
    given: Vec<Given>,
}

impl Config {
    /// Reads the text of the file at `path`. Relative paths in it start at its directory.
    ///
    /// All mistakes are told at once.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let mut reader = Reader::default();
        match toml_span::parse(text) {
            Ok(mut root) => reader.root(root.take(), root.span),
            Err(error) => reader.problems.push(Problem::of_syntax(&error)),
        }
        if !reader.problems.is_empty() {
            return Err(ConfigError::new(path, text, reader.problems));
        }
        let mut config = reader.config;
        let directory = path.parent().unwrap_or(Path::new(""));
        config.store_dir = config.store_dir.map(|dir| directory.join(dir));
        config.data_dir = config.data_dir.map(|dir| directory.join(dir));
        config.baselines.baseline_dir = config.baselines.baseline_dir.map(|dir| directory.join(dir));
        Ok(config)
    }

    /// The levels of options for [`Plan::make`](crate::plan::Plan::make).
    pub(crate) fn levels(&self, run: &RunOptions) -> Levels {
        Levels {
            depth: run.depth,
            file: self.options,
            file_groups: self.groups.clone(),
            max_memory: self.max_memory.clone(),
            file_limits: self.limits.clone(),
            file_group_limits: self.group_limits.clone(),
            run: run.overrides,
            for_the_record: run.comparing.save_baseline.is_some(),
        }
    }

    /// Fills in what `run` leaves at its default and no flag sets: the sizes of data sets, the places of results
    /// and data sets, and which baselines there are.
    pub(crate) fn complete(&self, run: &mut RunOptions) {
        if run.datasets == Datasets::default() {
            run.datasets = self.datasets;
        }
        if run.store_dir.is_none() {
            run.store_dir.clone_from(&self.store_dir);
        }
        run.data_dir = run.data_dir.take().or_else(|| self.data_dir.clone());
        let comparing = &mut run.comparing;
        comparing.canonical_arch =
            comparing.canonical_arch.take().or_else(|| self.baselines.canonical_arch.clone());
        comparing.baseline_dir =
            comparing.baseline_dir.take().or_else(|| self.baselines.baseline_dir.clone());
        comparing.max_age = comparing.max_age.or(self.baselines.max_age);
    }

    /// What is set of the flags.
    pub(super) fn given(&self) -> &[Given] {
        &self.given
    }
}

/// Tables besides those of the flags.
const TABLES: [&str; 6] = ["baseline", "datasets", "group", "limits", "max_memory", "store"];

/// The keys of `[limits]`, which may stand in the table of a group too.
const LIMITS: [&str; 3] = ["target", "critical", "max_ratio"];

/// The keys of `[baseline]`.
const BASELINE: [&str; 5] = ["arch", "dir", "max_age", "gate", "fail_on"];

/// Fills a [`Config`] and collects what is wrong.
#[derive(Default)]
struct Reader {
    config: Config,
    problems: Vec<Problem>,
}

impl Reader {
    fn root(&mut self, root: ValueInner<'_>, span: Span) {
        for (key, value) in self.table(root, span) {
            match &*key.name {
                "baseline" => self.baseline(value),
                "limits" => self.limits(value),
                "datasets" => self.datasets(value),
                "max_memory" => self.max_memory(value),
                "group" => self.groups(value),
                "store" => self.store(value),
                _ => self.setting(&key, value),
            }
        }
    }

    fn table<'de>(&mut self, value: ValueInner<'de>, span: Span) -> Table<'de> {
        match value {
            ValueInner::Table(table) => table,
            other => {
                self.problems.push(wrong_type("a table", &other, span));
                Table::new()
            }
        }
    }

    /// A key at the top: an option of all benchmarks, or a flag of the run.
    fn setting(&mut self, key: &Key<'_>, value: Value<'_>) {
        if let Some((flag, set)) = option(&key.name) {
            let mut options = self.config.options;
            self.option(flag, value, |text| set(&mut options, text));
            self.config.options = options;
        } else if let Some(flag) = flags::all().find(|flag| flag.key().as_deref() == Some(&*key.name)) {
            self.flag(flag, value);
        } else {
            self.unknown(
                key,
                flags::all().filter_map(Flag::key).chain(option_keys()).chain(TABLES.map(str::to_owned)),
            );
        }
    }

    fn unknown(&mut self, key: &Key<'_>, valid: impl Iterator<Item = String>) {
        let valid: Vec<String> = valid.collect();
        self.problems.push(Problem::unknown(&key.name, key.span, &valid));
    }

    fn option(&mut self, flag: &'static Flag, mut value: Value<'_>, set: impl FnOnce(&str) -> bool) {
        let span = value.span;
        match text_of(flag, value.take(), span) {
            Ok(text) if set(&text) => {}
            Ok(text) => self.problems.push(Problem::malformed(flag, &text, span)),
            Err(problem) => self.problems.push(problem),
        }
    }

    fn flag(&mut self, flag: &'static Flag, mut value: Value<'_>) {
        let span = value.span;
        for (value, span) in values_of(flag, value.take(), span) {
            match text_of(flag, value, span) {
                Ok(text) => self.given(split(flag, &Origin::File, &text), span),
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    fn given(&mut self, given: Vec<Given>, span: Span) {
        match given.iter().find(|given| !accepts(given.flag, &given.value)) {
            None => self.config.given.extend(given),
            Some(wrong) => self.problems.push(Problem::malformed(wrong.flag, &wrong.value, span)),
        }
    }

    /// `[group.NAME]`
    fn groups(&mut self, mut value: Value<'_>) {
        let span = value.span;
        for (name, mut group) in self.table(value.take(), span) {
            let (mut options, mut limits, span) = (Overrides::default(), FileLimits::default(), group.span);
            for (key, value) in self.table(group.take(), span) {
                match option(&key.name) {
                    Some((flag, set)) => self.option(flag, value, |text| set(&mut options, text)),
                    None if LIMITS.contains(&&*key.name) => self.limit(&mut limits, &key.name, value),
                    None => self.unknown(&key, option_keys().chain(LIMITS.map(str::to_owned))),
                }
            }
            let name = name.name.into_owned();
            self.config.groups.insert(name.clone(), options);
            self.config.group_limits.insert(name, limits);
        }
    }

    fn limits(&mut self, mut value: Value<'_>) {
        let span = value.span;
        let mut limits = FileLimits::default();
        for (key, value) in self.table(value.take(), span) {
            match LIMITS.contains(&&*key.name) {
                true => self.limit(&mut limits, &key.name, value),
                false => self.unknown(&key, LIMITS.map(str::to_owned).into_iter()),
            }
        }
        self.config.limits = limits;
    }

    /// One of [`LIMITS`].
    fn limit(&mut self, limits: &mut FileLimits, key: &str, value: Value<'_>) {
        match key {
            "target" => self.limit_texts(limits, Level::Target, value),
            "critical" => self.limit_texts(limits, Level::Critical, value),
            _ => match ratio(value) {
                Ok(ratio) => limits.max_ratio = Some(ratio),
                Err(problem) => self.problems.push(problem),
            },
        }
    }

    fn limit_texts(&mut self, limits: &mut FileLimits, level: Level, mut value: Value<'_>) {
        let span = value.span;
        for (text, span) in elements(value.take(), span) {
            let ValueInner::String(text) = &text else {
                let expected = "a limit in quotes, such as \"p99 <= 10ms\", or an array of them";
                self.problems.push(wrong_type(expected, &text, span));
                continue;
            };
            match units::limit(text, level) {
                Ok(limit) => limits.limits.push(limit),
                Err(why) => self.problems.push(Problem::of(span, why)),
            }
        }
    }

    fn baseline(&mut self, mut value: Value<'_>) {
        let span = value.span;
        for (key, mut value) in self.table(value.take(), span) {
            let span = value.span;
            let flag = flags::all().find(|flag| flag.key_in("baseline").as_deref() == Some(&*key.name));
            match (&*key.name, flag) {
                (_, Some(flag)) => self.flag(flag, value),
                ("arch", _) => {
                    let arch =
                        self.text(value.take(), span, "an architecture in quotes, such as \"linux-x86_64\"");
                    self.config.baselines.canonical_arch = arch;
                }
                ("dir", _) => {
                    let dir = self.text(value.take(), span, "a path in quotes, such as \"baselines\"");
                    self.config.baselines.baseline_dir = dir.map(PathBuf::from);
                }
                ("max_age", _) => match age(value) {
                    Ok(age) => self.config.baselines.max_age = Some(age),
                    Err(problem) => self.problems.push(problem),
                },
                _ => self.unknown(&key, BASELINE.map(str::to_owned).into_iter()),
            }
        }
    }

    /// A text that is not empty; anything else is a problem.
    fn text(&mut self, value: ValueInner<'_>, span: Span, expected: &str) -> Option<String> {
        match value {
            ValueInner::String(text) if !text.is_empty() => Some(text.into_owned()),
            other => {
                self.problems.push(wrong_type(expected, &other, span));
                None
            }
        }
    }

    fn datasets(&mut self, mut value: Value<'_>) {
        let span = value.span;
        for (key, value) in self.table(value.take(), span) {
            let place = match &*key.name {
                "small" => &mut self.config.datasets.small,
                "medium" => &mut self.config.datasets.medium,
                "large" => &mut self.config.datasets.large,
                _ => {
                    self.unknown(&key, ["small", "medium", "large"].map(str::to_owned).into_iter());
                    continue;
                }
            };
            match rows(value) {
                Ok(rows) => *place = rows,
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    fn max_memory(&mut self, mut value: Value<'_>) {
        let span = value.span;
        for (key, value) in self.table(value.take(), span) {
            match (values::kind(&key.name), bytes(value)) {
                (Some(kind), Ok(bytes)) => self.config.max_memory.push((kind, bytes)),
                (Some(_), Err(problem)) => self.problems.push(problem),
                (None, _) => self.unknown(&key, ["core", "db", "async"].map(str::to_owned).into_iter()),
            }
        }
    }

    fn store(&mut self, mut value: Value<'_>) {
        let span = value.span;
        for (key, mut value) in self.table(value.take(), span) {
            let span = value.span;
            let place = match &*key.name {
                "dir" => &mut self.config.store_dir,
                "data_dir" => &mut self.config.data_dir,
                _ => {
                    self.unknown(&key, ["dir", "data_dir"].map(str::to_owned).into_iter());
                    continue;
                }
            };
            match value.take() {
                ValueInner::String(text) if !text.is_empty() => *place = Some(PathBuf::from(&*text)),
                other => {
                    let expected = "a path in quotes, such as \".adapter-bench\"";
                    self.problems.push(wrong_type(expected, &other, span));
                }
            }
        }
    }
}

fn option(key: &str) -> Option<(&'static Flag, SetEach)> {
    flags::options().find(|(flag, _)| flag.key().as_deref() == Some(key))
}

fn option_keys() -> impl Iterator<Item = String> {
    flags::options().filter_map(|(flag, _)| flag.key())
}

fn accepts(flag: &Flag, text: &str) -> bool {
    match flag.set {
        Set::Run(set) => set(&mut Draft::default(), text),
        Set::Each(set) => set(&mut Overrides::default(), text),
        Set::Nothing => true,
    }
}

/// The values of a flag that may have several: an array, or a table of `KEY = VALUE`s.
fn values_of<'de>(flag: &Flag, value: ValueInner<'de>, span: Span) -> Vec<(ValueInner<'de>, Span)> {
    match (flag.takes, value) {
        (Takes::Many(_), ValueInner::Array(values)) => elements(ValueInner::Array(values), span),
        (Takes::Many(_), ValueInner::Table(table)) if flag.long == "param" => {
            table.into_iter().map(|(key, value)| key_value(&key.name, value)).collect()
        }
        (_, value) => vec![(value, span)],
    }
}

/// The values of an array, or the one value that is none.
fn elements<'de>(value: ValueInner<'de>, span: Span) -> Vec<(ValueInner<'de>, Span)> {
    match value {
        ValueInner::Array(values) => values.into_iter().map(|mut value| (value.take(), value.span)).collect(),
        other => vec![(other, span)],
    }
}

fn key_value<'de>(key: &str, mut value: Value<'de>) -> (ValueInner<'de>, Span) {
    let inner = match value.take() {
        ValueInner::String(text) => ValueInner::String(format!("{key}={text}").into()),
        other => other,
    };
    (inner, value.span)
}

/// A value as it would be written on the command line, if its type is the one that the flag takes.
fn text_of(flag: &Flag, value: ValueInner<'_>, span: Span) -> Result<String, Problem> {
    let toml = flag.shape().map(|shape| shape.toml);
    match (toml, value) {
        (None, ValueInner::Boolean(on)) => Ok(on.to_string()),
        (Some(Toml::Text | Toml::TextOrInteger), ValueInner::String(text)) => Ok(text.into_owned()),
        (Some(Toml::Integer | Toml::TextOrInteger), ValueInner::Integer(n)) => Ok(n.to_string()),
        (_, other) => Err(Problem::mistyped(flag, &other, span)),
    }
}

fn rows(mut value: Value<'_>) -> Result<usize, Problem> {
    let expected = "a whole number from 1, such as 1000";
    let inner = value.take();
    let rows = match inner {
        ValueInner::Integer(n) => usize::try_from(n).ok().filter(|n| *n > 0),
        _ => None,
    };
    rows.ok_or_else(|| wrong_type(expected, &inner, value.span))
}

fn ratio(mut value: Value<'_>) -> Result<f64, Problem> {
    let inner = value.take();
    let ratio = match inner {
        ValueInner::Float(ratio) => Some(ratio),
        ValueInner::Integer(whole) => Some(whole as f64),
        _ => None,
    };
    ratio
        .filter(|ratio| ratio.is_finite() && *ratio > 0.0)
        .ok_or_else(|| wrong_type("a number over zero, such as 1.2", &inner, value.span))
}

fn age(mut value: Value<'_>) -> Result<Duration, Problem> {
    let inner = value.take();
    let age = match &inner {
        ValueInner::String(text) => values::time_over_zero(text),
        _ => None,
    };
    age.ok_or_else(|| wrong_type("an age in quotes, such as \"90 days\"", &inner, value.span))
}

fn bytes(mut value: Value<'_>) -> Result<u64, Problem> {
    let value_inner = value.take();
    let bytes = match &value_inner {
        ValueInner::Integer(n) => u64::try_from(*n).ok().filter(|n| *n > 0),
        ValueInner::String(text) => values::size(text),
        _ => None,
    };
    bytes.ok_or_else(|| wrong_type("a number of bytes, such as \"10MB\"", &value_inner, value.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Mode, parse};
    use crate::model::{Depth, Gate, Ignored, OutputFormat};
    use std::ffi::OsString;

    fn config(text: &str) -> Config {
        Config::parse(text, Path::new("/project/suite/bench.toml")).unwrap_or_else(|error| panic!("{error}"))
    }

    fn refused(text: &str) -> String {
        Config::parse(text, Path::new("bench.toml")).unwrap_err().to_string()
    }

    #[test]
    fn options_of_benchmarks_are_levels_of_their_own() {
        let config = config(
            r#"
            min_rounds = 5
            max_time = "30s"
            threads = 2
            [group.insert]
            warmup_time = "500ms"
            [group."two words"]
            iterations = 3
            "#,
        );
        let mut run = RunOptions { depth: Depth::Quick, ..RunOptions::default() };
        run.overrides.processes = Some(9);
        let levels = config.levels(&run);
        assert_eq!((levels.file.min_rounds, levels.file.threads), (Some(5), Some(2)));
        assert_eq!(levels.file.max_time, Some(Duration::from_secs(30)));
        assert_eq!(levels.file_groups["insert"].warmup_time, Some(Duration::from_millis(500)));
        assert_eq!(levels.file_groups["two words"].iterations, Some(3));
        assert_eq!((levels.run.processes, levels.depth), (Some(9), Depth::Quick));
    }

    #[test]
    fn sizes_of_data_memory_ceilings_and_the_store_have_tables() {
        let config = config(
            r#"
            [datasets]
            medium = 5_000
            [max_memory]
            core = "10MB"
            async = 20_000_000
            [store]
            dir = "../results"
            "#,
        );
        let mut run = RunOptions::default();
        config.complete(&mut run);
        assert_eq!(run.datasets, Datasets { small: 100, medium: 5_000, large: 10_000 });
        assert_eq!(run.store_dir, Some(PathBuf::from("/project/suite/../results")));
        let levels = config.levels(&run);
        assert_eq!(levels.max_memory, [(Kind::Async, 20_000_000), (Kind::Core, 10_000_000)]);
    }

    #[test]
    fn baselines_and_limits_have_tables() {
        let config = config(
            r#"
            [baseline]
            arch = "linux-arm64"
            dir = "../figures"
            max_age = "30 days"
            gate = "plain"
            fail_on = ["median:5%", "p99:2ms"]
            [limits]
            target = "p99 <= 10ms"
            max_ratio = 2
            [group.insert]
            critical = ["throughput >= 5K rows/s", "p99 <= 50ms"]
            max_ratio = 1.2
            "#,
        );
        let c = parse([], &|_| None, Some(&config)).unwrap().run.comparing;
        assert_eq!(c.canonical_arch.as_deref(), Some("linux-arm64"));
        assert_eq!(c.baseline_dir, Some(PathBuf::from("/project/suite/../figures")));
        assert_eq!((c.max_age, c.gate), (Some(Duration::from_secs(30 * 86_400)), Gate::Plain));
        assert_eq!((c.fail_on.len(), c.fail_on[0].text.as_str()), (2, "median:5%"));
        let levels = config.levels(&RunOptions::default());
        let shown = |limits: &FileLimits| {
            let texts: Vec<String> = limits.limits.iter().map(|limit| limit.text.clone()).collect();
            (texts.join(", "), limits.max_ratio)
        };
        assert_eq!(shown(&levels.file_limits), ("p99 <= 10ms".to_owned(), Some(2.0)));
        let insert = &levels.file_group_limits["insert"];
        assert_eq!(shown(insert), ("throughput >= 5K rows/s, p99 <= 50ms".to_owned(), Some(1.2)));
        assert_eq!(
            (levels.file_limits.limits[0].level, insert.limits[0].level),
            (Level::Target, Level::Critical)
        );
    }

    #[test]
    fn rules_of_the_file_are_weaker_than_those_of_the_command_line() {
        let config = config("[baseline]\ngate = 'plain'\nfail_on = 'median:5%'");
        let args = ["--gate", "confident", "--fail-on", "p99:1%"].map(OsString::from);
        let c = parse(args, &|_| None, Some(&config)).unwrap().run.comparing;
        assert_eq!((c.gate, c.fail_on.len(), c.fail_on[0].text.as_str()), (Gate::Confident, 1, "p99:1%"));
    }

    #[test]
    fn a_limit_that_cannot_be_read_is_refused_under_its_caret() {
        let expected = "\
bench.toml:2:27: there is no metric `p98`";
        let shown = refused("[limits]\ntarget = ['p99 <= 10ms', 'p98 <= 10ms']");
        assert!(shown.starts_with(expected) && shown.ends_with("^^^^^^^^^^^"), "{shown}");
        assert!(
            refused("[limits]\ncritical = 'p99 <= 10'").contains("`10` is not what `p99` is compared with")
        );
        assert!(
            refused("[limits]\ntarget = 5").contains("expected a limit in quotes, such as \"p99 <= 10ms\"")
        );
        assert!(refused("[group.x]\nmax_ratio = 0").contains("expected a number over zero, such as 1.2"));
        assert!(refused("[limits]\nmin_ratio = 1").contains("did you mean `max_ratio`?"));
        assert!(
            refused("[baseline]\nmax_age = 90").contains("expected an age in quotes, such as \"90 days\"")
        );
        assert!(refused("[baseline]\narch = ''").contains("expected an architecture in quotes"));
        assert!(refused("[baseline]\ncolour = 'x'").contains("valid are arch, dir, max_age, gate, fail_on"));
        let allowance = refused("[baseline]\nfail_on = ['median:10%', 'median']");
        assert!(allowance.starts_with("bench.toml:2:27: `fail_on` needs"), "{allowance}");
        assert!(refused("gate = 'plain'").contains("unknown key `gate`"));
    }

    #[test]
    fn an_empty_file_changes_nothing() {
        assert_eq!(config(""), Config::default());
        assert_eq!(config("# only a comment\n"), Config::default());
    }

    #[test]
    fn flags_of_the_run_are_weaker_than_environment_and_command_line() {
        let config = config(
            r#"
            quick = true
            seed = 1
            tag = ["a", "b"]
            kind = "core, db"
            output = "json=result.json"
            memory_limit = "1GB"
            [param]
            driver = "native"
            "#,
        );
        let call = |args: &[&str], env: &dyn Fn(&str) -> Option<String>| {
            parse(args.iter().map(OsString::from), env, Some(&config)).unwrap()
        };
        let file_only = call(&[], &|_| None);
        assert_eq!(
            (file_only.mode, file_only.run.depth, file_only.run.seed),
            (Mode::Measure, Depth::Quick, 1)
        );
        assert_eq!(
            (file_only.run.selection.tags, file_only.run.memory_limit),
            (vec!["a".into(), "b".into()], Some(10_u64.pow(9)))
        );
        assert_eq!(file_only.run.selection.kinds, [Kind::Core, Kind::Db]);
        assert_eq!(file_only.run.params["driver"], "native");
        assert_eq!(file_only.display.outputs[1].format, OutputFormat::Json);
        let env = |name: &str| (name == "ADAPTER_BENCH_SEED").then(|| "2".to_owned());
        assert_eq!(call(&[], &env).run.seed, 2);
        let all = call(&["--seed", "3", "--rigorous", "--tag", "c", "--ignored"], &env).run;
        assert_eq!((all.seed, all.depth, all.selection.tags), (3, Depth::Rigorous, vec!["c".to_owned()]));
        assert_eq!(all.selection.ignored, Ignored::Only);
        assert_eq!(call(&["--quick=false"], &env).run.depth, Depth::Default);
    }

    #[test]
    fn options_of_the_file_do_not_become_those_of_the_command_line() {
        let config = config("min_rounds = 5");
        let run = parse([], &|_| None, Some(&config)).unwrap().run;
        assert_eq!(run.overrides, Overrides::default());
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_one() {
        let expected = "\
bench.toml:2:1: unknown key `max_tmie`; did you mean `max_time`?
  |
2 | max_tmie = \"10s\"
  | ^^^^^^^^";
        assert_eq!(refused("min_rounds = 3\nmax_tmie = \"10s\"\n"), expected);
        assert!(refused("max-time = '1s'").contains("did you mean `max_time`?"));
        assert!(
            refused("[group.x]\nseed = 1").contains("unknown key `seed`; valid are min_rounds, max_rounds,")
        );
        assert!(
            refused("[datasets]\ntiny = 1").contains("unknown key `tiny`; valid are small, medium, large")
        );
        assert!(refused("[max_memory]\nsync = 1").contains("did you mean `async`?"));
        assert!(refused("[store]\ndirectory = 'x'").contains("unknown key `directory`; valid are dir"));
        assert!(refused("bench = true").contains("unknown key `bench`"));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused_with_an_example() {
        let expected = "\
bench.toml:1:11: `timeout` needs a duration over zero in quotes, such as \"30s\", and not the number 30
  |
1 | timeout = 30
  |           ^^";
        assert_eq!(refused("timeout = 30"), expected);
        assert!(
            refused("min_rounds = '5'")
                .contains("`min_rounds` needs a whole number from 1, such as 20, and not the text \"5\"")
        );
        assert!(refused("quick = 1").contains("`quick` needs `true` or `false`, and not the number 1"));
        assert!(refused("group = 'x'").contains("expected a table, found the text \"x\""));
        assert!(
            refused("[datasets]\nsmall = 0")
                .contains("expected a whole number from 1, such as 1000, found the number 0")
        );
        assert!(
            refused("[max_memory]\ncore = 'lots'").contains("expected a number of bytes, such as \"10MB\"")
        );
        assert!(refused("[store]\ndir = 1").contains("expected a path in quotes"));
        assert!(refused("seed = [1]").contains("and not an array"));
        assert!(refused("[param]\nn = 1").contains("`param` needs a name and a value in quotes"));
    }

    #[test]
    fn a_malformed_value_is_refused_under_its_caret() {
        let expected = "\
bench.toml:2:17: `kind` needs `core`, `db` or `async` in quotes, such as [\"core\", \"db\"], and not `disk`
  |
2 | kind = ['core','disk']
  |                 ^^^^";
        assert_eq!(refused("\nkind = ['core','disk']"), expected);
        assert!(refused("kind = 'core,disk'").contains("and not `disk`"));
        assert!(refused("max_time = '0s'").contains("and not `0s`"));
        assert!(refused("seed = -1").contains("and not `-1`"));
    }

    #[test]
    fn all_mistakes_are_told_in_the_order_of_their_places() {
        let text = refused("zeta = 1\nmin_rounds = 0\nalpha = 2");
        let places: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split(": ").next().filter(|p| p.starts_with("bench")))
            .collect();
        assert_eq!(places, ["bench.toml:1:1", "bench.toml:2:14", "bench.toml:3:1"]);
    }

    #[test]
    fn text_that_is_not_toml_is_shown_with_its_place() {
        for (text, place) in [
            ("a = 1\nquick = tru\n", "bench.toml:2:9: "),
            ("quick == true", "bench.toml:1:8: "),
            ("[group", "bench.toml:1:7: "),
            ("seed = 1\nseed = 2", "bench.toml:2:1: "),
            ("max_time = \"30s", "bench.toml:1:12: "),
        ] {
            let shown = refused(text);
            assert!(shown.starts_with(place) && shown.contains("\n  |"), "{text}:\n{shown}");
        }
    }
}
