//! What results are compared with, and what is kept of them. Main type: [`Comparing`].

use std::path::PathBuf;
use std::time::Duration;

use super::baseline::Gate;
use super::limit::Allowance;

/// What results are compared with, and what is kept of them. The default compares with nothing and keeps the last
/// results only.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Comparing {
    /// The committed baseline to compare with.
    pub baseline: Option<BaselineAt>,
    /// The committed baseline to record.
    pub save_baseline: Option<BaselineAt>,
    /// The saved run to compare with: a number, a name, a pattern or a path.
    pub compare: Option<String>,
    /// The name to save this run under.
    pub save: Option<String>,
    /// The other program to take turns with.
    pub against: Option<Against>,
    /// Takes stored results instead of measuring: these files and patterns, or the last results of all suites where
    /// there are none.
    pub load: Option<Vec<String>>,
    /// How much worse metrics may be; empty means a median worse by 10 %.
    pub fail_on: Vec<Allowance>,
    /// The rule by which changes are judged.
    pub gate: Gate,
    /// Whether what is new, vanished, inconclusive, skipped, or misses a target is a failure.
    pub strict: bool,
    /// How often benchmarks that stay inconclusive are measured again.
    pub retries: u32,
    /// Whether a baseline is recorded from results that are not fit for it.
    pub force: bool,
    /// The architecture whose baseline stands in where there is none for this machine; `None` means `linux-x86_64`.
    pub canonical_arch: Option<String>,
    /// The folder of committed baselines; `None` means `baselines` at the root of the workspace.
    pub baseline_dir: Option<PathBuf>,
    /// The age beyond which a baseline is called stale; `None` means 90 days.
    pub max_age: Option<Duration>,
}

/// Another program that has the same benchmarks, which take turns with those of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// The bench target as a revision of the repository has it: what git takes for a commit. Both sides are built for it.
    Revision(String),
    /// A runner that was kept.
    Binary(PathBuf),
}

/// Where a committed baseline is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BaselineAt {
    /// `<arch>.json` in the folder of committed baselines.
    #[default]
    Committed,
    /// This file.
    Path(PathBuf),
}
