//! A suite without a benchmark.

adapter_bench::main!();
