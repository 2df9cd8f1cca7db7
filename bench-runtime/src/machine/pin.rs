//! Which cores the calling thread may run on, and how to change that: [`pin_to`] and [`unpin`].

use std::io;

/// A thread could not be moved to the cores asked for. The source says why.
#[derive(Debug, thiserror::Error)]
#[error("the thread could not be restricted to cores {cores:?}")]
pub(crate) struct PinError {
    /// The numbers of the cores that were asked for.
    pub(crate) cores: Vec<u32>,
    /// [`io::ErrorKind::Unsupported`] where the system has no call for it.
    #[source]
    pub(crate) source: io::Error,
}

/// The numbers of the cores that the calling thread may run on, ascending; empty where the system does not tell.
pub(crate) fn allowed_cores() -> Vec<u32> {
    system::allowed_cores()
}

/// Keeps the calling thread, and the threads it starts from now on, on one core.
///
/// Threads that run already are not moved: a worker pins itself before it starts a runtime.
///
/// # Errors
///
/// Where the system has no such call or refuses it: no such core, or one outside the process's set.
pub(crate) fn pin_to(core: u32) -> Result<(), PinError> {
    unpin(&[core])
}

/// Lets the calling thread run on `cores` again, which [`allowed_cores`] told before it was pinned.
///
/// # Errors
///
/// As [`pin_to`]; also if `cores` is empty.
pub(crate) fn unpin(cores: &[u32]) -> Result<(), PinError> {
    system::restrict_to(cores).map_err(|source| PinError { cores: cores.to_vec(), source })
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod system {
    use std::io;

    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    pub(super) fn allowed_cores() -> Vec<u32> {
        let Ok(set) = sched_getaffinity(None) else { return Vec::new() };
        let numbers = 0..u32::try_from(CpuSet::MAX_CPU).unwrap_or(u32::MAX);
        numbers.filter(|core| set.is_set(*core as usize)).collect()
    }

    pub(super) fn restrict_to(cores: &[u32]) -> io::Result<()> {
        let mut set = CpuSet::new();
        for core in cores {
            set.set(index(*core)?);
        }
        Ok(sched_setaffinity(None, &set)?)
    }

    /// A core's place in a set; a set has no room for numbers from [`CpuSet::MAX_CPU`] on.
    fn index(core: u32) -> io::Result<usize> {
        let beyond = || io::Error::new(io::ErrorKind::InvalidInput, format!("there is no core {core}"));
        usize::try_from(core).ok().filter(|index| *index < CpuSet::MAX_CPU).ok_or_else(beyond)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod system {
    use std::io;

    pub(super) fn allowed_cores() -> Vec<u32> {
        Vec::new()
    }

    pub(super) fn restrict_to(_cores: &[u32]) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "this system cannot pin threads to cores"))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::thread;

    use super::*;

    /// Runs `test` in a thread of its own, so that others keep their cores.
    fn apart(test: fn()) {
        thread::spawn(test).join().expect("the assertions hold");
    }

    #[test]
    fn a_pinned_thread_has_one_core_until_it_is_unpinned() {
        apart(|| {
            let before = allowed_cores();
            let core = *before.last().expect("there is a core");
            pin_to(core).expect("the core is one of this process's");
            assert_eq!(allowed_cores(), [core]);
            unpin(&before).expect("the cores were this thread's before");
            assert_eq!(allowed_cores(), before);
        });
    }

    #[test]
    fn threads_started_by_a_pinned_one_share_its_core() {
        apart(|| {
            let core = *allowed_cores().first().expect("there is a core");
            pin_to(core).expect("the core is one of this process's");
            let child = thread::spawn(allowed_cores).join().expect("the thread does not panic");
            assert_eq!(child, [core]);
        });
    }

    #[test]
    fn a_core_that_is_not_there_is_refused() {
        apart(|| {
            for core in [1023, 1024, u32::MAX] {
                let error = pin_to(core).expect_err("there is no such core");
                assert_eq!(error.cores, [core]);
                assert_ne!(error.source.kind(), io::ErrorKind::Unsupported);
            }
            assert!(unpin(&[]).is_err());
        });
    }
}
