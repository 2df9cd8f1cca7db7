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
mod tests;
