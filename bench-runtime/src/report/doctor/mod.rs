//! What came of comparing a suite with itself, for people and for programs. Main functions: [`page`] and [`json`].

mod file;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

pub(crate) use file::json;

use super::console::{facts, write_fact, write_wrapped};
use super::table::laid_out;
use super::text::{clean, shorten};
use super::units::{TIME, percent, rounded, spoken};
use crate::model::{Alarms, Checkup, Diagnosis, Note, OutputFormat, Stop};

/// Whether it can be written as `format`.
pub(crate) fn can_be(format: OutputFormat) -> bool {
    matches!(format, OutputFormat::Console | OutputFormat::Json)
}

/// The widest that names may be, so that a line fits the page.
const NAMES: usize = 28;

/// Writes it as a page of at most 100 columns; to the quiet, what concerns the benchmarks alone.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn page(diagnosis: &Diagnosis, is_quiet: bool, out: &mut impl Write) -> io::Result<()> {
    write_wrapped("", &clean(&diagnosis.run.suite), out)?;
    if !is_quiet {
        facts(&diagnosis.run).iter().try_for_each(|(label, text)| write_fact(label, text, out))?;
        write_notes("machine", &diagnosis.of_machine, out)?;
        write_notes("package", &diagnosis.of_package, out)?;
    }
    write_benchmarks(diagnosis, out)?;
    write_end(diagnosis, out)
}

fn write_notes(title: &str, notes: &[Note], out: &mut impl Write) -> io::Result<()> {
    const LABEL: usize = 14;
    if !notes.is_empty() {
        writeln!(out, "\n{title}")?;
    }
    for Note { about, found, advice } in notes {
        let label = format!("  {about:<width$}", width = LABEL - 2);
        write_hanging(&label, &clean(found), out)?;
        if let Some(advice) = advice {
            write_hanging(&format!("{:LABEL$}→ ", ""), &clean(advice), out)?;
        }
    }
    Ok(())
}

/// Writes `text` behind `label`, and what does not fit under it.
fn write_hanging(label: &str, text: &str, out: &mut impl Write) -> io::Result<()> {
    let indent = " ".repeat(super::text::width(label));
    let mut lines = Vec::new();
    write_wrapped(&indent, text, &mut lines)?;
    let lines = String::from_utf8_lossy(&lines).into_owned();
    write!(out, "{label}{}", lines.strip_prefix(&indent).unwrap_or(&lines))
}

fn write_benchmarks(diagnosis: &Diagnosis, out: &mut impl Write) -> io::Result<()> {
    let (times, allowed) = (diagnosis.comparisons, percent(diagnosis.allowed));
    writeln!(out, "\nbenchmarks, each compared with itself {times} times; the gate allows {allowed}")?;
    let columns = columns(&diagnosis.benchmarks);
    let lines = laid_out(&columns);
    let (head, rows) = lines.split_at(2);
    head.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    for (row, checkup) in rows.iter().zip(&diagnosis.benchmarks) {
        writeln!(out, "{row}")?;
        write_hanging("  → ", &clean(&checkup.advice), out)?;
    }
    Ok(())
}

/// A title, and the text of each row under it.
type Column = (&'static str, Vec<String>);

fn columns(checkups: &[Checkup]) -> Vec<Column> {
    let column = |title: &'static str, text: fn(&Checkup) -> String| -> Column {
        (title, checkups.iter().map(text).collect())
    };
    vec![
        column("benchmark", |it| shorten(&clean(&it.name), &clean(&it.id.params.to_string()), NAMES)),
        column("median", |it| it.median.map(time).unwrap_or_default()),
        column("failed", |it| share_of(&it.alarms, |alarms| (alarms.failed, Some(alarms.failed_at_most)))),
        column("changed", |it| share_of(&it.alarms, |alarms| (alarms.changed, None))),
        column("open", |it| share_of(&it.alarms, |alarms| (alarms.open, None))),
        column("sees", |it| it.sees.map(percent).unwrap_or_default()),
        column("stored", |it| it.sees_stored.map(percent).unwrap_or_default()),
        column("processes", processes),
    ]
}

fn time(ns: f64) -> String {
    let unit = TIME.unit(ns);
    format!("{} {}", rounded(ns / unit.size, 3), unit.name)
}

/// A count, with what its share is at most where that is told.
fn share_of(alarms: &Alarms, of: fn(&Alarms) -> (u32, Option<f64>)) -> String {
    match (of(alarms), alarms.comparisons) {
        (_, 0) => String::new(),
        ((count, Some(most)), _) => format!("{count} (≤ {})", percent(most)),
        ((count, None), _) => count.to_string(),
    }
}

fn processes(checkup: &Checkup) -> String {
    let both = checkup.process_share.zip(checkup.between_processes);
    both.map_or_else(String::new, |(share, spread)| format!("{} ±{}", percent(share), percent(spread)))
}

fn write_end(diagnosis: &Diagnosis, out: &mut impl Write) -> io::Result<()> {
    writeln!(out)?;
    write_wrapped("", &in_all("in turns (--against)", &diagnosis.all), out)?;
    if diagnosis.all_stored.comparisons > 0 {
        write_wrapped("", &in_all("with the results before (--baseline)", &diagnosis.all_stored), out)?;
    }
    let stopped = match diagnosis.stopped {
        None => "",
        Some(Stop::Interrupt) => ", stopped early by Ctrl-C",
        Some(Stop::Terminate) => ", stopped early by SIGTERM",
    };
    writeln!(out, "\n{} comparisons in {}{stopped}", diagnosis.comparisons, spoken(diagnosis.run.elapsed))
}

fn in_all(how: &str, alarms: &Alarms) -> String {
    let Alarms { comparisons, failed, changed, open, .. } = alarms;
    format!(
        "compared {how}: {failed} of {comparisons} failed the gate (at most {} in the long run, at 95% confidence), \
         {changed} were called changed (at most {}), {open} were open",
        percent(alarms.failed_at_most),
        percent(alarms.changed_at_most)
    )
}
