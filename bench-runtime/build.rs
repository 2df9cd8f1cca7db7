//! Hands what cargo knows only while it builds to the runner: the compiler, the profile and the flags.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    emit("RUSTC", &compiler_version().unwrap_or_default());
    emit("PROFILE", &variable("PROFILE"));
    emit("OPT_LEVEL", &variable("OPT_LEVEL"));
    emit("RUSTFLAGS", &variable("CARGO_ENCODED_RUSTFLAGS").replace('\u{1f}', " "));
    emit("ENCODED_RUSTFLAGS", &variable("CARGO_ENCODED_RUSTFLAGS"));
    emit("TARGET", &variable("TARGET"));
}

/// Makes `ADAPTER_BENCH_<name>` readable with `env!`; a line break would end the instruction early.
fn emit(name: &str, value: &str) {
    println!("cargo:rustc-env=ADAPTER_BENCH_{name}={}", value.replace(['\r', '\n'], " "));
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// The first line of `rustc --version`.
fn compiler_version() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}
