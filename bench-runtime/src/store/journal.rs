//! What a run has measured so far, kept so that it can be resumed after a crash. Main type: [`Journal`].
//!
//! A journal is a file of JSON lines. The first is a [`Header`]; every other one is an [`Entry`], the finished run of a
//! case or a finished trial under load. Lines are only ever added. Each is written by one call, so that a runner which is killed leaves whole lines
//! and at most one torn line at the end. They are not forced to the disk: a run takes less time than that may, and the
//! end of the process, unlike the end of the machine, does not lose what the system has taken.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File, OpenOptions};
use std::hash::Hasher;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::files::write_atomically;
use crate::json;
use crate::model::{Params, Warning, WarningKind};
use crate::plan::GroupCase;
use crate::schedule::{FinishedRun, FinishedTrial};

const SCHEMA: &str = "adapter-bench/journal/1";

/// A journal that finished runs are added to.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    /// Where the last whole line ends.
    end: u64,
}

/// What must be the same for runs to belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// A hash of the program's file.
    executable: String,
    /// A hash of the settings.
    settings: String,
    /// The machine.
    machine: String,
}

json::object!(Identity { executable, settings, machine });

/// Which case a run is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CaseKey {
    group: Option<String>,
    params: Params,
    arms: Vec<String>,
}

json::object!(CaseKey { group, params, arms });

/// What an interrupted run left.
#[derive(Debug)]
pub(crate) struct Resumed {
    /// Takes the runs that are still to come.
    pub(crate) journal: Journal,
    /// What is finished.
    pub(crate) finished: Finished,
    /// What was lost, if anything.
    pub(crate) warning: Option<Warning>,
}

/// What an interrupted run has finished, in order; the default is nothing.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Finished {
    /// Runs of cases.
    pub(crate) runs: Vec<(CaseKey, FinishedRun)>,
    /// Trials under load.
    pub(crate) trials: Vec<FinishedTrial>,
}

impl Finished {
    /// The runs of a case.
    pub(crate) fn runs_of(&self, case: &GroupCase) -> Vec<FinishedRun> {
        let key = CaseKey::of(case);
        self.runs.iter().filter(|(of, _)| *of == key).map(|(_, run)| run.clone()).collect()
    }
}

/// Why a journal cannot be continued.
#[derive(Debug, Error)]
pub(crate) enum Unresumable {
    /// There is none.
    #[error("there is nothing to resume: {} does not exist. Run without `--resume`.", .0.display())]
    Absent(PathBuf),
    /// It is there, but cannot be opened, read or cut.
    #[error("the journal {} cannot be used. Run without `--resume` to start over.", path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Its first line is not a header.
    #[error("{} does not begin like a journal. Run without `--resume` to replace it.", .0.display())]
    Header(PathBuf),
    /// Another version of this crate wrote it.
    #[error(
        "the journal {} is of the format `{found}`, and this version reads `{SCHEMA}`. Run without `--resume` to \
         start over.",
        path.display()
    )]
    Schema {
        /// The journal.
        path: PathBuf,
        /// What it says of itself.
        found: String,
    },
    /// Something is not as it was.
    #[error(
        "the journal {} cannot be continued: {what} since. Its runs do not belong with those that are still to come; \
         run without `--resume` to start over.",
        path.display()
    )]
    Changed {
        /// The journal.
        path: PathBuf,
        /// What is not.
        what: Change,
    },
}

/// What is not as it was when a journal was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Change {
    /// The program.
    #[error("the benchmarks were compiled again")]
    Binary,
    /// The settings.
    #[error("the settings have changed")]
    Settings,
    /// The machine.
    #[error("the machine has changed")]
    Machine,
}

/// The first line.
struct Header {
    schema: String,
    identity: Identity,
}

json::object!(Header { schema, identity });

/// The part of the first line that every version has.
struct AnyHeader {
    schema: String,
}

json::object!(AnyHeader { schema });

/// Every other line: of which case, and the run; or a trial.
struct Entry {
    case: Option<CaseKey>,
    run: Option<FinishedRun>,
    trial: Option<FinishedTrial>,
}

json::object!(Entry { case or absent, run or absent, trial or absent });

impl Identity {
    /// Hashes the program's file and the settings; the machine is kept as it is told.
    ///
    /// The hash is the standard library's, which another version of Rust may change. That does no harm: the same
    /// program brings the same hash with it, and another program is another identity anyway.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(crate) fn of(executable: &Path, settings_text: &str, machine: &str) -> io::Result<Self> {
        Ok(Self {
            executable: hash(&mut File::open(executable)?)?,
            settings: hash(&mut settings_text.as_bytes())?,
            machine: machine.to_owned(),
        })
    }

    /// What tells it from `other`.
    fn change(&self, other: &Self) -> Option<Change> {
        let changes = [
            (self.executable != other.executable, Change::Binary),
            (self.settings != other.settings, Change::Settings),
            (self.machine != other.machine, Change::Machine),
        ];
        changes.into_iter().find_map(|(has_changed, what)| has_changed.then_some(what))
    }
}

fn hash(bytes: &mut impl Read) -> io::Result<String> {
    let mut hashing = Hashing(DefaultHasher::new());
    io::copy(bytes, &mut hashing)?;
    Ok(format!("{:016x}", hashing.0.finish()))
}

/// Hashes what is written to it.
struct Hashing(DefaultHasher);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl CaseKey {
    /// The key of a case.
    pub(crate) fn of(case: &GroupCase) -> Self {
        Self {
            group: case.group.clone(),
            params: case.params.clone(),
            arms: case.arms.iter().map(|arm| arm.id.to_string()).collect(),
        }
    }
}

impl Journal {
    /// Begins a new journal at `path`, in place of an old one; folders are created.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub(crate) fn start(path: &Path, identity: &Identity) -> io::Result<Self> {
        let header = Header { schema: SCHEMA.to_owned(), identity: identity.clone() };
        let line = json::line(&header);
        write_atomically(path, &line)?;
        Self::open(path, line.len() as u64)
    }

    /// Continues the journal at `path`. A torn last line is dropped; a line that makes no sense ends what can be used,
    /// and is dropped with all that follow it.
    ///
    /// # Errors
    ///
    /// When there is none, or its runs do not belong with those that are still to come.
    pub(crate) fn resume(path: &Path, identity: &Identity) -> Result<Resumed, Unresumable> {
        let of_path = |source: io::Error| match source.kind() {
            ErrorKind::NotFound => Unresumable::Absent(path.to_path_buf()),
            _ => Unresumable::Io { path: path.to_path_buf(), source },
        };
        let contents = fs::read(path).map_err(of_path)?;
        let mut lines = whole_lines(&contents);
        let header = lines.next().unwrap_or_default();
        check(header, identity, path)?;
        let (finished, used) = usable(lines);
        let end = header.len() + used;
        let journal = Self::open(path, end as u64).map_err(of_path)?;
        let lost = whole_lines(&contents[end..]).count();
        let warning = (lost > 0).then(|| lost_lines(path, lost));
        Ok(Resumed { journal, finished, warning })
    }

    /// Opens a file that is whole up to `end`, and cuts the rest off.
    fn open(path: &Path, end: u64) -> io::Result<Self> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        Ok(Self { file, end })
    }

    /// Adds a finished run.
    ///
    /// # Errors
    ///
    /// Whatever the system says, a full disk for instance. The journal is then as it was before, and runs can still be
    /// added.
    pub(crate) fn append(&mut self, case: &CaseKey, run: &FinishedRun) -> io::Result<()> {
        self.add(&[json::Entry::always("case", case), json::Entry::always("run", run)])
    }

    /// Adds a finished trial.
    ///
    /// # Errors
    ///
    /// As for [`append`](Self::append).
    pub(crate) fn append_trial(&mut self, trial: &FinishedTrial) -> io::Result<()> {
        self.add(&[json::Entry::always("trial", trial)])
    }

    fn add(&mut self, entry: &[json::Entry<'_>]) -> io::Result<()> {
        let line = json::line(&json::Object(entry));
        let written = self.file.write_all(&line).and_then(|()| self.file.flush());
        match written {
            Ok(()) => self.end += line.len() as u64,
            Err(_) => self.cut()?,
        }
        written
    }

    /// Removes what a failed write has left.
    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.end)?;
        self.file.seek(SeekFrom::Start(self.end)).map(|_| ())
    }
}

/// The lines that have an end, which belongs to them.
fn whole_lines(contents: &[u8]) -> impl Iterator<Item = &[u8]> {
    contents.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"))
}

/// Whether a journal with this first line can be continued.
fn check(header: &[u8], identity: &Identity, path: &Path) -> Result<(), Unresumable> {
    let path = || path.to_path_buf();
    let AnyHeader { schema } = json::from_slice(header).map_err(|_| Unresumable::Header(path()))?;
    if schema != SCHEMA {
        return Err(Unresumable::Schema { path: path(), found: schema });
    }
    let header: Header = json::from_slice(header).map_err(|_| Unresumable::Header(path()))?;
    match header.identity.change(identity) {
        Some(what) => Err(Unresumable::Changed { path: path(), what }),
        None => Ok(()),
    }
}

/// What stands before the first line that makes no sense, and the length of those lines.
fn usable<'a>(lines: impl Iterator<Item = &'a [u8]>) -> (Finished, usize) {
    let (mut finished, mut used) = (Finished::default(), 0);
    for line in lines {
        match json::from_slice(line) {
            Ok(Entry { case: Some(case), run: Some(run), trial: None }) => finished.runs.push((case, run)),
            Ok(Entry { case: None, run: None, trial: Some(trial) }) => finished.trials.push(trial),
            Ok(_) | Err(_) => break,
        }
        used += line.len();
    }
    (finished, used)
}

fn lost_lines(path: &Path, lost: usize) -> Warning {
    let message = format!(
        "the journal {} is damaged: {lost} of its lines cannot be used, and what they held is measured again",
        path.display()
    );
    Warning::new(WarningKind::Store, message)
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::files::scratch::Scratch;
    use crate::model::{
        Basis, Failure, FailureKind, Histogram, LoadOrder, LoadSettings, LoadTrial, Look, Param, Placement,
        Rate,
    };
    use crate::schedule::ArmShare;
    use crate::schedule::fake::{arm, case};

    fn identity() -> Identity {
        Identity { executable: "e".into(), settings: "s".into(), machine: "m".into() }
    }

    fn key(name: &str) -> CaseKey {
        CaseKey::of(&case([arm(name)]))
    }

    fn run(index: u32) -> FinishedRun {
        let failure = Failure::new(FailureKind::Panic, "a line\nand another, \"quoted\" …");
        let shares = [("a", ArmShare::Skipped("no server".into())), ("b", ArmShare::Failed(failure))];
        FinishedRun {
            index,
            look: Look::First,
            retry: 0,
            placement: Placement::Shared,
            elapsed_ns: 123_456_789,
            arms: shares.into_iter().map(|(id, share)| (id.to_owned(), share)).collect(),
        }
    }

    /// A journal with runs 0, 1 and 2.
    fn written(path: &Path) -> Vec<u8> {
        let mut journal = Journal::start(path, &identity()).expect("started");
        for index in 0..3 {
            journal.append(&key("f"), &run(index)).expect("appended");
        }
        fs::read(path).expect("readable")
    }

    fn indices(resumed: &Resumed) -> Vec<u32> {
        resumed.finished.runs.iter().map(|(_, run)| run.index).collect()
    }

    #[test]
    fn what_was_appended_is_found_again() {
        let scratch = Scratch::new("journal-again");
        let path = scratch.path().join("deep/journal.jsonl");
        written(&path);
        let resumed = Journal::resume(&path, &identity()).expect("resumed");
        assert_eq!(resumed.finished.runs, [0, 1, 2].map(|index| (key("f"), run(index))));
        assert_eq!(resumed.warning, None);
    }

    #[test]
    fn a_journal_is_continued_where_it_ended() {
        let scratch = Scratch::new("journal-continued");
        let path = scratch.path().join("journal.jsonl");
        written(&path);
        let mut resumed = Journal::resume(&path, &identity()).expect("resumed");
        resumed.journal.append(&key("g"), &run(7)).expect("appended");
        let resumed = Journal::resume(&path, &identity()).expect("resumed");
        assert_eq!(indices(&resumed), [0, 1, 2, 7]);
        assert_eq!(resumed.finished.runs[3].0, key("g"));
    }

    #[test]
    fn trials_stand_among_the_runs_and_are_found_again() {
        let scratch = Scratch::new("journal-trials");
        let path = scratch.path().join("journal.jsonl");
        let seconds = std::time::Duration::from_secs;
        let load = LoadSettings { rate: Rate::per_second(0.1), ..LoadSettings::default() };
        let order = LoadOrder {
            load,
            length: seconds(1),
            warm_up: seconds(0),
            operation_timeout: seconds(6),
            seed: 7,
        };
        let latency = Histogram::of([(5_000, 3), (9_000, 1)]);
        let trial = LoadTrial { length_ns: 9, completed: 4, latency, ..LoadTrial::default() };
        let trial = FinishedTrial { arm: "p::b::a[rate=0.1]".into(), order, basis: Basis::default(), trial };
        let mut journal = Journal::start(&path, &identity()).expect("started");
        journal.append(&key("f"), &run(0)).expect("appended");
        journal.append_trial(&trial).expect("appended");
        journal.append(&key("f"), &run(1)).expect("appended");
        let resumed = Journal::resume(&path, &identity()).expect("resumed");
        assert_eq!((indices(&resumed), resumed.finished.trials), (vec![0, 1], vec![trial]));
        assert_eq!(resumed.warning, None);
    }

    #[test]
    fn starting_forgets_what_was_there() {
        let scratch = Scratch::new("journal-forgets");
        let path = scratch.path().join("journal.jsonl");
        written(&path);
        Journal::start(&path, &identity()).expect("started");
        assert_eq!(indices(&Journal::resume(&path, &identity()).expect("resumed")), [0; 0]);
    }

    #[test]
    fn a_runner_may_be_killed_at_every_byte() {
        let scratch = Scratch::new("journal-killed");
        let path = scratch.path().join("journal.jsonl");
        let whole = written(&path);
        let ends: Vec<usize> = (1..=whole.len()).filter(|end| whole[end - 1] == b'\n').collect();
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).expect("written");
            let resumed = Journal::resume(&path, &identity());
            if length < ends[0] {
                assert!(matches!(resumed, Err(Unresumable::Header(_))), "{length}");
                continue;
            }
            let mut resumed = resumed.expect("resumed");
            let kept = ends.iter().filter(|end| **end <= length).count() - 1;
            assert_eq!(resumed.finished.runs.len(), kept, "{length}");
            assert_eq!(resumed.warning, None, "{length}");
            for index in kept..3 {
                resumed.journal.append(&key("f"), &run(index as u32)).expect("appended");
            }
            assert!(fs::read(&path).expect("readable") == whole, "{length}");
        }
    }

    #[test]
    fn a_damaged_line_ends_what_can_be_used() {
        let scratch = Scratch::new("journal-damaged");
        let path = scratch.path().join("journal.jsonl");
        let mut damaged = written(&path);
        let ends: Vec<usize> = (1..=damaged.len()).filter(|end| damaged[end - 1] == b'\n').collect();
        damaged[ends[1] + 5] = 0;
        fs::write(&path, &damaged).expect("written");
        let mut resumed = Journal::resume(&path, &identity()).expect("resumed");
        assert_eq!(indices(&resumed), [0]);
        let warning = resumed.warning.expect("a warning");
        assert_eq!(warning.kind, WarningKind::Store);
        assert!(warning.message.contains("2 of its lines"), "{}", warning.message);
        resumed.journal.append(&key("f"), &run(1)).expect("appended");
        let again = Journal::resume(&path, &identity()).expect("resumed");
        assert_eq!((indices(&again), again.warning), (vec![0, 1], None));
    }

    #[test]
    fn what_has_changed_is_said() {
        let scratch = Scratch::new("journal-changed");
        let path = scratch.path().join("journal.jsonl");
        written(&path);
        let other = || "other".to_owned();
        let table = [
            (Identity { executable: other(), ..identity() }, "the benchmarks were compiled again"),
            (Identity { settings: other(), ..identity() }, "the settings have changed"),
            (Identity { machine: other(), ..identity() }, "the machine has changed"),
        ];
        for (identity, expected) in table {
            let error = Journal::resume(&path, &identity).expect_err("it has changed");
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn what_is_no_journal_is_not_resumed() {
        let scratch = Scratch::new("journal-none");
        let path = scratch.path().join("journal.jsonl");
        let absent = Journal::resume(&path, &identity()).expect_err("absent");
        assert!(matches!(absent, Unresumable::Absent(_)), "{absent}");

        fs::write(&path, "{\"schema\":\"adapter-bench/journal/9\",\"new\":1}\n").expect("written");
        let newer = Journal::resume(&path, &identity()).expect_err("newer");
        assert!(newer.to_string().contains("adapter-bench/journal/9"), "{newer}");

        for text in ["", "\n", "a text\n", "{\"schema\":\"adapter-bench/journal/1\"}\n"] {
            fs::write(&path, text).expect("written");
            let error = Journal::resume(&path, &identity()).expect_err("no journal");
            assert!(matches!(error, Unresumable::Header(_)), "{error}");
        }
        let folder = Journal::resume(scratch.path(), &identity()).expect_err("a folder");
        assert!(matches!(folder, Unresumable::Io { .. }), "{folder}");
    }

    #[test]
    fn an_identity_hangs_on_the_contents_of_the_program() {
        let scratch = Scratch::new("journal-identity");
        let of = |contents: &str, settings| {
            let program = scratch.path().join("program");
            fs::write(&program, contents).expect("written");
            Identity::of(&program, settings, "m").expect("readable")
        };
        assert_eq!(of("one", "s"), of("one", "s"));
        assert_eq!(of("one", "s").change(&of("two", "s")), Some(Change::Binary));
        assert_eq!(of("one", "s").change(&of("one", "t")), Some(Change::Settings));
        assert!(Identity::of(&scratch.path().join("absent"), "s", "m").is_err());
    }

    #[test]
    fn cases_are_told_apart_by_group_parameters_and_arms() {
        let plain = case([arm("a"), arm("b")]);
        let mut others = [plain.clone(), plain.clone(), plain.clone()];
        others[0].group = None;
        others[1].params = Params(vec![Param { name: "rows".into(), value: "1".into() }]);
        others[2].arms.swap(0, 1);
        assert!(others.iter().all(|other| CaseKey::of(other) != CaseKey::of(&plain)));
        assert_eq!(CaseKey::of(&plain.clone()), CaseKey::of(&plain));
    }
}
