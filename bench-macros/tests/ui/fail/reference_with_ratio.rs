use adapter_bench::adapter_bench;

#[adapter_bench(group = "g", reference, max_ratio = 1.2, max_memory_ratio = 1.5)]
fn reference() {}

fn main() {}
