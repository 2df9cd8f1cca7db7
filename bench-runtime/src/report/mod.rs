//! From a report to bytes: one file per format, and nothing but formatting is computed here. Main function: [`render`].

mod call_sites;
mod columns;
mod compared;
mod conclusion;
mod console;
mod csv;
pub(crate) mod doctor;
mod json;
#[cfg(feature = "junit")]
mod junit;
pub(crate) mod libtest;
mod loaded;
mod markdown;
mod notes;
mod options;
mod paint;
pub(crate) mod progress;
mod ran_on;
mod rates;
mod room;
mod sentences;
mod table;
mod text;
mod under_load;
mod units;

#[cfg(test)]
mod golden;
#[cfg(test)]
pub(crate) mod sample;

use std::io::{self, Write};

pub(crate) use options::TableOptions;
pub(crate) use text::clean;

use crate::model::{OutputFormat, Report};

/// Why a format cannot be written by this program, and what to do about it; `None` where it can.
pub(crate) fn unavailable(format: OutputFormat) -> Option<&'static str> {
    (format == OutputFormat::Junit && !cfg!(feature = "junit")).then_some(JUNIT_IS_LEFT_OUT)
}

const JUNIT_IS_LEFT_OUT: &str = "`--output junit` needs the feature `junit`, which this program was built without: add \
     it in Cargo.toml, `adapter-bench = { features = [\"junit\"], … }`";

/// Writes `report` to `out` as `format`; the options are for tables, and files heed none of them.
///
/// # Errors
///
/// When `out` cannot be written to, or the format is [`unavailable`].
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
        OutputFormat::Markdown => markdown::render(report, out),
        #[cfg(feature = "junit")]
        OutputFormat::Junit => junit::render(report, out),
        #[cfg(not(feature = "junit"))]
        OutputFormat::Junit => Err(io::Error::other(JUNIT_IS_LEFT_OUT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_was_left_out_of_the_program_says_how_to_have_it() {
        let why = unavailable(OutputFormat::Junit);
        assert_eq!(why.is_some(), cfg!(not(feature = "junit")));
        assert!(why.is_none_or(|why| why.contains("features = [\"junit\"]")));
        let mut out = Vec::new();
        let written = render(OutputFormat::Junit, &sample::empty(), &TableOptions::default(), &mut out);
        assert_eq!((written.is_err(), out.is_empty()), (why.is_some(), why.is_some()));
        assert_eq!(unavailable(OutputFormat::Markdown), None);
    }
}
