//! What stands below the tables of the console: what is worse than allowed, limits that are missed, what came and went,
//! and the verdict. Main function: [`write_conclusion`].

use std::io::{self, Write};

use super::compared::Conclusion;
use super::console::write_wrapped;
use super::options::TableOptions;
use super::paint::Paint;
use super::sentences;
use super::text::clean;
use crate::model::{Finding, Grade, Level, Record, Report, SuiteVerdict};

/// Writes what `report` says of changes and limits; nothing where it was compared with nothing and has no limits.
pub(super) fn write_conclusion(
    report: &Report,
    options: &TableOptions,
    out: &mut impl Write,
) -> io::Result<()> {
    let conclusion = Conclusion::of(report);
    write_failing(&conclusion, options, out)?;
    write_missed(&conclusion, options, out)?;
    if !options.is_quiet() {
        write_in_short(&in_short(report, &conclusion), out)?;
    }
    write_verdicts(report, options, out)
}

fn write_failing(told: &Conclusion<'_>, options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    if !told.failing.is_empty() {
        write_title("worse than allowed", Paint::Red, options, out)?;
    }
    for (record, finding) in &told.failing {
        let text = format!("{}: {}", record.id, sentences::change(record, finding));
        write_item(&text, out)?;
    }
    Ok(())
}

fn write_missed(told: &Conclusion<'_>, options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    if let Some((_, worst)) = told.missed.first() {
        let paint = if worst.limit.level == Level::Critical { Paint::Red } else { Paint::Yellow };
        write_title("limits missed", paint, options, out)?;
    }
    for (record, check) in &told.missed {
        let level = sentences::level(check.limit.level);
        write_item(&format!("{level}: {}: {}", record.id, sentences::miss(record, check)), out)?;
    }
    Ok(())
}

fn write_title(title: &str, paint: Paint, options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    let painted = if options.color { paint.on(title) } else { title.to_owned() };
    writeln!(out, "\n{painted}")
}

/// Writes a sentence, indented, its further lines a little more.
fn write_item(text: &str, out: &mut impl Write) -> io::Result<()> {
    const INDENT: &str = "  ";
    write_wrapped(INDENT, &clean(text), out)
}

/// A label, and what it is true of.
type Told = (&'static str, Vec<String>);

/// What is told by name only.
fn in_short(report: &Report, told: &Conclusion<'_>) -> Vec<Told> {
    let because = |record: &Record, reason: Option<&str>| {
        let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
        format!("{}{reason}", record.id)
    };
    let because_of = |(record, finding): &(&Record, &Finding)| because(record, finding.reason.as_deref());
    let unknown = told
        .unknown
        .iter()
        .map(|(record, check, why)| format!("{}: {} ({why})", record.id, check.limit.text));
    vec![
        ("plan changed", told.by_plan.iter().map(because_of).collect()),
        ("not comparable", told.not_comparable.iter().map(because_of).collect()),
        ("limits not checked", unknown.collect()),
        ("new", told.new.iter().map(|record| record.id.to_string()).collect()),
        ("vanished", report.vanished.clone()),
    ]
}

/// How many are told by name.
const NAMED: usize = 5;

fn write_in_short(told: &[Told], out: &mut impl Write) -> io::Result<()> {
    for (at, (label, items)) in told.iter().filter(|(_, items)| !items.is_empty()).enumerate() {
        if at == 0 {
            writeln!(out)?;
        }
        let (named, further) = items.split_at(items.len().min(NAMED));
        let more = if further.is_empty() { String::new() } else { format!(" and {} more", further.len()) };
        write_wrapped("", &clean(&format!("{label}: {}{more}", named.join(", "))), out)?;
    }
    Ok(())
}

fn write_verdicts(report: &Report, options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    let counted = sentences::counted(report);
    if !counted.is_empty() || report.verdict.is_some() {
        writeln!(out)?;
    }
    if !counted.is_empty() {
        write_wrapped("", &format!("changes: {counted}"), out)?;
    }
    report.verdict.map_or(Ok(()), |verdict| write_suite(verdict, options, out))
}

fn write_suite(verdict: SuiteVerdict, options: &TableOptions, out: &mut impl Write) -> io::Result<()> {
    let text = format!("verdict: {}", sentences::suite(verdict));
    let paint = match verdict.grade {
        Grade::Good => Paint::Green,
        Grade::Acceptable => Paint::Yellow,
        Grade::NeedsInvestigation | Grade::Blocking => Paint::Red,
    };
    writeln!(out, "{}", if options.color { paint.on(&text) } else { text })
}
