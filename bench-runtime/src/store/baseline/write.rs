//! From a [`File`] to its text: a benchmark takes a few lines, so that a review sees what has changed. Main function:
//! [`text`].

use std::fmt::{self, Display, Write};

use serde_json::Value;

use super::file::{Canaries, Entry, File, RatioTo, VERSION, key};
use crate::json::{self, ToJson};
use crate::model::{Canary, CanaryKind, Per, PercentilesOf};

/// The text of `file`, with a newline at its end.
pub(super) fn text(file: &File) -> String {
    let mut text = format!("{{\n  \"version\": {VERSION}");
    let mut head = Line::new(&mut text, ",\n  ");
    head.text("arch", &file.arch);
    head.text("recorded_at", &file.recorded_at);
    head.some("host", &file.host);
    head.some("seed", &file.seed);
    head.others(&file.others);
    text.push_str(",\n  \"benchmarks\": [");
    for (at, entry) in file.entries.values().enumerate() {
        text.push_str(if at == 0 { "\n    {" } else { ",\n    {" });
        write_entry(entry, &mut text);
        text.push_str("\n    }");
    }
    text.push_str("\n  ]\n}\n");
    text
}

fn write_entry(entry: &Entry, text: &mut String) {
    let mut name = Line::first(text);
    name.text("name", &entry.name);
    let mut main = Line::next(text);
    main.figure("median", entry.median);
    main.figure("stddev", entry.stddev);
    main.put("rounds", &entry.rounds);
    main.text("unit", &entry.unit);
    entry.recorded_at.iter().for_each(|moment| main.text("recorded_at", moment));
    let mut figures = Line::next(text);
    entry.figures.iter().for_each(|(metric, figure)| figures.figure(key(*metric), *figure));
    entry.percentiles_of.iter().for_each(|of| figures.text("percentiles_of", word(*of)));
    entry.throughput.iter().for_each(|(per, rate)| figures.figure(rate_key(*per), *rate));
    let mut runs = Line::next(text);
    if !entry.runs.is_empty() {
        runs.put("runs", &List(&entry.runs));
    }
    let mut canary = Line::next(text);
    if !entry.canary.0.is_empty() {
        canary.put("canary", &entry.canary);
    }
    let mut ratio = Line::next(text);
    ratio.some("ratio", &entry.ratio);
    write_basis(entry, text);
    let mut rest = Line::next(text);
    rest.some("host", &entry.host);
    rest.some("seed", &entry.seed);
    rest.others(&entry.others);
}

fn write_basis(entry: &Entry, text: &mut String) {
    let mut identity = Line::next(text);
    if !entry.identity.is_empty() {
        identity.put("identity", &Json(&entry.identity));
    }
    let mut plans = Line::next(text);
    if !entry.plans.is_empty() {
        plans.put("plans", &Json(&entry.plans));
    }
}

fn word(of: PercentilesOf) -> &'static str {
    match of {
        PercentilesOf::Calls => "calls",
        PercentilesOf::SubSamples => "sub_samples",
    }
}

fn rate_key(per: Per) -> &'static str {
    match per {
        Per::Bytes => "bytes_per_s",
        Per::Operations => "operations_per_s",
        Per::Items | Per::Told => "items_per_s",
    }
}

/// Keys and values of an object that share a line.
struct Line<'a> {
    text: &'a mut String,
    /// What stands before the next key.
    before: &'static str,
    /// What stands before the keys after it.
    between: &'static str,
}

impl<'a> Line<'a> {
    /// The first line of an entry.
    fn first(text: &'a mut String) -> Self {
        Self { text, before: "\n      ", between: ", " }
    }

    /// A line after the first; nothing, as long as it has no keys.
    fn next(text: &'a mut String) -> Self {
        Self { text, before: ",\n      ", between: ", " }
    }

    /// Keys that each follow `between`.
    fn new(text: &'a mut String, between: &'static str) -> Self {
        Self { text, before: between, between }
    }

    fn put(&mut self, key: &str, value: &dyn Display) {
        // Writing to a text cannot fail.
        let _ = write!(self.text, "{}{}: {value}", self.before, Text(key));
        self.before = self.between;
    }

    fn some(&mut self, key: &str, value: &Option<impl Display>) {
        value.iter().for_each(|value| self.put(key, value));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.put(key, &Text(value));
    }

    fn figure(&mut self, key: &str, value: f64) {
        self.put(key, &Figure(value));
    }

    fn others(&mut self, others: &[(String, Value)]) {
        others.iter().for_each(|(key, value)| self.put(key, value));
    }
}

/// A text as JSON has it.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::from(self.0).fmt(f)
    }
}

/// A value as JSON has it, on one line.
struct Json<'a>(&'a dyn ToJson);

impl Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(String::from_utf8_lossy(&json::line(self.0)).trim_end())
    }
}

/// A finite number as JSON has it: the shortest text that reads back as the same one.
struct Figure(f64);

impl Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// An array of finite numbers.
struct List<'a>(&'a [f64]);

impl Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (at, figure) in self.0.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { "" } else { ", " }, Figure(*figure))?;
        }
        f.write_str("]")
    }
}

impl Display for Canaries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cpu, memory] =
            CanaryKind::ALL.map(|kind| self.0.iter().map(|of| of.of(kind)).collect::<Vec<_>>());
        let (cpu, memory) = (List(&cpu), List(&memory));
        write!(f, "{{\"work\": {}, \"cpu\": {cpu}, \"memory\": {memory}}}", Canary::WORK)
    }
}

impl Display for RatioTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reference, value, low, high } = self;
        let [value, low, high] = [value, low, high].map(|figure| Figure(*figure));
        write!(
            f,
            "{{\"reference\": {}, \"value\": {value}, \"low\": {low}, \"high\": {high}}}",
            Text(reference)
        )
    }
}
