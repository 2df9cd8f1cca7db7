//! A suite whose allocator does not count.

use adapter_bench::adapter_bench;

#[adapter_bench(max_memory = "1KB")]
fn a_block() -> Box<u64> {
    Box::new(1)
}

adapter_bench::main!(no_allocator);
