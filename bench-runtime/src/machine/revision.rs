//! What was compiled: the commit and the state of a git work tree, through the `git` command: [`revision`].

use std::path::Path;
use std::process::{Command, Stdio};

use crate::model::Revision;

/// The commit checked out in the work tree that contains `dir`, and whether the tree differs from it.
///
/// Untracked files count as a difference, since cargo finds new source files by itself; ignored ones do not. Both
/// fields are `None` without git, outside a work tree and before the first commit. Nothing is written.
pub(crate) fn revision(dir: &Path) -> Revision {
    status(dir).map(|text| parsed(&text)).unwrap_or_default()
}

/// The output of `git status` in `dir`; `None` where it fails.
///
/// A hook's variables would point git at another repository, and a monitor of the file system would be a process that
/// outlives the call: neither is wanted.
fn status(dir: &Path) -> Option<String> {
    let output = Command::new("git")
        .args(["--no-optional-locks", "-c", "core.fsmonitor=false", "-C"])
        .arg(dir)
        .args(["status", "--porcelain=v2", "--branch", "--untracked-files=normal"])
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Reads the second format of `git status --porcelain`: headers begin with `#`, every other line is a difference.
fn parsed(status: &str) -> Revision {
    let (headers, differences): (Vec<&str>, Vec<&str>) =
        status.lines().partition(|line| line.starts_with('#'));
    let commit = headers.iter().find_map(|line| line.strip_prefix("# branch.oid "));
    match commit {
        None | Some("(initial)") => Revision::default(),
        Some(commit) => Revision { commit: Some(commit.to_owned()), dirty: Some(!differences.is_empty()) },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    /// A directory of its own, removed at the end of the test.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("adapter-bench-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).expect("the temporary directory can be written to");
            Self(path)
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.0.join(name), text).expect("the temporary directory can be written to");
        }

        fn git(&self, args: &[&str]) {
            let mut git = Command::new("git");
            git.args([
                "-c",
                "user.name=nobody",
                "-c",
                "user.email=nobody@example.org",
                "-c",
                "commit.gpgsign=false",
            ]);
            git.args(["-c", "core.hooksPath=/dev/null", "-C"]).arg(&self.0).args(args);
            for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
                git.env_remove(variable);
            }
            let output = git.output().expect("git can be started");
            assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[expect(clippy::print_stderr, reason = "a test that cannot run says why")]
    fn git_is_missing() -> bool {
        let missing = Command::new("git").arg("--version").output().is_err();
        if missing {
            eprintln!("not tested: there is no git here");
        }
        missing
    }

    #[test]
    fn a_clean_tree_gives_its_commit_and_a_changed_one_is_dirty() {
        if git_is_missing() {
            return;
        }
        let repository = Scratch::new("changed");
        repository.git(&["init", "--quiet"]);
        repository.write("a.rs", "fn a() {}\n");
        repository.git(&["add", "a.rs"]);
        repository.git(&["commit", "--quiet", "--message", "first"]);
        let clean = revision(&repository.0);
        assert!(clean.commit.as_ref().is_some_and(|commit| commit.len() >= 40), "{clean:?}");
        assert_eq!(clean.dirty, Some(false));

        repository.write("a.rs", "fn b() {}\n");
        assert_eq!(revision(&repository.0), Revision { dirty: Some(true), ..clean });
    }

    #[test]
    fn new_files_make_a_tree_dirty_and_ignored_ones_do_not() {
        if git_is_missing() {
            return;
        }
        let repository = Scratch::new("untracked");
        repository.git(&["init", "--quiet"]);
        repository.write(".gitignore", "target\n");
        repository.git(&["add", ".gitignore"]);
        repository.git(&["commit", "--quiet", "--message", "first"]);
        repository.write("target", "");
        assert_eq!(revision(&repository.0).dirty, Some(false));
        repository.write("new.rs", "");
        assert_eq!(revision(&repository.0).dirty, Some(true));
    }

    #[test]
    fn a_repository_without_commits_has_no_revision() {
        if git_is_missing() {
            return;
        }
        let repository = Scratch::new("empty");
        repository.git(&["init", "--quiet"]);
        assert_eq!(revision(&repository.0), Revision::default());
    }

    #[test]
    fn an_absent_directory_has_no_revision() {
        assert_eq!(revision(Path::new("/no/such/directory")), Revision::default());
    }

    #[test]
    fn a_stash_is_no_difference() {
        let status = "# branch.oid 5fc6030f608e252d6b767c7a83092d0fb6aad788\n# branch.head main\n# stash 1\n";
        assert_eq!(parsed(status).dirty, Some(false));
    }
}
