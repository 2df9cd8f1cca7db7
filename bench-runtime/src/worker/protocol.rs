//! What runner and worker say to each other: one JSON value per line, requests on the worker's standard input, replies on
//! what was its standard output. Main types: [`Request`] and [`Reply`].

use std::io::{self, BufRead, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{ArmOrder, MemoryOrder, Once};
use crate::model::{ArmInfo, Calibration, Failure, Memory, Turn, TurnPlan};
use crate::surroundings::Surroundings;

/// The first and only argument of a program that is started as a worker.
pub(crate) const WORKER_ARGUMENT: &str = "__adapter-bench-worker";

/// What a worker needs to know before anything else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct WorkerConfig {
    /// The core to stay on.
    pub(crate) core: Option<u32>,
    /// The most memory, in bytes, that it may allocate.
    pub(crate) memory_limit: Option<u64>,
    /// What the user's code may ask for.
    pub(crate) surroundings: Surroundings,
}

/// What the runner tells a worker. Every request is answered; a round by [`Reply::TurnStarted`]s and one
/// [`Reply::Turns`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// The first one.
    Configure(WorkerConfig),
    /// Set an arm up.
    Prepare(ArmOrder),
    /// Call an arm once.
    Once(usize),
    /// Calibrate an arm.
    Calibrate(usize),
    /// Take turns.
    Round(Vec<(usize, TurnPlan)>),
    /// Count what an arm does with memory.
    Memory(usize, MemoryOrder),
    /// Tear everything down and end.
    Finish,
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// It is configured.
    Configured {
        /// Whether it stays on the core it was given.
        pinned: bool,
    },
    /// An arm is set up.
    Prepared(ArmInfo),
    /// An arm was called once.
    Once(Once),
    /// An arm is calibrated.
    Calibrated(Calibration),
    /// An arm's turn begins.
    TurnStarted(usize),
    /// The turns of a round.
    Turns(Vec<Turn>),
    /// What an arm does with memory, or why that cannot be counted.
    Memory(Result<Memory, String>),
    /// An arm cannot run here.
    Skipped(String),
    /// An arm failed.
    Failed(Failure),
    /// All is torn down.
    Finished,
}

/// Writes one message.
pub(crate) fn write(message: &impl Serialize, channel: &mut impl Write) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    channel.write_all(&line)?;
    channel.flush()
}

/// Reads one message; `None` at the end of the channel.
pub(crate) fn read<T: DeserializeOwned>(channel: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    if channel.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&line)?))
}
