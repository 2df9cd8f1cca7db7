//! A suite whose fixtures need each other.

#![expect(clippy::needless_pass_by_value, reason = "fixtures are handed over")]

use adapter_bench::{Fixture, adapter_bench, fixture};

#[fixture]
fn hen(egg: Fixture<u8>) -> u8 {
    *egg
}

#[fixture]
fn egg(hen: Fixture<u8>) -> u8 {
    *hen
}

#[adapter_bench(fixture = hen)]
fn lays(hen: Fixture<u8>) -> u8 {
    *hen
}

adapter_bench::main!();
