//! The runner's side of the channel: workers that are fresh copies of this program. Main type: [`ProcessLauncher`].

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::death::{self, Death, Pastime};
use super::protocol::{self, Configured, PROTOCOL, Reply, Request, WORKER_ARGUMENT, WorkerConfig};
use super::stderr::Tail;
use super::{
    ArmOrder, Ear, Launcher, MemoryOrder, Once, PreparedArm, Provisions, RoundSetback, Setback, Told,
    TraceOrder, Worker,
};
use crate::model::{
    Calibration, Failure, FailureKind, LoadOrder, LoadTrial, LoopTrace, Memory, Placement, Side, Turn,
    TurnPlan,
};
use crate::surroundings::Surroundings;

/// How long a worker may take to start, and to end once its arms are torn down.
const GRACE: Duration = Duration::from_secs(10);

/// How long a worker that is of no more use, or was interrupted, may take to tear down its fixtures.
const TAKING_DOWN: Duration = Duration::from_secs(3);

/// How long it is looked at what a worker does when its time is over.
const LAST_LOOK: Duration = Duration::from_millis(100);

/// How often a waiting runner looks whether it was told to stop.
const STOP_CHECK: Duration = Duration::from_millis(50);

/// The programs that workers are copies of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Programs {
    /// The one that is measured: the runner's own executable, or one that was built from the same source.
    pub(crate) this: PathBuf,
    /// The one that it is compared with, if any.
    pub(crate) other: Option<PathBuf>,
}

/// What all workers of a suite have in common.
#[derive(Clone)]
pub(crate) struct ProcessLauncher {
    /// The programs to copy.
    pub(crate) programs: Programs,
    /// The most memory a worker may allocate, in bytes.
    pub(crate) memory_limit: Option<u64>,
    /// What benchmarks may ask for.
    pub(crate) surroundings: Surroundings,
    /// What came of the services that benchmarks need.
    pub(crate) provisions: Provisions,
    /// Whether what benchmarks print is shown as it comes.
    pub(crate) shows_output: bool,
    /// Hears what workers tell of their fixtures.
    pub(crate) ear: Ear,
    /// Tells whether the user wants the run to stop.
    pub(crate) stop: fn() -> bool,
}

/// What a program says of itself when it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Greeting {
    /// The compiler that made it.
    pub(crate) compiler: String,
    /// The full names of its benchmarks.
    pub(crate) names: Vec<String>,
}

impl ProcessLauncher {
    /// Starts the program of this side and asks what it is. Nothing is set up.
    pub(crate) fn greet(&self, side: Side) -> Result<Greeting, Setback> {
        let mut worker = self.spawn(side)?;
        let compiler = worker.configure(self.config(None))?;
        match worker.ask(&Request::List, GRACE)? {
            Reply::Listed(names) => Box::new(worker).finish().map(|()| Greeting { compiler, names }),
            other => Err(worker.misunderstood(&other)),
        }
    }

    /// Starts the program of this side and asks where the functions are that make these benchmarks: how far from where it
    /// is loaded. `None` where it does not tell.
    pub(crate) fn roots(&self, side: Side, names: &[String]) -> Option<Vec<Option<u64>>> {
        let mut worker = self.spawn(side).ok()?;
        worker.configure(self.config(None)).ok()?;
        match worker.ask(&Request::Roots(names.to_vec()), GRACE).ok()? {
            Reply::Roots(roots) if roots.len() == names.len() => {
                Box::new(worker).finish().ok().map(|()| roots)
            }
            _ => None,
        }
    }

    fn spawn(&self, side: Side) -> Result<ProcessWorker, Setback> {
        let program = match side {
            Side::This => &self.programs.this,
            Side::Other => self.programs.other.as_ref().unwrap_or(&self.programs.this),
        };
        ProcessWorker::spawn(program, self).map_err(|error| {
            let message = format!("the worker process does not start ({}): {error}", program.display());
            Setback::Failed(Failure::new(FailureKind::Error, message))
        })
    }

    fn config(&self, core: Option<u32>) -> WorkerConfig {
        WorkerConfig { core, memory_limit: self.memory_limit, surroundings: self.surroundings.clone() }
    }
}

impl Launcher for ProcessLauncher {
    fn launch(&mut self, core: Option<u32>, side: Side) -> Result<Box<dyn Worker>, Setback> {
        let mut worker = self.spawn(side)?;
        worker.configure(self.config(core))?;
        if !self.provisions.are_none() {
            worker.provide(&self.provisions)?;
        }
        Ok(Box::new(worker))
    }

    fn provide(&mut self, provisions: &Provisions) {
        self.provisions = self.provisions.replaced_by(provisions);
    }

    fn placement(&self) -> Placement {
        Placement::Shared
    }
}

/// A worker process. Dropped, it is killed with everything it started.
struct ProcessWorker {
    child: Child,
    /// Whether the child has been waited for.
    is_reaped: bool,
    requests: Option<ChildStdin>,
    replies: Receiver<io::Result<Reply>>,
    tail: Tail,
    core: Option<u32>,
    /// Whether it has made fixtures, which are to be torn down.
    has_fixtures: bool,
    /// The time-out of each arm, by its number.
    timeouts: Vec<Duration>,
    stop: fn() -> bool,
    ear: Ear,
}

impl ProcessWorker {
    fn spawn(program: &Path, launcher: &ProcessLauncher) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(WORKER_ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that what a benchmark starts can be ended with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let missing = || io::Error::other("a standard stream is missing");
        let replies = listen(child.stdout.take().ok_or_else(missing)?);
        let tail = Tail::follow(child.stderr.take().ok_or_else(missing)?, launcher.shows_output);
        let requests = child.stdin.take();
        Ok(Self {
            child,
            is_reaped: false,
            requests,
            replies,
            tail,
            core: None,
            has_fixtures: false,
            timeouts: Vec::new(),
            stop: launcher.stop,
            ear: Ear::clone(&launcher.ear),
        })
    }

    /// Tells the worker what it needs to know; returns the compiler that made it.
    fn configure(&mut self, config: WorkerConfig) -> Result<String, Setback> {
        let core = config.core;
        match self.ask(&Request::Configure(config), GRACE)? {
            Reply::Configured(told) if told.protocol != PROTOCOL => Err(self.speaks(told.protocol)),
            Reply::Configured(Configured { pinned, compiler, .. }) => {
                self.core = core.filter(|_| pinned);
                Ok(compiler)
            }
            other => Err(self.misunderstood(&other)),
        }
    }

    /// Tells the worker what came of the services of the run.
    fn provide(&mut self, provisions: &Provisions) -> Result<(), Setback> {
        match self.ask(&Request::Provide(provisions.clone()), GRACE)? {
            Reply::Provided => Ok(()),
            other => Err(self.misunderstood(&other)),
        }
    }

    /// It is a runner of adapter-bench, of a version that talks otherwise.
    fn speaks(&mut self, protocol: u32) -> Setback {
        self.kill();
        let age = if protocol < PROTOCOL { "older" } else { "newer" };
        let message = format!(
            "it was built with an {age} version of adapter-bench (its workers speak protocol {protocol}, this runner \
             {PROTOCOL}): compare with a revision that depends on the same version"
        );
        let message = message.replace("an newer", "a newer");
        Setback::Failed(Failure::new(FailureKind::Error, message))
    }

    /// Sends a request and waits for its answer.
    fn ask(&mut self, request: &Request, timeout: Duration) -> Result<Reply, Setback> {
        self.send(request)?;
        self.reply(timeout)
    }

    fn send(&mut self, request: &Request) -> Result<(), Setback> {
        let sent = self.requests.as_mut().map(|channel| protocol::write(request, channel));
        match sent {
            Some(Ok(())) => Ok(()),
            // The worker is gone, or it would read: its end says more than the broken pipe.
            Some(Err(_)) | None => Err(Setback::Failed(self.end_of_worker(&Death::Ended))),
        }
    }

    /// The next reply; a skip or a failure is an error here.
    fn reply(&mut self, timeout: Duration) -> Result<Reply, Setback> {
        let deadline = Instant::now() + timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.replies.recv_timeout(left.min(STOP_CHECK)) {
                Ok(Ok(Reply::Skipped(reason))) => return Err(Setback::Skipped(reason)),
                Ok(Ok(Reply::Failed(failure))) => return Err(Setback::Failed(self.with_stderr(failure))),
                Ok(Ok(reply)) => return Ok(reply),
                Ok(Err(error)) => return Err(Setback::Failed(self.end_of_worker(&Death::Garbled(error)))),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Setback::Failed(self.end_of_worker(&Death::Ended)));
                }
                Err(RecvTimeoutError::Timeout) if (self.stop)() => return Err(Setback::Stopped),
                Err(RecvTimeoutError::Timeout) if left.is_zero() => {
                    let pastime = Pastime::of(self.child.id(), LAST_LOOK);
                    return Err(Setback::Failed(self.end_of_worker(&Death::TimedOut(timeout, pastime))));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn with_stderr(&self, failure: Failure) -> Failure {
        Failure { stderr: self.tail.settled(), ..failure }
    }

    /// Puts an end to the worker, if it has not come to one, and tells what it died of.
    fn end_of_worker(&mut self, death: &Death) -> Failure {
        if matches!(death, Death::Ended) {
            // Its channel is closed, but it may still be on its way out.
            self.wait(Duration::from_millis(500));
        }
        let status = self.kill();
        death::failure(death, status, &self.tail.last_words())
    }

    /// Waits until the process has ended, at most for `timeout`.
    fn wait(&mut self, timeout: Duration) {
        let deadline = Instant::now() + timeout;
        while !self.has_ended() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Puts an end to the worker, if it has not come to one, and to all that it started.
    fn kill(&mut self) -> Option<ExitStatus> {
        // A process that has been waited for may have given its number to another: its group is left alone then.
        if !self.is_reaped {
            self.kill_group();
            let _ = self.child.kill();
            self.is_reaped = true;
        }
        self.child.wait().ok()
    }

    /// Whether the process has ended. It is not yet waited for, so that its number remains its own.
    #[cfg(unix)]
    fn has_ended(&mut self) -> bool {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.is_reaped || !matches!(waitid(WaitId::Pid(Pid::from_child(&self.child)), options), Ok(None))
    }

    #[cfg(not(unix))]
    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn misunderstood(&mut self, reply: &Reply) -> Setback {
        let message = format!("the worker answered out of turn: {reply:?}");
        self.kill();
        Setback::Failed(Failure::new(FailureKind::Error, message))
    }

    /// Lets a worker that is of no more use tear down what it has made, if it still can.
    fn take_down(&mut self) {
        let deadline = Instant::now() + TAKING_DOWN;
        let asked = self.requests.as_mut().map(|channel| protocol::write(&Request::Finish, channel));
        let mut waits = matches!(asked, Some(Ok(())));
        while waits {
            let reply = self.replies.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            waits = matches!(reply, Ok(Ok(reply)) if !matches!(reply, Reply::Finished));
        }
    }

    fn timeout(&self, arm: usize) -> Duration {
        self.timeouts.get(arm).copied().unwrap_or(GRACE)
    }

    #[cfg(unix)]
    fn kill_group(&self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    #[cfg(not(unix))]
    fn kill_group(&self) {}
}

impl Worker for ProcessWorker {
    fn prepare(&mut self, arm: &ArmOrder) -> Result<PreparedArm, Setback> {
        self.send(&Request::Prepare(arm.clone()))?;
        let mut making = None;
        loop {
            match self.reply(arm.settings.timeout) {
                Ok(Reply::Making(fixture)) => {
                    self.has_fixtures = true;
                    making = Some(fixture);
                }
                Ok(Reply::Made(fixture, took)) => self.ear.borrow_mut().hear(Told::Made(&fixture, took)),
                Ok(Reply::Notice(text)) => self.ear.borrow_mut().hear(Told::Notice(&text)),
                Ok(Reply::Prepared(prepared)) => {
                    self.timeouts.push(arm.settings.timeout);
                    return Ok(prepared);
                }
                Ok(other) => return Err(self.misunderstood(&other)),
                Err(setback) if self.is_reaped => return Err(while_making(making, setback)),
                Err(setback) => return Err(setback),
            }
        }
    }

    fn once(&mut self, arm: usize) -> Result<Once, Setback> {
        match self.ask(&Request::Once(arm), self.timeout(arm))? {
            Reply::Once(once) => Ok(once),
            other => Err(self.misunderstood(&other)),
        }
    }

    fn calibrate(&mut self, arm: usize) -> Result<Calibration, Setback> {
        match self.ask(&Request::Calibrate(arm), self.timeout(arm))? {
            Reply::Calibrated(calibration) => Ok(calibration),
            other => Err(self.misunderstood(&other)),
        }
    }

    fn round(&mut self, turns: &[(usize, TurnPlan)]) -> Result<Vec<Turn>, RoundSetback> {
        let mut current = turns.first().map_or(0, |(arm, _)| *arm);
        self.send(&Request::Round(turns.to_vec()))
            .map_err(|setback| RoundSetback { arm: current, setback })?;
        loop {
            match self.reply(self.timeout(current)) {
                Ok(Reply::TurnStarted(arm)) => current = arm,
                Ok(Reply::Turns(taken)) => return Ok(taken),
                Ok(other) => {
                    return Err(RoundSetback { arm: current, setback: self.misunderstood(&other) });
                }
                Err(setback) => return Err(RoundSetback { arm: current, setback }),
            }
        }
    }

    fn memory(&mut self, arm: usize, order: &MemoryOrder) -> Result<Result<Memory, String>, Setback> {
        match self.ask(&Request::Memory(arm, order.clone()), self.timeout(arm))? {
            Reply::Memory(counted) => Ok(*counted),
            other => Err(self.misunderstood(&other)),
        }
    }

    fn trace(&mut self, arm: usize, order: &TraceOrder) -> Result<Result<LoopTrace, String>, Setback> {
        match self.ask(&Request::Trace(arm, *order), self.timeout(arm))? {
            Reply::Trace(traced) => Ok(*traced),
            other => Err(self.misunderstood(&other)),
        }
    }

    fn load(&mut self, arm: usize, order: &LoadOrder) -> Result<LoadTrial, Setback> {
        // What the trial itself takes does not count.
        let timeout = self.timeout(arm) + order.length * 2 + order.operation_timeout;
        match self.ask(&Request::Load(arm, *order), timeout)? {
            Reply::Load(trial) => Ok(*trial),
            other => Err(self.misunderstood(&other)),
        }
    }

    fn core(&self) -> Option<u32> {
        self.core
    }

    fn finish(mut self: Box<Self>) -> Result<(), Setback> {
        let longest = self.timeouts.iter().copied().max().unwrap_or(GRACE);
        match self.ask(&Request::Finish, longest.max(GRACE))? {
            Reply::Finished => {}
            other => return Err(self.misunderstood(&other)),
        }
        // The channel stays open meanwhile: closed, it would cut short what the process does at its end.
        self.wait(GRACE);
        Ok(())
    }
}

/// A worker that ended, or had to be ended, did so while this fixture was made.
fn while_making(fixture: Option<String>, setback: Setback) -> Setback {
    match (fixture, setback) {
        (Some(fixture), Setback::Failed(failure)) => {
            let message = format!("while the fixture `{fixture}` was made: {}", failure.message);
            Setback::Failed(Failure { message, ..failure })
        }
        (_, setback) => setback,
    }
}

impl Drop for ProcessWorker {
    fn drop(&mut self) {
        if self.has_fixtures && !self.is_reaped {
            self.take_down();
        }
        self.kill();
        self.tail.drain();
    }
}

/// Reads replies on a thread of their own, so that waiting for them can time out.
fn listen(channel_end: ChildStdout) -> Receiver<io::Result<Reply>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(channel_end);
        while let Some(reply) = protocol::read(&mut lines).transpose() {
            let is_broken = reply.is_err();
            if sender.send(reply).is_err() || is_broken {
                break;
            }
        }
    });
    receiver
}
