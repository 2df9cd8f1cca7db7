//! Measures the machine beside the arms: arithmetic, and loads from a buffer. Main type: [`Canaries`].

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::model::Canary;
use crate::stats::quantile::median;

/// The bytes of the buffer: more than the second-level cache of a core.
pub(super) const BUFFER: usize = 4 << 20;

/// Numbers of a cache line: one of each line is loaded.
const LINE: usize = 16;

/// Lines of the buffer.
const LINES: usize = BUFFER / size_of::<u32>() / LINE;

/// A page is real only once something was written to it.
const PAGE: usize = 4096 / size_of::<u32>();

/// Steps of arithmetic and loads of a reading: about 5 µs each on a core of today.
const STEPS: u32 = 2_000;
const LOADS: u32 = 128;

/// Steps before the clock starts: what ran before has cooled the code.
const WARM_UP: u32 = 200;

/// Independent chains of a step, so that it fills the core's units instead of waiting for one of them: whoever shares the
/// core is then felt.
const CHAINS: usize = 4;

/// The work of both measurements, ready to be done. Nothing is allocated before the first reading.
#[derive(Default)]
pub(super) struct Canaries {
    chains: [u64; CHAINS],
    buffer: Vec<u32>,
    line: usize,
}

impl Canaries {
    /// The medians of so many readings; `None` for none, or where there is no memory for the buffer.
    pub(super) fn read(&mut self, readings: u32) -> Option<Canary> {
        if readings == 0 || !self.has_buffer() {
            return None;
        }
        self.compute(WARM_UP);
        let (mut cpu, mut memory) = (Vec::new(), Vec::new());
        for _ in 0..readings {
            cpu.push(clocked(STEPS, || self.compute(STEPS)));
            memory.push(clocked(LOADS, || self.walk(LOADS)));
        }
        Some(Canary { cpu: median(&cpu)?, memory: median(&memory)? })
    }

    /// Makes the buffer, if there is none.
    fn has_buffer(&mut self) -> bool {
        if self.buffer.is_empty() && self.buffer.try_reserve_exact(LINES * LINE).is_ok() {
            self.buffer.resize(LINES * LINE, 0);
            // The compiler would know that there are zeros already.
            self.buffer.iter_mut().step_by(PAGE).for_each(|number| *number = black_box(0));
        }
        !self.buffer.is_empty()
    }

    /// Steps of 64-bit arithmetic: multiplication, shift, rotation.
    #[inline(never)]
    fn compute(&mut self, steps: u32) {
        let mut chains = black_box(self.chains);
        for _ in 0..steps {
            for chain in &mut chains {
                let product = chain.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                *chain = (product ^ (product >> 29)).rotate_left(13).wrapping_add(0x2545_f491_4f6c_dd1d);
            }
        }
        self.chains = black_box(chains);
    }

    /// Loads one number from each of so many lines. Where the next one is hangs on what was loaded. No line comes twice
    /// before all others did: the sequence is a linear congruential one with a full period (Hull and Dobell, "Random
    /// Number Generators", SIAM Review 4, 1962).
    #[inline(never)]
    fn walk(&mut self, loads: u32) {
        let mut line = self.line;
        for _ in 0..loads {
            let loaded = self.buffer[line * LINE] as usize;
            line = line.wrapping_mul(37_213).wrapping_add(12_345).wrapping_add(loaded) % LINES;
        }
        self.line = black_box(line);
    }
}

/// Nanoseconds for each of the `parts` of what `work` does.
fn clocked(parts: u32, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    nanoseconds(start.elapsed()) / f64::from(parts)
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_nanos() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_has_both_figures() {
        let mut canaries = Canaries::default();
        assert_eq!(canaries.read(0), None);
        assert!(canaries.buffer.is_empty());
        let Canary { cpu, memory } = canaries.read(3).expect("there is memory enough");
        assert!(cpu > 0.0 && memory > 0.0);
        assert_eq!(canaries.buffer.len() * size_of::<u32>(), BUFFER);
    }

    #[test]
    fn no_line_is_loaded_twice_before_all_were() {
        let mut canaries = Canaries::default();
        assert!(canaries.has_buffer());
        let mut seen = vec![false; LINES];
        for _ in 0..LINES {
            assert!(!std::mem::replace(&mut seen[canaries.line], true), "{}", canaries.line);
            canaries.walk(1);
        }
        assert_eq!(canaries.line, 0);
    }

    #[test]
    fn arithmetic_goes_on_where_it_ended() {
        let (mut once, mut twice) = (Canaries::default(), Canaries::default());
        once.compute(200);
        twice.compute(100);
        twice.compute(100);
        assert_eq!(once.chains, twice.chains);
        assert_ne!(once.chains, Canaries::default().chains);
    }
}
