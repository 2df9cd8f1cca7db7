//! The file `bench.toml`. Main type: [`Config`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml_span::Span;
use toml_span::value::{Key, Table, Value, ValueInner};

use super::Draft;
use super::error::Origin;
use super::flags::{self, Flag, Set, Takes};
use super::parse::Given;
use super::problems::{Problem, wrong_type};
use super::values::{self, Toml};
use crate::model::{Datasets, Kind, Overrides, RunOptions};
use crate::plan::Levels;

pub(crate) use super::problems::ConfigError;

/// What `bench.toml` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Config {
    options: Overrides,
    groups: BTreeMap<String, Overrides>,
    max_memory: BTreeMap<Kind, u64>,
    datasets: Datasets,
    store_dir: Option<PathBuf>,
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
        Ok(config)
    }

    /// The levels of options for [`Plan::make`](crate::plan::Plan::make).
    pub(crate) fn levels(&self, run: &RunOptions) -> Levels {
        Levels {
            depth: run.depth,
            file: self.options,
            file_groups: self.groups.clone(),
            max_memory: self.max_memory.clone(),
            run: run.overrides,
        }
    }

    /// Sets what has no flag.
    pub(super) fn prepare(&self, run: &mut RunOptions) {
        run.datasets = self.datasets;
        run.store_dir.clone_from(&self.store_dir);
    }

    /// What is set of the flags.
    pub(super) fn given(&self) -> &[Given] {
        &self.given
    }
}

/// Tables besides those of the flags.
const TABLES: [&str; 4] = ["datasets", "max_memory", "group", "store"];

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
                Ok(text) if accepts(flag, &text) => {
                    self.config.given.push(Given { flag, origin: Origin::File, value: text });
                }
                Ok(text) => self.problems.push(Problem::malformed(flag, &text, span)),
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    /// `[group.NAME]`
    fn groups(&mut self, mut value: Value<'_>) {
        let span = value.span;
        for (name, mut group) in self.table(value.take(), span) {
            let (mut options, span) = (Overrides::default(), group.span);
            for (key, value) in self.table(group.take(), span) {
                match option(&key.name) {
                    Some((flag, set)) => self.option(flag, value, |text| set(&mut options, text)),
                    None => self.unknown(&key, option_keys()),
                }
            }
            self.config.groups.insert(name.name.into_owned(), options);
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
                (Some(kind), Ok(bytes)) => drop(self.config.max_memory.insert(kind, bytes)),
                (Some(_), Err(problem)) => self.problems.push(problem),
                (None, _) => self.unknown(&key, ["core", "db", "async"].map(str::to_owned).into_iter()),
            }
        }
    }

    fn store(&mut self, mut value: Value<'_>) {
        let span = value.span;
        for (key, mut value) in self.table(value.take(), span) {
            let span = value.span;
            match (&*key.name, value.take()) {
                ("dir", ValueInner::String(dir)) => self.config.store_dir = Some(PathBuf::from(&*dir)),
                ("dir", other) => self.problems.push(wrong_type(
                    "a path in quotes, such as \".adapter-bench\"",
                    &other,
                    span,
                )),
                _ => self.unknown(&key, ["dir".to_owned()].into_iter()),
            }
        }
    }
}

fn option(key: &str) -> Option<(&'static Flag, fn(&mut Overrides, &str) -> bool)> {
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
        (Takes::Many(_), ValueInner::Array(values)) => {
            values.into_iter().map(|mut value| (value.take(), value.span)).collect()
        }
        (_, value) => vec![(value, span)],
    }
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
    match value.take() {
        ValueInner::Integer(n) if n > 0 => Ok(usize::try_from(n).unwrap_or(usize::MAX)),
        other => Err(wrong_type(expected, &other, value.span)),
    }
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
