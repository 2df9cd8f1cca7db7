//! What a flag's value looks like, and how it is read. Main type: [`Shape`].

use std::path::PathBuf;
use std::time::Duration;

use crate::model::{
    Allowance, BaselineAt, Color, Column, DatasetSize, Gate, Instruments, Kind, Limit, NoMatch, Output,
    OutputFormat, Precision, Progress, Shard, SitesMode, Sort, TimeUnit,
};
use crate::units;

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
    /// What else there is to say of a value that is not accepted; empty where the rest says it all.
    pub(super) remark: fn(&str) -> String,
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
    Shape { name, expected, example, toml: Toml::Text, commas: false, remark: |_| String::new() }
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
pub(super) static COUNT_OR_NONE: Shape = integer("N", "a whole number", "2");
pub(super) static SEED: Shape = integer("N", "a whole number from 0", "42");
pub(super) static SIZE: Shape =
    Shape { toml: Toml::TextOrInteger, ..shape("SIZE", "a number of bytes, with or without a unit", "64MB") };
pub(super) static SHARD: Shape = shape("I/N", "a part and the number of parts, counted from 1", "1/4");
pub(super) static KEY_VALUE: Shape = shape("KEY=VALUE", "a name and a value", "driver=native");
pub(super) static DATASET_SIZE: Shape = shape("SIZE", "`small`, `medium` or `large`", "large");
pub(super) static FOLDER: Shape = shape("PATH", "the path of a folder", "data");
pub(super) static REVISION: Shape = shape("REVISION", "a revision as git knows it", "main");
pub(super) static RUNNER: Shape = shape("PATH", "the path of a runner", "runners/main");
pub(super) static TEXT: Shape = shape("TEXT", "a text", "encode");
pub(super) static WORDS: Shape = list("NAME", "a name", "encode,decode");
pub(super) static KIND: Shape = list("KIND", "`core`, `db` or `async`", "core,db");
pub(super) static INSTRUMENTS: Shape = list("WHAT", "`time`, `memory` or `async`", "time,memory");
pub(super) static SITES: Shape = shape("HOW", "`full`, `sampled` or `off`", "sampled");
pub(super) static NO_MATCH: Shape = shape("WHAT", "`warn` or `fail`", "fail");
pub(super) static LIST_FORMAT: Shape = shape("FORMAT", "`pretty`, `terse` or `json`", "terse");
pub(super) static OUTPUT: Shape = list(
    "FORMAT[=PATH]",
    "`console`, `json`, `csv`, `markdown` or `junit`, with or without `=` and a path",
    "json=result.json",
);
pub(super) static SORT: Shape = shape("ORDER", "`declared`, `name`, `time` or `ratio`", "time");
pub(super) static COLUMNS: Shape = list(
    "LIST",
    "a column (name, median, mean, stddev, min, max, p50, p90, p95, p99, p999, ratio, tax, throughput, allocations, peak, \
     retained, memory_ratio, polls_per_op, busy, wait, scheduled, longest_poll, loop_iteration, tasks_alive, \
     worker_busy_ratio, rounds, runs, iterations, outliers, errors, baseline, since_last)",
    "median,p99,ratio",
);
pub(super) static TIME_UNIT: Shape = shape("UNIT", "`auto`, `ns`, `us`, `ms` or `s`", "us");
pub(super) static COLOR: Shape = shape("WHEN", "`auto`, `always` or `never`", "never");
pub(super) static PROGRESS: Shape = shape("HOW", "`auto`, `bar`, `plain` or `none`", "plain");

pub(super) static BASELINE: Shape = Shape {
    remark: |text| {
        remark_on_name(text, |name| format!("`--compare {name}` compares with what `--save {name}` has kept"))
    },
    ..shape("PATH", BASELINE_PATH, BASELINE_EXAMPLE)
};
pub(super) static SAVED_BASELINE: Shape = Shape {
    remark: |text| remark_on_name(text, |name| format!("`--save {name}` keeps a run under a name")),
    ..shape("PATH", BASELINE_PATH, BASELINE_EXAMPLE)
};
const BASELINE_PATH: &str = "no value, or a path with a `/` or ending in `.json`";
const BASELINE_EXAMPLE: &str = "baselines/linux-x86_64.json";
pub(super) static SELECTOR: Shape = shape("RUN", "a number, a name, a pattern or a path", "main");
pub(super) static RUN_NAME: Shape =
    shape("NAME", "a name of letters, digits, `-`, `_` and `.` that is no number", "main");
pub(super) static FILES: Shape = list("FILES", "no value, or paths or patterns", "results/*.json");
pub(super) static ALLOWANCE: Shape = Shape {
    remark: |text| units::allowance(text).err().map(|why| format!(": {why}")).unwrap_or_default(),
    ..list("METRIC:MOST", "a metric and how much worse it may be", "median:10%,p99:2ms")
};
pub(super) static RATE_TARGET: Shape = Shape {
    remark: |text| units::rate_target(text).err().map(|why| format!(": {why}")).unwrap_or_default(),
    ..list("TARGET", "what is to hold at the rate", "p99 <= 10ms")
};
pub(super) static GATE: Shape = shape("RULE", "`confident` or `plain`", "plain");

fn remark_on_name(text: &str, say: impl Fn(&str) -> String) -> String {
    run_name(text).map(|name| format!("; {}", say(&name))).unwrap_or_default()
}

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

pub(super) fn retries(text: &str) -> Option<u32> {
    text.parse().ok()
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

/// What naming an instrument adds to those that are used.
pub(super) fn instrument(text: &str) -> Option<fn(&mut Instruments)> {
    match text {
        "time" => Some(|instruments| instruments.time = true),
        "memory" => Some(|instruments| instruments.memory = true),
        "async" => Some(|instruments| instruments.asynchronous = true),
        _ => None,
    }
}

pub(super) fn sites(text: &str) -> Option<SitesMode> {
    word(&[("full", SitesMode::Full), ("sampled", SitesMode::Sampled), ("off", SitesMode::Off)], text)
}

pub(super) fn dataset_size(text: &str) -> Option<DatasetSize> {
    word(
        &[("small", DatasetSize::Small), ("medium", DatasetSize::Medium), ("large", DatasetSize::Large)],
        text,
    )
}

pub(super) fn no_match(text: &str) -> Option<NoMatch> {
    word(&[("warn", NoMatch::Warn), ("fail", NoMatch::Fail)], text)
}

pub(super) fn output(text: &str) -> Option<Output> {
    const FORMATS: [(&str, OutputFormat); 5] = [
        ("console", OutputFormat::Console),
        ("json", OutputFormat::Json),
        ("csv", OutputFormat::Csv),
        ("markdown", OutputFormat::Markdown),
        ("junit", OutputFormat::Junit),
    ];
    let (format, path) = text.split_once('=').map_or((text, None), |(format, path)| (format, Some(path)));
    if path == Some("") {
        return None;
    }
    Some(Output { format: word(&FORMATS, format)?, path: path.map(PathBuf::from) })
}

/// What a flag without a value says, where a value is optional.
pub(super) const BARE: &str = "true";

/// Where a committed baseline is, or that none is wanted: `true` and its like, a path, `false` and its like.
pub(super) fn baseline_at(text: &str) -> Option<Option<BaselineAt>> {
    match switch(text) {
        Some(true) => Some(Some(BaselineAt::Committed)),
        Some(false) => Some(None),
        None => is_path(text).then(|| Some(BaselineAt::Path(PathBuf::from(text)))),
    }
}

fn is_path(text: &str) -> bool {
    text.contains(['/', std::path::MAIN_SEPARATOR]) || text.ends_with(".json")
}

/// Adds a file or pattern to those that are loaded; none but the last results where there is no value.
pub(super) fn load(files: &mut Option<Vec<String>>, text: &str) -> bool {
    if text.is_empty() {
        return false;
    }
    let files = files.get_or_insert_default();
    files.extend((text != BARE).then(|| text.to_owned()));
    true
}

/// The name of a saved run, which no number can be taken for.
pub(super) fn run_name(text: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = text.chars().all(is_plain) && text.chars().any(|c| c.is_ascii_alphabetic());
    (is_name && !text.starts_with('.')).then(|| text.to_owned())
}

pub(super) fn allowance(text: &str) -> Option<Allowance> {
    units::allowance(text).ok()
}

pub(super) fn rate_target(text: &str) -> Option<Limit> {
    units::rate_target(text).ok()
}

pub(super) fn gate(text: &str) -> Option<Gate> {
    word(&[("confident", Gate::Confident), ("plain", Gate::Plain)], text)
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
    fn a_baseline_is_a_path_and_no_bare_word() {
        assert_eq!(baseline_at("true"), Some(Some(BaselineAt::Committed)));
        assert_eq!(baseline_at("off"), Some(None));
        for path in ["a.json", "./main", "a/b", "/a/b.json"] {
            assert_eq!(baseline_at(path), Some(Some(BaselineAt::Path(PathBuf::from(path)))));
        }
        for wrong in ["", "main", "a.txt", "3"] {
            assert_eq!(baseline_at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_run_is_called_by_a_name_that_is_no_number_and_no_path() {
        for name in ["main", "v1.2", "a-b_c", "2nd"] {
            assert_eq!(run_name(name).as_deref(), Some(name));
        }
        for wrong in ["", "3", "0001", "a b", "a/b", "..", ".a", "ä", "a*"] {
            assert_eq!(run_name(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn files_to_load_add_up_and_may_be_none() {
        let mut files = None;
        assert!(load(&mut files, BARE));
        assert_eq!(files, Some(vec![]));
        assert!(load(&mut files, "a.json") && load(&mut files, "b/*.json") && !load(&mut files, ""));
        assert_eq!(files, Some(vec!["a.json".to_owned(), "b/*.json".into()]));
    }

    #[test]
    fn outputs_may_name_a_file() {
        assert_eq!(output("json=a=b.json").unwrap().path, Some(PathBuf::from("a=b.json")));
        assert_eq!(output("csv").unwrap().path, None);
        assert_eq!(output("markdown").unwrap().format, OutputFormat::Markdown);
        assert_eq!(output("junit=a.xml").unwrap().format, OutputFormat::Junit);
        assert!(output("json=").is_none() && output("xml").is_none());
    }
}
