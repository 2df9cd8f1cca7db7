//! Folders that processes write to one after the other. Main type: [`Lock`].

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Keeps other processes that ask for the same lock waiting, until it is dropped or the process ends, however it does.
///
/// It is advisory: it holds off those who ask, and nobody else.
#[derive(Debug)]
pub(crate) struct Lock {
    _held: File,
}

impl Lock {
    /// Waits for the lock of `folder`, which is created where there is none. It is held on the folder itself, so that
    /// nothing is left in it; where a system cannot do that, on a file `.lock` in it.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub(crate) fn of(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        File::open(folder).and_then(held).or_else(|_| held(lock_file(folder)?))
    }

    /// The lock of a folder that is there; `None` while somebody holds it.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub(crate) fn if_free(folder: &Path) -> io::Result<Option<Self>> {
        File::open(folder).and_then(held_if_free).or_else(|_| held_if_free(lock_file(folder)?))
    }
}

fn lock_file(folder: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(".lock"))
}

fn held(file: File) -> io::Result<Lock> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            locked => return locked.map(|()| Lock { _held: file }),
        }
    }
}

fn held_if_free(file: File) -> io::Result<Option<Lock>> {
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _held: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;
    use crate::files::scratch::Scratch;

    #[test]
    fn one_holds_a_folder_at_a_time_and_leaves_nothing_in_it() {
        let scratch = Scratch::new("lock");
        let folder = scratch.path().join("a/b");
        let inside = AtomicU32::new(0);
        let enter = || {
            let _lock = Lock::of(&folder).expect("locked");
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two are inside");
            thread::yield_now();
            inside.fetch_sub(1, Ordering::SeqCst);
        };
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| enter()));
            }
        });
        #[cfg(unix)]
        assert_eq!(fs::read_dir(&folder).expect("it was created").count(), 0);
    }

    #[test]
    fn who_does_not_want_to_wait_is_told_that_it_is_held() {
        let scratch = Scratch::new("lock-if-free");
        let first = Lock::if_free(scratch.path()).expect("asked").expect("free");
        assert!(Lock::if_free(scratch.path()).expect("asked").is_none());
        drop(first);
        assert!(Lock::if_free(scratch.path()).expect("asked").is_some());
    }

    #[test]
    fn the_file_holds_where_the_folder_cannot() {
        let scratch = Scratch::new("lock-file");
        let first = held(lock_file(scratch.path()).expect("created")).expect("locked");
        let second = lock_file(scratch.path()).expect("opened");
        assert!(second.try_lock().is_err(), "the first holds it");
        drop(first);
        second.try_lock().expect("free again");
    }
}
