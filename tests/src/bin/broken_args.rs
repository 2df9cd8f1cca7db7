//! A suite whose arguments cannot be made.

use adapter_bench::adapter_bench;

#[adapter_bench(args = rows())]
fn counts(rows: u32) -> u32 {
    rows
}

fn rows() -> Vec<u32> {
    panic!("the file of row counts is missing")
}

adapter_bench::main!();
