//! A suite whose benchmarks take as long as they are told: `--param NAME=FACTOR` makes one slower, by its own clock, so
//! that a busy machine does not matter. `--param cases=a,b` says which cases there are.

use std::time::Duration;

use adapter_bench::{Bencher, Prepared, adapter_bench};

/// Nanoseconds per iteration at a factor of 1.
const PACE: f64 = 200_000.0;

#[adapter_bench(group = "pace", reference, args = cases())]
fn reference(b: Bencher, case: &'static str) -> Prepared {
    paced(b, "reference", case)
}

#[adapter_bench(group = "pace", args = cases(), max_ratio = 3)]
fn arm(b: Bencher, case: &'static str) -> Prepared {
    paced(b, "arm", case)
}

#[adapter_bench(tags = ["limited"], target = "median <= 300us", critical = "median <= 900us")]
fn alone(b: Bencher) -> Prepared {
    paced(b, "alone", "")
}

#[adapter_bench(extended)]
fn rare(b: Bencher) -> Prepared {
    paced(b, "rare", "")
}

#[adapter_bench(tags = ["fragile"])]
fn fragile(b: Bencher) -> Result<Prepared, std::io::Error> {
    match adapter_bench::param("fails") {
        Some(_) => Err(std::io::Error::other("the table is gone")),
        None => Ok(paced(b, "fragile", "")),
    }
}

/// The cases that are asked for.
fn cases() -> Vec<&'static str> {
    let told = adapter_bench::param("cases").unwrap_or_else(|| "a,b".to_owned());
    told.leak().split(',').collect()
}

/// A routine that claims to take what it is told, give or take half a per cent.
fn paced(b: Bencher, name: &str, case: &str) -> Prepared {
    let told = |name: &str| adapter_bench::param(name).and_then(|factor| factor.parse::<f64>().ok());
    let factor = told(&format!("{name}-{case}")).or_else(|| told(name)).unwrap_or(1.0);
    let mut calls = u64::from(std::process::id());
    b.iter_custom(move |iterations| {
        calls = calls.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let jitter = (calls >> 54) as f64 / 1024.0 * 0.01 - 0.005;
        Duration::from_nanos((PACE * factor * (1.0 + jitter) * iterations as f64) as u64)
    })
}

adapter_bench::main!();
