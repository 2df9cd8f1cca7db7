//! What a machine means for those who measure on it. Main function: [`notes`].

use crate::model::{Host, MachineFacts, Note};

/// A slower clock is in the way of short calls: 0.5 % of one of 10 µs, twice.
const SLOW_CLOCK_NS: f64 = 50.0;
/// Others may keep so much of the cores busy.
const BUSY_SHARE: f64 = 0.5;
/// The hypervisor may withhold so much, as a share.
const STOLEN: f64 = 0.02;
/// The kernel may take the core away so often, per turn.
const INTERRUPTED: f64 = 0.1;
/// Less free memory than this share of all of it is little.
const LITTLE_MEMORY: f64 = 0.05;
/// Calibrations that differ by more show a machine that changes its speed.
const UNSTEADY: f64 = 0.25;

/// What is to be said of a machine, each with advice where something is amiss; nothing of what the system does not tell.
pub(crate) fn notes(host: &Host, facts: &MachineFacts) -> Vec<Note> {
    let unknown = [
        governor(host),
        turbo(host),
        hyperthreads(facts),
        virtualised(host),
        neighbours(host, facts),
        stolen(facts),
        memory(facts),
        calibration(facts),
    ];
    let known = [clock(facts), pinning(facts), interruptions(facts)];
    known.into_iter().chain(unknown.into_iter().flatten()).collect()
}

fn note(about: &'static str, found: String, is_amiss: bool, advice: &str) -> Note {
    Note { about, found, advice: is_amiss.then(|| advice.to_owned()) }
}

fn clock(facts: &MachineFacts) -> Note {
    let source = facts.clock_source.as_deref().unwrap_or("of the system");
    let (step, reading) = (facts.clock_resolution.as_nanos(), facts.clock_overhead_ns);
    let found = format!("{source}, steps of {step} ns, {reading:.0} ns to read");
    let advice =
        "the clock is slow to read, which is in every call that is timed by itself: let the kernel use `tsc`";
    note("clock", found, reading > SLOW_CLOCK_NS, advice)
}

fn pinning(facts: &MachineFacts) -> Note {
    let cores = counted(facts.cores, "core");
    match &facts.not_pinned {
        None => note("pinning", format!("possible, to any of {cores}"), false, ""),
        Some(reason) => {
            let advice =
                "workers move between cores, and figures spread more: measure where threads can be pinned";
            note("pinning", format!("not possible: {reason}"), true, advice)
        }
    }
}

fn governor(host: &Host) -> Option<Note> {
    let governor = host.governor.clone()?;
    let is_amiss = governor != "performance";
    let advice =
        "the frequency follows the load: `cpupower frequency-set --governor performance` keeps it up";
    Some(note("governor", governor, is_amiss, advice))
}

fn turbo(host: &Host) -> Option<Note> {
    let is_on = host.turbo?;
    let advice = "the frequency falls as the processor warms up: switch it off where earlier results are compared with";
    Some(note("turbo", if is_on { "on" } else { "off" }.to_owned(), is_on, advice))
}

fn hyperthreads(facts: &MachineFacts) -> Option<Note> {
    let are_on = facts.hyperthreads?;
    let advice =
        "what runs on the sibling of a core slows it down: keep other programs away, or switch SMT off";
    Some(note("siblings", if are_on { "cores share units" } else { "none" }.to_owned(), are_on, advice))
}

fn virtualised(host: &Host) -> Option<Note> {
    let is_virtual = host.virtualised?;
    let advice = "neighbours on the host are not seen from here, and earlier results may be of other hours or hardware: \
                  gate with --against";
    Some(note("virtual", if is_virtual { "yes" } else { "no" }.to_owned(), is_virtual, advice))
}

fn neighbours(host: &Host, facts: &MachineFacts) -> Option<Note> {
    let tasks = facts.neighbours?;
    let is_amiss = host.cores > 0 && tasks > f64::from(host.cores) * BUSY_SHARE;
    let found = format!("{tasks:.1} other tasks wanted a core, on average");
    Some(note("load", found, is_amiss, "stop other programs while measuring"))
}

fn stolen(facts: &MachineFacts) -> Option<Note> {
    let share = facts.stolen?;
    let found = format!("{:.1}% of the processor time was withheld by the hypervisor", share * 100.0);
    Some(note(
        "steal",
        found,
        share > STOLEN,
        "measure on a machine with cores of its own, or at another hour",
    ))
}

fn interruptions(facts: &MachineFacts) -> Note {
    let found = format!("in {:.1} of 100 turns the core was taken away", facts.interruptions * 100.0);
    let advice =
        "other programs run on the same cores: stop them, or give the runner cores of its own (taskset)";
    note("switches", found, facts.interruptions > INTERRUPTED, advice)
}

fn memory(facts: &MachineFacts) -> Option<Note> {
    let (all, free) = (facts.memory?, facts.free_memory?);
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    let found = format!("{:.1} of {:.1} GiB are free", gib(free), gib(all));
    let is_amiss = (free as f64) < LITTLE_MEMORY * all as f64;
    Some(note("memory", found, is_amiss, "swapping would be measured: end what holds the memory"))
}

fn calibration(facts: &MachineFacts) -> Option<Note> {
    let spread = facts.calibration_spread?;
    let found = format!("the same benchmark's differ by {:.0}% over the comparisons", spread * 100.0);
    let advice = "the machine changes its speed: believe what was measured in turns, and no figure by itself";
    Some(note("calibration", found, spread > UNSTEADY, advice))
}

fn counted(count: u32, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn facts() -> MachineFacts {
        MachineFacts {
            clock_source: Some("tsc".to_owned()),
            clock_resolution: Duration::from_nanos(1),
            clock_overhead_ns: 25.0,
            cores: 2,
            memory: Some(8 << 30),
            free_memory: Some(4 << 30),
            neighbours: Some(0.2),
            stolen: Some(0.001),
            interruptions: 0.01,
            calibration_spread: Some(0.03),
            ..MachineFacts::default()
        }
    }

    fn amiss(host: &Host, facts: &MachineFacts) -> Vec<&'static str> {
        notes(host, facts).iter().filter(|note| note.advice.is_some()).map(|note| note.about).collect()
    }

    #[test]
    fn a_quiet_machine_needs_no_advice() {
        let host =
            Host { cores: 2, governor: Some("performance".into()), turbo: Some(false), ..Host::default() };
        assert_eq!(amiss(&host, &facts()), [""; 0]);
        let told: Vec<&str> = notes(&host, &facts()).iter().map(|note| note.about).collect();
        let all =
            ["clock", "pinning", "switches", "governor", "turbo", "load", "steal", "memory", "calibration"];
        assert_eq!(told, all);
    }

    #[test]
    fn what_is_amiss_has_advice() {
        let host = Host {
            cores: 2,
            governor: Some("powersave".into()),
            turbo: Some(true),
            virtualised: Some(true),
            ..Host::default()
        };
        let facts = MachineFacts {
            clock_source: None,
            clock_overhead_ns: 400.0,
            not_pinned: Some("not permitted".into()),
            hyperthreads: Some(true),
            free_memory: Some(1 << 20),
            neighbours: Some(1.5),
            stolen: Some(0.2),
            interruptions: 0.4,
            calibration_spread: Some(0.9),
            ..facts()
        };
        assert_eq!(amiss(&host, &facts).len(), notes(&host, &facts).len());
        assert_eq!(notes(&host, &facts).len(), 11);
    }

    #[test]
    fn what_the_system_does_not_tell_is_left_out() {
        let told = notes(&Host::default(), &MachineFacts::default());
        let told: Vec<&str> = told.iter().map(|note| note.about).collect();
        assert_eq!(told, ["clock", "pinning", "switches"]);
    }
}
