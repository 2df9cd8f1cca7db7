//! Files that are no baseline of this version, and places that none may be in.

use super::*;

/// What is said of `contents`, which must stay as they are whatever is tried.
fn refusal(name: &str, contents: &[u8]) -> String {
    let scratch = Scratch::new(&format!("baseline-bad-{name}"));
    let path = scratch.path().join("linux-x86_64.json");
    fs::write(&path, contents).expect("written");
    let loading = load_baseline(&path).expect_err(name);
    let recording =
        record_baseline(&path, &testing::report("pkg::one", &[("a", 1.0)]), true).expect_err(name);
    assert!(!loading.is_absent() && !recording.is_absent(), "{name}");
    assert_eq!(loading.to_string(), recording.to_string());
    assert!(fs::read(&path).expect("readable") == contents, "{name}: it was touched");
    assert_eq!(scratch.names(), ["linux-x86_64.json"]);
    let text = loading.to_string();
    assert!(text.contains("linux-x86_64.json`"), "{text}");
    text
}

#[test]
fn every_fault_is_named_with_its_place_and_what_to_do() {
    let twice = PLAIN.replace(
        "\n  ]",
        &format!(",{}\n  ]", &PLAIN[PLAIN.find("\n    {").unwrap()..PLAIN.find("\n  ]").unwrap()]),
    );
    let ours = PLAIN.replace("4.213", "\n<<<<<<< HEAD\n4.213\n=======\n5.5\n>>>>>>> theirs\n");
    let half = &PLAIN[..PLAIN.len() / 2];
    let table: [(&str, &str, &[&str]); 12] = [
        ("empty", "", &["is empty", "restore it"]),
        ("blank", " \n\n", &["is empty", "restore it"]),
        ("truncated", half, &["ends too early, in line 7", "restore it"]),
        (
            "newer",
            &PLAIN.replace("\"version\": 1", "\"version\": 2, \"later\": 1"),
            &["version 2", "newer", "update it"],
        ),
        ("older", &PLAIN.replace("\"version\": 1", "\"version\": 0"), &["version 0", "record it anew"]),
        ("other", "[1, 2]", &["invalid type: sequence", "line 1 column"]),
        ("unversioned", "{}", &["missing field `version`"]),
        (
            "twice",
            &twice,
            &["two entries of the name `test_cold_start::test_cold_start_to_healthz`", "line 20"],
        ),
        ("conflict", &ours, &["conflict markers", "the first in line 9", "record it anew"]),
        ("more", &format!("{PLAIN}{{}}"), &["trailing characters at line 15 column 1"]),
        (
            "when",
            &PLAIN.replace("2024-05-19T", "yesterday "),
            &["`yesterday 12:34:56Z` is no moment", "line 4"],
        ),
        (
            "nothing",
            &PLAIN.replace("\"rounds\": 5,", ""),
            &["test_cold_start_to_healthz`: missing field `rounds`"],
        ),
    ];
    for (name, contents, expected) in table {
        let text = refusal(name, contents.as_bytes());
        assert!(expected.iter().all(|part| text.contains(part)), "{name}: {text}");
    }
    let binary = refusal("binary", b"{\"version\": \xff\xfe\x00");
    assert!(binary.contains("the byte at offset 12 is not UTF-8"), "{binary}");
}

#[test]
fn figures_that_cannot_be_measured_are_named_with_their_entry() {
    let table = [
        (("NaN", "ms", ""), "expected value at line 2"),
        (("1e999", "ms", ""), "number out of range at line 2"),
        (("null", "ms", ""), "invalid type: null"),
        (("-1", "ms", ""), "the entry `a::b::c`: `median` of -1.0 is no figure"),
        (("1e300", "ms", ""), "the entry `a::b::c`: `median` of 1e300 is no figure"),
        (("1e10", "h", ""), "the entry `a::b::c`: `median` of 10000000000.0 is no figure"),
        (("1", "ms", ", \"p99\": -3"), "the entry `a::b::c`: `p99` of -3.0"),
        (("1", "ms", ", \"p999\": 1e200"), "the entry `a::b::c`: `p999` of 1e200"),
        (("1", "ms", ", \"runs\": [1, -2]"), "the entry `a::b::c`: `runs` of -2.0"),
        (("1", "ms", ", \"peak\": -2"), "the entry `a::b::c`: `peak` of -2.0"),
        (("1", "ms", ", \"items_per_s\": -2"), "the entry `a::b::c`: `throughput` of -2.0"),
        (("1", "ms", ", \"ratio\": {\"value\": 2}"), "a `ratio` has"),
        (("1", "parsec", ""), "the entry `a::b::c`: `parsec` is no unit of time"),
        (("1", "", ""), "the entry `a::b::c`: `` is no unit of time"),
    ];
    for ((median, unit, rest), expected) in table {
        let text = refusal("figure", with_entry(median, unit, rest).as_bytes());
        assert!(text.contains(expected) && text.contains("at line 2"), "{expected}: {text}");
    }
}

#[test]
fn only_a_missing_file_is_absent() {
    let scratch = Scratch::new("baseline-absent");
    let absent = load_baseline(&scratch.path().join("a/b.json")).expect_err("absent");
    assert!(absent.is_absent() && absent.to_string().contains("`--save-baseline`"), "{absent}");
    let folder = load_baseline(scratch.path()).expect_err("a folder");
    assert!(!folder.is_absent() && folder.to_string().contains("is a directory"), "{folder}");
}

#[test]
fn a_file_of_a_hundred_megabytes_is_not_read() {
    let scratch = Scratch::new("baseline-large");
    let path = scratch.path().join("b.json");
    let file = fs::File::create(&path).expect("created");
    file.set_len(100_000_000).expect("a sparse file");
    let error = load_baseline(&path).expect_err("too large");
    assert!(error.to_string().contains("has 100 MB, and no more than 80 MB are read"), "{error}");
    record_baseline(&path, &testing::report("pkg::one", &[("a", 1.0)]), true).expect_err("too large");
    assert_eq!(fs::metadata(&path).expect("there").len(), 100_000_000);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// A repository with a baseline beside it.
    fn repository(name: &str) -> Scratch {
        let scratch = Scratch::new(name);
        fs::create_dir_all(scratch.path().join("repo/.git")).expect("created");
        fs::create_dir_all(scratch.path().join("outside")).expect("created");
        fs::write(scratch.path().join("outside/b.json"), PLAIN).expect("written");
        scratch
    }

    fn refused(path: &Path, expected: &str) {
        let report = testing::report("pkg::one", &[("a", 1.0)]);
        let loading = load_baseline(path).expect_err(expected).to_string();
        let recording = record_baseline(path, &report, true).expect_err(expected).to_string();
        assert!(loading.contains(expected), "{loading}");
        assert!(recording.contains(expected), "{recording}");
    }

    #[test]
    fn a_link_out_of_the_repository_is_refused() {
        let scratch = repository("baseline-link");
        let at = |name: &str| scratch.path().join(name);
        symlink(at("outside/b.json"), at("repo/file.json")).expect("linked");
        symlink(at("outside"), at("repo/folder")).expect("linked");
        fs::create_dir(at("repo/x")).expect("created");
        for name in ["repo/file.json", "repo/folder/b.json", "repo/folder/new.json", "repo/x/../file.json"] {
            refused(&at(name), "leads out of the repository");
        }
        assert_eq!(fs::read_to_string(at("outside/b.json")).expect("readable"), PLAIN);
        assert!(!at("outside/new.json").exists());
        load_baseline(&at("outside/b.json")).expect("it is not in a repository");
        load_baseline(&at("repo/../outside/b.json")).expect("nothing leads there but the user");
    }

    #[test]
    fn a_link_within_the_repository_is_followed() {
        let scratch = repository("baseline-link-within");
        let at = |name: &str| scratch.path().join(name);
        fs::create_dir(at("repo/sub")).expect("created");
        fs::write(at("repo/sub/b.json"), PLAIN).expect("written");
        symlink("sub/b.json", at("repo/b.json")).expect("linked");
        symlink(at("repo"), at("way-in")).expect("linked");
        record_baseline(&at("way-in/b.json"), &testing::report("pkg::one", &[("a", 1.0)]), true)
            .expect("recorded");
        assert_eq!(load_baseline(&at("repo/sub/b.json")).expect("a baseline").entries.len(), 2);
        assert!(fs::symlink_metadata(at("repo/b.json")).expect("there").is_symlink());
    }

    #[test]
    fn a_link_to_nothing_is_not_an_absent_file() {
        let scratch = Scratch::new("baseline-dangling");
        symlink("nowhere.json", scratch.path().join("b.json")).expect("linked");
        refused(&scratch.path().join("b.json"), "is a link to `nowhere.json`, where there is nothing");
    }

    #[test]
    fn a_file_that_may_not_be_read_is_said_to_be_so() {
        let scratch = Scratch::new("baseline-forbidden");
        let path = scratch.path().join("b.json");
        fs::write(&path, PLAIN).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("set");
        if fs::read(&path).is_ok() {
            // Root may read everything; what is below a file nobody can.
            let error = load_baseline(&path.join("b.json")).expect_err("below a file").to_string();
            return assert!(error.contains("cannot be read: Not a directory"), "{error}");
        }
        refused(&path, "cannot be read: Permission denied");
    }

    #[test]
    fn a_device_is_no_baseline() {
        refused(Path::new("/dev/null"), "is neither a file nor a link to one");
    }
}
