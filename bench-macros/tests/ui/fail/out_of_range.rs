use adapter_bench::adapter_bench;

#[adapter_bench(
    min_rounds = 0,
    max_rounds = 5_000_000_000,
    iterations = 0,
    threads = 0,
    max_time = "0s",
    timeout = "0ms",
    max_ratio = 0,
    max_memory_ratio = 0.0,
    max_memory = "0B",
)]
fn zeros() {}

#[adapter_bench(
    async(flavor = "multi_thread", workers = 0),
    concurrency = [1, 0],
    rate = 0,
    sustain = "0s",
    max_error_rate = 1.5,
)]
async fn of_a_load() {}

#[adapter_bench(max_error_rate = "150%", max_ratio = -1, max_memory_ratio = 1e999)]
async fn beyond() {}

fn main() {}
