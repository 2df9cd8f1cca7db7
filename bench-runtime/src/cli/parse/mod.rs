//! From arguments, environment and `bench.toml` to an [`Invocation`]. Main function: [`parse`].

use std::ffi::OsString;

use lexopt::{Arg, Parser};

use super::config::Config;
use super::error::{Origin, UsageError};
use super::flags::{self, Flag, Set, Takes};
use super::values::{self, Shape};
use super::{Draft, Invocation, Mode};
use crate::model::{Comparing, DisplayOptions, Output, OutputFormat};
use crate::plan;

/// A flag that was given somewhere.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Given {
    pub(super) flag: &'static Flag,
    pub(super) origin: Origin,
    pub(super) value: String,
}

/// Reads the arguments after the program's name, and, where they are silent, the environment and `bench.toml`.
///
/// For a flag that may be given several times, a stronger level replaces the values of weaker ones.
pub(crate) fn parse(
    args: impl IntoIterator<Item = OsString>,
    env: &dyn Fn(&str) -> Option<String>,
    config: Option<&Config>,
) -> Result<Invocation, UsageError> {
    let mut draft = Draft::default();
    if let Some(config) = config {
        config.complete(&mut draft.run);
    }
    let (arguments, filters) = arguments(args)?;
    draft.run.selection.filters = filters;
    let file = config.map(|config| config.given().to_vec()).unwrap_or_default();
    measures_or_loads(&arguments)?;
    let levels = [file, environment(env), arguments];
    apply(&mut draft, &levels)?;
    draft.display.outputs = outputs(&draft.display)?;
    let by_cargo = env("NEXTEST").is_some() || env("CARGO").is_some();
    let mode = draft.mode(by_cargo);
    keeps(mode, &levels[2], &mut draft.run.comparing)?;
    compares_once(&levels[2], &mut draft.run.comparing);
    Ok(Invocation { mode, run: draft.run, display: draft.display })
}

/// Splits the command line into flags and filters.
fn arguments(args: impl IntoIterator<Item = OsString>) -> Result<(Vec<Given>, Vec<String>), UsageError> {
    let (mut given, mut filters) = (Vec::new(), Vec::new());
    let args: Vec<OsString> = args.into_iter().collect();
    let mut parser = Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(unexpected)? {
        match arg {
            Arg::Value(text) => filters.push(unicode(text)?),
            Arg::Long(name) => {
                let flag = long(name)?;
                let value = long_value(flag, &mut parser)?;
                given.extend(split(flag, &Origin::Argument, &value));
            }
            Arg::Short(letter) => {
                let flag = short(letter)?;
                let value = short_value(flag, &mut parser)?;
                given.extend(split(flag, &Origin::Argument, &value));
            }
        }
    }
    Ok((given, filters))
}

fn long(name: &str) -> Result<&'static Flag, UsageError> {
    flags::all().find(|flag| flag.long == name).ok_or_else(|| {
        let shown = flags::all().filter(|flag| !flag.help.is_empty()).map(|flag| flag.long);
        let nearest = plan::nearest(name, shown).map(|nearest| format!("--{nearest}"));
        UsageError::UnknownFlag { flag: format!("--{name}"), nearest }
    })
}

fn short(letter: char) -> Result<&'static Flag, UsageError> {
    let unknown = || UsageError::UnknownFlag { flag: format!("-{letter}"), nearest: None };
    flags::all().find(|flag| flag.short == Some(letter)).ok_or_else(unknown)
}

fn long_value(flag: &Flag, parser: &mut Parser) -> Result<String, UsageError> {
    match (flag.shape(), parser.optional_value()) {
        (_, Some(value)) => unicode(value),
        (None, None) => Ok(values::BARE.to_owned()),
        (Some(_), None) if matches!(flag.takes, Takes::Optional(_)) => Ok(values::BARE.to_owned()),
        (Some(shape), None) => next_value(flag, shape, parser),
    }
}

/// Letters of switches may follow each other, so they take no value.
fn short_value(flag: &Flag, parser: &mut Parser) -> Result<String, UsageError> {
    if flag.shape().is_none() { Ok(values::BARE.to_owned()) } else { long_value(flag, parser) }
}

/// The argument after the flag, unless it looks like another flag.
fn next_value(flag: &Flag, shape: &Shape, parser: &mut Parser) -> Result<String, UsageError> {
    let is_value = |text: &str| !text.starts_with('-') || text == "-" || text.parse::<f64>().is_ok();
    let value =
        parser.try_raw_args().and_then(|mut rest| rest.next_if(|arg| arg.to_str().is_none_or(is_value)));
    match value {
        Some(value) => unicode(value),
        None => Err(UsageError::MissingValue {
            flag: format!("--{}", flag.long),
            expected: shape.expected_in_text(),
            example: Origin::Argument.example(flag, shape.example),
        }),
    }
}

fn unicode(text: OsString) -> Result<String, UsageError> {
    text.into_string().map_err(|text| UsageError::NotUnicode { lossy: text.to_string_lossy().into_owned() })
}

/// What is left of lexopt's errors when every value is taken: a letter of a switch with a value.
fn unexpected(error: lexopt::Error) -> UsageError {
    let flag = match error {
        lexopt::Error::UnexpectedValue { option, .. } => option,
        other => other.to_string(),
    };
    UsageError::UnexpectedValue { flag }
}

/// What the environment twins say. An empty variable says nothing.
fn environment(env: &dyn Fn(&str) -> Option<String>) -> Vec<Given> {
    let twin = |flag: &'static Flag| {
        let set = |name: String| env(&name).filter(|value| !value.is_empty()).map(|value| (name, value));
        flag.twins().into_iter().find_map(set).map(|(name, value)| (flag, Origin::Environment(name), value))
    };
    let lines = |(flag, origin, value): (&'static Flag, Origin, String)| {
        let values: Vec<_> = value.lines().flat_map(|line| split(flag, &origin, line)).collect();
        values
    };
    flags::all().filter_map(twin).flat_map(lines).collect()
}

/// One item for each value between commas, where the flag takes several.
pub(super) fn split(flag: &'static Flag, origin: &Origin, value: &str) -> Vec<Given> {
    let given = |value: &str| Given { flag, origin: origin.clone(), value: value.to_owned() };
    match flag.takes {
        Takes::Many(shape) | Takes::Optional(shape) if shape.commas => {
            value.split(',').map(|value| given(value.trim())).collect()
        }
        Takes::Many(_) | Takes::Optional(_) | Takes::One(_) | Takes::Switch => vec![given(value)],
    }
}

/// Applies the levels, the weakest first; of a flag, those of the strongest level that has it.
fn apply(draft: &mut Draft, levels: &[Vec<Given>]) -> Result<(), UsageError> {
    levels.iter().try_for_each(|level| exclusive(level))?;
    for (at, level) in levels.iter().enumerate() {
        let stronger =
            |flag: &Flag| levels[at + 1..].iter().flatten().any(|given| given.flag.long == flag.long);
        level.iter().filter(|given| !stronger(given.flag)).try_for_each(|given| given.apply(draft))?;
    }
    Ok(())
}

/// Flags that ask for different things, which no level may set together.
const EXCLUSIVE: [(&str, &str); 26] = [
    ("quick", "rigorous"),
    ("ignored", "include-ignored"),
    ("verbose", "quiet"),
    ("baseline", "save-baseline"),
    ("baseline", "compare"),
    ("against", "against-binary"),
    ("against", "baseline"),
    ("against", "compare"),
    ("against", "save-baseline"),
    ("against-binary", "baseline"),
    ("against-binary", "compare"),
    ("against-binary", "save-baseline"),
    ("doctor", "against"),
    ("doctor", "against-binary"),
    ("doctor", "baseline"),
    ("doctor", "compare"),
    ("doctor", "in-process"),
    ("doctor", "list"),
    ("doctor", "load"),
    ("doctor", "profile-time"),
    ("doctor", "resume"),
    ("doctor", "test"),
    ("load", "test"),
    ("load", "list"),
    ("test", "save-baseline"),
    ("test", "save"),
];

fn exclusive(level: &[Given]) -> Result<(), UsageError> {
    let on = |name| level.iter().find(|given| given.flag.long == name && given.is_on());
    match EXCLUSIVE.iter().find_map(|(a, b)| on(*a).zip(on(*b))) {
        Some((a, b)) => {
            Err(UsageError::Exclusive { first: a.origin.of(a.flag), second: b.origin.of(b.flag) })
        }
        None => Ok(()),
    }
}

/// Flags besides those of measuring that mean nothing to stored results.
const OF_MEASURING: [&str; 2] = ["shard", "param"];

/// Refuses to be told how to measure where nothing is measured. What other levels say of it holds for other calls.
fn measures_or_loads(arguments: &[Given]) -> Result<(), UsageError> {
    let is_of_measuring = |flag: &Flag| flags::MEASURING.contains(flag) || OF_MEASURING.contains(&flag.long);
    let load = arguments.iter().find(|given| given.flag.long == "load");
    let measuring = arguments.iter().find(|given| is_of_measuring(given.flag) && given.is_on());
    match load.zip(measuring) {
        Some((load, given)) => Err(UsageError::NothingMeasured {
            flag: given.origin.of(given.flag),
            load: load.origin.of(load.flag),
        }),
        None => Ok(()),
    }
}

/// Refuses to keep the results of a call that has none. Of what two levels ask for, the recording goes before the
/// comparing: it is asked for on the command line only.
fn keeps(mode: Mode, arguments: &[Given], comparing: &mut Comparing) -> Result<(), UsageError> {
    if comparing.save_baseline.is_some() {
        comparing.baseline = None;
    }
    let has_results = matches!(mode, Mode::Measure | Mode::Load | Mode::Help | Mode::Version);
    let keeping = |given: &&Given| ["save", "save-baseline"].contains(&given.flag.long) && given.is_on();
    match arguments.iter().find(keeping).filter(|_| !has_results) {
        Some(given) => Err(UsageError::NothingToKeep { flag: given.origin.of(given.flag) }),
        None => Ok(()),
    }
}

/// Another program and earlier results are not compared with at once: what the command line asks for goes before what
/// the environment does.
fn compares_once(arguments: &[Given], comparing: &mut Comparing) {
    let asks = |flags: &[&str]| arguments.iter().any(|g| flags.contains(&g.flag.long) && g.is_on());
    if asks(&["baseline", "compare", "save-baseline"]) {
        comparing.against = None;
    } else if comparing.against.is_some() {
        (comparing.baseline, comparing.compare) = (None, None);
    }
}

impl Given {
    /// Whether it asks for something, and does not take back what another level asks for.
    fn is_on(&self) -> bool {
        match self.flag.takes {
            Takes::Switch => values::switch(&self.value) == Some(true),
            Takes::Optional(_) => values::switch(&self.value) != Some(false),
            Takes::One(_) | Takes::Many(_) => true,
        }
    }

    fn apply(&self, draft: &mut Draft) -> Result<(), UsageError> {
        let understood = match self.flag.set {
            Set::Run(set) => set(draft, &self.value),
            Set::Each(set) => set(&mut draft.run.overrides, &self.value),
            Set::Nothing => true,
        };
        if understood { Ok(()) } else { Err(self.bad_value()) }
    }

    fn bad_value(&self) -> UsageError {
        let shape = self.flag.shape();
        UsageError::BadValue {
            origin: self.origin.of(self.flag),
            value: self.value.clone(),
            expected: shape.map_or_else(|| "`true` or `false`".to_owned(), Shape::expected_in_text),
            example: self.origin.example(self.flag, shape.map_or("false", |shape| shape.example)),
            remark: shape.map(|shape| (shape.remark)(&self.value)).unwrap_or_default(),
        }
    }
}

/// Checks that no two outputs meet. The table goes to stdout unless something else does.
fn outputs(display: &DisplayOptions) -> Result<Vec<Output>, UsageError> {
    let mut outputs = display.outputs.clone();
    let console = Output { format: OutputFormat::Console, path: None };
    if outputs.iter().all(|output| output.path.is_some()) {
        outputs.insert(0, console);
    }
    for (at, output) in outputs.iter().enumerate() {
        if outputs[..at].iter().any(|other| other.path == output.path) {
            let path = output.path.as_ref().map(|path| format!("`{}`", path.display()));
            return Err(UsageError::SamePlace { place: path.unwrap_or_else(|| "stdout".to_owned()) });
        }
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests;
