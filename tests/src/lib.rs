//! Runs suites of this package as a user would, and reads what came of it.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

/// A finished run of a suite.
pub struct Ran {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Ran {
    /// Runs `suite`, the path of one of this package's programs, by hand: not as if cargo had started it.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
    pub fn of(suite: &str, arguments: &[&str]) -> Self {
        Self::from(by_hand(suite).args(arguments).output().expect("the suite starts"))
    }

    /// The result file that this run wrote to standard output with `--output json`.
    ///
    /// # Panics
    ///
    /// When standard output is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A command that runs `suite` outside of cargo, with a store of its own.
pub fn by_hand(suite: &str) -> Command {
    let mut command = Command::new(suite);
    let harness = |name: &str| name.starts_with("ADAPTER_BENCH_") || name.starts_with("NEXTEST");
    for (name, _) in std::env::vars().filter(|(name, _)| harness(name)) {
        command.env_remove(name);
    }
    command.env_remove("CARGO").env_remove("BENCH_SEED");
    command
}

/// The benchmark called `name` in a result file.
///
/// # Panics
///
/// When there is none.
pub fn benchmark<'a>(result: &'a Value, name: &str) -> &'a Value {
    let all = result["benchmarks"].as_array().expect("a list of benchmarks");
    all.iter().find(|b| b["name"] == name).unwrap_or_else(|| panic!("no benchmark `{name}` in {result}"))
}

/// A fresh folder for the files of one test, emptied if an earlier run left any.
///
/// # Panics
///
/// When it cannot be made.
pub fn folder(test: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("adapter-bench-e2e-{}", std::process::id())).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}
