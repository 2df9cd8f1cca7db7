//! What a flag's value looks like, and how it is read. Main type: [`Shape`].

use std::path::PathBuf;
use std::time::Duration;

use crate::model::{
    Color, Column, Kind, NoMatch, Output, OutputFormat, Precision, Progress, Shard, Sort, TimeUnit,
};

/// What a value looks like: for help, and for the message when it does not.
#[derive(Debug)]
pub(super) struct Shape {
    /// What help calls it.
    pub(super) name: &'static str,
    /// What is expected.
    pub(super) expected: &'static str,
    /// A value that is accepted.
    pub(super) example: &'static str,
    /// Its type in `bench.toml`.
    pub(super) toml: Toml,
    /// Whether several may be given at once, with commas in between.
    pub(super) commas: bool,
}

/// The type of a value in `bench.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Toml {
    Text,
    Integer,
    TextOrInteger,
}

impl Shape {
    /// What is expected where several values may stand in one text.
    pub(super) fn expected_in_text(&self) -> String {
        if self.commas {
            format!("{}, or several with commas in between", self.expected)
        } else {
            self.expected.to_owned()
        }
    }

    /// An accepted value as it is written in `bench.toml`.
    pub(super) fn example_in_toml(&self) -> String {
        match self.toml {
            Toml::Integer => self.example.to_owned(),
            Toml::Text | Toml::TextOrInteger if self.commas => {
                format!("[\"{}\"]", self.example.replace(',', "\", \""))
            }
            Toml::Text | Toml::TextOrInteger => format!("\"{}\"", self.example),
        }
    }
}

const fn shape(name: &'static str, expected: &'static str, example: &'static str) -> Shape {
    Shape { name, expected, example, toml: Toml::Text, commas: false }
}

const fn integer(name: &'static str, expected: &'static str, example: &'static str) -> Shape {
    Shape { toml: Toml::Integer, ..shape(name, expected, example) }
}

const fn list(name: &'static str, expected: &'static str, example: &'static str) -> Shape {
    Shape { commas: true, ..shape(name, expected, example) }
}

pub(super) static TIME: Shape = shape("TIME", "a duration", "30s");
pub(super) static TIME_OVER_ZERO: Shape = shape("TIME", "a duration over zero", "30s");
pub(super) static SHARE: Shape = shape("SHARE", "a share over zero, up to 100%", "1%");
pub(super) static COUNT: Shape = integer("N", "a whole number from 1", "20");
pub(super) static SEED: Shape = integer("N", "a whole number from 0", "42");
pub(super) static SIZE: Shape =
    Shape { toml: Toml::TextOrInteger, ..shape("SIZE", "a number of bytes, with or without a unit", "64MB") };
pub(super) static SHARD: Shape = shape("I/N", "a part and the number of parts, counted from 1", "1/4");
pub(super) static KEY_VALUE: Shape = shape("KEY=VALUE", "a name and a value", "driver=native");
pub(super) static REVISION: Shape = shape("REVISION", "a revision as git knows it", "main");
pub(super) static RUNNER: Shape = shape("PATH", "the path of a runner", "runners/main");
pub(super) static TEXT: Shape = shape("TEXT", "a text", "encode");
pub(super) static WORDS: Shape = list("NAME", "a name", "encode,decode");
pub(super) static KIND: Shape = list("KIND", "`core`, `db` or `async`", "core,db");
pub(super) static NO_MATCH: Shape = shape("WHAT", "`warn` or `fail`", "fail");
pub(super) static LIST_FORMAT: Shape = shape("FORMAT", "`pretty`, `terse` or `json`", "terse");
pub(super) static OUTPUT: Shape =
    list("FORMAT[=PATH]", "`console`, `json` or `csv`, with or without `=` and a path", "json=result.json");
pub(super) static SORT: Shape = shape("ORDER", "`declared`, `name`, `time` or `ratio`", "time");
pub(super) static COLUMNS: Shape = list(
    "LIST",
    "a column (name, median, mean, stddev, min, max, p50, p90, p95, p99, p999, ratio, throughput, rounds, runs, \
     iterations, outliers, errors)",
    "median,p99,ratio",
);
pub(super) static TIME_UNIT: Shape = shape("UNIT", "`auto`, `ns`, `us`, `ms` or `s`", "us");
pub(super) static COLOR: Shape = shape("WHEN", "`auto`, `always` or `never`", "never");
pub(super) static PROGRESS: Shape = shape("HOW", "`auto`, `bar`, `plain` or `none`", "plain");

/// A duration with units (`1m 30s`, `500ms`), or a number of seconds.
pub(super) fn time(text: &str) -> Option<Duration> {
    let seconds = || text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    humantime::parse_duration(text).ok().or_else(seconds)
}

pub(super) fn time_over_zero(text: &str) -> Option<Duration> {
    time(text).filter(|time| !time.is_zero())
}

/// A share in per cent, `0.5%` or `1 %`.
pub(super) fn precision(text: &str) -> Option<Precision> {
    let per_cent: f64 = text.strip_suffix('%')?.trim_end().parse().ok()?;
    Precision::of_share(per_cent / 100.0)
}

pub(super) fn count(text: &str) -> Option<u32> {
    text.parse().ok().filter(|n| *n > 0)
}

pub(super) fn count_u64(text: &str) -> Option<u64> {
    text.parse().ok().filter(|n| *n > 0)
}

pub(super) fn seed(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// `true` and `false` and the words that people write for them in the environment.
pub(super) fn switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Bytes: `1048576`, `64MB` (powers of 1000), `1.5 GiB` (powers of 1024). At least one.
pub(super) fn size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = factor(unit.trim())?;
    let number = number.replace('_', "");
    let bytes = match number.parse::<u64>() {
        Ok(whole) => whole.checked_mul(factor)?,
        Err(_) => (number.parse::<f64>().ok()? * factor as f64).round() as u64,
    };
    (bytes > 0).then_some(bytes)
}

fn factor(unit: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 9] = [
        ("", 1),
        ("b", 1),
        ("kb", 1000),
        ("mb", 1000 * 1000),
        ("gb", 1000 * 1000 * 1000),
        ("tb", 1000 * 1000 * 1000 * 1000),
        ("kib", 1 << 10),
        ("mib", 1 << 20),
        ("gib", 1 << 30),
    ];
    word(&UNITS, &unit.to_ascii_lowercase())
}

pub(super) fn shard(text: &str) -> Option<Shard> {
    let (index, count) = text.split_once('/')?;
    Shard::new(index.trim().parse().ok()?, count.trim().parse().ok()?)
}

pub(super) fn key_value(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once('=')?;
    (!key.is_empty()).then(|| (key.to_owned(), value.to_owned()))
}

pub(super) fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

pub(super) fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

fn word<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}

pub(super) fn kind(text: &str) -> Option<Kind> {
    word(&[("core", Kind::Core), ("db", Kind::Db), ("async", Kind::Async)], text)
}

pub(super) fn no_match(text: &str) -> Option<NoMatch> {
    word(&[("warn", NoMatch::Warn), ("fail", NoMatch::Fail)], text)
}

pub(super) fn output(text: &str) -> Option<Output> {
    const FORMATS: [(&str, OutputFormat); 3] =
        [("console", OutputFormat::Console), ("json", OutputFormat::Json), ("csv", OutputFormat::Csv)];
    let (format, path) = text.split_once('=').map_or((text, None), |(format, path)| (format, Some(path)));
    if path == Some("") {
        return None;
    }
    Some(Output { format: word(&FORMATS, format)?, path: path.map(PathBuf::from) })
}

pub(super) fn sort(text: &str) -> Option<Sort> {
    word(
        &[("declared", Sort::Declared), ("name", Sort::Name), ("time", Sort::Time), ("ratio", Sort::Ratio)],
        text,
    )
}

pub(super) fn column(text: &str) -> Option<Column> {
    word(&Column::WORDS, text)
}

pub(super) fn time_unit(text: &str) -> Option<TimeUnit> {
    const UNITS: [(&str, TimeUnit); 5] = [
        ("auto", TimeUnit::Auto),
        ("ns", TimeUnit::Ns),
        ("us", TimeUnit::Us),
        ("ms", TimeUnit::Ms),
        ("s", TimeUnit::S),
    ];
    word(&UNITS, text)
}

pub(super) fn color(text: &str) -> Option<Color> {
    word(&[("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)], text)
}

pub(super) fn progress(text: &str) -> Option<Progress> {
    const HOW: [(&str, Progress); 4] = [
        ("auto", Progress::Auto),
        ("bar", Progress::Bar),
        ("plain", Progress::Plain),
        ("none", Progress::None),
    ];
    word(&HOW, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units_or_are_seconds() {
        assert_eq!(time("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(time("1m 30s"), Some(Duration::from_secs(90)));
        assert_eq!(time("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(time("0"), Some(Duration::ZERO));
        for wrong in ["", "abc", "-1", "nan", "inf", "5 parsecs", "1e300"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        assert_eq!(time_over_zero("0s"), None);
    }

    #[test]
    fn a_precision_is_a_share_in_per_cent() {
        for (text, share) in [("1%", 0.01), ("0.5 %", 0.005), ("100%", 1.0), ("0.0001%", 1e-6)] {
            assert_eq!(precision(text).map(Precision::share), Some(share), "{text}");
        }
        for wrong in ["", "%", "1", "0%", "-1%", "101%", "nan%", "0.00001%"] {
            assert_eq!(precision(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sizes_are_in_powers_of_1000_or_1024() {
        assert_eq!(size("1_024"), Some(1024));
        assert_eq!(size("64MB"), Some(64_000_000));
        assert_eq!(size("1.5 GiB"), Some(3 << 29));
        assert_eq!(size("2kib"), Some(2048));
        for wrong in ["", "MB", "0", "-1MB", "1 XB", "1.2.3MB", "99999999999TB"] {
            assert_eq!(size(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn outputs_may_name_a_file() {
        assert_eq!(output("json=a=b.json").unwrap().path, Some(PathBuf::from("a=b.json")));
        assert_eq!(output("csv").unwrap().path, None);
        assert!(output("json=").is_none() && output("xml").is_none());
    }
}
