//! A suite in which two benchmarks have the same name: a block opens a scope for names, but no module.

use adapter_bench::adapter_bench;

const _: () = {
    #[adapter_bench]
    fn twin() {}
};

const _: () = {
    #[adapter_bench]
    fn twin() {}
};

adapter_bench::main!();
