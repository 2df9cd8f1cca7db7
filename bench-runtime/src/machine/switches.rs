//! How often the kernel took the core away from this thread: [`involuntary_switches`].

/// Involuntary context switches of the calling thread since it started; `None` where the system does not tell.
///
/// Cheap enough for both ends of a turn: each thread keeps its status file open and reads it again, which takes about
/// 7 µs where opening it anew takes 15.
pub(crate) fn involuntary_switches() -> Option<u64> {
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
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod system {
    pub(super) fn status_of_this_thread(_read: fn(&str) -> Option<u64>) -> Option<u64> {
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
}
