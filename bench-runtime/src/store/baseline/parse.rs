//! From the text of a baseline to a [`File`]. Main function: [`file`].

use serde_core::de::Error as _;
use serde_json::Value;

use super::error::Fault;
use super::file::{self, Canaries, Entry, File, RatioTo, VERSION};
use crate::json::{self, Error, FromJson, Source, found};
use crate::model::{ByName, Canary, Per, PercentilesOf};

/// Reads the text of a baseline.
///
/// # Errors
///
/// When it is not a baseline of this version, lacks a key, or has an entry that makes no sense.
pub(super) fn file(text: &str) -> Result<File, Fault> {
    json::from_slice(text.as_bytes()).map_err(|error| fault(text, error))
}

/// Why `text` could not be read: what is wrong with it as a whole goes before what was met first.
fn fault(text: &str, error: Error) -> Fault {
    if text.trim().is_empty() {
        return Fault::Empty;
    }
    if let Some(line) = text.lines().position(is_conflict_marker) {
        return Fault::Conflict(line + 1);
    }
    match serde_json::from_slice::<Value>(text.as_bytes()) {
        Ok(file) => match file.get("version").and_then(Value::as_u64) {
            Some(version) if version > VERSION => Fault::Newer(version),
            Some(version) if version < VERSION => Fault::Older(version),
            _ => Fault::Malformed(error),
        },
        Err(error) if error.is_eof() => Fault::Truncated(error.line()),
        Err(_) => Fault::Malformed(error),
    }
}

/// No line of JSON starts like that.
fn is_conflict_marker(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| line.starts_with(marker))
}

impl FromJson for File {
    fn blank() -> Self {
        Self::default()
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        let (mut version, mut arch, mut recorded_at, mut entries) = (None::<u64>, None, None, None);
        source.entries(&mut |key, value| {
            match key {
                "version" => version = Some(value.read()?),
                "arch" => arch = Some(value.text()?),
                "recorded_at" => recorded_at = Some(moment(value.text()?)?),
                "host" => self.host = Some(value.any()?),
                "seed" => self.seed = value.read()?,
                "benchmarks" => entries = Some(by_name(value)?),
                _ => self.others.push((key.to_owned(), value.any()?)),
            }
            Ok(())
        })?;
        if found("version", version)? != VERSION {
            return Err(Error::custom("another version"));
        }
        self.arch = found("arch", arch)?;
        self.recorded_at = found("recorded_at", recorded_at)?;
        self.entries = found("benchmarks", entries)?;
        Ok(())
    }
}

/// The array of entries.
fn by_name(source: Source<'_>) -> Result<ByName<Entry>, Error> {
    let mut entries = ByName::default();
    source.elements(&mut |source| {
        let entry: Entry = source.read()?;
        match entries.insert(entry.name.clone(), entry) {
            None => Ok(()),
            Some(twice) => Err(Error::custom(format!("there are two entries of the name `{}`", twice.name))),
        }
    })?;
    Ok(entries)
}

impl FromJson for Entry {
    fn blank() -> Self {
        Self::default()
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        let (mut name, mut median, mut stddev, mut rounds, mut unit) = (None, None, None, None, None);
        source.entries(&mut |key, value| {
            match key {
                "name" => name = Some(value.text()?),
                "median" => median = Some(value.read()?),
                "stddev" => stddev = Some(value.read()?),
                "rounds" => rounds = Some(value.read()?),
                "unit" => unit = Some(value.text()?),
                _ => optional(self, key, value)?,
            }
            Ok(())
        })?;
        self.name = found("name", name)?;
        let named = |error: Error| Error::custom(format!("the entry `{}`: {error}", self.name));
        self.median = found("median", median).map_err(named)?;
        self.stddev = found("stddev", stddev).map_err(named)?;
        self.rounds = found("rounds", rounds).map_err(named)?;
        self.unit = found("unit", unit).map_err(named)?;
        match self.fault() {
            Some(fault) => Err(named(Error::custom(fault))),
            None => Ok(()),
        }
    }
}

/// Takes the value of a key that not every entry has.
fn optional(entry: &mut Entry, key: &str, value: Source<'_>) -> Result<(), Error> {
    match key {
        "recorded_at" => entry.recorded_at = Some(moment(value.text()?)?),
        "runs" => entry.runs = value.read()?,
        "canary" => entry.canary = canaries(&value.any()?),
        "ratio" => entry.ratio = Some(ratio(&value.any()?)?),
        "items_per_s" => entry.throughput = Some((Per::Items, value.read()?)),
        "bytes_per_s" => entry.throughput = Some((Per::Bytes, value.read()?)),
        "operations_per_s" => entry.throughput = Some((Per::Operations, value.read()?)),
        "percentiles_of" => entry.percentiles_of = percentiles_of(&value.text()?),
        "identity" => entry.identity = value.read()?,
        "plans" => entry.plans = value.read()?,
        "host" => entry.host = Some(value.any()?),
        "seed" => entry.seed = value.read()?,
        _ => match file::metric(key) {
            Some(metric) => {
                let figure: Option<f64> = value.read()?;
                entry.figures.extend(figure.map(|figure| (metric, figure)));
            }
            None => entry.others.push((key.to_owned(), value.any()?)),
        },
    }
    Ok(())
}

/// The canary's figures; none where they are of other work, or make no sense: nothing hangs on them but a doubt.
fn canaries(written: &Value) -> Canaries {
    let figures =
        |key| -> Option<Vec<f64>> { written.get(key)?.as_array()?.iter().map(Value::as_f64).collect() };
    let is_known = written.get("work").and_then(Value::as_u64) == Some(Canary::WORK);
    let both = figures("cpu").zip(figures("memory")).filter(|_| is_known);
    let pairs = both.into_iter().flat_map(|(cpu, memory)| cpu.into_iter().zip(memory));
    Canaries(pairs.map(|(cpu, memory)| Canary { cpu, memory }).collect())
}

fn percentiles_of(word: &str) -> Option<PercentilesOf> {
    match word {
        "calls" => Some(PercentilesOf::Calls),
        "sub_samples" => Some(PercentilesOf::SubSamples),
        _ => None,
    }
}

fn ratio(ratio: &Value) -> Result<RatioTo, Error> {
    let figure = |key| ratio.get(key).and_then(Value::as_f64).filter(|figure| *figure >= 0.0);
    let read = || {
        let reference = ratio.get("reference")?.as_str()?.to_owned();
        Some(RatioTo { reference, value: figure("value")?, low: figure("low")?, high: figure("high")? })
    };
    read().ok_or_else(|| Error::custom("a `ratio` has `reference`, `value`, `low` and `high`"))
}

/// A moment that can be read; it is kept as it is written.
fn moment(text: String) -> Result<String, Error> {
    match humantime::parse_rfc3339_weak(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(Error::custom(format!("`{text}` is no moment such as `2026-03-14T15:09:26Z`"))),
    }
}
