//! A suite in which much lasts, and tells of itself in the file that `--param log=PATH` names.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use adapter_bench::{Bencher, Prepared, adapter_bench};

/// Short, so that it ends before the others begin; every set-up is a line.
#[adapter_bench(args = 1..=3_u32, iterations = 1)]
fn brief(b: Bencher, case: u32) -> Prepared {
    log(&format!("brief {case} is set up"));
    b.iter(|| sleep(Duration::from_millis(1)))
}

#[adapter_bench]
fn spins() {
    log("spins");
    let mut sum = 0_u64;
    loop {
        sum = std::hint::black_box(sum.wrapping_add(1));
    }
}

#[adapter_bench]
fn sleeps() {
    log("sleeps");
    loop {
        sleep(Duration::from_secs(1000));
    }
}

#[adapter_bench]
async fn waits_for_ever() {
    log("waits_for_ever");
    std::future::pending::<()>().await;
}

/// Two workers, since the runtimes differ: one is at work, the other waits for its turn, and both have a child.
#[adapter_bench(group = "runtimes")]
async fn waits_on_one_thread(b: Bencher) -> Result<Prepared, std::io::Error> {
    waits_with_a_child(b)
}

#[adapter_bench(group = "runtimes", async(flavor = "multi_thread", workers = 2))]
async fn waits_on_two_threads(b: Bencher) -> Result<Prepared, std::io::Error> {
    waits_with_a_child(b)
}

fn waits_with_a_child(b: Bencher) -> Result<Prepared, std::io::Error> {
    let _child = Command::new("sleep").arg("1000").spawn()?;
    Ok(b.iter_async(async || {
        log("waits_on");
        std::future::pending::<()>().await;
    }))
}

#[adapter_bench]
fn starts_a_child(_b: Bencher) -> Result<Prepared, std::io::Error> {
    let mut child = Command::new("sleep").arg("1000").spawn()?;
    log("starts_a_child");
    child.wait()?;
    Err(std::io::Error::other("the child has ended"))
}

#[adapter_bench]
fn leaves_a_child(b: Bencher) -> Result<Prepared, std::io::Error> {
    // Nobody waits for it: it is still there when the benchmark is not.
    let _child = Command::new("sleep").arg("1000").spawn()?;
    Ok(b.iter(|| sleep(Duration::from_millis(1))))
}

#[adapter_bench]
fn leaves_a_child_and_aborts(_b: Bencher) -> Result<Prepared, std::io::Error> {
    let _child = Command::new("sleep").arg("1000").spawn()?;
    std::process::abort()
}

#[adapter_bench]
fn tears_down_for_ever(b: Bencher) -> Prepared {
    let held = OnDrop(|| sleep(Duration::from_secs(1000)));
    b.iter(move || size_of_val(&held))
}

#[adapter_bench]
fn panics_while_torn_down(b: Bencher) -> Prepared {
    let held = OnDrop(|| panic!("the table is still locked"));
    b.iter(move || size_of_val(&held))
}

/// Does something when it is dropped.
struct OnDrop(fn());

impl Drop for OnDrop {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Adds a line to the log, if there is one.
fn log(line: &str) {
    let Some(path) = adapter_bench::param("log") else { return };
    let file = OpenOptions::new().create(true).append(true).open(path);
    let written = file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    written.expect("the log can be written");
}

adapter_bench::main!();
