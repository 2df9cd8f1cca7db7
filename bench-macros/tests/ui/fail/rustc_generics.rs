//! What only rustc can tell of `types` and `consts` is told where they are listed.

use adapter_bench::adapter_bench;

struct NoDefault;

#[adapter_bench(types = [u8, NoDefault])]
fn bound<T: Default + 'static>() -> T {
    T::default()
}

#[adapter_bench(consts = [1, "two"])]
fn constant<const N: usize>() -> [u8; N] {
    [0; N]
}

fn main() {}
