//! Six bodies, from nothing to a millisecond. Every harness is given the same ones.

use std::hint::black_box;

/// Nothing.
pub fn noop() {}

/// About 5 ns: ten dependent multiplications.
pub fn mix() -> u64 {
    (0..10).fold(black_box(1), |x: u64, _| (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9))
}

/// What [`hash`] hashes.
pub fn bytes() -> Vec<u8> {
    (0..1_000_u32).map(|at| at as u8).collect()
}

/// About 1 µs: FNV-1a over a kilobyte.
pub fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

/// What [`parse`] reads.
pub fn text() -> String {
    (0..60_000_u64).map(|at| format!("{}\n", at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24)).collect()
}

/// About 1 ms: lines of digits to numbers.
pub fn parse(text: &str) -> u64 {
    text.lines().filter_map(|line| line.parse::<u64>().ok()).fold(0, u64::wrapping_add)
}

/// A thousand allocations, given back within the body: harnesses differ in whether they time the drop of an output.
pub fn allocate() -> usize {
    let boxes: Vec<Box<usize>> = (0..999).map(|at| Box::new(black_box(at))).collect();
    boxes.iter().map(|each| **each).sum()
}

/// Ten turns of the event loop.
pub async fn yields() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

/// What [`yields`] runs on: with timers, as adapter-bench's own.
///
/// # Panics
///
/// When the runtime cannot be made.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("the runtime starts")
}
