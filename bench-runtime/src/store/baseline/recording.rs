//! What becomes of a baseline when a report is recorded in it. Main type: [`Recording`].

use super::convert::{self, host_of};
use super::error::Fault;
use super::file::{Entry, File};
use crate::model::{ByName, Record, Report, RunInfo};
use crate::store::record::rfc3339;

/// What [`record_baseline`](super::record_baseline) has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// Entries that were written or replaced.
    pub(crate) written: usize,
    /// Entries that stay as they are: of other suites, not selected, or left out this time.
    pub(crate) kept: usize,
    /// The names of entries that are gone, because their suite has no such benchmark any more.
    pub(crate) dropped: Vec<String>,
    /// The names of benchmarks without figures to record: failed, skipped, or not finite. Entries that the file has of
    /// them stay.
    pub(crate) left_out: Vec<String>,
}

/// A report that is to be recorded.
pub(super) struct Recording<'a> {
    pub(super) report: &'a Report,
    /// Whether what it lacks of its suites is not there any more.
    pub(super) is_whole: bool,
}

/// The newest run of each suite of a report.
pub(super) fn newest_runs(report: &Report) -> ByName<&RunInfo> {
    let mut newest: ByName<&RunInfo> = ByName::default();
    for run in [&report.run].into_iter().chain(&report.merged) {
        if newest.get(&run.suite).is_none_or(|known| known.started_at < run.started_at) {
            newest.insert(run.suite.clone(), run);
        }
    }
    newest
}

impl Recording<'_> {
    /// The file that is to be, and what it does to the `old` one.
    ///
    /// # Errors
    ///
    /// When the old file is of another architecture.
    pub(super) fn over(&self, old: Option<File>) -> Result<(File, Recorded), Fault> {
        let run = &self.report.run;
        let mut file = File {
            arch: run.environment.host.arch.clone(),
            recorded_at: rfc3339(run.started_at),
            host: Some(host_of(run)),
            seed: Some(run.seed),
            ..File::default()
        };
        if let Some(old) = old.as_ref().filter(|old| old.arch != file.arch) {
            return Err(Fault::OtherArch { found: old.arch.clone(), this: file.arch });
        }
        let mut recorded = self.take_records(&mut file);
        if let Some(old) = old {
            self.take_old(old, &mut file, &mut recorded);
        }
        Ok((file, recorded))
    }

    fn take_records(&self, file: &mut File) -> Recorded {
        let (runs, mut recorded) = (newest_runs(self.report), Recorded::default());
        for record in &self.report.records {
            let run = runs.get(record.id.suite().as_str()).copied().unwrap_or(&self.report.run);
            match entry(record, run, file) {
                Some(entry) => drop(file.entries.insert(entry.name.clone(), entry)),
                None => recorded.left_out.push(record.id.to_string()),
            }
        }
        recorded.written = file.entries.len();
        recorded
    }

    fn take_old(&self, old: File, file: &mut File, recorded: &mut Recorded) {
        let (old_host, old_seed) = (old.host, old.seed);
        file.others = old.others;
        for (name, mut entry) in old.entries.into_pairs() {
            if file.entries.contains(&name) {
                continue;
            }
            if self.is_whole && self.should_have(&name) && !recorded.left_out.contains(&name) {
                recorded.dropped.push(name);
                continue;
            }
            entry.host = other_than(&file.host, entry.host.or_else(|| old_host.clone()));
            entry.seed = other_than(&file.seed, entry.seed.or(old_seed));
            recorded.kept += 1;
            file.entries.insert(name, entry);
        }
    }

    /// Whether `name` is of a suite that the report is of.
    fn should_have(&self, name: &str) -> bool {
        let mut suites = [&self.report.run].into_iter().chain(&self.report.merged).map(|run| &run.suite);
        suites.any(|suite| name.strip_prefix(suite.as_str()).is_some_and(|rest| rest.starts_with("::")))
    }
}

/// What is recorded of a benchmark, as far as `file` does not say it already.
fn entry(record: &Record, run: &RunInfo, file: &File) -> Option<Entry> {
    let mut entry = convert::to_entry(&record.id.to_string(), &convert::of_record(record)?)?;
    entry.host = other_than(&file.host, Some(host_of(run)));
    entry.seed = other_than(&file.seed, Some(run.seed));
    Some(entry)
}

/// `own`, if it is not what the file says of all anyway.
fn other_than<T: PartialEq>(of_file: &Option<T>, own: Option<T>) -> Option<T> {
    own.filter(|own| of_file.as_ref() != Some(own))
}
