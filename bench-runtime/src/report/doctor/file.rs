//! A diagnosis for programs: indented JSON of the schema `adapter-bench/doctor/1`, and a newline.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::model::{Alarms, Checkup, Diagnosis, Host, MachineFacts, Note, RunInfo, Stop};
use crate::store::{RegimeWord, rfc3339};

/// Writes `diagnosis` as JSON. Shares are numbers, times are in nanoseconds; what is not known is left out.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn json(diagnosis: &Diagnosis, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &file(diagnosis))?;
    writeln!(out)
}

fn file(diagnosis: &Diagnosis) -> Value {
    let Diagnosis { run, .. } = diagnosis;
    let stopped = diagnosis.stopped.map(|stop| match stop {
        Stop::Interrupt => "interrupt",
        Stop::Terminate => "terminate",
    });
    known(json!({
        "schema": "adapter-bench/doctor/1",
        "suite": run.suite,
        "started_at": rfc3339(run.started_at),
        "elapsed_ns": run.elapsed.as_nanos() as u64,
        "seed": run.seed,
        "comparisons": diagnosis.comparisons,
        "allowed": diagnosis.allowed,
        "stopped": stopped,
        "machine": machine(&run.environment.host, &diagnosis.machine),
        "build": build(run),
        "of_machine": notes(&diagnosis.of_machine),
        "of_package": notes(&diagnosis.of_package),
        "in_turns": alarms(&diagnosis.all),
        "stored": alarms(&diagnosis.all_stored),
        "benchmarks": diagnosis.benchmarks.iter().map(benchmark).collect::<Vec<_>>(),
    }))
}

fn machine(host: &Host, facts: &MachineFacts) -> Value {
    known(json!({
        "name": host.name,
        "arch": host.arch,
        "cpu": host.cpu,
        "kernel": host.kernel,
        "governor": host.governor,
        "turbo": host.turbo,
        "virtualised": host.virtualised,
        "hyperthreads": facts.hyperthreads,
        "cores": facts.cores,
        "not_pinned": facts.not_pinned,
        "clock": known(json!({
            "source": facts.clock_source,
            "resolution_ns": facts.clock_resolution.as_nanos() as u64,
            "overhead_ns": facts.clock_overhead_ns,
        })),
        "memory": facts.memory,
        "free_memory": facts.free_memory,
        "neighbours": facts.neighbours,
        "stolen": facts.stolen,
        "switches_per_turn": facts.interruptions,
        "calibration_spread": facts.calibration_spread,
    }))
}

fn build(run: &RunInfo) -> Value {
    let build = &run.environment.build;
    json!({
        "rustc": build.rustc,
        "profile": build.profile,
        "opt_level": build.opt_level,
        "rustflags": build.rustflags,
        "commit": run.environment.revision.commit,
    })
}

fn notes(notes: &[Note]) -> Value {
    let note = |note: &Note| known(json!({"about": note.about, "found": note.found, "advice": note.advice}));
    notes.iter().map(note).collect()
}

fn alarms(alarms: &Alarms) -> Value {
    json!({
        "comparisons": alarms.comparisons,
        "failed": alarms.failed,
        "failed_at_most": alarms.failed_at_most,
        "changed": alarms.changed,
        "changed_at_most": alarms.changed_at_most,
        "open": alarms.open,
    })
}

fn benchmark(checkup: &Checkup) -> Value {
    known(json!({
        "id": checkup.id.to_string(),
        "name": checkup.name,
        "median_ns": checkup.median,
        "regime": checkup.sampled.map(|(regime, _)| RegimeWord::from(regime).text()),
        "iterations": checkup.sampled.map(|(_, iterations)| iterations),
        "in_turns": alarms(&checkup.alarms),
        "stored": alarms(&checkup.stored),
        "sees": checkup.sees,
        "sees_stored": checkup.sees_stored,
        "between_processes": checkup.between_processes,
        "process_share": checkup.process_share,
        "drifts": checkup.drifts,
        "modes": checkup.modes,
        "pinned": !checkup.is_unpinned,
        "advice": checkup.advice,
    }))
}

/// An object without what is not known.
fn known(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null());
    }
    value
}
