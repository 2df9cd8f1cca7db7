//! What is done with memory under each allocator alike.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::mem;
use std::thread;

use adapter_bench::adapter_bench;

#[adapter_bench]
fn nothing() {}

#[adapter_bench]
fn one_block() -> Box<u64> {
    Box::new(1)
}

#[adapter_bench]
fn blocks_at_the_smallest_distance() -> [Box<u8>; 64] {
    [(); 64].map(|()| Box::new(1))
}

#[adapter_bench]
fn ten_large_blocks_in_turn() {
    (0..10).for_each(|_| drop(black_box(Vec::<u8>::with_capacity(100_000))));
}

#[adapter_bench]
fn ten_large_blocks_at_once() -> [Vec<u8>; 10] {
    [(); 10].map(|()| Vec::with_capacity(100_000))
}

#[adapter_bench]
fn growth_to_a_mebibyte() -> Vec<u8> {
    let mut grown = vec![1; 8];
    while grown.len() < 1 << 20 {
        grown.resize(2 * grown.len(), 1);
    }
    grown
}

#[adapter_bench]
fn shrinking() -> Vec<u8> {
    let mut shrunk = Vec::with_capacity(100_000);
    shrunk.push(1);
    shrunk.shrink_to_fit();
    shrunk
}

#[adapter_bench]
fn zeroed() -> Vec<u64> {
    vec![0; 1 << 16]
}

#[repr(align(4096))]
struct Page([u8; 4096]);

#[adapter_bench]
fn over_aligned() -> Box<Page> {
    let page = Box::new(Page([1; 4096]));
    assert_eq!(page.0.as_ptr().addr() % 4096, 0);
    page
}

#[adapter_bench]
fn growth_of_what_is_over_aligned() -> Vec<Page> {
    let mut pages = Vec::with_capacity(1);
    pages.extend([(); 5].map(|()| Page([1; 4096])));
    pages
}

#[adapter_bench]
fn a_map_of_texts() -> BTreeMap<u32, String> {
    (0..500).map(|key| (key, key.to_string())).collect()
}

#[adapter_bench]
fn another_thread() {
    let block = vec![1_u8; 30_000];
    let freed = thread::spawn(move || drop(black_box((block, vec![1_u8; 5_000]))));
    freed.join().expect("it does not panic");
}

#[adapter_bench]
fn a_leak() {
    mem::forget(Box::new([0_u8; 64]));
}
