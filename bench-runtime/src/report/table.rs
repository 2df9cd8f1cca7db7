//! One table: the rows of a group laid out within the width of the page. Main type: [`GroupTable`].

use std::cmp::Ordering;

use super::columns::{Cell, cells, measurement, status};
use super::notes::Notes;
use super::options::TableOptions;
use super::paint::paint_row;
use super::room::{Cells, GAP, make_room, room_for_names, texts};
use super::text::{clean, shorten_all, width};
use crate::model::{ByName, Column, Comparison, Outcome, Record, Sort};
use crate::order;

/// What a name is left at least, even if the line then grows too long.
const LEAST_NAME: usize = 12;

/// What a name is left where so many columns are asked for that no page holds them.
const NAME_OFF_THE_PAGE: usize = 36;

/// The records of one group, ready to be laid out.
pub(super) struct GroupTable<'a> {
    /// In the order of the rows.
    records: Vec<&'a Record>,
    options: &'a TableOptions,
}

impl<'a> GroupTable<'a> {
    /// A table of `records`, sorted as the options say.
    pub(super) fn new(records: &[&'a Record], options: &'a TableOptions) -> Self {
        Self { records: sorted(records, options.sort), options }
    }

    /// The records in the order of the rows.
    pub(super) fn records(&self) -> &[&'a Record] {
        &self.records
    }

    /// The lines of the table; the footnotes that it refers to go to `notes`.
    pub(super) fn lines(&self, notes: &mut Notes) -> Vec<String> {
        let marks: Vec<Cell> = self.records.iter().map(|record| mark(notes, record)).collect();
        self.lines_with(Some((None, marks)))
    }

    /// The lines of a table that stands beside another with the same records, and so refers to no footnotes.
    pub(super) fn lines_without_marks(&self) -> Vec<String> {
        self.lines_with(None)
    }

    fn lines_with(&self, marks: Option<Cells>) -> Vec<String> {
        let mut columns = self.columns();
        columns.extend(marks);
        columns.retain(|(column, cells)| *column == Some(Column::Name) || has_content(cells));
        if !self.options.are_columns_chosen() {
            let longest = self.names(usize::MAX).iter().map(|name| width(name)).max();
            make_room(&mut columns, longest.unwrap_or(0));
        }
        let mut texts = texts(&columns);
        let name_at = columns.iter().position(|(column, _)| *column == Some(Column::Name)).unwrap_or(0);
        texts[name_at].1 = self.names(left_for_name(&texts));
        self.colored(laid_out(&texts), &columns, &texts)
    }

    /// The cells of every column that is asked for, those of the name still empty.
    fn columns(&self) -> Vec<Cells> {
        let mut wanted = self.options.columns.clone();
        if !wanted.contains(&Column::Name) {
            wanted.insert(0, Column::Name);
        }
        let mut columns: Vec<_> =
            wanted.into_iter().map(|c| (Some(c), cells(c, &self.records, self.options))).collect();
        if let Some((_, first)) = columns.iter_mut().find(|(column, _)| *column != Some(Column::Name)) {
            put_status(first, &self.records);
        }
        columns
    }

    /// The names with their parameters, at most `columns` wide if they can be told apart then, with the module where the name alone is ambiguous.
    fn names(&self, columns: usize) -> Vec<String> {
        let plain: Vec<_> =
            self.records.iter().map(|r| [clean(&r.name), clean(&r.id.params.to_string())]).collect();
        let mut counts: ByName<u32> = ByName::default();
        plain.iter().for_each(|label| *counts.get_or_default(&label.concat()) += 1);
        let ambiguous = |label: &[String; 2]| counts.get(&label.concat()).is_some_and(|count| *count > 1);
        let name = |(label, record): (&[String; 2], &&Record)| {
            let module =
                if ambiguous(label) { format!("{}::", clean(&record.id.module)) } else { String::new() };
            [format!("{module}{}", label[0]), label[1].clone()]
        };
        let labels: Vec<[String; 2]> = plain.iter().zip(&self.records).map(name).collect();
        shorten_all(&labels, columns)
    }

    /// `lines` with the words of verdicts and failures in colour, if that is asked for. Codes are put in after the
    /// layout, which would count them.
    fn colored(
        &self,
        mut lines: Vec<String>,
        columns: &[Cells],
        texts: &[(&str, Vec<String>)],
    ) -> Vec<String> {
        const HEAD: usize = 2;
        let rows = lines.iter_mut().skip(HEAD).zip(&self.records).enumerate();
        for (row, (line, record)) in rows.filter(|_| self.options.color) {
            let cells = columns.iter().zip(texts).map(|((column, _), (_, texts))| (*column, &*texts[row]));
            paint_row(line, record, &cells.collect::<Vec<_>>());
        }
        lines
    }
}

/// Puts what stands in place of figures into the first column of figures.
fn put_status(cells: &mut [Cell], records: &[&Record]) {
    for (cell, record) in cells.iter_mut().zip(records) {
        if let Some(status) = status(record) {
            *cell = status;
        }
    }
}

fn mark(notes: &mut Notes, record: &Record) -> Cell {
    match notes.mark(record) {
        marks if marks.is_empty() => Cell::Empty,
        marks => Cell::Text(marks),
    }
}

/// Whether a column says anything.
fn has_content(cells: &[Cell]) -> bool {
    cells.iter().any(|cell| *cell != Cell::Empty)
}

/// How wide the names are made, so that the line fits if it can.
fn left_for_name(columns: &[(&str, Vec<String>)]) -> usize {
    match room_for_names(columns) {
        left if left >= LEAST_NAME => left,
        _ if columns.len() > 5 => NAME_OFF_THE_PAGE,
        _ => LEAST_NAME,
    }
}

/// The titles, a line, and the rows, each text padded to the width of its column.
pub(super) fn laid_out(columns: &[(&str, Vec<String>)]) -> Vec<String> {
    let rows = columns.iter().map(|(_, texts)| texts.len()).max().unwrap_or(0);
    let mut lines = vec![String::new(); 2 + rows];
    let mut taken = 0;
    for (title, texts) in columns {
        let widest = texts.iter().map(|text| width(text)).fold(width(title), usize::max);
        pad(&mut lines[0], taken, title);
        lines.iter_mut().skip(2).zip(texts).for_each(|(line, text)| pad(line, taken, text));
        taken += widest + GAP;
    }
    lines[1] = "-".repeat(taken.saturating_sub(GAP));
    lines
}

/// Appends `text` at the column `at`; nothing leaves no spaces behind.
fn pad(line: &mut String, at: usize, text: &str) {
    if !text.is_empty() {
        let missing = at.saturating_sub(width(line));
        line.extend(std::iter::repeat_n(' ', missing));
        line.push_str(text);
    }
}

/// `records` in the order asked for; equal ones stay as they are.
pub(super) fn sorted<'a>(records: &[&'a Record], sort: Sort) -> Vec<&'a Record> {
    let compare: fn(&Record, &Record) -> Ordering = match sort {
        Sort::Declared => |_, _| Ordering::Equal,
        Sort::Name => |a, b| full_name(a).cmp(&full_name(b)),
        Sort::Time => |a, b| time(a).total_cmp(&time(b)),
        Sort::Ratio => |a, b| ratio(a).total_cmp(&ratio(b)),
    };
    let places = order::places(records.len(), &|a, b| compare(records[a], records[b]));
    places.into_iter().map(|at| records[at]).collect()
}

/// The name without parameters, whose texts would sort 1000 before 20.
fn full_name(record: &Record) -> (&str, &str, &str) {
    (&record.id.package, &record.id.module, &record.name)
}

/// The median to sort by; what was not measured comes last.
pub(super) fn time(record: &Record) -> f64 {
    measurement(record).map_or(f64::INFINITY, |m| m.time.median)
}

fn ratio(record: &Record) -> f64 {
    match (&record.outcome, &record.comparison) {
        (Outcome::Measured(_), Some(Comparison::Ratio(ratio))) => ratio.value,
        (Outcome::Measured(_), _) if record.is_reference => 1.0,
        _ => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn order(records: &[Record], sort: Sort) -> Vec<String> {
        let records: Vec<_> = records.iter().collect();
        sorted(&records, sort).iter().map(|record| format!("{}{}", record.name, record.id.params)).collect()
    }

    #[test]
    fn by_name_the_cases_of_a_benchmark_stay_in_order() {
        let names = order(&sample::healthy().records, Sort::Name);
        assert_eq!(
            names[..4],
            [
                "my_adapter[rows=100]",
                "my_adapter[rows=1000]",
                "my_adapter[rows=10000]",
                "serde_json[rows=100]"
            ]
        );
    }

    #[test]
    fn what_was_not_measured_comes_last() {
        for sort in [Sort::Time, Sort::Ratio] {
            let names = order(&sample::failures().records, sort);
            assert_eq!(names[..2], ["my_adapter", "serde_json"]);
        }
    }

    #[test]
    fn a_name_like_a_verdict_is_not_coloured() {
        let mut record = sample::healthy().records.remove(1);
        record.name = "is slower".to_owned();
        let options = TableOptions { color: true, ..TableOptions::default() };
        let lines = GroupTable::new(&[&record], &options).lines(&mut Notes::default());
        assert!(lines[2].starts_with("is slower[rows=100]  "), "{}", lines[2]);
        assert_eq!(lines[2].matches("\u{1b}[31m slower\u{1b}[0m").count(), 1);
    }
}
