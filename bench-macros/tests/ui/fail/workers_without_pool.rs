use adapter_bench::adapter_bench;

#[adapter_bench(async(flavor = "current_thread", workers = 2))]
async fn current_thread() {}

#[adapter_bench(async(workers = 2))]
async fn by_default() {}

fn main() {}
