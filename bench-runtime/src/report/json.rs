//! The report as a result file: indented JSON of the schema `adapter-bench/result/1`, and a newline.

use std::io::{self, Write};

use crate::model::Report;
use crate::store::ResultFile;

/// Writes `report` as a result file.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &ResultFile::from(report))?;
    writeln!(out)
}
