//! What a worker died of, from its exit status and its last words. Main function: [`failure`].

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use crate::model::{Failure, FailureKind};

/// How the runner noticed that a worker is of no more use.
#[derive(Debug)]
pub(super) enum Death {
    /// The channel was closed.
    Ended,
    /// A step took longer than this.
    TimedOut(Duration, Pastime),
    /// What came over the channel was no reply.
    Garbled(io::Error),
}

/// What a worker did when its time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pastime {
    /// It used a processor.
    Busy,
    /// It used none.
    Waiting,
    /// The system does not tell.
    Unknown,
}

impl Pastime {
    /// What the process with this number does, looked at for this long.
    pub(super) fn of(process: u32, look: Duration) -> Self {
        let Some(before) = ticks_of(process) else { return Self::Unknown };
        std::thread::sleep(look);
        match ticks_of(process) {
            None => Self::Unknown,
            Some(after) if after == before => Self::Waiting,
            Some(_) => Self::Busy,
        }
    }

    fn told(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Busy => "; it was busy to the end",
            Self::Waiting => {
                "; it was waiting for something that did not come. If that is a future, it may hang on a task of a runtime \
                 that nobody drives: make clients in the set-up of an `async fn`, on the runtime that drives the routine"
            }
        }
    }
}

/// The processor time that a process has used so far, in the kernel's ticks (1/100 s); `None` where the system does not
/// tell.
fn ticks_of(process: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is a name in parentheses, which may hold anything; user and system time are fields 14 and 15.
    let fields: Vec<&str> = stat.get(stat.rfind(')')? + 1..)?.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// The failure to report. `stderr` is what the worker wrote last.
///
/// Stack overflow, abort and lack of memory all end in SIGABRT: what Rust writes just before tells them apart.
pub(super) fn failure(death: &Death, status: Option<ExitStatus>, stderr: &str) -> Failure {
    let (kind, message) = match death {
        Death::TimedOut(limit, pastime) => {
            let pastime = pastime.told();
            let message = format!("it took longer than its time-out of {limit:?} and was killed{pastime}");
            (FailureKind::Timeout, message)
        }
        Death::Garbled(error) => (FailureKind::Error, format!("the worker's channel is broken: {error}")),
        Death::Ended => ended(status, stderr),
    };
    Failure { kind, message, stderr: stderr.to_owned() }
}

fn ended(status: Option<ExitStatus>, stderr: &str) -> (FailureKind, String) {
    match (status.and_then(signal), status.and_then(|s| s.code())) {
        (Some(ABORT), _) => aborted(stderr),
        (Some(number), _) => (FailureKind::Signal, format!("its process was ended by {}", name(number))),
        (None, Some(code)) => (FailureKind::Exit, format!("it ended its own process with exit code {code}")),
        (None, None) => (FailureKind::Exit, "its process ended without a status".to_owned()),
    }
}

fn aborted(stderr: &str) -> (FailureKind, String) {
    if stderr.contains("has overflowed its stack") {
        (FailureKind::StackOverflow, "it overflowed its stack".to_owned())
    } else if let Some(line) = stderr.lines().rev().find(|line| is_out_of_memory(line)) {
        (FailureKind::OutOfMemory, format!("it ran out of memory: {}", line.trim()))
    } else if let Some(line) = stderr.lines().rev().find(|line| line.contains("' panicked at ")) {
        (FailureKind::Panic, format!("it panicked where panics abort: {}", line.trim()))
    } else {
        (FailureKind::Abort, "it aborted its process".to_owned())
    }
}

fn is_out_of_memory(line: &str) -> bool {
    line.contains("memory allocation of ") && line.contains(" bytes failed")
}

const ABORT: i32 = 6;

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

fn name(signal: i32) -> String {
    let known = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        _ => return format!("signal {signal}"),
    };
    known.to_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn kind_of(raw_status: i32, stderr: &str) -> FailureKind {
        failure(&Death::Ended, Some(ExitStatus::from_raw(raw_status)), stderr).kind
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_waits_is_told_from_one_that_computes() {
        let does = |command: &str| {
            let mut child = std::process::Command::new("sh").args(["-c", command]).spawn().expect("a shell");
            // Until the shell has become what it is to be.
            let end = std::time::Instant::now() + Duration::from_secs(20);
            let wanted = if command.contains("sleep") { Pastime::Waiting } else { Pastime::Busy };
            let mut found = Pastime::Unknown;
            while found != wanted && std::time::Instant::now() < end {
                found = Pastime::of(child.id(), Duration::from_millis(200));
            }
            let _ = child.kill();
            let _ = child.wait();
            found == wanted
        };
        assert!(does("exec sleep 60") && does("while :; do :; done"));
        assert_eq!(Pastime::of(u32::MAX, Duration::ZERO), Pastime::Unknown);
    }

    #[test]
    fn last_words_tell_the_kinds_of_abort_apart() {
        assert_eq!(kind_of(6, "thread 'main' has overflowed its stack"), FailureKind::StackOverflow);
        assert_eq!(kind_of(6, "memory allocation of 8192 bytes failed"), FailureKind::OutOfMemory);
        assert_eq!(kind_of(6, "thread 'main' panicked at a.rs:1:1:\nboo"), FailureKind::Panic);
        assert_eq!(kind_of(6, ""), FailureKind::Abort);
    }

    #[test]
    fn other_signals_are_named_and_codes_are_told() {
        let killed = failure(&Death::Ended, Some(ExitStatus::from_raw(9)), "");
        assert_eq!(killed.message, "its process was ended by SIGKILL");
        let ended = failure(&Death::Ended, Some(ExitStatus::from_raw(0)), "");
        assert_eq!((ended.kind, ended.message.ends_with("exit code 0")), (FailureKind::Exit, true));
    }

    #[test]
    fn a_time_out_is_told_whatever_the_status() {
        let late = failure(
            &Death::TimedOut(Duration::from_secs(2), Pastime::Unknown),
            Some(ExitStatus::from_raw(9)),
            "x",
        );
        assert_eq!(late.kind, FailureKind::Timeout);
        assert!(late.message.contains("2s"), "{}", late.message);
        assert_eq!(late.stderr, "x");
    }
}
