//! How often the kernel gave this thread's core to other programs. Main type: [`Interruptions`].

use std::time::{Duration, Instant};

/// Less than this share of a time in which other threads of the process ran is not noticed.
const IDLE_SHARE: f64 = 0.01;

/// Counts how often the kernel gave this thread's core to other programs, from [`start`](Self::start) on.
#[derive(Debug)]
pub(crate) struct Interruptions {
    switches: u64,
    time_of_others: Duration,
    started: Instant,
}

impl Interruptions {
    /// Starts to count.
    pub(crate) fn start() -> Self {
        Self {
            switches: involuntary_switches().unwrap_or_default(),
            time_of_others: time_of_other_threads().unwrap_or_default(),
            started: Instant::now(),
        }
    }

    /// How many there were; none where the system does not tell.
    ///
    /// None either if other threads of this process ran meanwhile (a client's own ones, a runtime's workers): the kernel
    /// gives the core to them as well, and does not tell to whom it gave it.
    pub(crate) fn count(self) -> u64 {
        let idle = self.started.elapsed().mul_f64(IDLE_SHARE);
        let time_of_others = time_of_other_threads().unwrap_or_default().saturating_sub(self.time_of_others);
        if time_of_others > idle {
            return 0;
        }
        involuntary_switches().unwrap_or_default().saturating_sub(self.switches)
    }
}

/// The processor time that the process's other threads have used so far; `None` where the system does not tell.
fn time_of_other_threads() -> Option<Duration> {
    system::time_of_other_threads()
}

/// Involuntary context switches of the calling thread since it started; `None` where the system does not tell.
///
/// Cheap enough for both ends of a turn: each thread keeps its status file open and reads it again, which takes about
/// 7 µs where opening it anew takes 15.
fn involuntary_switches() -> Option<u64> {
    system::status_of_this_thread(parsed)
}

/// The counter in the text of a thread's status file.
fn parsed(status: &str) -> Option<u64> {
    let value = status.lines().rev().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"))?;
    value.trim().parse().ok()
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod system {
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    /// The file holds about 1.4 kB; the counters come last, after lists that grow with the number of cores.
    const CAPACITY: usize = 8192;

    thread_local! {
        /// Belongs to the thread that opened it, hence one for each.
        static STATUS: Option<File> = File::open("/proc/thread-self/status").ok();
    }

    /// Applies `read` to the text of the calling thread's status file.
    pub(super) fn status_of_this_thread(read: fn(&str) -> Option<u64>) -> Option<u64> {
        let mut buffer = [0; CAPACITY];
        let length = STATUS.try_with(|file| file.as_ref()?.read_at(&mut buffer, 0).ok()).ok()??;
        read(&String::from_utf8_lossy(&buffer[..length])) // a thread's name may be cut inside a character
    }

    pub(super) fn time_of_other_threads() -> Option<Duration> {
        let of_thread = Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).ok()?;
        let of_process = Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).ok()?;
        Some(of_process.saturating_sub(of_thread))
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod system {
    pub(super) fn status_of_this_thread(_read: fn(&str) -> Option<u64>) -> Option<u64> {
        None
    }

    pub(super) fn time_of_other_threads() -> Option<std::time::Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_is_found_among_the_other_lines() {
        assert_eq!(parsed(include_str!("samples/thread_status.txt")), Some(381));
    }

    #[test]
    fn a_text_without_the_counter_gives_nothing() {
        assert_eq!(parsed("Name:\tcat\nvoluntary_ctxt_switches:\t4\n"), None);
        assert_eq!(parsed("nonvoluntary_ctxt_switches:\tmany\n"), None);
        assert_eq!(parsed(""), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_counter_of_this_thread_never_falls() {
        let first = involuntary_switches().expect("linux tells");
        let second = involuntary_switches().expect("linux tells");
        assert!(second >= first);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn each_thread_reads_its_own_counter() {
        let reader = std::thread::spawn(|| {
            (involuntary_switches(), std::fs::read_to_string("/proc/thread-self/status"))
        });
        let (switches, status) = reader.join().expect("the thread does not panic");
        let now = parsed(&status.expect("linux tells"));
        assert!(switches.is_some() && switches <= now, "{switches:?} {now:?}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn time_that_another_thread_used_is_told_apart_from_ones_own() {
        let before = time_of_other_threads().expect("linux tells");
        let busy = std::thread::spawn(|| {
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(100) {
                std::hint::spin_loop();
            }
        });
        busy.join().expect("the thread does not panic");
        let others = time_of_other_threads().expect("linux tells") - before;
        assert!(others > Duration::from_millis(1), "{others:?}");
    }

    #[test]
    fn what_happened_before_the_start_or_beside_other_threads_of_the_process_is_not_counted() {
        let now = Interruptions::start();
        let with_others =
            Interruptions { switches: 0, time_of_others: Duration::ZERO, ..Interruptions::start() };
        std::thread::spawn(|| (0..1_000_000_u64).map(std::hint::black_box).sum::<u64>())
            .join()
            .expect("the thread does not panic");
        assert!(now.count() <= involuntary_switches().unwrap_or_default());
        assert_eq!(with_others.count(), 0);
    }
}
