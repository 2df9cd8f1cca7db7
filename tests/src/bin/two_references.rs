//! A suite in which two arms of a group are the one that all others are compared with.

use adapter_bench::adapter_bench;

#[adapter_bench(group = "rivals", reference)]
fn one() {}

#[adapter_bench(group = "rivals", reference)]
fn other() {}

adapter_bench::main!();
