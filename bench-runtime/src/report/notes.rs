//! Footnotes: what stands behind the marks in the tables, each text once. Main type: [`Notes`].

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::console::WIDTH;
use super::text::{clean, wrap};
use crate::model::{Comparison, Outcome, Record};

/// The footnotes of a report, in the order in which the tables name them.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<Note>);

#[derive(Debug)]
struct Note {
    text: String,
    /// How many benchmarks it is about.
    count: usize,
}

impl Notes {
    /// Takes in what is to be said about `record`, and returns its marks, such as `¹ ³`.
    pub(super) fn mark(&mut self, record: &Record) -> String {
        let numbers: BTreeSet<usize> = about(record).into_iter().map(|text| self.number(text)).collect();
        let marks: Vec<_> = numbers
            .into_iter()
            .map(|number| {
                self.0[number - 1].count += 1;
                superscript(number)
            })
            .collect();
        marks.join(" ")
    }

    /// The number of the note `text`, from 1; a new one when there is none yet.
    fn number(&mut self, text: String) -> usize {
        let known = self.0.iter().position(|note| note.text == text);
        known.map_or_else(
            || {
                self.0.push(Note { text, count: 0 });
                self.0.len()
            },
            |at| at + 1,
        )
    }

    /// Writes all notes, one paragraph each, after an empty line.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for (at, note) in self.0.iter().enumerate() {
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
        let many = if self.count > 1 { format!(" ({} benchmarks)", self.count) } else { String::new() };
        let text = format!("{}{many}", self.text);
        for (at, line) in wrap(&text, WIDTH - 3).into_iter().enumerate() {
            writeln!(out, "{:<2} {line}", if at == 0 { mark } else { "" })?;
        }
        Ok(())
    }
}

/// What a reader of the row should know, one text per note.
fn about(record: &Record) -> Vec<String> {
    let mut texts = Vec::new();
    match (&record.outcome, &record.comparison) {
        (Outcome::Skipped(reason), _) => texts.push(format!("skipped: {}", clean(reason))),
        (Outcome::Measured(_), Some(Comparison::NotComparable(reason))) => {
            texts.push(format!("no ratio: {}", clean(reason)));
        }
        _ => {}
    }
    texts.extend(record.warnings.iter().map(|warning| clean(&warning.message)));
    texts
}

fn superscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Warning, WarningKind};

    fn record(messages: &[&str]) -> Record {
        let warning = |message: &&str| Warning::new(WarningKind::NotPinned, *message);
        Record {
            warnings: messages.iter().map(warning).collect(),
            ..super::super::sample::record("some", 1e3)
        }
    }

    #[test]
    fn equal_notes_share_a_number_and_are_counted() {
        let mut notes = Notes::default();
        assert_eq!(notes.mark(&record(&["one", "two"])), "¹ ²");
        assert_eq!(notes.mark(&record(&["two", "two"])), "²");
        let mut out = Vec::new();
        notes.write(&mut out).expect("a vector can be written to");
        assert_eq!(String::from_utf8_lossy(&out), "\n¹  one\n²  two (2 benchmarks)\n");
    }

    #[test]
    fn numbers_have_several_digits() {
        assert_eq!(superscript(120), "¹²⁰");
    }
}
