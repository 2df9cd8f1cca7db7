//! Whose a container is, and those of runners that are gone. Main function: [`sweep`].

use std::fs;
use std::process;

use serde_json::{Value, json};

use super::engine::{Engine, EngineError};
use crate::secrets::in_url;

/// The label that all our containers have: what tells their run from all others.
const RUN: &str = "adapter-bench.run";
const MACHINE: &str = "adapter-bench.machine";
const PROCESS: &str = "adapter-bench.process";

/// Whose something is that was made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    /// What tells its run from all others.
    pub(super) run: String,
    /// The machine, since it was started.
    pub(super) machine: String,
    /// The process on it.
    pub(super) process: String,
}

impl Owner {
    /// This process, in this run.
    pub(super) fn this(run: &str) -> Self {
        let process = identity_of(process::id()).unwrap_or_default();
        Self { run: run.to_owned(), machine: machine(), process }
    }

    /// The process that started this one, if it lives.
    pub(super) fn parent(run: &str) -> Option<Self> {
        let process = identity_of(std::os::unix::process::parent_id())?;
        Some(Self { run: run.to_owned(), machine: machine(), process })
    }

    /// The one that these labels tell.
    pub(super) fn of(labels: &Value) -> Self {
        let label = |name: &str| labels[name].as_str().unwrap_or_default().to_owned();
        Self { run: label(RUN), machine: label(MACHINE), process: label(PROCESS) }
    }

    /// The one of a run whose process this text tells.
    pub(super) fn of_mark(run: &str, mark: &str) -> Option<Self> {
        let (machine, process) = mark.split_once('|')?;
        Some(Self { run: run.to_owned(), machine: machine.to_owned(), process: process.to_owned() })
    }

    /// Its process in one text, where there are no labels.
    pub(super) fn mark(&self) -> String {
        format!("{}|{}", self.machine, self.process)
    }

    /// The labels of what it owns.
    pub(super) fn labels(&self) -> Value {
        json!({ RUN: self.run, MACHINE: self.machine, PROCESS: self.process })
    }
}

/// Whether the process on this machine is gone; of those on other machines nothing is known.
pub(super) fn is_gone(owner: &Owner) -> bool {
    let Some((id, _)) = owner.process.split_once('@') else { return false };
    let Ok(id) = id.parse::<u32>() else { return false };
    owner.machine == machine() && identity_of(id).as_deref() != Some(&*owner.process)
}

/// Removes the containers of runners that ended without having done so, on this machine. Others' are left alone.
pub(super) fn sweep(engine: &Engine) -> Result<u32, EngineError> {
    let mut removed = 0;
    for container in
        labelled(engine, RUN)?.iter().filter(|container| is_gone(&Owner::of(&container["Labels"])))
    {
        if let Some(id) = container["Id"].as_str() {
            removed += u32::from(remove(engine, id).is_ok());
        }
    }
    Ok(removed)
}

/// Removes a container with its volumes, whether or not it runs.
pub(super) fn remove(engine: &Engine, id: &str) -> Result<(), EngineError> {
    match engine.raw("DELETE", &format!("/containers/{id}?force=true&v=true"), None) {
        Err(EngineError::Refused { status: 404 | 409, .. }) | Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

/// All containers with a label, or with a label of one value, whether or not they run.
pub(super) fn labelled(engine: &Engine, label: &str) -> Result<Vec<Value>, EngineError> {
    let filter = in_url(&json!({ "label": [label] }).to_string());
    let found = engine.json("GET", &format!("/containers/json?all=true&filters={filter}"), None)?;
    Ok(found.as_array().cloned().unwrap_or_default())
}

/// This machine since it was started, and the numbering of processes that holds here.
fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let numbering = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{} {}", boot.trim(), numbering.display())
}

/// A process by its number and the time when it started, if it lives.
fn identity_of(id: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program may hold anything, but it is in parentheses.
    let mut after_name = stat.rsplit_once(')')?.1.split_whitespace();
    let is_dead = matches!(after_name.next(), Some("Z" | "X") | None);
    let started = after_name.nth(18)?;
    (!is_dead).then(|| format!("{id}@{started}"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_process_of_this_machine_left_is_left_over() {
        let mut own = Owner::this("run").labels();
        assert!(!is_gone(&Owner::of(&own)), "this process lives");
        own[PROCESS] = json!(format!("{}@1", process::id()));
        assert!(is_gone(&Owner::of(&own)), "another process had this number");
        own[MACHINE] = json!("elsewhere");
        assert!(!is_gone(&Owner::of(&own)), "nothing is known of processes elsewhere");
        assert!(!is_gone(&Owner::of(&json!({ RUN: "x" }))) && !is_gone(&Owner::of(&Value::Null)));
    }

    #[test]
    fn whose_something_is_can_be_told_in_one_text() {
        let owner = Owner::this("run");
        assert_eq!(Owner::of_mark("run", &owner.mark()), Some(owner));
        assert_eq!(Owner::of_mark("run", "something of a user's"), None);
    }
}
