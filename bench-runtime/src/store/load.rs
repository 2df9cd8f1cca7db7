//! Result files read back and put together. Main function: [`load_results`].

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::result::{ResultError, ResultFile};
use crate::model::{BenchId, Record, Report, RunInfo};
use crate::order;

/// Why stored results cannot be used. The text names the file, and what to do.
#[derive(Debug, Error)]
pub(crate) enum LoadError {
    /// There are no files.
    #[error("there are no stored results; run the benchmarks first")]
    Nothing,
    /// The system does not let a file be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is not a result file of this version.
    #[error("`{}` cannot be used: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ResultError,
    },
}

/// Reads result files and puts them together: of several records of one benchmark the newest stands, and the shards of
/// a suite make up one report. The report's own run is the newest, the others are in `merged`, the oldest first.
///
/// What several reports came to when they were compared does not hold for all together, and is left out.
///
/// # Errors
///
/// When there is no file, or one of them is not a result file that this version reads.
pub(crate) fn load_results(paths: &[PathBuf]) -> Result<Report, LoadError> {
    let reports = paths.iter().map(|path| load(path)).collect::<Result<Vec<_>, _>>()?;
    put_together(reports).ok_or(LoadError::Nothing)
}

fn load(path: &Path) -> Result<Report, LoadError> {
    let text = fs::read_to_string(path)
        .map_err(|source| LoadError::Unreadable { path: path.to_path_buf(), source })?;
    let report = ResultFile::parse(&text).and_then(Report::try_from);
    report.map_err(|source| LoadError::Malformed { path: path.to_path_buf(), source })
}

/// All reports as one; `None` if there are none.
fn put_together(mut reports: Vec<Report>) -> Option<Report> {
    if reports.len() < 2 {
        return reports.pop();
    }
    let mut runs = Vec::new();
    let mut whole = Report { merged: Vec::new(), records: Vec::new(), ..reports.first()?.clone() };
    (whole.compared_with, whole.verdict) = (None, None);
    whole.vanished.clear();
    for report in reports {
        runs.extend(report.merged);
        runs.push(report.run);
        whole.records.extend(report.records);
        whole.warnings.extend(
            report.warnings.into_iter().filter(|new| !whole.warnings.contains(new)).collect::<Vec<_>>(),
        );
        whole
            .scaling
            .retain(|old| !report.scaling.iter().any(|new| (&new.id, &new.param) == (&old.id, &old.param)));
        whole.scaling.extend(report.scaling);
        whole.stopped = whole.stopped.or(report.stopped);
    }
    whole.records = newest(whole.records);
    (whole.run, whole.merged) = in_order(runs)?;
    Some(whole)
}

/// The newest record of each benchmark, where its first one stands; of two that are as new, the later.
fn newest(records: Vec<Record>) -> Vec<Record> {
    let mut at: HashMap<BenchId, usize> = HashMap::new();
    let mut newest: Vec<Record> = Vec::new();
    for mut record in records {
        record.findings.clear();
        let next = newest.len();
        let place = *at.entry(record.id.clone()).or_insert(next);
        match newest.get_mut(place) {
            None => newest.push(record),
            Some(old) if old.recorded_at <= record.recorded_at => *old = record,
            Some(_) => {}
        }
    }
    newest
}

/// The newest run and the others, the oldest first, each once; `None` if there are none.
fn in_order(mut runs: Vec<RunInfo>) -> Option<(RunInfo, Vec<RunInfo>)> {
    order::sort_by(&mut runs, |a, b| (a.started_at, &a.suite).cmp(&(b.started_at, &b.suite)));
    runs.dedup();
    Some((runs.pop()?, runs))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::files::scratch::Scratch;
    use crate::store::testing;

    /// Writes result files and loads them, in this order.
    fn loaded(scratch: &Scratch, files: &[Value]) -> Result<Report, LoadError> {
        let write = |(number, file): (usize, &Value)| {
            let path = scratch.path().join(format!("{number}.json"));
            fs::write(&path, file.to_string()).expect("written");
            path
        };
        load_results(&files.iter().enumerate().map(write).collect::<Vec<_>>())
    }

    /// A file of a run that began so many seconds after the first, and recorded its benchmarks then.
    fn file(second: u32, suite: &str, functions: &[(&str, f64)]) -> Value {
        let moment = format!("2026-03-14T15:09:{second:02}.000Z");
        let benchmark = |(name, median): &(&str, f64)| {
            let mut benchmark = testing::benchmark(suite, name, *median);
            benchmark["recorded_at"] = moment.clone().into();
            benchmark
        };
        let mut file = testing::file(suite, functions.iter().map(benchmark));
        file["run"]["started_at"] = moment.clone().into();
        file
    }

    fn medians(report: &Report) -> Vec<(String, f64)> {
        let medians = crate::store::baseline_of(report, String::new()).entries;
        let median = |record: &Record| {
            let id = record.id.to_string();
            let median = medians[&id].figures[crate::model::Metric::Median];
            (id, median)
        };
        report.records.iter().map(median).collect()
    }

    #[test]
    fn one_file_is_taken_as_it_is() {
        let scratch = Scratch::new("load-one");
        let mut file = file(1, "pkg::one", &[("a", 1.0)]);
        file["compared_with"] =
            json!({"origin": "o", "arch": "linux-x86_64", "allowances": ["median:10%"], "gate": "plain"});
        file["vanished"] = json!(["pkg::one::b"]);
        let report = loaded(&scratch, &[file.clone()]).expect("a report");
        assert_eq!(report, testing::of_file(&file));
        assert_eq!((report.vanished.len(), report.compared_with.is_some()), (1, true));
    }

    #[test]
    fn shards_and_suites_become_one_report() {
        let scratch = Scratch::new("load-shards");
        let files = [
            file(2, "pkg::one", &[("a", 1.0), ("c", 3.0)]),
            file(1, "pkg::one", &[("b", 2.0)]),
            file(3, "pkg::two", &[("a", 4.0)]),
        ];
        let report = loaded(&scratch, &files).expect("a report");
        let expected = [("one::a", 1.0), ("one::c", 3.0), ("one::b", 2.0), ("two::a", 4.0)];
        assert_eq!(medians(&report), expected.map(|(name, median)| (format!("pkg::{name}"), median)));
        let suites: Vec<&str> = report.merged.iter().map(|run| run.suite.as_str()).collect();
        assert_eq!((report.run.suite.as_str(), suites), ("pkg::two", vec!["pkg::one", "pkg::one"]));
    }

    #[test]
    fn the_newest_record_of_a_benchmark_stands_where_its_first_one_stood() {
        let scratch = Scratch::new("load-newest");
        let new = file(5, "pkg::one", &[("b", 20.0), ("a", 10.0)]);
        let old = file(1, "pkg::one", &[("a", 1.0), ("b", 2.0), ("c", 3.0)]);
        let expected = [("a", 10.0), ("b", 20.0), ("c", 3.0)];
        let expected = expected.map(|(name, median)| (format!("pkg::one::{name}"), median));
        let report = loaded(&scratch, &[old.clone(), new.clone()]).expect("a report");
        assert_eq!(medians(&report), expected);
        let mut other_way = medians(&loaded(&scratch, &[new, old]).expect("a report"));
        other_way.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(other_way, expected);
    }

    #[test]
    fn a_failure_is_newer_than_the_figures_before_it() {
        let scratch = Scratch::new("load-failure");
        let mut failed = file(5, "pkg::one", &[("a", 1.0)]);
        failed["benchmarks"][0]["outcome"] = "failed".into();
        failed["benchmarks"][0]["failure"] = json!({"kind": "panic", "message": "m", "stderr": ""});
        let report = loaded(&scratch, &[failed, file(1, "pkg::one", &[("a", 1.0)])]).expect("a report");
        assert!(
            matches!(report.records[0].outcome, crate::model::Outcome::Failed(_)),
            "{:?}",
            report.records
        );
    }

    #[test]
    fn what_reports_came_to_apart_does_not_hold_for_all_of_them() {
        let scratch = Scratch::new("load-findings");
        let mut compared = file(5, "pkg::one", &[("a", 1.0)]);
        compared["compared_with"] = json!({"origin": "o", "arch": "x", "allowances": [], "gate": "plain"});
        compared["vanished"] = json!(["pkg::one::b"]);
        compared["verdict"] = json!({"grade": "good", "passed": 1, "limited": 1});
        compared["run"]["warnings"] =
            json!([{"kind": "steal", "message": "m"}, {"kind": "novel", "message": "n"}]);
        compared["run"]["stopped"] = "interrupt".into();
        let finding = json!({"metric": "median", "verdict": "unchanged", "change": 0.0, "low": null, "high": null,
            "resolution": null, "before": 1.0, "now": 1.0, "fails": false});
        compared["benchmarks"][0]["verdicts"] = json!([finding]);
        let other = file(6, "pkg::two", &[("a", 1.0)]);
        let report = loaded(&scratch, &[compared.clone(), other, compared]).expect("a report");
        assert_eq!((&report.compared_with, &report.verdict, report.vanished.len()), (&None, &None, 0));
        assert!(report.records.iter().all(|record| record.findings.is_empty()));
        assert_eq!(report.warnings.len(), 2, "{:?}", report.warnings);
        assert_eq!(report.merged.len(), 1, "the same run twice is one");
        assert_eq!(report.stopped, Some(crate::model::Stop::Interrupt));
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let scratch = Scratch::new("load-bad");
        assert!(matches!(load_results(&[]), Err(LoadError::Nothing)));
        let absent = load_results(&[scratch.path().join("no.json")]).expect_err("absent").to_string();
        assert!(absent.contains("no.json` cannot be read"), "{absent}");
        let good = file(1, "pkg::one", &[]);
        let bad = json!({"schema": "adapter-bench/result/9"});
        let other = loaded(&scratch, &[good, bad]).expect_err("another version").to_string();
        assert!(other.contains("1.json` cannot be used") && other.contains("result/9"), "{other}");
    }
}
