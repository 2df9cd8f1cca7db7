//! From a report to bytes: one file per format, and nothing but formatting is computed here. Main function: [`render`].

mod columns;
mod compared;
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

pub(crate) use options::TableOptions;
pub(crate) use text::clean;

use crate::model::{OutputFormat, Report};

/// Writes `report` to `out` as `format`; the options are for tables, and files heed none of them.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn render(
    format: OutputFormat,
    report: &Report,
    options: &TableOptions,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Console => console::render(report, options, out),
        OutputFormat::Json => json::render(report, out),
        OutputFormat::Csv => csv::render(report, out),
    }
}
