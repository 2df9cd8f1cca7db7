//! Where reports go. Main type: [`Outputs`].

use std::env;
use std::io::{self, IsTerminal, Write};

use super::api::RunError;
use super::session::Mode;
use crate::files;
use crate::model::{Color, DisplayOptions, Output, OutputFormat, Report};
use crate::report::{self, TableOptions};

/// The renderings that were asked for, known to be writable.
pub(super) struct Outputs<'a> {
    outputs: &'a [Output],
    table: TableOptions,
    mode: Mode,
    filtered_out: usize,
}

impl<'a> Outputs<'a> {
    /// Makes missing folders and finds out whether every file can be written, before anything is measured.
    /// `filtered_out` is how many functions are not selected.
    pub(super) fn open(
        display: &'a DisplayOptions,
        mode: Mode,
        filtered_out: usize,
    ) -> Result<Self, RunError> {
        if let Some(why) = display.outputs.iter().find_map(|output| report::unavailable(output.format)) {
            return Err(RunError::unavailable(why));
        }
        for path in display.outputs.iter().filter_map(|output| output.path.as_deref()) {
            files::ensure_writable(path).map_err(|error| RunError::output(path, &error))?;
        }
        Ok(Self {
            outputs: &display.outputs,
            table: TableOptions::of(display, wants_color(display.color)),
            mode,
            filtered_out,
        })
    }

    /// Writes all of them, the others too where one cannot be written; the error is the first.
    pub(super) fn write(&self, report: &Report) -> Result<(), RunError> {
        let written: Vec<_> = self.outputs.iter().map(|output| self.write_one(output, report)).collect();
        written.into_iter().collect()
    }

    fn write_one(&self, output: &Output, report: &Report) -> Result<(), RunError> {
        let bytes = self.render(output.format, report).map_err(|e| RunError::stdout(&e))?;
        match &output.path {
            Some(path) => files::write_atomically(path, &bytes).map_err(|e| RunError::output(path, &e)),
            None => to_stdout(&bytes),
        }
    }

    fn render(&self, format: OutputFormat, report: &Report) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match (format, self.mode) {
            (OutputFormat::Console, Mode::Once) => {
                report::libtest::render(report, self.filtered_out, &mut bytes)?;
            }
            (format, _) => report::render(format, report, &self.table, &mut bytes)?,
        }
        Ok(bytes)
    }
}

/// Writes to standard output. A reader that has seen enough (`| head`) is no fault.
pub(super) fn to_stdout(bytes: &[u8]) -> Result<(), RunError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(RunError::stdout(&error)),
        _ => Ok(()),
    }
}

/// Tells the user something besides the report, if there is still somebody to read it.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whether words are coloured: on a terminal that has colours, unless the user does not want them.
fn wants_color(color: Color) -> bool {
    let is_plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || env::var_os("TERM").is_some_and(|term| term == "dumb");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && !is_plain,
    }
}
