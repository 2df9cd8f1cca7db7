use adapter_bench::{adapter_bench, bench_group};

#[adapter_bench(min_rounds = 20, max_rounds = 10, max_time = "500ms", min_time = "1s")]
fn benchmark() {}

#[bench_group(max_rounds = 1, min_rounds = 2)]
mod module {}

fn main() {}
