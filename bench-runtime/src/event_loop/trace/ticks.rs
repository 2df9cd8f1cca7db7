//! The clock of the traced pass, read twice in every poll. Main functions: [`now`] and [`Ticks::nanoseconds`].
//!
//! Where the processor's time-stamp counter runs at one speed whatever the cores do, it is that: reading it takes 8 ns,
//! where the system's clock takes three times as long. What a tick is, is told by the system's clock at both ends.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The beginning of a time in which ticks are counted.
#[derive(Debug)]
pub(super) struct Ticks {
    since: Instant,
    at_start: u64,
}

/// The two clocks are compared over at least this long: that tells a tick to a ten-thousandth.
const COMPARED_OVER: Duration = Duration::from_millis(2);

impl Ticks {
    /// Starts to compare.
    pub(super) fn start() -> Self {
        let (since, at_start) = both();
        Self { since, at_start }
    }

    /// Nanoseconds of one tick. Waits until the two clocks can be compared.
    pub(super) fn nanoseconds(&self) -> f64 {
        while self.since.elapsed() < COMPARED_OVER {
            std::hint::spin_loop();
        }
        let (until, at_end) = both();
        let ticks = at_end.saturating_sub(self.at_start);
        (until - self.since).as_nanos() as f64 / ticks.max(1) as f64
    }
}

/// How many times both clocks are read to find one moment of both.
const READINGS: usize = 8;

/// One moment in both clocks, from the reading that took the shortest: the others may have been interrupted.
fn both() -> (Instant, u64) {
    let reading = || {
        let (before, at, after) = (now(), Instant::now(), now());
        let took = after.saturating_sub(before);
        (took, at, before + took / 2)
    };
    let mut best = reading();
    for _ in 1..READINGS {
        let next = reading();
        if next.0 < best.0 {
            best = next;
        }
    }
    (best.1, best.2)
}

/// The moment now, in ticks; never 0.
#[inline]
pub(super) fn now() -> u64 {
    /// Where the system's clock is read, what it counts from.
    static SINCE: OnceLock<Option<Instant>> = OnceLock::new();
    match SINCE.get_or_init(|| (!counter::is_steady()).then(Instant::now)) {
        None => counter::read(),
        Some(since) => since.elapsed().as_nanos() as u64 + 1,
    }
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod counter {
    use std::fs::read_to_string;

    /// Clocks that the kernel goes back to where it found that the counters of the cores disagree.
    const INSTEAD: [&str; 3] = ["hpet", "acpi_pm", "jiffies"];

    /// Whether the counter runs at one speed, in step on all cores, as far as processor and kernel tell.
    pub(super) fn is_steady() -> bool {
        let source = read_to_string("/sys/devices/system/clocksource/clocksource0/current_clocksource");
        let is_trusted = source.is_ok_and(|source| !INSTEAD.contains(&source.trim()));
        let cpu = read_to_string("/proc/cpuinfo").unwrap_or_default();
        let flags = cpu.lines().find(|line| line.starts_with("flags")).unwrap_or_default();
        let has = |flag: &str| flags.split_whitespace().any(|word| word == flag);
        is_trusted && has("constant_tsc") && has("nonstop_tsc")
    }

    #[expect(unsafe_code, reason = "the standard library has no safe way to read the counter")]
    #[inline]
    pub(super) fn read() -> u64 {
        // SAFETY: every x86-64 processor has the instruction, and it touches nothing but the registers it returns in.
        unsafe { core::arch::x86_64::_rdtsc() }
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
mod counter {
    pub(super) fn is_steady() -> bool {
        false
    }

    pub(super) fn read() -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_and_the_systems_clock_agree() {
        let tick = Ticks::start().nanoseconds();
        let (began, from) = both();
        std::thread::sleep(Duration::from_millis(20));
        let (ended, to) = both();
        let (counted, took) = ((to - from) as f64 * tick, (ended - began).as_nanos() as f64);
        assert!((0.99..1.01).contains(&(counted / took)), "{counted} ns in {took} ns");
    }
}
