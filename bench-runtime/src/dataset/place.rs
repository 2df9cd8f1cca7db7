//! Folders that go with the process which made them, or with the next run where that was killed. Main type: [`Place`].

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::files::Lock;

/// What the name of such a folder begins with; nobody else's does.
const NAME: &str = "adapter-bench-copy-";

/// What the name of a file ends with while a dataset is made.
pub(super) const UNFINISHED: &str = ".unfinished";

/// What the names of all datasets have in them.
const DATASET: &str = "-rows-seed-";

/// A folder of this process's own, removed when this is dropped. The lock on it says that it is in use, for as long as the
/// process lives: where nobody holds that, it was left by one that was killed.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
    lock: Option<Lock>,
}

impl Place {
    /// A new one.
    pub(super) fn within(parent: &Path) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = parent.join(format!("{NAME}{}-{number}", process::id()));
            match fs::create_dir(&folder) {
                Ok(()) => {}
                // A process of the same number, elsewhere or before.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            }
            match Lock::of(&folder) {
                Ok(lock) if folder.is_dir() => return Ok(Self { folder, lock: Some(lock) }),
                // Somebody who sweeps came in between.
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                // A file system without locks: nobody sweeps there either.
                Err(error) if error.kind() == ErrorKind::Unsupported => {
                    return Ok(Self { folder, lock: None });
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Some systems keep what is open.
        self.lock = None;
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The folder of all datasets without what killed processes left in it: swept when this is made, and again when it is
/// dropped, since workers may have been killed meanwhile.
#[derive(Debug)]
pub(crate) struct Swept<'a>(&'a Path);

impl<'a> Swept<'a> {
    /// That folder, which need not be there.
    pub(crate) fn new(data: &'a Path) -> Self {
        sweep(data);
        Self(data)
    }
}

impl Drop for Swept<'_> {
    fn drop(&mut self) {
        sweep(self.0);
    }
}

/// Removes copies, and what was not finished, whose makers are gone. What cannot be removed now is tried again the next
/// time.
fn sweep(data: &Path) {
    for set in entries(data).filter(|path| path.is_dir()) {
        entries(&set).filter(|path| name_of(path).starts_with(NAME)).for_each(|folder| sweep_copy(&folder));
        // Whoever makes a dataset holds the lock of its folder.
        if let Ok(Some(_held)) = Lock::if_free(&set) {
            entries(&set)
                .filter(|path| is_unfinished(&name_of(path)))
                .for_each(|file| drop(fs::remove_file(file)));
        }
    }
}

fn sweep_copy(folder: &Path) {
    if let Ok(Some(_held)) = Lock::if_free(folder) {
        let _ = fs::remove_dir_all(folder);
    }
}

/// Whether a file of this name is part of a dataset that was being made, or of its hash.
fn is_unfinished(name: &str) -> bool {
    name.contains(DATASET) && (name.contains(UNFINISHED) || (name.starts_with('.') && name.ends_with(".tmp")))
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
