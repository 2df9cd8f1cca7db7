//! Where revisions are checked out and built: a folder of cargo's target directory. Main type: [`Place`].

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use super::cargo::Suite;
use super::error::AgainstError;
use super::git::Repository;
use crate::model::{Warning, WarningKind};
use crate::order;
use crate::runner::program::{Program, is_workspace};

/// Programs of other revisions that are kept.
const KEPT: usize = 8;

/// The folder that comparing with revisions uses. Nothing of it is needed by anybody else: `cargo clean` removes it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    folder: PathBuf,
}

/// Held while something in the place is in use; ends with the process at the latest.
pub(super) struct Lock(#[expect(dead_code, reason = "it is held")] File);

/// A revision that is checked out.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// What stands for the root of the file system: paths below it are those of the repository, so that what they say of
    /// folders outside can be made to hold.
    top: PathBuf,
}

impl Place {
    /// The place within a target directory.
    pub(super) fn within(target: &Path) -> Self {
        Self { folder: target.join("adapter-bench").join("against") }
    }

    /// Waits until nobody else uses the place.
    pub(super) fn lock(&self, say: &dyn Fn(&str)) -> Result<Lock, AgainstError> {
        let path = self.folder.join("lock");
        let locked = fs::create_dir_all(&self.folder).and_then(|()| {
            let file = File::create(&path)?;
            if file.try_lock().is_err() {
                say("waiting for another comparison with a revision to end");
                file.lock()?;
            }
            Ok(Lock(file))
        });
        locked.map_err(|error| AgainstError::file(path.display(), error))
    }

    /// The target directory of one side.
    pub(super) fn target(&self, side: &str) -> PathBuf {
        self.folder.join(format!("build-{side}"))
    }

    /// The program that was kept under a key.
    pub(super) fn kept(&self, key: &str) -> Option<PathBuf> {
        Some(self.folder.join("runners").join(key)).filter(|path| path.is_file())
    }

    /// Keeps a program, and of all that are kept the latest ones.
    pub(super) fn keep(&self, program: &Path, key: &str) -> Result<PathBuf, AgainstError> {
        let folder = self.folder.join("runners");
        let (path, partial) = (folder.join(key), folder.join(".partial"));
        let kept = fs::create_dir_all(&folder)
            .and_then(|()| fs::copy(program, &partial))
            .and_then(|_| fs::rename(&partial, &path));
        kept.map_err(|error| {
            let _ = fs::remove_file(&partial);
            AgainstError::file(path.display(), error)
        })?;
        forget_oldest(&folder);
        Ok(path)
    }

    /// The files of a commit, written anew unless they are still there.
    pub(super) fn check_out(
        &self,
        repository: &Repository,
        commit: &str,
        warnings: &mut Vec<Warning>,
    ) -> Result<Tree, AgainstError> {
        let tree = Tree { top: self.folder.join("tree") };
        let note = self.folder.join("commit");
        if fs::read_to_string(&note).is_ok_and(|noted| noted == commit) {
            return Ok(tree);
        }
        let missing = self.write(repository, commit, &tree).inspect_err(|_| {
            let _ = fs::remove_dir_all(&tree.top);
        })?;
        if missing.is_empty() {
            // With something missing it is looked for again the next time.
            fs::write(&note, commit).map_err(|error| AgainstError::file(note.display(), error))?;
        } else {
            let message = format!(
                "submodules that are not checked out here are missing on the other side too: {}; \
                 `git submodule update --init` brings them",
                missing.join(", ")
            );
            warnings.push(Warning::new(WarningKind::Store, message));
        }
        Ok(tree)
    }

    fn write(&self, repository: &Repository, commit: &str, tree: &Tree) -> Result<Vec<String>, AgainstError> {
        removed(&self.folder.join("commit"), |path| fs::remove_file(path))?;
        removed(&tree.top, |path| fs::remove_dir_all(path))?;
        repository.export(commit, &tree.at(repository.root()))
    }
}

/// What was there is removed; nothing to remove is no error.
fn removed(path: &Path, remove: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), AgainstError> {
    match remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(AgainstError::file(path.display(), error))
        }
        _ => Ok(()),
    }
}

fn forget_oldest(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut kept: Vec<(SystemTime, PathBuf)> =
        entries.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).collect();
    order::sort(&mut kept);
    let excess = kept.len().saturating_sub(KEPT);
    kept.into_iter().take(excess).for_each(|(_, path)| {
        let _ = fs::remove_file(path);
    });
}

/// What tells a program from one that was there before: its size, and when it was written.
pub(super) fn stamp_of(program: &Path) -> String {
    let stamp = fs::metadata(program).and_then(|data| Ok((data.len(), data.modified()?)));
    stamp.map_or_else(|_| program.display().to_string(), |stamp| format!("{} {stamp:?}", program.display()))
}

impl Tree {
    /// Where a path of the file system is in the tree.
    pub(super) fn at(&self, path: &Path) -> PathBuf {
        let below = path.components().filter(|part| matches!(part, Component::Normal(_)));
        self.top.join(below.collect::<PathBuf>())
    }

    /// The manifest to look for the package in: its own where it is at the same place, else that of the workspace.
    ///
    /// A package that belongs to no workspace there becomes one of its own: the search for a workspace would go on into
    /// the one that the place lies in.
    pub(super) fn manifest_of(
        &self,
        repository: &Repository,
        here: &Suite,
        program: &Program,
        revision: &str,
    ) -> Result<PathBuf, AgainstError> {
        let folders = [here.manifest.parent().unwrap_or(&here.workspace_root), &here.workspace_root];
        let manifests = folders.map(|folder| self.at(folder).join("Cargo.toml"));
        let found = manifests.into_iter().find(|manifest| manifest.is_file());
        let manifest = found.ok_or_else(|| AgainstError::NoPackage {
            whose: format!("`{revision}`"),
            package: program.package.to_owned(),
            at: String::new(),
        })?;
        let root = self.at(repository.root());
        let mut around = manifest.ancestors().skip(1).take_while(|folder| folder.starts_with(&root));
        if !around.any(is_workspace) {
            let text =
                fs::read_to_string(&manifest).and_then(|text| fs::write(&manifest, text + "\n[workspace]\n"));
            text.map_err(|error| AgainstError::file(manifest.display(), error))?;
        }
        Ok(manifest)
    }

    /// A revision that keeps no lock file is built with the dependencies that this one has.
    pub(super) fn add_lock_file(&self, repository: &Repository, here: &Suite) -> Result<(), AgainstError> {
        let (own, there) =
            (here.workspace_root.join("Cargo.lock"), self.at(&here.workspace_root).join("Cargo.lock"));
        let is_kept = there.exists() || !here.workspace_root.starts_with(repository.root());
        if is_kept || !own.exists() {
            return Ok(());
        }
        fs::copy(&own, &there).map(|_| ()).map_err(|error| AgainstError::file(there.display(), error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scratch, git_is_missing};
    use super::*;

    #[test]
    fn a_commit_is_checked_out_once_and_gives_way_to_another() {
        if git_is_missing() {
            return;
        }
        let scratch = Scratch::new("place");
        scratch.write("r/a", "one");
        scratch.repository("r");
        let first = scratch.git("r", &["rev-parse", "HEAD"]);
        scratch.write("r/b", "two");
        let second = scratch.commit("r");
        let root = scratch.path().join("r");
        let repository = Repository::around(&root).expect("a repository");
        let place = Place::within(&scratch.path().join("target"));
        let check_out =
            |commit: &str| place.check_out(&repository, commit, &mut Vec::new()).expect("written");
        let tree = check_out(&second);
        assert!(tree.at(&root).join("b").is_file());
        fs::write(tree.at(&root).join("mark"), "").expect("writable");
        check_out(&second);
        assert!(tree.at(&root).join("mark").exists(), "it was not written anew");
        check_out(&first);
        assert!(tree.at(&root).join("a").exists());
        assert!(!tree.at(&root).join("b").exists() && !tree.at(&root).join("mark").exists());
    }

    #[test]
    fn the_latest_programs_are_kept() {
        let scratch = Scratch::new("kept");
        let place = Place::within(scratch.path());
        scratch.write("program", "code");
        for at in 0..KEPT + 3 {
            let kept = place.keep(&scratch.path().join("program"), &format!("key{at}")).expect("kept");
            let old = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 + at as u64);
            File::options().write(true).open(kept).and_then(|file| file.set_modified(old)).expect("writable");
        }
        place.keep(&scratch.path().join("program"), "last").expect("kept");
        assert_eq!(place.kept("key0"), None);
        assert!(place.kept("last").is_some() && place.kept(&format!("key{}", KEPT + 2)).is_some());
        let left =
            fs::read_dir(scratch.path().join("adapter-bench/against/runners")).expect("a folder").count();
        assert_eq!(left, KEPT);
    }

    #[test]
    fn one_comparison_waits_for_another() {
        let scratch = Scratch::new("lock");
        let place = Place::within(scratch.path());
        let held = place.lock(&|_| panic!("nobody has it")).expect("locked");
        let (told, waits) = std::sync::mpsc::channel();
        let other = place.clone();
        let waiting = std::thread::spawn(move || {
            let _held =
                other.lock(&|text| told.send(text.to_owned()).expect("somebody listens")).expect("locked");
        });
        assert!(waits.recv().expect("it waits").contains("another comparison"));
        drop(held);
        waiting.join().expect("it had its turn");
    }
}
