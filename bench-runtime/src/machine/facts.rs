//! What this machine offers to those who measure on it: [`facts`].

use std::fs;
use std::thread;

use super::pin::{allowed_cores, pin_to};
use crate::model::MachineFacts;

/// What can be found out before anything is measured; the rest is at its default, and so is all that concerns the clock.
pub(crate) fn facts() -> MachineFacts {
    let cores = allowed_cores();
    MachineFacts {
        cores: cores.len() as u32,
        not_pinned: not_pinned(&cores),
        ..described(&|path| fs::read_to_string(path).ok())
    }
}

/// The fields that are read from files.
fn described(read: &dyn Fn(&str) -> Option<String>) -> MachineFacts {
    let line = |path| read(path).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let meminfo = read("/proc/meminfo").unwrap_or_default();
    MachineFacts {
        clock_source: line("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        hyperthreads: line("/sys/devices/system/cpu/smt/active").map(|text| text == "1"),
        memory: kibibytes(&meminfo, "MemTotal:"),
        free_memory: kibibytes(&meminfo, "MemAvailable:"),
        ..MachineFacts::default()
    }
}

/// A line of `/proc/meminfo`, in bytes.
fn kibibytes(meminfo: &str, key: &str) -> Option<u64> {
    let value = meminfo.lines().find_map(|line| line.strip_prefix(key))?;
    value.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|count| count * 1024)
}

/// Why a thread cannot be pinned to a core; `None` where it can, and has been.
fn not_pinned(cores: &[u32]) -> Option<String> {
    let Some(&core) = cores.first() else { return Some("the system does not tell its cores".to_owned()) };
    // A thread of its own: this one keeps all its cores.
    let tried = thread::spawn(move || pin_to(core)).join();
    match tried {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.source.to_string()),
        Err(_) => Some("the attempt panicked".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described_by(files: &[(&str, &str)]) -> MachineFacts {
        described(&|path| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned()))
    }

    #[test]
    fn what_the_kernel_tells_in_files_is_read() {
        let facts = described_by(&[
            ("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n"),
            ("/sys/devices/system/cpu/smt/active", "1\n"),
            ("/proc/meminfo", "MemTotal:        8000000 kB\nMemFree: 1 kB\nMemAvailable:    2000000 kB\n"),
        ]);
        assert_eq!((facts.clock_source.as_deref(), facts.hyperthreads), (Some("tsc"), Some(true)));
        assert_eq!((facts.memory, facts.free_memory), (Some(8_192_000_000), Some(2_048_000_000)));
    }

    #[test]
    fn what_cannot_be_read_is_not_known() {
        assert_eq!(described_by(&[]), MachineFacts::default());
        let garbage = described_by(&[("/proc/meminfo", "MemTotal: lots\nMemAvailable: 12 MB\n")]);
        assert_eq!((garbage.memory, garbage.free_memory), (None, None));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_machine_has_cores_that_can_be_pinned() {
        let before = allowed_cores();
        let facts = facts();
        assert_eq!((facts.cores as usize, facts.not_pinned), (before.len(), None));
        assert_eq!(allowed_cores(), before, "the calling thread keeps its cores");
    }
}
