//! Colours in the rows of a table. Main function: [`paint_row`].

use super::columns;
use super::compared::headline;
use super::sentences;
use crate::model::{Change, Column, Comparison, Finding, Outcome, Record, Verdict};

/// How a terminal shows a text, by its code.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Paint {
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
}

impl Paint {
    /// `text` between the codes that switch the colour on and off.
    pub(super) fn on(self, text: &str) -> String {
        format!("\u{1b}[{}m{text}\u{1b}[0m", self as u8)
    }
}

/// Colours words in a line of the table; `cells` are the columns and texts of which it was made.
pub(super) fn paint_row(line: &mut String, record: &Record, cells: &[(Option<Column>, &str)]) {
    let mut end = line.len();
    for (column, text) in cells.iter().rev() {
        let Some(at) = line[..end].rfind(text) else { continue };
        if let Some((word, paint)) = column.and_then(|column| painted(column, record, text))
            && let Some(inside) = text.rfind(word.as_str())
        {
            let word_at = at + inside;
            line.replace_range(word_at..word_at + word.len(), &paint.on(&word));
        }
        end = at;
    }
}

/// The word in a cell that has a colour.
fn painted(column: Column, record: &Record, text: &str) -> Option<(String, Paint)> {
    match (column, &record.outcome) {
        (Column::Name, _) => None,
        (_, Outcome::Failed(_)) if text.starts_with("failed: ") => Some((text.to_owned(), Paint::Red)),
        (Column::Ratio, Outcome::Measured(_)) => of_ratio(record.comparison.as_ref()?),
        (Column::Baseline, _) => headline(record).and_then(of_finding),
        (Column::SinceLast, _) => Some((text.trim_start().to_owned(), Paint::Dim)),
        _ => None,
    }
}

fn of_ratio(comparison: &Comparison) -> Option<(String, Paint)> {
    let Comparison::Ratio(ratio) = comparison else { return None };
    let paint = match ratio.verdict {
        Verdict::Faster => Paint::Green,
        Verdict::Slower => Paint::Red,
        Verdict::Inconclusive => Paint::Yellow,
        Verdict::Same => return None,
    };
    Some((format!(" {}", columns::word(ratio.verdict)), paint))
}

/// Red is what fails; a change for the worse that is allowed is told apart from it.
fn of_finding(finding: &Finding) -> Option<(String, Paint)> {
    let paint = match finding.change {
        _ if finding.fails => Paint::Red,
        Change::Regressed | Change::PlanChanged | Change::Inconclusive | Change::NotComparable => {
            Paint::Yellow
        }
        Change::Improved => Paint::Green,
        Change::New | Change::Vanished | Change::Unchanged => return None,
    };
    Some((sentences::word(finding.change).to_owned(), paint))
}
