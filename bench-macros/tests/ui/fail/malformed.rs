use adapter_bench::adapter_bench;

#[adapter_bench("group")]
fn literal() {}

#[adapter_bench(group "g")]
fn no_equals() {}

#[adapter_bench(group =)]
fn no_value() {}

#[adapter_bench(group = "g" min_rounds = 1)]
fn no_comma() {}

#[adapter_bench(group = "g",, min_rounds = 1)]
fn two_commas() {}

#[adapter_bench(min_rounds[1])]
fn brackets() {}

fn main() {}
