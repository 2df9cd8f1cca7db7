//! The worker's side of the channel: what a copy of the runner does once it was told to be a worker. Main function:
//! [`serve`].

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use super::canary;
use super::protocol::{self, Configured, PROTOCOL, Reply, Request, WORKER_ARGUMENT, WorkerConfig};
use super::workbench::{Resolve, Workbench};
use super::{ArmOrder, PreparedArm, RoundSetback, Setback, Told};
use crate::machine;
use crate::model::{Failure, FailureKind, TurnPlan};

/// Whether this process was started as a worker.
pub(crate) fn is_worker(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> bool {
    arguments.nth(1).is_some_and(|first| first == WORKER_ARGUMENT)
}

/// What a program can tell of its benchmarks without setting one up.
#[derive(Clone, Copy)]
pub(crate) struct Index {
    /// The full names of all.
    pub(crate) names: fn() -> Vec<String>,
    /// How far the functions that make those of these names are from where the program is loaded; `None` where that is not
    /// known.
    pub(crate) roots: fn(&[String]) -> Vec<Option<u64>>,
}

/// Answers requests until the runner says that it is finished, or is gone.
///
/// # Errors
///
/// When the channel breaks; there is nobody left to tell.
pub(crate) fn serve(resolve: Resolve, index: Index) -> io::Result<()> {
    let (requests, mut replies) = claim_channel()?;
    let mut bench = Workbench::new(resolve);
    let served = answer_all(&mut bench, index, &mut BufReader::new(requests), &mut replies);
    if !matches!(served, Ok(true)) {
        // The runner is gone, and nothing that was started here is to outlive it.
        end_group();
    }
    served.map(|_| ())
}

/// Answers requests; returns whether the last one was to finish.
fn answer_all(
    bench: &mut Workbench,
    index: Index,
    requests: &mut impl BufRead,
    replies: &mut File,
) -> io::Result<bool> {
    while let Some(request) = protocol::read(requests)? {
        let is_last = matches!(request, Request::Finish);
        let reply = answer(bench, index, request, replies)?;
        protocol::write(&reply, replies)?;
        if is_last {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes standard input and output for the channel. From here on the user's code reads nothing from standard input, and
/// what it prints goes to standard error.
fn claim_channel() -> io::Result<(File, File)> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let requests: File = rustix::io::fcntl_dupfd_cloexec(io::stdin().as_fd(), 3)?.into();
        let replies: File = rustix::io::fcntl_dupfd_cloexec(io::stdout().as_fd(), 3)?.into();
        rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
        rustix::stdio::dup2_stdout(io::stderr().as_fd())?;
        end_with_the_runner(requests.try_clone()?);
        Ok((requests, replies))
    }
    #[cfg(not(unix))]
    {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "worker processes need a Unix system; use --in-process",
        ))
    }
}

/// Ends this process, and whatever it started, as soon as the runner's end of the channel is closed: even in the middle
/// of an endless loop, and however the runner ended.
///
/// Returns when the thread that watches runs: what starting it takes is not to fall into what is measured.
#[cfg(unix)]
fn end_with_the_runner(channel: File) {
    use rustix::event::{PollFd, PollFlags, poll};
    use std::sync::atomic::{AtomicBool, Ordering};

    static RUNS: AtomicBool = AtomicBool::new(false);
    let waiting = std::thread::current();
    // No flag is asked for: only a hang-up wakes this thread.
    std::thread::spawn(move || {
        RUNS.store(true, Ordering::Release);
        waiting.unpark();
        loop {
            let mut watched = [PollFd::new(&channel, PollFlags::empty())];
            match poll(&mut watched, None) {
                Ok(_) if watched[0].revents().contains(PollFlags::HUP) => break,
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => break,
            }
        }
        end_group();
        std::process::abort();
    });
    while !RUNS.load(Ordering::Acquire) {
        std::thread::park();
    }
}

/// Ends this process and whatever it started. The group is its own, unless it was not the runner that started it.
#[cfg(unix)]
fn end_group() {
    use rustix::process::{Signal, getpgrp, getpid, kill_current_process_group};
    if getpgrp() == getpid() {
        let _ = kill_current_process_group(Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group() {}

fn answer(bench: &mut Workbench, index: Index, request: Request, replies: &mut File) -> io::Result<Reply> {
    let answered = match request {
        Request::Configure(config) => configure(&config),
        Request::List => Ok(Reply::Listed((index.names)())),
        Request::Roots(names) => Ok(Reply::Roots((index.roots)(&names))),
        Request::Provide(provisions) => {
            bench.provide(provisions);
            Ok(Reply::Provided)
        }
        Request::Prepare(arm) => prepare(bench, &arm, replies)?.map(Reply::Prepared),
        Request::Once(arm) => bench.once(arm).map(Reply::Once),
        Request::Calibrate(arm) => bench.calibrate(arm).map(Reply::Calibrated),
        Request::Round(turns) => match round(bench, &turns, replies)? {
            Ok(reply) => Ok(reply),
            Err(RoundSetback { setback, .. }) => Err(setback),
        },
        Request::Memory(arm, order) => {
            bench.memory(arm, &order).map(|counted| Reply::Memory(Box::new(counted)))
        }
        Request::Load(arm, order) => bench.load(arm, &order).map(|trial| Reply::Load(Box::new(trial))),
        Request::Trace(arm, order) => bench.trace(arm, &order).map(|traced| Reply::Trace(Box::new(traced))),
        Request::Finish => bench.clear().map(|()| Reply::Finished),
    };
    Ok(answered.unwrap_or_else(reply_of))
}

fn reply_of(setback: Setback) -> Reply {
    match setback {
        Setback::Skipped(reason) => Reply::Skipped(reason),
        Setback::Failed(failure) => Reply::Failed(failure),
        Setback::Stopped => Reply::Skipped("the run was stopped".to_owned()),
    }
}

/// Sets an arm up. Every fixture is announced, for the same reason as turns are.
fn prepare(
    bench: &mut Workbench,
    arm: &ArmOrder,
    replies: &mut File,
) -> io::Result<Result<PreparedArm, Setback>> {
    let mut announced = Ok(());
    let mut announce = |told: Told<'_>| {
        let told = match told {
            Told::Making(fixture) => Reply::Making(fixture.to_owned()),
            Told::Made(fixture, took) => Reply::Made(fixture.to_owned(), took),
            Told::Notice(text) => Reply::Notice(text.to_owned()),
        };
        if announced.is_ok() {
            announced = protocol::write(&told, replies);
        }
    };
    let prepared = bench.prepare(arm, &mut announce);
    announced.map(|()| prepared)
}

/// Takes the turns. Each is announced, so that the runner knows whose it was if this process does not live to tell.
fn round(
    bench: &mut Workbench,
    turns: &[(usize, TurnPlan)],
    replies: &mut File,
) -> io::Result<Result<Reply, RoundSetback>> {
    let mut taken = Vec::with_capacity(turns.len());
    for &(arm, plan) in turns {
        protocol::write(&Reply::TurnStarted(arm), replies)?;
        match bench.turn(arm, plan) {
            Ok(turn) => taken.push(turn),
            Err(setback) => return Ok(Err(RoundSetback { arm, setback })),
        }
    }
    Ok(Ok(Reply::Turns(taken)))
}

/// Puts this process where, and within the limits, the runner wants it.
fn configure(config: &WorkerConfig) -> Result<Reply, Setback> {
    config.surroundings.clone().install();
    write_no_core_files();
    // What is measured of the machine is not to be taken from what a benchmark may use.
    let limit = config.memory_limit.map(|bytes| bytes.saturating_add(canary::BUFFER as u64));
    let limited = limit.map_or(Ok(()), limit_memory);
    limited.map_err(|error| {
        Setback::Failed(Failure::new(FailureKind::Error, format!("--memory-limit cannot be set: {error}")))
    })?;
    let pinned = config.core.is_some_and(|core| machine::pin_to(core).is_ok());
    let compiler = machine::build().rustc;
    Ok(Reply::Configured(Configured { pinned, protocol: PROTOCOL, compiler }))
}

/// A crash is a row of the report, not a file of the size of the memory.
fn write_no_core_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

/// Limits what this process may allocate.
#[cfg(unix)]
fn limit_memory(bytes: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Not the address space: a runtime reserves far more of that than it uses.
    setrlimit(Resource::Data, Rlimit { current: Some(bytes), maximum: Some(bytes) })?;
    Ok(())
}

#[cfg(not(unix))]
fn limit_memory(_bytes: u64) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}
