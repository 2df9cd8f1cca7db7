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
        if is_shallow.is_ok_and(|text| text == "true") {
            return format!(
                ", which is a shallow clone. Fetch it: git fetch --depth=1 origin {revision}, and compare with \
                 FETCH_HEAD; or fetch all: git fetch --unshallow"
            );
        }
        format!(". If it is on the remote: git fetch origin {revision}, and compare with FETCH_HEAD")
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
