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
    TimedOut(Duration),
    /// What came over the channel was no reply.
    Garbled(io::Error),
}

/// The failure to report. `stderr` is what the worker wrote last.
///
/// Stack overflow, abort and lack of memory all end in SIGABRT: what Rust writes just before tells them apart.
pub(super) fn failure(death: &Death, status: Option<ExitStatus>, stderr: &str) -> Failure {
    let (kind, message) = match death {
        Death::TimedOut(limit) => {
            (FailureKind::Timeout, format!("it took longer than its time-out of {limit:?} and was killed"))
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
        let late = failure(&Death::TimedOut(Duration::from_secs(2)), Some(ExitStatus::from_raw(9)), "x");
        assert_eq!(late.kind, FailureKind::Timeout);
        assert!(late.message.contains("2s"), "{}", late.message);
        assert_eq!(late.stderr, "x");
    }
}
