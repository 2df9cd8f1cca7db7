//! The report as JUnit XML, for build servers: a `testsuite` per suite, a `testcase` per benchmark. Main function:
//! [`render`].
//!
//! A failure is a benchmark that failed, is worse than allowed, or misses a critical limit. The `time` of a case is its
//! median in seconds per iteration; that of a suite is how long it took.

use std::io::{self, Write};
use std::iter;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::columns::measurement;
use super::loaded;
use super::sentences;
use super::text::clean;
use crate::model::{Comparison, Level, Measurement, Met, Outcome, Record, Report, RunInfo};
use crate::store::rfc3339;

/// Writes `report` as JUnit XML.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut xml = Xml::new_with_indent(&mut bytes, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = suites(report);
    let totals = totals(&report.records);
    let element = xml.create_element("testsuites").with_attributes(counts(&totals));
    element.write_inner_content(|xml| {
        suites.iter().try_for_each(|(name, records)| write_suite(xml, report, name, records))
    })?;
    bytes.push(b'\n');
    out.write_all(&bytes)
}

type Xml<'a> = Writer<&'a mut Vec<u8>>;

/// The records of each suite (`package::bench`), in the order in which the suites appear. A suite whose every benchmark
/// was deselected is there, too.
fn suites(report: &Report) -> Vec<(String, Vec<&Record>)> {
    let runs = iter::once(&report.run).chain(&report.merged);
    let mut suites: Vec<(String, Vec<&Record>)> = Vec::new();
    for name in runs.map(|run| run.suite.clone()).chain(report.records.iter().map(|record| record.id.suite()))
    {
        if suites.iter().all(|(known, _)| *known != name) {
            suites.push((name, Vec::new()));
        }
    }
    for (name, members) in &mut suites {
        members.extend(report.records.iter().filter(|record| record.id.suite() == *name));
    }
    suites
}

/// How many cases there are, failed and were skipped.
fn totals<'a>(records: impl IntoIterator<Item = &'a Record>) -> [Property; 4] {
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for record in records {
        tests += 1;
        failures += usize::from(!faults(record).is_empty());
        skipped += usize::from(matches!(record.outcome, Outcome::Skipped(_)));
    }
    [("tests", tests), ("failures", failures), ("errors", 0), ("skipped", skipped)]
        .map(|(name, count)| (name, count.to_string()))
}

fn counts(totals: &[Property; 4]) -> impl Iterator<Item = (&str, &str)> {
    totals.iter().map(|(name, count)| (*name, count.as_str()))
}

fn write_suite(xml: &mut Xml<'_>, report: &Report, name: &str, records: &[&Record]) -> io::Result<()> {
    let run = iter::once(&report.run).chain(&report.merged).find(|run| run.suite == name);
    let name = text(name);
    let mut element = xml.create_element("testsuite").with_attribute(("name", name.as_str()));
    let totals = totals(records.iter().copied());
    element = element.with_attributes(counts(&totals));
    if let Some(run) = run {
        let (at, host) = (rfc3339(run.started_at), text(&run.environment.host.name));
        element = element.with_attributes([
            ("time", run.elapsed.as_secs_f64().to_string().as_str()),
            ("timestamp", at.as_str()),
            ("hostname", host.as_str()),
        ]);
    }
    element.write_inner_content(|xml| {
        write_properties(xml, &run.map_or_else(Vec::new, |run| of_run(report, run)))?;
        records.iter().try_for_each(|record| write_case(xml, record))
    })?;
    Ok(())
}

/// A name and a value.
type Property = (&'static str, String);

fn of_run(report: &Report, run: &RunInfo) -> Vec<Property> {
    let environment = &run.environment;
    let compared = report.compared_with.as_ref();
    let compared = compared.map(|compared| sentences::compared_with(run, compared).join(", "));
    vec![
        ("arch", environment.host.arch.clone()),
        ("cpu", environment.host.cpu.clone()),
        ("kernel", environment.host.kernel.clone()),
        ("rustc", environment.build.rustc.clone()),
        ("profile", environment.build.profile.clone()),
        ("commit", environment.revision.commit.clone().unwrap_or_default()),
        ("seed", run.seed.to_string()),
        ("compared_with", compared.unwrap_or_default()),
        ("verdict", report.verdict.map_or_else(String::new, sentences::suite)),
    ]
}

/// Writes the properties that are known, which are not empty.
fn write_properties(xml: &mut Xml<'_>, properties: &[Property]) -> io::Result<()> {
    let known: Vec<_> = properties.iter().filter(|(_, value)| !value.is_empty()).collect();
    if known.is_empty() {
        return Ok(());
    }
    xml.create_element("properties").write_inner_content(|xml| {
        known.iter().try_for_each(|(name, value)| {
            let attributes = [("name", *name), ("value", &text(value))];
            xml.create_element("property").with_attributes(attributes).write_empty().map(drop)
        })
    })?;
    Ok(())
}

fn write_case(xml: &mut Xml<'_>, record: &Record) -> io::Result<()> {
    let name = text(&format!("{}{}", record.name, record.id.params));
    let class = format!("{}::{}", record.id.package, record.id.module);
    let class = text(&record.group.as_ref().map_or(class, |group| format!("{}: {group}", record.id.suite())));
    let (properties, faults) = (figures(record), faults(record));
    let median = measurement(record).map(|m| m.time.median / 1e9).filter(|seconds| seconds.is_finite());
    let time = median.unwrap_or(0.0).to_string();
    let attributes = [("name", name.as_str()), ("classname", class.as_str()), ("time", time.as_str())];
    let element = xml.create_element("testcase").with_attributes(attributes);
    let is_skipped = matches!(record.outcome, Outcome::Skipped(_));
    if properties.is_empty() && faults.is_empty() && !is_skipped {
        return element.write_empty().map(drop);
    }
    element.write_inner_content(|xml| {
        write_properties(xml, &properties)?;
        write_faults(xml, &faults)?;
        write_skip(xml, record)
    })?;
    Ok(())
}

/// The figures of a record, as the result file names them.
fn figures(record: &Record) -> Vec<Property> {
    let mut properties: Vec<Property> = measurement(record).map_or_else(Vec::new, times);
    if let Some(Comparison::Ratio(ratio)) = &record.comparison {
        properties.extend(
            [("ratio", ratio.value), ("ratio_low", ratio.low), ("ratio_high", ratio.high)].map(written),
        );
    }
    properties.extend(record.since_last.map(|by| written(("since_last", by))));
    match &record.load {
        Some(Ok(load)) => properties.extend(loaded::properties(load).into_iter().map(written)),
        Some(Err(reason)) => properties.push(("load_unavailable", reason.clone())),
        None => {}
    }
    match &record.highest_rate {
        Some(Ok(search)) => properties.extend(loaded::rate_properties(search).map(written)),
        Some(Err(reason)) => properties.push(("highest_rate_unavailable", reason.clone())),
        None => {}
    }
    let changes: Vec<_> = record.findings.iter().map(|f| format!("{}: {}", f.metric, change(f))).collect();
    properties.push(("changes", changes.join("; ")));
    properties
        .push(("limits", record.limits.iter().map(|limit| &*limit.text).collect::<Vec<_>>().join("; ")));
    properties
}

fn change(finding: &crate::model::Finding) -> String {
    let by = if finding.by.is_finite() { sentences::signed(finding.by) + " " } else { String::new() };
    format!("{by}{}", sentences::short_verdict(finding))
}

fn times(measurement: &Measurement) -> Vec<Property> {
    let time = &measurement.time;
    let figures = [
        ("median_ns", time.median),
        ("mean_ns", time.mean),
        ("min_ns", time.min),
        ("max_ns", time.max),
        ("stddev_ns", time.stddev),
        ("p99_ns", time.p99),
    ];
    let mut properties = figures.map(written).to_vec();
    properties.push(("rounds", time.rounds.to_string()));
    properties.push(("runs", time.runs.len().to_string()));
    properties
}

fn written((name, figure): (&'static str, f64)) -> Property {
    (name, if figure.is_finite() { figure.to_string() } else { String::new() })
}

/// Something that makes a case a failure.
struct Fault {
    /// Its kind: the word of a failure, `regression` or `limit`.
    kind: String,
    /// One sentence.
    message: String,
    /// What else there is to read.
    details: String,
}

/// What makes a case a failure, the worst first.
fn faults(record: &Record) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Outcome::Failed(failure) = &record.outcome {
        let details = failure.stderr.clone();
        faults.push(Fault { kind: failure.kind.to_string(), message: failure.message.clone(), details });
    }
    let plain = |kind: &str, message| Fault { kind: kind.to_owned(), message, details: String::new() };
    let failing = record.findings.iter().filter(|finding| finding.fails);
    faults.extend(failing.map(|finding| plain("regression", sentences::change(record, finding))));
    let missed = record.checks.iter().filter(|c| c.met == Met::No && c.limit.level == Level::Critical);
    faults.extend(missed.map(|check| plain("limit", sentences::miss(record, check))));
    faults
}

/// Writes all faults as one `failure`, since many readers look at the first only.
fn write_faults(xml: &mut Xml<'_>, faults: &[Fault]) -> io::Result<()> {
    let Some(first) = faults.first() else { return Ok(()) };
    let message = text(first.message.lines().next().unwrap_or_default());
    let kind = text(&first.kind);
    let whole =
        |fault: &Fault| [fault.message.trim_end(), fault.details.trim_end()].join("\n").trim_end().to_owned();
    let details = lines(&faults.iter().map(whole).collect::<Vec<_>>().join("\n"));
    xml.create_element("failure")
        .with_attributes([("message", message.as_str()), ("type", kind.as_str())])
        .write_text_content(BytesText::new(&details))?;
    Ok(())
}

fn write_skip(xml: &mut Xml<'_>, record: &Record) -> io::Result<()> {
    let Outcome::Skipped(reason) = &record.outcome else { return Ok(()) };
    xml.create_element("skipped").with_attribute(("message", text(reason).as_str())).write_empty()?;
    Ok(())
}

/// `text` on one line, without the characters that XML cannot hold.
fn text(text: &str) -> String {
    clean(text).chars().map(|c| if matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c }).collect()
}

fn lines(several: &str) -> String {
    several.lines().map(text).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{golden, sample};

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut out).expect("a vector can be written to");
        String::from_utf8(out).expect("XML is UTF-8 here")
    }

    /// The attributes of every element of a name, after an independent parser has read the whole.
    fn elements(text: &str, name: &str, attribute: &str) -> Vec<String> {
        let document = roxmltree::Document::parse(text).expect("well formed");
        let found = document.descendants().filter(|node| node.has_tag_name(name));
        found.map(|node| node.attribute(attribute).unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn the_document_is_as_approved() {
        golden::check("compared.xml", &written(&sample::compared()));
        golden::check("mixed.xml", &written(&sample::mixed()));
        golden::check("loads.xml", &written(&sample::loads()));
        golden::check("rates.xml", &written(&sample::rates()));
    }

    #[test]
    fn every_benchmark_is_a_case_of_its_suite() {
        let report = sample::merged();
        let text = written(&report);
        assert_eq!(
            elements(&text, "testsuite", "name"),
            ["example-encode::encode", "example-sqlite::sqlite"]
        );
        assert_eq!(elements(&text, "testsuite", "tests"), ["6", "1"]);
        assert_eq!(elements(&text, "testcase", "name").len(), report.records.len());
    }

    #[test]
    fn failures_are_those_that_decide_the_exit_code() {
        let text = written(&sample::compared());
        assert_eq!(elements(&text, "failure", "type"), ["regression", "regression", "timeout"]);
        assert_eq!(elements(&text, "testsuites", "failures"), ["3"]);
        let mut target_only = sample::compared();
        for record in &mut target_only.records {
            record.findings.clear();
            record.checks.retain(|check| check.limit.level == Level::Target);
            record.checks.iter_mut().for_each(|check| check.met = Met::No);
        }
        assert_eq!(elements(&written(&target_only), "failure", "type"), ["timeout"]);
    }

    #[test]
    fn whatever_a_benchmark_says_the_document_stays_well_formed() {
        let nasty = "]]> <b attr=\"&amp;'\"> \u{1b}[31m \u{0} \u{fffe}\u{ffff} \r\n ü 日本";
        let mut report = sample::failures();
        report.records.extend(sample::warnings().records);
        report.run.suite = nasty.to_owned();
        for record in &mut report.records {
            record.name = nasty.to_owned();
            record.group = Some(nasty.to_owned());
            match &mut record.outcome {
                Outcome::Failed(failure) => {
                    (failure.message, failure.stderr) = (nasty.to_owned(), nasty.to_owned());
                }
                Outcome::Skipped(reason) => nasty.clone_into(reason),
                _ => {}
            }
        }
        let names = elements(&written(&report), "testcase", "name");
        assert!(
            names.iter().all(|name| name.starts_with("]]> <b attr=\"&amp;'\"> \\u{1b}[31m \\u{0} ")),
            "{names:?}"
        );
    }

    #[test]
    fn a_report_of_nothing_is_a_document() {
        assert_eq!(elements(&written(&sample::empty()), "testsuite", "tests"), ["0"]);
    }
}
