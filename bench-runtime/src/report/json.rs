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
    out.write_all(&ResultFile::from(report).to_json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;
    use crate::report::sample;
    use crate::store::WarningWord;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut out).expect("a vector can be written to");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn what_is_written_is_read_back() {
        for report in [sample::mixed(), sample::compared(), sample::merged()] {
            let file = ResultFile::parse(&written(&report)).expect("written by this version");
            assert!(file == ResultFile::from(&report), "the file read differs from the file written");
        }
    }

    #[test]
    fn what_a_file_holds_is_a_report_again() {
        let all = [
            sample::empty(),
            sample::healthy(),
            sample::failures(),
            sample::warnings(),
            sample::wide_names(),
            sample::ranges(),
            sample::no_groups(),
            sample::tested(),
            sample::compared(),
            sample::merged(),
            sample::mixed(),
        ];
        for report in all {
            let file = ResultFile::from(&report);
            let back = Report::try_from(file.clone()).expect("written by this version");
            assert!(ResultFile::from(&back) == file, "{back:#?}");
            // What is not a number equals nothing.
            let has_unknown = format!("{report:?}").contains("NaN");
            assert!(has_unknown || back == report, "{back:#?}\n{report:#?}");
        }
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused() {
        let spoilt = [
            (r#""outcome": "skipped""#, r#""outcome": "failed""#, "`failure`"),
            (r#""rows": "100""#, r#""rows": "99""#, "[rows=99]"),
            (r#""started_at": "2026"#, r#""started_at": "once upon"#, "once upon"),
            (r#""limit": "p99 <= 10ms""#, r#""limit": "p99 <= 10""#, "p99"),
        ];
        for (right, wrong, named) in spoilt {
            let report = [sample::mixed(), sample::compared()]
                .map(|report| written(&report).replacen(right, wrong, 1));
            let errors = report.map(|text| {
                let file = ResultFile::parse(&text).expect("the format is right");
                Report::try_from(file).err().map(|error| error.to_string()).unwrap_or_default()
            });
            assert!(errors.iter().any(|error| error.contains(named)), "{errors:?}");
        }
    }

    #[test]
    fn the_version_comes_first_and_a_newline_last() {
        let text = written(&sample::empty());
        assert!(text.starts_with("{\n  \"schema\": \"adapter-bench/result/1\",\n"), "{text}");
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn figures_keep_full_precision_and_unknown_ones_their_key() {
        let mut report = sample::healthy();
        if let Outcome::Measured(measurement) = &mut report.records[0].outcome {
            measurement.time.median = 0.1 + 0.2;
            measurement.time.p999 = f64::NAN;
        }
        let text = written(&report);
        assert!(text.contains(r#""median": 0.30000000000000004"#) && text.contains(r#""p999": null"#));
        let file = ResultFile::parse(&text).expect("written by this version");
        let time = file.benchmarks[0].time.as_ref().expect("the first of the sample is measured");
        assert_eq!((time.median.known(), time.p999.known()), (Some(0.1 + 0.2), None));
    }

    #[test]
    fn keys_and_words_of_later_versions_are_passed_over() {
        let text = written(&sample::mixed())
            .replacen(r#""run": {"#, r#""later": 1, "run": {"later": [],"#, 1)
            .replace(r#""kind": "not_pinned""#, r#""kind": "later""#);
        let file = ResultFile::parse(&text).expect("additions do not break version 1");
        let mut words = file.benchmarks.iter().flat_map(|b| &b.warnings).map(|w| w.kind);
        assert!(words.any(|word| word == WarningWord::Unknown));
    }
}
