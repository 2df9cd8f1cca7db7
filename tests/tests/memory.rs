//! Memory is counted in a pass of its own, limited, recorded and compared.

use e2e::{Folder, Ran, Suite, benchmark, of_id, read_json, warnings};
use serde_json::{Value, json};

const SUITE: &str = env!("CARGO_BIN_EXE_allocating");
const UNCOUNTED: &str = env!("CARGO_BIN_EXE_uncounted");

/// Nothing but memory, and no longer for call sites where a test does not ask for them.
const ALONE: [&str; 4] = ["--measure", "memory", "--sites", "off"];

fn counted(arguments: &[&str], code: i32) -> Value {
    Ran::of(SUITE, &[&ALONE, arguments, &["--output", "json"]].concat()).expect_code(code).json()
}

#[test]
fn memory_alone_takes_no_rounds_of_time() {
    let folder = Folder::new();
    let log = folder.join("log");
    let param = format!("log={}", log.display());
    let arguments = [&ALONE[..], &["logged", "--output", "json", "--param", &param]].concat();
    let result = Suite::of(SUITE).within(&folder).args(&arguments).run().expect_code(0).json();
    let row = benchmark(&result, "logged");
    assert_eq!((&row["time"], &row["ratio"]), (&Value::Null, &Value::Null), "{row}");
    let counted = row["memory"]["iterations"].as_u64().expect("a count");
    let calls = std::fs::read_to_string(log).expect("it was called").lines().count() as u64;
    assert!(counted >= 5 && calls == counted + 2, "the first one, one to warm up, {counted} of {calls}");
}

#[test]
fn figures_are_those_of_the_code() {
    let result = counted(&["modest", "three_blocks", "leaks", "told", "--param", "blocks=7"], 100);
    let figures = |name: &str| {
        let memory = &benchmark(&result, name)["memory"];
        assert_eq!(memory["exact"], true, "{memory}");
        ["allocations", "deallocations", "allocated", "peak", "net"]
            .map(|f| memory[f].as_i64().expect("a number"))
    };
    assert_eq!(figures("modest"), [1, 1, 10_000, 10_000, 0]);
    assert_eq!(figures("three_blocks"), [3, 3, 24, 24, 0]);
    assert_eq!(figures("told"), [7, 7, 112, 16, 0]);
    assert_eq!(figures("leaks"), [1, 0, 64, 64, 64]);
}

#[test]
fn growth_without_end_is_told_from_a_cache() {
    let result = counted(&["--tag", "growth"], 0);
    let (leaks, cache) = (benchmark(&result, "leaks"), benchmark(&result, "fills_a_cache"));
    assert_eq!((&leaks["memory"]["leak"], &leaks["memory"]["retained"]), (&json!(64.0), &json!(64.0)));
    let told = warnings(leaks, "leak");
    assert!(told.len() == 1 && told[0].contains("leaves 64 bytes"), "{told:?}");
    assert_eq!((&cache["memory"]["leak"], warnings(cache, "leak").len()), (&json!(0.0), 0), "{cache}");
}

#[test]
fn futures_and_threads_count() {
    let result = counted(&["--tag", "futures", "--tag", "threads"], 0);
    let waits = &benchmark(&result, "waits")["memory"];
    assert_eq!((&waits["allocations"], &waits["peak"]), (&json!(2), &json!(500)), "{waits}");
    assert_eq!((&waits["exact"], &waits["generations"]["never"]["blocks"]), (&json!(true), &json!(0)));
    let threads = &benchmark(&result, "on_two_threads")["memory"];
    assert!(threads["peak"].as_u64() >= Some(100_000), "{threads}");
    assert_eq!(threads["net"], 0, "{threads}");
}

/// The sentences about missed limits.
fn missed(arguments: &[&str]) -> String {
    let ran = Ran::of(SUITE, &[&["--measure", "memory"], arguments].concat()).expect_code(100);
    let (_, missed) = ran.stdout.split_once("limits missed").expect("limits are missed");
    missed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The line of the suite that contains `text`, as call sites name it.
fn site(text: &str, function: &str) -> String {
    let suite = include_str!("../src/bin/allocating.rs");
    let line = 1 + suite.lines().position(|line| line.contains(text)).expect("the suite has it");
    format!("tests/src/bin/allocating.rs:{line} (allocating::{function})")
}

#[test]
fn a_missed_limit_names_figure_limit_and_line() {
    let told = missed(&["--tag", "limited"]);
    let peak = "above_its_limit: peak at 97.7 KiB misses max_memory = 64KiB by 52.6%";
    let blocks = "three_blocks: allocations at 3 misses allocations <= 2 by 50.0%";
    assert!(told.contains(peak) && told.contains(blocks), "{told}");
    if cfg!(all(feature = "sites", target_os = "linux", target_arch = "x86_64")) {
        let line = site("Vec::with_capacity(count)", "bytes");
        assert!(told.contains(&format!("{peak}; most bytes are from {line}")), "{told}");
        assert!(told.contains(&format!("{blocks}; most blocks are from {line}")), "{told}");
    } else {
        assert!(told.contains(&format!("{peak}; call sites need the feature `sites`")), "{told}");
    }
}

#[test]
fn memory_is_limited_beside_the_reference() {
    let told = missed(&["--group", "sizes", "--sites", "off"]);
    assert!(told.contains("thrice: memory_ratio at 3.00x misses max_memory_ratio = 1.5 by 100%"), "{told}");
    assert!(!told.contains("as_allowed"), "{told}");
}

#[test]
fn each_kind_has_its_ceiling_in_the_configuration() {
    const FILE: &str = "[max_memory]\ncore = \"2KB\"\ndb = \"1KB\"\nasync = \"1.5KB\"\n";
    let arguments = [&ALONE[..], &["--tag", "kinds"]].concat();
    let ran = Suite::of(SUITE).configured(FILE).args(&arguments).run().expect_code(100);
    assert!(ran.stdout.contains("of_db: peak at 1.95 KiB misses max_memory = 1KB by"), "{}", ran.stdout);
    assert!(ran.stdout.contains("of_async: peak at 1.95 KiB misses max_memory = 1500B by"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("of_core: peak"), "{}", ran.stdout);
}

#[test]
fn sizes_without_sense_are_refused_before_anything_runs() {
    let ran = Suite::of(SUITE).configured("[max_memory]\ndb = \"50 potatoes\"\n").run().expect_code(2);
    assert!(ran.stderr.contains("50 potatoes") && ran.stderr.contains("bench.toml"), "{}", ran.stderr);
    let ran = Ran::of(SUITE, &["--fail-on", "peak:lots"]).expect_code(2);
    assert!(ran.stderr.contains("peak:lots"), "{}", ran.stderr);
}

#[test]
fn figures_that_repeat_are_gated_to_the_block() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| {
        let always = ["--tag", "told", "--sites", "off", "--force"];
        Suite::of(SUITE).within(&folder).args(&[&always, arguments].concat()).run()
    };
    let _ = run(&["--save-baseline", "--quick"]).expect_code(0);
    let compare = |fail_on: &str, blocks: &str, code: i32| {
        let asked = ["--measure", "memory", "--baseline", "--fail-on", fail_on, "--param", blocks];
        let told = run(&asked).expect_code(code).stdout;
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for blocks in ["blocks=10", "blocks=9"] {
        let told = compare("allocations:0%,peak:0%", blocks, 0);
        assert!(!told.contains("worse than allowed"), "{told}");
    }
    let more = compare("allocations:0%,peak:0%", "blocks=11", 100);
    assert!(more.contains("told: allocations went from 10 to 11, +10.0%"), "{more}");
    assert!(!more.contains("peak went"), "{more}");
    let _ = compare("allocations:1", "blocks=11", 0);
}

#[test]
fn what_there_is_no_memory_for_is_one_failed_row() {
    for measure in [&["--measure", "memory"][..], &["--quick"]] {
        let arguments = [measure, &["--tag", "too_much", "--sites", "off", "--output", "json"]].concat();
        let result = Ran::of(SUITE, &arguments).expect_code(101).json();
        let failure = &benchmark(&result, "wants_too_much")["failure"];
        assert_eq!(failure["kind"], "out_of_memory", "{failure}");
        assert_eq!(benchmark(&result, "wants_little")["memory"]["allocated"], 1);
    }
}

#[test]
fn the_table_shows_allocations_and_a_program_without_the_allocator_says_why_it_does_not() {
    let with = Ran::of(SUITE, &[&ALONE[..], &["--group", "sizes"]].concat()).expect_code(100);
    assert!(with.stdout.contains("allocations"), "{}", with.stdout);
    let beside_time = Ran::of(SUITE, &["modest", "--quick", "--sites", "off"]).expect_code(0);
    assert!(
        beside_time.stdout.contains("allocations") && beside_time.stdout.contains("9.77 KiB"),
        "{}",
        beside_time.stdout
    );
    let arguments = ["--quick", "--output", "console", "--output", "json=result.json"];
    let folder = Folder::new();
    let without = Suite::of(UNCOUNTED).within(&folder).args(&arguments).run().expect_code(0);
    assert!(!without.stdout.contains("allocations"), "{}", without.stdout);
    let said = without.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("leave out `no_allocator`"), "{}", without.stdout);
    let row = of_id(&read_json(&folder.join("result.json")), "a_block").clone();
    assert_eq!((&row["memory"], row["time"].is_object()), (&Value::Null, true), "{row}");
}

#[cfg(all(feature = "sites", target_os = "linux", target_arch = "x86_64"))]
mod without_symbols {
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use e2e::left_out;

    use super::*;

    /// The suite without its debug information, or without any symbols.
    fn stripped(folder: &Folder, how: &str) -> Option<PathBuf> {
        let path = folder.join("allocating");
        let done = Command::new("strip").arg(how).arg("-o").arg(&path).arg(SUITE).status();
        done.is_ok_and(|status| status.success()).then_some(path)
    }

    #[test]
    fn without_debug_information_the_benchmark_stands_for_its_lines() {
        for how in ["--strip-debug", "--strip-all"] {
            let folder = Folder::new();
            let Some(program) = stripped(&folder, how) else { return left_out("there is no `strip`") };
            let arguments = ["--measure", "memory", "above_its_limit", "--output", "json"];
            let result = Suite::of(&program).args(&arguments).run().expect_code(100).json();
            let memory = &benchmark(&result, "above_its_limit")["memory"];
            let top = &memory["top_allocations"][0];
            let place = site("above_its_limit()", "above_its_limit");
            let (place, _) = place.split_once(" (").expect("a function");
            assert!(top["site"].as_str().is_some_and(|site| site.starts_with(place)), "{how}: {top} {place}");
            assert_eq!(top["approximate"], true, "{how}: {top}");
            assert!(
                memory["sites_note"].as_str().is_some_and(|note| note.contains("line-tables-only")),
                "{memory}"
            );
            let told = Suite::of(Path::new(&program)).args(&arguments[..3]).run().expect_code(100).stdout;
            assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains("`debug = "), "{told}");
        }
    }
}
