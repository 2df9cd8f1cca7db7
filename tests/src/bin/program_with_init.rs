//! A program that measures its benchmarks in workers: copies of itself, in which `init` does not return.

fn main() {
    adapter_bench::init();
    e2e::programs::measure();
}
