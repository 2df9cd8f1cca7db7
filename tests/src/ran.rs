//! What came of a run. Main type: [`Ran`].

use std::path::Path;

use serde_json::Value;

use crate::Suite;

/// A finished run.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Ran {
    /// Runs `program`, the path of one of this package's programs, by hand and in a folder of its own.
    pub fn of(program: &str, arguments: &[&str]) -> Self {
        Suite::of(program).args(arguments).run()
    }

    /// This run, which must have ended with `code`.
    ///
    /// # Panics
    ///
    /// When it has not; both streams are shown.
    #[must_use]
    pub fn expect_code(self, code: i32) -> Self {
        let Self { code: ended, stdout, stderr } = &self;
        assert_eq!(*ended, Some(code), "stdout:\n{stdout}\nstderr:\n{stderr}");
        self
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

/// The result file at `path`.
///
/// # Panics
///
/// When it cannot be read, or is no JSON.
pub fn read_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn benchmarks(result: &Value) -> &[Value] {
    result["benchmarks"].as_array().expect("a list of benchmarks")
}

/// The only benchmark, or the first case of the only benchmark, called `name` in a result file.
///
/// # Panics
///
/// When there is none.
pub fn benchmark<'a>(result: &'a Value, name: &str) -> &'a Value {
    let found = benchmarks(result).iter().find(|b| b["name"] == name);
    found.unwrap_or_else(|| panic!("no benchmark `{name}` in {result}"))
}

/// The benchmark whose id ends in `end`.
///
/// # Panics
///
/// When there is none.
pub fn of_id<'a>(result: &'a Value, end: &str) -> &'a Value {
    let ends = |b: &&Value| b["id"].as_str().is_some_and(|id| id.ends_with(end));
    benchmarks(result).iter().find(ends).unwrap_or_else(|| panic!("no benchmark `{end}` in {result}"))
}

/// The ids of all benchmarks of a result file, in its order.
///
/// # Panics
///
/// When it is no result file.
pub fn ids(result: &Value) -> Vec<&str> {
    benchmarks(result).iter().map(|b| b["id"].as_str().expect("an id")).collect()
}

/// The messages of the warnings of this kind that a run or a benchmark has.
pub fn warnings<'a>(entry: &'a Value, kind: &str) -> Vec<&'a str> {
    let all = entry["warnings"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter(|w| w["kind"] == kind).filter_map(|w| w["message"].as_str()).collect()
}
