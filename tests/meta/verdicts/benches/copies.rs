//! Ten bodies, each compared with a copy of itself that was compiled apart: the copies lie elsewhere in the program.

use std::collections::BTreeMap;
use std::hint::black_box;

use adapter_bench::{Bencher, Prepared, adapter_bench};

/// From 5 ns to 100 µs, half of them of the processor alone, half allocating.
#[derive(Clone, Copy, Debug)]
enum Body {
    Mix5ns,
    Mix100ns,
    Hash1us,
    Hash10us,
    Hash100us,
    Box,
    Text,
    Vec,
    Sort,
    Tree,
}

const ALL: [Body; 10] = [
    Body::Mix5ns,
    Body::Mix100ns,
    Body::Hash1us,
    Body::Hash10us,
    Body::Hash100us,
    Body::Box,
    Body::Text,
    Body::Vec,
    Body::Sort,
    Body::Tree,
];

#[adapter_bench(group = "copies", reference, args = ALL)]
fn original(b: Bencher, body: Body) -> Prepared {
    prepared::<1>(b, body)
}

#[adapter_bench(group = "copies", args = ALL)]
fn copy(b: Bencher, body: Body) -> Prepared {
    prepared::<2>(b, body)
}

/// `COPY` is in the code, so that the compiler does not make one function of two.
fn prepared<const COPY: u64>(b: Bencher, body: Body) -> Prepared {
    let bytes: Vec<u8> = (0..100_000_u32).map(|at| at as u8).collect();
    match body {
        Body::Mix5ns => b.iter(|| mix::<COPY>(10)),
        Body::Mix100ns => b.iter(|| mix::<COPY>(200)),
        Body::Hash1us => b.iter(move || hash::<COPY>(&bytes[..1_000])),
        Body::Hash10us => b.iter(move || hash::<COPY>(&bytes[..10_000])),
        Body::Hash100us => b.iter(move || hash::<COPY>(&bytes)),
        Body::Box => b.iter(|| *black_box(Box::new(COPY))),
        Body::Text => b.iter(|| (0..10).map(|at| format!("{COPY} {at}")).collect::<String>()),
        Body::Vec => b.iter(move || {
            bytes[..black_box(20_000)].iter().map(|byte| u64::from(*byte) ^ COPY).collect::<Vec<u64>>()
        }),
        Body::Sort => b.iter(|| sorted::<COPY>(1_000)),
        Body::Tree => b.iter(|| tree::<COPY>(500)),
    }
}

fn mix<const COPY: u64>(steps: u32) -> u64 {
    (0..black_box(steps)).fold(COPY, |x, _| (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9))
}

fn hash<const COPY: u64>(bytes: &[u8]) -> u64 {
    bytes.iter().fold(COPY, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

/// Numbers in no order, the same ones for every copy.
fn numbers<const COPY: u64>(count: u64) -> impl Iterator<Item = u64> {
    (0..count).map(|at| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8) | (black_box(COPY) & 0))
}

fn sorted<const COPY: u64>(count: u64) -> Vec<u64> {
    let mut numbers: Vec<u64> = numbers::<COPY>(count).collect();
    numbers.sort_unstable();
    numbers
}

fn tree<const COPY: u64>(count: u64) -> usize {
    numbers::<COPY>(count).map(|number| (number, number)).collect::<BTreeMap<_, _>>().len()
}

adapter_bench::main!();
