use adapter_bench::{adapter_bench, bench_group};

#[adapter_bench(min_round = 20)]
fn misspelt() {}

#[adapter_bench(sample_size = 20)]
fn of_another_harness() {}

#[adapter_bench(async(worker = 2, flavour = "multi_thread", threads = 2))]
async fn in_async() {}

#[bench_group(groups = "g")]
mod module {}

fn main() {}
