//! Tables of distances to texts, which the optimiser makes of a `match` with texts, made by the assembler.

#![expect(unsafe_code, reason = "without optimisation, nothing else makes such tables")]

use super::{Image, Pairs, origin};

// The first two functions read tables that lead to the same texts, at other distances.
std::arch::global_asm!(
    ".macro adapter_bench_reader name, gap, second",
    ".section .rodata.\\name, \"a\"",
    ".balign 16",
    ".L\\name:",
    ".long .L\\name\\()_first - .L\\name, .L\\name\\()_second - .L\\name",
    ".skip \\gap",
    ".L\\name\\()_first: .asciz \"north\"",
    ".L\\name\\()_second: .asciz \"\\second\"",
    ".section .text.\\name, \"ax\"",
    ".globl \\name",
    ".type \\name, @function",
    "\\name:",
    "lea rax, [rip + .L\\name]",
    "ret",
    ".size \\name, . - \\name",
    ".endm",
    "adapter_bench_reader adapter_bench_north_south, 0, south",
    "adapter_bench_reader adapter_bench_north_south_further, 24, south",
    "adapter_bench_reader adapter_bench_north_east, 24, east",
    ".purgem adapter_bench_reader",
    ".text",
);

unsafe extern "C" {
    fn adapter_bench_north_south();
    fn adapter_bench_north_south_further();
    fn adapter_bench_north_east();
}

#[test]
fn tables_of_texts_are_the_same_by_the_texts() {
    let origin = origin().expect("linux tells");
    let [one, further, other] = [
        adapter_bench_north_south as *const (),
        adapter_bench_north_south_further as *const (),
        adapter_bench_north_east as *const (),
    ]
    .map(|reader| reader as usize as u64 - origin);
    let this = || {
        let bytes = std::env::current_exe().and_then(std::fs::read).expect("the file of this test");
        Image::parse(bytes).expect("an ELF file with symbols")
    };
    let mut pairs = Pairs::new(this(), this());
    assert!(pairs.is_same(one, further) && pairs.is_same(further, one));
    assert!(!pairs.is_same(one, other) && !pairs.is_same(other, one));
}
