//! Ten bodies on the processor; the first does `STEPS` steps in a thousand more than it has to.
use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;

use adapter_bench::{Bencher, Prepared, adapter_bench};

const STEPS: u64 = 0;

fn numbers(count: u64) -> Vec<u64> {
    (0..count).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20).collect()
}

#[adapter_bench]
fn chain() -> u64 {
    (0..2_000 + 2 * STEPS).fold(1, |x, n| black_box(x * 31 + n))
}

#[adapter_bench]
fn sum(b: Bencher) -> Prepared {
    let data = numbers(4_096);
    b.iter(move || data.iter().copied().fold(0_u64, u64::wrapping_add))
}

#[adapter_bench]
fn sort(b: Bencher) -> Prepared {
    let data = numbers(512);
    b.iter(move || {
        let mut copy = data.clone();
        copy.sort_unstable();
        copy
    })
}

#[adapter_bench]
fn search(b: Bencher) -> Prepared {
    let mut data = numbers(4_096);
    data.sort_unstable();
    let wanted = numbers(64);
    b.iter(move || wanted.iter().filter(|number| data.binary_search(number).is_ok()).count())
}

#[adapter_bench]
fn hash_map(b: Bencher) -> Prepared {
    let map: HashMap<u64, u64> = numbers(1_024).into_iter().map(|n| (n, n)).collect();
    let wanted = numbers(256);
    b.iter(move || wanted.iter().filter_map(|n| map.get(n)).sum::<u64>())
}

#[adapter_bench]
fn tree(b: Bencher) -> Prepared {
    let map: BTreeMap<u64, u64> = numbers(1_024).into_iter().map(|n| (n, n)).collect();
    let wanted = numbers(128);
    b.iter(move || wanted.iter().filter_map(|n| map.get(n)).sum::<u64>())
}

#[adapter_bench]
fn parse(b: Bencher) -> Prepared {
    let text = numbers(200).iter().map(u64::to_string).collect::<Vec<_>>().join(",");
    b.iter(move || text.split(',').filter_map(|word| word.parse::<u64>().ok()).sum::<u64>())
}

#[adapter_bench]
fn format(b: Bencher) -> Prepared {
    let data = numbers(100);
    b.iter(move || data.iter().map(u64::to_string).collect::<Vec<_>>().concat())
}

#[adapter_bench]
fn characters(b: Bencher) -> Prepared {
    let text = "größer als gedacht, and on it goes: ".repeat(40);
    b.iter(move || text.chars().filter(|c| c.is_alphabetic()).count())
}

#[adapter_bench]
fn strings(b: Bencher) -> Prepared {
    let data: Vec<String> = numbers(64).iter().map(u64::to_string).collect();
    b.iter(move || data.clone())
}

adapter_bench::main!();
