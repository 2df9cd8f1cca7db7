//! Where the files of a workspace are: baselines, saved runs, last results, journals. Main type: [`Places`].

use std::path::{Path, PathBuf};

use super::program::Program;
use crate::model::{BaselineAt, RunOptions};

/// The folders of a workspace that the runner reads and writes.
#[derive(Clone, Debug)]
pub(super) struct Places {
    workspace: PathBuf,
    store: PathBuf,
    baselines: PathBuf,
}

impl Places {
    /// Those of the program's workspace, unless the options name others.
    pub(super) fn of(program: &Program, options: &RunOptions) -> Self {
        let workspace = program.workspace_root();
        let store = options.store_dir.clone();
        let baselines = options.comparing.baseline_dir.clone();
        Self {
            store: store.unwrap_or_else(|| workspace.join(".adapter-bench")),
            baselines: baselines.unwrap_or_else(|| workspace.join("baselines")),
            workspace,
        }
    }

    /// Where results are kept.
    pub(super) fn store(&self) -> &Path {
        &self.store
    }

    /// The journal of a suite.
    pub(super) fn journal(&self, suite: &str) -> PathBuf {
        self.store.join("journal").join(format!("{}.jsonl", file_name(suite)))
    }

    /// The last results of a suite.
    pub(super) fn last(&self, suite: &str) -> PathBuf {
        self.store.join("last").join(format!("{}.json", file_name(suite)))
    }

    /// The committed baseline of an architecture.
    pub(super) fn committed(&self, arch: &str) -> PathBuf {
        self.baselines.join(format!("{arch}.json"))
    }

    /// The file that is meant, for an architecture.
    pub(super) fn baseline(&self, at: &BaselineAt, arch: &str) -> PathBuf {
        match at {
            BaselineAt::Committed => self.committed(arch),
            BaselineAt::Path(path) => path.clone(),
        }
    }

    /// A path as it is told: from the root of the workspace, if it lies there.
    pub(super) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.workspace).unwrap_or(path).display().to_string()
    }
}

fn file_name(suite: &str) -> String {
    suite.replace("::", "-")
}
