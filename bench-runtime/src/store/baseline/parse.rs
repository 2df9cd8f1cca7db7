//! From the text of a baseline to a [`File`]. Main function: [`file`].

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::error::Fault;
use super::file::{self, Canaries, Entry, File, RatioTo, VERSION};
use crate::model::{Canary, Per, PercentilesOf};

/// Reads the text of a baseline.
///
/// # Errors
///
/// When it is not a baseline of this version, lacks a key, or has an entry that makes no sense.
pub(super) fn file(text: &str) -> Result<File, Fault> {
    serde_json::from_slice(text.as_bytes()).map_err(|error| fault(text, error))
}

/// Why `text` could not be read: what is wrong with it as a whole goes before what was met first.
fn fault(text: &str, error: serde_json::Error) -> Fault {
    if text.trim().is_empty() {
        return Fault::Empty;
    }
    if let Some(line) = text.lines().position(is_conflict_marker) {
        return Fault::Conflict(line + 1);
    }
    match text.parse::<Value>().ok().and_then(|file| file.get("version")?.as_u64()) {
        Some(version) if version > VERSION => Fault::Newer(version),
        Some(version) if version < VERSION => Fault::Older(version),
        _ if error.is_eof() => Fault::Truncated(error.line()),
        _ => Fault::Malformed(error),
    }
}

/// No line of JSON starts like that.
fn is_conflict_marker(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| line.starts_with(marker))
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WholeFile)
    }
}

struct WholeFile;

impl<'de> Visitor<'de> for WholeFile {
    type Value = File;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a baseline: an object with `version`, `arch`, `recorded_at` and `benchmarks`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<File, A::Error> {
        let mut file = File::default();
        let (mut version, mut arch, mut recorded_at, mut entries) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "version" => version = Some(map.next_value::<u64>()?),
                "arch" => arch = Some(map.next_value()?),
                "recorded_at" => recorded_at = Some(moment(map.next_value()?)?),
                "host" => file.host = Some(map.next_value()?),
                "seed" => file.seed = map.next_value()?,
                "benchmarks" => entries = Some(map.next_value::<Entries>()?.0),
                _ => file.others.push((key, map.next_value()?)),
            }
        }
        if required("version", version)? != VERSION {
            return Err(A::Error::custom("another version"));
        }
        file.arch = required("arch", arch)?;
        file.recorded_at = required("recorded_at", recorded_at)?;
        file.entries = required("benchmarks", entries)?;
        Ok(file)
    }
}

/// The array of entries, by name.
struct Entries(BTreeMap<String, Entry>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(AllEntries)
    }
}

struct AllEntries;

impl<'de> Visitor<'de> for AllEntries {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of benchmarks")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Entries, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some(entry) = array.next_element::<Entry>()? {
            if let Some(twice) = entries.insert(entry.name.clone(), entry) {
                return Err(A::Error::custom(format!("there are two entries of the name `{}`", twice.name)));
            }
        }
        Ok(Entries(entries))
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OneEntry)
    }
}

struct OneEntry;

impl<'de> Visitor<'de> for OneEntry {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a benchmark: an object with `name`, `median`, `stddev`, `rounds` and `unit`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
        let mut entry = Entry::default();
        let (mut name, mut median, mut stddev, mut rounds, mut unit) = (None, None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => name = Some(map.next_value()?),
                "median" => median = Some(map.next_value()?),
                "stddev" => stddev = Some(map.next_value()?),
                "rounds" => rounds = Some(map.next_value()?),
                "unit" => unit = Some(map.next_value()?),
                _ => optional(&mut entry, key, &mut map)?,
            }
        }
        entry.name = required("name", name)?;
        let named = |error: A::Error| A::Error::custom(format!("the entry `{}`: {error}", entry.name));
        entry.median = required("median", median).map_err(named)?;
        entry.stddev = required("stddev", stddev).map_err(named)?;
        entry.rounds = required("rounds", rounds).map_err(named)?;
        entry.unit = required("unit", unit).map_err(named)?;
        match entry.fault() {
            Some(fault) => Err(A::Error::custom(format!("the entry `{}`: {fault}", entry.name))),
            None => Ok(entry),
        }
    }
}

/// Takes the value of a key that not every entry has.
fn optional<'de, A: MapAccess<'de>>(entry: &mut Entry, key: String, map: &mut A) -> Result<(), A::Error> {
    match key.as_str() {
        "recorded_at" => entry.recorded_at = Some(moment(map.next_value()?)?),
        "runs" => entry.runs = map.next_value()?,
        "canary" => entry.canary = canaries(&map.next_value()?),
        "ratio" => entry.ratio = Some(map.next_value()?),
        "items_per_s" => entry.throughput = Some((Per::Items, map.next_value()?)),
        "bytes_per_s" => entry.throughput = Some((Per::Bytes, map.next_value()?)),
        "percentiles_of" => entry.percentiles_of = percentiles_of(&map.next_value::<String>()?),
        "host" => entry.host = Some(map.next_value()?),
        "seed" => entry.seed = map.next_value()?,
        _ => match file::metric(&key) {
            Some(metric) => {
                let figure: Option<f64> = map.next_value()?;
                entry.figures.extend(figure.map(|figure| (metric, figure)));
            }
            None => entry.others.push((key, map.next_value()?)),
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

impl<'de> Deserialize<'de> for RatioTo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ratio = Value::deserialize(deserializer)?;
        let figure = |key| ratio.get(key).and_then(Value::as_f64).filter(|figure| *figure >= 0.0);
        let read = || {
            let reference = ratio.get("reference")?.as_str()?.to_owned();
            Some(Self { reference, value: figure("value")?, low: figure("low")?, high: figure("high")? })
        };
        read().ok_or_else(|| D::Error::custom("a `ratio` has `reference`, `value`, `low` and `high`"))
    }
}

/// A moment that can be read; it is kept as it is written.
fn moment<E: Error>(text: String) -> Result<String, E> {
    match humantime::parse_rfc3339_weak(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(E::custom(format!("`{text}` is no moment such as `2026-03-14T15:09:26Z`"))),
    }
}

fn required<T, E: Error>(key: &'static str, value: Option<T>) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(key))
}
