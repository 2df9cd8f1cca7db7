//! The servers that benchmarks ran on, in a line. Main function: [`lines`].

use std::collections::{BTreeMap, BTreeSet};

use super::options::TableOptions;
use super::text::clean;
use crate::model::{Record, Verbosity};

/// Digits of a digest that are shown.
const DIGITS: usize = 12;

/// What was told of one server or one client: by what it is, all values that there are in these records.
type Told<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// A line about the servers, if there are any: `ran on: postgres 17.2 (postgres:17, sha256:0123456789ab)`. Under `--verbose`
/// all else that benchmarks have told of what they ran on, too.
pub(super) fn lines(records: &[Record], options: &TableOptions) -> Vec<String> {
    let mut all: BTreeMap<&str, Told<'_>> = BTreeMap::new();
    for (name, value) in records.iter().flat_map(|record| record.basis.facts.iter()) {
        let (of, what) = name.rsplit_once('.').unwrap_or(("", name));
        all.entry(of).or_default().entry(what).or_default().insert(value);
    }
    let servers: Vec<String> = all.iter().filter_map(|(name, told)| server(name, told)).collect();
    let summary =
        (!servers.is_empty() && !options.is_quiet()).then(|| format!("ran on: {}", servers.join(", ")));
    let is_verbose = options.verbosity == Verbosity::Verbose;
    let details = all.iter().filter(|_| is_verbose).filter_map(|(name, told)| details(name, told));
    summary.into_iter().chain(details).collect()
}

/// What stands in the summary of a server, or of something else that has a version.
const SUMMARY: [&str; 3] = ["version", "image", "image_digest"];

fn server(name: &str, told: &Told<'_>) -> Option<String> {
    let [version, image, digest] = SUMMARY.map(|what| told.get(what).map(values));
    let short = |digest: String| match digest.split_once(':') {
        Some((kind, hash)) => format!("{kind}:{}", hash.chars().take(DIGITS).collect::<String>()),
        None => digest,
    };
    let from: Vec<String> = image.into_iter().chain(digest.map(short)).collect();
    if version.is_none() && from.is_empty() {
        return None;
    }
    let version = version.map(|version| format!(" {version}")).unwrap_or_default();
    let from = if from.is_empty() { String::new() } else { format!(" ({})", from.join(", ")) };
    Some(format!("{}{version}{from}", clean(name)))
}

fn details(name: &str, told: &Told<'_>) -> Option<String> {
    let rest = told.iter().filter(|(what, _)| !SUMMARY.contains(what));
    let rest: Vec<String> = rest.map(|(what, of)| format!("{} {}", clean(what), values(of))).collect();
    let name = if name.is_empty() { String::new() } else { format!("{}: ", clean(name)) };
    (!rest.is_empty()).then(|| format!("  {name}{}", rest.join(", ")))
}

/// All values of one fact: several where processes or merged results differ.
fn values(of: &BTreeSet<&str>) -> String {
    of.iter().map(|value| clean(value)).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::record;

    fn on(facts: &[(&str, &str)]) -> Record {
        let mut on = record("query", 1.0);
        on.basis.facts =
            facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        on
    }

    fn records() -> Vec<Record> {
        let digest = ("postgres.image_digest", "sha256:0123456789abcdef");
        let image = ("postgres.image", "postgres:17");
        let first =
            on(&[("postgres.version", "17.2"), image, digest, ("postgres.fsync", "off"), ("cache", "cold")]);
        vec![first, on(&[("redis.image", "already there"), ("postgres.fsync", "on")])]
    }

    #[test]
    fn servers_are_told_in_a_line() {
        let told = lines(&records(), &TableOptions::default());
        assert_eq!(told, ["ran on: postgres 17.2 (postgres:17, sha256:0123456789ab), redis (already there)"]);
        assert!(lines(&[on(&[("cache", "cold")])], &TableOptions::default()).is_empty());
    }

    #[test]
    fn the_verbose_are_told_all_and_the_quiet_nothing() {
        let with = |verbosity| lines(&records(), &TableOptions { verbosity, ..TableOptions::default() });
        assert_eq!(with(Verbosity::Verbose)[1..], ["  cache cold", "  postgres: fsync off or on"]);
        assert!(with(Verbosity::Quiet).is_empty());
    }
}
