//! A program that measures its benchmarks in its own process.

fn main() {
    e2e::programs::measure();
}
