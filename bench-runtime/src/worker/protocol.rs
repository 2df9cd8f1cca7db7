//! What runner and worker say to each other: one JSON value per line, requests on the worker's standard input, replies on
//! what was its standard output. Main types: [`Request`] and [`Reply`].

use std::io::{self, BufRead, Write};
use std::time::Duration;

use super::{ArmOrder, MemoryOrder, Once, PreparedArm, Provisions, TraceOrder};
use crate::json::{self, FromJson, ToJson};
use crate::model::{Calibration, Failure, LoadOrder, LoadTrial, LoopTrace, Memory, Turn, TurnPlan};
use crate::surroundings::Surroundings;

/// The first and only argument of a program that is started as a worker.
pub(crate) const WORKER_ARGUMENT: &str = "__adapter-bench-worker";

/// The version of what is said here. It goes up with every change that an older runner or worker would not understand:
/// the worker may be a program of another revision. One that tells no version speaks version 0.
pub(crate) const PROTOCOL: u32 = 4;

/// What a worker needs to know before anything else.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WorkerConfig {
    /// The core to stay on.
    pub(crate) core: Option<u32>,
    /// The most memory, in bytes, that it may allocate.
    pub(crate) memory_limit: Option<u64>,
    /// What the user's code may ask for.
    pub(crate) surroundings: Surroundings,
}

json::object!(WorkerConfig { core, memory_limit, surroundings });

/// What the runner tells a worker. Every request is answered; a round by [`Reply::TurnStarted`]s and one
/// [`Reply::Turns`], a preparation by what is told of fixtures and one [`Reply::Prepared`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Request {
    /// The first one. It and its answer are understood by every version.
    Configure(WorkerConfig),
    /// Tell the full names of all benchmarks.
    List,
    /// Tell where the functions are that make these benchmarks. A worker that does not understand it is of no more use,
    /// and nothing is lost.
    Roots(Vec<String>),
    /// What came of the services of the run.
    Provide(Provisions),
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
    /// Trace the futures of an arm.
    Trace(usize, TraceOrder),
    /// Put an arm under a load.
    Load(usize, LoadOrder),
    /// Tear everything down and end.
    Finish,
}

json::choice!(Request {
    Configure(config) = "configure",
    List = "list",
    Roots(names) = "roots",
    Provide(provisions) = "provide",
    Prepare(arm) = "prepare",
    Once(arm) = "once",
    Calibrate(arm) = "calibrate",
    Round(turns) = "round",
    Memory(arm, order) = "memory",
    Trace(arm, order) = "trace",
    Load(arm, order) = "load",
    Finish = "finish",
});

/// What a worker that is configured says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Configured {
    /// Whether it stays on the core it was given.
    pub(crate) pinned: bool,
    /// The version of the protocol that it speaks.
    pub(crate) protocol: u32,
    /// The compiler that made it.
    pub(crate) compiler: String,
}

json::object!(Configured { pinned, protocol or absent, compiler or absent });

/// What a worker answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reply {
    /// It is configured.
    Configured(Configured),
    /// The full names of its benchmarks.
    Listed(Vec<String>),
    /// How far they are from where the program is loaded; `None` where that is not known.
    Roots(Vec<Option<u64>>),
    /// What came of the services is known.
    Provided,
    /// A fixture of this name is about to be made.
    Making(String),
    /// It took so long.
    Made(String, Duration),
    /// Something that the user should know.
    Notice(String),
    /// An arm is set up.
    Prepared(PreparedArm),
    /// An arm was called once.
    Once(Once),
    /// An arm is calibrated.
    Calibrated(Calibration),
    /// An arm's turn begins.
    TurnStarted(usize),
    /// The turns of a round.
    Turns(Vec<Turn>),
    /// What an arm does with memory, or why that cannot be counted.
    Memory(Box<Result<Memory, String>>),
    /// What an arm does to the event loop, or why that cannot be told.
    Trace(Box<Result<LoopTrace, String>>),
    /// What an arm showed under load.
    Load(Box<LoadTrial>),
    /// An arm cannot run here.
    Skipped(String),
    /// An arm failed.
    Failed(Failure),
    /// All is torn down.
    Finished,
}

json::choice!(Reply {
    Configured(greeting) = "configured",
    Listed(names) = "listed",
    Roots(places) = "roots",
    Provided = "provided",
    Making(fixture) = "making",
    Made(fixture, took) = "made",
    Notice(text) = "notice",
    Prepared(arm) = "prepared",
    Once(once) = "once",
    Calibrated(calibration) = "calibrated",
    TurnStarted(arm) = "turn_started",
    Turns(turns) = "turns",
    Memory(counted) = "memory",
    Trace(traced) = "trace",
    Load(trial) = "load",
    Skipped(reason) = "skipped",
    Failed(failure) = "failed",
    Finished = "finished",
});

/// Writes one message.
pub(crate) fn write(message: &dyn ToJson, channel: &mut impl Write) -> io::Result<()> {
    channel.write_all(&json::line(message))?;
    channel.flush()
}

/// Reads one message; `None` at the end of the channel.
pub(crate) fn read<T: FromJson>(channel: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    if channel.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(json::from_slice(&line)?))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// What every version says first, and what it answers: a runner and a worker of different versions must be able to
    /// find out that they are.
    #[test]
    fn the_first_exchange_stays_as_it_is() {
        let request = json::line(&Request::Configure(WorkerConfig::default()));
        let request: Value = serde_json::from_slice(&request).expect("JSON");
        let keys: Vec<&str> =
            request["configure"].as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, ["core", "memory_limit", "surroundings"]);
        let answer = r#"{"configured":{"pinned":true}}"#;
        let unversioned = Configured { pinned: true, ..Configured::default() };
        let understood: Reply = json::from_slice(answer.as_bytes()).expect("understood");
        assert_eq!(understood, Reply::Configured(unversioned));
        let answer = r#"{"configured":{"pinned":false,"protocol":99,"compiler":"rustc 9","mood":"good"}}"#;
        let understood = json::from_slice(answer.as_bytes());
        assert!(matches!(understood, Ok(Reply::Configured(Configured { protocol: 99, .. }))));
    }
}
