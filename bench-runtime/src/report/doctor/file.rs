//! A diagnosis for programs: indented JSON of the schema `adapter-bench/doctor/1`, and a newline. Keys are in the order of
//! the alphabet.

use std::io::{self, Write};

use crate::json::{self, Entry, ToJson, Writer};
use crate::model::{Alarms, Checkup, Diagnosis, Host, MachineFacts, Note, RunInfo, Stop};
use crate::store::{RegimeWord, rfc3339};

/// Writes `diagnosis` as JSON. Shares are numbers, times are in nanoseconds; what is not known is left out.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn json(diagnosis: &Diagnosis, out: &mut impl Write) -> io::Result<()> {
    out.write_all(&json::lines(diagnosis))
}

impl ToJson for Diagnosis {
    fn write(&self, out: &mut Writer) {
        let Self { run, .. } = self;
        let stopped = self.stopped.map(|stop| match stop {
            Stop::Interrupt => "interrupt",
            Stop::Terminate => "terminate",
        });
        out.object(&[
            Entry::if_told("allowed", &known(self.allowed)),
            Entry::always("benchmarks", &self.benchmarks),
            Entry::always("build", &Build(run)),
            Entry::always("comparisons", &self.comparisons),
            Entry::always("elapsed_ns", &(run.elapsed.as_nanos() as u64)),
            Entry::always("in_turns", &self.all),
            Entry::always("machine", &Machine(&run.environment.host, &self.machine)),
            Entry::always("of_machine", &self.of_machine),
            Entry::always("of_package", &self.of_package),
            Entry::always("schema", &"adapter-bench/doctor/1"),
            Entry::always("seed", &run.seed),
            Entry::always("started_at", &rfc3339(run.started_at)),
            Entry::if_told("stopped", &stopped),
            Entry::always("stored", &self.all_stored),
            Entry::always("suite", &run.suite),
        ]);
    }
}

/// What it was measured on.
struct Machine<'a>(&'a Host, &'a MachineFacts);

impl ToJson for Machine<'_> {
    fn write(&self, out: &mut Writer) {
        let Self(host, facts) = self;
        out.object(&[
            Entry::always("arch", &host.arch),
            Entry::if_told("calibration_spread", &facts.calibration_spread),
            Entry::always("clock", &Clock(facts)),
            Entry::always("cores", &facts.cores),
            Entry::always("cpu", &host.cpu),
            Entry::if_told("free_memory", &facts.free_memory),
            Entry::if_told("governor", &host.governor),
            Entry::if_told("hyperthreads", &facts.hyperthreads),
            Entry::always("kernel", &host.kernel),
            Entry::if_told("memory", &facts.memory),
            Entry::always("name", &host.name),
            Entry::if_told("neighbours", &facts.neighbours),
            Entry::if_told("not_pinned", &facts.not_pinned),
            Entry::if_told("stolen", &facts.stolen),
            Entry::if_told("switches_per_turn", &known(facts.interruptions)),
            Entry::if_told("turbo", &host.turbo),
            Entry::if_told("virtualised", &host.virtualised),
        ]);
    }
}

/// What the time is taken from.
struct Clock<'a>(&'a MachineFacts);

impl ToJson for Clock<'_> {
    fn write(&self, out: &mut Writer) {
        out.object(&[
            Entry::if_told("overhead_ns", &known(self.0.clock_overhead_ns)),
            Entry::always("resolution_ns", &(self.0.clock_resolution.as_nanos() as u64)),
            Entry::if_told("source", &self.0.clock_source),
        ]);
    }
}

/// How and from what it was built.
struct Build<'a>(&'a RunInfo);

impl ToJson for Build<'_> {
    fn write(&self, out: &mut Writer) {
        let (build, revision) = (&self.0.environment.build, &self.0.environment.revision);
        out.object(&[
            Entry::always("commit", &revision.commit),
            Entry::always("opt_level", &build.opt_level),
            Entry::always("profile", &build.profile),
            Entry::always("rustc", &build.rustc),
            Entry::always("rustflags", &build.rustflags),
        ]);
    }
}

impl ToJson for Note {
    fn write(&self, out: &mut Writer) {
        out.object(&[
            Entry::always("about", &self.about),
            Entry::if_told("advice", &self.advice),
            Entry::always("found", &self.found),
        ]);
    }
}

impl ToJson for Alarms {
    fn write(&self, out: &mut Writer) {
        out.object(&[
            Entry::always("changed", &self.changed),
            Entry::always("changed_at_most", &self.changed_at_most),
            Entry::always("comparisons", &self.comparisons),
            Entry::always("failed", &self.failed),
            Entry::always("failed_at_most", &self.failed_at_most),
            Entry::always("open", &self.open),
        ]);
    }
}

impl ToJson for Checkup {
    fn write(&self, out: &mut Writer) {
        let regime = self.sampled.map(|(regime, _)| RegimeWord::from(regime).text());
        let iterations = self.sampled.map(|(_, iterations)| iterations);
        out.object(&[
            Entry::always("advice", &self.advice),
            Entry::if_told("between_processes", &self.between_processes),
            Entry::always("drifts", &self.drifts),
            Entry::always("id", &self.id.to_string()),
            Entry::always("in_turns", &self.alarms),
            Entry::if_told("iterations", &iterations),
            Entry::if_told("median_ns", &self.median),
            Entry::always("modes", &self.modes),
            Entry::always("name", &self.name),
            Entry::always("pinned", &!self.is_unpinned),
            Entry::if_told("process_share", &self.process_share),
            Entry::if_told("regime", &regime),
            Entry::if_told("sees", &self.sees),
            Entry::if_told("sees_stored", &self.sees_stored),
            Entry::always("stored", &self.stored),
        ]);
    }
}

/// A number, if it is one.
fn known(number: f64) -> Option<f64> {
    Some(number).filter(|number| number.is_finite())
}
