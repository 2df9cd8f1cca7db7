//! A revision is built and takes turns with the work tree.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use e2e::{Repository, Suite, benchmark, left_out, until, warnings};
use rustix::process::Signal;
use serde_json::Value;

/// Where the repositories of these tests are built. What they depend on is built there once.
fn target() -> &'static Path {
    Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/against"))
}

fn git_is_missing() -> bool {
    let is_missing = Command::new("git").arg("--version").output().is_err();
    if is_missing {
        left_out("there is no git here");
    }
    is_missing
}

const TEN: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// Ten equal benchmarks; of `slowed`, each takes as many times as long.
fn ten(slowed: &str, times: u64) -> String {
    let benchmark = |name: &str| {
        let steps = if name == slowed { 2_000 * times } else { 2_000 };
        format!("#[adapter_bench]\nfn {name}() -> u64 {{ spin({steps}) }}\n")
    };
    TEN.iter().map(|name| benchmark(name)).collect()
}

fn verdict<'a>(result: &'a Value, name: &str) -> &'a Value {
    &benchmark(result, name)["verdicts"][0]
}

#[test]
fn a_commit_that_slows_one_of_ten_benchmarks_is_caught_and_named() {
    if git_is_missing() {
        return;
    }
    let gone = "#[adapter_bench]\nfn gone() -> u64 { spin(10) }\n";
    let luckless = "#[adapter_bench]\nfn luckless() -> u64 { panic!(\"no luck\") }\n";
    let repository = Repository::new("caught", target(), &(ten("", 1) + gone + luckless));
    repository.set_benchmarks(&ten("seven", 2));
    repository.commit("slow");
    // The work tree itself differs from every commit.
    let fresh = "#[adapter_bench]\nfn fresh() -> u64 { spin(10) }\n";
    repository
        .set_benchmarks(&(ten("seven", 2) + fresh + &luckless.replace("panic!(\"no luck\")", "spin(10)")));
    let before = repository.traces();
    let program = repository.build();
    let ran = repository.run(&program, &["--against", "HEAD~1", "--output", "json", "--seed", "3"]);
    let result = ran.expect_code(100).json();
    let seven = verdict(&result, "seven");
    assert_eq!((&seven["verdict"], &seven["fails"]), (&"regressed".into(), &true.into()), "{seven}");
    assert!(
        seven["low"].as_f64().expect("an interval") > 0.5 && seven["change"].as_f64() < Some(2.0),
        "{seven}"
    );
    for name in TEN.into_iter().filter(|name| *name != "seven") {
        let quiet = verdict(&result, name);
        assert!(quiet["verdict"] != "regressed" && quiet["fails"] == false, "{name}: {quiet}");
        assert!(quiet["resolution"].as_f64() > Some(0.0), "{name}: {quiet}");
    }
    assert_eq!(verdict(&result, "fresh")["verdict"], "new");
    assert_eq!(result["vanished"], serde_json::json!([repository.id("gone")]));
    let luckless = verdict(&result, "luckless");
    assert_eq!(luckless["verdict"], "not_comparable");
    assert!(luckless["reason"].as_str().is_some_and(|reason| reason.contains("no luck")), "{luckless}");
    let origin = result["compared_with"]["origin"].as_str().expect("told");
    assert!(origin.starts_with("git:HEAD~1 ("), "{origin}");
    assert_eq!(repository.traces(), before, "nothing is left in the repository");
}

#[test]
fn what_fails_here_only_is_a_failure_and_the_others_go_on() {
    if git_is_missing() {
        return;
    }
    let two = "#[adapter_bench]\nfn sound() -> u64 { spin(10) }\n#[adapter_bench]\nfn shaky() -> u64 { spin(10) }\n";
    let repository = Repository::new("fails", target(), two);
    repository
        .set_benchmarks(&two.replace("shaky() -> u64 { spin(10)", "shaky() -> u64 { std::process::abort()"));
    let program = repository.build();
    let ran = repository.run(&program, &["--against", "main", "--quick", "--output", "json"]);
    let result = ran.expect_code(101).json();
    assert_eq!(benchmark(&result, "shaky")["failure"]["kind"], "abort");
    assert_eq!(verdict(&result, "shaky")["verdict"], "not_comparable");
    assert!(verdict(&result, "sound")["change"].is_f64(), "{result}");
}

/// A suite that is quick to build, once more and once more.
const ONE: &str = "#[adapter_bench]\nfn one() -> u64 { spin(10) }\n";

#[test]
fn what_cannot_be_compared_with_says_why_and_leaves_nothing() {
    if git_is_missing() {
        return;
    }
    let repository = Repository::new("bad", target(), ONE);
    let program = repository.build();
    repository.set_benchmarks("fn one( {}");
    repository.commit("broken");
    repository.git(&["tag", "broken"]);
    repository.set_benchmarks(ONE);
    let manifest = fs::read_to_string(repository.path().join("suite/Cargo.toml")).expect("a manifest");
    repository.write("suite/Cargo.toml", &manifest.replace("name = \"speed-of\"", "name = \"pace-of\""));
    repository.commit("renamed");
    repository.git(&["tag", "renamed"]);
    repository.write("suite/Cargo.toml", &manifest.replace("name = \"bad\"", "name = \"good\""));
    repository.commit("elsewhere");
    repository.git(&["tag", "elsewhere"]);
    repository.write("suite/Cargo.toml", &manifest);
    repository.commit("as before");
    let before = repository.traces();
    let table = [
        (&["--against", "nowhere"][..], "`nowhere` is no commit of this repository"),
        (&["--against=--help"], "`--help` is no commit of this repository"),
        (&["--against", "broken"], "broken does not build"),
        (&["--against", "broken"], "benches/speed-of.rs:"),
        (
            &["--against", "renamed"],
            "renamed has no bench target `speed_of` in the package `bad`; it has pace-of",
        ),
        (&["--against", "elsewhere"], "elsewhere has no package `bad`"),
        (&["--against", "main", "--in-process"], "leave out --in-process"),
        (&["--against", "main", "--baseline"], "exclude each other"),
        (&["--against-binary", "/nowhere"], "/nowhere: No such file"),
        (&["--against-binary", "/bin/true"], "/bin/true is no runner that can be driven from here"),
    ];
    for (arguments, expected) in table {
        let ran = repository.run(&program, arguments).expect_code(2);
        assert!(ran.stderr.contains(expected), "{arguments:?}: {}", ran.stderr);
        assert_eq!(repository.traces(), before, "{arguments:?}");
    }
}

/// Benchmarks that say how long they take, and take none: what comes of them hangs on nothing that the machine does.
const SAYS: &str = "
fn says(b: adapter_bench::Bencher, ns: u64) -> adapter_bench::Prepared {
    b.iter_custom(move |iterations| std::time::Duration::from_nanos(ns * iterations))
}
";

/// A benchmark that says so of itself.
fn saying(name: &str, ns: &str) -> String {
    let signature = format!("fn {name}(b: adapter_bench::Bencher) -> adapter_bench::Prepared");
    format!("#[adapter_bench]\n{signature} {{ says(b, {ns}) }}\n")
}

#[test]
fn what_was_renamed_or_crashes_there_only_is_told_and_fails_where_all_is_to_be_judged() {
    if git_is_missing() {
        return;
    }
    let sound = SAYS.to_owned() + &saying("sound", "1_000");
    let there = sound.clone() + &saying("before", "10") + &saying("shaky", "std::process::abort()");
    let repository = Repository::new("uneven", target(), &there);
    repository.set_benchmarks(&(sound + &saying("after", "10") + &saying("shaky", "10")));
    let (program, before) = (repository.build(), repository.traces());
    for (arguments, code) in [(&["--quick"][..], 0), (&["--quick", "--strict"], 103)] {
        let always = ["--against", "main", "--output", "json"];
        let result = repository.run(&program, &[&always, arguments].concat()).expect_code(code).json();
        assert_eq!(verdict(&result, "sound")["verdict"], "unchanged");
        assert_eq!(verdict(&result, "after")["verdict"], "new");
        assert_eq!(result["vanished"], serde_json::json!([repository.id("before")]));
        let shaky = verdict(&result, "shaky");
        let why = shaky["reason"].as_str().unwrap_or_default();
        assert!(shaky["verdict"] == "not_comparable" && why.contains("failed (abort"), "{shaky}");
        assert_eq!(benchmark(&result, "shaky")["outcome"], "measured");
        assert_eq!(repository.traces(), before);
    }
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_change_of_what_is_the_same_machine_code_is_told_to_be_none_of_the_code() {
    if git_is_missing() {
        return;
    }
    // The same code on both sides, which takes longer where it lies elsewhere.
    let is_this = "|it| it.as_encoded_bytes().windows(10).any(|part| part == b\"build-this\")";
    let moved = format!("if std::env::args_os().next().is_some_and({is_this}) {{ 3_000 }} else {{ 1_000 }}");
    let suite = |comment: &str, of_changed: &str, of_called: u64| {
        let called =
            format!("#[inline(never)]\nfn called() -> u64 {{ std::hint::black_box({of_called}) }}\n");
        let same = format!("// {comment}\n{}", saying("same", &moved));
        called + SAYS + &same + &saying("changed", of_changed) + &saying("calls", "called()")
    };
    let repository = Repository::new("same-code", target(), &suite("One.", "1_000", 1_000));
    repository.optimise();
    repository.commit("optimised");
    repository.set_benchmarks(&suite("Another comment,\n// of two lines.", "3_000", 3_000));
    repository.commit("comments, and two of three benchmarks");
    let program = repository.build();
    let ran = repository.run(&program, &["--against", "HEAD~1", "--output", "json"]).expect_code(100);
    let result = ran.json();
    for (name, is_told) in [("same", true), ("changed", false), ("calls", false)] {
        let verdict = verdict(&result, name);
        assert_eq!(
            (&verdict["verdict"], &verdict["fails"]),
            (&"regressed".into(), &true.into()),
            "{verdict}"
        );
        let why = verdict["reason"].as_str().unwrap_or_default();
        assert_eq!(
            why.starts_with("its machine code is the same on both sides"),
            is_told,
            "{name}: {verdict}"
        );
    }
}

#[test]
fn submodules_are_those_of_the_revision_and_one_that_lacks_it_says_what_to_fetch() {
    if git_is_missing() {
        return;
    }
    let length = "include_str!(\"../../vendored/text\").len() as u64 * 100";
    let repository =
        Repository::new("with-submodule", target(), &(SAYS.to_owned() + &saying("length", "10")));
    repository.write("../inner/text", "0123456789");
    let inner = repository.path().with_file_name("inner").display().to_string();
    repository.git(&["-C", &inner, "init", "--quiet", "--initial-branch", "main"]);
    repository.git(&["-C", &inner, "add", "--all"]);
    repository.git(&["-C", &inner, "commit", "--quiet", "--message", "a text"]);
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &inner, "vendored"];
    repository.git(&add);
    repository.set_benchmarks(&(SAYS.to_owned() + &saying("length", length)));
    repository.commit("a submodule");
    repository.git(&["update-index", "--cacheinfo", &format!("160000,{},vendored", "1".repeat(40))]);
    repository.git(&["commit", "--quiet", "--message", "a commit of it that is not here"]);
    // Here the text is three times as long, and that is committed nowhere.
    repository.write("vendored/text", &"0123456789".repeat(3));
    let (program, before) = (repository.build(), repository.traces());
    let ran = repository.run(&program, &["--against", "HEAD~1", "--quick", "--output", "json"]);
    let result = ran.expect_code(100).json();
    let length = verdict(&result, "length");
    assert_eq!(
        (length["before"].as_f64(), length["now"].as_f64()),
        (Some(1_000.0), Some(3_000.0)),
        "{length}"
    );
    assert_eq!(repository.traces(), before);
    let ran = repository.run(&program, &["--against", "HEAD"]).expect_code(2);
    let told = format!("wants commit {} of the submodule `vendored`", "1".repeat(40));
    assert!(ran.stderr.contains(&told) && ran.stderr.contains("git -C vendored fetch"), "{}", ran.stderr);
    assert_eq!(repository.traces(), before);
}

/// A build script that leaves a mark and then takes far longer than anybody waits.
const ENDLESS: &str = "fn main() {
    std::fs::write(std::env::var(\"E2E_MARK\").unwrap(), \"\").unwrap();
    std::thread::sleep(std::time::Duration::from_secs(300));
}
";

#[test]
fn a_runner_that_is_ended_in_the_middle_of_a_build_leaves_nothing_behind() {
    if git_is_missing() {
        return;
    }
    let repository = Repository::new("endless", target(), ONE);
    let program = repository.build();
    let suite = fs::read_to_string(repository.path().join("suite/Cargo.toml")).expect("a manifest");
    repository.set_build_script(ENDLESS);
    repository.commit("endless");
    repository.git(&["rm", "--quiet", "suite/build.rs"]);
    repository.write("suite/Cargo.toml", &suite);
    repository.set_benchmarks(ONE);
    repository.commit("as before");
    let (before, apart) = (repository.traces(), e2e::Folder::new());
    let mark = apart.join("mark");
    let building = || {
        let suite = repository.suite(&program, &["--against", "HEAD~1"]).env("E2E_MARK", &mark);
        let run = suite.env("CARGO_TARGET_DIR", apart.join("target")).start();
        until("it builds", || mark.exists());
        fs::remove_file(&mark).expect("it was written");
        run
    };
    // Killed at once, it cannot end what it started; the next one starts anew all the same.
    let mut run = building();
    run.signal(Signal::KILL);
    assert_eq!(run.end().code, None);
    assert_eq!(repository.traces(), before);
    drop(run);
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut run = building();
        run.signal(signal);
        let ran = run.end().expect_code(code);
        assert!(ran.stderr.contains("stopped before anything was measured"), "{}", ran.stderr);
        until("nothing lives of the build", || run.started().is_empty());
        assert_eq!(repository.traces(), before);
    }
}

/// `program` with these arguments, started by a shell that does `first` before it, with `$0` as the target directory.
fn after(first: &str, repository: &Repository, program: &Path, target: &Path) -> Command {
    let (command, _folder) = repository.suite(program, &["--against", "main~1"]).into_command();
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{first} && exec \"$@\"")).arg(target).arg(program).args(command.get_args());
    let variables = command.get_envs();
    variables.for_each(|(name, value)| match value {
        Some(value) => drop(shell.env(name, value)),
        None => drop(shell.env_remove(name)),
    });
    shell.current_dir(repository.path().join("suite")).env("CARGO_TARGET_DIR", target).stdin(Stdio::null());
    shell
}

#[test]
fn a_disk_that_is_full_is_told_and_nothing_is_left() {
    if git_is_missing() {
        return;
    }
    let repository = Repository::new("full", target(), ONE);
    repository.write("note", "a second commit");
    repository.commit("second");
    let program = repository.build();
    let (before, folder) = (repository.traces(), e2e::Folder::new());
    let small = "ulimit -f 8";
    let full = "mount -t tmpfs -o size=64k tmpfs \"$0\"";
    for (first, told) in [(small, "git"), (full, "No space left on device")] {
        fs::create_dir_all(folder.join("target")).expect("a folder of the test");
        let mut command = after(first, &repository, &program, &folder.join("target"));
        if first == full {
            let Some(unshared) = in_a_name_space_of_its_own(&command) else {
                left_out("there is no permission to mount a small file system");
                continue;
            };
            command = unshared;
        }
        let ended = command.output().expect("sh starts");
        let stderr = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("error: ") && stderr.contains(told), "{first}: {stderr}");
        assert!(!folder.join("target/adapter-bench/against/tree").exists(), "{first}");
        assert_eq!(repository.traces(), before, "{first}");
    }
}

/// The command where what it mounts is seen by nobody else; `None` where that is not permitted.
fn in_a_name_space_of_its_own(command: &Command) -> Option<Command> {
    let may = Command::new("unshare").args(["--mount", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]).output();
    if !may.is_ok_and(|tried| tried.status.success()) {
        return None;
    }
    let mut unshared = Command::new("unshare");
    unshared.arg("--mount").arg(command.get_program()).args(command.get_args());
    command.get_envs().for_each(|(name, value)| match value {
        Some(value) => drop(unshared.env(name, value)),
        None => drop(unshared.env_remove(name)),
    });
    unshared.current_dir(command.get_current_dir()?).stdin(Stdio::null());
    Some(unshared)
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    if git_is_missing() {
        return;
    }
    let repository = Repository::new("shallow", target(), ONE);
    repository.write("note", "a second commit");
    repository.commit("second");
    let program = repository.build();
    let clone = repository.path().with_file_name("clone");
    let (from, to) = (format!("file://{}", repository.path().display()), clone.display().to_string());
    repository.git(&["clone", "--quiet", "--depth", "1", &from, &to]);
    let ran = repository.suite_in(&clone, &program, &["--against", "HEAD~1"]).run_patiently().expect_code(2);
    assert!(ran.stderr.contains("shallow clone") && ran.stderr.contains("git fetch"), "{}", ran.stderr);
}

#[test]
fn without_git_or_a_repository_it_says_so() {
    let program = env!("CARGO_BIN_EXE_tunable");
    let ran = Suite::of(program).args(&["--against", "main"]).env("GIT_CEILING_DIRECTORIES", "/").run();
    let ran = ran.expect_code(2);
    assert!(ran.stderr.contains("needs a git repository around"), "{}", ran.stderr);
    let ran = Suite::of(program).args(&["--against", "main"]).env("PATH", "/nowhere").run().expect_code(2);
    assert!(ran.stderr.contains("needs the `git` command"), "{}", ran.stderr);
}

#[test]
fn a_runner_of_another_version_says_so() {
    let folder = e2e::Folder::new();
    let older = "#!/bin/sh\nread -r line\nprintf '{\"configured\":{\"pinned\":false}}\\n'\nread -r line\n";
    folder.write("older", older);
    folder.write("newer", &older.replace("false", "false,\"protocol\":999999"));
    for (name, age) in [("older", "an older version"), ("newer", "a newer version")] {
        let path = folder.join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a file of the test");
        let path = path.display().to_string();
        let suite = Suite::of(env!("CARGO_BIN_EXE_tunable")).args(&["--against-binary", &path]);
        let ran = suite.run().expect_code(2);
        assert!(ran.stderr.contains(age), "{}", ran.stderr);
    }
}

#[test]
fn a_kept_runner_takes_turns_with_this_one() {
    let program = env!("CARGO_BIN_EXE_tunable");
    let suite = Suite::of(program).args(&[
        "--against-binary",
        program,
        "--quick",
        "--output",
        "json",
        "--fail-on",
        "median:900%",
    ]);
    let ran = suite.run().expect_code(0);
    let result = ran.json();
    let benchmarks = result["benchmarks"].as_array().expect("benchmarks");
    assert!(!benchmarks.is_empty());
    for benchmark in benchmarks.iter().filter(|benchmark| benchmark["outcome"] == "measured") {
        let verdict = &benchmark["verdicts"][0];
        assert!(verdict["change"].is_f64() && verdict["fails"] == false, "{benchmark}");
    }
    assert_eq!(result["vanished"].as_array().map_or(0, Vec::len), 0, "{result}");
    assert_eq!(warnings(&result["run"], "code_layout").len(), 1, "{result}");
}
