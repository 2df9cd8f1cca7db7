//! From a report to bytes: one file per format, and nothing but formatting is computed here. Main type: [`Format`].
#![cfg_attr(not(test), expect(dead_code, unused_imports, reason = "nothing renders reports yet"))]

mod columns;
mod console;
mod csv;
mod json;
pub(crate) mod libtest;
mod notes;
mod options;
pub(crate) mod progress;
mod table;
mod text;
mod units;

#[cfg(test)]
mod golden;
#[cfg(test)]
pub(crate) mod sample;

use std::io::{self, Write};
use std::str::FromStr;

pub(crate) use options::{Column, Sort, TableOptions, UnknownWord};
pub(crate) use units::TimeUnit;

use crate::model::Report;

/// What a report can be written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    /// Tables for people.
    #[default]
    Console,
    /// The result file.
    Json,
    /// One row per benchmark, for spreadsheets.
    Csv,
}

impl FromStr for Format {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        const FORMATS: [(&str, Format); 3] =
            [("console", Format::Console), ("json", Format::Json), ("csv", Format::Csv)];
        options::parse_word("format", text, &FORMATS)
    }
}

/// Writes `report` to `out` as `format`; the options are for tables, and files heed none of them.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn render(
    format: Format,
    report: &Report,
    options: &TableOptions,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        Format::Console => console::render(report, options, out),
        Format::Json => json::render(report, out),
        Format::Csv => csv::render(report, out),
    }
}
