use adapter_bench::adapter_bench;

#[adapter_bench]
unsafe fn not_safe() {}

struct Adapter;

impl Adapter {
    #[adapter_bench]
    fn method(&self) {}

    #[adapter_bench]
    fn consuming(mut self: Box<Self>) {
        let _ = &mut self;
    }
}

#[adapter_bench(group = "a")]
#[inline]
#[adapter_bench(group = "b")]
fn twice() {}

#[adapter_bench]
struct NotAFunction;

#[adapter_bench]
mod not_a_function_either {}

#[adapter_bench(group = "g", min_rounds = 0)]
const NOT_A_FUNCTION: u8 = 1;

fn main() {}
