//! Footnotes: what stands behind the marks in the tables, each text once. Main type: [`Notes`].

use std::io::{self, Write};

use super::console::WIDTH;
use super::text::{clean, wrap};
use crate::model::{Comparison, Outcome, Record, Verbosity, Warning, WarningKind};

/// The footnotes of a report, in the order in which the tables name them.
#[derive(Debug, Default)]
pub(super) struct Notes {
    notes: Vec<Note>,
    /// How much is told.
    verbosity: Verbosity,
}

#[derive(Debug)]
struct Note {
    topic: Option<WarningKind>,
    text: String,
    /// How many benchmarks it is about.
    count: usize,
    /// Whether it says the same of all of them, and not just the like with other figures.
    is_alike: bool,
}

/// Something to be said about a benchmark. Warnings of one kind share a note, whatever their figures.
#[derive(Debug, PartialEq, Eq)]
struct Remark {
    topic: Option<WarningKind>,
    text: String,
}

impl Notes {
    /// No footnotes yet; to the quiet none will be told, and only to the verbose those that most readers can do without.
    pub(super) fn new(verbosity: Verbosity) -> Self {
        Self { notes: Vec::new(), verbosity }
    }

    /// Takes in what is to be said about `record`, and returns its marks, such as `¹ ³`.
    pub(super) fn mark(&mut self, record: &Record) -> String {
        let remarks = about(record, self.verbosity);
        let numbers: Vec<usize> = remarks.into_iter().map(|remark| self.number(remark)).collect();
        let mut marks = Vec::new();
        for (note, number) in self.notes.iter_mut().zip(1..).filter(|(_, number)| numbers.contains(number)) {
            note.count += 1;
            marks.push(superscript(number));
        }
        marks.join(" ")
    }

    /// The number of the note that says it, from 1; a new one when there is none yet.
    fn number(&mut self, remark: Remark) -> usize {
        let Remark { topic, text } = remark;
        let says_it = |note: &Note| if topic.is_some() { note.topic == topic } else { note.text == text };
        if let Some(at) = self.notes.iter().position(says_it) {
            self.notes[at].is_alike &= self.notes[at].text == text;
            return at + 1;
        }
        self.notes.push(Note { topic, text, count: 0, is_alike: true });
        self.notes.len()
    }

    /// Writes all notes, one paragraph each, after an empty line.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for (at, note) in self.notes.iter().enumerate() {
            if at == 0 {
                writeln!(out)?;
            }
            note.write(&superscript(at + 1), out)?;
        }
        Ok(())
    }
}

impl Note {
    fn write(&self, mark: &str, out: &mut impl Write) -> io::Result<()> {
        let many = match self.count {
            ..=1 => String::new(),
            count if self.is_alike => format!(" ({count} benchmarks)"),
            count => format!(" (and the like for {} more)", count - 1),
        };
        let text = format!("{}{many}", self.text);
        for (at, line) in wrap(&text, WIDTH - 3).into_iter().enumerate() {
            writeln!(out, "{:<2} {line}", if at == 0 { mark } else { "" })?;
        }
        Ok(())
    }
}

/// What a reader of the row should know, one remark per note.
fn about(record: &Record, verbosity: Verbosity) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if verbosity == Verbosity::Quiet {
        return remarks;
    }
    let details = verbosity == Verbosity::Verbose;
    let plain = |text| Remark { topic: None, text };
    match (&record.outcome, &record.comparison) {
        (Outcome::Skipped(reason), _) => remarks.push(plain(format!("skipped: {}", clean(reason)))),
        (Outcome::Measured(_), Some(Comparison::NotComparable(reason))) => {
            remarks.push(plain(format!("no ratio: {}", clean(reason))));
        }
        _ => {}
    }
    if let Some(Err(reason)) = &record.memory {
        remarks.push(plain(clean(reason)));
    }
    if let Some(Err(reason)) = &record.event_loop {
        remarks.push(plain(format!("not traced: {}", clean(reason))));
    }
    if let Some(Err(reason)) = &record.load {
        remarks.push(plain(format!("no figures under load: {}", clean(reason))));
    }
    if let Some(Err(reason)) = &record.highest_rate {
        remarks.push(plain(format!("no highest rate: {}", clean(reason))));
    }
    let of = |warning: &Warning| Remark { topic: Some(warning.kind), text: clean(&warning.message) };
    let told = record.warnings.iter().filter(|warning| details || !warning.kind.is_detail());
    remarks.extend(told.map(of));
    remarks
}

fn superscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(warnings: &[(WarningKind, &str)]) -> Record {
        Record {
            warnings: warnings.iter().map(|(kind, text)| Warning::new(*kind, *text)).collect(),
            ..super::super::sample::record("some", 1e3)
        }
    }

    fn written(notes: &Notes) -> String {
        let mut out = Vec::new();
        notes.write(&mut out).expect("a vector can be written to");
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn equal_notes_share_a_number_and_are_counted() {
        let (one, two) = ((WarningKind::NotPinned, "one"), (WarningKind::Errors, "two"));
        let mut notes = Notes::default();
        assert_eq!(notes.mark(&record(&[one, two])), "¹ ²");
        assert_eq!(notes.mark(&record(&[two, two])), "²");
        assert_eq!(written(&notes), "\n¹  one\n²  two (2 benchmarks)\n");
    }

    #[test]
    fn the_like_with_other_figures_is_told_once() {
        let mut notes = Notes::default();
        for text in ["in 7 turns", "in 9 turns", "in 4 turns"] {
            assert_eq!(notes.mark(&record(&[(WarningKind::InvoluntarySwitches, text)])), "¹");
        }
        assert_eq!(written(&notes), "\n¹  in 7 turns (and the like for 2 more)\n");
    }

    #[test]
    fn details_are_told_to_those_who_ask() {
        let record = record(&[(WarningKind::SlowSpell, "slow"), (WarningKind::Drift, "drifts")]);
        let mut notes = [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose].map(Notes::new);
        assert_eq!(notes.each_mut().map(|notes| notes.mark(&record)), ["", "¹", "¹ ²"]);
        assert_eq!(written(&notes[1]), "\n¹  drifts\n");
    }

    #[test]
    fn numbers_have_several_digits() {
        assert_eq!(superscript(120), "¹²⁰");
    }
}
