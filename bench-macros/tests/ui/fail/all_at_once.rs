use adapter_bench::adapter_bench;

#[adapter_bench(
    gruop = "g",
    name = "",
    async(flavor = "threads", workers = 0),
    min_rounds = 20,
    max_rounds = 10,
    min_rounds = 30,
    max_time = "10 seconds",
    target = "p99 <= 10",
    types = [u8],
    args = [1, 2],
    = 3,
)]
unsafe fn everything<'a, const N: usize>(rows: &'a [u8], width: usize) {
    // The function is still there: using it is no second mistake.
}

fn main() {
    let _ = everything::<1>;
}
