//! A suite that prints whatever could disturb the harness, or those who read its report.

use std::io::{Read, Write};

use adapter_bench::{Bencher, Prepared, adapter_bench};

/// Clears a screen, rings, colours what follows, moves back, reverses the direction of writing, is no UTF-8.
const DISTURBING: &[u8] = b"\x1b[2J\x07\x1b[31m\rback\x08\xe2\x80\xae\xff\xfe\0\n";

#[adapter_bench(group = "noise", reference)]
fn silent() -> u64 {
    std::hint::black_box(1)
}

#[adapter_bench(group = "noise")]
fn prints_control_characters(b: Bencher) -> Prepared {
    print(DISTURBING, 1);
    b.iter(|| print(DISTURBING, 1))
}

#[adapter_bench(group = "noise")]
fn prints_what_replies_look_like(b: Bencher) -> Prepared {
    b.iter(|| print(b"{\"turns\":[]}\n\"finished\"\n{\"failed\":{\"kind\":\"panic\"}}\n", 1))
}

#[adapter_bench(group = "noise")]
fn prints_without_a_line_end(b: Bencher) -> Prepared {
    b.iter(|| print(b"{", 1))
}

#[adapter_bench(group = "noise")]
fn reads_standard_input(b: Bencher) -> Prepared {
    b.answer(|read: &usize| *read).iter(|| {
        let mut text = Vec::new();
        std::io::stdin().read_to_end(&mut text).unwrap_or(usize::MAX)
    })
}

#[adapter_bench]
fn prints_a_lot(b: Bencher) -> Prepared {
    print(&[b'x'; 100_000], 500);
    b.iter(|| print(b".", 1))
}

#[adapter_bench]
fn says_hello(b: Bencher) -> Prepared {
    print(b"hello, says the benchmark\n", 1);
    b.iter(|| std::hint::black_box(1))
}

#[adapter_bench]
fn panics_with_control_characters() {
    print(DISTURBING, 1);
    panic!("{}", String::from_utf8_lossy(DISTURBING));
}

#[adapter_bench]
fn fails_with_control_characters(_b: Bencher) -> Result<Prepared, String> {
    Err(String::from_utf8_lossy(DISTURBING).into_owned())
}

#[adapter_bench]
fn errs_with_control_characters(b: Bencher) -> Prepared {
    b.try_iter(|| Err::<(), _>(String::from_utf8_lossy(DISTURBING).into_owned()))
}

/// Writes `bytes` so many times to both streams, past what the standard library buffers.
fn print(bytes: &[u8], times: usize) {
    let (mut stdout, mut stderr) = (std::io::stdout().lock(), std::io::stderr().lock());
    for _ in 0..times {
        let written =
            stdout.write_all(bytes).and_then(|()| stdout.flush()).and_then(|()| stderr.write_all(bytes));
        written.expect("standard streams of a worker can be written to");
    }
}

adapter_bench::main!();
