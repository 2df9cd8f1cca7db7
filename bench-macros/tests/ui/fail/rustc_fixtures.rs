use adapter_bench::{Bencher, Fixture, Prepared, adapter_bench, fixture};

#[fixture]
fn port() -> u16 {
    1
}

fn plain() -> u16 {
    1
}

#[fixture]
fn of_another_type(port: Fixture<u32>) -> u32 {
    *port
}

#[fixture]
fn from_nowhere(prot: Fixture<u16>) -> u16 {
    *prot
}

#[adapter_bench(fixture = plain)]
fn from_a_plain_function(b: Bencher, plain: Fixture<u16>) -> Prepared {
    b.iter(move || *plain)
}

#[adapter_bench(fixture = port)]
fn takes_another_type(b: Bencher, port: Fixture<u32>) -> Prepared {
    b.iter(move || *port)
}

#[fixture(teardown = later)]
fn torn_down_by_a_future() -> u16 {
    1
}

async fn later(_port: u16) {}

fn main() {}
