use adapter_bench::adapter_bench;

#[adapter_bench(min_time = "10", max_time = "1 parsec", warmup_time = "-1s", timeout = "999999999h")]
fn durations() {}

#[adapter_bench(max_memory = "10mb")]
fn size() {}

#[adapter_bench(max_memory = "99999999TiB")]
fn large_size() {}

#[adapter_bench(
    target = "p99 < 10ms",
    target = "p98 <= 10ms",
    target = "p99 <= 10",
    target = "throughput >= 10K",
    critical = "peak <= 10",
    critical = "stddev <= 1.2",
    critical = "error_rate <= 2",
    critical = "ratio <= 2x",
    critical = "allocations <= 10ms",
)]
fn limits() {}

fn main() {}
