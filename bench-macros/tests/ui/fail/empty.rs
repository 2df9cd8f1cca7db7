use adapter_bench::adapter_bench;

#[adapter_bench(group = "", name = " ", ignore = "", tags = [], kind = "")]
fn texts() {}

#[adapter_bench(tags = ["a", ""], target = "", max_time = "")]
fn more_texts() {}

#[adapter_bench(types = [], consts = [])]
fn lists<T, const N: usize>() {}

#[adapter_bench(concurrency = [], rate = [])]
async fn loads() {}

#[adapter_bench(consts = [1, , 2])]
fn gap<const N: usize>() {}

fn main() {}
