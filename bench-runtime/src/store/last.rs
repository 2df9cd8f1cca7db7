//! The last results of a suite, always kept. Main function: [`keep_last`].

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

use super::result::{Benchmark, ResultFile};
use super::words::OutcomeWord;
use crate::files::{Lock, folder_of, write_atomically};
use crate::model::Report;

/// Writes what `report` has of each benchmark to `path`; what the file has of others stays if they `may_be_there` still, or
/// if the run was stopped before it came to them.
///
/// A file that cannot be understood is replaced. Several processes may keep results of one suite at once.
///
/// # Errors
///
/// Whatever the system says. The file is then as it was.
pub(crate) fn keep_last(path: &Path, report: &Report, may_be_there: impl Fn(&str) -> bool) -> io::Result<()> {
    let mut file = ResultFile::from(report);
    let _lock = Lock::of(folder_of(path))?;
    if let Some(old) = fs::read_to_string(path).ok().and_then(|text| ResultFile::parse(&text).ok()) {
        // A file that has the whole suite keeps what filters leave out.
        file.run.filtered = file.run.filtered.and(old.run.filtered);
        let known: HashSet<&str> = old.benchmarks.iter().map(|benchmark| benchmark.id.as_str()).collect();
        let not_reached = |benchmark: &Benchmark| {
            let was_skipped = benchmark.outcome == OutcomeWord::Skipped;
            report.stopped.is_some() && was_skipped && known.contains(benchmark.id.as_str())
        };
        let (left, reached): (Vec<_>, Vec<_>) = file.benchmarks.into_iter().partition(not_reached);
        let left: HashSet<String> = left.into_iter().map(|benchmark| benchmark.id).collect();
        file.benchmarks = reached;
        let new: HashSet<String> = file.benchmarks.iter().map(|benchmark| benchmark.id.clone()).collect();
        let stays = |id: &str| left.contains(id) || (may_be_there(id) && !new.contains(id));
        file.benchmarks.extend(old.benchmarks.into_iter().filter(|benchmark| stays(&benchmark.id)));
    }
    write_atomically(path, &file.to_json())
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::files::scratch::Scratch;
    use crate::model::{Outcome, Stop};
    use crate::store::{load_results, testing};

    #[test]
    fn what_was_not_measured_again_stays() {
        let scratch = Scratch::new("last-stays");
        let path = scratch.path().join("last/pkg-one.json");
        keep_last(&path, &testing::report("pkg::one", &[("a", 1.0), ("b", 2.0)]), |_| true).expect("kept");
        keep_last(&path, &testing::report("pkg::one", &[("b", 3.0)]), |_| true).expect("kept");
        let report = load_results(&[path]).expect("a report");
        let entries = crate::store::baseline_of(&report, String::new()).entries;
        let medians: Vec<f64> = entries.values().map(|e| e.figures[crate::model::Metric::Median]).collect();
        assert_eq!(medians, [1.0, 3.0]);
    }

    #[test]
    fn what_a_stopped_run_did_not_come_to_stays() {
        let scratch = Scratch::new("last-stopped");
        let path = scratch.path().join("last/pkg-one.json");
        keep_last(&path, &testing::report("pkg::one", &[("a", 1.0), ("b", 2.0)]), |_| true).expect("kept");
        let mut stopped = testing::report("pkg::one", &[("a", 3.0), ("b", 4.0), ("c", 5.0)]);
        stopped.stopped = Some(Stop::Interrupt);
        for record in &mut stopped.records[1..] {
            record.outcome = Outcome::Skipped("stopped before it was measured".to_owned());
        }
        keep_last(&path, &stopped, |_| false).expect("kept");
        let report = load_results(&[path]).expect("a report");
        let median = |name: &str| {
            let record = report.records.iter().find(|record| record.name == name).expect("it is there");
            match &record.outcome {
                Outcome::Measured(measurement) => Some(measurement.time.median),
                _ => None,
            }
        };
        assert_eq!(["a", "b", "c"].map(median), [Some(3.0), Some(2.0), None]);
    }

    #[test]
    fn a_filtered_run_leaves_a_whole_file_whole() {
        let scratch = Scratch::new("last-filtered");
        let path = scratch.path().join("last/pkg-one.json");
        let mut filtered = testing::report("pkg::one", &[("a", 1.0)]);
        filtered.run.is_filtered = true;
        let is_filtered = || load_results(std::slice::from_ref(&path)).expect("a report").run.is_filtered;
        keep_last(&path, &filtered, |_| true).expect("kept");
        assert!(is_filtered());
        keep_last(&path, &testing::report("pkg::one", &[("a", 1.0), ("b", 2.0)]), |_| true).expect("kept");
        assert!(!is_filtered());
        keep_last(&path, &filtered, |_| true).expect("kept");
        assert!(!is_filtered());
    }

    #[test]
    fn what_is_no_longer_there_goes() {
        let scratch = Scratch::new("last-goes");
        let path = scratch.path().join("last/pkg-one.json");
        keep_last(&path, &testing::report("pkg::one", &[("a", 1.0), ("b", 2.0)]), |_| true).expect("kept");
        keep_last(&path, &testing::report("pkg::one", &[("b", 3.0)]), |id| !id.ends_with('a')).expect("kept");
        assert_eq!(load_results(&[path]).expect("a report").records.len(), 1);
    }

    #[test]
    fn runs_that_keep_results_at_once_lose_none() {
        let scratch = Scratch::new("last-at-once");
        let path = scratch.path().join("last/pkg-one.json");
        thread::scope(|scope| {
            for number in 0..8 {
                let (path, name) = (&path, format!("f{number}"));
                scope.spawn(move || {
                    keep_last(path, &testing::report("pkg::one", &[(&name, 1.0)]), |_| true).expect("kept");
                });
            }
        });
        assert_eq!(load_results(&[path]).expect("a report").records.len(), 8);
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_replaced() {
        let scratch = Scratch::new("last-damaged");
        let path = scratch.path().join("x.json");
        fs::write(&path, "half").expect("written");
        keep_last(&path, &testing::report("pkg::one", &[("a", 1.0)]), |_| true).expect("kept");
        assert_eq!(load_results(&[path]).expect("a report").records.len(), 1);
    }
}
