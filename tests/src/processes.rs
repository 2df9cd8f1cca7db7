//! Which processes a run has started, whatever became of their parents. Main type: [`Process`].

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A process that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub id: i32,
    /// Its command line, in one text.
    pub command: String,
}

/// The processes in whose environment `name` has the value `value`: a program and all that it started, but for those that
/// have ended and are not yet waited for.
pub(crate) fn with_variable(name: &str, value: &str) -> Vec<Process> {
    let wanted = format!("{name}={value}");
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id| has_variable(*id, wanted.as_bytes()))
        .map(|id| Process { id, command: command(id) })
        .collect()
}

fn has_variable(id: i32, wanted: &[u8]) -> bool {
    let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|variable| variable == wanted)
}

fn command(id: i32) -> String {
    let text = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&text).replace('\0', " ").trim().to_owned()
}

/// Far longer than anything that is waited for takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// Waits until `condition` holds.
///
/// # Panics
///
/// When it never does; `what` says what was waited for.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        sleep(Duration::from_millis(5));
    }
}
