//! A git repository, read and never written to. Main type: [`Repository`].

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::error::AgainstError;

/// A work tree with its repository.
#[derive(Clone, Debug)]
pub(super) struct Repository {
    root: PathBuf,
}

/// A submodule as a commit records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Submodule {
    /// Where it is, from the root of the work tree.
    pub(super) path: String,
    /// Its commit.
    pub(super) commit: String,
}

/// A `git` command in `dir`, unmoved by the variables of a hook. It takes no lock, and starts nothing that outlives it.
fn git(dir: &Path, arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut git = Command::new("git");
    git.args(["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.sparseCheckout=false", "-C"]);
    git.arg(dir).args(arguments).stdin(Stdio::null()).env("LC_ALL", "C");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"] {
        git.env_remove(variable);
    }
    git
}

fn output(command: &mut Command) -> Result<Output, AgainstError> {
    command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => AgainstError::NoGit(error),
        _ => AgainstError::file("git", error),
    })
}

/// The output of a command that must succeed.
fn text_of(command: &mut Command) -> Result<String, AgainstError> {
    let output = output(command)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned());
    }
    let words: Vec<_> = command.get_args().skip(7).map(OsStr::to_string_lossy).collect();
    Err(AgainstError::Command { command: format!("git {}", words.join(" ")), text: complaint(&output) })
}

fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if text.is_empty() { format!("it ended with {}", output.status) } else { text }
}

impl Repository {
    /// The work tree around a folder.
    pub(super) fn around(folder: &Path) -> Result<Self, AgainstError> {
        let output = output(&mut git(folder, &["rev-parse", "--show-toplevel"]))?;
        let root = String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned();
        if !output.status.success() || root.is_empty() {
            return Err(AgainstError::NoRepository {
                folder: folder.display().to_string(),
                text: complaint(&output),
            });
        }
        Ok(Self { root: PathBuf::from(root) })
    }

    /// The folder of the work tree.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The commit that a revision stands for.
    pub(super) fn commit(&self, revision: &str) -> Result<String, AgainstError> {
        let found = if revision.starts_with('-') { None } else { self.parsed(revision) };
        found.ok_or_else(|| AgainstError::UnknownRevision {
            revision: revision.to_owned(),
            hint: self.hint(revision),
        })
    }

    fn parsed(&self, revision: &str) -> Option<String> {
        let asked = format!("{revision}^{{commit}}");
        let mut command =
            git(&self.root, &["rev-parse", "--verify", "--quiet", "--end-of-options", asked.as_str()]);
        text_of(&mut command).ok().filter(|commit| !commit.is_empty())
    }

    /// What to do about a revision that is not here.
    fn hint(&self, revision: &str) -> String {
        let remote = format!("origin/{revision}");
        if self.parsed(&remote).is_some() {
            return format!("; there is {remote}");
        }
        let is_shallow = text_of(&mut git(&self.root, &["rev-parse", "--is-shallow-repository"]));
        let is_shallow = is_shallow.is_ok_and(|text| text == "true");
        let is_name =
            !revision.is_empty() && !revision.starts_with('-') && !revision.contains(['~', '^', '@', ':']);
        match (is_shallow, is_name) {
            (true, true) => format!(
                ", which is a shallow clone. Fetch it: git fetch --depth=1 origin {revision}, and compare with \
                 FETCH_HEAD; or fetch all: git fetch --unshallow"
            ),
            (true, false) => ", which is a shallow clone. Fetch the others: git fetch --unshallow".to_owned(),
            (false, true) => {
                format!(". If it is on the remote: git fetch origin {revision}, and compare with FETCH_HEAD")
            }
            (false, false) => "; git log and git branch --all show those that are".to_owned(),
        }
    }

    /// Writes the files of a commit to a folder, with the submodules that are checked out here. Returns the paths of
    /// those that are not.
    ///
    /// The index is a file beside the folder: to the repository nothing is added, however this ends.
    pub(super) fn export(&self, commit: &str, to: &Path) -> Result<Vec<String>, AgainstError> {
        fs::create_dir_all(to).map_err(|error| AgainstError::file(to.display(), error))?;
        let index = to.with_file_name("index");
        self.write_files(commit, to, &index)?;
        let mut missing = Vec::new();
        for Submodule { path, commit: wanted } in self.submodules(commit)? {
            match self.submodule(&path) {
                None => missing.push(path),
                Some(submodule) if submodule.parsed(&wanted).is_none() => {
                    let revision = commit.get(..9).unwrap_or(commit).to_owned();
                    return Err(AgainstError::Submodule { revision, path, commit: wanted });
                }
                Some(submodule) => {
                    let below = submodule.export(&wanted, &to.join(&path))?;
                    missing.extend(below.into_iter().map(|inner| format!("{path}/{inner}")));
                }
            }
        }
        Ok(missing)
    }

    fn write_files(&self, commit: &str, to: &Path, index: &Path) -> Result<(), AgainstError> {
        let git_dir = text_of(&mut git(&self.root, &["rev-parse", "--absolute-git-dir"]))?;
        let within = |arguments: &[&str]| {
            let mut command = git(to, arguments);
            command.env("GIT_INDEX_FILE", index).env("GIT_DIR", &git_dir).env("GIT_WORK_TREE", to);
            text_of(&mut command).map(|_| ())
        };
        let written =
            within(&["read-tree", commit]).and_then(|()| within(&["checkout-index", "--all", "--force"]));
        let _ = fs::remove_file(index);
        written
    }

    /// The submodules of a commit.
    fn submodules(&self, commit: &str) -> Result<Vec<Submodule>, AgainstError> {
        let listed = text_of(&mut git(&self.root, &["ls-tree", "-r", "-z", "--full-tree", commit]))?;
        Ok(listed.split('\0').filter_map(submodule).collect())
    }

    /// The submodule that is checked out at a path.
    fn submodule(&self, path: &str) -> Option<Self> {
        let folder = self.root.join(path).canonicalize().ok()?;
        let found = Self::around(&folder).ok()?;
        (found.root.canonicalize().ok()? == folder).then_some(found)
    }
}

/// The submodule that an entry of `git ls-tree` is: `160000 commit ID<tab>PATH`.
fn submodule(entry: &str) -> Option<Submodule> {
    let (kind, path) = entry.split_once('\t')?;
    let commit = kind.strip_prefix("160000 commit ")?;
    Some(Submodule { path: path.to_owned(), commit: commit.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scratch, git_is_missing};
    use super::*;

    /// All that git knows of the repository and its work tree.
    fn traces(scratch: &Scratch, within: &str) -> Vec<String> {
        let asked: [&[&str]; 4] =
            [&["for-each-ref"], &["worktree", "list"], &["status", "--porcelain"], &["stash", "list"]];
        asked.into_iter().map(|arguments| scratch.git(within, arguments)).collect()
    }

    #[test]
    fn a_commit_is_written_as_it_is_and_the_repository_stays_as_it_was() {
        if git_is_missing() {
            return;
        }
        let scratch = Scratch::new("export");
        scratch.write("r/src/a.rs", "one");
        scratch.write("r/.gitattributes", "kept export-ignore\n");
        scratch.write("r/kept", "kept");
        scratch.repository("r");
        scratch.write("r/src/a.rs", "two");
        scratch.commit("r");
        scratch.write("r/src/a.rs", "dirty");
        scratch.git("r", &["stash", "--quiet"]);
        scratch.write("r/new", "untracked");
        let before = traces(&scratch, "r");
        let repository = Repository::around(&scratch.path().join("r/src")).expect("a repository");
        let commit = repository.commit("main~1").expect("a commit");
        let to = scratch.path().join("out/tree");
        assert_eq!(repository.export(&commit, &to).expect("written"), [""; 0]);
        let read = |name: &str| fs::read_to_string(to.join(name)).ok();
        assert_eq!(
            (read("src/a.rs"), read("kept"), read("new")),
            (Some("one".into()), Some("kept".into()), None)
        );
        assert_eq!(
            fs::read_dir(scratch.path().join("out")).expect("a folder").count(),
            1,
            "no index is left"
        );
        assert_eq!(traces(&scratch, "r"), before);
    }

    #[test]
    fn what_is_no_commit_is_refused_with_a_hint() {
        if git_is_missing() {
            return;
        }
        let scratch = Scratch::new("revisions");
        scratch.write("r/a", "1");
        scratch.repository("r");
        scratch.git("r", &["update-ref", "refs/remotes/origin/topic", "HEAD"]);
        let repository = Repository::around(&scratch.path().join("r")).expect("a repository");
        let refused = |revision: &str| repository.commit(revision).expect_err("no commit").to_string();
        assert!(refused("topic").ends_with("there is origin/topic"), "{}", refused("topic"));
        assert!(refused("v1").contains("git fetch origin v1"), "{}", refused("v1"));
        for revision in ["", "-1", "--help", "HEAD^{tree}", "HEAD:a"] {
            assert!(refused(revision).contains("is no commit of this repository"), "{revision}");
        }
        scratch.git(
            ".",
            &["clone", "--quiet", "--depth=1", &format!("file://{}/r", scratch.path().display()), "s"],
        );
        let shallow = Repository::around(&scratch.path().join("s")).expect("a repository");
        let told = |revision: &str| shallow.commit(revision).expect_err("not there").to_string();
        assert!(told("v1").contains("git fetch --depth=1 origin v1"), "{}", told("v1"));
        assert!(told("HEAD~3").contains("git fetch --unshallow"), "{}", told("HEAD~3"));
    }

    #[test]
    fn submodules_are_those_of_the_commit() {
        if git_is_missing() {
            return;
        }
        let scratch = Scratch::new("submodules");
        scratch.write("inner/a", "one");
        scratch.repository("inner");
        scratch.write("r/b", "1");
        scratch.repository("r");
        let inner = scratch.path().join("inner").display().to_string();
        scratch.git("r", &["submodule", "--quiet", "add", &inner, "sub"]);
        let first = scratch.commit("r");
        scratch.write("r/sub/a", "two");
        scratch.commit("r/sub");
        let second = scratch.commit("r");
        let repository = Repository::around(&scratch.path().join("r")).expect("a repository");
        for (at, (commit, text)) in [(&first, "one"), (&second, "two")].into_iter().enumerate() {
            let to = scratch.path().join(format!("out{at}/tree"));
            assert_eq!(repository.export(commit, &to).expect("written"), [""; 0]);
            assert_eq!(fs::read_to_string(to.join("sub/a")).expect("there"), text);
        }
        // In a clone the submodule has only what was pushed; where it is not checked out, it is missing.
        let remote = scratch.path().join("r").display().to_string();
        scratch.git(".", &["clone", "--quiet", &remote, "clone"]);
        let clone = Repository::around(&scratch.path().join("clone")).expect("a repository");
        assert_eq!(clone.export(&second, &scratch.path().join("out2/tree")).expect("written"), ["sub"]);
        scratch.git("clone", &["clone", "--quiet", &inner, "sub"]);
        let told =
            clone.export(&second, &scratch.path().join("out3/tree")).expect_err("not pushed").to_string();
        assert!(told.contains("submodule `sub`") && told.contains("git -C sub fetch"), "{told}");
    }

    #[test]
    fn only_links_to_other_repositories_are_submodules() {
        let found = submodule("160000 commit 0123\tdeps/with space");
        assert_eq!(found, Some(Submodule { path: "deps/with space".into(), commit: "0123".into() }));
        assert_eq!(submodule("100644 blob 0123\tCargo.toml"), None);
        assert_eq!(submodule(""), None);
    }
}
