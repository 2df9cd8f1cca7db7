use adapter_bench::{adapter_bench, bench_group};

#[adapter_bench(group = "a", min_rounds = 1, group = "b", group = "c")]
fn thrice() {}

#[adapter_bench(async(workers = 1, flavor = "multi_thread", workers = 2))]
async fn in_async() {}

#[bench_group(tags = ["a"], tags = ["b"])]
mod module {}

fn main() {}
