//! The report for people: what was measured where, a table per group, failures, footnotes, and a line to end with.

use std::io::{self, Write};

use super::call_sites;
use super::columns::measurement;
use super::compared::endings;
use super::conclusion::write_conclusion;
use super::notes::Notes;
use super::options::TableOptions;
use super::ran_on;
use super::rates;
use super::sentences;
use super::table::{GroupTable, sorted, time};
use super::text::{clean, wrap};
use super::under_load;
use super::units::{TIME, chosen, digits, percent, rounded, spoken};
use crate::model::{
    BenchId, Depth, Failure, Host, Outcome, Record, Report, RunInfo, Scaling, SetUpTime, Sort, Stop, Warning,
};

/// The columns of a page; only names and what a user adds to the table may make a line longer.
pub(super) const WIDTH: usize = 100;

/// Lines of stderr that are shown of a failure; all that were kept are in the result file.
const STDERR_LINES: usize = 15;

/// Writes `report` as tables, at most [`WIDTH`] columns wide unless columns are added.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn render(report: &Report, options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    write_heading(report, options, out)?;
    let mut notes = Notes::new(options.verbosity);
    for (title, records) in groups(report) {
        write_group(&title, &GroupTable::new(&records, options), &mut notes, out)?;
        write_event_loop(&records, options, out)?;
        if !options.is_quiet() {
            write_scaling(scaling(report, &records), out)?;
        }
        let knees = report.knees.iter().filter(|knee| belongs(&knee.id, &knee.group, &records));
        let records = sorted(&records, options.sort);
        let loads = under_load::lines(&records, knees, options);
        for line in loads.into_iter().chain(rates::lines(&records, options)) {
            writeln!(out, "{line}")?;
        }
    }
    write_slowest(&report.records, options, out)?;
    write_call_sites(&report.records, options, out)?;
    notes.write(out)?;
    write_beside(report, options, out)?;
    write_conclusion(report, options, out)?;
    write_end(report, out)
}

/// The records of each group, in the order in which the groups appear, under its title; those without a group stand
/// together. Groups of one name in several suites are several.
fn groups(report: &Report) -> Vec<(String, Vec<&Record>)> {
    let mut groups: Vec<(String, Vec<&Record>)> = Vec::new();
    for record in &report.records {
        let title = title(record, !report.merged.is_empty());
        match groups.iter_mut().find(|(group, _)| *group == title) {
            Some((_, members)) => members.push(record),
            None => groups.push((title, vec![record])),
        }
    }
    groups
}

/// What stands over the table of a record: its group, and its suite where there are several.
fn title(record: &Record, with_suite: bool) -> String {
    let group = record.group.as_deref().unwrap_or_default();
    match (with_suite, group) {
        (false, group) => group.to_owned(),
        (true, "") => record.id.suite(),
        (true, group) => format!("{}: {group}", record.id.suite()),
    }
}

/// How the benchmarks of a table grow.
fn scaling<'a>(report: &'a Report, records: &[&'a Record]) -> impl Iterator<Item = &'a Scaling> {
    let records = records.to_vec();
    report.scaling.iter().filter(move |of| belongs(&of.id, &of.group, &records))
}

/// Whether a benchmark is one of the table of `records`.
fn belongs(id: &BenchId, group: &Option<String>, records: &[&Record]) -> bool {
    records.first().is_some_and(|record| (&record.id.package, &record.group) == (&id.package, group))
}

fn write_group(
    title: &str,
    table: &GroupTable<'_>,
    notes: &mut Notes,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out)?;
    if !title.is_empty() {
        write_wrapped("", &clean(title), out)?;
    }
    for line in table.lines(notes) {
        writeln!(out, "{line}")?;
    }
    for record in table.records() {
        if let Outcome::Failed(failure) = &record.outcome {
            write_failure(record, failure, out)?;
        }
    }
    Ok(())
}

/// Writes what those of `records` whose futures were traced do to the event loop.
fn write_event_loop(records: &[&Record], options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    let traced: Vec<&Record> =
        records.iter().filter(|r| matches!(r.event_loop, Some(Ok(_)))).copied().collect();
    let Some(options) = options.of_event_loop().filter(|_| !traced.is_empty()) else { return Ok(()) };
    writeln!(out)?;
    GroupTable::new(&traced, &options)
        .lines_without_marks()
        .iter()
        .try_for_each(|line| writeln!(out, "{line}"))
}

/// A line per benchmark whose growth is known, such as `serde_json: O(n) in rows, error 3%`.
fn write_scaling<'a>(scaling: impl Iterator<Item = &'a Scaling>, out: &mut impl Write) -> io::Result<()> {
    for (at, of) in scaling.enumerate() {
        if at == 0 {
            writeln!(out)?;
        }
        let or = of.or.map_or_else(String::new, |or| format!(" or {or}"));
        let (curve, error) = (format!("{}{or} in {}", of.curve, of.param), percent(of.error));
        let text = format!("{}{}: {curve}, error {error}", of.name, of.id.params);
        write_wrapped("", &clean(&text), out)?;
    }
    Ok(())
}

fn write_failure(record: &Record, failure: &Failure, out: &mut impl Write) -> io::Result<()> {
    writeln!(out)?;
    write_wrapped("", &format!("failed: {}", clean(&record.id.to_string())), out)?;
    write_wrapped("  ", &format!("at {}", clean(&record.location.to_string())), out)?;
    let mut message = failure.message.lines();
    let first = message.next().unwrap_or_default();
    write_wrapped("  ", &format!("{}: {}", failure.kind, clean(first)), out)?;
    for line in message {
        write_wrapped("    ", &clean(line), out)?;
    }
    write_stderr(&failure.stderr, out)
}

fn write_stderr(stderr: &str, out: &mut impl Write) -> io::Result<()> {
    let lines: Vec<_> = stderr.lines().collect();
    let (earlier, last) = lines.split_at(lines.len().saturating_sub(STDERR_LINES));
    if !last.is_empty() {
        writeln!(out, "  stderr:")?;
    }
    if !earlier.is_empty() {
        writeln!(out, "    | … {} earlier lines in the result file", earlier.len())?;
    }
    last.iter().try_for_each(|line| write_wrapped("    | ", &clean(line), out))
}

/// Writes `text` in lines of at most [`WIDTH`] columns, each after `indent`.
pub(super) fn write_wrapped(indent: &str, text: &str, out: &mut impl Write) -> io::Result<()> {
    for line in wrap(text, WIDTH - indent.len()) {
        writeln!(out, "{}", format!("{indent}{line}").trim_end())?;
    }
    Ok(())
}

/// Writes what was measured where, and what it was compared with; to the quiet, what alone.
fn write_heading(report: &Report, options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    write_wrapped("", &clean(&report.run.suite), out)?;
    if options.is_quiet() {
        return Ok(());
    }
    let known = facts(&report.run);
    known.iter().try_for_each(|(label, text)| write_fact(label, text, out))?;
    for run in &report.merged {
        write_further(run, &known, out)?;
    }
    if let Some(compared) = &report.compared_with {
        write_fact("against", &joined(&sentences::compared_with(&report.run, compared)), out)?;
    }
    write_warnings(&report.warnings, out)
}

/// Writes a run whose results were put to the others, with the facts that are `known` of no other.
fn write_further(run: &RunInfo, known: &[Fact], out: &mut impl Write) -> io::Result<()> {
    write_wrapped("", &clean(&run.suite), out)?;
    let facts = facts(run);
    facts
        .iter()
        .filter(|fact| !known.contains(fact))
        .try_for_each(|(label, text)| write_fact(label, text, out))
}

/// A label, and what is known under it.
pub(super) type Fact = (&'static str, String);

pub(super) fn facts(run: &RunInfo) -> [Fact; 5] {
    let environment = &run.environment;
    let (host, build) = (&environment.host, &environment.build);
    let rustc = build.rustc.strip_prefix("rustc ").unwrap_or(&build.rustc).to_owned();
    let level = labelled("opt-level ", &build.opt_level);
    let kernel = labelled("kernel ", &host.kernel);
    [
        ("host", joined(&[host.name.clone(), host.arch.clone(), kernel])),
        ("cpu", joined(&cpu(host))),
        ("rustc", joined(&[rustc, build.profile.clone(), level, build.rustflags.clone()])),
        ("commit", commit(run)),
        ("seed", joined(&[run.seed.to_string(), depth(run.depth).to_owned(), params(run)])),
    ]
}

/// The facts that are known, which are not empty.
fn joined(facts: &[String]) -> String {
    facts.iter().filter(|fact| !fact.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

/// Writes one fact of the heading; what is unknown, and so empty, is left out.
pub(super) fn write_fact(label: &str, text: &str, out: &mut impl Write) -> io::Result<()> {
    const LABEL: usize = 8;
    let text = clean(text);
    for (at, line) in wrap(&text, WIDTH - LABEL).into_iter().enumerate().filter(|(_, line)| !line.is_empty())
    {
        writeln!(out, "{:<LABEL$}{line}", if at == 0 { label } else { "" })?;
    }
    Ok(())
}

fn labelled(label: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{label}{text}") }
}

fn cpu(host: &Host) -> [String; 5] {
    let cores = if host.cores == 1 { "core" } else { "cores" };
    let turbo = host.turbo.map_or("", |on| if on { "turbo on" } else { "turbo off" });
    let machine = host.virtualised.map_or("", |it_is| if it_is { "virtual machine" } else { "" });
    [
        host.cpu.clone(),
        format!("{} {cores}", host.cores),
        labelled("governor ", host.governor.as_deref().unwrap_or_default()),
        turbo.to_owned(),
        machine.to_owned(),
    ]
}

fn commit(run: &RunInfo) -> String {
    const SHOWN: usize = 12;
    let revision = &run.environment.revision;
    let hash: String = revision.commit.iter().flat_map(|hash| hash.chars()).take(SHOWN).collect();
    let dirty = if revision.dirty == Some(true) { " with uncommitted changes" } else { "" };
    if hash.is_empty() { hash } else { format!("{hash}{dirty}") }
}

fn depth(depth: Depth) -> &'static str {
    match depth {
        Depth::Quick => "quick",
        Depth::Default => "",
        Depth::Rigorous => "rigorous",
    }
}

fn params(run: &RunInfo) -> String {
    let params: Vec<_> = run.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    labelled("params ", &params.join(" "))
}

/// What concerns the run as a whole, each text once.
fn write_warnings(warnings: &[Warning], out: &mut impl Write) -> io::Result<()> {
    for (at, warning) in
        warnings.iter().enumerate().filter(|(at, warning)| !warnings[..*at].contains(warning))
    {
        let count = warnings[at..].iter().filter(|other| *other == warning).count();
        let many = if count > 1 { format!(" ({count} times)") } else { String::new() };
        write_wrapped("", &format!("warning: {}{many}", clean(&warning.message)), out)?;
    }
    Ok(())
}

/// What was there beside the benchmarks: what it took to make what they need, and the servers that they ran on.
fn write_beside(report: &Report, options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    let set_up = &report.run.set_up;
    let times: Vec<String> = set_up.iter().filter(|_| !options.is_quiet()).map(set_up_time).collect();
    let set_up = (!times.is_empty()).then(|| format!("set-up, untimed: {}", times.join(", ")));
    let lines: Vec<String> = set_up.into_iter().chain(ran_on::lines(&report.records, options)).collect();
    if !lines.is_empty() {
        writeln!(out)?;
    }
    lines.iter().try_for_each(|line| write_wrapped("", line, out))
}

/// A name, what it took on average, and how often: `session 12 ms × 8`.
fn set_up_time(time: &SetUpTime) -> String {
    let each = time.total.as_nanos() as f64 / time.times.max(1) as f64;
    let unit = TIME.unit(each);
    let figure = rounded(each / unit.size, digits(f64::NAN));
    let times = if time.times > 1 { format!(" × {}", time.times) } else { String::new() };
    format!("{} {figure} {}{times}", clean(&time.name), unit.name)
}

fn write_slowest(records: &[Record], options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    let measured: Vec<_> = records.iter().rev().filter(|record| measurement(record).is_some()).collect();
    let slowest: Vec<_> = sorted(&measured, Sort::Time).into_iter().rev().take(options.slowest).collect();
    if !slowest.is_empty() {
        writeln!(out, "\nslowest")?;
    }
    for record in slowest {
        let unit = chosen(options.time_unit).unwrap_or_else(|| TIME.unit(time(record)));
        let figure = format!("{} {}", rounded(time(record) / unit.size, digits(f64::NAN)), unit.name);
        write_wrapped("", &format!("{figure:>10}  {}", clean(&record.id.to_string())), out)?;
    }
    Ok(())
}

fn write_call_sites(records: &[Record], options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    let lines = call_sites::lines(records, options);
    if !lines.is_empty() {
        writeln!(out)?;
    }
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn write_end(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let stopped = match report.stopped {
        None => "",
        Some(Stop::Interrupt) => ", stopped early by Ctrl-C",
        Some(Stop::Terminate) => ", stopped early by SIGTERM",
    };
    let elapsed = report.merged.iter().fold(report.run.elapsed, |sum, run| sum.saturating_add(run.elapsed));
    writeln!(out, "\n{} in {}{stopped}", counts(&report.records), spoken(elapsed))
}

/// How many benchmarks ended how: `12 measured, 1 failed, 2 skipped`.
fn counts(records: &[Record]) -> String {
    let told: Vec<_> = endings(records).iter().map(|(count, word)| format!("{count} {word}")).collect();
    told.join(", ")
}
