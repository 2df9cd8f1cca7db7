//! Bodies on the processor, four alone and four in a group: what a gate makes of them when nothing has changed.

use std::collections::HashMap;
use std::hint::black_box;

use adapter_bench::{Bencher, Prepared, adapter_bench};

/// Numbers in no order.
fn numbers(count: u64) -> Vec<u64> {
    (0..count).map(|at| at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20).collect()
}

fn chain(steps: u64) -> u64 {
    (0..black_box(steps)).fold(1, |x, at| (x ^ at).wrapping_mul(0xbf58_476d_1ce4_e5b9))
}

fn sum(b: Bencher, count: u64) -> Prepared {
    let data = numbers(count);
    b.iter(move || data.iter().copied().fold(0_u64, u64::wrapping_add))
}


fn parse(b: Bencher, count: u64) -> Prepared {
    let text = numbers(count).iter().map(u64::to_string).collect::<Vec<_>>().join(",");
    b.iter(move || text.split(',').filter_map(|word| word.parse::<u64>().ok()).sum::<u64>())
}

fn looked_up(b: Bencher, count: u64) -> Prepared {
    let map: HashMap<u64, u64> = numbers(count).into_iter().map(|number| (number, number)).collect();
    let wanted = numbers(256);
    b.iter(move || wanted.iter().filter_map(|number| map.get(number)).sum::<u64>())
}

#[adapter_bench]
fn alone_chain() -> u64 {
    chain(2_000)
}

#[adapter_bench]
fn alone_sum(b: Bencher) -> Prepared {
    sum(b, 4_096)
}

#[adapter_bench]
fn alone_parse(b: Bencher) -> Prepared {
    parse(b, 200)
}

#[adapter_bench]
fn alone_map(b: Bencher) -> Prepared {
    looked_up(b, 1_024)
}

#[adapter_bench(group = "together", reference)]
fn reference(b: Bencher) -> Prepared {
    parse(b, 100)
}

#[adapter_bench(group = "together")]
fn arm_chain() -> u64 {
    chain(1_500)
}

#[adapter_bench(group = "together")]
fn arm_sum(b: Bencher) -> Prepared {
    sum(b, 2_048)
}

#[adapter_bench(group = "together")]
fn arm_map(b: Bencher) -> Prepared {
    looked_up(b, 512)
}

adapter_bench::main!();
