//! Repositories for tests. Main type: [`Scratch`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that is removed with its contents.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// `name` tells it from those of other tests.
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("adapter-bench-against-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the folder for temporary files is writable");
        Self(path.canonicalize().expect("it exists"))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    /// Runs git in the folder `within` it.
    pub(super) fn git(&self, within: &str, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        for setting in [
            "user.name=nobody",
            "user.email=nobody@example.org",
            "commit.gpgsign=false",
            "core.hooksPath=/dev/null",
            "protocol.file.allow=always",
        ] {
            git.args(["-c", setting]);
        }
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(variable);
        }
        let output = git.args(arguments).current_dir(self.0.join(within)).output().expect("git starts");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Makes a repository in the folder `within` it, with all that is there in a first commit.
    pub(super) fn repository(&self, within: &str) {
        self.git(within, &["init", "--quiet", "--initial-branch", "main"]);
        self.commit(within);
    }

    /// Commits all that is there; returns the commit.
    pub(super) fn commit(&self, within: &str) -> String {
        self.git(within, &["add", "--all"]);
        self.git(within, &["commit", "--quiet", "--allow-empty", "--message", "a commit"]);
        self.git(within, &["rev-parse", "HEAD"])
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether there is no git here, which is then said.
#[expect(clippy::print_stderr, reason = "a test that cannot run says why")]
pub(super) fn git_is_missing() -> bool {
    let missing = Command::new("git").arg("--version").output().is_err();
    if missing {
        eprintln!("not tested: there is no git here");
    }
    missing
}
