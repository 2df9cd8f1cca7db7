use adapter_bench::adapter_bench;

#[adapter_bench]
fn unbound<T, const N: usize>() {}

#[adapter_bench(types = [u8], consts = [1])]
fn nothing_to_bind() {}

#[adapter_bench(types = [u8], consts = [1])]
fn too_many<T, U, const N: usize, const M: usize>() {}

#[adapter_bench(args = ["a"])]
fn lifetimes<'a>(text: &'a str) -> usize {
    text.len()
}

#[adapter_bench(types = [u8, u8], consts = [1, 2, 1])]
fn twice<T, const N: usize>() {}

fn main() {}
