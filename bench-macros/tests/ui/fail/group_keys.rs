use adapter_bench::bench_group;

#[bench_group(
    group = "g",
    async,
    args = [1],
    types = [u8],
    consts = [1],
    fixture = database,
    reference,
    name = "n",
    min_rounds = 0,
)]
mod module {
    pub fn still_there() {}
}

fn main() {
    module::still_there();
}
