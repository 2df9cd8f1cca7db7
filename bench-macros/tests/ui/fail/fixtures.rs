use adapter_bench::{Fixture, Scope, fixture, service};

#[fixture]
fn port() -> u16 {
    1
}

#[fixture(tear_down = drop)]
fn misspelt(port: Fixture<u16>) -> u16 {
    *port
}

#[fixture(timeout = "1s")]
fn of_services() -> u16 {
    1
}

#[fixture]
fn plain_parameter(port: u16) -> u16 {
    port
}

#[fixture]
fn with_scope(scope: Scope) -> u16 {
    let _ = scope;
    1
}

#[fixture]
fn unnamed(_: Fixture<u16>) -> u16 {
    1
}

#[fixture]
fn generic<T: Default + 'static>() -> T {
    T::default()
}

#[service(crate = adapter_bench, crate = adapter_bench)]
unsafe fn twice() -> u16 {
    1
}

#[fixture]
struct NotAFunction;

fn main() {}
