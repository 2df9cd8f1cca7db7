use std::io::ErrorKind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, thread};

use super::*;
use crate::files::scratch::Scratch;
use crate::files::{Lock, folder_of};

/// Lines of the numbers from 0.
fn numbers(path: &Path) -> io::Result<()> {
    fs::write(path, (0..1_000).map(|number| format!("{number}\n")).collect::<String>())
}

fn open(scratch: &Scratch) -> DataFile {
    Kept::at(scratch.path().join("set/numbers.data")).open(&mut numbers).expect("a dataset")
}

#[test]
fn a_file_that_was_altered_cut_short_or_lost_its_hash_is_made_anew() {
    let scratch = Scratch::new("dataset-spoilt");
    let first = open(&scratch);
    assert_eq!((first.bytes(), first.replaced()), (3_890, None));
    let (path, hash) = (first.path().to_owned(), scratch.path().join("set/numbers.data.sha256"));
    let contents = fs::read(&path).expect("readable");
    let mut altered = contents.clone();
    altered[7] ^= 1;
    for (spoilt, why) in [(&contents[..100], "altered or cut short"), (&altered, "altered or cut short")] {
        fs::write(&path, spoilt).expect("written");
        let again = open(&scratch);
        assert!(again.replaced().is_some_and(|told| told.contains(why)), "{again:?}");
        assert_eq!(fs::read(&path).expect("readable"), contents);
    }
    fs::remove_file(&hash).expect("removed");
    assert_eq!(open(&scratch).replaced(), Some("its hash was not there"));
    assert_eq!(open(&scratch), first, "now it is whole");
    let line = fs::read_to_string(&hash).expect("readable");
    assert_eq!(line, format!("{}  numbers.data\n", first.sha256()));
}

#[test]
fn it_is_made_once_however_many_ask_at_once() {
    let scratch = Scratch::new("dataset-at-once");
    let made = AtomicU32::new(0);
    let ask = || {
        let kept = Kept::at(scratch.path().join("set/slow.data"));
        kept.open(&mut |path| {
            made.fetch_add(1, Ordering::Relaxed);
            thread::yield_now();
            fs::write(path, "contents")
        })
    };
    let hashes: Vec<String> = thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        let opened = asking.into_iter().map(|one| one.join().expect("no panic").expect("a dataset"));
        opened.map(|file| file.sha256().to_owned()).collect()
    });
    assert_eq!(made.load(Ordering::Relaxed), 1);
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
}

#[test]
fn what_was_not_finished_is_no_dataset() {
    let scratch = Scratch::new("dataset-unfinished");
    let kept = Kept::at(scratch.path().join("set/half.data"));
    let failed = kept.open(&mut |path| {
        fs::write(path, "half")?;
        Err(ErrorKind::StorageFull.into())
    });
    let error = failed.expect_err("the disk is full").to_string();
    assert!(error.contains("half.data` cannot be made: ") && error.contains("--data-dir"), "{error}");
    assert_eq!(fs::read_dir(scratch.path().join("set")).expect("a folder").count(), 0);
}

#[test]
fn rows_depend_on_the_seed_and_their_number_alone() {
    let made = |rows, seed| {
        let mut bytes = Vec::new();
        write_rows(|row, random| format!("{row} {random}"), rows, seed, &mut bytes).expect("written");
        String::from_utf8(bytes).expect("text")
    };
    let (few, more, other) = (made(3, 0), made(5, 0), made(3, 1));
    assert!(more.starts_with(&few) && few.lines().count() == 3, "{more}");
    assert!(few.lines().zip(other.lines()).all(|(a, b)| a != b), "{few}{other}");
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    for name in ["", "../x", "a b", "ä"] {
        let refused = Dataset::of_rows("x", |_, _| String::new());
        let refused = Dataset { name, ..refused }.open();
        assert!(matches!(refused, Err(DatasetError::Name(_))), "{name}");
    }
}

#[test]
fn a_copy_may_be_changed_and_put_back_and_goes_when_it_is_dropped() {
    let scratch = Scratch::new("dataset-copy");
    let original = open(&scratch);
    let (one, other) = (original.copy().expect("a copy"), original.copy().expect("another one"));
    let journal = one.path().with_file_name("numbers.data-wal");
    fs::write(one.path(), "changed").expect("written");
    fs::write(&journal, "left by SQLite").expect("written");
    assert_eq!(fs::read(other.path()).expect("readable"), original.read().expect("readable"));
    one.restore().expect("restored");
    assert_eq!(fs::read(one.path()).expect("readable"), one.original().read().expect("readable"));
    assert!(!journal.exists());
    fs::write(one.path().with_file_name("beside"), "left by somebody").expect("written");
    drop((one, other));
    assert_eq!(fs::read_dir(scratch.path().join("set")).expect("a folder").count(), 2);
}

#[test]
fn what_killed_processes_left_is_swept_and_nothing_else() {
    let scratch = Scratch::new("dataset-sweep");
    let set = scratch.path().join("set");
    let copy = open(&scratch).copy().expect("a copy");
    let left = ["adapter-bench-copy-1-0/numbers.data", "adapter-bench-copy-1-0/numbers.data-wal"];
    let unfinished = ["9-rows-seed-0.data.unfinished", "9-rows-seed-0.data.unfinished-wal"];
    let hash = ".9-rows-seed-0.data.sha256.1-0.tmp";
    let others = ["9-rows-seed-0.data", "copy-1-0/mine", ".mine.tmp"];
    for name in left.iter().chain(&unfinished).chain(&others).chain([&hash]) {
        fs::create_dir_all(folder_of(&set.join(name))).expect("created");
        fs::write(set.join(name), "left").expect("written");
    }
    let making = Lock::of(&set).expect("locked");
    let swept = Swept::new(scratch.path());
    assert!(!set.join("adapter-bench-copy-1-0").exists() && copy.path().exists());
    assert!(unfinished.iter().all(|name| set.join(name).exists()), "somebody makes a dataset");
    drop((making, swept));
    assert!(copy.path().exists());
    assert!(others.iter().all(|name| set.join(name).exists()));
    assert!(unfinished.iter().chain([&hash]).all(|name| !set.join(name).exists()));
    drop(Swept::new(&scratch.path().join("nowhere")));
}
