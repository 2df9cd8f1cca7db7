//! What a package depends on outside its repository, by path. Main functions: [`dependencies`] and [`link`].

use std::fs;
use std::path::{Path, PathBuf};

use super::cargo::{Cargo, Suite};
use super::error::AgainstError;
use super::git::Repository;
use super::place::Tree;

/// The folders of the packages outside the repository that the suite is built with. Where cargo does not tell, none:
/// the build then says what it misses.
pub(super) fn dependencies(cargo: &Cargo, suite: &Suite, repository: &Path) -> Vec<PathBuf> {
    let folders = cargo.local_packages(&suite.manifest);
    folders.into_iter().filter(|folder| !folder.starts_with(repository)).collect()
}

/// Makes paths that lead out of the repository lead to the same folders out of the tree. What is found there is as it is
/// now, for both sides.
pub(super) fn link(outside: &[PathBuf], repository: &Repository, tree: &Tree) -> Result<(), AgainstError> {
    for folder in outside.iter().filter_map(|folder| branching_off(repository.root(), folder)) {
        let there = tree.at(&folder);
        if fs::symlink_metadata(&there).is_err() {
            symlink(&folder, &there).map_err(|error| AgainstError::file(there.display(), error))?;
        }
    }
    Ok(())
}

/// The folder on the way to `folder` where it parts from the way to `repository`: what its own paths lead to within it is
/// then found as well.
fn branching_off(repository: &Path, folder: &Path) -> Option<PathBuf> {
    let shared = folder.ancestors().find(|ancestor| repository.starts_with(ancestor))?;
    let first = folder.strip_prefix(shared).ok()?.components().next()?;
    Some(shared.join(first))
}

#[cfg(unix)]
fn symlink(to: &Path, at: &Path) -> std::io::Result<()> {
    fs::create_dir_all(at.parent().unwrap_or(at))?;
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn symlink(_to: &Path, _at: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stands_where_the_ways_part() {
        let branch = |folder: &str| branching_off(Path::new("/srv/me/repo"), Path::new(folder));
        assert_eq!(branch("/srv/me/libs/a"), Some(PathBuf::from("/srv/me/libs")));
        assert_eq!(branch("/opt/a/b"), Some(PathBuf::from("/opt")));
        assert_eq!(branch("/srv/me"), None, "the repository is within it");
    }
}
