//! A suite whose settings, parameters and order of calls can be told from outside.

use std::fs::OpenOptions;
use std::io::Write;

use adapter_bench::{Bencher, Prepared, adapter_bench, bench_group};

#[adapter_bench]
fn plain() -> u64 {
    std::hint::black_box(1)
}

#[adapter_bench(group = "ranks")]
fn in_group() -> u64 {
    std::hint::black_box(1)
}

#[bench_group(group = "ranks", max_rounds = 30)]
mod ranks {
    use super::*;

    #[adapter_bench]
    fn by_module() -> u64 {
        std::hint::black_box(1)
    }

    #[adapter_bench(max_rounds = 40)]
    fn by_attribute() -> u64 {
        std::hint::black_box(1)
    }
}

/// What a worker knows of the run is what it answers with.
#[adapter_bench(tags = ["told"])]
fn told(b: Bencher) -> Prepared {
    let told = (adapter_bench::param("driver"), adapter_bench::datasets(), adapter_bench::seed());
    log(&format!("{told:?} {}", std::process::id()));
    b.iter(|| std::hint::black_box(1))
}

#[adapter_bench(args = adapter_bench::datasets())]
fn sized(rows: usize) -> usize {
    std::hint::black_box(rows)
}

#[adapter_bench(group = "order", iterations = 1, reference)]
fn first() {
    log("first");
}

#[adapter_bench(group = "order", iterations = 1)]
fn second() {
    log("second");
}

#[adapter_bench(group = "order", iterations = 1)]
fn third() {
    log("third");
}

/// Texts that are hard to tell apart, or to write in one line.
#[adapter_bench(args = ["a b", "ab", "a,b", "a=b", "[a]", "\x1b[31m", "two\nlines", "same", "same", "same#2", ""])]
fn awkward(text: &'static str) -> usize {
    std::hint::black_box(text.len())
}

#[adapter_bench(ignore = "needs a tape drive")]
fn ignored() -> u64 {
    std::hint::black_box(1)
}

/// Adds a line to the file that `--param log=PATH` names.
fn log(line: &str) {
    let Some(path) = adapter_bench::param("log") else { return };
    let file = OpenOptions::new().create(true).append(true).open(path);
    let written = file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    written.expect("the log can be written");
}

adapter_bench::main!();
