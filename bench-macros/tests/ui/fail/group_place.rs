use adapter_bench::bench_group;

#[bench_group(group = "g")]
mod in_a_file;

#[bench_group(group = "g")]
fn function() {}

fn main() {}
