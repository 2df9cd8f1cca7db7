use adapter_bench::adapter_bench;

#[adapter_bench(
    group = 1,
    name,
    reference = true,
    tags = "slow",
    extended(yes),
    ignore,
    kind = "cpu",
    min_rounds = "20",
    max_rounds = 20.5,
    iterations = -1,
    threads = 2u8,
    min_time = 10,
    max_ratio = "2",
    max_memory = 10_000,
    target = 10,
    critical("p99 <= 10ms"),
    max_error_rate = "few",
    concurrency = [1, "2"],
    rate = fast,
    sustain,
    types = u8,
    consts = 1..3,
    args(1, 2),
    fixture = "pg",
    items,
    crate = "adapter_bench",
)]
fn wrong() {}

#[adapter_bench(async = "multi_thread")]
async fn wrong_async() {}

#[adapter_bench(async(flavor = "threaded"))]
async fn wrong_flavor() {}

fn main() {}
