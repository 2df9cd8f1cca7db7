//! Files that are replaced as a whole or not at all. Main function: [`write_atomically`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Temporary files of this process that may be left beside one file, by runs with the same process number.
const ATTEMPTS: u32 = 100;

/// Replaces the contents of `path`, or creates it and the folders it is in. Whoever reads it, even after a crash, finds
/// the old contents or the new ones, never a part. Where `path` is a symbolic link, the file behind it is replaced; a
/// device or a pipe is simply written to.
///
/// # Errors
///
/// Whatever the system says, a full disk for instance. The old contents are still there then, and nothing else.
pub(crate) fn write_atomically(path: &Path, contents: &[u8]) -> io::Result<()> {
    if is_stream(path) {
        return OpenOptions::new().write(true).open(path)?.write_all(contents);
    }
    replace(path, |file| file.write_all(contents))
}

/// Finds out whether [`write_atomically`] could write to `path`, as far as that is known before; makes the folders it is
/// in. What is there stays as it is.
///
/// # Errors
///
/// Whatever the system says.
pub(crate) fn ensure_writable(path: &Path) -> io::Result<()> {
    if is_stream(path) {
        // To open a pipe waits for its reader, and to close it ends what it reads.
        return Ok(());
    }
    if path.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a directory"));
    }
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = folder_of(&path);
    fs::create_dir_all(folder)?;
    let (temporary, _) = temporary_beside(&path, folder)?;
    fs::remove_file(temporary)
}

/// Removes what writers of `path` left beside it that were killed while they wrote. No other may be writing.
pub(crate) fn remove_leftovers(path: &Path) {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let Some(name) = path.file_name().map(|name| format!(".{}.", name.to_string_lossy())) else { return };
    let is_leftover = |found: &str| found.starts_with(&name) && found.ends_with(".tmp");
    for found in fs::read_dir(folder_of(&path)).into_iter().flatten().flatten() {
        if is_leftover(&found.file_name().to_string_lossy()) {
            // It harms nobody that cannot remove it.
            let _ = fs::remove_file(found.path());
        }
    }
}

/// Whether there is something at `path` that has no contents to replace: a device or a pipe.
fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = folder_of(&path);
    fs::create_dir_all(folder)?;
    let (temporary, mut file) = temporary_beside(&path, folder)?;
    let written = write(&mut file).and_then(|()| file.sync_all());
    drop(file);
    let replaced = written.and_then(|()| fs::rename(&temporary, &path));
    if replaced.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    replaced.and_then(|()| sync_folder(folder))
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A new file in the same folder, since only within a file system is renaming one step.
fn temporary_beside(path: &Path, folder: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_string_lossy();
    for attempt in 0..ATTEMPTS {
        let temporary = folder.join(format!(".{name}.{}-{attempt}.tmp", std::process::id()));
        match File::create_new(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Makes the new name last. Some file systems cannot, and need not be asked twice.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::scratch::Scratch;

    #[test]
    fn a_file_and_its_folders_are_created() {
        let scratch = Scratch::new("atomic-create");
        let path = scratch.path().join("a/b/c.json");
        write_atomically(&path, b"new").expect("written");
        assert_eq!(fs::read(&path).expect("readable"), b"new");
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let scratch = Scratch::new("atomic-replace");
        let path = scratch.path().join("c.json");
        for contents in ["a rather long text", "short", ""] {
            write_atomically(&path, contents.as_bytes()).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("readable"), contents);
        }
        assert_eq!(scratch.names(), ["c.json"]);
    }

    #[test]
    fn a_full_disk_keeps_the_old_file() {
        let scratch = Scratch::new("atomic-full");
        let path = scratch.path().join("c.json");
        write_atomically(&path, b"old").expect("written");
        let failed = replace(&path, |file| {
            file.write_all(b"ne")?;
            Err(ErrorKind::StorageFull.into())
        });
        assert_eq!(failed.expect_err("the disk is full").kind(), ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).expect("readable"), b"old");
        assert_eq!(scratch.names(), ["c.json"]);
    }

    #[test]
    fn nothing_is_left_where_the_file_cannot_be_put() {
        let scratch = Scratch::new("atomic-folder");
        fs::create_dir(scratch.path().join("c.json")).expect("created");
        write_atomically(&scratch.path().join("c.json"), b"new").expect_err("a folder is in the way");
        assert_eq!(scratch.names(), ["c.json"]);
        write_atomically(&scratch.path().join(".."), b"new").expect_err("not a file");
    }

    #[test]
    fn what_a_crash_left_is_not_in_the_way() {
        let scratch = Scratch::new("atomic-left");
        let left = scratch.path().join(format!(".c.json.{}-0.tmp", std::process::id()));
        fs::write(&left, "half").expect("written");
        write_atomically(&scratch.path().join("c.json"), b"new").expect("written");
        assert_eq!(fs::read(&left).expect("untouched"), b"half");
    }

    #[test]
    fn what_a_crash_left_can_be_removed() {
        let scratch = Scratch::new("atomic-leftovers");
        let path = scratch.path().join("c.json");
        for name in ["c.json", ".c.json.1-0.tmp", ".c.json.77-3.tmp", ".d.json.1-0.tmp"] {
            fs::write(scratch.path().join(name), "half").expect("written");
        }
        remove_leftovers(&path);
        assert_eq!(scratch.names(), [".d.json.1-0.tmp", "c.json"]);
    }

    #[test]
    fn whether_a_file_can_be_written_is_known_before() {
        let scratch = Scratch::new("atomic-before");
        let path = scratch.path().join("a/c.json");
        ensure_writable(&path).expect("writable");
        assert!(!path.exists() && scratch.path().join("a").is_dir());
        fs::write(&path, "old").expect("written");
        ensure_writable(&path).expect("writable");
        assert_eq!(fs::read(&path).expect("readable"), b"old");
        ensure_writable(scratch.path()).expect_err("a folder");
        ensure_writable(&path.join("d.json")).expect_err("below a file");
    }

    #[test]
    #[cfg(unix)]
    fn a_device_is_written_to_and_stays() {
        let null = Path::new("/dev/null");
        ensure_writable(null).expect("writable");
        write_atomically(null, b"gone").expect("written");
        assert!(is_stream(null));
    }

    #[test]
    #[cfg(unix)]
    fn a_symbolic_link_stays_one() {
        let scratch = Scratch::new("atomic-link");
        let (target, link) = (scratch.path().join("target"), scratch.path().join("link"));
        fs::write(&target, "old").expect("written");
        std::os::unix::fs::symlink(&target, &link).expect("linked");
        write_atomically(&link, b"new").expect("written");
        assert_eq!(fs::read(&target).expect("readable"), b"new");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    }
}
